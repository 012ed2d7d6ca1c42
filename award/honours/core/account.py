"""经费台账（办法第十五条、第十七条）: lines in fen, prizes and work apart, sums that must agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from expert_pool.facts.money import read_fen
from expert_pool.facts.refusal import Refusal

ARTICLE = "办法第十五条、第十七条"
PRIZE = "prize"
KINDS = {
    PRIZE: "奖励经费",
    "fee": "评审费",
    "training": "培训费",
    "travel": "交通和食宿",
    "printing": "印刷和资料",
    "meeting": "会议费",
    "promotion": "宣传推广",
    "other": "其他工作经费",
}


@dataclass(frozen=True)
class Line:
    kind: str
    fen: int
    payee: str
    voucher: str
    spent_on: date


def read_yuan(text: str, field: str = "amount") -> int:
    """ "1,234.5" → 123450 fen. Raises Refusal `bad-amount`."""
    fen = read_fen(text)
    if not fen:
        raise Refusal("bad-amount", "金额应是大于0、最多两位小数的元数。", ARTICLE, field=field)
    return fen


def sums(lines: Iterable[Line]) -> dict[str, int]:
    """By kind, and 合计 of all, in fen."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.kind] = found.get(line.kind, 0) + line.fen
    return {**found, "total": sum(found.values())}

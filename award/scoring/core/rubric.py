"""评审标准（办法第五条）: items, points and bands of the rubric frozen for a year.

Percentages are whole numbers; points are counted in hundredths (整数), so that nothing is rounded.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from expert_pool.facts.refusal import Refusal

ARTICLE = "办法第五条"
KINDS = {"process": "过程", "result": "结果"}


@dataclass(frozen=True)
class Item:
    """条款. `provenance` says where its points were read."""

    no: str
    name: str
    points: int
    kind: str
    category: str
    provenance: str = ""


@dataclass(frozen=True)
class Band:
    """评分档: both ends included, in percent."""

    low: int
    high: int

    @property
    def words(self) -> str:
        return f"{self.low}%–{self.high}%" if self.low != self.high else f"{self.low}%"


@dataclass(frozen=True)
class Rubric:
    id: str
    standard: str
    total: int
    step: int
    bands: tuple[Band, ...]
    categories: tuple[tuple[str, str], ...]  # (no, name)
    items: tuple[Item, ...]
    process_dims: tuple[str, ...]
    result_dims: tuple[str, ...]
    digest: str

    @cached_property
    def by_no(self) -> dict[str, Item]:
        return {item.no: item for item in self.items}

    def item(self, no: str) -> Item:
        """Raises Refusal `unknown-item`."""
        found = self.by_no.get(no)
        if found is None:
            raise Refusal("unknown-item", f"本年度标准没有条款 {no}。", ARTICLE, field="item")
        return found

    @property
    def scale(self) -> tuple[int, ...]:
        return tuple(range(0, 101, self.step))

    def band_of(self, percent: int) -> Band:
        return next(band for band in self.bands if percent <= band.high)

    def dims(self, kind: str) -> tuple[str, ...]:
        return self.process_dims if kind == "process" else self.result_dims


def digest_of(text: str) -> str:
    """SHA-256 of the rubric's canonical JSON."""
    canonical = json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


@lru_cache(maxsize=16)
def parse(text: str) -> Rubric:
    """From JSON. Raises Refusal `bad-rubric` when sums, numbers or bands do not fit."""
    try:
        data: dict[str, Any] = json.loads(text)
        found = _read(data, digest_of(text))
        _sound(data, found)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Refusal("bad-rubric", "评审标准文件不完整，不能使用。", ARTICLE) from None
    return found


def _read(data: dict[str, Any], digest: str) -> Rubric:
    bands = tuple(Band(low, high) for low, high in data["bands"])
    items = tuple(
        Item(
            one["no"],
            one["name"],
            one["points"],
            one["type"],
            category["no"],
            one.get("provenance", ""),
        )
        for category in data["categories"]
        for one in category["items"]
    )
    return Rubric(
        data["id"],
        data["standard"],
        data["total"],
        data["score_step_percent"],
        bands,
        tuple((one["no"], one["name"]) for one in data["categories"]),
        items,
        tuple(data["process_dims"]),
        tuple(data["result_dims"]),
        digest,
    )


def _sound(data: dict[str, Any], found: Rubric) -> None:
    ends = [edge for band in found.bands for edge in (band.low, band.high)]
    whole = all(
        isinstance(number, int) and not isinstance(number, bool) and number >= 0
        for number in (found.total, found.step, *ends, *(item.points for item in found.items))
    )
    texts = (found.id, found.standard, *found.process_dims, *found.result_dims)
    texts += tuple(text for item in found.items for text in (item.name, item.provenance))
    checks = (
        (whole, "分值应是整数"),
        (all(isinstance(text, str) for text in texts), "名称应是文字"),
        (all(re.fullmatch(r"[0-9.]{1,20}", item.no) for item in found.items), "条款号应如 4.1.2"),
        (len(found.by_no) == len(found.items), "条款号有重复"),
        (
            sum(item.points for item in found.items) == found.total,
            f"各条款分值之和不等于 {found.total}",
        ),
        (
            all(
                sum(item.points for item in found.items if item.category == one["no"])
                == one["points"]
                for one in data["categories"]
            ),
            "类目的分值与条款不符",
        ),
        (all(item.kind in KINDS for item in found.items), "条款的类型应是过程或结果"),
        (found.step > 0 and 100 % found.step == 0, "评分的步长应能整除 100"),
        (
            ends == sorted(ends) and bool(ends) and ends[0] == 0 and ends[-1] == 100,
            "评分档没有从 0 到 100 依次排列",
        ),
    )
    for holds, why in checks:
        if not holds:
            raise Refusal("bad-rubric", f"评审标准有误：{why}。", ARTICLE)


def demand_on_scale(rubric: Rubric, percent: int) -> None:
    """Raises Refusal `off-scale`."""
    if not 0 <= percent <= 100 or percent % rubric.step:
        raise Refusal(
            "off-scale",
            f"{percent}%不在评分档上，应为0到100之间{rubric.step}的倍数。",
            "办法第五条",
            field="percent",
        )


def points(item: Item, percent: int) -> int:
    """得分, in hundredths of a point: exact, since a percentage of whole points is."""
    return item.points * percent


def written(hundredths: int) -> str:
    """599.75."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"

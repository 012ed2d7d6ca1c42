"""办法的文本: one version of the regulation as data; every number of it that is used is read here.

A version is a JSON document, `digest` names its content. A year keeps the document it was noticed
under (`award.year.core.bound`), so that a later version, or a later release of the program,
changes nothing of it. Numbers are exact: integers, `Decimal` points and `Fraction` shares.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from expert_pool.facts.refusal import Refusal

NEWEST = Path(__file__).parent / "data" / "regulation_zhuji_2025.json"
BASIS = "办法第一条、第二十一条"
# What the regulation leaves to the implementing rules: name -> null; the office enters value and
# source for a year, never in this document.
LARGEST = 1_000_000_000
OPEN = "set_by_implementing_rules"


# What each number of it is called, and where the text has it.
TITLES: Mapping[str, tuple[str, str]] = {
    "title": ("名称和文号", "办法第一条"),
    "repeals": ("废止的文件", "办法第二十一条"),
    "max_winners": ("获奖组织最多几家", "办法第四条"),
    "max_quality": ("其中质量奖最多几家", "办法第四条"),
    "min_group_size": ("评审组最少几人", "办法第十条"),
    "leader_per_group": ("每组组长几名", "办法第十条"),
    "min_operation_years": ("正常运行满几年", "办法第十二条"),
    "clean_record_years": ("几年内没有不良记录", "办法第十二条"),
    "total_points": ("评审标准的满分", "办法第五条"),
    "quality_min_score": ("质量奖最低分", "办法第十三条第六项"),
    "innovation_min_score": ("创新奖最低分", "办法第十三条第六项"),
    "quorum": ("表决须到会的比例", "办法第十三条第七项"),
    "quorum_inclusive": ("到会正好这个比例算数", "办法第十三条第七项"),
    "approval": ("通过须有的赞成比例", "办法第十三条第七项"),
    "approval_inclusive": ("赞成正好这个比例算通过", "办法第十三条第七项"),
    "award_quality_cny": ("质量奖奖金（元）", "办法第十四条"),
    "award_innovation_cny": ("创新奖奖金（元）", "办法第十四条"),
    "upgrade_pays_difference": ("创新奖升质量奖只补差额", "办法第十四条"),
    "repeat_same_award_paid_once": ("再获同一奖项不再发奖金", "办法第十四条"),
    "repeat_same_award_exempt_from_quota": ("再获同一奖项不占名额", "办法第十四条"),
    "fraud_ban_years": ("弄虚作假几年内不得申报", "办法第十八条"),
    "post_award_revocation_years": ("获奖后几年内出事可以撤销", "办法第十八条"),
}


@dataclass(frozen=True)
class Regulation:
    """评审管理办法的一个版本.

    Points are of `total_points`; shares are of the members (quorum) and of the valid ballots
    (approval); `*_inclusive`: whether exactly that share is enough, None: the text leaves it open.
    `left_open`: names of what the implementing rules must set.
    """

    id: str
    title: str
    repeals: str
    max_winners: int  # art. 4
    max_quality: int  # art. 4
    min_group_size: int  # art. 10
    group_needs: tuple[str, ...]  # art. 10
    leader_per_group: int  # art. 10
    min_operation_years: int  # art. 12
    clean_record_years: int  # art. 12
    quality_min_score: Decimal  # art. 13-6
    innovation_min_score: Decimal  # art. 13-6
    total_points: int  # art. 5
    quorum: Fraction  # art. 13-7
    quorum_inclusive: bool
    approval: Fraction  # art. 13-7
    approval_inclusive: bool | None
    tie_break: tuple[str, ...]  # art. 13-7
    award_quality_cny: int  # art. 14
    award_innovation_cny: int  # art. 14
    upgrade_pays_difference: bool  # art. 14
    repeat_same_award_paid_once: bool  # art. 14
    repeat_same_award_exempt_from_quota: bool  # art. 14
    fraud_ban_years: int  # art. 18
    post_award_revocation_years: int  # art. 18
    left_open: tuple[str, ...]


def parse(document: Mapping[str, Any]) -> Regulation:
    """From a document; raises Refusal "bad-regulation", which names the entry at fault."""
    values = {
        item.name: _READERS[str(item.type)](item.name, _entry(document, item.name))
        for item in fields(Regulation)
        if item.name != "left_open"
    }
    if not isinstance(left_open := _entry(document, OPEN), Mapping):
        raise _bad(OPEN, "应逐项写明由实施细则规定的事项")
    found = Regulation(**values, left_open=tuple(left_open))
    if found.max_quality > found.max_winners:
        raise _bad("max_quality", "质量奖的名额不能多于全部名额")
    if not found.innovation_min_score <= found.quality_min_score <= found.total_points:
        raise _bad("quality_min_score", "最低分应不超过满分，创新奖的不高于质量奖的")
    return found


@cache
def newest() -> Regulation:
    """The version a new year is bound to unless another is chosen."""
    return parse(newest_document())


@cache
def newest_document() -> Mapping[str, Any]:
    """Its document, not to be changed."""
    return MappingProxyType(json.loads(NEWEST.read_text("utf-8")))


def canonical(value: Mapping[str, Any]) -> str:
    """One text for one content, whatever the order it was written in."""
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Mapping[str, Any]) -> str:
    """校验码: SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def typed(document: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """A version written over another: `words` holds what a form says of the entries in `TITLES`,
    yes, no or nothing where one is a flag.

    Raises Refusal "bad-regulation", which names the entry at fault.
    """
    kinds = {item.name: str(item.type) for item in fields(Regulation)}
    said = {name: _said(name, kinds[name], words[name]) for name in TITLES if name in words}
    return {**document, **said}


def _said(name: str, kind: str, words: str) -> Any:
    """One entry as the document writes it."""
    words = words.strip()
    if kind == "int":
        if not (words.isascii() and words.isdigit() and len(words) < 10):
            raise _bad(name, "应是不小于 0 的整数")
        return int(words)
    if kind.startswith("bool"):
        return {"yes": True, "no": False}.get(words)
    return words


def _entry(document: Mapping[str, Any], name: str) -> Any:
    if name not in document:
        raise _bad(name, "办法的数据里没有这一项")
    return document[name]


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST:
        raise _bad(name, "应是不小于 0 的整数")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad(name, "应是文字")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _bad(name, "应是“是”或“否”")
    return value


def _points(name: str, value: Any) -> Decimal:
    if not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", _text(name, value), re.ASCII):
        raise _bad(name, "应是分数")
    return Decimal(value)


def _share(name: str, value: Any) -> Fraction:
    found = re.fullmatch(r"(\d{1,3})(?:/(\d{1,3}))?", _text(name, value), re.ASCII)
    above, below = (int(part or 1) for part in found.groups()) if found else (0, 1)
    if not 0 < above <= below:
        raise _bad(name, "应是 2/3 这样的比例")
    return Fraction(above, below)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _bad(name, "应是一列文字")
    return tuple(_text(name, item) for item in value)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "int": _whole,
    "str": _text,
    "bool": _flag,
    "bool | None": lambda name, value: None if value is None else _flag(name, value),
    "Decimal": _points,
    "Fraction": _share,
    "tuple[str, ...]": _texts,
}


def _bad(name: str, sentence: str) -> Refusal:
    title, basis = TITLES.get(name, (name, BASIS))
    return Refusal("bad-regulation", f"办法的数据有误，{title}：{sentence}。", basis, field=name)

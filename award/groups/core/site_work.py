"""现场评审每个人的分工、签到和费用（办法第十条第二项、第十五条）: what the leader notes on the day,
for one reviewer at one firm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from expert_pool.facts.halfday import HALF_ZH, HALVES, HalfDay

# 评审标准的类目 (GB/T 19580) in the order in which they are shared out; results are the leader's.
CATEGORIES = ("领导", "战略", "顾客与市场", "资源", "过程管理", "测量、分析与改进", "经营结果")
LEADERS = frozenset({"领导", "战略", "经营结果"})
_HALVES = {HALF_ZH[half]: half for half in HALVES}


@dataclass(frozen=True)
class SiteWork:
    """`present`: the half-days she was there, None before anybody has checked in; money in fen."""

    categories: tuple[str, ...] = ()
    present: tuple[HalfDay, ...] | None = None
    travel: int = 0
    lodging: int = 0
    note: str = ""

    @property
    def spent(self) -> int:
        return self.travel + self.lodging


def share_out(members: Sequence[str], leader: str | None) -> dict[str, tuple[str, ...]]:
    """分工 as it is proposed, by member: leadership, strategy and results are the leader's; the
    rest goes round the others.
    """
    others = [one for one in members if one != leader] or list(members)
    found: dict[str, list[str]] = {one: [] for one in members}
    turn = 0
    for category in CATEGORIES:
        if category in LEADERS and leader is not None:
            found[leader].append(category)
        elif others:
            found[others[turn % len(others)]].append(category)
            turn += 1
    return {one: tuple(categories) for one, categories in found.items()}


def write_present(present: Iterable[HalfDay]) -> str:
    """As it is kept: 2026-09-10上午、2026-09-10下午."""
    return "、".join(f"{one.date.isoformat()}{one.zh}" for one in sorted(present))


def read_present(text: str | None) -> tuple[HalfDay, ...] | None:
    """`write_present` back; None stays None."""
    if text is None:
        return None
    parts = [part for part in text.split("、") if part]
    return tuple(HalfDay(date.fromisoformat(part[:10]), _HALVES[part[10:]]) for part in parts)

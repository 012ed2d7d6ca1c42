"""方案的话: what a change of a plan costs, and what its values mean, in a clerk's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assignment.problem import Problem, Slot
from assignment.quality import Coverage
from assignment.weigh import GoalChange
from award.groups.core.book import day_zh
from expert_pool.facts.halfday import HALF_ZH, HalfDay

# Goal -> what a larger value means and what a smaller one does; {n} is the size of the change.
_WORDS: dict[str, tuple[str, str]] = {
    "specialist": ("行业对口差 {n} 档", "行业对口好 {n} 档"),
    "workload": ("工作量更不均", "工作量更平均"),
    "peak": ("最忙的一位多 {n} 个半天", "最忙的一位少 {n} 个半天"),
    "route": ("组内路程多 {n} 分钟", "组内路程少 {n} 分钟"),
    "commute": ("专家往返路程多 {n} 分钟", "专家往返路程少 {n} 分钟"),
    "span": ("现场评审晚结束 {n} 个半天", "现场评审早结束 {n} 个半天"),
    "leadership": ("组长资历低 {n} 级", "组长资历高 {n} 级"),
    "extra": ("多用 {n} 人", "少用 {n} 人"),
    "discouraged": ("多出宜回避、该轮换的搭配", "少了宜回避、该轮换的搭配"),
    "changes": ("与上一版多 {n} 处不同", "与上一版少 {n} 处不同"),
    "affinity": ("熟悉程度低 {n} 分", "熟悉程度高 {n} 分"),
    "fairness": ("最弱一家低 {n} 分", "最弱一家高 {n} 分"),
}


@dataclass(frozen=True)
class Cost:
    """一次改动的代价: `tone` ok for better, warn for worse, empty for the same."""

    words: str
    tone: str


_LEVELS = ("有同中类的专家", "有同大类的专家", "只有同门类的专家", "没有对口的专家")


def quality_words(found: Coverage, unassigned: int) -> tuple[str, ...]:
    """20 家中 17 家有同中类的专家，3 家有同大类的专家; 每人 7 至 10 个半天."""
    planned = sum(found.levels)
    if not planned:
        return ()
    matched = "，".join(
        f"{count} 家{words}" for count, words in zip(found.levels, _LEVELS, strict=True) if count
    )
    told = [f"{planned} 家中 {matched}"]
    if found.efforts:
        least, most = found.efforts
        told.append(f"每人 {least} 个半天" if least == most else f"每人 {least} 至 {most} 个半天")
    if unassigned:
        told.append(f"还有 {unassigned} 家没有安排")
    return tuple(told)


def cost_words(cost: int, changes: Sequence[GoalChange]) -> Cost:
    """At most the four that weigh most; what gets worse comes first."""
    told = sorted(changes[:4], key=lambda one: one.cost <= 0)
    parts = [
        _WORDS[one.goal][one.after < one.before].format(n=abs(one.after - one.before))
        for one in told
    ]
    if not parts:
        return Cost("不影响方案质量", "")
    return Cost("，".join(parts), "ok" if cost < 0 else "warn" if cost > 0 else "")


def slot_words(slot: Slot | HalfDay) -> str:
    """9月8日（周二）上午."""
    return f"{day_zh(slot.date)}{HALF_ZH[slot.half]}"


def stretch_words(problem: Problem, start: int, length: int) -> str:
    """9月8日（周二）全天; 9月8日（周二）下午至9月9日（周三）上午."""
    first, last = problem.slots[start], problem.slots[start + length - 1]
    if first.date == last.date:
        return day_zh(first.date) + ("全天" if length > 1 else HALF_ZH[first.half])
    return f"{slot_words(first)}至{slot_words(last)}"

"""不能安排的理由: why an expert or an applicant cannot be planned, as codes.

Sentences are made where they are shown: whole by `sentence`, for a badge by `badge`, to be counted
together by `kind`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from expert_pool.facts.halfday import HALVES, HalfDay

# code: (the sentence, for a badge, what it counts as); {0}, {1} … are the parameters
WORDS: dict[str, tuple[str, str, str]] = {
    "dismissed": ("已解聘：{0}", "已解聘：{0}", "聘期"),
    "trainee": ("只聘为见习评审员，不能单独承担评审",) * 2 + ("聘期",),
    "no-term": ("没有聘任记录", "没有聘任记录", "聘期"),
    "term-over": ("聘期已于 {0} 届满", "聘期已于 {0} 届满", "聘期"),
    "term-short": ("聘期（至 {0}）没有覆盖全部现场评审日（{1} 至 {2}）", "聘期", "聘期"),
    "suspended": ("暂停使用：{0}", "暂停使用：{0}", "暂停使用"),
    "declined": ("本人谢绝了今年的评审任务：{0}",) * 2 + ("本人谢绝",),
    "barred": ("{0}，不得参加评审", "{0}，不得参加评审", "{0}"),
    "unsigned": ("未签署{0}年度利益冲突申报与保密承诺", "未签声明", "未签声明"),
    "undeclared": (
        "已签声明，尚未对照申报组织名单申报回避（未申报不等于没有）",
        "未申报回避",
        "未申报回避",
    ),
    "days-unknown": ("{0}年度可参加时间未填（未知不等于有空）", "未填可用时间", "未填可用时间"),
    "never-free": ("现场评审期间全部时间都不能参加", "全程不能参加", "全程不能参加"),
    "no-expertise": ("专业领域未确认，也未注明是质量管理专家", "专业未确认", "专业未确认"),
    "no-year": ("尚未建立年度", "尚未建立年度", "尚未建立年度"),
    # of applicants
    "no-trade": ("行业未确认，无法匹配专业对口的评审员", "行业未确认", "行业未确认"),
    "no-award": ("申报奖项未确认", "申报奖项未确认", "申报奖项未确认"),
    "closed-unknown": ("不便接待的时间未确认（原文：{0}）", "时间未确认", "时间未确认"),
}


@dataclass(frozen=True)
class Unfit:
    """One reason; `code` is a key of WORDS, `about` what its words name."""

    code: str
    about: tuple[object, ...] = ()


def sentence(reason: Unfit) -> str:
    return WORDS[reason.code][0].format(*reason.about)


def badge(reason: Unfit) -> str:
    return WORDS[reason.code][1].format(*reason.about)


def kind(reason: Unfit) -> str:
    return WORDS[reason.code][2].format(*reason.about)


@dataclass(frozen=True)
class NotAssignable:
    """不能安排的专家 or applicant, and every reason."""

    uid: str
    name: str
    why: tuple[Unfit, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons as a person reads them."""
        return tuple(map(sentence, self.why))


def term_gap(
    terms: Sequence[tuple[date, date]], trainee: bool, days: Sequence[date]
) -> Iterator[Unfit]:
    """聘期: none, over, or not over every day of visits."""
    if not terms:
        yield Unfit("trainee" if trainee else "no-term")
    elif not _covered(terms, days):
        last = max(last for _, last in terms)
        if last < days[0]:
            yield Unfit("term-over", (last,))
        else:
            yield Unfit("term-short", (last, days[0], days[-1]))


def _covered(terms: Sequence[tuple[date, date]], days: Sequence[date]) -> bool:
    """Whether every day lies in a term; `days` in order, mostly within one."""
    whole = bool(days) and any(first <= days[0] and days[-1] <= last for first, last in terms)
    return whole or all(any(first <= day <= last for first, last in terms) for day in days)


def time_gap(
    absences: frozenset[HalfDay] | None, year: int, days: Sequence[date]
) -> Iterator[Unfit]:
    """时间: unknown is not free; away all the time is no help."""
    if absences is None:
        yield Unfit("days-unknown", (year,))
    elif days and all(HalfDay(day, half) in absences for day in days for half in HALVES):
        yield Unfit("never-free")

"""撤销与不得申报（办法第十八条）: money to recover, the ban after fraud, the watch after the
award.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from award.honours.core.money import INNOVATION, QUALITY, Earlier

GROUNDS = {
    "fraud": "采取不正当手段骗取奖项",
    "incident": "获奖后发生重大事故或严重违法、违纪、违规行为",
}


@dataclass(frozen=True)
class Consequence:
    """撤销后果. `recover`: yuan really paid; `banned_through`: last day on which it may not
    apply; `look_at`: earlier awards to look at too.
    """

    recover: int
    banned_through: date | None
    look_at: tuple[Earlier, ...]


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes the 28th where there is none (民法典
    202: 到期月没有对应日的，月末日).
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def consequence(
    ground: str, decided: date, award: str, paid: int, earlier: Sequence[Earlier], ban_years: int
) -> Consequence:
    """Fraud brings a ban counted from the city's decision, its last day included; an incident
    brings none. Only what was paid is recovered.
    """
    through = years_after(decided, ban_years) if ground == "fraud" else None
    flagged = [one for one in earlier if not one.revoked and one.award == INNOVATION]
    return Consequence(paid, through, tuple(flagged) if award == QUALITY else ())


def barred(applied: date, decisions: Sequence[date], ban_years: int) -> date | None:
    """The last day of the ban that an application falls under, or None."""
    ends = [years_after(day, ban_years) for day in decisions if day <= applied]
    return max((end for end in ends if applied <= end), default=None)


def watched_through(awarded: date, watch_years: int) -> date:
    """获奖后2年内: the last day on which an incident opens a case."""
    return years_after(awarded, watch_years)


def watched(awarded: date, incident: date, watch_years: int) -> bool:
    return awarded <= incident <= watched_through(awarded, watch_years)

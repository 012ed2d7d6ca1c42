"""社会公示期（办法第十三条第八项）: its last day by working days with 调休, and whether the
calendar behind it is announced.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from expert_pool.facts.working_days import WorkingDays


@dataclass(frozen=True)
class Period:
    """`last` belongs to the period; `unsettled`: years in it whose 节假日安排 is not announced,
    so that `last` is to be checked (待核).
    """

    first: date
    last: date
    unsettled: tuple[int, ...] = ()

    def over(self, day: date) -> bool:
        return day > self.last


def period(first: date, days: int, first_counts: bool, calendar: WorkingDays) -> Period:
    """From the day of publication, `days` working days; the first day is not counted (民法典
    201) unless the setting says so.
    """
    last = calendar.add(first - timedelta(1) if first_counts else first, days)
    years = range(first.year, last.year + 1)
    return Period(first, last, tuple(year for year in years if calendar.is_provisional(year)))


def period_of(
    first: date,
    days: int,
    first_counts: bool,
    working: Collection[date],
    announced: Collection[int],
) -> Period | None:
    """The same from a calendar that a year file froze; None: it does not reach far enough."""
    counted = sorted(day for day in working if day > first or (first_counts and day == first))
    if len(counted) < days:
        return None
    last = counted[days - 1]
    years = range(first.year, last.year + 1)
    return Period(first, last, tuple(year for year in years if year not in announced))

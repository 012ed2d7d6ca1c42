"""工作日: working days of China with 调休 (民法典 201、203 for counting), from `holidays` plus the
office's own corrections.

The package knows the State Council notices up to some year and guesses after it (10 to 16 wrong
days a year were measured), so a year without a notice is *provisional* and everything that uses it
must say so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from expert_pool.facts.halfday import days

if TYPE_CHECKING:  # loaded with the first calendar of a year: every country's feasts take 11 MB
    from holidays import HolidayBase

Kind = Literal["workday", "makeup", "weekend", "holiday", "closed"]
MAX_STEPS = 4000  # ~15 years of working days: a counting error must not hang the program


@dataclass(frozen=True)
class DayOverride:
    """一天的更正: what the office entered for one day.

    `makeup` = 调休上班, `closed` = 本单位不办公.
    """

    kind: Kind
    name: str = ""
    source: str = ""


class WorkingDays:
    """`announced` names years whose notice the office has entered itself; they are then no longer
    provisional.
    """

    def __init__(
        self, overrides: Mapping[date, DayOverride] | None = None, announced: Collection[int] = ()
    ) -> None:
        self._overrides = dict(overrides or {})
        self._announced = frozenset(announced)

    def kind(self, day: date) -> Kind:
        if day in self._overrides:
            return self._overrides[day].kind
        table = _year(day.year)
        if table.is_weekend(day):
            if table.is_working_day(day):
                return "makeup"
            return "holiday" if day in table else "weekend"
        return "workday" if table.is_working_day(day) else "holiday"

    def is_working(self, day: date) -> bool:
        return self.kind(day) in ("workday", "makeup")

    def name(self, day: date) -> str:
        """中秋节, 调休上班, 周末 …; empty for an ordinary working day."""
        override = self._overrides.get(day)
        if override is not None and override.name:
            return override.name
        kind = self.kind(day)
        if kind == "makeup":
            return "调休上班"
        if kind == "holiday":
            return str(_year(day.year).get(day) or "节假日")
        return {"weekend": "周末", "closed": "不办公"}.get(kind, "")

    def is_provisional(self, year: int) -> bool:
        """No State Council notice known for that year (节假日安排未公布)."""
        return year not in self._announced and year not in _noticed()

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`: the first day is not counted (民法典 201).

        n = 0 asks when a period that ends on `day` really ends: on the next working day if `day` is
        a rest day (民法典 203).
        """
        if n < 0:
            raise ValueError("n must not be negative")
        if n == 0:
            return day if self.is_working(day) else self.add(day, 1)
        for step in range(1, MAX_STEPS):
            candidate = day + timedelta(step)
            if self.is_working(candidate):
                n -= 1
                if n == 0:
                    return candidate
        raise ValueError("too many working days to count")

    def window(self, first: date, last: date) -> tuple[date, ...]:
        """The working days from `first` to `last`, both included."""
        return tuple(day for day in days(first, last) if self.is_working(day))

    def festival(self, name: str, year: int) -> tuple[date, ...]:
        """The rest days around a festival (国庆, 中秋, …): its days off and the weekend or bridge
        days that touch them.
        """
        everything = days(date(year, 1, 1), date(year, 12, 31))
        core = [day for day in everything if name in self.name(day) and not self.is_working(day)]
        if not core:
            return ()
        first, last = min(core), max(core)
        while first.year == year and not self.is_working(first - timedelta(1)):
            first -= timedelta(1)
        while last.year == year and not self.is_working(last + timedelta(1)):
            last += timedelta(1)
        return days(first, last)


@lru_cache(maxsize=32)
def _year(year: int) -> HolidayBase:
    import holidays

    return holidays.country_holidays("CN", years=[year], language="zh_CN")


@cache
def _noticed() -> frozenset[int]:
    """The years of whose holidays the package knows the notice."""
    from holidays.countries.china import ChinaStaticHolidays

    return frozenset(ChinaStaticHolidays.special_public_holidays)

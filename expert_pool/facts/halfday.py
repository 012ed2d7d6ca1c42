"""半天: the unit in which people are free and visits happen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

Half = Literal["AM", "PM"]
# The field `date` below hides the type of that name from whoever resolves annotations (pydantic)
Day = date
HALVES: tuple[Half, Half] = ("AM", "PM")
HALF_ZH: dict[Half, str] = {"AM": "上午", "PM": "下午"}


class HalfDay(NamedTuple):
    """One morning or afternoon; ordered in time ("AM" sorts before "PM").

    The one type of a half-day everywhere but in the problem file (`assignment.problem.Slot`).
    """

    date: Day
    half: Half

    @property
    def zh(self) -> str:
        return HALF_ZH[self.half]


def days(first: date, last: date) -> tuple[date, ...]:
    """Every calendar day from `first` to `last`, both included; empty when `last` lies before
    `first`.
    """
    return tuple(first + timedelta(n) for n in range((last - first).days + 1))


def half_days(first: date, last: date) -> tuple[HalfDay, ...]:
    """Every half-day from the morning of `first` to the afternoon of `last`."""
    return tuple(HalfDay(day, half) for day in days(first, last) for half in HALVES)


def spell(absent: Iterable[HalfDay]) -> str:
    """Half-days as a clerk writes them, e.g.

    `9月8日-9月11日、9月14日上午`; `absences.read` reads it back to the same set.
    """
    by_day: dict[date, set[Half]] = {}
    for half_day in absent:
        by_day.setdefault(half_day.date, set()).add(half_day.half)
    mixed = any(
        len(halves) == 1 for halves in by_day.values()
    )  # then 全天 is said, or 9月7日、9月8日上午 could mean two mornings
    parts: list[str] = []
    run: list[date] = []

    def close_run() -> None:
        if run:
            parts.append(
                _zh(run[0]) + ("全天" if mixed else "")
                if len(run) == 1
                else f"{_zh(run[0])}-{_zh(run[-1])}"
            )
            run.clear()

    for day in sorted(by_day):
        if len(by_day[day]) == 2:
            if run and (day - run[-1]).days != 1:
                close_run()
            run.append(day)
        else:
            close_run()
            parts.append(_zh(day) + HALF_ZH[next(iter(by_day[day]))])
    close_run()
    return "、".join(parts)


def _zh(day: date) -> str:
    return f"{day.month}月{day.day}日"

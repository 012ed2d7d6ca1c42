"""农历: the traditional calendar as a kept table, and its days as days of the civil one.

`data/lunar_years.csv` holds each year's first day, leap month and month lengths, 2000 to 2056, as
GB/T 33661-2017 computes them (three libraries agree on every day of it; the tests compare a
fourth). Outside those years nothing is converted.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "lunar_years.csv"
# Days that people name instead of writing the date; 除夕 is the last of the year, hence not here.
FESTIVALS: Mapping[str, tuple[int, int]] = {
    "元宵": (1, 15),
    "七夕": (7, 7),
    "中元": (7, 15),
    "七月半": (7, 15),
    "八月半": (8, 15),
    "重阳": (9, 9),
    "腊八": (12, 8),
}


@dataclass(frozen=True)
class Month:
    """A lunar month: its number, whether it is the leap one of that number, and its civil days."""

    number: int
    leap: bool
    first: date
    last: date


@lru_cache(maxsize=1)
def _table() -> Mapping[int, tuple[Month, ...]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {int(row["year"]): _months(row) for row in csv.DictReader(file)}


def _months(row: Mapping[str, str]) -> tuple[Month, ...]:
    first, leap = date.fromisoformat(row["first_day"]), int(row["leap_month"] or 0)
    numbers = [(number, False) for number in range(1, 13)]
    if leap:
        numbers.insert(leap, (leap, True))
    months = []
    for (number, is_leap), length in zip(numbers, row["month_lengths"].split(), strict=True):
        last = first + timedelta(int(length) - 1)
        months.append(Month(number, is_leap, first, last))
        first = last + timedelta(1)
    return tuple(months)


def months(year: int) -> tuple[Month, ...]:
    """The months of the lunar year that begins in this civil year; none outside the table."""
    return _table().get(year, ())


def lunar(day: date) -> tuple[int, int, bool, int] | None:
    """Lunar year, month, whether leap, and day of a civil day; None outside the table."""
    for year in (day.year, day.year - 1):
        for month in months(year):
            if month.first <= day <= month.last:
                return year, month.number, month.leap, (day - month.first).days + 1
    return None

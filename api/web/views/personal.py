"""专家本人的页面: data, declaration, conflicts, free half-days and duties, on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.web.views.calendar import DayKind, DayMark, stay_words
from assignment.book import Book


@dataclass(frozen=True)
class FreeDay:
    """One day of the tick sheet; None for a day outside the window, marks for holidays and 调休."""

    date: date
    mark: DayMark
    offered: bool
    am: bool = False
    pm: bool = False

    @property
    def key(self) -> str:
        return self.date.isoformat()


@dataclass(frozen=True)
class FreeWeek:
    title: str
    key: str
    days: tuple[FreeDay, ...]


@dataclass(frozen=True)
class Task:
    """One of the four things a year asks of an expert."""

    title: str
    text: str
    path: str
    done: bool


def tick_sheet(window: Sequence[date], free: frozenset[tuple[date, str]], mark: DayKind) -> tuple[FreeWeek, ...]:
    """Weeks Monday to Sunday that hold a day of the window; only working days of the window are offered."""
    if not window:
        return ()
    days = set(window)
    monday = min(days) - timedelta(days=min(days).weekday())
    weeks = []
    while monday <= max(days):
        row = tuple(
            FreeDay(day, mark(day), day in days and mark(day).working, (day, "AM") in free, (day, "PM") in free)
            for day in (monday + timedelta(days=n) for n in range(7))
        )
        last = row[-1].date
        title = f"{monday.month}月{monday.day}日 – {last.month}月{last.day}日"
        weeks.append(FreeWeek(title, monday.isoformat(), row))
        monday += timedelta(days=7)
    return tuple(weeks)


@dataclass(frozen=True)
class Duty:
    """One visit of hers."""

    when: str
    firm: str
    place: str
    role: str
    mates: str


def duties(book: Book, expert: str) -> tuple[Duty, ...]:
    """Her visits in the order of the calendar, with whom she goes."""
    found = []
    for group in book.groups:
        seat = next((seat for seat in group.seats if seat.person.id == expert), None)
        if seat is None:
            continue
        mates = "、".join(other.person.name + ("（组长）" if other.leader else "") for other in group.seats if other is not seat)
        for visit in group.visits:
            first = visit.stays[0] if visit.stays else None
            key = (first.date, first.half) if first else (date.max, "")
            found.append((key, Duty(stay_words(visit), visit.firm.name, visit.firm.town, "组长" if seat.leader else "组员", mates)))
    return tuple(duty for _, duty in sorted(found, key=lambda item: item[0]))

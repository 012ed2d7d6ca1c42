"""日程: a plan's visits as a month sheet and as a Gantt table, half-day by half-day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from award.groups.core.book import Book, VisitEntry
from expert_pool.facts.halfday import HalfDay

WEEKDAYS = "一二三四五六日"
DayKind = Callable[[date], "DayMark"]


@dataclass(frozen=True)
class DayMark:
    """What kind of day it is: working or not, and its name (国庆节, 调休上班), empty on common
    days.
    """

    working: bool
    name: str = ""


@dataclass(frozen=True)
class Chip:
    """One half-day of one group's visit on the month sheet."""

    group: int
    tone: int  # 1-8: which tint
    text: str
    half: str
    firm: str
    title: str


@dataclass(frozen=True)
class MonthDay:
    date: date | None
    mark: DayMark = DayMark(True)
    in_window: bool = False
    am: tuple[Chip, ...] = ()
    pm: tuple[Chip, ...] = ()
    whole: tuple[Chip, ...] = ()


@dataclass(frozen=True)
class Month:
    title: str
    weeks: tuple[tuple[MonthDay, ...], ...]


def tone_of(number: int) -> int:
    return (number - 1) % 8 + 1


def months(book: Book, window: Sequence[date], mark: DayKind) -> tuple[Month, ...]:
    """Month sheets for every month the window touches, Monday first, whole weeks that meet the
    window only.
    """
    if not window:
        return ()
    first, last = min(window), max(window)
    day = first - timedelta(days=first.weekday())
    weeks = []
    chips = _chips(book)
    while day <= last:
        weeks.append(
            tuple(_month_day(day + timedelta(days=n), set(window), mark, chips) for n in range(7))
        )
        day += timedelta(days=7)
    title = (
        f"{first.year}年{first.month}月"
        if first.month == last.month
        else f"{first.year}年{first.month}月至{last.month}月"
    )
    return (Month(title, tuple(weeks)),)


def _month_day(
    day: date, window: set[date], mark: DayKind, chips: dict[HalfDay, list[Chip]]
) -> MonthDay:
    am, pm = chips.get(HalfDay(day, "AM"), []), chips.get(HalfDay(day, "PM"), [])
    both = {(chip.group, chip.firm) for chip in am} & {(chip.group, chip.firm) for chip in pm}
    return MonthDay(
        day,
        mark(day),
        day in window,
        tuple(chip for chip in am if (chip.group, chip.firm) not in both),
        tuple(chip for chip in pm if (chip.group, chip.firm) not in both),
        tuple(chip for chip in am if (chip.group, chip.firm) in both),
    )


def _chips(book: Book) -> dict[HalfDay, list[Chip]]:
    found: dict[HalfDay, list[Chip]] = {}
    for group in book.groups:
        for visit in group.visits:
            for stay in visit.stays:
                title = f"{group.name} · {visit.firm.name}" + (
                    f" · {visit.firm.town}" if visit.firm.town else ""
                )
                chip = Chip(
                    group.number,
                    tone_of(group.number),
                    short_name(visit.firm.name),
                    stay.half,
                    visit.firm.id,
                    title,
                )
                found.setdefault(stay, []).append(chip)
    return found


def short_name(name: str) -> str:
    """诸暨市鼎泰袜业股份有限公司 -> 鼎泰袜业, for narrow cells."""
    for prefix in ("浙江省", "浙江", "诸暨市", "诸暨"):
        name = name.removeprefix(prefix)
    for suffix in ("股份有限公司", "集团有限公司", "有限责任公司", "有限公司", "集团"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            name = name[: -len(suffix)]
    return name.removesuffix("集团") or name


def stay_words(visit: VisitEntry) -> str:
    """As below; 资料评审 where nobody goes anywhere."""
    return stays_words(visit.stays) if visit.stays else "资料评审，不到现场"


def stays_words(stays: Sequence[HalfDay]) -> str:
    """9月8日（周二）全天; 9月8日（周二）下午至9月9日（周三）上午."""
    first, last = stays[0], stays[-1]
    if first.date == last.date:
        return f"{day_words(first.date)}{'全天' if len(stays) > 1 else first.zh}"
    if first.half == "AM" and last.half == "PM":
        return f"{day_words(first.date)}至{day_words(last.date)}"
    return f"{day_words(first.date)}{first.zh}至{day_words(last.date)}{last.zh}"


def length_words(half_days: int) -> str:
    """半天, 1 天, 1 天半."""
    if half_days == 0:
        return "只评资料"
    whole, rest = divmod(half_days, 2)
    return f"{whole} 天半" if whole and rest else f"{whole} 天" if whole else "半天"


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"

"""页面的零件: choices, figures, bars and small calendars that pages of several areas show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.kit.days import DayKind
from api.kit.shell import Tone
from expert_pool.facts.halfday import HALF_ZH, HALVES, HalfDay


@dataclass(frozen=True)
class Option:
    value: str
    title: str
    note: str = ""
    tone: Tone = ""
    chosen: bool = False


@dataclass(frozen=True)
class People:
    """Whom a form lets one choose: everybody; of a large register (`many`) those looked for."""

    options: tuple[Option, ...] = ()
    many: bool = False
    wanted: str = ""


@dataclass(frozen=True)
class MiniDay:
    date: date | None
    tone: str = ""
    am: str = ""
    pm: str = ""
    title: str = ""
    words: str = ""


@dataclass(frozen=True)
class MiniCalendar:
    weeks: tuple[tuple[MiniDay, ...], ...]


def mini_calendar(
    window: Sequence[date],
    absent: Collection[HalfDay] | None,
    mark: DayKind,
    duties: Collection[HalfDay] = (),
) -> MiniCalendar:
    """Weeks of the window: green may come, red cannot, blue is on duty, grey nobody has said; rest
    days without marks.
    """
    if not window:
        return MiniCalendar(())
    days = set(window)
    monday = min(days) - timedelta(days=min(days).weekday())
    weeks = []
    while monday <= max(days):
        weeks.append(
            tuple(
                _mini_day(monday + timedelta(days=n), days, absent, mark, duties) for n in range(7)
            )
        )
        monday += timedelta(days=7)
    return MiniCalendar(tuple(weeks))


def _mini_day(
    day: date,
    days: set[date],
    absent: Collection[HalfDay] | None,
    mark: DayKind,
    duties: Collection[HalfDay],
) -> MiniDay:
    if day not in days or not mark(day).working:
        return MiniDay(day, "off", title=mark(day).name)
    states = [
        "unknown" if absent is None else "busy" if (day, half) in absent else "free"
        for half in HALVES
    ]
    states = [
        "duty" if (day, half) in duties else state
        for half, state in zip(HALVES, states, strict=True)
    ]
    words = {"duty": "已安排评审", "unknown": "未知", "busy": "不能参加", "free": "可参加"}
    said = "，".join(
        f"{HALF_ZH[half]}{words[state]}" for half, state in zip(HALVES, states, strict=True)
    )
    return MiniDay(day, "", states[0], states[1], f"{day.month}月{day.day}日：{said}", said)


@dataclass(frozen=True)
class Stat:
    title: str
    value: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One half-day of the supply chart, in SVG units."""

    x: float
    y: float
    height: float
    half: str
    title: str
    low: bool


@dataclass(frozen=True)
class HistoryLine:
    when: str
    text: str
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    kind: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    wide: bool = False
    hint: str = ""

"""可用时间的表单: what the boxes and the quick buttons of the tick sheet mean.

Buttons set values, they never toggle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.kit import common
from api.kit.days import DayKind, DayMark
from award.year.free_days import save_free_days
from expert_pool import store
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALVES, HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

QUICK = ("", "all", "am", "pm", "none")


def chosen(boxes: Iterable[str], window: Sequence[date], quick: str = "") -> frozenset[HalfDay]:
    """The half-days somebody is free after the form was sent; only days of the window count.

    Raises Refusal `bad-date`.
    """
    offered = frozenset(HalfDay(day, half) for day in window for half in HALVES)
    ticked = frozenset(_box(text) for text in boxes) & offered
    if ":" in quick:
        return _partly(quick, ticked, offered)
    if quick not in QUICK:
        raise Refusal("bad-date", "没有这样的填写方式，请刷新页面。")
    quickly = {
        "all": offered,
        "am": frozenset(item for item in offered if item.half == "AM"),
        "pm": frozenset(item for item in offered if item.half == "PM"),
        "none": frozenset[HalfDay](),
    }
    return quickly.get(quick, ticked)


def _partly(
    quick: str, ticked: frozenset[HalfDay], offered: frozenset[HalfDay]
) -> frozenset[HalfDay]:
    """One day or one week set, or made like the week before."""
    kind, _, key = quick.partition(":")
    first = _day(key)
    part = frozenset(
        item
        for item in offered
        if first <= item.date < first + timedelta(days=1 if kind.startswith("day-") else 7)
    )
    if kind in ("week-on", "day-on"):
        return ticked | part
    if kind in ("week-off", "day-off"):
        return ticked - part
    if kind == "week-same":
        return ticked - part | {
            item for item in part if HalfDay(item.date - timedelta(days=7), item.half) in ticked
        }
    raise Refusal("bad-date", "没有这样的填写方式，请刷新页面。")


def anchor(quick: str) -> str:
    """Where on the page the pressed button stands."""
    _, _, key = quick.partition(":")
    if not key:
        return ""
    day = _day(key)
    return f"#w-{day - timedelta(days=day.weekday())}"


def absences(free: frozenset[HalfDay], window: Sequence[date]) -> tuple[HalfDay, ...]:
    """The register keeps half-days away, the sheet asks for half-days free."""
    return tuple(
        item
        for day in window
        for item in (HalfDay(day, "AM"), HalfDay(day, "PM"))
        if item not in free
    )


def _box(text: str) -> HalfDay:
    day, _, half = text.partition("/")
    if half not in HALVES:
        raise Refusal("bad-date", "时间的写法不对，请刷新页面后重新勾选。")
    return HalfDay(_day(day), "AM" if half == "AM" else "PM")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("bad-date", "时间的写法不对，请刷新页面后重新勾选。") from None


def sheet(view: store.AvailabilityView, window: Sequence[date], mark: DayKind) -> dict[str, object]:
    """What the tick-sheet template needs, from the answer as it stands."""
    away = set(view.absences)
    free = frozenset(
        item
        for item in (HalfDay(day, half) for day in window for half in HALVES)
        if view.known
        and view.first
        and view.last
        and view.first <= item.date <= view.last
        and item not in away
    )
    if not view.version:
        words = ""
    elif view.known:
        words = f"现在的登记：可参加 {len(free)} 个半天。" + (
            f"原话：“{view.text}”" if view.text else ""
        )
    else:
        words = f"原话“{view.text}”读不出时间，请重新勾选。" if view.text else "还没有填写。"
    return {
        "weeks": tick_sheet(window, free, mark),
        "version": view.version,
        "text": "",
        "state_words": words,
    }


def save(
    uow: UnitOfWork,
    viewer: Viewer,
    expert_uid: str,
    version: int,
    boxes: Iterable[str],
    quick: str,
    text: str,
) -> None:
    """Store a sent tick sheet for the current year's window."""
    year = common.needed_year(uow.session, viewer)
    window = store.working_days(uow.session).window(
        year.fields.window_first, year.fields.window_last
    )
    away = absences(chosen(boxes, window, quick), window)
    save_free_days(uow, expert_uid, year.year, away, text.strip(), version)


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
    """A week with the days that can be ticked; `note` says why the others cannot."""

    title: str
    key: str
    days: tuple[FreeDay, ...]
    note: str = ""
    before: bool = False  # there is a week before it to copy from


def tick_sheet(
    window: Sequence[date], free: frozenset[HalfDay], mark: DayKind
) -> tuple[FreeWeek, ...]:
    """Weeks Monday to Sunday that hold a day of the window; only working days of the window are
    offered.
    """
    if not window:
        return ()
    days = set(window)
    monday = min(days) - timedelta(days=min(days).weekday())
    weeks: list[FreeWeek] = []
    while monday <= max(days):
        row = tuple(
            FreeDay(
                day,
                mark(day),
                day in days and mark(day).working,
                (day, "AM") in free,
                (day, "PM") in free,
            )
            for day in (monday + timedelta(days=n) for n in range(7))
        )
        offered = tuple(day for day in row if day.offered)
        if offered:
            weeks.append(
                FreeWeek(
                    _span(offered[0].date, offered[-1].date),
                    monday.isoformat(),
                    offered,
                    _why_not(row),
                    bool(weeks),
                )
            )
        monday += timedelta(days=7)
    return tuple(weeks)


def _span(first: date, last: date) -> str:
    if first == last:
        return f"{first.month}月{first.day}日"
    return f"{first.month}月{first.day}日 – " + (
        f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    )


def _why_not(row: Sequence[FreeDay]) -> str:
    """Holidays and days of 调休 by name; ordinary weekends need no word."""
    return "，".join(
        f"{day.date.month}月{day.date.day}日{day.mark.name}" for day in row if day.mark.name
    )

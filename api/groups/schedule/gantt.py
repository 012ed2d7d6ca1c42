"""分组、按专家、按组织的日程表: rows of groups, people or firms, columns of half-days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.kit.days import DayKind, DayMark, stay_words, tone_of
from assignment.problem import Problem
from award.groups.core.book import Book, GroupEntry, VisitEntry
from expert_pool.facts.halfday import HALVES, HalfDay, days

# Half-days on which somebody of a row cannot come, and who.
Away = Mapping[HalfDay, str]


@dataclass(frozen=True)
class Cell:
    """`span` half-days: a visit, or one empty half-day.

    `spot` is the slot of the plan a visit may be dropped on, `away` who cannot come then.
    """

    span: int
    visit: VisitEntry | None = None
    tone: int = 0
    away: str = ""
    spot: int | None = None
    day_end: bool = False
    week_end: bool = False
    title: str = ""


@dataclass(frozen=True)
class Row:
    title: str
    sub: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Gantt:
    what: str
    days: tuple[tuple[date, DayMark], ...]
    rows: tuple[Row, ...]
    weeks: tuple[tuple[str, int], ...] = field(default=())


@dataclass(frozen=True)
class _Line:
    """A row before it is laid out: visits with the tone of their group."""

    title: str
    sub: str
    visits: tuple[tuple[VisitEntry, int], ...]
    away: Away = field(default_factory=dict)


def gantt(
    book: Book, problem: Problem, window: Sequence[date], mark: DayKind, by: str = "group"
) -> Gantt:
    """Columns from the first to the last day of the window; free days without a visit are left
    out. `by`: group, expert or firm.
    """
    what, lines = {"group": _by_group, "expert": _by_expert, "firm": _by_firm}[by](book, problem)
    if not window:
        return Gantt(what, (), ())
    used = {stay.date for group in book.groups for visit in group.visits for stay in visit.stays}
    shown = tuple(day for day in days(min(window), max(window)) if mark(day).working or day in used)
    slots = {_half_day(problem, n): n for n in range(len(problem.slots))}
    return Gantt(
        what,
        tuple((day, mark(day)) for day in shown),
        tuple(Row(line.title, line.sub, _cells(line, shown, slots)) for line in lines),
        _weeks(shown),
    )


def _by_group(book: Book, problem: Problem) -> tuple[str, list[_Line]]:
    return "评审组", [
        _Line(
            group.name,
            f"组长 {group.leader.name if group.leader else '待定'} · {len(group.seats)} 人",
            tuple((visit, tone_of(group.number)) for visit in group.visits),
            _away(problem, {seat.person.id: seat.person.name for seat in group.seats}),
        )
        for group in book.groups
    ]


def _by_expert(book: Book, problem: Problem) -> tuple[str, list[_Line]]:
    duties: dict[str, list[GroupEntry]] = {}
    people = {}
    for group in book.groups:
        for seat in group.seats:
            duties.setdefault(seat.person.id, []).append(group)
            people[seat.person.id] = seat.person
    lines = [
        _Line(
            people[uid].name,
            "、".join(
                group.name + ("组长" if group.leader and group.leader.id == uid else "")
                for group in groups
            ),
            tuple((visit, tone_of(group.number)) for group in groups for visit in group.visits),
            _away(problem, {uid: people[uid].name}),
        )
        for uid, groups in duties.items()
    ]
    return "专家", lines


def _by_firm(book: Book, problem: Problem) -> tuple[str, list[_Line]]:
    closed = {
        case.id: {
            HalfDay(problem.slots[n].date, problem.slots[n].half): "不便接待" for n in case.closed
        }
        for case in problem.cases
    }
    lines = [
        _Line(
            visit.firm.name,
            group.name,
            ((visit, tone_of(group.number)),),
            closed.get(visit.firm.id, {}),
        )
        for group in book.groups
        for visit in group.visits
    ]
    return "申报组织", sorted(lines, key=lambda line: line.title)


def _away(problem: Problem, people: Mapping[str, str]) -> Away:
    found: dict[HalfDay, list[str]] = {}
    for reviewer in problem.reviewers:
        if reviewer.id in people:
            for slot in reviewer.unavailable:
                found.setdefault(_half_day(problem, slot), []).append(people[reviewer.id])
    return {key: f"{'、'.join(names)}不能参加" for key, names in found.items()}


def _half_day(problem: Problem, slot: int) -> HalfDay:
    return HalfDay(problem.slots[slot].date, problem.slots[slot].half)


def _cells(line: _Line, shown: Sequence[date], slots: Mapping[HalfDay, int]) -> tuple[Cell, ...]:
    starts = {visit.stays[0]: (visit, tone) for visit, tone in line.visits if visit.stays}
    columns = [HalfDay(day, half) for day in shown for half in HALVES]
    cells: list[Cell] = []
    position = 0
    while position < len(columns):
        visit, tone = starts.get(columns[position], (None, 0))
        span = min(len(visit.stays), len(columns) - position) if visit else 1
        end = columns[position + span - 1]
        last = position + span == len(columns)
        week = last or _week(columns[position + span].date) != _week(end.date)
        cells.append(
            Cell(
                span,
                visit,
                tone,
                "" if visit else line.away.get(columns[position], ""),
                None if visit else slots.get(columns[position]),
                end.half == "PM",
                week and end.half == "PM",
                f"{visit.firm.name}，{stay_words(visit)}" if visit else "",
            )
        )
        position += span
    return tuple(cells)


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _weeks(shown: Iterable[date]) -> tuple[tuple[str, int], ...]:
    counted: dict[tuple[int, int], int] = {}
    for day in shown:
        counted[_week(day)] = counted.get(_week(day), 0) + 1
    return tuple((f"第 {n} 周", size) for n, size in enumerate(counted.values(), 1))

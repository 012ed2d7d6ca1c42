"""编组表读回: what a clerk made of the sheet in WPS or Excel, as groups; every cell that cannot be
read is named.

A cell that was left as it went out says nothing new: whoever moves a firm to another group by
changing its number moves the firm and not the people written beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit
from award.groups.core.book import Names, group_name
from award.groups.core.sheet_out import ON_PAPER
from expert_pool.core import organisation
from expert_pool.core.organisation import Answer, Directory
from expert_pool.core.person import name_key
from expert_pool.facts import absences
from expert_pool.facts.absence_tokens import numeral
from expert_pool.facts.halfday import HALF_ZH, HalfDay
from expert_pool.facts.headings import Kind, labels, map_headings
from expert_pool.facts.intake import RowProblem
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawRow, RawTable, broken_cells
from expert_pool.facts.writing import (
    Cell,
    Unreadable,
    as_text,
    blank,
    clean,
    compact,
    person_name,
    split_list,
)

KIND: Kind = "groups"
GROUP_WORDS = re.compile(r"第?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:评审)?小?组?")
SURPLUS = 10  # new groups a sheet may form
NEEDED = ("group", "firm", "when")
EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of Excel's own count
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 2000 to 2099
NOON = 12
LEADER_MARK = re.compile(r"\((?:评审)?组长\)$")


@dataclass(frozen=True)
class Numbered:
    """One group as the sheet has it; up to the number of groups of the plan it is that group."""

    number: int
    group: Group


@dataclass(frozen=True)
class SheetRead:
    """`groups` in the order of their numbers; they stand only where `problems` are none."""

    groups: tuple[Numbered, ...]
    problems: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _People:
    """What one row says of the people of a group; None: nothing."""

    row: int
    leader: str | None
    members: tuple[str, ...] | None

    @property
    def silent(self) -> bool:
        return self.leader is None and self.members is None


@dataclass
class _Firm:
    """One row: a firm, the group and the start it shall have; no group: to be placed later."""

    row: int
    case: str
    group: int | None
    start: int | None
    people: _People


def version_of(table: RawTable) -> tuple[int, int] | None:
    """Number of the plan and how often it had been saved when the sheet went out."""
    found = re.search(r"第\s*(\d+)\s*版[,，、]\s*第\s*(\d+)\s*次保存", clean(table.title))
    return (int(found[1]), int(found[2])) if found else None


def read_sheet(problem: Problem, plan: Plan, names: Names, table: RawTable) -> SheetRead:
    """The groups that the sheet writes for this plan. Refuses a sheet without the columns."""
    reader = _Reader(problem, plan, names, table)
    firms = [one for row in table.rows if (one := reader.firm(row)) is not None]
    reader.once(firms)
    groups = tuple(reader.group(number, firms) for number in _numbers(firms))
    missing = [case.id for case in problem.cases if case.id not in {one.case for one in firms}]
    notes = [*table.notes, *reader.unsaid()]
    if missing and not reader.problems:
        said = "、".join(names.firm(case).name for case in missing)
        notes.append(f"表里没有{said}，仍照现在的安排。")
        groups = _with_the_rest(plan, groups, missing)
    found = tuple(sorted(reader.problems, key=lambda one: one.row))
    return SheetRead(groups, found, tuple(notes))


def _numbers(firms: Iterable[_Firm]) -> list[int]:
    return sorted({one.group for one in firms if one.group is not None})


def _with_the_rest(
    plan: Plan, groups: Sequence[Numbered], missing: Sequence[str]
) -> tuple[Numbered, ...]:
    """Firms that the sheet does not name stay where they are."""
    found = {one.number: one.group for one in groups}
    for number, group in enumerate(plan.groups, 1):
        kept = tuple(visit for visit in group.visits if visit.case in missing)
        if kept:
            here = found.get(number, replace(group, visits=()))
            found[number] = replace(here, visits=(*here.visits, *kept))
    return tuple(Numbered(number, found[number]) for number in sorted(found))


@dataclass
class _Reader:
    problem: Problem
    plan: Plan
    names: Names
    table: RawTable
    problems: list[RowProblem] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = map_headings("groups", self.table.headings, {}, self.table.rows)
        self.heading = {name: heading for heading, name in found.fields.items()}
        missing = [labels("groups")[name] for name in NEEDED if name not in self.heading]
        if missing:
            raise Refusal(
                "wrong-headings",
                f"表里没有“{'、'.join(missing)}”这一列。请在下载的编组表上改，不要改表头。",
            )
        people: dict[str, list[str]] = {}
        for one in self.problem.reviewers:
            people.setdefault(name_key(self.names.person(one.id).name), []).append(one.id)
        self.people: Mapping[str, list[str]] = people
        self.firms = {self.names.firm(case.id).name: case.id for case in self.problem.cases}
        self.directory = Directory(self.firms, slips=True)
        self.groups_of = {
            case: number for number, group in enumerate(self.plan.groups, 1) for case in group.cases
        }
        self.slots = {
            HalfDay(slot.date, slot.half): position
            for position, slot in enumerate(self.problem.slots)
        }

    # Rows
    # ----------------------------------------------------------------------------------------------

    def firm(self, row: RawRow) -> _Firm | None:
        """One row; what is wrong with it goes to `problems`, and the row counts for nothing."""
        before = len(self.problems)
        for heading, error, reason in broken_cells(row, self.heading.values()):
            self.problems.append(RowProblem(row.number, heading, reason, error))
        if len(self.problems) > before:
            return None
        case = self._case(row)
        number = self._number(row)
        people = self._people(row)
        placed = case is not None and not blank(self._cell(row, "group"))
        start = self._start(row, case) if case is not None and placed else None
        if case is None or len(self.problems) > before:
            return None
        return _Firm(row.number, case, number, start, self._news(people, case, number))

    def unsaid(self) -> Iterator[str]:
        """What a sheet whose column was taken out leaves as it is."""
        for name in ("leader", "members"):
            if name not in self.heading:
                heading = labels("groups")[name]
                yield f"表里没有“{heading}”这一列，{heading}不变。"

    def once(self, firms: Sequence[_Firm]) -> None:
        """每家只写一行."""
        first: dict[str, int] = {}
        for one in firms:
            if one.case in first:
                name = self.names.firm(one.case).name
                self._wrong(one.row, "firm", f"{name}在第 {first[one.case]} 行已经写过", name)
            first.setdefault(one.case, one.row)

    def group(self, number: int, firms: Sequence[_Firm]) -> Numbered:
        """The group of one number: its firms, and the people that a row names or it has now."""
        mine = [one for one in firms if one.group == number]
        base = self.plan.groups[number - 1] if number <= len(self.plan.groups) else None
        said = [one.people for one in mine if not one.people.silent]
        leader = base.leader if base else None
        if "leader" not in self.heading:
            said = [replace(one, leader=leader) for one in said]
        members = base.members if base else ()
        for at, people in enumerate(said):
            if at and (people.leader, people.members) != (said[0].leader, said[0].members):
                self._wrong(
                    people.row,
                    "members",
                    f"同是{group_name(number)}，这里的人与第 {said[0].row} 行写的不一样",
                    "",
                )
        if said:
            leader, members = _seated(said[0], leader, members)
        elif base is None:
            self._wrong(
                mine[0].row,
                "members",
                f"{group_name(number)}是新的，请写上它的组长和组员",
                "",
            )
        visits = tuple(
            Visit(one.case, one.start, self._length(one.case))
            for one in sorted(mine, key=lambda one: -1 if one.start is None else one.start)
        )
        return Numbered(number, Group(leader, members, visits))

    # Cells
    # ----------------------------------------------------------------------------------------------

    def _cell(self, row: RawRow, name: str) -> Cell:
        heading = self.heading.get(name)
        return None if heading is None else row.cells.get(heading)

    def _wrong(self, row: int, name: str, reason: str, value: Cell) -> None:
        heading = self.heading.get(name) or labels("groups")[name]
        self.problems.append(RowProblem(row, heading, reason, as_text(value)))

    def _case(self, row: RawRow) -> str | None:
        value = self._cell(row, "firm")
        written = clean(value)
        if written in self.firms:
            return self.firms[written]
        if blank(value):
            self._wrong(row.number, "firm", "没有写申报组织", value)
            return None
        meant = self.directory.meant(written)
        sure = [name for name, answer in meant.items() if answer is Answer.SAME]
        if len(sure) == 1:
            return self.firms[sure[0]]
        hint = f"，像是{'或'.join(sorted(meant))}，请写全称" if meant else "，请照下载的表写"
        self._wrong(row.number, "firm", f"本方案里没有这家申报组织{hint}", value)
        return None

    def _number(self, row: RawRow) -> int | None:
        value = self._cell(row, "group")
        if blank(value):
            return None
        found = GROUP_WORDS.fullmatch(compact(value))
        number = 0
        if found:
            number = int(found[1]) if found[1].isdecimal() else numeral(found[1])
        if not 1 <= number <= len(self.plan.groups) + SURPLUS:
            self._wrong(row.number, "group", "看不出是第几组，请写“第一评审组”或 1", value)
            return None
        return number

    def _people(self, row: RawRow) -> _People:
        leader, members = self._cell(row, "leader"), self._cell(row, "members")
        named = None
        if not blank(members):
            written = [one for part in split_list(members) for one in self._apart(part)]
            found = [self._person(row, "members", one) for one in written]
            named = tuple(dict.fromkeys(one for one in found if one is not None))
        lead = None if blank(leader) else self._person(row, "leader", as_text(leader))
        return _People(row.number, lead, named)

    def _apart(self, written: str) -> Sequence[str]:
        """钱学勤 李秀英, 钱学勤/李秀英: two where each is somebody; 钱 学勤 is one."""
        parts = [part for part in re.split(r"[\s/&+]+", written) if part]
        known = all(name_key(part) in self.people for part in parts)
        return parts if known and len(parts) > 1 else [written]

    def _alike(self, told: str) -> list[str]:
        """Names that a slip or a title (钱学勤老师) may have been made of."""
        names = {self.names.person(one.id).name for one in self.problem.reviewers}
        return sorted(
            name
            for name in names
            if told.startswith(name)
            or (
                len(name) == len(told) > 1
                and sum(a != b for a, b in zip(name, told, strict=True)) == 1
            )
        )

    def _person(self, row: RawRow, name: str, written: str) -> str | None:
        bare = LEADER_MARK.sub("", clean(written))
        found = re.fullmatch(r"([^()]+)(?:\((.+)\))?", bare)
        told = person_name(found[1] if found else bare)
        if isinstance(told, Unreadable):
            self._wrong(row.number, name, told.why, written)
            return None
        able = self.people.get(name_key(told), [])
        if len(able) > 1 and found and found[2]:
            able = [
                one for one in able if organisation.same(self.names.person(one).employer, found[2])
            ]
        if len(able) == 1:
            return able[0]
        if able:
            employers = "、".join(self.names.person(one).employer for one in able)
            reason = f"有几位{told}（{employers}），请在姓名后用括号写单位"
        elif alike := self._alike(told):
            reason = f"可以编组的评审员里没有{told}，像是{'或'.join(alike)}，请照名册写"
        else:
            reason = f"可以编组的评审员里没有{told}，可能写错，或者今年不能安排"
        self._wrong(row.number, name, reason, written)
        return None

    def _start(self, row: RawRow, case: str) -> int | None:
        """The first half-day of the visit: all of them are written, or the first ones."""
        value, length = self._cell(row, "when"), self._length(case)
        if not length:
            return None
        if blank(value) or compact(value) == ON_PAPER:
            self._wrong(row.number, "when", f"请写从哪个半天开始（要 {length} 个半天）", value)
            return None
        first, last = self.problem.slots[0].date, self.problem.slots[-1].date
        told = absences.read(_moment(value, first, last), first, last)
        if told is None or isinstance(told, Unreadable):
            why = told.why if told else "看不出时间"
            self._wrong(row.number, "when", f"{why}，请写成 9月8日上午 这样", value)
            return None
        if told.notes or not told.half_days:
            self._wrong(row.number, "when", "；".join(told.notes) or "看不出时间", value)
            return None
        reason, start = self._fitting(sorted(told.half_days), length)
        if reason:
            self._wrong(row.number, "when", reason, value)
        return start

    def _fitting(self, written: Sequence[HalfDay], length: int) -> tuple[str, int | None]:
        """Why these half-days are no beginning of a visit, or the slot it starts at."""
        for one in written:
            if one not in self.slots:
                return f"{one.date.month}月{one.date.day}日{HALF_ZH[one.half]}不能安排", None
        places = [self.slots[one] for one in written]
        if len(places) > length:
            words = "请写明上午还是下午" if length == 1 and len(places) == 2 else "多写了"
            return f"这家要 {length} 个半天，写了 {len(places)} 个，{words}", None
        if places != list(range(places[0], places[0] + len(places))):
            return "写的半天不是连着的", None
        if places[0] + length > len(self.problem.slots):
            return f"从这时起到评审期末不够 {length} 个半天", None
        return "", places[0]

    def _length(self, case: str) -> int:
        return self.problem.cases[self.problem.case_index[case]].half_days

    def _news(self, people: _People, case: str, number: int | None) -> _People:
        """What the row says anew: not the people who went out beside the firm's former group."""
        now = self.groups_of.get(case)
        if now is None or now == number:
            return people
        base = self.plan.groups[now - 1]
        others = tuple(one for one in base.members if one != base.leader)
        same = people.leader in (None, base.leader) and (
            people.members is None or set(people.members) == set(others)
        )
        return _People(people.row, None, None) if same else people


def _moment(value: Cell, first: date, last: date) -> Cell:
    """A day that Excel shows as its bare number (46273, 46273.5 at noon) as the day or half-day."""
    if not isinstance(value, float | int) or not FIRST_SERIAL <= value <= LAST_SERIAL:
        return value
    moment = EXCEL_ZERO + timedelta(value)
    if not first <= moment.date() <= last:
        return value
    if value == int(value):
        return moment.date()
    return f"{moment.month}月{moment.day}日{HALF_ZH['AM' if moment.hour < NOON else 'PM']}"


def _seated(
    said: _People, leader: str | None, members: Sequence[str]
) -> tuple[str | None, tuple[str, ...]]:
    """Leader first. A row that names only the leader leaves the others."""
    if said.members is None:
        others = [one for one in members if one not in (leader, said.leader)]
    else:
        others = [one for one in said.members if one != said.leader]
    return said.leader, (*((said.leader,) if said.leader else ()), *others)

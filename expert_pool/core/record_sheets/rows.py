"""记录表的读取与比较: rows of a sheet against the records there are: new, changed, unchanged, or
bad with row, column and what to do.

Pure. A cell that still says what an export wrote is no news, an empty one says nothing, and a row
that is missing changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from expert_pool.core.hidden import KEPT_AWAY, NOTHING_HIDDEN, Hidden
from expert_pool.core.record_sheets import columns as cells
from expert_pool.core.record_sheets.catalogue import FINDING, NAME, PERSON, RECORD, RecordSheet
from expert_pool.core.record_sheets.columns import Column
from expert_pool.core.record_sheets.find import match_headings
from expert_pool.facts import absences as absence_reading
from expert_pool.facts.absences import Absences
from expert_pool.facts.halfday import spell
from expert_pool.facts.intake import Change, FieldChange, ImportPlan, RawRow, RawTable, RowProblem
from expert_pool.facts.table import broken_cells
from expert_pool.facts.working_days import WorkingDays
from expert_pool.facts.writing import Cell, Unreadable, as_text, blank, compact, phone


@dataclass(frozen=True)
class Known:
    """A record there is. `gone`: why it no longer counts (withdrawn), in words."""

    uid: str
    expert: str
    name: str
    values: Mapping[str, Any]
    gone: str = ""


@dataclass(frozen=True)
class Someone:
    """A person of the register, as rows may name her."""

    uid: str
    name: str
    employer: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Entry:
    """One row: what it says of which person.

    `uid` names the record when there is one; `notes` say what was not taken over.
    """

    sheet: str
    row: int
    expert: str
    name: str
    uid: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)  # field -> heading of the file


Plan = ImportPlan[Entry]


class People:
    """Finding the person that a row names: by our number, else by name with telephone or employer,
    never by a guess.
    """

    def __init__(self, people: Iterable[Someone]) -> None:
        self.by_uid = {one.uid: one for one in people}
        self.by_name: dict[str, list[Someone]] = {}
        for one in self.by_uid.values():
            self.by_name.setdefault(one.name, []).append(one)

    def find(
        self, uid: str, name: str, employer: str = "", telephone: str = ""
    ) -> Someone | Unreadable:
        if uid:
            found = self.by_uid.get(uid)
            if found is None:
                return Unreadable(
                    uid,
                    f"没有系统编号为 {uid} 的专家，请核对；不知道编号的可以不填，"
                    "只写姓名和工作单位",
                )
            if name and name != found.name:
                return Unreadable(
                    name, f"系统编号对应的是{found.name}，与姓名“{name}”对不上，请核对是不是错了行"
                )
            return found
        same = self.by_name.get(name, [])
        if not name or not same:
            why = (
                f"专家库里没有“{name}”，请核对姓名；确属新人的，请先在“专家台账”导入"
                if name
                else "姓名为空，请补上"
            )
            return Unreadable(name, why)
        if len(same) > 1:
            same = [
                one
                for one in same
                if (telephone and one.phone == telephone) or (employer and one.employer == employer)
            ]
        if len(same) != 1:
            return Unreadable(
                name, f"专家库里有几位“{name}”，请补上工作单位（与专家库一致）或系统编号"
            )
        return same[0]


def read_sheet(
    sheet: RecordSheet,
    table: RawTable,
    known: Sequence[Known],
    people: People,
    hidden: Hidden = NOTHING_HIDDEN,
    working_days: WorkingDays | None = None,
) -> Plan:
    """The rows of one sheet.

    `hidden`: organisations whose records the reader must keep away from.
    """
    reader = _Sheet(sheet, table, known, people, hidden, working_days or WorkingDays())
    for row in table.rows:
        reader.take(row)
    return reader.plan()


class _Sheet:
    def __init__(
        self,
        sheet: RecordSheet,
        table: RawTable,
        known: Sequence[Known],
        people: People,
        hidden: Hidden,
        working_days: WorkingDays,
    ) -> None:
        self.sheet, self.table, self.people, self.hidden, self.working_days = (
            sheet,
            table,
            people,
            hidden,
            working_days,
        )
        self.headings, unread = match_headings(sheet, table.headings)
        self.known = {one.uid: one for one in known}
        self.of_person: dict[str, list[Known]] = {}
        for one in known:
            self.of_person.setdefault(one.expert, []).append(one)
        self.new: list[Entry] = []
        self.changed: list[Change[Entry]] = []
        self.unchanged: list[Entry] = []
        self.problems: list[RowProblem] = []
        self.notes = [f"{sheet.title}：{note}" for note in table.notes]
        if unread:
            self.notes.append(f"{sheet.title}：不认识的列没有读：{'、'.join(unread)}。")
        self.taken: dict[tuple[object, ...], int] = {}

    def plan(self) -> Plan:
        found = (tuple(self.new), tuple(self.changed), tuple(self.unchanged), tuple(self.problems))
        return ImportPlan(*found, (), tuple(self.notes))

    def cell(self, row: RawRow, name: str) -> Cell:
        return row.cells.get(self.headings.get(name, ""))

    def problem(self, row: RawRow, name: str, reason: str) -> None:
        heading = self.headings.get(name, name)
        shown = as_text(self.cell(row, name)).strip()[:200]
        self.problems.append(RowProblem(row.number, heading, reason, shown, self.sheet.title))

    # one row
    # ----------------------------------------------------------------------------------------------

    def take(self, row: RawRow) -> None:
        before = len(self.problems)
        if broken := broken_cells(row, self.table.headings):
            self.problems += [
                RowProblem(row.number, heading, reason, error, self.sheet.title)
                for heading, error, reason in broken
            ]
            return
        person = self._person(row)
        if person is None:
            return
        record, named = self._named(row, person)
        values = {} if named else self._values(row, None)
        if not named:
            self._demand(row, values, of_identity=True)
        if len(self.problems) > before:
            if not named and not self._fitting(person, values):
                self._demand(row, values, of_identity=False)
            return
        if kept_away := next(
            (one for one in self.sheet.columns if self._kept_away(one, values.get(one.field))),
            None,
        ):
            self.problem(row, kept_away.field, KEPT_AWAY)
            return
        record = record if named else self._alike(row, person, values)
        if len(self.problems) > before:
            return
        key: tuple[object, ...] = (
            (record.uid,)
            if record
            else (person.uid, *(values.get(name) for name in self.sheet.identity))
        )
        first = self.taken.setdefault(key, row.number)
        if first != row.number:
            self.problem(
                row,
                self.sheet.identity[0] if self.sheet.identity else NAME,
                f"与第 {first} 行说的是同一条记录，请只留一行",
            )
        elif record is None:
            self._new(row, person, values)
        else:
            self._known(row, record, named)

    def _kept_away(self, column: Column, value: Any) -> bool:
        """Also where the organisation stands among other words."""
        if column.organisation:
            return value in self.hidden
        return isinstance(value, str) and self.hidden.told_in(value)

    def _demand(self, row: RawRow, values: Mapping[str, Any], *, of_identity: bool) -> None:
        """What must be said is not: of what tells the record (always), or of the rest (of a new
        one).
        """
        for column in self.sheet.columns:
            wanted = (
                column.needed
                and column.kind != "days"
                and (column.field in self.sheet.identity) == of_identity
            )
            if (
                wanted
                and blank(self.cell(row, column.field))
                and values.get(column.field) in (None, "")
            ):
                self.problem(row, column.field, f"{column.heading}为空，请补上")

    def _person(self, row: RawRow) -> Someone | None:
        if not self.sheet.person:
            return Someone("", "")
        uid, name = (as_text(self.cell(row, one)).strip() for one in (PERSON, NAME))
        if not uid and (record := self.known.get(as_text(self.cell(row, RECORD)).strip())):
            uid = record.expert
        number = phone(self.cell(row, FINDING[1])) if not blank(self.cell(row, FINDING[1])) else ""
        employer = as_text(self.cell(row, FINDING[0])).strip()
        found = self.people.find(
            uid,
            compact(name) if name else "",
            employer,
            "" if isinstance(number, Unreadable) else number,
        )
        if isinstance(found, Unreadable):
            self.problem(row, PERSON if uid and found.text == uid else NAME, found.why)
            return None
        return found

    def _named(self, row: RawRow, person: Someone) -> tuple[Known | None, bool]:
        """The record that the row names by its number, and whether it names one."""
        if not self.sheet.record_column:
            return next(iter(self.of_person.get(person.uid, ())), None), True
        uid = as_text(self.cell(row, RECORD)).strip()
        found = self.known.get(uid)
        if uid and found is None:
            self.problem(
                row, RECORD, f"没有编号为 {uid} 的{self.sheet.title}记录；新增的请把记录编号空着"
            )
        elif found is not None and found.expert != person.uid:
            self.problem(row, NAME, f"这条记录是{found.name}的，与姓名对不上，请核对是不是错了行")
        return found, bool(uid)

    def _fitting(self, person: Someone, values: Mapping[str, Any]) -> list[Known]:
        """The person's records that what was read does not contradict."""

        def fits(one: Known) -> bool:
            return all(
                values.get(name) in (None, "", one.values.get(name)) for name in self.sheet.identity
            )

        return (
            [one for one in self.of_person.get(person.uid, ()) if fits(one)]
            if self.sheet.identity
            else []
        )

    def _alike(self, row: RawRow, person: Someone, values: Mapping[str, Any]) -> Known | None:
        found = self._fitting(person, values)
        alike = [one for one in found if not one.gone] or found[:1]
        if len(alike) > 1:
            same = [
                one
                for one in alike
                if all(
                    values[name] == one.values.get(name) for name in values if name in one.values
                )
            ]
            alike = same[:1]
            if not alike:
                self.problem(
                    row,
                    self.sheet.identity[0],
                    "已有几条这样的记录，分不清是哪一条，请写明记录编号（导出的表里有）",
                )
        return alike[0] if alike else None

    def _values(self, row: RawRow, record: Known | None) -> dict[str, Any]:
        """What the cells say, by field: read only where they say something new to `record`."""
        values: dict[str, Any] = {}
        for column in self.sheet.columns:
            cell = self.cell(row, column.field)
            if blank(cell) or column.house or column.kind == "days":
                continue
            if record is not None and cells.says_the_same(
                column, cell, record.values.get(column.field)
            ):
                continue
            if record is None and column.secret and "**" in as_text(cell):
                continue
            value = self._read(column, cell)
            if isinstance(value, Unreadable):
                self.problem(row, column.field, value.why)
            else:
                values[column.field] = value
        return values

    def _read(self, column: Column, cell: Cell) -> Any:
        if column.kind == "person":
            said = as_text(cell).split()
            named = said[0] if said and said[0] in self.people.by_uid else ""
            found = self.people.find(named, "" if named else compact(cell))
            return found if isinstance(found, Unreadable) else f"{found.uid} {found.name}"
        return cells.read(column, cell)

    # new
    # ----------------------------------------------------------------------------------------------

    def _new(self, row: RawRow, person: Someone, values: dict[str, Any]) -> None:
        before = len(self.problems)
        if self.sheet.only_changes:
            self.problem(row, NAME, "这张表只能更正已有的资料")
        self._demand(row, values, of_identity=False)
        if len(self.problems) == before and (days := self._days_column()) is not None:
            self._absences(row, days, values, values)
        if len(self.problems) > before:
            return
        held = [
            one for one in self.sheet.columns if one.house and not blank(self.cell(row, one.field))
        ]
        notes = tuple(f"“{self.headings[one.field]}”没有读入：{one.house}。" for one in held)
        notes = (*filter(None, (self.sheet.effect,)), *notes)
        defaults = {one.field: one.unsaid for one in self.sheet.columns if not one.house}
        name = person.name or str(values[self.sheet.identity[0]])
        self.new.append(
            Entry(
                self.sheet.key,
                row.number,
                person.uid,
                name,
                "",
                {**defaults, **values},
                notes,
                self.headings,
            )
        )

    def _days_column(self) -> Column | None:
        return next((one for one in self.sheet.columns if one.kind == "days"), None)

    def _absences(
        self, row: RawRow, column: Column, values: dict[str, Any], dates: Mapping[str, Any]
    ) -> None:
        """Half-days away between the two dates of the row; an unclear wording is a bad cell, never
        a guess.
        """
        cell = self.cell(row, column.field)
        if blank(cell):
            self.problem(
                row, column.field, "不能参加的时间为空：都有空请写“无”，不知道的请删去这一行"
            )
            return
        if not dates["first"] <= dates["last"]:
            self.problem(row, "last", "结束日期不能早于起始日期")
            return
        found = absence_reading.read(
            cell, dates["first"], dates["last"], "absent", self.working_days
        )
        if isinstance(found, Absences):
            values[column.field], values["text"] = found.half_days, as_text(cell).strip()
        else:
            choices = (
                "；可以写：" + "、".join(one.value for one in found.choices[:4])
                if found and found.choices
                else ""
            )
            self.problem(row, column.field, (found.why if found else "看不明白") + choices)

    # known
    # ----------------------------------------------------------------------------------------------

    def _known(self, row: RawRow, record: Known, named: bool) -> None:
        """A row with 记录编号 came from an export: there, what only the house decides must stand as
        it was written.
        """
        name = record.name or str(record.values[self.sheet.identity[0]])
        entry = Entry(
            self.sheet.key, row.number, record.expert, name, record.uid, headings=self.headings
        )
        if record.gone:
            self.unchanged.append(replace(entry, notes=(record.gone,)))
            self.notes.append(f"{self.sheet.title}第 {row.number} 行：{record.gone}，没有再登记。")
            return
        before = len(self.problems)
        values = {
            name: value
            for name, value in self._values(row, record).items()
            if value != record.values.get(name)
        }
        passing = {one.field for one in self.sheet.columns if one.passing}
        for column in self.sheet.columns:
            if column.house:
                cell = self.cell(row, column.field)
                if (
                    named
                    and not blank(cell)
                    and not cells.says_the_same(column, cell, record.values.get(column.field))
                ):
                    self.problem(row, column.field, f"这一栏不能改：{column.house}")
            elif (
                column.field in values
                and column.needed
                and column.field in self.sheet.identity
                and not column.fixed
            ):
                self.problem(
                    row,
                    column.field,
                    f"{column.heading}用来认这条记录，不能改；另有一条的，请新写一行，记录编号空着",
                )
            elif column.field in values and column.fixed:
                self.problem(row, column.field, f"这一栏不能改：{column.fixed}")
        days = self._days_column()
        if days is not None and self._days_said(row, days, record, values):
            self._absences(row, days, values, {**record.values, **values})
        if len(self.problems) > before:
            return
        if not set(values) - passing:
            self.unchanged.append(entry)
            return
        shown = tuple(
            FieldChange(
                one.field,
                one.heading,
                as_shown(one, record.values.get(one.field)),
                as_shown(one, values[one.field]),
            )
            for one in self.sheet.columns
            if one.field in values and not one.passing
        )
        said = replace(entry, values=record.values)
        self.changed.append(Change(said, replace(entry, values={**record.values, **values}), shown))

    def _days_said(
        self, row: RawRow, column: Column, record: Known, values: Mapping[str, Any]
    ) -> bool:
        cell = self.cell(row, column.field)
        said = record.values.get(column.field)
        same = blank(cell) or as_text(cell).strip() == ("" if said is None else spell(said) or "无")
        return not same or bool({"first", "last"} & set(values))


def as_shown(column: Column, value: Any) -> str:
    """As the plan tells it: no secrets in full."""
    if column.kind == "days":
        return "未填" if value is None else spell(value) or "没有不便"
    return as_text(cells.masked_out(column, value))

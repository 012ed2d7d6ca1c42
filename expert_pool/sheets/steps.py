"""记录表的写入: each new or changed row goes through the use case that typing it takes, so that the
same rules hold; one note per record.

What a use case declines becomes a bad row with its words. Done without a commit this is the
rehearsal that the plan is shown from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import select

from expert_pool import register
from expert_pool.core.conflict import KINDS
from expert_pool.core.record_sheets import SHEETS, RecordSheet
from expert_pool.core.record_sheets.rows import Entry, Plan, as_shown
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.intake import Change, ImportPlan, RowProblem
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.plain import fields_of
from expert_pool.records import Official
from expert_pool.sheets.many import MANY, only, rating_of, service_of, stage_of, store_many
from expert_pool.tables import Appointment, Conflict, Expert

Step = Callable[[UnitOfWork, Entry], object]


_ORDER = {key: place for place, key in enumerate(SHEETS)}


def carry_out(uow: UnitOfWork, plans: Iterable[tuple[RecordSheet, Plan]], filename: str) -> Plan:
    """Do it, sheet after sheet as they depend on one another; gives what was really done.

    A declined row is undone and named.
    """
    work = _Work(uow, filename)
    for sheet, plan in sorted(plans, key=lambda one: _ORDER[one[0].key]):
        work.carry_out(sheet, plan)
    done = (tuple(work.new), tuple(work.changed), tuple(work.unchanged), tuple(work.problems))
    return ImportPlan(*done, (), tuple(work.notes))


class _Work:
    """What was done so far."""

    def __init__(self, uow: UnitOfWork, filename: str) -> None:
        self.uow, self.filename = uow, filename
        self.new: list[Entry] = []
        self.changed: list[Change[Entry]] = []
        self.unchanged: list[Entry] = []
        self.problems: list[RowProblem] = []
        self.notes: list[str] = []
        self.stored: set[tuple[object, ...]] = set()

    def carry_out(self, sheet: RecordSheet, plan: Plan) -> None:
        self.unchanged += plan.unchanged
        self.notes += plan.notes
        start = len(self.problems)
        self.problems += plan.problems
        if sheet.key in MANY:
            self._together(sheet, plan.new)
        steps: list[tuple[Entry, Change[Entry] | None]] = (
            [] if sheet.key in MANY else [(one, None) for one in plan.new]
        )
        steps += [(one.after, one) for one in plan.changed]
        for entry, change in sorted(steps, key=lambda one: one[0].row):
            self._one(sheet, entry, change)
        self.problems[start:] = sorted(self.problems[start:], key=lambda one: one.row)

    def _one(self, sheet: RecordSheet, entry: Entry, change: Change[Entry] | None) -> None:
        noted = self.uow.noted
        try:
            with self.uow.attempt(self._because(sheet, entry)):
                (_CHANGE if change else _NEW)[sheet.key](self.uow, entry)
                self.uow.session.flush()
        except Refusal as refusal:
            self.problems.append(_problem(sheet, entry, refusal))
            return
        if self.uow.noted == noted:
            self.unchanged.append(entry)
        elif change:
            self.changed.append(change)
        else:
            self.new.append(entry)

    def _together(self, sheet: RecordSheet, entries: Iterable[Entry]) -> None:
        kind, rows = MANY[sheet.key], []
        for entry in entries:
            key = (sheet.key, entry.expert, *(entry.values[name] for name in sheet.identity))
            try:
                if key in self.stored:
                    raise Refusal("exists", "这个文件的另一张表里已有同一条记录，请只留一行。")
                values = kind.values(self.uow, entry)
            except Refusal as refusal:
                self.problems.append(_problem(sheet, entry, refusal))
                continue
            self.stored.add(key)
            rows.append((entry, values, self._because(sheet, entry)))
        store_many(self.uow, kind, rows)
        self.new += [entry for entry, _, _ in rows]

    def _because(self, sheet: RecordSheet, entry: Entry) -> str:
        return f"随文件“{self.filename}”导入，{sheet.title}第 {entry.row} 行"


def _problem(sheet: RecordSheet, entry: Entry, refusal: Refusal) -> RowProblem:
    """Where the use case says which field, that column is named; else the whole row."""
    wanted = str(refusal.params.get("field", "reason" if refusal.code == "reason-needed" else ""))
    column = sheet.column(wanted) or (sheet.column("items") if wanted in _ITEMS else None)
    value = as_shown(column, entry.values.get(column.field)) if column else ""
    heading = entry.headings.get(column.field, column.heading) if column else "整行"
    return RowProblem(entry.row, heading, refusal.message_zh, value, sheet.title)


_ITEMS = {code for one in rulebook().raters.values() for code in one.items}


# new records
# --------------------------------------------------------------------------------------------------


def _appoint(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    past = (said["ended_on"] or said["last"]) < uow.now.date()
    reason = said["reason"] or (
        f"聘书编号 {said['certificate_no']}" if past and said["certificate_no"] else ""
    )
    return register.engage(
        uow,
        entry.expert,
        said["grade"],
        said["first"],
        said["last"],
        said["certificate_no"],
        said["decided_on"] or None,
        reason,
        said["ended_on"],
        said["end_reason"],
    )


def _declare(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    if said["source"] in ("found", "decided"):
        raise Refusal(
            "unknown-source",
            "“自动发现”和“依职权决定”由系统记录，请写“审定办登记”“本人申报”或“申报组织反映”。",
            field="source",
        )
    if said["kind"] == "ORG_REQUEST":
        if said["since"] is None:
            raise Refusal(
                "blank", "申报组织申请回避的，请在“自”一栏写收到申请的日期。", field="since"
            )
        reason = said["evidence"] or said["reason"]
        since = said["since"]
        return register.request_recusal(
            uow,
            entry.expert,
            said["organisation"],
            said["organisation_uscc"],
            since.year,
            since,
            reason,
        )
    return register.declare_conflict(
        uow, entry.expert, register.ConflictFields(**only(register.ConflictFields, said))
    )


def _pair(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    return register.declare_pair(
        uow, entry.expert, said["other"].split()[0], said["kind"], said["until"], said["evidence"]
    )


def _free(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    return register.save_availability(
        uow,
        entry.expert,
        said["year"],
        said["absences"],
        said["text"],
        None,
        said["first"],
        said["last"],
    )


def _open_case(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    return register.open_violation(
        uow, entry.expert, said["kind"], said["occurred_on"], said["facts"], said["source"]
    )


def _waive(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    query = (
        select(Conflict)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(Expert.uid == entry.expert)
    )
    query = query.where(
        Conflict.kind == said["kind"],
        Conflict.organisation == said["organisation"],
        Conflict.withdrawn_at.is_(None),
    )
    found = sorted(
        uow.session.scalars(query.order_by(Conflict.id)), key=lambda row: row.decision != ""
    )
    if not found:
        words = (
            f"没有登记过与{said['organisation']}的“{KINDS[said['kind']].zh}”，请先登记回避情形。"
        )
        raise Refusal("not-found", words, field="kind")
    return register.propose_waiver(uow, found[0].uid, found[0].version, said["reason"])


def _official(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    uid = register.enter_official(uow, said["role"], said["name"], said["unit"], said["since"])
    return _end_official(uow, replace(entry, uid=uid)) if said["until"] is not None else uid


# changes of records that are there
# --------------------------------------------------------------------------------------------------


def _edit(uow: UnitOfWork, entry: Entry) -> object:
    row = uow.load(Expert, entry.uid)
    said = {name: value for name, value in entry.values.items() if name != "created_at"}
    wanted = replace(fields_of(row), **said)
    return register.edit_expert(uow, entry.uid, row.version, wanted)


def _end_term(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    if said["ended_on"] is None or not said["end_reason"]:
        field = "ended_on" if said["ended_on"] is None else "end_reason"
        raise Refusal("reason-needed", "提前终止须同时写明日期和原因。", field=field)
    version = uow.load(Appointment, entry.uid).version
    return register.end_appointment(uow, entry.uid, version, said["ended_on"], said["end_reason"])


def _amend(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    version = uow.load(Conflict, entry.uid).version
    wanted = register.Amendment(
        said["since"], said["until"], said["evidence"], said["organisation_uscc"]
    )
    return register.amend_conflict(uow, entry.uid, version, wanted, said.get("reason", ""))


def _end_official(uow: UnitOfWork, entry: Entry) -> object:
    said = entry.values
    if said["until"] is None:
        raise Refusal("blank", "请写明不再担任的日期。", field="until")
    return register.end_official(
        uow, entry.uid, uow.load(Official, entry.uid).version, said["until"], said["end_reason"]
    )


_NEW: dict[str, Step] = {
    "appointments": _appoint,
    "suspensions": lambda uow, entry: register.suspend(
        uow, entry.expert, entry.values["reason"], entry.values["year"]
    ),
    "conflicts": _declare,
    "pairs": _pair,
    "availability": _free,
    "violations": _open_case,
    "waivers": _waive,
    "affiliations": lambda uow, entry: register.affiliate(
        uow, *(entry.values[name] for name in ("company", "group_name", "source"))
    ),
    "officials": _official,
}
# What cannot be changed in a sheet at all has only columns that are fixed.
_CHANGE: dict[str, Step] = {
    "details": _edit,
    "appointments": _end_term,
    "conflicts": _amend,
    "availability": _free,
    "service": lambda uow, entry: register.record_performance(
        uow, entry.expert, service_of(uow, entry)
    ),
    "stages": lambda uow, entry: register.note_stage(uow, entry.expert, stage_of(uow, entry)),
    "ratings": lambda uow, entry: register.rate(uow, entry.expert, rating_of(uow, entry)),
    "officials": _end_official,
}

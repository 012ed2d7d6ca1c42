"""各项记录导入的步骤: read, show, apply. As `rosters_in`, for the sheets of records.

What is shown was rehearsed: every row went through its use case in a transaction that was then
dropped, so that what the rules decline is named before anybody approves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from hashlib import sha256

from award.applicants.rosters_in import Readings, still_open, without_bank_data
from expert_pool import register, sheets, spreadsheet, store
from expert_pool.core.actor import Actor, Viewer
from expert_pool.core.hidden import Hidden
from expert_pool.core.record_sheets import (
    NAME,
    RECORD,
    SHEETS,
    RecordSheet,
    elsewhere,
    ignored,
    lacking,
    recognise,
)
from expert_pool.core.record_sheets.rows import Plan, read_sheet
from expert_pool.facts.intake import RawTable
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import parse_table, table_json
from expert_pool.facts.writing import as_text, blank
from expert_pool.imported import BatchPage
from expert_pool.ledger import Ledger, UnitOfWork

MOST_ROWS = 6_000  # of all sheets of a file together
MOST_SINGLE = 1_000
KIND = "records"
IMPORTABLE = tuple(one for one in SHEETS.values() if not one.reading_only)
TEMPLATES = {one.key: one for one in IMPORTABLE}


@dataclass(frozen=True)
class Rehearsal:
    """What applying would do now, over all sheets of the file."""

    batch: BatchPage
    plan: Plan

    @property
    def summary(self) -> dict[str, int]:
        plan = self.plan
        counted = {
            "new": plan.new,
            "changed": plan.changed,
            "unchanged": plan.unchanged,
            "problems": plan.problems,
        }
        return {name: len(found) for name, found in counted.items()}


def template(key: str) -> tuple[bytes, str]:
    """A blank sheet and its name."""
    sheet = TEMPLATES[key]
    return spreadsheet.record_template(sheet), f"{sheet.title}模板.xlsx"


def open_batch(
    ledger: Ledger,
    actor: Actor,
    year: int,
    data: bytes,
    filename: str,
    may_enter: Callable[[RecordSheet], bool],
) -> str:
    """收下一个文件; its public id. `may_enter`: whether the actor may enter such a record.

    Refuses hostile files, files without any record that may be brought in, and what the role may
    not.
    """
    tables = [without_bank_data(one) for one in spreadsheet.read_records_apart(data, filename)]
    taken, notes = _sort_out(tables)
    if not taken:
        raise Refusal("no-records", "没有可以导入的记录。" + "".join(notes), field="file")
    for sheet, _ in taken:
        if not may_enter(sheet):
            raise Refusal("forbidden", f"您的角色不能登记“{sheet.title}”，请由有权办理的人导入。")
    if (count := sum(len(table.rows) for _, table in taken)) > MOST_ROWS:
        raise Refusal(
            "too-many-rows",
            f"文件里一共有 {count:,} 行，一次最多导入 {MOST_ROWS:,} 行，请分几次导入。",
        )
    single = sum(_single(sheet, table) for sheet, table in taken)
    if single > MOST_SINGLE:
        raise Refusal(
            "too-many-rows",
            f"除评审记录和履职以外的新记录有 {single:,} 行，一次最多导入 {MOST_SINGLE:,} 行，"
            "请分几次导入。",
        )
    stored = {
        "tables": [{"sheet": sheet.key, "table": table_json(table)} for sheet, table in taken],
        "notes": notes,
    }
    with ledger.write(actor) as uow:
        uid = register.open_import(
            uow,
            KIND,
            year,
            filename,
            sha256(data).hexdigest(),
            json.dumps(stored, ensure_ascii=False),
        )
        uow.commit()
    return uid


def _single(sheet: RecordSheet, table: RawTable) -> int:
    """New rows that are carried out one by one; while they are, nobody else can save."""
    return (
        0 if sheet.key in sheets.MANY else sum(blank(row.cells.get(RECORD)) for row in table.rows)
    )


def _sort_out(tables: Collection[RawTable]) -> tuple[list[tuple[RecordSheet, RawTable]], list[str]]:
    """The tables that can be brought in, and a sentence for each of the others."""
    taken, notes = [], []
    for table in tables:
        name = table.sheet or "这张表"
        if ignored(name) or not table.rows:
            continue
        sheet = recognise(name, table.headings)
        if there := elsewhere(name):
            notes.append(f"“{name}”没有读：{there}。")
        elif sheet is None:
            titles = "、".join(one.title for one in IMPORTABLE)
            notes.append(
                f"“{name}”看不出是哪一种记录，没有读；请把工作表的名字改成以下之一：{titles}。"
            )
        elif sheet.reading_only:
            notes.append(f"“{sheet.title}”只供查阅，没有读：{sheet.reading_only}。")
        elif missing := lacking(sheet, table.headings):
            notes.append(
                f"“{sheet.title}”缺少“{'”“'.join(missing)}”一列，没有读；请补上这一列，或下载空白模板对照。"
            )
        else:
            taken.append((sheet, table))
    return taken, notes


def rehearse(
    ledger: Ledger,
    actor: Actor,
    viewer: Viewer,
    hidden: Hidden,
    uid: str,
    kept: Readings[Rehearsal],
) -> Rehearsal:
    """试读. Nothing is kept of it.

    Raises Refusal `not-found`, or `closed` once the import is over.
    """
    with ledger.write(actor) as uow:
        batch = still_open(uow.session, viewer, uid)
        return kept.once(
            uow.session,
            batch,
            lambda: Rehearsal(batch, _carry_out(uow, viewer, hidden, batch)),
            frozenset(hidden),
        )


def apply(
    ledger: Ledger, actor: Actor, viewer: Viewer, hidden: Hidden, uid: str, version: int
) -> dict[str, int]:
    """入库: what no rule declines is stored in one transaction, one entry in the log per record;
    the rest stays out and is counted.
    """
    with ledger.write(actor) as uow:
        batch = still_open(uow.session, viewer, uid)
        done = Rehearsal(batch, _carry_out(uow, viewer, hidden, batch))
        summary = done.summary
        register.follow_refused(uow, uid, _refused(done), _taken(done.plan))
        register.close_import(uow, uid, version, "applied", summary)
        uow.commit()
    return summary


def _taken(plan: Plan) -> tuple[register.Taken, ...]:
    entries = (*plan.new, *(change.after for change in plan.changed), *plan.unchanged)
    return tuple(register.Taken(one.name, SHEETS[one.sheet].title) for one in entries)


def _refused(done: Rehearsal) -> tuple[register.RefusedRow, ...]:
    """The rows that stay out, with the person or organisation each names; told by its sheet."""
    names = {}
    for one in json.loads(done.batch.table_json)["tables"]:
        title, table = SHEETS[one["sheet"]].title, parse_table(one["table"])
        for row in table.rows:
            names[title, row.number] = as_text(row.cells.get(NAME)).strip()
    why: dict[tuple[str, int], list[str]] = {}
    for problem in done.plan.problems:
        place = problem.sheet, problem.row
        why.setdefault(place, []).append(f"{problem.column}：{problem.reason}")
    return tuple(
        register.RefusedRow(number, names.get((sheet, number), ""), sheet, "；".join(said), sheet)
        for (sheet, number), said in why.items()
    )


def _carry_out(uow: UnitOfWork, viewer: Viewer, hidden: Hidden, batch: BatchPage) -> Plan:
    stored = json.loads(batch.table_json)
    people, days = sheets.people(uow.session), store.working_days(uow.session)
    plans = []
    for one in stored["tables"]:
        sheet = SHEETS[one["sheet"]]
        known = sheets.known_records(uow.session, viewer, sheet, hidden)
        plans.append(
            (sheet, read_sheet(sheet, parse_table(one["table"]), known, people, hidden, days))
        )
    done = sheets.carry_out(uow, plans, batch.row.filename)
    return replace(done, notes=(*stored["notes"], *done.notes))

"""各项记录导入页的内容: a rehearsal as people read it, sheet by sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from award.applicants.records_in import IMPORTABLE, Rehearsal
from expert_pool.core.record_sheets import SHEETS
from expert_pool.core.record_sheets.rows import Entry, as_shown

SHOWN = 100  # rows of a preview on one page


@dataclass(frozen=True)
class RecordRow:
    """One row that will be new or changed.

    `words` say what a new one holds, `changes` what is different in one that is there.
    """

    row: int
    sheet: str
    name: str
    words: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BadRow:
    row: int
    sheet: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class RecordsPage:
    uid: str
    version: int
    filename: str
    tab: str = ""
    new: tuple[RecordRow, ...] = ()
    changed: tuple[RecordRow, ...] = ()
    unchanged: int = 0
    problems: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    closed: bool = False
    summary: str = ""
    left: int = 0  # rows that were not written
    shown: int = SHOWN

    @property
    def bad_rows(self) -> int:
        return len({(one.sheet, one.row) for one in self.problems})

    @property
    def to_write(self) -> int:
        return len(self.new) + len(self.changed)

    @property
    def tabs(self) -> tuple[tuple[str, str, int], ...]:
        return (
            ("new", "新增", len(self.new)),
            ("changed", "变更", len(self.changed)),
            ("problems", "有误的行", self.bad_rows),
        )


@dataclass(frozen=True)
class SheetLine:
    """One kind of record on the import page."""

    title: str
    about: str
    template: str = ""


def records_page(found: Rehearsal, tab: str) -> RecordsPage:
    """With the tab that matters most opened when none was asked for."""
    plan, row = found.plan, found.batch.row
    if tab not in ("new", "changed", "problems"):
        tab = "problems" if plan.problems else "new" if plan.new or not plan.changed else "changed"
    return RecordsPage(
        row.uid,
        row.version,
        row.filename,
        tab,
        tuple(_new(one) for one in plan.new),
        tuple(
            RecordRow(
                one.after.row,
                SHEETS[one.after.sheet].title,
                one.after.name,
                "",
                tuple((f.label, f.before, f.after) for f in one.fields),
            )
            for one in plan.changed
        ),
        len(plan.unchanged),
        tuple(
            BadRow(one.row, one.sheet, one.column, one.value, one.reason) for one in plan.problems
        ),
        plan.notes,
    )


def sheet_lines() -> tuple[tuple[SheetLine, ...], tuple[SheetLine, ...]]:
    """What can be brought in, with its blank sheet; and what is only for reading, with the
    reason.
    """
    able = tuple(
        SheetLine(one.title, one.about, f"/api/v1/imports/templates/records/{one.key}.xlsx")
        for one in IMPORTABLE
    )
    return able, tuple(
        SheetLine(one.title, f"{one.reading_only}。") for one in SHEETS.values() if one.reading_only
    )


def _new(entry: Entry) -> RecordRow:
    sheet = SHEETS[entry.sheet]
    return RecordRow(
        entry.row, sheet.title, entry.name, _words(entry.sheet, entry.values), (), entry.notes
    )


def _words(key: str, values: Mapping[str, Any]) -> str:
    said = (
        (one.heading, as_shown(one, values.get(one.field)))
        for one in SHEETS[key].columns
        if one.field != "text"
    )
    return "；".join(f"{heading}：{words}" for heading, words in said if words)

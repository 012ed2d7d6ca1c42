"""没有导入的行: what an import refused stays a thing to do until a later import takes it or a
person says why it is settled. Twenty-two firms must not become twenty-one quietly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from expert_pool.facts.refusal import Refusal
from expert_pool.facts.writing import compact
from expert_pool.ledger import UnitOfWork, describe, kind_of
from expert_pool.tables import ImportBatch, ImportRow

# What was written in the row.
WRITTEN = frozenset({"name", "unit", "reason"})
# How a row was settled: a later import took it, refused it anew, or a person said so.
IMPORTED, REPLACED, SAID = "imported", "replaced", "said"


@dataclass(frozen=True)
class RefusedRow:
    """One row that stayed out: where it stands, whom it names, and why.

    `unit` tells namesakes apart (employer, credit code); empty where the row does not say.
    """

    row: int
    name: str
    unit: str
    reason: str
    sheet: str = ""


@dataclass(frozen=True)
class Taken:
    """Whom an import did take over."""

    name: str
    unit: str = ""


def follow_refused(
    uow: UnitOfWork, batch_uid: str, refused: Collection[RefusedRow], taken: Collection[Taken]
) -> None:
    """记下没有导入的行: earlier ones that this import took, or refused anew, are settled by it."""
    batch = uow.load(ImportBatch, batch_uid)
    named = {IMPORTED: _by_name(taken), REPLACED: _by_name(refused)}
    earlier = select(ImportRow).where(ImportRow.settled_at.is_(None), ImportRow.kind == batch.kind)
    if batch.kind == "applicants":  # of one year; people are the same in every year
        earlier = earlier.where(ImportRow.year == batch.year)
    for row in uow.session.scalars(earlier):
        how = next((how for how, found in named.items() if _is_among(row, found)), None)
        if how is None and not row.name and row.filename == batch.filename:
            how = REPLACED  # a row without a name is known by its file only
        if how is not None:
            _settle(uow, row, how, "")
    rows = [
        ImportRow(
            batch_uid=batch.uid,
            kind=batch.kind,
            year=batch.year,
            filename=batch.filename,
            sheet=one.sheet,
            row=one.row,
            name=one.name,
            unit=one.unit,
            reason=one.reason,
            created_at=uow.now,
        )
        for one in refused
    ]
    uow.store(rows, "w")
    for row in rows:
        uow.record("refuse", kind_of(row), row.uid, None, _told(row))


def _by_name(people: Collection[RefusedRow | Taken]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in people:
        if one.name:
            found.setdefault(compact(one.name), set()).add(compact(one.unit))
    return found


def _is_among(row: ImportRow, found: dict[str, set[str]]) -> bool:
    units = found.get(compact(row.name)) if row.name else None
    if units is None or row.kind == "applicants":  # the code may be what was wrong
        return units is not None
    return not row.unit or "" in units or compact(row.unit) in units


def settle_refused(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """说明这一行怎样处理了: entered by hand, withdrawn, not needed; gives the new version."""
    row = uow.load(ImportRow, uid, version)
    if row.settled_at is not None:
        raise Refusal("closed", "这一行已经处理过了。")
    if len(reason.strip()) < 2:
        raise Refusal(
            "reason-needed", "请写明怎样处理的，如：已手工登记；本年度不再申报。", field="reason"
        )
    _settle(uow, row, SAID, reason.strip())
    return row.version


def _settle(uow: UnitOfWork, row: ImportRow, how: str, note: str) -> None:
    """What was written in the row goes, that it was there stays (个人信息保护法 19)."""
    before = _told(row)
    row.settled_at, row.settled_by, row.settled_how = uow.now, uow.actor.name, how
    row.settled_note = note
    row.name = row.unit = row.reason = ""
    uow.touch(row)
    uow.session.flush()
    uow.record("settle", kind_of(row), row.uid, before, _told(row), note)


def _told(row: ImportRow) -> dict[str, Any]:
    """What the log keeps: where the row stood and what became of it, never what it says."""
    return {name: one for name, one in describe(row).items() if name not in WRITTEN}

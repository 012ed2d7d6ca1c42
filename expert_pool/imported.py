"""导入的读取: files that came in, and their rows that nobody has settled yet. Reads take a
viewer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.seal import seal_of
from expert_pool.plain import copied
from expert_pool.tables import ImportBatch, ImportRow

BATCH = "import-batch"  # for whom the rows of a file are sealed while they wait


@dataclass(frozen=True)
class BatchRow:
    uid: str
    version: int
    kind: str
    year: int | None
    filename: str
    status: str
    summary_json: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True)
class RefusedView:
    """A row that an import refused and nobody has settled yet."""

    uid: str
    version: int
    kind: str
    year: int | None
    filename: str
    sheet: str
    row: int
    name: str
    unit: str
    reason: str
    created_at: datetime


@dataclass(frozen=True)
class BatchPage:
    row: BatchRow
    sha256: str
    table_json: str
    headings_json: str
    answers_json: str


def import_batches(session: Session, viewer: Viewer) -> tuple[BatchRow, ...]:
    if not viewer.is_staff:
        return ()
    return tuple(
        copied(BatchRow, row)
        for row in session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(100))
    )


def refused_rows(
    session: Session, viewer: Viewer, hidden: Collection[str] = ()
) -> tuple[RefusedView, ...]:
    """没有导入、还没有处理的行, oldest first; not those about organisations of `hidden`."""
    if not viewer.is_staff:
        return ()
    rows = session.scalars(
        select(ImportRow).where(ImportRow.settled_at.is_(None)).order_by(ImportRow.id)
    )
    return tuple(
        copied(RefusedView, row)
        for row in rows
        if row.name not in hidden and row.unit not in hidden and not viewer.told_of(row.reason)
    )


def import_batch(session: Session, viewer: Viewer, uid: str) -> BatchPage:
    row = (
        session.scalar(select(ImportBatch).where(ImportBatch.uid == uid))
        if viewer.is_staff
        else None
    )
    if row is None:
        raise Refusal("not-found", "没有找到这次导入，可能编号有误。", uid=uid)
    table = seal_of(session).unwrap(row.table_json, BATCH)
    return BatchPage(copied(BatchRow, row), row.sha256, table, row.headings_json, row.answers_json)

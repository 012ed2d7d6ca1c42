"""What the readings of the dossier share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.tables import Expert


def expert_of(session: Session, viewer: Viewer, uid: str) -> Expert:
    row = session.scalar(select(Expert).where(Expert.uid == uid)) if viewer.is_staff else None
    if row is None:
        raise Refusal("not-found", "没有找到这位专家，可能编号有误。", uid=uid)
    return row


def rows_of(session: Session, table: Any, row: Expert) -> Iterable[Any]:
    return session.scalars(select(table).where(table.expert_id == row.id).order_by(table.id))


def grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.expert_id, []).append(row)
    return grouped

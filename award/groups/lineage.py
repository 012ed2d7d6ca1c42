"""方案的由来（办法第十七条）: from which version, solve, repair, trial or draw a version was made,
and which it took the place of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.solver.limits import Limits
from award.groups.tables import PlanDraw, PlanVersion, SolveJob


@dataclass(frozen=True)
class Search:
    """The solve that found it; `kind` is None, trial, repair or candidates; `mended` is the number
    of the version that a repair set out from.
    """

    kind: str | None
    limits: Limits
    by: str
    started: datetime | None
    finished: datetime | None
    mended: int | None = None


@dataclass(frozen=True)
class Draw:
    """The draw's record: the candidate set as published, then the seed and what it fell on."""

    uid: str
    digest: str
    count: int
    tolerance: int  # thousandths above the best value
    opened_at: datetime
    opened_name: str
    seed: str
    source: str
    ticket: int | None
    chosen: int | None
    drawn_at: datetime | None
    drawn_name: str


@dataclass(frozen=True)
class Lineage:
    copied: int | None = None  # number of the version it is a copy of
    search: Search | None = None
    draw: Draw | None = None
    replaced: tuple[int, ...] = ()  # published versions that it took the place of


def lineage(session: Session, uid: str) -> Lineage:
    """Of one version. What made it may be gone from the record of an old database: then nothing."""
    row = session.scalars(select(PlanVersion).where(PlanVersion.uid == uid)).one()
    replaced = session.scalars(
        select(PlanVersion.number)
        .where(PlanVersion.year == row.year, PlanVersion.superseded_by == row.number)
        .order_by(PlanVersion.number)
    )
    copied = session.scalar(select(PlanVersion.number).where(PlanVersion.uid == row.origin))
    drawn = session.scalar(select(PlanDraw).where(PlanDraw.uid == row.origin))
    job = session.scalar(
        select(SolveJob).where(SolveJob.uid == (drawn.job_uid if drawn else row.origin))
    )
    return Lineage(
        copied,
        _search(session, job) if job else None,
        _draw(drawn) if drawn else None,
        tuple(replaced),
    )


def _search(session: Session, job: SolveJob) -> Search:
    task = json.loads(job.task or "{}")
    mended = task.get("plan") if job.kind == "repair" else None
    return Search(
        job.kind,
        Limits(**json.loads(job.limits)),
        job.created_name,
        job.started_at,
        job.finished_at,
        session.scalar(select(PlanVersion.number).where(PlanVersion.uid == mended))
        if mended
        else None,
    )


def _draw(row: PlanDraw) -> Draw:
    return Draw(
        row.uid,
        row.digest,
        row.count,
        row.tolerance,
        row.opened_at,
        row.opened_name,
        row.seed,
        row.source,
        row.ticket,
        row.chosen,
        row.drawn_at,
        row.drawn_name or "",
    )

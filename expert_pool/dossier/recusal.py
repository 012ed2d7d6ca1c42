"""回避的读取: waivers, rulings, requests of applicants, and the lists that findings are made from.

Staff only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from expert_pool.core.actor import Viewer
from expert_pool.ledger import audit
from expert_pool.ledger.audit import AuditEntry
from expert_pool.records import Lifting, Official, Shareholding, Waiver
from expert_pool.tables import Conflict, Expert, PairConflict


@dataclass(frozen=True)
class WaiverView:
    """待复核的豁免, with what it is about."""

    uid: str
    version: int
    conflict_uid: str
    expert_uid: str
    name: str
    kind: str
    organisation: str
    evidence: str
    reason: str
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    outcome: str
    decided_name: str
    decided_at: datetime | None
    decision_reason: str


@dataclass(frozen=True)
class LiftingView:
    """解除回避的提议, with what it is about: `other` is the organisation, or the other expert."""

    uid: str
    version: int
    target: str
    expert_uid: str
    name: str
    kind: str
    other: str
    act: str
    until: date | None
    reason: str
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    outcome: str
    decided_name: str
    decided_at: datetime | None
    decision_reason: str


def liftings(session: Session, viewer: Viewer) -> tuple[LiftingView, ...]:
    """Newest first; none about an organisation the viewer must keep away from."""
    if not viewer.is_staff:
        return ()
    first, second = aliased(Expert), aliased(Expert)
    of_firms = select(Lifting, first.uid, first.name, Conflict.kind, Conflict.organisation)
    of_firms = of_firms.join(Conflict, Conflict.uid == Lifting.target)
    of_firms = of_firms.join(first, first.id == Conflict.expert_id)
    of_pairs = select(Lifting, first.uid, first.name, PairConflict.kind, second.name)
    of_pairs = of_pairs.join(PairConflict, PairConflict.uid == Lifting.target)
    of_pairs = of_pairs.join(first, first.id == PairConflict.expert_a_id)
    of_pairs = of_pairs.join(second, second.id == PairConflict.expert_b_id)
    rows = (*session.execute(of_firms), *session.execute(of_pairs))
    found = [_lifting(*row) for row in sorted(rows, key=lambda row: -row[0].id)]
    return tuple(one for one in found if one.other not in viewer.hidden)


def _lifting(row: Lifting, expert_uid: str, name: str, kind: str, other: str) -> LiftingView:
    own = [
        name for name in LiftingView.__dataclass_fields__ if hasattr(row, name) and name != "kind"
    ]
    told = {name: getattr(row, name) for name in own}
    return LiftingView(**told, expert_uid=expert_uid, name=name, kind=kind, other=other)


def waivers(session: Session, viewer: Viewer) -> tuple[WaiverView, ...]:
    """Newest first."""
    if not viewer.is_staff:
        return ()
    query = (
        select(Waiver, Conflict, Expert)
        .join(Conflict, Conflict.id == Waiver.conflict_id)
        .join(Expert, Expert.id == Conflict.expert_id)
    )
    return tuple(
        WaiverView(
            row.uid,
            row.version,
            conflict.uid,
            expert.uid,
            expert.name,
            conflict.kind,
            conflict.organisation,
            conflict.evidence,
            row.reason,
            row.proposed_by,
            row.proposed_name,
            row.proposed_at,
            row.outcome,
            row.decided_name,
            row.decided_at,
            row.decision_reason,
        )
        for row, conflict, expert in session.execute(query.order_by(Waiver.id.desc()))
    )


@dataclass(frozen=True)
class RulingView:
    """已作的回避决定: a conflict barred or cleared, or a waiver refused; with the reason given and
    by whom.
    """

    expert_uid: str
    name: str
    organisation: str
    kind: str
    outcome: str  # barred / cleared / refused
    reason: str
    by: str
    at: datetime


def rulings(
    session: Session, viewer: Viewer, organisations: Iterable[str] = (), limit: int = 100
) -> tuple[RulingView, ...]:
    """Newest first; three statements.

    What was decided stands in the record, why and when in the log.
    """
    if not viewer.is_staff:
        return ()
    query = select(Conflict, Expert).join(Expert, Expert.id == Conflict.expert_id)
    query = query.where(
        Conflict.decision != "",
        Conflict.withdrawn_at.is_(None),
        Conflict.organisation.not_in(tuple(organisations)),
    )
    rows = {
        conflict.uid: (conflict, expert)
        for conflict, expert in session.execute(query.order_by(Conflict.id.desc()).limit(limit))
    }
    lines = audit.why().where(
        AuditEntry.kind == "conflict", AuditEntry.action == "decide", AuditEntry.object_id.in_(rows)
    )
    told = {
        line.object_id: (reason, datetime.fromisoformat(line.at))
        for line, reason in session.execute(lines.order_by(AuditEntry.id))
    }
    found = [
        RulingView(
            expert.uid,
            expert.name,
            conflict.organisation,
            conflict.kind,
            conflict.decision,
            reason,
            conflict.decided_by,
            at,
        )
        for uid, (conflict, expert) in rows.items()
        for reason, at in [told.get(uid, ("", conflict.recorded_at))]
    ]
    refused = [
        row
        for row in waivers(session, viewer)
        if row.outcome == "refused" and row.organisation not in set(organisations)
    ]
    found += [
        RulingView(
            row.expert_uid,
            row.name,
            row.organisation,
            row.kind,
            "refused",
            row.decision_reason,
            row.decided_name,
            row.decided_at,
        )
        for row in refused
        if row.decided_at is not None
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


@dataclass(frozen=True)
class OfficialView:
    uid: str
    version: int
    role: str
    name: str
    unit: str
    since: date | None
    until: date | None


def officials(session: Session, viewer: Viewer) -> tuple[OfficialView, ...]:
    """Those in office first."""
    if not viewer.is_staff:
        return ()
    rows = session.scalars(
        select(Official).order_by(Official.until.is_not(None), Official.role, Official.id)
    )
    return tuple(
        OfficialView(row.uid, row.version, row.role, row.name, row.unit, row.since, row.until)
        for row in rows
    )


def holdings(
    session: Session, viewer: Viewer, organisations: Iterable[str] = ()
) -> tuple[tuple[str, int, str], ...]:
    """股东名单 on record: company, how many lines, and where they are from."""
    if not viewer.is_staff:
        return ()
    query = select(Shareholding.company, func.count(), func.max(Shareholding.source)).where(
        Shareholding.ended_on.is_(None), Shareholding.company.not_in(tuple(organisations))
    )
    return tuple(
        (row[0], row[1], row[2])
        for row in session.execute(
            query.group_by(Shareholding.company).order_by(Shareholding.company)
        )
    )


@dataclass(frozen=True)
class RequestView:
    """申报组织申请回避: whom, why, and the decision."""

    uid: str
    version: int
    expert_uid: str
    name: str
    evidence: str
    decision: str


def requests(
    session: Session, viewer: Viewer, organisation: str, year: int
) -> tuple[RequestView, ...]:
    """Those of one year, in the order they came."""
    if not viewer.is_staff:
        return ()
    query = (
        select(Conflict, Expert)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(
            Conflict.kind == "ORG_REQUEST",
            Conflict.organisation == organisation,
            Conflict.withdrawn_at.is_(None),
        )
        .where(Conflict.since >= date(year, 1, 1), Conflict.since <= date(year, 12, 31))
        .order_by(Conflict.id)
    )
    return tuple(
        RequestView(row.uid, row.version, expert.uid, expert.name, row.evidence, row.decision)
        for row, expert in session.execute(query)
    )

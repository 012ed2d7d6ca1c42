"""任职的读取: one expert's life, applications, and what the log says of both.

Staff only; others get "not-found".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.core.eligibility import Checked, check
from expert_pool.core.life import State, Transition, state_of, steps_from
from expert_pool.core.recommendation import CandidacyFields
from expert_pool.dossier.common import expert_of, rows_of
from expert_pool.ledger import audit
from expert_pool.ledger.audit import AuditEntry
from expert_pool.records import Candidacy, PersonnelDecision, Violation
from expert_pool.register.life import candidate_facts, eligibility, life_facts
from expert_pool.tables import Appointment, Expert, Suspension


@dataclass(frozen=True)
class CandidacyView:
    uid: str
    version: int
    expert_uid: str
    name: str
    employer: str
    channel: str
    recommender: str
    received_on: date
    status: str
    entered_by: str
    entered_name: str
    reason: str
    decided_name: str
    decided_at: datetime | None
    checks: tuple[Checked, ...]
    form: CandidacyFields


@dataclass(frozen=True)
class TermView:
    """一段聘期, with how it ended."""

    uid: str
    version: int
    grade: str
    certificate_no: str
    first: date
    last: date
    decided_on: date | None
    ended_on: date | None
    end_kind: str
    end_reason: str


@dataclass(frozen=True)
class Life:
    """任职情况 of one expert on a day."""

    uid: str
    version: int
    name: str
    state: State
    steps: tuple[Transition, ...]
    terms: tuple[TermView, ...]
    candidacies: tuple[CandidacyView, ...]
    checks: tuple[Checked, ...]


def life(session: Session, viewer: Viewer, uid: str, on: date) -> Life:
    row = expert_of(session, viewer, uid)
    state = state_of(life_facts(session, row.id), on)
    terms = session.scalars(
        select(Appointment).where(Appointment.expert_id == row.id).order_by(Appointment.first)
    )
    return Life(
        row.uid,
        row.version,
        row.name,
        state,
        steps_from(state),
        tuple(_term(item) for item in terms),
        tuple(_candidacy(item, row, on) for item in rows_of(session, Candidacy, row)),
        eligibility(session, row, on),
    )


def candidacies(session: Session, viewer: Viewer, on: date) -> tuple[CandidacyView, ...]:
    """Everybody waiting for the check, oldest first, then those decided last."""
    if not viewer.is_staff:
        return ()
    rows = session.execute(
        select(Candidacy, Expert)
        .join(Expert, Expert.id == Candidacy.expert_id)
        .order_by(Candidacy.received_on)
    ).all()
    views = [_candidacy(row, expert, on) for row, expert in rows]
    waiting = [view for view in views if view.status in ("open", "passed")]
    return (*waiting, *[view for view in reversed(views) if view not in waiting][:50])


@dataclass(frozen=True)
class HistoryLine:
    """What the log says of one expert's life: when (an instant as text), what, why, who."""

    at: datetime
    action: str
    kind: str
    reason: str
    actor_name: str


LIFE_KINDS = ("expert", "appointment", "suspension", "candidacy", "violation", "personnel_decision")
READING = ("read", "read-phone", "read-identity", "download", "export")
LIFE_TABLES = (Appointment, Suspension, Candidacy, Violation, PersonnelDecision)


def history(session: Session, viewer: Viewer, uid: str, limit: int = 40) -> tuple[HistoryLine, ...]:
    """变更记录 of everything about one expert's office, newest first; who only looked stands in the
    log of the inspector.
    """
    row = expert_of(session, viewer, uid)
    uids = [row.uid]
    for table in LIFE_TABLES:
        uids += session.scalars(select(table.uid).where(table.expert_id == row.id))
    changed = (
        AuditEntry.kind.in_(LIFE_KINDS),
        AuditEntry.object_id.in_(uids),
        AuditEntry.action.not_in(READING),
    )
    query = audit.why().where(*changed).order_by(AuditEntry.id.desc())
    rows = session.execute(query.limit(limit)).all()
    names = audit.who(session, (line for line, _ in rows))
    return tuple(
        HistoryLine(datetime.fromisoformat(line.at), line.action, line.kind, reason, names[line.id])
        for line, reason in rows
    )


def _term(row: Appointment) -> TermView:
    return TermView(
        row.uid,
        row.version,
        row.grade,
        row.certificate_no,
        row.first,
        row.last,
        row.decided_on,
        row.ended_on,
        row.end_kind or ("resign" if row.ended_on else ""),
        row.end_reason,
    )


def _candidacy(row: Candidacy, expert: Expert, on: date) -> CandidacyView:
    """An open one is checked today; a decided one shows the check of its day."""
    stored = tuple(Checked(**item) for item in json.loads(row.checks))
    return CandidacyView(
        row.uid,
        row.version,
        expert.uid,
        expert.name,
        expert.employer,
        row.channel,
        row.recommender,
        row.received_on,
        row.status,
        row.entered_by,
        row.entered_name,
        row.reason,
        row.decided_name,
        row.decided_at,
        stored if row.status != "open" else check(candidate_facts(expert, row), on),
        CandidacyFields(
            row.channel,
            row.recommender,
            row.received_on,
            row.experience_years,
            row.training,
            row.trained_on,
            row.conduct,
        ),
    )

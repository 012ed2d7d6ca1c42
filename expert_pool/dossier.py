"""履职档案的读取: one expert's life, what may be done next, stages, ratings, cases and decisions. Staff only; others get "not-found"."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.core.eligibility import Checked
from expert_pool.core.life import State, Transition, state_of, steps_from
from expert_pool.core.performance import Deviation, Proposal, YearMark, deviation, proposals, year_mark
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.audit import AuditEntry
from expert_pool.records import Candidacy, Official, PersonnelDecision, Rating, Shareholding, StageRecord, Violation, Waiver
from expert_pool.register.life import eligibility, life_facts
from expert_pool.register.supervision import proposals_for, rating_facts, stage_facts
from expert_pool.tables import Appointment, Conflict, Expert, PerformanceRecord, Suspension


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
    entered_name: str
    reason: str
    decided_name: str
    decided_at: datetime | None
    checks: tuple[Checked, ...]


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


@dataclass(frozen=True)
class StageView:
    uid: str
    version: int
    organisation: str
    stage: str
    attendance: str
    report: str
    declined: bool
    own_score: float | None
    consensus_score: float | None
    note: str


@dataclass(frozen=True)
class RatingView:
    organisation: str
    stage: str
    rater: str
    rater_name: str
    items: Mapping[str, int]
    score: int
    comment: str


@dataclass(frozen=True)
class ViolationView:
    uid: str
    version: int
    expert_uid: str
    name: str
    case_no: str
    kind: str
    occurred_on: date
    facts: str
    source: str
    opened_at: datetime
    finding: str
    measure: str
    decision_reason: str
    decided_name: str
    decided_at: datetime | None


@dataclass(frozen=True)
class DecisionView:
    year: int
    rule: str
    effect: str
    grounds: str
    decision: str
    reason: str
    decided_name: str
    decided_at: datetime


@dataclass(frozen=True)
class ServedView:
    organisation: str
    leader: bool
    effort: int


@dataclass(frozen=True)
class YearSheet:
    """年度履职表 of one expert: what was done, how it was rated, how scores lay, cases, and what the rules propose."""

    uid: str
    name: str
    employer: str
    title: str
    grade: str
    year: int
    served: tuple[ServedView, ...]
    stages: tuple[StageView, ...]
    ratings: tuple[RatingView, ...]
    mark: YearMark
    deviation: Deviation | None
    deviation_all: Deviation | None  # over all years
    violations: tuple[ViolationView, ...]
    proposals: tuple[Proposal, ...]  # not decided yet
    decisions: tuple[DecisionView, ...]


@dataclass(frozen=True)
class YearLine:
    """One expert in the year's list."""

    uid: str
    name: str
    employer: str
    served: int
    effort: int
    rated: int
    mark: int | None
    no_shows: int
    late_reports: int
    deviation: Deviation | None
    open_cases: int
    proposals: int


def life(session: Session, viewer: Viewer, uid: str, on: date) -> Life:
    row = _expert(session, viewer, uid)
    state = state_of(life_facts(session, row.id), on)
    terms = session.scalars(select(Appointment).where(Appointment.expert_id == row.id).order_by(Appointment.first))
    return Life(
        row.uid,
        row.version,
        row.name,
        state,
        steps_from(state),
        tuple(_term(item) for item in terms),
        tuple(_candidacy(session, item, row, on) for item in _of(session, Candidacy, row)),
        eligibility(session, row, on),
    )


def candidacies(session: Session, viewer: Viewer, on: date) -> tuple[CandidacyView, ...]:
    """Everybody waiting for the check, oldest first, then those decided last."""
    if not viewer.is_staff:
        return ()
    rows = session.execute(select(Candidacy, Expert).join(Expert, Expert.id == Candidacy.expert_id).order_by(Candidacy.received_on)).all()
    views = [_candidacy(session, row, expert, on) for row, expert in rows]
    waiting = [view for view in views if view.status in ("open", "passed")]
    return (*waiting, *[view for view in reversed(views) if view not in waiting][:50])


def year_sheet(session: Session, viewer: Viewer, uid: str, year: int, on: date, organisations: Iterable[str] = ()) -> YearSheet:
    """Eight statements. `organisations` are those the viewer may see no reviews of; every figure is of what is left."""
    row, book, hidden = _expert(session, viewer, uid), rulebook(), set(organisations)
    stages = [item for item in _of(session, StageRecord, row) if item.organisation not in hidden]
    ratings = [item for item in _of(session, Rating, row) if item.organisation not in hidden]
    work = session.scalars(select(PerformanceRecord).filter_by(expert_id=row.id, year=year).order_by(PerformanceRecord.id))
    served = [item for item in work if item.organisation not in hidden]
    decided = tuple(_decision(item) for item in _of(session, PersonnelDecision, row) if item.year == year)
    done = {item.rule for item in decided}
    all_stages = [stage_facts(item) for item in stages]
    return YearSheet(
        row.uid,
        row.name,
        row.employer,
        row.title,
        _grade(session, row, year),
        year,
        tuple(ServedView(item.organisation, item.leader, item.effort) for item in served),
        tuple(_stage(item) for item in stages if item.year == year),
        tuple(_rating(item) for item in ratings if item.year == year),
        year_mark(year, [rating_facts(item) for item in ratings], all_stages, book),
        deviation([item for item in all_stages if item.year == year], book.few),
        deviation([item for item in all_stages if item.year <= year], book.few),
        tuple(_violation(item, row) for item in _of(session, Violation, row) if item.occurred_on.year == year or not item.finding),
        tuple(item for item in proposals_for(session, row, year, on) if item.rule not in done),
        decided,
    )


def year_list(session: Session, viewer: Viewer, year: int, on: date, organisations: Iterable[str] = ()) -> tuple[YearLine, ...]:
    """Everybody who served in a year or has a case or a proposal. Seven statements, however many experts."""
    if not viewer.is_staff:
        return ()
    book, hidden = rulebook(), tuple(organisations)
    experts = {row.id: row for row in session.scalars(select(Expert).order_by(Expert.pinyin, Expert.id))}
    served = _grouped(
        session.scalars(select(PerformanceRecord).where(PerformanceRecord.organisation.not_in(hidden), PerformanceRecord.year == year))
    )
    stages = _grouped(session.scalars(select(StageRecord).where(StageRecord.organisation.not_in(hidden), StageRecord.year <= year)))
    ratings = _grouped(session.scalars(select(Rating).where(Rating.organisation.not_in(hidden), Rating.year <= year)))
    cases = _grouped(session.scalars(select(Violation)))
    grades = {}
    for item in session.scalars(select(Appointment).where(Appointment.first <= on, Appointment.last >= on)):
        if (item.ended_on is None or item.ended_on >= on) and item.end_kind != "dismiss":
            grades[item.expert_id] = item.grade
    decided = {(item.expert_id, item.rule) for item in session.scalars(select(PersonnelDecision).filter_by(year=year))}
    lines = []
    for number, expert in experts.items():
        own_stages = [stage_facts(item) for item in stages.get(number, ())]
        own_ratings = [rating_facts(item) for item in ratings.get(number, ())]
        proven = [item.occurred_on.year for item in cases.get(number, ()) if item.finding == "founded"]
        proposed = proposals(grades.get(number, ""), year, own_ratings, own_stages, proven, book)
        waiting = sum((number, item.rule) not in decided for item in proposed)
        of_year = [item for item in own_stages if item.year == year]
        open_cases = sum(not item.finding for item in cases.get(number, ()))
        work = served.get(number, ())
        if work or of_year or open_cases or waiting:
            lines.append(
                YearLine(
                    expert.uid,
                    expert.name,
                    expert.employer,
                    len(work),
                    sum(item.effort for item in work),
                    sum(item.year == year for item in own_ratings),
                    year_mark(year, own_ratings, own_stages, book).mark,
                    sum(item.attendance == "no_show" for item in of_year),
                    sum(item.report in ("late", "missing") for item in of_year),
                    deviation(of_year, book.few),
                    open_cases,
                    waiting,
                )
            )
    return tuple(lines)


def violations(session: Session, viewer: Viewer) -> tuple[ViolationView, ...]:
    """All cases, open ones first."""
    if not viewer.is_staff:
        return ()
    rows = session.execute(select(Violation, Expert).join(Expert, Expert.id == Violation.expert_id).order_by(Violation.id.desc())).all()
    return tuple(sorted((_violation(row, expert) for row, expert in rows), key=lambda view: view.finding != ""))


@dataclass(frozen=True)
class HistoryLine:
    """What the log says of one expert's life: when (an instant as text), what, why, who."""

    at: datetime
    action: str
    kind: str
    reason: str
    actor_name: str


LIFE_KINDS = ("expert", "appointment", "suspension", "candidacy", "violation", "personnel_decision", "conflict")
LIFE_TABLES = (Appointment, Suspension, Candidacy, Violation, PersonnelDecision, Conflict)


def history(session: Session, viewer: Viewer, uid: str, limit: int = 40) -> tuple[HistoryLine, ...]:
    """变更记录 of everything about one expert's office, newest first; every change has a reason or is its own reason."""
    row = _expert(session, viewer, uid)
    uids = [row.uid]
    for table in LIFE_TABLES:
        uids += session.scalars(select(table.uid).where(table.expert_id == row.id))
    query = select(AuditEntry).where(AuditEntry.kind.in_(LIFE_KINDS), AuditEntry.object_id.in_(uids)).order_by(AuditEntry.id.desc())
    return tuple(
        HistoryLine(datetime.fromisoformat(line.at), line.action, line.kind, line.reason, line.actor_name)
        for line in session.scalars(query.limit(limit))
    )


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
    decision_reason: str


def waivers(session: Session, viewer: Viewer) -> tuple[WaiverView, ...]:
    """Newest first."""
    if not viewer.is_staff:
        return ()
    query = select(Waiver, Conflict, Expert).join(Conflict, Conflict.id == Waiver.conflict_id).join(Expert, Expert.id == Conflict.expert_id)
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
            row.decision_reason,
        )
        for row, conflict, expert in session.execute(query.order_by(Waiver.id.desc()))
    )


# rows to views ---------------------------------------------------------------------------------------------------------------------


def _expert(session: Session, viewer: Viewer, uid: str) -> Expert:
    row = session.scalar(select(Expert).where(Expert.uid == uid)) if viewer.is_staff else None
    if row is None:
        raise Refusal("not-found", "没有找到这位专家，可能编号有误。", uid=uid)
    return row


def _of(session: Session, table: Any, row: Expert) -> Iterable[Any]:
    return session.scalars(select(table).where(table.expert_id == row.id).order_by(table.id))


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.expert_id, []).append(row)
    return grouped


def _grade(session: Session, row: Expert, year: int) -> str:
    """The last grade held in the year."""
    terms = select(Appointment).where(Appointment.expert_id == row.id, Appointment.first <= date(year, 12, 31)).order_by(Appointment.first)
    held = [item for item in session.scalars(terms) if (item.ended_on or item.last) >= date(year, 1, 1)]
    return held[-1].grade if held else ""


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


def _candidacy(session: Session, row: Candidacy, expert: Expert, on: date) -> CandidacyView:
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
        row.entered_name,
        row.reason,
        row.decided_name,
        row.decided_at,
        stored if row.status != "open" else eligibility(session, expert, on),
    )


def _stage(row: StageRecord) -> StageView:
    return StageView(
        row.uid,
        row.version,
        row.organisation,
        row.stage,
        row.attendance,
        row.report,
        row.declined,
        row.own_score,
        row.consensus_score,
        row.note,
    )


def _rating(row: Rating) -> RatingView:
    return RatingView(row.organisation, row.stage, row.rater, row.rater_name, json.loads(row.items), row.score, row.comment)


def _violation(row: Violation, expert: Expert) -> ViolationView:
    return ViolationView(
        row.uid,
        row.version,
        expert.uid,
        expert.name,
        row.case_no,
        row.kind,
        row.occurred_on,
        row.facts,
        row.source,
        row.opened_at,
        row.finding,
        row.measure,
        row.decision_reason,
        row.decided_name,
        row.decided_at,
    )


def _decision(row: PersonnelDecision) -> DecisionView:
    return DecisionView(row.year, row.rule, row.effect, row.grounds, row.decision, row.reason, row.decided_name, row.decided_at)


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
    rows = session.scalars(select(Official).order_by(Official.until.is_not(None), Official.role, Official.id))
    return tuple(OfficialView(row.uid, row.version, row.role, row.name, row.unit, row.since, row.until) for row in rows)


def holdings(session: Session, viewer: Viewer, organisations: Iterable[str] = ()) -> tuple[tuple[str, int, str], ...]:
    """股东名单 on record: company, how many lines, and where they are from."""
    if not viewer.is_staff:
        return ()
    query = select(Shareholding.company, func.count(), func.max(Shareholding.source)).where(
        Shareholding.ended_on.is_(None), Shareholding.company.not_in(tuple(organisations))
    )
    return tuple((row[0], row[1], row[2]) for row in session.execute(query.group_by(Shareholding.company).order_by(Shareholding.company)))


@dataclass(frozen=True)
class RequestView:
    """申报组织申请回避: whom, why, and the decision."""

    uid: str
    version: int
    expert_uid: str
    name: str
    evidence: str
    decision: str


def requests(session: Session, viewer: Viewer, organisation: str, year: int) -> tuple[RequestView, ...]:
    """Those of one year, in the order they came."""
    if not viewer.is_staff:
        return ()
    query = (
        select(Conflict, Expert)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(Conflict.kind == "ORG_REQUEST", Conflict.organisation == organisation, Conflict.withdrawn_at.is_(None))
        .where(Conflict.since >= date(year, 1, 1), Conflict.since <= date(year, 12, 31))
        .order_by(Conflict.id)
    )
    return tuple(
        RequestView(row.uid, row.version, expert.uid, expert.name, row.evidence, row.decision) for row, expert in session.execute(query)
    )

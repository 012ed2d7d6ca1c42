"""履职的读取: the yearly sheet of one expert, the year's list, cases.

Staff only; others get "not-found".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.core.performance import (
    Deviation,
    Proposal,
    YearMark,
    deviation,
    proposals,
    year_mark,
)
from expert_pool.core.rulebook import rulebook
from expert_pool.dossier.common import expert_of, grouped, rows_of
from expert_pool.plain import among
from expert_pool.records import PersonnelDecision, Rating, StageRecord, Violation
from expert_pool.register.supervision import proposals_for, rating_facts, stage_facts
from expert_pool.tables import Appointment, Expert, PerformanceRecord

FEW = 1000  # people are named one by one in a statement; of more all are read


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
    opened_by: str
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
    """年度履职表 of one expert: what was done, how it was rated, how scores lay, cases, and what
    the rules propose.
    """

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


def year_sheet(
    session: Session,
    viewer: Viewer,
    uid: str,
    year: int,
    on: date,
    organisations: Iterable[str] = (),
) -> YearSheet:
    """Eight statements.

    `organisations` are those the viewer may see no reviews of; every figure is of what is left.
    """
    row, book, hidden = expert_of(session, viewer, uid), rulebook(), set(organisations)
    stages = [
        item for item in rows_of(session, StageRecord, row) if item.organisation not in hidden
    ]
    ratings = [item for item in rows_of(session, Rating, row) if item.organisation not in hidden]
    work = session.scalars(
        select(PerformanceRecord)
        .filter_by(expert_id=row.id, year=year)
        .order_by(PerformanceRecord.id)
    )
    served = [item for item in work if item.organisation not in hidden]
    decided = tuple(
        _decision(item) for item in rows_of(session, PersonnelDecision, row) if item.year == year
    )
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
        tuple(
            _violation(item, row)
            for item in rows_of(session, Violation, row)
            if (item.occurred_on.year == year or not item.finding)
            and not viewer.told_of(item.facts)
        ),
        tuple(
            item for item in proposals_for(session, row, year, on, hidden) if item.rule not in done
        ),
        decided,
    )


def year_list(
    session: Session, viewer: Viewer, year: int, on: date, organisations: Iterable[str] = ()
) -> tuple[YearLine, ...]:
    """Everybody who served in a year or has a case or a proposal.

    Seven statements, however many experts.
    """
    if not viewer.is_staff:
        return ()
    book, hidden = rulebook(), tuple(organisations)
    since = year + 1 - max(rule.years for rule in book.rules)  # as far back as any rule looks
    served = grouped(session.scalars(_within(PerformanceRecord, hidden, year, year)))
    stages = grouped(session.scalars(_within(StageRecord, hidden, since, year)))
    ratings = grouped(session.scalars(_within(Rating, hidden, since, year)))
    known = session.scalars(select(Violation))
    cases = grouped(row for row in known if not viewer.told_of(row.facts))
    grades = _grades(session, on)
    # Of twenty thousand people a few hundred have a line: the others are not read.
    for_nothing = {one for one in set(grades.values()) if proposals(one, year, (), (), (), book)}
    wanted = {*served, *stages, *ratings, *cases}
    wanted.update(number for number, grade in grades.items() if grade in for_nothing)
    people = among(
        select(Expert.id, Expert.uid, Expert.name, Expert.employer),
        Expert.id,
        wanted if len(wanted) <= FEW else None,
    )
    decided: dict[int, dict[str, int]] = {}
    for made in session.scalars(
        select(PersonnelDecision)
        .where(PersonnelDecision.year <= year)
        .order_by(PersonnelDecision.year)
    ):
        decided.setdefault(made.expert_id, {})[made.rule] = made.year
    lines = []
    for expert in session.execute(people.order_by(Expert.pinyin, Expert.id)):
        number = expert.id
        if number not in wanted:
            continue
        own_stages = [stage_facts(item) for item in stages.get(number, ())]
        own_ratings = [rating_facts(item) for item in ratings.get(number, ())]
        proven = [
            item.occurred_on.year for item in cases.get(number, ()) if item.finding == "founded"
        ]
        done = decided.get(number, {})
        waiting = len(
            proposals(grades.get(number, ""), year, own_ratings, own_stages, proven, book, done)
        )
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


def _grades(session: Session, on: date) -> dict[int, str]:
    """The grade everybody holds on a day, as plain columns: there is one of nearly everybody."""
    held = select(
        Appointment.expert_id, Appointment.grade, Appointment.ended_on, Appointment.end_kind
    ).where(Appointment.first <= on, Appointment.last >= on)
    return {
        item.expert_id: item.grade
        for item in session.execute(held)
        if (item.ended_on is None or item.ended_on >= on) and item.end_kind != "dismiss"
    }


def violations(session: Session, viewer: Viewer) -> tuple[ViolationView, ...]:
    """All cases, open ones first; none whose facts name somebody the viewer must keep away from."""
    if not viewer.is_staff:
        return ()
    rows = session.execute(
        select(Violation, Expert)
        .join(Expert, Expert.id == Violation.expert_id)
        .order_by(Violation.id.desc())
    ).all()
    return tuple(
        sorted(
            (_violation(row, expert) for row, expert in rows if not viewer.told_of(row.facts)),
            key=lambda view: view.finding != "",
        )
    )


def _grade(session: Session, row: Expert, year: int) -> str:
    """The last grade held in the year."""
    terms = (
        select(Appointment)
        .where(Appointment.expert_id == row.id, Appointment.first <= date(year, 12, 31))
        .order_by(Appointment.first)
    )
    held = [
        item for item in session.scalars(terms) if (item.ended_on or item.last) >= date(year, 1, 1)
    ]
    return held[-1].grade if held else ""


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
    return RatingView(
        row.organisation,
        row.stage,
        row.rater,
        row.rater_name,
        json.loads(row.items),
        row.score,
        row.comment,
    )


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
        row.opened_by,
        row.finding,
        row.measure,
        row.decision_reason,
        row.decided_name,
        row.decided_at,
    )


def _decision(row: PersonnelDecision) -> DecisionView:
    return DecisionView(
        row.year,
        row.rule,
        row.effect,
        row.grounds,
        row.decision,
        row.reason,
        row.decided_name,
        row.decided_at,
    )


@dataclass(frozen=True)
class Reviewed:
    """What stands on record of one expert in one stage of one organisation's review."""

    uid: str
    name: str
    stage: StageView | None
    ratings: Mapping[str, RatingView]  # by side


def reviewed(
    session: Session, viewer: Viewer, year: int, organisation: str, stage: str
) -> tuple[Reviewed, ...]:
    """Everybody of whom something is on record, by name; two statements."""
    if not viewer.is_staff:
        return ()
    key = {"year": year, "organisation": organisation, "stage": stage}
    notes: dict[int, StageView] = {}
    marks: dict[int, dict[str, RatingView]] = {}
    people: dict[int, Expert] = {}
    for row, expert in session.execute(_of_review(StageRecord, key)):
        people[expert.id], notes[expert.id] = expert, _stage(row)
    for mark, expert in session.execute(_of_review(Rating, key)):
        people[expert.id] = expert
        marks.setdefault(expert.id, {})[mark.rater] = _rating(mark)
    found = sorted(people.items(), key=lambda item: (item[1].pinyin, item[0]))
    return tuple(
        Reviewed(expert.uid, expert.name, notes.get(number), marks.get(number, {}))
        for number, expert in found
    )


def _of_review(table: Any, key: Mapping[str, object]) -> Any:
    wanted = [getattr(table, name) == value for name, value in key.items()]
    return select(table, Expert).join(Expert, Expert.id == table.expert_id).where(*wanted)


def _within(table: Any, hidden: tuple[str, ...], first: int, last: int) -> Any:
    return select(table).where(
        table.organisation.not_in(hidden), table.year >= first, table.year <= last
    )

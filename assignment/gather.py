"""取数: everything the snapshot needs of one year, read in a constant number of statements and decided by the taxonomy of conflicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from award import store as award_store
from award.store import ApplicantRow, YearView
from expert_pool import store
from expert_pool.core import organisation
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.conflict import KINDS, ConflictKind, in_force
from expert_pool.core.expert import ExpertFields
from expert_pool.tables import (
    Affiliation,
    Appointment,
    Availability,
    Conflict,
    Declaration,
    Expert,
    PairConflict,
    PerformanceRecord,
    Suspension,
)

# Kinds that keep somebody out of every review, whatever organisation they name (办法 8、10：表决与评审分离).
OUT_OF_EVERYTHING = ("PENALTY", "COMMITTEE_VOTER")


@dataclass(frozen=True)
class ExpertFacts:
    """One expert in one year. `absences` None: nobody knows; days not asked about count as away (`partly_unknown`)."""

    uid: str
    fields: ExpertFields
    terms: tuple[tuple[date, date], ...]
    trainee: bool  # appointed as 见习评审员 only
    suspended: str
    bars: tuple[ConflictKind, ...]
    declared: bool
    absences: frozenset[tuple[date, str]] | None
    partly_unknown: bool
    carried: int


@dataclass(frozen=True)
class Ties:
    """回避: (expert, applicant, kind) hard and soft, and (expert, expert, kind); `notes` are sentences for a person."""

    barred: frozenset[tuple[str, str, str]]
    soft: frozenset[tuple[str, str, str]]
    pairs: frozenset[tuple[str, str, str]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class YearFacts:
    year: YearView
    days: tuple[date, ...]
    provisional_years: tuple[int, ...]
    experts: tuple[ExpertFacts, ...]
    applicants: tuple[ApplicantRow, ...]
    ties: Ties


@dataclass(frozen=True)
class Relation:
    """A fact between an expert and an organisation, from whatever source. `ended` None: still so."""

    expert: str
    kind: ConflictKind
    organisation: str
    uscc: str = ""
    ended: date | None = None
    decision: str = ""
    declared: bool = False


def gather(session: Session, number: int) -> YearFacts:
    year = award_store.year(session, SYSTEM_VIEWER, number)
    working = store.working_days(session)
    days = working.window(year.fields.window_first, year.fields.window_last)
    rows = tuple(session.scalars(select(Expert).options(selectinload(Expert.industries)).order_by(Expert.uid)))
    applicants = tuple(sorted(award_store.applicants(session, SYSTEM_VIEWER, number, withdrawn=False), key=lambda row: row.uid))
    uids = {row.id: row.uid for row in rows}
    relations = _recorded(session, uids)
    past = tuple(session.scalars(select(PerformanceRecord).where(PerformanceRecord.year < number)))
    return YearFacts(
        year,
        days,
        tuple(sorted({day.year for day in days if working.is_provisional(day.year)})),
        _experts(session, year, days, rows, relations, past),
        applicants,
        _ties(session, year, rows, applicants, relations, past, uids),
    )


def _experts(
    session: Session,
    year: YearView,
    days: Sequence[date],
    rows: Sequence[Expert],
    relations: Sequence[Relation],
    past: Sequence[PerformanceRecord],
) -> tuple[ExpertFacts, ...]:
    terms: dict[int, list[tuple[date, date]]] = defaultdict(list)
    trainees = set()
    for item in session.scalars(select(Appointment).order_by(Appointment.first)):
        if item.grade == "trainee":
            trainees.add(item.expert_id)
        else:
            terms[item.expert_id].append((item.first, item.ended_on or item.last))
    lines = select(Suspension.expert_id, Suspension.reason).where(
        Suspension.lifted_at.is_(None), func.coalesce(Suspension.year, year.year) == year.year
    )
    suspended = {line.expert_id: line.reason for line in session.execute(lines)}
    declared = set(session.scalars(select(Declaration.expert_id).where(Declaration.year == year.year)))
    query = select(Availability).options(selectinload(Availability.absences)).where(Availability.year == year.year, Availability.known)
    answers = {row.expert_id: row for row in session.scalars(query)}
    since = year.year - year.fields.policy.carried_years
    carried: dict[int, int] = defaultdict(int)
    for record in past:
        if record.year >= since:
            carried[record.expert_id] += record.effort
    bars: dict[str, list[ConflictKind]] = defaultdict(list)
    for relation in relations:
        if relation.kind.code in OUT_OF_EVERYTHING and in_force(relation.kind, relation.ended, year.reference_day):
            bars[relation.expert].append(relation.kind)
    found = []
    for row in rows:
        absences, partly = _absences(answers.get(row.id), days)
        found.append(
            ExpertFacts(
                row.uid,
                store.fields_of(row),
                tuple(terms[row.id]),
                row.id in trainees and not terms[row.id],
                suspended.get(row.id, ""),
                tuple(dict.fromkeys(bars[row.uid])),
                row.id in declared,
                absences,
                partly,
                carried[row.id],
            )
        )
    return tuple(found)


def _absences(answer: Availability | None, days: Sequence[date]) -> tuple[frozenset[tuple[date, str]] | None, bool]:
    if answer is None or answer.first is None or answer.last is None:
        return None, False
    unasked = {(day, half) for day in days if not answer.first <= day <= answer.last for half in ("AM", "PM")}
    return frozenset({(part.date, str(part.half)) for part in store.absences_of(answer)} | unasked), bool(unasked)


def _recorded(session: Session, uids: Mapping[int, str]) -> list[Relation]:
    rows = session.scalars(select(Conflict).where(Conflict.withdrawn_at.is_(None)).order_by(Conflict.id))
    return [
        Relation(
            uids[row.expert_id], KINDS[row.kind], row.organisation, row.organisation_uscc, row.until, row.decision, row.source == "declared"
        )
        for row in rows
    ]


def _ties(
    session: Session,
    year: YearView,
    rows: Sequence[Expert],
    applicants: Sequence[ApplicantRow],
    relations: Sequence[Relation],
    past: Sequence[PerformanceRecord],
    uids: Mapping[int, str],
) -> Ties:
    groups = [(row.company, row.group_name) for row in session.scalars(select(Affiliation))]
    families = {row.uid: _family(row, groups) for row in applicants}
    barred: set[tuple[str, str, str]] = set()
    soft: set[tuple[str, str, str]] = set()
    strangers: list[str] = []
    names = {row.uid: row.name for row in rows}
    for relation in (*relations, *_found(rows, applicants), *_reviews(past, uids)):
        if relation.kind.code in OUT_OF_EVERYTHING or not in_force(relation.kind, relation.ended, year.reference_day):
            continue
        meant = [row for row in applicants if _means(relation, row, families[row.uid])]
        if not meant and relation.declared:
            near = organisation.nearest(relation.organisation, (row.fields.name for row in applicants))
            strangers.append(f"{names[relation.expert]}（{relation.organisation}{f'，可能是{near}' if near else ''}）")
        side = _side(relation)
        for row in meant:
            if side == "hard":
                barred.add((relation.expert, row.uid, relation.kind.code))
            elif side == "soft":
                soft.add((relation.expert, row.uid, relation.kind.code))
    notes = [f"以下回避申报的单位不在今年的申报组织中，请核对是否同一单位：{'、'.join(dict.fromkeys(strangers))}。"] if strangers else []
    return Ties(frozenset(barred), frozenset(soft), _pairs(session, year, uids), tuple(notes))


def _side(relation: Relation) -> str:
    """hard, soft or none: a decision counts first; what still waits for one bars until it is decided."""
    if relation.kind.severity == "hard" or relation.decision == "barred":
        return "hard"
    if relation.decision == "cleared":
        return "none"
    return "soft" if relation.kind.severity == "soft" else "hard"


def _found(rows: Sequence[Expert], applicants: Sequence[ApplicantRow]) -> Iterable[Relation]:
    """自动发现 by employer: the applicant or its group (EMPLOYMENT), its recommending town or department (RECOMMENDER)."""
    for row in rows:
        if not organisation.has_employer(row.employer):
            continue
        yield Relation(row.uid, KINDS["EMPLOYMENT"], row.employer, row.employer_uscc)
        for applicant in applicants:
            recommender = applicant.fields.recommender
            if recommender and organisation.same(row.employer, recommender):
                yield Relation(row.uid, KINDS["RECOMMENDER"], applicant.fields.name, applicant.fields.uscc)


def _reviews(past: Sequence[PerformanceRecord], uids: Mapping[int, str]) -> Iterable[Relation]:
    """连续评审同一组织: counted from the end of that year's reviews."""
    for record in past:
        ended = date(record.year, 12, 31)
        yield Relation(uids[record.expert_id], KINDS["PRIOR_REVIEW"], record.organisation, record.organisation_uscc, ended)


def _means(relation: Relation, applicant: ApplicantRow, family: tuple[str, ...]) -> bool:
    if relation.uscc and relation.uscc == applicant.fields.uscc:
        return True
    # A review of a sister company is no familiarity with this one.
    names = (applicant.fields.name,) if relation.kind.code == "PRIOR_REVIEW" else family
    return any(organisation.same(relation.organisation, name) for name in names)


def _family(applicant: ApplicantRow, groups: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The applicant, its groups, and the other companies of those groups."""
    own = [applicant.fields.name, *organisation.names_in(applicant.fields.group_company)]
    parents = [*own, *(group for company, group in groups if organisation.same(company, applicant.fields.name))]
    sisters = [company for company, group in groups if any(organisation.same(group, parent) for parent in parents)]
    return tuple(dict.fromkeys([*parents, *sisters]))


def _pairs(session: Session, year: YearView, uids: Mapping[int, str]) -> frozenset[tuple[str, str, str]]:
    found = set()
    for row in session.scalars(select(PairConflict).where(PairConflict.withdrawn_at.is_(None))):
        if in_force(KINDS[row.kind], row.until, year.reference_day):
            first, second = sorted((uids[row.expert_a_id], uids[row.expert_b_id]))
            found.add((first, second, row.kind))
    return frozenset(found)

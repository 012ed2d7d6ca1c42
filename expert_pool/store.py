"""专家库的读取: every query of the register.

Reads take a viewer; filters and counts run on what that viewer may see.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from expert_pool import plain
from expert_pool.core import organisation
from expert_pool.core.actor import Role, Viewer
from expert_pool.core.expert import ExpertFields, masked
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.working_days import DayOverride as Correction
from expert_pool.facts.working_days import WorkingDays
from expert_pool.ledger.audit import AuditEntry
from expert_pool.tables import (
    AnnouncedYear,
    Appointment,
    Availability,
    AvailabilityHalfDay,
    Conflict,
    DayOverride,
    Declaration,
    Expert,
    ExpertIndustry,
    HeadingMemory,
    PairConflict,
    PerformanceRecord,
    Suspension,
    TradeWord,
)


@dataclass(frozen=True)
class YearState:
    """What decides whether somebody may be used in a year. `absent` is None while the free days are
    unknown.

    `answered_at`: when the list of applicants was last answered; None: not yet, or nothing signed.
    """

    appointed_until: date | None
    suspended: str
    declared: bool
    availability_known: bool
    absent: int | None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class ExpertRow:
    """One line of the expert list; the telephone number is masked."""

    uid: str
    version: int
    fields: ExpertFields
    state: YearState
    conflicts: int


@dataclass(frozen=True)
class AppointmentView:
    uid: str
    version: int
    grade: str
    certificate_no: str
    first: date
    last: date
    ended_on: date | None
    end_reason: str


@dataclass(frozen=True)
class SuspensionView:
    uid: str
    version: int
    year: int | None
    reason: str
    started_at: datetime
    lifted_at: datetime | None
    lift_reason: str


@dataclass(frozen=True)
class ConflictView:
    uid: str
    version: int
    expert_uid: str
    kind: str
    organisation: str
    organisation_uscc: str
    source: str
    since: date | None
    until: date | None
    evidence: str
    decision: str
    decided_by: str
    name_match: bool | None
    percent: float | None
    recorded_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class PairView:
    uid: str
    version: int
    expert_uid: str
    other_uid: str
    other_name: str
    kind: str
    until: date | None
    evidence: str
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class DeclarationView:
    uid: str
    year: int
    text_version: str
    signed_at: datetime
    signed_via: str
    answered_at: datetime | None


@dataclass(frozen=True)
class AvailabilityView:
    """`version` 0: no answer yet.

    `absences` are half-days away among the days from `first` to `last`.
    """

    expert_uid: str
    year: int
    version: int = 0
    known: bool = False
    first: date | None = None
    last: date | None = None
    text: str = ""
    absences: tuple[HalfDay, ...] = ()


@dataclass(frozen=True)
class ServiceView:
    uid: str
    version: int
    year: int
    organisation: str
    leader: bool
    effort: int
    score: int | None
    note: str


@dataclass(frozen=True)
class ExpertPage:
    """Everything about one expert."""

    uid: str
    version: int
    fields: ExpertFields
    state: YearState
    appointments: tuple[AppointmentView, ...]
    suspensions: tuple[SuspensionView, ...]
    conflicts: tuple[ConflictView, ...]
    pairs: tuple[PairView, ...]
    declarations: tuple[DeclarationView, ...]
    availability: AvailabilityView
    service: tuple[ServiceView, ...]


def found(
    session: Session, viewer: Viewer, *, search: str = "", industry: str = ""
) -> tuple[str, ...]:
    """Public ids in the order of the list; one statement, so that a page of a large register reads
    the rows of that page only. `search`: see _matching; `industry`: codes that begin so.
    """
    return tuple(session.scalars(_chosen(session, viewer, search, industry, Expert.uid)))


def experts(
    session: Session,
    viewer: Viewer,
    year: int,
    on: date,
    *,
    search: str = "",
    industry: str = "",
    organisations: Iterable[str] = (),
    only: Sequence[str] | None = None,
) -> tuple[ExpertRow, ...]:
    """The list, by name. `on` is the day for which appointments are shown; `organisations` are
    those the viewer may see no conflicts of; `only` these ids (at most a few hundred).

    Seven statements, however many experts.
    """
    query = _chosen(session, viewer, search, industry, Expert.id)
    if only is not None:
        query = query.where(Expert.uid.in_(only))
    rows = plain.people(session, query)
    numbers = None if only is None else tuple(row.id for row in rows)
    states = _states(session, year, on, numbers)
    counted = select(Conflict.expert_id, func.count()).where(
        Conflict.withdrawn_at.is_(None), Conflict.organisation.not_in(tuple(organisations))
    )
    counted = plain.among(counted, Conflict.expert_id, numbers).group_by(Conflict.expert_id)
    conflicts: dict[int, int] = dict(session.execute(counted).all())
    return tuple(
        ExpertRow(
            row.uid,
            row.version,
            replace(row.fields, phone=masked(row.fields.phone)),
            states(row.id),
            conflicts.get(row.id, 0),
        )
        for row in rows
    )


def _chosen(
    session: Session, viewer: Viewer, search: str, industry: str, column: Any
) -> Select[Any]:
    query = select(column).order_by(Expert.pinyin, Expert.uid)
    if industry:
        knows = select(ExpertIndustry.expert_id).where(
            ExpertIndustry.code.between(industry, f"{industry}zzzz")  # by the index, unlike LIKE
        )
        query = query.where(Expert.id.in_(knows))
    return _matching(session, _visible(query, viewer), search)


def named(
    session: Session, viewer: Viewer, search: str, most: int
) -> tuple[tuple[str, str, str], ...]:
    """(id, name, employer) of the first `most` whom the viewer may see and the search finds (see
    _matching), in the order of the list: to choose from.
    """
    query: Any = select(Expert.uid, Expert.name, Expert.employer)
    query = _matching(session, _visible(query.order_by(Expert.pinyin, Expert.uid), viewer), search)
    rows = session.execute(query.limit(most))
    return tuple((uid, name, employer) for uid, name, employer in rows)


def breadth(session: Session, viewer: Viewer) -> tuple[int, tuple[str, ...]]:
    """How many people the viewer may see, and the divisions (大类) of GB/T 4754 they know."""
    people = session.scalar(_visible(select(func.count()).select_from(Expert), viewer)) or 0
    codes = session.scalars(_visible(select(ExpertIndustry.code).join(Expert).distinct(), viewer))
    return people, tuple(sorted({code[:2] for code in codes}))


def expert(
    session: Session,
    viewer: Viewer,
    uid: str,
    year: int,
    on: date,
    *,
    organisations: Iterable[str] = (),
) -> ExpertPage:
    """One expert. An expert sees only herself; "not-found" for anybody else, as for an id that does
    not exist.
    """
    row = session.scalar(_visible(select(Expert).where(Expert.uid == uid), viewer))
    if row is None:
        raise Refusal("not-found", "没有找到这位专家，可能编号有误。", uid=uid)
    own = viewer.role is Role.EXPERT
    hidden = tuple(organisations)
    conflicts = session.scalars(
        _of(Conflict, row.id).where(Conflict.organisation.not_in(hidden)).order_by(Conflict.id)
    )
    return ExpertPage(
        row.uid,
        row.version,
        plain.fields_of(row) if own else shown(row),
        _states(session, year, on, (row.id,))(row.id),
        tuple(
            plain.copied(AppointmentView, item)
            for item in session.scalars(_of(Appointment, row.id).order_by(Appointment.first))
        ),
        tuple(
            plain.copied(SuspensionView, item)
            for item in session.scalars(_of(Suspension, row.id).order_by(Suspension.started_at))
        ),
        tuple(plain.copied(ConflictView, item, expert_uid=row.uid) for item in conflicts),
        _pairs(session, row),
        tuple(
            plain.copied(DeclarationView, item)
            for item in session.scalars(_of(Declaration, row.id).order_by(Declaration.year))
        ),
        availability(session, viewer, uid, year),
        tuple(
            plain.copied(ServiceView, item)
            for item in session.scalars(
                _of(PerformanceRecord, row.id).order_by(PerformanceRecord.year)
            )
            if item.organisation not in viewer.hidden
        ),
    )


def phone(session: Session, viewer: Viewer, uid: str) -> str:
    """The whole number, for staff who gave a reason (the caller records it)."""
    row = session.scalar(_visible(select(Expert).where(Expert.uid == uid), viewer))
    if row is None:
        raise Refusal("not-found", "没有找到这位专家，可能编号有误。", uid=uid)
    return str(row.phone)


def availability(session: Session, viewer: Viewer, expert_uid: str, year: int) -> AvailabilityView:
    query = (
        select(Availability)
        .join(Expert, Expert.id == Availability.expert_id)
        .where(Expert.uid == expert_uid, Availability.year == year)
    )
    row = session.scalar(_visible(query, viewer))
    if row is None:
        return AvailabilityView(expert_uid, year)
    return AvailabilityView(
        expert_uid,
        year,
        row.version,
        row.known,
        row.first,
        row.last,
        row.text,
        plain.absences_of(row),
    )


def yearly_steps(session: Session, viewer: Viewer, expert_uid: str, year: int) -> frozenset[str]:
    """Which yearly steps the expert herself has settled (register.note_step); staff and she may
    ask.
    """
    if not viewer.is_staff and viewer.expert_id != expert_uid:
        return frozenset()
    start = f"{year}/{expert_uid}/"
    found = session.scalars(
        select(AuditEntry.object_id).where(
            AuditEntry.kind == "yearly_step", AuditEntry.object_id.startswith(start)
        )
    )
    return frozenset(object_id.removeprefix(start) for object_id in found)


def heading_memory(session: Session, kind: str) -> dict[str, str]:
    return {
        row.heading: row.field
        for row in session.scalars(select(HeadingMemory).where(HeadingMemory.kind == kind))
    }


def trade_words(session: Session) -> dict[str, tuple[str, ...]]:
    return {row.word: tuple(row.codes.split(",")) for row in session.scalars(select(TradeWord))}


def working_days(session: Session) -> WorkingDays:
    """The calendar with the office's corrections."""
    corrections = {
        row.day: Correction(row.kind, row.name, row.source)  # type: ignore[arg-type]
        for row in session.scalars(select(DayOverride))
    }
    return WorkingDays(corrections, session.scalars(select(AnnouncedYear.year)).all())


def corrected_days(session: Session) -> dict[date, int]:
    """The days the office has set otherwise, with their versions."""
    return {
        row.day: row.version
        for row in session.execute(select(DayOverride.day, DayOverride.version))
    }


def shown(row: Expert) -> ExpertFields:
    return replace(plain.fields_of(row), phone=masked(row.phone))


def _visible(query: Select[Any], viewer: Viewer) -> Select[Any]:
    """Staff see the pool, an expert herself, nobody else anything.

    The query must reach the table `expert`.
    """
    if viewer.is_staff:
        return query
    if viewer.role is Role.EXPERT and viewer.expert_id is not None:
        return query.where(Expert.uid == viewer.expert_id)
    return query.where(false())


SHORTEST_NAME = 5  # signs of a search that may be the whole name of a firm


def _matching(session: Session, query: Select[Any], search: str) -> Select[Any]:
    """Every word must be found in the name, its pinyin or initials, the employer, or a trade (by
    name, usual word or code).
    """
    whole = query
    for word in search.lower().split():
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = (Expert.name, Expert.pinyin, Expert.employer)
        own = [func.lower(column).like(pattern, escape="\\") for column in columns]
        trade = or_(
            ExpertIndustry.code.in_(Industries.load().meant(word)),
            ExpertIndustry.source_word.like(pattern, escape="\\"),
        )
        query = query.where(or_(*own, Expert.id.in_(select(ExpertIndustry.expert_id).where(trade))))
    if search.isascii() or len(organisation.key(search)) < SHORTEST_NAME:
        return query
    # A firm's whole name finds whoever wrote it otherwise: 大东袜业质管科.
    employers = [
        name
        for name in session.scalars(select(Expert.employer).distinct())
        if organisation.meant(search, name)
    ]
    by_words = query.with_only_columns(Expert.id).order_by(None)
    return whole.where(or_(Expert.id.in_(by_words), Expert.employer.in_(employers)))


def _states(
    session: Session, year: int, on: date, numbers: Collection[int] | None = None
) -> Callable[[int], YearState]:
    """Four statements for everybody, or for these; gives the state of one by row number."""
    terms = plain.among(
        select(Appointment.expert_id, Appointment.last, Appointment.ended_on),
        Appointment.expert_id,
        numbers,
    ).where(Appointment.first <= on, Appointment.last >= on)
    until = {
        number: ended or last
        for number, last, ended in session.execute(
            plain.among(terms, Appointment.expert_id, numbers)
        )
        if ended is None or ended >= on
    }
    lines = select(Suspension.expert_id, Suspension.reason).where(
        Suspension.lifted_at.is_(None), or_(Suspension.year.is_(None), Suspension.year == year)
    )
    suspended = {
        line.expert_id: line.reason
        for line in session.execute(plain.among(lines, Suspension.expert_id, numbers))
    }
    signed = plain.among(
        select(Declaration.expert_id, Declaration.answered_at).where(Declaration.year == year),
        Declaration.expert_id,
        numbers,
    )
    declared: dict[int, datetime | None] = dict(session.execute(signed).all())
    answers = select(
        Availability.expert_id, Availability.known, func.count(AvailabilityHalfDay.day)
    ).outerjoin(AvailabilityHalfDay)
    free = {
        number: away if known else None
        for number, known, away in session.execute(
            plain.among(answers, Availability.expert_id, numbers)
            .where(Availability.year == year)
            .group_by(Availability.expert_id, Availability.known)
        )
    }

    def state(number: int) -> YearState:
        away = free.get(number)
        return YearState(
            until.get(number),
            suspended.get(number, ""),
            number in declared,
            away is not None,
            away,
            declared.get(number),
        )

    return state


def _of(table: Any, expert_id: int) -> Select[Any]:
    return select(table).where(table.expert_id == expert_id)


def _pairs(session: Session, row: Expert) -> tuple[PairView, ...]:
    sides = (
        (PairConflict.expert_a_id, PairConflict.expert_b_id),
        (PairConflict.expert_b_id, PairConflict.expert_a_id),
    )
    found = [
        plain.copied(PairView, pair, expert_uid=row.uid, other_uid=other.uid, other_name=other.name)
        for mine, theirs in sides
        for pair, other in session.execute(
            select(PairConflict, Expert).join(Expert, Expert.id == theirs).where(mine == row.id)
        )
    ]
    return tuple(sorted(found, key=lambda pair: pair.uid))

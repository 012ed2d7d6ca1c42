"""申报组织的读取."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from award.applicants.core.applicant import ApplicantFields, Trade
from award.applicants.core.life import review_of
from award.applicants.tables import Applicant, FormerName
from award.year import store as year_store
from award.year.core.policy import YearPolicy
from award.year.tables import AwardYear
from expert_pool.core.actor import Viewer
from expert_pool.core.expert import masked
from expert_pool.core.organisation import Directory
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.register import known_answers
from expert_pool.tables import Declaration, Expert


@dataclass(frozen=True)
class ApplicantRow:
    """申报组织; `half_days` is the length of the visit as the year's rules give it.

    The telephone number is masked.
    """

    uid: str
    version: int
    year: int
    fields: ApplicantFields
    half_days: int
    withdrawn_at: datetime | None
    withdraw_reason: str
    listed_at: datetime
    state: str = ""  # core.life.STATES; empty in a year without stages


@dataclass(frozen=True)
class Listed:
    """One applicant of the list that an expert answers.

    `fresh`: it joined after she answered, she has not been asked about it. `own`: her employer is
    called like it, or may be it.
    """

    uid: str
    name: str
    fresh: bool
    own: bool = False


def applicants(
    session: Session, viewer: Viewer, number: int, *, withdrawn: bool = True
) -> tuple[ApplicantRow, ...]:
    """All of a year, by name. Four statements, however many."""
    if not viewer.is_staff:
        return ()
    policy = year_store.year(session, viewer, number).fields.policy
    query = select(Applicant).where(Applicant.year == number).order_by(Applicant.name)
    if not withdrawn:
        query = query.where(Applicant.withdrawn_at.is_(None))
    rows = session.scalars(
        query.options(selectinload(Applicant.industries), selectinload(Applicant.closed))
    )
    return tuple(_row(row, policy) for row in rows)


def applicant(session: Session, viewer: Viewer, uid: str) -> ApplicantRow:
    row = session.scalar(select(Applicant).where(Applicant.uid == uid)) if viewer.is_staff else None
    if row is None:
        raise Refusal("not-found", "没有找到这家申报组织，可能编号有误。", uid=uid)
    return _row(row, year_store.year(session, viewer, row.year).fields.policy)


def review(session: Session, number: int) -> str:
    """Which review the year plans now, by its stage and its applicants: document, site or none."""
    stage = session.scalar(select(AwardYear.stage).where(AwardYear.year == number)) or ""
    states = session.scalars(select(Applicant.state).where(Applicant.year == number).distinct())
    return review_of(stage, set(states))


def former_names(session: Session, rows: Sequence[ApplicantRow]) -> Mapping[str, tuple[str, ...]]:
    """曾用名 of each: names this record had before, and names other years give to the same credit
    code. Two statements.
    """
    codes = {row.fields.uscc for row in rows if row.fields.uscc}
    own = select(Applicant.uid, Applicant.uscc, FormerName.name).join(
        FormerName, FormerName.applicant_id == Applicant.id
    )
    other = select(Applicant.uid, Applicant.uscc, Applicant.name).where(Applicant.uscc != "")
    by_uid: dict[str, dict[str, None]] = {}
    by_code: dict[str, dict[str, None]] = {}
    for uid, uscc, name in (*session.execute(own), *session.execute(other)):
        by_uid.setdefault(uid, {}).setdefault(name)
        if uscc in codes:
            by_code.setdefault(uscc, {}).setdefault(name)
    return {
        row.uid: tuple(
            name
            for name in by_uid.get(row.uid, {}) | by_code.get(row.fields.uscc, {})
            if name != row.fields.name
        )
        for row in rows
    }


# Since when an applicant stands on the list that experts answer.
LISTED = func.coalesce(Applicant.listed_at, Applicant.created_at)


def to_declare(session: Session, expert: str, number: int) -> tuple[Listed, ...]:
    """申报组织名单 for an expert to answer about her conflicts; nothing before she signed the
    year's declaration.
    """
    signed = select(Declaration.answered_at).join(Expert, Expert.id == Declaration.expert_id)
    row = session.execute(
        signed.where(Expert.uid == expert, Declaration.year == number)
    ).one_or_none()
    if row is None:
        return ()
    employer = session.scalar(select(Expert.employer).where(Expert.uid == expert)) or ""
    query = select(Applicant.uid, Applicant.name, LISTED)
    query = query.where(Applicant.year == number, Applicant.withdrawn_at.is_(None)).order_by(
        Applicant.name
    )
    found = session.execute(query).all()
    called = Directory([one.name for one in found], known_answers(session), slips=True)
    employers = called.meant(employer)
    return tuple(
        Listed(uid, name, unasked(row.answered_at, listed_at), name in employers)
        for uid, name, listed_at in found
    )


def last_listed(session: Session, number: int) -> datetime | None:
    """When the newest applicant of a year joined the list."""
    newest = select(func.max(LISTED)).where(
        Applicant.year == number, Applicant.withdrawn_at.is_(None)
    )
    return session.scalar(newest)


def unasked(answered_at: datetime | None, listed_at: datetime) -> bool:
    """未申报不等于没有: whether the list was answered before this applicant stood on it."""
    return answered_at is None or listed_at > answered_at


# Fields that a row keeps in another form than ApplicantFields.
def numbers(session: Session, uids: Iterable[str]) -> dict[str, str]:
    """Whole telephone numbers of applicants, for those who go there."""
    query = select(Applicant.uid, Applicant.phone).where(Applicant.uid.in_(tuple(uids)))
    return {uid: phone for uid, phone in session.execute(query) if phone}


OWN_FORM = ("industries", "closed", "past_awards")


def fields_of(row: Applicant) -> ApplicantFields:
    """The record as plain data, telephone number and all: for the use cases, not for pages."""
    values = {
        item.name: getattr(row, item.name)
        for item in fields(ApplicantFields)
        if item.name not in OWN_FORM
    }
    awards = (part.split(" ") for part in row.past_awards.split(",") if part)
    return ApplicantFields(
        **values,
        industries=tuple(
            Trade(item.code, item.source_word, item.confirmed) for item in row.industries
        ),
        closed=tuple(sorted(HalfDay(part.day, part.half) for part in row.closed)),
        past_awards=tuple((int(number), award) for number, award in awards),
    )


def _row(row: Applicant, policy: YearPolicy) -> ApplicantRow:
    full = fields_of(row)
    length = policy.visit_half_days(full.employees) if full.half_days is None else full.half_days
    shown = replace(full, phone=masked(full.phone))
    return ApplicantRow(
        row.uid,
        row.version,
        row.year,
        shown,
        length,
        row.withdrawn_at,
        row.withdraw_reason,
        row.listed_at or row.created_at,
        row.state,
    )

"""申报名册与记录之间: the year's applicants as an import compares them, and a draft as the record
keeps it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from award.applicants.core.applicant import ApplicantFields
from award.applicants.core.sheet_in import ApplicantDraft
from award.applicants.store import fields_of
from award.applicants.tables import Applicant

# `closed` has another form in a draft than in the record.
_SHARED = (
    {field.name for field in fields(ApplicantFields)}
    & {field.name for field in fields(ApplicantDraft)}
) - {"closed"}


def known_applicants(
    session: Session, year: int, _hidden: Collection[str] = ()
) -> tuple[ApplicantDraft, ...]:
    """The year's applicants as the roster compares them, withdrawn ones too: who applies everybody
    of the staff may know.
    """
    query = select(Applicant).where(Applicant.year == year).order_by(Applicant.id)
    rows = session.scalars(
        query.options(selectinload(Applicant.industries), selectinload(Applicant.closed))
    )
    return tuple(_draft(row) for row in rows)


def _draft(row: Applicant) -> ApplicantDraft:
    known = fields_of(row)
    closed = known.closed if known.closed_known else None
    return ApplicantDraft(
        **{name: getattr(known, name) for name in _SHARED}, closed=closed, uid=row.uid
    )


def fields_from(known: ApplicantFields, draft: ApplicantDraft) -> ApplicantFields:
    """The record with what the draft says; a closed time whose meaning is being asked stays
    unknown.
    """
    return replace(
        known,
        **{name: getattr(draft, name) for name in _SHARED},
        closed=draft.closed or (),
        closed_known=draft.closed is not None,
    )

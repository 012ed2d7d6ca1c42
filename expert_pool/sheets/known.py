"""记录表的内容: what the records say, one query for each kind, as the sheets of
`core.record_sheets` name it. For staff only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from expert_pool.core.actor import Viewer
from expert_pool.core.record_sheets import SHEETS, RecordSheet, masked_out, write
from expert_pool.core.record_sheets.rows import Known, People, Someone
from expert_pool.plain import absences_of
from expert_pool.records import (
    Candidacy,
    Official,
    PersonnelDecision,
    Rating,
    Shareholding,
    StageRecord,
    Violation,
    Waiver,
)
from expert_pool.spreadsheet import SheetOut
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

# Kinds whose columns are those of their table, with the order in which they are listed.
_PLAIN: dict[str, tuple[Any, Any]] = {
    "appointments": (Appointment, Appointment.first),
    "suspensions": (Suspension, Suspension.id),
    "conflicts": (Conflict, Conflict.id),
    "service": (PerformanceRecord, PerformanceRecord.year),
    "stages": (StageRecord, StageRecord.id),
    "ratings": (Rating, Rating.id),
    "violations": (Violation, Violation.id),
    "declarations": (Declaration, Declaration.year),
    "candidacies": (Candidacy, Candidacy.id),
    "decisions": (PersonnelDecision, PersonnelDecision.id),
}
_ALONE: dict[str, tuple[Any, Any]] = {
    "affiliations": (Affiliation, Affiliation.id),
    "officials": (Official, Official.id),
    "holdings": (Shareholding, Shareholding.id),
}


def people(session: Session) -> People:
    """Everybody whom a row may name; telephone numbers are for finding only."""
    rows = session.execute(
        select(Expert.uid, Expert.name, Expert.employer, Expert.phone).order_by(Expert.id)
    )
    return People(tuple(Someone(*row) for row in rows))


def known_records(
    session: Session, viewer: Viewer, sheet: RecordSheet, hidden: Collection[str] = ()
) -> tuple[Known, ...]:
    """The records of one kind, withdrawn ones too.

    Those about `hidden` organisations are left out, also where one is named among other words. A
    fixed number of statements.
    """
    if not viewer.is_staff:
        return ()
    named = [one.field for one in sheet.columns if one.organisation]
    found = _READERS[sheet.key](session, sheet) if sheet.key in _READERS else _plain(session, sheet)

    def tells(one: Known) -> bool:
        return any(one.values.get(name) in hidden for name in named) or any(
            viewer.told_of(value) for value in one.values.values() if isinstance(value, str)
        )

    return tuple(one for one in found if not (hidden and tells(one)))


def sheets_out(
    session: Session, viewer: Viewer, hidden: Collection[str] = (), *, whole: bool = False
) -> Iterator[SheetOut]:
    """Every kind of record as a sheet that the import reads back; what is secret is masked unless
    `whole`.
    """
    if not viewer.is_staff:
        return
    cell = write if whole else masked_out
    for sheet in SHEETS.values():
        columns = [one for one in sheet.columns if not one.passing]
        rows = []
        for one in known_records(session, viewer, sheet, hidden):
            if not one.gone:
                own = (one.uid,) if sheet.record_column else ()
                who = (one.expert, one.name) if sheet.person else ()
                rows.append(
                    (
                        *own,
                        *who,
                        *(cell(column, one.values.get(column.field)) for column in columns),
                    )
                )
        yield SheetOut(sheet.title, sheet.headings, rows)


def _values(sheet: RecordSheet, row: Any, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    own = {
        one.field: getattr(row, one.field)
        for one in sheet.columns
        if not one.passing and hasattr(type(row), one.field)
    }
    return own | dict(more or {})


def _plain(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    if sheet.key in _ALONE:
        table, order = _ALONE[sheet.key]
        for row in session.scalars(select(table).order_by(order)):
            yield Known(row.uid, "", "", _values(sheet, row))
        return
    table, order = _PLAIN[sheet.key]
    query = (
        select(table, Expert.uid, Expert.name)
        .join(Expert, Expert.id == table.expert_id)
        .order_by(Expert.id, order)
    )
    for row, uid, name in session.execute(query):
        withdrawn = getattr(row, "withdrawn_at", None) is not None
        yield Known(row.uid, uid, name, _values(sheet, row), _GONE if withdrawn else "")


_GONE = "这条登记已经撤销"


def _details(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    for row in session.scalars(select(Expert).order_by(Expert.id)):
        yield Known(row.uid, row.uid, row.name, _values(sheet, row))


def _availability(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    query = select(Availability, Expert.uid, Expert.name).join(
        Expert, Expert.id == Availability.expert_id
    )
    for row, uid, name in session.execute(
        query.options(selectinload(Availability.absences)).order_by(Expert.id, Availability.year)
    ):
        yield Known(
            row.uid,
            uid,
            name,
            _values(sheet, row, {"absences": absences_of(row) if row.known else None}),
        )


def _pairs(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    other = aliased(Expert)
    query = select(PairConflict, Expert.uid, Expert.name, other.uid, other.name).join(
        Expert, Expert.id == PairConflict.expert_a_id
    )
    for row, uid, name, other_uid, other_name in session.execute(
        query.join(other, other.id == PairConflict.expert_b_id).order_by(PairConflict.id)
    ):
        gone = _GONE if row.withdrawn_at is not None else ""
        yield Known(
            row.uid, uid, name, _values(sheet, row, {"other": f"{other_uid} {other_name}"}), gone
        )


def _ratings(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    for one in _plain(session, sheet):
        yield Known(
            one.uid, one.expert, one.name, {**one.values, "items": json.loads(one.values["items"])}
        )


def _waivers(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    query = select(Waiver, Conflict, Expert.uid, Expert.name).join(
        Conflict, Conflict.id == Waiver.conflict_id
    )
    for row, conflict, uid, name in session.execute(
        query.join(Expert, Expert.id == Conflict.expert_id).order_by(Waiver.id)
    ):
        yield Known(
            row.uid,
            uid,
            name,
            _values(sheet, row, {"kind": conflict.kind, "organisation": conflict.organisation}),
        )


def _holdings(session: Session, sheet: RecordSheet) -> Iterator[Known]:
    for one in _plain(session, sheet):
        yield Known(
            one.uid,
            "",
            "",
            {**one.values, "is_company": "company" if one.values["is_company"] else "person"},
        )


_READERS: dict[str, Callable[[Session, RecordSheet], Iterator[Known]]] = {
    "details": _details,
    "availability": _availability,
    "pairs": _pairs,
    "ratings": _ratings,
    "waivers": _waivers,
    "holdings": _holdings,
}

"""日历条目: what was given out, so that a UID stays for ever, its SEQUENCE rises with every change,
and a dropped visit is CANCELLED.
"""

from __future__ import annotations

from sqlalchemy import select

from award.groups.core.book import Book, build_book
from award.groups.core.events import KnownEntry, entries, uid_of
from award.groups.store import PlanView
from award.groups.tables import CalendarEntry
from expert_pool.ledger import UnitOfWork


def follow(uow: UnitOfWork, year: int, view: PlanView | None) -> None:
    """Bring a year's entries to what is published now; no plan: everything is cancelled."""
    rows = {
        uid_of(year, row.expert, row.applicant, row.part): row
        for row in uow.session.scalars(select(CalendarEntry).where(CalendarEntry.year == year))
    }
    known = {
        uid: KnownEntry(row.sequence, row.fingerprint, row.cancelled) for uid, row in rows.items()
    }
    for event in entries(_book(year, view), known):
        row = rows.get(event.uid)
        if row is None and event.firm is not None:
            entry = CalendarEntry(
                year=year,
                expert=event.owner,
                applicant=event.firm.id,
                part=event.position,
                changed_at=uow.now,
            )
            entry.sequence, entry.fingerprint, entry.cancelled = (
                event.sequence,
                event.fingerprint,
                False,
            )
            uow.add(entry, "visit", "enter")
        elif row is not None and event.known != known[event.uid]:
            with uow.change(row, "cancel" if event.cancelled else "move"):
                row.sequence, row.fingerprint, row.cancelled = (
                    event.sequence,
                    event.fingerprint,
                    event.cancelled,
                )
                row.changed_at = uow.now


def _book(year: int, view: PlanView | None) -> Book:
    if view is None:
        return Book(
            year=year,
            title="",
            status="",
            version=0,
            groups=(),
            goals=(),
            objective=None,
            bound=None,
        )
    return build_book(
        view.problem,
        view.plan,
        view.names,
        year=year,
        title="",
        status="",
        version=view.row.number,
        reasons=None,
    )

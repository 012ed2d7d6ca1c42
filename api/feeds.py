"""日历订阅: the published visits as calendar programs fetch them. A dropped visit is sent as CANCELLED, so that it goes away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from api.books import book_of
from assignment import calendar
from assignment import store as assignment_store
from assignment.book import Book
from assignment.events import KnownEntry, entries
from award import store as award_store
from expert_pool.core.actor import Role, Viewer


def expert_feed(session: Session, expert_uid: str, now: datetime) -> bytes:
    """评审员本人的日程: her own visits of the newest year that has a published plan, or had one."""
    viewer = Viewer(expert_uid, Role.EXPERT, expert_id=expert_uid)
    for year in award_store.years(session, viewer):
        view = assignment_store.published(session, viewer, year.year)
        known = known_entries(session, year.year, expert_uid)
        if view is not None or known:
            book = book_of(session, view) if view else _empty(year.year, year.fields.title)
            return calendar.expert_ics(book, expert_uid, entries(book, known), now=now, disclose=True)
    return calendar.expert_ics(_empty(now.year, ""), expert_uid, (), now=now, disclose=True)


def known_entries(session: Session, year: int, expert_uid: str | None = None) -> dict[str, KnownEntry]:
    """What was given out before, so that sequence numbers go on."""
    stored = assignment_store.calendar_entries(session, year, expert_uid)
    return {entry.uid: KnownEntry(entry.sequence, entry.fingerprint, entry.cancelled) for entry in stored}


def _empty(year: int, title: str) -> Book:
    return Book(year=year, title=title, status="未发布", version=0, groups=(), goals=(), objective=None, bound=None)

"""日历订阅: the published visits as calendar programs fetch them.

In a file a dropped visit is CANCELLED, so that it goes where the file is read again; in a
subscription it is left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from assignment.duty import DECLINED
from award.duties import duties
from award.groups import store as assignment_store
from award.groups.books import book_of
from award.groups.core.book import Book
from award.groups.core.events import KnownEntry, VisitEvent, entries, subscribed
from award.groups.store import PlanView
from award.papers import calendar
from award.year import store as year_store
from expert_pool.core.actor import Role, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day


def expert_feed(
    session: Session, expert_uid: str, now: datetime, *, subscription: bool = False
) -> bytes:
    """评审员本人的日程: her own visits of the newest year that has or had a published plan; names
    once they are disclosed to her. A file to be read in once, or what a subscription fetches.
    """
    viewer = Viewer(expert_uid, Role.EXPERT, expert_id=expert_uid)
    for year in year_store.years(session, viewer):
        view = assignment_store.published(session, viewer, year.year)
        known = known_entries(session, year.year, expert_uid)
        if view is not None or known:
            book = book_of(session, view) if view else _empty(year.year, year.fields.title)
            events = tuple(one for one in entries(book, known) if one.owner == expert_uid)
            if subscription:
                events = subscribed(events)
            return expert_file(session, expert_uid, book, events, now, published=view is not None)
    return calendar.expert_ics(_empty(now.year, ""), expert_uid, (), now=now, disclose=False)


def expert_file(
    session: Session,
    expert_uid: str,
    book: Book,
    events: tuple[VisitEvent, ...],
    now: datetime,
    *,
    published: bool,
) -> bytes:
    """One expert's calendar, whoever takes it: a file travels.

    What she declined is not in it, and nothing is named before its time.
    """
    duty = duties.own(session, expert_uid, book.year, local_day(now)) if published else None
    shown = () if duty is not None and duty.state == DECLINED else events
    return calendar.expert_ics(
        book, expert_uid, shown, now=now, disclose=duty is not None and duty.disclosed
    )


def plan_events(
    session: Session,
    viewer: Viewer,
    view: PlanView,
    book: Book,
    expert_uid: str | None = None,
) -> tuple[VisitEvent, ...]:
    """The events of a plan's calendar file. Of a withdrawn plan all that was given out is
    cancelled; beside one in force it is refused, for its file would move the visits back.
    """
    known = known_entries(session, book.year, expert_uid)
    if view.row.status != "withdrawn":
        return entries(book, known)
    if assignment_store.published(session, viewer, book.year) is not None:
        raise Refusal(
            "wrong-status",
            f"这一版{view.row.status_zh}，日历请从现行方案下载，免得日程又改回原来的时间。",
        )
    return entries(replace(book, groups=()), known)


def known_entries(
    session: Session, year: int, expert_uid: str | None = None
) -> dict[str, KnownEntry]:
    """What was given out before, so that sequence numbers go on."""
    stored = assignment_store.calendar_entries(session, year, expert_uid)
    return {
        entry.uid: KnownEntry(entry.sequence, entry.fingerprint, entry.cancelled, entry.salt)
        for entry in stored
    }


def _empty(year: int, title: str) -> Book:
    return Book(
        year=year,
        title=title,
        status="未发布",
        version=0,
        groups=(),
        goals=(),
        objective=None,
        bound=None,
    )

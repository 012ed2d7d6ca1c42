"""日历条目 in the ledger: what is published, moved and withdrawn reaches the calendar programs with
the right numbers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assignment.solution import Plan
from award.groups import calendar_entries, plans, store
from award.groups.tables import PlanVersion
from award.papers.calendar import KnownEntry, entries, expert_ics, office_ics
from expert_pool.ledger import Ledger
from tests.calendar.lines import Component, read
from tests.cast import YEAR, open_year
from tests.documents import cast
from tests.storage import CLERK

NOW = datetime(2026, 8, 28, tzinfo=UTC)


def published(ledger: Ledger, plan: Plan | None) -> None:
    """The calendars follow this plan, without the people who approve it."""
    with ledger.write(CLERK) as uow:
        view = None
        if plan is not None:
            uid = plans.save_draft(uow, YEAR, cast.problem(), plan, cast.names())
            view = store.plan_view(uow.load(PlanVersion, uid))
        calendar_entries.follow(uow, YEAR, view)
        uow.commit()


def feeds(ledger: Ledger, plan: Plan | None, person: str) -> tuple[Component, Component]:
    """What the expert's and the office's programs fetch now."""
    book = cast.book() if plan is None else cast.book_of(plan)
    book = replace(book, groups=() if plan is None else book.groups)
    with ledger.read() as session:
        known = {
            entry.uid: KnownEntry(entry.sequence, entry.fingerprint, entry.cancelled)
            for entry in store.calendar_entries(session, YEAR)
        }
    events = entries(book, known)
    return read(expert_ics(book, person, events, now=NOW, disclose=True)), read(
        office_ics(book, events, now=NOW)
    )


def numbers(calendar: Component) -> list[tuple[str, str, str]]:
    return [
        (event.get("DTSTART"), event.get("SEQUENCE"), event.get("STATUS"))
        for event in calendar.named("VEVENT")
    ]


def later(plan: Plan) -> Plan:
    """The visit of A1 moved from Thursday to Friday."""
    first, second = plan.groups
    visits = tuple(
        replace(visit, start=2) if visit.case == "A1" else visit for visit in first.visits
    )
    return plan.with_(groups=(replace(first, visits=visits), second))


def test_published_moved_and_withdrawn_visits_reach_the_feeds(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        open_year(uow)
        uow.commit()
    plan = cast.plan()
    published(sqlite_ledger, plan)
    expert, office = feeds(sqlite_ledger, plan, "E2")
    assert [number for _, number, _ in numbers(expert) + numbers(office)] == ["0"] * 7

    published(sqlite_ledger, later(plan))
    expert, office = feeds(sqlite_ledger, later(plan), "E2")
    assert numbers(expert) == [
        ("20260911T083000", "1", "CONFIRMED"),
        ("20260914T083000", "0", "CONFIRMED"),
        ("20260915T083000", "0", "CONFIRMED"),
    ]
    assert sorted(number for _, number, _ in numbers(office)) == ["0", "0", "0", "1"]

    published(sqlite_ledger, None)
    expert, office = feeds(sqlite_ledger, None, "E2")
    assert numbers(expert) == [
        ("20260911T083000", "2", "CANCELLED"),
        ("20260914T083000", "1", "CANCELLED"),
        ("20260915T083000", "1", "CANCELLED"),
    ]
    assert {status for _, _, status in numbers(office)} == {"CANCELLED"}


def test_following_the_same_plan_twice_changes_nothing(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        open_year(uow)
        uow.commit()
    published(sqlite_ledger, cast.plan())
    with sqlite_ledger.read() as session:
        before = store.calendar_entries(session, YEAR)
    published(sqlite_ledger, cast.plan())
    with sqlite_ledger.read() as session:
        assert store.calendar_entries(session, YEAR) == before

"""The calendar by group, by expert and by firm: one visit stands in every row it concerns."""

from __future__ import annotations

import pytest

from api.groups.schedule.gantt import gantt
from api.kit.days import DayMark
from assignment.problem import Problem
from award.groups import store
from award.groups.core.book import Book, build_book
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from tests.web.conftest import Office
from tests.web.markup import Page


def drawn(office: Office) -> tuple[Book, Problem]:
    with office.world.ledger.read() as session:
        found = store.plan(session, SYSTEM_VIEWER, office.year.plan)
    book = build_book(
        found.problem, found.plan, found.names, year=2026, title="日程", status="草案", version=1
    )
    return book, found.problem


@pytest.mark.parametrize("by", ["group", "expert", "firm"])
def test_every_row_covers_the_whole_window_and_every_visit_once(read_only: Office, by: str) -> None:
    book, problem = drawn(read_only)
    found = gantt(book, problem, book.window, lambda day: DayMark(day.weekday() < 5), by)
    assert {sum(cell.span for cell in row.cells) for row in found.rows} == {2 * len(found.days)}
    assert sum(days for _, days in found.weeks) == len(found.days)
    visits = [cell.visit.firm.id for row in found.rows for cell in row.cells if cell.visit]
    each = {"group": 1, "firm": 1, "expert": len(book.groups[0].seats)}[by]
    planned = [visit.firm.id for group in book.groups for visit in group.visits if visit.stays]
    assert sorted(visits) == sorted(planned * each)


def test_a_half_day_without_a_visit_knows_its_slot_and_who_is_away(read_only: Office) -> None:
    book, problem = drawn(read_only)
    row = gantt(book, problem, book.window, lambda _: DayMark(True), "group").rows[0]
    free = [cell for cell in row.cells if cell.visit is None]
    assert [cell.spot for cell in free if cell.spot is not None] == sorted(
        {*range(len(problem.slots))}
        - {
            n
            for n, slot in enumerate(problem.slots)
            for visit in book.groups[0].visits
            if (slot.date, slot.half) in visit.stays
        }
    )
    away = {
        slot
        for one in problem.reviewers
        if one.id in {seat.person.id for seat in book.groups[0].seats}
        for slot in one.unavailable
    }
    assert {cell.spot for cell in free if cell.away} == away & {cell.spot for cell in free}


def test_a_draft_is_dragged_on_its_own_calendar_only_by_who_may(read_only: Office) -> None:
    plan = read_only.year.plan
    clerk = read_only.browser(Role.SECRETARIAT).get(f"/calendar?plan={plan}").text
    assert f'data-board="/board/{plan}"' in clerk
    assert "改期" in clerk
    approver = read_only.browser(Role.APPROVER).get(f"/calendar?plan={plan}").text
    assert "data-board" not in approver
    for view in ("expert", "firm"):
        page = read_only.browser(Role.APPROVER).get(f"/calendar?view={view}&plan={plan}").text
        assert Page(page).faults == []

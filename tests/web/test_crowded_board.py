"""Boards of a large register show some of those without a seat, and find the others by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.groups.board import views as board
from api.groups.plans import views
from assignment.edit import revalue
from assignment.solution import Group, Plan, Visit
from award.groups.core.book import Firm, Names, Person
from award.groups.store import PlanRow, PlanView, StoredVerdict
from tests.solver.cast import cast

PEOPLE = 400


@pytest.fixture(scope="module")
def crowded() -> PlanView:
    """Two groups of two, and four hundred people who are like those who have no seat."""
    small = cast(barred=[["E7", "A0", "employment"]])
    likes = [
        replace(one, id=f"{one.id}-{number}", employer=f"o{number}")
        for number in range(PEOPLE)
        for one in small.reviewers[6:8]
    ]
    barred = [(one.id, "A0", "employment") for one in likes if one.id.startswith("E7")]
    problem = replace(
        small,
        reviewers=(*small.reviewers, *likes),
        barred=(*small.barred, *barred),
    )
    groups = (
        Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 2, 2))),
        Group("E2", ("E2", "E3"), (Visit("A2", 0, 2), Visit("A3", 2, 2))),
    )
    plan = revalue(problem, Plan(problem.digest, "feasible", groups))
    names = Names(
        {one.id: Person(one.id, f"甲{one.id}", f"单位{one.employer}") for one in problem.reviewers},
        {case.id: Firm(case.id, case.id, "质量奖") for case in problem.cases},
    )
    fields = dict.fromkeys(PlanRow.__dataclass_fields__)
    row = PlanRow(**fields)  # type: ignore[arg-type]
    return PlanView(row, problem, plan, names, StoredVerdict(True, (), {}, 0))


def test_a_hundred_of_each_kind_are_shown_and_all_are_counted(crowded: PlanView) -> None:
    found = views.candidates(crowded, 0, "E1")
    assert (len(found.able), len(found.unable)) == (views.MOST_SHOWN, views.MOST_SHOWN)
    assert found.able_number + found.unable_number == len(crowded.problem.reviewers) - 2
    assert found.unable_number == PEOPLE + 1 and found.cut
    assert {one.reasons for one in found.unable} == {("对A0应当回避：employment",)}


def test_who_is_looked_for_is_found_among_all(crowded: PlanView) -> None:
    found = views.candidates(crowded, 0, "E1", "甲E7-399")
    assert [one.name for one in found.unable] == ["甲E7-399"] and found.able == ()
    found = views.candidates(crowded, 0, "E1", "单位o399")
    assert [one.name for one in found.able] == ["甲E6-399"]
    assert [one.name for one in found.unable] == ["甲E7-399"]
    assert dict(found.able[0].fields)["newcomer"] == "E6-399" and not found.cut


def test_those_without_a_seat_are_shown_as_far_as_a_page_goes(crowded: PlanView) -> None:
    found = board.reserve(crowded)
    assert len(found.people) == board.MOST_IN_RESERVE
    assert found.number == len(crowded.problem.reviewers) - 4
    assert [one.name for one in found.people] == sorted(one.name for one in found.people)
    assert [one.id for one in board.reserve(crowded, "E6-399").people] == ["E6-399"]

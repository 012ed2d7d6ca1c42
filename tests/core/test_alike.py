"""A rule is asked once for all who are alike, and the answer is what it is for each alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from assignment import alike
from assignment.alike import Seat, exchanged
from assignment.check import substitute
from assignment.explain import cheapest, difference, options, why_member
from assignment.problem import Problem
from assignment.solution import Plan
from tests.core.test_explain import good_plans


def crowd(of: Problem, plan: Plan, times: int) -> tuple[Problem, Plan]:
    """Everybody in the problem `times` over, with what is known of her; the copies have no
    seat.
    """
    people = [
        replace(one, id=f"{one.id}{'·' * copy}") for one in of.reviewers for copy in range(times)
    ]
    barred = [
        (f"{who}{'·' * copy}", case, kind) for who, case, kind in of.barred for copy in range(times)
    ]
    soft = [(f"{row[0]}{'·' * copy}", *row[1:]) for row in of.discouraged for copy in range(times)]
    wide = replace(of, reviewers=tuple(people), barred=tuple(barred), discouraged=tuple(soft))
    return wide, plan.with_(problem_digest=wide.digest)


def seats(most: int) -> Iterator[tuple[Problem, Plan, int, str]]:
    for of, best in good_plans()[:most]:
        wide, plan = crowd(of, best, 4)
        for place, group in enumerate(plan.groups):
            for member in group.members:
                yield wide, plan, place, member


def test_what_is_said_of_a_kind_is_what_the_judge_says_of_each() -> None:
    asked = shared = 0
    for of, plan, place, member in seats(40):
        seat = Seat(of, plan, place, member)
        told = set(plan.groups[place].members)
        for swap in seat.swaps():
            shared += len(swap.people) > 1
            for one in swap.people:
                assert swap.said_of(one) == substitute(of, plan, place, member, one)
                after = exchanged(plan, place, member, one)
                assert seat.changes(swap.kind, swap.people[0]) == difference(of, plan, after, place)
                assert one not in told
                told.add(one)
                asked += 1
        assert told == {one.id for one in of.reviewers}
    assert asked > 1000 and shared > 100


def test_the_cheapest_are_the_first_of_all_options() -> None:
    for of, plan, place, member in seats(10):
        found = options(of, plan, place, member)
        costs = {}
        for one in (one.id for one in of.reviewers if one.id not in plan.groups[place].members):
            if not substitute(of, plan, place, member, one):
                changes = difference(of, plan, exchanged(plan, place, member, one), place)
                costs[one] = sum(of.weight(goal) * change for goal, change in changes)
        assert {one.reviewer: one.cost for one in found} == costs
        assert [(one.cost, one.reviewer) for one in found] == sorted(
            (cost, one) for one, cost in costs.items()
        )
        assert cheapest(of, plan, place, member, 3) == [one.reviewer for one in found[:3]]


def test_a_crowd_is_asked_as_often_as_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge and the goals are asked by kinds: fifty times as many people, not one question
    more.
    """
    judge, valued, asked = substitute, alike.change_of, list[str]()

    def judged(*given: Any) -> object:
        asked.append("rule")
        return judge(*given)

    def weighed(*given: Any) -> object:
        asked.append("goal")
        return valued(*given)

    monkeypatch.setattr(alike, "substitute", judged)
    monkeypatch.setattr(alike, "change_of", weighed)

    def count(times: int) -> int:
        asked.clear()
        of, plan = crowd(*good_plans()[0], times)
        for place, group in enumerate(plan.groups):
            for member in group.members:
                why_member(of, plan, place, member)
        return len(asked)

    assert count(2) == count(100) > 0

"""Repairs against the truth of tiny problems: bounds hold, claimed leasts are the least, every
option passes the checker.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from assignment.check import check
from assignment.mishap import Away, Closed, Conflict, Declines, Mishap, happen
from assignment.problem import Pin, Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits
from assignment.solver.repair import Repairs, repair, staying_close, words
from assignment.solver.solve import solve
from tests import brute, instances
from tests.solver.cast import cast

pytestmark = pytest.mark.usefixtures("working_time")

QUICK = Limits(time_limit=1.0, workers=1)
SEEDS = range(600, 618)


def mishap(rng: Random, problem: Problem, plan: Plan) -> Mishap:
    group = rng.choice(plan.groups)
    member, visit = rng.choice(group.members), rng.choice(group.visits)
    if visit.start is None or rng.random() < 0.4:
        return rng.choice((Declines(member), Conflict(member, visit.case)))
    return rng.choice((Away(member, tuple(visit.slots)), Closed(visit.case, (visit.start,))))


@cache
def planned() -> tuple[Problem, Plan]:
    problem = cast()
    plan = solve(problem, Limits(time_limit=1.0, workers=1))
    assert plan.groups and not plan.unassigned
    return problem, plan


def test_tiny_plans_are_repaired_with_the_fewest_changes_there_are() -> None:
    """The brute force tries every plan; the search must find one that changes as little, and claim
    it only where it is so.
    """
    repaired = proved = 0
    for seed in SEEDS:
        problem = replace(instances.tiny(seed), previous=None, order=None)
        plan = brute.best_plan(problem)
        if plan is None or not plan.groups:
            continue
        after = staying_close(happen(problem, [mishap(Random(seed), problem, plan)]), plan)
        best = brute.best_plan(replace(after, order=("changes",)))
        found = repair(after, plan, QUICK, most=2)
        if best is None:
            assert found.options == (), problem.id
            continue
        least = best.scorecard["changes"]
        assert found.bound <= least, problem.id
        assert found.options and found.options[0].changes == least, problem.id
        assert all(
            option.least == (option.changes <= found.bound) and check(after, option.plan).ok
            for option in found.options
        )
        repaired, proved = repaired + 1, proved + found.options[0].least
    assert repaired >= 5 and proved >= repaired // 2, (repaired, proved)


def test_someone_declines_and_one_seat_changes_hands() -> None:
    problem, plan = planned()
    member = plan.groups[0].members[-1]
    after = happen(problem, [Declines(member)])
    found = declined()
    cases = len(plan.groups[0].cases)
    assert [(one.rule, one.reviewers) for one in found.broken] == [("H09", (member,))]
    assert (found.options[0].changes, found.options[0].least, found.bound) == (cases, True, cases)
    heir = next(
        one
        for group in found.options[0].plan.groups
        for one in group.members
        if one not in _people(plan)
    )
    assert words(after, plan, found.options[0]) == (f"第1组：{heir}接替{member}",)


@cache
def declined() -> Repairs:
    """After the last member of the first group of `planned` has declined."""
    problem, plan = planned()
    return repair(happen(problem, [Declines(plan.groups[0].members[-1])]), plan, QUICK)


def _people(plan: Plan) -> set[str]:
    return {one for group in plan.groups for one in group.members}


def test_there_are_several_ways_and_no_two_alike() -> None:
    problem, plan = planned()
    after = happen(problem, [Declines(plan.groups[0].members[-1])])
    shown = [words(after, plan, option) for option in declined().options]
    assert len(shown) > 1 and len(set(shown)) == len(shown)


def test_the_cost_is_what_the_other_goals_grow_by() -> None:
    _, plan = planned()
    for option in declined().options:
        assert option.cost == (option.plan.objective or 0) - (plan.objective or 0)


def test_a_firm_moves_its_date_and_nothing_else_moves() -> None:
    problem, plan = planned()
    visit = plan.groups[0].visits[-1]
    after = happen(problem, [Closed(visit.case, tuple(visit.slots))])
    option = repair(after, plan, QUICK).options[0]
    assert (option.changes, option.least) == (1, True)
    assert [text.partition("：")[0] for text in words(after, plan, option)] == [visit.case]


def test_who_is_gone_from_the_file_altogether_is_replaced_too() -> None:
    problem, plan = planned()
    member = plan.groups[0].members[-1]
    after = replace(problem, reviewers=tuple(one for one in problem.reviewers if one.id != member))
    option = repair(after, plan, QUICK).options[0]
    assert option.changes == len(plan.groups[0].cases) and option.least
    assert check(staying_close(after, plan), option.plan).ok


def test_a_plan_that_still_holds_is_the_first_option_without_a_change() -> None:
    problem, plan = planned()
    found = repair(problem, plan, QUICK)
    assert (found.broken, found.options[0].changes, found.options[0].least) == ((), 0, True)


def test_what_was_fixed_stays_unless_the_mishap_itself_takes_it_back() -> None:
    problem, plan = planned()
    group = plan.groups[0]
    kept, gone = group.members[0], group.members[-1]
    pins = (Pin("member", kept, group.cases[0]), Pin("member", gone, group.cases[0]))
    after = happen(replace(problem, pins=pins), [Declines(gone)])
    assert after.pins == pins[:1]
    assert all(
        check(staying_close(after, plan), option.plan).ok
        for option in repair(after, plan, QUICK).options
    )


def test_nobody_left_for_the_seat_gives_no_option() -> None:
    problem, plan = planned()
    member = plan.groups[0].members[0]
    left = [one.id for one in problem.reviewers if one.id not in _people(plan)]
    after = happen(problem, [Declines(member), *(Declines(one) for one in left)])
    people = happen(after, [Declines(one) for one in plan.groups[0].members])
    assert repair(people, plan, Limits(time_limit=1.0, workers=1)).options == ()


@pytest.mark.parametrize("workers", [2, 8])
def test_deterministic_repairs_do_not_depend_on_the_workers(workers: int) -> None:
    problem, plan = planned()
    after = happen(problem, [Conflict(plan.groups[0].members[0], plan.groups[0].cases[0])])

    def once(count: int) -> Repairs:
        return repair(after, plan, Limits(time_limit=20.0, workers=count, deterministic=True))

    assert once(workers) == once(1)

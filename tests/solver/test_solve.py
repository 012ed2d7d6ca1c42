"""`solve` from outside: best plans on tiny problems, words for impossible ones, cancel, time, one
plan for one seed.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from assignment import solution
from assignment.check import check
from assignment.problem import Regime
from assignment.quality import compared
from assignment.solution import Plan
from assignment.solver import bound
from assignment.solver.data import Data
from assignment.solver.limits import Limits, Progress
from assignment.solver.solve import solve
from tests import brute, instances
from tests.solver.cast import cast, document

QUICK = Limits(time_limit=2.0, workers=1)


@pytest.fixture(scope="module")
def small_plan() -> Plan:
    """Of `instances.small(5)`."""
    return solve(instances.small(5), Limits(time_limit=1.5, workers=2))


@pytest.mark.parametrize("seed", range(400, 425))
def test_tiny_problems_get_the_best_plan_there_is(seed: int, working_time: None) -> None:
    problem = instances.tiny(seed)
    plan, best = solve(problem, QUICK), brute.best_plan(problem)
    if best is None:
        assert plan.status == "infeasible"
        assert plan.explanation is not None and plan.explanation.conflict
    else:
        assert check(problem, plan).ok
        assert brute.plan_key(problem, dict(plan.scorecard)) == brute.plan_key(
            problem, dict(best.scorecard)
        )


@pytest.mark.parametrize("seed", range(425, 475))
def test_the_bound_stays_below_the_best_plan(seed: int) -> None:
    problem = instances.tiny(seed)
    best = brute.best_plan(problem)
    if best is not None:
        assert best.objective is not None
        assert bound.counting_bound(Data(problem)) <= best.objective


def test_every_reported_plan_passes_the_checker_and_gets_no_dearer(working_time: None) -> None:
    problem, seen = instances.small(3), list[Plan]()

    def note(progress: Progress) -> None:
        if progress.plan is not None:
            assert check(problem, progress.plan).ok
            seen.append(progress.plan)

    last = solve(problem, Limits(time_limit=1.0, workers=2), note)
    prices = [(len(plan.unassigned), plan.objective) for plan in seen]
    assert prices == sorted(prices, reverse=True)
    assert (last.groups, last.scorecard) == (seen[-1].groups, seen[-1].scorecard)


def test_the_time_limit_holds_for_everything() -> None:
    begin = time.perf_counter()
    plan = solve(instances.small(3), Limits(time_limit=1.0, workers=2))
    assert time.perf_counter() - begin < 1.0 + 3.0
    assert plan.status in ("feasible", "optimal")


def test_cancel_ends_the_solve_and_keeps_the_best_plan() -> None:
    problem, seen = instances.small(3), list[Plan]()

    def note(progress: Progress) -> None:
        if progress.plan is not None:
            seen.append(progress.plan)

    begin: list[float] = []

    def stop() -> bool:
        if seen and not begin:
            begin.append(time.perf_counter())
        return bool(seen)

    plan = solve(problem, Limits(time_limit=60.0, workers=2), note, stop)
    assert time.perf_counter() - begin[0] < 2.0
    assert plan.groups == seen[-1].groups


def test_cancel_before_the_first_plan_answers_unknown() -> None:
    plan = solve(cast(), Limits(time_limit=60.0), should_stop=lambda: True)
    assert plan.status in ("unknown", "feasible", "optimal")


@pytest.mark.parametrize(("seed", "regime"), [(1, "standing"), (5, "standing"), (1, "panel")])
def test_deterministic_mode_gives_one_plan_for_any_number_of_workers(
    seed: int, regime: Regime, nothing_but_counting: None
) -> None:
    problem = instances.small(seed)
    problem = replace(problem, policy=replace(problem.policy, regime=regime))
    texts = [
        json.dumps(solution.to_json(solve(problem, Limits(2.0, 7, workers, deterministic=True))))
        for workers in (1, 2, 3)
    ]
    assert texts[0] == texts[1] == texts[2]


def test_no_workers_are_one_worker() -> None:
    problem = instances.tiny(4)
    plan = solve(problem, Limits(5, workers=0))
    assert plan.groups and check(problem, plan).ok


def test_a_problem_without_cases_has_an_empty_plan() -> None:
    plan = solve(cast(cases=[], policy={"groups": [0, 2]}), QUICK)
    assert (plan.status, plan.groups, plan.objective) == ("optimal", (), 0)


def test_a_problem_without_reviewers_says_so() -> None:
    plan = solve(cast(reviewers=[]), QUICK)
    assert plan.status == "infeasible"
    assert plan.explanation is not None and plan.explanation.conflict


def test_document_reviews_need_no_calendar() -> None:
    cases = [case | {"half_days": 0} for case in document()["cases"]]
    plan = solve(cast(slots=[], cases=cases), QUICK)
    assert plan.status == "optimal"
    assert {visit.start for group in plan.groups for visit in group.visits} == {None}


def test_an_order_of_goals_is_kept_before_the_weights() -> None:
    people = [
        person | {"seniority": 5 if person["id"] == "E7" else 4}
        for person in document()["reviewers"]
    ]
    plan = solve(cast(reviewers=people, weights={"workload": 1}, order=["leadership"]), QUICK)
    assert plan.scorecard["leadership"] == 1
    assert plan.levels is not None
    assert [(level.goal, level.value, level.bound) for level in plan.levels] == [
        ("leadership", 1, 1)
    ]
    assert "E7" in {group.leader for group in plan.groups}


def _panel(affinity: list[list[Any]], **changes: Any) -> Any:
    """Document reviews by panels where nothing but scores counts."""
    policy = {
        "regime": "panel",
        "group_size": [2, 2],
        "industry_level": "none",
        "quality_required": False,
        "leader_required": False,
    }
    made = document()
    del made["policy"]["groups"]
    made["policy"] |= policy
    made["cases"] = [case | {"half_days": 0, "effort": 1} for case in made["cases"]]
    made["reviewers"] = [
        person | {"max_groups": 2, "max_effort": 2} for person in made["reviewers"][:4]
    ]
    return instances.problems.parse(
        made | {"slots": [], "affinity": affinity, "weights": {"affinity": 1}} | changes
    )


SCORES = [
    [f"E{r}", f"A{c}", 9 if c < 2 and r < 2 else 3 + (r + c) % 2]
    for r in range(4)
    for c in range(4)
]


def test_panels_by_score_are_a_flow_proved_best() -> None:
    problem = _panel(SCORES)
    plan, best = solve(problem, QUICK), brute.best_plan(problem)
    assert best is not None
    assert (plan.status, plan.objective, plan.bound) == ("optimal", best.objective, best.objective)


def test_panels_with_the_smallest_score_first_are_proved_best() -> None:
    problem = _panel(SCORES, order=["fairness", "affinity"])
    plan, best = solve(problem, QUICK), brute.best_plan(problem)
    assert best is not None
    assert plan.status == "optimal"
    assert brute.plan_key(problem, dict(plan.scorecard)) == brute.plan_key(
        problem, dict(best.scorecard)
    )


@pytest.mark.parametrize("limits", [Limits(0.3, 2, 1), Limits(1.0, 2, 1, deterministic=True)])
def test_from_a_plan_on_nothing_worse_comes_back(
    limits: Limits, small_plan: Plan, nothing_but_counting: None
) -> None:
    problem = instances.small(5)
    again = solve(problem, limits, start=small_plan)
    assert compared(problem, again, small_plan) in ("same", "better")
    if compared(problem, again, small_plan) == "same":
        assert again.groups == small_plan.groups


def test_a_plan_that_breaks_a_rule_is_no_beginning(small_plan: Plan, working_time: None) -> None:
    problem, group = instances.small(5), small_plan.groups[0]
    barred = replace(problem, barred=(*problem.barred, (group.members[0], group.cases[0], "X")))
    again = solve(barred, Limits(time_limit=0.5, workers=1), start=small_plan)
    assert check(barred, again).ok

"""Panels with visits as a linear and as an integer programme, against the truth about tiny
problems.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment.check import check
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver import relaxation
from assignment.solver.data import Data
from assignment.solver.draft import Draft, to_plan
from assignment.solver.limits import Limits
from assignment.solver.relaxation import relaxed_bound, solve_whole
from assignment.solver.solve import solve
from tests import instances
from tests.brute import best_plan

SEEDS = range(70)


def panels(seed: int) -> Problem | None:
    """A tiny problem of panels with visits, goals weighed; every third keeps close to what was
    planned before.
    """
    problem = instances.tiny(seed)
    changed = replace(problem, policy=replace(problem.policy, regime="panel"), order=None)
    if seed % 3 == 0 and problem.previous is not None:
        changed = replace(changed, weights={**problem.weights, "changes": 7})
    return changed if relaxation.applies(Data(changed)) else None


@pytest.fixture(scope="module")
def known() -> list[tuple[Problem, Plan | None]]:
    found = [
        (problem, best_plan(problem)) for seed in SEEDS if (problem := panels(seed)) is not None
    ]
    assert sum(plan is not None for _, plan in found) > 15
    assert (
        sum(
            plan is not None and problem.weight("changes") > 0 and problem.previous is not None
            for problem, plan in found
        )
        > 3
    )
    return found


def valid(data: Data, draft: Draft) -> bool:
    return all(
        one.rule == "PLAN"
        for one in check(data.problem, to_plan(data, draft, "feasible")).violations
    )


def test_no_bound_lies_above_the_best_plan(known: list[tuple[Problem, Plan | None]]) -> None:
    for problem, best in known:
        bound = relaxed_bound(Data(problem), 20.0)
        if best is not None and best.objective is not None:
            assert bound is not None and bound <= best.objective, problem.id


def test_integers_are_the_best_plan(known: list[tuple[Problem, Plan | None]]) -> None:
    """The whole programme keeps every rule: what it proves is the truth, and what it finds is a
    plan.
    """
    for problem, best in known:
        data = Data(problem)
        draft, answer = solve_whole(data, 20.0)
        if best is None:
            assert draft is None and answer.impossible, problem.id
        else:
            assert draft is not None and valid(data, draft), problem.id
            assert answer.bound == best.objective, problem.id


def test_solve_proves_small_panels_best(known: list[tuple[Problem, Plan | None]]) -> None:
    solvable = [(problem, best) for problem, best in known if best is not None]
    for problem, best in solvable[:5]:
        plan = solve(problem, Limits(time_limit=20, workers=2))
        assert (plan.status, plan.objective, plan.bound) == (
            "optimal",
            best.objective,
            best.objective,
        ), problem.id

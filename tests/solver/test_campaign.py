"""The campaign: problems of all shapes; never a crash, never an unchecked plan, never a plan below
a bound, never past the limit and three seconds.

The normal run takes one of each shape; `-m long` takes a thousand.
"""

from __future__ import annotations

import time
from unittest.mock import patch

import pytest

from assignment import solution
from assignment.check import check
from assignment.solver.limits import Limits
from assignment.solver.report import report
from assignment.solver.search import Search
from assignment.solver.solve import solve
from tests.solver import shapes

OVERTIME = 3.0


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """The first solve of a process loads the compiled search and the libraries; no problem is to
    pay for that here.
    """
    solve(shapes.problem(0), Limits(0.5, workers=1))


def trial(number: int, limit: float) -> tuple[str, float]:
    """One problem solved and judged; gives the status and how long it took."""
    problem = shapes.problem(number)
    searches: list[Search] = []

    def spied(search: Search) -> solution.Plan:
        searches.append(search)
        return report(search)

    begin = time.process_time()
    with patch("assignment.solver.solve.report", spied):
        plan = solve(problem, Limits(limit, seed=number, workers=1 + number % 2))
    took = time.process_time() - begin  # of the processor: others may use it too
    assert took < limit * (1 + number % 2) + OVERTIME, (problem.id, took)
    assert solution.to_json(solution.parse(solution.to_json(plan))) == solution.to_json(plan), (
        problem.id
    )
    if plan.groups or plan.status in ("optimal", "feasible", "partial"):
        verdict = check(problem, plan)
        assert verdict.ok, (problem.id, verdict.violations[:3])
        placed = {case for group in plan.groups for case in group.cases}
        assert placed | set(plan.unassigned) == set(problem.case_index), problem.id
        assert bool(plan.unassigned) == (plan.status == "partial"), problem.id
    if plan.bound is not None and plan.objective is not None:
        assert plan.bound <= plan.objective, problem.id
    if plan.objective is not None and not plan.unassigned and plan.groups:
        # The plan's own bound leaves out what a plan contradicts; none may.
        least = searches[0].bound
        assert least is None or least <= plan.objective, (problem.id, least, plan.objective)
    if plan.status == "infeasible":
        assert plan.explanation is not None and plan.explanation.conflict, problem.id
    return plan.status, took


@pytest.mark.parametrize("number", range(len(shapes.SHAPES)), ids=tuple(shapes.SHAPES))
def test_one_of_every_shape(number: int) -> None:
    trial(number, 0.5)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_a_thousand_problems(part: int) -> None:
    for number in range(50 * part, 50 * part + 50):
        trial(number, 1.0)

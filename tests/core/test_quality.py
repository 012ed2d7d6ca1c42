"""Quality in codes: what a bound proves, and how two plans of one problem compare."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment.quality import compared, proof_of, quality
from assignment.solution import Plan
from tests import brute, instances

SEED = next(
    seed for seed in range(400, 500) if (found := brute.best_plan(instances.tiny(seed))) is not None
)


@pytest.fixture(scope="module")
def best() -> Plan:
    plan = brute.best_plan(instances.tiny(SEED))
    assert plan is not None and plan.objective is not None
    return plan


@pytest.mark.parametrize(
    ("objective", "bound", "said"),
    [
        (None, 3, ("open", None)),
        (1000, None, ("open", None)),
        (1000, 1000, ("best", 0)),
        (1000, 999, ("within", 1)),
        (3000, 2999, ("within", 1)),  # rounded up: never better than proved
        (1000, 900, ("within", 100)),
        (0, -1, ("within", 1000)),
        (-10, -20, ("within", 1000)),
    ],
)
def test_a_bound_proves_so_much(
    objective: int | None, bound: int | None, said: tuple[str, int | None]
) -> None:
    assert proof_of(objective, bound) == said


def test_a_plan_that_leaves_cases_out_has_no_proof(best: Plan) -> None:
    problem = instances.tiny(SEED)
    case = best.groups[0].cases[0]
    left = best.with_(
        groups=(
            replace(
                best.groups[0],
                visits=tuple(one for one in best.groups[0].visits if one.case != case),
            ),
            *best.groups[1:],
        ),
        unassigned=(case,),
        bound=best.objective,
    )
    found = quality(problem, left, best)
    assert (found.proof, found.above, found.unassigned, found.against) == ("open", None, 1, "worse")
    assert compared(problem, best, left) == "better"
    assert compared(problem, best, best.with_(objective=None, scorecard={})) == "same"


def test_optimal_is_best_whatever_the_bound_says(best: Plan) -> None:
    problem = instances.tiny(SEED)
    ordered = best.with_(status="optimal", bound=None)
    assert quality(problem, ordered).proof == "best"
    assert quality(problem, ordered).against is None

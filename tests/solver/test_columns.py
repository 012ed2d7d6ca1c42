"""Column generation and the proof by enumeration against the truth about tiny problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assignment.problem import GOALS, Problem
from assignment.solver import bound
from assignment.solver.budget import Budget
from assignment.solver.columns import beside
from assignment.solver.columns.generation import CUT_OFF, IN_FULL, Generation
from assignment.solver.columns.proof import Proven, Prover
from assignment.solver.data import Data
from assignment.solver.draft import Evaluator, Incumbent, from_plan
from assignment.solver.kernel import warm
from assignment.solver.limits import Limits
from tests import instances
from tests.brute import best_plan

pytestmark = pytest.mark.skipif(
    not warm.is_warm(), reason="the search is not compiled on this machine"
)

SEEDS = (329, 377, 380, *range(120))  # the first three were once proved wrongly
# A budget wide enough for the many columns of a plan that is far from the best.
SLACK = 3


@dataclass(frozen=True)
class Known:
    problem: Problem
    data: Data
    best: int
    incumbent: Incumbent


def known(seed: int) -> Known | None:
    """A tiny problem of standing groups with its best complete plan; None where there is none."""
    problem = instances.tiny(seed)
    if not beside.applies(problem):
        return None
    plan = best_plan(problem)
    if plan is None or plan.objective is None or plan.unassigned:
        return None
    data = Data(problem)
    evaluator = Evaluator(data)
    groups = tuple(
        (group.cases, group.members, evaluator.alone(group))
        for group in from_plan(data, plan).groups
    )
    return Known(problem, data, plan.objective, Incumbent(plan.objective, groups))


def prover(case: Known, incumbent: Incumbent) -> Prover:
    budget = Budget(Limits(time_limit=30), None)
    return Prover(
        case.problem,
        lambda goal: bound.goal_bound(case.data, goal),
        budget,
        budget.over,
        lambda: incumbent,
    )


@pytest.fixture(scope="module")
def cases() -> Iterator[list[Known]]:
    found = [case for seed in SEEDS if (case := known(seed)) is not None]
    assert len(found) > 25
    yield found


@dataclass(frozen=True)
class Proved:
    """What the prover says of a problem, with some plan in hand."""

    case: Known
    trying: Prover
    answer: Proven


def proved(case: Known, incumbent: Incumbent) -> Proved:
    trying = prover(case, incumbent)
    answer = trying.run()
    assert answer is not None, case.problem.id
    return Proved(case, trying, answer)


@pytest.fixture(scope="module")
def with_best(cases: list[Known]) -> list[Proved]:
    """Each with the best plan in hand."""
    return [proved(case, case.incumbent) for case in cases]


@pytest.fixture(scope="module")
def with_worse(cases: list[Known]) -> list[Proved]:
    """Each with a plan in hand that is worse than the best."""
    return [proved(case, Incumbent(case.best + SLACK, ())) for case in cases]


def test_no_proof_lies_above_the_best_plan(
    with_best: list[Proved], with_worse: list[Proved]
) -> None:
    for one in with_best + with_worse:
        problem = one.case.problem.id
        assert one.answer.bound <= one.case.best, problem
        assert one.trying.bound is not None, problem
        assert one.trying.bound <= one.answer.bound, problem


def test_what_is_better_than_the_plan_in_hand_is_found(with_worse: list[Proved]) -> None:
    for one in with_worse:
        problem = one.case.problem
        assert one.answer.draft is not None, problem.id
        assert sorted(c for group in one.answer.draft.groups for c in group.cases) == list(
            range(len(problem.cases))
        )


def test_most_are_proved_to_the_last(with_best: list[Proved]) -> None:
    """What is left out (H14, days of reviewers of several groups, goals of the whole plan) bites in
    some tiny problems only.
    """
    tight = sum(one.answer.bound == one.case.best for one in with_best)
    assert tight >= len(with_best) // 3


def test_little_found_at_the_first_prices_does_not_call_for_a_pricing_in_full() -> None:
    """They are modest on purpose: city 11 then spent all its time on the second pricing."""
    problem = instances.tiny(0)
    generation = Generation(problem, {goal: problem.weight(goal) for goal in GOALS}, bool)
    assert generation._next_level(CUT_OFF, 0) == CUT_OFF
    assert generation._next_level(CUT_OFF, 0) == IN_FULL

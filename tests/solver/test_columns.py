"""Column generation and the proof by enumeration against the truth about tiny problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assignment.problem import Problem
from assignment.solver import bound
from assignment.solver.budget import Budget
from assignment.solver.columns import beside
from assignment.solver.columns.proof import Prover
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


def test_no_proof_lies_above_the_best_plan(cases: list[Known]) -> None:
    for case in cases:
        for incumbent in (case.incumbent, Incumbent(case.best + SLACK, ())):
            trying = prover(case, incumbent)
            answer = trying.run()
            assert answer is not None, case.problem.id
            assert answer.bound <= case.best, case.problem.id
            assert trying.bound is not None, case.problem.id
            assert trying.bound <= answer.bound, case.problem.id


def test_what_is_better_than_the_plan_in_hand_is_found(cases: list[Known]) -> None:
    for case in cases:
        answer = prover(case, Incumbent(case.best + SLACK, ())).run()
        assert answer is not None
        assert answer.draft is not None, case.problem.id
        assert sorted(c for group in answer.draft.groups for c in group.cases) == list(
            range(len(case.problem.cases))
        )


def test_most_are_proved_to_the_last(cases: list[Known]) -> None:
    """What is left out (H14, days of reviewers of several groups, goals of the whole plan) bites in
    some tiny problems only.
    """
    answers = [prover(case, case.incumbent).run() for case in cases]
    tight = sum(
        answer is not None and answer.bound == case.best
        for answer, case in zip(answers, cases, strict=True)
    )
    assert tight >= len(cases) // 3

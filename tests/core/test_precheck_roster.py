"""What holds for the whole roster is told once, not once for every case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assignment.precheck import TOLD, precheck
from assignment.problem import Problem
from tests.instances import small


@pytest.fixture
def problem() -> Problem:
    base = small(3)
    cases = tuple(
        replace(base.cases[0], id=f"A{number}", closed=(), half_days=1) for number in range(6)
    )
    policy = replace(
        base.policy,
        regime="panel",
        leader_required=True,
        quality_required=True,
        groups=None,
        group_effort=None,
    )
    return replace(
        base,
        cases=cases,
        policy=policy,
        barred=(),
        discouraged=(),
        affinity=None,
        pins=None,
        previous=None,
        order=None,
        barred_pairs=(),
    )


def test_no_leader_at_all_is_one_sentence(problem: Problem) -> None:
    reviewers = tuple(
        replace(one, leader=False, quality=True, max_groups=1) for one in problem.reviewers
    )
    assert [reason.rules for reason in precheck(replace(problem, reviewers=reviewers))] == [
        ("H02",)
    ]


def test_nobody_free_is_one_sentence(problem: Problem) -> None:
    busy = tuple(range(len(problem.slots)))
    reviewers = tuple(
        replace(one, leader=True, quality=True, max_groups=1, unavailable=busy)
        for one in problem.reviewers
    )
    assert [reason.rules for reason in precheck(replace(problem, reviewers=reviewers))] == [
        ("H12",)
    ]


def test_many_cases_of_one_kind_are_summed_up(problem: Problem) -> None:
    reviewers = tuple(
        replace(one, leader=True, quality=True, max_groups=6) for one in problem.reviewers
    )
    closed = tuple(replace(case, closed=tuple(range(len(problem.slots)))) for case in problem.cases)
    reasons = precheck(replace(problem, reviewers=reviewers, cases=closed))
    alike = [reason for reason in reasons if reason.rules == reasons[0].rules]
    assert len(alike) == TOLD + 1
    assert alike[-1].cases == tuple(case.id for case in problem.cases[TOLD:])

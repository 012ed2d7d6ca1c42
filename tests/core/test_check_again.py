"""A plan whose groups have passed is asked for its claims only; anything else for everything."""

from __future__ import annotations

from dataclasses import replace

from assignment.check import check, check_again
from tests import brute, instances


def test_only_claims_are_asked_where_the_groups_have_passed() -> None:
    tiny = [instances.tiny(seed) for seed in range(20)]
    solved = ((problem, plan) for problem in tiny if (plan := brute.best_plan(problem)))
    problem, passed = next((p, plan) for p, plan in solved if not p.order and len(plan.groups) > 1)
    assert check(problem, passed).ok and check_again(problem, passed, passed) == ()
    assert passed.objective is not None
    liar = replace(passed, bound=passed.objective + 1)
    assert check_again(problem, liar, passed) == check(problem, liar).violations != ()
    fewer = replace(passed, groups=passed.groups[1:])
    assert check_again(problem, fewer, passed) == check(problem, fewer).violations != ()
    assert check_again(problem, fewer, None) == check(problem, fewer).violations
    dearer = replace(passed, objective=passed.objective + 1, bound=None)
    assert check_again(problem, dearer, passed) == check(problem, dearer).violations != ()

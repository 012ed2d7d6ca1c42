"""The two readings of the contract agree: brute force (plain fields) and the checker (rules.py,
goals.py).
"""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import pytest

from assignment.check import check
from assignment.problem import Problem
from assignment.rules import RULES
from assignment.solution import Group, Plan, Visit
from tests import instances
from tests.brute import Key, _set_partitions, best_plan, plan_key


def every_plan(problem: Problem) -> list[Plan]:
    """All plans there are, good or bad, of a problem of one or two cases."""
    ids = [one.id for one in problem.reviewers]
    teams = [team for size in range(1, len(ids) + 1) for team in combinations(ids, size)]
    led = [(leader, team) for team in teams for leader in (*team, None)]
    times = [[None, *range(len(problem.slots))] for _ in problem.cases]
    plans = []
    for blocks, starts in product(_set_partitions(list(problem.cases)), product(*times)):
        when = dict(zip([case.id for case in problem.cases], starts, strict=True))
        visits = [
            tuple(Visit(case.id, when[case.id], case.half_days) for case in block)
            for block in blocks
        ]
        for choice in product(led, repeat=len(blocks)):
            groups = tuple(
                Group(leader, team, stops)
                for (leader, team), stops in zip(choice, visits, strict=True)
            )
            plans.append(Plan(problem.digest, "feasible", groups))
    return plans


def least_key(problem: Problem) -> Key | None:
    """Most plans break a rule, and one broken rule is enough: the first is looked for, and only
    what keeps all is checked whole.
    """
    kept = (plan for plan in every_plan(problem) if not breaks_a_rule(problem, plan))
    verdicts = (check(problem, plan) for plan in kept)
    return min(
        (plan_key(problem, verdict.scorecard) for verdict in verdicts if verdict.ok), default=None
    )


def breaks_a_rule(problem: Problem, plan: Plan) -> bool:
    return any(True for rule in RULES for _ in rule.check(problem, plan))


def very_tiny(seed: int) -> Problem:
    rng = Random(seed)
    cases = rng.choice((0, 1, 1, 2))
    return instances.build(
        rng,
        f"very-tiny-{seed}",
        cases,
        rng.randint(1, 3) if cases == 2 else rng.randint(2, 4),
        rng.randint(1, 3),
    )


@pytest.mark.parametrize(
    "seeds", [range(start, start + 25) for start in range(0, 100, 25)], ids=str
)
def test_brute_force_finds_what_trying_every_plan_finds(seeds: range) -> None:
    for seed in seeds:
        problem = very_tiny(seed)
        best = best_plan(problem)
        assert (None if best is None else plan_key(problem, dict(best.scorecard))) == least_key(
            problem
        ), seed


def test_best_plan_keeps_every_rule_and_claim() -> None:
    plans = {seed: best_plan(instances.tiny(seed)) for seed in range(150)}
    faults = [
        (seed, violation.text)
        for seed, plan in plans.items()
        if plan is not None
        for violation in check(instances.tiny(seed), plan).violations
    ]
    assert faults == []
    assert 50 < sum(plan is None for plan in plans.values()) < 100, (
        "the generator should give both kinds"
    )


def test_the_same_seed_gives_the_same_problem() -> None:
    seeds = range(30)
    assert [instances.tiny(seed).digest for seed in seeds] == [
        instances.tiny(seed).digest for seed in seeds
    ]
    assert len({instances.tiny(seed).digest for seed in seeds}) == len(seeds)

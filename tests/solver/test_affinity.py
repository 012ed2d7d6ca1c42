"""Fairness first, then one sum over pairs: the exact method against the integer programme of all
rules, and against its own proofs.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from assignment.check import check
from assignment.problem import Case, Policy, Problem, Reviewer
from assignment.solver import affinity, membership, transport
from assignment.solver.data import Data
from assignment.solver.limits import Limits
from assignment.solver.pairs import pairs_of
from assignment.solver.solve import solve


def panels(
    seed: int,
    cases: int = 7,
    people: int = 9,
    low: int = 2,
    high: int = 2,
    room: int = 0,
    top: int = 9,
    least: int = 0,
) -> Problem:
    """Document review: `room` seats a person (0: just enough in all), scores `least` to `top`, a
    few pairs barred.
    """
    rng = Random(seed)
    room = room or -(-cases * low // people) + rng.choice((0, 0, 1))
    reviewers = tuple(
        Reviewer(f"E{n}", False, (), False, 1, f"U{n}", "P", (), room, 0, room)
        for n in range(people)
    )
    firms = tuple(Case(f"A{n}", (), "P", 0, 1, (), "QUALITY") for n in range(cases))
    pairs = [(r.id, c.id) for r in reviewers for c in firms]
    return Problem(
        id=f"panels-{seed}",
        slots=(),
        places=("P",),
        travel_minutes=((0,),),
        reviewers=reviewers,
        cases=firms,
        barred=tuple((*pair, "EMPLOYMENT") for pair in pairs if rng.random() < 0.1),
        barred_pairs=(),
        discouraged=tuple(
            (*pair, "PRIOR_REVIEW", rng.randint(1, 4)) for pair in pairs if rng.random() < 0.2
        ),
        affinity=tuple((*pair, rng.randint(least, top)) for pair in pairs if rng.random() < 0.8),
        policy=Policy("panel", (low, high), "none", False, False, "allow", 60),
        weights={"affinity": 1, "fairness": 1},
        order=("fairness", "affinity"),
    )


SHAPES = {
    "tight": {},
    "contested": {"cases": 8, "people": 6, "low": 3, "high": 3, "top": 3},
    "optional seats": {"low": 1, "high": 3},
    "negative scores": {"least": -5, "high": 3},
    "fine scores": {"top": 1000, "people": 6},
}


def exactly(data: Data) -> affinity.Result | None:
    pairs = pairs_of(data)
    flow = transport.solve(pairs)
    return None if flow is None else affinity.solve(pairs, flow, lambda: 60.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_agrees_with_the_programme_of_all_rules(shape: str) -> None:
    compared = raised = 0
    for seed in range(20):
        problem = panels(seed, **SHAPES[shape])
        data = Data(problem)
        assert affinity.applies(data)
        found = exactly(data)
        expected = membership.solve_levels(data, lambda: 60.0)
        if found is None:
            assert expected.draft is None
            continue
        matrices = pairs_of(data)
        chosen = found.chosen
        assert found.optimal and expected.draft is not None and expected.optimal
        other = matrices.chosen(expected.draft)
        assert (matrices.least(chosen), matrices.total(chosen)) == (
            matrices.least(other),
            matrices.total(other),
        )
        assert (found.least, found.total) == (matrices.least(chosen), matrices.total(chosen))
        compared += 1
        raised += matrices.least(chosen) > matrices.least(transport.solve(matrices))
    assert compared >= 10 and raised >= 2


def test_a_floor_out_of_reach_is_lowered_and_proved() -> None:
    """One person suits every case and cannot serve them all: what each case could have alone cannot
    be had by all.
    """
    for seed in range(8):
        plain = panels(seed, cases=8, people=7, low=3, high=3, room=4, top=3)
        wanted = tuple(("E0", case.id, 20) for case in plain.cases)
        problem = replace(
            plain,
            barred=(),
            affinity=wanted + tuple(row for row in plain.affinity or () if row[0] != "E0"),
        )
        data = Data(problem)
        found, expected = exactly(data), membership.solve_levels(data, lambda: 60.0)
        assert found is not None and found.optimal and expected.draft is not None
        matrices = pairs_of(data)
        chosen, other = found.chosen, matrices.chosen(expected.draft)
        assert matrices.least(chosen) == matrices.least(other) < matrices.highest
        assert matrices.total(chosen) == matrices.total(other)


@pytest.mark.parametrize("weights", [{"affinity": 3}, {"affinity": 2, "discouraged": 5}, {}])
def test_one_goal_of_order_and_a_weighted_sum_of_pairs_behind_it(weights: dict[str, int]) -> None:
    for seed in range(6):
        problem = replace(panels(seed), order=("fairness",), weights=weights)
        plan = solve(problem, Limits(time_limit=20, deterministic=True))
        expected = membership.solve_levels(Data(problem), lambda: 60.0)
        if expected.draft is None:
            continue
        assert plan.status == "optimal" and check(problem, plan).ok
        data = Data(problem)
        matrices = pairs_of(data)
        assert plan.scorecard["fairness"] == -matrices.least(matrices.chosen(expected.draft))
        assert matrices.total(matrices.chosen(expected.draft)) == -sum(
            weights.get(g, 0) * plan.scorecard[g] for g in weights
        )
        assert plan.bound is None or plan.bound <= (plan.objective or 0)


def test_more_goals_than_pairs_are_left_to_others() -> None:
    problem = panels(1)
    for other in (
        replace(problem, order=("affinity", "fairness")),
        replace(problem, weights={"affinity": 1, "workload": 1}),
        replace(problem, weights={"affinity": 1, "discouraged": 1}),
        replace(problem, order=None),
        replace(problem, policy=replace(problem.policy, leader_required=True)),
    ):
        assert not affinity.applies(Data(other))


def test_solve_takes_this_way_and_says_what_is_proved() -> None:
    problem = panels(3, cases=30, people=25, low=3, high=3, top=200)
    plan = solve(problem, Limits(time_limit=20))
    assert plan.status == "optimal" and check(problem, plan).ok
    assert plan.levels is not None and [
        (level.goal, level.value - (level.bound or 0)) for level in plan.levels
    ] == [
        ("fairness", 0),
        ("affinity", 0),
    ]
    assert plan.bound is not None and plan.objective is not None and plan.bound <= plan.objective


def test_without_time_the_flow_is_kept_with_honest_bounds() -> None:
    pairs = pairs_of(Data(panels(5, cases=30, people=20, low=3, high=3, top=200)))
    flow = transport.solve(pairs)
    assert flow is not None
    rushed, full = (affinity.solve(pairs, flow, lambda s=s: s) for s in (0.0, 60.0))  # type: ignore[misc]
    assert full.optimal and np.array_equal(rushed.chosen.sum(axis=1), np.full(30, 3))
    assert rushed.least >= full.least and rushed.total >= full.total
    assert not rushed.optimal or np.array_equal(rushed.chosen, full.chosen)


def test_tables_walked_in_blocks_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows at a time; the flow's panels have to be changed to reach the highest floor."""
    data = Data(panels(5, cases=20, people=16, low=3, high=3, top=200))
    whole = exactly(data)
    monkeypatch.setattr("assignment.solver.pairs.BLOCK", 48)
    parts = exactly(data)
    assert whole is not None and parts is not None and whole.optimal and parts.optimal
    assert len(list(pairs_of(data).blocks())) == 7
    assert (whole.least, whole.total, whole.alone) == (parts.least, parts.total, parts.alone)
    assert whole.total < whole.alone


def test_scores_told_twice_add_up() -> None:
    once = panels(2)
    rows = once.affinity or ()
    twice = replace(once, affinity=(*rows, *rows[::-1]))
    plans = [solve(one, Limits(time_limit=20, deterministic=True)) for one in (once, twice)]
    assert [plan.status for plan in plans] == ["optimal", "optimal"]
    assert all(
        plans[1].scorecard[goal] == 2 * plans[0].scorecard[goal]
        for goal in ("affinity", "fairness")
    )

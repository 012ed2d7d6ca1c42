"""Prices of seats, against the truth about tiny problems: no bound above a plan, no team missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations, islice

import numpy as np
import pytest

from assignment.check import check
from assignment.problem import Problem, parse
from assignment.solution import Plan
from assignment.solver import bound
from assignment.solver.data import LEVELS, Data
from assignment.solver.draft import to_plan
from assignment.solver.kernel import warm
from assignment.solver.kernel.data import CARRIED, EFFORT, W_WORKLOAD, build
from assignment.solver.kernel.room import EXACT, INFINITE, PRICE, room
from assignment.solver.kernel.sheet import empty_state
from assignment.solver.kernel.team import best_team
from assignment.solver.limits import Limits
from assignment.solver.prices import bound as panels
from assignment.solver.prices import listed, standing, sweep, tables
from assignment.solver.prices.bound import Prices, of_bound
from assignment.solver.prices.listed import Answer, prove
from assignment.solver.solve import solve
from tests import instances
from tests.brute import best_plan

SEEDS = range(240)
ROUNDS = 12


def as_panels(seed: int) -> Problem:
    problem = instances.tiny(seed)
    changed = replace(problem, policy=replace(problem.policy, regime="panel"), order=None)
    if seed % 3 == 0 and problem.previous is not None:
        changed = replace(changed, weights={**problem.weights, "changes": 7})
    return changed


def as_standing(seed: int) -> Problem:
    problem = instances.tiny(seed)
    return replace(problem, policy=replace(problem.policy, regime="standing"), order=None)


def known(problems: Iterable[Problem]) -> Iterator[tuple[Problem, Plan]]:
    return ((problem, plan) for problem in problems if (plan := best_plan(problem)) is not None)


@pytest.fixture(scope="module")
def solved_panels() -> list[tuple[Problem, Plan]]:
    problems = [problem for seed in SEEDS if panels.applies(problem := as_panels(seed))]
    return list(known(problems))


def test_no_bound_of_panels_lies_above_the_best_plan(
    solved_panels: list[tuple[Problem, Plan]],
) -> None:
    close = 0
    for problem, best in solved_panels:
        data = Data(problem)
        prices = Prices(problem, partial(bound.goal_bound, data))
        assert prices.fits(), problem.id
        prices.run(lambda: False, ROUNDS)
        assert not prices.impossible, problem.id
        assert best.objective is not None and prices.bound is not None
        assert prices.bound <= best.objective, problem.id
        close += prices.bound == best.objective
    assert len(solved_panels) > 60 and close > len(solved_panels) // 4


def test_the_best_of_the_listed_panels_is_the_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without goals that are counted on their own nothing is left out: what is listed is all. Every
    other time panels and starts are one programme from the beginning.
    """
    counted = ("peak", "fairness", "changes")
    problems = []
    for seed in SEEDS:
        problem = as_panels(seed)
        weights = {goal: w for goal, w in problem.weights.items() if goal not in counted}
        policy = replace(problem.policy, leader_required=True)
        problem = replace(problem, weights=weights, policy=policy, previous=None)
        if panels.applies(problem):
            problems.append(problem)
    solved = list(known(problems[::3]))
    for number, (problem, best) in enumerate(solved):
        monkeypatch.setattr(listed, "FIRST_TURN", (1, 3)[number % 2])
        data = Data(problem)
        prices = Prices(problem, partial(bound.goal_bound, data))
        prices.run(lambda: False, ROUNDS)
        assert best.objective is not None
        nothing = answers_below(data, prices, best.objective)[-1]
        assert nothing.bound == best.objective and nothing.draft is None, problem.id
        answers = answers_below(data, prices, best.objective + 7)
        assert answers[-1].bound == best.objective, problem.id
        found = [one.draft for one in answers if one.draft is not None]
        costs = []
        for draft in found:
            verdict = check(problem, to_plan(data, draft, "feasible"))
            assert {one.rule for one in verdict.violations} <= {"PLAN"}, problem.id
            costs.append(verdict.objective)
        assert costs and min(costs) == best.objective, problem.id
    assert len(solved) > 15


def answers_below(data: Data, prices: Prices, upper: int) -> list[Answer]:
    answers = list(prove(data, prices, lambda: upper, lambda: 20.0))
    assert all(one.bound <= upper for one in answers)
    return answers


def test_small_panels_are_proved_best_by_the_clock_and_by_counting(
    working_time: None,
) -> None:
    possible = (problem for seed in range(40) if panels.applies(problem := as_panels(seed)))
    solved = islice(known(possible), 12)
    for number, (problem, best) in enumerate(solved):
        plan = solve(problem, Limits(4, workers=2, deterministic=number % 2 == 1))
        assert plan.status == "optimal", problem.id
        assert plan.objective == plan.bound == best.objective, problem.id


def test_no_bound_of_standing_groups_lies_above_the_best_plan() -> None:
    said = better = 0
    for problem in map(as_standing, SEEDS):
        data = Data(problem)
        told = standing.objective_bound(data)
        best = best_plan(problem) if told is not None else None  # the costly part
        if told is None or best is None:
            continue
        assert best.objective is not None and told <= best.objective, problem.id
        said += 1
        better += told > bound.counting_bound(data)
    assert said > 60 and better > 5


@pytest.mark.parametrize("seed", range(0, 240, 3))
def test_a_case_gets_its_cheapest_team_and_the_list_is_whole(seed: int) -> None:
    problem = as_panels(seed)
    if not panels.applies(problem) or problem.policy.group_size[0] == 0:
        return
    data = of_bound(problem, 1)
    table = tables.panels(data)
    price = np.random.default_rng(seed).integers(0, 30, (len(table.sizes), len(problem.reviewers)))
    desk, memory, found = tables.desk(table), tables.memory(data), tables.found(table, 5_000)
    for case in range(len(problem.cases)):
        seats = price[table.size[case]]
        teams = every_team(problem, case, seats)
        least, place = sweep.best_panel(
            table, seats, case, desk, memory, 1 << 40, tables.none_found(table)
        )
        assert (place >= 0) == bool(teams)
        if teams:
            assert least == min(teams.values())
        below = max(teams.values(), default=0)
        found.counts[0] = 0
        assert sweep.list_below(table, seats, case, desk, below, 1 << 40, found)
        listed = {
            tuple(sorted(int(one) for one in team if one >= 0)): int(cost)
            for team, cost in zip(
                found.team[: found.counts[0]], found.cost[: found.counts[0]], strict=True
            )
        }
        assert listed == {team: cost for team, cost in teams.items() if cost < below}


def test_a_search_for_a_team_sees_that_three_cheap_seats_may_beat_the_two_cheapest() -> None:
    """The two cheapest (-60 and -40) sit with nobody else; three others cost -101 together."""
    person = {**warm._TINY["reviewers"][0], "leader": True}
    names = ("R0", "R1", "R2", "R3", "R4")
    tiny = {
        **warm._TINY,
        "reviewers": [{**person, "id": name, "employer": name} for name in names],
        "barred_pairs": [[one, other, "x"] for one in names[:2] for other in names[2:]],
        "policy": {**warm._TINY["policy"], "group_size": [2, 4], "leader_required": True},
    }
    data = build(parse(tiny), {"workload": 0})
    state, space = empty_state(data), room(data)
    state.tally[:, PRICE] = (-60, -40, -30, -35, -36)
    alone = np.zeros(1, dtype=np.int64)
    assert best_team(data, state, space, alone, 1, EXACT, EXACT, INFINITE, 0, 0) == -101


@pytest.mark.parametrize("lowest", [0, -60])
def test_both_searches_for_a_team_find_the_cheapest_where_seats_cost_less_than_nothing(
    lowest: int,
) -> None:
    """A team may grow beyond its least size because somebody is worth more than a seat costs."""
    grown = tried = 0
    for seed in SEEDS:
        problem = as_panels(seed)
        least, most = problem.policy.group_size
        if not panels.applies(problem) or not problem.policy.leader_required or least == 0:
            continue
        least += seed % 2
        policy = replace(problem.policy, group_size=(least, most + 2))
        problem = replace(problem, policy=policy, weights={**problem.weights, "extra": seed % 5})
        data, reviewers = of_bound(problem, 1), len(problem.reviewers)
        table = tables.panels(data)
        price = np.random.default_rng(seed).integers(lowest, 25, (len(table.sizes), reviewers))
        state, space = empty_state(data), room(data)
        desk, memory = tables.desk(table), tables.memory(data)
        for case in range(len(problem.cases)):
            seats = price[table.size[case]]
            teams = every_team(problem, case, seats)
            cheapest = min(teams.values(), default=INFINITE)
            # The kernel adds the workload itself.
            effort = data.case[case, EFFORT]
            state.tally[:, PRICE] = seats - data.policy[W_WORKLOAD] * effort * (
                2 * data.person[:, CARRIED] + effort
            )
            alone = np.array([case], dtype=np.int64)
            cost = best_team(data, state, space, alone, 1, EXACT, EXACT, INFINITE, 0, 0)
            assert cost == cheapest, (problem.id, case)
            told, _ = sweep.best_panel(
                table, seats, case, desk, memory, 1 << 40, tables.none_found(table)
            )
            assert told == cheapest, (problem.id, case)
            tried += bool(teams)
            grown += bool(teams) and len(min(teams, key=lambda team: teams[team])) > least
    assert tried > 100 and (grown > 30 or lowest == 0)


def every_team(problem: Problem, case: int, seats: np.ndarray) -> dict[tuple[int, ...], int]:
    """Each team that keeps the rules on its own and has a common start, with its cost."""
    data, policy = Data(problem), problem.policy
    able = [
        r
        for r in range(data.n_reviewers)
        if r not in data.forbidden[case]
        and data.max_groups[r] > 0
        and data.max_effort[r] >= data.effort[case]
    ]
    found = {}
    for size in range(data.min_size, data.max_size + 1):
        for team in combinations(able, size):
            cost = team_cost(problem, data, case, team)
            if cost is not None:
                extra = problem.weight("extra") * (size - policy.group_size[0])
                found[team] = cost + extra + int(sum(seats[r] for r in team))
    return found


def team_cost(problem: Problem, data: Data, case: int, team: tuple[int, ...]) -> int | None:
    """What a team costs without its workload; None where it breaks a rule."""
    policy = problem.policy
    leaders = [r for r in team if data.can_lead[r]]
    pinned = data.pinned_leader.get(case, set())
    if policy.leader_required and pinned:
        leaders = [r for r in leaders if {r} == pinned]
    experts = [r for r in team if data.is_specialist(r, case)]
    good = [r for r in team if data.quality[r]]
    needs_expert = policy.industry_level != "none"
    if not data.required.get(case, set()) <= set(team) or (policy.leader_required and not leaders):
        return None
    if (policy.quality_required and not good) or (needs_expert and not experts):
        return None
    if policy.quality_required and needs_expert and len(set(good) | set(experts)) < 2:
        return None
    if any(b in data.enemies.get(a, ()) for a, b in combinations(team, 2)):
        return None
    if data.forbid_employer and len({data.employer[r] for r in team}) < len(team):
        return None
    free = [
        start
        for start in data.usable_starts[case]
        if all(data.cover(case, start) & ~data.available[r] == 0 for r in team)
    ]
    if data.has_visit(case) and not free:
        return None
    kept = problem.weight("changes") * sum(
        1 for r in team if case in data.former and r in data.former[case].members
    )
    pairs = sum(
        problem.weight("discouraged") * data.discouraged[case].get(r, 0)
        + problem.weight("commute") * data.commute(r, case)
        - problem.weight("affinity") * data.affinity[case].get(r, 0)
        for r in team
    )
    match = min((data.matches(r, case) for r in team), default=LEVELS)
    lead = min((data.lead_cost[r] for r in leaders), default=0) if policy.leader_required else 0
    return pairs - kept + problem.weight("specialist") * match + problem.weight("leadership") * lead

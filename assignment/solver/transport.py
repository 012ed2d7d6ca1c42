"""资料评审的运输问题: when only sums over (case, member) pairs count, the best panels are a
minimum-cost flow.

Ahuja, Magnanti & Orlin 1993; the relaxation of Charlin & Zemel's Toronto Paper Matching System is
the same flow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assignment.solver.data import Data
from assignment.solver.draft import NO_LEADER, NO_START, Draft, Group

PAIRWISE = {"affinity", "discouraged"}


def applies(data: Data) -> bool:
    """No visit, no role, no pair and no effort that ties two seats together: then a flow knows the
    whole problem's rules.
    """
    policy = data.problem.policy
    return (
        data.panel
        and data.n_cases > 0
        and not any(data.half_days)
        and not policy.leader_required
        and not policy.quality_required
        and policy.industry_level == "none"
        and policy.groups is None
        and policy.group_effort is None
        and not data.enemies
        and not data.problem.pins
        and not data.problem.previous
        and len(set(data.effort)) == 1
        and (not data.forbid_employer or len(set(data.employer)) == data.n_reviewers)
    )


def exact(data: Data) -> bool:
    """Whether the flow's costs are all that the problem weighs."""
    return not data.problem.order and all(
        goal in PAIRWISE or not weight for goal, weight in data.problem.weights.items()
    )


def room(data: Data, reviewer: int) -> int:
    """How many cases the reviewer may serve."""
    effort = data.effort[0]
    return min(
        data.max_groups[reviewer],
        data.max_effort[reviewer] // effort if effort else data.n_cases,
        data.n_cases,
    )


# Where only one pair in so many is worth or costs anything, the others are one way through a pool.
SPARSE = 4


def solve(data: Data) -> Draft | None:
    """The flow of least pair costs, `min_size` to `max_size` members a case; None when the seats
    cannot be filled.
    """
    cost, open_ = _costs(data)
    counts = open_ & (cost != 0)
    if SPARSE * counts.sum() < open_.sum():
        # A pool forgets who is barred and who sits already: where nobody comes from it, as is usual
        # when every case has people who suit it, the flow is the same, else all pairs are needed.
        draft, pooled = _flow(data, cost, counts, pool=True)
        if not pooled:
            return draft
    return _flow(data, cost, open_, pool=False)[0]


def _costs(data: Data) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """[cases, people] what a pair costs, and whether it is allowed."""
    weight, order = data.problem.weight, data.problem.order or ()
    shape = (data.n_cases, data.n_reviewers)
    worth = {goal: max(weight(goal), 1 if goal in order else 0) for goal in PAIRWISE}
    cost, open_ = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=bool)
    for case in range(data.n_cases):
        scores, costs = data.affinity[case], data.discouraged[case]
        cost[case, list(costs)] = [worth["discouraged"] * value for value in costs.values()]
        cost[case, list(scores)] -= [worth["affinity"] * value for value in scores.values()]
        open_[case, list(data.forbidden[case])] = False
    return cost, open_


def _flow(
    data: Data, cost: NDArray[np.int64], pairs: NDArray[np.bool_], pool: bool
) -> tuple[Draft | None, bool]:
    """The flow over these pairs, and whether anybody came from the pool."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    cases, people = data.n_cases, data.n_reviewers
    sink, spare, common = cases + people, cases + people + 1, cases + people + 2
    tails, heads = np.nonzero(pairs)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tails, cases + heads, np.ones(len(tails), dtype=np.int64), cost[tails, heads]
    )
    rooms = np.array([room(data, reviewer) for reviewer in range(people)], dtype=np.int64)
    _add(flow, cases + np.arange(people), sink, rooms)
    flow.set_nodes_supplies(np.arange(cases), np.full(cases, data.min_size, dtype=np.int64))
    optional = data.max_size - data.min_size
    if optional:
        for case in range(cases):
            flow.add_arc_with_capacity_and_unit_cost(
                spare, case, optional, data.problem.weight("extra")
            )
        # Optional seats may also stay empty.
        flow.add_arc_with_capacity_and_unit_cost(spare, sink, cases * optional, 0)
        flow.set_node_supply(spare, cases * optional)
    through = _add(flow, np.arange(cases), common, np.full(cases, data.max_size)) if pool else None
    if pool:
        _add(flow, np.full(people, common), cases + np.arange(people), rooms)
    flow.set_node_supply(sink, -cases * data.max_size)
    if flow.solve() != flow.OPTIMAL:
        return None, pool
    if through is not None and flow.flows(through).any():
        return None, True
    members: list[list[int]] = [[] for _ in range(cases)]
    used = flow.flows(arcs) > 0
    for case, reviewer in zip(tails[used].tolist(), heads[used].tolist(), strict=True):
        members[case].append(reviewer)
    groups = (
        Group((case,), (NO_START,), tuple(sorted(team)), NO_LEADER)
        for case, team in enumerate(members)
    )
    return Draft(tuple(groups)), False


def _add(flow: Any, tails: Any, heads: Any, capacities: Any) -> Any:
    """Arcs without cost."""
    tails, heads = np.broadcast_arrays(tails, heads)
    return flow.add_arcs_with_capacity_and_unit_cost(
        tails, heads, capacities, np.zeros(len(tails), dtype=np.int64)
    )

"""资料评审的运输问题: when only sums over (case, member) pairs count, the best panels are a
minimum-cost flow.

Ahuja, Magnanti & Orlin 1993; the relaxation of Charlin & Zemel's Toronto Paper Matching System is
the same flow.
"""

from __future__ import annotations

import numpy as np

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


def solve(data: Data) -> Draft | None:
    """The flow of least pair costs, `min_size` to `max_size` members a case; None when the seats
    cannot be filled.
    """
    from ortools.graph.python import min_cost_flow

    weight = data.problem.weight
    order = data.problem.order or ()
    flow = min_cost_flow.SimpleMinCostFlow()
    cases, people = data.n_cases, data.n_reviewers
    sink, spare = cases + people, cases + people + 1
    extra = weight("extra")
    worth = {goal: max(weight(goal), 1 if goal in order else 0) for goal in PAIRWISE}
    cost, open_ = np.zeros((cases, people), dtype=np.int64), np.ones((cases, people), dtype=bool)
    for case in range(cases):
        scores, costs = data.affinity[case], data.discouraged[case]
        cost[case, list(costs)] = [worth["discouraged"] * value for value in costs.values()]
        cost[case, list(scores)] -= [worth["affinity"] * value for value in scores.values()]
        open_[case, list(data.forbidden[case])] = False
    tails, heads = np.nonzero(open_)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tails, cases + heads, np.ones(len(tails), dtype=np.int64), cost[tails, heads]
    )
    every, nothing = np.arange(people), np.zeros(people, dtype=np.int64)
    rooms = np.array([room(data, reviewer) for reviewer in range(people)], dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(cases + every, np.full(people, sink), rooms, nothing)
    flow.set_nodes_supplies(np.arange(cases), np.full(cases, data.min_size, dtype=np.int64))
    optional = data.max_size - data.min_size
    if optional:
        for case in range(cases):
            flow.add_arc_with_capacity_and_unit_cost(spare, case, optional, extra)
        # Optional seats may also stay empty.
        flow.add_arc_with_capacity_and_unit_cost(spare, sink, cases * optional, 0)
        flow.set_node_supply(spare, cases * optional)
    flow.set_node_supply(sink, -cases * data.max_size)
    if flow.solve() != flow.OPTIMAL:
        return None
    members: list[list[int]] = [[] for _ in range(cases)]
    used = flow.flows(arcs) > 0
    for case, reviewer in zip(tails[used].tolist(), heads[used].tolist(), strict=True):
        members[case].append(reviewer)
    return Draft(
        tuple(
            Group((case,), (NO_START,), tuple(sorted(team)), NO_LEADER)
            for case, team in enumerate(members)
        )
    )

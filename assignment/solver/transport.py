"""资料评审的运输问题: when only sums over (case, member) pairs count, the best panels are a
minimum-cost flow.

Ahuja, Magnanti & Orlin 1993; the relaxation of Charlin & Zemel's Toronto Paper Matching System is
the same flow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from assignment.solver.data import Data
from assignment.solver.pairs import PAIRWISE, Chosen, Matrix, Pairs


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


# Where only one pair in so many is worth or costs anything, the others are one way through a pool.
SPARSE = 4


def solve(pairs: Pairs) -> Chosen | None:
    """The panels of most worth, `low` to `high` seats a case; None when they cannot be filled."""
    counts = pairs.open & (pairs.worth != 0)
    if SPARSE * np.count_nonzero(counts) < np.count_nonzero(pairs.open):
        # A pool forgets who is barred and who sits already: where nobody comes from it, as is usual
        # when every case has people who suit it, the flow is the same, else all pairs are needed.
        chosen, pooled = _flow(pairs, counts, pool=True)
        if not pooled:
            return chosen
    return _flow(pairs, pairs.open, pool=False)[0]


def _flow(pairs: Pairs, among: Matrix, pool: bool) -> tuple[Chosen | None, bool]:
    """The flow over these pairs, and whether anybody came from the pool."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    cases, people = pairs.cases, pairs.people
    sink, spare, common = cases + people, cases + people + 1, cases + people + 2
    tails, heads = np.nonzero(among)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tails,
        cases + heads,
        np.ones(len(tails), dtype=np.int64),
        -pairs.worth[tails, heads].astype(np.int64),
    )
    every = np.arange(cases)
    _add(flow, cases + np.arange(people), sink, pairs.room)
    flow.set_nodes_supplies(every, np.full(cases, pairs.low, dtype=np.int64))
    optional = pairs.high - pairs.low
    if optional:
        _add(flow, np.full(cases, spare), every, np.full(cases, optional), pairs.extra)
        # Optional seats may also stay empty.
        flow.add_arc_with_capacity_and_unit_cost(spare, sink, cases * optional, 0)
        flow.set_node_supply(spare, cases * optional)
    through = _add(flow, every, common, np.full(cases, pairs.high)) if pool else None
    if pool:
        _add(flow, np.full(people, common), cases + np.arange(people), pairs.room)
    flow.set_node_supply(sink, -cases * pairs.high)
    if flow.solve() != flow.OPTIMAL:
        return None, pool
    if through is not None and flow.flows(through).any():
        return None, True
    used = flow.flows(arcs) > 0
    chosen = np.zeros(pairs.open.shape, dtype=bool)
    chosen[tails[used], heads[used]] = True
    return chosen, False


def _add(flow: Any, tails: Any, heads: Any, capacities: Any, cost: int = 0) -> Any:
    """Arcs of one cost."""
    tails, heads = np.broadcast_arrays(tails, heads)
    return flow.add_arcs_with_capacity_and_unit_cost(
        tails, heads, capacities, np.full(len(tails), cost, dtype=np.int64)
    )

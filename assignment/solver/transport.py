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


# Where only one pair in so many is worth something else than is usual, the usual ones are one way
# through a pool; what is usual is seen from so many pairs. Two flows are not worth it for few.
SPARSE, SAMPLE, FEW = 2, 10_000, 4_000


def solve(pairs: Pairs) -> Chosen | None:
    """The panels of most worth, `low` to `high` seats a case; None when they cannot be filled."""
    chosen = _pooled(pairs) if pairs.open.size > FEW else None
    return _flow(pairs, pairs.open)[0] if chosen is None else chosen


def _pooled(pairs: Pairs) -> Chosen | None:
    """The same by way of a pool; None where that does not help.

    A pool forgets who is barred and who sits already, so no panels are worth more than what it
    gives. Where its seats can be filled by people who may sit there, these are as good.
    """
    usual = _usual(pairs)
    counts = pairs.open & (pairs.worth != usual)
    if SPARSE * np.count_nonzero(counts) >= np.count_nonzero(pairs.open):
        return None
    chosen, pooled = _flow(pairs, counts, usual)
    return None if chosen is None or not _fill(pairs, chosen, pooled, usual) else chosen


def _usual(pairs: Pairs) -> int:
    """What most pairs are worth."""
    step = 1 + pairs.worth.size // SAMPLE
    sample = pairs.worth.ravel()[::step][pairs.open.ravel()[::step]]
    values, counts = np.unique(sample, return_counts=True)
    return int(values[counts.argmax()]) if len(values) else 0


def _flow(pairs: Pairs, among: Matrix, pool: int | None = None) -> tuple[Chosen | None, Any]:
    """The flow over these pairs, and [cases] how many came from the pool, where each is worth
    `pool`.
    """
    flow = _network()
    cases, people = pairs.cases, pairs.people
    sink, spare, common = cases + people, cases + people + 1, cases + people + 2
    tails, heads = np.nonzero(among)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tails,
        cases + heads,
        np.ones(len(tails), dtype=np.int64),
        -pairs.worth[among].astype(np.int64),
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
    through = None
    if pool is not None:
        through = _add(flow, every, common, np.full(cases, pairs.high), -pool)
        _add(flow, np.full(people, common), cases + np.arange(people), pairs.room)
    flow.set_node_supply(sink, -cases * pairs.high)
    if flow.solve() != flow.OPTIMAL:
        return None, None
    chosen = np.zeros(pairs.open.shape, dtype=bool)
    chosen[among] = flow.flows(arcs) > 0
    return chosen, None if through is None else flow.flows(through)


def _fill(pairs: Pairs, chosen: Chosen, pooled: Any, usual: int) -> bool:
    """Put people of usual worth into the seats that came from the pool; whether there were enough
    of them.
    """
    rows = np.nonzero(pooled)[0]
    if not len(rows):
        return True
    flow = _network()
    tails, heads = np.nonzero(pairs.open[rows] & (pairs.worth[rows] == usual))
    arcs = _add(flow, tails, len(rows) + heads, np.ones(len(tails), dtype=np.int64))
    sink = len(rows) + pairs.people
    _add(flow, len(rows) + np.arange(pairs.people), sink, pairs.room - chosen.sum(axis=0))
    flow.set_nodes_supplies(np.arange(len(rows)), pooled[rows])
    flow.set_node_supply(sink, -int(pooled.sum()))
    if flow.solve() != flow.OPTIMAL:
        return False
    used = flow.flows(arcs) > 0
    chosen[rows[tails[used]], heads[used]] = True
    return True


def _network() -> Any:
    from ortools.graph.python import min_cost_flow

    return min_cost_flow.SimpleMinCostFlow()


def _add(flow: Any, tails: Any, heads: Any, capacities: Any, cost: int = 0) -> Any:
    """Arcs of one cost."""
    tails, heads = np.broadcast_arrays(tails, heads)
    return flow.add_arcs_with_capacity_and_unit_cost(
        tails, heads, capacities, np.full(len(tails), cost, dtype=np.int64)
    )

"""Standing groups by types: what no complete plan's workload, leaders and travel together cost less
than, at any size.

A group of effort E costs its least members w (E^2 + 2 E c) each. People of one type (carried and
greatest effort, quality, leader, seniority) are alike, and as many serve as there are of them.
Given a price v of each type's seat, groups of one effort are alike too:

    L(v) = min over numbers n_E of groups [sum_E g_E(v) n_E + route(sum n)] - sum_t v_t supply_t,
    sum_E E n_E = all effort

where g_E is the cheapest leader with others beside, exactly, and n is found by dynamic programming
in whole numbers of 1/SCALE: any prices give a bound. Good prices are the duals of the linear
programme over types and efforts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from assignment.solver import bound
from assignment.solver.data import Data

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]

SCALE = 16  # prices are whole numbers of 1/SCALE
MOST_COLUMNS, MOST_STEPS = 60_000, 200_000_000
FAR = 1 << 60


@dataclass(frozen=True)
class Kind:
    """People who are alike to this bound."""

    carried: int
    most: int  # effort
    quality: bool
    lead: int | None  # what their leading costs, None for those who cannot


@dataclass(frozen=True)
class Groups:
    """The least a complete plan must be made of."""

    kinds: tuple[Kind, ...]
    supply: Ints  # [T] groups that the people of a type may join together
    efforts: Ints  # [E] that a group may have
    total: int
    numbers: range  # of groups
    seats: int
    workload: int  # weights
    quality: bool  # whether every group needs an expert of quality among its least members
    leader: bool


def bounds(data: Data) -> bool:
    """Whether this bound speaks of the problem."""
    return not data.panel and data.n_cases > 0 and sum(data.effort) > 0 and data.n_reviewers > 0


def objective_bound(data: Data) -> int | None:
    """No complete plan costs less: the goals of this bound together, each other goal at its own
    least.
    """
    together = types_bound(data)
    if together is None:
        return None
    weight = data.problem.weight
    return together + sum(
        weight(goal) * least(data) for goal, least in bound.BOUNDS.items() if weight(goal)
    )


def types_bound(data: Data) -> int | None:
    """No complete plan costs less in workload, leadership and route together; None where there
    is nothing to say.
    """
    if not bounds(data):
        return None
    groups = _groups(data)
    count = len(groups.numbers)
    columns = len(groups.efforts) * 2 * len(groups.kinds)
    steps = groups.numbers[-1] * groups.total * len(groups.efforts) if count else 0
    if count == 0 or columns > MOST_COLUMNS or steps > MOST_STEPS:
        return None
    price = seat_prices(groups)
    if price is None:
        return None
    route = data.problem.weight("route")
    travel = np.array([route * bound.route(data, n) if route else 0 for n in groups.numbers])
    return value(groups, np.maximum(0, np.round(SCALE * price)).astype(np.int64), travel)


def _groups(data: Data) -> Groups:
    policy = data.problem.policy
    leads, lead = policy.leader_required, data.problem.weight("leadership")
    people = Counter[Kind]()
    limits = policy.group_effort or (0, sum(data.effort))
    most = min(limits[1], sum(data.effort))
    for r in range(data.n_reviewers):
        cost = lead * data.lead_cost[r] if leads and data.can_lead[r] else None
        kind = Kind(data.carried[r], min(most, data.max_effort[r]), data.quality[r], cost)
        people[kind] += min(data.max_groups[r], data.n_cases)
    kinds = tuple(sorted((k for k in people if people[k]), key=repr))
    return Groups(
        kinds=kinds,
        supply=np.array([people[kind] for kind in kinds], dtype=np.int64),
        efforts=np.arange(max(limits[0], min(data.effort)), most + 1),
        total=sum(data.effort),
        numbers=bound.counts(data),
        seats=data.min_size,
        workload=data.problem.weight("workload"),
        quality=policy.quality_required and data.min_size > 1,
        leader=leads,
    )


def seat_prices(groups: Groups) -> Reals | None:
    """[T] duals of the supplies in the linear programme over members y, leaders l (by type and
    effort) and groups n (by effort).
    """
    kinds, efforts = groups.kinds, groups.efforts
    types, sizes = len(kinds), len(efforts)
    carried = np.array([kind.carried for kind in kinds])
    may = np.array([kind.most for kind in kinds])[:, None] >= efforts[None, :]
    leads = np.array([kind.lead is not None for kind in kinds])
    leading = np.array([kind.lead or 0 for kind in kinds])
    seat = 2 * groups.workload * carried[:, None] * efforts[None, :]
    alone = groups.workload * groups.seats * efforts**2
    cost = np.concatenate(
        [seat.ravel(), np.repeat(leading[:, None], sizes, axis=1).ravel(), alone]
    ).astype(float)
    sparse = scipy.sparse  # loaded here: the first plan does not need it
    each = sparse.identity(sizes, format="csr")
    of_effort = sparse.hstack([each] * types, format="csr")  # sums [E] over types
    nobody = sparse.csr_matrix((sizes, types * sizes))
    seated = sparse.hstack([of_effort, nobody, -groups.seats * each])
    led = sparse.hstack([nobody, of_effort, -float(groups.leader) * each])
    work = sparse.csr_matrix(np.concatenate([np.zeros(2 * types * sizes), efforts])[None, :])
    pairs = sparse.identity(types * sizes, format="csr")
    of_type = sparse.kron(sparse.identity(types), np.ones((1, sizes)), format="csr")
    gap = sparse.csr_matrix((types, types * sizes + sizes))
    within = sparse.hstack([-pairs, pairs, sparse.csr_matrix((types * sizes, sizes))])
    knows = sparse.kron(
        np.array([[float(kind.quality) for kind in kinds]]), sparse.identity(sizes), format="csr"
    )
    expert = sparse.hstack([-knows, nobody, each])
    total = np.concatenate([np.zeros(2 * types * sizes), np.ones(sizes)])
    number = sparse.csr_matrix(np.vstack([total, -total]))
    rows = [sparse.hstack([of_type, gap]), within, number] + ([expert] if groups.quality else [])
    right: list[Reals] = [
        groups.supply.astype(float),
        np.zeros(types * sizes),
        np.array([groups.numbers[-1], -groups.numbers[0]], dtype=float),
        np.zeros(sizes if groups.quality else 0),
    ]
    limit = np.where(may, float(groups.supply.sum()), 0.0)
    high = np.concatenate([limit.ravel(), (limit * leads[:, None]).ravel(), np.full(sizes, np.inf)])
    answer = scipy.optimize.linprog(
        cost,
        A_eq=sparse.vstack([seated, led, work]).tocsr(),
        b_eq=np.concatenate([np.zeros(2 * sizes), [groups.total]]),
        A_ub=sparse.vstack(rows).tocsr(),
        b_ub=np.concatenate(right),
        bounds=np.column_stack([np.zeros(len(cost)), high]),
        method="highs",
    )
    return None if answer.status != 0 else -np.asarray(answer.ineqlin.marginals[:types])


def value(groups: Groups, price: Ints, travel: Ints) -> int | None:
    """L(v) for whole prices of 1/SCALE, rounded up to whole costs; None when no plan can be made
    of such groups.
    """
    cost = np.array([_cheapest(groups, price, int(effort)) for effort in groups.efforts])
    best = _numbers(groups, cost, travel)
    if best >= FAR:
        return None
    return -(-(best - int(price @ groups.supply)) // SCALE)


def _cheapest(groups: Groups, price: Ints, effort: int) -> int:
    """What the cheapest group of this effort costs at these prices of its seats, in 1/SCALE."""
    seats = [
        (2 * SCALE * groups.workload * effort * kind.carried + int(cost), kind)
        for kind, cost in zip(groups.kinds, price, strict=True)
        if kind.most >= effort
    ]
    if not seats:
        return FAR
    cheapest = min(cost for cost, _ in seats)
    expert = min((cost for cost, kind in seats if kind.quality), default=FAR)
    base = SCALE * groups.workload * groups.seats * effort**2
    if not groups.leader:
        last = max(cheapest, expert) if groups.quality else cheapest
        return base + (groups.seats - 1) * cheapest + last
    others = groups.seats - 1
    best = FAR
    for cost, kind in seats:
        if kind.lead is None:
            continue
        rest = others * cheapest
        if groups.quality and not kind.quality:
            rest += expert - cheapest
        best = min(best, cost + SCALE * kind.lead + rest)
    return min(FAR, base + best)


def _numbers(groups: Groups, cost: Ints, travel: Ints) -> int:
    """The cheapest groups that have all the effort together, by their number: what that costs
    with the travel.
    """
    least = np.full(groups.total + 1, FAR, dtype=np.int64)
    least[0] = 0
    best = FAR
    for number in range(groups.numbers[-1] + 1):
        if number in groups.numbers and least[-1] < FAR:
            best = min(best, int(least[-1]) + SCALE * int(travel[number - groups.numbers[0]]))
        after = np.full_like(least, FAR)
        for effort, one in zip(groups.efforts, cost, strict=True):
            if one < FAR and effort <= groups.total:
                shifted = least[: groups.total + 1 - effort] + one
                np.minimum(after[effort:], shifted, out=after[effort:])
        least = np.minimum(after, FAR)
    return best

"""下界: what no complete plan can stay below. Cheap counting bounds per goal; every one holds for
each goal alone, so their weighted sum holds for the objective. Stronger ones: `columns` for
standing groups, `membership` and `prices` for panels.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from itertools import accumulate

import numpy as np

from assignment.solver.data import LEVELS, Data


def counting_bound(data: Data) -> int:
    """The least weighted sum over the possible numbers of groups, each goal at its own least."""
    weight = data.problem.weight
    fixed = sum(weight(goal) * bound(data) for goal, bound in BOUNDS.items() if weight(goal))
    by_count = (
        sum(
            weight(goal) * bound(data, count)
            for goal, bound in BOUNDS_BY_COUNT.items()
            if weight(goal)
        )
        for count in counts(data)
    )
    return fixed + min(by_count, default=0)


def goal_bound(data: Data, goal: str) -> int:
    """A proven lower bound of one goal's value."""
    if goal in BOUNDS:
        return BOUNDS[goal](data)
    return min((BOUNDS_BY_COUNT[goal](data, count) for count in counts(data)), default=0)


def counts(data: Data) -> range:
    """Numbers of groups that a complete plan can have."""
    n = data.n_cases
    if data.panel or n == 0:
        return range(n, n + 1)
    low, high = data.problem.policy.groups or (1, n)
    return range(max(1, low), max(1, low, min(high, n)) + 1)


def specialist(data: Data) -> int:
    """Each case's best match among those who may review it."""
    return sum(_best_match(data, case) for case in range(data.n_cases))


def _best_match(data: Data, case: int) -> int:
    best, forbidden = LEVELS, data.forbidden[case]
    for r, level in data.match[case].items():
        if level < best and r not in forbidden and data.max_groups[r]:
            best = level
            if best == 0:
                break
    return best


def workload(data: Data, count: int) -> int:
    """The better of two: efforts poured over all reviewers where they are cheapest, and balanced
    groups of the lightest people.
    """
    return max(_poured(data), 0 if data.panel else _balanced(data, count))


def _poured(data: Data) -> int:
    """`min_size` times the total effort, each half-day given to the reviewer for whom it costs
    least: convex, so greedy is exact.
    """
    amount = data.min_size * sum(data.effort)
    heap = [
        (2 * data.carried[r] + 1, r, 0)
        for r in range(data.n_reviewers)
        if data.max_effort[r] > 0 and data.max_groups[r] > 0
    ]
    heapq.heapify(heap)
    total = 0
    for _ in range(min(amount, 1_000_000)):
        if not heap:
            break
        price, reviewer, served = heapq.heappop(heap)
        total += price
        if served + 1 < data.max_effort[reviewer]:
            heapq.heappush(heap, (price + 2, reviewer, served + 1))
    return total


def _balanced(data: Data, count: int) -> int:
    """Members of one group each serve its whole effort: squares are least when groups weigh the
    same, carried parts with the freshest.
    """
    if count == 0 or any(groups > 1 for groups in data.max_groups):
        return 0
    total, seats = sum(data.effort), count * data.min_size
    low, rest = divmod(total, count)
    squares = data.min_size * (rest * (low + 1) ** 2 + (count - rest) * low * low)
    limits = data.problem.policy.group_effort
    carried = sorted(
        data.carried[r]
        for r in range(data.n_reviewers)
        if data.max_groups[r] and data.max_effort[r]
    )[:seats]
    return squares + 2 * (limits[0] if limits else 0) * sum(carried)


def peak(data: Data) -> int:
    """The least ceiling under which all the work finds room."""
    amount = data.min_size * sum(data.effort)
    able = [r for r in range(data.n_reviewers) if data.max_groups[r] > 0]
    low, high = 0, max((data.carried[r] + data.max_effort[r] for r in able), default=0)
    while low < high:
        ceiling = (low + high) // 2
        if sum(max(0, min(data.max_effort[r], ceiling - data.carried[r])) for r in able) >= amount:
            high = ceiling
        else:
            low = ceiling + 1
    return low


def route(data: Data, count: int) -> int:
    """Visits of a group form a path, so all groups together a forest: its cheapest edges (Kruskal
    1956, truncated).
    """
    visits = [case for case in range(data.n_cases) if data.has_visit(case)]
    wanted = 0 if data.panel else max(0, len(visits) - count)
    if wanted == 0 or len(visits) > 2000:
        return 0
    places = np.array([data.c_place[case] for case in visits])
    minutes = np.array(data.minutes)[places][:, places]
    minutes = np.minimum(minutes, minutes.T)
    above = np.triu_indices(len(visits), 1)
    ranked = np.argsort(minutes[above], kind="stable")
    root = list(range(len(visits)))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    total = 0
    for edge in ranked:
        if wanted == 0:
            break
        i, j = int(above[0][edge]), int(above[1][edge])
        if find(i) != find(j):
            root[find(i)] = find(j)
            total, wanted = total + int(minutes[i, j]), wanted - 1
    return total


def commute(data: Data) -> int:
    """Per visit, the nearest of those who may come."""
    return sum(
        sum(
            sorted(
                data.commute(r, case)
                for r in range(data.n_reviewers)
                if r not in data.forbidden[case]
            )[: data.min_size]
        )
        for case in range(data.n_cases)
        if data.has_visit(case)
    )


def span(data: Data) -> int:
    """The latest first chance of any visit; and all half-days through the parallel limit."""
    earliest = max(
        (
            min(data.usable_starts[c]) + data.half_days[c]
            for c in range(data.n_cases)
            if data.usable_starts[c]
        ),
        default=0,
    )
    limit = data.problem.policy.max_parallel_visits
    return max(earliest, -(-sum(data.half_days) // limit)) if limit else earliest


def leadership(data: Data, count: int) -> int:
    """The most senior leaders, each as often as allowed."""
    if not data.problem.policy.leader_required:
        return 0
    costs = sorted(
        data.lead_cost[r]
        for r in range(data.n_reviewers)
        if data.can_lead[r]
        for _ in range(min(count, data.max_groups[r]))
    )
    return sum(costs[:count])


def discouraged(data: Data) -> int:
    """Per case, the least that `min_size` people cost it."""
    return sum(
        sum(sorted(_values(data, case, costs, data.min_size))[: data.min_size])
        for case, costs in enumerate(data.discouraged)
        if costs
    )


def _values(data: Data, case: int, known: Mapping[int, int], most: int) -> list[int]:
    """What those who may review a case are worth to it: all that are known, and of the others, who
    count 0, up to `most`.
    """
    forbidden = data.forbidden[case]
    values = [v for r, v in known.items() if r not in forbidden and data.max_groups[r] > 0]
    apart = sum(1 for r in forbidden | known.keys() if data.max_groups[r] > 0)
    able = data.n_reviewers - data.max_groups.count(0)
    return values + [0] * min(able - apart, most)


def changes(data: Data) -> int:
    """People the problem no longer knows, and former members who may not stay."""
    return sum(
        former.gone
        + former.leader_gone
        + sum(1 for r in former.members if r in data.forbidden[case])
        for case, former in data.former.items()
    )


def affinity(data: Data) -> int:
    return -sum(_best_sum(data, case) for case in range(data.n_cases))


def fairness(data: Data) -> int:
    return -min((_best_sum(data, case) for case in range(data.n_cases)), default=0)


def _best_sum(data: Data, case: int) -> int:
    """The best scores a group can give a case; a person without a score counts 0."""
    values = _values(data, case, data.affinity[case], data.max_size)
    scores = sorted(values, reverse=True)[: data.max_size]
    sums = list(accumulate(scores, initial=0))
    return max(sums[min(data.min_size, len(scores)) :])


def nothing(data: Data) -> int:
    return 0


BOUNDS: dict[str, Callable[[Data], int]] = {
    "specialist": specialist,
    "peak": peak,
    "commute": commute,
    "span": span,
    "extra": nothing,
    "discouraged": discouraged,
    "changes": changes,
    "affinity": affinity,
    "fairness": fairness,
}
BOUNDS_BY_COUNT: dict[str, Callable[[Data, int], int]] = {
    "workload": workload,
    "route": route,
    "leadership": leadership,
}

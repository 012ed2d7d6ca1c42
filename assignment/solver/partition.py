"""初始划分: cases into groups by annealing a cheap surrogate (few trades, short routes, even
efforts) before any team is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from assignment.solver.chance import Random
from assignment.solver.data import LEVELS, Data

# Steps between two looks at the clock.
UNWATCHED = 32


def partition(
    data: Data,
    cases: Sequence[int],
    random: Random,
    steps: int,
    stop: Callable[[], bool] = lambda: False,
) -> list[list[int]]:
    """Cases in clusters; those pinned together stay in one.

    Kirkpatrick et al. 1983 on moves and swaps of units, until `stop`.
    """
    units = _units(data, cases)
    surrogate = Surrogate(data)
    best: list[list[int]] = []
    best_cost = math.inf
    options = _group_counts(data, units, surrogate)
    for count in options:
        clusters, cost = _anneal(data, units, surrogate, count, random, steps // len(options), stop)
        if cost < best_cost:
            best, best_cost = clusters, cost
    return [cluster for cluster in best if cluster]


def _units(data: Data, cases: Sequence[int]) -> list[tuple[int, ...]]:
    """Cases that must stay together, as one unit each."""
    parent = {case: case for case in cases}

    def root(case: int) -> int:
        while parent[case] != case:
            case = parent[case]
        return case

    for pinned in data.together:
        inside = [case for case in pinned if case in parent]
        for one, other in pairwise(inside):
            parent[root(other)] = root(one)
    # A reviewer of one group only who is pinned to several cases ties them together too.
    holders: dict[int, int] = {}
    for case in cases:
        for reviewer in sorted(data.required.get(case, ())):
            if data.max_groups[reviewer] == 1:
                parent[root(case)] = root(holders.setdefault(reviewer, case))
    units: dict[int, list[int]] = {}
    for case in cases:
        units.setdefault(root(case), []).append(case)
    return [tuple(unit) for unit in units.values()]


def most_groups(data: Data) -> int:
    """As many groups as H16, H17, the cases, the leaders and the quality experts allow."""
    policy = data.problem.policy
    able = [r for r in range(data.n_reviewers) if data.max_groups[r] > 0]
    high = min(data.n_cases, policy.groups[1]) if policy.groups is not None else data.n_cases
    if policy.leader_required:
        high = min(high, sum(data.max_groups[r] for r in able if data.can_lead[r]))
    if policy.quality_required:
        high = min(high, sum(data.max_groups[r] for r in able if data.quality[r]))
    high = min(high, sum(data.max_groups[r] for r in able) // max(1, data.min_size))
    if policy.group_effort is not None and policy.group_effort[0]:
        high = min(high, sum(data.effort) // policy.group_effort[0])
    return high


def _group_counts(data: Data, units: list[tuple[int, ...]], surrogate: Surrogate) -> list[int]:
    """Numbers of groups worth trying."""
    policy = data.problem.policy
    total = sum(data.effort[case] for unit in units for case in unit)
    low = policy.groups[0] if policy.groups is not None else 1
    if policy.group_effort is not None and policy.group_effort[1]:
        low = max(low, -(-total // policy.group_effort[1]))
    high = max(1, min(most_groups(data), len(units)))
    low = max(1, min(low, high))
    # The workload part falls and the staff part rises with the number: keep the best two.
    spread = sorted(
        range(low, high + 1), key=lambda count: surrogate.of_count(total, count, len(units))
    )
    return sorted(spread[:2])


class Surrogate:
    """What a cluster will roughly cost once staffed."""

    def __init__(self, data: Data) -> None:
        self.data = data
        weights = data.problem.weights
        self.weights = {goal: weights.get(goal, 0) for goal in weights}
        self.limits = data.problem.policy.group_effort
        self._known: dict[tuple[int, ...], float] = {}
        heavy = sum(weights.values())
        self.wrong = 50.0 * max(1, heavy)
        loads = sorted(data.carried)
        self.carried = (
            sum(loads[: max(1, len(loads) // 3)]) / max(1, len(loads) // 3) if loads else 0.0
        )
        self.trades = _bits([{code[:3] for code in case.industries} for case in data.problem.cases])
        self.divisions = _bits(
            [{code[:2] for code in case.industries} for case in data.problem.cases]
        )
        shares = sorted(slots.bit_count() for slots in data.available)[data.n_reviewers // 2 :]
        self.free = sum(shares) / max(1, len(shares)) / max(1, data.n_slots)
        self.route = self.weight("route")

    def weight(self, goal: str) -> float:
        return float(self.weights.get(goal, 0))

    def of_count(self, total: int, count: int, units: int) -> float:
        effort = total / count
        seats = self.data.min_size
        staff = self.weight("leadership") * 2 + self.weight("workload") * seats * (
            effort * effort + 2 * self.carried * effort
        )
        room = max(0.0, units / count - seats)
        return count * (staff + room * min(self.weight("extra"), self.weight("specialist")))

    def of(self, cluster: tuple[int, ...]) -> float:
        found = self._known.get(cluster)
        if found is None:
            if len(self._known) > 200_000:
                self._known.clear()
            found = self._known[cluster] = self._cost(cluster)
        return found

    def _staff_cost(self, effort: int) -> float:
        cost = (
            self.weight("workload")
            * self.data.min_size
            * (effort * effort + 2 * self.carried * effort)
        )
        if self.limits is not None:
            cost += self.wrong * (max(0, self.limits[0] - effort) + max(0, effort - self.limits[1]))
        return cost

    def _cost(self, cluster: tuple[int, ...]) -> float:
        if not cluster:
            return 0.0
        efforts = self.data.effort
        cost = self._staff_cost(sum([efforts[case] for case in cluster]))
        if self.route:
            cost += self.route * self._shortest_tour(cluster)
        return cost + self._team(cluster)

    def _team(self, cluster: tuple[int, ...]) -> float:
        """More trades than seats want extra members or forgo a level of match; a larger team has
        fewer days in common.
        """
        data = self.data
        price = min(self.weight("extra"), self.weight("specialist")) or self.weight("extra")
        finest = _cover([self.trades[case] for case in cluster])
        cost = max(0, finest - data.min_size) * price + 0.3 * finest * price
        if data.level >= LEVELS:
            return cost
        needed = _cover([self.divisions[case] for case in cluster])
        cost += max(0, needed - data.max_size) * self.wrong
        if data.n_slots:
            halves = data.half_days
            length = sum([halves[case] for case in cluster])
            common = data.n_slots * self.free ** max(data.min_size, needed)
            # A visit wants its half-days in a row, so only about two thirds of the common ones are
            # of use.
            cost += 0.2 * self.wrong * max(0.0, 1.5 * length - common)
        return cost

    def _shortest_tour(self, cluster: tuple[int, ...]) -> int:
        """The best nearest-neighbour path through the visits: the route when the calendar does not
        interfere.
        """
        data = self.data
        places = [data.c_place[case] for case in cluster if data.half_days[case]]
        if len(places) < 2:
            return 0
        minutes, best = data.minutes, -1
        for first in range(len(places)):
            left = places[:first] + places[first + 1 :]
            row, length = minutes[places[first]], 0
            while left:
                step, place = min([(row[place], place) for place in left])
                length += step
                left.remove(place)
                row = minutes[place]
            best = length if best < 0 else min(best, length)
        return best


def _bits(groups: list[set[str]]) -> list[int]:
    """Sets of codes as bit masks over all codes."""
    codes = {code: place for place, code in enumerate(sorted(set().union(*groups)))}
    return [sum(1 << codes[code] for code in group) for group in groups]


def _cover(masks: list[int]) -> int:
    """How many distinct codes it takes to touch every mask, greedily: single codes first."""
    count, taken = 0, 0
    open_masks = [mask for mask in masks if mask]
    for mask in sorted(open_masks, key=int.bit_count):
        if not mask & taken:
            shared = mask
            for other in open_masks:
                if other & shared and not other & taken:
                    shared &= other
            taken |= shared & -shared
            count += 1
    return count


def _anneal(
    data: Data,
    units: list[tuple[int, ...]],
    surrogate: Surrogate,
    count: int,
    random: Random,
    steps: int,
    stop: Callable[[], bool],
) -> tuple[list[list[int]], float]:
    """Moves and swaps of units between clusters under a falling temperature."""
    clusters = _deal(data, units, count)
    costs = [surrogate.of(_flat(cluster)) for cluster in clusters]
    total = best = sum(costs)
    kept = [list(cluster) for cluster in clusters]
    hot = max(1.0, total / max(1, count) / 5)
    for step in range(steps if count > 1 and units else 0):
        if step % UNWATCHED == 0 and stop():
            break
        heat = hot * math.exp(-6.0 * step / steps)
        one, other = random.sample(range(count), 2)
        if not clusters[one]:
            continue
        unit = random.choice(clusters[one])
        back = random.choice(clusters[other]) if clusters[other] and random.random() < 0.6 else None
        new_one = [item for item in clusters[one] if item is not unit] + ([back] if back else [])
        new_other = [item for item in clusters[other] if item is not back] + [unit]
        cost_one, cost_other = surrogate.of(_flat(new_one)), surrogate.of(_flat(new_other))
        change = cost_one + cost_other - costs[one] - costs[other]
        if change <= 0 or random.random() < math.exp(-change / heat):
            clusters[one], clusters[other] = new_one, new_other
            costs[one], costs[other] = cost_one, cost_other
            total += change
            if total < best - 1e-6:
                best, kept = total, [list(cluster) for cluster in clusters]
    return [list(_flat(cluster)) for cluster in kept], best


def _deal(data: Data, units: list[tuple[int, ...]], count: int) -> list[list[tuple[int, ...]]]:
    """Neighbours by place together, then evenly by effort."""
    clusters: list[list[tuple[int, ...]]] = [[] for _ in range(count)]
    efforts = [0] * count
    for unit in sorted(units, key=lambda unit: -sum(data.effort[case] for case in unit)):
        place = min(range(count), key=lambda index: (efforts[index], index))
        clusters[place].append(unit)
        efforts[place] += sum(data.effort[case] for case in unit)
    return clusters


def _flat(cluster: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted([case for unit in cluster for case in unit]))

"""Pricing: all sets of cases whose best group could cost less than the dual prices of its cases and people say.

Depth-first enumeration of case sets (as in branch-and-price for vehicle routing with small routes, Baldacci et al., Math. Program. 120,
2009), bounded by the shortest tour in the metric closure of the travel times, by the cheapest seats at each total effort, and by a
knapsack over the prices of the cases still to come. Every set that survives is staffed exactly by `best_team`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from assignment.core.solver.kernel.data import EFFORT, EFFORT_LOW, HALF_DAYS, PLACE, W_ROUTE, Ints
from assignment.core.solver.kernel.team import COST, CUT, HEAD, INFINITE, MAX_CASES, ROOT, SIZE, START, TEAM, best_team

DEEP = 5  # visits whose shortest path is computed; for more, that of the first ones bounds it


class Found(NamedTuple):
    """Columns of negative reduced cost, and what the enumeration is worth."""

    cases: Ints  # [K, MAX_CASES] -1 beyond the set
    team: Ints  # [K, M]
    leader: Ints  # [K]
    start: Ints  # [K, MAX_CASES]
    cost: Ints  # [K] true cost, prices taken out
    reduced: Ints  # [K]
    counts: Ints  # columns, sets seen, sets staffed, places where a limit cut the search off
    least: Ints  # [N] by first case in the order: no reduced cost is lower


COLUMNS, NODES_SEEN, STAFFED, CUT_SHORT = range(4)
# entries of limits: columns kept and sets seen per first case, and how hard `best_team` searches
PER_CASE, SETS, WIDTH, TEAM_NODES = range(4)


def empty_found(capacity: int, seats: int, cases: int) -> Found:
    def ints(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    return Found(
        ints(capacity, MAX_CASES), ints(capacity, seats), ints(capacity), ints(capacity, MAX_CASES), ints(capacity), ints(capacity), ints(4), ints(cases)
    )


@njit(cache=True, nogil=True)
def _tour(data, closure, chosen, depth):  # type: ignore[no-untyped-def]
    """Minutes of the shortest path through the places in the metric closure (Held and Karp, 1962)."""
    places = np.zeros(DEEP, dtype=np.int64)
    count = 0
    for d in range(depth):
        if data.case[chosen[d], HALF_DAYS] > 0:
            places[count] = data.case[chosen[d], PLACE]
            count += 1
    if count < 2:
        return 0
    full = 1 << count
    table = np.full((full, count), INFINITE, dtype=np.int64)
    for at in range(count):
        table[1 << at, at] = 0
    for mask in range(1, full):
        for last in range(count):
            here = table[mask, last]
            if here >= INFINITE:
                continue
            for after in range(count):
                if mask & (1 << after) == 0:
                    grown = mask | (1 << after)
                    table[grown, after] = min(table[grown, after], here + closure[places[last], places[after]])
    return table[full - 1].min()


@njit(cache=True, nogil=True)
def enumerate_sets(data, state, room, order, case_price, profit, seats, future, closure, threshold, group_price, limits, part, parts, found):  # type: ignore[no-untyped-def]
    """Fill `found` with groups of reduced cost below `threshold`; `least` bounds from below what any group could gain.

    order [N]: the cases in the order of the enumeration; case_price [N]: dual prices; profit [N]: price less the best specialist level;
    seats [E + 1]: cheapest team by total effort, prices included; future [N + 1, E + 1]: best profit with exactly that much effort among
    the cases from a position on; group_price: dual of the number of groups; `threshold` <= 0; limits: see `PER_CASE`. Of the first
    cases only every `parts`-th from `part` on is looked at. Where a limit cuts the search off, the bound of what was cut off counts.
    """
    counts, most, policy = found.counts, future.shape[1] - 1, data.policy
    counts[:] = 0
    found.least[:] = threshold
    chosen = np.zeros(MAX_CASES + 1, dtype=np.int64)
    effort = np.zeros(MAX_CASES + 2, dtype=np.int64)
    gained = np.zeros(MAX_CASES + 2, dtype=np.int64)
    route = np.zeros(MAX_CASES + 2, dtype=np.int64)
    position = np.zeros(MAX_CASES + 2, dtype=np.int64)
    cases = np.zeros(MAX_CASES, dtype=np.int64)
    position[0] = part
    depth, columns_before, nodes_before = 0, 0, 0
    while depth >= 0:
        at = position[depth]
        if at >= order.shape[0]:
            depth -= 1
            continue
        position[depth] = at + (parts if depth == 0 else 1)
        case = order[at]
        work = effort[depth] + data.case[case, EFFORT]
        if work > most:
            continue
        counts[NODES_SEEN] += 1
        if depth == 0:
            columns_before, nodes_before, anchor = counts[COLUMNS], counts[NODES_SEEN], at
        gain = gained[depth] + profit[case]
        chosen[depth] = case
        tour = policy[W_ROUTE] * _tour(data, closure, chosen, depth + 1) if depth < DEEP else route[depth]
        ahead = INFINITE
        for more in range(most - work + 1):
            if future[at + 1, more] > -INFINITE:
                ahead = min(ahead, seats[work + more] - future[at + 1, more])
        bound = tour - gain + ahead - group_price
        if bound >= threshold:
            continue
        if counts[NODES_SEEN] - nodes_before >= limits[SETS] or depth >= MAX_CASES - 1:
            counts[CUT_SHORT] += 1
            found.least[anchor] = min(found.least[anchor], bound)
            continue
        if work >= policy[EFFORT_LOW] and tour - gain + seats[work] - group_price < threshold:
            counts[STAFFED] += 1
            due = group_price
            for d in range(depth + 1):
                due += case_price[chosen[d]]
            _visits_first(data, chosen, depth + 1, cases)
            cost = best_team(data, state, room, cases, depth + 1, limits[WIDTH], limits[TEAM_NODES], threshold + due, 0, 0)
            if room.answer[CUT]:
                counts[CUT_SHORT] += 1
                found.least[anchor] = min(found.least[anchor], room.answer[ROOT] - due)
            if cost < INFINITE:
                found.least[anchor] = min(found.least[anchor], cost - due)
                k = counts[COLUMNS]
                if k < found.cost.shape[0] and k - columns_before < limits[PER_CASE]:
                    _write(room, found, k, cases, depth + 1, cost - due)
                    counts[COLUMNS] += 1
        effort[depth + 1] = work
        gained[depth + 1] = gain
        route[depth + 1] = tour
        depth += 1
        position[depth] = at + 1


@njit(cache=True, nogil=True)
def _visits_first(data, chosen, count, cases):  # type: ignore[no-untyped-def]
    filled = 0
    for with_visit in range(2):
        for d in range(count):
            if (data.case[chosen[d], HALF_DAYS] > 0) == (with_visit == 0):
                cases[filled] = chosen[d]
                filled += 1


@njit(cache=True, nogil=True)
def _write(room, found, k, cases, count, reduced):  # type: ignore[no-untyped-def]
    found.cases[k] = -1
    found.team[k] = -1
    for at in range(count):
        found.cases[k, at] = cases[at]
        found.start[k, at] = room.visit[at, START]
    for seat in range(room.answer[SIZE]):
        found.team[k, seat] = room.answer[TEAM + seat]
    found.leader[k] = room.answer[HEAD]
    found.cost[k] = room.answer[COST]
    found.reduced[k] = reduced

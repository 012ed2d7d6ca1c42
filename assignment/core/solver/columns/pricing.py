"""Pricing: all sets of cases whose best group could cost less than the dual prices of its cases say.

Depth-first enumeration of case sets (as in branch-and-price for vehicle routing with small routes: Baldacci, Christofides and Mingozzi,
Math. Program. 115, 2008). A set is bounded by the shortest path through its places in the metric closure of the travel times, by its
cheapest team (exact, kept from one pricing to the next; a team for more cases costs no less), and by knapsacks over the prices of the
cases that could still come, each of them charged its share of what it adds alone. What passes is priced exactly by `best_team`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from assignment.core.solver.columns.staffing import PLACES, Memo, grow_path, path_with, team_for
from assignment.core.solver.kernel.data import EFFORT, EFFORT_LOW, HALF_DAYS, PLACE, SIZE_LOW, W_ROUTE, W_WORKLOAD, Data, Ints
from assignment.core.solver.kernel.room import COST, CUT, HEAD, INFINITE, MAX_CASES, ROOT, SIZE, START, TEAM, Room, State
from assignment.core.solver.kernel.team import best_team

# Layers of the knapsacks over what may still come. Plain prices: one case, two cases, any number; then prices less a share of what the
# case adds alone: half of it (one case), a third (one and two cases), one part in as many as may come at all (any number).
ONE, TWO, ANY, HALF, THIRD, TWO_THIRDS, FEW = range(7)


class Fixed(NamedTuple):
    """What stays the same while the seat prices do."""

    data: Data  # costs as they are
    relaxed: Data  # no travel, no negative pair costs: a team for more cases never costs less
    state: State
    room: Room
    memo: Memo
    closure: Ints  # [P, P] shortest minutes by any way
    specialist: Ints  # [N] specialist cost that no team avoids: taken out of team costs
    least: Ints  # [N] the same and the best of the negative pair costs: taken out of the prices
    stop: NDArray[np.int8]  # [1] not 0: come to an end


class Nodes(NamedTuple):
    """One row per depth of the enumeration."""

    chosen: Ints  # [D] the case added at this depth
    value: Ints  # [D, 6] by WORK, GAIN, TOUR, TEAM_COST, COUNT, NEXT
    listed: Ints  # [D, N, 4] cases that may come: by WHICH, WITH_TOUR, WITH_TEAM, DELTA
    path: Ints  # [D, 2 ** PLACES, PLACES] shortest paths by places visited and last place
    places: Ints  # [D, PLACES + 1] how many places, then which
    future: Ints  # [D, FEW + 1, E + 1]


WORK, GAIN, TOUR, TEAM_COST, COUNT, NEXT = range(6)
WHICH, WITH_TOUR, WITH_TEAM, DELTA = range(4)


class Found(NamedTuple):
    """Columns of negative reduced cost, and what the enumeration is worth."""

    cases: Ints  # [K, MAX_CASES] -1 beyond the set
    team: Ints  # [K, M]
    leader: Ints  # [K]
    start: Ints  # [K, MAX_CASES]
    cost: Ints  # [K] seat prices included
    counts: Ints  # by COLUMNS, SEEN, STAFFED, CUT_SHORT
    least: Ints  # [N] by the set's first case in the order: no reduced cost is lower


COLUMNS, SEEN, STAFFED, CUT_SHORT = range(4)
# entries of limits: columns and nodes per first case, nodes per team
PER_CASE, SETS, TEAM_NODES = range(3)


def empty_found(capacity: int, seats: int, cases: int) -> Found:
    def ints(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    wide = (capacity, MAX_CASES)
    return Found(ints(*wide), ints(capacity, seats), ints(capacity), ints(*wide), ints(capacity), ints(4), ints(cases))


def empty_nodes(cases: int, most: int) -> Nodes:
    depth = MAX_CASES + 1

    def ints(*shape: int) -> Ints:
        return np.zeros((depth, *shape), dtype=np.int64)

    return Nodes(ints(), ints(6), ints(cases, 4), ints(1 << PLACES, PLACES), ints(PLACES + 1), ints(FEW + 1, most + 1))


@njit(cache=True, nogil=True)
def enumerate_sets(fixed, nodes, order, profit, group_price, threshold, limits, found):  # type: ignore[no-untyped-def]
    """Fill `found` with groups of reduced cost below `threshold` <= 0; `least` bounds from below what any group could gain.

    order [N]: first cases; profit [N]: dual prices less `fixed.least`. Where a limit cuts the search off, the bound of it counts.
    """
    counts, value, table, policy, steps = found.counts, nodes.value, fixed.data.case, fixed.data.policy, fixed.memo.steps
    counts[:] = 0
    found.least[:] = threshold
    for at in range(order.shape[0]):
        if fixed.stop[0] != 0:
            return
        counts_before, columns_before = counts[SEEN], counts[COLUMNS]
        value[0, :] = 0
        nodes.places[0, 0] = 0
        nodes.listed[0, 0, WHICH] = order[at]
        nodes.listed[0, 0, WITH_TOUR] = 0
        nodes.listed[0, 0, WITH_TEAM] = team_for(fixed, nodes.chosen, 0, order[at], INFINITE // 4, limits[TEAM_NODES])
        if nodes.listed[0, 0, WITH_TEAM] >= INFINITE // 4:
            continue
        _enter(fixed, nodes, 0, 0, profit)
        _consider(fixed, nodes, 1, at, group_price, threshold, limits, columns_before, found)
        count = 0
        for later in range(at + 1, order.shape[0]):
            nodes.listed[1, count, WHICH] = order[later]
            nodes.listed[1, count, WITH_TEAM] = 0
            count += 1
        value[1, COUNT] = count
        _sift(fixed, nodes, 1, profit, group_price, threshold, limits)
        depth = 1
        while depth > 0:
            if value[depth, NEXT] == 0:
                depth -= 1
                continue
            value[depth, NEXT] -= 1
            pick = value[depth, NEXT]
            row = nodes.listed[depth, pick]
            bound = _least_with(value[depth], nodes.future[depth], row, table, policy, profit, group_price, steps, False)
            _add_future(nodes.future[depth], row, table, profit, steps)
            if bound >= threshold:
                continue
            counts[SEEN] += 1
            if counts[SEEN] - counts_before > limits[SETS] or depth >= MAX_CASES - 1 or fixed.stop[0] != 0:
                counts[CUT_SHORT] += 1
                found.least[at] = min(found.least[at], bound)
                continue
            _enter(fixed, nodes, depth, pick, profit)
            depth += 1
            _consider(fixed, nodes, depth, at, group_price, threshold, limits, columns_before, found)
            count = 0
            for later in range(pick + 1, value[depth - 1, COUNT]):
                nodes.listed[depth, count, WHICH] = nodes.listed[depth - 1, later, WHICH]
                nodes.listed[depth, count, WITH_TEAM] = nodes.listed[depth - 1, later, WITH_TEAM]
                count += 1
            value[depth, COUNT] = count
            _sift(fixed, nodes, depth, profit, group_price, threshold, limits)


@njit(cache=True, nogil=True)
def _enter(fixed, nodes, depth, pick, profit):  # type: ignore[no-untyped-def]
    """Add the listed case `pick` to the set: the next depth's row."""
    value = nodes.value
    case = nodes.listed[depth, pick, WHICH]
    nodes.chosen[depth] = case
    value[depth + 1, WORK] = value[depth, WORK] + fixed.data.case[case, EFFORT]
    value[depth + 1, GAIN] = value[depth, GAIN] + profit[case]
    value[depth + 1, TOUR] = nodes.listed[depth, pick, WITH_TOUR]
    value[depth + 1, TEAM_COST] = nodes.listed[depth, pick, WITH_TEAM]
    value[depth + 1, COUNT] = 0
    value[depth + 1, NEXT] = 0
    place = fixed.data.case[case, PLACE] if fixed.data.case[case, HALF_DAYS] > 0 else -1
    grow_path(nodes.places, nodes.path, fixed.closure, depth, place)


@njit(cache=True, nogil=True)
def _no_future(future):  # type: ignore[no-untyped-def]
    future[:, :] = -INFINITE
    future[ANY, 0] = 0
    future[FEW, 0] = 0


@njit(cache=True, nogil=True)
def _add_future(future, row, case, profit, steps):  # type: ignore[no-untyped-def]
    """Let a listed case into the knapsacks of its depth."""
    work, worth, delta = case[row[WHICH], EFFORT], profit[row[WHICH]], row[DELTA]
    for total in range(future.shape[1] - 1, work - 1, -1):
        rest = total - work
        future[TWO, total] = max(future[TWO, total], future[ONE, rest] + worth)
        future[ANY, total] = max(future[ANY, total], future[ANY, rest] + worth)
        future[TWO_THIRDS, total] = max(future[TWO_THIRDS, total], future[THIRD, rest] + worth - delta // 3)
        future[FEW, total] = max(future[FEW, total], future[FEW, rest] + max(0, worth - delta // steps[1]))
    if work < future.shape[1]:
        future[ONE, work] = max(future[ONE, work], worth)
        future[HALF, work] = max(future[HALF, work], worth - delta // 2)
        future[THIRD, work] = max(future[THIRD, work], worth - delta // 3)


@njit(cache=True, nogil=True)
def _least_with(value, future, row, case, policy, profit, group_price, steps, cheap):  # type: ignore[no-untyped-def]
    """No group of the set, the listed case `row` and others of the knapsacks has a lower reduced cost (`cheap`: plain prices only)."""
    work = value[WORK] + case[row[WHICH], EFFORT]
    delta = row[DELTA]
    square = policy[W_WORKLOAD] * policy[SIZE_LOW]
    alone = value[TOUR] + value[TEAM_COST] - value[GAIN] - profit[row[WHICH]] - group_price - square * value[WORK] * value[WORK]
    best = INFINITE
    if policy[EFFORT_LOW] <= work <= steps[2]:
        best = alone + square * work * work + delta
    for total in range(max(work, policy[EFFORT_LOW]), steps[2] + 1):
        here = alone + square * total * total
        rest = total - work
        if cheap:
            if future[ANY, rest] > -INFINITE:
                best = min(best, here + delta - future[ANY, rest])
            continue
        if future[ONE, rest] > -INFINITE:
            best = min(best, here + max(delta - future[ONE, rest], delta // 2 - future[HALF, rest]))
        if future[TWO, rest] > -INFINITE:
            best = min(best, here + max(delta - future[TWO, rest], delta // 3 - future[TWO_THIRDS, rest]))
        if rest >= 3 * steps[0] and future[ANY, rest] > -INFINITE:
            best = min(best, here + max(delta - future[ANY, rest], delta // steps[1] - future[FEW, rest]))
    return best


@njit(cache=True, nogil=True)
def _charge(fixed, nodes, depth):  # type: ignore[no-untyped-def]
    """What each listed case adds to the set alone, by what is known without a search."""
    value, listed, table = nodes.value[depth], nodes.listed[depth], fixed.data.case
    square = fixed.data.policy[W_WORKLOAD] * fixed.data.policy[SIZE_LOW]
    before, last = value[WORK], nodes.chosen[depth - 1]
    for k in range(value[COUNT]):
        case = listed[k, WHICH]
        work = table[case, EFFORT]
        after = square * (before + work) * (before + work)
        team = fixed.memo.pair[last, case] - square * (work + table[last, EFFORT]) ** 2
        team = max(team, value[TEAM_COST] - square * before * before)
        if depth > 1:
            team = max(team, listed[k, WITH_TEAM] - square * (nodes.value[depth - 1, WORK] + work) ** 2)
        place = table[case, PLACE] if table[case, HALF_DAYS] > 0 else -1
        listed[k, WITH_TEAM] = team + after
        listed[k, WITH_TOUR] = fixed.data.policy[W_ROUTE] * path_with(nodes.places[depth], nodes.path[depth], fixed.closure, place)
        listed[k, DELTA] = listed[k, WITH_TOUR] - value[TOUR] + team + square * before * before - value[TEAM_COST]


@njit(cache=True, nogil=True)
def _sift(fixed, nodes, depth, profit, group_price, threshold, limits):  # type: ignore[no-untyped-def]
    """Drop the listed cases that no group worth having contains beside the set; what each adds alone is worked out on the way."""
    value, listed, future, table = nodes.value[depth], nodes.listed[depth], nodes.future[depth], fixed.data.case
    policy, steps = fixed.data.policy, fixed.memo.steps
    _charge(fixed, nodes, depth)
    count = value[COUNT]
    for turn in range(5):
        _no_future(future)
        for k in range(count):
            _add_future(future, listed[k], table, profit, steps)
        left = 0
        for k in range(count):
            bound = _least_with(value, future, listed[k], table, policy, profit, group_price, steps, turn == 0)
            if bound < threshold and turn == 2:
                # Exactly, now that few are left.
                enough = listed[k, WITH_TEAM] + threshold - bound
                team = team_for(fixed, nodes.chosen, depth, listed[k, WHICH], enough, limits[TEAM_NODES])
                if team > listed[k, WITH_TEAM]:
                    listed[k, DELTA] += team - listed[k, WITH_TEAM]
                    listed[k, WITH_TEAM] = team
                    bound = _least_with(value, future, listed[k], table, policy, profit, group_price, steps, False)
            if bound < threshold:
                listed[left] = listed[k]
                left += 1
        if left == count and turn > 2:
            break
        count = left
    value[COUNT] = count
    value[NEXT] = count
    _no_future(future)


@njit(cache=True, nogil=True)
def _consider(fixed, nodes, depth, anchor, group_price, threshold, limits, columns_before, found):  # type: ignore[no-untyped-def]
    """Price the set of this depth exactly if it could be a group below the threshold."""
    value, data, room = nodes.value[depth], fixed.data, fixed.room
    reduced = value[TOUR] + value[TEAM_COST] - value[GAIN] - group_price
    if value[WORK] < data.policy[EFFORT_LOW] or reduced >= threshold:
        return
    found.counts[STAFFED] += 1
    cases = np.empty(MAX_CASES, dtype=np.int64)
    visits_first(data, nodes.chosen, depth, cases)
    due = group_price + value[GAIN]
    for at in range(depth):
        due += fixed.least[cases[at]]
    cost = best_team(data, fixed.state, room, cases, depth, 1 << 30, limits[TEAM_NODES], threshold + due, 0, 0)
    if room.answer[CUT]:
        found.counts[CUT_SHORT] += 1
        found.least[anchor] = min(found.least[anchor], max(reduced, room.answer[ROOT] - due))
    if cost >= INFINITE:
        return
    found.least[anchor] = min(found.least[anchor], cost - due)
    k = found.counts[COLUMNS]
    if k < found.cost.shape[0] and k - columns_before < limits[PER_CASE]:
        _write(room, found, k, cases, depth)
        found.counts[COLUMNS] += 1


@njit(cache=True, nogil=True)
def visits_first(data, chosen, count, cases):  # type: ignore[no-untyped-def]
    filled = 0
    for with_visit in range(2):
        for d in range(count):
            if (data.case[chosen[d], HALF_DAYS] > 0) == (with_visit == 0):
                cases[filled] = chosen[d]
                filled += 1


@njit(cache=True, nogil=True)
def _write(room, found, k, cases, count):  # type: ignore[no-untyped-def]
    found.cases[k] = -1
    found.team[k] = -1
    for at in range(count):
        found.cases[k, at] = cases[at]
        found.start[k, at] = room.visit[at, START]
    for seat in range(room.answer[SIZE]):
        found.team[k, seat] = room.answer[TEAM + seat]
    found.leader[k] = room.answer[HEAD]
    found.cost[k] = room.answer[COST]

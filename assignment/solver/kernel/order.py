"""The order of a group's visits: enumerated, each visit as early as it can start.

Finishing earlier never hurts the visits after it, because only neighbours in the order can share a
date.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import first_from, has
from assignment.solver.kernel.data import (
    HALF_DAYS,
    PLACE,
    PREVIOUS_START,
    SAME_DAY,
    W_CHANGES,
    W_ROUTE,
    W_SPAN,
)
from assignment.solver.kernel.room import (
    CUT,
    INFINITE,
    ORDER_NODES,
    ORDERED_START,
    PICK,
    PICK_START,
    TRY,
    USED,
    VISIT_COST,
    VISIT_END,
)

EXACT_PATH = 7  # visits; a thousand steps there, and eleven times as many for ten


@compiled
def _hop(data, before, after):  # type: ignore[no-untyped-def]
    """Minutes from one case's place to the next, and whether the two may not share a date (H13)."""
    one, other = data.case[before, PLACE], data.case[after, PLACE]
    return data.travel[one, other], max(
        data.travel[one, other], data.travel[other, one]
    ) > data.policy[SAME_DAY]


@compiled
def _order_visits(data, room, cases, visits, span_free):  # type: ignore[no-untyped-def]
    """Enumerate the orders of the visits depth first; keep the cheapest feasible one below
    answer[VISIT_COST].
    """
    visit, answer, open_at = room.visit, room.answer, room.common[room.common.shape[0] - 1]
    depth, nodes = 0, 0
    cost = np.zeros(visits + 1, dtype=np.int64)
    slot = np.zeros(visits + 1, dtype=np.int64)
    visit[0, TRY] = 0
    for at in range(visits):
        visit[at, USED] = 0
    while depth >= 0:
        pick = visit[depth, TRY]
        if pick > 0 and visit[pick - 1, USED] == depth + 1:
            visit[pick - 1, USED] = 0
        if pick >= visits:
            depth -= 1
            continue
        visit[depth, TRY] = pick + 1
        if visit[pick, USED]:
            continue
        nodes += 1
        if nodes > ORDER_NODES:
            answer[CUT] = 1
            return
        case = cases[pick]
        start = first_from(open_at[pick], slot[depth])
        here = cost[depth]
        if depth > 0:
            hop, far = _hop(data, cases[visit[depth - 1, PICK]], case)
            here += data.policy[W_ROUTE] * hop
            while far and start >= 0 and data.day[start] == data.day[slot[depth] - 1]:
                start = first_from(open_at[pick], start + 1)
        if start < 0:
            continue
        if data.case[case, PREVIOUS_START] >= 0 and data.case[case, PREVIOUS_START] != start:
            here += data.policy[W_CHANGES]
        if here >= answer[VISIT_COST]:
            continue
        visit[depth, PICK] = pick
        visit[depth, PICK_START] = start
        end = start + data.case[case, HALF_DAYS]
        if depth + 1 < visits:
            visit[pick, USED] = depth + 1
            cost[depth + 1] = here
            slot[depth + 1] = end
            depth += 1
            visit[depth, TRY] = 0
            continue
        here += data.policy[W_SPAN] * max(0, end - span_free)
        if here < answer[VISIT_COST]:
            answer[VISIT_COST] = here
            answer[VISIT_END] = end
            for at in range(visits):
                visit[visit[at, PICK], ORDERED_START] = visit[at, PICK_START]


@compiled
def schedule(data, room, cases, count, depth, allowed, span_free):  # type: ignore[no-untyped-def]
    """Cheapest feasible visit order of the chosen members below `allowed`; its cost, or INFINITE.

    Visits stand first in `cases`.
    """
    last = room.common.shape[0] - 1
    visits = 0
    while visits < count and data.case[cases[visits], HALF_DAYS] > 0:
        visits += 1
    room.answer[VISIT_COST] = allowed
    room.answer[VISIT_END] = 0
    for at in range(visits):
        length = data.case[cases[at], HALF_DAYS]
        some = uint64(0)
        for w in range(room.common.shape[2]):
            room.common[last, at, w] = room.common[depth, at, w] & ~room.blocked[length, w]
            some |= room.common[last, at, w]
        if some == 0:
            return INFINITE
    if visits == 0:
        room.answer[VISIT_COST] = 0
    elif not (data.policy[W_CHANGES] and _keep_starts(data, room, cases, visits, span_free)):
        _order_visits(data, room, cases, visits, span_free)
    return room.answer[VISIT_COST] if room.answer[VISIT_COST] < allowed else INFINITE


@compiled
def _keep_starts(data, room, cases, visits, span_free):  # type: ignore[no-untyped-def]
    """Try to leave every visit where it was; true (and recorded) when that is feasible and cheap
    enough.
    """
    open_at = room.common[room.common.shape[0] - 1]
    route, end, before = 0, 0, -1
    for step in range(visits):
        best = -1
        for at in range(visits):
            start = data.case[cases[at], PREVIOUS_START]
            if start < 0 or not has(open_at[at], start):
                return False
            if start >= end and (best < 0 or start < data.case[cases[best], PREVIOUS_START]):
                best = at
        if best < 0:
            return False
        start = data.case[cases[best], PREVIOUS_START]
        if step > 0:
            hop, far = _hop(data, cases[before], cases[best])
            if far and data.day[start] == data.day[end - 1]:
                return False
            route += hop
        before = best
        end = start + data.case[cases[best], HALF_DAYS]
    total = data.policy[W_ROUTE] * route + data.policy[W_SPAN] * max(0, end - span_free)
    if total >= room.answer[VISIT_COST]:
        return False
    room.answer[VISIT_COST] = total
    room.answer[VISIT_END] = end
    for at in range(visits):
        room.visit[at, ORDERED_START] = data.case[cases[at], PREVIOUS_START]
    return True


@compiled
def shortest_order(data, cases, count):  # type: ignore[no-untyped-def]
    """A lower bound on the minutes of any order: the shortest path through the places of the
    visits, exact up to `EXACT_PATH` of them.

    A tight one is worth its time: a team of the cheapest people on the shortest path proves itself
    the best and ends the search.
    """
    places = np.empty(count, dtype=np.int64)
    visits = 0
    for at in range(count):
        if data.case[cases[at], HALF_DAYS] > 0:
            places[visits] = data.case[cases[at], PLACE]
            visits += 1
    if visits < 2:
        return 0
    return (
        _shortest_path(data.travel, places, visits)
        if visits <= EXACT_PATH
        else _nearest_hops(data.travel, places, visits)
    )


@compiled
def _shortest_path(travel, places, visits):  # type: ignore[no-untyped-def]
    """Dynamic programming over the places already seen and the last of them (Held and Karp, J.

    SIAM 10, 1962).
    """
    full = 1 << visits
    length = np.full((full, visits), INFINITE, dtype=np.int64)
    for at in range(visits):
        length[1 << at, at] = 0
    for seen in range(1, full):
        for last in range(visits):
            here = length[seen, last]
            if here >= INFINITE:
                continue
            for after in range(visits):
                if not seen >> after & 1:
                    then = seen | 1 << after
                    length[then, after] = min(
                        length[then, after], here + travel[places[last], places[after]]
                    )
    return length[full - 1].min()


@compiled
def _nearest_hops(travel, places, visits):  # type: ignore[no-untyped-def]
    """Every place but one is left by its shortest hop to another of the set."""
    total, longest = 0, 0
    for at in range(visits):
        nearest = INFINITE
        for other in range(visits):
            if other != at:
                nearest = min(nearest, travel[places[at], places[other]])
        total += nearest
        longest = max(longest, nearest)
    return total - longest

"""The order of a group's visits: enumerated, each visit as early as it can start.

Finishing earlier never hurts the visits after it, because only neighbours in the order can share a date.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from assignment.core.solver.kernel.bits import first_from, has
from assignment.core.solver.kernel.data import HALF_DAYS, PLACE, PREVIOUS_START, SAME_DAY, W_CHANGES, W_ROUTE, W_SPAN
from assignment.core.solver.kernel.room import (
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
)  # fmt: skip


@njit(cache=True, nogil=True)
def _hop(data, before, after):  # type: ignore[no-untyped-def]
    """Minutes from one case's place to the next, and whether the two may not share a date (H13)."""
    one, other = data.case[before, PLACE], data.case[after, PLACE]
    return data.travel[one, other], max(data.travel[one, other], data.travel[other, one]) > data.policy[SAME_DAY]


@njit(cache=True, nogil=True)
def _order_visits(data, room, cases, visits, span_free):  # type: ignore[no-untyped-def]
    """Enumerate the orders of the visits depth first; keep the cheapest feasible one below answer[VISIT_COST]."""
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


@njit(cache=True, nogil=True)
def schedule(data, room, cases, count, depth, allowed, span_free):  # type: ignore[no-untyped-def]
    """Cheapest feasible visit order of the chosen members below `allowed`; its cost, or INFINITE. Visits stand first in `cases`."""
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


@njit(cache=True, nogil=True)
def _keep_starts(data, room, cases, visits, span_free):  # type: ignore[no-untyped-def]
    """Try to leave every visit where it was; true (and recorded) when that is feasible and cheap enough."""
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


@njit(cache=True, nogil=True)
def shortest_order(data, cases, count):  # type: ignore[no-untyped-def]
    """A lower bound on the minutes of any order: every place but one is left by its shortest hop to another of the set."""
    total, longest, visits = 0, 0, 0
    for at in range(count):
        if data.case[cases[at], HALF_DAYS] == 0:
            continue
        visits += 1
        nearest = INFINITE
        for other in range(count):
            if other != at and data.case[cases[other], HALF_DAYS] > 0:
                nearest = min(nearest, data.travel[data.case[cases[at], PLACE], data.case[cases[other], PLACE]])
        if nearest < INFINITE:
            total += nearest
            longest = max(longest, nearest)
    return total - longest if visits > 1 else 0

"""Teams and paths that bound whole families of groups.

A team that may serve more cases costs no less; neither does a path through more places.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from assignment.core.solver.kernel.data import HALF_DAYS, Ints
from assignment.core.solver.kernel.room import CUT, INFINITE, MAX_CASES, ROOT
from assignment.core.solver.kernel.team import best_team

PLACES = 6  # of a path; further places are left out of it, which only shortens it
PACKED, BITS = 6, 10  # cases of a set that has a key, and bits of each: no two sets share one
MEMORY = 1 << 20
# A search for a team below some cost looks this far above it, so that slightly other prices find the answer ready.
MARGIN = 600


class Memo(NamedTuple):
    """Cheapest teams by set of cases, their unavoidable part taken out (`Fixed.least`)."""

    key: Ints  # [MEMORY] -1 free
    cost: Ints  # [MEMORY] what no team undercuts
    exact: NDArray[np.int8]  # [MEMORY] 1: there is no better bound
    held: Ints  # [1] how many
    pair: Ints  # [N, N]
    steps: Ints  # [3] least effort of a case, most cases of a group, most effort of a group


def empty_memo(efforts: Ints, most: int) -> Memo:
    count, shortest = len(efforts), int(efforts.min(initial=1 << 30))
    return Memo(
        key=np.full(MEMORY, -1, dtype=np.int64),
        cost=np.zeros(MEMORY, dtype=np.int64),
        exact=np.zeros(MEMORY, dtype=np.int8),
        held=np.zeros(1, dtype=np.int64),
        pair=np.zeros((count, count), dtype=np.int64),
        steps=np.array([shortest, most // shortest + 1 if shortest > 0 else 1 << 40, most], dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def _slot(memo, chosen, depth, case):  # type: ignore[no-untyped-def]
    """Where the set stands or would stand; -1 when it has no key."""
    if depth >= PACKED or memo.pair.shape[0] > 1 << BITS:
        return -1, 0
    cases = np.empty(PACKED, dtype=np.int64)
    cases[0] = case
    for d in range(depth):
        at = d + 1
        while at > 0 and cases[at - 1] > chosen[d]:
            cases[at] = cases[at - 1]
            at -= 1
        cases[at] = chosen[d]
    key = np.int64(1)
    for at in range(depth + 1):
        # A leading 1 tells {0} from {0, 0}; six cases fill 61 bits.
        key = (key << BITS) | cases[at]
    slot = (key ^ (key >> 29)) * np.int64(0x9E3779B97F4A7C) & (MEMORY - 1)
    while memo.key[slot] != -1 and memo.key[slot] != key:
        slot = (slot + 1) & (MEMORY - 1)
    return slot, key


@njit(cache=True, nogil=True)
def team_for(fixed, chosen, depth, case, enough, nodes):  # type: ignore[no-untyped-def]
    """What no team for the set and `case` undercuts, exact where that is below `enough`; `fixed.least` taken out."""
    memo, data, room = fixed.memo, fixed.relaxed, fixed.room
    slot, key = _slot(memo, chosen, depth, case)
    if slot >= 0 and memo.key[slot] == key and (memo.exact[slot] or memo.cost[slot] >= enough):
        return memo.cost[slot]
    if slot < 0:
        return -INFINITE
    cases = np.empty(MAX_CASES, dtype=np.int64)
    filled, least = 0, np.int64(0)
    for with_visit in range(2):
        for d in range(depth + 1):
            one = chosen[d] if d < depth else case
            if (data.case[one, HALF_DAYS] > 0) == (with_visit == 0):
                cases[filled] = one
                least += fixed.specialist[one]
                filled += 1
    below = min(INFINITE // 2, enough + least + MARGIN)
    cost = best_team(data, fixed.state, room, cases, depth + 1, 1 << 30, nodes, below, 0, 0)
    exact = 1
    if room.answer[CUT]:
        cost = min(cost, room.answer[ROOT])
    elif cost >= INFINITE and below < INFINITE // 2:
        cost, exact = below, 0
    cost -= least
    if memo.key[slot] == key or memo.held[0] < MEMORY // 2:
        if memo.key[slot] == -1:
            memo.held[0] += 1
        memo.key[slot] = key
        memo.cost[slot] = cost
        memo.exact[slot] = exact
    return cost


@njit(cache=True, nogil=True)
def fill_pairs(fixed, nodes):  # type: ignore[no-untyped-def]
    """The cheapest team of every two cases."""
    chosen = np.zeros(1, dtype=np.int64)
    for one in range(fixed.memo.pair.shape[0]):
        for other in range(one):
            if fixed.stop[0] != 0:
                return
            chosen[0] = other
            cost = team_for(fixed, chosen, 1, one, INFINITE // 4, nodes)
            fixed.memo.pair[one, other] = cost
            fixed.memo.pair[other, one] = cost


@njit(cache=True, nogil=True)
def grow_path(places, paths, closure, depth, place):  # type: ignore[no-untyped-def]
    """Paths of the next depth: those of this one, and those that visit `place` too (Held and Karp, 1962)."""
    here, there = places[depth], places[depth + 1]
    there[:] = here
    count = here[0]
    paths[depth + 1, : 1 << count] = paths[depth, : 1 << count]
    if place < 0 or count == PLACES:
        return
    for at in range(count):
        if here[at + 1] == place:
            return
    there[0] = count + 1
    there[count + 1] = place
    path, low = paths[depth + 1], 1 << count
    for mask in range(low, 2 * low):
        for last in range(count + 1):
            best = INFINITE
            if mask == 1 << last:
                best = 0
            elif mask & (1 << last):
                before = mask ^ (1 << last)
                for other in range(count + 1):
                    if before & (1 << other):
                        best = min(best, path[before, other] + closure[there[other + 1], there[last + 1]])
            path[mask, last] = best


@njit(cache=True, nogil=True)
def path_with(places, path, closure, place):  # type: ignore[no-untyped-def]
    """Minutes of the shortest path through the places of the set and `place` (-1: none)."""
    count = places[0]
    if count == 0:
        return 0
    full = (1 << count) - 1
    known = place < 0 or count == PLACES
    for at in range(count):
        known |= places[at + 1] == place
    if known:
        return path[full, :count].min()
    end = np.empty(1 << count, dtype=np.int64)
    end[0] = 0
    for mask in range(1, full + 1):
        best = INFINITE
        for last in range(count):
            if mask & (1 << last):
                best = min(best, path[mask, last] + closure[places[last + 1], place])
        end[mask] = best
    best = INFINITE
    for mask in range(full + 1):
        best = min(best, end[mask] + end[full ^ mask])
    return best

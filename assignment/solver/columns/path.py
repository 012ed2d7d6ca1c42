"""Shortest paths through the places of a growing set of cases: a path through more places is no
shorter.
"""

from __future__ import annotations

import numpy as np

from assignment.solver.kernel import compiled
from assignment.solver.kernel.room import INFINITE

PLACES = 6  # of a path; further places are left out of it, which only shortens it


@compiled
def grow_path(places, paths, closure, depth, place):  # type: ignore[no-untyped-def]
    """Paths of the next depth: those of this one, and those that visit `place` too (Held and Karp,
    1962).
    """
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
                        best = min(
                            best, path[before, other] + closure[there[other + 1], there[last + 1]]
                        )
            path[mask, last] = best


@compiled
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

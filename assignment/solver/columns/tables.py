"""What the pricing works on: the problem, working space by depth, and the groups it finds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assignment.solver.columns.cover import Desk
from assignment.solver.columns.path import PLACES
from assignment.solver.kernel.data import Data, Ints
from assignment.solver.kernel.room import MAX_CASES, Room, State

# Layers of the knapsacks over what may still come. Plain prices: one case, two cases, any number;
# then prices less a share of what the case adds alone: half of it (one case), a third (one and two
# cases), one part in as many as may come at all (any number).
ONE, TWO, ANY, HALF, THIRD, TWO_THIRDS, FEW = range(7)


class Fixed(NamedTuple):
    """What stays the same from one pricing to the next."""

    data: Data  # costs as they are
    relaxed: Data  # no travel, no negative pair costs: a team for more cases never costs less
    state: State
    few: State  # the same, with nobody but the team that is priced
    room: Room
    desk: Desk
    steps: Ints  # [3] by SHORTEST, MOST_CASES, MOST_EFFORT
    closure: Ints  # [P, P] shortest minutes by any way
    least: Ints  # [N] the same and the best of the negative pair costs: taken out of the prices
    stop: NDArray[np.int8]  # [1] not 0: come to an end


SHORTEST, MOST_CASES, MOST_EFFORT = range(
    3
)  # least effort of a case, most cases of a group, most effort of a group


class Worth(NamedTuple):
    """What cases are worth at the prices, and what some of them cost together: see `rows`."""

    profit: Ints  # [N] prices less `Fixed.least`
    first: Ints  # [N + 1] where the rows of a case begin
    others: Ints  # [K, 2] the other cases of a row
    toll: Ints  # [K] what two of its cases pay, once


class Nodes(NamedTuple):
    """One row per depth of the enumeration."""

    chosen: Ints  # [D] the case added at this depth
    value: Ints  # [D, 6] by WORK, GAIN, TOUR, TEAM_COST, COUNT, NEXT
    listed: Ints  # [D, N, 4] cases that may come: by WHICH, WITH_TOUR, WITH_TEAM, DELTA
    path: Ints  # [D, 2 ** PLACES, PLACES] shortest paths by places visited and last place
    places: Ints  # [D, PLACES + 1] how many places, then which
    future: Ints  # [D, FEW + 1, E + 1]
    held: Ints  # [N] 1 for the cases of the set in hand


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
# entries of limits: columns and nodes per first case, nodes per team (0: bounds instead of teams;
# negative: all teams below the threshold), and which first cases: FROM on, one in EACH
PER_CASE, SETS, TEAM_NODES, FROM, EACH = range(5)


def empty_found(capacity: int, seats: int, cases: int) -> Found:
    def ints(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    wide = (capacity, MAX_CASES)
    return Found(
        ints(*wide),
        ints(capacity, seats),
        ints(capacity),
        ints(*wide),
        ints(capacity),
        ints(4),
        ints(cases),
    )


def empty_nodes(cases: int, most: int) -> Nodes:
    depth = MAX_CASES + 1

    def ints(*shape: int) -> Ints:
        return np.zeros((depth, *shape), dtype=np.int64)

    return Nodes(
        ints(),
        ints(6),
        ints(cases, 4),
        ints(1 << PLACES, PLACES),
        ints(PLACES + 1),
        ints(FEW + 1, most + 1),
        np.zeros(cases, dtype=np.int64),
    )


def written(found: Found) -> Found:
    """Without the rows that nothing was written to."""
    rows = slice(int(found.counts[COLUMNS]))
    return found._replace(
        cases=found.cases[rows],
        team=found.team[rows],
        leader=found.leader[rows],
        start=found.start[rows],
        cost=found.cost[rows],
    )

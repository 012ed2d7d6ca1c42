"""Working space of the team search, and what the rest of the plan takes up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64
from numpy.typing import NDArray

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import first_from
from assignment.solver.kernel.data import (
    CAPACITY,
    HALF_DAYS,
    LONGEST,
    PLACE,
    SAME_DAY,
    SIZE_HIGH,
    Data,
    Ints,
    Words,
)

INFINITE = 1 << 60
MAX_CASES = 24  # of one group; the kernel forms no larger one
MAX_KEPT = 256  # candidates in one branch and bound
EXACT = 1 << 30  # a width that cuts no candidate
ORDER_NODES = 5_000


class State(NamedTuple):
    """What the rest of the plan takes up."""

    free: Words  # [V] reviewers who may still join a group
    tally: Ints  # [R, 3] by LOAD, JOINED, PRICE
    busy: NDArray[np.int16]  # [R, S] place + 1 of the visit there, 0 none
    usage: Ints  # [S] visits in the slot


LOAD, JOINED, PRICE = range(
    3
)  # assigned effort, groups joined, dual price of a seat (zero in the search)


class Room(NamedTuple):
    """Working space of `best_team`; the answer stands in `answer` and in the START column of
    `visit`.
    """

    seen: Ints  # [R, 2] candidates before the cut: reviewer, cost
    kept: Ints  # [MAX_KEPT, OWN_LEVEL + MAX_CASES]
    kept_starts: Words  # [MAX_KEPT, MAX_CASES, W]
    node: Ints  # [M + 2, CHILD + 2 * MAX_KEPT] one row per depth
    # [M + 2, MAX_CASES, W] starts open to all chosen, by depth; the last row for the order
    common: Words
    visit: Ints  # [MAX_CASES, 7]
    answer: Ints  # [TEAM + M]
    blocked: Words  # [longest visit + 1, W] starts that would touch a full slot


WHO, SEAT_COST, DEAD, OWN_LEVEL = range(
    4
)  # columns of kept; DEAD > 0: not to be chosen below this node
CHOSEN, SUNK, LEAD, CHILDREN, NEXT, EXPERTS, BEST_LEVEL = range(
    7
)  # columns of node; EXPERTS: quality experts seated
CHILD = BEST_LEVEL + MAX_CASES
CHILD_SCORE = CHILD + MAX_KEPT
PICK, PICK_START, USED, ORDERED_START, START, POSSIBLE, TRY, SPECIALIST = range(
    8
)  # columns of visit
# entries of answer; CUT is 1 when something was left unsearched, and ROOT bounds any team from
# below all the same. CHEAPEST seat of anybody, of a quality expert, of a leader (and in `visit`, of
# a SPECIALIST for the case); ANY_LEAD: the cheapest leadership
(
    COST,
    SIZE,
    HEAD,
    END,
    CUT,
    VISIT_COST,
    VISIT_END,
    CHEAPEST,
    QUALITY_SEAT,
    LEADER_SEAT,
    FLOOR,
    ANY_LEAD,
    ROOT,
    TEAM,
) = range(14)


def room(data: Data) -> Room:
    reviewers, words = data.starts.shape[0], data.starts.shape[2]
    seats = int(data.policy[SIZE_HIGH])
    return Room(
        seen=np.zeros((reviewers + 1, 2), dtype=np.int64),
        kept=np.zeros((MAX_KEPT, OWN_LEVEL + MAX_CASES), dtype=np.int64),
        kept_starts=np.zeros((MAX_KEPT, MAX_CASES, words), dtype=np.uint64),
        node=np.zeros((seats + 2, CHILD_SCORE + MAX_KEPT), dtype=np.int64),
        common=np.zeros((seats + 2, MAX_CASES, words), dtype=np.uint64),
        visit=np.zeros((MAX_CASES, 8), dtype=np.int64),
        answer=np.zeros(TEAM + seats + 1, dtype=np.int64),
        blocked=np.zeros((int(data.policy[LONGEST]) + 1, words), dtype=np.uint64),
    )


@compiled
def block_full_slots(data, state, room):  # type: ignore[no-untyped-def]
    """blocked[h]: starts at which a visit of h half-days would need a slot whose visits are at
    capacity (H14).
    """
    room.blocked[:] = uint64(0)
    for slot in range(state.usage.shape[0]):
        if state.usage[slot] >= data.policy[CAPACITY]:
            for length in range(1, room.blocked.shape[0]):
                for start in range(max(0, slot - length + 1), slot + 1):
                    room.blocked[length, start >> 6] |= uint64(1) << uint64(start & 63)


@compiled
def open_starts(data, state, reviewer, case, out):  # type: ignore[no-untyped-def]
    """Starts of `case` that `reviewer` can keep beside the visits of the other groups (H12,
    H13).
    """
    for w in range(out.shape[0]):
        out[w] = data.starts[reviewer, case, w]
    if state.tally[reviewer, JOINED] == 0:
        return
    length, place = data.case[case, HALF_DAYS], data.case[case, PLACE]
    start = first_from(out, 0)
    while start >= 0:
        good = True
        for slot in range(max(0, start - 1), min(data.day.shape[0], start + length + 1)):
            other = state.busy[reviewer, slot] - 1
            if other < 0:
                continue
            inside = start <= slot < start + length
            nearest = start if slot < start else start + length - 1
            far = max(data.travel[other, place], data.travel[place, other]) > data.policy[SAME_DAY]
            if inside or (far and data.day[slot] == data.day[nearest]):
                good = False
        if not good:
            out[start >> 6] &= ~(uint64(1) << uint64(start & 63))
        start = first_from(out, start + 1)

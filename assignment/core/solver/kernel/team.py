"""The best team and visit order for one set of cases, everything else fixed.

Branch and bound over members: branch on the need that fewest candidates can fill (a case without specialist, the quality expert,
the leader), bound by the cheapest way to fill the rest (`_bound`). For a complete team, visit orders are enumerated and each visit
starts as early as it can: finishing earlier never hurts the visits after it, because only neighbours in the order can share a date.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from assignment.core.solver.kernel.bits import first_from, has, lowest, without_lowest
from assignment.core.solver.kernel.data import (
    CAPACITY,
    CARRIED,
    EFFORT,
    EFFORT_HIGH,
    EMPLOYER,
    FIXED_LEADER,
    FORCED_FROM,
    FORCED_TO,
    HALF_DAYS,
    HARD_LEVEL,
    LEADER,
    LEADER_COST,
    LONGEST,
    MAX_EFFORT,
    NEED_LEADER,
    NEED_QUALITY,
    NEED_SPECIALIST,
    PLACE,
    PREVIOUS_LEADER,
    PREVIOUS_START,
    QUALITY,
    RIVALS_FROM,
    RIVALS_TO,
    SAME_DAY,
    SIZE_HIGH,
    SIZE_LOW,
    W_CHANGES,
    W_EXTRA,
    W_PEAK,
    W_ROUTE,
    W_SPAN,
    W_SPECIALIST,
    W_WORKLOAD,
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


LOAD, JOINED, PRICE = range(3)  # assigned effort, groups joined, dual price of a seat (zero in the search)


class Room(NamedTuple):
    """Working space of `best_team`; the answer stands in `answer` and in the START column of `visit`."""

    seen: Ints  # [R, 2] candidates before the cut: reviewer, cost
    kept: Ints  # [MAX_KEPT, OWN_LEVEL + MAX_CASES]
    kept_starts: Words  # [MAX_KEPT, MAX_CASES, W]
    node: Ints  # [M + 2, CHILD + 2 * MAX_KEPT] one row per depth
    common: Words  # [M + 2, MAX_CASES, W] starts open to all chosen, by depth; the last row for the order
    visit: Ints  # [MAX_CASES, 7]
    answer: Ints  # [TEAM + M]
    blocked: Words  # [longest visit + 1, W] starts that would touch a full slot


WHO, SEAT_COST, DEAD, OWN_LEVEL = range(4)  # columns of kept; DEAD > 0: not to be chosen below this node
CHOSEN, SUNK, LEAD, CHILDREN, NEXT, BEST_LEVEL = range(6)  # columns of node
CHILD = BEST_LEVEL + MAX_CASES
CHILD_SCORE = CHILD + MAX_KEPT
PICK, PICK_START, USED, ORDERED_START, START, POSSIBLE, TRY = range(7)  # columns of visit
# entries of answer; CUT is 1 when something was left unsearched, and ROOT bounds any team from below all the same
COST, SIZE, HEAD, END, CUT, VISIT_COST, VISIT_END, CHEAPEST, FLOOR, ANY_LEAD, ROOT, TEAM = range(12)


def room(data: Data) -> Room:
    reviewers, words = data.starts.shape[0], data.starts.shape[2]
    seats = int(data.policy[SIZE_HIGH])
    return Room(
        seen=np.zeros((reviewers + 1, 2), dtype=np.int64),
        kept=np.zeros((MAX_KEPT, OWN_LEVEL + MAX_CASES), dtype=np.int64),
        kept_starts=np.zeros((MAX_KEPT, MAX_CASES, words), dtype=np.uint64),
        node=np.zeros((seats + 2, CHILD_SCORE + MAX_KEPT), dtype=np.int64),
        common=np.zeros((seats + 2, MAX_CASES, words), dtype=np.uint64),
        visit=np.zeros((MAX_CASES, 7), dtype=np.int64),
        answer=np.zeros(TEAM + seats + 1, dtype=np.int64),
        blocked=np.zeros((int(data.policy[LONGEST]) + 1, words), dtype=np.uint64),
    )


@njit(cache=True, nogil=True)
def block_full_slots(data, state, room):  # type: ignore[no-untyped-def]
    """blocked[h]: starts at which a visit of h half-days would need a slot whose visits are at capacity (H14)."""
    room.blocked[:] = uint64(0)
    for slot in range(state.usage.shape[0]):
        if state.usage[slot] >= data.policy[CAPACITY]:
            for length in range(1, room.blocked.shape[0]):
                for start in range(max(0, slot - length + 1), slot + 1):
                    room.blocked[length, start >> 6] |= uint64(1) << uint64(start & 63)


@njit(cache=True, nogil=True)
def _open_starts(data, state, reviewer, case, out):  # type: ignore[no-untyped-def]
    """Starts of `case` that `reviewer` can keep beside the visits of the other groups (H12, H13)."""
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
def _schedule(data, room, cases, count, depth, allowed, span_free):  # type: ignore[no-untyped-def]
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


@njit(cache=True, nogil=True)
def _rivals(data, one, other):  # type: ignore[no-untyped-def]
    """H06, H07: may the two not sit in one group?"""
    if data.person[one, EMPLOYER] == data.person[other, EMPLOYER]:
        return True
    for at in range(data.person[one, RIVALS_FROM], data.person[one, RIVALS_TO]):
        if data.lists[at] == other:
            return True
    return False


@njit(cache=True, nogil=True)
def _leader(data, room, cases, count, size):  # type: ignore[no-untyped-def]
    """The cheapest qualified leader of the chosen team: (cost, reviewer); (INFINITE, -1) when one is needed and none is there."""
    best, cost, fixed = -1, INFINITE, -1
    for at in range(count):
        pinned = data.case[cases[at], FIXED_LEADER]
        if pinned >= 0:
            if fixed >= 0 and fixed != pinned:
                return INFINITE, -1
            fixed = pinned
    for seat in range(-1, size):
        reviewer = -1
        price = 0
        if seat < 0:
            if data.policy[NEED_LEADER] or fixed >= 0:
                continue
        else:
            reviewer = room.kept[room.node[seat, CHOSEN], WHO]
            if not data.person[reviewer, LEADER] or (fixed >= 0 and reviewer != fixed):
                continue
            price = data.person[reviewer, LEADER_COST]
        for at in range(count):
            before = data.case[cases[at], PREVIOUS_LEADER]
            if before >= 0 and before != reviewer:
                price += data.policy[W_CHANGES]
        if price < cost:
            best, cost = reviewer, price
    return cost, best


@njit(cache=True, nogil=True)
def _one_seat_for_two_needs(data, room, count, size):  # type: ignore[no-untyped-def]
    """H04 with H03: the first case whose only specialist is also the only quality expert, or -1."""
    quality, who = 0, -1
    for seat in range(size):
        if data.person[room.kept[room.node[seat, CHOSEN], WHO], QUALITY]:
            quality += 1
            who = room.node[seat, CHOSEN]
    if quality != 1 or not data.policy[NEED_SPECIALIST]:
        return -1
    for at in range(count):
        other = False
        for seat in range(size):
            chosen = room.node[seat, CHOSEN]
            other |= chosen != who and room.kept[chosen, OWN_LEVEL + at] <= data.policy[HARD_LEVEL]
        if not other:
            return at
    return -1


# What to branch on, beside the position of a case that has no specialist yet.
_NEED_QUALITY, _NEED_SECOND, _NEED_LEADER, _NEED_ANY, _COMPLETE = 100, 200, 300, 400, 500


@njit(cache=True, nogil=True)
def _need(data, room, cases, count, size, kept):  # type: ignore[no-untyped-def]
    """The need of the chosen team that fewest candidates can fill (200 + case: one person would fill two needs of the case)."""
    if data.policy[NEED_SPECIALIST]:
        fewest, need = INFINITE, -1
        for at in range(count):
            if room.node[size, BEST_LEVEL + at] <= data.policy[HARD_LEVEL]:
                continue
            able = 0
            for i in range(kept):
                able += room.kept[i, DEAD] == 0 and room.kept[i, OWN_LEVEL + at] <= data.policy[HARD_LEVEL]
            if able < fewest:
                fewest, need = able, at
        if need >= 0:
            return need
    if data.policy[NEED_QUALITY]:
        found = False
        for seat in range(size):
            found |= data.person[room.kept[room.node[seat, CHOSEN], WHO], QUALITY] != 0
        if not found:
            return _NEED_QUALITY
        alone = _one_seat_for_two_needs(data, room, count, size)
        if alone >= 0:
            return _NEED_SECOND + alone
    if data.policy[NEED_LEADER] and _leader(data, room, cases, count, size)[0] >= INFINITE:
        return _NEED_LEADER
    return _NEED_ANY if size < data.policy[SIZE_LOW] else _COMPLETE


@njit(cache=True, nogil=True)
def _fills(data, room, i, need):  # type: ignore[no-untyped-def]
    if need < _NEED_QUALITY:
        return room.kept[i, OWN_LEVEL + need] <= data.policy[HARD_LEVEL]
    quality = data.person[room.kept[i, WHO], QUALITY] != 0
    if need == _NEED_QUALITY:
        return quality
    if need < _NEED_LEADER:
        return quality or room.kept[i, OWN_LEVEL + need - _NEED_SECOND] <= data.policy[HARD_LEVEL]
    return need != _NEED_LEADER or data.person[room.kept[i, WHO], LEADER] != 0


@njit(cache=True, nogil=True)
def _record(data, room, cases, count, size, span_free):  # type: ignore[no-untyped-def]
    """A complete team: price it, order its visits, and keep it when it is the best so far."""
    cost, leader = _leader(data, room, cases, count, size)
    cost += room.node[size, SUNK] + data.policy[W_EXTRA] * (size - data.policy[SIZE_LOW])
    for at in range(count):
        cost += data.policy[W_SPECIALIST] * room.node[size, BEST_LEVEL + at]
    answer = room.answer
    if cost + answer[FLOOR] >= answer[COST]:
        return
    visits = _schedule(data, room, cases, count, size, answer[COST] - cost, span_free)
    if visits >= INFINITE:
        return
    answer[COST] = cost + visits
    answer[SIZE] = size
    answer[HEAD] = leader
    answer[END] = answer[VISIT_END]
    for seat in range(size):
        answer[TEAM + seat] = room.kept[room.node[seat, CHOSEN], WHO]
    for at in range(count):
        room.visit[at, START] = room.visit[at, ORDERED_START] if data.case[cases[at], HALF_DAYS] > 0 else -1


@njit(cache=True, nogil=True)
def _bound(data, room, count, size, i):  # type: ignore[no-untyped-def]
    """No team with candidate i added to the chosen ones costs less: it either stops here or goes on with the best of everything."""
    policy, answer = data.policy, room.answer
    missing = max(0, policy[SIZE_LOW] - size - 1)
    sunk = answer[FLOOR] + room.node[size, SUNK] + room.kept[i, SEAT_COST] + policy[W_EXTRA] * max(0, size + 1 - policy[SIZE_LOW])
    lead = 0
    if policy[NEED_LEADER]:
        lead = room.node[size, LEAD]
        if data.person[room.kept[i, WHO], LEADER]:
            lead = min(lead, data.person[room.kept[i, WHO], LEADER_COST])
    levels, best_levels = 0, 0
    for at in range(count):
        level = min(room.node[size, BEST_LEVEL + at], room.kept[i, OWN_LEVEL + at])
        levels += level
        best_levels += min(level, room.visit[at, POSSIBLE])
    going_on = INFINITE
    if missing > 0:
        going_on = missing * answer[CHEAPEST]
    elif size + 1 < policy[SIZE_HIGH]:
        more = policy[W_EXTRA] + answer[CHEAPEST]
        going_on = more if more >= 0 else more * (policy[SIZE_HIGH] - size - 1)
    if going_on < INFINITE:
        going_on += policy[W_SPECIALIST] * best_levels + (min(lead, answer[ANY_LEAD]) if policy[NEED_LEADER] else 0)
    stopping = INFINITE if missing > 0 else policy[W_SPECIALIST] * levels + lead
    return sunk + min(stopping, going_on)


@njit(cache=True, nogil=True)
def _open_node(data, room, cases, count, size, kept, span_free):  # type: ignore[no-untyped-def]
    """Record the team if it is complete, and list the candidates worth adding, most promising first."""
    node, answer, policy = room.node, room.answer, data.policy
    node[size, CHILDREN] = 0
    node[size, NEXT] = 0
    need = _need(data, room, cases, count, size, kept)
    if need == _COMPLETE:
        _record(data, room, cases, count, size, span_free)
        hope = node[size, LEAD] - answer[ANY_LEAD] if policy[NEED_LEADER] else 0
        for at in range(count):
            hope += policy[W_SPECIALIST] * (node[size, BEST_LEVEL + at] - room.visit[at, POSSIBLE])
        if hope <= policy[W_EXTRA] + answer[CHEAPEST]:
            return
    if size >= policy[SIZE_HIGH]:
        return
    children = 0
    for i in range(kept):
        if room.kept[i, DEAD] != 0 or not _fills(data, room, i, need) or _bound(data, room, count, size, i) >= answer[COST]:
            continue
        score = room.kept[i, SEAT_COST]
        for at in range(count):
            score -= policy[W_SPECIALIST] * max(0, node[size, BEST_LEVEL + at] - room.kept[i, OWN_LEVEL + at])
        if need == _NEED_LEADER:
            score += data.person[room.kept[i, WHO], LEADER_COST]
        place = children
        while place > 0 and node[size, CHILD_SCORE + place - 1] > score:
            node[size, CHILD_SCORE + place] = node[size, CHILD_SCORE + place - 1]
            node[size, CHILD + place] = node[size, CHILD + place - 1]
            place -= 1
        node[size, CHILD_SCORE + place] = score
        node[size, CHILD + place] = i
        children += 1
    node[size, CHILDREN] = children


@njit(cache=True, nogil=True)
def _seat(data, room, cases, count, size, i):  # type: ignore[no-untyped-def]
    """Put candidate i in the next seat; false when a rival sits there or no common start is left for some case."""
    node = room.node
    who = room.kept[i, WHO]
    for seat in range(size):
        if _rivals(data, who, room.kept[node[seat, CHOSEN], WHO]):
            return False
    for at in range(count):
        node[size + 1, BEST_LEVEL + at] = min(node[size, BEST_LEVEL + at], room.kept[i, OWN_LEVEL + at])
        if data.case[cases[at], HALF_DAYS] > 0:
            some = uint64(0)
            for w in range(room.common.shape[2]):
                both = room.common[size, at, w] & room.kept_starts[i, at, w]
                room.common[size + 1, at, w] = both
                some |= both
            if some == 0:
                return False
    node[size, CHOSEN] = i
    node[size + 1, SUNK] = node[size, SUNK] + room.kept[i, SEAT_COST]
    own = data.person[who, LEADER_COST] if data.person[who, LEADER] else INFINITE
    node[size + 1, LEAD] = min(node[size, LEAD], own)
    return True


@njit(cache=True, nogil=True)
def _branch(data, room, cases, count, root, kept, nodes, span_free):  # type: ignore[no-untyped-def]
    """Depth-first search below the `root` members already seated. A tried candidate is dead for its later siblings."""
    node = room.node
    size = root
    _open_node(data, room, cases, count, size, kept, span_free)
    while size >= root:
        if node[size, NEXT] >= node[size, CHILDREN]:
            for c in range(node[size, NEXT]):
                room.kept[node[size, CHILD + c], DEAD] -= 1
            size -= 1
            continue
        i = node[size, CHILD + node[size, NEXT]]
        node[size, NEXT] += 1
        room.kept[i, DEAD] += 1
        if _bound(data, room, count, size, i) >= room.answer[COST] or not _seat(data, room, cases, count, size, i):
            continue
        if nodes <= 0:
            room.answer[CUT] = 1
            return
        nodes -= 1
        size += 1
        _open_node(data, room, cases, count, size, kept, span_free)


@njit(cache=True, nogil=True)
def _candidates(data, state, room, cases, count, effort, peak_free):  # type: ignore[no-untyped-def]
    """Everyone who may sit: not barred, free at some start of each case, with effort and a group left; with the cost of the seat."""
    seen = 0
    for v in range(state.free.shape[0]):
        word = state.free[v]
        for at in range(count):
            word &= data.open_to[cases[at], v]
        while word:
            reviewer = v * 64 + lowest(word)
            word = without_lowest(word)
            if state.tally[reviewer, LOAD] + effort > data.person[reviewer, MAX_EFFORT]:
                continue
            before = data.person[reviewer, CARRIED] + state.tally[reviewer, LOAD]
            cost = data.policy[W_WORKLOAD] * effort * (2 * before + effort) + state.tally[reviewer, PRICE]
            cost += data.policy[W_PEAK] * max(0, before + effort - peak_free)
            for at in range(count):
                cost += data.pair_cost[reviewer, cases[at]]
            room.seen[seen, 0] = reviewer
            room.seen[seen, 1] = cost
            seen += 1
    return seen


@njit(cache=True, nogil=True)
def _sift(data, room, cases, count, seen):  # type: ignore[no-untyped-def]
    """Set what the best team can hope for (CHEAPEST, ANY_LEAD, POSSIBLE), and drop candidates too dear for any team below COST."""
    answer, policy = room.answer, data.policy
    answer[CHEAPEST] = INFINITE
    answer[ANY_LEAD] = INFINITE
    for at in range(count):
        room.visit[at, POSSIBLE] = 3
    for i in range(seen):
        who = room.seen[i, 0]
        answer[CHEAPEST] = min(answer[CHEAPEST], room.seen[i, 1])
        if data.person[who, LEADER]:
            answer[ANY_LEAD] = min(answer[ANY_LEAD], data.person[who, LEADER_COST])
        for at in range(count):
            room.visit[at, POSSIBLE] = min(room.visit[at, POSSIBLE], data.level[who, cases[at]])
    others = (policy[SIZE_LOW] - 1) * answer[CHEAPEST]
    spare = policy[W_EXTRA] + answer[CHEAPEST]
    if spare < 0:
        others += spare * (policy[SIZE_HIGH] - policy[SIZE_LOW])
    least = answer[FLOOR] + others + (answer[ANY_LEAD] if policy[NEED_LEADER] else 0)
    for at in range(count):
        least += policy[W_SPECIALIST] * room.visit[at, POSSIBLE]
    answer[ROOT] = least + answer[CHEAPEST]
    left = 0
    for i in range(seen):
        if least + room.seen[i, 1] < answer[COST]:
            room.seen[left, 0] = room.seen[i, 0]
            room.seen[left, 1] = room.seen[i, 1]
            left += 1
    return left


@njit(cache=True, nogil=True)
def _take(room, kept, i):  # type: ignore[no-untyped-def]
    """Move candidate i of `seen` to the kept ones."""
    room.kept[kept, WHO] = room.seen[i, 0]
    room.kept[kept, SEAT_COST] = room.seen[i, 1]
    room.kept[kept, DEAD] = 0
    room.seen[i, 0] = -1
    return kept + 1


@njit(cache=True, nogil=True)
def _keep(data, room, cases, count, seen, width):  # type: ignore[no-untyped-def]
    """Cut the candidates to pinned ones and the `width` best for every need (each case, quality, leader, anyone)."""
    kept = 0
    for at in range(count):
        for p in range(data.case[cases[at], FORCED_FROM], data.case[cases[at], FORCED_TO]):
            for i in range(seen):
                if room.seen[i, 0] == data.lists[p]:
                    kept = _take(room, kept, i)
    needs = count + 3
    if seen <= MAX_KEPT and seen <= max(40, 2 * width):
        for i in range(seen):
            if room.seen[i, 0] >= 0:
                kept = _take(room, kept, i)
        return kept
    room.answer[CUT] = 1
    width = min(width, (MAX_KEPT - kept) // needs)
    top = np.empty((needs, width), dtype=np.int64)
    value = np.empty((needs, width), dtype=np.int64)
    filled = np.zeros(needs, dtype=np.int64)
    price = data.policy[W_SPECIALIST]
    for i in range(seen):
        reviewer = room.seen[i, 0]
        if reviewer < 0:
            continue
        gain = 0
        for at in range(count):
            gain += price * (3 - data.level[reviewer, cases[at]])
        for need in range(needs):
            score = room.seen[i, 1] - gain
            if need < count:
                if data.level[reviewer, cases[need]] > min(2, data.policy[HARD_LEVEL]):
                    continue
                score -= price * (3 - data.level[reviewer, cases[need]]) * count
            elif need == count and not data.person[reviewer, QUALITY]:
                continue
            elif need == count + 1:
                if not data.person[reviewer, LEADER]:
                    continue
                score += data.person[reviewer, LEADER_COST]
            if filled[need] == width and score >= value[need, width - 1]:
                continue
            place = min(filled[need], width - 1)
            while place > 0 and value[need, place - 1] > score:
                value[need, place] = value[need, place - 1]
                top[need, place] = top[need, place - 1]
                place -= 1
            value[need, place] = score
            top[need, place] = i
            filled[need] = min(width, filled[need] + 1)
    for need in range(needs):
        for place in range(filled[need]):
            if room.seen[top[need, place], 0] >= 0:
                kept = _take(room, kept, top[need, place])
    return kept


@njit(cache=True, nogil=True)
def _seat_pinned(data, room, cases, count, kept):  # type: ignore[no-untyped-def]
    """Seat the pinned members first: how many, or -1 when they cannot sit together."""
    size = 0
    for at in range(count):
        for p in range(data.case[cases[at], FORCED_FROM], data.case[cases[at], FORCED_TO]):
            i = 0
            while i < kept and room.kept[i, WHO] != data.lists[p]:
                i += 1
            if i == kept:
                return -1
            if room.kept[i, DEAD]:
                continue
            if size >= data.policy[SIZE_HIGH] or not _seat(data, room, cases, count, size, i):
                return -1
            room.kept[i, DEAD] = 1
            size += 1
    return size


@njit(cache=True, nogil=True)
def best_team(data, state, room, cases, count, width, nodes, below, span_free, peak_free):  # type: ignore[no-untyped-def]
    """The cheapest team (with leader and visit starts) for `cases[:count]`, below the cost `below`; INFINITE when none is found.

    Visits must stand before document reviews in `cases`. `width` candidates per need and `nodes` search nodes bound the work.
    """
    answer = room.answer
    answer[COST] = below
    answer[SIZE] = 0
    answer[CUT] = 0
    if count == 0 or count > MAX_CASES:
        return INFINITE
    effort = 0
    for at in range(count):
        effort += data.case[cases[at], EFFORT]
    if effort > data.policy[EFFORT_HIGH]:
        return INFINITE
    seen = _candidates(data, state, room, cases, count, effort, peak_free)
    if seen < data.policy[SIZE_LOW]:
        return INFINITE
    answer[FLOOR] = data.policy[W_ROUTE] * shortest_order(data, cases, count)
    seen = _sift(data, room, cases, count, seen)
    if seen < data.policy[SIZE_LOW]:
        return INFINITE
    kept = _keep(data, room, cases, count, seen, width)
    room.node[0, LEAD] = INFINITE
    room.node[0, SUNK] = 0
    for at in range(count):
        room.node[0, BEST_LEVEL + at] = 3
        for w in range(room.common.shape[2]):
            room.common[0, at, w] = ~room.blocked[data.case[cases[at], HALF_DAYS], w]
    for i in range(kept):
        who = room.kept[i, WHO]
        for at in range(count):
            room.kept[i, OWN_LEVEL + at] = data.level[who, cases[at]]
            if data.case[cases[at], HALF_DAYS] > 0:
                _open_starts(data, state, who, cases[at], room.kept_starts[i, at])
    size = _seat_pinned(data, room, cases, count, kept)
    if size < 0:
        return INFINITE
    _branch(data, room, cases, count, size, kept, nodes, span_free)
    return answer[COST] if answer[SIZE] > 0 else INFINITE

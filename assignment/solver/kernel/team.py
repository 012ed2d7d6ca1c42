"""The best team and visit order for one set of cases, everything else fixed.

Branch and bound over members: branch on the need that fewest candidates can fill (a case without
specialist, the quality expert, the leader), bound by the cheapest way to fill the rest (`_bound`).
"""

from __future__ import annotations

from numba import uint64

from assignment.solver.kernel import compiled
from assignment.solver.kernel.candidates import candidates, keep, sift
from assignment.solver.kernel.data import (
    EFFORT,
    EFFORT_HIGH,
    FORCED_FROM,
    FORCED_TO,
    HALF_DAYS,
    HARD_LEVEL,
    LEADER,
    LEADER_COST,
    NEED_LEADER,
    NEED_QUALITY,
    NEED_SPECIALIST,
    QUALITY,
    SIZE_HIGH,
    SIZE_LOW,
    W_EXTRA,
    W_ROUTE,
    W_SPECIALIST,
)
from assignment.solver.kernel.needs import (
    COMPLETE,
    WANT_LEADER,
    cheapest_leader,
    fills,
    next_need,
    rivals,
)
from assignment.solver.kernel.order import schedule, shortest_order
from assignment.solver.kernel.room import (
    ANY_LEAD,
    BEST_LEVEL,
    CHEAPEST,
    CHILD,
    CHILD_SCORE,
    CHILDREN,
    CHOSEN,
    COST,
    CUT,
    DEAD,
    END,
    EXPERTS,
    FLOOR,
    HEAD,
    INFINITE,
    LEAD,
    LEADER_SEAT,
    MAX_CASES,
    NEXT,
    ORDERED_START,
    OWN_LEVEL,
    POSSIBLE,
    QUALITY_SEAT,
    SEAT_COST,
    SIZE,
    SPECIALIST,
    START,
    SUNK,
    TEAM,
    VISIT_END,
    WHO,
    open_starts,
)


@compiled
def _record(data, room, cases, count, size, span_free):  # type: ignore[no-untyped-def]
    """A complete team: price it, order its visits, and keep it when it is the best so far."""
    cost, leader = cheapest_leader(data, room, cases, count, size)
    cost += room.node[size, SUNK] + data.policy[W_EXTRA] * (size - data.policy[SIZE_LOW])
    for at in range(count):
        cost += data.policy[W_SPECIALIST] * room.node[size, BEST_LEVEL + at]
    answer = room.answer
    if cost + answer[FLOOR] >= answer[COST]:
        return
    visits = schedule(data, room, cases, count, size, answer[COST] - cost, span_free)
    if visits >= INFINITE:
        return
    answer[COST] = cost + visits
    answer[SIZE] = size
    answer[HEAD] = leader
    answer[END] = answer[VISIT_END]
    for seat in range(size):
        answer[TEAM + seat] = room.kept[room.node[seat, CHOSEN], WHO]
    for at in range(count):
        room.visit[at, START] = (
            room.visit[at, ORDERED_START] if data.case[cases[at], HALF_DAYS] > 0 else -1
        )


@compiled
def _bound(data, room, count, size, i):  # type: ignore[no-untyped-def]
    """No team with candidate i added to the chosen ones costs less: it either stops here or goes on
    with the best of everything.
    """
    policy, answer = data.policy, room.answer
    missing = max(0, policy[SIZE_LOW] - size - 1)
    needed = answer[CHEAPEST]  # at least this costs the dearest seat still to be filled
    sunk = (
        answer[FLOOR]
        + room.node[size, SUNK]
        + room.kept[i, SEAT_COST]
        + policy[W_EXTRA] * max(0, size + 1 - policy[SIZE_LOW])
    )
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
        if policy[NEED_SPECIALIST] and level > policy[HARD_LEVEL]:
            needed = max(needed, room.visit[at, SPECIALIST])
    if (
        policy[NEED_QUALITY]
        and room.node[size, EXPERTS] == 0
        and not data.person[room.kept[i, WHO], QUALITY]
    ):
        needed = max(needed, answer[QUALITY_SEAT])
    if lead >= INFINITE:
        needed = max(needed, answer[LEADER_SEAT])
    if needed >= INFINITE:
        return INFINITE
    going_on = INFINITE
    more = policy[W_EXTRA] + answer[CHEAPEST]
    if missing > 0:
        # Where a seat more is worth more than it costs, the team may grow beyond its least size.
        going_on = missing * answer[CHEAPEST]
        going_on += min(0, more) * (policy[SIZE_HIGH] - policy[SIZE_LOW])
    elif size + 1 < policy[SIZE_HIGH]:
        going_on = more if more >= 0 else more * (policy[SIZE_HIGH] - size - 1)
    if going_on < INFINITE:
        going_on += needed - answer[CHEAPEST] + policy[W_SPECIALIST] * best_levels
        going_on += min(lead, answer[ANY_LEAD]) if policy[NEED_LEADER] else 0
    stopping = INFINITE if missing > 0 else policy[W_SPECIALIST] * levels + lead
    return sunk + min(stopping, going_on)


@compiled
def _open_node(data, room, cases, count, size, kept, span_free):  # type: ignore[no-untyped-def]
    """Record the team if it is complete, and list the candidates worth adding, most promising
    first.
    """
    node, answer, policy = room.node, room.answer, data.policy
    node[size, CHILDREN] = 0
    node[size, NEXT] = 0
    need = next_need(data, room, cases, count, size, kept)
    if need == COMPLETE:
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
        if (
            room.kept[i, DEAD] != 0
            or not fills(data, room, i, need)
            or _bound(data, room, count, size, i) >= answer[COST]
        ):
            continue
        score = room.kept[i, SEAT_COST]
        for at in range(count):
            score -= policy[W_SPECIALIST] * max(
                0, node[size, BEST_LEVEL + at] - room.kept[i, OWN_LEVEL + at]
            )
        if need == WANT_LEADER:
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


@compiled
def _seat(data, room, cases, count, size, i):  # type: ignore[no-untyped-def]
    """Put candidate i in the next seat; false when a rival sits there or no common start is left
    for some case.
    """
    node = room.node
    who = room.kept[i, WHO]
    for seat in range(size):
        if rivals(data, who, room.kept[node[seat, CHOSEN], WHO]):
            return False
    for at in range(count):
        node[size + 1, BEST_LEVEL + at] = min(
            node[size, BEST_LEVEL + at], room.kept[i, OWN_LEVEL + at]
        )
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
    node[size + 1, EXPERTS] = node[size, EXPERTS] + data.person[who, QUALITY]
    own = data.person[who, LEADER_COST] if data.person[who, LEADER] else INFINITE
    node[size + 1, LEAD] = min(node[size, LEAD], own)
    return True


@compiled
def _branch(data, room, cases, count, root, kept, nodes, span_free):  # type: ignore[no-untyped-def]
    """Depth-first search below the `root` members already seated.

    A tried candidate is dead for its later siblings.
    """
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
        if _bound(data, room, count, size, i) >= room.answer[COST] or not _seat(
            data, room, cases, count, size, i
        ):
            continue
        if nodes <= 0:
            room.answer[CUT] = 1
            return
        nodes -= 1
        size += 1
        _open_node(data, room, cases, count, size, kept, span_free)


@compiled
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


@compiled
def _price_needs(data, room, count, kept):  # type: ignore[no-untyped-def]
    """The cheapest seat that fills each need: a specialist for each case, the quality expert, the
    leader.
    """
    answer = room.answer
    answer[QUALITY_SEAT] = INFINITE
    answer[LEADER_SEAT] = INFINITE
    for at in range(count):
        room.visit[at, SPECIALIST] = INFINITE
    for i in range(kept):
        cost, who = room.kept[i, SEAT_COST], room.kept[i, WHO]
        if data.person[who, QUALITY]:
            answer[QUALITY_SEAT] = min(answer[QUALITY_SEAT], cost)
        if data.person[who, LEADER]:
            answer[LEADER_SEAT] = min(answer[LEADER_SEAT], cost)
        for at in range(count):
            if room.kept[i, OWN_LEVEL + at] <= data.policy[HARD_LEVEL]:
                room.visit[at, SPECIALIST] = min(room.visit[at, SPECIALIST], cost)


@compiled
def best_team(data, state, room, cases, count, width, nodes, below, span_free, peak_free):  # type: ignore[no-untyped-def]
    """The cheapest team (with leader and visit starts) for `cases[:count]`, below the cost `below`;
    INFINITE when none is found.

    Visits must stand before document reviews in `cases`. `width` candidates per need and `nodes`
    search nodes bound the work.
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
    seen = candidates(data, state, room, cases, count, effort, peak_free)
    if seen < data.policy[SIZE_LOW]:
        return INFINITE
    answer[FLOOR] = data.policy[W_ROUTE] * shortest_order(data, cases, count)
    seen = sift(data, room, cases, count, seen)
    if seen < data.policy[SIZE_LOW]:
        return INFINITE
    kept = keep(data, room, cases, count, seen, width)
    room.node[0, LEAD] = INFINITE
    room.node[0, SUNK] = 0
    room.node[0, EXPERTS] = 0
    for at in range(count):
        room.node[0, BEST_LEVEL + at] = 3
        for w in range(room.common.shape[2]):
            room.common[0, at, w] = ~room.blocked[data.case[cases[at], HALF_DAYS], w]
    for i in range(kept):
        who = room.kept[i, WHO]
        for at in range(count):
            room.kept[i, OWN_LEVEL + at] = data.level[cases[at], who]
            if data.case[cases[at], HALF_DAYS] > 0:
                open_starts(data, state, who, cases[at], room.kept_starts[i, at])
    _price_needs(data, room, count, kept)
    size = _seat_pinned(data, room, cases, count, kept)
    if size < 0:
        return INFINITE
    _branch(data, room, cases, count, size, kept, nodes, span_free)
    return answer[COST] if answer[SIZE] > 0 else INFINITE

"""Who may sit in a group, and which of them are worth a look."""

from __future__ import annotations

import numpy as np

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import lowest, without_lowest
from assignment.solver.kernel.data import (
    CARRIED,
    FORCED_FROM,
    FORCED_TO,
    HARD_LEVEL,
    LEADER,
    LEADER_COST,
    MAX_EFFORT,
    NEED_LEADER,
    QUALITY,
    SIZE_HIGH,
    SIZE_LOW,
    W_EXTRA,
    W_PEAK,
    W_SPECIALIST,
    W_WORKLOAD,
)
from assignment.solver.kernel.room import (
    ANY_LEAD,
    CHEAPEST,
    COST,
    CUT,
    DEAD,
    FLOOR,
    INFINITE,
    LOAD,
    MAX_KEPT,
    POSSIBLE,
    PRICE,
    ROOT,
    SEAT_COST,
    WHO,
)


@compiled
def candidates(data, state, room, cases, count, effort, peak_free):  # type: ignore[no-untyped-def]
    """Everyone who may sit: not barred, free at some start of each case, with effort and a group
    left; with the cost of the seat.
    """
    seen = 0
    for v in range(state.free.shape[0]):
        word = state.free[v]
        for at in range(count):
            word &= data.open_to[cases[at], v]
        while word:
            reviewer = v * 64 + lowest(word)  # type: ignore[call-arg]
            word = without_lowest(word)
            if state.tally[reviewer, LOAD] + effort > data.person[reviewer, MAX_EFFORT]:
                continue
            before = data.person[reviewer, CARRIED] + state.tally[reviewer, LOAD]
            cost = (
                data.policy[W_WORKLOAD] * effort * (2 * before + effort)
                + state.tally[reviewer, PRICE]
            )
            cost += data.policy[W_PEAK] * max(0, before + effort - peak_free)
            for at in range(count):
                cost += data.pair_cost[cases[at], reviewer]
            room.seen[seen, 0] = reviewer
            room.seen[seen, 1] = cost
            seen += 1
    return seen


@compiled
def sift(data, room, cases, count, seen):  # type: ignore[no-untyped-def]
    """Set what the best team can hope for (CHEAPEST, ANY_LEAD, POSSIBLE), and drop candidates too
    dear for any team below COST.
    """
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
            room.visit[at, POSSIBLE] = min(room.visit[at, POSSIBLE], data.level[cases[at], who])
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


@compiled
def take(room, kept, i):  # type: ignore[no-untyped-def]
    """Move candidate i of `seen` to the kept ones."""
    room.kept[kept, WHO] = room.seen[i, 0]
    room.kept[kept, SEAT_COST] = room.seen[i, 1]
    room.kept[kept, DEAD] = 0
    room.seen[i, 0] = -1
    return kept + 1


@compiled
def keep(data, room, cases, count, seen, width):  # type: ignore[no-untyped-def]
    """Cut the candidates to pinned ones and the `width` best for every need (each case, quality,
    leader, anyone).
    """
    kept = 0
    for at in range(count):
        for p in range(data.case[cases[at], FORCED_FROM], data.case[cases[at], FORCED_TO]):
            for i in range(seen):
                if room.seen[i, 0] == data.lists[p]:
                    kept = take(room, kept, i)
    needs = count + 3
    if seen <= MAX_KEPT and seen <= max(40, 2 * width):
        for i in range(seen):
            if room.seen[i, 0] >= 0:
                kept = take(room, kept, i)
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
            gain += price * (3 - data.level[cases[at], reviewer])
        for need in range(needs):
            score = room.seen[i, 1] - gain
            if need < count:
                if data.level[cases[need], reviewer] > min(2, data.policy[HARD_LEVEL]):
                    continue
                score -= price * (3 - data.level[cases[need], reviewer]) * count
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
                kept = take(room, kept, top[need, place])
    return kept

"""What a team still lacks (H02, H03, H04), who can supply it, and who may not sit beside whom (H06,
H07).
"""

from __future__ import annotations

from assignment.solver.kernel import compiled
from assignment.solver.kernel.data import (
    EMPLOYER,
    FIXED_LEADER,
    HARD_LEVEL,
    LEADER,
    LEADER_COST,
    NEED_LEADER,
    NEED_QUALITY,
    NEED_SPECIALIST,
    PREVIOUS_LEADER,
    QUALITY,
    RIVALS_FROM,
    RIVALS_TO,
    SIZE_LOW,
    W_CHANGES,
)
from assignment.solver.kernel.room import BEST_LEVEL, CHOSEN, DEAD, INFINITE, OWN_LEVEL, WHO


@compiled
def rivals(data, one, other):  # type: ignore[no-untyped-def]
    """H06, H07: may the two not sit in one group?"""
    if data.person[one, EMPLOYER] == data.person[other, EMPLOYER]:
        return True
    for at in range(data.person[one, RIVALS_FROM], data.person[one, RIVALS_TO]):
        if data.lists[at] == other:
            return True
    return False


@compiled
def cheapest_leader(data, room, cases, count, size):  # type: ignore[no-untyped-def]
    """The cheapest qualified leader of the chosen team: (cost, reviewer); (INFINITE, -1) when one
    is needed and none is there.
    """
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


@compiled
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
WANT_QUALITY, WANT_SECOND, WANT_LEADER, WANT_ANY, COMPLETE = 100, 200, 300, 400, 500


@compiled
def next_need(data, room, cases, count, size, kept):  # type: ignore[no-untyped-def]
    """The need of the chosen team that fewest candidates can fill (200 + case: one person would
    fill two needs of the case).
    """
    if data.policy[NEED_SPECIALIST]:
        fewest, need = INFINITE, -1
        for at in range(count):
            if room.node[size, BEST_LEVEL + at] <= data.policy[HARD_LEVEL]:
                continue
            able = 0
            for i in range(kept):
                able += (
                    room.kept[i, DEAD] == 0
                    and room.kept[i, OWN_LEVEL + at] <= data.policy[HARD_LEVEL]
                )
            if able < fewest:
                fewest, need = able, at
        if need >= 0:
            return need
    if data.policy[NEED_QUALITY]:
        found = False
        for seat in range(size):
            found |= data.person[room.kept[room.node[seat, CHOSEN], WHO], QUALITY] != 0
        if not found:
            return WANT_QUALITY
        alone = _one_seat_for_two_needs(data, room, count, size)
        if alone >= 0:
            return WANT_SECOND + alone
    if data.policy[NEED_LEADER] and cheapest_leader(data, room, cases, count, size)[0] >= INFINITE:
        return WANT_LEADER
    return WANT_ANY if size < data.policy[SIZE_LOW] else COMPLETE


@compiled
def fills(data, room, i, need):  # type: ignore[no-untyped-def]
    if need < WANT_QUALITY:
        return room.kept[i, OWN_LEVEL + need] <= data.policy[HARD_LEVEL]
    quality = data.person[room.kept[i, WHO], QUALITY] != 0
    if need == WANT_QUALITY:
        return quality
    if need < WANT_LEADER:
        return quality or room.kept[i, OWN_LEVEL + need - WANT_SECOND] <= data.policy[HARD_LEVEL]
    return need != WANT_LEADER or data.person[room.kept[i, WHO], LEADER] != 0

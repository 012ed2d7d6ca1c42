"""What no team for a set of cases undercuts: the cheapest team of the least size, the order of its
visits left out.

Reviewers are numbered anew for every effort, the cheapest first, so that the lowest bit of a set of
candidates is its cheapest member. Branch and bound on the need that fewest can fill, as in the
exact search; matches that are less than the best possible and leaders of different seniority are
tried one after the other, so that each search compares nothing but the prices of seats.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types, uint64
from numba.extending import intrinsic

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import drop, has, lowest, words_for
from assignment.solver.kernel.data import (
    CARRIED,
    HALF_DAYS,
    HARD_LEVEL,
    LEADER,
    LEADER_COST,
    MAX_EFFORT,
    MAX_GROUPS,
    NEED_LEADER,
    NEED_QUALITY,
    NEED_SPECIALIST,
    QUALITY,
    SIZE_HIGH,
    SIZE_LOW,
    W_EXTRA,
    W_SPECIALIST,
    W_WORKLOAD,
    Data,
    Ints,
    Words,
)
from assignment.solver.kernel.needs import rivals
from assignment.solver.kernel.room import INFINITE, MAX_CASES

TIES = 50_000  # candidates that one search looks at before it is content with what it has excluded


class Ranks(NamedTuple):
    """Reviewers by effort of the group and then by what their seat costs."""

    seat: Ints  # [E + 1, R, 2] by WHO, COST
    sets: Words  # [E + 1, ABLE + 1 + 3 * N + L, V]: see `row_of`
    leader: Ints  # [L] costs of leaders, ascending


class Desk(NamedTuple):
    """Working space, a row per seat."""

    sets: Words  # [M + 1, 2, V] by ALIVE, TRY
    common: Words  # [M + 1, MAX_CASES, W] starts open to all who sit
    ints: Ints  # [M + 1, 4] by SUNK, MISSING, WHO_SITS, HAS_QUALITY
    union: Words  # [W]
    looks: Ints  # [1] candidates still to be looked at
    team: Ints  # [M] the best team found; -1 first when there is none of the least size


WHO, COST = range(2)
QUALIFIED, ABLE, FIRST = (
    0,
    1,
    2,
)  # rows of Ranks.sets; then OPEN, BEST, HARD of each case, then leaders by cost
OPEN, BEST, HARD = range(3)
ALIVE, TRY = range(2)
SUNK, MISSING, SITS, KNOWS = range(4)


@intrinsic
def ones(context, word):  # type: ignore[no-untyped-def]
    """How many bits are set: one machine instruction."""

    def emit(context, builder, signature, args):  # type: ignore[no-untyped-def]
        return builder.ctpop(args[0])

    return types.int64(types.uint64), emit


def empty_desk(data: Data) -> Desk:
    seats, words = int(data.policy[SIZE_HIGH]), data.starts.shape[2]
    return Desk(
        sets=np.zeros((seats + 1, 2, data.open_to.shape[1]), dtype=np.uint64),
        common=np.zeros((seats + 1, MAX_CASES, words), dtype=np.uint64),
        ints=np.zeros((seats + 1, 4), dtype=np.int64),
        union=np.zeros(words, dtype=np.uint64),
        looks=np.zeros(1, dtype=np.int64),
        team=np.zeros(int(data.policy[SIZE_LOW]), dtype=np.int64),
    )


def rank(data: Data, seat_price: Ints, most: int) -> Ranks:
    """The tables for these prices, for groups of up to `most` effort."""
    person, policy = data.person, data.policy
    cases, count = data.level.shape
    able = person[:, MAX_GROUPS] > 0
    best = data.level[:, able].min(axis=1, initial=3)
    open_to = np.unpackbits(data.open_to.view(np.uint8), axis=1, bitorder="little")[
        :, :count
    ].astype(bool)
    hard = data.level <= (policy[HARD_LEVEL] if policy[NEED_SPECIALIST] else 3)
    leads = person[:, LEADER] > 0 if policy[NEED_LEADER] else np.ones(count, dtype=bool)
    lead_cost = person[:, LEADER_COST] if policy[NEED_LEADER] else np.zeros(count, dtype=np.int64)
    classes = np.unique(lead_cost[leads & able])
    masks = [person[:, QUALITY] > 0 if policy[NEED_QUALITY] else np.ones(count, dtype=bool), able]
    for case in range(cases):
        masks += [open_to[case], (data.level[case] <= best[case]) & hard[case], hard[case]]
    masks += [leads & (lead_cost <= cost) for cost in classes]
    table = np.array(masks)
    seat = np.zeros((most + 1, count, 2), dtype=np.int64)
    sets = np.zeros((most + 1, len(masks), words_for(count)), dtype=np.uint64)
    padded = np.zeros((len(masks), words_for(count) * 64), dtype=bool)
    for effort in range(most + 1):
        cost = 2 * policy[W_WORKLOAD] * effort * person[:, CARRIED] + seat_price
        order = np.argsort(cost, kind="stable")
        seat[effort, :, WHO], seat[effort, :, COST] = order, cost[order]
        padded[:, :count] = table[:, order]
        padded[ABLE, :count] &= person[order, MAX_EFFORT] >= effort
        sets[effort] = np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
    return Ranks(seat, sets, classes.astype(np.int64))


@compiled
def list_seat(ranks, desk, cases, count, effort, depth, last, kind, leaders):  # type: ignore[no-untyped-def]
    """List who may take the seat at `depth`: those who fill the need that fewest can fill; for the
    last seat, all that is missing.
    """
    sets, state, ints = ranks.sets[effort], desk.sets[depth], desk.ints[depth]
    words = state.shape[1]
    for v in range(words):
        state[TRY, v] = state[ALIVE, v]
    if last:
        for at in range(count):
            if (ints[MISSING] >> at) & 1:
                row = FIRST + 3 * cases[at] + kind
                for v in range(words):
                    state[TRY, v] &= sets[row, v]
        for v in range(words):
            if ints[KNOWS] & 1 == 0:
                state[TRY, v] &= sets[QUALIFIED, v]
            if ints[KNOWS] & 2 == 0:
                state[TRY, v] &= sets[leaders, v]
        return
    fewest, need = np.int64(1 << 40), -1
    for at in range(count + 2):
        if at < count:
            if (ints[MISSING] >> at) & 1 == 0:
                continue
            row = FIRST + 3 * cases[at] + kind
        elif at == count:
            if ints[KNOWS] & 1:
                continue
            row = QUALIFIED
        else:
            if ints[KNOWS] & 2:
                continue
            row = leaders
        able = np.int64(0)
        for v in range(words):
            able += ones(state[ALIVE, v] & sets[row, v])  # type: ignore[call-arg]
        if able < fewest:
            fewest, need = able, row
    if need >= 0:
        for v in range(words):
            state[TRY, v] &= sets[need, v]


@compiled
def sit(data, ranks, desk, cases, count, effort, depth, kind, leaders, at_rank):  # type: ignore[no-untyped-def]
    """Seat the candidate: what the pairs cost, or INFINITE when a rival sits or some case has no
    common start left.
    """
    who = ranks.seat[effort, at_rank, WHO]
    for seat in range(depth):
        if rivals(data, who, desk.ints[seat, SITS]):
            return INFINITE
    extra = np.int64(0)
    sets, here, there = ranks.sets[effort], desk.ints[depth], desk.ints[depth + 1]
    missing = here[MISSING]
    for at in range(count):
        case = cases[at]
        extra += data.pair_cost[case, who]
        if data.case[case, HALF_DAYS] > 0:
            some = uint64(0)
            for w in range(desk.common.shape[2]):
                both = desk.common[depth, at, w] & data.starts[who, case, w]
                desk.common[depth + 1, at, w] = both
                some |= both
            if some == 0:
                return INFINITE
        if has(sets[FIRST + 3 * case + kind], at_rank):
            missing &= ~(1 << at)
    if depth > 0 and not _room_for_all(data, desk, cases, count, depth + 1):
        return INFINITE
    here[SITS] = who
    there[MISSING] = missing
    there[KNOWS] = here[KNOWS] | has(sets[QUALIFIED], at_rank) | (2 * has(sets[leaders], at_rank))
    return extra


@compiled
def _room_for_all(data, desk, cases, count, depth):  # type: ignore[no-untyped-def]
    """Do the slots that visits of at least some length can fill suffice for all of these, for every
    length?
    """
    words = desk.common.shape[2]
    longest = 0
    for at in range(count):
        longest = max(longest, data.case[cases[at], HALF_DAYS])
    desk.union[:] = uint64(0)
    needed = 0
    for length in range(longest, 0, -1):
        added = 0
        for at in range(count):
            if data.case[cases[at], HALF_DAYS] != length:
                continue
            added += length
            for w in range(words):
                word = desk.common[depth, at, w]
                filled = word
                before = desk.common[depth, at, w - 1] if w > 0 else uint64(0)
                for shift in range(1, min(length, 64)):
                    filled |= (word << uint64(shift)) | (before >> uint64(64 - shift))
                desk.union[w] |= filled
        if added == 0:
            continue
        needed += added
        room = 0
        for w in range(words):
            room += ones(desk.union[w])  # type: ignore[call-arg]
        if room < needed:
            return False
    return True


@compiled
def begin(desk, count):  # type: ignore[no-untyped-def]
    """Nobody sits, everything is missing."""
    desk.ints[0, SUNK] = 0
    desk.ints[0, KNOWS] = 0
    desk.ints[0, MISSING] = (1 << count) - 1


@compiled
def next_two(state):  # type: ignore[no-untyped-def]
    """The cheapest candidate still to be tried, and the cheapest who may sit at all; -1 where there
    is none.
    """
    pick, cheap = -1, -1
    for v in range(state.shape[1]):
        if pick < 0 and state[TRY, v]:
            pick = v * 64 + lowest(state[TRY, v])  # type: ignore[call-arg]
        if cheap < 0 and state[ALIVE, v]:
            cheap = v * 64 + lowest(state[ALIVE, v])  # type: ignore[call-arg]
    return pick, cheap


@compiled
def strike(state, at_rank):  # type: ignore[no-untyped-def]
    """The candidate is tried: neither here nor for the seats after this one again."""
    drop(state[TRY], at_rank)
    drop(state[ALIVE], at_rank)


@compiled
def _cheapest(data, ranks, desk, cases, count, effort, kind, leaders, below):  # type: ignore[no-untyped-def]
    """The cheapest seats of a team that has all it needs, if below `below`; else `below`."""
    seats = data.policy[SIZE_LOW]
    best = below
    begin(desk, count)
    depth = 0
    list_seat(ranks, desk, cases, count, effort, 0, seats == 1, kind, leaders)
    words = desk.sets.shape[2]
    while depth >= 0:
        state = desk.sets[depth]
        pick, cheap = next_two(state)
        if pick < 0:
            depth -= 1
            continue
        cost = desk.ints[depth, SUNK] + ranks.seat[effort, pick, COST]
        if cost + (seats - 1 - depth) * ranks.seat[effort, cheap, COST] >= best:
            depth -= 1
            continue
        strike(state, pick)
        desk.looks[0] -= 1
        if desk.looks[0] < 0:
            # What has not been looked at costs no less than the cheapest seats, and the seat to be
            # filled at the top.
            return min(best, _floor(ranks, desk, effort, seats))
        cost += sit(data, ranks, desk, cases, count, effort, depth, kind, leaders, pick)
        if cost >= best:
            continue
        if depth == seats - 1:
            best = cost
            for seat in range(seats):
                desk.team[seat] = desk.ints[seat, SITS]
            continue
        desk.ints[depth + 1, SUNK] = cost
        for v in range(words):
            desk.sets[depth + 1, ALIVE, v] = state[ALIVE, v]
        depth += 1
        list_seat(ranks, desk, cases, count, effort, depth, depth == seats - 1, kind, leaders)
    return best


@compiled
def _floor(ranks, desk, effort, seats):  # type: ignore[no-untyped-def]
    """The cheapest `seats` of everybody, whoever they are."""
    total = np.int64(0)
    for at in range(min(seats, ranks.seat.shape[1])):
        total += ranks.seat[effort, at, COST]
    return total


@compiled
def gather(data, ranks, desk, cases, count, effort, wanted):  # type: ignore[no-untyped-def]
    """Let everybody stand who may serve all the cases: how many, up to `wanted`, and what the
    cheapest of so many cost.
    """
    sets, words = ranks.sets[effort], desk.sets.shape[2]
    found, cost = 0, np.int64(0)
    for v in range(words):
        word = sets[ABLE, v]
        for at in range(count):
            word &= sets[FIRST + 3 * cases[at] + OPEN, v]
        desk.sets[0, ALIVE, v] = word
        while word and found < wanted:
            cost += ranks.seat[effort, v * 64 + lowest(word), COST]  # type: ignore[call-arg]
            word &= word - uint64(1)
            found += 1
    for at in range(count):
        for w in range(desk.common.shape[2]):
            desk.common[0, at, w] = ~uint64(0)
    return found, cost


@compiled
def cover(data, ranks, desk, cases, count, effort, below):  # type: ignore[no-untyped-def]
    """No team for `cases[:count]` and a group of `effort` costs less than this, or less than
    `below`; unavoidable matches left out.
    """
    policy = data.policy
    seats = policy[SIZE_LOW]
    square = policy[W_WORKLOAD] * effort * effort
    desk.team[0] = -1
    found, cost = gather(data, ranks, desk, cases, count, effort, seats + 1)
    if found < seats or ranks.leader.shape[0] == 0:
        return INFINITE
    best = below
    if policy[SIZE_HIGH] > seats and found > seats:
        best = min(best, cost + (seats + 1) * square + policy[W_EXTRA] + ranks.leader[0])
    best -= seats * square
    first = FIRST + 3 * data.case.shape[0]
    alive = desk.sets[0, ALIVE].copy()
    for kind in (BEST, HARD):
        worse = policy[W_SPECIALIST] if kind == HARD else 0
        for turn in range(ranks.leader.shape[0]):
            more = worse + ranks.leader[turn]
            if more >= best:
                break
            desk.sets[0, ALIVE] = alive
            desk.looks[0] = TIES
            best = min(
                best,
                more
                + _cheapest(
                    data, ranks, desk, cases, count, effort, kind, first + turn, best - more
                ),
            )
    return best + seats * square

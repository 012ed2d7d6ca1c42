"""A plan as arrays: groups are formed on it, taken off it, and priced."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import drop, put
from assignment.solver.kernel.data import (
    CARRIED,
    EFFORT,
    EFFORT_LOW,
    HALF_DAYS,
    LEADER_COST,
    MAX_GROUPS,
    PLACE,
    PREVIOUS_LEADER,
    PREVIOUS_START,
    SIZE_HIGH,
    SIZE_LOW,
    W_CHANGES,
    W_EXTRA,
    W_ROUTE,
    W_SPAN,
    W_SPECIALIST,
    W_WORKLOAD,
    Data,
    Ints,
)
from assignment.solver.kernel.order import shortest_order
from assignment.solver.kernel.room import (
    END,
    HEAD,
    INFINITE,
    JOINED,
    LOAD,
    MAX_CASES,
    SIZE,
    START,
    TEAM,
    State,
    block_full_slots,
)
from assignment.solver.kernel.team import best_team

AT_ONCE = 4  # groups that one move may change
SHORT = 5_000  # price of each half-day a group stays below its least effort (H16)

# columns of Sheet.group: FIRST is the leader, CORE the cost without workload and span
COUNT, SEATS, FIRST, CORE, LAST_SLOT, WORK = range(6)


class Sheet(NamedTuple):
    """A plan as arrays; a group with COUNT 0 is an unused row.

    One sheet is searched, a second one keeps the best.
    """

    group: Ints  # [G, 6]
    cases: Ints  # [G, MAX_CASES]
    team: Ints  # [G, M]
    of: Ints  # [N] group of the case, -1 unassigned
    start: Ints  # [N] first slot, -1 none
    total: Ints  # [1] cost of the whole plan


class Move(NamedTuple):
    """Up to AT_ONCE groups with the cases they are to have."""

    rows: Ints  # [AT_ONCE]
    counts: Ints  # [AT_ONCE]
    cases: Ints  # [AT_ONCE, MAX_CASES]
    size: Ints  # [1]


class Rules(NamedTuple):
    """What steers the search beside the data; whole numbers, by the names below."""

    values: Ints
    block: Ints  # [N] cases pinned together share a block number
    near: Ints  # [N, K] related cases, nearest first


# entries of Rules.values: MISSING prices a case left out; NO_REFUND says that no seat costs less
# than nothing
PANEL, GROUPS_LOW, GROUPS_HIGH, WIDTH, NODES, MISSING, PEAK_FREE, NO_REFUND = range(8)


def empty_sheet(data: Data, rows: int) -> Sheet:
    seats = int(data.policy[SIZE_HIGH])
    return Sheet(
        group=np.zeros((rows, 6), dtype=np.int64),
        cases=np.zeros((rows, MAX_CASES), dtype=np.int64),
        team=np.full((rows, seats), -1, dtype=np.int64),
        of=np.full(len(data.case), -1, dtype=np.int64),
        start=np.full(len(data.case), -1, dtype=np.int64),
        total=np.zeros(1, dtype=np.int64),
    )


def empty_move() -> Move:
    return Move(
        rows=np.zeros(AT_ONCE, dtype=np.int64),
        counts=np.zeros(AT_ONCE, dtype=np.int64),
        cases=np.zeros((AT_ONCE, MAX_CASES), dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )


def empty_state(data: Data) -> State:
    """Nobody serves yet."""
    reviewers, words = len(data.person), data.open_to.shape[1]
    free = np.zeros(words, dtype=np.uint64)
    for reviewer in range(reviewers):
        if data.person[reviewer, MAX_GROUPS] > 0:
            free[reviewer >> 6] |= np.uint64(1) << np.uint64(reviewer & 63)
    return State(
        free=free,
        tally=np.zeros((reviewers, 3), dtype=np.int64),
        busy=np.zeros((reviewers, len(data.day)), dtype=np.int16),
        usage=np.zeros(len(data.day), dtype=np.int64),
    )


@compiled
def lift(data, state, sheet, row, sign):  # type: ignore[no-untyped-def]
    """Take a group's people and slots out of the state (sign -1), or enter them (sign 1); by how
    much the workload cost changes.
    """
    effort = sheet.group[row, WORK]
    change = 0
    for seat in range(sheet.group[row, SEATS]):
        reviewer = sheet.team[row, seat]
        before = data.person[reviewer, CARRIED] + state.tally[reviewer, LOAD]
        state.tally[reviewer, LOAD] += sign * effort
        after = before + sign * effort
        change += data.policy[W_WORKLOAD] * (after * after - before * before)
        state.tally[reviewer, JOINED] += sign
        if state.tally[reviewer, JOINED] >= data.person[reviewer, MAX_GROUPS]:
            drop(state.free, reviewer)
        else:
            put(state.free, reviewer)
    for at in range(sheet.group[row, COUNT]):
        case = sheet.cases[row, at]
        sheet.of[case] = row if sign > 0 else -1
        start = sheet.start[case]
        if start < 0:
            continue
        mark = data.case[case, PLACE] + 1 if sign > 0 else 0
        for slot in range(start, start + data.case[case, HALF_DAYS]):
            state.usage[slot] += sign
            for seat in range(sheet.group[row, SEATS]):
                state.busy[sheet.team[row, seat], slot] = mark
    return change


@compiled
def form(data, state, room, sheet, rules, row, cases, count, below, span_free):  # type: ignore[no-untyped-def]
    """Staff `cases` as group `row` and enter it; its cost with the span it adds, or INFINITE (and
    nothing entered).
    """
    ordered = np.empty(MAX_CASES, dtype=np.int64)
    filled, work = 0, 0
    for with_visit in range(2):
        for at in range(count):
            if (data.case[cases[at], HALF_DAYS] > 0) == (with_visit == 0):
                ordered[filled] = cases[at]
                filled += 1
    for at in range(count):
        work += data.case[cases[at], EFFORT]
    short = SHORT * max(0, data.policy[EFFORT_LOW] - work)
    block_full_slots(data, state, room)
    v = rules.values
    cost = best_team(
        data,
        state,
        room,
        ordered,
        count,
        v[WIDTH],
        v[NODES],
        below - short,
        span_free,
        v[PEAK_FREE],
    )
    if cost >= INFINITE:
        return INFINITE
    group, answer = sheet.group, room.answer
    group[row, COUNT] = count
    group[row, SEATS] = answer[SIZE]
    group[row, FIRST] = answer[HEAD]
    group[row, LAST_SLOT] = answer[END]
    group[row, WORK] = work
    for seat in range(answer[SIZE]):
        sheet.team[row, seat] = answer[TEAM + seat]
    for at in range(count):
        sheet.cases[row, at] = ordered[at]
        sheet.start[ordered[at]] = room.visit[at, START]
    workload = lift(data, state, sheet, row, 1)
    group[row, CORE] = (
        cost + short - workload - data.policy[W_SPAN] * max(0, group[row, LAST_SLOT] - span_free)
    )
    return cost + short


@compiled
def least_cost(data, cases, count):  # type: ignore[no-untyped-def]
    """No group of these cases costs less, whoever serves in it: the squares of the effort, the
    shortest path, and what it is short of the least effort.
    """
    work = 0
    for at in range(count):
        work += data.case[cases[at], EFFORT]
    return (
        data.policy[SIZE_LOW] * data.policy[W_WORKLOAD] * work * work
        + data.policy[W_ROUTE] * shortest_order(data, cases, count)
        + SHORT * max(0, data.policy[EFFORT_LOW] - work)
    )


@compiled
def last_slot(sheet):  # type: ignore[no-untyped-def]
    last = 0
    for row in range(sheet.group.shape[0]):
        if sheet.group[row, COUNT]:
            last = max(last, sheet.group[row, LAST_SLOT])
    return last


@compiled
def price(data, state, sheet, rules):  # type: ignore[no-untyped-def]
    """Cost of the whole plan: groups, workload, span, and cases left out."""
    total = data.policy[W_SPAN] * last_slot(sheet)
    for reviewer in range(state.tally.shape[0]):
        load = state.tally[reviewer, LOAD]
        total += data.policy[W_WORKLOAD] * load * (2 * data.person[reviewer, CARRIED] + load)
    for row in range(sheet.group.shape[0]):
        if sheet.group[row, COUNT]:
            total += sheet.group[row, CORE]
    for case in range(sheet.of.shape[0]):
        if sheet.of[case] < 0:
            total += rules.values[MISSING]
    return total


@compiled
def copy_sheet(source, target):  # type: ignore[no-untyped-def]
    target.group[:] = source.group
    target.cases[:] = source.cases
    target.team[:] = source.team
    target.of[:] = source.of
    target.start[:] = source.start
    target.total[:] = source.total


@compiled
def enter(data, state, sheet, rules):  # type: ignore[no-untyped-def]
    """Make the (empty) state that of a sheet whose groups were filled in from outside: COUNT,
    SEATS, FIRST, cases, team and start.
    """
    for row in range(sheet.group.shape[0]):
        group = sheet.group[row]
        group[LAST_SLOT] = 0
        group[WORK] = 0
        if group[COUNT] == 0:
            continue
        cost = data.policy[W_EXTRA] * (group[SEATS] - data.policy[SIZE_LOW])
        if group[FIRST] >= 0:
            cost += data.person[group[FIRST], LEADER_COST]
        for at in range(group[COUNT]):
            cost += _case_cost(data, sheet, row, sheet.cases[row, at])
        cost += data.policy[W_ROUTE] * _minutes(data, sheet, row)
        group[CORE] = cost + SHORT * max(0, data.policy[EFFORT_LOW] - group[WORK])
        lift(data, state, sheet, row, 1)
    sheet.total[0] = price(data, state, sheet, rules)


@compiled
def _case_cost(data, sheet, row, case):  # type: ignore[no-untyped-def]
    """What one case of a filled-in group costs, workload and travel between cases apart; also adds
    it to WORK and LAST_SLOT.
    """
    group, level, cost = sheet.group[row], 3, 0
    group[WORK] += data.case[case, EFFORT]
    for seat in range(group[SEATS]):
        level = min(level, data.level[case, sheet.team[row, seat]])
        cost += data.pair_cost[case, sheet.team[row, seat]]
    start, before = sheet.start[case], data.case[case, PREVIOUS_START]
    if start >= 0:
        group[LAST_SLOT] = max(group[LAST_SLOT], start + data.case[case, HALF_DAYS])
        cost += data.policy[W_CHANGES] * (before >= 0 and before != start)
    former = data.case[case, PREVIOUS_LEADER]
    cost += data.policy[W_CHANGES] * (former >= 0 and former != group[FIRST])
    return cost + data.policy[W_SPECIALIST] * level


@compiled
def _minutes(data, sheet, row):  # type: ignore[no-untyped-def]
    """Travel between the visits of a group in the order of their starts."""
    minutes, slot, before = 0, -1, -1
    while True:
        after = -1
        for at in range(sheet.group[row, COUNT]):
            case = sheet.cases[row, at]
            if sheet.start[case] > slot and (after < 0 or sheet.start[case] < sheet.start[after]):
                after = case
        if after < 0:
            return minutes
        if before >= 0:
            minutes += data.travel[data.case[before, PLACE], data.case[after, PLACE]]
        before, slot = after, sheet.start[after]

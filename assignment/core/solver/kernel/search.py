"""Annealing over the partition of cases into groups, each changed group re-staffed by `best_team`.

Simulated annealing (Kirkpatrick et al., Science 220, 1983) with ruin-and-recreate moves (Schrimpf et al., J. Comput. Phys. 159, 2000):
a move changes the case sets of a few groups, lifts these groups off the plan, and forms them anew one after the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64

from assignment.core.solver.kernel.bits import drop, put
from assignment.core.solver.kernel.data import (
    CARRIED,
    EFFORT,
    EFFORT_HIGH,
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
from assignment.core.solver.kernel.team import (
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
    best_team,
    block_full_slots,
)

AT_ONCE = 4  # groups that one move may change
SHORT = 5_000  # price of each half-day a group stays below its least effort (H16)

# columns of Sheet.group: FIRST is the leader, CORE the cost without workload and span
COUNT, SEATS, FIRST, CORE, LAST_SLOT, WORK = range(6)


class Sheet(NamedTuple):
    """A plan as arrays; a group with COUNT 0 is an unused row. One sheet is searched, a second one keeps the best."""

    group: Ints  # [G, 6]
    cases: Ints  # [G, MAX_CASES]
    team: Ints  # [G, M]
    of: Ints  # [N] group of the case, -1 unassigned
    start: Ints  # [N] first slot, -1 none
    total: Ints  # [1] cost of the whole plan


class Move(NamedTuple):
    """Up to AT_ONCE groups with the cases they are to have."""

    rows: Ints  # [AT_ONCE]
    count: Ints  # [AT_ONCE]
    cases: Ints  # [AT_ONCE, MAX_CASES]
    size: Ints  # [1]


class Rules(NamedTuple):
    """What steers the search beside the data; whole numbers, by the names below."""

    values: Ints
    block: Ints  # [N] cases pinned together share a block number
    near: Ints  # [N, K] related cases, nearest first


# entries of Rules.values: MISSING prices a case left out; NO_REFUND says that no seat costs less than nothing
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
        count=np.zeros(AT_ONCE, dtype=np.int64),
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


@njit(cache=True, nogil=True)
def _draw(rng, below):  # type: ignore[no-untyped-def]
    """A whole number in [0, below): xorshift64* (Vigna, ACM TOMS 42, 2016), its state in rng[0]."""
    x = rng[0]
    x ^= x >> uint64(12)
    x ^= x << uint64(25)
    x ^= x >> uint64(27)
    rng[0] = x
    return np.int64((x * uint64(2685821657736338717)) >> uint64(33)) % below


@njit(cache=True, nogil=True)
def _lift(data, state, sheet, row, sign):  # type: ignore[no-untyped-def]
    """Take a group's people and slots out of the state (sign -1), or enter them (sign 1); by how much the workload cost changes."""
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


@njit(cache=True, nogil=True)
def _form(data, state, room, sheet, rules, row, cases, count, below, span_free):  # type: ignore[no-untyped-def]
    """Staff `cases` as group `row` and enter it; its cost with the span it adds, or INFINITE (and nothing entered)."""
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
    cost = best_team(data, state, room, ordered, count, v[WIDTH], v[NODES], below - short, span_free, v[PEAK_FREE])
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
    workload = _lift(data, state, sheet, row, 1)
    group[row, CORE] = cost + short - workload - data.policy[W_SPAN] * max(0, group[row, LAST_SLOT] - span_free)
    return cost + short


@njit(cache=True, nogil=True)
def _last_slot(sheet):  # type: ignore[no-untyped-def]
    last = 0
    for row in range(sheet.group.shape[0]):
        if sheet.group[row, COUNT]:
            last = max(last, sheet.group[row, LAST_SLOT])
    return last


@njit(cache=True, nogil=True)
def price(data, state, sheet, rules):  # type: ignore[no-untyped-def]
    """Cost of the whole plan: groups, workload, span, and cases left out."""
    total = data.policy[W_SPAN] * _last_slot(sheet)
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


@njit(cache=True, nogil=True)
def copy_sheet(source, target):  # type: ignore[no-untyped-def]
    target.group[:] = source.group
    target.cases[:] = source.cases
    target.team[:] = source.team
    target.of[:] = source.of
    target.start[:] = source.start
    target.total[:] = source.total


@njit(cache=True, nogil=True)
def enter(data, state, sheet, rules):  # type: ignore[no-untyped-def]
    """Make the (empty) state that of a sheet whose groups were filled in from outside: COUNT, SEATS, FIRST, cases, team and start."""
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
        _lift(data, state, sheet, row, 1)
    sheet.total[0] = price(data, state, sheet, rules)


@njit(cache=True, nogil=True)
def _case_cost(data, sheet, row, case):  # type: ignore[no-untyped-def]
    """What one case of a filled-in group costs, workload and travel between cases apart; also adds it to WORK and LAST_SLOT."""
    group, level, cost = sheet.group[row], 3, 0
    group[WORK] += data.case[case, EFFORT]
    for seat in range(group[SEATS]):
        level = min(level, data.level[sheet.team[row, seat], case])
        cost += data.pair_cost[sheet.team[row, seat], case]
    start, before = sheet.start[case], data.case[case, PREVIOUS_START]
    if start >= 0:
        group[LAST_SLOT] = max(group[LAST_SLOT], start + data.case[case, HALF_DAYS])
        cost += data.policy[W_CHANGES] * (before >= 0 and before != start)
    former = data.case[case, PREVIOUS_LEADER]
    cost += data.policy[W_CHANGES] * (former >= 0 and former != group[FIRST])
    return cost + data.policy[W_SPECIALIST] * level


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _try(data, state, room, sheet, rules, move, rng, allowed, saved):  # type: ignore[no-untyped-def]
    """Form the groups of the move anew; keep them if the plan then costs at most `allowed`, else restore. True when kept."""
    size = move.size[0]
    before = sheet.total[0]
    missing_before, missing_after, cores = 0, 0, 0
    span_before = data.policy[W_SPAN] * _last_slot(sheet)
    for m in range(size):
        row = move.rows[m]
        saved.group[m] = sheet.group[row]
        saved.cases[m] = sheet.cases[row]
        saved.team[m] = sheet.team[row]
        for at in range(sheet.group[row, COUNT]):
            saved.start[m * MAX_CASES + at] = sheet.start[sheet.cases[row, at]]
        missing_before -= sheet.group[row, COUNT]
        missing_after -= move.count[m]
        if sheet.group[row, COUNT]:
            cores += sheet.group[row, CORE] - _lift(data, state, sheet, row, -1)
            for at in range(sheet.group[row, COUNT]):
                sheet.start[sheet.cases[row, at]] = -1
        sheet.group[row, COUNT] = 0
    span_free = _last_slot(sheet)
    rest = before - cores - span_before + rules.values[MISSING] * (missing_after - missing_before)
    rest += data.policy[W_SPAN] * span_free
    done = 0
    first = _draw(rng, size)
    for step in range(size):
        m = (first + step) % size
        if move.count[m] == 0:
            done += 1
            continue
        # A team can cost less than nothing (affinity, kept members): then later groups may make up for a dear one.
        below = allowed - rest + 1 if rules.values[NO_REFUND] else INFINITE
        cost = _form(data, state, room, sheet, rules, move.rows[m], move.cases[m], move.count[m], below, span_free)
        if cost >= INFINITE:
            break
        rest += cost
        span_free = max(span_free, sheet.group[move.rows[m], LAST_SLOT])
        done += 1
    if done == size and rest <= allowed:
        sheet.total[0] = rest
        return True
    for m in range(size):
        row = move.rows[m]
        if sheet.group[row, COUNT]:
            _lift(data, state, sheet, row, -1)
            for at in range(sheet.group[row, COUNT]):
                sheet.start[sheet.cases[row, at]] = -1
            sheet.group[row, COUNT] = 0
    for m in range(size):
        row = move.rows[m]
        sheet.group[row] = saved.group[m]
        sheet.cases[row] = saved.cases[m]
        sheet.team[row] = saved.team[m]
        for at in range(sheet.group[row, COUNT]):
            sheet.start[sheet.cases[row, at]] = saved.start[m * MAX_CASES + at]
        if sheet.group[row, COUNT]:
            _lift(data, state, sheet, row, 1)
    return False


@njit(cache=True, nogil=True)
def _hold(sheet, move, row):  # type: ignore[no-untyped-def]
    """Add a group to the move with the cases it has now; its position in the move."""
    for m in range(move.size[0]):
        if move.rows[m] == row:
            return m
    m = move.size[0]
    move.size[0] = m + 1
    move.rows[m] = row
    move.count[m] = sheet.group[row, COUNT]
    move.cases[m] = sheet.cases[row]
    return m


@njit(cache=True, nogil=True)
def _shift(move, rules, case, origin, target):  # type: ignore[no-untyped-def]
    """Carry the block of `case` from one group of the move to another (origin -1: from the unassigned); false when it does not fit."""
    block = rules.block[case]
    if origin >= 0:
        keep = 0
        for at in range(move.count[origin]):
            other = move.cases[origin, at]
            if rules.block[other] == block:
                if move.count[target] >= MAX_CASES:
                    return False
                move.cases[target, move.count[target]] = other
                move.count[target] += 1
            else:
                move.cases[origin, keep] = other
                keep += 1
        move.count[origin] = keep
        return True
    for other in range(rules.block.shape[0]):
        if rules.block[other] == block:
            if move.count[target] >= MAX_CASES:
                return False
            move.cases[target, move.count[target]] = other
            move.count[target] += 1
    return True


@njit(cache=True, nogil=True)
def _unused_row(sheet):  # type: ignore[no-untyped-def]
    for row in range(sheet.group.shape[0]):
        if sheet.group[row, COUNT] == 0:
            return row
    return -1


@njit(cache=True, nogil=True)
def _groups(sheet):  # type: ignore[no-untyped-def]
    used = 0
    for row in range(sheet.group.shape[0]):
        used += sheet.group[row, COUNT] > 0
    return used


@njit(cache=True, nogil=True)
def _relative(rules, sheet, case, rng):  # type: ignore[no-untyped-def]
    """The group of a related case, mostly a near one; -1 when that case is unassigned."""
    reach = rules.near.shape[1]
    if reach == 0:
        return -1
    pick = min(_draw(rng, reach), _draw(rng, reach))
    return sheet.of[rules.near[case, pick]]


@njit(cache=True, nogil=True)
def _propose_panel(rules, sheet, move, rng):  # type: ignore[no-untyped-def]
    """Panel regime: re-staff some related cases one after the other."""
    case = _draw(rng, sheet.of.shape[0])
    if sheet.of[case] < 0:
        row = _unused_row(sheet)
        if row < 0:
            return False
        m = _hold(sheet, move, row)
        move.cases[m, 0] = case
        move.count[m] = 1
    else:
        _hold(sheet, move, sheet.of[case])
    for _ in range(_draw(rng, AT_ONCE)):
        row = _relative(rules, sheet, case, rng)
        if row >= 0:
            _hold(sheet, move, row)
    return True


@njit(cache=True, nogil=True)
def _open(data, rules, sheet, move, rng, case):  # type: ignore[no-untyped-def]
    """Start a group with `case` and related cases of up to three groups, until it has work enough (H16)."""
    row = _unused_row(sheet)
    if row < 0 or _groups(sheet) >= rules.values[GROUPS_HIGH]:
        return False
    new = _hold(sheet, move, row)
    home = sheet.of[case]
    if not _shift(move, rules, case, _hold(sheet, move, home) if home >= 0 else -1, new):
        return False
    reach = min(rules.near.shape[1], 10)
    for _ in range(2 * reach):
        work = 0
        for at in range(move.count[new]):
            work += data.case[move.cases[new, at], EFFORT]
        if work >= data.policy[EFFORT_LOW] and _draw(rng, 3) == 0:
            break
        other = rules.near[case, _draw(rng, reach)]
        home = sheet.of[other]
        taken = home < 0
        for at in range(move.count[new]):
            taken |= rules.block[move.cases[new, at]] == rules.block[other]
        held = False
        for m in range(move.size[0]):
            held |= move.rows[m] == home
        if not taken and (held or move.size[0] < AT_ONCE) and not _shift(move, rules, other, _hold(sheet, move, home), new):
            return False
    return True


@njit(cache=True, nogil=True)
def _close(rules, sheet, move, rng, row):  # type: ignore[no-untyped-def]
    """Dissolve a group into the groups of related cases."""
    origin = _hold(sheet, move, row)
    for at in range(sheet.group[row, COUNT]):
        case = sheet.cases[row, at]
        if rules.block[case] != case:
            continue
        target = -1
        for _ in range(8):
            other = _relative(rules, sheet, case, rng)
            held = other == row
            for m in range(move.size[0]):
                held |= move.rows[m] == other
            if other >= 0 and other != row and (held or move.size[0] < AT_ONCE):
                target = other
                break
        if target < 0 or not _shift(move, rules, case, origin, _hold(sheet, move, target)):
            return False
    return move.count[origin] == 0


@njit(cache=True, nogil=True)
def _propose(data, rules, sheet, move, rng):  # type: ignore[no-untyped-def]
    """Fill `move` with a random change of the partition; false when the draw leads to none."""
    move.size[0] = 0
    if rules.values[PANEL]:
        return _propose_panel(rules, sheet, move, rng)
    case = _draw(rng, sheet.of.shape[0])
    home = sheet.of[case]
    kind = _draw(rng, 100)
    if kind < 4:
        return _open(data, rules, sheet, move, rng, case)
    if home < 0:
        row = _relative(rules, sheet, case, rng)
        return row >= 0 and _shift(move, rules, case, -1, _hold(sheet, move, row))
    if kind < 7 and _groups(sheet) > rules.values[GROUPS_LOW]:
        return _close(rules, sheet, move, rng, home)
    if kind < 13:
        _hold(sheet, move, home)
        row = _relative(rules, sheet, case, rng)
        if row >= 0 and kind < 11:
            _hold(sheet, move, row)
        return True
    row = _relative(rules, sheet, case, rng)
    if row < 0 or row == home:
        return False
    origin = _hold(sheet, move, home)
    target = _hold(sheet, move, row)
    if not _shift(move, rules, case, origin, target):
        return False
    if kind < 45:
        return True
    back = sheet.cases[row, _draw(rng, sheet.group[row, COUNT])]
    if kind < 85:
        return _shift(move, rules, back, target, origin)
    if kind < 93:
        return _deal_anew(rules, sheet, move, rng)
    third = _relative(rules, sheet, back, rng)
    if third < 0 or third == home or third == row:
        return False
    other = _hold(sheet, move, third)
    if not _shift(move, rules, back, target, other):
        return False
    if kind < 97:
        return True
    return _shift(move, rules, sheet.cases[third, _draw(rng, sheet.group[third, COUNT])], other, origin)


@njit(cache=True, nogil=True)
def _deal_anew(rules, sheet, move, rng):  # type: ignore[no-untyped-def]
    """Deal the cases of the move's two groups anew at random."""
    for m in range(2):
        row = move.rows[m]
        for at in range(sheet.group[row, COUNT]):
            case = sheet.cases[row, at]
            if rules.block[case] == case and _draw(rng, 2):
                inside = False
                for k in range(move.count[0]):
                    inside |= move.cases[0, k] == case
                if not _shift(move, rules, case, 0 if inside else 1, 1 if inside else 0):
                    return False
    return True


@njit(cache=True, nogil=True)
def _keeps_number(rules, sheet, move):  # type: ignore[no-untyped-def]
    """H17 after the move; fewer than the least are let pass while they do not become fewer still."""
    now = _groups(sheet)
    after = now
    for m in range(move.size[0]):
        after += (move.count[m] > 0) - (sheet.group[move.rows[m], COUNT] > 0)
    return after <= max(now, rules.values[GROUPS_HIGH]) and after >= min(now, rules.values[GROUPS_LOW])


@njit(cache=True, nogil=True)
def _too_much(data, move):  # type: ignore[no-untyped-def]
    """H16: a group of the move would work more than any group may."""
    for m in range(move.size[0]):
        work = 0
        for at in range(move.count[m]):
            work += data.case[move.cases[m, at], EFFORT]
        if work > data.policy[EFFORT_HIGH]:
            return True
    return False


@njit(cache=True, nogil=True)
def anneal(data, state, room, sheet, best, rules, move, saved, rng, steps, hot, cold):  # type: ignore[no-untyped-def]
    """`steps` moves while the temperature falls from `hot` to `cold`; `best` keeps the best sheet seen. Moves kept."""
    kept = 0
    temperature = hot
    fall = (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        temperature *= fall
        if not _propose(data, rules, sheet, move, rng) or not _keeps_number(rules, sheet, move) or _too_much(data, move):
            continue
        u = (1 + _draw(rng, 1 << 30)) / (1 << 30)
        allowed = sheet.total[0] + np.int64(-temperature * np.log(u))
        if _try(data, state, room, sheet, rules, move, rng, allowed, saved):
            kept += 1
            if sheet.total[0] < best.total[0]:
                copy_sheet(sheet, best)
    return kept


@njit(cache=True, nogil=True)
def insert(data, state, room, sheet, rules, move, saved, rng, case, tries):  # type: ignore[no-untyped-def]
    """Give an unassigned case (with its block) to the group where it costs least, looking at `tries` groups; 0: open a new one."""
    best_row, best_cost = -1, INFINITE
    looked = 0
    opened = _groups(sheet) >= rules.values[GROUPS_HIGH]
    seen = np.zeros(sheet.group.shape[0], dtype=np.int64)
    for at in range(-1, rules.near.shape[1]):
        row = -1
        if at < 0:
            if not opened:
                row = _unused_row(sheet)
        else:
            row = sheet.of[rules.near[case, at]]
        if row < 0 or seen[row]:
            continue
        if looked >= max(1, tries):
            break
        looked += 1
        seen[row] = 1
        before = sheet.total[0]
        keep = sheet.group[row, COUNT]
        move.size[0] = 0
        if (rules.values[PANEL] or tries == 0) and keep:
            continue
        if not _shift(move, rules, case, -1, _hold(sheet, move, row)) or _too_much(data, move):
            continue
        if _try(data, state, room, sheet, rules, move, rng, min(best_cost - 1, before + INFINITE // 4), saved):
            best_cost, best_row = sheet.total[0], row
            _retract(data, state, sheet, move, saved)
            sheet.total[0] = before
    if best_row < 0:
        return False
    move.size[0] = 0
    _shift(move, rules, case, -1, _hold(sheet, move, best_row))
    return _try(data, state, room, sheet, rules, move, rng, INFINITE // 2, saved)


@njit(cache=True, nogil=True)
def _retract(data, state, sheet, move, saved):  # type: ignore[no-untyped-def]
    """Undo the one-group move that `_try` has just kept."""
    row = move.rows[0]
    _lift(data, state, sheet, row, -1)
    for at in range(sheet.group[row, COUNT]):
        sheet.start[sheet.cases[row, at]] = -1
    sheet.group[row] = saved.group[0]
    sheet.cases[row] = saved.cases[0]
    sheet.team[row] = saved.team[0]
    for at in range(sheet.group[row, COUNT]):
        sheet.start[sheet.cases[row, at]] = saved.start[at]
    if sheet.group[row, COUNT]:
        _lift(data, state, sheet, row, 1)

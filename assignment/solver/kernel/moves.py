"""Moves: random changes of the partition of cases into groups.

Ruin and recreate (Schrimpf et al., J. Comput. Phys. 159, 2000): a move names a few groups and the
cases they are to have; the groups are then lifted off the plan and formed anew one after the other.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from assignment.solver.kernel import compiled
from assignment.solver.kernel.data import EFFORT, EFFORT_HIGH, EFFORT_LOW
from assignment.solver.kernel.room import MAX_CASES
from assignment.solver.kernel.sheet import AT_ONCE, COUNT, GROUPS_HIGH, GROUPS_LOW, PANEL


@compiled
def draw(rng, below):  # type: ignore[no-untyped-def]
    """A whole number in [0, below): xorshift64* (Vigna, ACM TOMS 42, 2016), its state in rng[0]."""
    x = rng[0]
    x ^= x >> uint64(12)
    x ^= x << uint64(25)
    x ^= x >> uint64(27)
    rng[0] = x
    return np.int64((x * uint64(2685821657736338717)) >> uint64(33)) % below


@compiled
def hold(sheet, move, row):  # type: ignore[no-untyped-def]
    """Add a group to the move with the cases it has now; its position in the move."""
    for m in range(move.size[0]):
        if move.rows[m] == row:
            return m
    m = move.size[0]
    move.size[0] = m + 1
    move.rows[m] = row
    move.counts[m] = sheet.group[row, COUNT]
    move.cases[m] = sheet.cases[row]
    return m


@compiled
def shift(move, rules, case, origin, target):  # type: ignore[no-untyped-def]
    """Carry the block of `case` from one group of the move to another (origin -1: from the
    unassigned); false when it does not fit.
    """
    block = rules.block[case]
    if origin >= 0:
        keep = 0
        for at in range(move.counts[origin]):
            other = move.cases[origin, at]
            if rules.block[other] == block:
                if move.counts[target] >= MAX_CASES:
                    return False
                move.cases[target, move.counts[target]] = other
                move.counts[target] += 1
            else:
                move.cases[origin, keep] = other
                keep += 1
        move.counts[origin] = keep
        return True
    for other in range(rules.block.shape[0]):
        if rules.block[other] == block:
            if move.counts[target] >= MAX_CASES:
                return False
            move.cases[target, move.counts[target]] = other
            move.counts[target] += 1
    return True


@compiled
def unused_row(sheet):  # type: ignore[no-untyped-def]
    for row in range(sheet.group.shape[0]):
        if sheet.group[row, COUNT] == 0:
            return row
    return -1


@compiled
def groups_used(sheet):  # type: ignore[no-untyped-def]
    used = 0
    for row in range(sheet.group.shape[0]):
        used += sheet.group[row, COUNT] > 0
    return used


@compiled
def _relative(rules, sheet, case, rng):  # type: ignore[no-untyped-def]
    """The group of a related case, mostly a near one; -1 when that case is unassigned."""
    reach = rules.near.shape[1]
    if reach == 0:
        return -1
    pick = min(draw(rng, reach), draw(rng, reach))
    return sheet.of[rules.near[case, pick]]


@compiled
def _propose_panel(rules, sheet, move, rng):  # type: ignore[no-untyped-def]
    """Panel regime: re-staff some related cases one after the other."""
    case = draw(rng, sheet.of.shape[0])
    if sheet.of[case] < 0:
        row = unused_row(sheet)
        if row < 0:
            return False
        m = hold(sheet, move, row)
        move.cases[m, 0] = case
        move.counts[m] = 1
    else:
        hold(sheet, move, sheet.of[case])
    for _ in range(draw(rng, AT_ONCE)):
        row = _relative(rules, sheet, case, rng)
        if row >= 0:
            hold(sheet, move, row)
    return True


@compiled
def _open(data, rules, sheet, move, rng, case):  # type: ignore[no-untyped-def]
    """Start a group with `case` and related cases of up to three groups, until it has work enough
    (H16).
    """
    row = unused_row(sheet)
    if row < 0 or groups_used(sheet) >= rules.values[GROUPS_HIGH]:
        return False
    new = hold(sheet, move, row)
    home = sheet.of[case]
    if not shift(move, rules, case, hold(sheet, move, home) if home >= 0 else -1, new):
        return False
    reach = min(rules.near.shape[1], 10)
    for _ in range(2 * reach):
        work = 0
        for at in range(move.counts[new]):
            work += data.case[move.cases[new, at], EFFORT]
        if work >= data.policy[EFFORT_LOW] and draw(rng, 3) == 0:
            break
        other = rules.near[case, draw(rng, reach)]
        home = sheet.of[other]
        taken = home < 0
        for at in range(move.counts[new]):
            taken |= rules.block[move.cases[new, at]] == rules.block[other]
        held = False
        for m in range(move.size[0]):
            held |= move.rows[m] == home
        if (
            not taken
            and (held or move.size[0] < AT_ONCE)
            and not shift(move, rules, other, hold(sheet, move, home), new)
        ):
            return False
    return True


@compiled
def _close(rules, sheet, move, rng, row):  # type: ignore[no-untyped-def]
    """Dissolve a group into the groups of related cases."""
    origin = hold(sheet, move, row)
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
        if target < 0 or not shift(move, rules, case, origin, hold(sheet, move, target)):
            return False
    return move.counts[origin] == 0


@compiled
def propose(data, rules, sheet, move, rng):  # type: ignore[no-untyped-def]
    """Fill `move` with a random change of the partition; false when the draw leads to none."""
    move.size[0] = 0
    if rules.values[PANEL]:
        return _propose_panel(rules, sheet, move, rng)
    case = draw(rng, sheet.of.shape[0])
    home = sheet.of[case]
    kind = draw(rng, 100)
    if kind < 4:
        return _open(data, rules, sheet, move, rng, case)
    if home < 0:
        row = _relative(rules, sheet, case, rng)
        return row >= 0 and shift(move, rules, case, -1, hold(sheet, move, row))
    if kind < 7 and groups_used(sheet) > rules.values[GROUPS_LOW]:
        return _close(rules, sheet, move, rng, home)
    if kind < 13:
        hold(sheet, move, home)
        row = _relative(rules, sheet, case, rng)
        if row >= 0 and kind < 11:
            hold(sheet, move, row)
        return True
    row = _relative(rules, sheet, case, rng)
    if row < 0 or row == home:
        return False
    origin = hold(sheet, move, home)
    target = hold(sheet, move, row)
    if not shift(move, rules, case, origin, target):
        return False
    if kind < 45:
        return True
    back = sheet.cases[row, draw(rng, sheet.group[row, COUNT])]
    if kind < 85:
        return shift(move, rules, back, target, origin)
    if kind < 93:
        return _deal_anew(rules, sheet, move, rng)
    third = _relative(rules, sheet, back, rng)
    if third in (-1, home, row):
        return False
    other = hold(sheet, move, third)
    if not shift(move, rules, back, target, other):
        return False
    if kind < 97:
        return True
    return shift(
        move, rules, sheet.cases[third, draw(rng, sheet.group[third, COUNT])], other, origin
    )


@compiled
def _deal_anew(rules, sheet, move, rng):  # type: ignore[no-untyped-def]
    """Deal the cases of the move's two groups anew at random."""
    for m in range(2):
        row = move.rows[m]
        for at in range(sheet.group[row, COUNT]):
            case = sheet.cases[row, at]
            if rules.block[case] == case and draw(rng, 2):
                inside = False
                for k in range(move.counts[0]):
                    inside |= move.cases[0, k] == case
                if not shift(move, rules, case, 0 if inside else 1, 1 if inside else 0):
                    return False
    return True


@compiled
def keeps_number(rules, sheet, move):  # type: ignore[no-untyped-def]
    """H17 after the move; fewer than the least are let pass while they do not become fewer
    still.
    """
    now = groups_used(sheet)
    after = now
    for m in range(move.size[0]):
        after += (move.counts[m] > 0) - (sheet.group[move.rows[m], COUNT] > 0)
    return after <= max(now, rules.values[GROUPS_HIGH]) and after >= min(
        now, rules.values[GROUPS_LOW]
    )


@compiled
def too_much(data, move):  # type: ignore[no-untyped-def]
    """H16: a group of the move would work more than any group may."""
    for m in range(move.size[0]):
        work = 0
        for at in range(move.counts[m]):
            work += data.case[move.cases[m, at], EFFORT]
        if work > data.policy[EFFORT_HIGH]:
            return True
    return False

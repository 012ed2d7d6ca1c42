"""Annealing over the partition of cases into groups, each changed group re-staffed by `best_team`.

Simulated annealing: Kirkpatrick et al., Science 220, 1983. The moves are in `moves`, the arrays in
`sheet`.
"""

from __future__ import annotations

import numpy as np

from assignment.solver.kernel import compiled
from assignment.solver.kernel.data import EFFORT, EFFORT_LOW, W_SPAN
from assignment.solver.kernel.moves import (
    draw,
    groups_used,
    hold,
    keeps_number,
    propose,
    shift,
    too_much,
    unused_row,
)
from assignment.solver.kernel.room import INFINITE, MAX_CASES
from assignment.solver.kernel.sheet import (
    CORE,
    COUNT,
    GROUPS_HIGH,
    LAST_SLOT,
    MISSING,
    NO_REFUND,
    PANEL,
    WORK,
    copy_sheet,
    form,
    last_slot,
    least_cost,
    lift,
)


@compiled
def attempt(data, state, room, sheet, rules, move, rng, allowed, saved):  # type: ignore[no-untyped-def]
    """Form the groups of the move anew; keep them if the plan then costs at most `allowed`, else
    restore. True when kept.
    """
    size = move.size[0]
    before = sheet.total[0]
    missing_before, missing_after, cores = 0, 0, 0
    span_before = data.policy[W_SPAN] * last_slot(sheet)
    for m in range(size):
        row = move.rows[m]
        saved.group[m] = sheet.group[row]
        saved.cases[m] = sheet.cases[row]
        saved.team[m] = sheet.team[row]
        for at in range(sheet.group[row, COUNT]):
            saved.start[m * MAX_CASES + at] = sheet.start[sheet.cases[row, at]]
        missing_before -= sheet.group[row, COUNT]
        missing_after -= move.counts[m]
        if sheet.group[row, COUNT]:
            cores += sheet.group[row, CORE] - lift(data, state, sheet, row, -1)
            for at in range(sheet.group[row, COUNT]):
                sheet.start[sheet.cases[row, at]] = -1
        sheet.group[row, COUNT] = 0
    span_free = last_slot(sheet)
    rest = before - cores - span_before + rules.values[MISSING] * (missing_after - missing_before)
    rest += data.policy[W_SPAN] * span_free
    # A team can cost less than nothing (affinity, kept members): then later groups may make up for
    # a dear one. Where none does, each has to leave room for the least of those that follow.
    thrifty = rules.values[NO_REFUND] != 0
    least = np.zeros(size, dtype=np.int64)
    later = 0
    if thrifty:
        for m in range(size):
            least[m] = least_cost(data, move.cases[m], move.counts[m])
            later += least[m]
    done = 0
    first = draw(rng, size)
    for step in range(size):
        m = (first + step) % size
        if move.counts[m] == 0:
            done += 1
            continue
        if thrifty and rest + later > allowed:
            break
        later -= least[m]
        below = allowed - rest - later + 1 if thrifty else INFINITE
        cost = form(
            data,
            state,
            room,
            sheet,
            rules,
            move.rows[m],
            move.cases[m],
            move.counts[m],
            below,
            span_free,
        )
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
            lift(data, state, sheet, row, -1)
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
            lift(data, state, sheet, row, 1)
    return False


@compiled
def anneal(data, state, room, sheet, best, rules, move, saved, rng, steps, hot, cold):  # type: ignore[no-untyped-def]
    """`steps` moves while the temperature falls from `hot` to `cold`; `best` keeps the best sheet
    seen. Moves kept.
    """
    kept = 0
    temperature = hot
    fall = (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        temperature *= fall
        if (
            not propose(data, rules, sheet, move, rng)
            or not keeps_number(rules, sheet, move)
            or too_much(data, move)
        ):
            continue
        u = (1 + draw(rng, 1 << 30)) / (1 << 30)
        allowed = sheet.total[0] + np.int64(-temperature * np.log(u))
        if attempt(data, state, room, sheet, rules, move, rng, allowed, saved):
            kept += 1
            if sheet.total[0] < best.total[0]:
                copy_sheet(sheet, best)
    return kept


@compiled
def insert(data, state, room, sheet, rules, move, saved, rng, case, tries):  # type: ignore[no-untyped-def]
    """Give an unassigned case (with its block) to the group where it costs least, looking at
    `tries` groups; 0: open a new one.
    """
    best_row, best_cost = -1, INFINITE
    looked = 0
    opened = groups_used(sheet) >= rules.values[GROUPS_HIGH]
    seen = np.zeros(sheet.group.shape[0], dtype=np.int64)
    for at in range(-1, rules.near.shape[1]):
        row = -1
        if at < 0:
            if not opened:
                row = unused_row(sheet)
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
        if not shift(move, rules, case, -1, hold(sheet, move, row)) or too_much(data, move):
            continue
        if attempt(
            data,
            state,
            room,
            sheet,
            rules,
            move,
            rng,
            min(best_cost - 1, before + INFINITE // 4),
            saved,
        ):
            best_cost, best_row = sheet.total[0], row
            retract(data, state, sheet, move, saved)
            sheet.total[0] = before
    if best_row < 0:
        return False
    move.size[0] = 0
    shift(move, rules, case, -1, hold(sheet, move, best_row))
    return attempt(data, state, room, sheet, rules, move, rng, INFINITE // 2, saved)


@compiled
def mend(data, state, room, sheet, rules, move, saved, rng):  # type: ignore[no-untyped-def]
    """Let groups below their least effort (H16) take cases of related groups, where the plan gets
    cheaper by it.
    """
    for row in range(sheet.group.shape[0]):
        while sheet.group[row, COUNT] > 0 and sheet.group[row, WORK] < data.policy[EFFORT_LOW]:
            if not _feed(data, state, room, sheet, rules, move, saved, rng, row):
                break


@compiled
def _feed(data, state, room, sheet, rules, move, saved, rng, row):  # type: ignore[no-untyped-def]
    """Carry the first related case into the group that its own group can spare."""
    for near in range(rules.near.shape[1]):
        for at in range(sheet.group[row, COUNT]):
            case = rules.near[sheet.cases[row, at], near]
            home = sheet.of[case]
            if home == row or (
                home >= 0
                and sheet.group[home, WORK] - data.case[case, EFFORT] < data.policy[EFFORT_LOW]
            ):
                continue
            move.size[0] = 0
            target = hold(sheet, move, row)
            if not shift(
                move, rules, case, hold(sheet, move, home) if home >= 0 else -1, target
            ) or too_much(data, move):
                continue
            if attempt(data, state, room, sheet, rules, move, rng, sheet.total[0] - 1, saved):
                return True
    return False


@compiled
def retract(data, state, sheet, move, saved):  # type: ignore[no-untyped-def]
    """Undo the one-group move that `_try` has just kept."""
    row = move.rows[0]
    lift(data, state, sheet, row, -1)
    for at in range(sheet.group[row, COUNT]):
        sheet.start[sheet.cases[row, at]] = -1
    sheet.group[row] = saved.group[0]
    sheet.cases[row] = saved.cases[0]
    sheet.team[row] = saved.team[0]
    for at in range(sheet.group[row, COUNT]):
        sheet.start[sheet.cases[row, at]] = saved.start[at]
    if sheet.group[row, COUNT]:
        lift(data, state, sheet, row, 1)

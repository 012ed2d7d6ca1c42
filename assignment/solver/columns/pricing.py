"""Pricing: all sets of cases whose best group could cost less than the dual prices of its cases
say.

Depth-first enumeration of case sets (as in branch-and-price for vehicle routing with small routes:
Baldacci, Christofides and Mingozzi, Math. Program. 115, 2008). A set is bounded by the shortest
path through its places in the metric closure of the travel times, by its cheapest team (`cover`; a
team for more cases costs no less), and by knapsacks over the prices of the cases that could still
come, each of them charged its share of what it adds alone. What passes is priced exactly by
`best_team`.
"""

from __future__ import annotations

import numpy as np

from assignment.solver.columns.cover import cover
from assignment.solver.columns.listing import list_teams, write
from assignment.solver.columns.path import grow_path, path_with
from assignment.solver.columns.tables import (
    ANY,
    COLUMNS,
    COUNT,
    CUT_SHORT,
    DELTA,
    EACH,
    FEW,
    FROM,
    GAIN,
    HALF,
    MOST_CASES,
    MOST_EFFORT,
    NEXT,
    ONE,
    PER_CASE,
    SEEN,
    SETS,
    SHORTEST,
    STAFFED,
    TEAM_COST,
    TEAM_NODES,
    THIRD,
    TOUR,
    TWO,
    TWO_THIRDS,
    WHICH,
    WITH_TEAM,
    WITH_TOUR,
    WORK,
)
from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import put
from assignment.solver.kernel.data import (
    EFFORT,
    EFFORT_LOW,
    HALF_DAYS,
    PLACE,
    SIZE_LOW,
    W_ROUTE,
    W_WORKLOAD,
)
from assignment.solver.kernel.room import CUT, INFINITE, MAX_CASES
from assignment.solver.kernel.team import best_team


@compiled
def enumerate_sets(fixed, ranks, nodes, order, worth, group_price, threshold, limits, found):  # type: ignore[no-untyped-def]
    """Fill `found` with groups of reduced cost below `threshold` <= 0; `least` bounds from below
    what any group could gain.

    order [N]: first cases, of which `limits` may take a part. Where a limit cuts the search off,
    the bound of it counts.
    """
    counts, value, table, policy, steps = (
        found.counts,
        nodes.value,
        fixed.data.case,
        fixed.data.policy,
        fixed.steps,
    )
    profit = worth.profit
    counts[:] = 0
    found.least[:] = threshold
    for at in range(limits[FROM], order.shape[0], limits[EACH]):
        if fixed.stop[0] != 0:
            return
        counts_before, columns_before = counts[SEEN], counts[COLUMNS]
        value[0, :] = 0
        nodes.places[0, 0] = 0
        nodes.listed[0, 0, WHICH] = order[at]
        nodes.listed[0, 0, WITH_TOUR] = 0
        nodes.listed[0, 0, WITH_TEAM] = _team_with(
            fixed, ranks, nodes.chosen, 0, order[at], INFINITE
        )
        if nodes.listed[0, 0, WITH_TEAM] >= INFINITE:
            continue
        _enter(fixed, nodes, 0, 0, worth)
        _consider(fixed, ranks, nodes, 1, at, group_price, threshold, limits, columns_before, found)
        count = 0
        for later in range(at + 1, order.shape[0]):
            nodes.listed[1, count, WHICH] = order[later]
            nodes.listed[1, count, WITH_TEAM] = 0
            count += 1
        value[1, COUNT] = count
        _sift(fixed, ranks, nodes, 1, worth, group_price, threshold)
        depth = 1
        while depth > 0:
            if value[depth, NEXT] == 0:
                depth -= 1
                continue
            value[depth, NEXT] -= 1
            pick = value[depth, NEXT]
            row = nodes.listed[depth, pick]
            bound = _least_with(
                value[depth],
                nodes.future[depth],
                row,
                table,
                policy,
                profit,
                group_price,
                steps,
                False,
            )
            _add_future(nodes.future[depth], row, table, profit, steps)
            if bound >= threshold:
                continue
            counts[SEEN] += 1
            if (
                counts[SEEN] - counts_before > limits[SETS]
                or depth >= MAX_CASES - 1
                or fixed.stop[0] != 0
            ):
                counts[CUT_SHORT] += 1
                found.least[at] = min(found.least[at], bound)
                continue
            _enter(fixed, nodes, depth, pick, worth)
            depth += 1
            _consider(
                fixed,
                ranks,
                nodes,
                depth,
                at,
                group_price,
                threshold,
                limits,
                columns_before,
                found,
            )
            count = 0
            for later in range(pick + 1, value[depth - 1, COUNT]):
                nodes.listed[depth, count, WHICH] = nodes.listed[depth - 1, later, WHICH]
                nodes.listed[depth, count, WITH_TEAM] = nodes.listed[depth - 1, later, WITH_TEAM]
                count += 1
            value[depth, COUNT] = count
            _sift(fixed, ranks, nodes, depth, worth, group_price, threshold)


@compiled
def _enter(fixed, nodes, depth, pick, worth):  # type: ignore[no-untyped-def]
    """Add the listed case `pick` to the set: the next depth's row."""
    value = nodes.value
    case = nodes.listed[depth, pick, WHICH]
    nodes.chosen[depth] = case
    value[depth + 1, WORK] = value[depth, WORK] + fixed.data.case[case, EFFORT]
    value[depth + 1, GAIN] = (
        value[depth, GAIN] + worth.profit[case] - _toll(nodes, depth, case, worth)
    )
    value[depth + 1, TOUR] = nodes.listed[depth, pick, WITH_TOUR]
    value[depth + 1, TEAM_COST] = nodes.listed[depth, pick, WITH_TEAM]
    value[depth + 1, COUNT] = 0
    value[depth + 1, NEXT] = 0
    place = fixed.data.case[case, PLACE] if fixed.data.case[case, HALF_DAYS] > 0 else -1
    grow_path(nodes.places, nodes.path, fixed.closure, depth, place)


@compiled
def _hold(nodes, depth, mark):  # type: ignore[no-untyped-def]
    for d in range(depth):
        nodes.held[nodes.chosen[d]] = mark


@compiled
def _toll_of(held, case, worth):  # type: ignore[no-untyped-def]
    """What the rows charge when the case joins those held: each charges the second of its
    cases.
    """
    total = np.int64(0)
    for k in range(worth.first[case], worth.first[case + 1]):
        if held[worth.others[k, 0]] + held[worth.others[k, 1]] == 1:
            total += worth.toll[k]
    return total


@compiled
def _toll(nodes, depth, case, worth):  # type: ignore[no-untyped-def]
    _hold(nodes, depth, 1)
    total = _toll_of(nodes.held, case, worth)
    _hold(nodes, depth, 0)
    return total


@compiled
def _no_future(future):  # type: ignore[no-untyped-def]
    future[:, :] = -INFINITE
    future[ANY, 0] = 0
    future[FEW, 0] = 0


@compiled
def _add_future(future, row, case, profit, steps):  # type: ignore[no-untyped-def]
    """Let a listed case into the knapsacks of its depth."""
    work, worth, delta = case[row[WHICH], EFFORT], profit[row[WHICH]], row[DELTA]
    for total in range(future.shape[1] - 1, work - 1, -1):
        rest = total - work
        future[TWO, total] = max(future[TWO, total], future[ONE, rest] + worth)
        future[ANY, total] = max(future[ANY, total], future[ANY, rest] + worth)
        future[TWO_THIRDS, total] = max(
            future[TWO_THIRDS, total], future[THIRD, rest] + worth - delta // 3
        )
        future[FEW, total] = max(
            future[FEW, total], future[FEW, rest] + max(0, worth - delta // steps[MOST_CASES])
        )
    if work < future.shape[1]:
        future[ONE, work] = max(future[ONE, work], worth)
        future[HALF, work] = max(future[HALF, work], worth - delta // 2)
        future[THIRD, work] = max(future[THIRD, work], worth - delta // 3)


@compiled
def _least_with(value, future, row, case, policy, profit, group_price, steps, cheap):  # type: ignore[no-untyped-def]
    """No group of the set, the listed case `row` and others of the knapsacks has a lower reduced
    cost (`cheap`: plain prices only).
    """
    work = value[WORK] + case[row[WHICH], EFFORT]
    delta = row[DELTA]
    square = policy[W_WORKLOAD] * policy[SIZE_LOW]
    alone = (
        value[TOUR]
        + value[TEAM_COST]
        - value[GAIN]
        - profit[row[WHICH]]
        - group_price
        - square * value[WORK] * value[WORK]
    )
    best = INFINITE
    if policy[EFFORT_LOW] <= work <= steps[MOST_EFFORT]:
        best = alone + square * work * work + delta
    for total in range(max(work, policy[EFFORT_LOW]), steps[MOST_EFFORT] + 1):
        here = alone + square * total * total
        rest = total - work
        if cheap:
            if future[ANY, rest] > -INFINITE:
                best = min(best, here + delta - future[ANY, rest])
            continue
        if future[ONE, rest] > -INFINITE:
            best = min(best, here + max(delta - future[ONE, rest], delta // 2 - future[HALF, rest]))
        if future[TWO, rest] > -INFINITE:
            best = min(
                best, here + max(delta - future[TWO, rest], delta // 3 - future[TWO_THIRDS, rest])
            )
        if rest >= 3 * steps[SHORTEST] and future[ANY, rest] > -INFINITE:
            best = min(
                best,
                here
                + max(delta - future[ANY, rest], delta // steps[MOST_CASES] - future[FEW, rest]),
            )
    return best


@compiled
def _charge(fixed, nodes, depth, worth):  # type: ignore[no-untyped-def]
    """What each listed case adds to the set alone, by what is known without a search."""
    value, listed, table = nodes.value[depth], nodes.listed[depth], fixed.data.case
    square = fixed.data.policy[W_WORKLOAD] * fixed.data.policy[SIZE_LOW]
    before = value[WORK]
    _hold(nodes, depth, 1)
    for k in range(value[COUNT]):
        case = listed[k, WHICH]
        work = table[case, EFFORT]
        after = square * (before + work) * (before + work)
        team = value[TEAM_COST] - square * before * before
        if depth > 1:
            team = max(
                team, listed[k, WITH_TEAM] - square * (nodes.value[depth - 1, WORK] + work) ** 2
            )
        place = table[case, PLACE] if table[case, HALF_DAYS] > 0 else -1
        listed[k, WITH_TEAM] = team + after
        listed[k, WITH_TOUR] = fixed.data.policy[W_ROUTE] * path_with(
            nodes.places[depth], nodes.path[depth], fixed.closure, place
        )
        listed[k, DELTA] = (
            listed[k, WITH_TOUR] - value[TOUR] + team + square * before * before - value[TEAM_COST]
        )
        listed[k, DELTA] += _toll_of(nodes.held, case, worth)
    _hold(nodes, depth, 0)


@compiled
def _team_with(fixed, ranks, chosen, depth, case, below):  # type: ignore[no-untyped-def]
    """What no team for the set and `case` undercuts."""
    cases = np.empty(MAX_CASES, dtype=np.int64)
    effort = fixed.data.case[case, EFFORT]
    cases[depth] = case
    for d in range(depth):
        cases[d] = chosen[d]
        effort += fixed.data.case[chosen[d], EFFORT]
    if effort > fixed.steps[MOST_EFFORT]:
        return INFINITE
    return cover(fixed.relaxed, ranks, fixed.desk, cases, depth + 1, effort, below)


@compiled
def _sift(fixed, ranks, nodes, depth, worth, group_price, threshold):  # type: ignore[no-untyped-def]
    """Drop the listed cases that no group worth having contains beside the set; what each adds
    alone is worked out on the way.
    """
    value, listed, future, table = (
        nodes.value[depth],
        nodes.listed[depth],
        nodes.future[depth],
        fixed.data.case,
    )
    policy, steps = fixed.data.policy, fixed.steps
    _charge(fixed, nodes, depth, worth)
    profit, count = worth.profit, value[COUNT]
    for turn in range(5):
        _no_future(future)
        for k in range(count):
            _add_future(future, listed[k], table, profit, steps)
        left = 0
        for k in range(count):
            bound = _least_with(
                value, future, listed[k], table, policy, profit, group_price, steps, turn == 0
            )
            if bound < threshold and turn == 2:
                # By a search, now that fewer are left; it need not go beyond what already excludes
                # the case.
                enough = listed[k, WITH_TEAM] + 4 * (threshold - bound)
                team = _team_with(fixed, ranks, nodes.chosen, depth, listed[k, WHICH], enough)
                if team > listed[k, WITH_TEAM]:
                    listed[k, DELTA] += team - listed[k, WITH_TEAM]
                    listed[k, WITH_TEAM] = team
                    bound = _least_with(
                        value, future, listed[k], table, policy, profit, group_price, steps, False
                    )
            if bound < threshold:
                listed[left] = listed[k]
                left += 1
        if left == count and turn > 2:
            break
        count = left
    value[COUNT] = count
    value[NEXT] = count
    _no_future(future)


@compiled
def _consider(  # type: ignore[no-untyped-def]
    fixed, ranks, nodes, depth, anchor, group_price, threshold, limits, columns_before, found
):
    """Price the set of this depth if it could be a group below the threshold, and keep the
    group.
    """
    value, data = nodes.value[depth], fixed.data
    reduced = value[TOUR] + value[TEAM_COST] - value[GAIN] - group_price
    if value[WORK] < data.policy[EFFORT_LOW] or reduced >= threshold:
        return
    found.counts[STAFFED] += 1
    k = found.counts[COLUMNS]
    wanted = k < found.cost.shape[0] and k - columns_before < limits[PER_CASE]
    cases = np.empty(MAX_CASES, dtype=np.int64)
    visits_first(data, nodes.chosen, depth, cases)
    due = group_price + value[GAIN]
    if limits[TEAM_NODES] < 0:
        list_teams(fixed, ranks, found, cases, depth, value[WORK], value[TOUR], threshold + due)
        return
    team = cover(
        fixed.relaxed, ranks, fixed.desk, cases, depth, value[WORK], threshold + due - value[TOUR]
    )
    reduced = max(reduced, team + value[TOUR] - due)
    for at in range(depth):
        due += fixed.least[cases[at]]
    cost = INFINITE
    if reduced < threshold and (wanted or limits[TEAM_NODES] > 0) and fixed.desk.team[0] >= 0:
        cost = _as_covered(fixed, cases, depth, threshold + due)
    if reduced < min(threshold, cost - due) and limits[TEAM_NODES] > 0:
        cost = min(
            cost,
            best_team(
                data,
                fixed.state,
                fixed.room,
                cases,
                depth,
                1 << 30,
                limits[TEAM_NODES],
                min(cost, threshold + due),
                0,
                0,
            ),
        )
        if fixed.room.answer[CUT]:
            found.counts[CUT_SHORT] += 1
        else:
            reduced = cost - due
    found.least[anchor] = min(found.least[anchor], reduced)
    if wanted and cost < threshold + due:
        write(fixed.room, found, k, cases, depth)
        found.counts[COLUMNS] += 1


@compiled
def _as_covered(fixed, cases, count, below):  # type: ignore[no-untyped-def]
    """The group of the team that `cover` found, priced in full; INFINITE when its visits find no
    order.
    """
    free = fixed.few.free
    free[:] = 0
    for seat in range(fixed.desk.team.shape[0]):
        put(free, fixed.desk.team[seat])
    return best_team(fixed.data, fixed.few, fixed.room, cases, count, 1 << 30, 1 << 30, below, 0, 0)


@compiled
def visits_first(data, chosen, count, cases):  # type: ignore[no-untyped-def]
    filled = 0
    for with_visit in range(2):
        for d in range(count):
            if (data.case[chosen[d], HALF_DAYS] > 0) == (with_visit == 0):
                cases[filled] = chosen[d]
                filled += 1

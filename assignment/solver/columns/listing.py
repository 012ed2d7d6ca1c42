"""Every team of a set of cases whose group could be in a plan better than the one known: the
columns of the proof.
"""

from __future__ import annotations

import numpy as np

from assignment.solver.columns.cover import (
    ALIVE,
    FIRST,
    HARD,
    SITS,
    SUNK,
    begin,
    gather,
    list_seat,
    next_two,
    sit,
    strike,
)
from assignment.solver.columns.cover import COST as SEAT
from assignment.solver.columns.tables import COLUMNS
from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import put
from assignment.solver.kernel.data import SIZE_HIGH, SIZE_LOW, W_EXTRA, W_WORKLOAD
from assignment.solver.kernel.room import COST, HEAD, SIZE, START, TEAM
from assignment.solver.kernel.team import best_team


@compiled
def list_teams(fixed, ranks, found, cases, count, effort, tour, below):  # type: ignore[no-untyped-def]
    """Write down every team of a reduced cost below the threshold; `below` is a cost without what
    nobody can avoid.
    """
    data, desk, policy = fixed.relaxed, fixed.desk, fixed.data.policy
    least = np.int64(0)
    for at in range(count):
        least += fixed.least[cases[at]]
    leaders = FIRST + 3 * data.case.shape[0] + ranks.leader.shape[0] - 1
    if ranks.leader.shape[0] == 0:
        return
    for seats in range(policy[SIZE_LOW], policy[SIZE_HIGH] + 1):
        standing, _ = gather(data, ranks, desk, cases, count, effort, seats)
        base = (
            tour
            + seats * policy[W_WORKLOAD] * effort * effort
            + policy[W_EXTRA] * (seats - policy[SIZE_LOW])
            + ranks.leader[0]
        )
        if standing < seats or base >= below:
            return
        begin(desk, count)
        list_seat(ranks, desk, cases, count, effort, 0, seats == 1, HARD, leaders)
        depth = 0
        while depth >= 0 and fixed.stop[0] == 0:
            pick, cheap = next_two(desk.sets[depth])
            cost = base + desk.ints[depth, SUNK]
            if pick >= 0:
                cost += (
                    ranks.seat[effort, pick, SEAT]
                    + (seats - 1 - depth) * ranks.seat[effort, cheap, SEAT]
                )
            if pick < 0 or cost >= below:
                depth -= 1
                continue
            strike(desk.sets[depth], pick)
            extra = sit(data, ranks, desk, cases, count, effort, depth, HARD, leaders, pick)
            if cost + extra >= below:
                continue
            if depth < seats - 1:
                desk.ints[depth + 1, SUNK] = (
                    desk.ints[depth, SUNK] + ranks.seat[effort, pick, SEAT] + extra
                )
                desk.sets[depth + 1, ALIVE] = desk.sets[depth, ALIVE]
                depth += 1
                list_seat(
                    ranks, desk, cases, count, effort, depth, depth == seats - 1, HARD, leaders
                )
                continue
            fixed.few.free[:] = 0
            for seat in range(seats):
                put(fixed.few.free, desk.ints[seat, SITS])
            full = best_team(
                fixed.data,
                fixed.few,
                fixed.room,
                cases,
                count,
                1 << 30,
                1 << 30,
                below + least,
                0,
                0,
            )
            if full < below + least:
                k = found.counts[COLUMNS]
                if k >= found.cost.shape[0]:
                    fixed.stop[0] = 1
                    return
                write(fixed.room, found, k, cases, count)
                found.counts[COLUMNS] += 1


@compiled
def write(room, found, k, cases, count):  # type: ignore[no-untyped-def]
    found.cases[k] = -1
    found.team[k] = -1
    for at in range(count):
        found.cases[k, at] = cases[at]
        found.start[k, at] = room.visit[at, START]
    for seat in range(room.answer[SIZE]):
        found.team[k, seat] = room.answer[TEAM + seat]
    found.leader[k] = room.answer[HEAD]
    found.cost[k] = room.answer[COST]

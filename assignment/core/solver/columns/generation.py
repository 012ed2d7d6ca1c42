"""Column generation for the standing regime: a proven lower bound of every plan, and good columns.

The bound is Lagrange's: for any prices, what the prices promise plus the least reduced costs of the groups that a plan can hold. Prices
are whole numbers of 1/SCALE, so the bound is exact arithmetic, whatever the accuracy of the linear programme. Left out, which only
lowers the bound: how many visits a slot bears (H14), and that a reviewer of several groups cannot be in two places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from assignment.core.problem import Problem
from assignment.core.solver.columns import pricing
from assignment.core.solver.columns.master import Columns, Duals, solve_master
from assignment.core.solver.kernel.data import (
    CARRIED,
    EFFORT,
    EFFORT_HIGH,
    LEADER,
    LEADER_COST,
    MAX_EFFORT,
    MAX_GROUPS,
    NEED_LEADER,
    SIZE_HIGH,
    SIZE_LOW,
    W_SPECIALIST,
    W_WORKLOAD,
    Data,
    Ints,
    build,
)
from assignment.core.solver.kernel.search import empty_state
from assignment.core.solver.kernel.team import EXACT, INFINITE, PRICE, room

SCALE = 16
AT_ONCE = 600  # columns of one pricing
# Limits of a pricing, by degree: columns and sets per first case, candidates per need, nodes per team.
LIMITS = ((6, 1_000, 8, 100), (8, 4_000, 12, 300), (10, 40_000, EXACT, 2_000), (20, 1 << 40, EXACT, 1 << 40))
STEP = 0.3  # of the way from the best prices to those of the linear programme


@dataclass
class Bound:
    """`value` bounds the sum of all goals but span and peak; None until a pricing was exact."""

    value: int | None
    columns: Columns
    duals: Duals | None
    closed: bool  # no column of negative reduced cost is left: the value is that of the linear programme


class Generation:
    """One run; `threads` share each pricing."""

    def __init__(self, problem: Problem, weights: Mapping[str, int], stop: Callable[[], bool], threads: int = 2) -> None:
        self.problem = problem
        self.stop = stop
        scaled = {goal: SCALE * weight for goal, weight in weights.items() if goal not in ("span", "peak")}
        self.data: Data = build(problem, scaled)
        self.state = [empty_state(self.data) for _ in range(threads)]
        self.room = [room(self.data) for _ in range(threads)]
        count = len(problem.cases)
        groups = problem.policy.groups or (0, count)
        self.groups = (max(0, groups[0]), min(groups[1], count))
        self.columns = Columns()
        self.best: int | None = None
        self.closed = False
        self.closure = _closure(self.data.travel)
        # An effort of nothing lets any number of cases in; such sets stay small by MAX_CASES only.
        self.most = int(min(self.data.policy[EFFORT_HIGH], self.data.case[:, EFFORT].sum()))
        self.found = [pricing.empty_found(AT_ONCE, int(self.data.policy[SIZE_HIGH]), count) for _ in range(threads)]
        self.most_fresh = 6 * count
        self.guess: Duals | None = None  # where the prices start
        self.missing = float(SCALE * (1 + _dearest(self.data)))

    def run(self, log: Callable[[str], None] | None = None) -> Bound:
        """Alternate between the linear programme and pricing until nothing is gained or the time is over."""
        level, center = 0, self.guess
        while not self.stop():
            master = solve_master(self.columns, len(self.problem.cases), self.data.person[:, MAX_GROUPS], self.groups, self.missing)
            if master is None:
                break
            trial = master.duals if center is None else center.toward(master.duals, STEP)
            fresh, value, cut = self._price(trial, LIMITS[level])
            if self.best is None or value > self.best:
                self.best, center = value, trial
            elif center is not None:
                center = center.toward(trial, 0.3)
            if log:
                log(
                    f"lp {master.value / SCALE:.1f} value {value} best {self.best} fresh {fresh} level {level} "
                    f"cols {len(self.columns.keys)} counts {self.found[0].counts.tolist()}"
                )
            if self.best >= np.ceil(master.value / SCALE - 1e-6):
                self.closed = True
                break
            if fresh < self.most_fresh // 20:
                if level + 1 < len(LIMITS):
                    level += 1
                elif fresh == 0:
                    fresh, value, cut = self._price(master.duals, LIMITS[level])
                    self.best = max(self.best, value)
                    if fresh == 0:
                        self.closed = cut == 0
                        break
        return Bound(self.best, self.columns, center, self.closed)

    def _price(self, duals: Duals, limits: tuple[int, int, int, int]) -> tuple[int, int, int]:
        """(new columns, Lagrangian bound, places cut off) under these prices."""
        data, policy = self.data, self.data.policy
        case_price = np.round(duals.case).astype(np.int64)
        seat_price = np.ceil(duals.seat).astype(np.int64)
        group_price = round(duals.group)
        profit = case_price - policy[W_SPECIALIST] * data.level.min(axis=0).astype(np.int64)
        order = np.argsort(-profit / np.maximum(1, data.case[:, EFFORT]), kind="stable").astype(np.int64)
        seats = self._cheapest_seats(seat_price)
        future = self._future(order, profit)
        bounds = np.array(limits, dtype=np.int64)

        def work(part: int) -> None:
            self.state[part].tally[:, PRICE] = seat_price
            pricing.enumerate_sets(
                data, self.state[part], self.room[part], order, case_price, profit, seats, future, self.closure,
                0, group_price, bounds, part, len(self.room), self.found[part],
            )  # fmt: skip

        with ThreadPoolExecutor(len(self.room)) as pool:
            list(pool.map(work, range(len(self.room))))
        before = len(self.columns.keys)
        least = np.zeros(len(order), dtype=np.int64)
        for found in self.found:
            least = np.minimum(least, found.least)
            for k in range(found.counts[pricing.COLUMNS]):
                members = [int(member) for member in found.team[k] if member >= 0]
                cost = int(found.cost[k]) - int(seat_price[members].sum())
                self.columns.add((int(case) for case in found.cases[k] if case >= 0), members, cost)
        cut = sum(int(found.counts[pricing.CUT_SHORT]) for found in self.found)
        return len(self.columns.keys) - before, self._lagrange(case_price, seat_price, group_price, least), cut

    def _lagrange(self, case_price: Ints, seat_price: Ints, group_price: int, least: Ints) -> int:
        """What the prices promise, plus the most negative reduced costs, one per first case, of as many groups as there may be."""
        promised = int(case_price.sum()) - int((seat_price * self.data.person[:, MAX_GROUPS]).sum())
        promised += group_price * (self.groups[1] if group_price < 0 else self.groups[0])
        worst = np.sort(least)[: self.groups[1]]
        return -(-(promised + int(worst.sum())) // SCALE)

    def _cheapest_seats(self, seat_price: Ints) -> Ints:
        """[effort]: no team of the least size that works so much costs less, leader included."""
        data, policy = self.data, self.data.policy
        size = int(policy[SIZE_LOW])
        lowest_pair = data.pair_cost.min(axis=1, initial=0)
        seats = np.full(self.most + 1, INFINITE // 4, dtype=np.int64)
        allowed = data.person[:, MAX_GROUPS] > 0
        for effort in range(self.most + 1):
            able = allowed & (data.person[:, MAX_EFFORT] >= effort)
            if able.sum() < size:
                continue
            cost = policy[W_WORKLOAD] * effort * (2 * data.person[:, CARRIED] + effort) + seat_price + lowest_pair
            cheapest = np.sort(cost[able])[:size]
            seats[effort] = int(cheapest.sum())
            leaders = able & (data.person[:, LEADER] > 0)
            if policy[NEED_LEADER]:
                seats[effort] += int(data.person[leaders, LEADER_COST].min()) if leaders.any() else INFINITE // 4
                if leaders.any():
                    led = int((cost + data.person[:, LEADER_COST])[leaders].min()) + int(cheapest[: size - 1].sum())
                    seats[effort] = max(int(seats[effort]), led)
        return seats

    def _future(self, order: Ints, profit: Ints) -> Ints:
        """[position, effort]: the best profit of cases from the position on that cost exactly this effort together."""
        future = np.full((len(order) + 1, self.most + 1), -INFINITE, dtype=np.int64)
        future[-1, 0] = 0
        for at in range(len(order) - 1, -1, -1):
            work = int(self.data.case[order[at], EFFORT])
            taken = np.full(self.most + 1, -INFINITE, dtype=np.int64)
            if work <= self.most:
                before = future[at + 1, : self.most + 1 - work]
                taken[work:] = np.where(before > -INFINITE, before + profit[order[at]], -INFINITE)
            future[at] = np.maximum(future[at + 1], taken)
        return future


def _closure(travel: Ints) -> Ints:
    """Shortest minutes between places, also by way of others (Floyd and Warshall): a metric below the travel times."""
    closure = np.minimum(travel, travel.T).copy()
    for by in range(len(closure)):
        closure = np.minimum(closure, closure[:, by : by + 1] + closure[by : by + 1, :])
    return closure


def _dearest(data: Data) -> int:
    """More than any one case can add to the cost of a group: the price of leaving one out of the linear programme."""
    effort = int(data.policy[EFFORT_HIGH])
    load = int((data.policy[W_WORKLOAD] * effort * (2 * data.person[:, CARRIED] + effort)).max(initial=0)) * int(data.policy[SIZE_HIGH])
    return (load + 3 * int(data.policy[W_SPECIALIST]) + int(np.abs(data.pair_cost).max(initial=0)) * int(data.policy[SIZE_HIGH])) // SCALE + 1000

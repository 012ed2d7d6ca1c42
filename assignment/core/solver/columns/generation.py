"""Column generation for the standing regime: a proven lower bound of every plan, and good columns.

The bound is Lagrange's: for any prices, what the prices promise plus the least reduced costs of the groups that a plan can hold. Prices
are whole numbers of 1/SCALE, so the bound is exact arithmetic, whatever the accuracy of the linear programme. Seat prices change only
from one age to the next: within an age, teams are searched once per set of cases. Left out, which only lowers the bound: how many
visits a slot bears (H14), that a reviewer of several groups cannot be in two places, and pins that hold cases together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from assignment.core.problem import Problem
from assignment.core.solver.columns import pricing, staffing
from assignment.core.solver.columns.master import Columns, Duals, Master, solve_master
from assignment.core.solver.kernel.data import (
    CARRIED,
    EFFORT,
    EFFORT_HIGH,
    MAX_GROUPS,
    PREVIOUS_START,
    SIZE_HIGH,
    W_CHANGES,
    W_ROUTE,
    W_SPECIALIST,
    W_WORKLOAD,
    Data,
    Ints,
    build,
)
from assignment.core.solver.kernel.room import INFINITE, PRICE, room
from assignment.core.solver.kernel.sheet import empty_state

SCALE = 16
AT_ONCE = 3_000  # columns of one pricing
# Limits of a pricing, by degree: columns and sets per first case, nodes per team.
LIMITS = ((10, 2_000, 2_000), (20, 20_000, 20_000), (50, 1 << 40, 1 << 40))
STEP = 0.35  # of the way from the best prices to those of the linear programme
MOST_CASES = 1 << staffing.BITS


@dataclass
class Bound:
    """`value` bounds the sum of all goals but span, peak and fairness; None until a pricing was done."""

    value: int | None
    columns: Columns
    duals: Duals | None
    closed: bool  # the value is that of the linear programme


class Generation:
    """One run. `stop` is asked between pricings; `halt` ends one that is under way."""

    def __init__(self, problem: Problem, weights: Mapping[str, int], stop: Callable[[], bool]) -> None:
        self.problem = problem
        self.stop = stop
        scaled = {goal: SCALE * weight for goal, weight in weights.items() if goal not in ("span", "peak", "fairness")}
        self.data = _without_starts(build(problem, scaled))
        count = len(problem.cases)
        groups = problem.policy.groups or (0, count)
        self.groups = (max(0, groups[0]), min(groups[1], count))
        self.columns = Columns()
        self.best: int | None = None
        self.closed = False
        # An effort of nothing lets any number of cases in; such sets stay small by MAX_CASES only.
        self.most = int(min(self.data.policy[EFFORT_HIGH], self.data.case[:, EFFORT].sum()))
        self.found = pricing.empty_found(AT_ONCE, int(self.data.policy[SIZE_HIGH]), count)
        self.nodes = pricing.empty_nodes(count, self.most)
        self.fixed = self._fix()
        self.seat = np.zeros(len(problem.reviewers), dtype=np.int64)
        self.most_fresh = 4 * count
        self.center: Duals | None = None  # the prices of the best bound; set before the run, where the prices start
        self.missing = float(SCALE * (1 + _dearest(self.data)))
        self.log: Callable[[str], None] = lambda text: None

    def _fix(self) -> pricing.Fixed:
        data = self.data
        allowed = np.flatnonzero(data.person[:, MAX_GROUPS] > 0)
        specialist = data.policy[W_SPECIALIST] * data.level[allowed].min(axis=0, initial=3).astype(np.int64)
        gains = np.sort(np.minimum(data.pair_cost[allowed], 0), axis=0)[: int(data.policy[SIZE_HIGH])].sum(axis=0)
        plain = data.policy.copy()
        plain[[W_ROUTE, W_CHANGES]] = 0
        return pricing.Fixed(
            data=data,
            relaxed=data._replace(policy=plain, pair_cost=np.maximum(data.pair_cost, 0)),
            state=empty_state(data),
            room=room(data),
            memo=staffing.empty_memo(data.case[:, EFFORT], self.most),
            closure=_closure(data.travel),
            specialist=specialist,
            least=specialist + gains,
            stop=np.zeros(1, dtype=np.int8),
        )

    def halt(self) -> None:
        self.fixed.stop[0] = 1

    def run(self, ages: int = 1 << 30) -> Bound:
        """Age after age, each with the seat prices that the linear programme asks for, until nothing is gained or the time is over."""
        for age in range(ages):
            before = self.best
            if age > 0:
                master = self._master(free_seats=True)
                if master is None:
                    break
                self._price_seats(np.ceil((self.seat + master.duals.seat) / (2 if age == 1 else 1)).astype(np.int64))
                self.log(f"age {age}: seats {int(self.seat.sum()) // SCALE}, whole programme {master.value / SCALE:.1f}")
                if self.closed and self.best is not None and self.best >= np.ceil(master.value / SCALE - 1e-6):
                    break
            staffing.fill_pairs(self.fixed, LIMITS[0][pricing.TEAM_NODES])
            self._age()
            if self._over() or (age > 1 and self.best == before):
                break
        return Bound(self.best, self.columns, self.center, self.closed)

    def _over(self) -> bool:
        return bool(self.fixed.stop[0]) or self.stop()

    def _price_seats(self, prices: Ints) -> None:
        """Begin an age: teams must be searched anew, as their seats cost something else."""
        self.seat = prices
        self.fixed.state.tally[:, PRICE] = prices
        self.fixed.memo.key[:] = -1
        self.fixed.memo.exact[:] = 0
        self.fixed.memo.held[:] = 0

    def _master(self, free_seats: bool) -> Master | None:
        """The linear programme over the columns; with the seat prices held, seats cost their price and have no rows."""
        seats = None if free_seats else self.seat
        return solve_master(self.columns, len(self.problem.cases), self.data.person[:, MAX_GROUPS], self.groups, self.missing, seats)

    def _age(self) -> None:
        """Alternate between the linear programme and pricing while the seat prices stay."""
        level, self.closed, value_here = 0, False, -INFINITE
        while not self._over():
            master = self._master(free_seats=False)
            if master is None:
                return
            trial = master.duals if self.center is None else self.center.toward(master.duals, STEP)
            fresh, value, cut = self._price(trial, LIMITS[level])
            if self._over():
                return
            counts = self.found.counts.tolist()
            self.log(f"lp {master.value / SCALE:.1f} value {value} best {self.best} fresh {fresh} level {level} {counts}")
            if value > value_here or self.center is None:
                value_here, self.center = value, trial
            self.best = value if self.best is None else max(self.best, value)
            if value_here >= np.ceil(master.value / SCALE - 1e-6):
                self.closed = True
                return
            if fresh < self.most_fresh // 20:
                if level + 1 < len(LIMITS):
                    level += 1
                elif fresh == 0:
                    fresh, value, cut = self._price(master.duals, LIMITS[level])
                    self.best = max(self.best, value)
                    if fresh == 0:
                        self.closed = cut == 0
                        return

    def _price(self, duals: Duals, limits: tuple[int, int, int]) -> tuple[int, int, int]:
        """(new columns, Lagrangian bound, places cut off) under these prices and the seat prices of the age."""
        case_price = np.round(duals.case).astype(np.int64)
        group_price = round(duals.group)
        profit = case_price - self.fixed.least
        order = np.argsort(-profit / np.maximum(1, self.data.case[:, EFFORT]), kind="stable").astype(np.int64)
        found = self.found
        pricing.enumerate_sets(self.fixed, self.nodes, order, profit, group_price, 0, np.array(limits, dtype=np.int64), found)
        before = len(self.columns.keys)
        for k in range(found.counts[pricing.COLUMNS]):
            members = [int(member) for member in found.team[k] if member >= 0]
            cases = (int(case) for case in found.cases[k] if case >= 0)
            self.columns.add(cases, members, int(found.cost[k]) - int(self.seat[members].sum()))
        return len(self.columns.keys) - before, self._lagrange(case_price, group_price, found.least), int(found.counts[pricing.CUT_SHORT])

    def _lagrange(self, case_price: Ints, group_price: int, least: Ints) -> int:
        """What the prices promise, plus the most negative reduced costs, one per first case, of as many groups as there may be."""
        promised = int(case_price.sum()) - int((self.seat * self.data.person[:, MAX_GROUPS]).sum())
        promised += group_price * (self.groups[1] if group_price < 0 else self.groups[0])
        worst = np.sort(least)[: self.groups[1]]
        return -(-(promised + int(worst.sum())) // SCALE)


def _without_starts(data: Data) -> Data:
    """The kernel takes the earliest starts, which need not be those that change least: no cost of moving a visit bounds that from below."""
    table = data.case.copy()
    table[:, PREVIOUS_START] = -1
    return data._replace(case=table)


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
    pairs = int(np.abs(data.pair_cost).max(initial=0)) * int(data.policy[SIZE_HIGH])
    return (load + 3 * int(data.policy[W_SPECIALIST]) + pairs) // SCALE + 1000

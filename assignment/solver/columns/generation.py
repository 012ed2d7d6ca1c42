"""Column generation for the standing regime: a proven lower bound of every plan, and good columns.

The bound is Lagrange's: for any prices, what the prices promise plus the least reduced costs of the
groups that a plan can hold. Prices are whole numbers of 1/SCALE, so the bound is exact arithmetic,
whatever the accuracy of the linear programme. Left out, which only lowers the bound: how many
visits a slot bears (H14), that a reviewer of several groups cannot be in two places, and pins that
hold cases together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assignment.problem import GOALS, Problem
from assignment.solver.columns import pricing, rows, tables
from assignment.solver.columns.bounding import ON_THEIR_OWN, SCALE, within, without_starts
from assignment.solver.columns.cover import empty_desk, rank
from assignment.solver.columns.master import Columns, Duals, Master, Triple, Written, solve_master
from assignment.solver.crew import Crew, all_of
from assignment.solver.draft import Incumbent, Priced
from assignment.solver.kernel.data import (
    CARRIED,
    EFFORT,
    EFFORT_HIGH,
    MAX_GROUPS,
    SIZE_HIGH,
    W_CHANGES,
    W_ROUTE,
    W_SPECIALIST,
    W_WORKLOAD,
    Data,
    Ints,
    build,
)
from assignment.solver.kernel.room import INFINITE, PRICE, room
from assignment.solver.kernel.sheet import empty_state
from assignment.solver.workers import held

Bools = NDArray[np.bool_]

AT_ONCE = 3_000  # columns of one pricing
# Limits of a pricing that is cut off, and of one in full: columns and sets per first case, nodes
# per team. Bounds in place of teams over more sets cost as much as teams and prove nothing.
CUT_OFF, IN_FULL = range(2)
LIMITED, EVERY_COLUMN, EVERY_NODE = (10, 500, 0), 50, 1 << 40
# Sets of one in full, for a first case: prices that are wrong yet may make it last for minutes. It
# gives its columns then, and the next one, at better prices, may look at twice as many.
SETS_IN_FULL = 15_000
OF_THE_REST = (10, 100, 0)  # the same for what is left of a plan, whose prices are high
# One in full is due when cutting off finds little, or after so many that were cut off and so many
# times the sets of the last one in full: else no bound would stand for a long time.
MOST_CUT_OFF, SETS_BETWEEN = 8, 2
EVERY_TEAM, AT_MOST = (1 << 40, 1 << 40, -1), 60_000
MODEST = 0.8  # of what the plan costs: with prices too high nearly every set looks worth pricing
PARTS = 6  # of a pricing, for each who works at it
# Rows for triples of cases: not where a proof takes a moment without; as soon as the bound is as
# near to the programme as this share of the programme's distance from the plan.
FEWEST_CUT, NEAR = 25, 0.25
STEP = 0.35  # of the way from the best prices to those of the linear programme


@dataclass(frozen=True)
class Prices:
    """Duals in whole numbers of 1/SCALE."""

    case: Ints
    seat: Ints
    group: int
    row: Ints  # of `triples`, as many as have a price
    triples: tuple[Triple, ...] = ()


def groups_of(priced: Priced) -> list[Written]:
    """Groups of a plan as columns."""
    return [
        Written(group.cases, group.starts, group.members, group.leader, SCALE * cost)
        for group, cost in priced
    ]


def written(found: tables.Found, seat: Ints) -> list[Written]:
    groups = []
    for k in range(found.counts[tables.COLUMNS]):
        order = sorted(
            (int(case), int(start))
            for case, start in zip(found.cases[k], found.start[k], strict=True)
            if case >= 0
        )
        members = tuple(sorted(int(member) for member in found.team[k] if member >= 0))
        cost = int(found.cost[k]) - int(seat[list(members)].sum())
        groups.append(
            Written(
                tuple(c for c, _ in order),
                tuple(s for _, s in order),
                members,
                int(found.leader[k]),
                cost,
            )
        )
    return groups


@dataclass(frozen=True)
class Part:
    """A part of one pricing, for whoever does it: `limits` as in `tables`, within the seconds."""

    slots: int | None
    prices: Prices
    limits: tuple[int, ...]
    seconds: float


def price_sets(problem: Any, part: Part) -> tables.Found:
    """Do it in another process, where tables are made once a thread; raises TimeoutError."""
    generation = _generation(held(problem), part.slots)
    generation.fixed.stop[0] = 0
    end = threading.Timer(max(0.0, part.seconds), generation.halt)
    end.start()
    try:
        found = generation.price_part(part)
    finally:
        end.cancel()
    if generation.fixed.stop[0]:
        raise TimeoutError
    return found


# Of the last pricing of each thread.
_last = threading.local()


def _generation(problem: Problem, slots: int | None) -> Generation:
    known: Generation | None = getattr(_last, "generation", None)
    if known is None or known.problem is not problem or known.slots != slots:
        weights = {goal: problem.weight(goal) for goal in GOALS}
        known = _last.generation = Generation(problem, weights, lambda: False, slots)
    return known


def gather(part: tables.Found, found: tables.Found) -> None:
    """Add what a part found, as far as there is room."""
    before = int(found.counts[tables.COLUMNS])
    after = min(len(found.cost), before + int(part.counts[tables.COLUMNS]))
    for entries, table in zip(part[:5], found[:5], strict=True):
        table[before:after] = entries[: after - before]
    found.counts[:] += part.counts
    found.counts[tables.COLUMNS] = after
    np.minimum(found.least, part.least, out=found.least)


@dataclass
class Bound:
    """`value` bounds the sum of all goals but span, peak and fairness; None until a pricing was
    done.
    """

    value: int | None
    columns: Columns
    duals: Duals | None
    closed: bool  # the value is that of the linear programme


class Generation:
    """One run. `stop` is asked between pricings; `halt` ends one that is under way."""

    def __init__(
        self,
        problem: Problem,
        weights: Mapping[str, int],
        stop: Callable[[], bool],
        slots: int | None = None,
    ) -> None:
        self.problem = problem
        self.stop = stop
        self.slots = slots
        self._crew: Crew | None = None
        scaled = {
            goal: SCALE * weight for goal, weight in weights.items() if goal not in ON_THEIR_OWN
        }
        self.data = without_starts(build(problem, scaled))
        if slots is not None:
            self.data = within(self.data, slots)
        count = len(problem.cases)
        groups = problem.policy.groups or (0, count)
        self.groups = (max(0, groups[0]), min(groups[1], count))
        self.columns = Columns()
        self._sets_allowed = SETS_IN_FULL
        self.triples: list[Triple] = []
        self.cutting = count > FEWEST_CUT
        self.best: int | None = None
        self.sets = 0  # priced so far
        self.closed = False
        # An effort of nothing lets any number of cases in; such sets stay small by MAX_CASES only.
        self.most = int(min(self.data.policy[EFFORT_HIGH], self.data.case[:, EFFORT].sum()))
        self.found = tables.empty_found(AT_ONCE, int(self.data.policy[SIZE_HIGH]), count)
        self.nodes = tables.empty_nodes(count, self.most)
        self.fixed = self._fix()
        self.most_fresh = 4 * count
        self._turns, self._sets_cut_off, self._sets_in_full, self._exhausted = 0, 0, 0, False
        self.center: Duals | None = (
            None  # the prices of the best bound; set before the run, where the prices start
        )
        self.missing = float(SCALE * (1 + _dearest(self.data)))
        self.log: Callable[[str], None] = lambda text: None
        # Called now and then when the prices say what groups are worth.
        self.near: Callable[[], object] = lambda: None

    def _fix(self) -> tables.Fixed:
        data = self.data
        allowed = np.flatnonzero(data.person[:, MAX_GROUPS] > 0)
        specialist = data.policy[W_SPECIALIST] * data.level[:, allowed].min(
            axis=1, initial=3
        ).astype(np.int64)
        gains = np.sort(np.minimum(data.pair_cost[:, allowed], 0), axis=1)[
            :, : int(data.policy[SIZE_HIGH])
        ].sum(axis=1)
        shortest = int(data.case[:, EFFORT].min(initial=1 << 30))
        state, plain = empty_state(data), data.policy.copy()
        plain[[W_ROUTE, W_CHANGES]] = 0
        return tables.Fixed(
            data=data,
            relaxed=data._replace(policy=plain, pair_cost=np.maximum(data.pair_cost, 0)),
            state=state,
            few=state._replace(free=np.zeros_like(state.free)),
            room=room(data),
            desk=empty_desk(data),
            steps=np.array(
                [shortest, self.most // shortest + 1 if shortest > 0 else 1 << 40, self.most],
                dtype=np.int64,
            ),
            closure=_closure(data.travel),
            least=specialist + gains,
            stop=np.zeros(1, dtype=np.int8),
        )

    def meet(self, best: Incumbent) -> None:
        """Take the groups of a plan and those met on the way to it as columns."""
        self.take(groups_of(best.groups + best.seen))

    def take(self, groups: Iterable[Written]) -> None:
        for group in groups:
            self.columns.add(group)

    def begin_from(self, best: Incumbent) -> None:
        """Columns of a plan and of what was met on the way, and prices from the plan: by effort,
        squares in the price of the group.
        """
        self.meet(best)
        price, square = np.zeros(len(self.problem.cases)), []
        for group, cost in best.groups:
            effort = int(self.data.case[list(group.cases), EFFORT].sum())
            square.append(int(self.data.policy[W_WORKLOAD]) * len(group.members) * effort**2)
            for case in group.cases:
                share = self.data.case[case, EFFORT] / effort if effort else 1 / len(group.cases)
                price[case] = (MODEST * SCALE * cost + square[-1]) * share
        if square:
            self.center = Duals(
                price, np.zeros(len(self.problem.reviewers)), -float(np.mean(square))
            )

    def halt(self) -> None:
        self.fixed.stop[0] = 1

    def run(self, enough: int = INFINITE) -> Bound:
        """Alternate between the linear programme and pricing until nothing is gained, the bound is
        `enough`, or the time is over.
        """
        level = CUT_OFF
        while not self._over():
            master = self._master()
            if master is None:
                break
            # Where the prices start, they are tried as they are.
            step = STEP if self.best is not None else 0.0
            trial = master.duals if self.center is None else self.center.toward(master.duals, step)
            fresh, value, cut = self._price(trial, self._limits(level))
            if self._over():
                break
            self.log(
                f"lp {master.value / SCALE:.1f} value {value} best {self.best} fresh {fresh} level"
                f" {level} {self.found.counts.tolist()} rows {len(self.triples)}"
            )
            best = self._keep(value, trial)
            if best >= enough:
                break
            if level == IN_FULL and self._near(master, enough):
                self.near()
                if self._cut(master):
                    level = self._next_level(level, fresh)
                    continue
            if best >= np.ceil(master.value / SCALE - 1e-6):
                self.closed = True
                break
            whole = level == IN_FULL and self._whole_now(cut)
            if fresh == 0 and whole:
                fresh, value, cut = self._price(master.duals, self._limits(level))
                if self._over():
                    break
                self._keep(value, master.duals)
                if fresh == 0 and self._whole_now(cut) and not self._cut(master):
                    self.closed = cut == 0
                    break
            level = self._next_level(level, fresh)
        return Bound(self.best, self.columns, self.center, self.closed)

    def _near(self, master: Master, enough: int) -> bool:
        """Whether rows promise more than what the programme is still above the bound."""
        value = master.value / SCALE
        return self.best is not None and value - self.best <= NEAR * (enough - value)

    def _cut(self, master: Master) -> int:
        """How many new rows the programme breaks."""
        if not self.cutting:
            return 0
        new = rows.broken(self.columns.keys, master.weights, len(self.problem.cases), self.triples)
        self.triples += new
        return len(new)

    def _limits(self, level: int) -> tuple[int, int, int]:
        return LIMITED if level == CUT_OFF else (EVERY_COLUMN, self._sets_allowed, EVERY_NODE)

    def _whole_now(self, cut: int) -> bool:
        """Whether the pricing in full just made was that; if not, the next may see twice as many
        sets.
        """
        if not cut or int(self.found.counts[tables.SEEN]) <= self._sets_allowed:
            return True
        self._sets_allowed *= 2
        return False

    def _next_level(self, level: int, fresh: int) -> int:
        """Whether the next pricing is cut off or in full, after one that found so many columns."""
        seen = int(self.found.counts[tables.SEEN])
        if level == IN_FULL:
            self._turns, self._sets_cut_off, self._sets_in_full = 0, 0, seen
        else:
            self._turns, self._sets_cut_off = self._turns + 1, self._sets_cut_off + seen
            # Prices as they start are modest: that they find little says nothing yet.
            self._exhausted |= self._turns > 1 and fresh <= self.most_fresh // 8
        enough = self._sets_cut_off >= SETS_BETWEEN * self._sets_in_full
        due = self._turns >= MOST_CUT_OFF and enough
        return IN_FULL if self._exhausted or due else CUT_OFF

    def _keep(self, value: int, duals: Duals) -> int:
        """The best bound so far."""
        if self.best is None or value > self.best:
            self.best, self.center = value, duals
        return self.best

    def _over(self) -> bool:
        return bool(self.fixed.stop[0]) or self.stop()

    def _master(self) -> Master | None:
        """The linear programme over the columns."""
        return solve_master(
            self.columns,
            len(self.problem.cases),
            self.data.person[:, MAX_GROUPS],
            self.groups,
            self.missing,
            triples=self.triples,
        )

    def _price(self, duals: Duals, limits: tuple[int, int, int]) -> tuple[int, int, int]:
        """(new columns, Lagrangian bound, places cut off) under these prices."""
        prices = self._whole(duals)
        found = self.found
        if self._crew is not None and self._crew.for_proofs:
            self._shared(prices, limits)
        else:
            self._search(prices, limits, 0, found)
        before = len(self.columns.keys)
        for group in written(found, prices.seat):
            self.columns.add(group)
        return (
            len(self.columns.keys) - before,
            self._lagrange(prices, found.least),
            int(found.counts[tables.CUT_SHORT]),
        )

    def price_rest(self, duals: Duals, left: Bools, seats: Ints, barred: int) -> int:
        """New columns, quickly found, of the cases `left` [N] and those with `seats` [R] left."""
        prices = self._whole(duals)
        prices = replace(prices, seat=np.where(seats > 0, prices.seat, barred))
        self._enumerate(prices, (*OF_THE_REST, 0, 1), 0, self.found, left)
        self.sets += int(self.found.counts[tables.SEEN])
        before = len(self.columns.keys)
        for group in written(self.found, prices.seat):
            self.columns.add(group)
        return len(self.columns.keys) - before

    def _whole(self, duals: Duals) -> Prices:
        return Prices(
            np.round(duals.case).astype(np.int64),
            np.round(duals.seat).astype(np.int64),
            round(duals.group),
            np.round(duals.row).astype(np.int64),
            tuple(self.triples[: len(duals.row)]),
        )

    def share(self, crew: Crew, left: Callable[[], float]) -> None:
        """Let others help with the pricings, who have so many seconds `left`."""
        self._crew, self._left = crew, left

    def _shared(self, prices: Prices, limits: tuple[int, int, int]) -> None:
        """The same as `_search` for nothing, in parts by the first case of a set."""
        assert self._crew is not None
        count = len(self.problem.cases)
        each = min(count, PARTS * (1 + self._crew.for_proofs))
        parts = [
            Part(self.slots, prices, (*limits, first, each), self._left()) for first in range(each)
        ]
        answers = all_of(self._crew, price_sets, parts, self.price_part, self._over)
        self.found.counts[:] = 0
        self.found.least[:] = 0
        for answer in answers or ():
            gather(answer, self.found)
        self.sets += int(self.found.counts[tables.SEEN])

    def price_part(self, part: Part) -> tables.Found:
        """The groups of a part of the sets; nothing is known of them all when it was stopped."""
        seats = int(self.data.policy[SIZE_HIGH])
        found = tables.empty_found(AT_ONCE, seats, len(self.problem.cases))
        self._enumerate(part.prices, part.limits, 0, found)
        return tables.written(found)

    def _search(
        self, prices: Prices, limits: tuple[int, int, int], threshold: int, found: tables.Found
    ) -> None:
        """Fill `found` with groups of a reduced cost below the threshold."""
        self._enumerate(prices, (*limits, 0, 1), threshold, found)
        self.sets += int(found.counts[tables.SEEN])

    def _enumerate(
        self,
        prices: Prices,
        limits: tuple[int, ...],
        threshold: int,
        found: tables.Found,
        left: Bools | None = None,
    ) -> None:
        """`left` [N]: sets of these cases only."""
        self.fixed.state.tally[:, PRICE] = prices.seat
        ranks = rank(self.fixed.relaxed, prices.seat, self.most)
        profit = prices.case - self.fixed.least
        order = np.argsort(
            -profit / np.maximum(1, self.data.case[:, EFFORT]), kind="stable"
        ).astype(np.int64)
        if left is not None:
            order = order[left[order]]
        sizes = np.array(limits, dtype=np.int64)
        worth = rows.worth(profit, prices.triples, prices.row)
        pricing.enumerate_sets(
            self.fixed, ranks, self.nodes, order, worth, prices.group, threshold, sizes, found
        )

    def inherit(self, other: Generation) -> None:
        """Begin with the prices and the bound of a generation that allows more groups."""
        self.center, self.best, self.triples = other.center, other.best, list(other.triples)

    def groups_below(self, upper: int, most: int = AT_MOST) -> list[Written] | None:
        """Every group that a plan of a cost below `upper` can hold, by the prices of the best
        bound; None when they are more than `most`.
        """
        if self.center is None or self.best is None:
            return None
        prices = self._whole(self.center)
        found = tables.empty_found(most, int(self.data.policy[SIZE_HIGH]), len(self.problem.cases))
        self._search(prices, EVERY_TEAM, SCALE * (upper - self.best + 1), found)
        if found.counts[tables.COLUMNS] >= most and not self.stop():
            self.fixed.stop[0] = 0  # the list was full: nobody called a halt
            return None
        if self._over() or found.counts[tables.CUT_SHORT]:
            return None
        return written(found, prices.seat)

    def _lagrange(self, prices: Prices, least: Ints) -> int:
        """What the prices promise, plus the most negative reduced costs, one per first case, of as
        many groups as there may be.
        """
        promised = int(prices.case.sum()) - int(
            (prices.seat * self.data.person[:, MAX_GROUPS]).sum()
        )
        promised -= int(prices.row.sum())
        promised += prices.group * (self.groups[1] if prices.group < 0 else self.groups[0])
        worst = np.sort(least)[: self.groups[1]]
        return -(-(promised + int(worst.sum())) // SCALE)


def _closure(travel: Ints) -> Ints:
    """Shortest minutes between places, also by way of others (Floyd and Warshall): a metric below
    the travel times.
    """
    closure = np.minimum(travel, travel.T).copy()
    for by in range(len(closure)):
        closure = np.minimum(closure, closure[:, by : by + 1] + closure[by : by + 1, :])
    return closure


def _dearest(data: Data) -> int:
    """More than any one case can add to the cost of a group: the price of leaving one out of the
    linear programme.
    """
    effort = int(data.policy[EFFORT_HIGH])
    load = int(
        (data.policy[W_WORKLOAD] * effort * (2 * data.person[:, CARRIED] + effort)).max(initial=0)
    ) * int(data.policy[SIZE_HIGH])
    return (
        load
        + 3 * int(data.policy[W_SPECIALIST])
        + int(np.abs(data.pair_cost).max(initial=0)) * int(data.policy[SIZE_HIGH])
    ) // SCALE + 1000

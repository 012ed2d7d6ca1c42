"""Prices of a reviewer's cases by size, from the market to the best bound found: no complete plan
of panels costs less.

Left out, which only lowers the bound: overlaps of a reviewer's visits (H13), visits that a slot can
bear (H14), and pins of starts that `changes` would rather not keep. The last half-day, the peak and
fairness are counted on their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assignment.problem import Problem
from assignment.solver.columns.bounding import ON_THEIR_OWN, constant, without_starts
from assignment.solver.crew import Crew, all_of
from assignment.solver.kernel.data import PREVIOUS_LEADER, Data, Ints, Words, build
from assignment.solver.kernel.room import INFINITE
from assignment.solver.prices import sweep, tables
from assignment.solver.workers import held

SCALE = 64  # prices are whole numbers of 1/SCALE, so that the bound is exact arithmetic
SWEEPS = 10  # whose average is evaluated
FALL = 0.93  # of the step from one evaluation to the next
FINE = 32  # the first step is this part of the mean price
GLANCE, LOOK = 100, 4_000  # nodes of one team while sweeping, and in an evaluation
LISTING = 20  # nodes for each team that may be listed
PARTS = 4  # of an evaluation, for each who works at it
MARKET, MARKET_FALL = 200, 0.97  # rounds that find the market's prices
LARGEST = 1 << 50  # no sum of costs may pass it
MOST_STEPS, MOST_SIZES = 20_000, 64  # of a reviewer's choice of a load


def applies(problem: Problem) -> bool:
    """Panels with visits; without any they are a programme of memberships alone."""
    return (
        problem.policy.regime == "panel"
        and any(case.half_days for case in problem.cases)
        and len(problem.reviewers) > 0
        and problem.policy.group_size[0] > 0
    )


def of_bound(problem: Problem, scale: int) -> Data:
    """The kernel's arrays with costs that no plan undercuts: starts and leaders of a former plan
    may change for nothing.
    """
    weights = {goal: scale * w for goal, w in problem.weights.items() if goal not in ON_THEIR_OWN}
    data = without_starts(build(problem, weights))
    data.case[:, PREVIOUS_LEADER] = -1
    return data


@dataclass(frozen=True)
class Walk:
    """A part of one round of sweeping; `which` cases, and reviewers numbered after them."""

    price: Ints  # [K, R]
    which: Ints
    step: int
    seed: int


def walk(problem: Any, part: Walk) -> Ints:
    """Do it in another process: [K, R] how the prices change."""
    return prices_of(held(problem)).walk_part(part)


@dataclass(frozen=True)
class Asked:
    """Prices, for some cases and reviewers to answer."""

    price: Ints  # [K, R]
    which: Ints


@dataclass(frozen=True)
class Answered:
    """What they add to the bound, and their parts of `tables.Parts`, in the order asked."""

    value: int
    least: Ints
    wish: Ints
    gain: Ints


def cheapest(problem: Any, asked: Asked) -> Answered:
    """Answer in another process."""
    return prices_of(held(problem)).ask_part(asked)


# Of the last problem of each thread: its tables and working space.
_last = threading.local()


def prices_of(problem: Problem) -> Prices:
    """For tasks; what it has from one is of no use to the next but for speed."""
    known: Prices | None = getattr(_last, "prices", None)
    if known is None or known.problem is not problem:
        known = _last.prices = Prices(problem, lambda goal: 0)
    return known


class Prices:
    """One problem of panels.

    `bound` rises while `run` goes on; `price` [K, R] is what gave it, in 1/SCALE.
    """

    def __init__(self, problem: Problem, counted: Callable[[str], int], seed: int = 1) -> None:
        self.problem = problem
        self.panels = tables.panels(of_bound(problem, SCALE))
        apart = {g: problem.weight(g) * counted(g) for g in ON_THEIR_OWN if problem.weight(g)}
        self.rest = constant(problem) + sum(apart.values())
        self.bound: int | None = None
        self.impossible = False  # some case can have no panel
        self.price = self.panels.floor.copy()
        self.parts = tables.parts(self.panels)
        self.rounds = 0
        self._value = -INFINITE
        self._desk = tables.desk(self.panels)
        self._memory = tables.memory(self.panels.data)
        self._loads = tables.loads(self.panels)
        self._found = tables.none_found(self.panels)
        self._crew: Crew | None = None
        self._shuffle = np.random.default_rng(seed)
        self._stop = np.zeros(1, dtype=np.int8)
        self._rng = np.array([88172645463325252 + 7919 * seed], dtype=np.uint64)

    def fits(self) -> bool:
        """Whether costs stay inside the numbers, and a reviewer's choice of a load is quickly
        made.
        """
        panels, data = self.panels, self.panels.data
        steps = int((panels.most[:, 0] * (panels.most[:, 1] + 1)).max(initial=0))
        dearest = max(
            int(panels.floor.max(initial=0)),
            int(np.abs(data.pair_cost).max(initial=0)),
            int(data.policy.max()),
        )
        heavy = dearest * (1 + int(panels.most[:, 0].max(initial=0))) * max(1, len(panels.size))
        return (
            steps * len(panels.sizes) <= MOST_STEPS
            and len(panels.sizes) <= MOST_SIZES
            and 0 <= heavy < LARGEST
        )

    def halt(self) -> None:
        """End the round that is under way."""
        self._stop[0] = 1

    def run(self, over: Callable[[], bool], rounds: int = 1 << 30) -> None:
        """Raise the bound until the step is nothing, `over` says so, or after so many rounds."""
        if self.rounds == 0:
            self._open()
        total = np.zeros_like(self.price)
        order = np.arange(len(self.parts.least) + len(self.parts.gain))
        while not self.impossible and self._step >= 1 and self.rounds < rounds and not over():
            total[:] = 0
            swept = 0
            while swept < SWEEPS and not over():
                self._sweep(order)
                total += self._walk
                swept += 1
            if swept < SWEEPS:
                break
            self._judge(total // SWEEPS)
            self._step *= FALL
            self.rounds += 1

    def share(self, crew: Crew) -> None:
        """Let others help with the sweeps and evaluations."""
        self._crew = crew

    def _helping(self) -> int:
        return 0 if self._crew is None else self._crew.for_proofs

    def _sweep(self, order: Ints) -> None:
        """One round through all cases and reviewers; several at a time each from the same prices,
        where others help.
        """
        helping = self._helping()
        if not helping:
            self.walk(self._walk, order, int(self._step), self._rng)
            return
        shuffled = self._shuffle.permutation(order)
        walks = [
            Walk(self._walk, part, int(self._step), int(self._shuffle.integers(1 << 30)))
            for part in np.array_split(shuffled, 1 + helping)
        ]
        answers = all_of(self._crew, walk, walks, self.walk_part, self._halted)
        for change in answers or ():
            self._walk += change
        np.maximum(self._walk, self.panels.floor, out=self._walk)

    def walk_part(self, part: Walk) -> Ints:
        """[K, R] how a part of a round changes the prices."""
        price = part.price.copy()
        rng = np.array([88172645463325252 + 7919 * part.seed], dtype=np.uint64)
        self.walk(price, part.which.copy(), part.step, rng)
        return price - part.price

    def walk(self, price: Ints, order: Ints, step: int, rng: Words) -> None:
        """Cases and reviewers (numbered after the cases) change the prices in random order."""
        sweep.sweep(
            self.panels,
            price,
            self._desk,
            self._memory,
            self._loads,
            order,
            step,
            rng,
            GLANCE,
            self._found,
            self._stop,
        )

    def _halted(self) -> bool:
        return bool(self._stop[0])

    def _open(self) -> None:
        """Begin at the market's prices, a little apart: where all are alike, thousands of teams
        are equally good.
        """
        market = self._market()
        self._step = max(1.0, float(market.mean()) / FINE) if len(market) else 0.0
        noise = np.random.default_rng(1).integers(0, int(self._step) + 1, self.price.shape)
        self._walk = np.maximum(self.panels.floor, market[:, None] + noise)
        self._judge(self._walk.copy())

    def _market(self) -> Ints:
        """[K] prices at which all reviewers together ask for about as many cases of each size as
        there are seats.
        """
        panels = self.panels
        seats = np.bincount(panels.size, minlength=len(panels.sizes)) * int(panels.data.policy[1])
        price = np.median(panels.floor, axis=1) if panels.floor.size else np.zeros(len(seats))
        step = float(price.mean()) / 8 + 1 if len(price) else 0.0
        for _ in range(MARKET):
            wanted = np.zeros(len(seats), dtype=np.int64)
            whole = np.repeat(price.astype(np.int64)[:, None], panels.floor.shape[1], axis=1)
            sweep.ask(panels, np.ascontiguousarray(whole), self._loads, wanted)
            price = np.maximum(0.0, price + step * len(seats) * (seats - wanted) / seats.sum())
            step *= MARKET_FALL
        return price.astype(np.int64)

    def _judge(self, price: Ints) -> None:
        parts, helping = tables.parts(self.panels), self._helping()
        everybody = np.arange(len(parts.least) + len(parts.gain))
        if helping:
            value = self._judge_shared(price, everybody, parts)
        else:
            value = self.evaluate(price, everybody, parts)
        self.impossible |= value >= INFINITE
        if self._value < value < INFINITE:
            self._value, self.price, self.parts = value, price, parts
            self.bound = self.rest - (-value // SCALE)

    def _judge_shared(self, price: Ints, everybody: Ints, parts: tables.Parts) -> int:
        number = PARTS * (1 + self._helping())
        # In one piece: for every other form of array the compiled search would be compiled anew.
        shares = [np.ascontiguousarray(everybody[first::number]) for first in range(number)]
        asked = [Asked(price, share) for share in shares]
        answers = all_of(self._crew, cheapest, asked, self.ask_part, self._halted)
        if answers is None:
            return -INFINITE
        cases = len(parts.least)
        for one, answer in zip(asked, answers, strict=True):
            here, there = one.which[one.which < cases], one.which[one.which >= cases] - cases
            parts.least[here], parts.wish[here] = answer.least, answer.wish
            parts.gain[there] = answer.gain
        values = [answer.value for answer in answers]
        return INFINITE if max(values) >= INFINITE else sum(values)

    def ask_part(self, asked: Asked) -> Answered:
        """The cheapest panels of some cases and the best loads of some reviewers."""
        parts = tables.parts(self.panels)
        value = self.evaluate(asked.price, asked.which, parts)
        cases = len(parts.least)
        here = asked.which[asked.which < cases]
        there = asked.which[asked.which >= cases] - cases
        return Answered(value, parts.least[here], parts.wish[here], parts.gain[there])

    def evaluate(self, price: Ints, which: Ints, parts: tables.Parts) -> int:
        """What some cases and reviewers add to the bound; fills their parts."""
        return int(
            sweep.evaluate(
                self.panels,
                price,
                which,
                self._desk,
                self._memory,
                self._loads,
                parts,
                LOOK,
                self._found,
                self._stop,
            )
        )

    def gap(self, upper: int) -> int:
        """What a panel in a plan of less than `upper` may cost more than the cheapest of its case,
        in 1/SCALE; it is in no such plan where that is negative.
        """
        return SCALE * (upper - 1 - self.rest) - self._value

    def teams_below(self, upper: int, most: int) -> tables.Found | None:
        """Every panel that a plan of less than `upper` can hold, priced in 1/SCALE; None when they
        are more than `most` or take too long to list, or no bound is known yet.
        """
        gap = self.gap(upper)
        if self.bound is None or gap < 0:
            return None
        found = tables.found(self.panels, most)
        for case in range(len(self.panels.size)):
            below = int(self.parts.least[case]) + gap + 1
            seats = self.price[self.panels.size[case]]
            whole = sweep.list_below(
                self.panels, seats, case, self._desk, below, LISTING * most, found
            )
            if not whole or found.counts[0] > most or self._stop[0]:
                return None
        return found

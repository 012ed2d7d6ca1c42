"""分案评审的搜索: panels constructed and annealed with the prices of the bound as a guide."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assignment.problem import Problem
from assignment.solver.draft import NO_START, Draft, Group
from assignment.solver.kernel.data import Ints
from assignment.solver.kernel.room import INFINITE
from assignment.solver.kernel.sheet import empty_state
from assignment.solver.prices import guided, tables
from assignment.solver.prices.bound import SCALE, Prices, prices_of
from assignment.solver.workers import held

NODES = 400  # of one team
WARMTH, COLD = 0.12, 1 / 20  # the first temperature, in costs of a case; the last one beside it
CHUNK_SECONDS, FIRST_CHUNK, LONGEST_CHUNK = 0.1, 10, 4_000
MISSING = 1 << 44  # the price of a case without panel; more than panels cost together


def applies(problem: Problem) -> bool:
    """The search knows every goal that is a sum over panels, but not what a former plan held."""
    kept = problem.previous is not None and problem.weight("changes") > 0
    return (
        problem.policy.leader_required
        and not problem.order
        and not kept
        and not problem.weight("peak")
        and not problem.weight("fairness")
    )


class Guided:
    """One line of search. `total` is the price of the best plan so far, in 1/SCALE."""

    def __init__(self, prices: Prices, seed: int) -> None:
        self._prices = prices
        self.panels = prices.panels._replace(state=empty_state(prices.panels.data))
        self._book, self.best = guided.empty_book(self.panels), guided.empty_book(self.panels)
        self._move, self._desk = guided.empty_move(self.panels), tables.desk(self.panels)
        self._nothing = tables.none_found(self.panels)
        self._rng = np.array([88172645463325252 + 7919 * seed], dtype=np.uint64)
        self._stop = np.zeros(1, dtype=np.int8)
        self._span = SCALE * prices.problem.weight("span")
        self.best.total[0] = INFINITE

    def rules(self) -> guided.Rules:
        """The prices as they are now."""
        guide = np.array([self._span, MISSING], dtype=np.int64)
        return guided.Rules(self._prices.price, self._prices.parts.wish, guide)

    def construct(self) -> None:
        """A panel for each case, the dearest case first."""
        order = np.argsort(-self._prices.parts.least, kind="stable")
        guided.construct(
            self.panels,
            self._book,
            self.rules(),
            order,
            self._desk,
            NODES,
            self._nothing,
            self._stop,
        )
        guided.copy_book(self._book, self.best)

    def heat(self) -> float:
        """A first temperature on the scale of what a case costs."""
        known = self.best.total[0] % MISSING
        return max(1.0, WARMTH * float(known) / max(1, len(self.panels.size)))

    def anneal(self, steps: int, temperature: float) -> int:
        """Moves kept among `steps` at one temperature."""
        return int(
            guided.anneal(
                self.panels,
                self._book,
                self.best,
                self.rules(),
                self._move,
                self._desk,
                self._rng,
                steps,
                temperature,
                temperature,
                NODES,
                self._nothing,
            )
        )

    def complete(self) -> bool:
        return bool((self.best.cost < INFINITE).all())

    def draft(self) -> Draft:
        """The best plan so far."""
        groups = []
        for case in np.flatnonzero(self.best.cost < INFINITE):
            team = sorted(int(who) for who in self.best.team[case] if who >= 0)
            start = int(self.best.start[case])
            groups.append(
                Group(
                    (int(case),),
                    (start if start >= 0 else NO_START,),
                    tuple(team),
                    int(self.best.head[case]),
                )
            )
        return Draft(tuple(groups))


def cool(
    line: Guided,
    heat: float,
    share: Callable[[], float],
    now: Callable[[], float],
    tell: Callable[[], None],
) -> None:
    """One long cooling from a share of the first temperature while `share` runs from 0 to 1, in
    chunks of about a tenth of a second.
    """
    heat, chunk = heat * line.heat(), FIRST_CHUNK
    while (done := share()) < 1:
        before = now()
        line.anneal(chunk, heat * COLD**done)
        spent = max(now() - before, 1e-4)
        chunk = max(5, min(round(chunk * CHUNK_SECONDS / spent), 2 * chunk, LONGEST_CHUNK))
        tell()


def cool_by_count(line: Guided, moves: int, over: Callable[[], bool]) -> None:
    """The same by a number of moves."""
    heat, parts = line.heat(), 50
    for part in range(parts):
        if over():
            return
        line.anneal(max(1, moves // parts), heat * COLD ** (part / parts))


@dataclass(frozen=True)
class Guiding:
    """One line of search from the start, cooled once: for so many seconds, or so many moves."""

    price: Ints  # [K, R]
    parts: tables.Parts
    seed: int
    heat: float  # a share of the first temperature
    seconds: float
    moves: int | None = None


def guide(problem: Any, task: Guiding) -> Draft | None:
    """Do it in another process; None when some case found no panel."""
    prices = prices_of(held(problem))
    prices.price, prices.parts = task.price, task.parts
    end = time.monotonic() + task.seconds
    return guide_here(prices, task, lambda: time.monotonic() >= end)


def guide_here(prices: Prices, task: Guiding, over: Callable[[], bool]) -> Draft | None:
    line = Guided(prices, task.seed)
    line.construct()
    begin = time.monotonic()

    def share() -> float:
        return 1.0 if over() else (time.monotonic() - begin) / max(1e-3, task.seconds)

    if task.moves is None:
        cool(line, task.heat, share, time.monotonic, lambda: None)
    else:
        cool_by_count(line, task.moves, over)
    return line.draft() if line.complete() else None

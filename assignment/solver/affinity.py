"""最弱的先照顾、再求总分: panels without visits whose order begins with fairness and goes on with
one sum over (case, member) pairs; exact.

The flow of least cost (see `transport`) bounds the sum, the best few scores of each case bound the
smallest case. Where the flow does not reach both, a programme over few pairs does: pairs enter as
its duals ask (column generation, Gilmore & Gomory 1961), cases that fall below the floor get a row,
and integers are proved best by reduced-cost fixing (Nemhauser & Wolsey 1988): what a pair left out
would cost.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# Its parts load when they are used: `optimize` takes a second, and the first plan does not need it
import scipy

from assignment.solver import transport
from assignment.solver.data import Data
from assignment.solver.pairs import PAIRWISE, Chosen, Matrix, Pairs

FAIRNESS = "fairness"
# Pairs of each case in the first programme, and pairs of each case that one pricing adds.
FIRST, MORE = 4, 3
# Cases on this part of the way from the floor to the mean get a row at once: raising others soon
# pulls them down.
NEAR = 0.3
# Prices only rank pairs: more rounds than this do not rank them better.
PRICING_ROUNDS = 50
SMALL = 1e-6

Gain = Callable[[slice], Matrix]  # of the pairs of some rows


def applies(data: Data) -> bool:
    order = data.problem.order or ()
    behind = {goal for goal, weight in data.problem.weights.items() if weight and goal not in order}
    one_sum = (
        behind <= set(PAIRWISE)
        if len(order) == 1
        else len(order) == 2 and order[1] in PAIRWISE and not behind
    )
    return transport.applies(data) and order[:1] == (FAIRNESS,) and one_sum


def prices(pairs: Pairs, chosen: Chosen) -> tuple[Any, Any]:
    """What a case and what a reviewer's room is worth at the flow's optimum (Bellman & Ford on its
    residual).
    """
    of_reviewer = np.zeros(pairs.people)
    case, reviewer = np.nonzero(chosen)
    worth, first = pairs.worth[case, reviewer], np.searchsorted(case, np.arange(pairs.cases))
    for _ in range(PRICING_ROUNDS):
        of_case = np.minimum.reduceat(worth - of_reviewer[reviewer], first)
        dearer = of_reviewer
        for rows in pairs.blocks():
            free = pairs.open[rows] & ~chosen[rows]
            wanted = np.where(free, pairs.worth[rows] - of_case[rows, None], -np.inf)
            dearer = np.maximum(dearer, wanted.max(axis=0))
        if np.array_equal(dearer, of_reviewer):
            break
        of_reviewer = dearer
    return of_case, of_reviewer


@dataclass
class Found:
    """Panels chosen (None: none known) and the proven bound of what was maximised; `impossible`:
    proved that there are none.
    """

    chosen: Chosen | None = None
    bound: int | None = None
    impossible: bool = False


class Programme:
    """Maximise the worth with every case at `floor`, or (`floor` None) the smallest case's score,
    over the pairs that are `on`.
    """

    def __init__(
        self, pairs: Pairs, floor: int | None, chosen: Chosen, seconds: Callable[[], float]
    ) -> None:
        self.pairs, self.floor, self.seconds = pairs, floor, seconds
        self.floored = (
            np.ones(pairs.cases, dtype=bool)
            if floor is None
            else self._near(pairs.scores(chosen), floor)
        )
        self.on = chosen.copy()
        of_case, of_reviewer = prices(pairs, chosen)
        self._widen(lambda rows: pairs.worth[rows] - of_case[rows, None] - of_reviewer, FIRST)
        self._widen(self._scores_of(self.floored), FIRST)
        # No value below nought: a gap that is measured by the bound is one of the value.
        self.measured = bool((pairs.score if floor is None else pairs.worth).min() >= 0)
        # At the optimum of the relaxation: what a point of a case's score, a seat of a case and a
        # seat of a reviewer are worth.
        self.charge = self.of_case = np.zeros(pairs.cases)
        self.of_reviewer = np.zeros(pairs.people)
        self.relaxed = math.inf

    def _scores_of(self, these: Any) -> Gain:
        """What the pairs of these cases score, no others."""
        return lambda rows: np.where(these[rows, None], self.pairs.score[rows], -np.inf)

    def _reduced(self, rows: slice) -> Matrix:
        """What each pair gains above its prices."""
        gain = self.charge[rows, None] * self.pairs.score[rows]
        if self.floor is not None:
            gain += self.pairs.worth[rows]
        return gain - self.of_case[rows, None] - self.of_reviewer

    def solve(self) -> Found:
        """Optimum of the relaxation over all pairs, then integers over few of them, then over all
        that could still be better.
        """
        impossible = self._relax()
        if impossible is not False:
            return Found(impossible=impossible is True)
        bound = math.floor(self.relaxed + SMALL + 1e-9 * abs(self.relaxed))
        best, most = None, FIRST
        while True:
            found, complete = self._integers(bound)
            best = best if found is None else found
            if not complete:
                return Found(best, bound)
            if best is None:
                most *= 4
                if not self._widen(self._reduced, most):
                    return Found(impossible=True)
                continue
            value = self._value(best)
            if value >= bound or not self._open_up(value - self.relaxed - SMALL):
                return Found(best, value)

    def _open_up(self, gain: float) -> bool:
        """Turn on every pair that gains so much; whether there was one off."""
        found = False
        for rows in self.pairs.blocks():
            new = self.pairs.open[rows] & ~self.on[rows] & (self._reduced(rows) >= gain)
            self.on[rows] |= new
            found = found or bool(new.any())
        return found

    @staticmethod
    def _near(scores: Matrix, floor: int) -> Matrix:
        return scores < floor + NEAR * max(0.0, scores.mean() - floor)

    def _value(self, chosen: Chosen) -> int:
        return self.pairs.least(chosen) if self.floor is None else self.pairs.total(chosen)

    def _widen(self, gain: Gain, most: int, above: float = -math.inf) -> bool:
        """Turn on the best `most` of each case among those off; whether there were any."""
        most, found = min(most, self.pairs.people), False
        for rows in self.pairs.blocks():
            on = self.on[rows]
            value = np.where(self.pairs.open[rows] & ~on, gain(rows), -np.inf)
            columns = np.argpartition(-value, most - 1, axis=1)[:, :most]
            here = np.arange(len(value))[:, None]
            new = value[here, columns] > above
            on[here, columns] |= new
            found = found or bool(new.any())
        return found

    def _columns(self) -> tuple[Any, Any, Any, Any, Any]:
        """Columns are pairs, a spare seat per case, and the smallest case where it counts: (cases,
        reviewers, cost, low, high).
        """
        pairs = self.pairs
        case, reviewer = np.nonzero(self.on)
        spare = np.full(pairs.cases, float(pairs.high - pairs.low))
        worth = np.zeros(len(case)) if self.floor is None else -pairs.worth[case, reviewer]
        cost, low = (
            np.concatenate([worth, np.zeros(pairs.cases)]),
            np.zeros(len(case) + pairs.cases),
        )
        high = np.concatenate([np.ones(len(case)), spare])
        if self.floor is None:
            cost, low, high = (
                np.append(cost, -1.0),
                np.append(low, -np.inf),
                np.append(high, float(pairs.highest)),
            )
        return case, reviewer, cost, low, high

    def _rows(self, case: Any, reviewer: Any) -> tuple[Any, Any, Any]:
        """(seats of cases, room of reviewers, floors) as matrices."""
        pairs, number, sparse = self.pairs, len(case), scipy.sparse
        size = number + pairs.cases + (self.floor is None)
        here, ones, every = np.arange(number), np.ones(number), np.arange(pairs.cases)
        spare = (np.ones(pairs.cases), (every, number + every))
        seats = sparse.csr_matrix((ones, (case, here)), (pairs.cases, size)) + sparse.csr_matrix(
            spare, (pairs.cases, size)
        )
        room = sparse.csr_matrix((ones, (reviewer, here)), (pairs.people, size))
        held = self.floored[case]
        row = (np.cumsum(self.floored) - 1)[case[held]]
        count = int(self.floored.sum())
        floors = sparse.csr_matrix(
            (pairs.score[case[held], reviewer[held]], (row, here[held])), (count, size)
        )
        if self.floor is None:
            floors = floors + sparse.csr_matrix(
                (-np.ones(count), (np.arange(count), np.full(count, size - 1))), (count, size)
            )
        return seats, room, floors

    def _relax(self) -> bool | None:
        """Price in pairs and floors until nothing is missing.

        True: there are no such panels; None: no time left.
        """
        pairs, every = self.pairs, np.ones(self.pairs.cases, dtype=bool)
        while True:
            case, reviewer, cost, low, high = self._columns()
            seats, room, floors = self._rows(case, reviewer)
            answer = scipy.optimize.linprog(
                cost,
                A_ub=scipy.sparse.vstack([room, -floors], format="csr"),
                b_ub=np.concatenate(
                    [pairs.room, np.full(floors.shape[0], -float(self.floor or 0))]
                ),
                A_eq=seats,
                b_eq=np.full(pairs.cases, float(pairs.high)),
                bounds=np.column_stack([low, high]),
                options={"time_limit": self.seconds()},
            )
            if answer.status == 2:
                if self._widen(self._scores_of(every), pairs.people):
                    continue
                return True
            if answer.status != 0:
                return None
            charge = np.zeros(pairs.cases)
            charge[self.floored] = -answer.ineqlin.marginals[pairs.people :]
            self.charge, self.relaxed = charge, -answer.fun
            self.of_case = -answer.eqlin.marginals
            self.of_reviewer = -answer.ineqlin.marginals[: pairs.people]
            below = self._below(case, reviewer, answer.x)
            if not self._widen(self._reduced, MORE, SMALL) and not below:
                return False

    def _below(self, case: Any, reviewer: Any, values: Any) -> bool:
        """Give a row to each case under the floor; whether there was one without."""
        if self.floor is None:
            return False
        scores = np.bincount(
            case, self.pairs.score[case, reviewer] * values[: len(case)], self.pairs.cases
        )
        new = (scores < self.floor - SMALL) & ~self.floored
        self.floored |= new
        self._widen(self._scores_of(new), FIRST)
        return bool(new.any())

    def _integers(self, bound: int) -> tuple[Matrix, bool]:
        """The best integers over the pairs that are on (None: none found), and whether the search
        was complete.
        """
        pairs = self.pairs
        while True:
            case, reviewer, cost, low, high = self._columns()
            seats, room, floors = self._rows(case, reviewer)
            full = np.full(pairs.cases, float(pairs.high))
            least = np.concatenate(
                [
                    full,
                    np.full(pairs.people, -np.inf),
                    np.full(floors.shape[0], float(self.floor or 0)),
                ]
            )
            most = np.concatenate([full, pairs.room, np.full(floors.shape[0], np.inf)])
            answer = scipy.optimize.milp(
                cost,
                constraints=scipy.optimize.LinearConstraint(
                    scipy.sparse.vstack([seats, room, floors], format="csr"), least, most
                ),
                integrality=np.ones(len(cost)),
                bounds=scipy.optimize.Bounds(low, high),
                # Values are whole numbers: a gap below 1 is none.
                options={
                    "time_limit": self.seconds(),
                    "mip_rel_gap": 0.9 / (bound + 1) if self.measured else 0.0,
                },
            )
            complete = answer.status in (0, 2)
            if answer.x is None:
                return None, complete
            chosen = np.zeros(pairs.open.shape, dtype=bool)
            chosen[case, reviewer] = answer.x[: len(case)] > 0.5
            if not self._below(case, reviewer, chosen[case, reviewer]):
                return chosen, complete
            if not complete:
                return None, False


@dataclass
class Result:
    """The best panels known. Proved: the smallest case cannot pass `least`, nor the sum with it
    held there `total`, nor the sum whatever the smallest case `alone`.
    """

    chosen: Chosen
    least: int
    total: int
    alone: int
    optimal: bool


def solve(pairs: Pairs, flow: Chosen, seconds: Callable[[], float]) -> Result:
    """From the flow's panels, best by the sum alone, to those best by the smallest case first.

    `seconds`: what one programme may take.
    """
    chosen, least, alone = flow, pairs.highest, pairs.total(flow)
    total, reached = alone, pairs.least(flow)
    if reached < least:
        chosen, least, total = _raise(pairs, flow, alone, seconds)
        reached = pairs.least(chosen)
    optimal = reached >= least and (chosen is flow or pairs.total(chosen) >= total)
    return Result(chosen, least, total, alone, optimal)


def _raise(
    pairs: Pairs, flow: Chosen, total: int, seconds: Callable[[], float]
) -> tuple[Chosen, int, int]:
    """(panels, bound of the smallest case, bound of the sum with it held): at the highest floor at
    once, else at the one that is proved.
    """
    chosen, highest = flow, pairs.highest
    found = Programme(pairs, highest, chosen, seconds).solve()
    if found.chosen is None:
        weakest = Programme(pairs, None, chosen, seconds).solve()
        chosen = chosen if weakest.chosen is None else weakest.chosen
        highest = highest if weakest.bound is None else min(highest, weakest.bound)
        found = Programme(pairs, pairs.least(chosen), chosen, seconds).solve()
    chosen = chosen if found.chosen is None else found.chosen
    return chosen, highest, total if found.bound is None else min(total, found.bound)

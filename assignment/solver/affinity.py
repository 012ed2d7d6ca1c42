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
from assignment.solver.draft import NO_LEADER, NO_START, Draft, Group
from assignment.solver.transport import PAIRWISE

FAIRNESS = "fairness"
# Pairs of each case in the first programme, and pairs of each case that one pricing adds.
FIRST, MORE = 4, 3
# Cases on this part of the way from the floor to the mean get a row at once: raising others soon
# pulls them down.
NEAR = 0.3
# Prices only rank pairs: more rounds than this do not rank them better.
PRICING_ROUNDS = 50
SMALL = 1e-6

Matrix = Any  # numpy, cases x reviewers


def applies(data: Data) -> bool:
    order = data.problem.order or ()
    behind = {goal for goal, weight in data.problem.weights.items() if weight and goal not in order}
    one_sum = (
        behind <= PAIRWISE
        if len(order) == 1
        else len(order) == 2 and order[1] in PAIRWISE and not behind
    )
    return transport.applies(data) and order[:1] == (FAIRNESS,) and one_sum


class Panels:
    """The problem as matrices: scores, what a pair is worth behind fairness, who may serve where
    and how often.
    """

    def __init__(self, data: Data) -> None:
        shape = (data.n_cases, data.n_reviewers)
        self.score, self.worth, self.open = (
            np.zeros(shape),
            np.zeros(shape),
            np.ones(shape, dtype=bool),
        )
        order = data.problem.order or ()
        weight = {
            goal: (1 if goal in order else data.problem.weight(goal))
            if len(order) == 1 or goal in order
            else 0
            for goal in PAIRWISE
        }
        for case in range(data.n_cases):
            scores, costs = data.affinity[case], data.discouraged[case]
            self.score[case, list(scores)] = list(scores.values())
            self.worth[case, list(costs)] = [
                -weight["discouraged"] * cost for cost in costs.values()
            ]
            self.open[case, list(data.forbidden[case])] = False
        self.worth += weight["affinity"] * self.score
        self.room = np.array(
            [transport.room(data, reviewer) for reviewer in range(data.n_reviewers)]
        )
        self.open &= self.room > 0
        self.low, self.high = data.min_size, data.max_size
        self.cases, self.people = shape
        self.highest = self._highest()

    def _highest(self) -> int:
        """No plan's smallest case passes the smallest of what each case could score alone."""
        ranked = -np.sort(-np.where(self.open, self.score, -np.inf), axis=1)[:, : self.high]
        return int(np.cumsum(ranked, axis=1)[:, self.low - 1 :].max(axis=1).min())

    def scores(self, chosen: Matrix) -> Matrix:
        return (self.score * chosen).sum(axis=1)

    def least(self, chosen: Matrix) -> int:
        return int(self.scores(chosen).min())

    def total(self, chosen: Matrix) -> int:
        return int((self.worth * chosen).sum())

    def chosen(self, draft: Draft) -> Matrix:
        found = np.zeros(self.open.shape, dtype=bool)
        for group in draft.groups:
            found[group.cases[0], list(group.members)] = True
        return found

    def draft(self, chosen: Matrix) -> Draft:
        teams = (tuple(int(r) for r in np.nonzero(row)[0]) for row in chosen)
        return Draft(
            tuple(Group((case,), (NO_START,), team, NO_LEADER) for case, team in enumerate(teams))
        )

    def prices(self, chosen: Matrix) -> Matrix:
        """What each pair gains above the prices of its case and its reviewer at the flow's optimum
        (Bellman & Ford on its residual).
        """
        of_reviewer = np.zeros(self.people)
        for _ in range(PRICING_ROUNDS):
            of_case = np.where(chosen, self.worth - of_reviewer, np.inf).min(axis=1)
            wanted = np.where(~chosen & self.open, self.worth - of_case[:, None], -np.inf).max(
                axis=0
            )
            dearer = np.maximum(of_reviewer, wanted)
            if np.array_equal(dearer, of_reviewer):
                break
            of_reviewer = dearer
        return self.worth - of_case[:, None] - of_reviewer


@dataclass
class Found:
    """Panels chosen (None: none known) and the proven bound of what was maximised; `impossible`:
    proved that there are none.
    """

    chosen: Matrix = None
    bound: int | None = None
    impossible: bool = False


class Programme:
    """Maximise the worth with every case at `floor`, or (`floor` None) the smallest case's score,
    over the pairs that are `on`.
    """

    def __init__(
        self, panels: Panels, floor: int | None, chosen: Matrix, seconds: Callable[[], float]
    ) -> None:
        self.panels, self.floor, self.seconds = panels, floor, seconds
        self.base = panels.worth if floor is not None else np.zeros(panels.worth.shape)
        self.floored = (
            np.ones(panels.cases, dtype=bool)
            if floor is None
            else self._near(panels.scores(chosen), floor)
        )
        self.on = chosen.copy()
        self._widen(panels.prices(chosen), FIRST)
        self._widen(np.where(self.floored[:, None], panels.score, -np.inf), FIRST)
        self.exact_gap = bool((self.base >= 0).all())
        self.reduced: Matrix = None
        self.relaxed = math.inf

    def solve(self) -> Found:
        """Optimum of the relaxation over all pairs, then integers over few of them, then over all
        that could still be better.
        """
        panels, impossible = self.panels, self._relax()
        if impossible is not False:
            return Found(impossible=impossible is True)
        bound = math.floor(self.relaxed + SMALL + 1e-9 * abs(self.relaxed))
        best, pairs = None, FIRST
        while True:
            found, complete = self._integers(bound)
            best = best if found is None else found
            if not complete:
                return Found(best, bound)
            if best is None:
                pairs *= 4
                if not self._widen(self.reduced, pairs):
                    return Found(impossible=True)
                continue
            value = self._value(best)
            missing = panels.open & ~self.on & (self.reduced >= value - self.relaxed - SMALL)
            if value >= bound or not missing.any():
                return Found(best, value)
            self.on |= missing

    @staticmethod
    def _near(scores: Matrix, floor: int) -> Matrix:
        return scores < floor + NEAR * max(0.0, scores.mean() - floor)

    def _value(self, chosen: Matrix) -> int:
        return self.panels.least(chosen) if self.floor is None else self.panels.total(chosen)

    def _widen(self, gain: Matrix, pairs: int, above: float = -math.inf) -> bool:
        """Turn on the best `pairs` of each case among those off; whether there were any."""
        gain = np.where(self.panels.open & ~self.on, gain, -np.inf)
        pairs = min(pairs, self.panels.people)
        columns = np.argpartition(-gain, pairs - 1, axis=1)[:, :pairs]
        rows = np.arange(self.panels.cases)[:, None]
        new = gain[rows, columns] > above
        self.on[rows, columns] |= new
        return bool(new.any())

    def _columns(self) -> tuple[Any, Any, Any, Any, Any]:
        """Columns are pairs, a spare seat per case, and the smallest case where it counts: (cases,
        reviewers, cost, low, high).
        """
        panels = self.panels
        case, reviewer = np.nonzero(self.on)
        spare = np.full(panels.cases, float(panels.high - panels.low))
        cost, low = (
            np.concatenate([-self.base[case, reviewer], np.zeros(panels.cases)]),
            np.zeros(len(case) + panels.cases),
        )
        high = np.concatenate([np.ones(len(case)), spare])
        if self.floor is None:
            cost, low, high = (
                np.append(cost, -1.0),
                np.append(low, -np.inf),
                np.append(high, float(panels.highest)),
            )
        return case, reviewer, cost, low, high

    def _rows(self, case: Any, reviewer: Any) -> tuple[Any, Any, Any]:
        """(seats of cases, room of reviewers, floors) as matrices."""
        panels, pairs, sparse = self.panels, len(case), scipy.sparse
        size = pairs + panels.cases + (self.floor is None)
        here, ones, every = np.arange(pairs), np.ones(pairs), np.arange(panels.cases)
        spare = (np.ones(panels.cases), (every, pairs + every))
        seats = sparse.csr_matrix((ones, (case, here)), (panels.cases, size)) + sparse.csr_matrix(
            spare, (panels.cases, size)
        )
        room = sparse.csr_matrix((ones, (reviewer, here)), (panels.people, size))
        held = self.floored[case]
        row = (np.cumsum(self.floored) - 1)[case[held]]
        count = int(self.floored.sum())
        floors = sparse.csr_matrix(
            (panels.score[case[held], reviewer[held]], (row, here[held])), (count, size)
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
        panels = self.panels
        while True:
            case, reviewer, cost, low, high = self._columns()
            seats, room, floors = self._rows(case, reviewer)
            answer = scipy.optimize.linprog(
                cost,
                A_ub=scipy.sparse.vstack([room, -floors], format="csr"),
                b_ub=np.concatenate(
                    [panels.room, np.full(floors.shape[0], -float(self.floor or 0))]
                ),
                A_eq=seats,
                b_eq=np.full(panels.cases, float(panels.high)),
                bounds=np.column_stack([low, high]),
                options={"time_limit": self.seconds()},
            )
            if answer.status == 2:
                if self._widen(panels.score, panels.people):
                    continue
                return True
            if answer.status != 0:
                return None
            charge = np.zeros(panels.cases)
            charge[self.floored] = -answer.ineqlin.marginals[panels.people :]
            prices = -answer.eqlin.marginals[:, None] - answer.ineqlin.marginals[: panels.people]
            self.reduced, self.relaxed = (
                self.base + charge[:, None] * panels.score - prices,
                -answer.fun,
            )
            below = self._below(case, reviewer, answer.x)
            if not self._widen(self.reduced, MORE, SMALL) and not below:
                return False

    def _below(self, case: Any, reviewer: Any, values: Any) -> bool:
        """Give a row to each case under the floor; whether there was one without."""
        if self.floor is None:
            return False
        scores = np.bincount(
            case, self.panels.score[case, reviewer] * values[: len(case)], self.panels.cases
        )
        new = (scores < self.floor - SMALL) & ~self.floored
        self.floored |= new
        self._widen(np.where(new[:, None], self.panels.score, -np.inf), FIRST)
        return bool(new.any())

    def _integers(self, bound: int) -> tuple[Matrix, bool]:
        """The best integers over the pairs that are on (None: none found), and whether the search
        was complete.
        """
        panels = self.panels
        while True:
            case, reviewer, cost, low, high = self._columns()
            seats, room, floors = self._rows(case, reviewer)
            full = np.full(panels.cases, float(panels.high))
            least = np.concatenate(
                [
                    full,
                    np.full(panels.people, -np.inf),
                    np.full(floors.shape[0], float(self.floor or 0)),
                ]
            )
            most = np.concatenate([full, panels.room, np.full(floors.shape[0], np.inf)])
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
                    "mip_rel_gap": 0.9 / (bound + 1) if self.exact_gap else 0.0,
                },
            )
            complete = answer.status in (0, 2)
            if answer.x is None:
                return None, complete
            chosen = np.zeros(panels.open.shape, dtype=bool)
            chosen[case, reviewer] = answer.x[: len(case)] > 0.5
            if not self._below(case, reviewer, chosen[case, reviewer]):
                return chosen, complete
            if not complete:
                return None, False


@dataclass
class Result:
    """The best panels known, and per goal of the order what is proved of it with the goals before
    held at their values.
    """

    draft: Draft
    bounds: dict[str, int]
    objective_bound: int
    optimal: bool


def solve(data: Data, flow: Draft, seconds: Callable[[], float]) -> Result:
    """From the flow's panels, best by the sum alone, to those best by the smallest case first.

    `seconds`: what one programme may take.
    """
    panels = Panels(data)
    chosen, highest = panels.chosen(flow), panels.highest
    total_bound = flow_total = panels.total(chosen)
    if panels.least(chosen) < highest:
        chosen, highest, total_bound = _raise(panels, chosen, seconds)
    order, weight = data.problem.order or (), data.problem.weight
    bounds = {FAIRNESS: -highest}
    if len(order) > 1:
        bounds[order[1]] = -total_bound
    # Each alone holds for every plan, so together they bound the weighted sum.
    objective_bound = (
        -weight(FAIRNESS) * highest - (weight(order[1]) if len(order) > 1 else 1) * flow_total
    )
    optimal = panels.least(chosen) >= highest and panels.total(chosen) >= total_bound
    return Result(panels.draft(chosen), bounds, objective_bound, optimal)


def _raise(panels: Panels, flow: Matrix, seconds: Callable[[], float]) -> tuple[Matrix, int, int]:
    """(panels, bound of the smallest case, bound of the sum with it held): at the highest floor at
    once, else at the one that is proved.
    """
    chosen, highest, total_bound = flow, panels.highest, panels.total(flow)
    found = Programme(panels, highest, chosen, seconds).solve()
    if found.chosen is None:
        weakest = Programme(panels, None, chosen, seconds).solve()
        chosen = chosen if weakest.chosen is None else weakest.chosen
        highest = highest if weakest.bound is None else min(highest, weakest.bound)
        found = Programme(panels, panels.least(chosen), chosen, seconds).solve()
    chosen = chosen if found.chosen is None else found.chosen
    return chosen, highest, total_bound if found.bound is None else min(total_bound, found.bound)

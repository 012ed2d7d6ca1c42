"""整数规划: one column of each group under rows, by HiGHS, and which columns can matter at all."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

# Its parts load when they are used: `optimize` takes a second, and the first plan does not need it
import scipy
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
Row = dict[int, float]  # column -> a whole factor
Sided = tuple[Row, float, float]  # at least, at most

EASE = 1e-6  # HiGHS's own tolerance
TIME_IS_OVER, INFEASIBLE = 1, 2  # scipy's words
UNKNOWN = -(1 << 60)
FINE = 64  # prices of rows are whole numbers of 1/FINE, so that sums of them are exact


@dataclass(frozen=True)
class Choice:
    """What the programme said: the columns (None: nothing is cheaper, or it was not found in
    time), and what is proved.
    """

    least: int
    columns: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Whole:
    """Columns that are taken or not and cost whole numbers, each in one of the groups, of which
    one column is taken; `rows` say what their factors add up to: exactly so much, or at most.
    """

    cost: list[int]
    groups: list[list[int]]
    rows: list[Sided]

    def lessen(self, most: int) -> tuple[int, Flags]:
        """What the linear programme proves, and the columns that a choice of `most` can hold.

        A price y for each row, of its duals, is a bound whatever it is, if none is below 0 where
        less is allowed: sum of y b + the cheapest column of each group with its factors paid for.
        A column that costs more than that cheapest one by more than there is room for is in none.
        """
        everything = np.ones(len(self.cost), dtype=bool)
        below = [row for row in self.rows if row[1] < row[2]]
        even = [row for row in self.rows if row[1] == row[2]]
        answer = self._relaxed(below, [*self._each(), *even])
        if answer.status != 0:
            return (most + 1, ~everything) if answer.status == INFEASIBLE else (UNKNOWN, everything)
        reduced, paid = self._reduced(answer, below, even)
        cheapest = np.array([reduced[columns].min(initial=math.inf) for columns in self.groups])
        least = float(paid + cheapest.sum())
        if not math.isfinite(least):
            return most + 1, ~everything
        above = np.zeros(len(self.cost))
        for columns, low in zip(self.groups, cheapest, strict=True):
            above[columns] = reduced[columns] - low
        return math.ceil(least), above <= most - least

    def _relaxed(self, below: list[Sided], equal: list[Sided]) -> Any:
        """SciPy's answer, columns taken in part."""
        return scipy.optimize.linprog(
            np.array(self.cost, dtype=float),
            A_ub=self._matrix(below),
            b_ub=[high for _, _, high in below],
            A_eq=self._matrix(equal),
            b_eq=[high for _, _, high in equal],
            bounds=(0.0, None),
            method="highs",
        )

    def _reduced(self, answer: Any, below: list[Sided], even: list[Sided]) -> tuple[Reals, float]:
        """What each column costs with its factors paid for, and what is paid for all rows."""
        # The groups' own prices are found anew from the others.
        equal = np.round(FINE * answer.eqlin.marginals[len(self.groups) :]) / FINE
        lower = np.minimum(0.0, np.round(FINE * answer.ineqlin.marginals)) / FINE
        paid = self._matrix(even).T @ equal + self._matrix(below).T @ lower
        sides = [high for _, _, high in [*even, *below]]
        return np.array(self.cost, dtype=float) - paid, float(np.dot([*equal, *lower], sides))

    def only(self, kept: Flags) -> Whole:
        """The same with fewer columns, numbered anew in their order."""
        place = np.cumsum(kept) - 1

        def new(columns: Collection[int]) -> list[int]:
            return [int(place[column]) for column in columns if kept[column]]

        rows = [
            ({int(place[at]): factor for at, factor in row.items() if kept[at]}, low, high)
            for row, low, high in self.rows
        ]
        cost = [cost for cost, here in zip(self.cost, kept, strict=True) if here]
        return Whole(cost, [new(columns) for columns in self.groups], rows)

    def cheapest(self, most: int, seconds: float, nodes: int | None = None) -> Choice:
        """The cheapest columns, for at most `most`; by so many nodes of HiGHS at most."""
        size = len(self.cost)
        total = {column: float(cost) for column, cost in enumerate(self.cost) if cost}
        rows = [*self._each(), *self.rows, (total, -math.inf, most + EASE)]
        options: dict[str, float] = {"time_limit": max(0.05, seconds), "mip_rel_gap": 0.0}
        if nodes is not None:
            options["node_limit"] = nodes
        result = scipy.optimize.milp(
            np.array(self.cost, dtype=float),
            constraints=scipy.optimize.LinearConstraint(
                self._matrix(rows),
                np.array([low for _, low, _ in rows]),
                np.array([high for _, _, high in rows]),
            ),
            integrality=np.ones(size),
            bounds=scipy.optimize.Bounds(0.0, 1.0),
            options=options,
        )
        if result.status == INFEASIBLE:
            return Choice(most + 1)
        chosen = None
        if result.x is not None:
            chosen = tuple(int(column) for column in np.flatnonzero(result.x > 0.5))
        if result.status == 0:
            return Choice(round(result.fun), chosen)
        proved = result.mip_dual_bound if result.status == TIME_IS_OVER else None
        if proved is None or not math.isfinite(proved):
            return Choice(UNKNOWN, chosen)
        return Choice(math.ceil(proved - EASE), chosen)

    def _each(self) -> list[Sided]:
        return [(dict.fromkeys(columns, 1.0), 1.0, 1.0) for columns in self.groups]

    def _matrix(self, rows: list[Sided]) -> scipy.sparse.csr_matrix:
        counts = [len(row) for row, _, _ in rows]
        return scipy.sparse.csr_matrix(
            (
                np.array([factor for row, _, _ in rows for factor in row.values()], dtype=float),
                np.array([column for row, _, _ in rows for column in row], dtype=np.int64),
                np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
            ),
            shape=(len(rows), len(self.cost)),
        )

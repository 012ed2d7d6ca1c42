"""Master: the linear programme over the columns known so far, by HiGHS through scipy; its duals say
what a new column must beat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

# Its parts load when they are used: `optimize` takes a second, and the first plan does not need it
import scipy
from numpy.typing import NDArray

from assignment.solver.kernel.data import Ints

Reals = NDArray[np.float64]
Key = tuple[tuple[int, ...], tuple[int, ...]]


class Columns:
    """A growing set of groups: cases and members ascending, and what the group costs alone."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.costs: list[int] = []
        self._known: set[Key] = set()

    def add(self, cases: Iterable[int], members: Iterable[int], cost: int) -> None:
        key = (tuple(sorted(cases)), tuple(sorted(members)))
        if key not in self._known:
            self._known.add(key)
            self.keys.append(key)
            self.costs.append(cost)


@dataclass(frozen=True)
class Duals:
    """Prices of covering a case, of a reviewer's group (>= 0), and of one group more."""

    case: Reals
    seat: Reals
    group: float

    def toward(self, other: Duals, share: float) -> Duals:
        """Between the two: smoothing against the swings of column generation (Wentges, ITOR 4,
        1997).
        """
        return Duals(
            share * other.case + (1 - share) * self.case,
            share * other.seat + (1 - share) * self.seat,
            share * other.group + (1 - share) * self.group,
        )


@dataclass(frozen=True)
class Master:
    value: float
    duals: Duals
    weights: Reals  # of the columns


def solve_master(
    columns: Columns,
    cases: int,
    max_groups: Ints,
    groups: tuple[int, int],
    missing: float,
    seat_price: Ints | None = None,
) -> Master | None:
    """Cover every case once at least cost (a case may stay out at `missing`, and so may a group);
    None when HiGHS finds no optimum.

    With a `seat_price`, members cost it instead of being limited to their `max_groups`; the value
    then has what was paid taken out.
    """
    count, sparse = len(columns.keys), scipy.sparse
    costs, paid = np.array(columns.costs, dtype=float), 0.0
    cover = _incidence([key[0] for key in columns.keys], cases)
    cover = sparse.csr_matrix(
        sparse.hstack([cover, sparse.identity(cases), sparse.csr_matrix((cases, 1))])
    )
    seats = _incidence([key[1] for key in columns.keys], len(max_groups))
    if seat_price is not None:
        costs, paid = costs + seats.T @ seat_price, float(seat_price @ max_groups)
        seats, max_groups = seats[:0], max_groups[:0]
    most = sparse.csr_matrix(np.concatenate([np.ones(count), np.zeros(cases + 1)])[None, :])
    # Too few groups can be made up for, too, so that there always is a solution.
    least = sparse.csr_matrix(np.concatenate([-np.ones(count), np.zeros(cases), [-1.0]])[None, :])
    answer = scipy.optimize.linprog(
        np.concatenate([costs, np.full(cases + 1, missing)]),
        A_eq=cover,
        b_eq=np.ones(cases),
        A_ub=sparse.vstack([_pad(seats, cases + 1), most, least]).tocsr(),
        b_ub=np.concatenate([max_groups, [groups[1], -groups[0]]]),
        method="highs",
    )
    if answer.status != 0:
        return None
    price = -answer.ineqlin.marginals
    duals = Duals(answer.eqlin.marginals, np.maximum(0.0, price[:-2]), float(price[-1] - price[-2]))
    return Master(float(answer.fun) - paid, duals, answer.x[:count])


def _incidence(lists: Sequence[tuple[int, ...]], rows: int) -> scipy.sparse.csr_matrix:
    row = [value for values in lists for value in values]
    column = [position for position, values in enumerate(lists) for _ in values]
    return scipy.sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(rows, len(lists)))


def _pad(matrix: scipy.sparse.csr_matrix, columns: int) -> scipy.sparse.csr_matrix:
    empty = scipy.sparse.csr_matrix((matrix.shape[0], columns))
    return scipy.sparse.csr_matrix(scipy.sparse.hstack([matrix, empty]))

"""Master: the linear programme over the columns known so far, by HiGHS through scipy; its duals say
what a new column must beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

# Its parts load when they are used: `optimize` takes a second, and the first plan does not need it
import scipy
from numpy.typing import NDArray

from assignment.solver.kernel.data import Ints

Reals = NDArray[np.float64]
Key = tuple[tuple[int, ...], tuple[int, ...]]
Triple = tuple[int, int, int]  # cases ascending


@dataclass(frozen=True)
class Written:
    """A group as a column, its cost in 1/SCALE without the prices of its seats; cases with their
    starts beside them and members ascending.
    """

    cases: tuple[int, ...]
    starts: tuple[int, ...]
    members: tuple[int, ...]
    leader: int
    cost: int


class Columns:
    """A growing set of groups."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.written: list[Written] = []
        self._known: set[Key] = set()

    def add(self, group: Written) -> None:
        key = (group.cases, group.members)
        if key not in self._known:
            self._known.add(key)
            self.keys.append(key)
            self.written.append(group)


@dataclass(frozen=True)
class Duals:
    """Prices of covering a case, of a reviewer's group (>= 0), of one group more, and of the
    triples' rows (>= 0), those first that were known first.
    """

    case: Reals
    seat: Reals
    group: float
    row: Reals = field(default_factory=lambda: np.zeros(0))

    def toward(self, other: Duals, share: float) -> Duals:
        """Between the two: smoothing against the swings of column generation (Wentges, ITOR 4,
        1997).
        """
        row = np.zeros(max(len(self.row), len(other.row)))
        row[: len(self.row)] += (1 - share) * self.row
        row[: len(other.row)] += share * other.row
        return Duals(
            share * other.case + (1 - share) * self.case,
            share * other.seat + (1 - share) * self.seat,
            share * other.group + (1 - share) * self.group,
            row,
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
    triples: Sequence[Triple] = (),
) -> Master | None:
    """Cover every case once at least cost (a case may stay out at `missing`, and so may a group);
    None when HiGHS finds no optimum.

    Of a triple's cases one group at most holds two or more.
    """
    count, sparse = len(columns.keys), scipy.sparse
    costs = np.array([group.cost for group in columns.written], dtype=float)
    cover = _incidence([key[0] for key in columns.keys], cases)
    cover = sparse.csr_matrix(
        sparse.hstack([cover, sparse.identity(cases), sparse.csr_matrix((cases, 1))])
    )
    seats = _incidence([key[1] for key in columns.keys], len(max_groups))
    most = sparse.csr_matrix(np.concatenate([np.ones(count), np.zeros(cases + 1)])[None, :])
    # Too few groups can be made up for, too, so that there always is a solution.
    least = sparse.csr_matrix(np.concatenate([-np.ones(count), np.zeros(cases), [-1.0]])[None, :])
    answer = scipy.optimize.linprog(
        np.concatenate([costs, np.full(cases + 1, missing)]),
        A_eq=cover,
        b_eq=np.ones(cases),
        A_ub=sparse.vstack(
            [_pad(seats, cases + 1), most, least, _pad(_twice(columns, triples), cases + 1)]
        ).tocsr(),
        b_ub=np.concatenate([max_groups, [groups[1], -groups[0]], np.ones(len(triples))]),
        method="highs",
    )
    if answer.status != 0:
        return None
    price = -answer.ineqlin.marginals
    seat, (most_groups, least_groups), row = np.split(price, [len(max_groups), len(max_groups) + 2])
    duals = Duals(
        answer.eqlin.marginals,
        np.maximum(0.0, seat),
        float(least_groups - most_groups),
        np.maximum(0.0, row),
    )
    return Master(float(answer.fun), duals, answer.x[:count])


def _incidence(lists: Sequence[tuple[int, ...]], rows: int) -> scipy.sparse.csr_matrix:
    row = [value for values in lists for value in values]
    column = [position for position, values in enumerate(lists) for _ in values]
    return scipy.sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=(rows, len(lists)))


def _twice(columns: Columns, triples: Sequence[Triple]) -> scipy.sparse.csr_matrix:
    """Which columns hold two or three of a triple's cases."""
    sets = [frozenset(key[0]) for key in columns.keys]
    rows: list[tuple[int, ...]] = []
    of_case: dict[int, list[int]] = {}
    for at, triple in enumerate(triples):
        for case in triple:
            of_case.setdefault(case, []).append(at)
    for held in sets:
        seen: dict[int, int] = {}
        for case in held:
            for at in of_case.get(case, ()):
                seen[at] = seen.get(at, 0) + 1
        rows.append(tuple(at for at, number in seen.items() if number > 1))
    return _incidence(rows, len(triples))


def _pad(matrix: scipy.sparse.csr_matrix, columns: int) -> scipy.sparse.csr_matrix:
    empty = scipy.sparse.csr_matrix((matrix.shape[0], columns))
    return scipy.sparse.csr_matrix(scipy.sparse.hstack([matrix, empty]))

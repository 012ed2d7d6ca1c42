"""线性规划: the way to HiGHS for parts of the library that keep clear of SciPy."""

from __future__ import annotations

import numpy as np

# Its parts load when they are used: `optimize` takes a second, and the first plan does not need it
import scipy

Rows = tuple[np.ndarray, np.ndarray]  # factors (rows x columns), right-hand sides


def minimise(
    cost: np.ndarray, below: Rows, equal: Rows, bounds: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray] | None:
    """The cheapest values with `below` at most and `equal` exactly met, each within `bounds`, and
    what one unit more of each right-hand side of `below` would save. None: no answer.
    """
    answer = scipy.optimize.linprog(
        cost,
        A_ub=scipy.sparse.csr_matrix(below[0]),
        b_ub=below[1],
        A_eq=scipy.sparse.csr_matrix(equal[0]),
        b_eq=equal[1],
        bounds=bounds,
        method="highs",
    )
    return (answer.x, -answer.ineqlin.marginals) if answer.status == 0 else None

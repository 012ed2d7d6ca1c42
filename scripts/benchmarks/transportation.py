"""总分最高: the most total score there is, as a minimum-cost flow and as a linear programme with
whole vertices (Birkhoff 1946).

Charlin & Zemel, "The Toronto Paper Matching System", 2013, assign this way; so do FairFlow's first
step and OpenReview's MinMax.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from scripts.benchmarks.matching import Matching, Matrix, best_flow


def flow(matching: Matching) -> Matrix | None:
    return best_flow(
        matching,
        matching.score,
        matching.open,
        np.full(len(matching.score), matching.demand),
        matching.room,
    )


def linear_programme(matching: Matching) -> Matrix | None:
    c, r = np.nonzero(matching.open)
    here, ones = np.arange(len(c)), np.ones(len(c))
    answer = linprog(
        -matching.score[c, r],
        A_eq=csr_matrix((ones, (c, here)), (len(matching.score), len(c))),
        b_eq=np.full(len(matching.score), matching.demand),
        A_ub=csr_matrix((ones, (r, here)), (len(matching.room), len(c))),
        b_ub=matching.room,
        bounds=(0, 1),
        method="highs-ds",
    )
    if answer.status != 0:
        return None
    chosen = np.zeros(matching.score.shape, dtype=bool)
    chosen[c, r] = answer.x > 0.5
    return chosen

"""FairIR: Kobren, Saha & McCallum, "Paper Matching with Local Fairness Constraints", KDD 2019,
section 4.

Maximise the total score with every paper at T or more; round iteratively: settle what the
programme's vertex says wholly, and drop the floor of a paper with at most three fractional seats,
or the limit of a reviewer with at most two. T is the largest the relaxation can reach, by
bisection.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from scripts.benchmarks.matching import Matching, Matrix

BISECTIONS = 10
SMALL = 1e-6
FRACTIONAL_SEATS, FRACTIONAL_CASES = 3, 2


def fairir(matching: Matching) -> Matrix | None:
    top = float(
        np.sort(np.where(matching.open, matching.score, 0), axis=1)[:, -matching.demand :]
        .sum(axis=1)
        .min()
    )
    low, high = 0.0, top
    if _vertex(matching, _Open(matching, high)) is not None:
        low = high
    for _ in range(BISECTIONS if low < high else 0):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if _vertex(matching, _Open(matching, middle)) is not None
            else (low, middle)
        )
    return _round(matching, _Open(matching, low))


class _Open:
    """What is still open: pairs, floors and limits; what is settled so far."""

    def __init__(self, matching: Matching, floor: float) -> None:
        self.pairs = matching.open.copy()
        self.chosen = np.zeros(matching.open.shape, dtype=bool)
        self.floor = floor
        self.floored = np.ones(len(matching.score), dtype=bool)
        self.limited = np.ones(len(matching.room), dtype=bool)


def _vertex(matching: Matching, now: _Open) -> tuple[Any, Any, Any] | None:
    """(cases, reviewers, values) at an optimal vertex of the programme over the open pairs."""
    cases, people = matching.score.shape
    c, r = np.nonzero(now.pairs)
    here, ones = np.arange(len(c)), np.ones(len(c))
    room = csr_matrix((ones, (r, here)), (people, len(c)))[now.limited]
    floors = csr_matrix((-matching.score[c, r].astype(float), (c, here)), (cases, len(c)))[
        now.floored
    ]
    got = (matching.score * now.chosen).sum(axis=1)
    answer = linprog(
        -matching.score[c, r],
        A_eq=csr_matrix((ones, (c, here)), (cases, len(c))),
        b_eq=matching.demand - now.chosen.sum(axis=1),
        A_ub=vstack([room, floors], format="csr"),
        b_ub=np.concatenate(
            [matching.left(now.chosen)[now.limited], (got - now.floor)[now.floored]]
        ),
        bounds=(0, 1),
        method="highs-ds",
    )
    return (c, r, answer.x) if answer.status == 0 else None


def _round(matching: Matching, now: _Open) -> Matrix | None:
    while now.pairs.any():
        found = _vertex(matching, now)
        if found is None:
            return None
        c, r, x = found
        whole, none = x > 1 - SMALL, x < SMALL
        now.chosen[c[whole], r[whole]] = True
        now.pairs[c[whole | none], r[whole | none]] = False
        if not now.pairs.any():
            break
        seats, visits = now.pairs.sum(axis=1), now.pairs.sum(axis=0)
        few = now.floored & (seats <= FRACTIONAL_SEATS)
        light = now.limited & (visits <= FRACTIONAL_CASES)
        if (few & (seats > 0)).any():
            now.floored &= ~few
        elif (light & (visits > 0)).any():
            now.limited &= ~light
        elif not (whole | none).any():
            return None
    return now.chosen

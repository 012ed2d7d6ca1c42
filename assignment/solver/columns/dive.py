"""下潜: a plan of whole groups from the linear programme, by rounding up and pricing anew.

Diving with column generation (Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa, INFORMS J. Comput. 31,
2019): the group of the greatest weight is taken, the programme and the prices of what is left are
found anew, groups that fit are priced, and so on. Few cases left are quickly priced: a dive that
keeps some groups of a plan and forms the others anew takes a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from assignment.solver.chance import Random
from assignment.solver.columns.bounding import SCALE
from assignment.solver.columns.master import Columns, Master, Written, solve_master
from assignment.solver.kernel.data import MAX_GROUPS

if TYPE_CHECKING:
    from assignment.solver.columns.generation import Generation

ROUNDS = 2  # of pricing, before a group is taken
BARRED = 1 << 40  # what a seat of somebody costs who serves in as many groups as allowed
CERTAIN = 1 - 1e-6
LEAST_LIKED = 0.6  # weights are taken for so much, or all of it: no dive is like the other


class Dive:
    """One, from what the columns of `generation` say; what it prices is added to them."""

    def __init__(self, generation: Generation, random: Random) -> None:
        self.generation, self.random = generation, random
        self.left = np.ones(len(generation.problem.cases), dtype=bool)
        self.seats = generation.data.person[:, MAX_GROUPS].astype(np.int64)
        self.taken: list[Written] = []
        self.cost = 0  # in 1/SCALE

    def keep(self, groups: Iterable[Written]) -> None:
        """Form only the rest: these are taken."""
        for group in groups:
            self._take(group)

    def run(self, below: int, over: Callable[[], bool]) -> list[Written] | None:
        """Groups that hold every case and cost less than `below` in all, or None."""
        while self.left.any():
            master = self._priced(over)
            if master is None or over():
                return None
            missing = int((~self.left).sum()) * self.generation.missing
            if self.cost + master.value - missing > SCALE * (below - 1):
                return None
            picked = self._pick(master)
            if not picked:
                return None
            for at in picked:
                self._take(self.generation.columns.written[at])
        low, high = self.generation.groups
        return self.taken if low <= len(self.taken) <= high else None

    def _fitting(self) -> tuple[Columns, list[int]]:
        """The columns that may still come."""
        known, fit, where = self.generation.columns, Columns(), list[int]()
        left, free = self.left, self.seats > 0
        for at, (cases, members) in enumerate(known.keys):
            if left[list(cases)].all() and free[list(members)].all():
                fit.add(known.written[at])
                where.append(at)
        return fit, where

    def _priced(self, over: Callable[[], bool]) -> Master | None:
        for _ in range(ROUNDS):
            master = self._programme()
            if master is None or over():
                return None
            if not self.generation.price_rest(master.duals, self.left, self.seats, BARRED):
                break
        return self._programme()

    def _programme(self) -> Master | None:
        generation = self.generation
        fit, self.where = self._fitting()
        low, high = generation.groups
        taken = len(self.taken)
        return solve_master(
            fit,
            len(self.left),
            self.seats,
            (max(0, low - taken), high - taken),
            generation.missing,
            triples=generation.triples,
        )

    def _pick(self, master: Master) -> list[int]:
        """Those that the programme takes whole, else the one of the greatest weight, by and
        large.
        """
        weights = master.weights
        whole = np.flatnonzero(weights >= CERTAIN)
        if len(whole):
            return [self.where[k] for k in whole]
        known = np.flatnonzero(weights > 1e-6)
        if len(known) == 0:
            return []
        liked = [
            weights[k] * (LEAST_LIKED + (1 - LEAST_LIKED) * self.random.random()) for k in known
        ]
        return [self.where[known[int(np.argmax(liked))]]]

    def _take(self, group: Written) -> None:
        self.taken.append(group)
        self.cost += group.cost
        self.left[list(group.cases)] = False
        self.seats[list(group.members)] -= 1

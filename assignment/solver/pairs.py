"""资料评审的得分表: panels that only sums over (case, reviewer) pairs tell apart, as arrays; what
the flow (`transport`) and the programme behind it (`affinity`) work on.

Large tables are walked in blocks of rows, so that ten thousand cases need a few hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from assignment.problem import GOALS
from assignment.solver.data import LEVELS, Data
from assignment.solver.draft import NO_LEADER, NO_START, Draft, Group

PAIRWISE = ("affinity", "discouraged")
# Pairs that one block of rows holds; as many numbers stand in memory for each step of a sum.
BLOCK = 1 << 21

Matrix = Any  # numpy, cases x reviewers
Chosen = Any  # numpy, bool, cases x reviewers
Rows = tuple[Sequence[int], Any, Any]  # see `Data.score_rows`


@dataclass(frozen=True)
class Pairs:
    """Matrices are [cases, reviewers].

    `score`: what the weakest case is judged by; `worth`: what is to be had most of in all; `open`:
    who may serve where; `room`: how many cases a reviewer may serve; `low` to `high` seats a case,
    each beyond `low` at the cost of `extra`.
    """

    score: Matrix
    worth: Matrix
    open: Matrix
    room: Any
    low: int
    high: int
    extra: int = 0

    @property
    def cases(self) -> int:
        return int(self.open.shape[0])

    @property
    def people(self) -> int:
        return int(self.open.shape[1])

    def blocks(self) -> Iterator[slice]:
        """All rows, some at a time."""
        step = max(1, BLOCK // max(1, self.people))
        return (slice(first, first + step) for first in range(0, self.cases, step))

    @cached_property
    def highest(self) -> int:
        """No plan's smallest case passes the smallest of what each case could score alone."""
        return min(self._highest(rows) for rows in self.blocks())

    def _highest(self, rows: slice) -> int:
        score = np.where(self.open[rows], self.score[rows], -np.inf)
        if self.high < self.people:
            score = np.partition(score, self.people - self.high, axis=1)[:, -self.high :]
        best = np.cumsum(-np.sort(-score, axis=1), axis=1)[:, self.low - 1 :].max(axis=1).min()
        return int(best) if np.isfinite(best) else 0

    def scores(self, chosen: Chosen) -> Any:
        """[cases] what each scores."""
        case, reviewer = np.nonzero(chosen)
        return np.bincount(case, self.score[case, reviewer], self.cases)

    def least(self, chosen: Chosen) -> int:
        return int(self.scores(chosen).min())

    def total(self, chosen: Chosen) -> int:
        return int(self.worth[chosen].sum(dtype=np.int64))

    def chosen(self, draft: Draft) -> Chosen:
        found = np.zeros(self.open.shape, dtype=bool)
        for group in draft.groups:
            found[group.cases[0], list(group.members)] = True
        return found

    def draft(self, chosen: Chosen) -> Draft:
        teams: list[list[int]] = [[] for _ in range(self.cases)]
        for case, reviewer in zip(*(one.tolist() for one in np.nonzero(chosen)), strict=True):
            teams[case].append(reviewer)
        return Draft(
            tuple(
                Group((case,), (NO_START,), tuple(team), NO_LEADER)
                for case, team in enumerate(teams)
            )
        )


def room(data: Data, reviewer: int) -> int:
    """How many cases the reviewer may serve."""
    effort = data.effort[0]
    return min(
        data.max_groups[reviewer],
        data.max_effort[reviewer] // effort if effort else data.n_cases,
        data.n_cases,
    )


def pairs_of(data: Data) -> Pairs:
    """A problem to which `transport.applies`; goals of the order count once, the others by their
    weights.
    """
    problem, shape = data.problem, (data.n_cases, data.n_reviewers)
    times, charge = (
        1 if goal in (problem.order or ()) else problem.weight(goal) for goal in PAIRWISE
    )
    score = _table(data.score_rows, shape)
    worth = score if times == 1 else score.astype(np.int64) * times
    if charge and any(data.discouraged):
        worth = worth - charge * _table(_rows(data.discouraged), shape).astype(np.int64)
    free = np.ones(shape, dtype=bool)
    counts = [len(people) for people in data.forbidden]
    barred = np.fromiter(chain.from_iterable(data.forbidden), np.int64, sum(counts))
    free[np.repeat(np.arange(len(counts)), counts), barred] = False
    able = np.array([room(data, reviewer) for reviewer in range(data.n_reviewers)], dtype=np.int64)
    free[:, able <= 0] = False
    return Pairs(score, worth, free, able, data.min_size, data.max_size, problem.weight("extra"))


def scorecard(data: Data, pairs: Pairs, chosen: Chosen) -> dict[str, int] | None:
    """Every goal's value as `goals.scorecard` counts it, all cases at once; None where industries
    count, case by case.
    """
    if any(data.match):
        return None
    carried, scores = np.array(data.carried), pairs.scores(chosen)
    seats = chosen.sum(axis=0)
    served, work = seats > 0, data.effort[0] * seats
    costs = (
        data.discouraged[case].get(reviewer, 0)
        for case, reviewer in zip(*np.nonzero(chosen), strict=True)
        if data.discouraged[case]
    )
    return dict.fromkeys(GOALS, 0) | {
        "specialist": LEVELS * data.n_cases,
        "workload": int((work * (2 * carried + work)).sum()),
        "peak": int((carried + work)[served].max()),
        "extra": int(seats.sum()) - data.n_cases * data.min_size,
        "discouraged": sum(costs),
        "affinity": -int(scores.sum()),
        "fairness": -int(scores.min()),
    }


def _table(rows: Rows, shape: tuple[int, int]) -> Matrix:
    """The matrix of values by column, in 32 bits where they fit."""
    counts, columns, values = rows
    small = not len(values) or max(-int(values.min()), int(values.max())) < 1 << 31
    found = np.zeros(shape, dtype=np.int32 if small else np.int64)
    found[np.repeat(np.arange(len(counts)), counts), columns] = values
    return found


def _rows(costs: Sequence[Mapping[int, int]]) -> Rows:
    """How many each case has, then their columns and values."""
    counts = [len(row) for row in costs]
    values = chain.from_iterable(row.values() for row in costs)
    columns, size = chain.from_iterable(costs), sum(counts)
    return counts, np.fromiter(columns, np.int64, size), np.fromiter(values, np.int64, size)

"""证明最优: the best plan of panels among all those that a better plan than the one known can hold.

A panel whose reduced cost exceeds the distance between bound and plan is in no better plan
(Baldacci, Christofides & Mingozzi 2008); the others are columns of an integer programme, with a
column for each load of a reviewer and each start of a visit. Rows that keep the visits of a shared
reviewer apart (H13) are added for the pairs of cases that need them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from assignment.solver import bound
from assignment.solver.data import Data
from assignment.solver.draft import NO_START, Draft, Group
from assignment.solver.prices.bound import SCALE, Prices
from assignment.solver.prices.tables import Found

Reals = NDArray[np.float64]

MOST_TEAMS = 12_000
ROUNDS = 30  # of rows for pairs of visits
INFEASIBLE = 2  # scipy's word for a programme without solution


@dataclass(frozen=True)
class Team:
    """One column: a panel of a case. `cost` leaves out workload and prices."""

    case: int
    members: tuple[int, ...]
    leader: int
    cost: int
    starts: frozenset[int]


@dataclass(frozen=True)
class Answer:
    """`bound`: no complete plan costs less. `draft`: the best one, None where none is cheaper than
    the one known.
    """

    bound: int
    draft: Draft | None


def prove(data: Data, prices: Prices, upper: int, left: Callable[[], float]) -> Answer | None:
    """What is cheaper than `upper`, or that nothing is; None when time or numbers do not allow it.

    `left` says how many seconds there are; HiGHS cannot be interrupted within them.
    """
    if prices.bound is not None and upper <= prices.bound:
        return Answer(upper, None)
    found = prices.teams_below(upper, MOST_TEAMS)
    if found is None:
        return None
    programme = Programme(data, list(_teams(data, prices, found)), upper - 1 - prices.rest_apart)
    for _ in range(ROUNDS):
        if left() <= 0:
            return None
        answer = programme.solve(left())
        if answer is None:
            return None
        if answer.draft is None:
            return Answer(upper, None)
        if not programme.part_visits(answer.draft):
            return Answer(answer.bound + prices.rest_apart, answer.draft)
    return None


def _teams(data: Data, prices: Prices, found: Found) -> Iterator[Team]:
    for k in range(int(found.counts[0])):
        case = int(found.case[k])
        members = tuple(sorted(int(r) for r in found.team[k] if r >= 0))
        seats = prices.price[prices.panels.size[case]][list(members)].sum()
        free = [
            start
            for start in data.usable_starts[case]
            if all(data.cover(case, start) & ~data.available[r] == 0 for r in members)
        ]
        cost = (int(found.cost[k]) - int(seats)) // SCALE
        yield Team(case, members, int(found.leader[k]), cost, frozenset(free))


class Programme:
    """Teams, loads and starts as columns; `most` is what the objective may not pass."""

    def __init__(self, data: Data, teams: list[Team], most: int) -> None:
        self.data, self.teams, self.most = data, teams, most
        self.cost: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.team = [self._column(team.cost) for team in teams]
        self.begin: list[dict[int, int]] = [
            {start: self._column(0) for start in data.usable_starts[case]}
            if data.has_visit(case)
            else {}
            for case in range(data.n_cases)
        ]
        self.parted: set[tuple[int, int]] = set()
        self._cases()
        self._loads()
        self._calendar()

    def _column(self, cost: float, high: float = 1.0, whole: bool = True) -> int:
        self.cost.append(cost)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def _row(self, row: dict[int, float], low: float = -math.inf, high: float = math.inf) -> None:
        self.rows.append((row, low, high))

    def _cases(self) -> None:
        of_case: list[list[int]] = [[] for _ in range(self.data.n_cases)]
        for team, column in zip(self.teams, self.team, strict=True):
            of_case[team.case].append(column)
        for case, columns in enumerate(of_case):
            self._row(dict.fromkeys(columns, 1.0), 1.0, 1.0)
            if self.begin[case]:
                self._row(dict.fromkeys(self.begin[case].values(), 1.0), 1.0, 1.0)

    def _loads(self) -> None:
        """A reviewer serves one of her loads: so many cases of each effort, at what that costs."""
        weight = self.data.problem.weight("workload")
        served: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for team, column in zip(self.teams, self.team, strict=True):
            for member in team.members:
                served[member][self.data.effort[team.case]].append(column)
        for member, by_effort in sorted(served.items()):
            efforts = sorted(by_effort)
            rows: list[dict[int, float]] = [dict.fromkeys(by_effort[e], 1.0) for e in efforts]
            one: dict[int, float] = {}
            for load in self._possible(member, efforts, by_effort):
                total = sum(n * e for n, e in zip(load, efforts, strict=True))
                column = self._column(weight * self.data.load_cost(member, total), whole=False)
                one[column] = 1.0
                for row, n in zip(rows, load, strict=True):
                    if n:
                        row[column] = -float(n)
            self._row(one, 1.0, 1.0)
            for row in rows:
                self._row(row, 0.0, 0.0)

    def _possible(
        self, member: int, efforts: list[int], by_effort: dict[int, list[int]]
    ) -> list[tuple[int, ...]]:
        """How many cases of each effort a reviewer may serve."""
        loads: list[tuple[int, ...]] = [()]
        for effort in efforts:
            cases = len({self.teams[column].case for column in by_effort[effort]})
            loads = [
                (*load, n)
                for load in loads
                for n in range(cases + 1)
                if self._room(member, (*load, n), efforts)
            ]
        return loads

    def _room(self, member: int, load: tuple[int, ...], efforts: list[int]) -> bool:
        total = sum(n * e for n, e in zip(load, efforts, strict=False))
        return sum(load) <= self.data.max_groups[member] and total <= self.data.max_effort[member]

    def _calendar(self) -> None:
        """A team needs a start when all its members are free; a slot bears so many visits."""
        away: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
        for team, column in zip(self.teams, self.team, strict=True):
            for start in self.begin[team.case]:
                if start not in team.starts:
                    away[team.case, start][column] = 1.0
        for (case, start), row in away.items():
            self._row({**row, self.begin[case][start]: 1.0}, high=1.0)
        limit = self.data.problem.policy.max_parallel_visits
        for slot in range(self.data.n_slots if limit is not None else 0):
            there = {
                column: 1.0
                for case, columns in enumerate(self.begin)
                for start, column in columns.items()
                if start <= slot < start + self.data.half_days[case]
            }
            if there and limit is not None:
                self._row(there, high=float(limit))
        price = self.data.problem.weight("span")
        if price:
            last = self._column(price, float(self.data.n_slots), whole=False)
            self._row({last: 1.0}, low=float(bound.goal_bound(self.data, "span")))
            for case, columns in enumerate(self.begin):
                ends = {at: -float(s + self.data.half_days[case]) for s, at in columns.items()}
                if ends:
                    self._row({**ends, last: 1.0}, low=0.0)

    def part_visits(self, draft: Draft) -> bool:
        """Add rows that keep visits of shared reviewers apart where the draft does not; whether it
        had to.
        """
        clashing = False
        for one, other in combinations(draft.groups, 2):
            a, b = one.cases[0], other.cases[0]
            if (
                set(one.members) & set(other.members)
                and NO_START not in (one.starts[0], other.starts[0])
                and not self.data.clear(a, one.starts[0], b, other.starts[0])
            ):
                clashing = True
                if (a, b) not in self.parted:
                    self._part(a, b)
        return clashing

    def _part(self, one: int, other: int) -> None:
        self.parted.add((one, other))
        member: dict[int, dict[int, float]] = defaultdict(dict)
        cases: dict[int, set[int]] = defaultdict(set)
        for team, column in zip(self.teams, self.team, strict=True):
            if team.case in (one, other):
                for r in team.members:
                    member[r][column] = 1.0
                    cases[r].add(team.case)
        apart = self._column(0)
        for r, row in member.items():
            if len(cases[r]) == 2:
                self._row({**row, apart: -1.0}, high=1.0)
        for start, column in self.begin[one].items():
            near = {
                at: 1.0
                for later, at in self.begin[other].items()
                if not self.data.clear(one, start, other, later)
            }
            if near:
                self._row({**near, column: 1.0, apart: 1.0}, high=2.0)

    def solve(self, seconds: float) -> Answer | None:
        """The cheapest plan by these rows, at most `most`; no draft where there is none."""
        size = len(self.cost)
        total = {column: cost for column, cost in enumerate(self.cost) if cost}
        rows = [*self.rows, (total, -math.inf, self.most + 1e-6)]
        counts = [len(row) for row, _, _ in rows]
        matrix = sparse.csr_matrix(
            (
                np.array([factor for row, _, _ in rows for factor in row.values()], dtype=float),
                np.array([column for row, _, _ in rows for column in row], dtype=np.int64),
                np.concatenate([[0], np.cumsum(counts)]),
            ),
            shape=(len(rows), size),
        )
        result = scipy.optimize.milp(
            np.array(self.cost),
            constraints=scipy.optimize.LinearConstraint(
                matrix,
                np.array([low for _, low, _ in rows]),
                np.array([high for _, _, high in rows]),
            ),
            integrality=np.array(self.whole, dtype=int),
            bounds=scipy.optimize.Bounds(np.zeros(size), np.array(self.high)),
            options={"time_limit": max(0.05, seconds), "mip_rel_gap": 0.0},
        )
        if result.status == INFEASIBLE:
            return Answer(self.most + 1, None)
        if result.status != 0:
            return None
        return Answer(round(result.fun), self._draft(result.x))

    def _draft(self, values: Reals) -> Draft:
        groups = []
        for team, column in zip(self.teams, self.team, strict=True):
            if values[column] > 0.5:
                begin = self.begin[team.case]
                start = max(begin, key=lambda s: values[begin[s]]) if begin else NO_START
                groups.append(Group((team.case,), (start,), team.members, team.leader))
        return Draft(tuple(sorted(groups, key=lambda group: group.cases)))

"""证明最优: the best plan of panels among all those that a better plan than the one known can hold.

A panel whose reduced cost exceeds the distance between bound and plan is in no better plan
(Baldacci, Christofides & Mingozzi 2008); the others are columns of an integer programme, with a
column for each load of a reviewer and each half-day that the whole may last. The calendar is asked
afterwards (logic-based Benders decomposition, Hooker & Ottosson 2003): panels that it cannot hold
together are cut off, and with them all that have the same shared members and no other starts.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from assignment.solver import bound
from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.draft import NO_START, Draft, Group
from assignment.solver.prices.bound import SCALE, Prices
from assignment.solver.prices.calendar import (
    Clash,
    Free,
    Pair,
    Unknown,
    calendar,
    certain,
    clashes,
    ending,
    shared,
)
from assignment.solver.prices.joint import Columns, Found, Joint
from assignment.solver.prices.tables import Found as Listed

Reals = NDArray[np.float64]
Row = dict[int, float]  # column -> factor

MOST_TEAMS = 12_000
ROUNDS = 100  # of cuts
# The round before which panels and calendar are one model for the first time, and CP-SAT's units.
FIRST_TURN, FIRST_UNITS = 3, 2.0
EASE = 1e-6  # HiGHS's own tolerance
TIME_IS_OVER, INFEASIBLE = 1, 2  # scipy's words
UNKNOWN = -(1 << 60)


@dataclass(frozen=True)
class Team:
    """One column: a panel of a case. `cost` leaves out workload and prices; `free`: starts
    that all its members can keep; `end` is the earliest one.
    """

    case: int
    members: tuple[int, ...]
    leader: int
    cost: int
    free: frozenset[int]
    end: int


@dataclass(frozen=True)
class Answer:
    """`bound`: no complete plan costs less. `draft`: a plan that costs so much, but for what the
    prices leave out; None where none was found that is cheaper than the one known.
    """

    bound: int
    draft: Draft | None = None


@dataclass(frozen=True)
class Choice:
    """What the programme said: the teams (None: nothing is cheaper, or it was not found in time),
    the half-days that the whole may last, and what is proved.
    """

    least: int
    teams: tuple[Team, ...] | None = None
    last: int = 0


def prove(
    data: Data,
    prices: Prices,
    upper: Callable[[], int],
    left: Callable[[], float],
    budget: Budget,
    rounds: int = ROUNDS,
) -> Iterator[Answer]:
    """Bounds as they rise, up to what the best plan costs (`upper`) or to a plan that is cheaper;
    nothing where the panels are too many.

    `left` says how many seconds there are; HiGHS cannot be interrupted within them. Programmes and
    cuts take turns with the model of panels and calendar together, which gets twice as much each
    time after twice as many rounds.
    """
    known = upper()
    if prices.bound is not None and known <= prices.bound:
        yield Answer(known)
        return
    found = prices.teams_below(known, MOST_TEAMS)
    if found is None:
        return
    programme = Programme(data, list(_teams(data, prices, found)))
    yield from Turns(programme, prices.rest, upper, left, budget).take(known, prices.bound, rounds)


@dataclass(frozen=True)
class Turns:
    """Rounds of a programme and its cuts, and the model of panels and calendar now and then; `rest`
    is what every plan costs beside its panels.
    """

    programme: Programme
    rest: int
    upper: Callable[[], int]
    left: Callable[[], float]
    budget: Budget

    def take(self, known: int, least: int | None, rounds: int) -> Iterator[Answer]:
        """Answers for plans of less than `known`; `least` is the bound so far."""
        turn, units = FIRST_TURN, FIRST_UNITS
        for number in range(1, rounds + 1):
            known = min(known, self.upper())
            if self.left() <= 0:
                return
            if number == turn:
                turn, units = 2 * turn, 2 * units
                found = self._together(known, units)
                known = min(known, found.cost + self.rest)
                yield from self._told(found, least)
                if found.whole:
                    yield Answer(known)
                    return
            choice = self.programme.solve(known - 1 - self.rest, self.left())
            least = min(known, choice.least + self.rest)
            if choice.teams is None or least == known:
                yield Answer(least)
                return
            try:
                last, starts = self.programme.earliest_calendar(choice)
            except Unknown:
                return
            yield Answer(least, None if starts is None else _draft(choice.teams, starts))
            if starts is not None and last == choice.last:
                return
            if starts is not None:
                later = (last - choice.last) * self.programme.data.problem.weight("span")
                known = min(known, choice.least + self.rest + later)

    def _together(self, known: int, units: float) -> Found:
        model = self.programme.joint(known - 1 - self.rest)
        return model.solve(units, self.left(), self.budget)

    def _told(self, found: Found, least: int | None) -> Iterator[Answer]:
        if found.chosen and least is not None:
            teams = tuple(self.programme.teams[column] for column in found.chosen)
            yield Answer(least, _draft(teams, found.starts))


def _teams(data: Data, prices: Prices, found: Listed) -> Iterator[Team]:
    for k in range(int(found.counts[0])):
        case = int(found.case[k])
        members = tuple(sorted(int(r) for r in found.team[k] if r >= 0))
        seats = prices.price[prices.panels.size[case]][list(members)].sum()
        free = [
            start
            for start in (data.usable_starts[case] if data.has_visit(case) else ())
            if all(data.cover(case, start) & ~data.available[r] == 0 for r in members)
        ]
        cost = (int(found.cost[k]) - int(seats)) // SCALE
        end = min(free) + data.half_days[case] if free else 0
        yield Team(case, members, int(found.leader[k]), cost, frozenset(free), end)


def _draft(teams: tuple[Team, ...], starts: dict[int, int]) -> Draft:
    groups = [
        Group((team.case,), (starts.get(team.case, NO_START),), team.members, team.leader)
        for team in teams
    ]
    return Draft(tuple(sorted(groups, key=lambda group: group.cases)))


class Programme:
    """Teams, loads and half-days as columns, all whole and so is what they cost, so that HiGHS may
    round its bounds.
    """

    def __init__(self, data: Data, teams: list[Team]) -> None:
        self.data, self.teams = data, teams
        self.cost: list[int] = []
        self.rows: list[tuple[Row, float, float]] = []
        for team in teams:
            self._column(team.cost)
        self.of_case: list[list[int]] = [[] for _ in range(data.n_cases)]
        for column, team in enumerate(teams):
            self.of_case[team.case].append(column)
        for columns in self.of_case:
            self._row(dict.fromkeys(columns, 1.0), 1.0, 1.0)
        self._loads()
        self.earliest = data.n_slots  # the least that the whole may last
        self.lasts: dict[int, int] = {}  # column by slot: the whole lasts so long
        if data.problem.weight("span"):
            self._span()
        for clash in certain(data, self.earliest):
            self._cut_of_each(clash, self.earliest)

    def _column(self, cost: int) -> int:
        self.cost.append(cost)
        return len(self.cost) - 1

    def _row(self, row: Row, low: float = -math.inf, high: float = math.inf) -> None:
        self.rows.append((row, low, high))

    def _loads(self) -> None:
        """A reviewer serves one of her loads: so many cases of each effort, at what that costs."""
        weight = self.data.problem.weight("workload")
        served: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for column, team in enumerate(self.teams):
            for member in team.members:
                served[member][self.data.effort[team.case]].append(column)
        for member, by_effort in sorted(served.items()):
            efforts = sorted(by_effort)
            rows: list[Row] = [dict.fromkeys(by_effort[e], 1.0) for e in efforts]
            one: Row = {}
            for load in self._possible(member, efforts, by_effort):
                total = sum(n * e for n, e in zip(load, efforts, strict=True))
                column = self._column(weight * self.data.load_cost(member, total))
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

    def _span(self) -> None:
        """Beyond what counting says, each half-day costs; a team needs those up to its end."""
        self.earliest = bound.goal_bound(self.data, "span")
        price = self.data.problem.weight("span")
        self.lasts = {
            slot: self._column(price) for slot in range(self.earliest + 1, self.data.n_slots + 1)
        }
        for slot, column in self.lasts.items():
            if slot - 1 in self.lasts:
                self._row({column: 1.0, self.lasts[slot - 1]: -1.0}, high=0.0)
            for columns in self.of_case:
                later = [at for at in columns if self.teams[at].end >= slot]
                if any(self.teams[at].end == slot for at in later):
                    self._row({**dict.fromkeys(later, 1.0), column: -1.0}, high=0.0)

    def earliest_calendar(self, choice: Choice) -> tuple[int, dict[int, int] | None]:
        """The least number of half-days in which the chosen teams can make their visits, with a
        calendar, or None where there is none at all. What ends earlier is cut off now. Raises
        Unknown.
        """
        data = self.data
        teams = [team for team in choice.teams or () if data.has_visit(team.case)]
        free = {team.case: team.free for team in teams}
        served = shared({team.case: team.members for team in teams})
        known: dict[int, dict[int, int] | None] = {}

        def fits(last: int) -> bool:
            ended = {case: ending(data, case, starts, last) for case, starts in free.items()}
            known[last] = calendar(data, ended, served)
            return known[last] is not None

        lasts = range(choice.last, data.n_slots + 1)
        first = bisect_left(lasts, True, key=fits)
        # In the least time few visits clash; what clashes for long is cut off for long.
        for last in sorted({lasts[0], lasts[first - 1]}) if first > 0 else ():
            for clash in clashes(data, free, served, last):
                self._cut(clash, served, last)
        if first == len(lasts):
            return data.n_slots, None
        return lasts[first], known[lasts[first]]

    def _cut(self, clash: Clash, served: dict[Pair, frozenset[int]], last: int) -> None:
        """Not these visits, whoever it is that serves several of them alone, unless the whole lasts
        longer.
        """
        among = {case for pair in clash.pairs for case in pair}
        if among and frozenset.intersection(*(served[pair] for pair in clash.pairs)):
            self._cut_of_each(clash, last)
            return
        needed: dict[int, set[int]] = defaultdict(set)
        for pair in clash.pairs:
            for case in pair:
                needed[case].add(min(served[pair]))
        self._forbid(clash.free, needed, last)

    def _cut_of_each(self, clash: Clash, last: int) -> None:
        """Nobody can serve all these pairs alone."""
        among = {case for pair in clash.pairs for case in pair}
        for member in range(self.data.n_reviewers):
            self._forbid(clash.free, {case: {member} for case in among}, last)

    def _forbid(self, free: Free, needed: dict[int, set[int]], last: int) -> None:
        """Of the teams with these members and no other starts within `last`, one case has none."""
        row: Row = {}
        for case, starts in free.items():
            columns = [
                column
                for column in self.of_case[case]
                if needed.get(case, set()) <= set(self.teams[column].members)
                and ending(self.data, case, self.teams[column].free, last) <= starts
            ]
            if not columns:
                return
            row |= dict.fromkeys(columns, 1.0)
        if last + 1 in self.lasts:
            row[self.lasts[last + 1]] = -1.0
        self._row(row, high=float(len(free) - 1))

    def joint(self, most: int) -> Joint:
        """The same and the calendar as one model."""
        return Joint(self.data, Columns(self.teams, self.cost, self.rows, self.lasts), most)

    def solve(self, most: int, seconds: float) -> Choice:
        """The cheapest teams by these rows, for at most `most`."""
        size = len(self.cost)
        total = {column: float(cost) for column, cost in enumerate(self.cost) if cost}
        rows = [*self.rows, (total, -math.inf, most + EASE)]
        counts = [len(row) for row, _, _ in rows]
        matrix = scipy.sparse.csr_matrix(
            (
                np.array([factor for row, _, _ in rows for factor in row.values()], dtype=float),
                np.array([column for row, _, _ in rows for column in row], dtype=np.int64),
                np.concatenate([[0], np.cumsum(counts)]),
            ),
            shape=(len(rows), size),
        )
        result = scipy.optimize.milp(
            np.array(self.cost, dtype=float),
            constraints=scipy.optimize.LinearConstraint(
                matrix,
                np.array([low for _, low, _ in rows]),
                np.array([high for _, _, high in rows]),
            ),
            integrality=np.ones(size),
            bounds=scipy.optimize.Bounds(0.0, 1.0),
            options={"time_limit": max(0.05, seconds), "mip_rel_gap": 0.0},
        )
        if result.status == INFEASIBLE:
            return Choice(most + 1)
        if result.status != 0:
            proved = result.mip_dual_bound if result.status == TIME_IS_OVER else None
            if proved is None or not math.isfinite(proved):
                return Choice(UNKNOWN)
            return Choice(math.ceil(proved - EASE))
        return self._choice(result.x, round(result.fun))

    def _choice(self, values: Reals, least: int) -> Choice:
        teams = tuple(team for column, team in enumerate(self.teams) if values[column] > 0.5)
        longer = sum(round(values[column]) for column in self.lasts.values())
        return Choice(least, teams, self.earliest + longer)

"""证明最优: the best plan of panels among all those that a better plan than the one known can hold.

A panel whose reduced cost exceeds the distance between bound and plan is in no better plan
(Baldacci, Christofides & Mingozzi 2008). How long the whole lasts is settled first: for each end
the others are columns of an integer programme, with a column for each load of a reviewer; a later
end costs more and leaves fewer panels. The calendar is asked afterwards (logic-based Benders
decomposition, Hooker & Ottosson 2003): panels that it cannot hold together are cut off, and with
them all that have the same shared members and no other starts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assignment.solver import bound
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
from assignment.solver.prices.starts import count, timed
from assignment.solver.prices.tables import Found as Listed
from assignment.solver.prices.whole import UNKNOWN, Choice, Flags, Row, Whole

MOST_TEAMS = 12_000
ROUNDS = 400  # of programmes
# The round before which panels and calendar are one programme for the first time, by so many nodes
# of HiGHS, and how many columns that may have.
FIRST_TURN, FIRST_NODES, MOST_TIMED = 2, 500, 40_000


@dataclass(frozen=True)
class Team:
    """One column: a panel of a case. `cost` leaves out workload and prices; `free`: starts
    that all its members can keep; `end`: when the visit can have ended; `reduced`: what the panel
    costs more than the cheapest of the case with the prices, in 1/SCALE.
    """

    case: int
    members: tuple[int, ...]
    leader: int
    cost: int
    free: frozenset[int]
    end: int
    reduced: int


@dataclass(frozen=True)
class Answer:
    """`bound`: no complete plan costs less. `draft`: a plan that costs `cost`, but for what the
    prices leave out; None where none was found that is cheaper than the one known.
    """

    bound: int
    draft: Draft | None = None
    cost: int | None = None


def prove(
    data: Data,
    prices: Prices,
    upper: Callable[[], int],
    left: Callable[[], float],
    rounds: int = ROUNDS,
) -> Iterator[Answer]:
    """Bounds as they rise, up to what the best plan costs (`upper`), and plans that are cheaper;
    nothing where the panels are too many.

    `left` says how many seconds there are; HiGHS cannot be interrupted within them. The end of
    which least is known has the next turn.
    """
    known = upper()
    if prices.bound is not None and known <= prices.bound:
        yield Answer(known)
        return
    found = prices.teams_below(known, MOST_TEAMS)
    if found is None or prices.bound is None:
        return
    ends = dict(_ends(data, prices, list(_teams(data, prices, found)), known))
    bounds = {last: prices.bound + turns.later for last, turns in ends.items()}

    def best() -> int:
        return min(known, upper())

    steps = {last: turns.take(best, left) for last, turns in ends.items()}
    for _ in range(rounds):
        last = min(bounds, key=lambda one: bounds[one], default=None)
        if last is None or bounds[last] >= best():
            yield Answer(best())
            return
        answer = next(steps[last], None)
        if answer is None:
            return
        bounds[last] = max(bounds[last], answer.bound)
        known = min(known, answer.cost or known)
        yield Answer(min(best(), *bounds.values()), answer.draft, answer.cost)


def _ends(data: Data, prices: Prices, teams: list[Team], known: int) -> Iterator[tuple[int, Turns]]:
    """What is left for each number of half-days that a plan of less than `known` may last."""
    weight = data.problem.weight("span")
    first = bound.goal_bound(data, "span") if weight else data.n_slots
    for last in range(first, data.n_slots + 1):
        later = weight * (last - first)
        gap = prices.gap(known - later)
        within = [team for team in teams if team.reduced <= gap and team.end <= last]
        if len({team.case for team in within}) == data.n_cases:
            yield last, Turns(data, within, last, prices.rest + later, later)


@dataclass(frozen=True)
class Turns:
    """Plans that last so many half-days: rounds of a programme and its cuts, and now and then the
    programme of panels and starts, by twice as many nodes each time after twice as many rounds.

    `rest` is what every such plan costs beside its panels; `later` is what of it this end costs.
    """

    data: Data
    teams: list[Team]
    last: int
    rest: int
    later: int

    def take(self, upper: Callable[[], int], left: Callable[[], float]) -> Iterator[Answer]:
        """Bounds and plans from turn to turn, of this end only; it ends where no more is found
        out.
        """
        programme = Programme(self.data, self.teams, self.last)
        turn, nodes, number = FIRST_TURN, FIRST_NODES, 0
        while left() > 0:
            number, most = number + 1, upper() - 1 - self.rest
            least = programme.lessen(most) + self.rest
            if least > most + self.rest:
                yield Answer(least)
                return
            if number == turn:
                turn, nodes = 2 * turn, 2 * nodes
                yield self._together(programme, most, left, nodes // 2)
                continue
            choice = programme.whole.cheapest(most, left())
            least = max(least, choice.least + self.rest)
            if choice.columns is None:
                yield Answer(least)
                return
            try:
                yield self._with_calendar(programme, programme.teams_of(choice), least)
            except Unknown:
                return

    def _with_calendar(self, programme: Programme, teams: tuple[Team, ...], least: int) -> Answer:
        end, starts = programme.calendar(teams)
        if starts is None:
            return Answer(least)
        later = (end - self.last) * self.data.problem.weight("span")
        return Answer(least, _draft(teams, starts), programme.price(teams) + self.rest + later)

    def _together(
        self, programme: Programme, most: int, left: Callable[[], float], nodes: int
    ) -> Answer:
        choice, starts = programme.with_starts(most, left, nodes)
        if choice.columns is None:
            return Answer(choice.least + self.rest)
        teams = programme.teams_of(choice)
        draft, cost = _draft(teams, starts), programme.price(teams) + self.rest
        return Answer(choice.least + self.rest, draft, cost)


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
        reduced = int(found.cost[k]) - int(prices.parts.least[case])
        yield Team(case, members, int(found.leader[k]), cost, frozenset(free), end, reduced)


def _draft(teams: tuple[Team, ...], starts: dict[int, int]) -> Draft:
    groups = [
        Group((team.case,), (starts.get(team.case, NO_START),), team.members, team.leader)
        for team in teams
    ]
    return Draft(tuple(sorted(groups, key=lambda group: group.cases)))


class Programme:
    """Teams and loads as columns, all whole and so is what they cost, so that HiGHS may round its
    bounds. All visits have ended after `last` half-days.
    """

    def __init__(self, data: Data, teams: list[Team], last: int) -> None:
        self.data, self.teams, self.last = data, teams, last
        self.whole = Whole([team.cost for team in teams], [], [])
        of_case: list[list[int]] = [[] for _ in range(data.n_cases)]
        for column, team in enumerate(teams):
            of_case[team.case].append(column)
        self.whole.groups.extend(of_case)
        self._loads()
        for clash in certain(data, last):
            self._cut_of_each(clash)

    def teams_of(self, choice: Choice) -> tuple[Team, ...]:
        chosen = choice.columns or ()
        return tuple(self.teams[column] for column in chosen if column < len(self.teams))

    def price(self, teams: Sequence[Team]) -> int:
        """What they cost with the loads that they make."""
        effort: dict[int, int] = defaultdict(int)
        for team in teams:
            for member in team.members:
                effort[member] += self.data.effort[team.case]
        weight = self.data.problem.weight("workload")
        loads = sum(self.data.load_cost(member, total) for member, total in effort.items())
        return sum(team.cost for team in teams) + weight * loads

    def lessen(self, most: int) -> int:
        """What the linear programme proves; what a choice of `most` cannot hold is left out."""
        least, kept = self.whole.lessen(most)
        if least <= most:
            self._keep(kept)
        return least

    def _keep(self, kept: Flags) -> None:
        self.teams = [team for team, here in zip(self.teams, kept, strict=False) if here]
        self.whole = self.whole.only(kept)

    def with_starts(
        self, most: int, left: Callable[[], float], nodes: int
    ) -> tuple[Choice, dict[int, int]]:
        """The cheapest teams with a start for each case, for at most `most`; teams for which no
        start is left are left out.
        """
        if count(self.data, self.teams, self.last) > MOST_TIMED:
            return Choice(UNKNOWN), {}
        whole, begun = timed(self.data, self.teams, self.whole, self.last)
        least, kept = whole.lessen(most)
        if least > most:
            return Choice(least), {}
        whole, old = whole.only(kept), [at for at, here in enumerate(kept) if here]
        choice = whole.cheapest(most, left(), nodes)
        chosen = [begun[old[at]] for at in choice.columns or () if old[at] < len(begun)]
        starts = {self.teams[one.team].case: one.start for one in chosen if one.start >= 0}
        teams = tuple(one.team for one in chosen)
        return Choice(max(least, choice.least), None if choice.columns is None else teams), starts

    def _row(self, row: Row, low: float = -math.inf, high: float = math.inf) -> None:
        self.whole.rows.append((row, low, high))

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
            first = len(self.whole.cost)
            for load in self._possible(member, efforts, by_effort):
                total = sum(n * e for n, e in zip(load, efforts, strict=True))
                column = len(self.whole.cost)
                self.whole.cost.append(weight * self.data.load_cost(member, total))
                for row, n in zip(rows, load, strict=True):
                    if n:
                        row[column] = -float(n)
            self.whole.groups.append([*range(first, len(self.whole.cost))])
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

    def calendar(self, teams: Sequence[Team]) -> tuple[int, dict[int, int] | None]:
        """The least number of half-days, `last` or more, in which these teams can make their
        visits, with a calendar, or None where there is none at all. What clashes within `last` is
        cut off now. Raises Unknown.
        """
        data = self.data
        free = {team.case: team.free for team in teams if data.has_visit(team.case)}
        served = shared({team.case: team.members for team in teams if team.case in free})
        for last in range(self.last, data.n_slots + 1):
            ended = {case: ending(data, case, starts, last) for case, starts in free.items()}
            starts = calendar(data, ended, served)
            if starts is None and last == self.last:
                for clash in clashes(data, free, served, last):
                    self._cut(clash, served)
            if starts is not None:
                return last, starts
        return data.n_slots, None

    def _cut(self, clash: Clash, served: dict[Pair, frozenset[int]]) -> None:
        """Not these visits, whoever it is that serves several of them alone."""
        among = {case for pair in clash.pairs for case in pair}
        if among and frozenset.intersection(*(served[pair] for pair in clash.pairs)):
            self._cut_of_each(clash)
            return
        needed: dict[int, set[int]] = defaultdict(set)
        for pair in clash.pairs:
            for case in pair:
                needed[case].add(min(served[pair]))
        self._forbid(clash.free, needed)

    def _cut_of_each(self, clash: Clash) -> None:
        """Nobody can serve all these pairs alone."""
        among = {case for pair in clash.pairs for case in pair}
        for member in range(self.data.n_reviewers):
            self._forbid(clash.free, {case: {member} for case in among})

    def _forbid(self, free: Free, needed: dict[int, set[int]]) -> None:
        """Of the teams with these members and no other starts, one case has none."""
        row: Row = {}
        for case, starts in free.items():
            columns = [
                column
                for column in self.whole.groups[case]
                if needed.get(case, set()) <= set(self.teams[column].members)
                and ending(self.data, case, self.teams[column].free, self.last) <= starts
            ]
            if not columns:
                return
            row |= dict.fromkeys(columns, 1.0)
        self._row(row, high=float(len(free) - 1))

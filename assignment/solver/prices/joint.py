"""选定评审组与日程: the listed panels and their starts as one model for CP-SAT.

Where panels are few, what is left to decide is mostly the calendar, and clauses learnt from its
clashes say at once what cuts say one after the other. HiGHS bounds the loads better: `listed` takes
turns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.prices.calendar import ending

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Row = dict[int, float]  # column -> a whole factor


class Team(Protocol):
    """A panel of a case, free at these starts."""

    @property
    def case(self) -> int: ...
    @property
    def members(self) -> tuple[int, ...]: ...
    @property
    def free(self) -> frozenset[int]: ...


@dataclass(frozen=True)
class Columns:
    """What `listed.Programme` says without starts: the first columns are the teams; all visits have
    ended after `last` half-days.
    """

    teams: Sequence[Team]
    cost: Sequence[int]
    rows: Sequence[tuple[Row, float, float]]
    last: int


@dataclass(frozen=True)
class Found:
    """What the cheapest teams found cost, `chosen` by their columns, with a start for each case;
    none chosen: more than was asked for. `whole`: nothing costs less.
    """

    cost: int
    whole: bool
    chosen: tuple[int, ...] = ()
    starts: dict[int, int] = field(default_factory=dict)


class Joint:
    """One model; `solve` gives it so many deterministic units."""

    def __init__(self, data: Data, columns: Columns, most: int) -> None:
        from ortools.sat.python import cp_model

        self._data, self._columns = data, columns
        self.model = cp_model.CpModel()
        self._taken = [self.model.new_bool_var("") for _ in columns.cost]
        for row, low, high in columns.rows:
            domain = cp_model.Domain(_whole(low), _whole(high))
            terms = [self._taken[column] * round(factor) for column, factor in row.items()]
            self.model.add_linear_expression_in_domain(sum(terms), domain)
        self._begin: dict[int, dict[int, cp_model.IntVar]] = {}
        self._add_starts()
        self._part_visits()
        self._bear_visits()
        priced = zip(self._taken, columns.cost, strict=True)
        total = sum(column * cost for column, cost in priced if cost)
        self.model.add(total <= most)
        self.model.minimize(total)
        self._most = most

    def _add_starts(self) -> None:
        """One start a visit, free to all members, and within what the whole lasts."""
        free: dict[int, set[int]] = defaultdict(set)
        for team in self._columns.teams:
            free[team.case] |= ending(self._data, team.case, team.free, self._columns.last)
        for case, starts in free.items():
            if not self._data.has_visit(case):
                continue
            begin = {start: self.model.new_bool_var("") for start in sorted(starts)}
            self._begin[case] = begin
            self.model.add_exactly_one(begin.values())
        for column, team in enumerate(self._columns.teams):
            begin = self._begin.get(team.case, {})
            if begin.keys() - team.free:
                open_to = [begin[start] for start in sorted(team.free & begin.keys())]
                self.model.add_bool_or([*open_to, self._taken[column].negated()])

    def _serving(self) -> dict[int, dict[int, cp_model.IntVar]]:
        """By case and reviewer whether she serves there."""
        columns: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for column, team in enumerate(self._columns.teams):
            if team.case in self._begin:
                for member in team.members:
                    columns[team.case][member].append(column)
        serving: dict[int, dict[int, cp_model.IntVar]] = defaultdict(dict)
        for case, by_member in columns.items():
            for member, those in by_member.items():
                serves = serving[case][member] = self.model.new_bool_var("")
                self.model.add(sum(self._taken[column] for column in those) == serves)
        return serving

    def _part_visits(self) -> None:
        """Visits of two cases that somebody serves both do not clash (H13)."""
        serving = self._serving()
        for one, other in combinations(sorted(self._begin), 2):
            both = sorted(serving[one].keys() & serving[other].keys())
            if not both or not self._ever_clash(one, other):
                continue
            shared = self.model.new_bool_var("")
            for member in both:
                a, b = serving[one][member], serving[other][member]
                self.model.add_bool_or([a.negated(), b.negated(), shared])
            self._keep_clear(one, other, shared)
            self._keep_clear(other, one, shared)

    def _ever_clash(self, one: int, other: int) -> bool:
        return not all(
            self._data.clear(one, a, other, b) for a in self._begin[one] for b in self._begin[other]
        )

    def _keep_clear(self, one: int, other: int, shared: cp_model.IntVar) -> None:
        """Each start of the one leaves the other those that are clear of it."""
        there = self._begin[other]
        for a, here in self._begin[one].items():
            clear = [then for b, then in there.items() if self._data.clear(one, a, other, b)]
            if len(clear) < len(there):
                self.model.add_bool_or([*clear, here.negated(), shared.negated()])

    def _bear_visits(self) -> None:
        """Visits that a slot can bear (H14)."""
        limit = self._data.problem.policy.max_parallel_visits
        for slot in range(self._data.n_slots if limit is not None else 0):
            there = [
                here
                for case, begin in self._begin.items()
                for start, here in begin.items()
                if start <= slot < start + self._data.half_days[case]
            ]
            if limit is not None and len(there) > limit:
                self.model.add(sum(there) <= limit)

    def solve(self, units: float, seconds: float, budget: Budget) -> Found:
        """The cheapest teams with a calendar, for at most `most`; the same with the same units,
        unless the seconds end it.
        """
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = units
        solver.parameters.max_time_in_seconds = max(0.05, seconds)
        budget.enter(solver)
        try:
            status = solver.solve(self.model)
        finally:
            budget.leave(solver)
        if status == cp_model.INFEASIBLE:
            return Found(self._most + 1, True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found(self._most + 1, False)
        cost = round(solver.objective_value)
        count = len(self._columns.teams)
        chosen = tuple(at for at in range(count) if solver.value(self._taken[at]))
        starts = {
            case: next(start for start, here in begin.items() if solver.value(here))
            for case, begin in self._begin.items()
        }
        return Found(cost, status == cp_model.OPTIMAL, chosen, starts)


def _whole(value: float) -> int:
    """A side of a row, for CP-SAT; what is infinite is more than rows add up to."""
    return round(max(-float(LARGEST), min(float(LARGEST), value)))


LARGEST = 1 << 40

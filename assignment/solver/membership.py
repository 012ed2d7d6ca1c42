"""资料评审的整数规划: panels without visits are memberships only, and those are nearly a linear
programme (HiGHS through scipy).

With `affinity` alone it is a transportation problem, whose relaxation is integral (Birkhoff 1946);
with every rule and goal the relaxation stays close, so levels of an order are held at their
relaxation's value first and solved as integers only if that fails.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

# Its parts load when they are used: `optimize` takes a second, and the first plan does not need it
import scipy

from assignment.solver.data import LEVELS, Data
from assignment.solver.draft import NO_LEADER, NO_START, Draft, Group
from assignment.solver.sums import reachable_sums

Row = dict[int, float]  # column -> factor
INFEASIBLE = 2  # of scipy's status


def applies(data: Data) -> bool:
    return data.panel and data.n_cases > 0 and not any(data.half_days)


@dataclass(frozen=True)
class Answer:
    """What HiGHS said: values and their objective where it found any, and what it proved; None for
    what it did not.
    """

    values: Any = None
    value: int | None = None
    bound: int | None = None
    impossible: bool = False


@dataclass(frozen=True)
class Solved:
    """Column values, their value of the goal, and its proven bound."""

    values: Any
    value: int
    bound: int


class Membership:
    """The programme: columns, rows for each rule, a linear expression for each goal."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[Row, float, float]] = []
        self.member: dict[tuple[int, int], int] = {}
        self.leader: dict[tuple[int, int], int] = {}
        self.cases_of: dict[int, list[int]] = defaultdict(list)
        self.panel: list[list[int]] = []
        self._columns()
        self._rules_of_cases()
        self._rules_of_reviewers()
        self._pins()

    def column(self, low: float, high: float, whole: bool = True) -> int:
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.low) - 1

    def row(self, row: Mapping[int, float], low: float = -math.inf, high: float = math.inf) -> None:
        self.rows.append((dict(row), low, high))

    def _columns(self) -> None:
        data = self.data
        limits = data.problem.policy.group_effort
        self.left = [self.column(0, 1) for _ in range(data.n_cases)]
        # A leader where none is required is only ever wanted by a pin or by the previous plan.
        wanted = (
            data.problem.policy.leader_required
            or bool(data.pinned_leader)
            or bool(data.problem.weight("changes") and data.former)
        )
        for case in range(data.n_cases):
            effort = data.effort[case]
            able = [
                r
                for r in range(data.n_reviewers)
                if r not in data.forbidden[case]
                and data.max_groups[r] > 0
                and data.max_effort[r] >= effort
            ]
            if limits is not None and not limits[0] <= effort <= limits[1]:
                self.low[self.left[case]] = 1
            for reviewer in able:
                self.member[reviewer, case] = self.column(0, 1)
                self.cases_of[reviewer].append(case)
                if wanted and (data.can_lead[reviewer] or not data.problem.policy.leader_required):
                    self.leader[reviewer, case] = self.column(0, 1)
            self.panel.append(able)

    def _sum(self, case: int, reviewers: Any) -> Row:
        return {self.member[r, case]: 1.0 for r in reviewers}

    def _rules_of_cases(self) -> None:
        data, policy = self.data, self.data.problem.policy
        for case, able in enumerate(self.panel):
            left = self.left[case]
            everybody = self._sum(case, able)
            self.row({**everybody, left: data.min_size}, low=data.min_size)
            self.row({**everybody, left: data.max_size}, high=data.max_size)
            leaders = {self.leader[r, case]: 1.0 for r in able if (r, case) in self.leader}
            self.row({**leaders, left: 1.0}, low=1.0 if policy.leader_required else 0.0, high=1.0)
            for reviewer in able:
                if (reviewer, case) in self.leader:
                    self.row(
                        {self.leader[reviewer, case]: 1.0, self.member[reviewer, case]: -1.0},
                        high=0.0,
                    )
            quality = {r for r in able if data.quality[r]}
            if policy.quality_required:
                self.row({**self._sum(case, quality), left: 1.0}, low=1.0)
            if policy.industry_level != "none":
                specialists = {r for r in able if data.is_specialist(r, case)}
                self.row({**self._sum(case, specialists), left: 1.0}, low=1.0)
                if policy.quality_required:
                    self.row({**self._sum(case, specialists | quality), left: 2.0}, low=2.0)
            self._apart(case, able)

    def _apart(self, case: int, able: list[int]) -> None:
        data, present = self.data, set(able)
        for one in able:
            for other in data.enemies.get(one, ()):
                if one < other and other in present:
                    self.row(self._sum(case, (one, other)), high=1.0)
        colleagues: dict[int, list[int]] = defaultdict(list)
        for reviewer in able if data.forbid_employer else ():
            colleagues[data.employer[reviewer]].append(reviewer)
        for people in colleagues.values():
            if len(people) > 1:
                self.row(self._sum(case, people), high=1.0)

    def _rules_of_reviewers(self) -> None:
        data = self.data
        for reviewer, cases in self.cases_of.items():
            if len(cases) > data.max_groups[reviewer]:
                self.row(
                    {self.member[reviewer, case]: 1.0 for case in cases},
                    high=data.max_groups[reviewer],
                )
            if sum(data.effort[case] for case in cases) > data.max_effort[reviewer]:
                self.row(self._load(reviewer), high=data.max_effort[reviewer])
        if data.problem.policy.groups is not None:
            low, high = data.problem.policy.groups
            self.row(
                dict.fromkeys(self.left, 1.0), low=data.n_cases - high, high=data.n_cases - low
            )

    def _load(self, reviewer: int, factor: float = 1.0) -> Row:
        return {
            self.member[reviewer, case]: factor * self.data.effort[case]
            for case in self.cases_of[reviewer]
        }

    def _pins(self) -> None:
        data = self.data
        for case in data.pinned_cases:
            self.high[self.left[case]] = 0
            if case in data.pinned_start and not data.has_visit(case):
                self.low[self.left[case]] = 1
        for pinned, seats in (
            (data.pinned_members, self.member),
            (data.pinned_leader, self.leader),
        ):
            for case, people in pinned.items():
                for reviewer in people:
                    self.row(
                        {seats[reviewer, case]: 1.0} if (reviewer, case) in seats else {}, low=1.0
                    )
        for together in data.together:
            for one, other in pairwise(together):
                # One panel holds one case.
                self.low[self.left[one]] = self.low[self.left[other]] = 1

    # -- goals
    # ----------------------------------------------------------------------------------------------

    def goal(self, goal: str) -> tuple[Row, float]:
        """A goal as a linear expression and a constant; adds the columns and rows it needs,
        once.
        """
        known: dict[str, tuple[Row, float]] = self.__dict__.setdefault("_goals", {})
        if goal not in known:
            known[goal] = _EXPRESSIONS[goal](self) if goal in _EXPRESSIONS else ({}, 0.0)
        return known[goal]

    def combined(self, weights: Mapping[str, int]) -> tuple[Row, float]:
        total: Row = defaultdict(float)
        constant = 0.0
        for goal, weight in weights.items():
            if weight:
                row, offset = self.goal(goal)
                constant += weight * offset
                for column, factor in row.items():
                    total[column] += weight * factor
        return dict(total), constant

    # -- solving
    # ----------------------------------------------------------------------------------------------

    def solve(
        self, expression: tuple[Row, float], seconds: float, relaxed: bool = False
    ) -> Solved | None:
        """Minimise; None when no integer point was found in time (or the relaxation is empty)."""
        answer = self.minimise(expression, seconds, relaxed)
        if answer.value is None or answer.bound is None:
            return None
        return Solved(answer.values, answer.value, answer.bound)

    def minimise(
        self, expression: tuple[Row, float], seconds: float, relaxed: bool = False
    ) -> Answer:
        row, constant = expression
        size = len(self.low)
        objective = np.zeros(size)
        objective[list(row)] = list(row.values())
        result = scipy.optimize.milp(
            objective,
            constraints=self._matrix(size),
            integrality=np.zeros(size) if relaxed else np.array(self.whole, dtype=int),
            bounds=scipy.optimize.Bounds(np.array(self.low), np.array(self.high)),
            options={"time_limit": max(0.05, seconds), "mip_rel_gap": 0.0},
        )
        if any(low > high for low, high in zip(self.low, self.high, strict=True)):
            return Answer(impossible=True)
        proven = result.fun if relaxed or result.mip_dual_bound is None else result.mip_dual_bound
        known = proven is not None and math.isfinite(proven)
        bound = math.ceil(proven + constant - 1e-5 - 1e-7 * abs(proven)) if known else None
        value = None if result.x is None else round(result.fun + constant)
        return Answer(result.x, value, bound, impossible=result.status == INFEASIBLE)

    def place_all(self) -> bool:
        """Demand that no case is left out; whether nothing known so far forbids it."""
        if any(self.low[column] for column in self.left):
            return False
        for column in self.left:
            self.high[column] = 0
        return True

    def _matrix(self, size: int) -> scipy.optimize.LinearConstraint:
        counts = [len(row) for row, _, _ in self.rows]
        columns = np.fromiter(
            (column for row, _, _ in self.rows for column in row), dtype=np.int64, count=sum(counts)
        )
        factors = np.fromiter(
            (factor for row, _, _ in self.rows for factor in row.values()),
            dtype=float,
            count=sum(counts),
        )
        starts = np.concatenate([[0], np.cumsum(counts)])
        matrix = scipy.sparse.csr_matrix((factors, columns, starts), shape=(len(self.rows), size))
        return scipy.optimize.LinearConstraint(
            matrix,
            np.array([low for _, low, _ in self.rows]),
            np.array([high for _, _, high in self.rows]),
        )

    def hold(self, expression: tuple[Row, float], value: int) -> None:
        self.row(expression[0], high=value - expression[1] + 1e-6)

    def draft(self, values: Any) -> Draft:
        groups = []
        for case, able in enumerate(self.panel):
            if values[self.left[case]] > 0.5:
                continue
            members = tuple(sorted(r for r in able if values[self.member[r, case]] > 0.5))
            leaders = [
                r
                for r in members
                if (r, case) in self.leader and values[self.leader[r, case]] > 0.5
            ]
            groups.append(
                Group((case,), (NO_START,), members, leaders[0] if leaders else NO_LEADER)
            )
        return Draft(tuple(groups))


def _specialist(m: Membership) -> tuple[Row, float]:
    row: Row = {}
    for case, able in enumerate(m.panel):
        for level in range(LEVELS):
            covered = m.column(0, 1)
            row[covered] = -1.0
            matching = m._sum(case, (r for r in able if m.data.matches(r, case) <= level))
            m.row({**matching, covered: -1.0}, low=0.0)
    return row, float(LEVELS * m.data.n_cases)


def _workload(m: Membership) -> tuple[Row, float]:
    """Squares from below by their chords between neighbouring reachable loads."""
    row: Row = {}
    for reviewer, cases in m.cases_of.items():
        base, room = m.data.carried[reviewer], m.data.max_effort[reviewer]
        efforts = [m.data.effort[case] for case in cases]
        cost = m.column(0, math.inf, whole=False)
        row[cost] = 1.0
        most = min(room, sum(sorted(efforts, reverse=True)[: m.data.max_groups[reviewer]]))
        for left, right in pairwise(value for value in reachable_sums(efforts, most)):
            m.row({**m._load(reviewer, -(left + right + 2 * base)), cost: 1.0}, low=-left * right)
    return row, 0.0


def _peak(m: Membership) -> tuple[Row, float]:
    top = m.column(0, math.inf, whole=False)
    for reviewer, cases in m.cases_of.items():
        for case in cases:
            load = m._load(reviewer, -1.0)
            load[m.member[reviewer, case]] -= m.data.carried[reviewer]
            m.row({**load, top: 1.0}, low=0.0)
    return {top: 1.0}, 0.0


def _leadership(m: Membership) -> tuple[Row, float]:
    return {
        column: float(m.data.lead_cost[reviewer]) for (reviewer, _), column in m.leader.items()
    }, 0.0


def _extra(m: Membership) -> tuple[Row, float]:
    row: Row = dict.fromkeys(m.member.values(), 1.0)
    row.update(dict.fromkeys(m.left, float(m.data.min_size)))
    return row, -float(m.data.min_size * m.data.n_cases)


def _discouraged(m: Membership) -> tuple[Row, float]:
    costs = m.data.discouraged
    return {
        column: float(costs[case][r])
        for (r, case), column in m.member.items()
        if costs[case].get(r)
    }, 0.0


def _changes(m: Membership) -> tuple[Row, float]:
    row: Row = defaultdict(float)
    constant = 0.0
    for case, former in m.data.former.items():
        constant += former.gone + len(former.members) + (former.start is not None)
        for reviewer in former.members:
            if (reviewer, case) in m.member:
                row[m.member[reviewer, case]] -= 1.0
        constant += former.leader is not None or former.leader_gone
        if former.leader is not None and (former.leader, case) in m.leader:
            row[m.leader[former.leader, case]] -= 1.0
        elif former.leader is None and not former.leader_gone:
            for reviewer in m.panel[case]:
                if (reviewer, case) in m.leader:
                    row[m.leader[reviewer, case]] += 1.0
    return dict(row), constant


def _affinity(m: Membership) -> tuple[Row, float]:
    scores = m.data.affinity
    return {
        column: -float(scores[case][r])
        for (r, case), column in m.member.items()
        if scores[case].get(r)
    }, 0.0


def _fairness(m: Membership) -> tuple[Row, float]:
    least = m.column(-math.inf, math.inf, whole=False)
    for case, able in enumerate(m.panel):
        scores = m.data.affinity[case]
        m.row(
            {**{m.member[r, case]: float(scores[r]) for r in able if scores.get(r)}, least: -1.0},
            low=0.0,
        )
    return {least: -1.0}, 0.0


_EXPRESSIONS: dict[str, Callable[[Membership], tuple[Row, float]]] = {
    "specialist": _specialist,
    "workload": _workload,
    "peak": _peak,
    "leadership": _leadership,
    "extra": _extra,
    "discouraged": _discouraged,
    "changes": _changes,
    "affinity": _affinity,
    "fairness": _fairness,
}


@dataclass
class Result:
    """What the levels gave: a draft, bounds per level of the order, of the objective, and whether
    everything is proved.
    """

    draft: Draft | None = None
    bounds: dict[str, int] = field(default_factory=dict)
    bound: int | None = None
    optimal: bool = False


Level = tuple[str, tuple[Row, float]]


def solve_levels(data: Data, left: Callable[[], float]) -> Result:
    """Every case placed if possible, then `order`, then the weighted rest; `left` says how many
    seconds there are.
    """
    result = Result()
    programme = Membership(data)
    order = data.problem.order or ()
    weights = data.problem.weights
    rest = programme.combined(
        {goal: weight for goal, weight in weights.items() if goal not in order}
    )
    levels: list[Level] = [(goal, programme.goal(goal)) for goal in order]
    if rest[0] or not levels:
        levels.append(("", rest))
    if not programme.place_all():
        return result
    if order:
        relaxed = programme.solve(programme.combined(weights), left(), relaxed=True)
        if relaxed is None:
            return result
        result.bound = relaxed.bound
    if not _at_the_bounds(programme, levels, result, left):
        _one_by_one(programme, levels, result, left)
    return result


def _at_the_bounds(
    programme: Membership, levels: list[Level], result: Result, left: Callable[[], float]
) -> bool:
    """Hold each level but the last at its relaxation's bound: if integers reach them all, every
    level is proved at once.
    """
    begin = len(programme.rows)
    for goal, expression in levels[:-1]:
        relaxed = programme.solve(expression, left(), relaxed=True)
        if relaxed is None:
            return False
        result.bounds[goal] = relaxed.bound
        programme.hold(expression, relaxed.bound)
    best = programme.solve(levels[-1][1], left())
    if best is None:
        del programme.rows[begin:]
        return False
    result.draft, result.optimal = programme.draft(best.values), best.value <= best.bound
    _note(result, levels[-1][0], best.bound)
    return True


def _one_by_one(
    programme: Membership, levels: list[Level], result: Result, left: Callable[[], float]
) -> None:
    proved = True
    for goal, expression in levels:
        best = programme.solve(expression, left())
        if best is None:
            return
        result.draft, proved = programme.draft(best.values), proved and best.value <= best.bound
        _note(result, goal, best.bound)
        programme.hold(expression, best.value)
    result.optimal = proved


def _note(result: Result, goal: str, bound: int) -> None:
    if goal:
        result.bounds[goal] = bound
    elif result.bound is None:
        result.bound = bound


class Beside:
    """`solve_levels` on a thread that ends with the process: HiGHS cannot be interrupted, so a
    cancel leaves it behind.
    """

    def __init__(self, data: Data, left: Callable[[], float]) -> None:
        self.result = Result()
        self._thread = threading.Thread(target=self._run, args=(data, left), daemon=True)
        self._thread.start()

    def _run(self, data: Data, left: Callable[[], float]) -> None:
        self.result = solve_levels(data, left)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

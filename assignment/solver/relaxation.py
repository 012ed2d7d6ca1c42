"""分案评审的整数规划: panels with visits as a programme over memberships and starts. Its linear
relaxation bounds every plan.

Two visits of one reviewer may overlap in `Relaxation`; everything else that a panel must keep is
there. `Whole` keeps them apart and is the problem itself: small ones HiGHS solves to the proof,
which CP-SAT does not (measured at county size, docs/optimiser.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import combinations
from typing import Any

from assignment.solver import bound
from assignment.solver.data import Data
from assignment.solver.draft import NO_START, Draft, Group
from assignment.solver.membership import Answer, Membership, Row

# Pairs of reviewer and case that are still worth a row each for the calendar, and worth a programme
# at all.
MOST_WITH_CALENDAR, MOST = 15_000, 120_000
# Pairs of reviewer and case up to which integers can be found and proved best in a minute.
MOST_WHOLE = 800


class Relaxation(Membership):
    """Adds to the memberships a distribution over starts: a member is there only as far as the
    visit is when she is free.
    """

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.begins: list[dict[int, int]] = []  # per case, start -> column
        if len(self.member) <= MOST_WITH_CALENDAR:
            self._starts()
            self._free()
            self._parallel()

    def _starts(self) -> None:
        for case, starts in enumerate(self.data.usable_starts):
            columns = {
                start: self.column(0, 1, whole=False)
                for start in (starts if self.data.has_visit(case) else ())
            }
            self.begins.append(columns)
            if self.data.has_visit(case):
                self.row(
                    {**dict.fromkeys(columns.values(), 1.0), self.left[case]: 1.0},
                    low=1.0,
                    high=1.0,
                )

    def _free(self) -> None:
        for (reviewer, case), column in self.member.items():
            absent = ~self.data.available[reviewer]
            missed = {
                at: 1.0
                for start, at in self.begins[case].items()
                if self.data.cover(case, start) & absent
            }
            if missed:
                self.row({**missed, column: 1.0}, high=1.0)

    def _parallel(self) -> None:
        limit = self.data.problem.policy.max_parallel_visits
        for slot in range(self.data.n_slots if limit is not None else 0):
            row = {
                column: 1.0
                for case, columns in enumerate(self.begins)
                for start, column in columns.items()
                if start <= slot < start + self.data.half_days[case]
            }
            if row and limit is not None:
                self.row(row, high=float(limit))

    def span(self) -> tuple[Row, float]:
        last = self.column(bound.goal_bound(self.data, "span"), self.data.n_slots, whole=False)
        for case, columns in enumerate(self.begins):
            if columns:
                self.row(
                    {
                        **{
                            at: -float(start + self.data.half_days[case])
                            for start, at in columns.items()
                        },
                        last: 1.0,
                    },
                    low=0.0,
                )
        return {last: 1.0}, 0.0

    def commute(self) -> tuple[Row, float]:
        return {
            column: float(self.data.commute(r, case))
            for (r, case), column in self.member.items()
            if self.data.has_visit(case)
        }, 0.0

    def changes(self) -> tuple[Row, float]:
        """A visit that stays where it was is no change; without the calendar every one may stay."""
        row, constant = super().goal("changes")
        kept = dict(row)
        for case, former in self.data.former.items():
            if former.start is None or not self.data.has_visit(case):
                continue
            if not self.begins:
                constant -= 1
            elif former.start in self.begins[case]:
                kept[self.begins[case][former.start]] = -1.0
        return kept, constant

    def goal(self, goal: str) -> tuple[Row, float]:
        known: dict[str, tuple[Row, float]] = self.__dict__.setdefault("_own_goals", {})
        own = {"span": self.span, "commute": self.commute, "changes": self.changes}
        if goal in own and goal not in known:
            known[goal] = own[goal]()
        return known[goal] if goal in known else super().goal(goal)


class Whole(Relaxation):
    """Starts are whole, and who serves two cases sees their visits apart (H13)."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        for columns in self.begins:
            for column in columns.values():
                self.whole[column] = True
        for one, other in combinations(range(data.n_cases), 2):
            self._apart_for_shared(one, other)

    def _apart_for_shared(self, one: int, other: int) -> None:
        shared = sorted(set(self.panel[one]) & set(self.panel[other]))
        clashing = {
            start: [
                at
                for later, at in self.begins[other].items()
                if not self.data.clear(one, start, other, later)
            ]
            for start in self.begins[one]
        }
        if not shared or not any(clashing.values()):
            return
        apart = self.column(0, 1)
        for reviewer in shared:
            self.row(
                {self.member[reviewer, one]: 1.0, self.member[reviewer, other]: 1.0, apart: -1.0},
                high=1.0,
            )
        for start, columns in clashing.items():
            self.row(
                {**dict.fromkeys(columns, 1.0), self.begins[one][start]: 1.0, apart: 1.0}, high=2.0
            )

    def draft(self, values: Any) -> Draft:
        groups = []
        for group in super().draft(values).groups:
            begins = self.begins[group.cases[0]]
            start = max(begins, key=lambda start: values[begins[start]]) if begins else NO_START
            groups.append(Group(group.cases, (start,), group.members, group.leader))
        return Draft(tuple(groups))


def applies(data: Data) -> bool:
    return data.panel and any(data.half_days) and data.n_cases * data.n_reviewers <= MOST


def small(data: Data) -> bool:
    """Few enough pairs for integers; beyond, prices of seats say more, and in less time."""
    return applies(data) and data.n_cases * data.n_reviewers <= MOST_WHOLE


def solvable(data: Data) -> bool:
    """Small enough to be solved whole, and without goals in order, which are the joint model's."""
    return small(data) and not data.problem.order


class Beside:
    """The relaxation, then where that can be the whole programme, on a thread that ends with the
    process: HiGHS cannot be interrupted.

    `bound` rises as it becomes known: no plan that leaves no case out costs less. `draft` is what
    the whole programme found; `hopeless`: it found that some case must stay out.
    """

    def __init__(self, data: Data, left: Callable[[], float], whole: bool) -> None:
        self.bound: int | None = None
        self.draft: Draft | None = None
        self.hopeless = False
        self.whole = whole
        self._thread = threading.Thread(target=self._run, args=(data, left), daemon=True)
        self._thread.start()

    def _run(self, data: Data, left: Callable[[], float]) -> None:
        self.bound = relaxed_bound(data, left())
        if self.whole:
            self.draft, answer = solve_whole(data, left())
            self.hopeless = answer.impossible
            self.bound = max(
                (one for one in (self.bound, answer.bound) if one is not None), default=None
            )

    def wait(self, seconds: float) -> bool:
        """Whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


def relaxed_bound(data: Data, seconds: float) -> int | None:
    """A lower bound of the objective of every plan that leaves no case out; None when there was no
    time for it.
    """
    programme = Relaxation(data)
    if not programme.place_all():
        return None
    solved = programme.solve(programme.combined(data.problem.weights), seconds, relaxed=True)
    return solved.bound if solved is not None else None


def solve_whole(data: Data, seconds: float) -> tuple[Draft | None, Answer]:
    """The best panels found with every case placed, and what is proved of all of them."""
    programme = Whole(data)
    if not programme.place_all():
        return None, Answer(impossible=True)
    answer = programme.minimise(programme.combined(data.problem.weights), seconds)
    return None if answer.values is None else programme.draft(answer.values), answer

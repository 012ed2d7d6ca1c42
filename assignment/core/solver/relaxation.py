"""分案评审的线性松弛: panels with visits as a linear programme over memberships and starts, for its bound.

Two visits of one reviewer may overlap in it; everything else that a panel must keep is there, so its value bounds every plan.
"""

from __future__ import annotations

import threading

from assignment.core.solver.data import Data
from assignment.core.solver.membership import Membership, Row

# Pairs of reviewer and case that are still worth a row each for the calendar, and worth a programme at all.
MOST_WITH_CALENDAR, MOST = 15_000, 120_000


class Relaxation(Membership):
    """Adds to the memberships a distribution over starts: a member is there only as far as the visit is when she is free."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.begins: list[dict[int, int]] = []  # per case, start -> column
        if len(self.member) <= MOST_WITH_CALENDAR:
            self._starts()
            self._free()
            self._parallel()

    def _starts(self) -> None:
        for case, starts in enumerate(self.data.usable_starts):
            columns = {start: self.column(0, 1, whole=False) for start in (starts if self.data.has_visit(case) else ())}
            self.begins.append(columns)
            if self.data.has_visit(case):
                self.row({**dict.fromkeys(columns.values(), 1.0), self.left[case]: 1.0}, low=1.0, high=1.0)

    def _free(self) -> None:
        for (reviewer, case), column in self.member.items():
            absent = ~self.data.available[reviewer]
            missed = {at: 1.0 for start, at in self.begins[case].items() if self.data.cover(case, start) & absent}
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
        last = self.column(0, float(self.data.n_slots), whole=False)
        for case, columns in enumerate(self.begins):
            if columns:
                self.row({**{at: -float(start + self.data.half_days[case]) for start, at in columns.items()}, last: 1.0}, low=0.0)
        return {last: 1.0}, 0.0

    def commute(self) -> tuple[Row, float]:
        return {column: float(self.data.commute(r, case)) for (r, case), column in self.member.items() if self.data.has_visit(case)}, 0.0

    def goal(self, goal: str) -> tuple[Row, float]:
        if goal == "span":
            return self.span()
        return self.commute() if goal == "commute" else super().goal(goal)


def applies(data: Data) -> bool:
    return data.panel and any(data.half_days) and data.n_cases * data.n_reviewers <= MOST


class Beside:
    """`relaxed_bound` on a thread that ends with the process; `bound` is set once it is known."""

    def __init__(self, data: Data, seconds: float) -> None:
        self.bound: int | None = None
        self._thread = threading.Thread(target=self._run, args=(data, seconds), daemon=True)
        self._thread.start()

    def _run(self, data: Data, seconds: float) -> None:
        self.bound = relaxed_bound(data, seconds)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


def relaxed_bound(data: Data, seconds: float) -> int | None:
    """A lower bound of the objective of every plan that leaves no case out; None when there was no time for it."""
    programme = Relaxation(data)
    if not programme.place_all():
        return None
    solved = programme.solve(programme.combined(data.problem.weights), seconds, relaxed=True)
    return solved.bound if solved is not None else None

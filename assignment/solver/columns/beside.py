"""证明并行: bound and proof worked out on a thread of their own, beside the search, from the best
plan's groups on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from assignment.problem import Problem
from assignment.solver.budget import Budget
from assignment.solver.columns.proof import Prover
from assignment.solver.crew import Crew
from assignment.solver.draft import Incumbent

# Beyond this, one pricing in full takes minutes.
MOST_CASES = 320
MOMENT, LONGEST = 0.05, 40  # HiGHS cannot be interrupted


def applies(problem: Problem) -> bool:
    """Standing groups, goals weighed: proofs of goals in order are the joint model's."""
    return (
        problem.policy.regime == "standing"
        and not problem.order
        and 0 < len(problem.cases) <= MOST_CASES
        and len(problem.reviewers) > 0
    )


class Beside:
    """The prover on its thread; `stop` ends it within a moment.

    It takes its prices from the best plan: from a poor one it has a long way to go.
    """

    def __init__(
        self,
        problem: Problem,
        counted: Callable[[str], int],
        budget: Budget,
        best: Callable[[], Incumbent],
        most_sets: int | None = None,
        crew: Crew | None = None,
    ) -> None:
        self._ended = threading.Event()
        self._budget, self._most_sets = budget, most_sets
        self.prover = Prover(problem, counted, budget, self._over, best, crew)
        self._thread = threading.Thread(target=self.prover.run, daemon=True)
        self._thread.start()

    def _over(self) -> bool:
        if self._most_sets is not None and self.prover.sets > self._most_sets:
            return True
        # Only the main thread asks the caller whether to stop.
        return self._ended.is_set() or self._budget.stopped or self._budget.left <= 0

    def wait(self, seconds: float) -> bool:
        """Whether nothing more is to come."""
        self._thread.join(seconds)
        return self.done()

    def done(self) -> bool:
        return not self._thread.is_alive()

    def stop(self) -> None:
        self._ended.set()
        for _ in range(LONGEST):
            self.prover.halt()
            self._thread.join(MOMENT)

"""证明并行: bound and proof worked out on a thread of their own, beside the search, from the best plan's groups on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from assignment.core.problem import Problem
from assignment.core.solver.columns.proof import Proven, Prover
from assignment.core.solver.draft import Incumbent
from assignment.core.solver.stop import Clock

# Beyond this, one pricing takes minutes.
MOST_CASES = 100
MOMENT, LONGEST = 0.05, 40  # HiGHS cannot be interrupted


def applies(problem: Problem) -> bool:
    """Standing groups, goals weighed: proofs of goals in order are the joint model's."""
    return problem.policy.regime == "standing" and not problem.order and 0 < len(problem.cases) <= MOST_CASES and len(problem.reviewers) > 0


class Beside:
    """`bound` is the best bound of complete plans so far, `proven` the answer in the end; `stop` ends the thread within a moment.

    It takes its prices from the best plan: from a poor one it has a long way to go.
    """

    def __init__(
        self,
        problem: Problem,
        counted: Callable[[str], int],
        clock: Clock,
        best: Callable[[], Incumbent],
    ) -> None:
        self._ended = threading.Event()
        # Only the main thread asks the caller whether to stop.
        self._clock = clock
        self._prover = Prover(problem, counted, clock, self._over, best)
        self.proven: Proven | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _over(self) -> bool:
        # Only the main thread asks the caller whether to stop.
        return self._ended.is_set() or self._clock.stopped or self._clock.left <= 0

    def _run(self) -> None:
        self.proven = self._prover.run()

    def done(self) -> bool:
        return not self._thread.is_alive()

    @property
    def bound(self) -> int | None:
        return self.proven.bound if self.proven else self._prover.bound

    def stop(self) -> None:
        self._ended.set()
        for _ in range(LONGEST):
            self._prover.halt()
            self._thread.join(MOMENT)

"""停止条件: wall time for everything, a request to stop, and the solvers to be stopped with it."""

from __future__ import annotations

import threading
import time
from typing import Any

from assignment.solver.limits import Limits, ShouldStop


class Clock:
    """Counts from its making.

    `running` solvers are told to stop when the time is over or somebody asks.
    """

    def __init__(self, limits: Limits, should_stop: ShouldStop | None) -> None:
        self._begin = time.perf_counter()
        self._limit = limits.time_limit
        self._ask = should_stop or (lambda: False)
        self._solvers: dict[int, Any] = {}
        self._lock = threading.Lock()
        self.stopped = False

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._begin

    @property
    def left(self) -> float:
        return max(0.0, self._limit - self.elapsed)

    @property
    def share(self) -> float:
        """How much of the time is gone, 0 to 1."""
        return min(1.0, self.elapsed / self._limit) if self._limit > 0 else 1.0

    def over(self) -> bool:
        """Whether to end now; once true it stays true and every running solver has been told."""
        if not self.stopped and (self.left <= 0 or self._ask()):
            self.stopped = True
        if self.stopped:
            # Again and again: a solver that was just being started does not hear the first call.
            self.halt()
        return self.stopped

    def halt(self) -> None:
        """Tell every running solver to stop."""
        with self._lock:
            for solver in self._solvers.values():
                solver.stop_search()

    def enter(self, solver: Any) -> None:
        with self._lock:
            self._solvers[id(solver)] = solver
            if self.stopped:
                solver.stop_search()

    def leave(self, solver: Any) -> None:
        with self._lock:
            self._solvers.pop(id(solver), None)

"""计算限额: what a solve may still use, behind one door for both ways to limit it.

By the clock, wall time decides how much is done. Where the same call has to give the same plan
whatever the load (`Limits.deterministic`), work is counted (moves, tasks, sets of cases, CP-SAT's
units) and wall time is only the end that nothing passes.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Protocol

from assignment.solver.limits import Limits, ShouldStop

# How long a wait may last before the clock is asked again: cancel has to act within two seconds.
TICK = 0.1


# Lines of search where work is counted, whatever the number of workers that run them.
LINES = 2


class Ending(Protocol):
    """Something on a thread of its own that ends by itself."""

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, waiting so long at most."""


class Budget:
    """By the clock. It counts from its making, in wall seconds.

    `running` solvers are told to stop when the time is over or somebody asks.
    """

    counting = False

    def __init__(self, limits: Limits, should_stop: ShouldStop | None = None) -> None:
        self.limits = limits
        self.stopped = False  # before the work was done
        self._begin = time.perf_counter()
        self._ask = should_stop or (lambda: False)
        self._solvers: dict[int, Any] = {}
        self._lock = threading.Lock()

    # Wall time, which ends every solve
    # --------------------------------------------------------------------------------------------

    @property
    def limit(self) -> float:
        return self.limits.time_limit

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._begin

    @property
    def left(self) -> float:
        return max(0.0, self.limit - self.elapsed)

    @property
    def share(self) -> float:
        """How much of the time is gone, 0 to 1."""
        return min(1.0, self.elapsed / self.limit) if self.limit > 0 else 1.0

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

    # What a part may use: by the clock here, by counting below
    # --------------------------------------------------------------------------------------------

    def gone(self, share: float) -> bool:
        """Whether so much of the time is gone (0 to 1) that a part has to make way."""
        return self.share > share

    def past(self, moment: float) -> bool:
        """The same by seconds since the begin."""
        return self.elapsed > moment

    def seconds(self, most: float) -> float:
        """What one uninterruptible question may take."""
        return min(most, self.left)

    def counted(self, amount: float) -> int | None:
        """How many of a part's units to do, at least one; None: as many as the time allows."""
        return None

    def units(self, timed: float, counted: float) -> float:
        """CP-SAT's deterministic units for one question; `counted` where nothing else ends it."""
        return timed

    @property
    def workers(self) -> int:
        """Threads whose number may show in the plan."""
        return max(1, self.limits.workers)

    @property
    def lines(self) -> int:
        """Independent lines of search."""
        return self.workers

    @property
    def told(self) -> float:
        """The seconds that a plan says it took."""
        return round(self.elapsed, 3)

    def settle(self, running: Ending) -> None:
        """Before an answer from beside the search is read: by the clock it is what it is."""


class Counted(Budget):
    """By counting: no part looks at the clock, so that the plan depends on nothing but the call."""

    counting = True

    def gone(self, share: float) -> bool:
        return False

    def past(self, moment: float) -> bool:
        return False

    def seconds(self, most: float) -> float:
        return self.left

    def counted(self, amount: float) -> int | None:
        return max(1, round(amount))

    def units(self, timed: float, counted: float) -> float:
        return counted

    @property
    def workers(self) -> int:
        return 1

    @property
    def lines(self) -> int:
        return LINES

    @property
    def told(self) -> float:
        return 0.0

    def settle(self, running: Ending) -> None:
        while not running.wait(TICK) and not self.over():
            pass


def open_budget(limits: Limits, should_stop: ShouldStop | None = None) -> Budget:
    """The budget of one solve, from now on."""
    return (Counted if limits.deterministic else Budget)(limits, should_stop)

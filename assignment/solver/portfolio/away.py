"""帮手一起找: cycles of annealing in other processes, each from the best plan there is."""

from __future__ import annotations

from concurrent.futures import Future
from typing import ClassVar

from assignment.solver.annealing import MOST_SEEN, cycle_seconds
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.search import Search
from assignment.solver.state import open_still
from assignment.solver.tasks import Cooled, Cooling, cool

# Seconds of one task: short enough to hear of better plans, long enough to be worth sending.
SHORTEST, LONGEST = 2.0, 30.0


class Helpers:
    """Where there are workers in other processes: one cycle of annealing each, again and again."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return search.workers is not None and bool(search.lines) and open_still(search)

    def run(self, search: Search) -> None:
        search.beside.append(RunningHelpers(search))


class RunningHelpers:
    """A task that is lost, with its worker or on the way, is made up for by the next one."""

    takes_worker = False
    ended = True  # nobody need wait for it

    def __init__(self, search: Search) -> None:
        assert search.workers is not None
        self._workers = search.workers
        self._problem = self._workers.share(search.data.problem)
        self._running: list[Future[Cooled]] = []
        self._number = 0
        self.lost = 0
        self.look(search)

    def wait(self, seconds: float) -> bool:
        return True

    def look(self, search: Search) -> None:
        for future in [one for one in self._running if one.done()]:
            self._running.remove(future)
            self._take(search, future)
        while len(self._running) < self._workers.count and search.budget.left > SHORTEST:
            self._running.append(self._workers.submit(cool, self._problem, self._next(search)))

    def _take(self, search: Search, future: Future[Cooled]) -> None:
        if future.cancelled() or future.exception() is not None:
            self.lost += 1
            return
        found = future.result()
        if found.draft is not None:
            search.offer(found.draft)
        if len(search.seen) < MOST_SEEN:
            search.seen.update(dict.fromkeys(found.seen))

    def _next(self, search: Search) -> Cooling:
        self._number += 1
        seconds = max(SHORTEST, min(LONGEST, cycle_seconds(search, search.lines[0])))
        # Seeds of the lines of this process are below; see `annealing.Line`.
        seed = search.limits.seed + 1_000 * self._number
        return Cooling(search.draft, self._number, seed, min(seconds, search.budget.left))

    def stop(self) -> None:
        for future in self._running:
            future.cancel()

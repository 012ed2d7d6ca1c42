"""帮手一起找: cycles of annealing in other processes, each from the best plan there is."""

from __future__ import annotations

from concurrent.futures import Future
from typing import ClassVar

from assignment.solver import cooling
from assignment.solver.annealing import MOST_SEEN, cycle_seconds
from assignment.solver.crew import Crew, lost
from assignment.solver.portfolio.panels import RunningPrices
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.search import Search
from assignment.solver.state import open_still, waiting_for
from assignment.solver.tasks import Cooled, Cooling, cool

# Seconds of one task: short enough to hear of better plans, long enough to be worth sending; where
# a cycle takes longer, this share of the time, since large problems want one long cooling.
SHORTEST, LONGEST, LONG = 2.0, 30.0, 0.45
# Of the time: then the crew is left to the neighbourhoods.
UNTIL = 0.9


def take(search: Search, found: Cooled) -> None:
    """Offer what a cycle found."""
    if found.draft is not None:
        search.offer(found.draft)
    if len(search.seen) < MOST_SEEN:
        search.seen.update(dict.fromkeys(found.seen))


class Helpers:
    """Where there are workers in other processes: one cycle of annealing each, again and again;
    where prices guide the search, its lines do the same, and of large plans they cool parts.
    """

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        guided = any(isinstance(one, RunningPrices) and one.guides for one in search.beside)
        known = search.crew is not None and bool(search.lines)
        return known and not guided and open_still(search)

    def run(self, search: Search) -> None:
        assert search.crew is not None
        search.beside.append(RunningHelpers(search, search.crew))


class RunningHelpers:
    """A task that is lost, with its worker or on the way, is made up for by the next one."""

    takes_worker = False
    ended = True  # nobody need wait for it

    def __init__(self, search: Search, crew: Crew) -> None:
        self._crew = crew
        self._running: list[Future[Cooled]] = []
        self._number = 0
        self.lost = 0
        self.look(search)

    def wait(self, seconds: float) -> bool:
        return True

    def look(self, search: Search) -> None:
        for future in [one for one in self._running if one.done()]:
            self._running.remove(future)
            if lost(future):
                self.lost += 1
            else:
                take(search, future.result())
        most = self._crew.count - (self._crew.for_proofs if waiting_for(search) else 0)
        while (
            not cooling.applies(search)
            and len(self._running) < most
            and self._crew.free > 0
            and search.budget.left > SHORTEST
            and not search.budget.gone(UNTIL)
        ):
            self._running.append(self._crew.submit(cool, self._next(search)))

    def _next(self, search: Search) -> Cooling:
        self._number += 1
        if cooling.suits(search):
            seconds = SHORTEST  # until every case is in, then it cools parts
        else:
            longest = max(LONGEST, LONG * search.budget.limit)
            seconds = min(longest, cycle_seconds(search, search.lines[0]))
        # Seeds of the lines of this process are below; see `annealing.Line`.
        seed = search.limits.seed + 1_000 * self._number
        left = search.budget.left - (1 - UNTIL) * search.budget.limit
        return Cooling(search.draft, self._number, seed, max(SHORTEST, min(seconds, left)))

    def stop(self) -> None:
        for future in self._running:
            future.cancel()

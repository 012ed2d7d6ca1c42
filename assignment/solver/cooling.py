"""分片退火: one cooling of a large plan for all the time there is, its lines on disjoint parts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from assignment.solver import parts
from assignment.solver.annealing import COOL, MOST_SEEN, Line
from assignment.solver.budget import TICK
from assignment.solver.chance import Random, chance
from assignment.solver.draft import Draft
from assignment.solver.kernel.part import Part, Share
from assignment.solver.search import Search
from assignment.solver.state import complete

# Cases from which on one long cooling finds more than cycles.
LEAST_CASES = 150
# The temperature begins and ends at these shares of the heat at which a plan is forgotten.
WARM, COLD = 0.15, 1 / 60
# Of one round: least seconds, or moves of each line. In long rounds each case feels only few of the
# temperatures.
SECONDS, MOVES = 0.5, 1_500
CHUNK = 50  # moves between looks at the clock
# A round lasts so many times what dealing the parts took, and so long waits the next offer, which
# is checked in full.
PATIENCE = 20


def applies(search: Search) -> bool:
    return (
        bool(search.lines)
        and not search.data.panel
        and search.data.n_cases >= LEAST_CASES
        and complete(search)
    )


@dataclass
class Cooling:
    """Where the annealing stands: `draft` is not the best plan, but the one it goes on from."""

    search: Search
    lines: list[Line]
    random: Random = field(init=False)
    draft: Draft = field(init=False)
    offered: Draft = field(init=False)
    heat: float = field(init=False)
    rounds: int = 0
    _given: list[Share] = field(default_factory=list)

    def __post_init__(self) -> None:
        search = self.search
        self.random = chance(search.limits.seed + 3)
        self.draft = self.offered = search.draft
        self.lines[0].annealer.load(search.draft)
        self.heat = self.lines[0].heat()

    def temperature(self, share: float) -> float:
        return float(self.heat * WARM * (COLD / WARM) ** min(1.0, share))

    def share_out(self) -> list[Part]:
        """Parts for the lines, disjoint in all that they may change."""
        self._take_over()
        whole, first = self.lines[0].annealer, self.search.limits.seed * 64
        self._given = parts.shares(whole, self.draft, len(self.lines), self.random)
        self.rounds += 1
        return [
            Part(whole, self.draft, share, first + self.rounds * len(self.lines) + number)
            for number, share in enumerate(self._given)
        ]

    def _take_over(self) -> None:
        """A better plan from elsewhere is where the cooling goes on."""
        search = self.search
        if search.draft != self.offered and search.price_of(self.draft) > (search.price or 0):
            self.draft = search.draft
        self.offered = search.draft

    def join(self, done: list[Part]) -> None:
        gone = [position for share in self._given for position in share.groups]
        self.draft = self.draft.with_groups(gone, [group for one in done for group in one.groups()])

    def offer(self) -> None:
        search = self.search
        if search.price is None or search.price_of(self.draft) < search.price:
            if not search.offer(self.draft):
                self.draft = search.draft  # the checker knows better
            self.offered = search.draft

    def note(self) -> None:
        if len(self.search.seen) < MOST_SEEN:
            self.search.seen.update(dict.fromkeys(self.draft.groups))

    def round(
        self, pool: Executor, work: Callable[[Part], None], look: Callable[[], object]
    ) -> None:
        """Let every line work on a part of its own; meanwhile `look` is called all the time."""
        dealt = self.share_out()
        running = [pool.submit(work, part) for part in dealt]
        while wait(running, TICK).not_done:
            look()
        self.join(dealt)


def cool(
    search: Search, lines: list[Line], until: float, enough: Callable[[], bool] = lambda: False
) -> None:
    """By the clock: the temperature has fallen when it shows `until`."""
    cooling, budget, over = Cooling(search, lines), search.budget, threading.Event()
    begin, patient, dealing = budget.elapsed, 0.0, 0.0

    def look() -> None:
        if budget.over() or enough():
            over.set()

    with ThreadPoolExecutor(len(lines)) as pool:
        while not over.is_set() and (now := budget.elapsed) < until - TICK:
            share = (now - begin) / (until - begin)
            temperature = cooling.temperature(share)
            end = min(until, now + max(SECONDS, PATIENCE * dealing))
            started: list[float] = []

            def work(
                part: Part,
                temperature: float = temperature,
                end: float = end,
                started: list[float] = started,
            ) -> None:
                started.append(budget.elapsed)
                while budget.elapsed < end and not over.is_set():
                    part.anneal(CHUNK, temperature, temperature)

            cooling.round(pool, work, look)
            dealing = min(started) - now
            if share > COOL:
                cooling.note()
            if budget.elapsed > patient:
                now = budget.elapsed
                cooling.offer()
                patient = budget.elapsed + PATIENCE * (budget.elapsed - now)
    cooling.offer()


def cool_by_count(search: Search, lines: list[Line], moves: int) -> None:
    """The same by moves of each line, however many workers there are."""
    cooling, budget = Cooling(search, lines), search.budget
    rounds = max(1, round(moves / MOVES))
    with ThreadPoolExecutor(max(1, search.limits.workers)) as pool:
        for number in range(rounds):
            temperature = cooling.temperature(number / rounds)

            def work(part: Part, temperature: float = temperature) -> None:
                for _ in range(MOVES // CHUNK):
                    if not budget.stopped:
                        part.anneal(CHUNK, temperature, temperature)

            cooling.round(pool, work, budget.over)
            if budget.stopped:
                break
            cooling.offer()
    cooling.offer()

"""分案评审: prices of seats bound panels with visits, guide their search and prove small ones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import ClassVar

from assignment.solver import bound
from assignment.solver.budget import TICK
from assignment.solver.crew import Crew, all_of, lost
from assignment.solver.draft import Draft
from assignment.solver.exact import small_enough
from assignment.solver.kernel import warm
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.prices import bound as pricing
from assignment.solver.prices import listed
from assignment.solver.prices import search as guided
from assignment.solver.prices.bound import Prices
from assignment.solver.search import Search
from assignment.solver.state import giving_up, look, open_still, proved, tighten

# Rounds of the prices before they guide anything; of the time: when lines of search end.
READY, UNTIL = 5, 0.9
# Coolings: of the time that is left, and of the first temperature. After each but the last it is
# seen whether few enough panels are left to prove the plan.
COOLINGS = ((0.03, 1.0), (0.15, 1.0), (1.0, 0.5))
# Of the time: what the prices may take before their thread becomes a line of search.
PRICING = 0.5
PROVING = 0.95
# Seconds of a line elsewhere: a lost one is not too much, and cooling wants its time.
SHORTEST_AWAY, LONGEST_AWAY = 2.0, 60.0
# Where work is counted: rounds of cuts, rounds of prices times cases, and moves, for each second
# that was asked for.
CUTS_A_SECOND, CASES_A_SECOND, MOVES_A_SECOND = 2, 400, 400


def make_prices(search: Search) -> Prices | None:
    """None where they do not fit the problem, or this machine has not compiled them."""
    problem, data = search.data.problem, search.data
    if search.reasons or not pricing.applies(problem) or not warm.is_warm():
        return None
    prices = Prices(problem, lambda goal: bound.goal_bound(data, goal), search.limits.seed)
    return prices if prices.fits() else None


class Priced:
    """The prices on a thread of their own."""

    bounds: ClassVar[Bounds] = Bounds.OBJECTIVE

    def applies(self, search: Search) -> bool:
        return pricing.applies(search.data.problem) and not proved(search)

    def run(self, search: Search) -> None:
        prices = make_prices(search)
        if prices is not None:
            search.beside.append(RunningPrices(search, prices))


class RunningPrices:
    """The prices, and lines of search that they guide; once they have ended their thread becomes
    one more line.
    """

    takes_worker = True

    def __init__(self, search: Search, prices: Prices) -> None:
        self.prices = prices
        self.guides = guided.applies(search.data.problem)
        self._budget, self._seed = search.budget, search.limits.seed * 64
        self._over = threading.Event()
        self._drafts: dict[int, Draft] = {}
        self._data, self._least = search.data, _objective(search)
        self._proven: int | None = None
        self._priced = threading.Event()
        self.tried = 0  # proofs
        self._threads: list[threading.Thread] = []
        self._crew, self._away, self._sent = search.crew, list[Future[Draft | None]](), 0
        if self._crew is not None:
            prices.share(self._crew)
        self._start(self._price)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def guide(self, lines: int) -> None:
        """Start so many lines of search."""
        for number in range(1, lines + 1):
            self._start(partial(self._search, number))

    def _ended(self) -> bool:
        # Only the main thread asks the caller whether to stop.
        return self._over.is_set() or self._budget.stopped or self._budget.left <= 0

    def _price(self) -> None:
        budget = self._budget
        self.prices.run(lambda: self._ended() or (self.guides and budget.share > PRICING))
        self._priced.set()
        if self.guides:
            self._search(0)
        else:
            self._prove()

    def _search(self, number: int) -> None:
        while self.prices.rounds < READY and not self._priced.wait(TICK):
            if self._ended():
                return
        if self.prices.impossible or self._ended():
            return
        line = guided.Guided(self.prices, self._seed + number)
        line.construct()
        known = line.best.total[0]
        if line.complete():
            self._drafts[number] = line.draft()

        def tell() -> None:
            nonlocal known
            if line.best.total[0] < known and line.complete():
                known = line.best.total[0]
                self._drafts[number] = line.draft()

        budget = self._budget
        for part, heat in COOLINGS:
            begin = budget.elapsed
            length = max(1e-3, part * (UNTIL * budget.limit - begin))

            def share(begin: float = begin, length: float = length) -> float:
                return 1.0 if self._ended() else (budget.elapsed - begin) / length

            guided.cool(line, heat, share, lambda: budget.elapsed, tell)
            if number == 0 and part < 1.0:
                self._prove()
                self.tried += 1

    def _prove(self) -> None:
        """Where few panels can be in a better plan: the best of them, or that there is none."""
        budget, least = self._budget, self._least
        if least is None:
            return

        def left() -> float:
            # HiGHS cannot be interrupted, and what it has shown is to be told.
            return 0.0 if self._ended() else PROVING * budget.limit - budget.elapsed

        for answer in listed.prove(self._data, self.prices, lambda: self._least or least, left):
            self._proven = max(answer.bound, self._proven or answer.bound)
            if answer.draft is not None:
                self._drafts[-1] = answer.draft

    @property
    def ended(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def wait(self, seconds: float) -> bool:
        for thread in self._threads:
            thread.join(seconds / len(self._threads))
        return self.ended

    def look(self, search: Search) -> None:
        for number in list(self._drafts):
            search.offer(self._drafts.pop(number))
        search.raise_objective_bound(self.prices.bound)
        search.raise_objective_bound(self._proven)
        if self._crew is not None and self.guides:
            self._look_away(search, self._crew)
        self._least = _objective(search)

    def _look_away(self, search: Search, crew: Crew) -> None:
        """Lines elsewhere: short at first, then long ones, each from the start with the prices of
        the time. One that is lost is made up for by the next.
        """
        for future in [one for one in self._away if one.done()]:
            self._away.remove(future)
            draft = None if lost(future) else future.result()
            if draft is not None:
                search.offer(draft)
        known = self.prices.rounds >= READY and not self.prices.impossible
        most = crew.count - (0 if self._priced.is_set() else crew.for_proofs)
        while known and not self._ended() and len(self._away) < most and crew.free > 0:
            left = UNTIL * self._budget.limit - self._budget.elapsed
            if left < SHORTEST_AWAY:
                return
            part, heat = COOLINGS[min(self._sent // max(1, most), len(COOLINGS) - 1)]
            seconds = min(max(SHORTEST_AWAY, part * left), LONGEST_AWAY)
            self._sent += 1
            seed = self._seed + 1_000 * self._sent
            task = guided.Guiding(self.prices.price, self.prices.parts, seed, heat, seconds)
            self._away.append(crew.submit(guided.guide, task))

    def stop(self) -> None:
        self._over.set()
        for future in self._away:
            future.cancel()
        self.prices.halt()
        self.wait(2.0)


def _objective(search: Search) -> int | None:
    """What the best plan costs, if it holds every case."""
    plan = search.best
    return None if plan is None or plan.unassigned else plan.objective


def running(search: Search) -> RunningPrices | None:
    return next((one for one in search.beside if isinstance(one, RunningPrices)), None)


class Guided:
    """Lines of search that the prices guide, in place of those that know none; where the prices
    guide none, the proof of a small problem is waited for.
    """

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        prices = running(search)
        return prices is not None and open_still(search) and (prices.guides or small_enough(search))

    def run(self, search: Search) -> None:
        prices = running(search)
        assert prices is not None
        if prices.guides:
            prices.guide(search.budget.workers - 1)
        while not (prices.wait(TICK) or search.budget.gone(UNTIL) or search.budget.over()):
            if look(search) or giving_up(search):
                return
            if prices.tried == len(COOLINGS) - 1 and small_enough(search):
                prices.stop()  # the whole model may prove it


class CountedPrices:
    """The same where work is counted: so many rounds, then lines of so many moves."""

    bounds: ClassVar[Bounds] = Bounds.OBJECTIVE

    def applies(self, search: Search) -> bool:
        return pricing.applies(search.data.problem) and open_still(search)

    def run(self, search: Search) -> None:
        prices = make_prices(search)
        if prices is None:
            return
        budget = search.budget
        prices.run(
            budget.over, max(READY, round(CASES_A_SECOND * budget.limit / search.data.n_cases))
        )
        search.raise_objective_bound(prices.bound)
        tighten(search)
        if prices.impossible or not guided.applies(search.data.problem):
            return
        moves = round(MOVES_A_SECOND * budget.limit)
        lines = [
            guided.Guiding(prices.price, prices.parts, seed, 1.0, budget.left, moves)
            for seed in range(search.limits.seed * 64, search.limits.seed * 64 + budget.lines)
        ]
        threads = max(1, search.limits.workers)
        drafts = all_of(
            search.crew,
            guided.guide,
            lines,
            lambda line: guided.guide_here(prices, line, lambda: budget.stopped),
            budget.over,
            threads,
        )
        for draft in drafts or ():
            if draft is not None:
                search.offer(draft)
        self._prove(search, prices)

    def _prove(self, search: Search, prices: Prices) -> None:
        budget, least = search.budget, _objective(search)
        if least is None:
            return
        rounds = max(1, round(CUTS_A_SECOND * budget.limit))

        def left() -> float:
            return 0.0 if budget.over() else budget.left

        for answer in listed.prove(search.data, prices, lambda: least, left, rounds):
            search.raise_objective_bound(answer.bound)
            if answer.draft is not None:
                search.offer(answer.draft)
        tighten(search)

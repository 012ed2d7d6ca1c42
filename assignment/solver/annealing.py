"""退火阶段: lines of the compiled annealing search beside each other; what they find goes through
the checker's door in this thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from assignment.solver.budget import TICK
from assignment.solver.draft import Draft, Group
from assignment.solver.kernel import warm
from assignment.solver.kernel.annealer import Annealer
from assignment.solver.kernel.data import Data, build
from assignment.solver.price import for_model
from assignment.solver.search import Search

# One cycle of cooling takes this many moves per case, if there is time for it: of few cases, and
# of many, which freeze in a poor plan when they cool as quickly.
FEW_CASES, MOVES_OF_FEW, MOVES_PER_CASE = 25, 1_500, 6_000
# The quick fall at the beginning may take so much longer for each case.
SECONDS_PER_CASE = 0.01
# A search starts at this share of what a group costs; the temperature falls to this part of its
# start; a cycle that goes on from the best plan starts at this part of the heat.
WARMTH, COLD, REHEAT = 0.15, 1 / 80, 0.3
# Cycles of one length come to a standstill: each pair of them takes so many times as long.
GROWTH = 2
CHUNK_SECONDS, FIRST_CHUNK = 0.1, 20
# Groups are kept as columns from this part of a cycle on, and so many of them.
COOL, MOST_SEEN = 0.5, 5_000


def fits(search: Search) -> bool:
    """Whether the kernel can price this problem: it knows every goal but the smallest case's
    score.
    """
    return (
        not search.prices.coefficient["fairness"]
        and search.data.n_cases > 0
        and search.data.n_reviewers > 0
    )


def ready(search: Search) -> bool:
    """Whether it fits, and this machine has compiled it."""
    return fits(search) and warm.is_warm()


class Line:
    """One annealing search; `best` is its newest best draft, taken and cleared by the main
    thread.
    """

    def __init__(self, search: Search, number: int, kernel_data: Data | None = None) -> None:
        self.search = search
        self.number = number
        prices = for_model(search.data, search.data.n_cases)
        data = kernel_data or build(search.data.problem, prices.coefficient)
        seed = search.limits.seed * 64 + number
        self.annealer = Annealer(
            search.data.problem, prices.coefficient, prices.unassigned, seed, data=data
        )
        self.best: Draft | None = None
        self.seen: dict[Group, None] = {}
        self._told = 1 << 62
        self._chunk = FIRST_CHUNK

    def note(self) -> None:
        """Keep the groups that the search stands at, for those who can make plans of them."""
        if len(self.seen) < MOST_SEEN:
            self.seen.update(dict.fromkeys(self.annealer.current().groups))

    def tell(self) -> None:
        if self.annealer.total < self._told:
            self._told = self.annealer.total
            self.best = self.annealer.draft()

    def construct(self) -> None:
        self.annealer.construct(self.search.budget.over)
        self.tell()

    def heat(self) -> float:
        """A start temperature on the scale of what a group costs in the least goals that count."""
        search, draft = self.search, self.annealer.draft()
        if not draft.groups:
            return 1.0
        values = search.evaluator.scorecard(draft)
        prices, order = search.prices.coefficient, search.data.problem.order or ()
        rest = [goal for goal in prices if goal not in order and prices[goal]]
        cost = (
            sum(prices[goal] * abs(values[goal]) for goal in rest)
            if rest or not order
            else prices[order[-1]] * abs(values[order[-1]])
        )
        return max(0.5, WARMTH * cost / len(draft.groups))

    def cycle(self, heat: float, share: Callable[[], float], stop: Callable[[], bool]) -> None:
        """Cool from `heat` while `share` of the cycle runs from 0 to 1, in chunks short enough to
        be stopped between.
        """
        while (done := share()) < 1 and not stop():
            temperature = heat * COLD**done
            before = self.search.budget.elapsed
            self.annealer.anneal(self._chunk, temperature, temperature)
            spent = self.search.budget.elapsed - before
            if done > COOL:
                self.note()
            self._chunk = max(
                5,
                min(2_000, round(self._chunk * CHUNK_SECONDS / max(spent, 1e-4)), 2 * self._chunk),
            )
            self.tell()

    def counted_cycle(self, heat: float, moves: int) -> None:
        """The same by a number of moves, so that nothing depends on the clock."""
        for part in range(20):
            if self.search.budget.over():
                return
            temperature = heat * COLD ** (part / 20)
            self.annealer.anneal(max(1, moves // 20), temperature, temperature)
            if part / 20 > COOL:
                self.note()
        self.tell()


def start(search: Search) -> list[Line]:
    """The first plans: one line constructs and offers, or takes up the plan there is; the others
    begin from it.
    """
    first = Line(search, 0)
    if search.draft.groups:
        first.annealer.load(search.draft)
    else:
        first.construct()
        _offer(search, first)
    others = [Line(search, number, first.annealer.data) for number in range(1, search.budget.lines)]
    for line in others:
        line.annealer.load(first.annealer.draft())
    return [first, *others]


def anneal(
    search: Search, lines: list[Line], until: float, enough: Callable[[], bool] = lambda: False
) -> None:
    """Run the lines to `until` (seconds of the clock), cycle after cycle, each new one from the
    best plan or from scratch; without lines here wait for what `enough` takes from elsewhere.
    """
    over = threading.Event()
    rate = _Rate(search)
    threads = [
        threading.Thread(target=_run, args=(search, line, until, over, rate), daemon=True)
        for line in lines
    ]
    for thread in threads:
        thread.start()
    while not over.is_set() if not threads else any(thread.is_alive() for thread in threads):
        if search.budget.over() or enough() or search.budget.elapsed >= until:
            over.set()
        for thread in threads:
            thread.join(TICK / len(threads))
        if not threads:
            over.wait(TICK)
        for line in lines:
            _offer(search, line)
    for line in lines:
        _offer(search, line)


def cycle_seconds(search: Search, line: Line) -> float:
    """What one cycle takes at the speed seen in this process, by and large."""
    return _Rate(search).seconds(line, search.budget.left)


class _Rate:
    """How long one cycle should take: its moves at the speed seen, but no longer than the time
    there is.
    """

    def __init__(self, search: Search) -> None:
        self.cases = search.data.n_cases
        each = MOVES_OF_FEW if self.cases <= FEW_CASES else MOVES_PER_CASE
        self.moves = each * self.cases

    def fall(self, left: float) -> float:
        """Seconds of the quick fall at the beginning, before any speed is known."""
        return min(0.5 + SECONDS_PER_CASE * self.cases, 0.1 * left)

    def seconds(self, line: Line, left: float) -> float:
        # The chunk has grown to what the machine does in CHUNK_SECONDS.
        speed = max(line._chunk, FIRST_CHUNK) / CHUNK_SECONDS
        return min(left, max(1.0, self.moves / speed))


def _run(search: Search, line: Line, until: float, over: threading.Event, rate: _Rate) -> None:
    heat, number = line.heat(), 0
    if heat > 1:
        # Find the speed of the machine, and fall quickly: to a good first plan, and to where the
        # scale of the costs can be seen.
        line.cycle(
            heat / 4,
            _until(search, search.budget.elapsed + rate.fall(until - search.budget.elapsed)),
            over.is_set,
        )
        heat = min(heat, line.heat())
    while not over.is_set() and (left := until - search.budget.elapsed) > 0.05:
        length = min(left, rate.seconds(line, left) * GROWTH ** (number // 2))
        if left < 1.5 * length:
            length = left
        if number > 0:
            line.annealer.load(search.draft if search.draft.groups else line.annealer.draft())
        end = search.budget.elapsed + length
        line.cycle(heat * warmth(number + line.number), _until(search, end), over.is_set)
        number += 1


def warmth(number: int) -> float:
    """Cycles alternate between forgetting all and going on from the best plan."""
    return 1.0 if number % 2 == 0 else REHEAT


def _until(search: Search, end: float) -> Callable[[], float]:
    begin = search.budget.elapsed
    length = max(end - begin, 1e-6)
    return lambda: (search.budget.elapsed - begin) / length


def _offer(search: Search, line: Line) -> None:
    draft, line.best = line.best, None
    if draft is not None:
        search.offer(draft)
    seen, line.seen = line.seen, {}
    if len(search.seen) < MOST_SEEN:
        search.seen.update(seen)

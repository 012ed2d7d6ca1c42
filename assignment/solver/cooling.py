"""分片退火: one cooling of a large plan for all the time there is, its lines on disjoint parts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial

from assignment.solver import parts
from assignment.solver.annealing import COOL, MOST_SEEN, Line
from assignment.solver.budget import TICK
from assignment.solver.chance import Random, chance
from assignment.solver.crew import all_of, lost
from assignment.solver.draft import Draft, Group
from assignment.solver.kernel.part import Share
from assignment.solver.search import Search
from assignment.solver.state import complete, waiting_for
from assignment.solver.tasks import Parted, cool_part, cool_share

# Cases from which on one long cooling finds more than cycles.
LEAST_CASES = 150
# The temperature begins and ends at these shares of the heat at which a plan is forgotten.
WARM, COLD = 0.15, 1 / 60
# Of one round: least seconds, or moves of each line. In long rounds each case feels only few of the
# temperatures.
SECONDS, MOVES = 0.5, 1_500
FEWEST_GROUPS = 4  # of a part, where many could help
# Seconds that a part elsewhere may come later than those here, or this share of the round.
GRACE, LATE = 0.5, 0.2
# A round lasts so many times what dealing the parts took, and so long waits the next offer, which
# is checked in full.
PATIENCE = 20


Work = Callable[[], list[Group]]


def suits(search: Search) -> bool:
    """Whether this is how the problem is searched as soon as a plan holds every case."""
    data = search.data
    return bool(search.lines) and not data.panel and data.n_cases >= LEAST_CASES


def applies(search: Search) -> bool:
    return suits(search) and complete(search)


@dataclass(frozen=True)
class Late:
    """A part that has not come back in its round: its groups, and what nobody else may use."""

    future: Future[list[Group]]
    groups: tuple[Group, ...]
    share: Share
    round: int


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
    way: float = 0.0  # seconds that a part elsewhere takes beyond those it is given
    late: list[Late] = field(default_factory=list)
    _given: list[Share] = field(default_factory=list)
    _from: Draft = field(init=False)  # what the parts given are of

    def __post_init__(self) -> None:
        search = self.search
        self.random = chance(search.limits.seed + 3)
        self.draft = self.offered = self._from = search.draft
        self.lines[0].annealer.load(search.draft)
        self.heat = self.lines[0].heat()

    def temperature(self, share: float) -> float:
        return float(self.heat * WARM * (COLD / WARM) ** min(1.0, share))

    def share_out(self, count: int, moves: int | None = None) -> list[Parted]:
        """Parts for so many lines, disjoint in all that they may change, as they may be sent; how
        warm and how long is for the caller to say.
        """
        self._take_late()
        self._take_over()
        whole, first = self.lines[0].annealer, self.search.limits.seed * 64
        held = [late.share for late in self.late]
        self._from = self.draft
        self._given = parts.shares(whole, self.draft, count, self.random, held)
        self.rounds += 1
        return [
            Parted(self.draft, share, first + self.rounds * count + number, 0.0, 0.0, moves)
            for number, share in enumerate(self._given)
        ]

    def _take_late(self) -> None:
        """What has come by now, as nobody else has touched it; who is later still is given up."""
        at = {group: position for position, group in enumerate(self.draft.groups)}
        kept = []
        for late in self.late:
            gone = [at[group] for group in late.groups if group in at]
            if len(gone) < len(late.groups):
                late.future.cancel()  # another plan was taken up meanwhile
            elif not late.future.done():
                if late.round < self.rounds:
                    late.future.cancel()
                else:
                    kept.append(replace(late, share=replace(late.share, groups=tuple(gone))))
            elif not lost(late.future):
                self.draft = self.draft.with_groups(gone, late.future.result())
                at = {group: position for position, group in enumerate(self.draft.groups)}
        self.late = kept

    def _take_over(self) -> None:
        """A better plan from elsewhere is where the cooling goes on."""
        search = self.search
        if search.draft != self.offered and search.price_of(self.draft) > (search.price or 0):
            self.draft = search.draft
            self.give_up()
        self.offered = search.draft

    def give_up(self) -> None:
        for late in self.late:
            late.future.cancel()
        self.late = []

    def join(self, done: Sequence[Sequence[Group] | None]) -> None:
        """Put the parts together again; None: it did not come back, and stays as it was."""
        if self.draft is not self._from:
            return  # the checker refused what they began from
        gone, new = list[int](), list[Group]()
        for share, groups in zip(self._given, done, strict=True):
            if groups is not None:
                gone += share.groups
                new += groups
        self.draft = self.draft.with_groups(gone, new)

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
        self, pool: Executor, near: list[Work], away: list[Parted], look: Callable[[], object]
    ) -> None:
        """Every line works on a part of its own, here or elsewhere; meanwhile `look` is called all
        the time. Nobody waits long for a part that is away.
        """
        sent = self._send(away)
        running = [pool.submit(work) for work in near]
        while wait(running, TICK).not_done:
            look()
        wait(sent, max(GRACE, LATE * max((one.seconds for one in away), default=0.0)))
        for future, share in zip(sent, self._given[len(near) :], strict=True):
            if not future.done():
                groups = tuple(self._from.groups[position] for position in share.groups)
                self.late.append(Late(future, groups, share, self.rounds))
        back = [None if not one.done() or lost(one) else one.result() for one in sent]
        self.join([*(one.result() for one in running), *back])

    def _send(self, away: list[Parted]) -> list[Future[list[Group]]]:
        crew, sent = self.search.crew, list[Future[list[Group]]]()
        if crew is None:
            return sent
        begin = time.monotonic()
        for part in away:
            # As it was on the way so long the last time, it is to be back when those here end.
            seconds = max(part.seconds / 2, part.seconds - self.way)
            future = crew.submit(cool_part, replace(part, seconds=seconds))
            future.add_done_callback(partial(self._measure, begin + seconds))
            sent.append(future)
        return sent

    def _measure(self, due: float, future: Future[list[Group]]) -> None:
        if not lost(future):
            self.way = max(0.0, time.monotonic() - due)


def cool(
    search: Search, lines: list[Line], until: float, enough: Callable[[], bool] = lambda: False
) -> None:
    """By the clock: the temperature has fallen when it shows `until`."""
    cooling, budget, over = Cooling(search, lines), search.budget, threading.Event()
    begin, patient, dealing = budget.elapsed, 0.0, 0.0
    whole = lines[0].annealer

    def look() -> None:
        nonlocal patient
        if budget.over() or enough():
            over.set()
        # What a round began from is checked while it runs.
        if budget.elapsed > patient:
            now = budget.elapsed
            cooling.offer()
            patient = budget.elapsed + PATIENCE * (budget.elapsed - now)

    with ThreadPoolExecutor(len(lines)) as pool:
        while not over.is_set() and (now := budget.elapsed) < until - TICK:
            share = (now - begin) / (until - begin)
            end = min(until, now + max(SECONDS, PATIENCE * dealing))
            started: list[float] = []
            dealt = [
                replace(part, temperature=cooling.temperature(share), seconds=end - budget.elapsed)
                for part in cooling.share_out(len(lines) + _helping(search, len(lines)))
            ]

            def begun(started: list[float] = started) -> None:
                started.append(budget.elapsed)

            near: list[Work] = [
                partial(cool_share, whole, part, over.is_set, begun) for part in dealt[: len(lines)]
            ]
            cooling.round(pool, near, dealt[len(lines) :], look)
            dealing = min(started) - now
            if share > COOL:
                cooling.note()
    cooling.give_up()
    cooling.offer()


def _helping(search: Search, here: int) -> int:
    """How many of the crew cool a part; while something is proved, some help with that."""
    crew = search.crew
    if crew is None:
        return 0
    most = min(crew.free, crew.count - (crew.for_proofs if waiting_for(search) else 0))
    return max(0, min(most, len(search.draft.groups) // FEWEST_GROUPS - here))


def cool_by_count(search: Search, lines: list[Line], moves: int) -> None:
    """The same by moves of each line, however many workers there are, here or elsewhere."""
    cooling, budget = Cooling(search, lines), search.budget
    rounds, threads = max(1, round(moves / MOVES)), max(1, search.limits.workers)
    whole = lines[0].annealer

    def here(part: Parted) -> list[Group]:
        return cool_share(whole, part, lambda: budget.stopped)

    for number in range(rounds):
        warm = cooling.temperature(number / rounds)
        dealt = [
            replace(part, temperature=warm, seconds=budget.left)
            for part in cooling.share_out(len(lines), MOVES)
        ]
        done = all_of(search.crew, cool_part, dealt, here, budget.over, threads)
        if done is None or budget.stopped:
            break
        cooling.join(done)
        cooling.offer()
    cooling.offer()

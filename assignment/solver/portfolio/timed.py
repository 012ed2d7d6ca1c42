"""改进（按时间）: annealing for most of the time, then the joint model on parts of the plan; bounds
and proofs are worked out beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from assignment.solver import annealing, cooling
from assignment.solver.chance import chance
from assignment.solver.exact import Proof
from assignment.solver.improve import ROUND, improve
from assignment.solver.portfolio.beside import memberships, parting, worth_columns
from assignment.solver.portfolio.counted import TASKS_A_SECOND
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.search import Search
from assignment.solver.state import (
    FEW_CASES,
    GIVING_UP,
    complete,
    giving_up,
    look,
    open_still,
    settled,
    waiting_for,
    whole_is_next,
)

# What a problem gets that counting shows to be impossible: a share of the time, and at most so many
# seconds.
HOPELESS, LONGEST_HOPELESS = 0.2, 5.0
# Of the time: improvement before the whole model of a small problem starts beside it.
WARM_UP = 0.1
# Of the time: annealing before the joint model takes over, where the whole problem is small enough
# for a proof and where it is not.
WARM_UP_ANNEALING, ANNEALING = 0.3, 0.9
# The same where cases are too many for the joint model to find much.
COOLING = 0.95
# When a worker leaves annealing, which hardly finds more after two cycles, and forms parts of the
# plan anew from the columns: of the time, and seconds.
PARTING, LEAST_ANNEALING = 0.35, 40.0
# Column generation takes its first prices from the best plan: how long that may ripen, in shares of
# the time and seconds, and in seconds where there are few cases.
RIPE, LONGEST_RIPE, QUICKLY_RIPE = 0.2, 5.0, 0.5


class BesideMemberships:
    """Neighbourhood search until the integer programme of the memberships has answered."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return memberships(search) is not None

    def run(self, search: Search) -> None:
        programme = memberships(search)
        assert programme is not None
        improve(search, chance(search.limits.seed), enough=lambda: programme.ended)


class MostCases:
    """Counting already shows that some case stays out: a short search for what can be had."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return bool(search.reasons)

    def run(self, search: Search) -> None:
        budget = search.budget
        improve(
            search,
            chance(search.limits.seed),
            budget.counted(HOPELESS * TASKS_A_SECOND * budget.limit / ROUND),
            enough=lambda: budget.past(min(LONGEST_HOPELESS, HOPELESS * budget.limit)),
        )


class Ripen:
    """Annealing until the plan is good enough for column generation to take prices from."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return bool(search.lines) and worth_columns(search) and open_still(search)

    def run(self, search: Search) -> None:
        budget = search.budget
        longest = QUICKLY_RIPE if search.data.n_cases <= FEW_CASES else LONGEST_RIPE
        until = budget.elapsed + min(RIPE * budget.limit, longest)
        if cooling.applies(search):
            cooling.cool(search, search.lines, until)
        else:
            annealing.anneal(search, search.lines, until)


class Annealing:
    """Lines of the compiled search, one less where a proof is worked out beside them."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return bool(search.lines) and open_still(search) and not cooling.applies(search)

    def run(self, search: Search) -> None:
        budget = search.budget
        until = ANNEALING * budget.limit

        def enough() -> bool:
            if look(search) or giving_up(search) or cooling.applies(search):
                return True
            return budget.share > WARM_UP_ANNEALING and whole_is_next(search)

        waited, lines = waiting_for(search), _lines(search)
        if search.crew is None or not search.crew.count:
            lines = lines or search.lines

        def freed() -> bool:
            return waited and not waiting_for(search)

        def parts_next() -> bool:
            begin = max(PARTING * budget.limit, LEAST_ANNEALING)
            return budget.elapsed > begin and parting(search) is not None

        annealing.anneal(search, lines, until, lambda: enough() or freed() or parts_next())
        if enough() or budget.gone(ANNEALING) or not open_still(search):
            return
        if parts_next():
            _anneal_and_part(search, until, enough)
        elif freed():
            self.run(search)  # with all lines: what worked beside them has ended


def _anneal_and_part(search: Search, until: float, enough: Callable[[], bool]) -> None:
    """One worker forms parts of the plan anew, what others there are anneal."""
    waited = waiting_for(search)

    def turn() -> bool:
        dives = parting(search)
        if dives is not None:
            dives.part(search)
        return waited and not waiting_for(search)

    annealing.anneal(search, _lines(search)[1:], until, lambda: enough() or turn())
    if waited and not enough() and not search.budget.gone(ANNEALING) and open_still(search):
        _anneal_and_part(search, until, enough)


class Cooling:
    """A large plan with every case: one long cooling."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return cooling.applies(search) and open_still(search)

    def run(self, search: Search) -> None:
        until = COOLING * search.budget.limit
        lines = _lines(search) or search.lines
        cooling.cool(search, lines, until, enough=lambda: look(search))


def _lines(search: Search) -> list[annealing.Line]:
    """One less where a proof is worked out beside them."""
    return search.lines[1:] if waiting_for(search) else search.lines


class Whole:
    """A small problem as one model, beside the further improvement; a proof ends both."""

    bounds: ClassVar[Bounds] = Bounds.PRICE

    def applies(self, search: Search) -> bool:
        return whole_is_next(search) and open_still(search)

    def run(self, search: Search) -> None:
        limits, budget = search.limits, search.budget
        # A short improvement for the hint.
        improve(search, chance(limits.seed), enough=lambda: budget.elapsed > WARM_UP * budget.limit)
        if budget.over():
            return
        kept = 0 if complete(search) else (1 - GIVING_UP) * budget.limit
        proof = Proof(search, budget.left - kept)
        if limits.workers > 1:
            improve(
                search,
                chance(limits.seed + 1),
                threads=limits.workers - 1,
                enough=lambda: proof.done() or giving_up(search),
            )
        proof.take()


class Neighbourhoods:
    """The joint model on parts of the plan, for the time that is left."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return not settled(search)

    def run(self, search: Search) -> None:
        improve(
            search,
            chance(search.limits.seed + 2),
            enough=lambda: look(search) or giving_up(search),
        )

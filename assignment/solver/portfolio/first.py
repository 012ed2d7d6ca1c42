"""初始编组: what gives the first plan, from exact and quick to general and slow."""

from __future__ import annotations

from typing import ClassVar

from assignment.check import broken_rules
from assignment.precheck import precheck
from assignment.solver import affinity, annealing, transport
from assignment.solver.budget import TICK
from assignment.solver.chance import chance
from assignment.solver.construct import construct
from assignment.solver.draft import from_plan
from assignment.solver.kernel import warm
from assignment.solver.pairs import Chosen, Pairs, pairs_of, scorecard
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.search import Search
from assignment.solver.state import settled

# Of the time: how long the annealing may take to a first plan before groups are made one by one.
FIRST = 0.4
# Seconds of one programme of many, run before all else: HiGHS cannot be interrupted.
EXACT = 5.0


class CompileSearch:
    """A machine that has not compiled the search yet does so, beside the search if it can."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return annealing.fits(search) and not warm.is_warm()

    def run(self, search: Search) -> None:
        if search.budget.counting:
            warm.compile_all()  # the same plan, cold or warm
        else:
            warm.compile_beside()


class Given:
    """A plan to begin with, from the file's owner or an earlier solve. Whatever is found later has
    to be better, or it is not taken.
    """

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        start, problem = search.start, search.data.problem
        return start is not None and bool(start.groups) and not broken_rules(problem, start)

    def run(self, search: Search) -> None:
        assert search.start is not None
        search.offer(from_plan(search.data, search.start))


class Flow:
    """Panels without visits and goals that are sums over pairs: a flow of least cost, best at once.

    With the weakest case first it is the start of an exact method, in most cases its end as well.
    """

    bounds: ClassVar[Bounds] = Bounds.PRICE | Bounds.OBJECTIVE | Bounds.LEVELS

    def applies(self, search: Search) -> bool:
        return transport.applies(search.data)

    def run(self, search: Search) -> None:
        data, pairs = search.data, pairs_of(search.data)
        chosen = transport.solve(pairs)
        if chosen is None:
            search.reasons = precheck(data.problem)
        elif affinity.applies(data):
            raise_weakest(search, pairs, chosen)
        elif offer(search, pairs, chosen) and transport.exact(data):
            search.raise_price_bound(search.price)


def offer(search: Search, pairs: Pairs, chosen: Chosen) -> bool:
    return search.offer(pairs.draft(chosen), scorecard(search.data, pairs, chosen))


def raise_weakest(search: Search, pairs: Pairs, flow: Chosen) -> None:
    """Fairness first, then a sum over pairs."""
    found = affinity.solve(pairs, flow, lambda: max(TICK, search.budget.seconds(EXACT)))
    taken = offer(search, pairs, found.chosen)
    order, weight = search.data.problem.order or (), search.data.problem.weight
    search.level_bounds = dict(zip(order, (-found.least, -found.total), strict=False))
    # Each alone holds for every plan, so together they bound the weighted sum.
    behind = weight(order[1]) if len(order) > 1 else 1
    search.raise_objective_bound(-weight(order[0]) * found.least - behind * found.alone)
    if found.optimal and taken:
        search.raise_price_bound(search.price)


class QuickAnnealing:
    """The compiled search constructs; what still breaks a rule or two, a few moves mend."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return annealing.ready(search) and not settled(search)

    def run(self, search: Search) -> None:
        search.lines = annealing.start(search)
        if not search.budget.counting:
            annealing.anneal(
                search,
                search.lines,
                FIRST * search.budget.limit,
                enough=lambda: search.best is not None,
            )


class OneByOne:
    """Where there is no plan yet: one group after the other by the joint model."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return search.best is None

    def run(self, search: Search) -> None:
        construct(search, chance(search.limits.seed))

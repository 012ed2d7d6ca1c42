"""初始编组: what gives the first plan, from exact and quick to general and slow."""

from __future__ import annotations

from typing import ClassVar

from assignment.check import broken_rules
from assignment.precheck import precheck
from assignment.solver import affinity, annealing, transport
from assignment.solver.budget import TICK
from assignment.solver.chance import chance
from assignment.solver.construct import construct
from assignment.solver.draft import Draft, from_plan
from assignment.solver.kernel import warm
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
        data = search.data
        draft = transport.solve(data)
        if draft is None:
            search.reasons = precheck(data.problem)
        elif affinity.applies(data):
            raise_weakest(search, draft)
        elif search.offer(draft) and transport.exact(data):
            search.raise_price_bound(search.price)


def raise_weakest(search: Search, flow: Draft) -> None:
    """Fairness first, then a sum over pairs."""
    result = affinity.solve(search.data, flow, lambda: max(TICK, search.budget.seconds(EXACT)))
    search.offer(result.draft)
    search.level_bounds = result.bounds
    search.raise_objective_bound(result.objective_bound)
    if result.optimal and search.draft == result.draft:
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

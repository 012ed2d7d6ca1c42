"""求解: from a problem to a checked plan. `solve` is the table of contents of the optimiser, and
`portfolio` lists what it tries.
"""

from __future__ import annotations

from assignment.precheck import precheck
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver import transport
from assignment.solver.budget import open_budget
from assignment.solver.crew import Crew
from assignment.solver.data import Data
from assignment.solver.draft import Evaluator
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.solver.portfolio import phases
from assignment.solver.price import prices
from assignment.solver.report import report
from assignment.solver.search import Search
from assignment.solver.state import tighten
from assignment.solver.tasks import make_ready
from assignment.solver.workers import Workers


def solve(
    problem: Problem,
    limits: Limits,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    start: Plan | None = None,
    workers: Workers | None = None,
) -> Plan:
    """The best plan found within the limits, passed by the independent checker, with what is proved
    about it.

    `on_progress` hears of every phase, better plan and better bound, in this thread; `should_stop`
    is asked several times a second, and the plan so far comes back within two. A `start` that keeps
    the rules is where the search begins: nothing worse comes back. `workers` help from other
    processes; the caller closes them. Never raises for a problem that cannot be solved: the status
    says so and the explanation why.
    """
    search = begin(problem, limits, on_progress, should_stop, workers)
    search.start = start
    try:
        for phase in phases(search.budget):
            search.enter(phase.name)
            for strategy in phase.strategies:
                if strategy.applies(search):
                    strategy.run(search)
            tighten(search)
    finally:
        for running in search.beside:
            running.stop()
    return report(search)


def begin(
    problem: Problem,
    limits: Limits,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    workers: Workers | None = None,
) -> Search:
    """A search that knows its problem, and why no plan holds every case if counting shows it.

    `workers` make their tables meanwhile.
    """
    budget = open_budget(limits, should_stop)
    crew = None if workers is None else Crew(workers, problem)
    if crew is not None:
        crew.prepare(make_ready)
    data = Data(problem)
    search = Search(data, prices(data), Evaluator(data), budget, on_progress, crew=crew)
    search.enter("预检")
    # A flow says itself whether every case can be had.
    search.reasons = () if transport.applies(data) else precheck(problem)
    return search

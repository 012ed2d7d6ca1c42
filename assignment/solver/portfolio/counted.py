"""改进（按计算量）: fixed numbers of moves, tasks, sets and units, one kind after another, so that
the plan depends on neither load nor workers; few enough for a slow machine with one worker.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from assignment.solver import cooling, tasks
from assignment.solver.budget import LINES
from assignment.solver.chance import chance
from assignment.solver.columns import beside as columns
from assignment.solver.crew import all_of
from assignment.solver.exact import small_enough, solve_whole
from assignment.solver.improve import ROUND, improve
from assignment.solver.kernel.sheet import NO_REFUND
from assignment.solver.portfolio.away import take
from assignment.solver.portfolio.beside import start_columns
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.search import Search
from assignment.solver.state import FEW_CASES, complete, open_still, proved, settled, tighten
from assignment.solver.tasks import Cooled, Cooling, cool

# Of each kind of work, for each second that was asked for.
TASKS_A_SECOND, SETS_A_SECOND, WHOLE_WORK_A_SECOND = 0.5, 2_000, 0.05
# Moves of a line: fewer where cases are many, since each takes longer. Two lines, one after the
# other on a slow machine with one worker, take about half of the time.
MOST_MOVES_A_SECOND, MOVES_OF_CASES_A_SECOND = 2_000, 150_000
# So many times as many where no seat costs less than nothing: most moves are refused at once then.
REFUSING = 3
RIPE = 0.1  # of the moves: before columns take their prices from the plan


def moves(search: Search) -> int:
    """Of one line."""
    a_second = min(MOST_MOVES_A_SECOND, MOVES_OF_CASES_A_SECOND / max(1, search.data.n_cases))
    refusing = bool(search.lines) and search.lines[0].annealer.rules.values[NO_REFUND]
    return round(a_second * search.budget.limit * (REFUSING if refusing else 1))


def anneal(search: Search, moves: int, first: int = 0) -> None:
    """So many lines of so many moves from the plan there is, wherever there is somebody to run
    them; `first` makes them unlike others.
    """
    budget = search.budget
    tasks.know(search.data, search.lines[0].annealer.data)
    coolings = [
        Cooling(search.draft, number, search.limits.seed, budget.left, moves)
        for number in range(first, first + budget.lines)
    ]
    threads = max(1, search.limits.workers)
    for found in all_of(search.crew, cool, coolings, here(search), budget.over, threads) or ():
        take(search, found)


def here(search: Search) -> Callable[[Cooling], Cooled]:
    """Cool in this process, in front of the search that asks."""
    return lambda task: cool(search.data.problem, task, search.budget)


class Ripen:
    """Annealing until the plan is good enough for column generation to take prices from."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return Columns().applies(search)

    def run(self, search: Search) -> None:
        anneal(search, round(RIPE * moves(search)))


class Annealing:
    """Lines of the compiled search, one long cooling each by so many moves."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return bool(search.lines) and not settled(search)

    def run(self, search: Search) -> None:
        if cooling.applies(search):
            cooling.cool_by_count(search, search.lines, moves(search))
        else:
            anneal(search, moves(search), LINES)


class Neighbourhoods:
    """The joint model on parts of the plan, in rounds of a fixed number of tasks."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return not settled(search)

    def run(self, search: Search) -> None:
        rounds = search.budget.counted(TASKS_A_SECOND * search.budget.limit / ROUND)
        improve(search, chance(search.limits.seed), rounds)


class Columns:
    """Column generation for so many sets of cases, where one pricing cannot take long."""

    bounds: ClassVar[Bounds] = Bounds.PRICE

    def applies(self, search: Search) -> bool:
        problem = search.data.problem
        few = bool(search.lines) and search.data.n_cases <= FEW_CASES
        return few and columns.applies(problem) and complete(search) and open_still(search)

    def run(self, search: Search) -> None:
        proof = start_columns(search, round(SETS_A_SECOND * search.budget.limit))
        search.budget.settle(proof)
        proof.stop()
        proof.look(search)
        tighten(search)


class Whole:
    """A small problem as one model, by CP-SAT's units."""

    bounds: ClassVar[Bounds] = Bounds.PRICE

    def applies(self, search: Search) -> bool:
        return small_enough(search) and not proved(search) and open_still(search)

    def run(self, search: Search) -> None:
        solve_whole(search, WHOLE_WORK_A_SECOND * search.budget.limit)

"""子任务: parts of a search as functions of what can be sent: a problem, and what is asked.

The first argument is the problem, or what `Workers.share` gave for it. None looks at anything
else, so that the same task has the same answer wherever it is done, unless it is given seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from assignment.problem import Problem
from assignment.solver import subsolve
from assignment.solver.annealing import Line, warmth
from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator, Group
from assignment.solver.kernel.data import Data as Arrays
from assignment.solver.kernel.data import build
from assignment.solver.limits import Limits
from assignment.solver.price import for_model, prices
from assignment.solver.scope import Scope
from assignment.solver.search import Search
from assignment.solver.workers import held, wanted


@dataclass(frozen=True)
class Cooling:
    """One cycle of annealing from `start`, `seconds` long or so many `moves`; `seed` and `number`
    make it unlike others, and by the clock the number decides whether it forgets or only reheats
    its start.
    """

    start: Draft
    number: int
    seed: int
    seconds: float
    moves: int | None = None


@dataclass(frozen=True)
class Cooled:
    """The best draft of the cycle (None: nothing better than its start) and groups it stood at."""

    draft: Draft | None
    seen: tuple[Group, ...]


def cool(problem: Any, task: Cooling, budget: Budget | None = None) -> Cooled:
    """Anneal; `budget` is that of a search in this process, which may stop it."""
    data, arrays = _known(held(problem))
    limits = Limits(task.seconds, task.seed, 1)
    stopped = partial(_ended, budget)
    search = Search(data, prices(data), Evaluator(data), Budget(limits, stopped))
    line = Line(search, task.number, arrays)
    line.annealer.load(task.start)
    before, heat = line.annealer.total, line.heat()
    if task.moves is None:
        # The seconds are for the search, not for what had to be loaded.
        search.budget = own = Budget(limits, stopped)
        line.cycle(heat * warmth(task.number), lambda: own.share, own.over)
    else:
        line.counted_cycle(heat, task.moves)
    better = line.annealer.draft() if line.annealer.total < before else None
    return Cooled(better, tuple(line.seen))


def _ended(budget: Budget | None) -> bool:
    return budget.stopped if budget is not None else not wanted()


@dataclass(frozen=True)
class Opened:
    """A part of a plan that is opened, to be decided anew within the allowance."""

    scope: Scope
    allowance: subsolve.Allowance


def decide(problem: Any, task: Opened, budget: Budget | None = None) -> subsolve.Answer:
    """Solve a neighbourhood as one joint model."""
    data, _ = _known(held(problem))
    return subsolve.solve(subsolve.build(data, task.scope), task.allowance, budget)


# Of the last problem: what every task of it needs, made once in each process.
_last: list[tuple[Problem, Data, Arrays]] = []


def _known(problem: Problem) -> tuple[Data, Arrays]:
    last = _last[0] if _last else None
    if last is None or not (last[0] is problem or last[0].digest == problem.digest):
        data = Data(problem)
        know(data, build(problem, for_model(data, data.n_cases).coefficient))
        return _known(problem)
    return last[1:]


def know(data: Data, arrays: Arrays) -> None:
    """What tasks of this problem need is there already, of a search in this process."""
    _last[:] = [(data.problem, data, arrays)]


def forget() -> None:
    """Begin as a fresh process does."""
    _last.clear()

"""子任务: parts of a search as functions of what can be sent: a problem, a draft, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignment.problem import Problem
from assignment.solver.annealing import Line, warmth
from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator, Group
from assignment.solver.kernel.data import Data as Arrays
from assignment.solver.kernel.data import build
from assignment.solver.limits import Limits
from assignment.solver.price import for_model, prices
from assignment.solver.search import Search
from assignment.solver.workers import held


@dataclass(frozen=True)
class Cooling:
    """One cycle of annealing from `start`, `seconds` long; `seed` and `number` make it unlike
    others, and the number decides whether it forgets or only reheats its start.
    """

    start: Draft
    number: int
    seed: int
    seconds: float


@dataclass(frozen=True)
class Cooled:
    """The best draft of the cycle (None: nothing better than its start) and groups it stood at."""

    draft: Draft | None
    seen: tuple[Group, ...]


def cool(problem: Any, task: Cooling) -> Cooled:
    """Do it; `problem` is what `Workers.share` gave for it."""
    data, arrays = _known(held(problem))
    limits = Limits(task.seconds, task.seed, 1)
    search = Search(data, prices(data), Evaluator(data), Budget(limits))
    line = Line(search, task.number, arrays)
    line.annealer.load(task.start)
    before, heat = line.annealer.total, line.heat() * warmth(task.number)
    # The seconds are for the search, not for what had to be loaded.
    search.budget = budget = Budget(limits)
    line.cycle(heat, lambda: budget.share, budget.over)
    better = line.annealer.draft() if line.annealer.total < before else None
    return Cooled(better, tuple(line.seen))


# Of the last problem: what every task of it needs, made once in each process.
_last: dict[str, tuple[Data, Arrays]] = {}


def _known(problem: Problem) -> tuple[Data, Arrays]:
    if problem.digest not in _last:
        _last.clear()
        data = Data(problem)
        _last[problem.digest] = data, build(problem, for_model(data, data.n_cases).coefficient)
    return _last[problem.digest]


def forget() -> None:
    """Begin as a fresh process does."""
    _last.clear()

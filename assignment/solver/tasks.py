"""子任务: parts of a search as functions of what can be sent: a problem, and what is asked.

The first argument is the problem, or what `Workers.share` gave for it. None looks at anything
else, so that the same task has the same answer wherever it is done, unless it is given seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from assignment.problem import Problem
from assignment.solver import subsolve
from assignment.solver.annealing import Line, warmth
from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator, Group
from assignment.solver.kernel import warm
from assignment.solver.kernel.annealer import Annealer
from assignment.solver.kernel.data import Data as Arrays
from assignment.solver.kernel.data import build
from assignment.solver.kernel.part import Part, Share
from assignment.solver.limits import Limits
from assignment.solver.price import for_model, prices
from assignment.solver.prices import bound as pricing
from assignment.solver.scope import Scope
from assignment.solver.search import Search
from assignment.solver.workers import held, wanted

CHUNK = 50  # moves of a part between looks at the clock


def make_ready(problem: Any) -> None:
    """Make what tasks of this problem look up, before the first of them comes."""
    known = held(problem)
    if not warm.is_warm():
        return  # what would be made here could not be used
    if pricing.applies(known):
        pricing.prices_of(known)
    else:
        _whole(known)


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


@dataclass(frozen=True)
class Parted:
    """A line's share of a plan, to be cooled at one temperature for some seconds, or moves."""

    draft: Draft
    share: Share
    seed: int
    temperature: float
    seconds: float
    moves: int | None = None


def cool_part(problem: Any, task: Parted) -> list[Group]:
    """The groups of the share afterwards."""
    return cool_share(_whole(held(problem)), task, lambda: not wanted())


def cool_share(
    whole: Annealer,
    task: Parted,
    over: Callable[[], bool],
    started: Callable[[], object] = lambda: None,
) -> list[Group]:
    """The same beside a search in this process, which is told when the moves begin."""
    end = time.monotonic() + task.seconds
    part = Part(whole, task.draft, task.share, task.seed)
    started()
    left = 1 << 60 if task.moves is None else task.moves
    while left > 0 and time.monotonic() < end and not over():
        part.anneal(CHUNK, task.temperature, task.temperature)
        left -= CHUNK
    return part.groups()


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


# Of the last problem, and of this thread: what parts of a plan are taken from.
_wholes = threading.local()


def _whole(problem: Problem) -> Annealer:
    known: tuple[Problem, Annealer] | None = getattr(_wholes, "last", None)
    if known is None or known[0] is not problem:
        data, arrays = _known(problem)
        cost = for_model(data, data.n_cases)
        whole = Annealer(problem, cost.coefficient, cost.unassigned, 0, data=arrays)
        known = _wholes.last = problem, whole
    return known[1]


def know(data: Data, arrays: Arrays) -> None:
    """What tasks of this problem need is there already, of a search in this process."""
    _last[:] = [(data.problem, data, arrays)]


def forget() -> None:
    """Begin as a fresh process does."""
    _last.clear()

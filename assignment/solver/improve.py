"""改进: large neighbourhood search.

Open a few groups, decide them anew with the joint model, keep what is no worse.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

from assignment.solver import subsolve
from assignment.solver.budget import TICK
from assignment.solver.candidates import candidates
from assignment.solver.chance import Random
from assignment.solver.crew import all_of, lost
from assignment.solver.draft import Group
from assignment.solver.neighbourhoods import FULL, Neighbourhood, for_regime
from assignment.solver.scope import Box, Outside, Scope, boxes_needed, faults, outside_of
from assignment.solver.search import Search
from assignment.solver.selection import Selection
from assignment.solver.tasks import Opened, decide

# Tasks of one round in deterministic mode, whatever the number of workers.
ROUND = 8
# CP-SAT's deterministic units that one task may use, about two seconds each on one core; less where
# nothing but they can end a task.
WORK, COUNTED_WORK = 1.0, 0.4


@dataclass
class Task:
    """One opened part on its way through a worker."""

    opened: Opened
    groups: tuple[Group, ...]
    choice: Neighbourhood
    size: int
    offered: frozenset[int]


def improve(
    search: Search,
    random: Random,
    rounds: int | None = None,
    threads: int | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> None:
    """Until the budget is over or `enough` is said; or for `rounds` rounds of a fixed schedule
    (deterministic mode).
    """
    selection = Selection(for_regime(search.data.panel))
    threads = threads or max(1, search.limits.workers)
    if rounds is None:
        _Open(search, selection, random, threads).improve(enough)
        return
    for number in range(rounds):
        if (
            search.budget.over()
            or enough()
            or not _round(search, selection, random, threads, number)
        ):
            return


def _round(search: Search, selection: Selection, random: Random, threads: int, number: int) -> bool:
    """So many parts of one plan, decided beside each other; False when the time is over."""
    tasks: list[Task] = []
    for turn in range(ROUND):
        task = _task(search, selection, random, tasks, number * ROUND + turn)
        if task is None:
            break
        tasks.append(task)
    opened = [task.opened for task in tasks]
    here = partial(_decide, search)
    answers = all_of(search.crew, decide, opened, here, search.budget.over, threads)
    for task, answer in zip(tasks, answers or (), strict=answers is not None):
        _settle(search, selection, task, answer)
    return answers is not None


def _decide(search: Search, opened: Opened) -> subsolve.Answer:
    if search.budget.stopped:
        return subsolve.Answer(None)
    model = subsolve.build(search.data, opened.scope)
    return subsolve.solve(model, opened.allowance, search.budget)


class _Open:
    """By the clock: as many parts under way as there are threads here and workers free there. One
    that is lost is as if it had not been opened.
    """

    def __init__(self, search: Search, selection: Selection, random: Random, threads: int) -> None:
        self._search, self._selection, self._random = search, selection, random
        self._threads = threads
        self._near: dict[Future[subsolve.Answer], Task] = {}
        self._away: dict[Future[subsolve.Answer], Task] = {}
        self._number = 0

    def improve(self, enough: Callable[[], bool]) -> None:
        budget = self._search.budget
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                while not budget.over() and not enough():
                    self._start(pool)
                    if not self._near and not self._away:
                        return
                    while not self._settle() and not budget.over():
                        pass
            finally:
                for future in self._away:
                    future.cancel()
                while not all(future.done() for future in self._near):
                    # Again and again: a solver that is just starting does not hear the first call.
                    budget.halt()
                    wait(self._near, TICK)

    def _start(self, pool: ThreadPoolExecutor) -> None:
        search = self._search
        while len(self._near) < self._threads and (task := self._next()) is not None:
            self._near[pool.submit(_decide, search, task.opened)] = task
        while search.crew is not None and search.crew.free > 0:
            task = self._next()
            if task is None:
                return
            self._away[search.crew.submit(decide, task.opened)] = task

    def _next(self) -> Task | None:
        running = [*self._near.values(), *self._away.values()]
        self._number += 1
        return _task(self._search, self._selection, self._random, running, self._number - 1)

    def _settle(self) -> bool:
        """Wait a moment; whether some part was decided."""
        done = wait([*self._near, *self._away], TICK, FIRST_COMPLETED).done
        for future in done:
            near = future in self._near
            task = self._near.pop(future) if near else self._away.pop(future)
            if near or not lost(future):
                _settle(self._search, self._selection, task, future.result())
        return bool(done)


def _settle(search: Search, selection: Selection, task: Task, answer: subsolve.Answer) -> None:
    """Put the answer into the draft as it is now; groups may have changed meanwhile, then it may no
    longer fit.
    """
    before = search.price
    taken = False
    positions = {group: position for position, group in enumerate(search.draft.groups)}
    gone = [positions.get(group) for group in task.groups]
    if answer.groups is not None and all(position is not None for position in gone):
        new = [group for group in answer.groups if group is not None]
        if sorted(new, key=_order) != sorted(task.groups, key=_order):
            taken = search.offer(
                search.draft.with_groups(
                    [position for position in gone if position is not None], new
                )
            )
    gain = (
        (before - search.price) if taken and before is not None and search.price is not None else 0
    )
    quick = answer.optimal and answer.work < task.opened.allowance.deterministic / 3
    selection.learn(
        task.choice,
        task.size,
        float(gain),
        answer.work or task.opened.allowance.deterministic,
        quick,
        not answer.optimal,
    )


def _order(group: Group) -> tuple[tuple[int, ...], ...]:
    return (group.cases, group.starts, group.members, (group.leader,))


def _task(
    search: Search, selection: Selection, random: Random, running: list[Task], number: int
) -> Task | None:
    taken_groups = {group for task in running for group in task.groups}
    taken = frozenset(
        position for position, group in enumerate(search.draft.groups) if group in taken_groups
    )
    busy_cases = {case for task in running for case in task.opened.scope.cases}
    choice, size = selection.choose(random)
    loose = [case for case in search.draft.unassigned(search.data) if case not in busy_cases]
    missing = faults(search.data, search.draft) > 0
    if loose or missing:
        choice = next(one for one in selection.choices if one.freedom == FULL)
        loose = loose[:1] if not search.data.together else loose
        random.shuffle(loose)
    positions = choice.pick(search, size, random, taken)
    if not positions and not loose:
        return None
    scope, offered = open_part(search, positions, loose, choice, random, _claimed(search, running))
    seconds = max(0.05, search.budget.left)
    allowance = subsolve.Allowance(
        seconds,
        search.budget.units(WORK, COUNTED_WORK),
        seed=search.limits.seed + number,
    )
    groups = tuple(search.draft.groups[position] for position in positions)
    return Task(Opened(scope, allowance), groups, choice, size, offered)


def _claimed(search: Search, running: list[Task]) -> frozenset[int]:
    """Reviewers whom running tasks may take: two tasks that take the same one clash.

    A small pool is shared all the same.
    """
    claimed = frozenset().union(*(task.offered for task in running)) if running else frozenset()
    return claimed if 3 * len(claimed) < search.data.n_reviewers else frozenset()


def open_part(
    search: Search,
    positions: list[int],
    loose: list[int],
    choice: Neighbourhood,
    random: Random,
    avoid: frozenset[int] = frozenset(),
) -> tuple[Scope, frozenset[int]]:
    """The scope of the groups at `positions` and the unassigned cases `loose`, with the freedom of
    the neighbourhood.
    """
    data, draft = search.data, search.draft
    groups = [draft.groups[position] for position in positions]
    cases = sorted({case for group in groups for case in group.cases} | set(loose))
    outside = outside_of(data, search.evaluator, draft, positions, cases)
    present = {member for group in groups for member in group.members}
    if data.panel:
        boxes = _panel_boxes(search, groups, loose, outside, choice, random, avoid)
    else:
        most = 24 + 12 * len(groups)
        offered = (
            candidates(data, outside, cases, present, most, random, avoid)
            if choice.freedom.people
            else ()
        )
        boxes = []
        for group in groups:
            people = offered if choice.freedom.people else group.members
            boxes.append(
                Box(tuple(cases) if choice.freedom.partition else group.cases, people, group)
            )
        low, high = boxes_needed(data, outside)
        if (
            choice.freedom == FULL
            and len(boxes) < high
            and (loose or len(boxes) < low or random.random() < 0.15)
        ):
            boxes.append(Box(tuple(cases), offered))
    offered_all = frozenset(reviewer for box in boxes for reviewer in box.reviewers) - present
    tolerant = faults(data, draft) > 0
    return Scope(
        tuple(boxes), tuple(cases), outside, tuple(positions), boxes_needed(data, outside), tolerant
    ), offered_all


def _panel_boxes(
    search: Search,
    groups: list[Group],
    loose: list[int],
    outside: Outside,
    choice: Neighbourhood,
    random: Random,
    avoid: frozenset[int],
) -> list[Box]:
    """Each case offers its members, the best of the pool for it, and the other cases' members who
    may serve it.
    """
    data = search.data
    present = {member for group in groups for member in group.members}
    boxes = []
    for case, group in [
        *((group.cases[0], group) for group in groups),
        *((case, None) for case in loose),
    ]:
        offered = candidates(
            data, outside, [case], group.members if group else (), 24, random, avoid
        )
        swaps = {r for r in present if r not in data.forbidden[case]}
        boxes.append(Box((case,), tuple(sorted({*offered, *swaps})), group))
    return boxes

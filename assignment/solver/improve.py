"""改进: large neighbourhood search.

Open a few groups, decide them anew with the joint model, keep what is no worse.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from assignment.solver import subsolve
from assignment.solver.budget import TICK
from assignment.solver.candidates import candidates
from assignment.solver.chance import Random
from assignment.solver.draft import Group
from assignment.solver.neighbourhoods import FULL, Neighbourhood, for_regime
from assignment.solver.scope import Box, Outside, Scope, boxes_needed, faults, outside_of
from assignment.solver.search import Search
from assignment.solver.selection import Selection

# Tasks of one round in deterministic mode, whatever the number of workers.
ROUND = 8
# CP-SAT's deterministic units that one task may use, about two seconds each on one core; less where
# nothing but they can end a task.
WORK, COUNTED_WORK = 1.0, 0.4


@dataclass
class Task:
    """One opened part on its way through a worker."""

    scope: Scope
    groups: tuple[Group, ...]
    choice: Neighbourhood
    size: int
    offered: frozenset[int]
    allowance: subsolve.Allowance


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
    width = threads if rounds is None else ROUND
    running: dict[Future[subsolve.Answer], Task] = {}
    number = 0
    with ThreadPoolExecutor(threads) as pool:
        try:
            while (
                not search.budget.over()
                and not enough()
                and (rounds is None or number < rounds * ROUND)
            ):
                while len(running) < width:
                    task = _task(search, selection, random, list(running.values()), number)
                    number += 1
                    if task is None:
                        break
                    running[pool.submit(_run, search, task)] = task
                if not running:
                    if rounds is None:
                        break
                    continue
                done = _wait(search, running, rounds is not None)
                for future in [future for future in running if future in done]:
                    _settle(search, selection, running.pop(future), future.result())
                if search.budget.over():
                    break
        finally:
            while not all(future.done() for future in running):
                # Again and again: a solver that is just starting does not hear the first call.
                search.budget.halt()
                wait(running, TICK)


def _wait(
    search: Search, running: dict[Future[subsolve.Answer], Task], everything: bool
) -> set[Future[subsolve.Answer]]:
    while True:
        done, pending = wait(running, TICK, ALL_COMPLETED if everything else FIRST_COMPLETED)
        if (done and not (everything and pending)) or search.budget.over():
            return set(done) if not search.budget.over() else set(wait(running, 1.0).done)


def _run(search: Search, task: Task) -> subsolve.Answer:
    if search.budget.stopped:
        return subsolve.Answer(None)
    model = subsolve.build(search.data, task.scope)
    return subsolve.solve(model, task.allowance, search.budget)


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
    quick = answer.optimal and answer.work < task.allowance.deterministic / 3
    selection.learn(
        task.choice,
        task.size,
        float(gain),
        answer.work or task.allowance.deterministic,
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
    busy_cases = {case for task in running for case in task.scope.cases}
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
    return Task(scope, groups, choice, size, offered, allowance)


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

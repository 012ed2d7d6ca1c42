"""整体求解: the whole problem as one joint model, for problems small enough, with the plan so far
as its hint. Gives proofs.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait

from assignment.solver import subsolve
from assignment.solver.budget import TICK
from assignment.solver.draft import Draft
from assignment.solver.partition import most_groups
from assignment.solver.scope import Box, Outside, Scope, boxes_needed, faults
from assignment.solver.search import Search

# Seats (box x reviewer) and places (box x case) of the largest whole model worth building.
LARGEST = 2_000


def small_enough(search: Search) -> bool:
    data = search.data
    boxes = data.n_cases if data.panel else most_groups(data)
    return boxes * (data.n_reviewers + data.n_cases) <= LARGEST


def whole_scope(search: Search) -> Scope:
    """Every group, case and reviewer free; as many boxes as there may be groups, hinted with the
    present draft.
    """
    data, draft = search.data, search.draft
    everybody = tuple(r for r in range(data.n_reviewers) if data.max_groups[r] > 0)
    everything = tuple(range(data.n_cases))
    if data.panel:
        held = {group.cases[0]: group for group in draft.groups}
        boxes = [Box((case,), everybody, held.get(case)) for case in everything]
    else:
        count = max(most_groups(data), len(draft.groups))
        now = [*draft.groups, *[None] * (count - len(draft.groups))]
        boxes = [Box(everything, everybody, group) for group in now]
    outside = Outside()
    return Scope(
        tuple(boxes),
        everything,
        outside,
        tuple(range(len(draft.groups))),
        boxes_needed(data, outside),
        faults(data, draft) > 0,
    )


class Proof:
    """The whole model on a thread of its own, beside the improvement; `take` collects what it has
    shown.
    """

    def __init__(self, search: Search, seconds: float) -> None:
        self.search, self.seconds = search, seconds
        self._pool = ThreadPoolExecutor(1)
        self._future: Future[subsolve.Answer] = self._pool.submit(self._run)

    def _run(self) -> subsolve.Answer:
        model = subsolve.build(self.search.data, whole_scope(self.search))
        # One worker with the full linear relaxation proves more on these models than two with half
        # of it.
        allowance = subsolve.Allowance(
            self.seconds, seed=self.search.limits.seed, interleave=False, cuts=True
        )
        return subsolve.solve(model, allowance, self.search.budget)

    def done(self) -> bool:
        return self._future.done()

    def take(self) -> None:
        """Wait for the answer (the clock stops it in time) and keep its plan and its bound."""
        while not self._future.done():
            wait([self._future], TICK)
            self.search.budget.over()
        keep(self.search, self._future.result())
        self._pool.shutdown()


def solve_whole(search: Search, work: float) -> None:
    """The same within `work` deterministic units, alone."""
    model = subsolve.build(search.data, whole_scope(search))
    allowance = subsolve.Allowance(
        search.budget.left, work, seed=search.limits.seed, interleave=False, cuts=True
    )
    keep(search, subsolve.watched(model, allowance, search.budget))


def keep(search: Search, answer: subsolve.Answer) -> None:
    if answer.groups is not None:
        search.offer(Draft(tuple(group for group in answer.groups if group is not None)))
    if answer.infeasible:
        search.impossible = True
    if not answer.squeezed:
        search.raise_price_bound(answer.bound)

"""并行求界: strategies that start something on a thread of its own, and what runs there."""

from __future__ import annotations

from typing import ClassVar

from assignment.solver import bound, membership, subsolve
from assignment.solver.budget import TICK
from assignment.solver.columns import beside as columns
from assignment.solver.draft import Draft
from assignment.solver.portfolio.strategy import Bounds
from assignment.solver.scope import Box, scope_of
from assignment.solver.search import Search
from assignment.solver.state import complete, open_still, proved

# Columns: cases up to which a useful bound stands within 20 s, and seconds of the whole solve that
# each case takes beyond.
QUICKLY_PRICED, SECONDS_PER_CASE = 100, 0.8
# CP-SAT's deterministic units for the starts of groups that are decided already.
STARTS_WORK = 1.0


class Memberships:
    """Panels without visits: the integer programme over who serves where, level by level."""

    bounds: ClassVar[Bounds] = Bounds.OBJECTIVE | Bounds.LEVELS | Bounds.PRICE

    def applies(self, search: Search) -> bool:
        return membership.applies(search.data) and not search.reasons and not proved(search)

    def run(self, search: Search) -> None:
        search.beside.append(RunningMemberships(search))


class RunningMemberships:
    takes_worker = False

    def __init__(self, search: Search) -> None:
        self._programme = membership.Beside(search.data, lambda: search.budget.left)
        self._taken = False

    @property
    def ended(self) -> bool:
        return self._programme.wait(0)

    def wait(self, seconds: float) -> bool:
        return self._programme.wait(seconds)

    def look(self, search: Search) -> None:
        if self._taken or not self.ended:
            return
        self._taken, result = True, self._programme.result
        if result.draft is not None:
            search.offer(result.draft)
        search.level_bounds = {**search.level_bounds, **result.bounds}
        search.raise_objective_bound(result.bound)
        if result.optimal and search.draft == result.draft:
            search.raise_price_bound(search.price)

    def stop(self) -> None:
        """HiGHS cannot be interrupted: it is left behind with the process."""


def memberships(search: Search) -> RunningMemberships | None:
    return next((one for one in search.beside if isinstance(one, RunningMemberships)), None)


class AwaitMemberships:
    """The integer programme's answer is usually proved best: nothing else is worth the time."""

    bounds: ClassVar[Bounds] = Memberships.bounds

    def applies(self, search: Search) -> bool:
        return memberships(search) is not None

    def run(self, search: Search) -> None:
        programme = memberships(search)
        assert programme is not None
        while not programme.wait(TICK) and not search.budget.over():
            pass
        programme.look(search)


def worth_columns(search: Search) -> bool:
    """Whether columns are likely to say something in the time there is: beyond a hundred cases
    it takes minutes, and the worker finds better plans meanwhile.
    """
    cases = search.data.n_cases
    soon = cases <= QUICKLY_PRICED or search.budget.limit >= SECONDS_PER_CASE * cases
    return soon and columns.applies(search.data.problem)


class Columns:
    """Standing groups: column generation from the best plan on, then the proof by enumeration."""

    bounds: ClassVar[Bounds] = Bounds.PRICE

    def applies(self, search: Search) -> bool:
        known = bool(search.lines) and worth_columns(search)
        return known and complete(search) and open_still(search)

    def run(self, search: Search) -> None:
        search.beside.append(start_columns(search))


def start_columns(search: Search, most_sets: int | None = None) -> RunningColumns:
    data = search.data
    return RunningColumns(
        columns.Beside(
            data.problem,
            lambda goal: bound.goal_bound(data, goal),
            search.budget,
            search.incumbent,
            most_sets,
            search.crew,
        )
    )


class RunningColumns:
    takes_worker = True

    def __init__(self, proof: columns.Beside) -> None:
        self._proof = proof

    @property
    def ended(self) -> bool:
        return self._proof.done()

    def wait(self, seconds: float) -> bool:
        return self._proof.wait(seconds)

    def look(self, search: Search) -> None:
        """Its bound speaks of complete plans; where there is one, leaving cases out costs more."""
        prover = self._proof.prover
        _take_up(search, prover.take_idea())
        if prover.bound is None:
            return
        if prover.proven is not None and prover.proven.draft is not None:
            search.offer(prover.proven.draft)
        search.raise_price_bound(prover.bound)

    @property
    def ready_to_part(self) -> bool:
        return self._proof.prover.ready_to_part

    def part(self, search: Search) -> None:
        """Form some groups of the plan anew, in this thread."""
        _take_up(search, self._proof.prover.part(search.budget.over))

    def stop(self) -> None:
        self._proof.stop()


def parting(search: Search) -> RunningColumns | None:
    """What can form parts of the plan anew by now."""
    running = (one for one in search.beside if isinstance(one, RunningColumns))
    return next((one for one in running if one.ready_to_part), None)


def _take_up(search: Search, idea: Draft | None) -> None:
    """As it stands, or else with starts of its own."""
    if idea is not None and not search.offer(idea):
        _start_anew(search, idea)


def _start_anew(search: Search, draft: Draft) -> None:
    """Offer the same groups of cases and people, leaders and starts decided by the joint model."""
    data, everything = search.data, range(len(draft.groups))
    boxes = [Box(group.cases, group.members, group) for group in draft.groups]
    scope = scope_of(data, search.evaluator, draft, everything, range(data.n_cases), boxes)
    allowance = subsolve.Allowance(search.budget.left, STARTS_WORK)
    answer = subsolve.watched(subsolve.build(data, scope), allowance, search.budget)
    groups = [group for group in answer.groups or () if group is not None]
    if groups:
        search.offer(Draft(tuple(groups)))


class Collect:
    """What still works beside the search ends, and gives what it has."""

    bounds: ClassVar[Bounds] = Bounds.NOTHING

    def applies(self, search: Search) -> bool:
        return bool(search.beside)

    def run(self, search: Search) -> None:
        for running in search.beside:
            search.budget.settle(running)
            running.stop()
            running.look(search)

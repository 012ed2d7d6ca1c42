"""权衡: what one edit would break and cost, before anybody makes it.

The checker has the word on what breaks; the goals say what it costs. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assignment.check import Verdict, check
from assignment.edit import (
    Edit,
    Exchange,
    Join,
    MoveCase,
    MoveMember,
    MoveVisit,
    Place,
    Replace,
    SetAside,
    apply_edit,
)
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.violation import Violation


@dataclass(frozen=True)
class GoalChange:
    """One goal (contract id) whose value changes; whole numbers, smaller is better."""

    goal: str
    before: int
    after: int
    weight: int

    @property
    def cost(self) -> int:
        return self.weight * (self.after - self.before)


@dataclass(frozen=True)
class Consequences:
    """后果: `plan` is how it would be, `broken` is wrong only there, `cured` only before.

    `cost` is the change of the weighted sum, positive when the plan gets worse; `changes` are the
    goals that move, the dearest first.
    """

    plan: Plan
    broken: tuple[Violation, ...]
    cured: tuple[Violation, ...]
    cost: int
    changes: tuple[GoalChange, ...]

    @property
    def allowed(self) -> bool:
        return not self.broken


@dataclass(frozen=True)
class Weighed(Consequences):
    """The consequences of one edit."""

    edit: Edit


def weigh(problem: Problem, plan: Plan, edit: Edit, before: Verdict | None = None) -> Weighed:
    """The consequences of `edit` for `plan`; `before` is the checker's word on `plan`, where it is
    known already. Refuses what `apply_edit` refuses.
    """
    found = consequences(problem, before or check(problem, plan), apply_edit(problem, plan, edit))
    return Weighed(found.plan, found.broken, found.cured, found.cost, found.changes, edit)


def consequences(problem: Problem, before: Verdict, after: Plan) -> Consequences:
    """What another plan breaks, cures and costs; `before` is the checker's word on the one that
    stands.
    """
    verdict = check(problem, after)
    known = {_key(one): one for one in before.violations}
    now = {_key(one): one for one in verdict.violations}
    changes = [
        GoalChange(goal, before.scorecard[goal], verdict.scorecard[goal], weight)
        for goal, weight in problem.weights.items()
        if weight and before.scorecard[goal] != verdict.scorecard[goal]
    ]
    return Consequences(
        after,
        tuple(one for key, one in now.items() if key not in known),
        tuple(one for key, one in known.items() if key not in now),
        verdict.objective - before.objective,
        in_order(changes),
    )


def in_order(changes: Iterable[GoalChange]) -> tuple[GoalChange, ...]:
    """The dearest first."""
    return tuple(sorted(changes, key=lambda one: (-abs(one.cost), one.goal)))


def _key(one: Violation) -> tuple[object, ...]:
    # Positions of groups are left out: one that loses its last case moves the others up.
    return one.rule, one.sentence, one.reviewers, one.cases, one.words


# ------------------------------------------------------------------------------------------------
# What can be done with something that was picked up.


def moves_of_member(plan: Plan, group: int, member: str) -> Iterator[Edit]:
    """An exchange with every seat of another group, and a move into each other group."""
    for position, other in enumerate(plan.groups):
        if position == group or member in other.members:
            continue
        for one in other.members:
            if one not in plan.groups[group].members:
                yield Exchange(group, member, position, one)
        yield MoveMember(group, member, position)


def moves_of_reserve(plan: Plan, reviewer: str) -> Iterator[Edit]:
    """Every seat and every group for somebody who has no seat."""
    for position, group in enumerate(plan.groups):
        if reviewer in group.members:
            continue
        for member in group.members:
            yield Replace(position, member, reviewer)
        yield Join(position, reviewer)


def moves_of_case(problem: Problem, plan: Plan, case: str) -> Iterator[Edit]:
    """Every other group for a case: at its time, or (not planned yet) at each group's first start
    that keeps the rules; and no group for now.
    """
    here = next((n for n, group in enumerate(plan.groups) if case in group.cases), None)
    for position in range(len(plan.groups)):
        if position == here:
            continue
        if here is not None:
            yield MoveCase(case, position)
        else:
            yield first_place(problem, plan, case, position)
    if here is not None:
        yield SetAside(case)


def starts_of_visit(problem: Problem, plan: Plan, case: str) -> Iterator[Edit]:
    """Every other start of a planned visit."""
    length = problem.cases[problem.case_index[case]].half_days
    now = next(
        (visit.start for group in plan.groups for visit in group.visits if visit.case == case), None
    )
    for start in range(len(problem.slots) - length + 1):
        if start != now:
            yield MoveVisit(case, start)


def first_place(problem: Problem, plan: Plan, case: str, group: int) -> Place:
    """The first start in a group that breaks nothing; where every start does, the one that breaks
    least, the earliest of several.
    """
    length = problem.cases[problem.case_index[case]].half_days
    if not length:
        return Place(case, group, None)
    starts = range(max(1, len(problem.slots) - length + 1))
    wrong = {}
    for start in starts:
        wrong[start] = len(weigh(problem, plan, Place(case, group, start)).broken)
        if not wrong[start]:
            break
    return Place(case, group, min(wrong, key=lambda start: (wrong[start], start)))

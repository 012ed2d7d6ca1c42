"""方案比较: two versions, goal by goal, person by person, visit by visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from assignment.changes import case_changes, renumbered
from assignment.problem import GOALS, Problem
from assignment.solution import Plan, Visit
from award.groups.core.book import Names
from expert_pool.facts.halfday import HalfDay


class Comparable(Protocol):
    """What a comparison needs of a plan; a stored version has it."""

    @property
    def problem(self) -> Problem: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def names(self) -> Names: ...
    @property
    def scorecard(self) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Side:
    """A plan that is no stored version."""

    problem: Problem
    plan: Plan
    names: Names
    scorecard: Mapping[str, int]


@dataclass(frozen=True)
class GoalChange:
    goal: str
    before: int
    after: int


@dataclass(frozen=True)
class Duty:
    """What one person does in a plan: group (from 1), whether she leads, and her cases."""

    group: int
    leader: bool
    cases: tuple[str, ...]


@dataclass(frozen=True)
class PersonChange:
    """One person whose duties differ; an empty tuple: none."""

    uid: str
    name: str
    before: tuple[Duty, ...]
    after: tuple[Duty, ...]


@dataclass(frozen=True)
class VisitChange:
    """One applicant whose time or group differs.

    A time is the half-day the visit starts with; None: not planned or no visit.
    """

    uid: str
    name: str
    group_before: int | None
    group_after: int | None
    start_before: HalfDay | None
    start_after: HalfDay | None


@dataclass(frozen=True)
class Comparison:
    """`goals` only those that differ; `comparable` False when the two problems differ, so that
    values do not mean the same.
    """

    goals: tuple[GoalChange, ...]
    people: tuple[PersonChange, ...]
    visits: tuple[VisitChange, ...]
    objective_before: int | None
    objective_after: int | None
    comparable: bool


def compare(before: Comparable, after: Comparable) -> Comparison:
    """Group numbers are compared only as far as they mean the same people: a mere renumbering is no
    change.
    """
    old_duties, new_duties = (
        _duties(before.plan, renumbered(before.plan, after.plan)),
        _duties(after.plan, {n: n for n in range(len(after.plan.groups))}),
    )
    names = Names(
        {**before.names.persons, **after.names.persons}, {**before.names.firms, **after.names.firms}
    )
    people = [
        PersonChange(uid, names.person(uid).name, old_duties.get(uid, ()), new_duties.get(uid, ()))
        for uid in sorted(old_duties.keys() | new_duties.keys())
        if old_duties.get(uid, ()) != new_duties.get(uid, ())
    ]
    changes = case_changes(
        before.plan,
        after.plan,
        lambda visit: _start(before.problem, visit),
        lambda visit: _start(after.problem, visit),
    )
    visits = [
        VisitChange(
            one.case,
            names.firm(one.case).name,
            _number(one.group_before),
            _number(one.group_after),
            _start(before.problem, one.before),
            _start(after.problem, one.after),
        )
        for one in changes
    ]
    values, new_values = before.scorecard, after.scorecard
    changed = [
        GoalChange(goal, values.get(goal, 0), new_values.get(goal, 0))
        for goal in GOALS
        if values.get(goal, 0) != new_values.get(goal, 0)
    ]
    return Comparison(
        tuple(changed),
        tuple(people),
        tuple(visits),
        before.plan.objective,
        after.plan.objective,
        before.problem.digest == after.problem.digest,
    )


def _duties(plan: Plan, numbers: dict[int, int]) -> dict[str, tuple[Duty, ...]]:
    found: dict[str, list[Duty]] = {}
    for position, group in enumerate(plan.groups):
        for member in group.members:
            found.setdefault(member, []).append(
                Duty(numbers[position] + 1, member == group.leader, tuple(sorted(group.cases)))
            )
    return {
        uid: tuple(sorted(duties, key=lambda duty: duty.group)) for uid, duties in found.items()
    }


def _number(position: int | None) -> int | None:
    """A group as a person counts them."""
    return None if position is None else position + 1


def _start(problem: Problem, visit: Visit | None) -> HalfDay | None:
    """The half-day a visit begins with; None: no visit, or on paper only."""
    if visit is None or visit.start is None:
        return None
    slot = problem.slots[visit.start]
    return HalfDay(slot.date, slot.half)

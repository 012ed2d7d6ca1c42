"""一个席位的人选: everybody who could take a seat and keep every rule, also those who sit
elsewhere, each by the cheapest way; and of all others what is in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assignment.alike import Seat, Swap
from assignment.check import Verdict, check
from assignment.edit import Edit, Exchange, Relay, Replace
from assignment.explain import cheapest
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.weigh import GoalChange, in_order, weigh

# What speaks of all groups of a person: it may hold no longer once she has left another.
ELSEWHERE = {"H09", "H10", "H13", "H16"}
MOST_RELAYS = 3  # who could take the seat that somebody leaves: the cheapest few


@dataclass(frozen=True)
class Way:
    """How somebody could come to a seat; `cost` and `changes` as of `weigh.Consequences`."""

    reviewer: str
    edit: Edit
    cost: int
    changes: tuple[GoalChange, ...]


@dataclass(frozen=True)
class Ways:
    """Everybody outside a group: `able` the cheapest first, `unable` in kinds with what would
    break that is not broken now.
    """

    able: tuple[Way, ...]
    unable: tuple[Swap, ...]


def ways_to_seat(
    problem: Problem, plan: Plan, group: int, member: str, before: Verdict | None = None
) -> Ways:
    """For each reviewer who could come: the cheapest edit that breaks nothing. She takes the seat;
    or she and `member` change seats; or somebody without a seat fills the one she leaves. `before`
    is the checker's word on the plan, where it is known already.
    """
    before = before or check(problem, plan)
    known = {(one.rule, one.sentence, one.reviewers, one.cases) for one in before.violations}
    seat, able, unable = Seat(problem, plan, group, member), list[Way](), list[Swap]()
    alone: list[Swap] = []
    for swap in seat.swaps():
        broken = tuple(
            one
            for one in swap.broken
            if (one.rule, one.sentence, one.reviewers, one.cases) not in known
        )
        swap = replace(swap, broken=broken)
        if swap.kind.alone:
            alone.append(swap)
        elif broken:
            unable.append(swap)
        else:
            changes = _goal_changes(problem, before, seat, swap)
            cost = sum(change.cost for change in changes)
            able += [Way(one, Replace(group, member, one), cost, changes) for one in swap.people]
    # Group by group, since the kinds beside one group are kept for the next who leaves it.
    for swap in sorted(alone, key=lambda one: _groups_of(plan, one.people[0])):
        way = _cheapest_way(problem, plan, (group, member), swap, before)
        if way is None:
            unable.append(swap)
        else:
            able.append(way)
    return Ways(tuple(sorted(able, key=lambda way: (way.cost, way.reviewer))), tuple(unable))


def _goal_changes(
    problem: Problem, before: Verdict, seat: Seat, swap: Swap
) -> tuple[GoalChange, ...]:
    """What `weigh` would say of anybody of these in the seat."""
    values = before.scorecard
    found = [
        GoalChange(goal, values[goal], values[goal] + change, problem.weight(goal))
        for goal, change in seat.changes(swap.kind, swap.people[0])
        if problem.weight(goal)
    ]
    return in_order(found)


def _groups_of(plan: Plan, reviewer: str) -> list[int]:
    return [place for place, group in enumerate(plan.groups) if reviewer in group.members]


def _cheapest_way(
    problem: Problem, plan: Plan, seat: tuple[int, str], swap: Swap, before: Verdict
) -> Way | None:
    (reviewer,) = swap.people
    edits = _ways(problem, plan, seat, reviewer, {one.rule for one in swap.broken})
    weighed = [weigh(problem, plan, edit, before) for edit in edits]
    able = [way for way in weighed if way.allowed]
    best = min(able, key=lambda way: way.cost, default=None)
    return None if best is None else Way(reviewer, best.edit, best.cost, best.changes)


def _ways(
    problem: Problem, plan: Plan, seat: tuple[int, str], reviewer: str, broken: set[str]
) -> Iterator[Edit]:
    """`broken`: the rules she would break beside her seats elsewhere."""
    group, member = seat
    if not broken:
        yield Replace(group, member, reviewer)
        return
    if not broken <= ELSEWHERE:
        return
    for other in _groups_of(plan, reviewer):
        if other == group:
            continue
        if member not in plan.groups[other].members:
            yield Exchange(group, member, other, reviewer)
        fillers = cheapest(problem, plan, other, reviewer, MOST_RELAYS + 1)
        for filler in [one for one in fillers if one != member][:MOST_RELAYS]:
            yield Relay(group, member, other, reviewer, filler)

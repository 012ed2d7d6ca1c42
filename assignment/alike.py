"""同样的人: who makes the same difference to one group, so that a rule or a goal is asked once for
all of them.

Of twenty thousand reviewers most differ from others in name only: the same trades as far as these
cases want them, the same rank, the same hours missed. Whoever has something of her own here (a seat
in another group, a pin, a place in the former plan, somebody in the group she must keep apart from)
is a kind of her own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from assignment import goals
from assignment.check import substitute
from assignment.lookup import RANK, Lookup, look_up
from assignment.problem import Problem
from assignment.solution import Group, Plan
from assignment.violation import Violation


class Kind(NamedTuple):
    """All that the rules and goals look at in somebody who could come to a group; tuples go by its
    cases and are empty where there is nothing.
    """

    quality: bool
    leader: bool
    seniority: int
    place: str
    carried: int
    max_effort: int
    serves: bool  # in any group at all
    matches: tuple[int, ...]  # `Lookup.match`
    missed: int  # slots of the visits for which she has no time, as bits
    barred: tuple[tuple[str, ...], ...] = ()
    soft: tuple[int, ...] = ()
    affinity: tuple[int, ...] = ()
    colleagues: tuple[str, ...] = ()  # members with her employer
    alone: str = ""  # her id, where something speaks of her alone


@dataclass(frozen=True)
class Swap:
    """Who could come in a member's place: all `people` (ids, in the problem's order) break and cost
    the same. `broken` is said of the first of them; `said_of` says it of another.
    """

    kind: Kind
    people: tuple[str, ...]
    broken: tuple[Violation, ...]

    def said_of(self, person: str) -> tuple[Violation, ...]:
        first = self.people[0]
        if person == first:
            return self.broken
        return tuple(
            replace(one, reviewers=tuple(person if who == first else who for who in one.reviewers))
            for one in self.broken
        )


# What of a newcomer each goal looks at; `route` and `span` look at no member.
BY_MEMBERS: Mapping[str, Callable[[Kind], object]] = {
    "specialist": lambda kind: kind.matches,
    "workload": lambda kind: kind.carried,
    "peak": lambda kind: kind.carried,
    "commute": lambda kind: kind.place,
    "leadership": lambda kind: kind.seniority,
    "extra": lambda kind: None,
    "discouraged": lambda kind: kind.soft,
    "changes": lambda kind: None,
    "affinity": lambda kind: kind.affinity,
    "fairness": lambda kind: kind.affinity,
}
# Another membership of one group changes these in its groups alone, the others as a whole.
_WHOLE = ("peak", "fairness")


class Seat:
    """One member's place in one group, and everybody who is not in the group as kinds."""

    def __init__(self, problem: Problem, plan: Plan, group: int, member: str) -> None:
        self.problem, self.plan, self.group, self.member = problem, plan, group, member
        self._rank = RANK[problem.policy.industry_level]
        self._found: dict[object, tuple[str, tuple[Violation, ...]]] = {}
        self._changed: dict[object, int] = {}

    def kinds(self) -> Mapping[Kind, tuple[str, ...]]:
        return kinds_beside(self.problem, self.plan, self.group)

    def swaps(self) -> Iterator[Swap]:
        """What everybody would break."""
        for kind, people in self.kinds().items():
            yield Swap(kind, people, self.broken(kind, people))

    def broken(self, kind: Kind, people: tuple[str, ...]) -> tuple[Violation, ...]:
        """Of the first of the people of a kind; `check.substitute` is the judge."""
        fits = tuple(rank <= self._rank for rank in kind.matches)
        # Rank, place and years before are no matter of rules.
        key = kind._replace(seniority=0, place="", carried=0, matches=fits, soft=(), affinity=())
        if key not in self._found:
            found = substitute(self.problem, self.plan, self.group, self.member, people[0])
            self._found[key] = people[0], found
        asked, found = self._found[key]
        return Swap(kind, (asked,), found).said_of(people[0])

    def changes(self, kind: Kind, person: str) -> tuple[tuple[str, int], ...]:
        """By how much one of a kind in the seat changes the goals that count in this problem."""
        found = []
        for goal in moved_by_members(self.problem):
            key = goal.id, BY_MEMBERS[goal.id](kind), kind.alone
            if key not in self._changed:
                self._changed[key] = self._change(goal, person)
            found.append((goal.id, self._changed[key]))
        return tuple((goal, change) for goal, change in found if change)

    def cost(self, kind: Kind, person: str) -> int:
        """What the weighted sum changes by."""
        return sum(
            self.problem.weight(goal) * change for goal, change in self.changes(kind, person)
        )

    def _change(self, goal: goals.Goal, newcomer: str) -> int:
        after = exchanged(self.plan, self.group, self.member, newcomer)
        return change_of(self.problem, self.plan, after, self.group, goal)


def moved_by_members(problem: Problem) -> Iterator[goals.Goal]:
    """The goals that count in a problem and look at members."""
    for goal in goals.GOALS:
        if goal.id in BY_MEMBERS and (problem.weight(goal.id) or goal.id in (problem.order or ())):
            yield goal


def exchanged(plan: Plan, group: int, member: str | None, newcomer: str | None) -> Plan:
    """The plan with `newcomer` in the place (and the lead) of `member`; either may be None: an
    addition, a departure.
    """
    before = plan.groups[group]
    members = tuple(one for one in before.members if one != member) + (
        () if newcomer is None else (newcomer,)
    )
    leader = newcomer if member is not None and before.leader == member else before.leader
    groups = list(plan.groups)
    groups[group] = Group(leader, members, before.visits)
    return plan.with_(groups=tuple(groups))


def change_of(problem: Problem, before: Plan, after: Plan, group: int, goal: goals.Goal) -> int:
    """By how much another membership of one group changes a goal."""
    if goal.id in _WHOLE:
        return goal.value(problem, after) - goal.value(problem, before)
    moved = set(before.groups[group].members) ^ set(after.groups[group].members)
    # All groups of those who come or go; whatever the other groups add is the same before and
    # after.
    touched = [
        place
        for place, one in enumerate(before.groups)
        if place == group or not moved.isdisjoint(one.members)
    ]
    old, new = (
        plan.with_(groups=tuple(plan.groups[place] for place in touched))
        for plan in (before, after)
    )
    return goal.value(problem, new) - goal.value(problem, old)


def kinds_beside(problem: Problem, plan: Plan, group: int) -> Mapping[Kind, tuple[str, ...]]:
    """Everybody outside a group by what she would be to it; kept for the group last asked about,
    whose members are asked about one after the other.
    """
    key = (plan.groups, group)
    kept = problem.__dict__.get("_beside")
    if kept is None or kept[0] != key:
        kept = problem.__dict__["_beside"] = (key, _kinds(problem, plan, group))
    found: Mapping[Kind, tuple[str, ...]] = kept[1]
    return found


def _kinds(problem: Problem, plan: Plan, place: int) -> Mapping[Kind, tuple[str, ...]]:
    known, group = look_up(problem), plan.groups[place]
    alone = _alone(known, plan, place)
    colleagues = _colleagues(known, group)
    ties = _ties(known, group)
    away = sum(
        1 << slot for slot in {slot for visit in group.visits for slot in known.slots(visit)}
    )
    members = frozenset(group.members)
    special = alone.union(colleagues, ties, members)
    traits = known.traits
    matches = [
        tuple(known.match(people[0], case) for case in group.cases) for people in traits.people
    ]
    numbers = {one: position for position, one in enumerate(dict.fromkeys(matches))}
    match_of = [numbers[one] for one in matches]
    plain: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    apart: dict[Kind, list[str]] = defaultdict(list)
    for one, trait, codes, busy in zip(
        known.reviewer, traits.trait, traits.codes, known.busy.values(), strict=True
    ):
        if one not in special:
            plain[trait, match_of[codes], busy & away].append(one)
        elif one not in members:
            kind = Kind(*traits.traits[trait], matches[codes], busy & away, *ties.get(one, ()))
            apart[
                kind._replace(colleagues=colleagues.get(one, ()), alone=one if one in alone else "")
            ].append(one)
    listed = list(numbers)
    return {
        **{
            Kind(*traits.traits[trait], listed[match], missed): tuple(people)
            for (trait, match, missed), people in plain.items()
        },
        **{kind: tuple(people) for kind, people in apart.items()},
    }


def _alone(known: Lookup, plan: Plan, place: int) -> frozenset[str]:
    group, problem = plan.groups[place], known.problem
    elsewhere = (*plan.groups[:place], *plan.groups[place + 1 :])
    found = {one for other in elsewhere for one in other.members}
    found.update(
        pin.reviewer for pin in problem.pins or () if pin.reviewer and pin.case in group.cases
    )
    if known.former is not None:
        for other in known.former.groups:
            if not set(other.cases).isdisjoint(group.cases):
                found.update(other.members)
    for member in group.members:
        found.update(known.apart_from.get(member, ()))
    return frozenset(found)


def _colleagues(known: Lookup, group: Group) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for member in group.members:
        for one in known.of_employer[known.reviewer[member].employer]:
            found[one] = (*found.get(one, ()), member)
    return found


_Ties = tuple[tuple[tuple[str, ...], ...], tuple[int, ...], tuple[int, ...]]


def _ties(known: Lookup, group: Group) -> dict[str, _Ties]:
    """(barred, soft, affinity) of those who have anything of it with a case of the group."""
    cases = group.cases
    tied = {
        one
        for case in cases
        for one in (*known.recused[case], *known.soft[case], *known.affinity[case])
    }
    return {
        one: (
            tuple(known.barred.get((one, case), ()) for case in cases),
            tuple(known.soft[case].get(one, 0) for case in cases),
            tuple(known.affinity[case].get(one, 0) for case in cases),
        )
        for one in tied
    }

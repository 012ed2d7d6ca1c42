"""候补: for every seat two ordered substitutes who keep every rule, chosen together so that they
can be used together.

First substitutes are different people for as many seats as possible (a maximum matching); when two
members of one group withdraw at once, their first substitutes keep every rule side by side wherever
some choice allows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from assignment.alike import exchanged
from assignment.check import substitute
from assignment.lookup import Lookup, look_up
from assignment.problem import Problem, Reviewer
from assignment.solution import Group, Plan, Standby

# Candidates of a seat that are looked at, the cheapest first.
LOOKED_AT = 12

Seat = tuple[int, str]


def standbys(problem: Problem, plan: Plan, most: int = 2) -> tuple[Standby, ...]:
    """In the plan's order; a seat that nobody could take has none."""
    lists = {seat: found for seat, found in _candidates(problem, plan) if found}
    first = _different(lists)
    chosen: dict[Seat, list[str]] = {}
    for seat, found in lists.items():
        order = (
            [first[seat], *(one for one in found if one != first[seat])]
            if seat in first
            else list(found)
        )
        mates = [(other, chosen[other][0]) for other in chosen if other[0] == seat[0]]
        best = next((one for one in order if _together(problem, plan, seat, one, mates)), order[0])
        used = Counter(name for names in chosen.values() for name in names)
        used.update(first.values())
        rest = sorted((one for one in found if one != best), key=lambda one: used[one])
        chosen[seat] = [best, *rest[: most - 1]]
    return tuple(Standby(group, member, tuple(names)) for (group, member), names in chosen.items())


def exposed(problem: Problem, plan: Plan) -> list[Seat]:
    """The seats that nobody could take without breaking a rule."""
    held = {(one.group, one.member) for one in standbys(problem, plan, most=1)}
    return [
        (place, one)
        for place, group in enumerate(plan.groups)
        for one in group.members
        if (place, one) not in held
    ]


def survives(plan: Plan) -> tuple[int, int]:
    """任一人退出仍可成立: the seats with a substitute, and all seats."""
    return sum(1 for one in plan.standbys or () if one.substitutes), sum(
        len(group.members) for group in plan.groups
    )


def _together(
    problem: Problem, plan: Plan, seat: Seat, newcomer: str, mates: Iterable[tuple[Seat, str]]
) -> bool:
    """Whether the newcomer and each of the others' substitutes could step in at once."""
    group, member = seat
    for (_, other), heir in mates:
        if heir == newcomer or substitute(
            problem, exchanged(plan, group, other, heir), group, member, newcomer
        ):
            return False
    return True


def _different(lists: dict[Seat, list[str]]) -> dict[Seat, str]:
    """Different first substitutes for as many seats as possible (augmenting paths, Kuhn 1955);
    seats with few choices go first.
    """
    holder: dict[str, Seat] = {}

    def place(seat: Seat, tried: set[str]) -> bool:
        for one in lists[seat]:
            if one not in tried:
                tried.add(one)
                if one not in holder or place(holder[one], tried):
                    holder[one] = seat
                    return True
        return False

    for seat in sorted(lists, key=lambda seat: (len(lists[seat]), seat)):
        place(seat, set())
    return {seat: one for one, seat in holder.items()}


# Who could take a seat
# --------------------------------------------------------------------------------------------------


def _candidates(problem: Problem, plan: Plan) -> Iterator[tuple[Seat, list[str]]]:
    """Per seat the cheapest of those who keep every rule there; sets of people rule out most before
    the rules are asked.
    """
    known = look_up(problem)
    serves = Counter(one for group in plan.groups for one in group.members)
    for position, group in enumerate(plan.groups):
        away = sum(
            1 << slot for slot in {slot for visit in group.visits for slot in known.slots(visit)}
        )
        barred = set().union(*(known.recused[case] for case in group.cases), group.members)
        free = [
            one
            for one in problem.reviewers
            if one.id not in barred
            and not known.busy[one.id] & away
            and serves[one.id] < one.max_groups
        ]
        effort = sum(known.case[case].effort for case in group.cases)
        for member in group.members:
            priced = sorted(
                (_cost(known, group, effort, one), one.id)
                for one in free
                if _fills(known, group, member, one)
            )
            sound = (
                newcomer
                for _, newcomer in priced
                if not substitute(problem, plan, position, member, newcomer)
            )
            yield (position, member), list(islice(sound, LOOKED_AT))


def _fills(known: Lookup, group: Group, member: str, one: Reviewer) -> bool:
    """What the seat gives the group and the rest does not."""
    policy, rest = known.problem.policy, [other for other in group.members if other != member]
    if policy.leader_required and group.leader == member and not one.leader:
        return False
    if (
        policy.quality_required
        and not one.quality
        and not any(known.reviewer[other].quality for other in rest)
    ):
        return False
    if policy.same_employer == "forbid" and any(
        known.reviewer[other].employer == one.employer for other in rest
    ):
        return False
    return all(
        one.id in known.specialists[case] or not known.specialists[case].isdisjoint(rest)
        for case in group.cases
    )


def _cost(known: Lookup, group: Group, effort: int, one: Reviewer) -> int:
    """What the newcomer brings to the goals, as far as it does not hang on the others."""
    weight = known.problem.weight
    cost = weight("workload") * effort * (2 * one.carried_effort + effort)
    for case in group.cases:
        cost += weight("discouraged") * known.discouraged.get((one.id, case), 0)
        cost += weight("commute") * known.problem.minutes(one.place, known.case[case].place)
        cost -= weight("affinity") * known.affinity[case].get(one.id, 0)
    return cost

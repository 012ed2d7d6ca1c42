"""一个席位的人选: everybody who could take a seat and keep every rule, also those who sit
elsewhere, each by the cheapest way.
"""

from __future__ import annotations

from collections.abc import Iterator

from assignment.check import Verdict, check, substitute
from assignment.edit import Edit, Exchange, Relay, Replace
from assignment.explain import options
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.weigh import Weighed, weigh

# What speaks of all groups of a person: it may hold no longer once she has left another.
ELSEWHERE = {"H09", "H10", "H13", "H16"}
MOST_RELAYS = 3  # who could take the seat that somebody leaves: the cheapest few


def ways_to_seat(
    problem: Problem, plan: Plan, group: int, member: str, before: Verdict | None = None
) -> dict[str, Weighed]:
    """For each reviewer who could come: the cheapest edit that breaks nothing, by her id. She takes
    the seat; or she and `member` change seats; or somebody without a seat fills the one she leaves.
    """
    before = before or check(problem, plan)
    known = {(one.rule, one.sentence, one.reviewers, one.cases) for one in before.violations}
    found = {}
    for one in problem.reviewers:
        if one.id in plan.groups[group].members:
            continue
        broken = {
            wrong.rule
            for wrong in substitute(problem, plan, group, member, one.id)
            if (wrong.rule, wrong.sentence, wrong.reviewers, wrong.cases) not in known
        }
        edits = _ways(problem, plan, (group, member), one.id, broken)
        weighed = [weigh(problem, plan, edit, before) for edit in edits]
        able = [way for way in weighed if way.allowed]
        if able:
            found[one.id] = min(able, key=lambda way: way.cost)
    return found


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
    for other, there in enumerate(plan.groups):
        if reviewer not in there.members or other == group:
            continue
        if member not in there.members:
            yield Exchange(group, member, other, reviewer)
        fillers = options(problem, plan, other, reviewer)
        for filler in [one for one in fillers if one.reviewer != member][:MOST_RELAYS]:
            yield Relay(group, member, other, reviewer, filler.reviewer)

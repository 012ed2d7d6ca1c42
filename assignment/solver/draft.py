"""编组草案: a plan while it is being searched, by positions, and its goals computed group by
group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from assignment.problem import GOALS
from assignment.solution import Group as PlanGroup
from assignment.solution import Plan, Status, Visit
from assignment.solver.data import LEVELS, Data

NO_START = -1  # a case without visit
NO_LEADER = -1


@dataclass(frozen=True)
class Group:
    """评审组: cases ascending with their starts beside them, members ascending."""

    cases: tuple[int, ...]
    starts: tuple[int, ...]
    members: tuple[int, ...]
    leader: int

    def visits(self) -> list[tuple[int, int]]:
        """(start, case) of the site visits, in the order they are made."""
        return sorted(
            (start, case)
            for case, start in zip(self.cases, self.starts, strict=True)
            if start != NO_START
        )


@dataclass(frozen=True)
class Draft:
    """Groups that keep every rule; cases in none of them are unassigned."""

    groups: tuple[Group, ...]

    def assigned(self) -> set[int]:
        return {case for group in self.groups for case in group.cases}

    def unassigned(self, data: Data) -> list[int]:
        held = self.assigned()
        return [case for case in range(data.n_cases) if case not in held]

    def with_groups(self, gone: Iterable[int], new: Iterable[Group]) -> Draft:
        """The draft with the groups at positions `gone` replaced by `new` (those without cases
        dropped).
        """
        dropped = set(gone)
        kept = tuple(group for position, group in enumerate(self.groups) if position not in dropped)
        return Draft(kept + tuple(group for group in new if group.cases))


Priced = tuple[tuple[Group, int], ...]  # groups, and what each costs alone


class Incumbent(NamedTuple):
    """The best complete plan known: what it costs, its groups, and groups met on the way to it."""

    cost: int
    groups: Priced
    seen: Priced = ()


def group_effort(data: Data, group: Group) -> int:
    return sum(data.effort[case] for case in group.cases)


def _changed(data: Data, case: int, group: Group | None) -> int:
    former = data.former.get(case)
    if former is None:
        return 0
    members = set(group.members) if group else set()
    leader = group.leader if group else NO_LEADER
    start = dict(zip(group.cases, group.starts, strict=True))[case] if group else NO_START
    same_leader = (
        not former.leader_gone and (NO_LEADER if former.leader is None else former.leader) == leader
    )
    same_start = (NO_START if former.start is None else former.start) == start
    return former.gone + len(former.members - members) + (not same_leader) + (not same_start)


@dataclass(frozen=True)
class Parts:
    """What one group adds to each goal that is a sum over groups, and what the others need of
    it.
    """

    sums: dict[str, int]
    effort: int
    span: int
    least_affinity: int


class Evaluator:
    """Goals of drafts; the parts of a group are computed once, as most groups stay from one draft
    to the next.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self._parts: dict[Group, Parts] = {}
        # The other side of each case's sums when nobody reviews it.
        self._alone_changes = [_changed(data, case, None) for case in range(data.n_cases)]

    def parts(self, group: Group) -> Parts:
        found = self._parts.get(group)
        if found is None:
            if len(self._parts) > 50_000:
                self._parts.clear()
            found = self._parts[group] = self._compute(group)
        return found

    def _compute(self, group: Group) -> Parts:
        data, members = self.data, group.members
        visits = group.visits()
        affinities = [
            sum(data.affinity[case].get(member, 0) for member in members) for case in group.cases
        ]
        sums = {
            "specialist": sum(self._match(case, members) for case in group.cases),
            "route": sum(data.travel(before[1], after[1]) for before, after in pairwise(visits)),
            "commute": sum(data.commute(member, case) for _, case in visits for member in members),
            "leadership": data.lead_cost[group.leader] if group.leader != NO_LEADER else 0,
            "extra": max(0, len(members) - data.min_size),
            "discouraged": sum(
                data.discouraged[case].get(member, 0)
                for case in group.cases
                if data.discouraged[case]
                for member in members
            ),
            "changes": (
                sum(_changed(data, case, group) for case in group.cases) if data.former else 0
            ),
            "affinity": -sum(affinities),
        }
        span = max((start + data.half_days[case] for start, case in visits), default=0)
        return Parts(sums, group_effort(data, group), span, min(affinities, default=0))

    def _match(self, case: int, members: tuple[int, ...]) -> int:
        levels = self.data.match[case]
        return min((levels.get(member, LEVELS) for member in members), default=LEVELS)

    def alone(self, group: Group) -> int:
        """What a group of people who serve in no other costs, but for span, peak and fairness."""
        parts, data = self.parts(group), self.data
        work = sum(data.load_cost(member, parts.effort) for member in group.members)
        return (
            sum(data.problem.weight(goal) * value for goal, value in parts.sums.items())
            + data.problem.weight("workload") * work
        )

    def scorecard(self, draft: Draft) -> dict[str, int]:
        """Every goal's value, as `goals.scorecard` counts it."""
        data = self.data
        values = dict.fromkeys(GOALS, 0)
        load: dict[int, int] = {}
        least: int | None = None
        for group in draft.groups:
            parts = self.parts(group)
            for goal, value in parts.sums.items():
                values[goal] += value
            for member in group.members:
                load[member] = load.get(member, 0) + parts.effort
            values["span"] = max(values["span"], parts.span)
            least = parts.least_affinity if least is None else min(least, parts.least_affinity)
        for case in draft.unassigned(data):
            values["specialist"] += LEVELS
            values["changes"] += self._alone_changes[case]
            least = 0 if least is None else min(least, 0)
        values["fairness"] = -(least or 0)
        values["workload"] = sum(
            data.load_cost(reviewer, effort) for reviewer, effort in load.items()
        )
        values["peak"] = max(
            (data.carried[reviewer] + effort for reviewer, effort in load.items()), default=0
        )
        return values


def to_plan(data: Data, draft: Draft, status: Status) -> Plan:
    """The draft by ids, in a stable order: groups by first visit then first case, members leader
    first.
    """
    problem = data.problem
    groups = sorted(
        draft.groups, key=lambda group: (min(group.visits(), default=(0, 0))[0], group.cases)
    )
    return Plan(
        problem_digest=problem.digest,
        status=status,
        groups=tuple(_plan_group(data, group) for group in groups),
        unassigned=tuple(problem.cases[case].id for case in draft.unassigned(data)),
    )


def _plan_group(data: Data, group: Group) -> PlanGroup:
    people = data.problem.reviewers
    leader = group.leader
    others = (member for member in group.members if member != leader)
    first = () if leader == NO_LEADER else (leader,)
    return PlanGroup(
        leader=None if leader == NO_LEADER else people[leader].id,
        members=tuple([people[member].id for member in (*first, *others)]),
        visits=tuple(
            [
                Visit(
                    data.problem.cases[case].id,
                    None if start == NO_START else start,
                    data.half_days[case],
                )
                for start, case in sorted(zip(group.starts, group.cases, strict=True))
            ]
        ),
    )


def from_plan(data: Data, plan: Plan) -> Draft:
    """The draft form of a plan whose ids all exist."""
    groups = []
    for group in plan.groups:
        visits = sorted(
            (data.c_index[visit.case], NO_START if visit.start is None else visit.start)
            for visit in group.visits
        )
        members = tuple(sorted(data.r_index[name] for name in group.members))
        leader = NO_LEADER if group.leader is None else data.r_index[group.leader]
        groups.append(
            Group(
                tuple(case for case, _ in visits),
                tuple(start for _, start in visits),
                members,
                leader,
            )
        )
    return Draft(tuple(groups))

"""优化目标: the goals of the contract as declared data.

Whole numbers, smaller is better; objective = sum of weight x value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit


@dataclass(frozen=True)
class Goal:
    """One thing a good plan has little of.

    `value` takes plans whose ids all exist; the plan need not keep the rules.
    """

    id: str
    title: str
    unit: str
    meaning: str
    value: Callable[[Problem, Plan], int]


def scorecard(problem: Problem, plan: Plan) -> dict[str, int]:
    """Every goal's value, in the contract's order."""
    return {goal.id: goal.value(problem, plan) for goal in GOALS}


def objective(problem: Problem, values: Mapping[str, int]) -> int:
    """The weighted sum of a scorecard."""
    return sum(weight * values[goal] for goal, weight in problem.weights.items())


def efforts(problem: Problem, plan: Plan) -> dict[str, int]:
    """Half-days of work of every reviewer who serves: the sum over the groups of what their cases
    cost each member.
    """
    cases = look_up(problem).case
    load: dict[str, int] = defaultdict(int)
    for group in plan.groups:
        effort = sum(cases[case].effort for case in group.cases)
        for member in group.members:
            load[member] += effort
    return load


def in_order(group: Group) -> list[Visit]:
    """The group's site visits as it makes them; document reviews are no visits."""
    return sorted(
        (visit for visit in group.visits if visit.start is not None),
        key=lambda visit: (visit.start, visit.case),
    )


def _teams(plan: Plan) -> dict[str, Group]:
    return {visit.case: group for group in plan.groups for visit in group.visits}


def _specialist(problem: Problem, plan: Plan) -> int:
    match, teams = look_up(problem).match, _teams(plan)
    return sum(
        min((match(member, case.id) for member in teams[case.id].members), default=3)
        if case.id in teams
        else 3
        for case in problem.cases
    )


def _workload(problem: Problem, plan: Plan) -> int:
    carried = look_up(problem).reviewer
    return sum(
        effort * (2 * carried[reviewer].carried_effort + effort)
        for reviewer, effort in efforts(problem, plan).items()
    )


def _peak(problem: Problem, plan: Plan) -> int:
    carried = look_up(problem).reviewer
    return max(
        (
            carried[reviewer].carried_effort + effort
            for reviewer, effort in efforts(problem, plan).items()
        ),
        default=0,
    )


def _route(problem: Problem, plan: Plan) -> int:
    cases = look_up(problem).case
    return sum(
        problem.minutes(cases[before.case].place, cases[after.case].place)
        for group in plan.groups
        for before, after in pairwise(in_order(group))
    )


def _commute(problem: Problem, plan: Plan) -> int:
    known = look_up(problem)
    return sum(
        problem.minutes(known.reviewer[member].place, known.case[visit.case].place)
        for group in plan.groups
        for visit in group.visits
        if visit.start is not None
        for member in group.members
    )


def _span(problem: Problem, plan: Plan) -> int:
    slots = look_up(problem).slots
    return max(
        (slots(visit).stop for group in plan.groups for visit in group.visits if slots(visit)),
        default=0,
    )


def _leadership(problem: Problem, plan: Plan) -> int:
    known = look_up(problem).reviewer
    return sum(
        5 - known[group.leader].seniority for group in plan.groups if group.leader is not None
    )


def _extra(problem: Problem, plan: Plan) -> int:
    smallest = problem.policy.group_size[0]
    return sum(max(0, len(group.members) - smallest) for group in plan.groups)


def _discouraged(problem: Problem, plan: Plan) -> int:
    cost = look_up(problem).discouraged
    if not cost:
        return 0
    return sum(
        cost.get((member, case), 0)
        for group in plan.groups
        for case in group.cases
        for member in group.members
    )


def _changes(problem: Problem, plan: Plan) -> int:
    former = look_up(problem).former
    if former is None:
        return 0
    before, after = _teams(former), _teams(plan)
    nobody = Group(None, (), ())
    return sum(
        _changed(case.id, before[case.id], after.get(case.id, nobody))
        for case in problem.cases
        if case.id in before
    )


def _changed(case: str, before: Group, after: Group) -> int:
    gone = len(set(before.members) - set(after.members))
    return gone + (before.leader != after.leader) + (_start(before, case) != _start(after, case))


def _start(group: Group, case: str) -> int | None:
    return next((visit.start for visit in group.visits if visit.case == case), None)


def _sums(problem: Problem, plan: Plan) -> list[int]:
    scores, teams = look_up(problem).affinity, _teams(plan)
    return [
        sum(scores[case.id].get(member, 0) for member in teams[case.id].members)
        if case.id in teams
        else 0
        for case in problem.cases
    ]


def _affinity(problem: Problem, plan: Plan) -> int:
    return -sum(_sums(problem, plan))


def _fairness(problem: Problem, plan: Plan) -> int:
    return -min(_sums(problem, plan), default=0)


GOALS: tuple[Goal, ...] = (
    Goal(
        "specialist",
        "专业对口",
        "分",
        "每家组织：组内有中类对口 0 分、大类 1 分、门类 2 分，都没有 3 分",
        _specialist,
    ),
    Goal(
        "workload",
        "工作量均衡",
        "半天²",
        "全体评审员（往年＋今年）工作量的平方减去往年工作量的平方，合计",
        _workload,
    ),
    Goal("peak", "最重负担", "半天", "今年参评的人中，往年与今年工作量之和最大的一位", _peak),
    Goal("route", "组内路程", "分钟", "每组按先后顺序在各现场之间的路程，合计", _route),
    Goal("commute", "往返路程", "分钟", "每次现场评审每位组员从所在地到现场的路程，合计", _commute),
    Goal("span", "总工期", "半天", "最后一次现场评审结束时已用的时段数", _span),
    Goal("leadership", "组长资历", "级", "每组 5 减去组长资历，合计", _leadership),
    Goal("extra", "超编人数", "人", "每组超过最少人数的人数，合计", _extra),
    Goal("discouraged", "宜回避与轮换", "分", "已发生的软性回避、轮换代价，合计", _discouraged),
    Goal(
        "changes",
        "变动",
        "处",
        "与上一方案相比，每家组织离组的人数，换组长、改时间各计 1，合计",
        _changes,
    ),
    Goal("affinity", "熟悉程度", "分", "负的：每家组织与其组员的专长得分，合计", _affinity),
    Goal("fairness", "最低得分", "分", "负的：得分最低的一家组织的专长得分", _fairness),
)

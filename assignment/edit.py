"""人工调整: one change of a plan by hand, as data.

The result is what was asked for; the checker says what it breaks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assignment import goals
from assignment.errors import Declined
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit


@dataclass(frozen=True)
class Replace:
    """换人: `newcomer` takes the seat of `member`, and the lead if that was hers.

    `group` is a position in the plan.
    """

    group: int
    member: str
    newcomer: str


@dataclass(frozen=True)
class Join:
    """加人."""

    group: int
    newcomer: str


@dataclass(frozen=True)
class Leave:
    """减人; a group whose leader leaves has none until somebody is named."""

    group: int
    member: str


@dataclass(frozen=True)
class Lead:
    """换组长."""

    group: int
    member: str


@dataclass(frozen=True)
class MoveVisit:
    """改现场时间: the visit of `case` starts at slot `start`."""

    case: str
    start: int


@dataclass(frozen=True)
class MoveCase:
    """改由另一组评审: the visit keeps its time."""

    case: str
    group: int


Edit = Replace | Join | Leave | Lead | MoveVisit | MoveCase


def apply_edit(problem: Problem, plan: Plan, edit: Edit) -> Plan:
    """The plan after one edit, its values recomputed; the proven bound stays, for it holds for
    every plan of this problem.
    """
    groups = list(plan.groups)
    unassigned = plan.unassigned
    if isinstance(edit, MoveVisit):
        _known_case(problem, edit.case)
        position = _group_of(plan, edit.case)
        groups[position] = replace(
            groups[position],
            visits=_started(groups[position].visits, edit.case, _slot(problem, edit.start)),
        )
    elif isinstance(edit, MoveCase):
        _known_case(problem, edit.case)
        unassigned = tuple(case for case in unassigned if case != edit.case)
        groups = _moved(problem, plan, edit)
    else:
        group = _at(plan, edit.group)
        groups[edit.group] = _seated(problem, group, edit)
    return revalue(problem, plan.with_(groups=tuple(groups), unassigned=unassigned))


def revalue(problem: Problem, plan: Plan) -> Plan:
    """The same groups with their true values for `problem`; claims that no longer follow (levels,
    standbys, optimality) are dropped.
    """
    values = goals.scorecard(problem, plan)
    total = goals.objective(problem, values)
    bound = plan.bound if plan.bound is not None and plan.bound <= total else None
    status = "partial" if plan.unassigned else "feasible"
    return plan.with_(
        problem_digest=problem.digest,
        status=status,
        scorecard=values,
        objective=total,
        bound=bound,
        levels=None,
        standbys=None,
        explanation=None,
    )


def _seated(problem: Problem, group: Group, edit: Replace | Join | Leave | Lead) -> Group:
    if isinstance(edit, Lead):
        _member(group, edit.member)
        return replace(group, leader=edit.member)
    if isinstance(edit, Leave):
        _member(group, edit.member)
        members = tuple(one for one in group.members if one != edit.member)
        if not members:
            raise Declined("empty-group", "这是本组最后一名成员，不能再减。", "办法第十条")
        return replace(
            group, members=members, leader=None if group.leader == edit.member else group.leader
        )
    if edit.newcomer not in problem.reviewer_index:
        raise Declined(
            "not-assignable", "此人不在本方案可安排的评审员之中。", reviewer=edit.newcomer
        )
    if edit.newcomer in group.members:
        raise Declined("already-member", "此人已经在这一组。", reviewer=edit.newcomer)
    if isinstance(edit, Join):
        return replace(group, members=(*group.members, edit.newcomer))
    _member(group, edit.member)
    members = tuple(edit.newcomer if one == edit.member else one for one in group.members)
    return replace(
        group,
        members=members,
        leader=edit.newcomer if group.leader == edit.member else group.leader,
    )


def _moved(problem: Problem, plan: Plan, edit: MoveCase) -> list[Group]:
    target = _at(plan, edit.group)
    here = next(
        (visit for group in plan.groups for visit in group.visits if visit.case == edit.case), None
    )
    if any(visit.case == edit.case for visit in target.visits):
        raise Declined("already-there", "这家申报组织已经由该组评审。", case=edit.case)
    if here is None:
        length = problem.cases[problem.case_index[edit.case]].half_days
        # Not planned so far: at the first slot, for a person to move.
        here = Visit(edit.case, 0 if length else None, length)
    groups = [
        replace(group, visits=tuple(visit for visit in group.visits if visit.case != edit.case))
        for group in plan.groups
    ]
    groups[edit.group] = replace(groups[edit.group], visits=(*groups[edit.group].visits, here))
    # A group left without a case is no group.
    return [group for group in groups if group.visits]


def _started(visits: tuple[Visit, ...], case: str, start: int) -> tuple[Visit, ...]:
    if any(visit.case == case and visit.start is None for visit in visits):
        raise Declined("no-visit", "这家申报组织只作资料评审，没有现场评审时间。", case=case)
    return tuple(replace(visit, start=start) if visit.case == case else visit for visit in visits)


def _slot(problem: Problem, start: int) -> int:
    if not 0 <= start < len(problem.slots):
        raise Declined("no-slot", "所选时间不在现场评审期间。", start=start)
    return start


def _at(plan: Plan, position: int) -> Group:
    if not 0 <= position < len(plan.groups):
        raise Declined("no-group", "没有这一组。", group=position)
    return plan.groups[position]


def _group_of(plan: Plan, case: str) -> int:
    for position, group in enumerate(plan.groups):
        if case in group.cases:
            return position
    raise Declined("not-planned", "这家申报组织还没有安排，请先指定评审组。", case=case)


def _known_case(problem: Problem, case: str) -> None:
    if case not in problem.case_index:
        raise Declined("not-found", "这家申报组织不在本方案之中。", case=case)


def _member(group: Group, member: str) -> None:
    if member not in group.members:
        raise Declined("not-member", "此人不在这一组。", reviewer=member)

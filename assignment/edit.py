"""人工调整: one change of a plan by hand, as data.

The result is what was asked for; the checker says what it breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

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


@dataclass(frozen=True)
class Exchange:
    """两人对调: each takes the other's seat, and the lead that goes with it."""

    group: int
    member: str
    other_group: int
    other: str


@dataclass(frozen=True)
class MoveMember:
    """调到另一组; a group whose leader leaves has none until somebody is named."""

    group: int
    member: str
    target: int


@dataclass(frozen=True)
class Place:
    """安排到一组的一个时间: for a case that has no group yet, or to change both at once.

    `start` is a slot position, None for a document review.
    """

    case: str
    group: int
    start: int | None


@dataclass(frozen=True)
class SetAside:
    """暂不安排: the case leaves its group and waits for a place."""

    case: str


@dataclass(frozen=True)
class Relay:
    """调来并补上: `other` leaves her seat for that of `member`, `newcomer` takes the one she left;
    the lead stays with each seat.
    """

    group: int
    member: str
    other_group: int
    other: str
    newcomer: str


Edit = (
    Replace
    | Join
    | Leave
    | Lead
    | MoveVisit
    | MoveCase
    | Exchange
    | MoveMember
    | Place
    | SetAside
    | Relay
)

KINDS: dict[str, type[Edit]] = {
    "replace": Replace,
    "join": Join,
    "leave": Leave,
    "lead": Lead,
    "exchange": Exchange,
    "move-member": MoveMember,
    "move-visit": MoveVisit,
    "move-case": MoveCase,
    "place": Place,
    "set-aside": SetAside,
    "relay": Relay,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


def to_json(edit: Edit) -> dict[str, Any]:
    """The edit as data: its kind and its fields."""
    return {"kind": _NAMES[type(edit)], **asdict(edit)}


def apply_edit(problem: Problem, plan: Plan, edit: Edit) -> Plan:
    """The plan after one edit, its values recomputed; the proven bound stays, for it holds for
    every plan of this problem.
    """
    change: _Change = _CHANGES[type(edit)]
    return regrouped(problem, plan, change(problem, plan, edit))


def regrouped(problem: Problem, plan: Plan, groups: Iterable[Group]) -> Plan:
    """The plan with other groups, its values recomputed; what no group has is unassigned, and a
    group without a case is no group.
    """
    kept = tuple(group for group in groups if group.visits)
    placed = {case for group in kept for case in group.cases}
    missing = tuple(case.id for case in problem.cases if case.id not in placed)
    return revalue(problem, plan.with_(groups=kept, unassigned=missing))


def arrange(problem: Problem, plan: Plan, groups: Iterable[Group]) -> Plan:
    """整张重排: the plan with all its groups as written, the lengths of visits as `problem` has
    them. Declines ids and slots nobody knows, and who or what stands twice.
    """
    whole = [replace(group, visits=_lengths(problem, group.visits)) for group in groups]
    cases = [case for group in whole for case in group.cases]
    if not cases:
        raise Declined("plan-empty", "没有一个评审组，不能这样修改。")
    if len(set(cases)) < len(cases):
        raise Declined("twice", "有申报组织写了两次。")
    for group in whole:
        if not group.members or len(set(group.members)) < len(group.members):
            raise Declined("members", "有评审组没有成员，或者同一人写了两次。")
        for member in group.members:
            if member not in problem.reviewer_index:
                raise Declined(
                    "not-assignable", "有人不在本方案可安排的评审员之中。", reviewer=member
                )
        if group.leader is not None:
            _member(group, group.leader)
    return regrouped(problem, plan, whole)


def _lengths(problem: Problem, visits: Iterable[Visit]) -> tuple[Visit, ...]:
    found = []
    for visit in visits:
        _known_case(problem, visit.case)
        length = problem.cases[problem.case_index[visit.case]].half_days
        if length and visit.start is None:
            raise Declined("no-slot", "请指定现场评审的时间。", case=visit.case)
        start = None if visit.start is None or not length else _slot(problem, visit.start)
        found.append(Visit(visit.case, start, length))
    return tuple(found)


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


# ------------------------------------------------------------------------------------------------
# One function per kind of edit: the groups after it.


def _replaced(problem: Problem, plan: Plan, edit: Replace) -> list[Group]:
    group = _at(plan, edit.group)
    _free_to_join(problem, group, edit.newcomer)
    _member(group, edit.member)
    return _with(plan, {edit.group: _seat_taken(group, edit.member, edit.newcomer)})


def _joined(problem: Problem, plan: Plan, edit: Join) -> list[Group]:
    group = _at(plan, edit.group)
    _free_to_join(problem, group, edit.newcomer)
    return _with(plan, {edit.group: replace(group, members=(*group.members, edit.newcomer))})


def _left(problem: Problem, plan: Plan, edit: Leave) -> list[Group]:
    return _with(plan, {edit.group: _without(_at(plan, edit.group), edit.member)})


def _led(problem: Problem, plan: Plan, edit: Lead) -> list[Group]:
    group = _at(plan, edit.group)
    _member(group, edit.member)
    return _with(plan, {edit.group: replace(group, leader=edit.member)})


def _exchanged(problem: Problem, plan: Plan, edit: Exchange) -> list[Group]:
    one, other = _at(plan, edit.group), _at(plan, edit.other_group)
    _member(one, edit.member)
    _member(other, edit.other)
    if edit.group == edit.other_group:
        raise Declined("same-group", "这两人在同一组，不用对调。")
    _free_to_join(problem, one, edit.other)
    _free_to_join(problem, other, edit.member)
    return _with(
        plan,
        {
            edit.group: _seat_taken(one, edit.member, edit.other),
            edit.other_group: _seat_taken(other, edit.other, edit.member),
        },
    )


def _moved_member(problem: Problem, plan: Plan, edit: MoveMember) -> list[Group]:
    here, target = _at(plan, edit.group), _at(plan, edit.target)
    _free_to_join(problem, target, edit.member)
    return _with(
        plan,
        {
            edit.group: _without(here, edit.member),
            edit.target: replace(target, members=(*target.members, edit.member)),
        },
    )


def _moved_visit(problem: Problem, plan: Plan, edit: MoveVisit) -> list[Group]:
    _known_case(problem, edit.case)
    position = _group_of(plan, edit.case)
    group = plan.groups[position]
    visits = _started(group.visits, edit.case, _slot(problem, edit.start))
    return _with(plan, {position: replace(group, visits=visits)})


def _moved_case(problem: Problem, plan: Plan, edit: MoveCase) -> list[Group]:
    _known_case(problem, edit.case)
    here = next(
        (visit for group in plan.groups for visit in group.visits if visit.case == edit.case), None
    )
    if any(visit.case == edit.case for visit in _at(plan, edit.group).visits):
        raise Declined("already-there", "这家申报组织已经由该组评审。", case=edit.case)
    if here is None:
        length = problem.cases[problem.case_index[edit.case]].half_days
        # Not planned so far: at the first slot, for a person to move.
        here = Visit(edit.case, 0 if length else None, length)
    return _put(plan, edit.group, here)


def _placed(problem: Problem, plan: Plan, edit: Place) -> list[Group]:
    _known_case(problem, edit.case)
    _at(plan, edit.group)
    length = problem.cases[problem.case_index[edit.case]].half_days
    if length and edit.start is None:
        raise Declined("no-slot", "请指定现场评审的时间。", case=edit.case)
    start = None if edit.start is None or not length else _slot(problem, edit.start)
    return _put(plan, edit.group, Visit(edit.case, start, length))


def _relayed(problem: Problem, plan: Plan, edit: Relay) -> list[Group]:
    left = _replaced(problem, plan, Replace(edit.other_group, edit.other, edit.newcomer))
    freed = plan.with_(groups=tuple(left))
    return _replaced(problem, freed, Replace(edit.group, edit.member, edit.other))


def _set_aside(problem: Problem, plan: Plan, edit: SetAside) -> list[Group]:
    position = _group_of(plan, edit.case)
    group = plan.groups[position]
    visits = tuple(visit for visit in group.visits if visit.case != edit.case)
    return _with(plan, {position: replace(group, visits=visits)})


_Change = Callable[[Problem, Plan, Any], list[Group]]
_CHANGES: dict[type, _Change] = {
    Replace: _replaced,
    Join: _joined,
    Leave: _left,
    Lead: _led,
    Exchange: _exchanged,
    MoveMember: _moved_member,
    MoveVisit: _moved_visit,
    MoveCase: _moved_case,
    Place: _placed,
    SetAside: _set_aside,
    Relay: _relayed,
}


def _with(plan: Plan, changed: Mapping[int, Group]) -> list[Group]:
    return [changed.get(position, group) for position, group in enumerate(plan.groups)]


def _put(plan: Plan, target: int, visit: Visit) -> list[Group]:
    """The case in the target group and nowhere else."""
    groups = [
        replace(group, visits=tuple(one for one in group.visits if one.case != visit.case))
        for group in plan.groups
    ]
    groups[target] = replace(groups[target], visits=(*groups[target].visits, visit))
    return groups


def _without(group: Group, member: str) -> Group:
    _member(group, member)
    members = tuple(one for one in group.members if one != member)
    if not members:
        raise Declined("empty-group", "这是本组最后一名成员，不能再减。", "办法第十条")
    return replace(group, members=members, leader=None if group.leader == member else group.leader)


def _seat_taken(group: Group, member: str, newcomer: str) -> Group:
    members = tuple(newcomer if one == member else one for one in group.members)
    return replace(
        group, members=members, leader=newcomer if group.leader == member else group.leader
    )


def _free_to_join(problem: Problem, group: Group, newcomer: str) -> None:
    if newcomer not in problem.reviewer_index:
        raise Declined("not-assignable", "此人不在本方案可安排的评审员之中。", reviewer=newcomer)
    if newcomer in group.members:
        raise Declined("already-member", "此人已经在这一组。", reviewer=newcomer)


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

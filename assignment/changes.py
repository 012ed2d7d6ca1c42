"""改动: what differs between two plans of one year, in words, seat by seat and visit by visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit
from assignment.violation import Name


def differences(problem: Problem, before: Plan, after: Plan, name: Name = str) -> tuple[str, ...]:
    """Sentences over the cases of `problem`; slots are those of `problem` in both plans.

    Equal plans give none.
    """
    old, new = _teams(before), _teams(after)
    heirs = counterparts(before, after)
    found: list[str] = []
    for position, group in enumerate(before.groups):
        heir = heirs.get(position)
        if heir is not None:
            found += _seats(group, after.groups[heir], position, name)
        moved = [case for case in group.cases if case in new and new[case] != heir]
        for target in dict.fromkeys(new[case] for case in moved):
            found.append(
                _moved(
                    [case for case in moved if new[case] == target],
                    after.groups[target],
                    target,
                    heirs,
                    name,
                )
            )
    for case in problem.cases:
        found += _visit(problem, case.id, _at(before, old, case.id), _at(after, new, case.id), name)
    return tuple(found)


def counterparts(before: Plan, after: Plan) -> dict[int, int]:
    """Position of a group before -> position of the one it goes on as: the one most alike by cases,
    then by members. Each goes on as one at most; a group without a like is not in it.
    """
    pairs = [
        (i, j, len({*old.cases} & {*new.cases}), len({*old.members} & {*new.members}))
        for i, old in enumerate(before.groups)
        for j, new in enumerate(after.groups)
    ]
    alike = sorted((-cases, -members, i, j) for i, j, cases, members in pairs if cases or members)
    chosen: dict[int, int] = {}
    for *_, i, j in alike:
        if i not in chosen and j not in chosen.values():
            chosen[i] = j
    return chosen


def _moved(
    cases: Sequence[str], group: Group, target: int, heirs: dict[int, int], name: Name
) -> str:
    known = next((position for position, heir in heirs.items() if heir == target), None)
    team = "、".join(name(one) for one in group.members)
    whom = "另组一组" if known is None else f"改由第{known + 1}组"
    return f"{'、'.join(name(case) for case in cases)}：{whom}评审（{team}）"


def _teams(plan: Plan) -> dict[str, int]:
    return {case: position for position, group in enumerate(plan.groups) for case in group.cases}


def _at(plan: Plan, teams: dict[str, int], case: str) -> Visit | None:
    return (
        next((visit for visit in plan.groups[teams[case]].visits if visit.case == case), None)
        if case in teams
        else None
    )


def _seats(before: Group, after: Group, position: int, name: Name) -> Iterator[str]:
    """One sentence for who comes and who goes, one for a new leader."""
    where = f"第{position + 1}组"
    gone = [one for one in before.members if one not in after.members]
    come = [one for one in after.members if one not in before.members]
    if gone and come:
        yield f"{where}：{'、'.join(map(name, come))}接替{'、'.join(map(name, gone))}"
    elif gone:
        yield f"{where}：{'、'.join(map(name, gone))}退出，不补人"
    elif come:
        yield f"{where}：增加{'、'.join(map(name, come))}"
    if after.leader != before.leader and after.leader is not None:
        yield f"{where}：{name(after.leader)}任组长" + (
            f"，原为{name(before.leader)}" if before.leader is not None else ""
        )


def _visit(
    problem: Problem, case: str, before: Visit | None, after: Visit | None, name: Name
) -> Iterator[str]:
    if before is None and after is None:
        return
    if after is None:
        yield f"{name(case)}：暂不安排"
    elif before is None:
        yield f"{name(case)}：新排入，{_when(problem, after)}"
    elif before.start is None and after.start is not None:
        yield f"{name(case)}：原定时间已不能用，改为{_when(problem, after)}"
    elif before.start != after.start:
        yield f"{name(case)}：{_when(problem, before)}改为{_when(problem, after)}"


def _when(problem: Problem, visit: Visit) -> str:
    if visit.start is None:
        return "只评资料"
    return (
        look_up(problem).slot_name(visit.start) if visit.start < len(problem.slots) else "期限以外"
    )

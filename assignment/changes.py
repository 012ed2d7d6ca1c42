"""改动: what differs between two plans of one year, in words, seat by seat and visit by visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit
from assignment.violation import Name


@dataclass(frozen=True)
class CaseChange:
    """One case that another group reviews, or at another time. Groups are positions among those of
    the plan after; None: not planned.
    """

    case: str
    group_before: int | None
    group_after: int | None
    before: Visit | None
    after: Visit | None

    @property
    def moved(self) -> bool:
        """Whether another group than before has it now."""
        both = self.before is not None and self.after is not None
        return both and self.group_before != self.group_after


def _start(visit: Visit) -> object:
    return visit.start


def case_changes(
    before: Plan,
    after: Plan,
    when_before: Callable[[Visit], object] = _start,
    when_after: Callable[[Visit], object] = _start,
) -> tuple[CaseChange, ...]:
    """The cases that differ, in the order of their ids; `when_…` gives the time of a visit, where
    the slots of the two plans are not the same.
    """
    old = _placed(before, renumbered(before, after))
    new = _placed(after, {number: number for number in range(len(after.groups))})
    found = []
    for case in sorted(old.keys() | new.keys()):
        (group, visit), (heir, later) = old.get(case, (None, None)), new.get(case, (None, None))
        times = visit and when_before(visit), later and when_after(later)
        if (group, times[0]) != (heir, times[1]):
            found.append(CaseChange(case, group, heir, visit, later))
    return tuple(found)


def _placed(plan: Plan, numbers: Mapping[int, int]) -> dict[str, tuple[int | None, Visit | None]]:
    return {
        visit.case: (numbers[position], visit)
        for position, group in enumerate(plan.groups)
        for visit in group.visits
    }


def differences(problem: Problem, before: Plan, after: Plan, name: Name = str) -> tuple[str, ...]:
    """Sentences over the cases of `problem`; slots are those of `problem` in both plans.

    Equal plans give none.
    """
    changed = {one.case: one for one in case_changes(before, after)}
    heirs = counterparts(before, after)
    found: list[str] = []
    for position, group in enumerate(before.groups):
        heir = heirs.get(position)
        if heir is not None:
            found += _seats(group, after.groups[heir], position, name)
        moved = [changed[case] for case in group.cases if case in changed and changed[case].moved]
        for target in dict.fromkeys(one.group_after for one in moved):
            if target is not None:
                cases = [one.case for one in moved if one.group_after == target]
                found.append(_moved(cases, after.groups[target], target, heirs, name))
    for case in problem.cases:
        if case.id in changed:
            found += _visit(problem, changed[case.id], name)
    return tuple(found)


def renumbered(before: Plan, after: Plan) -> dict[int, int]:
    """For each group before the position of the one it goes on as; without one, a position past the
    last.
    """
    chosen = counterparts(before, after)
    spare = iter(range(len(after.groups), len(after.groups) + len(before.groups)))
    return {i: chosen[i] if i in chosen else next(spare) for i in range(len(before.groups))}


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


def _visit(problem: Problem, change: CaseChange, name: Name) -> Iterator[str]:
    case, before, after = name(change.case), change.before, change.after
    if after is None:
        yield f"{case}：暂不安排"
    elif before is None:
        yield f"{case}：新排入，{_when(problem, after)}"
    elif before.start is None and after.start is not None:
        yield f"{case}：原定时间已不能用，改为{_when(problem, after)}"
    elif before.start != after.start:
        yield f"{case}：{_when(problem, before)}改为{_when(problem, after)}"


def _when(problem: Problem, visit: Visit) -> str:
    if visit.start is None:
        return "只评资料"
    return (
        look_up(problem).slot_name(visit.start) if visit.start < len(problem.slots) else "期限以外"
    )

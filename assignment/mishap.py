"""变故: what happens after a plan is made (a decline, a moved date, a late conflict), as changes of
the problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assignment.problem import Pin, Problem, Reviewer
from assignment.violation import Name


@dataclass(frozen=True)
class Declines:
    """某人不能参加: serves in no group this year."""

    reviewer: str


@dataclass(frozen=True)
class Away:
    """某人某些时段没有空; `slots` are positions."""

    reviewer: str
    slots: tuple[int, ...]


@dataclass(frozen=True)
class Closed:
    """某家某些时段不便接待."""

    case: str
    slots: tuple[int, ...]


@dataclass(frozen=True)
class Conflict:
    """迟报的回避情形."""

    reviewer: str
    case: str
    kind: str = "SELF_DECLARED"


Mishap = Declines | Away | Closed | Conflict


def happen(problem: Problem, mishaps: Iterable[Mishap]) -> Problem:
    """The problem afterwards.

    Ids must be known. Pins that the mishaps make impossible stay out: see `taken_back`.
    """
    mishaps = tuple(mishaps)
    pins = taken_back(problem, mishaps)
    for one in mishaps:
        problem = _after(problem, one)
    return without(problem, pins)


def since(before: Problem, after: Problem) -> tuple[Mishap, ...]:
    """变故 between a problem and the same year's later one, told as a person would type them.

    Slots are positions in `after`. Somebody who is gone has declined; a case that is gone is none.
    """
    place = {slot: position for position, slot in enumerate(after.slots)}

    def later(slots: Iterable[int], known: Iterable[int]) -> tuple[int, ...]:
        old = {place.get(before.slots[one]) for one in known}
        return tuple(one for one in slots if one not in old)

    found: list[Mishap] = []
    for person in before.reviewers:
        if person.id not in after.reviewer_index:
            found.append(Declines(person.id))
            continue
        now = after.reviewers[after.reviewer_index[person.id]]
        if slots := later(now.unavailable, person.unavailable):
            found.append(Away(person.id, slots))
    for case in before.cases:
        if case.id in after.case_index:
            closed = after.cases[after.case_index[case.id]].closed
            if slots := later(closed, case.closed):
                found.append(Closed(case.id, slots))
    known = {tie[:2] for tie in before.barred}
    return (*found, *(Conflict(*tie) for tie in after.barred if tie[:2] not in known))


def taken_back(problem: Problem, mishaps: Sequence[Mishap]) -> tuple[Pin, ...]:
    """What a person had fixed and the mishaps themselves take back; everything else fixed stays."""
    return tuple(pin for pin in problem.pins or () if any(_lost(pin, one) for one in mishaps))


def without(problem: Problem, pins: Sequence[Pin]) -> Problem:
    """The problem without some of its pins."""
    if not pins:
        return problem
    return replace(
        problem, pins=tuple(pin for pin in problem.pins or () if pin not in pins) or None
    )


def pin_words(pin: Pin, name: Name = str) -> str:
    """What was fixed, for people; `name` turns an id into a name."""
    what = {"member": "评审", "leader": "任组长评审", "exclude": "不评审"}
    case = name(pin.case or "")
    return (
        f"{case}的现场时间"
        if pin.kind == "visit"
        else f"{name(pin.reviewer or '')}{what[pin.kind]}{case}"
    )


def _after(problem: Problem, one: Mishap) -> Problem:
    if isinstance(one, Declines):
        return _person(problem, one.reviewer, lambda other: replace(other, max_groups=0))
    if isinstance(one, Away):
        slots = one.slots
        return _person(
            problem,
            one.reviewer,
            lambda other: replace(other, unavailable=tuple(sorted({*other.unavailable, *slots}))),
        )
    if isinstance(one, Closed):
        cases = tuple(
            replace(other, closed=tuple(sorted({*other.closed, *one.slots})))
            if other.id == one.case
            else other
            for other in problem.cases
        )
        return replace(problem, cases=cases)
    return replace(problem, barred=(*problem.barred, (one.reviewer, one.case, one.kind)))


def _person(problem: Problem, uid: str, change: Callable[[Reviewer], Reviewer]) -> Problem:
    people = (change(one) if one.id == uid else one for one in problem.reviewers)
    return replace(problem, reviewers=tuple(people))


def _lost(pin: Pin, mishap: Mishap) -> bool:
    if isinstance(mishap, Declines):
        return pin.kind in ("member", "leader") and pin.reviewer == mishap.reviewer
    if isinstance(mishap, Conflict):
        return pin.kind in ("member", "leader") and (pin.reviewer, pin.case) == (
            mishap.reviewer,
            mishap.case,
        )
    return (
        isinstance(mishap, Closed)
        and pin.kind == "visit"
        and pin.case == mishap.case
        and pin.start in mishap.slots
    )

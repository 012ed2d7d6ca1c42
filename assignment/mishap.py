"""变故: what happens after a plan is made (a decline, a moved date, a late conflict), as changes of
the problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assignment.problem import Pin, Problem


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

    Ids must be known. Pins that the mishap makes impossible stay out: see `lost_pins`.
    """
    for one in mishaps:
        if isinstance(one, Declines):
            people = tuple(
                replace(other, max_groups=0) if other.id == one.reviewer else other
                for other in problem.reviewers
            )
            problem = replace(problem, reviewers=people)
        elif isinstance(one, Away):
            people = tuple(
                replace(other, unavailable=tuple(sorted({*other.unavailable, *one.slots})))
                if other.id == one.reviewer
                else other
                for other in problem.reviewers
            )
            problem = replace(problem, reviewers=people)
        elif isinstance(one, Closed):
            cases = tuple(
                replace(other, closed=tuple(sorted({*other.closed, *one.slots})))
                if other.id == one.case
                else other
                for other in problem.cases
            )
            problem = replace(problem, cases=cases)
        else:
            problem = replace(problem, barred=(*problem.barred, (one.reviewer, one.case, one.kind)))
        gone = lost_pins(problem.pins or (), one)
        if gone:
            problem = replace(
                problem, pins=tuple(pin for pin in problem.pins or () if pin not in gone) or None
            )
    return problem


def lost_pins(pins: Sequence[Pin], mishap: Mishap) -> tuple[Pin, ...]:
    """What a person had fixed and the mishap itself takes back; everything else fixed stays."""

    def lost(pin: Pin) -> bool:
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

    return tuple(pin for pin in pins if lost(pin))

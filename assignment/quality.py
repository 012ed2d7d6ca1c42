"""方案质量: what can be said of a plan, as codes and numbers that a page puts into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assignment.draw.candidates import key
from assignment.goals import efforts, scorecard
from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.standbys import exposed, survives

Proof = Literal["best", "within", "open"]
Against = Literal["better", "same", "worse"]


@dataclass(frozen=True)
class Quality:
    """`proof`: "best" (nothing better exists), "within" (at most `above` thousandths worse than the
    best there may be, rounded up), "open" (nothing is proved); of a plan with every case.

    `unassigned`: cases without a group. `covered` of `seats` have a substitute. `against`: how it
    compares with the plan that the search began from, by the problem's order and weights; None
    where there was none.
    """

    proof: Proof
    above: int | None
    unassigned: int
    covered: int
    seats: int
    against: Against | None = None


def proof_of(objective: int | None, bound: int | None) -> tuple[Proof, int | None]:
    """What a proven bound says of an objective, in thousandths of the objective."""
    if objective is None or bound is None:
        return "open", None
    if objective <= bound:
        return "best", 0
    return "within", -(-1000 * (objective - bound) // max(abs(objective), 1))


def quality(problem: Problem, plan: Plan, start: Plan | None = None) -> Quality:
    """Of a plan of this problem; `start` is another one, the earlier."""
    proof, above = proof_of(plan.objective, plan.bound)
    if plan.status == "optimal":
        proof, above = "best", 0  # of goals in order: the bound speaks of their weighted sum
    covered, seats = survives(plan)
    return Quality(
        "open" if plan.unassigned else proof,
        None if plan.unassigned else above,
        len(plan.unassigned),
        covered,
        seats,
        None if start is None else compared(problem, plan, start),
    )


@dataclass(frozen=True)
class Coverage:
    """How well a plan serves its cases and how it shares the work.

    `levels`: of the cases with a group, how many have a member who matches at group level, at
    division, at section, or nobody (contract, goal `specialist`); `efforts`: the least and the
    most half-days of this year that a reviewer who serves has, None without groups.
    """

    levels: tuple[int, int, int, int]
    efforts: tuple[int, int] | None


def coverage(problem: Problem, plan: Plan) -> Coverage:
    match = look_up(problem).match
    levels = [0, 0, 0, 0]
    for group in plan.groups:
        for case in group.cases:
            levels[min((match(member, case) for member in group.members), default=3)] += 1
    loads = efforts(problem, plan).values()
    return Coverage(
        (levels[0], levels[1], levels[2], levels[3]), (min(loads), max(loads)) if loads else None
    )


def compared(problem: Problem, plan: Plan, start: Plan, seat: int = 0) -> Against:
    """Fewer cases left out first, then the goals of the order, then the weighted rest; `seat` is
    what a seat with a substitute is worth in it.
    """
    now, before = _rank(problem, plan, seat), _rank(problem, start, seat)
    return "better" if now < before else "worse" if now > before else "same"


def _rank(problem: Problem, plan: Plan, seat: int) -> tuple[int, ...]:
    placed = {case for group in plan.groups for case in group.cases}
    *order, rest = key(problem, scorecard(problem, plan))
    if seat:
        rest += seat * len(exposed(problem, plan))
    return (len(problem.cases) - len(placed), *order, rest)

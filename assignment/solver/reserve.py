"""候补缺口: raise the number of seats that survive a decline, after the goals of the problem have
had their say.

A seat is exposed when nobody could take it without breaking a rule. From a plan, one change after
the other (another member, one more member, another start) is tried where seats are exposed, and
kept when it saves more seats than it costs at the price given per seat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assignment.alike import exchanged
from assignment.check import check
from assignment.edit import revalue
from assignment.explain import options
from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Plan, Visit
from assignment.solver.budget import Budget
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.solver.solve import solve
from assignment.standbys import exposed

# Substitutes tried for a seat, the least costly first, and starts tried for a visit.
SUBSTITUTES, STARTS = 4, 12
# Of the time: the goals of the problem; and no end to it.
SOLVING, FOREVER = 0.8, 1e9


def solve_with_reserves(
    price: int,
    problem: Problem,
    limits: Limits,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    start: Plan | None = None,
) -> Plan:
    """Solve, then raise the number of seats that survive a decline; `price` is what one of them is
    worth in the objective. From `start` on, if there is one, as `solve` does.
    """
    # Where work is counted, the solve has the whole of it, and the changes end by themselves.
    counted = limits.deterministic
    share, most = (1.0, FOREVER) if counted else (SOLVING, limits.time_limit)
    budget = Budget(replace(limits, time_limit=most), should_stop)
    asked = replace(limits, time_limit=share * limits.time_limit)
    plan = solve(problem, asked, on_progress, should_stop, start)
    return reinforce(problem, plan, price, budget)


def reinforce(problem: Problem, plan: Plan, price: int, budget: Budget) -> Plan:
    """The plan after the changes that pay at `price` a seat; what was proved of the goals stays a
    bound, no longer a best.
    """
    best, bare = plan, exposed(problem, plan)
    improved = bool(bare) and not plan.unassigned
    while improved and bare and not budget.over():
        improved = False
        for changed in _changes(problem, best, bare):
            if budget.over():
                break
            fresh = revalue(problem, changed)
            if not _pays(problem, best, fresh, price, len(bare)) or not check(problem, fresh).ok:
                continue
            still = exposed(problem, fresh)
            if price * (len(bare) - len(still)) > (fresh.objective or 0) - (best.objective or 0):
                best, bare, improved = fresh.with_(solver=plan.solver), still, True
                break
    return best


def _pays(problem: Problem, before: Plan, after: Plan, price: int, exposed: int) -> bool:
    """No more than every exposed seat is worth, and no goal of the order grows: they come
    before.
    """
    ordered = [(after.scorecard[goal], before.scorecard[goal]) for goal in problem.order or ()]
    return (
        all(new <= old for new, old in ordered)
        and (after.objective or 0) - (before.objective or 0) < price * exposed
    )


def _changes(problem: Problem, plan: Plan, bare: list[tuple[int, str]]) -> Iterator[Plan]:
    """The groups with exposed seats: another member for any seat, one more member, another start
    for a visit.
    """
    known = look_up(problem)
    for place in dict.fromkeys(group for group, _ in bare):
        group = plan.groups[place]
        for member in group.members:
            for option in options(problem, plan, place, member)[:SUBSTITUTES]:
                yield exchanged(plan, place, member, option.reviewer)
        if len(group.members) < problem.policy.group_size[1]:
            served = {one for other in plan.groups for one in other.members}
            spare = sorted(
                (one for one in problem.reviewers if one.id not in served),
                key=lambda one: (one.carried_effort, one.id),
            )
            for one in spare:
                yield exchanged(plan, place, None, one.id)
        for position, visit in enumerate(group.visits):
            for start in (
                known.starts[visit.case][:: max(1, len(known.starts[visit.case]) // STARTS)]
                if visit.start is not None
                else ()
            ):
                visits = (
                    *group.visits[:position],
                    Visit(visit.case, start, visit.half_days),
                    *group.visits[position + 1 :],
                )
                groups = (
                    *plan.groups[:place],
                    replace(group, visits=visits),
                    *plan.groups[place + 1 :],
                )
                yield plan.with_(groups=groups)

"""求解结论: the best plan with its status, bound and levels; without one, why not."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from assignment.check import check_again
from assignment.solution import Level, Plan, SolverInfo, Status
from assignment.solver import bound, infeasible
from assignment.solver.search import Search
from assignment.solver.state import proved


def report(search: Search) -> Plan:
    """The best plan with its status, bound and levels; without one, why not."""
    plan, problem = search.best, search.data.problem
    if plan is None or plan.unassigned:
        why = infeasible.explanation(search)
        if why is not None:
            plan = infeasible.plan(search, why)
        elif plan is not None:
            plan = plan.with_(explanation=infeasible.hint(search, plan))
    if plan is None:
        plan = Plan(problem_digest=problem.digest, status="unknown", groups=())
    plan = plan.with_(solver=_info(search), levels=_levels(search, plan))
    if plan.status not in ("infeasible", "unknown"):
        status: Status = "optimal" if proved(search) and plan.status == "feasible" else plan.status
        plan = plan.with_(status=status, bound=_bound_of(search, plan))
    if plan.status not in ("infeasible", "unknown"):
        assert not (wrong := check_again(problem, plan, search.best)), wrong[:3]
    return plan


def _bound_of(search: Search, plan: Plan) -> int | None:
    """A bound speaks of complete plans."""
    if plan.unassigned or plan.objective is None:
        return None
    if proved(search) and not search.data.problem.order:
        return plan.objective
    # A bound that a checked plan contradicts is none.
    return search.bound if search.bound is not None and search.bound <= plan.objective else None


def _levels(search: Search, plan: Plan) -> tuple[Level, ...] | None:
    order = search.data.problem.order
    if not order or not plan.scorecard:
        return None
    done = proved(search)
    return tuple(
        Level(
            goal,
            plan.scorecard[goal],
            (
                plan.scorecard[goal]
                if done
                else _goal_bound(search, plan, goal, first=goal == order[0])
            ),
        )
        for goal in order
    )


def _goal_bound(search: Search, plan: Plan, goal: str, first: bool) -> int | None:
    if plan.unassigned:
        return None
    known = bound.goal_bound(search.data, goal)
    known = max(known, search.level_bounds.get(goal, known))
    if first and search.price_bound is not None:
        # price = coefficient x value + something between 0 and coefficient - 1 below the first
        # goal.
        known = max(known, search.prices.first_goal(search.price_bound))
    return known if known <= plan.scorecard[goal] else None


def _info(search: Search) -> SolverInfo:
    budget = search.budget
    return SolverInfo(
        version=_version(),
        seed=budget.limits.seed,
        time=budget.told,
        workers=budget.workers,
        deterministic=budget.counting and not budget.stopped,
    )


@cache
def _version() -> str:
    try:
        return f"{version('expert-pool')} (ortools {version('ortools')})"
    except PackageNotFoundError:
        return "0"

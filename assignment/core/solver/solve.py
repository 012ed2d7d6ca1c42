"""求解: from a problem to a checked plan. Read `solve` as the table of contents of the optimiser."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from assignment.core.check import check
from assignment.core.problem import Problem
from assignment.core.solution import Level, Plan, SolverInfo, Status
from assignment.core.solver import bound, infeasible
from assignment.core.solver.chance import chance
from assignment.core.solver.construct import construct
from assignment.core.solver.data import Data
from assignment.core.solver.draft import Evaluator
from assignment.core.solver.exact import Proof, small_enough, solve_whole
from assignment.core.solver.improve import ROUND, improve
from assignment.core.solver.limits import Limits, OnProgress, ShouldStop
from assignment.core.solver.price import Prices
from assignment.core.solver.search import Search
from assignment.core.solver.stop import Clock

# Of the time: improvement before the whole model of a small problem starts beside it.
WARM_UP = 0.1
# Deterministic mode counts tasks and CP-SAT's units instead of seconds: few enough that a slow machine with one worker still finishes.
TASKS_A_SECOND, WHOLE_WORK_A_SECOND = 0.8, 0.1


def solve(problem: Problem, limits: Limits, on_progress: OnProgress | None = None, should_stop: ShouldStop | None = None) -> Plan:
    """The best plan found within the limits, passed by the independent checker, with what is proved about it.

    Never raises for a problem that cannot be solved: the status says so and the explanation why.
    """
    search = begin(problem, limits, on_progress, should_stop)
    search.enter("初始编组")
    construct(search, chance(limits.seed))
    tighten(search)
    search.enter("改进")
    if limits.deterministic:
        improve_by_count(search)
    elif small_enough(search):
        improve_and_prove(search)
    else:
        improve(search, chance(limits.seed))
    search.enter("证明下界")
    tighten(search)
    return report(search)


def begin(problem: Problem, limits: Limits, on_progress: OnProgress | None, should_stop: ShouldStop | None) -> Search:
    clock = Clock(limits, should_stop)
    data = Data(problem)
    search = Search(data, Prices(data), Evaluator(data), limits, clock, on_progress)
    search.enter("预检")
    return search


def improve_by_count(search: Search) -> None:
    """A fixed number of tasks, so that the plan depends on neither load nor workers."""
    limits = search.limits
    improve(search, chance(limits.seed), rounds=max(1, round(TASKS_A_SECOND * limits.time_limit / ROUND)))
    if small_enough(search) and not search.clock.over():
        solve_whole(search, WHOLE_WORK_A_SECOND * limits.time_limit)


def improve_and_prove(search: Search) -> None:
    """A short improvement for the hint, then the whole model beside the further improvement; a proof ends both."""
    limits = search.limits
    improve(search, chance(limits.seed), enough=lambda: search.clock.elapsed > WARM_UP * limits.time_limit)
    proof = Proof(search)
    if limits.workers > 1:
        improve(search, chance(limits.seed + 1), threads=limits.workers - 1, enough=proof.done)
    proof.take()
    if not proved(search):
        improve(search, chance(limits.seed + 2))


def tighten(search: Search) -> None:
    """The best proven bound of the objective from all sources."""
    found = bound.lower_bound(search.data.problem, search.limits)
    if search.price_bound is not None and not search.data.problem.order:
        found = max(found, search.price_bound)
    search.bound = found


def proved(search: Search) -> bool:
    return search.price is not None and search.price_bound is not None and search.price <= search.price_bound


def report(search: Search) -> Plan:
    """The best plan with its status, bound and levels; without one, why not."""
    plan, problem = search.best, search.data.problem
    if plan is None or plan.unassigned:
        why = infeasible.explanation(search)
        if why is not None:
            plan = infeasible.plan(search, why)
    if plan is None:
        plan = Plan(problem_digest=problem.digest, status="unknown", groups=())
    plan = plan.with_(solver=_info(search), levels=_levels(search, plan))
    if plan.groups or plan.status not in ("infeasible", "unknown"):
        status: Status = "optimal" if proved(search) and plan.status == "feasible" else plan.status
        plan = plan.with_(status=status, bound=_bound_of(search, plan))
    verdict = check(problem, plan)
    assert verdict.ok, verdict.violations[:3]
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
        Level(goal, plan.scorecard[goal], plan.scorecard[goal] if done else _goal_bound(search, plan, goal, first=goal == order[0]))
        for goal in order
    )


def _goal_bound(search: Search, plan: Plan, goal: str, first: bool) -> int | None:
    if plan.unassigned:
        return None
    known = bound.goal_bound(search.data, goal)
    if first and search.price_bound is not None:
        # price = coefficient x value + something between 0 and coefficient - 1 below the first goal.
        known = max(known, search.prices.first_goal(search.price_bound))
    return known if known <= plan.scorecard[goal] else None


def _info(search: Search) -> SolverInfo:
    limits = search.limits
    return SolverInfo(
        version=_version(),
        seed=limits.seed,
        time=0.0 if limits.deterministic else round(search.clock.elapsed, 3),
        workers=1 if limits.deterministic else max(1, limits.workers),
        deterministic=limits.deterministic and not search.clock.stopped,
    )


def _version() -> str:
    try:
        return f"{version('expert-pool')} (ortools {version('ortools')})"
    except PackageNotFoundError:
        return "0"

"""整体模型: the whole problem as one CP-SAT model, every rule and goal as `solve` states them, no
start, no decomposition.
"""

from __future__ import annotations

from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver import subsolve
from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator
from assignment.solver.exact import whole_scope
from assignment.solver.limits import Limits
from assignment.solver.price import prices
from assignment.solver.search import Search

# CP-SAT's full portfolio needs eight, on two cores too (its documentation; with two it proves next
# to nothing here).
PORTFOLIO = 8


def monolith(problem: Problem, limits: Limits) -> Plan:
    data = Data(problem)
    search = Search(data, prices(data), Evaluator(data), Budget(limits))
    model = subsolve.build(data, whole_scope(search))
    answer = subsolve.solve(
        model,
        subsolve.Allowance(search.budget.left, workers=PORTFOLIO, seed=limits.seed, cuts=True),
        search.budget,
    )
    unknown = Plan(
        problem_digest=problem.digest,
        status="infeasible" if answer.infeasible else "unknown",
        groups=(),
    )
    if answer.groups is None:
        return unknown
    draft = Draft(tuple(group for group in answer.groups if group is not None))
    if not draft.groups:
        return unknown
    plan = search.plan_of(draft)
    speaks_of_objective = (
        not problem.order
        and not answer.squeezed
        and not plan.unassigned
        and plan.objective is not None
    )
    if not speaks_of_objective or answer.bound is None:
        return plan
    optimal = plan.objective is not None and answer.bound >= plan.objective
    return plan.with_(
        bound=min(answer.bound, plan.objective or 0), status="optimal" if optimal else "feasible"
    )

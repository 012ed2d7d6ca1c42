"""`solve` and `check`: the optimiser's public interface on files (contract), without database or
server.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from assignment import solution
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.standbys import standbys, survives
from scripts import console
from scripts.files import Unreadable, read_plan, read_problem, write_json

FOUND, NOT_FOUND, UNREADABLE = 0, 1, 2


def run_solve(
    problem_file: Path, output: Path | None, limits: Limits, progress: bool | None, standby: int = 0
) -> int:
    """`standby`: what a seat with a substitute is worth in the objective; 0 asks for none."""
    try:
        problem = read_problem(problem_file)
    except Unreadable as reason:
        console.err.print(str(reason), markup=False)
        return UNREADABLE
    live = console.err.is_terminal if progress is None else progress
    outcome = console.solve_with_progress(
        problem, limits, live, partial(_with_reserves, standby) if standby else None
    )
    if isinstance(outcome.answer, Plan):
        outcome = replace(outcome, plan=outcome.answer)
    if outcome.interrupted:
        console.err.print("已按要求停止，保留当前最好的方案。")
    if outcome.failure:
        console.err.print(outcome.failure)
    if outcome.plan is None:
        return NOT_FOUND
    if limits.deterministic and not (outcome.plan.solver and outcome.plan.solver.deterministic):
        console.err.print(
            "规定的计算量在时限内没有做完：这份方案再算一次不一定相同，文件里也这样注明。请放宽时限，或在机器空闲时再算。"
        )
    plan = (
        outcome.plan.with_(standbys=standbys(problem, outcome.plan))
        if outcome.plan.groups
        else outcome.plan
    )
    code = report(problem, plan)
    if output is None:
        print(solution_text(plan))
    else:
        write_json(output, solution.to_json(plan))
        console.err.print(f"已写入 {output}", markup=False)
    return code


def _with_reserves(
    price: int, problem: Problem, limits: Limits, tell: OnProgress, stop: ShouldStop
) -> Plan:
    from assignment.solver.reserve import solve_with_reserves

    return solve_with_reserves(price, problem, limits, tell, stop)


def solution_text(plan: Plan) -> str:
    import json

    return json.dumps(solution.to_json(plan), ensure_ascii=False, indent=1)


def report(problem: Problem, plan: Plan) -> int:
    """The plan in figures, or why there is none; on stderr, so that stdout can carry the plan
    itself.
    """
    if plan.groups:
        visits = sum(len(group.visits) for group in plan.groups)
        console.err.print(console.scorecard_table(problem, plan))
        console.err.print(f"评审组 {len(plan.groups)} 个，申报组织 {visits} 家")
        covered, seats = survives(plan)
        console.err.print(f"任一人退出仍可成立：{covered}/{seats} 个席位有候补")
        if plan.unassigned:
            console.err.print(f"未能安排：{'、'.join(plan.unassigned)}", markup=False)
    if plan.explanation is not None:
        console.err.print("原因：")
        for reason in plan.explanation.conflict:
            console.err.print(f"  · {reason.text}", markup=False)
        if plan.explanation.remedies:
            console.err.print("可以这样解决：")
        for remedy in plan.explanation.remedies:
            console.err.print(f"  · {remedy.text}", markup=False)
    if plan.groups:
        return FOUND
    if not problem.cases:
        console.err.print("没有评审对象，不用编组。")
        return FOUND
    console.err.print(f"没有方案：{console.STATUS[plan.status]}")
    return NOT_FOUND


def run_check(problem_file: Path, plan_file: Path) -> int:
    from assignment.check import check

    try:
        problem, plan = read_problem(problem_file), read_plan(plan_file)
    except Unreadable as reason:
        console.err.print(str(reason), markup=False)
        return UNREADABLE
    verdict = check(problem, plan)
    if not verdict.ok:
        console.out.print(f"复核不通过：{len(verdict.violations)} 处")
        for violation in verdict.violations:
            console.out.print(f"  {violation.rule}  {violation.text}", markup=False)
        return NOT_FOUND
    console.out.print("复核通过：每条硬性规则都符合，各项目标与方案所载一致。")
    console.out.print(
        console.scorecard_table(
            problem, plan.with_(scorecard=verdict.scorecard, objective=verdict.objective)
        )
    )
    if plan.unassigned:
        console.out.print(f"未安排：{'、'.join(plan.unassigned)}", markup=False)
    return FOUND

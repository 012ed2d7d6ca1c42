"""`solve` and `check`: the optimiser's public interface on files (contract), without database or
server.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assignment import solution
from assignment.check import broken_rules
from assignment.edit import revalue
from assignment.problem import Problem
from assignment.quality import compared
from assignment.solution import Plan
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.standbys import standbys, survives
from scripts import console
from scripts.files import Unreadable, check_output, read_plan, read_problem, write_json

FOUND, NOT_FOUND, UNREADABLE = 0, 1, 2


@console.saying_unwritable
def run_solve(
    problem_file: Path,
    output: Path | None,
    limits: Limits,
    progress: bool | None,
    standby: int = 0,
    start_file: Path | None = None,
    scheduler: str = "",
) -> int:
    """`standby`: what a seat with a substitute is worth in the objective; 0 asks for none.
    `start_file`: a plan to begin from; nothing worse is written. `scheduler`: of Dask, whose
    workers help.
    """
    if output is not None:
        check_output(output)
    try:
        problem = read_problem(problem_file)
        start = None if start_file is None else read_start(problem, start_file)
    except Unreadable as reason:
        console.err.print(str(reason), markup=False)
        return UNREADABLE
    live = console.err.is_terminal if progress is None else progress
    outcome = console.solve_with_progress(
        problem, limits, live, partial(_solve, Asked(standby, start, scheduler))
    )
    if outcome.interrupted:
        console.err.print("已按要求停止，保留当前最好的方案。")
    if outcome.failure:
        console.err.print(outcome.failure)
    plan = outcome.answer if isinstance(outcome.answer, Plan) else outcome.plan
    if start is not None:
        plan = _no_worse(problem, plan, outcome.plan, start, standby)
    if plan is None:
        return NOT_FOUND
    _tell_uncounted(plan, limits)
    if plan.groups:
        plan = plan.with_(standbys=standbys(problem, plan))
    code = report(problem, plan)
    if start is not None:
        console.err.print(_AGAINST[compared(problem, plan, start, standby)])
    if output is None:
        print(solution_text(plan))
    else:
        write_json(output, solution.to_json(plan))
        console.err.print(f"已写入 {output}", markup=False)
    return code


_AGAINST = {
    "better": "比起始方案好。",
    "same": "没有找到比起始方案更好的方案。",
    "worse": "没有找到不比起始方案差的方案。",
}


def read_start(problem: Problem, start_file: Path) -> Plan:
    """A plan to begin from. Raises `Unreadable`, also where it breaks a rule of this problem."""
    start = read_plan(start_file)
    if not start.groups:
        raise Unreadable(f"{start_file}：这份方案里没有评审组，不能从它开始。")
    broken = broken_rules(problem, start)
    if broken and broken[0].rule == "PLAN":
        raise Unreadable(
            f"{start_file}：不能从这份方案开始，它与问题文件对不上：{broken[0].text}。"
            "请选用为这个问题做的方案，或不写 --start。"
        )
    if broken:
        raise Unreadable(
            f"{start_file}：不能从这份方案开始，它不符合规则 {broken[0].rule}：{broken[0].text}。"
            "请先用 expert-pool repair 修补，或不写 --start。"
        )
    # Who is left out shows in its groups. What it claims beyond them is another run's word.
    held = {case for group in start.groups for case in group.cases}
    left_out = tuple(one.id for one in problem.cases if one.id not in held)
    return revalue(problem, start.with_(unassigned=left_out, bound=None, solver=None))


def _no_worse(
    problem: Problem, answer: Plan | None, told: Plan | None, start: Plan, standby: int
) -> Plan:
    """The answer, or what was told on the way or begun from if that is better or there is no
    answer: the proof that some case stays out takes nobody's plan away. What the answer proves and
    explains goes with it.
    """
    best = start if told is None or compared(problem, told, start, standby) == "worse" else told
    if answer is None:
        return best
    if compared(problem, answer, best, standby) != "worse":
        return answer
    return best.with_(bound=answer.bound, explanation=answer.explanation, solver=answer.solver)


def _tell_uncounted(plan: Plan, limits: Limits) -> None:
    if limits.deterministic and not (plan.solver and plan.solver.deterministic):
        console.err.print(
            "规定的计算量在时限内没有做完：这份方案再算一次不一定相同，文件里也这样注明。"
            "请放宽时限，或在机器空闲时再算。"
        )


@dataclass(frozen=True)
class Asked:
    """What a solve is asked for besides the problem."""

    standby: int = 0
    start: Plan | None = None
    scheduler: str = ""


def _solve(
    asked: Asked, problem: Problem, limits: Limits, tell: OnProgress, stop: ShouldStop
) -> Plan:
    if asked.standby:
        from assignment.solver.reserve import solve_with_reserves

        return solve_with_reserves(asked.standby, problem, limits, tell, stop, asked.start)
    from assignment.solver.solve import solve

    if not asked.scheduler:
        return solve(problem, limits, tell, stop, asked.start)
    from assignment.solver.workers import DaskWorkers

    with closing(DaskWorkers(asked.scheduler)) as workers:
        return solve(problem, limits, tell, stop, asked.start, workers)


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

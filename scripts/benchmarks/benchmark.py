"""对照测试: solve problem files or generated problems one after the other and print what came out,
checked independently.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rich.table import Table

from assignment.check import check
from assignment.problem import Problem
from assignment.solver.limits import Limits, Progress
from scripts import console
from scripts.benchmarks.instances import SIZES, generate
from scripts.benchmarks.plot import Curve, svg
from scripts.child import solve_in_child
from scripts.files import read_problem, write_bytes


@dataclass(frozen=True)
class Result:
    """One row: seconds are wall seconds seen from outside the child process, `first` that of the
    first complete plan.
    """

    name: str
    size: str
    status: str
    first: float | None
    objective: int | None
    bound: int | None
    unassigned: int
    seconds: float
    verdict: str
    curve: tuple[
        tuple[float, float], ...
    ] = ()  # (seconds, gap as a share) of complete plans with a bound


def measure(name: str, problem: Problem, limits: Limits) -> Result:
    first: list[float] = []
    curve: list[tuple[float, float]] = []

    def watch(latest: Progress) -> None:
        if latest.plan is not None and not latest.unassigned and not first:
            first.append(time.monotonic() - began)
        if not latest.unassigned:
            _note(curve, time.monotonic() - began, latest.objective, latest.bound)

    began = time.monotonic()
    outcome = solve_in_child(problem, limits, watch)
    seconds = time.monotonic() - began
    size = f"{len(problem.cases)}×{len(problem.reviewers)}×{len(problem.slots)}"
    plan = outcome.plan
    if plan is None or not plan.groups:
        status = console.STATUS[plan.status] if plan else outcome.failure
        return Result(name, size, status, None, None, None, len(problem.cases), seconds, "—")
    if not plan.unassigned:
        _note(curve, seconds, plan.objective, plan.bound)
    broken = len(check(problem, plan).violations)
    verdict = f"{broken} 处不符" if broken else "通过"
    return Result(
        name,
        size,
        console.STATUS[plan.status],
        first[0] if first else None,
        plan.objective,
        plan.bound,
        len(plan.unassigned),
        seconds,
        verdict,
        tuple(curve),
    )


def _note(
    curve: list[tuple[float, float]], seconds: float, objective: int | None, bound: int | None
) -> None:
    if objective is not None and bound is not None:
        curve.append((seconds, max(0, objective - bound) / max(abs(objective), 1)))


def run(
    files: list[Path],
    sizes: list[str],
    instances: int,
    limits: Limits,
    default_limit: bool,
    drawing: Path | None = None,
) -> int:
    """Rows appear as they are done; `drawing` gets the gaps over time; exit code 1 when the checker
    objects to any plan.
    """
    results = []
    for name, problem, limit in _problems(files, sizes, instances, limits, default_limit):
        results.append(measure(name, problem, limit))
        console.err.print(
            f"{name}：{results[-1].status}，{results[-1].seconds:.1f} 秒", markup=False
        )
    console.out.print(table(results))
    if drawing is not None:
        curves = [Curve(one.name, one.name.split("-")[0], one.curve) for one in results]
        write_bytes(drawing, svg(curves, "差距随时间").encode("utf-8"))
    return 1 if any(result.verdict.endswith("不符") for result in results) else 0


def run_peers(
    files: list[Path], sizes: list[str], instances: int, limits: Limits, default_limit: bool
) -> int:
    """Every method on every problem, and a Markdown table; exit code 1 when the checker objects to
    a plan of ours.
    """
    from scripts.benchmarks.contest import OURS, Run, compete, compile_ours, methods, settings
    from scripts.benchmarks.table import machine, markdown, rows

    def said(run: Run) -> None:
        console.err.print(
            f"{run.name}，{run.method}：{run.failure or f'{run.seconds:.1f} 秒'}", markup=False
        )

    compile_ours()
    lines, broken = [], False
    for given, problem, limit in _problems(files, sizes, instances, limits, default_limit):
        for name, asked in settings(given, problem):
            runs = compete(name, asked, limit, methods(asked), said)
            lines += rows(runs)
            broken = broken or any(run.broken for run in runs if run.method == OURS)
    console.out.print(machine(datetime.now().astimezone().date()), markup=False)
    console.out.print("")
    console.out.print(markdown(lines), markup=False)
    return 1 if broken else 0


def _problems(
    files: list[Path], sizes: list[str], instances: int, limits: Limits, default_limit: bool
) -> list[tuple[str, Problem, Limits]]:
    listed = [(path.stem, read_problem(path), limits) for path in files]
    for size in sizes:
        limit = (
            replace(limits, time_limit=float(SIZES[size].time_limit)) if default_limit else limits
        )
        listed += [
            (f"{size}-{seed}", generate(size, seed), limit) for seed in range(1, instances + 1)
        ]
    return listed


def table(results: list[Result]) -> Table:
    page = Table(title="组织×评审员×半天；时间为墙钟秒，含启动求解进程", title_justify="left")
    for heading in ("问题", "规模", "结论"):
        page.add_column(heading)
    for heading in ("首个完整方案", "目标值", "下界", "差距", "未安排", "用时"):
        page.add_column(heading, justify="right")
    page.add_column("复核")
    for one in results:
        first = "—" if one.first is None else f"{one.first:.1f}"
        figures = (
            console.number(one.objective),
            console.number(one.bound),
            console.gap(one.objective, one.bound),
            str(one.unassigned),
        )
        page.add_row(
            one.name, one.size, one.status, first, *figures, f"{one.seconds:.1f}", one.verdict
        )
    return page

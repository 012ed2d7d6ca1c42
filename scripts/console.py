"""What the operator sees in the terminal: live progress of a solve, scorecards, sentences.

Results go to stdout, the rest to stderr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, Progress
from scripts.child import Outcome, Work, solve_in_child
from scripts.files import UNWRITABLE, Unwritable

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Command = TypeVar("Command", bound=Callable[..., int])


def saying_unwritable(command: Command) -> Command:
    """A file that cannot be written ends the command with one sentence and a code of its own."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> int:
        try:
            return command(*args, **kwargs)
        except Unwritable as reason:
            err.print(str(reason), markup=False)
            return UNWRITABLE

    return run  # type: ignore[return-value]


STATUS = {
    "optimal": "已证明最优",
    "feasible": "可行",
    "partial": "部分可行（有申报组织未安排）",
    "infeasible": "无解",
    "unknown": "限时内没有找到方案",
}


def number(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def gap(objective: int | None, bound: int | None) -> str:
    if objective is None or bound is None:
        return "—"
    return f"{max(0, objective - bound) / max(abs(objective), 1):.1%}"


class _TimeBar(ProgressColumn):
    """The wall clock against the limit; it runs between reports too."""

    def render(self, task: Task) -> ProgressBar:
        return ProgressBar(
            total=task.total, completed=min(task.elapsed or 0.0, task.total or 0.0), width=24
        )


class _Figures(ProgressColumn):
    """Best value, proven bound and gap of the running solve."""

    def render(self, task: Task) -> Text:
        latest: Progress | None = task.fields["latest"]
        if latest is None:
            return Text("启动求解进程…")
        left = f"，{latest.unassigned} 家未安排" if latest.unassigned else ""
        figures = (
            f"目标值 {number(latest.objective)}  下界 {number(latest.bound)}  差距"
            f" {gap(latest.objective, latest.bound)}{left}"
        )
        return Text(f"{latest.phase}  {figures}", no_wrap=True, overflow="ellipsis")


def solve_with_progress(
    problem: Problem, limits: Limits, live: bool, work: Work | None = None
) -> Outcome:
    """Solve, or do other work, in a child process; `live` shows a bar on a terminal and one line
    per change elsewhere.
    """
    if live and err.is_terminal:
        with _bar(limits) as advance:
            return solve_in_child(problem, limits, advance, work)
    return solve_in_child(problem, limits, _Lines() if live else lambda latest: None, work)


@contextmanager
def _bar(limits: Limits) -> Iterator[Callable[[Progress], None]]:
    columns = (
        SpinnerColumn(),
        _TimeBar(),
        TextColumn("{task.elapsed:.0f}/{task.total:.0f} 秒"),
        _Figures(),
    )
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=limits.time_limit, latest=None)

        def advance(latest: Progress) -> None:
            bar.update(task, latest=latest)

        yield advance


class _Lines:
    """For log files: a line only when a figure changed."""

    def __init__(self) -> None:
        self.last: tuple[object, ...] = ()

    def __call__(self, latest: Progress) -> None:
        key = (latest.phase, latest.objective, latest.bound, latest.unassigned)
        if key != self.last:
            self.last = key
            left = f"  未安排 {latest.unassigned}" if latest.unassigned else ""
            figures = (
                f"目标值 {number(latest.objective)}  下界 {number(latest.bound)}  差距"
                f" {gap(latest.objective, latest.bound)}"
            )
            err.print(f"{latest.elapsed:6.1f} 秒  {latest.phase}  {figures}{left}")


def scorecard_table(problem: Problem, plan: Plan) -> Table:
    """Goal by goal: value, weight, share of the objective."""
    from assignment.goals import GOALS

    figures = (
        f"目标值 {number(plan.objective)}　下界 {number(plan.bound)}　差距"
        f" {gap(plan.objective, plan.bound)}"
    )
    table = Table(title=f"{STATUS[plan.status]}　{figures}", title_justify="left")
    table.add_column("目标")
    table.add_column("含义")
    for heading in ("值", "权重", "计入"):
        table.add_column(heading, justify="right")
    for goal in GOALS:
        if goal.id in plan.scorecard:
            value, weight = plan.scorecard[goal.id], problem.weight(goal.id)
            table.add_row(goal.id, goal.title, number(value), str(weight), number(value * weight))
    return table

"""按得分分派的毫秒数: ours and the plain flow at the same work, by turns in one process:
`python -m scripts.benchmarks.plain preflib1.json preflib3.json …`.

Tables: scores in, seats out; ours with its proof. Plans: a problem read before, a plan by ids out
that the independent checker has passed; ours with its proof. Milliseconds of processor time, median
of so many turns, everything loaded before.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median

from assignment.check import check
from assignment.problem import Problem
from assignment.scores import assign_scores
from assignment.solver.limits import Limits
from assignment.solver.solve import solve
from scripts.benchmarks.contest import settings
from scripts.benchmarks.matching import Matching, plan_of, read
from scripts.benchmarks.table import machine
from scripts.benchmarks.transportation import flow
from scripts.files import read_problem

TURNS = 25
LIMITS = Limits(time_limit=60, workers=1)


def by_flow(problem: Problem) -> None:
    """What ours does, without a proof and without asking for the weakest."""
    asked = read(problem)
    chosen = None if asked is None else flow(asked)
    if chosen is not None:
        check(problem, plan_of(problem, chosen))


def table_of(asked: Matching, weakest_first: bool) -> Callable[[], object]:
    barred = ~asked.open
    return lambda: assign_scores(asked.score, asked.demand, asked.room, barred, weakest_first)


def medians(works: Sequence[Callable[[], object]], turns: int = TURNS) -> list[float]:
    """Milliseconds of each, by turns, after one turn that does not count."""
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(turns + 1):
        for work, times in zip(works, taken, strict=True):
            begin = time.process_time()
            work()
            if turn:
                times.append(1000 * (time.process_time() - begin))
    return [median(times) for times in taken]


def row(name: str, problem: Problem, turns: int = TURNS) -> str:
    """One line of the table. `replace` forgets what was worked out from the problem before."""
    asked = read(problem)
    assert asked is not None, "只比较没有现场、没有角色的资料评审"
    works = (
        table_of(asked, problem.order is not None),
        lambda: flow(asked),
        lambda: solve(replace(problem), LIMITS),
        lambda: by_flow(replace(problem)),
    )
    return f"| {name} | " + " | ".join(f"{one:.1f}" for one in medians(works, turns)) + " |"


def main(files: Sequence[str]) -> None:
    print(machine(datetime.now().astimezone().date()))
    print("\n| 数据 | 表：本程序 | 表：最小费用流 | 方案：本程序 | 方案：最小费用流 |")
    print("| --- | --- | --- | --- | --- |")
    for file in files:
        for name, problem in settings(Path(file).stem, read_problem(Path(file))):
            print(row(name, problem), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""分工的账: what a task for another process costs to send, to begin and to do, in bytes and CPU
seconds; `python -m scripts.benchmarks.parts PROBLEM.json …` prints a Markdown table.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import assignment.solver.ready  # noqa: F401 - loads the compiled search
from assignment import read_problem
from assignment.solver import annealing, tasks
from assignment.solver.limits import Limits
from assignment.solver.solve import begin
from assignment.solver.tasks import Cooling

HEADINGS = (
    "问题",
    "题目字节（每个进程一次）",
    "题目读入 CPU 秒（每个进程一次）",
    "任务字节",
    "答复字节",
    "任务开头 CPU 秒",
    "取回一份 CPU 秒",
)


def row(path: Path) -> tuple[str, ...]:
    """One problem: the task is one cycle of annealing from a first plan."""
    problem = read_problem(path)
    search = begin(problem, Limits(600.0, 1, 1))
    search.lines = annealing.start(search)
    text = pickle.dumps(problem)
    task = Cooling(search.draft, 1, 1, 1.0)
    tasks.cool(problem, Cooling(search.draft, 0, 1, 0.01))  # what else is compiled is loaded
    tasks.forget()
    first, _ = _cpu(lambda: tasks.cool(pickle.loads(text), Cooling(search.draft, 1, 1, 1e-3)))  # noqa: S301
    again, answer = _cpu(lambda: tasks.cool(problem, Cooling(search.draft, 1, 1, 1e-3)))
    found = tasks.Cooled(search.draft, answer.seen)
    search.price = None  # so that it is taken for a better one, and checked
    taken, _ = _cpu(lambda: search.offer(search.draft))
    return (
        path.stem,
        f"{len(text):,}",
        f"{max(0.0, first - again):.2f}",
        f"{len(pickle.dumps(task)):,}",
        f"{len(pickle.dumps(found)):,}",
        f"{again:.3f}",
        f"{taken:.3f}",
    )


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    before = time.process_time()
    answer = work()
    return time.process_time() - before, answer


def main(paths: list[Path]) -> None:
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    for path in paths:
        print("| " + " | ".join(row(path)) + " |", flush=True)


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])

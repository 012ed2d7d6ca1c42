"""分工实测: one problem solved by threads of this process and with the workers of a Dask scheduler
on this machine; what tasks there were, what moved, what waits for what, and what follows from that
for 16 and 64 workers. `expert-pool benchmark --spread FILE` prints it.
"""

from __future__ import annotations

import logging
import pickle
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, Progress
from assignment.solver.solve import solve
from assignment.solver.workers import DaskWorkers, Workers
from scripts.benchmarks.instances import generate
from scripts.files import read_problem

WANTED = (16, 64)  # workers that are calculated
BANDWIDTH = 125e6  # bytes a second that one network card is taken to move: 1 Gbit/s
# Of these all have to be there before anything follows.
TOGETHER = ("price_sets", "walk", "cheapest")
NAMES = {
    "cool": "退火一轮",
    "cool_part": "方案的一片退火",
    "guide": "价格引导的搜索",
    "decide": "邻域",
    "price_sets": "成组定价",
    "walk": "座位价格一扫",
    "cheapest": "各家最省的组",
}


class Done(NamedTuple):
    """One task: bytes there and back, processor seconds and seconds it took where it was done."""

    kind: str
    there: int
    back: int
    cpu: float
    seconds: float
    way: float  # seconds beside that: sent, waited for and brought back
    lost: bool = False


class Answer(NamedTuple):
    value: Any
    size: int
    cpu: float
    seconds: float


def measured(task: Callable[[Any, Any], Any], problem: Any, asked: Any) -> Answer:
    """In the worker: do it, and say what it took."""
    cpu, begin = time.thread_time(), time.perf_counter()
    value = task(problem, asked)
    cpu, seconds = time.thread_time() - cpu, time.perf_counter() - begin
    return Answer(value, len(pickle.dumps(value)), cpu, seconds)


class Metered:
    """Workers whose tasks are counted."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.done: list[Done] = []
        self.shared = 0  # bytes, once a worker

    @property
    def count(self) -> int:
        return self._workers.count

    def share(self, value: Any) -> Any:
        self.shared += len(pickle.dumps(value))
        return self._workers.share(value)

    def prepare(self, task: Callable[[Any], Any], shared: Any) -> None:
        self._workers.prepare(task, shared)

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        problem, asked = arguments
        there, sent = len(pickle.dumps(asked)), time.perf_counter()
        inner = self._workers.submit(measured, task, problem, asked)
        outer: Future[Any] = Future()

        def take(future: Future[Answer]) -> None:
            if future.cancelled() or (fault := future.exception()) is not None:
                self.done.append(Done(task.__name__, there, 0, 0.0, 0.0, 0.0, lost=True))
                if not outer.cancelled():
                    outer.set_exception(fault if not future.cancelled() else OSError("cancelled"))
                return
            answer = future.result()
            way = time.perf_counter() - sent - answer.seconds
            self.done.append(
                Done(task.__name__, there, answer.size, answer.cpu, answer.seconds, way)
            )
            if not outer.cancelled():
                outer.set_result(answer.value)

        inner.add_done_callback(take)
        outer.add_done_callback(lambda one: inner.cancel() if one.cancelled() else None)
        return outer

    def close(self) -> None:
        self._workers.close()


@dataclass
class Run:
    """One solve. `curve`: processor seconds of all, and the objective from then on."""

    name: str
    workers: int  # that help
    plan: Plan | None = None
    wall: float = 0.0
    own: float = 0.0  # processor seconds of this process
    main: float = 0.0  # of its main thread, which checks plans and gives out tasks
    done: list[Done] = field(default_factory=list)
    shared: int = 0
    curve: list[tuple[float, int]] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        return self.own + sum(one.cpu for one in self.done)

    def reached(self, objective: int) -> float | None:
        """Processor seconds until a plan as good as that."""
        return next((cpu for cpu, value in self.curve if value <= objective), None)


def solved(problem: Problem, name: str, limits: Limits, workers: Metered | None = None) -> Run:
    run = Run(name, workers.count if workers else 0)
    begin, own, main = time.perf_counter(), time.process_time(), time.thread_time()

    def hear(progress: Progress) -> None:
        if progress.objective is not None and progress.unassigned == 0:
            away = sum(one.cpu for one in workers.done) if workers else 0.0
            run.curve.append((time.process_time() - own + away, progress.objective))

    run.plan = solve(problem, limits, hear, workers=workers)
    run.wall = time.perf_counter() - begin
    run.own, run.main = time.process_time() - own, time.thread_time() - main
    if workers is not None:
        run.done, run.shared = list(workers.done), workers.shared
    return run


@contextmanager
def cluster(count: int) -> Iterator[str]:
    """A scheduler with so many workers of one thread each, on this machine; gives its address."""
    import distributed

    made: Any = distributed
    loud = logging.CRITICAL  # tasks that are not wanted any more are no news here
    with made.LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=loud,
        preload=["assignment.solver.ready"],  # as the manual has them started
    ) as running:
        yield str(running.scheduler_address)


def measure(problem: Problem, seconds: float, seed: int) -> list[Run]:
    """By one and two threads here; then beside one line here with one and two workers of Dask."""
    runs = [
        solved(problem, f"本机 {threads} 个线程", Limits(seconds, seed, threads))
        for threads in (1, 2)
    ]
    for count in (1, 2):
        with cluster(count) as address, closing(Metered(DaskWorkers(address))) as workers:
            name = f"本机 1 个线程，Dask {count} 个工作进程帮忙"
            runs.append(solved(problem, name, Limits(seconds, seed, 1), workers))
    return runs


# Printed
# ------------------------------------------------------------------------------------------------


def report(problem: Problem, runs: list[Run], seconds: float) -> Iterator[str]:
    """Lines of Markdown."""
    yield f"### {problem.id}，每次 {seconds:g} 秒"
    yield ""
    yield from table(_HEADINGS, [_row(run, _target(runs)) for run in runs])
    for run in runs:
        if run.done:
            yield ""
            yield f"{run.name}，题目 {run.shared:,} 字节（每个工作进程一次）："
            yield ""
            yield from table(_KINDS, [_kind(name, of) for name, of in _kinds(run)])
    best = runs[-1]
    if any(not one.lost for one in best.done):
        yield ""
        yield (
            "推算（假设：任务同实测一样大、一样长；主线程每件任务的处理器时间不变；"
            f"网络每秒 {BANDWIDTH / 1e6:g} MB；每多一个工作进程多同样的搜索，方案好多少不推算）："
        )
        yield ""
        yield from table(_FUTURE, [_future(runs[0], best, count) for count in WANTED])
        rounds = [_round(name, of, best.workers) for name, of in _kinds(best) if name in TOGETHER]
        if rounds:
            yield ""
            yield "要等各份到齐的定价，一件的秒数（份数同比增加，最长的一份、往返和网络都算在内）："
            yield ""
            yield from table(_ROUNDS, rounds)


def _target(runs: list[Run]) -> int | None:
    """The worst of the last plans: all have reached it."""
    values = [run.plan.objective for run in runs if run.plan is not None]
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(runs) else None


_HEADINGS = (
    "做法",
    "目标值",
    "下界",
    "用时秒",
    "处理器秒：本进程",
    "其中主线程",
    "工作进程",
    "到各次都达到的方案，处理器秒",
    "任务",
    "往返字节",
)


def _row(run: Run, target: int | None) -> tuple[str, ...]:
    plan, reached = run.plan, None if target is None else run.reached(target)
    return (
        run.name,
        f"{plan.objective:,}" if plan is not None and plan.objective is not None else "—",
        f"{plan.bound:,}" if plan is not None and plan.bound is not None else "—",
        f"{run.wall:.1f}",
        f"{run.own:.1f}",
        f"{run.main:.2f}",
        f"{run.cpu - run.own:.1f}",
        f"{reached:.1f}" if reached is not None else "—",
        f"{len(run.done):,}",
        f"{sum(one.there + one.back for one in run.done):,}",
    )


_KINDS = ("任务", "件数", "丢失或不再需要", "发出字节", "收回字节", "处理器秒", "平均秒", "最长秒")


def _kinds(run: Run) -> list[tuple[str, list[Done]]]:
    kinds: dict[str, list[Done]] = defaultdict(list)
    for one in run.done:
        kinds[one.kind].append(one)
    return sorted(kinds.items())


def _kind(name: str, of: list[Done]) -> tuple[str, ...]:
    done = [one for one in of if not one.lost]
    return (
        NAMES.get(name, name),
        f"{len(of):,}",
        f"{len(of) - len(done):,}",
        f"{sum(one.there for one in of):,}",
        f"{sum(one.back for one in of):,}",
        f"{sum(one.cpu for one in of):.1f}",
        f"{fmean(one.seconds for one in done):.2f}" if done else "—",
        f"{max(one.seconds for one in done):.2f}" if done else "—",
    )


_FUTURE = (
    "工作进程",
    "主线程忙（关键路径）",
    "网络忙",
    "题目发给全体，秒",
    "一件任务最短须等，秒",
    "能用满的工作进程",
)


def _future(alone: Run, run: Run, count: int) -> tuple[str, ...]:
    """What `count` workers would ask of the main thread and of the network, from what one asked."""
    done = [one for one in run.done if not one.lost]
    each = max(1, run.workers)
    before = alone.main / alone.wall
    busy = max(0.0, run.main / run.wall - before) / each
    moved = sum(one.there + one.back for one in done) / run.wall / each / BANDWIDTH
    full = min((1 - before) / busy if busy else count, 1 / moved if moved else count)
    return (
        str(count),
        f"{min(1.0, before + busy * count):.0%}",
        f"{min(1.0, moved * count):.1%}",
        f"{run.shared * count / BANDWIDTH:.2f}",
        f"{max(one.seconds for one in done):.1f}",
        f"{min(count, int(full))}",
    )


_ROUNDS = ("任务", "实测一份", "其中往返", *(f"{count} 个工作进程时" for count in WANTED))


def _round(name: str, of: list[Done], helped: int) -> tuple[str, ...]:
    """Half of the workers help a proof; with more of them parts are smaller, and more bytes go."""
    done = [one for one in of if not one.lost]
    if not done:
        return (NAMES[name], *["—"] * (len(_ROUNDS) - 1))
    mean, way = fmean(one.seconds for one in done), fmean(one.way for one in done)
    longest = max(one.seconds for one in done) / mean
    size = fmean(one.there + one.back for one in done)

    def at(count: int) -> float:
        parts = (1 + count // 2) / (1 + helped // 2)
        sent = size * max(1, count // 2) / BANDWIDTH
        return longest * mean / parts + way + sent

    return (NAMES[name], f"{mean:.3f}", f"{way:.3f}", *(f"{at(count):.3f}" for count in WANTED))


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def run(files: list[Path], sizes: list[str], limits: Limits) -> int:
    """Print the report of each problem, of files or made; the exit code."""
    problems = [read_problem(path) for path in files] + [generate(size, 1) for size in sizes]
    for problem in problems:
        runs = measure(problem, limits.time_limit, limits.seed)
        print("\n".join(report(problem, runs, limits.time_limit)), flush=True)
    return 0

"""分工实测: one problem solved by threads of this process and with the workers of a Dask scheduler
on this machine; what tasks there were, what moved, what waits for what, and what follows from that
for 16 and 64 workers. `expert-pool benchmark --spread FILE` prints it.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import assignment.solver.ready  # noqa: F401 - no solve is to pay for loading
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.cooling import FEWEST_GROUPS
from assignment.solver.limits import Limits, Progress
from assignment.solver.solve import solve
from assignment.solver.workers import DaskWorkers, Workers
from scripts.benchmarks.instances import generate
from scripts.benchmarks.reach import when, within
from scripts.files import read_problem, write_bytes

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
    sent: float  # on the clock of `time.perf_counter`
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
        self.giving = 0.0  # processor seconds of the asking thread

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
        cpu = time.thread_time()
        inner = self._workers.submit(measured, task, problem, asked)
        self.giving += time.thread_time() - cpu
        outer: Future[Any] = Future()

        def take(future: Future[Answer]) -> None:
            if future.cancelled() or (fault := future.exception()) is not None:
                self.done.append(Done(task.__name__, there, 0, 0.0, 0.0, 0.0, sent, lost=True))
                if not outer.cancelled():
                    outer.set_exception(fault if not future.cancelled() else OSError("cancelled"))
                return
            answer = future.result()
            way = time.perf_counter() - sent - answer.seconds
            self.done.append(
                Done(task.__name__, there, answer.size, answer.cpu, answer.seconds, way, sent)
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
    giving: float = 0.0  # of these, for giving out tasks
    talking: float = 0.0  # processor seconds of the threads that speak with the scheduler
    begun: float = 0.0  # on the clock of `time.perf_counter`
    first: float = 0.0  # seconds until a plan held every case; before that nobody can help
    first_main: float = 0.0  # processor seconds of the main thread until then
    done: list[Done] = field(default_factory=list)
    shared: int = 0
    curve: list[tuple[float, int]] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        return self.own + sum(one.cpu for one in self.done)

    @property
    def later(self) -> float:
        """Seconds from the first plan on."""
        return max(1e-3, self.wall - self.first)

    def reached(self, objective: int) -> float | None:
        """Processor seconds until a plan as good as that."""
        return next((cpu for cpu, value in self.curve if value <= objective), None)


def solved(problem: Problem, name: str, limits: Limits, workers: Metered | None = None) -> Run:
    run = Run(name, workers.count if workers else 0)
    begin, own, main = time.perf_counter(), time.process_time(), time.thread_time()
    run.begun, talked = begin, _talked()

    def hear(progress: Progress) -> None:
        if progress.objective is not None and progress.unassigned == 0:
            if not run.curve:
                run.first, run.first_main = time.perf_counter() - begin, time.thread_time() - main
            away = sum(one.cpu for one in workers.done) if workers else 0.0
            run.curve.append((time.process_time() - own + away, progress.objective))

    run.plan = solve(problem, limits, hear, workers=workers)
    run.wall = time.perf_counter() - begin
    run.own, run.main = time.process_time() - own, time.thread_time() - main
    if workers is not None:
        run.done, run.shared, run.giving = list(workers.done), workers.shared, workers.giving
        run.talking = _talked() - talked
    return run


def _talked() -> float:
    """Processor seconds that Dask's own threads of this process have used."""
    return sum(
        time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        for thread in threading.enumerate()
        if thread.ident is not None and thread.name.startswith(("IO loop", "Dask"))
    )


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
    """By one and two threads here; by one line here and one worker of Dask; and as the web server
    has it done: the job is with one of two workers, and the other helps.
    """
    runs = [
        solved(problem, f"本机 {threads} 个线程", Limits(seconds, seed, threads))
        for threads in (1, 2)
    ]
    with cluster(1) as address, closing(Metered(DaskWorkers(address))) as workers:
        limits = Limits(seconds, seed, 1)
        runs.append(solved(problem, "本机 1 个线程，1 个工作进程帮忙", limits, workers))
    with cluster(2) as address:
        order = pickle.dumps((problem, "2 个工作进程：一个算这件事，另一个帮忙", limits))
        runs.append(_of_job(address, order))
    return runs


def _of_job(address: str, order: bytes) -> Run:
    import distributed

    made: Any = distributed
    with made.Client(address) as client:
        told: bytes = client.submit(_job, order).result()
    run: Run = pickle.loads(told)  # noqa: S301 - of our own child
    return run


def _job(order: bytes) -> bytes:
    """In the worker: as the web server's jobs, in a child of it."""
    from distributed import get_worker

    worker: Any = get_worker()
    # In words, not by name: what is pickled there has to be of this module here.
    words = "from scripts.benchmarks.spread import child; child()"
    command = [sys.executable, "-c", words, worker.scheduler.address, worker.address]
    ran = subprocess.run(command, input=order, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return ran.stdout


def child() -> None:
    """Be that child: an order comes in, the run goes out."""
    problem, name, limits = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - of our own parent
    address, holder = sys.argv[1:3]
    with closing(Metered(DaskWorkers(address, holder))) as workers:
        sys.stdout.buffer.write(pickle.dumps(solved(problem, name, limits, workers)))


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
    yield ""
    yield "先后（秒；第一个完整方案之前只有本进程能做，工作进程这时备好自己的表）："
    yield ""
    yield from table(_ORDER, [_order(run) for run in runs])
    best = runs[-1]
    if any(not one.lost for one in best.done):
        yield ""
        yield (
            "推算，没有实测（假设：任务同实测一样大、一样长，每件任务在本进程花的处理器时间不变，"
            f"主线程和通信线程轮流做；网络每秒 {BANDWIDTH / 1e6:g} MB；方案因此好多少不推算）。"
            f"第一个完整方案之前的 {best.first:.1f} 秒，再多工作进程也不会缩短。"
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


_ORDER = (
    "做法",
    "第一个完整方案",
    "第一件任务发出",
    "第一件任务收回",
    "往返平均",
    "往返最长",
    "此后主线程的处理器秒",
    "其中发任务",
    "通信线程的处理器秒",
)


def _order(run: Run) -> tuple[str, ...]:
    back = [one for one in run.done if not one.lost]
    sent = min((one.sent for one in run.done), default=None)
    came = min((one.sent + one.seconds + one.way for one in back), default=None)
    return (
        run.name,
        f"{run.first:.1f}",
        f"{sent - run.begun:.1f}" if sent is not None else "—",
        f"{came - run.begun:.1f}" if came is not None else "—",
        f"{fmean(one.way for one in back):.3f}" if back else "—",
        f"{max(one.way for one in back):.3f}" if back else "—",
        f"{run.main - run.first_main:.2f}",
        f"{run.giving:.2f}" if run.done else "—",
        f"{run.talking:.2f}" if run.done else "—",
    )


_FUTURE = (
    "工作进程",
    "本进程忙（关键路径）",
    "网络忙",
    "题目发给全体，秒",
    "一件任务最短须等，秒",
    "方案够分给几个",
    "能用满的工作进程",
)


def _future(alone: Run, run: Run, count: int) -> tuple[str, ...]:
    """What `count` workers would ask of this process, from the first plan on, and of the network,
    from what those that helped asked.
    """
    done = [one for one in run.done if not one.lost]
    each = max(1, run.workers)
    before = (alone.main - alone.first_main) / alone.later
    more = max(run.giving / run.later, (run.main - run.first_main) / run.later - before)
    busy = (more + run.talking / run.later) / each
    moved = sum(one.there + one.back for one in done) / run.later / each / BANDWIDTH
    parts = len(run.plan.groups) // FEWEST_GROUPS - 1 if run.plan is not None else 0
    parted = any(one.kind == "cool_part" for one in done)
    full = min((1 - before) / busy if busy else count, 1 / moved if moved else count)
    return (
        str(count),
        f"{min(1.0, before + busy * count):.0%}",
        f"{min(1.0, moved * count):.1%}",
        f"{run.shared * count / BANDWIDTH:.2f}",
        f"{max(one.seconds for one in done):.1f}",
        str(parts) if parted else "—",
        f"{min(count, int(full), parts if parted else count)}",
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


def run(files: list[Path], sizes: list[str], limits: Limits, page: Path | None = None) -> int:
    """Print the report of each problem, of files or made, and write it into the page; the exit
    code.
    """
    problems = [read_problem(path) for path in files] + [generate(size, 1) for size in sizes]
    for problem in problems:
        runs = measure(problem, limits.time_limit, limits.seed)
        told = "\n".join(
            [when("各做法先后在同一台机器上"), "", *report(problem, runs, limits.time_limit)]
        )
        print(told, flush=True)
        if page is not None:
            write_bytes(page, within(page, f"spread {problem.id}", told).encode())
    return 0

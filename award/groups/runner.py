"""求解进程: starts a child for a job, and is that child.

OR-Tools ends its process when memory runs out, so nothing that serves people may ever solve.
Children are forked from a process that has the solver loaded and serves nobody; a Dask worker
starts them anew (`python -m award.groups.runner`). The database address comes in through a pipe: it
may hold a password, and command lines are public.
"""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
import os
import platform
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from typing import Any, TypeVar

import psutil
from sqlalchemy.orm import Session

from assignment.errors import Declined
from assignment.solution import Plan
from assignment.solver.limits import Progress
from assignment.solver.workers import DaskWorkers, Workers
from assignment.standbys import standbys
from award.groups import jobs, tasks
from expert_pool.core.actor import SYSTEM, Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.trace import trace
from expert_pool.ledger import Clock, Ledger

POLL_SECONDS = 0.4
GRACE_SECONDS = 1.0  # from asking the solver to stop until it is stopped
OVERTIME_SECONDS = 2.0  # the same after its time limit
TASK_SPARE_SECONDS = (
    20.0  # what a task may take beyond it: its result is worked out of what the time was spent on
)
BEAT_SECONDS = 1.5
CONNECTING = 4  # seconds for the scheduler to answer
GIVE_WAY = 10  # niceness of a search: a tenth of a core's time while pages want all of it
MEMORY_MB = 4096
SPARE_MB = 4096  # address space beyond the memory limit: libraries and thread stacks
OUT_OF_MEMORY = 70  # exit code of a child that stopped itself
UNSETTLED = 74  # and of one that could not write what it found
ALLOCATION_FAILED = (
    -signal.SIGABRT,
    -signal.SIGSEGV,
    -signal.SIGBUS,
)  # what std::bad_alloc in a solver thread looks like

# What the process has loaded that children are forked from; the solver's first plan needs the first
# one only, which is therefore loaded first.
LOADED = (
    "assignment.solver.ready",
    "award.groups.runner",
    "award.groups.tasks",
    "scipy.optimize",
    "scipy.sparse",
    "ortools.sat.python.cp_model",
)

log = logging.getLogger(__name__)
Found = TypeVar("Found")


def make_executor(address: str = "", workers: int = 1) -> Executor:
    """Where children are started from: threads of this process, or the workers of a Dask scheduler
    at `address`. Raises Refusal `no-scheduler` when it does not answer.
    """
    if not address:
        return ThreadPoolExecutor(max_workers=workers, thread_name_prefix="solve")
    try:
        from distributed import Client

        client = Client(address, timeout=CONNECTING)  # type: ignore[no-untyped-call]
    except ImportError:
        words = "没有安装 Dask：请先装附加包 dask，或不设 EXPERT_POOL_DASK_SCHEDULER。"
        raise Refusal("no-scheduler", words) from None
    except (OSError, ValueError):
        words = (
            f"连不上 Dask 调度器 {address}，没有开始求解。请检查它是否在运行、地址和证书对不对。"
        )
        raise Refusal("no-scheduler", words) from None
    executor: Executor = client.get_executor()  # type: ignore[no-untyped-call]
    return executor


def usable(executor: Executor) -> bool:
    """Whether jobs can be given to it: a scheduler may have gone since it was made."""
    client = getattr(executor, "_client", None)
    return client is None or client.status == "running"


def launch(
    executor: Executor, ledger: Ledger, job_uid: str, memory_mb: int = MEMORY_MB
) -> Future[int]:
    """Have a queued job run; the future is done when the child has ended and the job's state is
    settled.
    """
    with ledger.read() as session:
        ahead = (ledger.clock() - jobs.database_now(session)).total_seconds()
    # The key stays on this machine: what solver machines write is chained and not sealed.
    key = ledger.secret.hex() if isinstance(executor, ThreadPoolExecutor) else ""
    future = executor.submit(supervise, ledger.url, job_uid, memory_mb, ahead, key)
    threading.Thread(target=_beat_while_queued, args=(ledger, job_uid, future), daemon=True).start()
    return future


def supervise(
    url: str, job_uid: str, memory_mb: int = MEMORY_MB, ahead: float = 0.0, key: str = ""
) -> int:
    """Run one job in a fresh child and wait for it; a child that died is told to the job. Gives the
    exit code.
    """
    order = {"url": url, "job": job_uid, "memory_mb": memory_mb, "ahead": ahead, "key": key}
    order["scheduler"], order["holder"] = _scheduler()
    # A worker of Dask may not fork children of this kind.
    alone = multiprocessing.current_process().daemon
    ended = _in_new_process(order) if alone else _in_forked_process(order)
    if ended != 0:
        code = "memory" if ended == OUT_OF_MEMORY or ended in ALLOCATION_FAILED else "interrupted"
        _tell(url, job_uid, code, ahead, key)
    return ended


def _scheduler() -> tuple[str, str]:
    """The addresses of the scheduler and of the Dask worker that runs this; nothing in a process of
    our own.
    """
    if "distributed" not in sys.modules:
        return "", ""
    from distributed import get_worker

    try:
        return str(get_worker().scheduler.address), str(get_worker().address)
    except ValueError:
        return "", ""


def _in_forked_process(order: dict[str, Any]) -> int:
    """Forked from a process that has loaded all that a job needs, so that it starts at once. That
    one is started by the first job, and ends with this process.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", *LOADED])
    child = context.Process(target=serve, args=(order,))
    child.start()
    _children.add(child)
    try:
        child.join()
    finally:
        _children.discard(child)
    return child.exitcode or 0


def _in_new_process(order: dict[str, Any]) -> int:
    child = subprocess.Popen(
        [sys.executable, "-m", "award.groups.runner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    _children.add(child)
    try:
        child.communicate(json.dumps(order).encode())
    finally:
        _children.discard(child)
    return child.returncode


def stop_children() -> None:
    """Server shutting down: ask every child to end; each keeps its best plan."""
    for child in list(_children):
        with contextlib.suppress(OSError):
            child.terminate()


_children: set[subprocess.Popen[bytes] | ForkServerProcess] = set()


def run(
    url: str,
    job_uid: str,
    memory_mb: int = MEMORY_MB,
    ahead: float = 0.0,
    key: str = "",
    scheduler: str = "",
    holder: str = "",
) -> int:
    """Solve one job, in a child process only; gives the exit code. `key`: of the log, in hex;
    `scheduler`: of Dask, whose workers help beside the `holder` of this job.
    """
    ledger = Ledger(url, _clock(url, ahead), secret=bytes.fromhex(key))
    with ledger.write(SYSTEM) as uow:
        taken = jobs.claim(uow, job_uid, f"{platform.node()}:{os.getpid()}")
        uow.commit()
    if taken is None:
        return 0
    problem, limits, actor = taken
    with ledger.read() as session:
        task = tasks.of(session, job_uid)
        # Where the same call has to give the same plan, nothing but the problem may decide it.
        begin = None if limits.deterministic else jobs.standing(session, job_uid, problem)
    longest = limits.time_limit if task is None else limits.time_limit + TASK_SPARE_SECONDS
    watch = Watch(
        ledger,
        job_uid,
        actor,
        memory_mb,
        Plan(problem.digest, "unknown", ()),
        longest,
        task is None,
    )
    signal.signal(signal.SIGTERM, lambda *_: watch.stop.set())
    signal.signal(signal.SIGINT, lambda *_: watch.stop.set())
    threading.Thread(target=watch.loop, daemon=True).start()
    # Loading the solver takes seconds; the job is already seen to run, and can be cancelled.
    import assignment.solver.ready  # noqa: F401 - the compiled search with it
    from assignment.solver.kernel import warm
    from assignment.solver.solve import solve

    # What compiles beside this search may outlive it, and not the service it was begun for.
    os.environ[warm.ENDS_WITH] = str(os.getppid())
    workers = helpers_of(scheduler, holder) if task is None else None
    watch.begun = time.monotonic()
    try:
        if task is not None:
            answer = _aside(lambda: task(problem, limits, watch.report, watch.stop.is_set))
        else:
            start = None if begin is None else begin[1]
            # Of its worker's threads the job holds one.
            mine = replace(limits, workers=1) if workers and workers.count else limits
            search = partial(solve, problem, mine, watch.report, watch.stop.is_set)
            plan = _aside(lambda: search(start, workers))
            plan = plan.with_(standbys=standbys(problem, plan)) if plan.groups else plan
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:
        log.exception("solve job %s failed", job_uid)
        watch.settle()
        with ledger.write(actor) as uow:
            jobs.fail(uow, job_uid, "error")
            uow.commit()
        return 0
    watch.settle()
    if task is None:
        with ledger.read() as session:
            stands = jobs.nothing_better(session, problem, plan, begin, job_uid)
        watch.finish(plan, jobs.against(problem, plan, begin), stands)
    else:
        with ledger.write(actor) as uow:
            answer(uow)
            uow.commit()
    return 0


def helpers_of(scheduler: str, holder: str) -> Workers | None:
    """The other workers of the scheduler; none where there is none, or it does not answer: then
    the search goes on without them. They are let go with this process, as closing takes seconds.
    """
    try:
        return DaskWorkers(scheduler, holder, CONNECTING) if scheduler else None
    except Declined as reason:
        log.warning("no workers help: %s", reason)
        return None


def _aside(search: Callable[[], Found]) -> Found:
    """Search in a thread that gives way to the pages; on Linux niceness belongs to a thread and to
    those it starts. What writes does not give way: it would hold the turn that people wait for.
    """
    with ThreadPoolExecutor(1, initializer=lambda: os.nice(GIVE_WAY)) as aside:
        return aside.submit(search).result()


class Watch:
    """Everything of the child that is not solving: reports, beats, the cancel flag, the limits.

    One thread, one database.
    """

    def __init__(
        self,
        ledger: Ledger,
        job_uid: str,
        actor: Actor,
        memory_mb: int,
        nothing: Plan,
        time_limit: float,
        drafts: bool,
    ) -> None:
        self.stop = threading.Event()
        self._ledger, self._job, self._actor = ledger, job_uid, actor
        self._memory, self._time = memory_mb * 2**20, time_limit
        self._drafts = drafts  # whether the plans reported are what the job is for
        self.begun: float | None = None  # when solving began; the time limit counts from then
        self._lock = threading.Lock()
        self._settled = threading.Lock()
        self._news: Progress | None = None
        self._best = nothing
        self._told = nothing

    def report(self, progress: Progress) -> None:
        """Called by the solver as often as it likes."""
        with self._lock:
            self._news = progress
            self._best = progress.plan or self._best

    def settle(self) -> None:
        """The caller ends the job from here on; for ever waiting if the watch has begun to."""
        self._settled.acquire()

    def finish(self, plan: Plan, note: str = "", stands: str | None = None) -> None:
        with self._ledger.write(self._actor) as uow:
            jobs.finish(uow, self._job, plan, note, stands)
            uow.commit()

    def loop(self) -> None:
        process, beaten, stopped = psutil.Process(), 0.0, 0.0
        while True:
            time.sleep(POLL_SECONDS)
            now = time.monotonic()
            if process.memory_info().rss > self._memory:
                # The solver cannot be asked: it may be the one that is allocating. The parent
                # settles the job.
                os._exit(OUT_OF_MEMORY)
            if self.stop.is_set() and not stopped:
                stopped = now
            elapsed = 0.0 if self.begun is None else now - self.begun
            if (
                stopped and now - stopped > GRACE_SECONDS
            ) or elapsed > self._time + OVERTIME_SECONDS:
                self._take_over()
            try:
                if self._news is not None or now - beaten > BEAT_SECONDS:
                    beaten = now
                    self._beat(elapsed)
                with self._ledger.read() as session:
                    if jobs.cancelled(session, self._job):
                        self.stop.set()
            except Refusal:
                continue  # busy: told next time

    def _beat(self, elapsed: float) -> None:
        with self._lock:
            news, best = self._news, self._best
        with self._ledger.write(self._actor) as uow:
            jobs.beat(
                uow,
                self._job,
                elapsed,
                news,
                best if self._drafts and best is not self._told else None,
            )
            uow.commit()
        with self._lock:
            self._told = best
            self._news = None if self._news is news else self._news

    def _take_over(self) -> None:
        """The solver does not come back in time: keep the best plan it reported, and end the
        process under it.
        """
        if self._settled.acquire(blocking=False):
            if self._drafts:
                self.finish(self._best)
            else:
                with self._ledger.write(self._actor) as uow:
                    jobs.finish_task(uow, self._job)
                    uow.commit()
            os._exit(0)


def _tell(url: str, job_uid: str, code: str, ahead: float, key: str) -> None:
    ledger = Ledger(url, _clock(url, ahead), secret=bytes.fromhex(key))
    try:
        with ledger.write(SYSTEM) as uow:
            jobs.fail(uow, job_uid, code)
            uow.commit()
    finally:
        ledger.close()


def _beat_while_queued(ledger: Ledger, job_uid: str, future: Future[int]) -> None:
    while not future.done():
        with contextlib.suppress(Refusal):
            with ledger.read() as session:
                if not jobs.waiting(session, job_uid):
                    return
            with ledger.write(SYSTEM) as uow:
                jobs.beat(uow, job_uid)
                uow.commit()
        with contextlib.suppress(TimeoutError):
            future.exception(timeout=jobs.LEASE_SECONDS / 3)


def _clock(url: str, ahead: float) -> Clock:
    """The database's clock, shifted as the starter's was: no clock of this process is read."""
    from expert_pool.ledger.engine import make_engine, reader

    engine = reader(make_engine(url))

    def now() -> datetime:
        with Session(engine) as session:
            return (jobs.database_now(session) + timedelta(seconds=ahead)).astimezone(UTC)

    return now


class Lines(logging.Handler):
    """What a child has to say, a JSON object a line as the log of the service is (api/kit/logs.py):
    of an error its kind and place, never its words.
    """

    def emit(self, record: logging.LogRecord) -> None:
        line: dict[str, Any] = {"event": record.getMessage(), "level": record.levelname.lower()}
        if record.exc_info:
            line["trace"] = trace(record.exc_info[1])
        line["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        print(json.dumps(line, ensure_ascii=False), file=sys.stderr)


def serve(order: dict[str, Any]) -> int:
    """Be the child: within its limits."""
    limit = (order["memory_mb"] + SPARE_MB) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # Seconds of processor time are bounded by the longest job on every core; the watch ends it long
    # before.
    seconds = 2 * jobs.LONGEST * (os.cpu_count() or 1)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    words = ("url", "job", "memory_mb", "ahead", "key", "scheduler", "holder")
    logging.basicConfig(handlers=[Lines(logging.WARNING)], force=True)
    try:
        code = run(*(order[word] for word in words))
    except Exception:  # a disk that is full at the last save: the best plan so far stands
        log.exception("solve job %s was not settled", order["job"])
        code = UNSETTLED
    # What a process forked by `multiprocessing` returns is forgotten; its exit is not.
    if code:
        sys.exit(code)
    return code


if __name__ == "__main__":
    sys.exit(serve(json.load(sys.stdin)))

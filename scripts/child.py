"""求解子进程: the optimiser runs in a process of its own, so that neither its memory nor a crash
reaches the command.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any

import psutil

from assignment.errors import Declined
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, OnProgress, Progress, ShouldStop
from scripts.ahead import prepare

# Address space of a child beyond what the machine has free when it starts: libraries map a lot they
# never touch. Without a limit the system ends whatever process it likes; with it the solver is
# told, and says so.
SPARE = 4 << 30
# A stuck child is asked to stop this long after its limit, and ended this long after that.
GRACE = 10.0


@dataclass(frozen=True)
class Outcome:
    """What came back: the best plan known (None: none was found before a break-off), and why it
    ended early, if it did.

    `incomplete` is the best plan seen on the way that leaves cases out: where no complete one
    exists, it is what can be done.
    """

    plan: Plan | None
    interrupted: bool = False
    failure: str = ""
    incomplete: Plan | None = None
    answer: Any = None  # of a task that is not a solve


@dataclass(frozen=True)
class Answer:
    """What a task found, on its way through the pipe."""

    found: Any


@dataclass(frozen=True)
class Began:
    """Where work is counted: the search is compiled, and the time that is given runs from now."""


Work = Callable[[Problem, Limits, OnProgress, ShouldStop], Any]


def solve_in_child(
    problem: Problem,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    work: Work | None = None,
) -> Outcome:
    """Solve in a process of its own, or do other `work` there.

    Ctrl-C once: stop and keep the best plan; twice: end at once.
    """
    context = prepare()
    stop = context.Event()
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(
        target=_run,
        args=(problem, limits, theirs, stop, time.monotonic(), work),
        daemon=True,
    )
    with _ctrl_c() as presses:
        child.start()
        theirs.close()
        try:
            return _listen(ours, child, stop, limits, on_progress, presses)
        finally:
            if child.is_alive():
                child.join(0.5)
            if child.is_alive():
                child.kill()
            child.join()
            ours.close()


def _run(
    problem: Problem,
    limits: Limits,
    results: Connection,
    stop: Event,
    began: float,
    work: Work | None,
) -> None:
    # The terminal sends Ctrl-C to the whole process group; only the parent may decide what it
    # means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The process that it was forked from ends with the command, however the command ends.
    parent = os.getppid()
    hush()
    limit_resources(limits)
    do = _solver() if work is None else work
    # Starting takes seconds on a busy machine, and the limit is the user's: wall time from the
    # command on. Where the limit counts work instead of time, it must not depend on the machine.
    if limits.deterministic:
        compile_first()
        results.send(Began())
    else:
        spent = time.monotonic() - began
        limits = replace(limits, time_limit=max(limits.time_limit - spent, limits.time_limit / 2))
    try:

        def asked() -> bool:
            return stop.is_set() or os.getppid() != parent

        found = do(problem, limits, results.send, asked)
    except MemoryError:
        results.send("求解内存不足，请缩小问题或换用内存更大的机器")
    except Declined as declined:
        results.send(declined.message_zh)
    else:
        results.send(found if work is None else Answer(found))


def compile_first() -> None:
    """A counted solve needs the compiled search. Minutes, once a machine, are no part of its time:
    it would be ended before it had begun.
    """
    from assignment.solver.kernel import warm

    if not warm.is_warm():
        print("第一次在这台机器上使用，正在编译搜索程序，约需几分钟，只此一次。", file=sys.stderr)
        warm.compile_all()


def hush() -> None:
    """HiGHS prints lines of its own to the standard output now and then, where the command may be
    writing the plan.
    """
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def limit_resources(limits: Limits) -> None:
    """Memory: what is free now.

    Processor: an end far beyond the time limit, should all else fail.
    """
    memory = psutil.virtual_memory().available + SPARE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if not limits.deterministic:
        seconds = math.ceil((limits.time_limit + 6 * GRACE) * (os.cpu_count() or 1))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _solver() -> Work:
    from assignment.solver.solve import solve

    return solve


def _listen(
    results: Connection,
    child: BaseProcess,
    stop: Event,
    limits: Limits,
    on_progress: Callable[[Progress], None],
    presses: list[int],
) -> Outcome:
    best: Plan | None = None
    deadline = _deadline(limits, began=not limits.deterministic)
    while True:
        if len(presses) > 1:
            return Outcome(best, interrupted=True)
        if presses and not stop.is_set():
            deadline = time.monotonic()
        late = time.monotonic() - deadline
        if late > 0:
            stop.set()
        if late > GRACE:
            return Outcome(best, failure="求解没有按时停下，已强行结束")
        try:
            message = results.recv() if results.poll(0.1) else None
        except EOFError:
            return Outcome(best, bool(presses), failure=_why_gone(child))
        deadline = min(deadline, _deadline(limits, began=isinstance(message, Began)))
        if isinstance(message, Progress):
            best = message.plan if message.plan is not None and message.plan.groups else best
            on_progress(message)
        elif message is not None and not isinstance(message, Began):
            return _outcome(message, best, bool(presses))
        elif not child.is_alive() and not results.poll():
            return Outcome(best, bool(presses), failure=_why_gone(child))


def _deadline(limits: Limits, began: bool) -> float:
    """When a child is asked to stop, on the monotonic clock."""
    return time.monotonic() + limits.time_limit + GRACE if began else math.inf


def _outcome(message: Plan | Answer | str, best: Plan | None, interrupted: bool) -> Outcome:
    """What the child's last message means."""
    if isinstance(message, Plan):
        incomplete = best if best is not None and best.unassigned else None
        return Outcome(message, interrupted, incomplete=incomplete)
    if isinstance(message, Answer):
        return Outcome(best, interrupted, answer=message.found)
    return Outcome(best, interrupted, failure=message)


def _why_gone(child: BaseProcess) -> str:
    """OR-Tools aborts the process when memory runs out, and the kernel kills it; both show as a
    signal.
    """
    child.join(5)
    if (child.exitcode or 0) < 0:
        return "求解进程被系统终止，多半是内存不足；请缩小问题或换用内存更大的机器"
    return "求解进程出错退出，原因见上"


@contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """Count Ctrl-C instead of raising, so that a half-read message is never lost."""
    presses: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: presses.append(number))
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)

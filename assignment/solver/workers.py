"""帮手: where sub-problems are worked on besides this process: other processes here, the workers
of a Dask scheduler there. A task is a function of a module with arguments that can be sent; what
many tasks need is sent once.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from assignment.errors import Declined

Answer = TypeVar("Answer")
CONNECTING = 10  # seconds
BEHIND_JOBS = -10  # Dask's priority of a task
COUNTING = 5  # seconds after which the workers of a scheduler are counted anew


class Workers(Protocol):
    """Tasks done elsewhere."""

    @property
    def count(self) -> int:
        """How many tasks run at a time, at present."""

    def share(self, value: Any) -> Any:
        """Send a value once; what comes back is passed to tasks, which call `held` on it."""

    def prepare(self, task: Callable[[Any], Any], shared: Any) -> None:
        """Have every process do it with what `share` gave, before its other tasks."""

    def submit(self, task: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """Have a task done; its future fails when the task is lost, and the asker asks again."""

    def close(self) -> None:
        """End; tasks under way are given up."""


class Stored:
    """A value in a file that each process reads once."""

    def __init__(self, path: str) -> None:
        self.path = path


@lru_cache(maxsize=4)
def _read(path: str) -> Any:
    with Path(path).open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 - written by this program a moment ago


def held(value: Any) -> Any:
    """The value behind what `share` gave; Dask puts the value itself in its place."""
    return _read(value.path) if isinstance(value, Stored) else value


def wanted() -> bool:
    """Within a task: whether its asker still waits. Dask tells nobody; its worker knows it."""
    if "distributed" not in sys.modules:
        return True
    from distributed import get_worker

    try:
        worker: Any = get_worker()
    except ValueError:  # not of Dask
        return True
    task = worker.state.tasks.get(worker.active_threads.get(threading.get_ident()))
    return task is not None and task.state == "executing"


class Processes:
    """Processes of this machine, forked from one that has the solver loaded."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["__main__", "assignment.solver.ready"])
        self._pool = self._make()
        self._files: list[str] = []

    def _make(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.count, self._context)

    def share(self, value: Any) -> Stored:
        handle, path = tempfile.mkstemp(prefix="expert-pool-")
        self._files.append(path)
        with os.fdopen(handle, "wb") as stream:
            pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
        return Stored(path)

    def prepare(self, task: Callable[[Any], Any], shared: Any) -> None:
        # A process is started for each task as long as none is idle.
        for _ in range(self.count):
            self.submit(task, shared)

    def submit(self, task: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        try:
            return self._pool.submit(task, *arguments)
        except BrokenProcessPool:
            # One of them died, and the pool with it: its tasks have failed, new ones need another.
            self._pool.shutdown(wait=False)
            self._pool = self._make()
            return self._pool.submit(task, *arguments)

    def close(self) -> None:
        for process in list((self._pool._processes or {}).values()):
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for path in self._files:
            Path(path).unlink(missing_ok=True)


class DaskWorkers:
    """The workers of a Dask scheduler at `address`; they need this program installed.

    `holder` is the address of the one that has a thread waiting for the child that asks here. The
    scheduler is given `seconds` to answer.
    """

    def __init__(self, address: str, holder: str = "", seconds: float = CONNECTING) -> None:
        """Raises Declined `no-scheduler`."""
        try:
            import distributed

            untyped: Any = distributed
            self._client = untyped.Client(address, timeout=seconds)
        except ImportError:
            raise Declined("no-scheduler", "没有安装 Dask：请先装附加包 dask。") from None
        except (OSError, ValueError):
            words = f"连不上 Dask 调度器 {address}：请检查地址和网络，或不用它。"
            raise Declined("no-scheduler", words) from None
        # Equal calls are different tasks; one that is lost with its worker is done elsewhere.
        self._executor = self._client.get_executor(pure=False, retries=2)
        self._holder = holder
        self._threads: dict[str, int] = {}  # of every worker that can help
        self._counted = -1e9
        self._first: tuple[Callable[[Any], Any], Any] | None = None
        self._prepared: dict[str, Any] = {}  # a future is let go with its last reference

    @property
    def count(self) -> int:
        """Workers come and go."""
        if time.monotonic() - self._counted > COUNTING:
            # While it looks for a scheduler that is away, every question would wait: nobody helps.
            here = self._client.status == "running"
            known = dict(self._client.nthreads()) if here else {}
            if self._holder in known:
                known[self._holder] -= 1
            self._threads = {worker: free for worker, free in known.items() if free > 0}
            self._counted = time.monotonic()
            self._prepare()
        return sum(self._threads.values())

    def share(self, value: Any) -> Any:
        # The answer of a task, not scattered data: if the workers that hold it die, the scheduler
        # has it made again.
        return self._client.submit(_same, value, pure=False)

    def prepare(self, task: Callable[[Any], Any], shared: Any) -> None:
        self._first = task, shared
        self._counted = -1e9
        _ = self.count

    def _prepare(self) -> None:
        """Whoever has come since. Without this a worker would read the problem and make its tables
        when it has a task, which comes back too late; and the scheduler sends tasks to those who
        have the problem, so that all would queue for the first of them.
        """
        if self._first is None:
            return
        for worker in self._threads.keys() - self._prepared.keys():
            where = {"workers": [worker], "pure": False, "priority": BEHIND_JOBS}
            self._prepared[worker] = self._client.submit(*self._first, **where)

    def submit(self, task: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        # Not to the one that holds the job: it would wait there until the job ends.
        where = {"workers": list(self._threads), "allow_other_workers": True}
        # A job that waits for a worker goes first.
        future: Future[Answer] = self._executor.submit(
            task, *arguments, priority=BEHIND_JOBS, **(where if self._threads else {})
        )
        return future

    def close(self) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()


def _same(value: Any) -> Any:
    return value

"""Several web workers: one that died is told and replaced, one that cannot begin ends the service,
and nobody waits for one that was only starting.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture
from uvicorn import Config

from scripts import serving
from scripts.serving import HOPELESS, Keeper

LINES = LogCapture()


class Worker:
    """Stands for uvicorn's process: alive or dead, serving or still starting."""

    def __init__(self, pid: int, exitcode: int | None = None, serving: bool | None = True) -> None:
        self.pid, self.exitcode, self._serving = pid, exitcode, serving
        self.process = SimpleNamespace(is_alive=lambda: self.exitcode is None)
        self.parent_conn, self._other = Pipe()
        if serving is not None:  # else it is too busy to answer
            self._other.send(serving)
        self.told: list[str] = []

    def is_ready(self, _timeout: float) -> bool:
        return bool(self._serving)

    def kill(self) -> None:
        self.told.append("kill")

    def terminate(self) -> None:
        self.told.append("terminate")

    def join(self) -> None:
        pass

    def start(self) -> None:
        self.told.append("start")


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    former = {number: signal.getsignal(number) for number in signal.valid_signals()}
    # Whatever level and place other tests have told the program to log at.
    told = structlog.wrap_logger(
        None, [LINES], structlog.BoundLogger, cache_logger_on_first_use=False
    )
    monkeypatch.setattr(serving, "log", told)
    monkeypatch.setattr(serving, "Process", lambda *_: Worker(9, serving=False))
    yield Keeper(Config("nothing:app", workers=2), [])
    for number, handler in former.items():
        if handler != signal.getsignal(number):
            signal.signal(number, handler)


def kept(keeper: Keeper, *workers: Any) -> list[str]:
    """What one round of looking after them says in the log."""
    keeper.processes = list(workers)
    LINES.entries.clear()
    keeper.keep_subprocess_alive()
    return [f"{line['event']} {line['worker']} {line['exit_code']}" for line in LINES.entries]


def test_a_dead_worker_is_told_and_replaced(keeper: Keeper) -> None:
    assert kept(keeper, Worker(1), Worker(2, exitcode=-9)) == ["web-worker-died 2 -9"]
    assert [one.pid for one in keeper.processes] == [1, 9]
    assert not keeper.should_exit.is_set()


def test_a_worker_that_no_start_mends_ends_the_service(keeper: Keeper) -> None:
    kept(keeper, Worker(1, exitcode=HOPELESS), Worker(2))
    assert (keeper.should_exit.is_set(), keeper.code) == (True, HOPELESS)


def test_who_only_starts_is_not_waited_for(keeper: Keeper) -> None:
    serves, starts = Worker(1), Worker(2, serving=False)
    kept(keeper, serves, starts)
    keeper.terminate_all()
    assert (serves.told, starts.told) == (["terminate"], ["kill"])


def test_a_signal_ends_the_waiting_for_a_busy_worker(keeper: Keeper) -> None:
    keeper.signal_queue.append(signal.SIGTERM)
    busy, began = Worker(1, serving=None), time.monotonic()
    assert (kept(keeper, busy), busy.told) == ([], [])
    assert time.monotonic() - began < serving.HUNG_SECONDS / 2

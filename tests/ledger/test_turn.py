"""Writers go one after another, in the order they came, whichever process they are of."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import engine, turn

ASKING_AGAIN = """
import sys, time
from expert_pool.ledger import turn
while True:
    with turn.waited_for(sys.argv[1]), open(sys.argv[2], "ab") as turns:
        turns.write(b".")
        turns.flush()
        time.sleep(0.02)
"""


def test_who_is_next_has_the_turn_however_soon_another_process_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SQLite's own waiting the other one, asking at once again and again, went first for
    seconds.
    """
    file, turns, locked = str(tmp_path / "pool.db-turn"), tmp_path / "turns", turn._locked
    before: list[int] = []

    def noted(place: int, how: int) -> bool:
        """The other's turns until we were next."""
        held = locked(place, how)
        if held and os.path.samestat(os.fstat(place), Path(turn.next_of(file)).stat()):
            before.append(turns.stat().st_size)
        return held

    command = [sys.executable, "-c", ASKING_AGAIN, file, str(turns)]
    with subprocess.Popen(command) as other:
        try:
            _until(lambda: turns.exists() and turns.stat().st_size > 0)
            monkeypatch.setattr(turn, "_locked", noted)
            for _ in range(10):
                before.clear()
                with turn.waited_for(file):
                    assert turns.stat().st_size - before[0] <= 1
        finally:
            other.kill()


def _until(true: Callable[[], bool]) -> None:
    """A process of its own needs a second or more to begin on a busy machine."""
    for _ in range(6000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("the other process never began")


def test_who_cannot_wait_is_told_and_leaves_the_turn_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "pool.db-turn")
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    with turn.waited_for(file), pytest.raises(Refusal) as refused, turn.waited_for(file):
        pytest.fail("two at once")
    assert refused.value.code == "busy"
    with turn.waited_for(file):
        pass


STOPPED = """
import os, signal, sys
from expert_pool.ledger import turn
with turn.waited_for(sys.argv[1]):
    print("in", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


def test_a_process_stopped_in_its_turn_keeps_nobody_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does who gave up: it takes no turn that comes too late, and leaves no thread behind."""
    file = str(tmp_path / "pool.db-turn")
    threads = threading.active_count()
    with subprocess.Popen([sys.executable, "-c", STOPPED, file], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == b"in\n"
            monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
            for _ in range(3):
                with pytest.raises(Refusal) as refused, turn.waited_for(file):
                    pytest.fail("two at once")
                assert refused.value.code == "busy"
            assert threading.active_count() == threads + 1  # one stands for all of them
            monkeypatch.setattr(engine, "BUSY_SECONDS", 60)
            other.send_signal(signal.SIGCONT)
            with turn.waited_for(file), pytest.raises(BlockingIOError):
                _ask_once(file)
        finally:
            other.kill()
    _ask_once(file)


def _ask_once(file: str) -> None:
    place = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(place)


def test_a_turn_nobody_waits_for_any_more_goes_to_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "pool.db-turn")
    other = os.open(file, os.O_RDWR | os.O_CREAT)
    fcntl.flock(other, fcntl.LOCK_EX)
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    with pytest.raises(Refusal), turn.waited_for(file):
        pytest.fail("two at once")
    os.close(other)
    third = os.open(file, os.O_RDWR)
    fcntl.flock(third, fcntl.LOCK_EX)  # would wait for ever if the turn were kept
    os.close(third)


def test_where_no_file_can_be_made_the_write_says_what_is_wrong(tmp_path: Path) -> None:
    with turn.waited_for(str(tmp_path / "none" / "pool.db-turn")):
        pass


def test_postgresql_and_memory_need_no_file() -> None:
    assert turn.file_of("postgresql+psycopg://x@127.0.0.1/y") is None
    assert turn.file_of("sqlite://") is None
    assert turn.file_of("sqlite:////a/pool.db") == "/a/pool.db-turn"

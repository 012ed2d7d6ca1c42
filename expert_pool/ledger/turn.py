"""轮到谁写: writers of a SQLite file go one after another, in the order they came.

SQLite's own way is to sleep and try again: whoever looks at the right moment goes first. With
twenty people saving on two web workers one in twenty waited nine seconds, and some were sent away.
Here they queue at a lock of this process and at a locked file beside the database, which the
system hands on in order; SQLite's lock is then free, except from programs that are not ours.
PostgreSQL's advisory lock queues by itself.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Condition, Lock, Thread

from sqlalchemy.engine import URL, make_url

from expert_pool.ledger import engine


def file_of(url: str | URL) -> str | None:
    """The file to queue at; None where the database queues by itself."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return f"{os.path.realpath(parsed.database)}-turn"


@contextmanager
def waited_for(file: str | None) -> Iterator[None]:
    """Inside it is our turn. Raises Refusal `busy` after `engine.BUSY_SECONDS`, whoever is in
    front: somebody of this process, or another process that was stopped in the middle.
    """
    if file is None:
        yield
        return
    until = time.monotonic() + engine.BUSY_SECONDS
    door = _door(file)
    if not door.lock.acquire(timeout=engine.BUSY_SECONDS):
        raise engine.busy()
    try:
        place = door.place(until)
        try:
            yield
        finally:
            if place is not None:
                os.close(place)
    finally:
        door.lock.release()


class _Door:
    """The queue of this process (`lock`), and its one place in the queue of all processes."""

    def __init__(self, file: str) -> None:
        self.lock = Lock()
        self._file = file
        self._changed = Condition()
        self._standing = self._wanted = False
        self._place: int | None = None

    def place(self, until: float) -> int | None:
        """The locked file; None where none can be made: what cannot be written says so itself.

        The system's queue cannot be left again once one stands in it. So a thread stands there; who
        comes after somebody that gave up waits for the same thread.
        """
        with self._changed:
            if not self._standing:
                try:
                    place = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                except OSError:
                    return None
                if _locked(place, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    return place
                self._standing = True
                Thread(target=self._stand, args=(place,), daemon=True).start()
            self._wanted = True
            left = max(0.0, until - time.monotonic())
            here = self._changed.wait_for(lambda: not self._standing, left)
            self._wanted = False
            if not here:
                raise engine.busy()
            return self._place

    def _stand(self, place: int) -> None:
        _locked(place, fcntl.LOCK_EX)
        with self._changed:
            self._standing = False
            if self._wanted:
                self._place = place
                self._changed.notify()
            else:
                os.close(place)


def _locked(place: int, how: int) -> bool:
    """Whether we hold the file now; a file system that knows no locks keeps nobody waiting."""
    try:
        fcntl.flock(place, how)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@cache
def _door(file: str) -> _Door:
    return _Door(file)

"""轮到谁写: writers of a SQLite file go one after another, in the order they came.

SQLite's own way is to sleep and try again: whoever looks at the right moment goes first. With
twenty people saving on two web workers one in twenty waited nine seconds, and some were sent away.
Here they queue at a lock of this process and at two locked files beside the database. The system
wakes who waits for a lock but does not hand it on: whoever asks at that moment may have it. So the
second file says who is next, and the turn is asked for with that in hand only. SQLite's own lock
is then free, except from programs that are not ours. PostgreSQL's advisory lock queues by itself.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
                    following, place = _opened(next_of(self._file), self._file)
                except OSError:
                    return None
                at_once = fcntl.LOCK_EX | fcntl.LOCK_NB
                if _locked(following, at_once) and _locked(place, at_once):
                    os.close(following)
                    return place
                self._standing = True
                Thread(target=self._stand, args=(following, place), daemon=True).start()
            self._wanted = True
            left = max(0.0, until - time.monotonic())
            here = self._changed.wait_for(lambda: not self._standing, left)
            self._wanted = False
            if not here:
                raise engine.busy()
            return self._place

    def _stand(self, following: int, place: int) -> None:
        _locked(following, fcntl.LOCK_EX)
        _locked(place, fcntl.LOCK_EX)
        os.close(following)
        with self._changed:
            self._standing = False
            if self._wanted:
                self._place = place
                self._changed.notify()
            else:
                os.close(place)


def next_of(file: str) -> str:
    """The file whose holder has the next turn."""
    return f"{file}-next"


def _opened(*files: str) -> list[int]:
    """Raises OSError where one cannot be made, with none left open."""
    with ExitStack() as mine:
        places = []
        for file in files:
            places.append(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            mine.callback(os.close, places[-1])
        mine.pop_all()
        return places


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

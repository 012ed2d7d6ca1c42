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
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from sqlalchemy.engine import URL, make_url

from expert_pool.ledger import engine


@cache
def _door(_file: str) -> Lock:
    return Lock()


def file_of(url: str | URL) -> str | None:
    """The file to queue at; None where the database queues by itself."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return f"{os.path.realpath(parsed.database)}-turn"


@contextmanager
def waited_for(file: str | None) -> Iterator[None]:
    """Inside it is our turn. Raises Refusal `busy` after `engine.BUSY_SECONDS`.

    Within this process the wait is bounded; the first of its queue waits for other processes
    without an end of its own: the system lets go of the lock of one that died.
    """
    if file is None:
        yield
        return
    door = _door(file)
    if not door.acquire(timeout=engine.BUSY_SECONDS):
        raise engine.busy()
    try:
        place = _place(file)
        try:
            yield
        finally:
            if place is not None:
                os.close(place)
    finally:
        door.release()


def _place(file: str) -> int | None:
    """The locked file; None where none can be made: what cannot be written says so itself."""
    try:
        place = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
    except OSError:
        os.close(place)
        return None
    return place

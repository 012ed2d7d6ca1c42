"""Killed at any moment, a writer loses nothing that it acknowledged and leaves nothing by half."""

from __future__ import annotations

import multiprocessing
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text

from expert_pool.ledger import Ledger
from expert_pool.ledger.invariants import exceptions
from tests.ledger import crash_writer

# Writers are forked from a process that has imported everything and opened nothing: starting each
# anew would take most of the time.
WRITERS = multiprocessing.get_context("forkserver")
WRITERS.set_forkserver_preload(["tests.ledger.crash_writer"])


def test_one_kill(sqlite_ledger: Ledger) -> None:
    kill(sqlite_ledger, 1)


@pytest.mark.long
def test_five_hundred_kills(ledger: Ledger) -> None:
    kill(ledger, 500)


def kill(ledger: Ledger, kills: int) -> None:
    chance = random.Random(1)
    lives = [chance.uniform(0.01, 0.25) for _ in range(kills)]
    # Two at a time: one dies while another writes, and starting one costs no waiting for the other.
    with ThreadPoolExecutor(2) as pairs:
        said = pairs.map(partial(one_writer, ledger.url), lives)
        acknowledged = [uid for words in said for uid in words]
    with ledger.read() as session:
        stored = set(session.scalars(text("SELECT uid FROM expert")))
        assert exceptions(session) == []
        whole = session.scalar(text("SELECT count(*) FROM availability"))
    assert set(acknowledged) <= stored
    # Whole units only: everybody stored has all that belongs to the same commit.
    assert len(stored) == whole
    # At most the one commit that was under way is stored without having been acknowledged.
    assert len(stored) - len(acknowledged) <= kills


def one_writer(url: str, seconds: float) -> list[str]:
    """Start a writer, kill it so long after its first word; gives what it had said."""
    hears, says = WRITERS.Pipe(duplex=False)
    writer = WRITERS.Process(target=crash_writer.main, args=(url, says))
    writer.start()
    says.close()
    acknowledged = [str(hears.recv())]
    timer = threading.Timer(seconds, writer.kill)
    timer.start()
    try:
        while True:
            acknowledged.append(str(hears.recv()))
    except EOFError:  # a word half said was not said
        pass
    timer.join()
    writer.join()
    hears.close()
    return acknowledged

"""Killed at any moment, a writer loses nothing that it acknowledged and leaves nothing by half."""

from __future__ import annotations

import random
import subprocess
import sys
import threading

import pytest
from sqlalchemy import text

from expert_pool.ledger import Ledger
from expert_pool.ledger.invariants import exceptions


def test_one_kill(sqlite_ledger: Ledger) -> None:
    kill(sqlite_ledger, 1)


@pytest.mark.long
def test_a_hundred_kills(ledger: Ledger) -> None:
    kill(ledger, 100)


def kill(ledger: Ledger, kills: int) -> None:
    chance = random.Random(1)
    acknowledged: list[str] = []
    for _ in range(kills):
        writer = subprocess.Popen([sys.executable, "-m", "tests.ledger.crash_writer", ledger.url], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged.append(writer.stdout.readline().strip())
        timer = threading.Timer(chance.uniform(0.01, 0.4), writer.kill)
        timer.start()
        acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
        writer.wait()
        writer.stdout.close()
        timer.join()
    with ledger.read() as session:
        stored = set(session.scalars(text("SELECT uid FROM expert")))
        assert exceptions(session) == []
        whole = session.scalar(text("SELECT count(*) FROM availability"))
    assert set(acknowledged) <= stored
    # Whole units only: everybody stored has all that belongs to the same commit.
    assert len(stored) == whole
    # At most the one commit that was under way is stored without having been acknowledged.
    assert len(stored) - len(acknowledged) <= kills

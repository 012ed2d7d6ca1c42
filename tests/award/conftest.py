from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.award.story import Story, Told
from tests.award.walk import opened
from tests.once import built_once
from tests.storage import Clock, copy_sqlite


@pytest.fixture(scope="session")
def reviewed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A year whose site reports are signed, walked there once for all test processes and copied for
    every test.
    """

    def walk(folder: Path) -> None:
        clock = Clock()
        ledger = opened(copy_sqlite(sqlite_template, folder), clock)
        story = Story(ledger, clock)
        story.evaluation_stage()
        ledger.close()
        with closing(sqlite3.connect(folder / "pool.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        told = Told(clock, story.cast, story.firms)
        (folder / "told").write_bytes(pickle.dumps(told))

    folder = built_once(tmp_path_factory, "reviewed", walk)
    return folder / "pool.db", pickle.loads((folder / "told").read_bytes())


@pytest.fixture(scope="module")
def reviewed_story(
    reviewed: tuple[Path, Told], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """One copy for a whole module."""
    path, told = reviewed
    clock = Clock(told.clock.now)
    ledger = opened(copy_sqlite(path, tmp_path_factory.mktemp("module")), clock)
    yield Story(ledger, clock, told.cast, firms=told.firms)
    ledger.close()


@pytest.fixture
def story(reviewed: tuple[Path, Told], tmp_path: Path) -> Iterator[Story]:
    path, told = reviewed
    clock = Clock(told.clock.now)
    ledger = opened(copy_sqlite(path, tmp_path), clock)
    yield Story(ledger, clock, told.cast, firms=told.firms)
    ledger.close()

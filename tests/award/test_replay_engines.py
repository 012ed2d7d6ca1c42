"""One year, the same bytes: on SQLite, on PostgreSQL, and in processes that hash otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select

from award.archive import seal
from award.decision import gather
from award.decision.core.decide import decide
from expert_pool.ledger import Ledger
from expert_pool.ledger.base import Base
from tests.award.random_years import random_year, to_bytes
from tests.award.story import Story
from tests.award.walk import YEAR, opened
from tests.storage import Clock, drop_database, new_database


@pytest.fixture
def elsewhere(postgres_admin: str, postgres_template: str) -> Iterator[str]:
    address = new_database(postgres_admin, postgres_template)
    yield address
    drop_database(postgres_admin, address)


@pytest.mark.postgres
def test_the_year_file_and_the_bag_are_the_same_on_both_engines(
    story: Story, elsewhere: str
) -> None:
    story.honours_stage()
    _copy(story.ledger.url, elsewhere)
    other = opened(elsewhere, Clock(story.clock.now))
    here, there = _made(story.ledger), _made(other)
    other.close()
    assert here == there
    assert len(here[1]) > 20


def _made(ledger: Ledger) -> tuple[bytes, dict[str, bytes]]:
    with ledger.read() as session:
        return decide(gather.year_file(session, YEAR)), seal.payload(session, YEAR, {})


def _copy(source: str, target: str) -> None:
    """Every row of every table."""
    one, other = create_engine(source), create_engine(target)
    with one.connect() as reads, other.begin() as writes:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in reads.execute(select(table)).mappings()]
            if rows:
                writes.execute(insert(table), rows)
    _close(one, other)


def _close(*engines: Engine) -> None:
    for engine in engines:
        engine.dispose()


def test_a_decision_is_the_same_whatever_python_hashes(tmp_path: Path) -> None:
    file = tmp_path / "year.json"
    file.write_bytes(to_bytes(random_year(5)))
    code = (
        "import sys; from pathlib import Path; from award.decision.core.decide import decide;"
        "sys.stdout.buffer.write(decide(Path(sys.argv[1]).read_bytes()))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code, str(file)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {decide(file.read_bytes())}

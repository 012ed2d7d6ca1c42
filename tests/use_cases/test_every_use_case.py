"""Every write use case: one log entry per object changed, whole or not at all, and nothing broken
after it.
"""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from award.applicants import applicants as award_applicants
from award.duties import duties
from award.groups import draws, jobs, plans, service, signing, trials
from award.year import opening
from award.year import years as award_years
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.invariants import exceptions
from tests.storage import Clock, contents, copy_sqlite
from tests.use_cases.world import CASES, Case, World, build, tokens

# Written by programs about themselves, not acts of a person: a sign of life, and tidying up after a
# dead process.
NOT_ACTS = {"beat", "reap"}
# Their own tests need a parsed workbook or a service year.
ELSEWHERE = {"apply_import", "apply_applicants"}


@pytest.fixture(scope="module")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, World]:
    folder = tmp_path_factory.mktemp("furnished")
    ledger = Ledger(copy_sqlite(sqlite_template, folder), Clock(), tokens(), secret=b"k" * 32)
    world = build(ledger)
    ledger.close()
    with closing(sqlite3.connect(folder / "pool.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "pool.db", world


@pytest.fixture
def house(furnished: tuple[Path, World], tmp_path: Path) -> Iterator[tuple[Ledger, World]]:
    ledger = Ledger(copy_sqlite(furnished[0], tmp_path), Clock(), secret=b"k" * 32)
    yield ledger, furnished[1]
    ledger.close()


MODULES = (
    register,
    award_years,
    opening,
    award_applicants,
    plans,
    signing,
    service,
    jobs,
    duties,
    trials,
    draws,
)


def test_every_write_use_case_is_in_the_table() -> None:
    functions = {
        name
        for module in MODULES
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and next(iter(inspect.signature(value).parameters), "") == "uow"
    }
    assert functions - {"write_applicant", "writable"} == {
        case.name for case in CASES
    } | NOT_ACTS | (ELSEWHERE & functions)


def test_the_furnished_house_keeps_every_invariant(house: tuple[Ledger, World]) -> None:
    with house[0].read() as session:
        assert exceptions(session) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_leaves_one_entry_per_object_changed(house: tuple[Ledger, World], case: Case) -> None:
    ledger, world = house
    before = newest(ledger)
    with ledger.write(case.actor) as uow:
        case.run(uow, world)
        uow.commit()
    with ledger.read() as session:
        lines = [
            line for line in audit.entries(session, SYSTEM_VIEWER, limit=1000) if line.id > before
        ]
        assert tuple((line.action, line.kind) for line in reversed(lines)) == case.entries
        assert {line.actor_id for line in lines} == {case.actor.id}
        assert len({(line.kind, line.object_id, line.action) for line in lines}) == len(lines)
        assert all(line.before != line.after for line in lines)
        assert exceptions(session) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_changes_nothing_unless_committed(house: tuple[Ledger, World], case: Case) -> None:
    ledger, world = house
    before = contents(ledger.url)
    with ledger.write(case.actor) as uow:
        case.run(uow, world)
        uow.flush_log()
    assert contents(ledger.url) == before


class BrokenError(Exception):
    """The statement that was made to fail."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_changes_nothing_whichever_write_fails(house: tuple[Ledger, World], case: Case) -> None:
    """Fail the first, the second, … the last writing statement: the database is as it was each
    time, and whole once none fails.
    """
    ledger, world = house
    failing, seen = 1, 0

    def interrupt(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            seen += 1
            if seen == failing:
                raise BrokenError

    with closing(sqlite3.connect(ledger.url.removeprefix("sqlite:///"))) as onlooker:
        before = commits(onlooker)
        event.listen(ledger.engine, "before_cursor_execute", interrupt)
        while True:
            seen = 0
            try:
                with ledger.write(case.actor) as uow:
                    case.run(uow, world)
                    uow.commit()
                break
            except BrokenError:
                assert commits(onlooker) == before
                failing += 1
        event.remove(ledger.engine, "before_cursor_execute", interrupt)
        assert failing > 2
        assert commits(onlooker) != before


def commits(onlooker: sqlite3.Connection) -> int:
    """Another number after each change that another connection has brought to the database: asked
    in a moment, where comparing every row takes a hundred times as long.
    """
    return int(onlooker.execute("PRAGMA data_version").fetchone()[0])


def newest(ledger: Ledger) -> int:
    with ledger.read() as session:
        return audit.head(session, ledger.clock()).entries

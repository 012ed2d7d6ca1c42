"""For all tests: passwords are hashed by the real algorithm at its least cost; one event loop
answers all requests.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from api.identity import passwords
from expert_pool.ledger import engine as engines
from tests import portal
from tests.storage import (  # noqa: F401 - one of each for all folders, not one for each
    clock,
    ledger,
    postgres_admin,
    postgres_ledger,
    postgres_template,
    sqlite_ledger,
    sqlite_template,
    url,
)

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]

# From here on, for what is loaded next is large: not after every few hundred of the objects that a
# module, a request or a query makes and drops.
gc.set_threshold(200_000, 20, 20)

# Before anything is hashed.
THE_PROGRAMS_COST = dict(passwords.COST)
passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def event_loop_of_requests() -> Iterator[None]:
    with portal.opened():
        yield


def pytest_collection_finish() -> None:
    """What is loaded stays; the collector need not look at it again and again."""
    gc.freeze()


def sharing_statements(create: Any) -> Any:
    """Engines of one kind keep the SQL they have compiled together, as the requests of one server
    do: every test opens an engine.
    """
    first: dict[str, Engine] = {}

    def create_sharing(url: str, **options: Any) -> Engine:
        made: Engine = create(url, **options)
        kind = made.dialect.name
        if kind in first:
            made.dialect, made._compiled_cache = first[kind].dialect, first[kind]._compiled_cache
        else:
            event.listen(made, "first_connect", lambda *_: first.setdefault(kind, made))
        return made

    return create_sharing


engines.create_engine = sharing_statements(engines.create_engine)


def without_waiting_for_the_disk(connect: Any) -> Any:
    """Nobody pulls the plug on a throw-away database: what is tested is our use of transactions,
    and each of many thousands would wait for the disk (as for PostgreSQL in tests/storage.py).
    """

    def connect_at_once(connection: Any, record: object) -> None:
        connect(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    return connect_at_once


the_programs_sqlite = engines._sqlite_connect
engines._sqlite_connect = without_waiting_for_the_disk(the_programs_sqlite)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, started once a process for whoever looks at pages."""
    sync_api = pytest.importorskip(
        "playwright.sync_api",
        reason="playwright is not installed (extra e2e): NO BROWSER TESTS RUN",
    )
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: NO BROWSER TESTS RUN")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()

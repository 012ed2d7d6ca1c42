"""For all tests: passwords are hashed by the real algorithm at its least cost; one event loop
answers all requests.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
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

HERE = Path(__file__).parent
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

# The dearest files and about what each takes, in seconds of processor time (2026-11-30).
DEAR = {
    "api/test_fuzz.py": 60,
    "web/test_axe.py": 50,
    "access/test_matrix.py": 45,
    "access/test_two_worlds.py": 40,
    "award/test_two_worlds_later.py": 35,
    "solver/test_prices.py": 30,
    "solver/test_solve.py": 25,
    "use_cases/test_every_use_case.py": 25,
    "e2e/test_main_path.py": 20,
    "scripts/test_demo_award.py": 20,
    "solver/test_infeasible.py": 20,
    "solver/test_workers.py": 20,
    "award/test_blind.py": 18,
    "solver/test_repair.py": 18,
    "core/test_brute.py": 17,
    "scripts/test_plan.py": 17,
    "scripts/test_demo.py": 13,
    "scripts/test_measure_register.py": 13,
    "web/test_dossiers.py": 13,
    "api/test_record_imports.py": 12,
}

# Before anything is hashed.
THE_PROGRAMS_COST = dict(passwords.COST)
passwords.COST.update(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def event_loop_of_requests() -> Iterator[None]:
    with portal.opened():
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several processes each begins with its share of the dearest files, and takes from the
    others at last what is soon done: nobody waits at the end for one who begins a long test.
    """
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    if workers > 1:
        items[:] = longest_first(items, workers)


def longest_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """In as many equal parts as there are processes, which xdist hands out in this order."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        tests.setdefault(item.path.relative_to(HERE).as_posix(), []).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    seconds = [0] * workers
    for file in (file for file in DEAR if file in tests):
        least = seconds.index(min(seconds))
        seconds[least] += DEAR[file]
        parts[least] += tests.pop(file)
    rest = [item for several in tests.values() for item in several]
    for number, part in enumerate(parts):
        size = len(items) * (number + 1) // workers - len(items) * number // workers
        wanted = max(0, size - len(part))
        part += rest[:wanted]
        del rest[:wanted]
    return [item for part in parts for item in part] + rest


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

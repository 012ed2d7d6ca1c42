"""What every request asks is found by an index: no large table is read through, whatever its size.

SQLite's plan (EXPLAIN QUERY PLAN) does not depend on how much is stored, so a small world tells;
PostgreSQL reads a small table through unless it is told that this is dear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from api.identity import tokens
from award.duties import duties
from award.year.free_days import save_free_days
from expert_pool import store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.ledger import Ledger, audit
from expert_pool.tables import Expert
from tests import cast
from tests.storage import CLERK
from tests.use_cases.world import YEAR, World

LARGE = {
    "appointment",
    "audit_content",
    "audit_entry",
    "availability",
    "availability_half_day",
    "conflict",
    "declaration",
    "expert",
    "expert_industry",
    "login_session",
    "message",
    "performance_record",
    "personal_link",
    "stage_record",
    "suspension",
}
# The newest entry of the log: read from its end, one row.
NEWEST = re.compile(r"ORDER BY audit_entry\.id DESC\s+LIMIT")
Asked = list[tuple[str, Any]]


@contextmanager
def listening(ledger: Ledger) -> Iterator[Asked]:
    asked: Asked = []

    def keep(_1: object, _2: object, statement: str, parameters: Any, *_3: object) -> None:
        asked.append((statement, parameters))

    event.listen(ledger.engine, "before_cursor_execute", keep)
    try:
        yield asked
    finally:
        event.remove(ledger.engine, "before_cursor_execute", keep)


def read_through(ledger: Ledger, asked: Asked) -> set[str]:
    """Large tables that a statement reads from end to end, with the statement."""
    found = set()
    scans = _scans_of_postgresql if ledger.engine.dialect.name == "postgresql" else _scans_of_sqlite
    with ledger.engine.connect() as connection:
        for statement, parameters in asked:
            if NEWEST.search(statement) or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
                continue
            if isinstance(parameters, list):
                parameters = parameters[0]
            for table in scans(connection, statement, parameters):
                if table in LARGE:
                    found.add(f"{table}: {statement}")
    return found


def _scans_of_sqlite(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    named = re.findall(r"(?:FROM|JOIN) (\w+)(?: AS (\w+))?", statement)
    tables = {alias or name: name for name, alias in named}
    for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
        if scan := re.fullmatch(r"SCAN (\w+)", str(line[3])):
            yield tables.get(scan[1], scan[1])


def _scans_of_postgresql(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    for line in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters):
        if scan := re.search(r"Seq Scan on (\w+)", str(line[0])):
            yield scan[1]


@pytest.fixture
def asked_of(told: Ledger, world: World) -> Iterator[tuple[Ledger, str]]:
    yield told, world.expert("孙针织")


@pytest.fixture
def on_postgresql(postgres_ledger: Ledger) -> tuple[Ledger, str]:
    return postgres_ledger, cast.settle(postgres_ledger).experts["孙针织"]


def ask_as_an_expert(ledger: Ledger, uid: str) -> Asked:
    me = Actor(uid, "孙针织", Role.EXPERT)
    with listening(ledger) as asked:
        with ledger.read() as session:
            tokens.find_session(session, "0" * 64)
            page = store.expert(session, SYSTEM_VIEWER, uid, YEAR, ledger.clock().date())
            store.phone(session, SYSTEM_VIEWER, uid)
            store.yearly_steps(session, SYSTEM_VIEWER, uid, YEAR)
            duties.own(session, uid, YEAR, ledger.clock().date())
            audit.sealed(session)
            audit.fits(session)
        free = page.availability
        with ledger.write(CLERK) as uow:
            save_free_days(uow, uid, YEAR, (), "都有空", free.version)
            uow.commit()
        with ledger.write(me) as uow:
            tokens.touch_session(uow, "s-none")
    assert len(asked) > 20
    return asked


def ask_for_lists(ledger: Ledger, uid: str) -> Asked:
    with listening(ledger) as asked, ledger.read() as session:
        store.found(session, SYSTEM_VIEWER)
        store.experts(session, SYSTEM_VIEWER, YEAR, ledger.clock().date(), only=(uid,))
        store.found(session, SYSTEM_VIEWER, industry="17")
    return asked


def test_what_every_request_of_an_expert_asks(asked_of: tuple[Ledger, str]) -> None:
    assert read_through(asked_of[0], ask_as_an_expert(*asked_of)) == set()


def test_what_a_page_of_the_list_and_a_search_ask(asked_of: tuple[Ledger, str]) -> None:
    """The list goes along the index of its order and reads the rows of one page."""
    assert read_through(asked_of[0], ask_for_lists(*asked_of)) == set()


@pytest.mark.postgres
def test_what_is_asked_of_postgresql(on_postgresql: tuple[Ledger, str]) -> None:
    asked = ask_as_an_expert(*on_postgresql) + ask_for_lists(*on_postgresql)
    assert read_through(on_postgresql[0], asked) == set()


@pytest.mark.postgres
def test_a_scan_of_postgresql_is_seen(postgres_ledger: Ledger) -> None:
    with listening(postgres_ledger) as asked, postgres_ledger.read() as session:
        session.scalars(select(Expert.id).where(Expert.remark == "x")).all()
    assert len(read_through(postgres_ledger, asked)) == 1


def test_a_scan_is_seen(asked_of: tuple[Ledger, str]) -> None:
    ledger, _ = asked_of
    with listening(ledger) as asked, ledger.read() as session:
        session.scalars(select(Expert.id).where(Expert.remark == "x")).all()
    assert len(read_through(ledger, asked)) == 1

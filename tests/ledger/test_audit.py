"""The log: what an attacker with the database file can do, and what gives him away."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.ledger import Ledger, audit
from tests.storage import CLERK, Clock

ENTRIES = 12


@pytest.fixture
def filled(ledger: Ledger, clock: Clock) -> Ledger:
    return fill(ledger, clock)


@pytest.fixture
def filled_file(sqlite_ledger: Ledger, clock: Clock) -> Ledger:
    return fill(sqlite_ledger, clock)


def fill(ledger: Ledger, clock: Clock) -> Ledger:
    for number in range(1, ENTRIES + 1):
        with ledger.write(CLERK) as uow:
            uow.record(
                "edit", "expert", f"e-{number}", {"n": number - 1}, {"n": number}, f"理由{number}"
            )
            uow.commit()
        clock.advance(minutes=1)
    return ledger


def verified(ledger: Ledger, *anchors: audit.Anchor) -> list[int]:
    with ledger.read() as session:
        return [broken.entry_id for broken in audit.verify(session, anchors)]


def unguarded(ledger: Ledger, *statements: str) -> None:
    """What somebody does who owns the database: takes the triggers away first."""
    with ledger.engine.execution_options(ledger_write=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            for (name,) in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
            connection.execute(text("ALTER TABLE audit_content DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_log_is_whole(filled: Ledger) -> None:
    assert verified(filled) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = '改' WHERE id = 3",
        "DELETE FROM audit_entry WHERE id = 3",
        "UPDATE audit_content SET after = 'null' WHERE entry_id = 3",
        "DELETE FROM audit_content WHERE entry_id = 3",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(filled: Ledger, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        filled.engine.execution_options(ledger_write=True).begin() as connection,
    ):
        connection.execute(text(statement))
    assert verified(filled) == []


@pytest.mark.parametrize("position", [1, 6, ENTRIES])
@pytest.mark.parametrize(
    "column",
    [
        "at",
        "actor_id",
        "actor_name",
        "actor_role",
        "action",
        "kind",
        "object_id",
        "reason",
        "content_digest",
    ],
)
def test_an_edited_entry_is_found(filled_file: Ledger, column: str, position: int) -> None:
    unguarded(filled_file, f"UPDATE audit_entry SET {column} = '改' WHERE id = {position}")
    assert position in verified(filled_file)


@pytest.mark.parametrize("position", [1, 6, ENTRIES])
@pytest.mark.parametrize("column", ["before", "after", "salt", "reason"])
def test_edited_contents_are_found(filled_file: Ledger, column: str, position: int) -> None:
    unguarded(filled_file, f"UPDATE audit_content SET {column} = '改' WHERE entry_id = {position}")
    assert verified(filled_file) == [position]


@pytest.mark.parametrize("position", [1, 6])
def test_a_deleted_entry_is_found(filled: Ledger, position: int) -> None:
    unguarded(
        filled,
        f"DELETE FROM audit_content WHERE entry_id = {position}",
        f"DELETE FROM audit_entry WHERE id = {position}",
    )
    assert position in verified(filled)


def test_swapped_entries_are_found(filled: Ledger) -> None:
    columns = ("at", "actor_id", "action", "kind", "object_id", "reason", "content_digest")
    with filled.read() as session:
        fourth, fifth = session.execute(
            text(f"SELECT {', '.join(columns)} FROM audit_entry WHERE id IN (4, 5) ORDER BY id")
        ).all()
    for number, row in ((4, fifth), (5, fourth)):
        values = ", ".join(
            f"{column} = '{value}'" for column, value in zip(columns, row, strict=True)
        )
        unguarded(filled, f"UPDATE audit_entry SET {values} WHERE id = {number}")
    assert {4, 5} <= set(verified(filled))


def test_a_cut_end_is_found_only_with_an_anchor(filled: Ledger, tmp_path: Path) -> None:
    with filled.read() as session:
        audit.keep_anchor(tmp_path / "anchors.txt", audit.head(session, filled.clock()))
    unguarded(
        filled,
        "DELETE FROM audit_content WHERE entry_id > 8",
        "DELETE FROM audit_entry WHERE id > 8",
    )
    assert verified(filled) == []
    assert verified(filled, *audit.kept_anchors(tmp_path / "anchors.txt")) == [ENTRIES]


def test_a_rewritten_rest_is_found_only_with_an_anchor(filled: Ledger) -> None:
    with filled.read() as session:
        anchor = audit.head(session, filled.clock())
    rewrite_from(filled, 5)
    assert verified(filled) == []
    assert verified(filled, anchor) == [ENTRIES]


def rewrite_from(ledger: Ledger, position: int) -> None:
    """Forge one entry and hash everything after it anew, as somebody with this source code can."""
    unguarded(ledger, f"UPDATE audit_entry SET reason = '伪造' WHERE id = {position}")
    with ledger.engine.execution_options(ledger_write=True).begin() as connection:
        previous = audit.FIRST
        for row in (
            connection.execute(text("SELECT * FROM audit_entry ORDER BY id")).mappings().all()
        ):
            fields = [row[name] for name in audit.AuditEntry.__table__.c.keys()[:10]]
            digest = audit._digest([*fields, previous])
            values = {"p": previous, "h": digest, "i": row["id"]}
            connection.execute(
                text("UPDATE audit_entry SET previous_hash = :p, hash = :h WHERE id = :i"), values
            )
            previous = digest


def test_contents_may_go_by_law_and_the_chain_stays(filled: Ledger) -> None:
    with filled.write(CLERK) as uow:
        uow.record(audit.ERASE, "audit", "3", None, None, "个人信息保护法第四十七条")
        uow.flush_log()
        uow.session.execute(text("DELETE FROM audit_content WHERE entry_id = 3"))
        uow.commit()
    assert verified(filled) == []
    with filled.read() as session:
        lines = audit.entries(session, SYSTEM_VIEWER, kind="expert", object_id="e-3")
    assert [(line.erased, line.before, line.after) for line in lines] == [(True, None, None)]


def test_who_may_read_the_log(filled: Ledger) -> None:
    with filled.read() as session:
        found = {role: audit.entries(session, Viewer("x", role), limit=1) for role in Role}
    shown = {role: (len(lines), lines[0].after if lines else None) for role, lines in found.items()}
    everything, without_contents, nothing = (1, {"n": ENTRIES}), (1, None), (0, None)
    assert shown == {
        Role.SECRETARIAT: nothing,
        Role.APPROVER: everything,
        Role.INSPECTOR: everything,
        Role.ADMIN: without_contents,
        Role.EXPERT: nothing,
        Role.SYSTEM: everything,
        Role.ANONYMOUS: nothing,
    }


def test_an_anchor_survives_being_written_down() -> None:
    anchor = audit.Anchor("2026-08-03T01:30:00.000000+00:00", 12, "a" * 64)
    assert audit.Anchor.parse(anchor.line) == anchor


def test_twenty_thousand_entries_are_verified_in_one_pass(
    sqlite_ledger: Ledger, timed: Callable[[], float]
) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        for number in range(20_000):
            uow.record("edit", "expert", f"e-{number}", {"n": number}, {"n": number + 1})
        uow.commit()
    before = timed()
    assert verified(sqlite_ledger) == []
    # 1,000,000 in 20 s is the promise: 20,000 in 0.4 s, with room for a busy machine.
    assert timed() - before < 4


@pytest.fixture
def timed() -> Callable[[], float]:
    import time

    return time.process_time


def test_the_whole_file_can_be_checked_without_this_program(filled_file: Ledger) -> None:
    """The chain is plain enough to be recomputed by somebody else: SHA-256 over a JSON list of the
    columns in order.
    """
    import hashlib
    import json

    with closing(sqlite3.connect(filled_file.url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT * FROM audit_entry ORDER BY id").fetchall()
    for row in rows:
        assert (
            hashlib.sha256(
                json.dumps(list(row[:11]), ensure_ascii=False, separators=(",", ":")).encode()
            ).hexdigest()
            == row[11]
        )

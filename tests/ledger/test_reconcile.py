"""日志与数据的核对: nine ways in which somebody who owns the database changes it past the program,
each of them found; and the seal, which he cannot make.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from api.identity import signin
from expert_pool import register
from expert_pool.core.actor import Role
from expert_pool.ledger import Ledger, audit
from tests.api import drawn, story
from tests.api.world import SECRET, Clock
from tests.storage import CLERK

Falsify = Callable[[Session], None]


def sql(*statements: str) -> Falsify:
    def falsify(session: Session) -> None:
        for statement in statements:
            done = session.execute(text(statement))
            assert done.rowcount >= 1, statement  # type: ignore[attr-defined]

    return falsify


def _hashed(values: list[object]) -> str:
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def rewrite_the_chain(session: Session) -> None:
    """An entry forged, and every hash after it made anew: the chain alone would not show it."""
    session.execute(text("UPDATE audit_entry SET actor_name = '别人' WHERE id = 5"))
    previous = audit.FIRST
    for row in session.execute(text("SELECT * FROM audit_entry ORDER BY id")).all():
        told = {"id": row.id, "previous": previous, "hash": _hashed([*row[:10], previous])}
        update = "UPDATE audit_entry SET previous_hash = :previous, hash = :hash WHERE id = :id"
        session.execute(text(update), told)
        previous = str(told["hash"])


def forge_an_erasure(session: Session) -> None:
    """What somebody did goes out of the log, as if the law had asked for it."""
    last = session.execute(text("SELECT id, hash FROM audit_entry ORDER BY id DESC LIMIT 1")).one()
    values = [last.id + 1, "2026-08-20T01:00:00.000000+00:00", "u", "甲", "approver", "erase"]
    values += ["audit", "5", "依法删除", _hashed(["0", None, None]), last.hash]
    names = audit.AuditEntry.__table__.columns.keys()
    row = dict(zip(names, [*values, _hashed(values), ""], strict=True))
    session.execute(insert(audit.AuditEntry), row)
    told = {"entry_id": last.id + 1, "salt": "0", "before": None, "after": None}
    session.execute(insert(audit.AuditContent), told)
    session.execute(text("DELETE FROM audit_content WHERE entry_id = 5"))


FORGED_CONFLICT = (
    "INSERT INTO conflict (expert_id, kind, organisation, organisation_uscc, source, evidence,"
    " decision, decided_by, recorded_at, withdraw_reason, uid, version) VALUES (1, 'KINSHIP', 'x',"
    " '', 'office', '', '', '', '2026-08-20 01:00:00', '', 'c-forged', 1)"
)
FORGED_SESSION = (
    "INSERT INTO login_session (token_sha256, uid, account_id, created_at, seen_at, expires_at,"
    " address, user_agent) SELECT 'x', 's-forged', id, '2026-08-20 01:00:00', '2026-08-20"
    " 01:00:00', '2027-01-01 00:00:00', '', '' FROM account WHERE login = 'fuzeren'"
)
# What is done, and what the finding speaks of.
FALSIFICATIONS: dict[str, tuple[Falsify, str]] = {
    "a conflict deleted": (sql("DELETE FROM conflict"), "conflict"),
    "a conflict put in": (sql(FORGED_CONFLICT), "conflict c-forged"),
    "the leader of a plan swapped": (
        sql("UPDATE plan_version SET plan = replace(plan, '\"leader\":', '\"leader\": ')"),
        "plan_version",
    ),
    "an employer changed": (sql("UPDATE expert SET employer = '别处' WHERE id = 1"), "employer"),
    "a role changed": (sql("UPDATE account SET role = 'approver' WHERE login = 'guanli'"), "role"),
    "a session put in": (sql(FORGED_SESSION), "登录 s-forged"),
    "a draw changed": (sql("UPDATE plan_draw SET reached = reached + 1"), "plan_draw"),
    "a rating changed": (sql("UPDATE performance_record SET score = 99"), "performance_record"),
    "the log rewritten": (rewrite_the_chain, "封印"),
    "an erasure forged": (forge_an_erasure, "没有加封"),
    "all seals wiped off": (sql("UPDATE audit_entry SET seal = ''"), "没有封印"),
    "the first seals wiped off": (sql("UPDATE audit_entry SET seal = '' WHERE id < 9"), "抹去"),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with a conflict, a rated service, a plan, a trial and a draw; into one file."""
    folder = tmp_path_factory.mktemp("reconciled")
    world, year = story.build(folder)
    drawn.publish_set(world, year)
    with world.ledger.write(CLERK) as uow:
        wanted = register.ConflictFields("KINSHIP", story.FIRMS[0][0])
        register.declare_conflict(uow, year.experts[0], wanted)
        service = register.ServiceFields(2025, "某公司", score=80)
        register.record_performance(uow, year.experts[0], service)
        uow.commit()
    world.client(Role.APPROVER)
    world.ledger.close()
    with closing(sqlite3.connect(folder / "pool.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "pool.db"


@pytest.fixture
def opened(told: Path, tmp_path: Path) -> Iterator[Ledger]:
    file = tmp_path / "pool.db"
    shutil.copyfile(told, file)
    ledger = Ledger(f"sqlite:///{file}", Clock(), secret=SECRET)
    yield ledger
    ledger.close()


def found(ledger: Ledger) -> list[str]:
    with ledger.read() as session:
        return [one.why for one in signin.verified(session)]


def test_records_that_nobody_touched_agree_with_the_log(opened: Ledger) -> None:
    assert found(opened) == []


@pytest.mark.parametrize("name", FALSIFICATIONS)
def test_a_falsification_is_found(opened: Ledger, name: str) -> None:
    falsify, word = FALSIFICATIONS[name]
    engine = opened.engine.execution_options(ledger_write=True)
    with Session(engine) as session:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for trigger in session.scalars(triggers).all():
            session.execute(text(f"DROP TRIGGER {trigger}"))
        falsify(session)
        session.commit()
    words = found(opened)
    assert words and any(word in one for one in words), words


def test_a_log_from_before_the_seals_is_sealed_from_now_on(opened: Ledger) -> None:
    """And how many entries had none is itself sealed."""
    with opened.engine.execution_options(ledger_write=True).begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET seal = ''"))
    (said,) = found(opened)
    assert said.startswith("全部") and "没有封印" in said
    with opened.write(CLERK) as uow:
        uow.begin_sealing()
        uow.commit()
    assert found(opened) == []

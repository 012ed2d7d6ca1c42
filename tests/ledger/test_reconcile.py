"""日志与数据的核对: ways in which somebody who owns the database changes it past the program,
each of them found, and every column of every record; and the seal, which he cannot make.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from api.identity import factor, logged, signin, tokens
from award.applicants.tables import AttachmentContent
from expert_pool import register
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.ledger import Ledger, audit
from expert_pool.ledger.reconcile import reconcile, take_stock, untold
from tests.api import drawn, story
from tests.api.world import PASSWORD, Clock, World
from tests.storage import CLERK, SECRET

Falsify = Callable[[Session], None]
THEN = datetime(2027, 1, 1, tzinfo=UTC)


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
    session.execute(insert(audit.AuditEntry.__table__), row)
    told = {"entry_id": last.id + 1, "salt": "0", "before": None, "after": None}
    session.execute(insert(audit.AuditContent), told)
    session.execute(text("DELETE FROM audit_content WHERE entry_id = 5"))


def bring_back(session: Session) -> None:
    """An identity number that somebody had deleted."""
    uid = session.scalar(text("SELECT object_id FROM audit_entry WHERE action = 'delete'"))
    session.execute(
        text(
            "INSERT INTO identity_number (expert_id, id_sealed, id_mark, kept_at, uid, version)"
            " VALUES (1, 'x', 'y', '2026-08-20 01:00:00', :uid, 1)"
        ),
        {"uid": uid},
    )


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
    "a record brought back": (
        bring_back,
        "放了回来",
    ),
    "two people's numbers swapped": (
        sql(
            "UPDATE expert SET id = -1 WHERE id = 1",
            "UPDATE expert SET id = 1 WHERE id = 2",
            "UPDATE expert SET id = 2 WHERE id = -1",
        ),
        "：id 与日志",
    ),
    "a password put in": (
        sql("UPDATE account SET password_hash = 'argon' WHERE role = 'approver'"),
        "password_hash",
    ),
    "a second factor taken off": (
        sql("UPDATE account SET totp_secret = '' WHERE role = 'secretariat'"),
        "totp_secret",
    ),
    "a recovery code put in": (
        sql(
            "INSERT INTO recovery_code SELECT id, id, NULL FROM account WHERE role = 'secretariat'"
        ),
        "备用码",
    ),
    "a used recovery code made fresh": (
        sql("UPDATE recovery_code SET used_at = NULL WHERE used_at IS NOT NULL"),
        "备用码",
    ),
    "a disabled account revived": (
        sql("UPDATE account SET disabled_at = NULL WHERE login = 'jiu'"),
        "disabled_at",
    ),
    "a session's token put in": (
        sql("UPDATE login_session SET token_sha256 = 'mine' || uid WHERE ended_at IS NULL"),
        "令牌",
    ),
    "a session made longer": (
        sql("UPDATE login_session SET expires_at = '2030-01-01' WHERE ended_at IS NULL"),
        "起止时间",
    ),
    "a session brought back": (
        sql("UPDATE login_session SET ended_at = NULL WHERE ended_at IS NOT NULL"),
        "已经退出",
    ),
    "a link made good again": (
        sql("UPDATE personal_link SET revoked_at = NULL WHERE revoked_at IS NOT NULL"),
        "revoked_at",
    ),
    "a link's token put in": (
        sql("UPDATE personal_link SET token_sha256 = 'mine' || id"),
        "token_sha256",
    ),
    "a paper's bytes changed": (
        sql("UPDATE attachment_content SET content = x'00'"),
        "文件内容",
    ),
    "what a search found changed": (
        sql("UPDATE solve_job SET best_plan = 'x' WHERE status = 'done'"),
        "best_plan",
    ),
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
        register.keep_identity(uow, year.experts[0], "110101199003070011")
        register.drop_identity(uow, year.experts[0])
        uow.commit()
    assert world.client(Role.APPROVER).get("/api/v1/experts").status_code == 200  # is logged
    _doors(world, year)
    drawn.finish_trial(world, year)
    world.ledger.close()
    with closing(sqlite3.connect(folder / "pool.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "pool.db"


def _doors(world: World, year: story.Year) -> None:
    """Of everything that opens or opened the house, one; and a paper."""
    with world.ledger.write(SYSTEM) as uow:
        clerk = world.accounts[Role.SECRETARIAT]
        factor.enable_factor(uow, clerk, "sealed", 1, ["one", "two"])
        factor.spend_recovery_code(uow, clerk, "one")
        uid = signin.create_account(uow, "jiu", "旧人", Role.SECRETARIAT, PASSWORD)
        signin.set_disabled(uow, uid, True, 1)
        link = tokens.issue_link(uow, "self", year.experts[0], "first", THEN)
        tokens.revoke_link(uow, year.experts[0], link)
        tokens.issue_link(uow, "self", year.experts[1], "second", THEN)
        paper = b"%PDF-1.7 "
        named = hashlib.sha256(paper).hexdigest()
        uow.session.add(AttachmentContent(sha256=named, content=paper))
        uow.commit()
    client = world.client(Role.INSPECTOR)
    assert client.delete("/api/v1/session").status_code == 204


@pytest.fixture
def opened(told: Path, tmp_path: Path) -> Iterator[Ledger]:
    file = tmp_path / "pool.db"
    shutil.copyfile(told, file)
    ledger = Ledger(f"sqlite:///{file}", Clock(), secret=SECRET)
    yield ledger
    ledger.close()


def found(ledger: Ledger) -> list[str]:
    with ledger.read() as session:
        return [one.why for one in logged.verified(session)]


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


def test_the_log_tells_every_column_of_every_record(opened: Ledger) -> None:
    """So that none can be changed past it."""
    with opened.read() as session:
        assert {record: told for record, told in untold(session) if told} == {}


def test_after_an_upgrade_the_log_tells_what_it_did_not(opened: Ledger) -> None:
    """The numbers and doors of records that an earlier version noted without them."""
    with opened.engine.execution_options(ledger_write=True).begin() as connection:
        for trigger in ("audit_entry_no_update", "audit_content_no_update"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(
            text(
                "UPDATE audit_content SET after ="
                " json_remove(after, '$.id', '$.uid', '$.password_hash')"
                " WHERE after LIKE '{%'"
            )
        )
    with opened.read() as session:
        silent = {name for _, told in untold(session) for name in told}
    assert silent == {"id", "uid", "password_hash"}
    with opened.write(CLERK) as uow:
        take_stock(uow)
        uow.commit()
    with opened.read() as session:
        assert {record: told for record, told in untold(session) if told} == {}
        assert [one.why for one in reconcile(session)] == []
    with opened.engine.execution_options(ledger_write=True).begin() as connection:
        connection.execute(text("UPDATE account SET password_hash = 'x'"))
    assert any("password_hash" in one for one in found(opened))

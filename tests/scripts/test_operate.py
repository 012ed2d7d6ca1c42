"""装机、备份、恢复、校验日志 as an operator types them, on a database of their own."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.identity import signin, staff_conflicts
from api.settings import load
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.ledger import Ledger, audit, engine
from scripts.cli import app
from scripts.serving import HOPELESS, refuse_open_http

run = CliRunner().invoke


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as `migrate` leaves it, and its key."""
    folder = tmp_path_factory.mktemp("installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("EXPERT_POOL_DATABASE_URL", "sqlite:///pool.db")
        assert run(app, ["migrate"]).exit_code == 0
    return folder


@pytest.fixture
def place(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPERT_POOL_DATABASE_URL", "sqlite:///pool.db")
    return tmp_path


def test_migrate_twice_changes_nothing(place: Path) -> None:
    before = (place / "pool.db").read_bytes()
    assert run(app, ["migrate"]).exit_code == 0
    assert (place / "pool.db").read_bytes() == before


def test_backup_and_restore_give_the_same_records(place: Path) -> None:
    assert run(app, ["backup", "copy.db"]).exit_code == 0
    for part in place.glob("pool.db*"):
        part.unlink()
    assert run(app, ["restore", "copy.db"]).exit_code == 0
    assert run(app, ["verify-audit"]).exit_code == 0


def test_backup_never_overwrites(place: Path) -> None:
    (place / "copy.db").write_text("mine", encoding="utf-8")
    assert run(app, ["backup", "copy.db"]).exit_code == 1
    assert (place / "copy.db").read_text(encoding="utf-8") == "mine"


def test_restore_refuses_a_damaged_backup(place: Path) -> None:
    run(app, ["backup", "copy.db"])
    (place / "pool.db").unlink()
    data = bytearray((place / "copy.db").read_bytes())
    data[len(data) // 2] ^= 1
    (place / "copy.db").write_bytes(bytes(data))
    result = run(app, ["restore", "copy.db"])
    assert (result.exit_code, (place / "pool.db").exists()) == (1, False)


def test_verify_audit_compares_with_a_kept_anchor(place: Path) -> None:
    assert run(app, ["verify-audit", "--anchors", "anchors.txt", "--keep"]).exit_code == 0
    (place / "anchors.txt").write_text(
        f"2026-01-01T00:00:00+00:00 7 {'a' * 64}\n", encoding="ascii"
    )
    result = run(app, ["verify-audit", "--anchors", "anchors.txt"])
    assert (result.exit_code, "末尾被截去" in result.output) == (1, True)


@pytest.mark.parametrize("gone", [True, False])
def test_an_anchor_file_that_was_emptied_or_is_missing_is_an_alarm(place: Path, gone: bool) -> None:
    """The log remembers that anchors were kept; an empty file cannot say that there are none."""
    add("zhang.san", "张三")
    asked = ["verify-audit", "--anchors", "anchors.txt", "--keep"]
    assert [run(app, asked).exit_code for _ in range(2)] == [0, 0]
    lines = (place / "anchors.txt").read_text("ascii").splitlines()
    if gone:
        (place / "anchors.txt").unlink()
    else:
        (place / "anchors.txt").write_text(lines[1] + "\n", encoding="ascii")
    result = run(app, asked)
    said = "缺 2 个" if gone else "缺 1 个"
    assert (result.exit_code, said in result.output) == (1, True)


def test_a_lost_or_another_key_stops_the_program_with_a_sentence(place: Path) -> None:
    add("zhang.san", "张三")
    key = place / "var" / "secret.key"
    kept = key.read_bytes()
    key.write_text("another key of the right length, not ours", encoding="ascii")
    key.chmod(0o600)
    assert "不是写操作日志时用的那一个" in run(app, ["accounts", "list"]).output
    assert "不是写操作日志时用的那一个" in run(app, SERVE_TWO).output
    key.unlink()
    for asked, code in ((["accounts", "list"], 1), (["loan", "list"], 1), (SERVE_TWO, HOPELESS)):
        refused = run(app, asked)
        assert (refused.exit_code, "请取回另存的那一份" in refused.output) == (code, True)
        assert not key.exists()  # none is made in its place, unless somebody says why
    assert run(app, ["new-key", "--reason", "机房失火，另存的一份也毁了"]).exit_code == 0
    assert run(app, ["verify-audit"]).exit_code == 0
    assert "还在，不用换" in run(app, ["new-key", "--reason", "再换一个"]).output
    key.write_bytes(kept)
    assert "不是写操作日志时用的那一个" in run(app, ["accounts", "list"]).output


def test_foreign_database_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPERT_POOL_DATABASE_URL", "sqlite:///other.db")
    with sqlite3.connect("other.db") as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    (tmp_path / "other.db").chmod(0o600)
    result = run(app, ["migrate"])
    assert (result.exit_code, "别的程序的表" in result.output) == (1, True)


def test_unknown_setting_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_POOL_SOLVER_WORKER", "3")
    result = run(app, ["migrate"])
    assert (result.exit_code, "EXPERT_POOL_SOLVER_WORKER" in result.output) == (1, True)


SERVE_TWO = ["serve", "--workers", "2", "--port", "18999"]


def add(login: str, name: str, role: str = "secretariat") -> str:
    return run(app, ["accounts", "add", login, "--name", name, "--role", role]).output


def test_accounts_are_made_listed_and_disabled(place: Path) -> None:
    """Nobody but the owner knows the password: the operator gets a link to hand over."""
    assert re.search(r"/join/[A-Za-z0-9_-]{43}\n", add("Zhang.San", "张三", "approver"))
    assert "已有人使用" in add("zhang.san", "李四")
    assert "已有在用的账号叫“张三”" in add("li.si", "张 三")
    assert "/join/" in run(app, ["accounts", "password", "zhang.san"]).output
    code = run(app, ["accounts", "factor", "zhang.san"]).output
    assert re.search(r"\n[A-Z0-9]{4}(-[A-Z0-9]{4}){3}\n", code)
    assert run(app, ["accounts", "disable", "ZHANG.SAN"]).exit_code == 0
    listed = run(app, ["accounts", "list"]).output
    assert ("zhang.san" in listed, "停用" in listed, "li.si" in listed) == (True, True, False)
    assert "accounts enable zhang.san" in run(app, ["accounts", "password", "zhang.san"]).output
    assert run(app, ["accounts", "enable", "zhang.san"]).exit_code == 0
    assert "停用" not in run(app, ["accounts", "list"]).output
    assert "停用" not in run(app, ["accounts", "password", "zhang.san"]).output


def test_the_conflict_of_the_only_approver_is_decided_by_the_operator(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the log names the account of the operating system, whatever LOGNAME says."""
    monkeypatch.setenv("LOGNAME", "somebody-else")
    add("zhang.san", "张三", "approver")
    ledger = Ledger("sqlite:///pool.db", lambda: datetime(2026, 8, 1, tzinfo=UTC))
    with ledger.read() as session:
        (account,) = signin.accounts(session)
    with ledger.write(Actor(account.uid, "张三", Role.APPROVER)) as uow:
        uid = staff_conflicts.declare(uow, account.uid, "某某袜业有限公司", "曾任顾问")
        uow.commit()
    assert uid in run(app, ["accounts", "conflicts"]).output.replace("\n", "")
    told = ["accounts", "decide", uid, "--clear", "--reason", "已满三年，主任会议同意"]
    assert "不需回避" in run(app, told).output
    with ledger.read() as session:
        assert staff_conflicts.in_force(session, account.uid) == frozenset()
        (entry,) = audit.entries(session, SYSTEM_VIEWER, kind="account_conflict", limit=1)
    ledger.close()
    assert (entry.action, entry.reason) == ("decide", "已满三年，主任会议同意")
    assert getpass.getuser() == "somebody-else" and "somebody-else" not in entry.actor_name


def test_account_password_never_comes_from_an_argument() -> None:
    from typer.main import get_command

    group = get_command(app).commands["accounts"]  # type: ignore[attr-defined]
    assert sorted(option.name for option in group.commands["add"].params) == [
        "login",
        "name",
        "role",
    ]


def test_unknown_role_is_refused_with_the_known_ones(place: Path) -> None:
    result = run(app, ["accounts", "add", "x", "--name", "张三", "--role", "king"])
    assert (result.exit_code, "secretariat、approver、inspector、admin" in result.output) == (
        2,
        True,
    )


def test_serve_on_a_busy_port_says_so(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(app, ["serve", "--port", str(port)])
    assert (result.exit_code, f"端口 {port} 用不了" in result.output) == (1, True)


def _garbage(file: Path) -> None:
    file.write_bytes(b"no database " * 1000)


def _torn(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096 : 4096 * 40] = b"\xff" * (4096 * 39)
    file.write_bytes(bytes(data))


def _older(file: Path) -> None:
    _version(file, "0007")


def _newer(file: Path) -> None:
    _version(file, "9999")


def _version(file: Path, version: str) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _gone(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_garbage, "数据库文件已损坏"),
        (_torn, "数据库文件已损坏"),
        (_older, "数据库结构是旧版（0007）"),
        (_newer, "数据库由更新版本的程序建立（9999）"),
        (_empty, "数据库还没有建立"),
        (_gone, "没有数据库文件 pool.db"),
    ],
)
@pytest.mark.parametrize("command", [["verify-audit"], ["accounts", "list"], ["serve"]])
def test_an_unfit_database_is_one_sentence(
    place: Path, spoil: Callable[[Path], None], sentence: str, command: list[str]
) -> None:
    spoil(place / "pool.db")
    before = sorted(one.name for one in place.iterdir() if one.suffix == ".db")
    result = run(app, [*command, *_port(command)])
    code = HOPELESS if command == ["serve"] else 1  # systemd shall not try for ever
    assert (result.exit_code, sentence in result.output) == (code, True)
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert sorted(one.name for one in place.iterdir() if one.suffix == ".db") == before


def _port(command: list[str]) -> list[str]:
    if command != ["serve"]:
        return []
    with socket.create_server(("127.0.0.1", 0)) as free:
        return ["--port", str(free.getsockname()[1])]


def test_the_unit_does_not_start_again_what_no_start_mends() -> None:
    unit = (Path(__file__).parents[2] / "deploy/expert-pool.service").read_text("utf-8")
    assert f"\nRestartPreventExitStatus={HOPELESS}\n" in unit


def test_a_locked_database_is_one_sentence(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect("pool.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = run(app, ["accounts", "disable", "x"])
    assert (result.exit_code, "系统正忙" in result.output) == (1, True)


def test_an_absent_server_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"postgresql+psycopg://nobody@127.0.0.1:{port}/pool"
    monkeypatch.setenv("EXPERT_POOL_DATABASE_URL", address)
    result = run(app, ["verify-audit"])
    assert (result.exit_code, "连不上 PostgreSQL" in result.output) == (1, True)


def test_serve_on_an_open_address_asks_for_https(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(app, ["serve", "--host", "0.0.0.0"])
    assert (result.exit_code, "明文经过网络" in result.output) == (HOPELESS, True)
    published = [
        {"public_url": "https://pool.zhuji.gov.cn"},
        {"public_url": "http://10.0.0.5", "allow_http": True},
        {"allow_http": True},
    ]
    for given in published:
        refuse_open_http(load(**given), "0.0.0.0")
    refuse_open_http(load(), "127.0.0.1")

"""装机、备份、恢复、校验日志 as an operator types them, on a database of their own."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.cli import app

run = CliRunner().invoke


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPERT_POOL_DATABASE_URL", "sqlite:///pool.db")
    assert run(app, ["migrate"]).exit_code == 0
    return tmp_path


def test_migrate_twice_changes_nothing(place: Path) -> None:
    before = (place / "pool.db").read_bytes()
    assert run(app, ["migrate"]).exit_code == 0
    assert (place / "pool.db").read_bytes() == before


def test_backup_and_restore_give_the_same_records(place: Path) -> None:
    assert run(app, ["backup", "copy.db"]).exit_code == 0
    (place / "pool.db").unlink()
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


def add(login: str, password: str) -> int:
    return run(
        app,
        ["accounts", "add", login, "--name", "张三", "--role", "secretariat"],
        input=password + "\n",
    ).exit_code


def test_accounts_are_made_listed_and_disabled(place: Path) -> None:
    assert add("Zhang.San", "correct horse battery") == 0
    assert add("zhang.san", "correct horse battery") == 1
    assert add("li.si", "short") == 1
    assert run(app, ["accounts", "disable", "ZHANG.SAN"]).exit_code == 0
    listed = run(app, ["accounts", "list"]).output
    assert ("zhang.san" in listed, "停用" in listed, "li.si" in listed) == (True, True, False)


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

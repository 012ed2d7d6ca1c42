"""体检: a sound installation has nothing to be told; each planted fault is told in a sentence that
says what is wrong and what to do.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from sqlalchemy import select
from typer.testing import CliRunner

from api.identity import signin
from api.settings import PREFIX, read_secret
from expert_pool.core.actor import SYSTEM, Role
from expert_pool.ledger import Ledger, backup, migrate
from expert_pool.register.identity import keep_identity
from expert_pool.tables import Expert
from scripts.cli import app
from scripts.doctor import engines, files, findings, records

NOW = datetime.now(UTC)
ENVIRONMENT = {
    "DATABASE_URL": "sqlite:///var/pool.db",
    "DATA_DIR": "var",
    "SECRET_FILE": "var/secret.key",
    "BACKUP_DIR": "backups",
    "PUBLIC_URL": "https://pool.zhuji.gov.cn",
    "TRUSTED_PROXIES": "127.0.0.1",
    "SECOND_FACTOR_ROLES": "approver,inspector",
    "SOLVER_WORKERS": "1",
}


def clock() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; every test spoils a copy."""
    place = tmp_path_factory.mktemp("sound")
    (place / "var").mkdir(mode=0o700)
    (place / "backups").mkdir(mode=0o700)
    url = f"sqlite:///{place}/var/pool.db"
    migrate.upgrade(url)
    secret = read_secret(place / "var/secret.key")
    ledger = Ledger(url, lambda: NOW - timedelta(hours=1), secret=secret)
    with ledger.write(SYSTEM) as uow:
        for role in (Role.ADMIN, Role.SECRETARIAT, Role.APPROVER):
            signin.create_account(
                uow, role.value, f"某{role.value}", role, "竹篮打水-一场空-真好", demo=False
            )
        expert = uow.add(Expert(name="程知节", employer="质量协会", created_at=uow.now), "e")
        keep_identity(uow, expert.uid, "11010519491231002X")
        uow.commit()
    ledger.close()
    backup.backup(url, place / "backups/pool.db")
    return place


@pytest.fixture
def place(installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(installation, copy)
    monkeypatch.chdir(copy)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(PREFIX + name, value)
    monkeypatch.setattr(engines, "compiled", lambda: True)
    monkeypatch.setattr(engines, "startable", lambda _program: True)
    monkeypatch.setattr(files, "free_share", lambda _settings: 0.5)
    return copy


def told(place: Path) -> list[str]:
    return list(findings(clock))


def test_a_sound_installation_has_no_findings(place: Path) -> None:
    assert told(place) == []
    result = CliRunner().invoke(app, ["doctor"])
    assert (result.exit_code, result.output) == (0, "没有发现问题。\n")


def _set(name: str, value: str) -> Callable[[Path], None]:
    return lambda _place: os.environ.__setitem__(PREFIX + name, value)


def _sql(statement: str) -> Callable[[Path], None]:
    def run(place: Path) -> None:
        with closing(sqlite3.connect(place / "var/pool.db")) as database, database:
            database.execute(statement)

    return run


def _write(name: str, text: str) -> Callable[[Path], None]:
    return lambda place: (place / name).write_text(text) and None


def _mode(name: str, mode: int) -> Callable[[Path], None]:
    return lambda place: (place / name).chmod(mode)


def _remove(name: str) -> Callable[[Path], None]:
    return lambda place: (place / name).unlink()


def _folder_gone(name: str) -> Callable[[Path], None]:
    return lambda place: shutil.rmtree(place / name)


def _old_backup(place: Path) -> None:
    then = (NOW - timedelta(days=9)).timestamp()
    os.utime(place / "backups/pool.db", (then, then))


def _bit(place: Path) -> None:
    file = place / "backups/pool.db"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def _torn(place: Path) -> None:
    file = place / "var/pool.db"
    data = bytearray(file.read_bytes())
    data[4096 * 8 : 4096 * 60] = b"\xff" * (4096 * 52)
    file.write_bytes(bytes(data))


def _moved(place: Path) -> None:
    (place / "var/pool.db").rename(place / "elsewhere.db")
    (place / "var/pool.db-wal").write_bytes(b"x")


def _in_2099(place: Path) -> None:
    """An entry of a day that has not come."""
    secret = (place / "var/secret.key").read_bytes().strip()
    ledger = Ledger(
        f"sqlite:///{place}/var/pool.db", lambda: datetime(2099, 1, 1, tzinfo=UTC), secret=secret
    )
    with ledger.write(SYSTEM) as uow:
        uow.add(Expert(name="罗士信", employer="质量协会", created_at=uow.now), "e")
        uow.commit()
    ledger.close()


def _typed(*commands: str) -> Callable[[Path], None]:
    """What the operator types, as the sentence has it."""

    def run(place: Path) -> None:
        for command in commands:
            words = shlex.split(command)
            if words[0] == "expert-pool":
                result = CliRunner().invoke(app, words[1:])
                assert result.exit_code == 0, result.output
            else:
                subprocess.run(words, cwd=place, check=True)

    return run


def _unset(name: str) -> Callable[[Path], None]:
    return lambda _place: os.environ.pop(PREFIX + name) and None


def _key_back(place: Path) -> None:
    (place / "var/secret.key").write_bytes((place / "kept.key").read_bytes())
    (place / "var/secret.key").chmod(0o600)


def _restored(place: Path) -> None:
    (place / "aside").mkdir()
    for part in (place / "var").glob("pool.db*"):
        part.rename(place / "aside" / part.name)
    _typed("expert-pool restore backups/pool.db")(place)


def _put_together(place: Path) -> None:
    """In the test the log of writes holds nothing."""
    (place / "var/pool.db-wal").unlink()
    (place / "elsewhere.db").rename(place / "var/pool.db")


def _other_people(place: Path) -> None:
    """Switched off as told; then nobody is left, which is told as well."""
    roles = ("admin", "secretariat", "approver")
    names = ("王管理", "张经办", "李复核")
    _typed(*(f"expert-pool accounts disable {role}" for role in roles))(place)
    found = told(place)
    assert len(found) == 3
    assert all("expert-pool accounts add" in one for one in found)
    added = zip(("guanli", "jingban", "fuhe"), roles, names, strict=True)
    _typed(*(f"expert-pool accounts add {a} --name {n} --role {r}" for a, r, n in added))(place)


def _new_key(place: Path) -> None:
    (place / "var/secret.key").rename(place / "other.key")
    _typed("expert-pool new-key --reason 机房失火，另存的也毁了")(place)
    (only,) = told(place)
    assert "打不开，请在他们的页上重新登记" in only
    url, secret = f"sqlite:///{place}/var/pool.db", read_secret(place / "var/secret.key")
    ledger = Ledger(url, clock, secret=secret)
    with ledger.write(SYSTEM) as uow:
        expert = uow.session.scalars(select(Expert.uid)).one()
        keep_identity(uow, expert, "11010519491231002X")
        uow.commit()
    ledger.close()


# What is planted, words of the sentence, and what its reader does then; None where only
# other people can mend it.
Plant = Callable[[Path], None]
PLANTED: dict[str, tuple[Plant, str, Plant | None]] = {
    "misspelt setting": (
        _set("DATABSE_URL", "x"),
        "EXPERT_POOL_DATABSE_URL：没有这个设置项",
        _unset("DATABSE_URL"),
    ),
    "plain http": (
        _set("PUBLIC_URL", "http://pool.zhuji.gov.cn"),
        "须用 https",
        _set("PUBLIC_URL", "https://pool.zhuji.gov.cn"),
    ),
    "open database": (
        _mode("var/pool.db", 0o644),
        "chmod 600 var/pool.db",
        _typed("chmod 600 var/pool.db"),
    ),
    "no database": (
        _remove("var/pool.db"),
        "文件丢了的，用 expert-pool restore 恢复最近的备份",
        _restored,
    ),
    "old schema": (_sql("UPDATE alembic_version SET version_num='0007'"), "旧版（0007）", None),
    "new schema": (_sql("UPDATE alembic_version SET version_num='9999'"), "更新版本", None),
    "damaged database": (_torn, "移到别处保留，用 expert-pool restore", _restored),
    "read-only database": (
        _mode("var/pool.db", 0o400),
        "什么都保存不了，请执行 chmod 600 var/pool.db",
        _typed("chmod 600 var/pool.db"),
    ),
    "only the log of writes": (_moved, "-wal 还在", _put_together),
    "no key": (_remove("var/secret.key"), "没有密钥文件 var/secret.key，请取回另存的", _key_back),
    "open key": (
        _mode("var/secret.key", 0o644),
        "chmod 600 var/secret.key",
        _typed("chmod 600 var/secret.key"),
    ),
    "weak key": (_write("var/secret.key", "x" * 64), "过短或过于简单，请取回另存的", _key_back),
    "another key": (
        _write("var/secret.key", "0123456789abcdef" * 4),
        "不是原来那一个：日志的封印对不上，身份证号打不开，服务不会启动，请取回另存的",
        _key_back,
    ),
    "another key for good": (
        _write("var/secret.key", "0123456789abcdef" * 4),
        "把它移走，运行 expert-pool new-key --reason 缘由",
        _new_key,
    ),
    "open folder": (_mode("var", 0o755), "执行 chmod 700 var", _typed("chmod 700 var")),
    "no data folder": (
        _set("DATA_DIR", "nowhere"),
        "没有目录 nowhere，请用 mkdir -m 700 nowhere 建立",
        _typed("mkdir -m 700 nowhere"),
    ),
    "no backup folder set": (
        _set("BACKUP_DIR", ""),
        "没有设 EXPERT_POOL_BACKUP_DIR",
        _set("BACKUP_DIR", "backups"),
    ),
    "no backup folder": (
        _folder_gone("backups"),
        "请用 mkdir -m 700 backups 建立",
        _typed("mkdir -m 700 backups", "expert-pool backup"),
    ),
    "no backup": (
        _remove("backups/pool.db"),
        "里没有备份，请运行 expert-pool backup",
        _typed("expert-pool backup"),
    ),
    "old backup": (
        _old_backup,
        "9 天前的，请运行 expert-pool backup 补一份",
        _typed("expert-pool backup"),
    ),
    "damaged backup": (
        _bit,
        "请马上运行 expert-pool backup 另做一份",
        _typed("expert-pool backup"),
    ),
    "no approver": (
        _sql("UPDATE account SET disabled_at='2026-01-01' WHERE role='approver'"),
        "没有在用的复核人",
        _typed("expert-pool accounts add fuhe --name 李复核 --role approver"),
    ),
    "demonstration account": (_sql("UPDATE account SET demo=1"), "演示账号", _other_people),
    "clock set back": (
        _in_2099,
        "以后有了新的日志就不再提示",
        _typed("expert-pool accounts add fuhe --name 李复核 --role approver"),
    ),
    "changed log": (_sql("UPDATE expert SET version=0"), "不自洽", None),
    "no proxy named": (
        _set("TRUSTED_PROXIES", ""),
        "一个人输错口令会锁住所有人，请写上代理的地址",
        _set("TRUSTED_PROXIES", "127.0.0.1"),
    ),
    "password only": (
        _set("SECOND_FACTOR_ROLES", "inspector"),
        "approver 只凭口令登录，请在 EXPERT_POOL_SECOND_FACTOR_ROLES",
        _set("SECOND_FACTOR_ROLES", "inspector,approver"),
    ),
    "too many workers": (
        _set("SOLVER_WORKERS", "64"),
        "EXPERT_POOL_SOLVER_WORKERS 是 64",
        _set("SOLVER_WORKERS", "1"),
    ),
    "silent scheduler": (
        _set("DASK_SCHEDULER", "tcp://127.0.0.1:9"),
        "没有应答，请启动调度器，或删去此项",
        _unset("DASK_SCHEDULER"),
    ),
    "file for remote workers": (
        _set("DASK_SCHEDULER", "tcp://127.0.0.1:9"),
        "却是 SQLite 文件",
        _unset("DASK_SCHEDULER"),
    ),
}


@pytest.mark.parametrize(("plant", "words", "mend"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_told_with_what_to_do_and_gone_when_that_is_done(
    place: Path,
    plant: Plant,
    words: str,
    mend: Plant | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copy("var/secret.key", "kept.key")
    with monkeypatch.context() as around:
        around.setattr(os, "environ", os.environ.copy())
        plant(place)
        before = _standing(place)
        found = told(place)
        after = _standing(place)
        if mend is not None:
            mend(place)
            assert told(place) == []
    assert any(words in sentence for sentence in found), found
    assert len(found) <= 2
    assert all(sentence.endswith("。") and "请" in sentence for sentence in found), found
    assert after == before


def _standing(place: Path) -> list[Path]:
    return [one for one in sorted(place.rglob("*")) if one.suffix not in (".db-wal", ".db-shm")]


def test_dumps_of_postgresql_are_its_backups(tmp_path: Path) -> None:
    address = "postgresql+psycopg://pool@127.0.0.1/pool"
    (tmp_path / "pool-1.db").touch()
    assert backup.newest(tmp_path, address) is None
    (tmp_path / "pool-1.dump").touch()
    assert backup.newest(tmp_path, address) == tmp_path / "pool-1.dump"


def test_commands_are_told_with_the_python_of_this_installation(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder need not be on the path: typed as told, the command is found."""
    monkeypatch.setattr(engines, "compiled", lambda: False)
    _sql("UPDATE expert SET version=0")(place)
    commands = [one.split(" -m ")[0].split(" ")[-1] for one in told(place) if " -m " in one]
    assert len(commands) == 2
    assert all(one.endswith(sys.executable) for one in commands), commands


def test_a_locked_database_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LOCK_SECONDS", 0)
    with closing(sqlite3.connect(place / "var/pool.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert any("数据库被别的程序占住" in one for one in told(place))


def test_what_this_machine_cannot_have_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "free_share", lambda _settings: 0.04)
    monkeypatch.setattr(files, "file_system", lambda _path: "nfs4")
    monkeypatch.setattr(engines, "compiled", lambda: False)
    monkeypatch.setattr(engines, "startable", lambda _program: False)
    found = " ".join(told(place))
    for words in ("只剩 4%", "网络文件系统（nfs4）", "还没有编译", "本用户不能执行"):
        assert words in found


def test_packages_are_held_against_what_the_program_asks_for() -> None:
    assert engines.package_fault(Requirement("sqlalchemy>=2")) == ""
    assert "缺少软件包 nosuchthing" in engines.package_fault(Requirement("nosuchthing>=1"))
    assert "本程序要 <1" in engines.package_fault(Requirement("sqlalchemy<1"))


def test_an_interpreter_that_cannot_be_started_is_known(tmp_path: Path) -> None:
    assert engines.startable(sys.executable)
    assert not engines.startable(str(tmp_path / "python"))


def test_settings_of_a_database_server() -> None:
    sound = {
        "server_encoding": "UTF8",
        "fsync": "on",
        "synchronous_commit": "on",
        "max_connections": "100",
        "is_superuser": "off",
    }
    assert list(records.server_faults(sound, 40)) == []
    spoilt = dict(zip(sound, ("SQL_ASCII", "off", "off", "20", "on"), strict=True))
    assert len(list(records.server_faults(spoilt, 40))) == 5

"""Backups: complete while others write, refused when damaged, restored to what they were."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from expert_pool import register
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit, backup
from expert_pool.ledger.invariants import exceptions
from tests import cast
from tests.storage import CLERK, Clock


def code(act: object, *arguments: object) -> str:
    with pytest.raises(Refusal) as caught:
        act(*arguments)  # type: ignore[operator]
    return caught.value.code


def test_a_backup_made_while_others_write_is_complete_as_of_its_start(
    sqlite_ledger: Ledger, tmp_path: Path
) -> None:
    cast.settle(sqlite_ledger)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with sqlite_ledger.write(CLERK) as uow:
                register.enrol(uow, cast.expert(f"写手{number}", "某单位"))
                uow.commit()
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            with sqlite_ledger.read() as session:
                known = audit.head(session, sqlite_ledger.clock())
            copy = backup.backup(sqlite_ledger.url, tmp_path / f"copy{number}.db")
            backup.verify(copy)
            opened = Ledger(f"sqlite:///{copy}", Clock())
            with opened.read() as session:
                # Everything acknowledged before the backup began is in it, and nothing is torn.
                assert exceptions(session) == []
                assert audit.verify(session, [known]) == []
            opened.close()
    finally:
        stop.set()
        writer.join()


def test_a_backup_restores_to_the_same_database(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    cast.settle(sqlite_ledger)
    copy = backup.backup(sqlite_ledger.url, tmp_path / "copy.db")
    backup.restore(copy, f"sqlite:///{tmp_path}/new/pool.db")
    restored = Ledger(f"sqlite:///{tmp_path}/new/pool.db", Clock())
    with restored.read() as new, sqlite_ledger.read() as old:
        for table in ("expert", "applicant", "availability", "audit_entry", "audit_content"):
            query = text(f"SELECT * FROM {table}")
            assert new.execute(query).all() == old.execute(query).all()
    restored.close()
    assert copy.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("position", [100, 5000, -200])
def test_a_backup_with_one_bit_flipped_is_refused(
    sqlite_ledger: Ledger, tmp_path: Path, position: int
) -> None:
    copy = backup.backup(sqlite_ledger.url, tmp_path / "copy.db")
    data = bytearray(copy.read_bytes())
    data[position] ^= 1
    copy.write_bytes(bytes(data))
    assert code(backup.verify, copy) == "backup-damaged"
    assert code(backup.restore, copy, f"sqlite:///{tmp_path}/new.db") == "backup-damaged"
    assert not (tmp_path / "new.db").exists()


def test_nothing_is_overwritten(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    copy = backup.backup(sqlite_ledger.url, tmp_path / "copy.db")
    assert code(backup.backup, sqlite_ledger.url, copy) == "exists"
    assert code(backup.restore, copy, sqlite_ledger.url) == "exists"
    (tmp_path / "copy.db.sha256").unlink()
    assert code(backup.verify, copy) == "backup-missing"


def test_postgresql_is_backed_up_and_restored_by_its_own_tools(tmp_path: Path) -> None:
    """Which are named with the right address, without its password; no file is made."""
    address, file = "postgresql+psycopg://office:secret@db/pool", tmp_path / "copy.dump"
    with pytest.raises(Refusal) as saved:
        backup.backup(address, file)
    with pytest.raises(Refusal) as restored:
        backup.restore(file, address)
    plain = "postgresql://office@db/pool"
    assert f"pg_dump --format=custom --file={file} '{plain}'" in saved.value.message_zh
    assert f"pg_restore --exit-on-error --dbname='{plain}' {file}" in restored.value.message_zh
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert code(backup.backup, f"sqlite:///{tmp_path}/pool.db", tmp_path / "copy.db") == (
        "no-database"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_program_is_no_backup(tmp_path: Path) -> None:
    """Neither saved nor restored, though SQLite finds it sound and its seal fits."""
    for name, statement in (("empty.db", ""), ("other.db", "CREATE TABLE mine (x)")):
        with closing(sqlite3.connect(tmp_path / name)) as other:
            other.execute(statement)
            other.commit()
        (tmp_path / name).touch()
        assert code(backup.backup, f"sqlite:///{tmp_path}/{name}", tmp_path / "copy.db") == (
            "backup-foreign"
        )
        digest = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        (tmp_path / f"{name}.sha256").write_text(f"{digest}  {name}\n", encoding="utf-8")
        assert code(backup.restore, tmp_path / name, f"sqlite:///{tmp_path}/pool.db") == (
            "backup-foreign"
        )
    assert not (tmp_path / "pool.db").exists()


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_stray_log_beside_the_file_is_refused(
    sqlite_ledger: Ledger, tmp_path: Path, end: str
) -> None:
    """Opened, it would be played into the backup, or into the database restored from it."""
    copy = backup.backup(sqlite_ledger.url, tmp_path / "copy.db")
    (tmp_path / f"new.db{end}").write_bytes(b"of an older database")
    assert code(backup.restore, copy, f"sqlite:///{tmp_path}/new.db") == "exists"
    (tmp_path / f"copy.db{end}").write_bytes(b"of whoever opened it")
    assert code(backup.restore, copy, f"sqlite:///{tmp_path}/other.db") == "backup-damaged"
    assert not (tmp_path / "new.db").exists() and not (tmp_path / "other.db").exists()


@pytest.mark.parametrize("step", ["_demand_sound", "_sha256", "_onto_disk"])
def test_a_backup_that_fails_leaves_nothing_behind(
    sqlite_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="no space"):
        broken.setattr(backup, step, full)
        backup.backup(sqlite_ledger.url, folder / "copy.db")
    assert list(folder.iterdir()) == []
    backup.verify(backup.backup(sqlite_ledger.url, folder / "copy.db"))


def test_a_folder_or_a_seal_that_is_no_text_is_refused_in_words(
    sqlite_ledger: Ledger, tmp_path: Path
) -> None:
    folder, target = tmp_path / "folder.db", tmp_path / "a.db"
    folder.mkdir()
    folder.with_name("folder.db.sha256").touch()
    backup.backup(sqlite_ledger.url, target)
    target.with_name("a.db.sha256").write_bytes(b"\xff\xfe\x00")
    for source, code in ((folder, "backup-missing"), (target, "backup-damaged")):
        with pytest.raises(Refusal) as refused:
            backup.restore(source, f"sqlite:///{tmp_path / 'new.db'}")
        assert refused.value.code == code
    assert not (tmp_path / "new.db").exists()

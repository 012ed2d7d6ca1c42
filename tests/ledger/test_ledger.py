"""The unit of work: nothing is kept without commit, nothing is lost with it."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit, migrate
from expert_pool.ledger.engine import make_engine
from expert_pool.tables import Expert
from tests import cast
from tests.conftest import the_programs_sqlite
from tests.storage import CLERK, Clock, copy_sqlite

QIAN = cast.PEOPLE[0]


def enrol(ledger: Ledger, fields: cast.ExpertFields = QIAN) -> str:
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, fields)
        uow.commit()
    return uid


def counted(ledger: Ledger) -> tuple[int, int]:
    with ledger.read() as session:
        entries = audit.head(session, ledger.clock()).entries
        return len(session.scalars(select(Expert.id)).all()), entries


def test_nothing_is_kept_without_commit(ledger: Ledger) -> None:
    with ledger.write(CLERK) as uow:
        register.enrol(uow, QIAN)
    assert counted(ledger) == (0, 0)


def test_nothing_is_kept_when_the_use_case_raises(ledger: Ledger) -> None:
    with pytest.raises(Refusal, match="姓名"), ledger.write(CLERK) as uow:
        register.enrol(uow, QIAN)
        register.enrol(uow, cast.expert("", "某单位"))
        uow.commit()
    assert counted(ledger) == (0, 0)


def test_a_commit_keeps_record_and_log_together(ledger: Ledger) -> None:
    uid = enrol(ledger)
    with ledger.read() as session:
        lines = audit.entries(session, SYSTEM_VIEWER)
        assert [
            (line.action, line.kind, line.object_id, line.actor_name, line.at) for line in lines
        ] == [("enrol", "expert", uid, "陈经办", ledger.clock())]
        assert lines[0].before is None
        assert lines[0].after is not None
        assert (lines[0].after["name"], lines[0].after["quality"]) == ("钱学勤", True)
        assert audit.verify(session) == []


def test_an_edit_with_no_difference_changes_nothing(ledger: Ledger) -> None:
    uid = enrol(ledger)
    with ledger.write(CLERK) as uow:
        assert register.edit_expert(uow, uid, 1, QIAN) == 1
        uow.commit()
    assert counted(ledger) == (1, 1)


def test_a_stale_version_is_refused_and_changes_nothing(ledger: Ledger) -> None:
    uid = enrol(ledger)
    other = cast.expert("钱学勤", "浙江大学")
    with ledger.write(CLERK) as uow:
        assert register.edit_expert(uow, uid, 1, other) == 2
        uow.commit()
    with pytest.raises(Refusal) as refused, ledger.write(CLERK) as uow:
        register.edit_expert(uow, uid, 1, QIAN)
    assert (refused.value.code, refused.value.params) == ("stale", {"current": 2})
    assert counted(ledger) == (1, 2)


def test_a_reader_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(Exception, match=r"只能读取|read-only"), ledger.read() as session:
        session.execute(text("DELETE FROM expert"))


def test_a_reader_sees_one_picture(ledger: Ledger) -> None:
    with ledger.read() as session:
        assert session.scalars(select(Expert.id)).all() == []
        enrol(ledger)
        assert session.scalars(select(Expert.id)).all() == []
    assert counted(ledger)[0] == 1


def test_two_hundred_distinct_saves_at_once_are_all_stored(ledger: Ledger) -> None:
    uids = [enrol(ledger, cast.expert(f"专家{number}", f"单位{number}")) for number in range(20)]

    def save(number: int) -> int:
        with ledger.write(CLERK) as uow:
            version = register.save_availability(
                uow, uids[number % 20], 2000 + number // 20, (), "", 0, cast.FIRST, cast.LAST
            )
            uow.commit()
        return version

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(save, range(200))) == [1] * 200
    with ledger.read() as session:
        assert session.execute(
            text("SELECT count(*), min(version), max(version) FROM availability")
        ).one() == (200, 1, 1)
        assert audit.verify(session) == []
        assert audit.head(session, ledger.clock()).entries == 220


def test_two_hundred_saves_of_one_record_have_one_winner_per_version(ledger: Ledger) -> None:
    uid = enrol(ledger)

    def save(number: int) -> str:
        try:
            with ledger.write(CLERK) as uow:
                register.edit_expert(uow, uid, 1, cast.expert("钱学勤", f"单位{number}"))
                uow.commit()
        except Refusal as refusal:
            return refusal.code
        return "saved"

    with ThreadPoolExecutor(40) as pool:
        assert Counter(pool.map(save, range(200))) == {"saved": 1, "stale": 199}
    with ledger.read() as session:
        assert session.scalar(select(Expert.version)) == 2
        assert audit.verify(session) == []


def test_a_writer_waits_for_the_writer_before(ledger: Ledger) -> None:
    uid = enrol(ledger)
    inside = threading.Event()

    def second() -> int:
        inside.wait()
        with ledger.write(CLERK) as uow:
            return uow.load(Expert, uid).version

    with ThreadPoolExecutor(1) as pool:
        with ledger.write(CLERK) as uow:
            found = pool.submit(second)
            register.edit_expert(uow, uid, 1, cast.expert("钱学勤", "浙江大学"))
            inside.set()
            uow.commit()
        assert found.result() == 2


def test_sqlite_keeps_what_it_acknowledges(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expert_pool.ledger.engine._sqlite_connect", the_programs_sqlite)
    as_it_runs = Ledger(copy_sqlite(sqlite_template, tmp_path), Clock())
    with as_it_runs.read() as session:
        settings = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    as_it_runs.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_database_in_use_says_busy(
    sqlite_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expert_pool.ledger.engine.BUSY_SECONDS", 0)
    impatient = Ledger(sqlite_ledger.url, Clock())
    with sqlite_ledger.write(CLERK), pytest.raises(Refusal) as refused, impatient.write(CLERK):
        pass
    assert refused.value.code == "busy"
    # The connection that was turned away is as good as new.
    assert enrol(impatient) != ""
    impatient.close()


def test_a_full_disk_refuses_whole_saves_and_keeps_reading(sqlite_ledger: Ledger) -> None:
    stored, refused = 0, 0
    enrol(sqlite_ledger)
    with sqlite_ledger.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    full = _with_limit(sqlite_ledger.url, pages + 20)
    for number in range(300):
        try:
            enrol(full, cast.expert(f"专家{number}", "单" * 200))
            stored += 1
        except Refusal as refusal:
            assert refusal.code == "disk-full"
            refused += 1
    assert stored + refused == 300
    assert refused > 0
    experts, entries = counted(full)
    assert (experts, entries) == (stored + 1, stored + 1)
    full.close()
    again = Ledger(sqlite_ledger.url, Clock())
    with again.read() as session:
        assert audit.verify(session) == []
    again.close()


def _with_limit(url: str, pages: int) -> Ledger:
    from sqlalchemy import event

    opened = Ledger(url, Clock())
    opened.engine.dispose()
    event.listen(
        opened.engine,
        "connect",
        lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages}"),
    )
    return opened


def test_the_database_file_is_private(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path}/a/pool.db")
    assert (tmp_path / "a" / "pool.db").stat().st_mode & 0o077 == 0


def test_a_read_only_file_says_so(sqlite_ledger: Ledger) -> None:
    path = sqlite_ledger.url.removeprefix("sqlite:///")
    engine = make_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with (
        pytest.raises(Exception, match="readonly"),
        engine.execution_options(ledger_write=True).begin() as connection,
    ):
        connection.execute(text("INSERT INTO trade_word VALUES ('a', 'b', 'c')"))
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM trade_word").fetchone() == (0,)

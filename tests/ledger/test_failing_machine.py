"""Faults of the machine: a disk that takes no more, a database server that goes away, a clock that
is set back. Each is told in a sentence, leaves nothing by half, and all goes on when it is over.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from expert_pool import register
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit, backup
from expert_pool.ledger.engine import make_engine, refusals, unwritable
from expert_pool.ledger.invariants import exceptions
from scripts.cli import app
from tests import cast
from tests.storage import CLERK, Clock

run = CliRunner().invoke


@contextmanager
def no_more_than(size: int) -> Iterator[None]:
    """The system refuses to let any file grow past `size` bytes, as a full disk refuses."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def enrol(ledger: Ledger, name: str) -> str:
    with ledger.write(CLERK) as uow:
        uid = register.enrol(uow, cast.expert(name, "某单位"))
        uow.commit()
    return uid


def refused(act: object, *arguments: object) -> str:
    with pytest.raises(Refusal) as caught:
        act(*arguments)  # type: ignore[operator]
    return caught.value.code


def sound(ledger: Ledger, people: int) -> None:
    with ledger.read() as session:
        assert session.scalar(text("SELECT count(*) FROM expert")) == people
        assert exceptions(session) == []
        assert audit.verify(session) == []


@pytest.fixture
def place(sqlite_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation nobody has open."""
    sqlite_ledger.close()
    Path(sqlite_ledger.url.removeprefix("sqlite:///")).chmod(0o600)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPERT_POOL_DATABASE_URL", sqlite_ledger.url)
    monkeypatch.setenv("EXPERT_POOL_BACKUP_DIR", str(tmp_path / "backups"))
    return tmp_path


@pytest.mark.parametrize(
    "asked",
    [
        ["accounts", "list"],
        ["accounts", "add", "ab", "--name", "李某", "--role", "secretariat"],
        ["backup"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_a_disk_too_full_to_open_the_database_is_told(place: Path, asked: list[str]) -> None:
    """Where not even the index of SQLite's log finds room, it speaks of an I/O error."""
    with no_more_than(8192):
        answer = run(app, asked)
    assert answer.exit_code == 1
    assert not answer.exception or isinstance(answer.exception, SystemExit)
    assert "磁盘已满" in answer.output
    assert list(place.glob("backups/*")) == []
    assert run(app, ["verify-audit"]).exit_code == 0


def test_a_disk_that_fills_up_while_it_is_open_loses_nothing(sqlite_ledger: Ledger) -> None:
    stored = [enrol(sqlite_ledger, "先来的")]
    with no_more_than(300_000):
        for number in range(80):
            try:
                stored.append(enrol(sqlite_ledger, f"后来的{number}"))
            except Refusal as refusal:
                assert refusal.code in ("disk-full", "disk-error")
        assert 1 < len(stored) < 81
        sound(sqlite_ledger, len(stored))  # reading goes on
    stored.append(enrol(sqlite_ledger, "又有地方了"))
    sound(sqlite_ledger, len(stored))


def test_a_backup_that_does_not_fit_leaves_nothing(place: Path) -> None:
    with no_more_than(100_000):
        answer = run(app, ["backup"])
    assert (answer.exit_code, "磁盘已满" in answer.output) == (1, True)
    assert list(place.glob("backups/*")) == []
    assert run(app, ["backup"]).exit_code == 0


def test_a_folder_that_takes_no_file_is_told_by_its_name(place: Path) -> None:
    """Not even root may write there."""
    answer = run(app, ["backup", "/sys/kernel/copy.db"])
    assert (answer.exit_code, answer.output.count("/sys/kernel/copy.db")) == (1, 1)
    assert "只能读取，或者本用户没有权限" in answer.output


def test_only_what_the_machine_lacks_is_told_as_such() -> None:
    assert unwritable(FileNotFoundError(2, "no such file")) is None
    assert unwritable(ConnectionResetError(104, "reset")) is None


@pytest.mark.postgres
def test_a_server_that_goes_away_in_the_middle(postgres_ledger: Ledger) -> None:
    """As when PostgreSQL is restarted: the save under way is refused, the next one is kept."""
    enrol(postgres_ledger, "先来的")

    def cut_off() -> None:
        with postgres_ledger.write(CLERK) as uow:
            register.enrol(uow, cast.expert("半途的", "某单位"))
            _end_connections(postgres_ledger)
            uow.commit()

    def cut_off_reading() -> None:
        with postgres_ledger.read() as session:
            session.scalar(text("SELECT count(*) FROM expert"))
            _end_connections(postgres_ledger)
            session.scalar(text("SELECT count(*) FROM expert"))

    assert refused(cut_off) == "database-unreachable"
    assert refused(cut_off_reading) == "database-unreachable"
    enrol(postgres_ledger, "后来的")
    sound(postgres_ledger, 2)


@pytest.mark.postgres
def test_a_server_that_has_no_connection_left_says_so(postgres_ledger: Ledger) -> None:
    """Not that it cannot be reached: whoever waits a little gets on."""
    name = make_url(postgres_ledger.url).database
    with postgres_ledger.engine.execution_options(ledger_write=True).begin() as admin:
        admin.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'x' CONNECTION LIMIT 1"))
    narrow = make_engine(make_url(postgres_ledger.url).set(username=name, password="x"))
    try:
        with narrow.connect(), pytest.raises(Refusal, match="连接已用满") as caught, refusals():
            narrow.connect()
        assert caught.value.code == "busy"
        narrow.connect().close()
    finally:
        narrow.dispose()
        with postgres_ledger.engine.execution_options(ledger_write=True).begin() as admin:
            admin.execute(text(f"DROP ROLE {name}"))


def _end_connections(ledger: Ledger) -> None:
    own = Ledger(ledger.url, Clock())
    with own.read() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    own.close()


def test_a_clock_set_back_and_forth_breaks_no_chain(sqlite_ledger: Ledger, clock: Clock) -> None:
    people = 0
    for hours in (0, -1, 48, -24 * 400, 24 * 800, -1):
        clock.advance(hours=hours)
        enrol(sqlite_ledger, f"专家{hours}之{people}")
        people += 1
    sound(sqlite_ledger, people)
    with sqlite_ledger.read() as session:
        anchor = audit.head(session, clock())
        clock.advance(days=-30)
        assert audit.verify(session, [anchor]) == []


@pytest.mark.long
def test_backups_under_twenty_writers_hold_what_was_acknowledged(
    sqlite_ledger: Ledger, tmp_path: Path
) -> None:
    kept: list[str] = []

    def write(who: int) -> None:
        for number in range(10):
            kept.append(enrol(sqlite_ledger, f"写手{who}之{number}"))

    with ThreadPoolExecutor(20) as writers:
        running = [writers.submit(write, who) for who in range(20)]
        copies = []
        while not all(one.done() for one in running):
            said = list(kept)
            file = backup.backup(sqlite_ledger.url, tmp_path / f"copy{len(copies)}.db")
            copies.append((file, said))
        assert [one.exception() for one in running] == [None] * 20
    assert len(copies) > 1
    for number, (file, said) in enumerate(copies):
        url = f"sqlite:///{tmp_path}/restored{number}.db"
        backup.restore(file, url)
        restored = Ledger(url, Clock())
        with restored.read() as session:
            assert set(said) <= set(session.scalars(text("SELECT uid FROM expert")))
            assert exceptions(session) == []
            assert audit.verify(session) == []
        restored.close()
    sound(sqlite_ledger, 200)

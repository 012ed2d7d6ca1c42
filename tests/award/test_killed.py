"""Killed at any transition of the first half, a year stands whole before it or whole after it.

What `kill -9` leaves of SQLite is what its files hold at that moment: they are copied before and
after every commit of a whole walk and opened anew. On PostgreSQL real processes are killed.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import func, select

from award.applicants.tables import Applicant
from award.scoring.tables import Consensus, ReportSignature, Scorebook
from award.year.tables import AwardYear
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.ledger.audit import AuditEntry
from expert_pool.ledger.invariants import exceptions
from tests.award.walk import SECRET, YEAR, Walk, opened
from tests.storage import CLERK, Clock, copy_sqlite, sqlite_template  # noqa: F401

State = tuple[object, ...]
WALKERS = multiprocessing.get_context("forkserver")


def state_of(ledger: Ledger) -> State:
    """What a transition changes, all of which must have moved together."""
    with ledger.read() as session:
        stage = session.scalar(select(AwardYear.stage).where(AwardYear.year == YEAR))
        firms = session.execute(select(Applicant.name, Applicant.state).order_by(Applicant.name))
        books = session.execute(
            select(Scorebook.state, func.count())
            .group_by(Scorebook.state)
            .order_by(Scorebook.state)
        )
        reports = session.scalars(select(Consensus.state).order_by(Consensus.id)).all()
        signed = session.scalar(select(func.count()).select_from(ReportSignature))
        found = (stage, tuple(map(tuple, firms)), tuple(map(tuple, books)), tuple(reports), signed)
        assert exceptions(session) == []
    return found


def whole(walk: Walk) -> None:
    walk.documents()
    firms = tuple(walk.cast.firms.values())
    walk.review("document", firms)
    walk.shortlist(dict.fromkeys(firms, True), {})
    walk.publish()
    walk.move("site")
    walk.review("site", firms)
    walk.move("evaluation", CLERK)


@pytest.mark.long
def test_every_commit_is_whole_before_or_after(
    sqlite_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = copy_sqlite(sqlite_template, tmp_path)
    ledger = opened(url, Clock())
    states: list[State] = []
    commit = UnitOfWork.commit

    def copied(moment: str) -> State:
        folder = tmp_path / moment
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for part in tmp_path.glob("pool.db*"):
            if not part.name.endswith("-shm"):
                shutil.copy(part, folder)
        killed = opened(f"sqlite:///{folder / 'pool.db'}", Clock())
        found = state_of(killed)
        killed.close()
        return found

    def watched(uow: UnitOfWork) -> None:
        uow.session.flush()
        if states:
            assert copied("before") == states[-1]  # nothing of the unit under way
        commit(uow)
        states.append(copied("after"))

    monkeypatch.setattr(UnitOfWork, "commit", watched)
    whole(Walk(ledger, ledger.clock))  # type: ignore[arg-type]
    ledger.close()
    assert states[-1][0] == "evaluation" and len(set(states)) > 40


def walker(url: str, told: Connection) -> None:
    """A whole walk that says each commit."""
    commit = UnitOfWork.commit

    def saying(uow: UnitOfWork) -> None:
        commit(uow)
        told.send("commit")

    UnitOfWork.commit = saying  # type: ignore[method-assign]
    ledger = opened(url, Clock(), SECRET)
    whole(Walk(ledger, ledger.clock))  # type: ignore[arg-type]


@pytest.mark.long
def test_killed_processes_leave_a_whole_year(request: pytest.FixtureRequest, url: str) -> None:
    """On both engines: killed after a chance number of commits, in the middle of the next."""
    chance = random.Random(7)
    hears, says = WALKERS.Pipe(duplex=False)
    process = WALKERS.Process(target=walker, args=(url, says))
    process.start()
    says.close()
    heard, wanted = 0, chance.randint(30, 70)
    try:
        while heard < wanted:
            hears.recv()
            heard += 1
        threading.Timer(chance.uniform(0.001, 0.05), process.kill).start()
        while True:
            hears.recv()
            heard += 1
    except EOFError:
        pass
    process.join()
    ledger = opened(url, Clock())
    state_of(ledger)
    with ledger.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) > heard
    ledger.close()


from tests.storage import postgres_admin, postgres_template, url  # noqa: E402, F401

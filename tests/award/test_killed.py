"""Killed at any transition, a year stands whole before it or whole after it.

What `kill -9` leaves of SQLite is what its files hold at that moment: they are copied before and
after every commit of a whole walk and opened anew. On PostgreSQL real processes are killed.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import threading
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import func, select

from award.applicants.tables import Applicant
from award.archive import seal
from award.archive.tables import Bundle
from award.decision import approval, notice, vote
from award.decision.notice import ObjectionFields
from award.decision.tables import (
    Approval,
    CommitteeMember,
    Evaluation,
    Honour,
    Objection,
    PublicNotice,
    VoteRound,
    VoteTally,
)
from award.honours import honours
from award.honours.tables import Payment
from award.scoring.tables import Consensus, ReportSignature, Scorebook
from award.year.tables import AwardYear
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.ledger.audit import AuditEntry
from expert_pool.ledger.invariants import exceptions
from tests.award.story import Story
from tests.award.walk import YEAR, Walk, opened
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite

State = tuple[object, ...]
LATER = (
    Evaluation, CommitteeMember, VoteRound, VoteTally, PublicNotice, Objection, Approval, Honour,
    Payment, Bundle,
)  # fmt: skip
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
        later = tuple(
            (table.__tablename__, session.scalar(select(func.count()).select_from(table)))
            for table in LATER
        )
        ends = (
            *session.execute(select(VoteRound.void_reason, VoteRound.confirmed_name)).all(),
            *session.execute(select(VoteTally.tally_json)).all(),
            *session.execute(select(Objection.finding, Objection.decision, Objection.lead)).all(),
            *session.execute(select(Bundle.verified_name)).all(),
        )
        found = (
            stage,
            tuple(map(tuple, firms)),
            tuple(map(tuple, books)),
            tuple(reports),
            signed,
            later,
            tuple(map(tuple, ends)),
        )
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


def watching(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[State]:
    """What a kill before and after each commit from now on leaves, as it is found when opened."""
    states: list[State] = []
    commit = UnitOfWork.commit

    def copied(moment: str) -> State:
        beside = folder / moment
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        for part in folder.glob("pool.db*"):
            if not part.name.endswith("-shm"):
                shutil.copy(part, beside)
        killed = opened(f"sqlite:///{beside / 'pool.db'}", Clock())
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
    return states


@pytest.mark.long
def test_every_commit_is_whole_before_or_after(
    sqlite_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = opened(copy_sqlite(sqlite_template, tmp_path), Clock())
    states = watching(monkeypatch, tmp_path)
    whole(Walk(ledger, ledger.clock))  # type: ignore[arg-type]
    ledger.close()
    assert states[-1][0] == "evaluation" and len(set(states)) > 40


@pytest.mark.long
def test_every_commit_of_the_second_half_is_whole_before_or_after(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ballots, notice, objection, approval, prizes and the sealed archive."""
    states = watching(monkeypatch, tmp_path)
    to_the_archive(story)
    assert states[-1][0] == "archived" and len(set(states)) > 18


def to_the_archive(story: Story) -> None:
    story.vote_stage()
    void = story.round(dict.fromkeys(story.firms, 9))
    story.do(CHIEF, lambda uow: vote.void_round(uow, void, "发错了票。"))
    uid = story.round(dict(zip(story.firms, (11, 9, 5), strict=True)))
    story.do(CHIEF, lambda uow: vote.confirm(uow, uid))
    story.move("notice")
    story.go(9, 28)
    day = date(2026, 9, 28)
    story.do(CLERK, lambda uow: notice.publish(uow, YEAR, day, "公告1号", "电话"))
    story.go(9, 29)
    facts = ObjectionFields("虚报。", date(2026, 9, 29), story.firms[0])
    lead = str(story.do(CLERK, lambda uow: notice.file_objection(uow, YEAR, facts)))
    story.do(CLERK, lambda uow: notice.take_up(uow, lead, "所述具体。"))
    story.do(CLERK, lambda uow: notice.find(uow, lead, "属实。", True))
    story.go(10, 12)
    on = date(2026, 10, 12)
    story.do(CHIEF, lambda uow: notice.decide(uow, lead, True, "委员0", "取消", on))
    story.move("approval")
    story.do(CHIEF, lambda uow: approval.approve(uow, YEAR, "诸政发〔2026〕9号", on))
    story.move("honours")
    with story.ledger.read() as session:
        (won,) = session.scalars(select(Honour)).all()
    story.do(CLERK, lambda uow: honours.pay(uow, won.uid, won.amount, on, "凭1"))
    story.do(CLERK, lambda uow: seal.seal(uow, YEAR))
    with story.ledger.read() as session:
        bundle = session.scalars(select(Bundle.uid)).one()
    story.do(CHIEF, lambda uow: seal.verify(uow, bundle))
    story.move("archived")


def walker(url: str, told: Connection) -> None:
    """A whole walk that says each commit."""
    commit = UnitOfWork.commit

    def saying(uow: UnitOfWork) -> None:
        commit(uow)
        told.send("commit")

    UnitOfWork.commit = saying  # type: ignore[method-assign]
    ledger = opened(url, Clock())
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

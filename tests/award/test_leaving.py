"""Who leaves in the middle: what becomes of her books, the consensus and the report (section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from award.applicants import inquiries
from award.applicants.core import life
from award.applicants.core.replies import Said
from award.scoring import books, store
from award.scoring.core.scorebook import Mark
from award.scoring.progress import progress
from award.scoring.tables import Consensus, Scorebook
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.records import StageRecord
from expert_pool.tables import Declaration
from tests.award.walk import YEAR, Walk, opened
from tests.storage import CHIEF, CLERK, Clock, copy_sqlite

LEADER, OUT, ILL, NEW = "钱学勤", "褚珠宝", "李五金", "孙针织"


@pytest.fixture(scope="module")
def begun(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, Walk]:
    """The document review open, one applicant scored, agreed and signed."""
    clock = Clock()
    url = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("leaving"))
    ledger = opened(url, clock)
    found = Walk(ledger, clock)
    found.documents()
    firm = next(iter(found.cast.firms.values()))
    found.review("document", (firm,))
    with ledger.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    return url, found


@pytest.fixture
def walk(begun: tuple[str, Walk], tmp_path: Path) -> Iterator[Walk]:
    url, first = begun
    clock = Clock(first.clock.now)
    ledger = opened(copy_sqlite(Path(url.removeprefix("sqlite:///")), tmp_path), clock)
    yield Walk(ledger, clock, first.cast)
    ledger.close()


def firm_of(walk: Walk) -> str:
    return next(iter(walk.cast.firms.values()))


def held(walk: Walk, firm: str) -> dict[str, str]:
    """State of the books of an applicant, by name; void ones marked so."""
    names = {uid: name for name, uid in walk.cast.experts.items()}
    with walk.ledger.read() as session:
        rows = session.scalars(
            select(Scorebook)
            .where(Scorebook.applicant == firm, Scorebook.stage == "document")
            .order_by(Scorebook.id)
        )
        return {names[row.expert]: row.state for row in rows}


def consensus(walk: Walk, firm: str) -> str:
    with walk.ledger.read() as session:
        return session.scalars(select(Consensus.state).where(Consensus.applicant == firm)).one()


def conflict(walk: Walk, name: str, firm: str, kind: str = "CONSULTING") -> None:
    organisation = next(title for title, uid in walk.cast.firms.items() if uid == firm)

    def act(uow: UnitOfWork) -> None:
        wanted = register.ConflictFields(kind, organisation)
        register.declare_conflict(uow, walk.cast.experts[name], wanted)

    walk.do(CLERK, act)


def noted(walk: Walk) -> set[tuple[float | None, float | None, float | None, str]]:
    """What the register was told of everybody: own, the others' mean, consensus, punctuality."""
    with walk.ledger.read() as session:
        return {
            (row.own_score, row.others_score, row.consensus_score, row.report)
            for row in session.scalars(select(StageRecord))
        }


def all_at_once(walk: Walk) -> None:
    """The list of the office says of each applicant what its own page says."""
    with walk.ledger.read() as session:
        found = progress(session, SYSTEM_VIEWER, YEAR, "document", life.PLANNED["document"])
        assert {one.uid for one in found} == set(walk.cast.firms.values())
        for one in found:
            view = store.consensus_view(session, YEAR, "document", one.uid)
            assert (one.state, one.members) == (view.state, view.members)
            assert one.unsigned == tuple(member.name for member in view.unsigned)


def test_a_recusal_found_late_voids_her_book_and_opens_the_consensus_again(walk: Walk) -> None:
    firm = firm_of(walk)
    assert (consensus(walk, firm), walk.states()["诸暨大东袜业有限公司"]) == (
        "signed",
        "document-reviewed",
    )
    assert noted(walk) == {(600.0, 600.0, 600.0, "on_time")}
    conflict(walk, OUT, firm)
    assert held(walk, firm) == {LEADER: "locked", OUT: "void", ILL: "locked"}
    assert noted(walk) == {(None, None, None, "on_time")}
    assert consensus(walk, firm) == "open"
    assert walk.states()["诸暨大东袜业有限公司"] == "qualified"
    # Her books for the other applicants of the group stay hers.
    other = list(walk.cast.firms.values())[1]
    assert held(walk, other)[OUT] == "open"
    # The substitute scores blind, in an empty book; the consensus waits for her.
    walk.publish((LEADER, ILL, NEW, "周珍珠"))
    assert held(walk, firm)[NEW] == "open"
    with walk.ledger.read() as session:
        view = store.consensus_view(session, YEAR, "document", firm)
        assert (view.rows, view.state) == ((), "waiting")
        assert store.why_closed(view.members) == "还有2人没有锁定，不能合议。"
        void = select(Scorebook).where(Scorebook.state == "void", Scorebook.applicant == firm)
        row = session.scalars(void).one()
        assert row.receipt and row.void_reason == "应当回避"
    all_at_once(walk)


def test_who_falls_ill_keeps_her_locked_book_and_loses_the_open_ones(walk: Walk) -> None:
    firm, other = list(walk.cast.firms.values())[:2]
    walk.publish((LEADER, OUT, "冯管件"))
    assert held(walk, firm)[ILL] == "locked"
    assert held(walk, other)[ILL] == "void"
    with walk.ledger.read() as session:
        view = store.consensus_view(session, YEAR, "document", firm)
        assert [one.name for one in view.members if not one.seated] == [ILL]
    all_at_once(walk)


def test_a_case_freezes_her_books_until_it_is_decided(walk: Walk) -> None:
    firm = list(walk.cast.firms.values())[1]
    uid = walk.cast.experts[OUT]
    case = str(
        walk.do(
            CLERK,
            lambda uow: register.open_violation(uow, uid, "CONTACT", date(2026, 6, 1), "反映"),
        )
    )
    assert held(walk, firm)[OUT] == "frozen"
    book = walk.book(OUT, firm, "document")
    with pytest.raises(Refusal, match="已暂停评审"):
        walk.do(walk.expert(OUT), lambda uow: books.save_item(uow, book, "4.1.2", Mark(50)))
    walk.do(CHIEF, lambda uow: register.decide_violation(uow, case, 1, False, "none", "查无实据"))
    assert held(walk, firm)[OUT] == "open"


def test_a_proven_case_voids_all_her_books(walk: Walk) -> None:
    firms = list(walk.cast.firms.values())
    uid = walk.cast.experts[OUT]
    case = str(
        walk.do(
            CLERK, lambda uow: register.open_violation(uow, uid, "GIFT", date(2026, 6, 1), "收礼")
        )
    )
    walk.do(CHIEF, lambda uow: register.decide_violation(uow, case, 1, True, "dismiss", "查证属实"))
    assert {held(walk, firm)[OUT] for firm in firms} == {"void"}
    assert consensus(walk, firms[0]) == "open"


def test_without_the_years_undertaking_nothing_opens(walk: Walk) -> None:
    firm = list(walk.cast.firms.values())[1]
    book = walk.book(OUT, firm, "document")
    with walk.ledger.write(CLERK) as uow:
        uow.session.execute(delete(Declaration).where(Declaration.year == YEAR))
        uow.session.commit()
    with pytest.raises(Refusal) as refused:
        walk.do(walk.expert(OUT), lambda uow: books.save_item(uow, book, "4.1.2", Mark(50)))
    assert (refused.value.code, refused.value.legal_basis) == ("not-declared", "办法第十一条")


def test_who_withdraws_is_reviewed_no_more(walk: Walk) -> None:
    from award.applicants import applicants
    from award.applicants.tables import Applicant

    firm = list(walk.cast.firms.values())[2]

    def act(uow: UnitOfWork) -> None:
        version = uow.load(Applicant, firm).version
        applicants.withdraw_applicant(uow, firm, version, "来函撤回")

    walk.do(CLERK, act)
    assert walk.states()["诸暨山下湖珍珠有限公司"] == "withdrawn"
    book = walk.book(OUT, firm, "document")
    with pytest.raises(Refusal, match="已经撤回申报，不用再评"):
        walk.do(walk.expert(OUT), lambda uow: books.save_item(uow, book, "4.1.2", Mark(50)))


def test_who_was_let_through_is_asked_again_when_an_incident_comes_to_light(
    sqlite_template: Path,
    tmp_path: Path,
) -> None:
    clock = Clock()
    walk = Walk(opened(copy_sqlite(sqlite_template, tmp_path), clock), clock)
    walk.notice()
    walk.applications()
    walk.qualify()
    walk.settings()
    walk.publish()
    firm = next(iter(walk.cast.firms.values()))
    said = Said(firm, "objection", "事故", "safety", date(2025, 3, 1), "day", True)
    walk.do(CLERK, lambda uow: inquiries.note_incident(uow, firm, said, "市应急管理局"))
    with pytest.raises(Refusal, match=r"通过以后事实有变：2025年3月1日重大安全事故，在近3年内"):
        walk.move("documents")
    walk.ledger.close()

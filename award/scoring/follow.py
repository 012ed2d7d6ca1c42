"""评分表跟着编组和人走（办法第十、十六条）: run at the end of every unit of work in which a plan, a
conflict, a case, a suspension, a decline or an applicant changed, and in that same unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

from assignment.duty import DECLINED
from award.applicants import store as applicant_store
from award.applicants.applications import step
from award.applicants.core import life
from award.applicants.tables import Applicant
from award.duties import duties
from award.recusal.relations import relations
from award.scoring import record, store
from award.scoring.core import follow as core
from award.scoring.core.follow import Change, Held, Pair, People
from award.scoring.core.scorebook import Book, to_json
from award.scoring.tables import Consensus, Scorebook
from award.year import store as year_store
from award.year.tables import AwardYear
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.recusal import Side, side_of
from expert_pool.ledger import Clock, Ledger, UnitOfWork
from expert_pool.ledger.engine import CONNECTIONS
from expert_pool.ledger.ledger import Ids
from expert_pool.ledger.seal import seal_of
from expert_pool.records import Violation
from expert_pool.tables import Expert, Suspension

# Records that may change whose books count.
CAUSES = frozenset(
    {
        "plan_version",
        "conflict",
        "violation",
        "suspension",
        "duty_answer",
        "applicant",
        "waiver",
        "appointment",
        "organisation_answer",
    }
)
FOLLOWED = {"qualification": ("document",), "documents": ("document", "site"), "site": ("site",)}
BY_RULE = {"document": ("document-reviewed", "qualified"), "site": ("site-reviewed", "shortlisted")}


def open_ledger(
    url: str | URL,
    clock: Clock,
    secret: bytes = b"",
    ids: Ids | None = None,
    connections: int = CONNECTIONS,
) -> Ledger:
    """The program's ledger, for the pages and for every command: plan and books are one whichever
    door a change comes in by.
    """
    return Ledger(
        url, clock, secret=secret, followers=(follow_changes,), ids=ids, connections=connections
    )


def follow_changes(uow: UnitOfWork) -> None:
    """What every writing ledger does before it commits."""
    if not uow.kinds & CAUSES:
        return
    query = select(AwardYear.year, AwardYear.stage).where(AwardYear.stage.in_(FOLLOWED))
    for row in uow.session.execute(query).all():
        for review in FOLLOWED[row.stage]:
            follow_plan(uow, row.year, review)


def follow_plan(uow: UnitOfWork, year: int, review: str) -> tuple[Change, ...]:
    """Bring the books of a review to what the plan and the people are now."""
    session = uow.session
    states = dict(
        session.execute(select(Applicant.uid, Applicant.state).where(Applicant.year == year)).all()
    )
    wanted = {uid for uid, state in states.items() if state in life.PLANNED[review]}
    books = [row for row in _books(session, year, review) if row.applicant in wanted]
    view = store.plan_of(session, year, review)
    in_force = view is not None and view.in_force
    seats = {pair for pair in store.seats(view) if pair[0] in wanted} if in_force else set()
    if not in_force:
        # The plan of the other review is in force: nobody joins or leaves by it.
        seats = {(row.applicant, row.expert) for row in books if row.state != "void"}
    if not books and not seats:
        return ()
    held = [Held(row.uid, row.applicant, row.expert, row.state) for row in books]
    people = _people(
        session, year, uow.today, {pair[1] for pair in seats} | {one.expert for one in held}
    )
    changes = core.follow(held, seats, people)
    by_uid = {row.uid: row for row in books}
    for change in changes:
        _carry_out(uow, year, review, change, by_uid.get(change.uid))
    for applicant in sorted(core.reopened(changes)):
        _reopen(uow, year, review, applicant, changes)
    return changes


def _books(session: Session, year: int, review: str) -> Iterable[Scorebook]:
    query = select(Scorebook).where(Scorebook.year == year, Scorebook.stage == review)
    return session.scalars(query.order_by(Scorebook.id)).all()


def _carry_out(
    uow: UnitOfWork, year: int, review: str, change: Change, row: Scorebook | None
) -> None:
    if change.act == "create":
        _create(uow, year, review, change)
    elif row is not None and change.act == "void":
        with uow.change(row, "void", change.reason):
            row.state, row.voided_at, row.void_reason = "void", uow.now, change.reason
    elif row is not None and change.act == "freeze":
        with uow.change(row, "freeze"):
            row.frozen_from, row.state = row.state, "frozen"
    elif row is not None and change.act == "thaw":
        with uow.change(row, "thaw"):
            row.state, row.frozen_from = row.frozen_from, ""


def _create(uow: UnitOfWork, year: int, review: str, change: Change) -> None:
    rubric = store.rubric_of(uow.session, year)
    row = Scorebook(
        year=year,
        stage=review,
        applicant=change.applicant,
        expert=change.expert,
        state="open",
        rubric_digest=rubric.digest,
        created_at=uow.now,
    )
    uow.add(row, "b", "open")
    if review == "site":
        start = store.start_of(uow.session, year, change.applicant)
        row.sealed_book = seal_of(uow.session).wrap(to_json(Book({}, start)), row.uid)
        uow.session.flush()


def _reopen(
    uow: UnitOfWork, year: int, review: str, applicant: str, changes: Iterable[Change]
) -> None:
    """合议重做: what was agreed is kept to be looked at again, the report counts no more."""
    row = store.consensus_row(uow.session, year, review, applicant)
    if row is None:
        return
    why = "；".join(
        sorted({one.reason or "增补成员" for one in changes if one.applicant == applicant})
    )
    firm = uow.load(Applicant, applicant)
    if row.state == "signed":
        record.take_back(uow, year, review, firm.name)
    with uow.change(row, "reopen", why):
        row.state, row.reopen_reason, row.signed_at = "open", why, None
        row.report, row.report_digest, row.issued_at = "", "", None
        row.agreed = row.remarks = "{}"
    before, after = BY_RULE[review]
    if firm.state == before:
        step(uow, firm, after, why)


def _people(session: Session, year: int, today: date, experts: set[str]) -> People:
    rows = tuple(session.scalars(select(Expert).where(Expert.uid.in_(experts))))
    recused, doubted = _ties(session, year, rows)
    uids = {row.id: row.uid for row in rows}
    suspended = session.scalars(
        select(Suspension.expert_id).where(
            Suspension.lifted_at.is_(None),
            Suspension.expert_id.in_(uids),
            func.coalesce(Suspension.year, year) == year,
        )
    )
    proven = session.scalars(
        select(Violation.expert_id).where(
            Violation.finding == "founded",
            Violation.expert_id.in_(uids),
            Violation.opened_at >= _opened(session, year),
        )
    )
    away = {
        one.duty.expert
        for one in duties.everybody(session, SYSTEM_VIEWER, year, today)
        if one.answer is not None and one.answer.answer == DECLINED
    }
    return People(
        recused,
        frozenset(uids[one] for one in proven),
        frozenset(uids[one] for one in suspended),
        doubted,
        frozenset(away),
    )


def _opened(session: Session, year: int) -> datetime:
    return session.scalars(select(AwardYear.created_at).where(AwardYear.year == year)).one()


def _ties(
    session: Session, year: int, rows: tuple[Expert, ...]
) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """(应当回避, 待决定) pairs of these people."""
    view = year_store.year(session, SYSTEM_VIEWER, year)
    firms = applicant_store.applicants(session, SYSTEM_VIEWER, year, withdrawn=False)
    related = relations(session, view, rows, firms)
    hard: set[Pair] = set()
    doubted: set[Pair] = set()
    for relation in related.all:
        side = side_of(relation, view.reference_day)
        if side not in (Side.HARD, Side.OUT, Side.PENDING):
            continue
        for concern in related.parties.concerned(relation):
            waits = concern.side(side) is Side.PENDING
            (doubted if waits else hard).add((concern.party.uid, relation.expert))
    return frozenset(hard), frozenset(doubted - hard)


def consensus_of(uow: UnitOfWork, year: int, review: str, applicant: str) -> Consensus:
    """The record of a consensus, made when first wanted."""
    row = store.consensus_row(uow.session, year, review, applicant)
    if row is None:
        fresh = Consensus(year=year, stage=review, applicant=applicant, state="open", agreed="{}")
        row = uow.add(fresh, "cs", "open")
    return row

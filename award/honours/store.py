"""表彰奖励的读取."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.core.eligibility import watched_until
from award.decision.core.prizes import Earlier
from award.decision.tables import Honour
from award.honours.core.account import PRIZE, Line
from award.honours.tables import Expense, Payment, Promotion, Revocation, TitleUse
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER, Viewer
from expert_pool.facts.refusal import Refusal


@dataclass(frozen=True)
class HonourView:
    """One award with what became of it.

    `watch_ends`: last day on which an incident opens a case.
    """

    uid: str
    version: int
    year: int
    applicant: str
    organisation: str
    award: str
    counted: bool
    amount: int
    why: str
    awarded_on: date
    document: str
    revoked_on: date | None
    open_reason: str
    paid: int | None
    paid_on: date | None
    voucher: str
    watch_ends: date
    promotions: int  # in the year looked at


def honours(session: Session, viewer: Viewer, year: int | None = None) -> tuple[HonourView, ...]:
    """Awards of a year, or of all years, newest first. For staff."""
    if not viewer.is_staff:
        return ()
    query = select(Honour).order_by(Honour.year.desc(), Honour.award.desc(), Honour.organisation)
    if year is not None:
        query = query.where(Honour.year == year)
    return tuple(_view(session, row) for row in session.scalars(query) if _may_see(viewer, row))


def _may_see(viewer: Viewer, row: Honour) -> bool:
    return row.applicant not in viewer.conflicted and row.organisation not in viewer.hidden


def _view(session: Session, row: Honour) -> HonourView:
    paid = payment_of(session, row)
    return HonourView(
        row.uid,
        row.version,
        row.year,
        row.applicant,
        row.organisation,
        row.award,
        row.counted,
        row.amount,
        row.why,
        row.awarded_on,
        row.document,
        row.revoked_on,
        row.open_reason,
        paid.amount if paid else None,
        paid.paid_on if paid else None,
        paid.voucher if paid else "",
        watched_until(row.awarded_on, watch_years(session, row.year)),
        len(promotions(session, row)),
    )


def watch_years(session: Session, year: int) -> int:
    """获奖后监督的年数, of the version that the year went by; of the newest for years before."""
    try:
        rules = year_store.year(session, SYSTEM_VIEWER, year).rules
    except Refusal:
        from award.year.core.regulation import newest

        return newest().post_award_revocation_years
    return rules.regulation.post_award_revocation_years


def payment_of(session: Session, row: Honour) -> Payment | None:
    return session.scalar(select(Payment).where(Payment.honour_id == row.id))


def revocation_of(session: Session, row: Honour) -> Revocation | None:
    return session.scalar(select(Revocation).where(Revocation.honour_id == row.id))


def promotions(session: Session, row: Honour) -> tuple[Promotion, ...]:
    query = select(Promotion).where(Promotion.honour_id == row.id)
    return tuple(session.scalars(query.order_by(Promotion.held_on, Promotion.id)))


def uses(session: Session, row: Honour) -> tuple[TitleUse, ...]:
    query = select(TitleUse).where(TitleUse.honour_id == row.id)
    return tuple(session.scalars(query.order_by(TitleUse.seen_on, TitleUse.id)))


def earlier(rows: tuple[Honour, ...]) -> tuple[Earlier, ...]:
    return tuple(
        Earlier(row.year, row.award, row.amount, row.revoked_on is not None) for row in rows
    )


def lines(session: Session, viewer: Viewer, year: int) -> tuple[Line, ...]:
    """经费台账 of a year: prizes as they were paid, and every expense that was not cancelled."""
    if not viewer.is_staff:
        return ()
    prizes = session.execute(
        select(Payment, Honour.organisation)
        .join(Honour, Honour.id == Payment.honour_id)
        .where(Honour.year == year)
        .order_by(Payment.paid_on, Payment.id)
    ).all()
    found = [
        Line(PRIZE, paid.amount * 100, name, paid.voucher, paid.paid_on)
        for paid, name in prizes
        if name not in viewer.hidden
    ]
    found += [
        Line(row.kind, row.fen, row.payee, row.voucher, row.spent_on)
        for row in expenses(session, year)
        if row.payee not in viewer.hidden
    ]
    return tuple(found)


def expenses(session: Session, year: int) -> tuple[Expense, ...]:
    query = select(Expense).where(Expense.year == year, Expense.cancelled_at.is_(None))
    return tuple(session.scalars(query.order_by(Expense.spent_on, Expense.id)))


def silent_winners(
    session: Session, viewer: Viewer, year: int, least: int
) -> tuple[HonourView, ...]:
    """办法第二十条: winners of earlier years with fewer promotion events in `year` than `least`. A
    reminder only: the text knows no sanction.
    """
    found = []
    rows = session.scalars(select(Honour).where(Honour.year < year).order_by(Honour.id))
    for row in (one for one in rows if viewer.is_staff and _may_see(viewer, one)):
        held = [one for one in promotions(session, row) if one.held_on.year == year]
        if row.revoked_on is None and len(held) < least:
            found.append(_view(session, row))
    return tuple(found)

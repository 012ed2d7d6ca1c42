"""进入归档前奖金和经费须具备的条件."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from award.decision import checks as decision
from award.decision.tables import Honour
from award.honours import store
from award.honours.core.account import PRIZE, sums
from award.year.stages import Check
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.ledger import UnitOfWork


def _payments(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    rows = uow.session.scalars(
        select(Honour).where(Honour.year == year).order_by(Honour.organisation)
    )
    return tuple(
        f"{row.organisation}的奖金{row.amount:,}元还没有发放，也没有注明原因。"
        for row in rows
        if row.amount and not row.open_reason and store.payment_of(uow.session, row) is None
    )


def _ledger(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    """The prizes in the ledger are those that were due and paid."""
    spent = sums(store.lines(uow.session, SYSTEM_VIEWER, year)).get(PRIZE, 0)
    rows = uow.session.scalars(select(Honour).where(Honour.year == year))
    due = sum(row.amount * 100 for row in rows if store.payment_of(uow.session, row) is not None)
    return () if spent == due else ("经费台账中的奖励经费与发放的奖金不符。",)


CHECKS: Mapping[str, Check] = {
    **decision.CHECKS,
    "payments-marked": _payments,
    "ledger-adds-up": _ledger,
}

"""登录记录的删除: what the retention rules ask of the records of log-ins.

Fulfils `award.retention.SignIns`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from api.identity.tables import LoginAttempt, LoginSession
from expert_pool.ledger import UnitOfWork


def old(session: Session, before: datetime) -> int:
    """How many records of log-ins ended before this instant."""
    return sum(
        session.scalar(select(func.count()).select_from(table).where(past)) or 0
        for table, past in _old(before)
    )


def forget_old(uow: UnitOfWork, before: datetime) -> None:
    for table, past in _old(before):
        uow.session.execute(delete(table).where(past))


def forget_expert(uow: UnitOfWork, expert_id: int) -> None:
    """An expert's sessions, by the number of her record."""
    uow.session.execute(delete(LoginSession).where(LoginSession.expert_id == expert_id))


def _old(
    before: datetime,
) -> tuple[tuple[type[LoginSession | LoginAttempt], ColumnElement[bool]], ...]:
    return (
        (LoginSession, LoginSession.expires_at < before),
        (LoginAttempt, LoginAttempt.at < before),
    )

"""工作人员的回避用例: declared by the person or by the office, decided by another, kept in the log.

A declared conflict counts at once, and until another person decides that it is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity.tables import Account, AccountConflict
from expert_pool.core import organisation
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork

BASIS = "办法第十六条"
CLEARED, BARRED = "cleared", "barred"


@dataclass(frozen=True)
class StaffConflict:
    """One declared conflict, as the office reads it."""

    uid: str
    version: int
    account: str  # public id
    name: str  # of the person
    organisation: str
    reason: str
    declared_by: str
    declared_name: str
    declared_at: datetime | None
    decision: str
    decided_name: str
    decided_at: datetime | None
    decision_reason: str


def declare(uow: UnitOfWork, account_uid: str, organisation_name: str, reason: str) -> str:
    """申报 one's own, or enter somebody else's; gives the public id. It counts from now on."""
    account = uow.load(Account, account_uid)
    named = " ".join(organisation_name.split())
    if not named:
        raise Refusal("blank", "请写明是哪一家组织。", field="organisation")
    demand_reason(reason, "请写明是什么关系，如近亲属任职、持股、两年内任职。", BASIS)
    same = select(AccountConflict).where(AccountConflict.account_id == account.id)
    for row in uow.session.scalars(same):
        if row.decision != CLEARED and organisation.same(row.organisation, named):
            raise Refusal("known", f"已经登记过对{row.organisation}的回避。", BASIS)
    row = AccountConflict(
        account_id=account.id,
        organisation=named,
        reason=reason.strip(),
        declared_at=uow.now,
        declared_by=uow.actor.id,
        declared_name=uow.actor.name,
    )
    return uow.add(row, "ac", "declare", reason.strip()).uid


def decide(uow: UnitOfWork, uid: str, version: int, barred: bool, reason: str) -> int:
    """决定 whether it is a conflict; by neither the person concerned nor who declared it. May be
    decided anew; what was decided before stands in the log.
    """
    row = uow.load(AccountConflict, uid, version)
    concerned = uow.session.scalars(select(Account.uid).where(Account.id == row.account_id)).one()
    demand_other_person(
        uow.actor,
        (concerned, row.declared_by),
        "工作人员的回避须由本人和登记人以外的另一人决定。",
        BASIS,
    )
    demand_reason(reason, "请写明决定的理由，它会记入操作日志。", BASIS)
    with uow.change(row, "decide", reason.strip()):
        row.decision = BARRED if barred else CLEARED
        row.decided_at, row.decided_by = uow.now, uow.actor.id
        row.decided_name, row.decision_reason = uow.actor.name, reason.strip()
    return row.version


def conflicts(session: Session, account_uid: str = "") -> tuple[StaffConflict, ...]:
    """Of one person, or of everybody; the newest first."""
    query = select(AccountConflict, Account.uid, Account.name).join(
        Account, Account.id == AccountConflict.account_id
    )
    if account_uid:
        query = query.where(Account.uid == account_uid)
    return tuple(
        StaffConflict(
            row.uid,
            row.version,
            account,
            name,
            row.organisation,
            row.reason,
            row.declared_by,
            row.declared_name,
            row.declared_at,
            row.decision,
            row.decided_name,
            row.decided_at,
            row.decision_reason,
        )
        for row, account, name in session.execute(query.order_by(AccountConflict.id.desc()))
    )


def in_force(session: Session, *account_uids: str) -> frozenset[str]:
    """The organisations that a person must keep away from, by the names that were declared under
    any of her accounts; `award.recusal.staff` says whom that covers.
    """
    query = (
        select(AccountConflict.organisation)
        .join(Account, Account.id == AccountConflict.account_id)
        .where(Account.uid.in_(account_uids), AccountConflict.decision != CLEARED)
    )
    return frozenset(session.scalars(query))

"""工作人员的回避: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.identity import staff_conflicts
from api.kit.access import Permission
from api.kit.commands import Command
from award.groups import jobs
from award.recusal import staff
from expert_pool.ledger import UnitOfWork

P = Permission


def _enter(uow: UnitOfWork, account: str, organisation: str, reason: str) -> str:
    """It counts at once, for what the person has begun too."""
    uid = staff_conflicts.declare(uow, account, organisation, reason)
    firms, _ = staff.kept_from(uow.session, staff_conflicts.in_force(uow.session, account))
    jobs.stop_those_of(uow, account, firms)
    return uid


def _own(uow: UnitOfWork, organisation: str, reason: str) -> str:
    return _enter(uow, uow.actor.id, organisation, reason)


DECLARE = Command(P.DECLARE_STAFF, _own, "staff-declared")
ENTER = Command(P.DECIDE_STAFF, _enter, "staff-declared")
DECIDE = Command(P.DECIDE_STAFF, staff_conflicts.decide, "staff-decided")

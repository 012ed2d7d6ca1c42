"""工作人员的回避: what can be done here, once for pages and interface."""

from __future__ import annotations

from api.identity import staff_conflicts
from api.kit.access import Permission
from api.kit.commands import Command
from expert_pool.ledger import UnitOfWork

P = Permission


def _own(uow: UnitOfWork, organisation: str, reason: str) -> str:
    return staff_conflicts.declare(uow, uow.actor.id, organisation, reason)


DECLARE = Command(P.DECLARE_STAFF, _own, "staff-declared")
ENTER = Command(P.DECIDE_STAFF, staff_conflicts.declare, "staff-declared")
DECIDE = Command(P.DECIDE_STAFF, staff_conflicts.decide, "staff-decided")

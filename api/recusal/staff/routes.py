"""工作人员的回避: declare one's own, see them, decide those of others."""

from __future__ import annotations

from api.identity import staff_conflicts
from api.kit.access import Permission, Router, may
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, LedgerDep
from api.kit.fields import Uid
from api.kit.schemas import Created
from api.recusal.staff import commands
from api.recusal.staff.schemas import StaffConflictIn, StaffConflictOut, StaffDecision
from expert_pool.core.actor import Role

router = Router(prefix="/api/v1", tags=["专家"])


@router.get("/staff-conflicts", allow=Permission.DECLARE_STAFF, summary="工作人员的回避")
def list_staff_conflicts(ledger: LedgerDep, actor: ActorDep) -> list[StaffConflictOut]:
    """本人的；有权决定的和纪检看全部。"""
    with ledger.read() as session:
        rows = staff_conflicts.conflicts(session, "" if sees_all(actor.role) else actor.id)
    return [StaffConflictOut.of(row) for row in rows]


@router.post(
    "/staff-conflicts",
    allow=commands.DECLARE.allow,
    status_code=201,
    summary="申报本人的回避",
)
def declare_staff_conflict(body: StaffConflictIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """即时生效：该组织的评审内容从此不再显示，也不能经手。"""
    made = commands.DECLARE(ledger, actor, body.organisation, body.reason)
    return Created(uid=made)


@router.post(
    "/accounts/{uid}/conflicts",
    allow=commands.ENTER.allow,
    status_code=201,
    summary="登记他人的回避",
)
def enter_staff_conflict(
    uid: Uid, body: StaffConflictIn, ledger: LedgerDep, actor: ActorDep
) -> Created:
    """即时生效；是否回避须由本人和登记人以外的另一人决定。"""
    made = commands.ENTER(ledger, actor, uid, body.organisation, body.reason)
    return Created(uid=made)


@router.post(
    "/staff-conflicts/{uid}/decision",
    allow=commands.DECIDE.allow,
    status_code=204,
    summary="决定工作人员是否回避",
)
def decide_staff_conflict(uid: Uid, body: StaffDecision, change: ChangeDep) -> None:
    """不能由本人或登记人决定；决定不回避的，随即可以查看和经手。"""
    change(commands.DECIDE, uid, body.barred, body.reason)


def sees_all(role: Role) -> bool:
    """Who decides, and who supervises, sees everybody's."""
    return may(role, Permission.DECIDE_STAFF) or may(role, Permission.READ_AUDIT)

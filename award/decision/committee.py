"""审委会名单用例（办法第八条）: entered by the office, frozen when the report goes to the vote."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.decision import gather
from award.decision.evaluation import demand_role, noted, row_of
from award.decision.tables import Committee, CommitteeMember
from award.year import stages
from award.year.years import writable
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = "办法第八条"
ROLES = {"chair": "主任", "vice": "副主任", "member": "委员"}


@dataclass(frozen=True)
class MemberFields:
    name: str
    unit: str
    role: str


def add_member(uow: UnitOfWork, year: int, wanted: MemberFields) -> str:
    """登记一名成员. One person counts once, whatever chairs she sits on."""
    _changeable(uow, year, Role.SECRETARIAT, Role.APPROVER)
    name, unit = wanted.name.strip(), wanted.unit.strip()
    if not name or not unit:
        raise Refusal("blank", "请填写成员的姓名和单位。", BASIS, field="name")
    if wanted.role not in ROLES:
        raise Refusal("unknown-kind", "职务应是主任、副主任或委员。", BASIS, field="role")
    held = gather.members(uow.session, year)
    if any((one.name, one.unit) == (name, unit) for one in held):
        raise Refusal("exists", f"{unit}的{name}已在名单中，一人一票。", BASIS)
    if wanted.role == "chair" and any(one.role == "chair" for one in held):
        raise Refusal("exists", "审委会只有一名主任。", BASIS, field="role")
    row = CommitteeMember(
        year=year, name=name, unit=unit, role=wanted.role, removed_at=None, **noted(uow)
    )
    return uow.add(row, "cm").uid


def remove_member(uow: UnitOfWork, uid: str, reason: str) -> None:
    row = uow.load(CommitteeMember, uid)
    _changeable(uow, row.year, Role.SECRETARIAT, Role.APPROVER)
    if row.removed_at is not None:
        raise Refusal("not-found", "这名成员已不在名单中。", BASIS)
    with uow.change(row, "remove", reason):
        row.removed_at = uow.now


def freeze(uow: UnitOfWork, year: int, document: str) -> None:
    """固定名单: N is counted from here, never guessed."""
    stages.demand_stage(uow.session, year, "evaluation")
    _changeable(uow, year, Role.APPROVER)
    if not document.strip():
        raise Refusal("blank", "请写明审委会名单的文号。", BASIS, field="document")
    if not any(one.role == "chair" for one in gather.members(uow.session, year)):
        raise Refusal("no-chair", "名单里还没有主任。", BASIS)
    uow.add(Committee(year=year, document=document.strip(), **noted(uow)), "co", "freeze")


def issue_link(uow: UnitOfWork, uid: str, token_sha256: str) -> None:
    """阅读链接: a member reads the issued report until the vote; her earlier link ends.

    Raises Refusal `closed` before the report and after the vote.
    """
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    row = uow.load(CommitteeMember, uid)
    if row.removed_at is not None:
        raise Refusal("not-found", "这名成员已不在名单中。", BASIS)
    if not open_to_members(uow.session, row.year):
        raise Refusal(
            "closed", "综合评价报告出具以后、表决结果确认以前，委员可以凭链接阅读。", BASIS
        )
    with uow.change(row, "link"):
        row.token_sha256, row.read_at = token_sha256, None


def by_link(session: Session, token_sha256: str) -> CommitteeMember | None:
    """Whose link it is; None for a wrong one, and for every one when the time to read is over."""
    if not token_sha256:
        return None
    row = session.scalar(
        select(CommitteeMember).where(
            CommitteeMember.token_sha256 == token_sha256, CommitteeMember.removed_at.is_(None)
        )
    )
    return row if row is not None and open_to_members(session, row.year) else None


def note_read(uow: UnitOfWork, token_sha256: str) -> None:
    """记下 that the member has opened the report, once."""
    row = by_link(uow.session, token_sha256)
    if row is not None and row.read_at is None:
        with uow.change(row, "read"):
            row.read_at = uow.now


def open_to_members(session: Session, year: int) -> bool:
    """From the issued report until a vote is confirmed."""
    if row_of(session, year) is None:
        return False
    if stages.stage_of(session, year) not in ("evaluation", "vote"):
        return False
    return not any(one.confirmed_at for one in gather.rounds(session, year))


def chair_of(session: Session, year: int) -> CommitteeMember | None:
    return next((one for one in gather.members(session, year) if one.role == "chair"), None)


def _changeable(uow: UnitOfWork, year: int, *roles: Role) -> None:
    demand_role(uow, *roles)
    writable(uow, year)
    stages.demand_running(uow.session, year)
    if gather.frozen(uow.session, year) is not None:
        raise Refusal("frozen", "审委会名单已经固定，不能再改。", BASIS)

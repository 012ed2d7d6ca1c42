"""解除回避用例: what keeps somebody away by law is lifted by two people, however it is called.

A conflict that was entered by mistake, or that is over, ends her recusal as surely as a waiver: so
one person proposes it and another decides. A soft one, which only advises, ends at once.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from expert_pool.core.conflict import KINDS
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork, kind_of
from expert_pool.records import Lifting
from expert_pool.tables import Conflict, PairConflict

BASIS = "办法第十六条"
WITHDRAW, END, CLEAR = "withdraw", "end", "clear"
GRANTED, REFUSED = "granted", "refused"
TABLES: dict[str, type[Conflict | PairConflict]] = {
    "conflict": Conflict,
    "pair_conflict": PairConflict,
}


def keeps_away(row: Conflict | PairConflict) -> bool:
    """Whether the record bars somebody by law or by decision, as it stands."""
    if isinstance(row, PairConflict):
        return KINDS[row.kind].severity_at(None) == "hard"
    if row.decision:
        return row.decision == "barred"
    return KINDS[row.kind].severity_at(row.percent) in ("hard", "bar")


def propose(
    uow: UnitOfWork, row: Conflict | PairConflict, act: str, reason: str, until: date | None = None
) -> str:
    """提出撤销或结束; the record keeps its effect. One proposal at a time."""
    waiting = select(Lifting.proposed_name).where(Lifting.target == row.uid, Lifting.outcome == "")
    if (name := uow.session.scalar(waiting)) is not None:
        raise Refusal("exists", f"{name}已提出解除这条回避，请另一人在回避页上决定。", BASIS)
    wanted = Lifting(
        kind=kind_of(row),
        target=row.uid,
        act=act,
        until=until,
        reason=reason.strip(),
        proposed_by=uow.actor.id,
        proposed_name=uow.actor.name,
        proposed_at=uow.now,
    )
    return uow.add(wanted, "y", "propose", reason).uid


def decide_lifting(uow: UnitOfWork, uid: str, version: int, granted: bool, reason: str) -> int:
    """决定是否解除, by somebody else than who proposed it; both names stand on record."""
    row = uow.load(Lifting, uid, version)
    demand_reason(reason)
    if row.outcome:
        raise Refusal("decided", "这项提议已经决定。")
    demand_other_person(
        uow.actor, (row.proposed_by,), "解除回避须由提出人以外的另一人决定。", BASIS
    )
    target = uow.load(TABLES[row.kind], row.target)
    if target.withdrawn_at is not None:
        raise Refusal("withdrawn", "这条记录已经撤销。")
    with uow.change(row, "grant" if granted else "refuse", reason):
        row.outcome = GRANTED if granted else REFUSED
        row.decided_by, row.decided_name, row.decided_at = uow.actor.id, uow.actor.name, uow.now
        row.decision_reason = reason.strip()
    if granted:
        by = f"{row.proposed_name}提出，{uow.actor.name}决定"
        said = f"{row.proposed_name}提出：{row.reason}"
        carry_out(uow, target, row.act, said, row.until, by)
    return row.version


def carry_out(
    uow: UnitOfWork,
    row: Conflict | PairConflict,
    act: str,
    reason: str,
    until: date | None = None,
    by: str = "",
) -> None:
    with uow.change(row, "decide" if act == CLEAR else act, reason):
        if act == END and isinstance(row, Conflict):
            row.until = until
        elif act == CLEAR and isinstance(row, Conflict):
            row.decision, row.decided_by = "cleared", by
        else:
            row.withdrawn_at, row.withdraw_reason = uow.now, reason


def lift(
    uow: UnitOfWork, row: Conflict | PairConflict, act: str, reason: str, until: date | None = None
) -> int:
    """At once where nothing but advice ends, else proposed. Gives the record's version."""
    if keeps_away(row):
        propose(uow, row, act, reason, until)
    else:
        carry_out(uow, row, act, reason, until)
    return row.version

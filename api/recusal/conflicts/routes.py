"""回避与空闲: facts that keep an expert from a review, pairs that may not sit together, and the
days people are away.
"""

from __future__ import annotations

from fastapi import Response

from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, IfMatch, LedgerDep, ViewerDep, set_etag
from api.kit.fields import Search, Uid, Year
from api.kit.schemas import AvailabilityIn, AvailabilityOut, Because, Created
from api.recusal import commands
from api.recusal.conflicts.schemas import (
    AffiliationIn,
    ConflictDecision,
    ConflictEnd,
    ConflictIn,
    ConflictKindOut,
    PairIn,
    ProposalOut,
)
from award.year.free_days import save_free_days
from expert_pool import register, store
from expert_pool.core.conflict import KINDS
from expert_pool.facts.industry import Industries

router = Router(prefix="/api/v1", tags=["专家"])


@router.get("/conflict-kinds", allow=Permission.READ_EXPERTS, summary="回避情形的种类")
def list_conflict_kinds() -> list[ConflictKindOut]:
    return [
        ConflictKindOut(code=code, name=kind.zh, severity=kind.severity)
        for code, kind in KINDS.items()
    ]


@router.get("/industries", allow=Permission.READ_EXPERTS, summary="由行业说法找 GB/T 4754 代码")
def propose_industries(text: Search = "") -> list[ProposalOut]:
    """confidence：sure 确定，likely 可能，unsure 须人工确认。"""
    return (
        [ProposalOut.model_validate(proposal) for proposal in Industries.load().propose(text)]
        if text.strip()
        else []
    )


@router.post(
    "/experts/{uid}/conflicts",
    allow=commands.DECLARE_CONFLICT.allow,
    status_code=201,
    summary="登记回避情形",
)
def declare_conflict(uid: Uid, body: ConflictIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.DECLARE_CONFLICT(ledger, actor, uid, register.ConflictFields(**dict(body)))
    return Created(uid=made)


@router.post(
    "/conflicts/{uid}/end", allow=commands.END_CONFLICT.allow, status_code=204, summary="关系结束"
)
def end_conflict(uid: Uid, body: ConflictEnd, change: ChangeDep) -> None:
    """从结束之日起计算回溯期。"""
    change(commands.END_CONFLICT, uid, body.until, body.reason)


@router.post(
    "/conflicts/{uid}/decision",
    allow=commands.DECIDE_CONFLICT.allow,
    status_code=204,
    summary="回避决定",
)
def decide_conflict(uid: Uid, body: ConflictDecision, change: ChangeDep) -> None:
    change(commands.DECIDE_CONFLICT, uid, body.decision, body.reason)


@router.post(
    "/conflicts/{uid}/withdrawal",
    allow=commands.WITHDRAW_CONFLICT.allow,
    status_code=204,
    summary="撤销误登",
)
def withdraw_conflict(uid: Uid, body: Because, change: ChangeDep) -> None:
    change(commands.WITHDRAW_CONFLICT, uid, body.reason)


@router.post(
    "/experts/{uid}/pairs",
    allow=commands.DECLARE_PAIR.allow,
    status_code=201,
    summary="登记同组回避",
)
def declare_pair(uid: Uid, body: PairIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.DECLARE_PAIR(
        ledger, actor, uid, body.other_uid, body.kind, body.until, body.evidence
    )
    return Created(uid=made)


@router.post(
    "/pairs/{uid}/withdrawal",
    allow=commands.WITHDRAW_PAIR.allow,
    status_code=204,
    summary="撤销同组回避",
)
def withdraw_pair(uid: Uid, body: Because, change: ChangeDep) -> None:
    change(commands.WITHDRAW_PAIR, uid, body.reason)


@router.post(
    "/affiliations", allow=Permission.EDIT_EXPERTS, status_code=201, summary="登记集团关系"
)
def affiliate(body: AffiliationIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """与集团内任一企业的回避情形，对全集团有效。"""
    with ledger.write(actor) as uow:
        made = register.affiliate(uow, body.company, body.group_name, body.source)
        uow.commit()
    return Created(uid=made)


@router.get(
    "/experts/{uid}/availability/{year}", allow=Permission.READ_EXPERTS, summary="专家的空闲时间"
)
def read_availability(
    uid: Uid, year: Year, response: Response, ledger: LedgerDep, viewer: ViewerDep
) -> AvailabilityOut:
    """known 为 false 即未知；未知不等于有空，不参加编组。"""
    with ledger.read() as session:
        store.phone(session, viewer, uid)  # answers 404 for an expert that is none
        view = store.availability(session, viewer, uid, year)
    set_etag(response, view.version)
    return AvailabilityOut.of(view)


@router.put(
    "/experts/{uid}/availability/{year}",
    allow=Permission.EDIT_EXPERTS,
    status_code=204,
    summary="代填空闲时间",
)
def save_availability(
    uid: Uid,
    year: Year,
    body: AvailabilityIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """还没有人填过时，If-Match 用 "0"。"""
    with ledger.write(actor) as uow:
        saved = save_free_days(
            uow, uid, year, body.half_days, body.text, version, (body.first, body.last)
        )
        uow.commit()
    set_etag(response, saved)

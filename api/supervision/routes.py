"""监督: what happened in each stage, ratings, cases, and decisions on what the rules propose."""

from __future__ import annotations

from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, TodayDep, ViewerDep
from api.kit.fields import Uid, Year
from api.kit.schemas import Created
from api.supervision import commands
from api.supervision.schemas import (
    ProposalDecision,
    RatingIn,
    StageIn,
    ViolationDecision,
    ViolationIn,
)
from expert_pool import dossier, register
from expert_pool.core.rulebook import Rulebook, rulebook
from expert_pool.dossier import ViolationView, YearLine

router = Router(prefix="/api/v1", tags=["监督"])


@router.get("/rulebook", allow=Permission.READ_EXPERTS, summary="管理规则")
def read_rulebook() -> Rulebook:
    """任职条件、评价项目、违规种类、定级和退出规则。"""
    return rulebook()


@router.get("/years/{year}/supervision", allow=Permission.READ_EXPERTS, summary="年度履职一览")
def list_supervision(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep, today: TodayDep
) -> list[YearLine]:
    with ledger.read() as session:
        return list(dossier.year_list(session, viewer, year, today, hidden))


@router.post(
    "/experts/{uid}/stages",
    allow=commands.NOTE_STAGE.allow,
    status_code=201,
    summary="记录阶段履职",
)
def note_stage(uid: Uid, body: StageIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """同一专家、组织、年度、阶段再记一次即为更正。"""
    made = commands.NOTE_STAGE(ledger, actor, uid, register.StageFields(**dict(body)))
    return Created(uid=made)


@router.post(
    "/experts/{uid}/ratings", allow=commands.RATE.allow, status_code=201, summary="登记评价"
)
def rate(uid: Uid, body: RatingIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """同一评价方对同一阶段再评一次即为更正。"""
    made = commands.RATE(ledger, actor, uid, register.RatingFields(**dict(body)))
    return Created(uid=made)


@router.get("/violations", allow=Permission.READ_EXPERTS, summary="违规案件")
def list_violations(ledger: LedgerDep, viewer: ViewerDep) -> list[ViolationView]:
    """未作决定的在前。"""
    with ledger.read() as session:
        return list(dossier.violations(session, viewer))


@router.post(
    "/experts/{uid}/violations",
    allow=commands.OPEN_VIOLATION.allow,
    status_code=201,
    summary="登记违规线索",
)
def open_violation(uid: Uid, body: ViolationIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """登记后暂停使用，作出决定为止。"""
    made = commands.OPEN_VIOLATION(
        ledger, actor, uid, body.kind, body.occurred_on, body.facts, body.source
    )
    return Created(uid=made)


@router.post(
    "/violations/{uid}/decision",
    allow=commands.DECIDE_VIOLATION.allow,
    status_code=204,
    summary="违规处理决定",
)
def decide_violation(uid: Uid, body: ViolationDecision, change: ChangeDep) -> None:
    """由立案人以外的人决定。"""
    change(commands.DECIDE_VIOLATION, uid, body.founded, body.measure, body.reason)


@router.post(
    "/experts/{uid}/years/{year}/proposals/{rule}/decision",
    allow=commands.DECIDE_PROPOSAL.allow,
    status_code=201,
    summary="定级与退出决定",
)
def decide_proposal(
    uid: Uid, year: Year, rule: Uid, body: ProposalDecision, ledger: LedgerDep, actor: ActorDep
) -> Created:
    """采纳即办理定级或解聘。"""
    made = commands.DECIDE_PROPOSAL(ledger, actor, uid, year, rule, body.accepted, body.reason)
    return Created(uid=made)

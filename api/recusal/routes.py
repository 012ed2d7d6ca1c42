"""回避: the year's findings, requests of applicants, waivers by two people, and the lists that
findings are made from.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, UploadFile

from api.kit import lists
from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import (
    ActorDep,
    HiddenDep,
    IfMatch,
    LedgerDep,
    SettingsDep,
    TodayDep,
    ViewerDep,
)
from api.kit.fields import Name, Uid, Year
from api.kit.lists import UPLOAD_BYTES
from api.kit.schemas import Because, Created, Read
from api.recusal import commands
from api.recusal.conflicts.schemas import ConflictEnd
from api.recusal.schemas import (
    HoldingOut,
    HoldingsRead,
    NamesAnswer,
    OfficialIn,
    RecusalRequestIn,
    WaiverDecision,
)
from award.applicants import store as applicant_store
from award.groups import standing
from award.recusal.certificate import Finding, NameQuestion
from expert_pool import dossier, register
from expert_pool.dossier import LiftingView, OfficialView, RulingView, WaiverView

router = Router(prefix="/api/v1", tags=["回避"])


@router.get("/years/{year}/recusals", allow=Permission.READ_EXPERTS, summary="年度回避清单")
def list_findings(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[Finding]:
    """登记的和自动发现的；side：out 不得评审，hard 应当回避，pending 待决定，soft 尽量不安排，
    cleared 不需回避。
    """
    with ledger.read() as session:
        return list(standing.recusals(session, viewer, year).findings)


@router.get(
    "/years/{year}/organisation-questions",
    allow=Permission.READ_EXPERTS,
    summary="待确认是不是同一单位",
)
def list_name_questions(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep
) -> list[NameQuestion]:
    """写法相近、程序不能断定的两个单位名称；确认前按同一单位回避。"""
    with ledger.read() as session:
        found = standing.recusals(session, viewer, year).doubts
    return [one for one in found if one.written not in hidden and one.official not in hidden]


@router.post(
    "/organisation-answers",
    allow=commands.ANSWER_NAMES.allow,
    status_code=201,
    summary="确认是不是同一单位",
)
def answer_names(body: NamesAnswer, ledger: LedgerDep, actor: ActorDep) -> Created:
    """确认一次，以后的名单都按此办理；再答一次以后一次为准，两次都在日志里。"""
    made = commands.ANSWER_NAMES(ledger, actor, body.written, body.official, body.same, body.reason)
    return Created(uid=made)


@router.get("/recusal-decisions", allow=Permission.READ_EXPERTS, summary="已作的回避决定")
def list_rulings(ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep) -> list[RulingView]:
    with ledger.read() as session:
        return list(dossier.rulings(session, viewer, hidden))


@router.post(
    "/applicants/{uid}/recusal-requests",
    allow=Permission.EDIT_APPLICANTS,
    status_code=201,
    summary="申报组织申请回避",
)
def request_recusal(
    uid: Uid,
    body: RecusalRequestIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    today: TodayDep,
) -> Created:
    """每家每年最多三人；决定前不安排。"""
    with ledger.write(actor) as uow:
        row = applicant_store.applicant(uow.session, viewer, uid)
        day = body.received_on or today
        made = register.request_recusal(
            uow, body.expert_uid, row.fields.name, row.fields.uscc, row.year, day, body.reason
        )
        uow.commit()
    return Created(uid=made)


@router.get("/waivers", allow=Permission.READ_EXPERTS, summary="豁免")
def list_waivers(ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep) -> list[WaiverView]:
    with ledger.read() as session:
        return [row for row in dossier.waivers(session, viewer) if row.organisation not in hidden]


@router.post(
    "/conflicts/{uid}/waivers",
    allow=commands.PROPOSE_WAIVER.allow,
    status_code=201,
    summary="提出豁免",
)
def propose_waiver(
    uid: Uid, body: Because, version: IfMatch, ledger: LedgerDep, actor: ActorDep
) -> Created:
    """只有“尽量不安排”的情形可以豁免；另一人复核同意前仍然有效。"""
    made = commands.PROPOSE_WAIVER(ledger, actor, uid, version, body.reason)
    return Created(uid=made)


@router.post(
    "/waivers/{uid}/decision",
    allow=commands.DECIDE_WAIVER.allow,
    status_code=204,
    summary="复核豁免",
)
def decide_waiver(uid: Uid, body: WaiverDecision, change: ChangeDep) -> None:
    change(commands.DECIDE_WAIVER, uid, body.granted, body.reason)


@router.get("/liftings", allow=Permission.READ_EXPERTS, summary="解除回避的提议")
def list_liftings(ledger: LedgerDep, viewer: ViewerDep) -> list[LiftingView]:
    """应当回避的情形，撤销登记或登记关系结束须两个人：一人提出，另一人决定。"""
    with ledger.read() as session:
        return list(dossier.liftings(session, viewer))


@router.post(
    "/liftings/{uid}/decision",
    allow=commands.DECIDE_LIFTING.allow,
    status_code=204,
    summary="决定是否解除回避",
)
def decide_lifting(uid: Uid, body: WaiverDecision, change: ChangeDep) -> None:
    """不能由提出人决定；同意之前回避仍然有效。"""
    change(commands.DECIDE_LIFTING, uid, body.granted, body.reason)


@router.get("/officials", allow=Permission.READ_EXPERTS, summary="委员和公职人员名单")
def list_officials(ledger: LedgerDep, viewer: ViewerDep) -> list[OfficialView]:
    with ledger.read() as session:
        return list(dossier.officials(session, viewer))


@router.post(
    "/officials", allow=commands.ENTER_OFFICIAL.allow, status_code=201, summary="登记委员或公职人员"
)
def enter_official(body: OfficialIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.ENTER_OFFICIAL(ledger, actor, body.role, body.name, body.unit, body.since)
    return Created(uid=made)


@router.post(
    "/officials/{uid}/end", allow=commands.END_OFFICIAL.allow, status_code=204, summary="不再担任"
)
def end_official(uid: Uid, body: ConflictEnd, change: ChangeDep) -> None:
    change(commands.END_OFFICIAL, uid, body.until, body.reason)


@router.post(
    "/officials/import",
    allow=commands.IMPORT_OFFICIALS.allow,
    status_code=201,
    summary="导入委员和公职人员名单",
    body_bytes=UPLOAD_BYTES,
)
def import_officials(
    file: Annotated[UploadFile, File(description="xlsx 或 csv")],
    ledger: LedgerDep,
    actor: ActorDep,
    settings: SettingsDep,
    today: TodayDep,
) -> Read:
    """只增加，不减少；不再担任的逐人登记。"""
    sheet = lists.officials(file, settings, today)
    new = commands.IMPORT_OFFICIALS(ledger, actor, sheet.whole())
    return Read(new=new, notes=list(sheet.notes))


@router.get("/holdings", allow=Permission.READ_EXPERTS, summary="股东和主要人员名单")
def list_holdings(ledger: LedgerDep, viewer: ViewerDep, hidden: HiddenDep) -> list[HoldingOut]:
    with ledger.read() as session:
        found = dossier.holdings(session, viewer, hidden)
    return [
        HoldingOut(company=company, lines=lines, source=source) for company, lines, source in found
    ]


@router.post(
    "/holdings/import",
    allow=commands.IMPORT_HOLDINGS.allow,
    status_code=201,
    summary="导入股东名单",
    body_bytes=UPLOAD_BYTES,
)
def import_holdings(
    file: Annotated[UploadFile, File(description="xlsx 或 csv")],
    source: Annotated[Name, Form(description="名单从哪里来")],
    ledger: LedgerDep,
    actor: ActorDep,
    settings: SettingsDep,
) -> HoldingsRead:
    """文件里的企业以文件为准；不在文件里的企业不变。"""
    sheet = lists.holdings(file, settings)
    new, changed, ended = commands.IMPORT_HOLDINGS(ledger, actor, sheet.whole(), source)
    return HoldingsRead(new=new, changed=changed, ended=ended, notes=list(sheet.notes))

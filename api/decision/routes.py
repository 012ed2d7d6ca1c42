"""评定接口: evaluation, committee, vote, notice, objections, approval."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from api.decision import commands, views
from api.decision.schemas import (
    ApprovalIn,
    ChairIn,
    DocumentIn,
    EvaluationOut,
    FindingIn,
    MemberIn,
    MemberOut,
    NoteIn,
    NoticeIn,
    NoticeOut,
    ObjectionIn,
    RoundIn,
    RulingIn,
    TallyIn,
    VoteOut,
)
from api.identity.sessions import digest, new_token
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, ViewerDep
from api.kit.fields import Uid, Year
from api.kit.schemas import Because, Created
from award.decision import evaluation, gather
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["评定"])
P = Permission
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,100}$")]


@router.get("/years/{year}/evaluation", allow=P.READ_SCORES, summary="综合评价")
def read_evaluation(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> EvaluationOut:
    """总评分、与分数线的距离、稳固程度、宽严能否比较；出具以后即归档的综合评价报告。"""
    with ledger.read() as session:
        view = year_store.year(session, viewer, year)
        held = evaluation.row_of(session, year)
        ready = held is not None or view.stage == "evaluation"
        report = evaluation.preview(session, viewer, year) if ready else None
    digest = held.digest if held else ""
    return EvaluationOut(issued=held is not None, digest=digest, report=report)


@router.post(
    "/years/{year}/evaluation",
    allow=commands.ISSUE.allow,
    status_code=204,
    summary="出具综合评价报告",
)
def issue(year: Year, body: NoteIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.ISSUE(ledger, actor, year, body.note)


@router.get("/years/{year}/committee", allow=P.READ_SCORES, summary="审委会名单")
def list_members(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[MemberOut]:
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        return [MemberOut.model_validate(one) for one in gather.members(session, year)]


@router.post(
    "/years/{year}/committee",
    allow=commands.ADD_MEMBER.allow,
    status_code=201,
    summary="登记审委会成员",
)
def add_member(year: Year, body: MemberIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    uid = commands.ADD_MEMBER(ledger, actor, year, body.fields())
    return Created(uid=uid)


@router.post(
    "/committee/{uid}/removal",
    allow=commands.REMOVE_MEMBER.allow,
    status_code=204,
    summary="去掉审委会成员",
)
def remove_member(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.REMOVE_MEMBER(ledger, actor, uid, body.reason)


@router.post(
    "/years/{year}/committee/freeze",
    allow=commands.FREEZE.allow,
    status_code=204,
    summary="固定审委会名单",
)
def freeze(year: Year, body: DocumentIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.FREEZE(ledger, actor, year, body.document)


@router.post("/committee/{uid}/link", allow=commands.ISSUE_LINK.allow, summary="生成委员的阅读链接")
def make_member_link(
    uid: Uid, ledger: LedgerDep, actor: ActorDep, settings: SettingsDep
) -> dict[str, str]:
    """The link is told once and kept nowhere; the member's earlier one ends."""
    token = new_token()
    commands.ISSUE_LINK(ledger, actor, uid, digest(token))
    return {"token": token, "link": views.link(settings.public_url, token)}


@router.get("/committee-report/{token}", allow=P.PUBLIC, summary="委员凭链接阅读综合评价报告")
def read_by_link(token: Token, ledger: LedgerDep) -> dict[str, Any]:
    """出具以后、表决结果确认以前；没有评审员个人的评分，没有票数。"""
    with ledger.read() as session:
        return views.for_members(session, digest(token))


@router.get("/years/{year}/vote", allow=P.READ_SCORES, summary="表决")
def read_vote(year: Year, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep) -> VoteOut:
    """只有票数；两份计票单一致以后才有结果。"""
    with ledger.read() as session:
        view = views.vote_page(session, viewer, actor, year_store.year(session, viewer, year))
    shown: dict[str, Any] = {name: view[name] for name in ("round", "result", "past", "rulings")}
    return VoteOut(**shown)


@router.post(
    "/years/{year}/rounds", allow=commands.OPEN_ROUND.allow, status_code=201, summary="开始一轮表决"
)
def open_round(year: Year, body: RoundIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    uid = commands.OPEN_ROUND(ledger, actor, year, body.held_on, body.present, body.issued)
    return Created(uid=uid)


@router.put(
    "/rounds/{uid}/tally", allow=commands.TYPE_TALLY.allow, status_code=204, summary="填写计票单"
)
def type_tally(uid: Uid, body: TallyIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """每名计票人各自填写，一致以前可以改正自己的。"""
    commands.TYPE_TALLY(ledger, actor, uid, body.fields())


@router.post(
    "/rounds/{uid}/void", allow=commands.VOID_ROUND.allow, status_code=204, summary="宣布一轮无效"
)
def void_round(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.VOID_ROUND(ledger, actor, uid, body.reason)


@router.post(
    "/rounds/{uid}/confirm", allow=commands.CONFIRM.allow, status_code=204, summary="确认结果"
)
def confirm(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.CONFIRM(ledger, actor, uid)


@router.post(
    "/years/{year}/rulings", allow=commands.RULE.allow, status_code=201, summary="登记审委会的决定"
)
def rule(year: Year, body: RulingIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """办法没有规定的：平票的先后、奖金和名额、空额递补。"""
    uid = commands.RULE(ledger, actor, year, body.fields())
    return Created(uid=uid)


@router.post(
    "/rulings/{uid}/withdrawal",
    allow=commands.WITHDRAW_RULING.allow,
    status_code=204,
    summary="撤回登记的决定",
)
def withdraw_ruling(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.WITHDRAW_RULING(ledger, actor, uid, body.reason)


@router.get("/years/{year}/notice", allow=P.READ_SCORES, summary="公示、异议和批准")
def read_notice(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> NoticeOut:
    with ledger.read() as session:
        view = views.notice_page(session, viewer, year_store.year(session, viewer, year))
    names = ("proposed", "notice", "objections", "approval")
    return NoticeOut(**{name: view[name] for name in names})


@router.post(
    "/years/{year}/notice", allow=commands.PUBLISH.allow, status_code=204, summary="发布公示"
)
def publish(year: Year, body: NoticeIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.PUBLISH(ledger, actor, year, body.published_on, body.document, body.contact)


@router.post(
    "/years/{year}/objections",
    allow=commands.FILE_OBJECTION.allow,
    status_code=201,
    summary="登记异议",
)
def file_objection(year: Year, body: ObjectionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    uid = commands.FILE_OBJECTION(ledger, actor, year, body.fields())
    return Created(uid=uid)


@router.post(
    "/objections/{uid}/taking-up",
    allow=commands.TAKE_UP.allow,
    status_code=204,
    summary="把线索立为异议",
)
def take_up(uid: Uid, body: Because, ledger: LedgerDep, actor: ActorDep) -> None:
    """异议须署名的，匿名的只是线索；立为异议以后须办结。"""
    commands.TAKE_UP(ledger, actor, uid, body.reason)


@router.put(
    "/objections/{uid}/finding", allow=commands.FIND.allow, status_code=204, summary="登记核查结果"
)
def find(uid: Uid, body: FindingIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.FIND(ledger, actor, uid, body.finding, body.proven)


@router.put(
    "/objections/{uid}/decision",
    allow=commands.DECIDE.allow,
    status_code=204,
    summary="登记主任审查意见",
)
def decide(uid: Uid, body: ChairIn, ledger: LedgerDep, actor: ActorDep) -> None:
    commands.DECIDE(ledger, actor, uid, body.upheld, body.chair, body.note, body.decided_on)


@router.post(
    "/years/{year}/approval", allow=commands.APPROVE.allow, status_code=204, summary="登记批准文件"
)
def approve(year: Year, body: ApprovalIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """批准日期即获奖日期；没有批准的组织写明理由。"""
    commands.APPROVE(ledger, actor, year, body.document, body.on, body.removed)

"""评审员本人: own file, free days, declaration, duties and calendar.

The person is always the one signed in, never a parameter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import Path, Response

from api.identity import links
from api.kit.access import Permission, Router
from api.kit.deps import (
    ActorDep,
    IfMatch,
    LedgerDep,
    NowDep,
    SettingsDep,
    TodayDep,
    ViewerDep,
    set_etag,
)
from api.kit.fields import Year
from api.kit.files import attachment
from api.kit.schemas import AvailabilityIn, AvailabilityOut, Created
from api.my.schemas import (
    AnsweredIn,
    DeclarationOut,
    Duty,
    DutyAnswerIn,
    FeedOut,
    ListedOut,
    OwnConflictIn,
    OwnFile,
    OwnPatch,
    Signature,
)
from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.duties import duties
from award.duties.feeds import expert_feed
from award.groups import store as assignment_store
from award.groups.books import book_of
from award.year.free_days import save_free_days
from expert_pool import plain, register, store
from expert_pool.core import declaration
from expert_pool.facts.refusal import Refusal
from expert_pool.tables import Expert

router = Router(prefix="/api/v1", tags=["本人"])

Calendar = "text/calendar; charset=utf-8"
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,100}$", description="订阅令牌")]


@router.get("/my", allow=Permission.OWN_FILE, summary="我的资料")
def read_own_file(
    response: Response, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep
) -> OwnFile:
    with ledger.read() as session:
        page = store.expert(session, viewer, viewer.id, today.year, today)
    set_etag(response, page.version)
    return OwnFile.of(page)


@router.patch("/my", allow=Permission.OWN_FILE, status_code=204, summary="更正我的资料")
def edit_own_file(
    body: OwnPatch, response: Response, version: IfMatch, ledger: LedgerDep, actor: ActorDep
) -> None:
    """只改送来的字段；姓名、行业和资格由审定办更正。"""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    if "education" in sent:
        sent["education_text"] = ""
    with ledger.write(actor) as uow:
        row = uow.load(Expert, actor.id, version)
        new_version = register.edit_expert(
            uow, actor.id, version, replace(plain.fields_of(row), **sent), "本人更正"
        )
        uow.commit()
    set_etag(response, new_version)


@router.get("/my/availability/{year}", allow=Permission.OWN_FILE, summary="我的空闲时间")
def read_own_availability(
    year: Year, response: Response, ledger: LedgerDep, viewer: ViewerDep
) -> AvailabilityOut:
    with ledger.read() as session:
        view = store.availability(session, viewer, viewer.id, year)
    set_etag(response, view.version)
    return AvailabilityOut.of(view)


@router.put(
    "/my/availability/{year}",
    allow=Permission.OWN_FILE,
    status_code=204,
    summary="填写我的空闲时间",
)
def save_own_availability(
    year: Year,
    body: AvailabilityIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """absences 为不能参加的半天；第一次填写时 If-Match 用 "0"。"""
    with ledger.write(actor) as uow:
        saved = save_free_days(
            uow, actor.id, year, body.half_days, body.text, version, (body.first, body.last)
        )
        uow.commit()
    set_etag(response, saved)


@router.post("/my/conflicts", allow=Permission.OWN_FILE, status_code=201, summary="申报回避情形")
def declare_own_conflict(body: OwnConflictIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """无论审定办是否已掌握，答复都一样。"""
    with ledger.write(actor) as uow:
        made = register.declare_conflict(
            uow, actor.id, register.ConflictFields(source="declared", **dict(body))
        )
        uow.commit()
    return Created(uid=made)


@router.get("/my/declaration/{year}", allow=Permission.OWN_FILE, summary="年度申报与承诺")
def read_declaration(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep
) -> DeclarationOut:
    with ledger.read() as session:
        page = store.expert(session, viewer, viewer.id, year, today)
    signed = next((item for item in page.declarations if item.year == year), None)
    return DeclarationOut(
        year=year,
        text_version=declaration.VERSION,
        text_sha256=declaration.SHA256,
        paragraphs=list(declaration.PARAGRAPHS),
        signed_at=signed.signed_at if signed else None,
        signed_version=signed.text_version if signed else "",
        answered_at=signed.answered_at if signed else None,
    )


@router.post(
    "/my/declaration/{year}",
    allow=Permission.OWN_FILE,
    status_code=201,
    summary="签署年度申报与承诺",
)
def sign_declaration(year: Year, body: Signature, ledger: LedgerDep, actor: ActorDep) -> Created:
    if body.text_sha256 != declaration.SHA256:
        raise Refusal(
            "text-changed",
            "承诺书已有新版，请重新读过再签署。",
            "办法第十一条",
            field="text_sha256",
        )
    with ledger.write(actor) as uow:
        made = register.sign_declaration(
            uow, actor.id, year, declaration.VERSION, declaration.SHA256, "个人链接", answered=False
        )
        uow.commit()
    return Created(uid=made)


@router.get(
    "/my/applicants/{year}", allow=Permission.OWN_FILE, summary="申报组织名单，对照申报回避"
)
def read_list(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[ListedOut]:
    """签署声明之后才有。fresh：上次申报之后列入名单的，尚未申报。"""
    with ledger.read() as session:
        return [
            ListedOut.model_validate(one)
            for one in applicant_store.to_declare(session, viewer.id, year)
        ]


@router.post(
    "/my/applicants/{year}/answer",
    allow=Permission.OWN_FILE,
    status_code=204,
    summary="对照名单申报完毕",
)
def answer_list(year: Year, body: AnsweredIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """seen 为看过的名单；没有另行申报的，即与名单上的组织没有需要回避的情形。

    名单有新增时答 409，请重新读取。own 为真的组织与本人工作单位同名或相近，须写明是（mine）或不是
    （not_mine）。
    """
    with ledger.write(actor) as uow:
        award_applicants.answer_list(uow, actor.id, year, body.seen, body.mine, body.not_mine)
        uow.commit()


@router.get("/my/duties/{year}", allow=Permission.OWN_FILE, summary="我的评审任务")
def read_duties(year: Year, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep) -> list[Duty]:
    """已发布方案中本人所在的评审组；未发布时为空。

    接受任务、且到了公布日之前，只有时间，没有组织名称和同组人员。
    """
    with ledger.read() as session:
        view = assignment_store.published(session, viewer, year)
        duty = duties.own(session, viewer.id, year, today)
        book = duties.own_book(book_of(session, view), duty) if view else None
    return [Duty.of(group, duty) for group in book.groups] if book and duty else []


@router.put(
    "/my/duties/{year}/answer",
    allow=Permission.OWN_FILE,
    status_code=204,
    summary="接受或谢绝评审任务",
)
def answer_duty(year: Year, body: DutyAnswerIn, ledger: LedgerDep, actor: ActorDep) -> None:
    """fingerprint 与当前任务不符时答 412：任务有变动，请重新读取。"""
    with ledger.write(actor) as uow:
        duties.answer_duty(
            uow,
            actor.id,
            year,
            body.fingerprint,
            body.accept,
            body.reason_kind,
            body.reason,
            body.half_days,
        )
        uow.commit()


@router.get(
    "/my/calendar.ics", allow=Permission.OWN_FILE, summary="下载我的日程", response_class=Response
)
def download_own_calendar(ledger: LedgerDep, viewer: ViewerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        return attachment(expert_feed(session, viewer.id, now), Calendar, "现场评审日程.ics")


@router.post("/my/feed", allow=Permission.OWN_FILE, status_code=201, summary="领取日历订阅地址")
def issue_own_feed(
    ledger: LedgerDep, actor: ActorDep, settings: SettingsDep, now: NowDep
) -> FeedOut:
    """地址只显示这一次；原有的订阅地址随即停用。"""
    expires_at = now + timedelta(days=settings.link_days)
    _, token = links.issue_feed(ledger, actor, actor.id, expires_at)
    return FeedOut(expires_at=expires_at, path=f"/api/v1/feeds/{token}.ics")


@router.get(
    "/feeds/{token}.ics", allow=Permission.PUBLIC, summary="日历订阅", response_class=Response
)
def subscribed_feed(token: Token, ledger: LedgerDep, now: NowDep) -> Response:
    """凭令牌读取，供手机和电脑日历订阅；停用后即答 404。"""
    owner = links.feed_owner(ledger, token, now)
    with ledger.read() as session:
        return attachment(
            expert_feed(session, owner, now, subscription=True), Calendar, "现场评审日程.ics"
        )

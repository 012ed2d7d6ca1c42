"""编组方案: read, adjust, pin, approve by a second person, publish, withdraw, compare, download."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Response
from sqlalchemy.orm import Session

from api.groups.plans import commands
from api.groups.plans.schemas import (
    ApprovalIn,
    ComparisonOut,
    CopyIn,
    EditIn,
    PinIn,
    PlanOut,
    SubstituteOut,
    WithdrawalIn,
)
from api.kit.access import Permission, Router, may
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, IfMatch, LedgerDep, NowDep, SettingsDep, ViewerDep, set_etag
from api.kit.fields import Uid, Year
from api.kit.files import attachment
from api.kit.schemas import Because, Created
from assignment import explain
from assignment.problem import to_json
from award.duties.feeds import expert_file, plan_events
from award.groups import store as assignment_store
from award.groups.books import book_of
from award.groups.core.compare import compare
from award.groups.core.events import of_group
from award.groups.numbers import with_numbers
from award.groups.store import PlanRow, PlanView
from award.papers import calendar
from award.papers.kinds import DOCUMENTS
from award.scoring import site_work
from award.year import store as year_store
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

router = Router(prefix="/api/v1", tags=["方案"])

Document = Annotated[
    str,
    Path(
        pattern=r"^[a-z-]+\.(docx|xlsx|pdf)$",
        examples=["roster.docx"],
        description="、".join(DOCUMENTS),
    ),
]


@router.get("/years/{year}/plans", allow=Permission.READ_PLANS, summary="当年的方案")
def list_plans(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[PlanRow]:
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        return list(assignment_store.plans(session, viewer, year))


@router.get("/plans/{uid}", allow=Permission.READ_PLANS, summary="一个方案")
def read_plan(uid: Uid, response: Response, ledger: LedgerDep, viewer: ViewerDep) -> PlanOut:
    """与您有回避关系的评审组不显示，hidden 为其组数。"""
    with ledger.read() as session:
        view = assignment_store.plan(session, viewer, uid)
        shown = _shown(session, view)
    set_etag(response, view.row.version)
    return shown


@router.get(
    "/plans/{uid}/plan.json",
    allow=Permission.READ_PLANS,
    summary="下载方案文件",
    response_class=Response,
)
def download_plan(uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep) -> Response:
    """assignment-plan/1；下载记入审计。"""
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, "plan.json")
        uow.commit()
    return attachment(
        assignment_store.plan_json(view.plan).encode("utf-8"),
        "application/json",
        f"plan-{view.row.year}-{view.row.number}.json",
    )


@router.get(
    "/plans/{uid}/problem.json",
    allow=Permission.READ_PLANS,
    summary="下载方案所依据的问题文件",
    response_class=Response,
)
def download_plan_problem(
    uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> Response:
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, "problem.json")
        uow.commit()
    name = f"problem-{view.row.year}-{view.row.number}.json"
    return attachment(
        assignment_store.problem_json(view.problem).encode("utf-8"), "application/json", name
    )


@router.get(
    "/plans/{uid}/documents/{name}",
    allow=Permission.READ_PLANS,
    summary="下载评审文书",
    response_class=Response,
)
def download_document(
    uid: Uid,
    name: Document,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    settings: SettingsDep,
    reason: Annotated[str, Query(max_length=200, description="写明用途则电话写全")] = "",
) -> Response:
    """评审组名单、日程表、通知、现场评审计划、承诺书、费用单和方案册；下载记入审计。

    电话只写后四位；经办人写明用途的写全，用途记入审计。
    """
    kind = DOCUMENTS.get(name)
    if kind is None:
        raise Refusal("not-found", f"没有这种文书，可以下载的是：{'、'.join(DOCUMENTS)}。")
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, name)
        book = site_work.with_works(uow.session, book_of(uow.session, view))
        if reason:
            if not may(viewer.role, Permission.ISSUE_LINKS):
                raise Refusal("forbidden", "只有经办人可以取用写全电话的文书。", "办法第十六条")
            book = with_numbers(uow, viewer, book, reason)
        uow.commit()
    head = replace(book.letterhead, phone=settings.office_phone)
    book = replace(book, letterhead=head)
    suffix = name.rsplit(".", 1)[1]
    return attachment(
        kind.make(book), kind.media_type, f"{kind.title}-{book.version_name}.{suffix}"
    )


@router.get(
    "/plans/{uid}/calendar.ics",
    allow=Permission.READ_PLANS,
    summary="下载审定办日历",
    response_class=Response,
)
def download_office_calendar(
    uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep, now: NowDep
) -> Response:
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, "calendar.ics")
        book = book_of(uow.session, view)
        events = plan_events(uow.session, viewer, view, book)
        uow.commit()
    return attachment(
        calendar.office_ics(book, events, now=now),
        "text/calendar; charset=utf-8",
        f"现场评审日程-{book.year}年度.ics",
    )


@router.get(
    "/plans/{uid}/groups/{number}/calendar.ics",
    allow=Permission.READ_PLANS,
    summary="下载一个评审组的日历",
    response_class=Response,
)
def download_group_calendar(
    uid: Uid,
    number: Annotated[int, Path(ge=1, le=1000, description="第几评审组")],
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
    now: NowDep,
) -> Response:
    """再下载一次，改期的随之移动；取消的也在里面，注明取消。已被取代的方案不给日历。"""
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, "calendar.ics")
        book = book_of(uow.session, view)
        chosen = next((group for group in book.groups if group.number == number), None)
        if chosen is None:
            raise Refusal("not-found", f"这个方案没有第 {number} 评审组。")
        events = of_group(plan_events(uow.session, viewer, view, book), number)
        uow.commit()
    return attachment(
        calendar.office_ics(book, events, now=now),
        "text/calendar; charset=utf-8",
        f"{chosen.name}现场评审日程-{book.year}年度.ics",
    )


@router.get(
    "/plans/{uid}/calendars/{expert_uid}.ics",
    allow=Permission.READ_PLANS,
    summary="下载一位评审员的日历",
    response_class=Response,
)
def download_expert_calendar(
    uid: Uid, expert_uid: Uid, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep, now: NowDep
) -> Response:
    """组织名称在本人接受任务、且到了公布日之后才写入，因为文件会转发。"""
    with ledger.write(actor) as uow:
        view = taken(uow, viewer, uid, f"{expert_uid}.ics")
        book = book_of(uow.session, view)
        events = plan_events(uow.session, viewer, view, book, expert_uid)
        content = expert_file(
            uow.session, expert_uid, book, events, now, published=view.row.status == "published"
        )
        uow.commit()
    name = view.names.person(expert_uid).name
    if expert_uid not in {member for group in view.plan.groups for member in group.members}:
        raise Refusal("not-found", "此人不在这个方案之中。")
    return attachment(content, "text/calendar; charset=utf-8", f"现场评审日程-{name}.ics")


@router.get(
    "/plans/{uid}/comparison/{other_uid}", allow=Permission.READ_PLANS, summary="比较两个方案"
)
def compare_plans(uid: Uid, other_uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> ComparisonOut:
    """逐项目标、逐人、逐家说明从前者到后者的变化。"""
    with ledger.read() as session:
        found = compare(
            assignment_store.plan(session, viewer, uid),
            assignment_store.plan(session, viewer, other_uid),
        )
    return ComparisonOut.model_validate(found)


@router.get(
    "/plans/{uid}/groups/{group}/substitutes/{member}",
    allow=Permission.READ_PLANS,
    summary="谁可以接替",
)
def list_substitutes(
    uid: Uid,
    group: Annotated[int, Path(ge=0, le=1000, description="第几组，从 0 起")],
    member: Uid,
    ledger: LedgerDep,
    viewer: ViewerDep,
) -> list[SubstituteOut]:
    """不违反任何规则的接替人选，代价小的在前；cost 为目标值的增减。"""
    with ledger.read() as session:
        view = assignment_store.plan(session, viewer, uid)
    if group >= len(view.plan.groups) or member not in view.plan.groups[group].members:
        raise Refusal("not-found", "此人不在这一组。")
    found = explain.options(view.problem, view.plan, group, member)
    return [
        SubstituteOut(uid=one.reviewer, name=view.names.person(one.reviewer).name, cost=one.cost)
        for one in found
    ]


@router.post("/plans/{uid}/edits", allow=commands.EDIT.allow, summary="人工调整")
def edit_plan(
    uid: Uid,
    body: EditIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> PlanOut:
    """立即复核，答复中的 verdict 写明由此不合的规则。"""
    commands.EDIT(ledger, actor, uid, version, body.wanted(), body.reason)
    return read_plan(uid, response, ledger, viewer)


@router.post("/plans/{uid}/pins", allow=commands.PIN.allow, summary="固定一项安排")
def add_pin(
    uid: Uid,
    body: PinIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> PlanOut:
    commands.PIN(ledger, actor, uid, version, body.wanted())
    return read_plan(uid, response, ledger, viewer)


@router.post("/plans/{uid}/pins/removal", allow=commands.UNPIN.allow, summary="取消固定")
def remove_pin(
    uid: Uid,
    body: PinIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> PlanOut:
    commands.UNPIN(ledger, actor, uid, version, body.wanted())
    return read_plan(uid, response, ledger, viewer)


@router.post(
    "/plans/{uid}/submission", allow=commands.SUBMIT.allow, status_code=204, summary="提交复核"
)
def submit_plan(uid: Uid, body: ApprovalIn, change: ChangeDep) -> None:
    """提交之后不能修改，收回或退回之后才能。"""
    change(commands.SUBMIT, uid, body.note)


@router.post(
    "/plans/{uid}/recall", allow=commands.RECALL.allow, status_code=204, summary="收回提交的方案"
)
def recall_plan(uid: Uid, change: ChangeDep) -> None:
    change(commands.RECALL, uid)


@router.post(
    "/plans/{uid}/return", allow=commands.SEND_BACK.allow, status_code=204, summary="复核退回"
)
def return_plan(uid: Uid, body: Because, change: ChangeDep) -> None:
    """退回的意见留在方案上。"""
    change(commands.SEND_BACK, uid, body.reason)


@router.post("/plans/{uid}/undo", allow=commands.UNDO.allow, summary="撤销上一步")
def undo_edit(
    uid: Uid,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> PlanOut:
    commands.UNDO(ledger, actor, uid, version)
    return read_plan(uid, response, ledger, viewer)


@router.post("/plans/{uid}/redo", allow=commands.REDO.allow, summary="重做撤销的一步")
def redo_edit(
    uid: Uid,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> PlanOut:
    commands.REDO(ledger, actor, uid, version)
    return read_plan(uid, response, ledger, viewer)


@router.post(
    "/plans/{uid}/approval", allow=commands.APPROVE.allow, status_code=204, summary="复核批准"
)
def approve_plan(uid: Uid, body: ApprovalIn, change: ChangeDep) -> None:
    """须由编制、最后修改之外的另一人办理。"""
    change(commands.APPROVE, uid, body.note)


@router.post(
    "/plans/{uid}/reopening", allow=commands.REOPEN.allow, status_code=204, summary="退回修改"
)
def reopen_plan(uid: Uid, body: Because, change: ChangeDep) -> None:
    change(commands.REOPEN, uid, body.reason)


@router.post(
    "/plans/{uid}/publication", allow=commands.PUBLISH.allow, status_code=204, summary="发布"
)
def publish_plan(uid: Uid, change: ChangeDep) -> None:
    """发布后不可更改；原已发布的方案随即由其取代，各人日历随之更新。"""
    change(commands.PUBLISH, uid)


@router.post(
    "/plans/{uid}/withdrawal", allow=commands.WITHDRAW.allow, status_code=204, summary="撤回方案"
)
def withdraw_plan(uid: Uid, body: WithdrawalIn, change: ChangeDep) -> None:
    change(commands.WITHDRAW, uid, body.reason)


@router.post(
    "/plans/{uid}/copies", allow=commands.COPY.allow, status_code=201, summary="以此为底另起草案"
)
def copy_plan(uid: Uid, body: CopyIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    made = commands.COPY(ledger, actor, uid, body.note)
    return Created(uid=made)


def _shown(session: Session, view: PlanView) -> PlanOut:
    pins = to_json(view.problem).get("pins", [])
    return PlanOut(
        row=view.row,
        book=book_of(session, view),
        verdict=view.verdict,
        pins=pins,
        hidden=view.hidden,
    )


def taken(uow: UnitOfWork, viewer: Viewer, uid: str, name: str) -> PlanView:
    """A plan that leaves the system as a file: group lists are work secrets, so the log keeps who
    took them (PIPL 51).
    """
    view = assignment_store.plan(uow.session, viewer, uid)
    uow.record("download", "plan", uid, None, {"file": name, "hidden": view.hidden})
    return view

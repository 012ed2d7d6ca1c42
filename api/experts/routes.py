"""专家库: search, read, enrol, edit; terms of appointment and suspensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Response

from api.experts import commands
from api.experts.schemas import (
    AppointmentIn,
    EndOn,
    ExpertIn,
    ExpertList,
    ExpertPatch,
    SuspensionIn,
)
from api.kit.access import Permission, Router
from api.kit.changes import ChangeDep
from api.kit.deps import ActorDep, HiddenDep, IfMatch, LedgerDep, TodayDep, ViewerDep, set_etag
from api.kit.fields import Limit, Offset, Search, Uid
from api.kit.schemas import Because, Created, PhoneOut
from api.recusal.conflicts.schemas import ServiceIn
from expert_pool import plain, register, store
from expert_pool.core.expert import ExpertFields
from expert_pool.store import ExpertPage
from expert_pool.tables import Expert

router = Router(prefix="/api/v1", tags=["专家"])

OfYear = Annotated[
    int | None, Query(alias="year", ge=2000, le=2100, description="评审年度，空为当年")
]
CodePrefix = Annotated[
    str, Query(pattern=r"^([A-T]|[0-9]{2,4})?$", description="行业代码，前几位即可")
]


@router.get("/experts", allow=Permission.READ_EXPERTS, summary="查找专家")
def list_experts(
    ledger: LedgerDep,
    viewer: ViewerDep,
    hidden: HiddenDep,
    today: TodayDep,
    year: OfYear = None,
    search: Search = "",
    industry: CodePrefix = "",
    offset: Offset = 0,
    limit: Limit = 50,
) -> ExpertList:
    """按姓名、拼音、单位查找；电话只显示首尾。"""
    with ledger.read() as session:
        found = store.found(session, viewer, search=search, industry=industry)
        shown = store.experts(
            session,
            viewer,
            year or today.year,
            today,
            organisations=hidden,
            only=found[offset : offset + limit],
        )
    return ExpertList(total=len(found), items=list(shown))


@router.post("/experts", allow=Permission.EDIT_EXPERTS, status_code=201, summary="专家入库")
def enrol_expert(body: ExpertIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """同一个人不重复登记：库里已有的、可能是同一个人的，都不登记并说明是谁；确认不是同一个人的，在
    others 里写明那位的编号再登记。
    """
    with ledger.write(actor) as uow:
        uid = register.enrol(uow, ExpertFields(**body.changes()), others=body.others)
        uow.commit()
    return Created(uid=uid)


@router.get("/experts/{uid}", allow=Permission.READ_EXPERTS, summary="一位专家的全部情况")
def read_expert(
    uid: Uid,
    response: Response,
    ledger: LedgerDep,
    viewer: ViewerDep,
    hidden: HiddenDep,
    today: TodayDep,
    year: OfYear = None,
) -> ExpertPage:
    with ledger.read() as session:
        page = store.expert(session, viewer, uid, year or today.year, today, organisations=hidden)
    set_etag(response, page.version)
    return page


@router.patch(
    "/experts/{uid}", allow=Permission.EDIT_EXPERTS, status_code=204, summary="修改专家资料"
)
def edit_expert(
    uid: Uid,
    body: ExpertPatch,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """只改送来的字段。"""
    with ledger.write(actor) as uow:
        row = uow.load(Expert, uid, version)
        new_version = register.edit_expert(
            uow, uid, version, replace(plain.fields_of(row), **body.changes())
        )
        uow.commit()
    set_etag(response, new_version)


@router.post("/experts/{uid}/phone", allow=Permission.EDIT_EXPERTS, summary="查看完整电话")
def reveal_phone(
    uid: Uid, body: Because, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> PhoneOut:
    """须写明理由；谁在何时为何查看，记入审计。"""
    with ledger.write(actor) as uow:
        phone = store.phone(uow.session, viewer, uid)
        uow.record("read-phone", "expert", uid, None, None, body.reason)
        uow.commit()
    return PhoneOut(phone=phone)


@router.post(
    "/experts/{uid}/appointments", allow=Permission.DECIDE_EXPERTS, status_code=201, summary="聘任"
)
def appoint_expert(uid: Uid, body: AppointmentIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """聘任或续聘；不写编号即自动编号；没有审查通过的须写理由，放宽条件的由负责人办理。"""
    with ledger.write(actor) as uow:
        made = register.engage(uow, uid, **dict(body))
        uow.commit()
    return Created(uid=made)


@router.post(
    "/appointments/{uid}/end", allow=Permission.DECIDE_EXPERTS, status_code=204, summary="辞聘"
)
def end_appointment(
    uid: Uid, body: EndOn, response: Response, version: IfMatch, ledger: LedgerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        new_version = register.end_appointment(uow, uid, version, body.on, body.reason)
        uow.commit()
    set_etag(response, new_version)


@router.post(
    "/experts/{uid}/suspensions", allow=Permission.EDIT_EXPERTS, status_code=201, summary="暂停使用"
)
def suspend_expert(uid: Uid, body: SuspensionIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """写明年度的只停该年；不写的停到恢复为止。"""
    with ledger.write(actor) as uow:
        made = register.suspend(uow, uid, body.reason, body.year)
        uow.commit()
    return Created(uid=made)


@router.post(
    "/suspensions/{uid}/lift", allow=commands.REINSTATE.allow, status_code=204, summary="恢复使用"
)
def lift_suspension(uid: Uid, body: Because, change: ChangeDep) -> None:
    change(commands.REINSTATE, uid, body.reason)


@router.post(
    "/experts/{uid}/service",
    allow=Permission.EDIT_EXPERTS,
    status_code=201,
    summary="记录使用与履职",
)
def record_service(uid: Uid, body: ServiceIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    """同一专家、组织、年度再记一次即为更正。"""
    with ledger.write(actor) as uow:
        made = register.record_performance(uow, uid, register.ServiceFields(**dict(body)))
        uow.commit()
    return Created(uid=made)

"""修改专家: data, suspension, appointment, paper declaration, free days entered for somebody,
telephone, personal link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import Form, Request, Response

from api.experts import commands, views
from api.identity import links, tokens
from api.kit import common, tick
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, SettingsDep, ViewerDep
from api.kit.fields import Uid, UidText
from api.kit.forms import FormDep
from api.kit.rendering import page, see_other
from expert_pool import plain, register, store
from expert_pool.core import declaration
from expert_pool.core.actor import Actor, Viewer
from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.facts.towns import Towns
from expert_pool.ledger import Ledger
from expert_pool.tables import Expert

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
YES_NO = {"yes": True, "no": False}


@router.get("/experts/{uid}/edit", allow=P.EDIT_EXPERTS)
def show_edit(
    request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    today = common.china_day(now)
    with ledger.read() as session:
        found = store.expert(session, viewer, uid, today.year, today)
    view = {
        "uid": uid,
        "version": found.version,
        "name": found.fields.name,
        "fields": views.edit_fields(found.fields, town_options()),
    }
    return page(request, "expert_edit.html", view)


@router.post("/experts/{uid}/edit", allow=P.EDIT_EXPERTS)
def edit(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    name: Text = "",
    gender: Text = "",
    employer: Text = "",
    title: Text = "",
    education: Text = "",
    phone: Text = "",
    email: Text = "",
    zzd_account: Text = "",
    town_code: Text = "",
    quality: Text = "",
    leader: Text = "",
    industries: Text = "",
    max_effort: Text = "",
    remark: Text = "",
    id_number: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        before = plain.fields_of(uow.load(Expert, uid, version))
        wanted = replace(
            before,
            name=name.strip(),
            gender=gender,
            employer=employer.strip(),
            title=title.strip(),
            education=education,
            education_text=before.education_text if education == before.education else "",
            phone=before.phone if "*" in phone else phone.strip(),
            email=email.strip() or None,
            zzd_account=zzd_account.strip() or None,
            town_code=town_code or None,
            quality=YES_NO.get(quality),
            leader=YES_NO.get(leader),
            industries=read_industries(industries, before),
            max_effort=_whole(max_effort),
            remark=remark.strip(),
        )
        register.edit_expert(uow, uid, version, wanted)
        if id_number.strip() == "无":
            register.drop_identity(uow, uid)
        elif id_number.strip():
            register.keep_identity(uow, uid, id_number)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "saved")


@router.post("/experts/{uid}/suspend", allow=P.EDIT_EXPERTS)
def suspend(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    reason: Text,
    scope: Text = "year",
) -> Response:
    with ledger.write(actor) as uow:
        year = None if scope == "open" else common.needed_year(uow.session, viewer).year
        register.suspend(uow, uid, reason, year)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "suspended")


@router.post("/experts/{uid}/reinstate", allow=commands.REINSTATE.allow)
def reinstate(
    uid: Uid, suspension: Annotated[UidText, Form()], version: Version, reason: Text, sent: FormDep
) -> Response:
    return sent.carry_out(f"/experts/{uid}", commands.REINSTATE, suspension, version, reason)


@router.post("/experts/{uid}/declaration", allow=P.EDIT_EXPERTS)
def paper_declaration(
    request: Request, uid: Uid, actor: ActorDep, viewer: ViewerDep, ledger: LedgerDep, seen: Text
) -> Response:
    """登记纸质签署: the office saw the signed paper."""
    if seen != "yes":
        raise Refusal("not-seen", "请先确认已收到签字的纸质声明。")
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        register.sign_declaration(
            uow, uid, year, declaration.VERSION, declaration.SHA256, f"纸质，{actor.name}登记"
        )
        uow.commit()
    return see_other(request, f"/experts/{uid}", "declared")


@router.get("/experts/{uid}/days", allow=P.EDIT_EXPERTS)
def show_days(
    request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    today = common.china_day(now)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        calendar = store.working_days(session)
        found = store.expert(session, viewer, uid, year.year, today)
    window = calendar.window(year.fields.window_first, year.fields.window_last)
    view = {
        "uid": uid,
        "name": found.fields.name,
        **tick.sheet(found.availability, window, common.marks(calendar)),
    }
    return page(request, "expert_days.html", view)


@router.post("/experts/{uid}/days", allow=P.EDIT_EXPERTS)
def save_days(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    version: Version,
    free: Annotated[tuple[str, ...], Form()] = (),
    quick: Text = "",
    text: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        tick.save(uow, viewer, uid, version, free, quick, text)
        uow.commit()
    return see_other(request, f"/experts/{uid}/days" if quick else f"/experts/{uid}", "days")


@router.post("/experts/{uid}/link", allow=P.ISSUE_LINKS)
def issue_link(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    settings: SettingsDep,
) -> Response:
    """Not a redirect: the address is shown once and kept nowhere."""
    until = now + timedelta(days=settings.link_days)
    with ledger.read() as session:
        found = store.expert(session, viewer, uid, now.year, common.china_day(now))
    number = read_phone(ledger, actor, viewer, uid, "发送个人链接")
    _, token = links.issue_personal(ledger, actor, uid, until)
    sheet = link_sheet(
        found.fields.name,
        number,
        f"{settings.public_url.rstrip('/')}/l/{token}",
        common.china_day(until),
    )
    return page(request, "links.html", {"links": (sheet,)})


@router.post("/experts/{uid}/links/{link}/stop", allow=P.ISSUE_LINKS)
def stop_link(
    request: Request, uid: Uid, link: Uid, actor: ActorDep, ledger: LedgerDep
) -> Response:
    """停用链接: lost, or sent to the wrong person; what was opened with it ends too."""
    with ledger.write(actor) as uow:
        tokens.revoke_link(uow, uid, link)
        uow.commit()
    return see_other(request, f"/experts/{uid}#links", "link-stopped")


@router.post("/experts/{uid}/identity", allow=P.EDIT_EXPERTS)
def show_identity(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    reason: Text,
) -> Response:
    """查看完整身份证号: with a reason, on this page only, and in the log."""
    demand_reason(reason, "请写明查看的理由，它会记入操作日志。")
    with ledger.write(actor) as uow:
        found = store.expert(uow.session, viewer, uid, now.year, common.china_day(now))
        number = register.identity_of(uow.session, uid)
        uow.record("read-identity", "expert", uid, None, None, reason.strip())
        uow.commit()
    view = {
        "uid": uid,
        "name": found.fields.name,
        "title": "身份证号",
        "phone": number,
        "reason": reason.strip(),
    }
    return page(request, "phone.html", view)


@router.post("/experts/{uid}/phone", allow=P.EDIT_EXPERTS)
def show_phone(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    reason: Text,
) -> Response:
    """查看完整号码: with a reason, on this page only, and in the log."""
    demand_reason(reason, "请写明查看的理由，它会记入操作日志。")
    with ledger.read() as session:
        found = store.expert(session, viewer, uid, now.year, common.china_day(now))
    number = read_phone(ledger, actor, viewer, uid, reason.strip())
    return page(
        request,
        "phone.html",
        {
            "uid": uid,
            "name": found.fields.name,
            "title": "手机号码",
            "phone": number,
            "reason": reason.strip(),
        },
    )


def read_phone(ledger: Ledger, actor: Actor, viewer: Viewer, uid: str, reason: str) -> str:
    """The whole number, with the reading in the log."""
    with ledger.write(actor) as uow:
        number = store.phone(uow.session, viewer, uid)
        uow.record("read-phone", "expert", uid, None, None, reason)
        uow.commit()
    return number


def read_industries(text: str, before: ExpertFields) -> tuple[Industry, ...]:
    """Codes as typed; those already there keep their words, new ones are confirmed by whoever typed
    them.
    """
    known = {item.code: item for item in before.industries}
    codes = [code for code in re.split(r"[\s、,，;；]+", text.upper()) if code]
    wrong = [code for code in codes if not Industries.load().known(code)]
    if wrong:
        raise Refusal(
            "unknown-industry",
            f"{'、'.join(wrong)} 不是 GB/T 4754-2017 的行业代码。",
            field="industries",
        )
    return tuple(known.get(code) or Industry(code, confirmed=True) for code in dict.fromkeys(codes))


def town_options() -> tuple[tuple[str, str], ...]:
    return (("", "未填"), *((town.code, town.name) for town in Towns.load().zhuji))


def _whole(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        raise Refusal("out-of-range", "半天数应是整数。")
    return int(text)


@dataclass(frozen=True)
class LinkSheet:
    """What is sent to one expert; the message names no applicant (U5a)."""

    name: str
    phone: str
    until: str
    text: str


def link_sheet(name: str, phone: str, address: str, until: date) -> LinkSheet:
    text = (
        f"{name}老师，您好！请打开下面的链接，核对本人资料、签署年度声明、填写可参加评审的时间，大约两分钟。"
        f"链接仅限本人使用，{until.month}月{until.day}日前有效，请勿转发。\n{address}\n——诸暨市政府质量奖审定办"
    )
    return LinkSheet(name, phone, common.date_words(until), text)

"""本人的个人信息（个人信息保护法第四十四至四十七条、第五十条）: see it, copy it, correct it, ask
that it be erased.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import Form, Request, Response
from sqlalchemy.orm import Session

from api.identity import tokens
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, TodayDep, ViewerDep
from api.kit.files import attachment
from api.kit.parts import Field, Option
from api.kit.rendering import page, see_other
from api.kit.templating import moment
from assignment.duty import ACCEPTED, DECLINED
from award.duties import duties
from award.papers.media import WORD
from award.papers.own import own_docx
from award.year import store as year_store
from expert_pool import correspondence, plain, register, store
from expert_pool.core.actor import Viewer
from expert_pool.core.conflict import KINDS
from expert_pool.core.expert import GRADES
from expert_pool.facts.refusal import Refusal
from expert_pool.tables import Expert

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
ANSWERS = {ACCEPTED: "接受", DECLINED: "谢绝"}


def _own(viewer: Viewer) -> str:
    if viewer.expert_id is None:
        raise Refusal("forbidden", "此页面只供评审专家本人使用。")
    return viewer.expert_id


@router.get("/me/data", allow=P.OWN_FILE)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    today = common.china_day(now)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        me = store.expert(session, viewer, _own(viewer), year.year, today)
        kept, card = _kept(session, viewer, me), register.masked_identity(session, me.uid)
        erasure = next(iter(correspondence.erasures(session, viewer)), None)
    fields = me.fields
    towns = (("", "其他地方"), *((town.code, town.name) for town in common.zhuji_towns()))
    view = {
        "expert_name": fields.name,
        "year": year.year,
        "version": me.version,
        "facts": _facts(me, card),
        "fields": (
            Field("employer", "工作单位", fields.employer, required=True),
            Field("title", "职务、职称", fields.title),
            Field("phone", "手机", fields.phone, kind="tel"),
            Field(
                "town_code",
                "所在地",
                options=tuple(Option(c, n, chosen=c == (fields.town_code or "")) for c, n in towns),
            ),
        ),
        "kept": kept,
        "erasure": erasure,
    }
    return page(request, "my_data.html", view)


def _facts(me: store.ExpertPage, card: str) -> tuple[tuple[str, str], ...]:
    fields = me.fields
    trades = "、".join(common.industry_words(item.code) for item in fields.industries)
    return (
        ("姓名", fields.name),
        ("出生年月", common.month_words(fields.birth, fields.birth_precision)),
        ("身份证号", card),
        ("专业领域", ("质量管理；" if fields.quality else "") + trades),
        ("组长资格", "有" if fields.leader else "无"),
    )


def _kept(
    session: Session, viewer: Viewer, me: store.ExpertPage
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Everything else that is kept about her, in words."""
    terms = tuple(
        f"{GRADES.get(one.grade, one.grade)}，{one.first} 至 {one.ended_on or one.last}"
        for one in me.appointments
    )
    signed = tuple(
        f"{one.year}年度，{moment(one.signed_at)}，校验码 {one.text_sha256[:12]}"
        for one in correspondence.signatures(session, viewer)
    )
    declared = tuple(
        f"{one.organisation}：{KINDS[one.kind].zh if one.kind in KINDS else one.kind}"
        for one in _declared(me)
    )
    said = tuple(
        f"{year}年度，{moment(one.answered_at)}{ANSWERS.get(one.answer, '')}"
        for year, one in duties.said(session, viewer)
    )
    links = tuple(
        f"{'日历订阅' if one.purpose == 'calendar' else '个人链接'}，{moment(one.created_at)}发出"
        + ("，已停用" if one.revoked_at else "")
        for one in tokens.links_of(session, me.uid)
    )
    found = (
        ("聘任", terms),
        ("签署", signed),
        ("申报的回避情形", declared),
        ("任务答复", said),
        ("链接", links[:5]),
    )
    return tuple((title, lines) for title, lines in found if lines)


def _declared(me: store.ExpertPage) -> tuple[store.ConflictView, ...]:
    """What she said herself; what others reported is part of a decision that is not hers to see."""
    return tuple(
        one for one in me.conflicts if one.source == "declared" and one.withdrawn_at is None
    )


@router.post("/me/data", allow=P.OWN_FILE)
def save(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    today: TodayDep,
    version: Version,
    employer: Text = "",
    title: Text = "",
    phone: Text = "",
    town_code: Text = "",
) -> Response:
    uid = _own(viewer)
    number = re.sub(r"[\s\-]", "", phone)
    if number and not re.fullmatch(r"\+?\d{7,15}", number):
        raise Refusal("bad-phone", "手机号码应是数字。")
    with ledger.write(actor) as uow:
        before = plain.fields_of(uow.load(Expert, uid, version))
        wanted = replace(
            before,
            employer=employer.strip(),
            title=title.strip(),
            phone=number,
            town_code=town_code or None,
        )
        register.edit_expert(uow, uid, version, wanted, "本人核对")
        year = common.needed_year(uow.session, viewer).year
        register.note_step(uow, uid, year, "data")
        signed = any(
            item.year == year
            for item in store.expert(uow.session, viewer, uid, year, today).declarations
        )
        uow.commit()
    return see_other(request, "/me" if signed else "/me/declaration", "confirmed")


@router.get("/me/data.json", allow=P.OWN_FILE)
def download(viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    """个人信息的查阅、复制（个人信息保护法第四十五条）, in a form that machines read."""
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        found = own_copy(session, viewer, year, now)
    text = json.dumps(found, ensure_ascii=False, indent=2, default=str)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(text, media_type="application/json; charset=utf-8", headers=headers)


@router.get("/me/data.docx", allow=P.OWN_FILE)
def download_paper(viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    """The same for people to read."""
    today = common.china_day(now)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        me = store.expert(session, viewer, _own(viewer), year.year, today)
        kept, card = _kept(session, viewer, me), register.masked_identity(session, me.uid)
        copy = own_copy(session, viewer, year, now)
    facts = (
        *_facts(me, card),
        ("工作单位", me.fields.employer),
        ("职务、职称", me.fields.title),
        ("手机", me.fields.phone),
        ("可参加时间", _days_words(copy["可参加时间"])),
    )
    service = tuple(
        f"{one['年度']}年度：{one['组织']}{'，组长' if one['组长'] else ''}"
        for one in copy["评审经历"]
    )
    told = (*kept, ("评审经历", service)) if service else kept
    content = own_docx(me.fields.name, facts, told, today)
    return attachment(content, WORD, "我的资料.docx")


def _days_words(kept: Mapping[str, Any]) -> str:
    if not kept.get("known"):
        return "还没有填写"
    away = len(kept.get("absences") or ())
    return f"{kept['first']} 至 {kept['last']}，其中 {away} 个半天不能参加"


def own_copy(
    session: Session, viewer: Viewer, year: year_store.YearView, now: NowDep
) -> dict[str, Any]:
    """Her data without others' words about her.

    This year's reviews are named only once they are disclosed to her.
    """
    today = common.china_day(now)
    me = store.expert(session, viewer, _own(viewer), year.year, today)
    duty = duties.own(session, me.uid, year.year, today)
    named = duty is not None and duty.disclosed
    return {
        "个人资料": asdict(me.fields) | {"id_number": register.identity_of(session, me.uid)},
        "聘任": [asdict(one) for one in me.appointments],
        "声明与承诺": [asdict(one) for one in correspondence.signatures(session, viewer)],
        "申报的回避情形": [
            {
                "单位": one.organisation,
                "情形": one.kind,
                "起": one.since,
                "止": one.until,
                "说明": one.evidence,
            }
            for one in _declared(me)
        ],
        "可参加时间": asdict(me.availability),
        "任务答复": [
            {"年度": number, **asdict(one)} for number, one in duties.said(session, viewer)
        ],
        "评审经历": [
            {"年度": one.year, "组织": one.organisation, "组长": one.leader}
            for one in me.service
            if one.year < year.year or named
        ],
        "链接": [asdict(one) for one in tokens.links_of(session, me.uid)],
        "删除要求": [asdict(one) for one in correspondence.erasures(session, viewer)],
    }


@router.post("/me/data/erasure", allow=P.OWN_FILE)
def ask_erasure(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, reason: Text = ""
) -> Response:
    with ledger.write(actor) as uow:
        register.request_erasure(
            uow, _own(viewer), common.needed_year(uow.session, viewer).year, reason
        )
        uow.commit()
    return see_other(request, "/me/data", "asked-erasure")

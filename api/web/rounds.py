"""时间与声明页: who has answered this year, and links with a ready message for those who have not."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import links
from api.access import Permission, Router
from api.deps import ActorDep, LedgerDep, NowDep, SettingsDep, ViewerDep
from api.schemas.fields import UidText
from api.web import common
from api.web.expert_edits import link_sheet, read_phone
from api.web.rendering import page, see_other
from api.web.views.home import Stat
from expert_pool import register, store
from expert_pool.accounts import PersonalLink
from expert_pool.core import declaration
from expert_pool.facts.refusal import Refusal
from expert_pool.tables import Availability, Expert

router = Router(include_in_schema=False)
P = Permission
Uids = Annotated[tuple[UidText, ...], Form()]
AT_ONCE = 300  # links in one go: the answer is one page, shown once


def _pending(row: store.ExpertRow) -> bool:
    """Somebody in use who has not answered everything, or has no term."""
    state = row.state
    return not state.suspended and not (state.declared and state.absent is not None and state.appointed_until is not None)


@router.get("/round", allow=P.READ_EXPERTS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep, show: Annotated[str, Query(max_length=10)] = "") -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        rows = store.experts(session, viewer, year.year, common.china_day(now))
        window = store.working_days(session).window(year.fields.window_first, year.fields.window_last)
        sent, texts = _links(session), _texts(session, year.year)
    asked = [row for row in rows if not row.state.suspended]
    waiting = [row for row in asked if _pending(row)]
    show = show if show in ("pending", "all", "out") else "pending" if waiting else "all"
    shown = {"pending": waiting, "all": asked, "out": [row for row in rows if row.state.suspended]}[show]
    view = {
        "subtitle": f"{year.year} 年度 · 没有答复的专家不参加编组",
        "pending": len(waiting),
        "stats": (
            Stat("已填可用时间", str(sum(row.state.absent is not None for row in asked)), f"/ {len(asked)}"),
            Stat("已签声明", str(sum(row.state.declared for row in asked)), f"/ {len(asked)}"),
            Stat("都已完成", str(len(asked) - len(waiting)), "人"),
            Stat("在聘期", str(sum(row.state.appointed_until is not None for row in asked)), f"/ {len(asked)}"),
        ),
        "tabs": (("pending", "未完成", len(waiting)), ("all", "全部", len(asked)), ("out", "暂停使用", len(rows) - len(asked))),
        "show": show,
        "terms": {"first": f"{year.year}-01-01", "last": f"{year.year + 2}-12-31"},
        "rows": tuple(_line(row, len(window) * 2, sent.get(row.uid, ""), texts.get(row.uid, "")) for row in shown),
    }
    return page(request, "round.html", view)


def _line(row: store.ExpertRow, slots: int, link: str, text: str) -> dict[str, object]:
    known = row.state.absent is not None
    return {
        "uid": row.uid,
        "name": row.fields.name,
        "employer": row.fields.employer,
        "days_known": known,
        "days": f"{max(slots - (row.state.absent or 0), 0)} 个半天" if known else "",
        "days_text": text,
        "declared": "已签" if row.state.declared else "",
        "link": link,
        "term": row.state.appointed_until,
    }


def _links(session: Session) -> dict[str, str]:
    query = (
        select(Expert.uid, PersonalLink.created_at, PersonalLink.used_at)
        .join(PersonalLink, PersonalLink.expert_id == Expert.id)
        .where(PersonalLink.purpose == "self", PersonalLink.revoked_at.is_(None))
        .order_by(PersonalLink.id)
    )
    said = {}
    for uid, created, used in session.execute(query):
        day = common.china_day(created)
        said[uid] = f"{day.month}月{day.day}日发出，" + ("已打开" if used else "未打开")
    return said


def _texts(session: Session, year: int) -> dict[str, str]:
    query = select(Expert.uid, Availability.text).join(Availability, Availability.expert_id == Expert.id).where(Availability.year == year)
    return {row.uid: row.text for row in session.execute(query)}


@router.post("/round/declarations", allow=P.EDIT_EXPERTS)
def record_papers(
    request: Request, actor: ActorDep, viewer: ViewerDep, ledger: LedgerDep, uid: Uids = (), seen: Annotated[str, Form(max_length=3)] = ""
) -> Response:
    """登记纸质声明 of several experts at once; the clerk says to have the signed papers."""
    if not uid:
        raise Refusal("nobody", "请先勾选专家。")
    if seen != "yes":
        raise Refusal("not-seen", "请先确认已收到这些专家签字的纸质声明。")
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        for one in uid:
            register.sign_declaration(uow, one, year, declaration.VERSION, declaration.SHA256, f"纸质，{actor.name}登记")
        uow.commit()
    return see_other(request, "/round", "declared")


@router.post("/round/appointments", allow=P.EDIT_EXPERTS)
def appoint(
    request: Request,
    actor: ActorDep,
    ledger: LedgerDep,
    uid: Uids = (),
    first: Annotated[str, Form(max_length=20)] = "",
    last: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """登记聘任 of several experts with one term."""
    if not uid:
        raise Refusal("nobody", "请先勾选专家。")
    term = common.needed_date(first, "聘期起"), common.needed_date(last, "聘期止")
    with ledger.write(actor) as uow:
        leaders = {one.uid for one in register.known_experts(uow.session, 0) if one.leader}
        for one in uid:
            register.appoint(uow, one, "lead" if one in leaders else "reviewer", *term)
        uow.commit()
    return see_other(request, "/round", "appointed")


@router.post("/round/links", allow=P.ISSUE_LINKS)
def issue(request: Request, actor: ActorDep, viewer: ViewerDep, ledger: LedgerDep, now: NowDep, settings: SettingsDep) -> Response:
    """Links for everybody who has not answered; shown on this page only, so no redirect."""
    until = now + timedelta(days=settings.link_days)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        rows = [row for row in store.experts(session, viewer, year.year, common.china_day(now)) if _pending(row)]
    if not rows:
        raise Refusal("nobody", "所有专家都已答复，不需要再发链接。")
    sheets = []
    for row in rows[:AT_ONCE]:
        _, token = links.issue_personal(ledger, actor, row.uid, until)
        address = f"{settings.public_url.rstrip('/')}/l/{token}"
        number = read_phone(ledger, actor, viewer, row.uid, "发送个人链接")
        sheets.append(link_sheet(row.fields.name, number, address, common.china_day(until)))
    return page(request, "links.html", {"links": tuple(sheets)})

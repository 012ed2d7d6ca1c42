"""专家本人的页面: data, declaration, conflicts, free half-days, duties and calendar, from a
personal link and on a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Form, Request, Response
from sqlalchemy.orm import Session

from api.identity import links, tokens
from api.kit import common, tick
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, SettingsDep, ViewerDep
from api.kit.rendering import FLASH, page, see_other
from api.kit.templating import moment
from api.my.duty import pages as own_duty
from api.my.views import Duty, DutyCard, Task, duties
from api.recusal.conflicts.views import BY_SHARE, conflict_kinds
from award.applicants import applicants as award_applicants
from award.applicants import store as applicant_store
from award.groups import store as plan_store
from award.groups.books import book_of
from award.scoring import store as score_store
from award.year import store as year_store
from award.year.free_days import undo_free_days
from expert_pool import correspondence, register, store
from expert_pool.core import declaration, organisation
from expert_pool.core.actor import Viewer
from expert_pool.core.conflict import KINDS, told_evidence
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


def _own(viewer: Viewer) -> str:
    if viewer.expert_id is None:
        raise Refusal("forbidden", "此页面只供评审专家本人使用。")
    return viewer.expert_id


def _frame(
    session: Session, viewer: Viewer, now: NowDep
) -> tuple[year_store.YearView, store.ExpertPage, dict[str, Any]]:
    """The year, the person, and what every page of hers shows on top."""
    year = common.needed_year(session, viewer)
    me = store.expert(session, viewer, _own(viewer), year.year, common.china_day(now))
    return year, me, {"expert_name": me.fields.name, "year": year.year}


def _signed(me: store.ExpertPage, year: int) -> store.DeclarationView | None:
    return next((item for item in me.declarations if item.year == year), None)


@router.get("/me", allow=P.OWN_FILE)
def show(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep, settings: SettingsDep
) -> Response:
    with ledger.read() as session:
        year, me, frame = _frame(session, viewer, now)
        plan = plan_store.published(session, viewer, year.year)
        card = own_duty.card(session, viewer, year, common.china_day(now))
        today = common.china_day(now)
        own = _duties(session, plan, me.uid, today) if plan and card and card.disclosed else ()
        steps = store.yearly_steps(session, viewer, me.uid, year.year)
        added = sum(firm.fresh for firm in applicant_store.to_declare(session, me.uid, year.year))
        scoring = _scoring(session, viewer, year.year) if card is None or card.disclosed else ()
    tasks = (*_tasks(me, year, steps, added), *scoring)
    view = {
        **frame,
        "greeting": f"{me.fields.name}，您好",
        "lead": _lead(sum(not task.done for task in tasks), card),
        "tasks": tasks,
        "duty": card,
        "duties": own,
        "office": settings.office_phone,
        "undo": me.availability.version if request.cookies.get(FLASH) == "days" else 0,
    }
    return page(request, "my_home.html", view)


def _duties(
    session: Session, plan: plan_store.PlanView, expert: str, today: date
) -> tuple[Duty, ...]:
    """With the numbers of the firms that she goes to: she has business with them."""
    mine = [case for group in plan.plan.groups if expert in group.members for case in group.cases]
    return duties(book_of(session, plan), expert, applicant_store.numbers(session, mine), today)


def _scoring(session: Session, viewer: Viewer, year: int) -> tuple[Task, ...]:
    """她的评分: one line for all her books of the year."""
    books = [one for one in score_store.own_books(session, viewer, year) if one.state != "void"]
    if not books:
        return ()
    locked = sum(one.state == "locked" for one in books)
    words = f"{len(books)} 份评分表，已锁定 {locked} 份"
    return (Task("评分", words, "/me/books", locked == len(books)),)


def _lead(left: int, card: DutyCard | None) -> str:
    if card is not None and card.state == "open" and not card.over:
        return "有一项评审任务等您答复。"
    return (
        "资料都齐了，谢谢。有变动时随时可以回来修改。"
        if not left
        else f"还有 {left} 项需要您完成，大约两分钟。"
    )


def _tasks(
    me: store.ExpertPage, year: year_store.YearView, steps: frozenset[str], added: int
) -> tuple[Task, ...]:
    """`added`: how many applicants of the list she has not answered about."""
    signed = _signed(me, year.year)
    fields = year.fields
    window = (
        f"{fields.window_first.month}月{fields.window_first.day}日–{fields.window_last.month}"
        f"月{fields.window_last.day}日"
    )
    mine = [
        item for item in me.conflicts if item.source == "declared" and item.withdrawn_at is None
    ]
    free = me.availability
    signed_words = (
        f"{common.date_words(common.china_day(signed.signed_at))}已签"
        if signed
        else "只需阅读、勾选"
    )
    answered = signed is not None and signed.answered_at is not None
    conflict_words = (
        f"已登记 {len(mine)} 条"
        if mine
        else "没有需要回避的"
        if answered
        else "对照申报组织名单勾选"
    )
    if answered and added:
        conflict_words = f"名单新增 {added} 家，请补充申报"
    return (
        Task("核对个人资料", me.fields.employer, "/me/data", "data" in steps),
        Task("签署声明与保密承诺", signed_words, "/me/declaration", signed is not None),
        Task(
            "申报回避情形",
            conflict_words if signed else "签署声明后填写",
            "/me/conflicts",
            answered and not added,
        ),
        Task("填写可用时间", f"{window}，已填" if free.known else window, "/me/days", free.known),
    )


@router.get("/me/declaration", allow=P.OWN_FILE)
def show_declaration(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    with ledger.read() as session:
        year, me, frame = _frame(session, viewer, now)
    signed = _signed(me, year.year)
    view = {
        **frame,
        "signed": moment(signed.signed_at) if signed else "",
        "paragraphs": declaration.PARAGRAPHS,
        "text_version": declaration.VERSION,
        "text_sha": declaration.SHA256,
    }
    return page(request, "my_declaration.html", view)


@router.post("/me/declaration", allow=P.OWN_FILE)
def sign(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    agree: Text = "",
    text_sha: Text = "",
) -> Response:
    if agree != "yes":
        raise Refusal("not-agreed", "请先勾选“我已阅读并同意”。")
    if text_sha != declaration.SHA256:
        raise Refusal("stale", "声明文本已更新，请重新阅读后签署。")
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        register.sign_declaration(
            uow,
            _own(viewer),
            year,
            declaration.VERSION,
            declaration.SHA256,
            "个人链接",
            answered=False,
        )
        uow.commit()
    return see_other(request, "/me/conflicts", "signed")


# Kinds that others establish, not the expert.
OFFICE_ONLY = frozenset({"ORG_REQUEST", "GIFT", "PRIOR_REVIEW", "COMMITTEE_VOTER"})


@router.get("/me/conflicts", allow=P.OWN_FILE)
def show_conflicts(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    """The list of applicants, for whoever has signed; who has answered it before is asked about
    those only that joined since.
    """
    with ledger.read() as session:
        year, me, frame = _frame(session, viewer, now)
        signed = _signed(me, year.year)
        if signed is None:
            return see_other(request, "/me/declaration", "sign-before-list")
        firms = applicant_store.to_declare(session, me.uid, year.year)
    mine = [
        item for item in me.conflicts if item.source == "declared" and item.withdrawn_at is None
    ]
    said = {item.organisation for item in mine}
    added = signed.answered_at is not None and any(firm.fresh for firm in firms)
    lines = tuple(
        {
            "uid": firm.uid,
            "name": firm.name,
            "declared": any(organisation.same(firm.name, name) for name in said),
            "fresh": firm.fresh,
            "own": firm.own,
        }
        for firm in firms
    )
    view = {
        **frame,
        "added": added,
        "asked": tuple(line for line in lines if line["fresh"] or not added),
        "others": tuple(line for line in lines if added and not line["fresh"]),
        "own": tuple(
            line for line in lines if line["own"] and line["fresh"] and not line["declared"]
        ),
        "employer": me.fields.employer,
        "kinds": tuple(one for one in conflict_kinds() if _own_kind(one.value)),
        "by_share": BY_SHARE,
        "mine": tuple(
            (
                item.organisation,
                KINDS[item.kind].zh if item.kind in KINDS else item.kind,
                _told(item),
            )
            for item in mine
        ),
    }
    return page(request, "my_conflicts.html", view)


def _told(item: store.ConflictView) -> str:
    return told_evidence(item.kind, item.percent, item.evidence)


def _own_kind(code: str) -> bool:
    return code in KINDS and KINDS[code].severity != "bar" and code not in OFFICE_ONLY


@router.post("/me/conflicts", allow=P.OWN_FILE)
def declare(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    answer: Text = "some",
    seen: Annotated[tuple[str, ...], Form()] = (),
    firm: Annotated[tuple[str, ...], Form()] = (),
    kind: Text = "",
    percent: Text = "",
    evidence: Text = "",
    mine: Annotated[tuple[str, ...], Form()] = (),
    not_mine: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """Who has not signed has not seen the list, and cannot say that there is nothing on it."""
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        names = {
            one.uid: one.name for one in applicant_store.to_declare(uow.session, _own(viewer), year)
        }
        if not names:
            return see_other(request, "/me/declaration", "sign-before-list")
        if answer == "none":
            _refuse_ticked([names[uid] for uid in firm if uid in names])
        elif firm or not mine:
            _declare_all(
                uow, viewer, names, firm, kind, common.read_percent(percent), evidence.strip()
            )
        award_applicants.answer_list(uow, _own(viewer), year, seen, mine, not_mine)
        uow.commit()
    return (
        see_other(request, "/me/days", "none")
        if answer == "none"
        else see_other(request, "/me/conflicts", "conflict")
    )


def _refuse_ticked(ticked: Sequence[str]) -> None:
    """What somebody ticked is not thrown away because she pressed the other button."""
    if ticked:
        raise Refusal(
            "ticked-and-none",
            f"您勾选了{'、'.join(ticked)}，又按了“没有”，没有保存。"
            "有关系的，请选好是什么关系，按“申报所勾选的”；没有关系的，请先取消勾选。",
            "办法第十六条",
            field="firm",
        )


def _declare_all(
    uow: UnitOfWork,
    viewer: Viewer,
    names: Mapping[str, str],
    firms: tuple[str, ...],
    kind: str,
    percent: float | None,
    evidence: str,
) -> None:
    if not firms:
        raise Refusal(
            "blank", "请先勾选有关系的申报组织；没有的话，请按“没有需要回避的”。", field="firm"
        )
    if not _own_kind(kind):
        raise Refusal("blank", "请选择是什么关系。", field="kind")
    for uid in firms:
        if uid not in names:
            raise Refusal("not-found", "所勾选的申报组织中有的已经退出，请重新勾选。")
        wanted = register.ConflictFields(
            kind, names[uid], source="declared", evidence=evidence, percent=percent
        )
        register.declare_conflict(uow, _own(viewer), wanted)


@router.get("/me/days", allow=P.OWN_FILE)
def show_days(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        year, me, frame = _frame(session, viewer, now)
        calendar = store.working_days(session)
        closed = correspondence.round_of(session, year.year).closed
    window = calendar.window(year.fields.window_first, year.fields.window_last)
    undo = me.availability.version > 0 and request.cookies.get(FLASH) in ("days", "undone")
    sheet = tick.sheet(me.availability, window, common.marks(calendar))
    return page(request, "my_days.html", {**frame, **sheet, "closed": closed, "can_undo": undo})


@router.post("/me/days", allow=P.OWN_FILE)
def save_days(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    free: Annotated[tuple[str, ...], Form()] = (),
    quick: Text = "",
    text: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        tick.save(uow, viewer, _own(viewer), version, free, quick, text)
        uow.commit()
    return see_other(request, f"/me/days{tick.anchor(quick)}" if quick else "/me", "days")


@router.post("/me/days/undo", allow=P.OWN_FILE)
def undo_days(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, version: Version
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        undo_free_days(uow, _own(viewer), year, version)
        uow.commit()
    return see_other(request, "/me/days", "undone")


@router.get("/me/calendar", allow=P.OWN_FILE)
def show_calendar(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        _, me, frame = _frame(session, viewer, now)
        active = any(
            link.purpose == "calendar" and link.revoked_at is None
            for link in tokens.links_of(session, me.uid)
        )
    return page(request, "my_calendar.html", {**frame, "address": "", "tap": "", "active": active})


@router.post("/me/calendar", allow=P.OWN_FILE)
def make_feed(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    now: NowDep,
    settings: SettingsDep,
) -> Response:
    """Not a redirect: the address is shown once and kept nowhere."""
    with ledger.read() as session:
        _, me, frame = _frame(session, viewer, now)
    _, token = links.issue_feed(ledger, actor, me.uid, now + timedelta(days=settings.link_days))
    address = f"{settings.public_url.rstrip('/')}/api/v1/feeds/{token}.ics"
    tap = "webcal:" + address.partition(":")[2]  # what telephones open in their calendar
    return page(
        request, "my_calendar.html", {**frame, "address": address, "tap": tap, "active": True}
    )


@router.post("/me/calendar/stop", allow=P.OWN_FILE)
def stop_feed(request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep) -> Response:
    uid = _own(viewer)
    with ledger.write(actor) as uow:
        for link in tokens.links_of(uow.session, uid):
            if link.purpose == "calendar" and link.revoked_at is None:
                tokens.revoke_link(uow, uid, link.uid)
        uow.commit()
    return see_other(request, "/me/calendar", "feed-stopped")

"""年度征集页: who has answered this year, asking and reminding, opening and closing the round;
requests about one's own data.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Form, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity import forgetting
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Uid, UidText
from api.kit.parts import Stat
from api.kit.rendering import page, see_other
from api.kit.shell import Tone
from award import retention
from award.duties import notices, rounds
from award.duties.notices import ASK_DAYS
from expert_pool import correspondence, register, store
from expert_pool.core import declaration
from expert_pool.core.life import STATES, State
from expert_pool.dossier.states import NOT_ASKED
from expert_pool.facts.refusal import Refusal
from expert_pool.tables import Availability, Expert

router = Router(include_in_schema=False)
ROWS = 200  # a county's pool on one or two pages: ticked and worked through in one go
P = Permission
Uids = Annotated[tuple[UidText, ...], Form()]
WRITERS = {"ask": notices.ask, "remind": notices.remind}


@router.get("/round", allow=P.READ_EXPERTS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
    show: Annotated[str, Query(max_length=10)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        standing = rounds.standing(session, viewer, year.year, common.china_day(now))
        window = store.working_days(session).window(
            year.fields.window_first, year.fields.window_last
        )
        links, texts = correspondence.links(session, viewer, now), _texts(session, year.year)
        state = correspondence.round_of(session, year.year)
        erasures = correspondence.erasures(session, viewer)
    asked, out, waiting = standing.asked, standing.out, standing.waiting
    listed = standing.listed
    show = show if show in ("pending", "all", "out") else "pending" if waiting else "all"
    chosen = {"pending": waiting, "all": asked, "out": out}[show]
    shown, pager = common.paged(chosen, number, "/round", {"show": show}, ROWS)
    view = {
        "subtitle": f"{year.year} 年度 · 没有答复的专家不参加编组",
        "lacking": sum(map(standing.lacks, asked)),
        "asked": len(asked),
        # Days may have come with the register; a declaration only from who was asked.
        "begun": bool(state.uid) or any(row.state.declared for row in asked),
        "state": _state(state, common.china_day(now)),
        "erasures": erasures,
        "stats": (
            Stat(
                "已填可用时间",
                str(sum(row.state.absent is not None for row in asked)),
                f"/ {len(asked)}",
            ),
            Stat(
                "已签声明并申报",
                str(sum(_declared(row.state, listed)[1] == "ok" for row in asked)),
                f"/ {len(asked)}",
            ),
            Stat("都已完成", str(len(asked) - len(waiting)), "人"),
            Stat(
                "在聘期",
                str(sum(row.state.appointed_until is not None for row in asked)),
                f"/ {len(asked)}",
            ),
        ),
        "tabs": (
            ("pending", "未完成", len(waiting)),
            ("all", "全部", len(asked)),
            ("out", "不征集", len(out)),
        ),
        "show": show,
        "pager": pager,
        "terms": {"first": f"{year.year}-01-01", "last": f"{year.year + 2}-12-31"},
        "rows": tuple(
            _line(
                row,
                len(window) * 2,
                links.get(row.uid),
                texts.get(row.uid, ""),
                _why_out(row, standing.states[row.uid]),
                listed,
            )
            for row in shown
        ),
    }
    return page(request, "round.html", view)


def _state(state: correspondence.RoundView, today: date) -> dict[str, object]:
    due = state.due_on or today + timedelta(days=ASK_DAYS)
    return {
        "uid": state.uid,
        "version": state.version,
        "closed": state.closed,
        "due": due.isoformat(),
        "due_words": common.date_words(due),
        "late": bool(state.uid) and not state.closed and due < today,
    }


def _link_words(link: correspondence.LinkState | None) -> str:
    if link is None:
        return ""
    day = common.china_day(link.sent_at)
    return f"{day.month}月{day.day}日发出，" + ("已打开" if link.opened_at else "未打开")


def _why_out(row: store.ExpertRow, state: State) -> str:
    return (
        f"暂停使用：{row.state.suspended}"
        if row.state.suspended
        else STATES[state]
        if state in NOT_ASKED
        else ""
    )


def _line(
    row: store.ExpertRow,
    slots: int,
    link: correspondence.LinkState | None,
    text: str,
    out: str,
    listed: datetime | None,
) -> dict[str, object]:
    known = row.state.absent is not None
    return {
        "uid": row.uid,
        "name": row.fields.name,
        "employer": row.fields.employer,
        "days_known": known,
        "days": f"{max(slots - (row.state.absent or 0), 0)} 个半天" if known else "",
        "days_text": text,
        "declared": _declared(row.state, listed),
        "link": _link_words(link),
        "term": row.state.appointed_until,
        "out": out,
    }


def _declared(state: store.YearState, listed: datetime | None) -> tuple[str, Tone]:
    """The signature, and whether the list of applicants has been answered as it is now."""
    if not state.declared:
        return "未签", "warn"
    if state.answered_at is None:
        return "已签，未申报回避", "warn"
    return (
        ("已签，未就新增组织申报", "warn")
        if listed is not None and listed > state.answered_at
        else ("已签", "ok")
    )


def _texts(session: Session, year: int) -> dict[str, str]:
    query = (
        select(Expert.uid, Availability.text)
        .join(Availability, Availability.expert_id == Expert.id)
        .where(Availability.year == year)
    )
    return {row.uid: row.text for row in session.execute(query)}


@router.post("/round/declarations", allow=P.EDIT_EXPERTS)
def record_papers(
    request: Request,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    uid: Uids = (),
    seen: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """登记纸质声明 of several experts at once; the clerk says to have the signed papers."""
    if not uid:
        raise Refusal("nobody", "请先勾选专家。")
    if seen != "yes":
        raise Refusal("not-seen", "请先确认已收到这些专家签字的纸质声明。")
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        for one in uid:
            register.sign_declaration(
                uow, one, year, declaration.VERSION, declaration.SHA256, f"纸质，{actor.name}登记"
            )
        uow.commit()
    return see_other(request, "/round", "declared")


@router.post("/round/appointments", allow=P.DECIDE_EXPERTS)
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
            register.engage(
                uow, one, "lead" if one in leaders else "reviewer", *term, reason="随年度征集登记"
            )
        uow.commit()
    return see_other(request, "/round", "appointed")


@router.post("/round/messages", allow=P.ISSUE_LINKS)
def write_messages(
    request: Request,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    kind: Annotated[str, Form(max_length=10)] = "remind",
    note: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """One click: everybody who still lacks something, or everybody in use; the messages wait in the
    outbox.
    """
    if kind not in WRITERS:
        raise Refusal("invalid", "没有这种通知。")
    with ledger.write(actor) as uow:
        written = WRITERS[kind](uow, common.needed_year(uow.session, viewer).year, note=note)
        uow.commit()
    return see_other(
        request,
        "/round/outbox" if written else "/round",
        "written" if written else "nothing-written",
    )


@router.post("/round/term", allow=P.EDIT_EXPERTS)
def set_term(
    request: Request,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    due: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Open the round, move its last day, or open it again."""
    with ledger.write(actor) as uow:
        register.open_round(
            uow, common.needed_year(uow.session, viewer).year, common.needed_date(due, "答复期限")
        )
        uow.commit()
    return see_other(request, "/round", "round-opened")


@router.post("/round/close", allow=P.EDIT_EXPERTS)
def close(
    request: Request,
    actor: ActorDep,
    ledger: LedgerDep,
    uid: Annotated[UidText, Form()],
    version: Annotated[int, Form(ge=0, le=2_000_000_000)],
) -> Response:
    with ledger.write(actor) as uow:
        register.close_round(uow, uid, version)
        uow.commit()
    return see_other(request, "/round", "round-closed")


@router.post("/round/erasures/{uid}", allow=P.EDIT_EXPERTS)
def answer_erasure(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    answer: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    with ledger.write(actor) as uow:
        register.answer_erasure(uow, uid, common.needed_year(uow.session, viewer).year, answer)
        uow.commit()
    return see_other(request, "/round", "settled")


@router.post("/round/erasures/{uid}/forget", allow=P.ERASE)
def forget(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    viewer: ViewerDep,
    ledger: LedgerDep,
    answer: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """同意删除: erased and answered at once; refused while the person is still appointed or under
    investigation.
    """
    with ledger.write(actor) as uow:
        retention.forget_on_request(uow, uid, answer, forgetting)
        register.answer_erasure(uow, uid, common.needed_year(uow.session, viewer).year, answer)
        uow.commit()
    return see_other(request, "/round", "forgotten")

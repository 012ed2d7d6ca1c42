"""本人答复任务: accept or decline what the published plan asks, from the telephone."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Form, Request, Response
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, TodayDep, ViewerDep
from api.kit.rendering import page, see_other
from api.my.views import DutyCard, duty_card
from assignment.duty import REASONS
from award.duties import duties
from award.year import store as year_store
from expert_pool import store
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALVES, HalfDay
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
HINTS = {
    "time": "勾选的日子记为不能参加，其他时间仍可安排",
    "recusal": "请先在“回避情形”里登记是哪一家",
    "personal": "今年不再安排",
    "other": "请在下面说明，今年不再安排",
}


def card(
    session: Session, viewer: Viewer, year: year_store.YearView, today: date
) -> DutyCard | None:
    """What stands on her first page about the duty of the published plan."""
    if viewer.expert_id is None:
        return None
    found = duties.own(session, viewer.expert_id, year.year, today)
    return duty_card(found, year.fields.policy.disclose_from, today) if found else None


@router.post("/me/duty", allow=P.OWN_FILE)
def answer(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    today: TodayDep,
    fingerprint: Annotated[str, Form(max_length=64)] = "",
    answer: Text = "",
    reason_kind: Text = "",
    reason: Text = "",
    away: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    accept = answer == "accept"
    try:
        with ledger.write(actor) as uow:
            year = common.needed_year(uow.session, viewer).year
            days = [
                HalfDay(day, half)
                for text in away
                if (day := common.needed_date(text, "日期"))
                for half in HALVES
            ]
            duties.answer_duty(
                uow,
                actor.id,
                year,
                fingerprint,
                accept,
                reason_kind,
                reason,
                days if reason_kind == "time" else None,
            )
            uow.commit()
    except Refusal as refusal:
        if refusal.code == "not-declared":
            return see_other(request, "/me/declaration", "sign-first")
        raise
    return see_other(request, "/me", "accepted" if accept else "declined")


@router.get("/me/duty/decline", allow=P.OWN_FILE)
def show_decline(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        found = card(session, viewer, year, today)
        if found is None:  # taken away meanwhile: her first page says what there is
            return see_other(request, "/me")
        name = store.expert(session, viewer, viewer.expert_id or "", year.year, today).fields.name
    kinds = tuple(
        {"value": kind, "title": words, "hint": HINTS[kind], "chosen": kind == "time"}
        for kind, words in REASONS.items()
        if kind != "recusal" or found.disclosed
    )
    view = {
        "expert_name": name,
        "year": year.year,
        "duty": found,
        "kinds": kinds,
    }
    return page(request, "my_decline.html", view)

"""年度步骤页: begin, move on, ask to go back, end; settings with their source; the rubric."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response
from starlette.concurrency import run_in_threadpool

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import FormYear, OfYear
from api.kit.rendering import page, see_other
from api.year.steps import views
from award.applicants import applications
from award.archive.checks import CHECKS
from award.scoring import site_day
from award.scoring.core.rubric import parse
from award.year import stages
from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]


@router.get("/steps", allow=P.READ_YEAR)
def show(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.asking(actor) as uow:
        year = common.chosen_year(uow.session, viewer, of)
        view = views.overview(uow, viewer, year)
    view["mine"] = views.may_move(actor, view["next"], year.stage)
    return page(request, "steps.html", view)


@router.post("/steps/begin", allow=P.RUN_AWARD)
def begin(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: FormYear = None
) -> Response:
    with ledger.write(actor) as uow:
        applications.begin(uow, common.chosen_year(uow.session, viewer, of).year)
        uow.commit()
    return see_other(request, common.of_year("/steps", of), "stage-moved")


@router.post("/steps/move", allow=P.RUN_AWARD)
def move(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    wanted: Text = "",
    of: FormYear = None,
) -> Response:
    with ledger.write(actor) as uow:
        stages.move(uow, common.chosen_year(uow.session, viewer, of).year, wanted, CHECKS)
        uow.commit()
    return see_other(request, common.of_year("/steps", of), "stage-moved")


@router.post("/steps/back", allow=P.RUN_AWARD)
def propose_back(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
    of: FormYear = None,
) -> Response:
    with ledger.write(actor) as uow:
        stages.propose_back(uow, common.chosen_year(uow.session, viewer, of).year, reason)
        uow.commit()
    return see_other(request, common.of_year("/steps", of), "back-proposed")


@router.post("/steps/end", allow=P.DECIDE_AWARD)
def end(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    document: Text = "",
    of: FormYear = None,
) -> Response:
    with ledger.write(actor) as uow:
        stages.end(uow, common.chosen_year(uow.session, viewer, of).year, document)
        uow.commit()
    return see_other(request, common.of_year("/steps", of), "stage-moved")


@router.get("/steps/settings", allow=P.READ_YEAR)
def show_settings(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.settings_page(session, common.chosen_year(session, viewer, of))
    return page(request, "settings.html", view)


@router.post("/steps/settings", allow=P.RUN_AWARD)
async def save_settings(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: FormYear = None
) -> Response:
    form = await common.words_of(request)
    await run_in_threadpool(_save_settings, form, viewer, actor, ledger)
    return see_other(request, common.of_year("/steps/settings", common.year_said(form)), "saved")


def _save_settings(form: dict[str, str], viewer: Viewer, actor: Actor, ledger: Ledger) -> None:
    """One group at once; a value without a source of its own has the group's."""
    common_source = form.get("source", "")
    entered = 0
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, common.year_said(form)).year
        for name, value in form.items():
            code = name.removeprefix("value_")
            if code == name or not value.strip():
                continue
            source = form.get(f"source_{code}", "").strip() or common_source
            stages.enter_setting(uow, year, code, value, source)
            entered += 1
        if not entered:
            raise Refusal("blank", "还没有填写任何一项。", "办法第五条")
        uow.commit()


@router.post("/steps/site-day", allow=P.RUN_AWARD)
def set_site_day(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    text: Annotated[str, Form(max_length=5000)] = "",
    of: FormYear = None,
) -> Response:
    with ledger.write(actor) as uow:
        site_day.set_sample(uow, common.chosen_year(uow.session, viewer, of).year, text)
        uow.commit()
    return see_other(request, common.of_year("/steps/settings", of), "saved")


@router.get("/steps/rubric", allow=P.READ_YEAR)
def show_rubric(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.rubric_page(session, common.chosen_year(session, viewer, of), actor)
    return page(request, "rubric.html", view)


@router.post("/steps/rubric/check", allow=P.RUN_AWARD)
def check_items(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    item: Annotated[tuple[str, ...], Form()] = (),
    of: FormYear = None,
) -> Response:
    if not item:
        raise Refusal("blank", "请勾选已对照标准原文核对的条款。", "办法第五条")
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, of)
        known = parse(year.rules.rubric).by_no
        for no in item:
            if no not in known:
                raise Refusal("unknown-item", f"本年度标准没有条款 {no}。", "办法第五条")
            stages.check_item(uow, year.year, no)
        uow.commit()
    return see_other(request, common.of_year("/steps/rubric", of), "saved")


@router.post("/steps/rubric/text", allow=P.RUN_AWARD)
def write_text(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    key: Text = "",
    text: Annotated[str, Form(max_length=5000)] = "",
    of: FormYear = None,
) -> Response:
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, of)
        views.demand_key(year, key)
        stages.write_text(uow, year.year, key, text)
        uow.commit()
    return see_other(request, common.of_year("/steps/rubric", of), "saved")

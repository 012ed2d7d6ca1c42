"""年度步骤页: begin, move on, ask to go back, end; settings with their source; the rubric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form, Request, Response
from starlette.concurrency import run_in_threadpool

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import OfYear
from api.kit.rendering import page
from api.kit.year_forms import YearForm, YearFormDep
from api.year import commands
from api.year.steps import views
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=5000)]


@router.get("/steps", allow=P.READ_YEAR)
def show(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.asking(actor) as uow:
        year = common.chosen_year(uow.session, viewer, of)
        view = views.overview(uow, viewer, year)
    view["mine"] = views.may_move(actor, view["next"], year.stage)
    return page(request, "steps.html", view)


@router.post("/steps/begin", allow=commands.BEGIN.allow)
def begin(sent: YearFormDep) -> Response:
    return sent.on_year("/steps", commands.BEGIN)


@router.post("/steps/move", allow=commands.MOVE.allow)
def move(sent: YearFormDep, wanted: Text = "") -> Response:
    return sent.on_year("/steps", commands.MOVE, wanted)


@router.post("/steps/back", allow=commands.PROPOSE_BACK.allow)
def propose_back(sent: YearFormDep, reason: Text = "") -> Response:
    return sent.on_year("/steps", commands.PROPOSE_BACK, reason)


@router.post("/steps/end", allow=commands.END.allow)
def end(sent: YearFormDep, document: Text = "") -> Response:
    return sent.on_year("/steps", commands.END, document)


@router.get("/steps/settings", allow=P.READ_YEAR)
def show_settings(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.settings_page(session, common.chosen_year(session, viewer, of))
    return page(request, "settings.html", view)


@router.post("/steps/settings", allow=commands.ENTER_SETTING.allow)
async def save_settings(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    form = await common.words_of(request)
    sent = YearForm(request, ledger, actor, viewer, common.year_said(form))
    await run_in_threadpool(sent.do, lambda uow, year: _enter_settings(uow, year, form))
    return sent.back("/steps/settings", commands.ENTER_SETTING.done)


def _enter_settings(uow: UnitOfWork, year: int, form: Mapping[str, str]) -> None:
    """One group at once; a value without a source of its own has the group's."""
    common_source = form.get("source", "")
    entered = 0
    for name, value in form.items():
        code = name.removeprefix("value_")
        if code == name or not value.strip():
            continue
        source = form.get(f"source_{code}", "").strip() or common_source
        commands.ENTER_SETTING.act(uow, year, code, value, source)
        entered += 1
    if not entered:
        raise Refusal("blank", "还没有填写任何一项。", "办法第五条")


@router.post("/steps/site-day", allow=commands.SET_SITE_DAY.allow)
def set_site_day(sent: YearFormDep, text: Long = "") -> Response:
    return sent.on_year("/steps/settings", commands.SET_SITE_DAY, text)


@router.get("/steps/rubric", allow=P.READ_YEAR)
def show_rubric(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        view = views.rubric_page(session, common.chosen_year(session, viewer, of), actor)
    return page(request, "rubric.html", view)


@router.post("/steps/rubric/check", allow=commands.CHECK_ITEMS.allow)
def check_items(sent: YearFormDep, item: Annotated[tuple[str, ...], Form()] = ()) -> Response:
    return sent.on_year("/steps/rubric", commands.CHECK_ITEMS, item)


@router.post("/steps/rubric/text", allow=commands.WRITE_TEXT.allow)
def write_text(sent: YearFormDep, key: Text = "", text: Long = "") -> Response:
    return sent.on_year("/steps/rubric", commands.WRITE_TEXT, key, text)

"""征求部门意见页: the office's letters, and what opens behind a department's link.

The link's token stands in the address and nowhere else; what it opens can only be answered. It is
no log-in: a department has no account and sees nothing but its own question and list.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import File, Form, Request, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from api.applicants.inquiries import views
from api.applicants.inquiries.commands import Token, behind, department
from api.identity.sessions import digest, new_token
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import FormYear, OfYear, Uid
from api.kit.rendering import page, see_other
from award.applicants import inquiries, replies
from award.applicants.core.replies import Said
from award.applicants.tables import Inquiry
from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Sealed = Annotated[str, Form(max_length=500_000)]
FORM_BYTES = 2_000_000


@router.get("/inquiries", allow=P.READ_APPLICANTS)
def show(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        view = views.letters(session, viewer, year.year, today)
    return page(request, "inquiries.html", {**view, "staged": bool(year.stage), "link": ""})


@router.post("/inquiries", allow=P.RUN_AWARD)
async def ask(request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep) -> Response:
    form = await request.form()
    chosen = [name for name in form.getlist("ask") if isinstance(name, str)]
    words = {name: value for name, value in form.items() if isinstance(value, str)}
    await run_in_threadpool(_ask, words, chosen, viewer, actor, ledger)
    return see_other(request, common.of_year("/inquiries", common.year_said(words)), "saved")


def _ask(
    form: dict[str, str], chosen: list[str], viewer: Viewer, actor: Actor, ledger: Ledger
) -> None:
    """All that were ticked, and the one that was written in; one day for all of them."""
    asked = [(name, form.get(f"question-{name}", "")) for name in chosen]
    if form.get("department", "").strip():
        asked.append((form["department"], form.get("question", "")))
    if not asked:
        raise Refusal("blank", "请勾选要征求意见的部门。", "办法第十三条第三项")
    day = common.needed_date(form.get("due", ""), "答复期限")
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, common.year_said(form)).year
        for department, question in asked:
            inquiries.ask(uow, year, department, question, day)
        uow.commit()


@router.post("/inquiries/{uid}/link", allow=P.RUN_AWARD)
def make_link(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    today: TodayDep,
    of: FormYear = None,
) -> Response:
    """Not a redirect: the address is shown once and kept nowhere."""
    token = new_token()
    with ledger.write(actor) as uow:
        inquiries.issue_link(uow, uid, digest(token))
        uow.commit()
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        view = views.letters(session, viewer, year.year, today)
    view["for"] = next((one["department"] for one in view["letters"] if one["uid"] == uid), "")
    view["link"] = views.link(settings.public_url, token)
    return page(request, "inquiries.html", {**view, "staged": bool(year.stage)})


@router.post("/inquiries/{uid}/withdraw", allow=P.RUN_AWARD)
def withdraw(
    request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep, reason: Text = ""
) -> Response:
    with ledger.write(actor) as uow:
        inquiries.withdraw(uow, uid, reason)
        uow.commit()
    return see_other(request, "/inquiries", "saved")


@router.get("/inquiries/letters.docx", allow=P.READ_APPLICANTS)
def letters_file(
    viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        return views.letters_file(session, viewer, year.year, today)


@router.get("/inquiries/{uid}", allow=P.RUN_AWARD)
def show_sheet(request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    """The office types what came back on paper, or takes in the Excel 回执."""
    with ledger.read() as session:
        view = views.sheet(session, inquiries.letter(session, uid), viewer.conflicted)
    return page(request, "inquiry_sheet.html", {**view, **_at(f"/inquiries/{uid}"), "own": False})


@router.post("/inquiries/{uid}", allow=P.RUN_AWARD, body_bytes=FORM_BYTES)
async def type_answers(
    request: Request, uid: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    form = await common.words_of(request)
    await run_in_threadpool(_answer, form, uid, actor, ledger, "office", viewer.conflicted)
    return see_other(request, "/inquiries", "answered-opinion")


@router.get("/inquiries/{uid}/sheet.xlsx", allow=P.RUN_AWARD)
def download_sheet(uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        return views.sheet_file(session, inquiries.letter(session, uid), viewer.conflicted)


@router.post("/inquiries/{uid}/sheet", allow=P.RUN_AWARD, body_bytes=views.SHEET_BYTES)
def look_at_sheet(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    file: Annotated[UploadFile, File()],
) -> Response:
    data = file.file.read(views.SHEET_BYTES)
    with ledger.asking(actor) as uow:
        row = inquiries.letter(uow.session, uid)
        view = _looked_at(uow, row, data, viewer.conflicted)
    return _shown(request, "inquiry_read.html", view, f"/inquiries/{uid}")


@router.post("/inquiries/{uid}/sheet/take", allow=P.RUN_AWARD, body_bytes=views.SHEET_BYTES)
def take_sheet(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    sealed: Sealed = "",
) -> Response:
    with ledger.write(actor) as uow:
        row = inquiries.letter(uow.session, uid)
        replies.take(uow, row, sealed, "office", viewer.conflicted)
        uow.commit()
    return see_other(request, "/inquiries", "answered-opinion")


@router.get("/opinion/{token}", allow=P.PUBLIC)
def open_link(request: Request, token: Token, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        view = views.sheet(session, behind(session, token))
    return page(request, "opinion.html", {**view, **_at(f"/opinion/{token}"), "own": True})


@router.post("/opinion/{token}", allow=P.PUBLIC, body_bytes=FORM_BYTES)
async def answer_link(request: Request, token: Token, ledger: LedgerDep) -> Response:
    form = await common.words_of(request)
    await run_in_threadpool(_answer_link, form, token, ledger)
    return see_other(request, f"/opinion/{token}", "answered-opinion")


@router.get("/opinion/{token}/sheet.xlsx", allow=P.PUBLIC)
def download_own_sheet(token: Token, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        return views.sheet_file(session, behind(session, token))


@router.post("/opinion/{token}/sheet", allow=P.PUBLIC, body_bytes=views.SHEET_BYTES)
def look_at_own_sheet(
    request: Request, token: Token, ledger: LedgerDep, file: Annotated[UploadFile, File()]
) -> Response:
    with ledger.read() as session:
        row = behind(session, token)
    with ledger.asking(department(row)) as uow:
        view = _looked_at(uow, row, file.file.read(views.SHEET_BYTES))
    return _shown(request, "opinion_read.html", view, f"/opinion/{token}")


@router.post("/opinion/{token}/sheet/take", allow=P.PUBLIC, body_bytes=views.SHEET_BYTES)
def take_own_sheet(
    request: Request, token: Token, ledger: LedgerDep, sealed: Sealed = ""
) -> Response:
    with ledger.read() as session:
        row = behind(session, token)
    with ledger.write(department(row)) as uow:
        replies.take(uow, behind(uow.session, token), sealed, "link")
        uow.commit()
    return see_other(request, f"/opinion/{token}", "answered-opinion")


def _at(path: str) -> dict[str, str]:
    return {"action": path}


def _looked_at(
    uow: UnitOfWork, row: Inquiry, data: bytes, hidden: Collection[str] = frozenset()
) -> dict[str, Any]:
    """What a sheet says, or every cell at fault."""
    view: dict[str, Any] = {"department": row.department, "year": row.year}
    try:
        return {**view, "shown": replies.look_at(uow, row, data, hidden), "problems": []}
    except Refusal as refused:
        if refused.code != "bad-sheet":
            raise
        return {**view, "shown": None, "problems": refused.params["problems"]}


def _shown(request: Request, template: str, view: dict[str, Any], path: str) -> Response:
    return page(request, template, {**view, **_at(path)}, status=422 if view["problems"] else 200)


def _answer_link(form: dict[str, str], token: str, ledger: Ledger) -> None:
    with ledger.read() as session:
        row = behind(session, token)
    _answer(form, row.uid, department(row, form.get("by_name", "")), ledger, "link")


def _answer(
    form: dict[str, str],
    uid: str,
    actor: Actor,
    ledger: Ledger,
    via: str,
    hidden: Collection[str] = frozenset(),
) -> None:
    said = []
    for name, value in form.items():
        firm = name.removeprefix("answer-")
        if firm == name or not value:
            continue
        kind = form.get(f"kind-{firm}", "") if value == "objection" else ""
        said.append(
            Said(
                firm,
                value,
                form.get(f"text-{firm}", ""),
                kind,
                common.read_date(form.get(f"on-{firm}", ""), "发生日期") if kind else None,
                form.get(f"precision-{firm}", "day"),
                {"yes": True, "no": False}.get(form.get(f"fault-{firm}", "")),
            )
        )
    with ledger.write(actor) as uow:
        inquiries.answer(uow, uid, form.get("by_name", ""), said, via, hidden)
        uow.commit()

"""征求部门意见页: the office's letters, and what opens behind a department's link.

The link's token stands in the address and nowhere else; what it opens can only be answered. It is
no log-in: a department has no account and sees nothing but its own question and list.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.applicants.inquiries import views
from api.identity.sessions import digest, new_token
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import Uid
from api.kit.files import attachment
from api.kit.rendering import page, see_other
from award.applicants import inquiries
from award.applicants.inquiries import Said
from award.applicants.tables import Inquiry
from award.papers import letters
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
OfYear = Annotated[int | None, Query(alias="year", ge=2000, le=2100)]
FormYear = Annotated[int | None, Form(alias="year", ge=2000, le=2100)]
P = Permission
Text = Annotated[str, Form(max_length=300)]
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,100}$")]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
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
def ask(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    department: Text = "",
    question: Annotated[str, Form(max_length=1000)] = "",
    due: Text = "",
    of: FormYear = None,
) -> Response:
    day = common.needed_date(due, "答复期限")
    with ledger.write(actor) as uow:
        inquiries.ask(
            uow, common.chosen_year(uow.session, viewer, of).year, department, question, day
        )
        uow.commit()
    return see_other(request, common.of_year("/inquiries", of), "saved")


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
    view["link"] = f"{settings.public_url.rstrip('/')}/opinion/{token}"
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
        found = views.drafts(session, viewer, year.year)
    if not found:
        raise Refusal("not-found", "还没有征求部门意见。", "办法第十三条第三项")
    content = letters.letters_docx(year.year, found, today)
    return attachment(content, DOCX, f"{year.year}年度征求意见函.docx")


@router.get("/inquiries/{uid}", allow=P.RUN_AWARD)
def show_sheet(request: Request, uid: Uid, ledger: LedgerDep) -> Response:
    """The office types what came back on paper or by Excel."""
    with ledger.read() as session:
        row = session.query(Inquiry).filter_by(uid=uid).one_or_none()
        if row is None:
            raise Refusal("not-found", "没有找到这份征求意见函。")
        view = views.sheet(session, row)
    return page(
        request, "inquiry_sheet.html", {**view, "action": f"/inquiries/{uid}", "own": False}
    )


@router.post("/inquiries/{uid}", allow=P.RUN_AWARD, body_bytes=FORM_BYTES)
async def type_answers(request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep) -> Response:
    form = await _form(request)
    await run_in_threadpool(_answer, form, uid, actor, ledger, "office")
    return see_other(request, "/inquiries", "answered-opinion")


@router.get("/opinion/{token}", allow=P.PUBLIC)
def open_link(request: Request, token: Token, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        view = views.sheet(session, _behind(inquiries.by_link(session, digest(token))))
    return page(request, "opinion.html", {**view, "action": f"/opinion/{token}", "own": True})


@router.post("/opinion/{token}", allow=P.PUBLIC, body_bytes=FORM_BYTES)
async def answer_link(request: Request, token: Token, ledger: LedgerDep) -> Response:
    form = await _form(request)
    await run_in_threadpool(_answer_link, form, token, ledger)
    return see_other(request, f"/opinion/{token}", "answered-opinion")


def _answer_link(form: dict[str, str], token: str, ledger: Ledger) -> None:
    with ledger.read() as session:
        row = _behind(inquiries.by_link(session, digest(token)))
    name = f"{row.department} {form.get('by_name', '').strip()}"[:100]
    _answer(form, row.uid, Actor(row.uid, name, Role.ANONYMOUS), ledger, "link")


def _behind(row: Inquiry | None) -> Inquiry:
    if row is None:
        raise Refusal("bad-link", "这个链接无效或已停用，请向审定办索取新的链接。")
    return row


async def _form(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _answer(form: dict[str, str], uid: str, actor: Actor, ledger: Ledger, via: str) -> None:
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
        inquiries.answer(uow, uid, form.get("by_name", ""), said, via)
        uow.commit()

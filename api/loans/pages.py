"""借用专家页: what is lent and borrowed, and the forms to do it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import File, Form, Request, Response, UploadFile

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, TodayDep, ViewerDep
from api.kit.fields import PLAIN, Search, Uid, UidText
from api.kit.files import attachment
from api.kit.forms import FormDep
from api.kit.rendering import page
from api.loans import commands, views
from api.loans.schemas import BODY_BYTES
from expert_pool import store
from expert_pool.core.conflict import KINDS
from expert_pool.facts.refusal import Refusal
from expert_pool.register import lending
from expert_pool.spreadsheet import loan_book

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=200, pattern=PLAIN)]
Told = Annotated[str, Form(max_length=80, pattern=PLAIN)]
Sheet = Annotated[UploadFile, File()]
Kind = Annotated[Literal["xlsx", "json"], Form()]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND_NAMES = {code: kind.zh for code, kind in KINDS.items()}
FOUND = 50  # people offered to tick; more are found by a narrower search


@router.get("/loans", allow=P.READ_EXPERTS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    hidden: HiddenDep,
    q: Search = "",
) -> Response:
    with ledger.read() as session:
        rows = lending.loans(session)
        uids = store.found(session, viewer, search=q)[:FOUND] if q.strip() else ()
        people = store.experts(session, viewer, today.year, today, only=uids) if uids else ()
    view = {
        "sheets": views.lines(rows, hidden),
        "q": q,
        "people": tuple((one.uid, one.fields.name, one.fields.employer) for one in people),
        "own": rows[0].own if rows else "",
        "today": today.isoformat(),
    }
    return page(request, "loans.html", view)


@router.post("/loans", allow=commands.LEND.allow)
def lend(
    ledger: LedgerDep,
    actor: ActorDep,
    own: Text = "",
    office: Text = "",
    first: Text = "",
    last: Text = "",
    consent_on: Text = "",
    consent_how: Text = "",
    expert: Annotated[list[UidText] | None, Form()] = None,
    agreed: Annotated[list[UidText] | None, Form()] = None,
    kind: Kind = "xlsx",
) -> Response:
    consent = lending.Consent(_day(consent_on, "同意日期"), consent_how) if agreed else None
    wanted = [
        lending.Wanted(uid, consent if uid in (agreed or ()) else None) for uid in expert or ()
    ]
    terms = lending.Terms(own, office, _day(first, "起始日期"), _day(last, "终止日期"))
    number, sheet, _ = commands.LEND(ledger, actor, wanted, terms)
    return _file(sheet, f"借用单-{office}-{number}", kind)


@router.post("/loans/borrowed", allow=commands.BORROW.allow, body_bytes=BODY_BYTES)
def borrow(file: Sheet, sent: FormDep, digest: Told = "") -> Response:
    return sent.carry_out("/loans", commands.BORROW, _read(file), digest)


@router.post("/loans/returned", allow=commands.TAKE_BACK.allow, body_bytes=BODY_BYTES)
def take_back(file: Sheet, sent: FormDep, digest: Told = "") -> Response:
    return sent.carry_out("/loans", commands.TAKE_BACK, _read(file), digest)


@router.post("/loans/{uid}/return", allow=commands.GIVE_BACK.allow)
def give_back(uid: Uid, ledger: LedgerDep, actor: ActorDep, kind: Kind = "xlsx") -> Response:
    sheet, digest = commands.GIVE_BACK(ledger, actor, uid)
    return _file(sheet, f"归还单-{uid}-校验码{digest[: views.SHOWN_SIGNS]}", kind)


@router.post("/loans/{uid}/recall", allow=commands.RECALL.allow)
def recall(uid: Uid, sent: FormDep, reason: Text = "") -> Response:
    return sent.carry_out("/loans", commands.RECALL, uid, reason)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("bad-date", f"请填写{name}。") from None


def _read(file: UploadFile) -> str:
    return loan_book.text_of(file.file.read(BODY_BYTES))


def _file(sheet: str, name: str, kind: str) -> Response:
    if kind == "json":
        return attachment(sheet.encode(), "application/json", f"{name}.json")
    return attachment(loan_book.workbook(sheet, KIND_NAMES), XLSX, f"{name}.xlsx")

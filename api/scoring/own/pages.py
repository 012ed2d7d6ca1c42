"""评审员的评分页: one item a screen, saved at once, without JavaScript; then her group's
consensus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import File, Form, Request, Response, UploadFile
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Uid
from api.kit.forms import FormDep
from api.kit.paths import server_root, year_root
from api.kit.rendering import page, see_other
from api.scoring.files import report_file
from api.scoring.own import commands, files, views
from api.scoring.own.consensus import ReviewFormDep, SiteFormDep
from award.scoring import sheets, store
from award.scoring.core.consensus import Agreed
from expert_pool import store as register_store
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=4000)]
Digest = Annotated[str, Form(max_length=64)]
SHEET_BYTES = 2_000_000
SEALED_LENGTH = 900_000  # a sheet whose every remark is as long as it may be
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


def _frame(session: Session, viewer: Viewer, now: NowDep, year: int) -> dict[str, Any]:
    if viewer.expert_id is None:
        raise store.nothing()
    me = register_store.expert(session, viewer, viewer.expert_id, year, common.china_day(now))
    return {"expert_name": me.fields.name, "year": year}


@router.get("/me/books", allow=P.OWN_BOOK)
def show_books(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer).year
        view = {
            **_frame(session, viewer, now, year),
            "books": views.book_lines(session, viewer, year, common.china_day(now)),
            "promised": store.has_promised(session, viewer.expert_id or "", year),
            "years": _other_years(request, store.own_years(session, viewer), year),
        }
    return page(request, "own_books.html", view)


def _other_years(request: Request, years: Sequence[int], now: int) -> list[tuple[int, str]]:
    """The years of her other books, each with its address."""
    server = server_root(request.scope)
    return [(one, year_root(server, one) + "/me/books") for one in years if one != now]


@router.get("/me/books/{uid}", allow=P.OWN_BOOK)
def show_book(
    request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    with ledger.read() as session:
        book = views.open_book(session, viewer, uid, common.china_day(now))
        frame = _frame(session, viewer, now, book.year)
        view = views.book_view(session, book)
    return page(request, "own_book.html", {**frame, **view})


@router.get("/me/books/{uid}/items/{no}", allow=P.OWN_BOOK)
def show_item(
    request: Request, uid: Uid, no: str, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    with ledger.read() as session:
        book = views.open_book(session, viewer, uid, common.china_day(now))
        frame = _frame(session, viewer, now, book.year)
        if book.state != "open":
            return see_other(request, f"/me/books/{uid}")
        view = views.item_view(session, book, no)
    return page(request, "own_item.html", {**frame, **view})


@router.post("/me/books/{uid}/items/{no}", allow=commands.SAVE_ITEM.allow)
def save_item(
    request: Request,
    uid: Uid,
    no: str,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    saved: Version,
    percent: Text = "",
    strengths: Long = "",
    improvements: Long = "",
    issues: Long = "",
    evidence: Long = "",
    then: Text = "",
) -> Response:
    said = {
        "percent": _percent(percent),
        "strengths": strengths,
        "improvements": improvements,
        "issues": issues,
        "evidence": evidence,
        "saved": saved,
    }
    commands.SAVE_ITEM(ledger, actor, viewer, uid, no, said)
    target = ""
    if then == "next":
        with ledger.read() as session:
            book = store.own_book(session, viewer, uid)
            target = views.item_view(session, book, no)["next_open"]
    path = f"/me/books/{uid}/items/{target}" if target else f"/me/books/{uid}"
    return see_other(request, path, commands.SAVE_ITEM.done)


def _percent(text: str) -> int | None:
    if not text.strip():
        return None
    said = text.strip().removesuffix("%")
    if not said.isdecimal() or len(said) > 4:
        raise Refusal("off-scale", "请从评分档里选一个百分比。", "办法第五条", field="percent")
    return int(said)


@router.post("/me/books/{uid}/lock", allow=commands.LOCK.allow)
def lock(uid: Uid, sent: FormDep) -> Response:
    return sent.carry_out(f"/me/books/{uid}", commands.LOCK, uid)


@router.get("/me/books/{uid}/sheet.xlsx", allow=P.OWN_BOOK)
def download_sheet(uid: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        return files.sheet_file(session, viewer, uid, common.china_day(now))


@router.post("/me/books/{uid}/sheet", allow=P.OWN_BOOK, body_bytes=SHEET_BYTES)
def look_at_sheet(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    now: NowDep,
    file: Annotated[UploadFile, File()],
) -> Response:
    """Totals first; nothing is written before she agrees."""
    data = file.file.read(SHEET_BYTES)
    with ledger.asking(actor) as uow:
        book = store.own_book(uow.session, viewer, uid)
        frame = _frame(uow.session, viewer, now, book.year)
        firm = views.firms_of(uow.session, book.year)[book.applicant]
        shown, problems = None, []
        try:
            shown = sheets.look_at(uow, book, data)
        except Refusal as refused:
            if refused.code != "bad-sheet":
                raise
            problems = refused.params["problems"]
    view = {**frame, "uid": uid, "firm": firm.name, "shown": shown, "problems": problems}
    return page(request, "own_sheet.html", view, status=422 if problems else 200)


@router.post("/me/books/{uid}/sheet/take", allow=commands.TAKE_SHEET.allow)
def take_sheet(
    uid: Uid,
    viewer: ViewerDep,
    sent: FormDep,
    sealed: Annotated[str, Form(max_length=SEALED_LENGTH)] = "",
) -> Response:
    return sent.carry_out(f"/me/books/{uid}", commands.TAKE_SHEET, viewer, uid, sealed)


@router.get("/me/books/{uid}/files/{file}", allow=P.OWN_BOOK)
def read_file(uid: Uid, file: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    """申报材料, for who reviews the applicant and has promised secrecy."""
    with ledger.read() as session:
        return files.material(session, viewer, uid, file, common.china_day(now))


@router.get("/me/consensus/{stage}/{applicant}", allow=P.OWN_BOOK)
def show_consensus(
    request: Request,
    stage: str,
    applicant: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    now: NowDep,
) -> Response:
    with ledger.read() as session:
        found = views.group_view(session, viewer, stage, applicant)
        frame = _frame(session, viewer, now, found.year)
        view = views.consensus_page(session, found, viewer.expert_id or "")
    return page(request, "own_consensus.html", {**frame, **view})


@router.get("/me/consensus/{stage}/{applicant}/report.docx", allow=P.OWN_BOOK)
def download_report(stage: str, applicant: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        return report_file(views.group_view(session, viewer, stage, applicant))


@router.post("/me/consensus/{stage}/{applicant}/accept", allow=commands.ACCEPT_ALL.allow)
def accept_all(sent: ReviewFormDep, version: Version) -> Response:
    return sent.carry_out(commands.ACCEPT_ALL, version)


@router.post("/me/consensus/{stage}/{applicant}/items/{no}", allow=commands.AGREE_ITEM.allow)
def agree_item(
    sent: ReviewFormDep,
    no: str,
    version: Version,
    percent: Text = "",
    reason: Long = "",
    evidence: Long = "",
    settles: Long = "",
) -> Response:
    value = _percent(percent)
    if value is None:
        raise Refusal("blank", f"请选择{no}的合议值。", "办法第十条", field="percent")
    wanted = Agreed(value, reason, evidence, settles)
    return sent.carry_out(commands.AGREE_ITEM, version, no, wanted)


@router.post("/me/consensus/{stage}/{applicant}/items/{no}/assent", allow=commands.ASSENT.allow)
def assent(sent: ReviewFormDep, no: str, percent: Annotated[int, Form(ge=0, le=100)]) -> Response:
    return sent.carry_out(commands.ASSENT, no, percent)


@router.post(
    "/me/consensus/{stage}/{applicant}/items/{no}/remarks", allow=commands.WRITE_REMARKS.allow
)
def write_remarks(
    sent: ReviewFormDep,
    no: str,
    version: Version,
    strengths: Long = "",
    improvements: Long = "",
    issues: Long = "",
) -> Response:
    said = {"strengths": strengths, "improvements": improvements, "issues": issues}
    return sent.carry_out(commands.WRITE_REMARKS, version, no, said)


@router.post("/me/consensus/{stage}/{applicant}/overview", allow=commands.WRITE_OVERVIEW.allow)
def write_overview(
    sent: ReviewFormDep,
    version: Version,
    overview: Long = "",
    proposal: Text = "",
    proposal_reason: Text = "",
) -> Response:
    return sent.carry_out(commands.WRITE_OVERVIEW, version, overview, proposal, proposal_reason)


@router.post("/me/consensus/{stage}/{applicant}/issue", allow=commands.ISSUE.allow)
def issue(sent: ReviewFormDep, version: Version) -> Response:
    return sent.carry_out(commands.ISSUE, version)


@router.post("/me/consensus/{stage}/{applicant}/reopen", allow=commands.TAKE_UP_AGAIN.allow)
def reopen(sent: ReviewFormDep, reason: Text = "") -> Response:
    return sent.carry_out(commands.TAKE_UP_AGAIN, reason)


@router.post("/me/consensus/{stage}/{applicant}/sign", allow=commands.SIGN.allow)
def sign(sent: ReviewFormDep, digest: Digest = "", how: Text = "", dissent: Long = "") -> Response:
    if how not in ("sign", "dissent"):
        raise Refusal("invalid", "没有选择签名还是提出不同意见，请按相应的按钮。", "办法第十条")
    return sent.carry_out(commands.SIGN, digest, dissent if how == "dissent" else None)


@router.post("/me/consensus/site/{applicant}/silent", allow=commands.MARK_SILENT.allow)
def mark_silent(
    sent: SiteFormDep, expert: Text = "", digest: Digest = "", reason: Text = ""
) -> Response:
    return sent.carry_out(commands.MARK_SILENT, expert, digest, reason)

"""评审员的评分页: one item a screen, saved at once, without JavaScript; then her group's
consensus.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import File, Form, Request, Response, UploadFile
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Uid
from api.kit.files import attachment
from api.kit.rendering import page, see_other
from api.scoring.files import report_file
from api.scoring.own import views
from award.applicants.tables import Applicant, Attachment, AttachmentContent
from award.scoring import agree, books, sheets, store
from award.scoring.core.consensus import Agreed
from award.scoring.core.scorebook import STAGES
from award.scoring.tables import SitePlan
from award.year import store as year_store
from expert_pool import store as register_store
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=4000)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_BYTES = 2_000_000
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


def _frame(
    session: Session, viewer: Viewer, now: NowDep
) -> tuple[year_store.YearView, dict[str, Any]]:
    if viewer.expert_id is None:
        raise store.nothing()
    year = common.needed_year(session, viewer)
    me = register_store.expert(session, viewer, viewer.expert_id, year.year, common.china_day(now))
    return year, {"expert_name": me.fields.name, "year": year.year}


@router.get("/me/books", allow=P.OWN_BOOK)
def show_books(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        year, frame = _frame(session, viewer, now)
        lines = views.book_lines(session, viewer, year.year, common.china_day(now))
        promised = store.has_promised(session, viewer.expert_id or "", year.year)
    return page(request, "own_books.html", {**frame, "books": lines, "promised": promised})


@router.get("/me/books/{uid}", allow=P.OWN_BOOK)
def show_book(
    request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    with ledger.read() as session:
        year, frame = _frame(session, viewer, now)
        book = store.own_book(session, viewer, uid)
        _demand_promise(session, viewer, year.year, common.china_day(now))
        view = views.book_view(session, book)
    return page(request, "own_book.html", {**frame, **view})


def _demand_promise(session: Session, viewer: Viewer, year: int, today: Any) -> None:
    if not store.has_promised(session, viewer.expert_id or "", year):
        raise Refusal("not-declared", "请先签署年度声明与保密承诺。", "办法第十一条")
    if not views.disclosed(session, viewer, year, today):
        raise store.nothing()


@router.get("/me/books/{uid}/items/{no}", allow=P.OWN_BOOK)
def show_item(
    request: Request, uid: Uid, no: str, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    with ledger.read() as session:
        year, frame = _frame(session, viewer, now)
        book = store.own_book(session, viewer, uid)
        _demand_promise(session, viewer, year.year, common.china_day(now))
        if book.state != "open":
            return see_other(request, f"/me/books/{uid}")
        view = views.item_view(session, book, no)
    return page(request, "own_item.html", {**frame, **view})


@router.post("/me/books/{uid}/items/{no}", allow=P.OWN_BOOK)
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
    value = _percent(percent)
    with ledger.write(actor) as uow:
        held = store.own_book(uow.session, viewer, uid).book.mark(no)
        mark = replace(
            held,
            percent=value,
            strengths=strengths,
            improvements=improvements,
            issues=issues,
            evidence=evidence,
            saved=saved,
        )
        books.save_item(uow, uid, no, mark)
        uow.commit()
        following = views.item_view(uow.session, store.own_book(uow.session, viewer, uid), no)
    target = following["next_open"] if then == "next" else ""
    if then == "next" and target:
        return see_other(request, f"/me/books/{uid}/items/{target}", "book-saved")
    return see_other(request, f"/me/books/{uid}", "book-saved")


def _percent(text: str) -> int | None:
    if not text.strip():
        return None
    said = text.strip().removesuffix("%")
    if not said.isdecimal() or len(said) > 4:
        raise Refusal("off-scale", "请从评分档里选一个百分比。", "办法第五条", field="percent")
    return int(said)


@router.post("/me/books/{uid}/lock", allow=P.OWN_BOOK)
def lock(request: Request, uid: Uid, actor: ActorDep, ledger: LedgerDep) -> Response:
    with ledger.write(actor) as uow:
        books.lock(uow, uid)
        uow.commit()
    return see_other(request, f"/me/books/{uid}", "book-locked")


@router.get("/me/books/{uid}/sheet.xlsx", allow=P.OWN_BOOK)
def download_sheet(uid: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        book = store.own_book(session, viewer, uid)
        _demand_promise(session, viewer, book.year, common.china_day(now))
        firm = views.firms_of(session, book.year)[book.applicant]
        content = sheets.write_sheet(session, book, firm)
    return attachment(content, XLSX, f"{book.year}年度{firm.name}{STAGES[book.stage]}评分表.xlsx")


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
        _, frame = _frame(uow.session, viewer, now)
        book = store.own_book(uow.session, viewer, uid)
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


@router.post("/me/books/{uid}/sheet/take", allow=P.OWN_BOOK)
def take_sheet(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    sealed: Annotated[str, Form(max_length=500_000)] = "",
) -> Response:
    with ledger.write(actor) as uow:
        sheets.take(uow, store.own_book(uow.session, viewer, uid), sealed)
        uow.commit()
    return see_other(request, f"/me/books/{uid}", "book-read")


@router.get("/me/books/{uid}/files/{file}", allow=P.OWN_BOOK)
def read_file(uid: Uid, file: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    """申报材料, for who reviews the applicant and has promised secrecy."""
    with ledger.read() as session:
        book = store.own_book(session, viewer, uid)
        _demand_promise(session, viewer, book.year, common.china_day(now))
        if book.state in ("void", "frozen"):
            raise store.nothing()
        row = session.query(Attachment).filter_by(uid=file, removed_at=None).one_or_none()
        firm = session.get(Applicant, row.applicant_id) if row else None
        if row is None or firm is None or firm.uid != book.applicant:
            raise store.nothing()
        content = session.get(AttachmentContent, row.sha256)
        assert content is not None
        return attachment(content.content, "application/octet-stream", row.filename)


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
        year, frame = _frame(session, viewer, now)
        if stage not in store.YEAR_STAGE:
            raise store.nothing()
        found = store.group_view(session, viewer, year.year, stage, applicant)
        view = views.consensus_page(session, found, viewer.expert_id or "")
        plan = session.query(SitePlan).filter_by(applicant=applicant).one_or_none()
        view["site_plan"] = plan.text if plan else views.SITE_TEMPLATE
        view["planned"] = plan is not None
    return page(request, "own_consensus.html", {**frame, **view})


@router.get("/me/consensus/{stage}/{applicant}/report.docx", allow=P.OWN_BOOK)
def download_report(stage: str, applicant: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        if stage not in store.YEAR_STAGE:
            raise store.nothing()
        found = store.group_view(session, viewer, year.year, stage, applicant)
    return report_file(found)


@router.post("/me/consensus/{stage}/{applicant}/accept", allow=P.OWN_BOOK)
def accept_all(
    request: Request,
    stage: str,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.accept_all(uow, year, stage, applicant, version)
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}", "agreed")


@router.post("/me/consensus/{stage}/{applicant}/items/{no}", allow=P.OWN_BOOK)
def agree_item(
    request: Request,
    stage: str,
    applicant: Uid,
    no: str,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    percent: Text = "",
    reason: Long = "",
    evidence: Long = "",
    settles: Long = "",
) -> Response:
    value = _percent(percent)
    if value is None:
        raise Refusal("blank", f"请选择{no}的合议值。", "办法第十条", field="percent")
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        wanted = Agreed(value, reason, evidence, settles)
        agree.agree_item(uow, year, stage, applicant, version, no, wanted)
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}#i{no}", "agreed")


@router.post("/me/consensus/{stage}/{applicant}/items/{no}/assent", allow=P.OWN_BOOK)
def assent(
    request: Request,
    stage: str,
    applicant: Uid,
    no: str,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    percent: Annotated[int, Form(ge=0, le=100)],
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.assent(uow, year, stage, applicant, no, percent)
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}#i{no}", "agreed")


@router.post("/me/consensus/{stage}/{applicant}/overview", allow=P.OWN_BOOK)
def write_overview(
    request: Request,
    stage: str,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    overview: Long = "",
    proposal: Text = "",
    proposal_reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.write_overview(
            uow, year, stage, applicant, version, overview, proposal, proposal_reason
        )
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}", "saved")


@router.post("/me/consensus/{stage}/{applicant}/issue", allow=P.OWN_BOOK)
def issue(
    request: Request,
    stage: str,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.issue(uow, year, stage, applicant, version)
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}", "report-issued")


@router.post("/me/consensus/{stage}/{applicant}/reopen", allow=P.OWN_BOOK)
def reopen(
    request: Request,
    stage: str,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.take_up_again(uow, year, stage, applicant, reason)
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}", "saved")


@router.post("/me/consensus/{stage}/{applicant}/sign", allow=P.OWN_BOOK)
def sign(
    request: Request,
    stage: str,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    digest: Annotated[str, Form(max_length=64)] = "",
    how: Text = "",
    dissent: Long = "",
) -> Response:
    if how not in ("sign", "dissent"):
        raise Refusal("invalid", "没有选择签名还是提出不同意见，请按相应的按钮。", "办法第十条")
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        text = dissent if how == "dissent" else None
        agree.sign(uow, year, stage, applicant, digest, text)
        uow.commit()
    return see_other(request, f"/me/consensus/{stage}/{applicant}", "report-signed")


@router.post("/me/consensus/site/{applicant}/silent", allow=P.OWN_BOOK)
def mark_silent(
    request: Request,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    expert: Text = "",
    digest: Annotated[str, Form(max_length=64)] = "",
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.mark_silent(uow, year, applicant, expert, digest, reason)
        uow.commit()
    return see_other(request, f"/me/consensus/site/{applicant}", "saved")


@router.post("/me/consensus/site/{applicant}/plan", allow=P.OWN_BOOK)
def plan_site_day(
    request: Request,
    applicant: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    text: Long = "",
) -> Response:
    with ledger.write(actor) as uow:
        year = common.needed_year(uow.session, viewer).year
        agree.plan_site_day(uow, year, applicant, text)
        uow.commit()
    return see_other(request, f"/me/consensus/site/{applicant}", "saved")

"""审定办的评分页: progress by applicant, the chain after the lock, the shortlist by codes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import FormYear, OfYear, Uid
from api.kit.rendering import page, see_other
from api.scoring.files import report_file
from api.scoring.office import files, views
from award.scoring import calibration, paper, shortlist, store
from award.scoring.core.scorebook import Mark
from expert_pool.core.actor import Actor, Role, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
P = Permission
SCAN_BYTES = 20_200_000
Text = Annotated[str, Form(max_length=300)]


@router.get("/scoring", allow=P.READ_SCORES)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    stage: str = "",
    of: OfYear = None,
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        if stage not in store.YEAR_STAGE:
            stage = "site" if year.stage in ("site", "evaluation", "vote") else "document"
        lines = views.progress(session, viewer, year.year, stage)
        due = store.due(session, year.year, stage)
    view = {
        "year": year.year,
        "stage": stage,
        "staged": bool(year.stage),
        "lines": lines,
        "due": common.date_words(due),
        "late": due is not None and due < today and any(one["left"] for one in lines),
    }
    return page(request, "scoring.html", view)


@router.get("/scoring/calibration", allow=P.READ_SCORES)
def show_calibration(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        items = calibration.items_of(store.rubric_of(session, year.year))
        lines = calibration.lines(session, year.year)
    view = {
        "year": year.year,
        "items": items,
        "lines": lines,
        "open": year.stage == "qualification",
    }
    return page(request, "calibration.html", view)


@router.post("/scoring/calibration", allow=P.RUN_AWARD)
async def note_calibration(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    form = await common.words_of(request)
    await run_in_threadpool(_note, form, viewer, actor, ledger)
    said = common.year_said(form)
    return see_other(request, common.of_year("/scoring/calibration", said), "saved")


def _note(form: dict[str, str], viewer: Viewer, actor: Actor, ledger: Ledger) -> None:
    given = {}
    for name, value in form.items():
        no = name.removeprefix("percent-")
        if no != name and value.strip():
            if not value.strip().isdecimal() or len(value.strip()) > 3:
                raise Refusal("off-scale", f"{no}的百分比应是数字。", "办法第五条", field=name)
            given[no] = int(value)
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, common.year_said(form)).year
        calibration.note(uow, year, form.get("expert", ""), given)
        uow.commit()


@router.get("/scoring/shortlist", allow=P.READ_SCORES)
def show_shortlist(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        view = views.shortlist_page(session, viewer, year.year)
    return page(request, "shortlist.html", {"year": year.year, **view})


@router.get("/scoring/shortlist.docx", allow=P.READ_SCORES)
def shortlist_file(
    viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None
) -> Response:
    with ledger.read() as session:
        return files.shortlist_file(session, viewer, _year(session, viewer, of), today)


@router.get("/scoring/visits.docx", allow=P.READ_SCORES)
def visits_file(
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    settings: SettingsDep,
    of: OfYear = None,
) -> Response:
    """现场评审通知 of every visit in the published plan, with the leader's plan of the day."""
    with ledger.read() as session:
        year = _year(session, viewer, of)
        return files.visits_file(session, viewer, year, today, settings.office_phone)


def _year(session: Session, viewer: Viewer, of: int | None) -> int:
    return common.chosen_year(session, viewer, of).year


@router.get("/scoring/{stage}/{applicant}/report.docx", allow=P.READ_SCORES)
def download_report(stage: str, applicant: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        if stage not in store.YEAR_STAGE:
            raise store.nothing()
        year = views.year_of(session, viewer, applicant)
        found = store.office_view(session, viewer, year.year, stage, applicant)
    return report_file(found)


@router.get("/scoring/{stage}/{applicant}/sheets/{book}.docx", allow=P.READ_SCORES)
def paper_sheet(
    stage: str, applicant: Uid, book: Uid, viewer: ViewerDep, ledger: LedgerDep
) -> Response:
    """An empty 评分表 to be filled in by hand."""
    with ledger.read() as session:
        return files.paper_file(session, viewer, stage, applicant, book)


@router.get("/scoring/{stage}/{applicant}/paper/{book}", allow=P.RUN_AWARD)
def show_paper(
    request: Request,
    stage: str,
    applicant: Uid,
    book: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
) -> Response:
    """纸质评分表的录入: an empty form, whatever the other clerk has typed."""
    with ledger.asking(actor) as uow:
        view = views.typing(uow, viewer, actor, stage, applicant, book)
    return page(request, "paper.html", view)


@router.post("/scoring/{stage}/{applicant}/paper/{book}", allow=P.RUN_AWARD, body_bytes=SCAN_BYTES)
async def type_paper(
    request: Request,
    stage: str,
    applicant: Uid,
    book: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
) -> Response:
    scan = None
    async with request.form() as form:
        words = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("scan")
        if isinstance(file, UploadFile) and file.filename:
            scan = (file.filename, await file.read())
    done = await run_in_threadpool(_type, words, scan, stage, book, viewer, actor, ledger)
    return see_other(
        request, f"/scoring/{stage}/{applicant}", "paper-locked" if done.receipt else "paper-typed"
    )


def _type(
    form: dict[str, str],
    scan: tuple[str, bytes] | None,
    stage: str,
    book: str,
    viewer: Viewer,
    actor: Actor,
    ledger: Ledger,
) -> paper.Typed:
    fourth = "issues" if stage == "document" else "evidence"
    marks = {}
    for name, value in form.items():
        no = name.removeprefix("percent-")
        if no == name or not value.strip():
            continue
        if not value.strip().removesuffix("%").isdecimal():
            raise Refusal("off-scale", f"{no}的百分比应是数字。", "办法第五条", field=name)
        marks[no] = Mark(
            int(value.strip().removesuffix("%")),
            form.get(f"strengths-{no}", "").strip(),
            **{fourth: form.get(f"fourth-{no}", "").strip()},
            saved=1,
        )
    with ledger.write(actor) as uow:
        done = paper.type_sheet(uow, viewer, book, marks, scan)
        uow.commit()
    return done


@router.post("/scoring/{stage}/{applicant}/paper/{book}/withdraw", allow=P.RUN_AWARD)
def withdraw_paper(
    request: Request,
    stage: str,
    applicant: Uid,
    book: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        paper.withdraw_entry(uow, viewer, book, reason)
        uow.commit()
    return see_other(request, f"/scoring/{stage}/{applicant}/paper/{book}", "withdrawn")


@router.post("/scoring/shortlist", allow=P.DECIDE_AWARD)
async def decide(
    request: Request, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, of: FormYear = None
) -> Response:
    form = await common.words_of(request)
    await run_in_threadpool(_decide, form, viewer, actor, ledger)
    return see_other(
        request, common.of_year("/scoring/shortlist", common.year_said(form)), "shortlisted"
    )


def _decide(form: dict[str, str], viewer: Viewer, actor: Actor, ledger: Ledger) -> None:
    inside = {
        name.removeprefix("inside-"): value == "yes"
        for name, value in form.items()
        if name.startswith("inside-")
    }
    reasons = {
        name.removeprefix("reason-"): value
        for name, value in form.items()
        if name.startswith("reason-")
    }
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, common.year_said(form)).year
        shortlist.decide(uow, viewer, year, inside, reasons)
        uow.commit()


@router.post("/scoring/shortlist/back", allow=P.DECIDE_AWARD)
def take_back(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    reason: Text = "",
    of: FormYear = None,
) -> Response:
    with ledger.write(actor) as uow:
        year = common.chosen_year(uow.session, viewer, of).year
        shortlist.take_back(uow, year, reason)
        uow.commit()
    return see_other(request, common.of_year("/scoring/shortlist", of), "saved")


@router.get("/scoring/{stage}/{applicant}", allow=P.READ_SCORES)
def show_one(
    request: Request, stage: str, applicant: Uid, viewer: ViewerDep, ledger: LedgerDep
) -> Response:
    with ledger.read() as session:
        if stage not in store.YEAR_STAGE:
            raise store.nothing()
        year = views.year_of(session, viewer, applicant)
        found = store.office_view(session, viewer, year.year, stage, applicant)
        view = views.applicant_page(session, found, viewer.role is Role.INSPECTOR)
    return page(request, "scoring_one.html", {"year": year.year, **view})

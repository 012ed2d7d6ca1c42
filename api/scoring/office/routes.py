"""评分进度、锁定后的评分链条和入围接口."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, TodayDep, ViewerDep
from api.kit.fields import Input, Line, Note, Reason, Uid, UidText, Year, example
from api.scoring.files import report_file
from api.scoring.office import files, views
from award.scoring import calibration, paper, shortlist, store
from award.scoring.core.scorebook import Mark
from award.year import store as year_store
from expert_pool.core.actor import Role, Viewer
from expert_pool.facts.refusal import Refusal

router = Router(prefix="/api/v1", tags=["评分"])
P = Permission
Stage = Literal["document", "site"]
BASE64 = r"^[A-Za-z0-9+/=\s]*$"
SCAN_BYTES = 28_200_000  # of a scan in base64


class PlaceIn(Input):
    applicant: UidText
    inside: bool
    reason: Note = ""


class ShortlistIn(Input):
    """Every applicant at once."""

    model_config = example({"places": [{"applicant": "a-1", "inside": True}]})
    places: tuple[PlaceIn, ...]


class ReasonIn(Input):
    model_config = example({"reason": "录入有误"})
    reason: Reason


class CalibrationIn(Input):
    """Every item of the case, in percent."""

    model_config = example({"percents": {"4.1.2": 55}})
    percents: dict[Line, Annotated[int, Field(ge=-1000, le=1000)]]


class TypedIn(Input):
    percent: Annotated[int, Field(ge=-1000, le=1000)]
    strengths: Note = ""
    issues: Note = ""
    evidence: Note = ""


class PaperIn(Input):
    """The sheet as it lies there. `scan`: the signed sheet as base64, asked for once."""

    model_config = example({"marks": {"4.1.2": {"percent": 55}}, "scan_name": "签名件.pdf"})
    marks: dict[Line, TypedIn]
    scan_name: Line = ""
    scan: Annotated[str, StringConstraints(max_length=28_000_000, pattern=BASE64)] = ""


# Before those with a stage in the path: a calibration is no stage.
@router.get("/years/{year}/calibration", allow=P.READ_SCORES, summary="标定案例的评分")
def read_calibration(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> dict[str, Any]:
    with ledger.read() as session:
        found = year_store.year(session, viewer, year)
        items = calibration.items_of(store.rubric_of(session, year))
        return {
            "items": [{"no": one.no, "name": one.name, "points": one.points} for one in items],
            "lines": [
                {"expert": one.expert, "name": one.name, "marks": dict(one.marks)}
                for one in calibration.lines(session, year)
            ],
            "open": found.stage == "qualification",
        }


@router.put(
    "/years/{year}/calibration/{expert}",
    allow=P.RUN_AWARD,
    status_code=204,
    summary="登记一位评审员的标定评分",
)
def note_calibration(
    year: Year, expert: Uid, body: CalibrationIn, ledger: LedgerDep, actor: ActorDep
) -> None:
    with ledger.write(actor) as uow:
        calibration.note(uow, year, expert, body.percents)
        uow.commit()


@router.get("/years/{year}/scoring/{stage}", allow=P.READ_SCORES, summary="评分进度")
def read_progress(
    year: Year, stage: Stage, ledger: LedgerDep, viewer: ViewerDep
) -> list[dict[str, Any]]:
    with ledger.read() as session:
        return views.progress(session, viewer, year, stage)


@router.get("/years/{year}/scoring/{stage}/{applicant}", allow=P.READ_SCORES, summary="评分链条")
def read_scores_of(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> dict[str, Any]:
    with ledger.read() as session:
        found = store.office_view(session, viewer, year, stage, applicant)
        return views.applicant_page(session, found, viewer.role is Role.INSPECTOR)


@router.get(
    "/years/{year}/scoring/{stage}/{applicant}/report.docx",
    allow=P.READ_SCORES,
    summary="评审报告",
)
def read_review_report(
    year: Year, stage: Stage, applicant: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> Response:
    with ledger.read() as session:
        return report_file(store.office_view(session, viewer, year, stage, applicant))


PAPER = "/years/{year}/scoring/{stage}/{applicant}/paper/{book}"


@router.get(PAPER + "/sheet.docx", allow=P.READ_SCORES, summary="纸质评分表")
def read_paper_sheet(
    year: Year, stage: Stage, applicant: Uid, book: Uid, ledger: LedgerDep, viewer: ViewerDep
) -> Response:
    with ledger.read() as session:
        _demand_year(session, viewer, applicant, year)
        return files.paper_file(session, viewer, stage, applicant, book)


@router.get(PAPER, allow=P.RUN_AWARD, summary="纸质评分表录到哪一步")
def read_typing(
    year: Year,
    stage: Stage,
    applicant: Uid,
    book: Uid,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> dict[str, Any]:
    with ledger.asking(actor) as uow:
        _demand_year(uow.session, viewer, applicant, year)
        return views.typing(uow, viewer, actor, stage, applicant, book)


@router.post(PAPER, allow=P.RUN_AWARD, body_bytes=SCAN_BYTES, summary="录入纸质评分表")
def type_paper_sheet(
    year: Year,
    stage: Stage,
    applicant: Uid,
    book: Uid,
    body: PaperIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> dict[str, Any]:
    """Two people apart; the second one's agreement locks the book and gives the receipt."""
    marks = {no: Mark(**dict(one), saved=1) for no, one in body.marks.items()}
    scan = (body.scan_name, _file(body.scan)) if body.scan else None
    with ledger.write(actor) as uow:
        _demand_year(uow.session, viewer, applicant, year)
        views.paper(uow.session, viewer, year, stage, applicant, book)
        done = paper.type_sheet(uow, viewer, book, marks, scan)
        uow.commit()
    return {"receipt": done.receipt, "waiting": done.waiting}


@router.post(PAPER + "/withdrawal", allow=P.RUN_AWARD, status_code=204, summary="撤回自己的录入")
def withdraw_typing(
    year: Year,
    stage: Stage,
    applicant: Uid,
    book: Uid,
    body: ReasonIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> None:
    with ledger.write(actor) as uow:
        _demand_year(uow.session, viewer, applicant, year)
        views.paper(uow.session, viewer, year, stage, applicant, book)
        paper.withdraw_entry(uow, viewer, book, body.reason)
        uow.commit()


def _demand_year(session: Session, viewer: Viewer, applicant: str, year: int) -> None:
    if views.year_of(session, viewer, applicant).year != year:
        raise store.nothing()


@router.get("/years/{year}/visits.docx", allow=P.READ_SCORES, summary="现场评审通知")
def read_visit_notices(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep, settings: SettingsDep
) -> Response:
    with ledger.read() as session:
        return files.visits_file(session, viewer, year, today, settings.office_phone)


@router.get("/years/{year}/shortlist.docx", allow=P.READ_SCORES, summary="入围名单文书")
def read_shortlist_file(
    year: Year, ledger: LedgerDep, viewer: ViewerDep, today: TodayDep
) -> Response:
    with ledger.read() as session:
        return files.shortlist_file(session, viewer, year, today)


@router.get("/years/{year}/shortlist", allow=P.READ_SCORES, summary="入围名单")
def read_shortlist(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> dict[str, Any]:
    with ledger.read() as session:
        return views.shortlist_page(session, viewer, year)


@router.post(
    "/years/{year}/shortlist", allow=P.DECIDE_AWARD, status_code=204, summary="确定入围名单"
)
def decide_shortlist(
    year: Year, body: ShortlistIn, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep
) -> None:
    inside = {one.applicant: one.inside for one in body.places}
    reasons = {one.applicant: one.reason for one in body.places}
    with ledger.write(actor) as uow:
        shortlist.decide(uow, viewer, year, inside, reasons)
        uow.commit()


@router.post(
    "/years/{year}/shortlist/back", allow=P.DECIDE_AWARD, status_code=204, summary="收回入围名单"
)
def take_back_shortlist(year: Year, body: ReasonIn, ledger: LedgerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        shortlist.take_back(uow, year, body.reason)
        uow.commit()


def _file(sent: str) -> bytes:
    try:
        return base64.b64decode(sent)
    except ValueError:
        raise Refusal("bad-file", "签名件没有传完整，请重新选择文件。", field="scan") from None

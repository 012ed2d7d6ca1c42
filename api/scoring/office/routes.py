"""评分进度、锁定后的评分链条和入围接口."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Response

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Input, Note, Reason, Uid, UidText, Year, example
from api.scoring.files import report_file
from api.scoring.office import views
from award.scoring import shortlist, store
from expert_pool.core.actor import Role

router = Router(prefix="/api/v1", tags=["评分"])
P = Permission
Stage = Literal["document", "site"]


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

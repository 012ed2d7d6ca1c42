"""归档接口: seal, verify, take away; the year file and the decision as they stand."""

from __future__ import annotations

from datetime import datetime

from fastapi import Response

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Output, Uid, Year
from api.kit.files import attachment
from award.archive import seal
from award.archive.documents import issued
from award.decision import evaluation, gather
from award.decision.core.decide import decide
from award.scoring.store import nothing
from award.year import store as year_store

router = Router(prefix="/api/v1", tags=["归档"])
P = Permission
ZIP = "application/zip"
JSON = "application/json"


class BundleOut(Output):
    uid: str
    digest: str
    size: int
    noted_name: str
    noted_at: datetime
    verified_name: str
    verified_at: datetime | None


@router.get("/years/{year}/archive", allow=P.READ_SCORES, summary="归档包")
def read_archive(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[BundleOut]:
    """没有封存的为空。"""
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        row = seal.current(session, viewer, year)
    return [] if row is None else [BundleOut.model_validate(row)]


@router.post("/years/{year}/archive", allow=P.RUN_AWARD, status_code=204, summary="封存归档包")
def seal_year(year: Year, ledger: LedgerDep, actor: ActorDep) -> None:
    with ledger.write(actor) as uow:
        seal.seal(uow, year, issued(uow.session, year))
        uow.commit()


@router.post("/bundles/{uid}/verification", allow=P.RUN_AWARD, status_code=204, summary="核验签名")
def verify(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> None:
    """须由封存人以外的人办理。"""
    with ledger.write(actor) as uow:
        seal.verify(uow, uid)
        uow.commit()


@router.get("/years/{year}/archive/bundle.zip", allow=P.READ_SCORES, summary="下载归档包")
def bundle(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    with ledger.read() as session:
        row = seal.current(session, viewer, year)
        if row is None:
            raise nothing()
        content = seal.content_of(session, row.digest)
    return attachment(content, ZIP, f"award-{year}-{row.digest[:12]}.zip")


@router.get("/years/{year}/award-year.json", allow=P.READ_SCORES, summary="年度文件")
def year_file(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    """award-year/1，只有编号；综合评价报告出具以后才有。"""
    return attachment(_year_file(year, ledger, viewer), JSON, f"award-year-{year}.json")


@router.get("/years/{year}/award-decision.json", allow=P.READ_SCORES, summary="结果文件")
def decision_file(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> Response:
    """award-decision/1，由年度文件得出。"""
    content = decide(_year_file(year, ledger, viewer))
    return attachment(content, JSON, f"award-decision-{year}.json")


def _year_file(year: int, ledger: LedgerDep, viewer: ViewerDep) -> bytes:
    """Nothing before the report is issued, and nothing for who must keep away from somebody."""
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        firms = {row.uid for row in gather.applicants(session, year)}
        if evaluation.row_of(session, year) is None or viewer.conflicted & firms:
            raise nothing()
        return gather.year_file(session, year)

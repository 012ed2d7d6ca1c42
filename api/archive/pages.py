"""归档页: seal the year, have it verified by another person, replay it, take it away."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, TodayDep, ViewerDep
from api.kit.fields import OfYear, Uid
from api.kit.files import attachment
from api.kit.rendering import page
from api.kit.year_forms import YearFormDep
from award.archive import papers, seal
from award.archive.core import bag
from award.archive.documents import issued
from award.archive.tables import Bundle
from award.decision.papers import Frame
from award.papers.media import WORD
from award.scoring.store import nothing
from award.year import stages
from award.year.core.stages import name as stage_name
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day

router = Router(include_in_schema=False)
P = Permission
ZIP = "application/zip"


@router.get("/archive", allow=P.READ_SCORES)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        row = seal.current(session, viewer, year.year)
        view: dict[str, Any] = {
            "year": year.year,
            "stage": year.stage,
            "stage_name": stage_name(year.stage),
            "keep": _keep(session, year.year),
            "bundle": None if row is None else _bundle(row),
            "faults": () if row is None else seal.faults(session, row),
        }
    return page(request, "archive.html", view)


def _bundle(row: Bundle) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "digest": row.digest,
        "size": f"{row.size:,}",
        "sealed": f"{row.noted_name}，{common.date_words(local_day(row.noted_at))}",
        "by": row.noted_by,
        "verified": f"{row.verified_name}，{common.date_words(local_day(row.verified_at))}"
        if row.verified_at
        else "",
    }


def _keep(session: Session, year: int) -> str:
    said = stages.values(session, year).get("retention", "")
    return {"permanent": "永久", "30": "30年", "10": "10年"}.get(said, "尚未填写")


@router.post("/archive/seal", allow=P.RUN_AWARD)
def seal_year(sent: YearFormDep) -> Response:
    sent.do(lambda uow, year: seal.seal(uow, year, issued(uow.session, year)))
    return sent.back("/archive", "sealed")


@router.post("/archive/{uid}/verify", allow=P.RUN_AWARD)
def verify(uid: Uid, sent: YearFormDep) -> Response:
    sent.write(lambda uow: seal.verify(uow, uid))
    return sent.back("/archive", "verified")


@router.get("/archive/bundle.zip", allow=P.READ_SCORES)
def bundle(viewer: ViewerDep, ledger: LedgerDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        row, content = _held(session, viewer, of)
    return attachment(content, ZIP, f"award-{row.year}-{row.digest[:12]}.zip")


@router.get("/archive/contents.docx", allow=P.READ_SCORES)
def contents(viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: OfYear = None) -> Response:
    with ledger.read() as session:
        row, content = _held(session, viewer, of)
        paper = _contents(row, content, _keep(session, row.year), today)
    return attachment(paper, WORD, f"{row.year}年度归档目录.docx")


def _held(session: Session, viewer: Viewer, of: int | None) -> tuple[Bundle, bytes]:
    row = seal.current(session, viewer, common.chosen_year(session, viewer, of).year)
    if row is None:
        raise nothing()
    return row, seal.content_of(session, row.digest)


def _contents(row: Bundle, content: bytes, keep: str, today: date) -> bytes:
    try:
        files = bag.unpack(content)[1]
    except ValueError:
        raise Refusal("broken", "归档包已损坏，不能列出目录。", seal.BASIS) from None
    return papers.contents_docx(Frame(row.year, {}, today), row, files, keep)

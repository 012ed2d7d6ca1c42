"""评审员的文件: her sheet as Excel and the material of her applicant, for both doors."""

from __future__ import annotations

from datetime import date

from fastapi import Response
from sqlalchemy.orm import Session

from api.kit.files import attachment
from api.scoring.own import views
from award.applicants.tables import Applicant, Attachment, AttachmentContent
from award.papers.media import EXCEL
from award.scoring import sheets, store
from award.scoring.core.scorebook import STAGES
from expert_pool.core.actor import Viewer


def sheet_file(session: Session, viewer: Viewer, uid: str, today: date) -> Response:
    """Her 评分表 as Excel."""
    book = views.open_book(session, viewer, uid, today)
    firm = views.firms_of(session, book.year)[book.applicant]
    content = sheets.write_sheet(session, book, firm)
    return attachment(content, EXCEL, f"{book.year}年度{firm.name}{STAGES[book.stage]}评分表.xlsx")


def material(session: Session, viewer: Viewer, uid: str, file: str, today: date) -> Response:
    """申报材料, for who reviews the applicant and has promised secrecy."""
    book = views.open_book(session, viewer, uid, today)
    if book.state in ("void", "frozen"):
        raise store.nothing()
    row = session.query(Attachment).filter_by(uid=file, removed_at=None).one_or_none()
    firm = session.get(Applicant, row.applicant_id) if row else None
    if row is None or firm is None or firm.uid != book.applicant:
        raise store.nothing()
    content = session.get(AttachmentContent, row.sha256)
    if content is None:
        raise store.nothing()
    return attachment(content.content, "application/octet-stream", row.filename)

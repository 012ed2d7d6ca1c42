"""审定办的评分文书: what both doors give to be saved."""

from __future__ import annotations

from datetime import date

from fastapi import Response
from sqlalchemy.orm import Session

from api.kit.files import attachment
from api.scoring.office import views
from award.papers.media import WORD
from award.scoring import documents, shortlist, store
from expert_pool.core.actor import Viewer


def shortlist_file(session: Session, viewer: Viewer, year: int, today: date) -> Response:
    """入围名单. Raises Refusal `not-found` before it is decided."""
    lines = shortlist.lines(session, viewer, year)
    if not any(one.inside is not None for one in lines):
        raise store.nothing()
    rule = views.shortlist_page(session, viewer, year)["rule"]
    content = documents.shortlist_docx(year, rule, lines, today)
    return attachment(content, WORD, f"{year}年度入围名单.docx")


def visits_file(session: Session, viewer: Viewer, year: int, today: date) -> Response:
    """现场评审通知. Raises Refusal `not-found` before the site plan is published."""
    visits = views.visits(session, viewer, year)
    if not visits:
        raise store.nothing()
    content = documents.visit_docx(visits, today)
    return attachment(content, WORD, f"{year}年度现场评审通知.docx")


def paper_file(session: Session, viewer: Viewer, stage: str, applicant: str, book: str) -> Response:
    """评分表 on paper, empty."""
    year = views.year_of(session, viewer, applicant).year
    name, firm, rubric = views.paper(session, viewer, year, stage, applicant, book)
    content = documents.paper_sheet_docx(rubric, year, stage, firm, name, book)
    return attachment(content, WORD, f"{firm}评分表（{name}）.docx")

"""审定办的评分文书: what both doors give to be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fastapi import Response
from sqlalchemy.orm import Session

from api.kit.files import attachment
from api.scoring.office import views
from award.groups import store as plan_store
from award.groups.books import book_of
from award.papers import site
from award.papers.media import WORD
from award.scoring import documents, shortlist, site_day, store
from expert_pool.core.actor import Viewer


def shortlist_file(session: Session, viewer: Viewer, year: int, today: date) -> Response:
    """入围名单. Raises Refusal `not-found` before it is decided."""
    lines = shortlist.lines(session, viewer, year)
    if not any(one.inside is not None for one in lines):
        raise store.nothing()
    rule = views.shortlist_page(session, viewer, year)["rule"]
    content = documents.shortlist_docx(year, rule, lines, today)
    return attachment(content, WORD, f"{year}年度入围名单.docx")


def visits_file(
    session: Session, viewer: Viewer, year: int, today: date, office_phone: str
) -> Response:
    """现场评审通知 of today with what the leaders have planned for the day; not of who must be kept
    away from. Raises Refusal `not-found` before the site plan is published.
    """
    plan = plan_store.published(session, viewer, year)
    if plan is None or plan.row.review != "site":
        raise store.nothing()
    book = book_of(session, plan)
    head = replace(book.letterhead, phone=office_phone)
    content = site.notice_docx(
        replace(book, letterhead=head), site_day.planned(session, year), today
    )
    return attachment(content, WORD, f"{year}年度{site.NOTICE}.docx")


def paper_file(session: Session, viewer: Viewer, stage: str, applicant: str, book: str) -> Response:
    """评分表 on paper, empty."""
    year = views.year_of(session, viewer, applicant).year
    name, firm, rubric = views.paper(session, viewer, year, stage, applicant, book)
    content = documents.paper_sheet_docx(rubric, year, stage, firm, name, book)
    return attachment(content, WORD, f"{firm}评分表（{name}）.docx")

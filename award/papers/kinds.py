"""文书的种类: what can be made of a plan, and what the office calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from award import papers as documents
from award.groups.core.book import Book
from award.papers import site
from award.papers.media import EXCEL, WORD


@dataclass(frozen=True)
class Kind:
    """One kind of document: how it is made, what it is, what the office calls it."""

    make: Callable[[Book], bytes]
    media_type: str
    title: str


DOCUMENTS: dict[str, Kind] = {
    "roster.docx": Kind(documents.roster_docx, WORD, "评审组名单"),
    "roster.xlsx": Kind(documents.roster_xlsx, EXCEL, "评审组名单"),
    "schedule.docx": Kind(documents.schedule_docx, WORD, "现场评审日程表"),
    "schedule.xlsx": Kind(documents.schedule_xlsx, EXCEL, "现场评审日程表"),
    "notice.docx": Kind(site.notice_docx, WORD, site.NOTICE),
    "site-plan.docx": Kind(site.plan_docx, WORD, site.PLAN),
    "pledge.docx": Kind(site.pledge_docx, WORD, site.PLEDGE),
    "pay.docx": Kind(site.pay_docx, WORD, site.PAY),
    "pay.xlsx": Kind(documents.pay_xlsx, EXCEL, site.PAY),
    "booklet.pdf": Kind(documents.booklet_pdf, "application/pdf", "方案册"),
}

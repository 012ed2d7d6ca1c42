"""文书的种类: what can be made of a plan, and what the office calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from award import papers as documents
from award.groups.core.book import Book
from award.papers import site

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Kind:
    """One kind of document: how it is made, what it is, what the office calls it."""

    make: Callable[[Book], bytes]
    media_type: str
    title: str


DOCUMENTS: dict[str, Kind] = {
    "roster.docx": Kind(documents.roster_docx, _WORD, "评审组名单"),
    "roster.xlsx": Kind(documents.roster_xlsx, _EXCEL, "评审组名单"),
    "schedule.docx": Kind(documents.schedule_docx, _WORD, "现场评审日程表"),
    "schedule.xlsx": Kind(documents.schedule_xlsx, _EXCEL, "现场评审日程表"),
    "notice.docx": Kind(site.notice_docx, _WORD, site.NOTICE),
    "site-plan.docx": Kind(site.plan_docx, _WORD, site.PLAN),
    "pledge.docx": Kind(site.pledge_docx, _WORD, site.PLEDGE),
    "pay.docx": Kind(site.pay_docx, _WORD, site.PAY),
    "pay.xlsx": Kind(documents.pay_xlsx, _EXCEL, site.PAY),
    "booklet.pdf": Kind(documents.booklet_pdf, "application/pdf", "方案册"),
}

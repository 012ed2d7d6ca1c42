"""征求意见页的内容: the letters and how far each department is; for a department its own list
only.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.files import attachment
from api.kit.parts import Option
from api.kit.templating import moment
from award.applicants import inquiries, replies
from award.applicants.core.applicant import AWARDS
from award.applicants.core.eligibility import INCIDENTS, PRECISIONS
from award.applicants.core.replies import ANSWERS
from award.applicants.tables import Inquiry, InquiryAnswer
from award.papers import letters as papers
from award.papers.letters import Letter
from award.papers.media import EXCEL, WORD
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal

SHEET_BYTES = 2_000_000


def letters(session: Session, viewer: Viewer, year: int, today: date) -> dict[str, Any]:
    firms = [
        one for one in inquiries.asked_about(session, year) if one.uid not in viewer.conflicted
    ]
    left = inquiries.unanswered(session, year, today, viewer.conflicted)
    rows = session.scalars(select(Inquiry).where(Inquiry.year == year).order_by(Inquiry.id))
    asked = set()
    found = []
    for row in rows:
        asked.add(row.department)
        missing = tuple(one for one in left.get(row.department, ()) if one not in viewer.hidden)
        found.append(
            {
                "uid": row.uid,
                "department": row.department,
                "question": row.question,
                "due": row.due.isoformat(),
                "late": row.due < today and bool(missing),
                "sent": moment(row.sent_at),
                "linked": bool(row.token_sha256),
                "withdrawn": row.withdraw_reason if row.withdrawn_at else "",
                "answered": len(firms) - len(missing),
                "total": len(firms),
                "missing": missing,
            }
        )
    return {
        "year": year,
        "letters": found,
        "waiting": sum(bool(one["missing"]) and not one["withdrawn"] for one in found),
        "suggested": [
            (name, question) for name, question in inquiries.QUESTIONS.items() if name not in asked
        ],
    }


def sheet(session: Session, row: Inquiry, hidden: Collection[str] = frozenset()) -> dict[str, Any]:
    """What a department answers: its question and the list, with what it has said already."""
    said = {
        one.applicant_id: one
        for one in session.scalars(select(InquiryAnswer).where(InquiryAnswer.inquiry_id == row.id))
    }
    firms = [one for one in inquiries.asked_about(session, row.year) if one.uid not in hidden]
    return {
        "uid": row.uid,
        "department": row.department,
        "question": row.question,
        "due": f"{row.due.year}年{row.due.month}月{row.due.day}日",
        "year": row.year,
        "rows": [
            {
                "uid": firm.uid,
                "name": firm.name,
                "uscc": firm.uscc,
                "award": AWARDS.get(firm.award, ""),
                "answer": said[firm.id].answer if firm.id in said else "",
                "text": said[firm.id].text if firm.id in said else "",
            }
            for firm in firms
        ],
        "done": sum(firm.id in said for firm in firms),
        "total": len(firms),
        "by": next((one.by_name for one in said.values()), ""),
        "answers": list(ANSWERS.items()),
        "kinds": tuple(Option(code, words) for code, words in INCIDENTS.items()),
        "precisions": tuple(Option(code, f"准确到{words}") for code, words in PRECISIONS.items()),
    }


def sheet_file(session: Session, row: Inquiry, hidden: Collection[str] = frozenset()) -> Response:
    """Excel 回执 of one department."""
    content = replies.write_sheet(session, row, hidden)
    return attachment(content, EXCEL, f"{row.year}年度征求意见回执（{row.department}）.xlsx")


def letters_file(session: Session, viewer: Viewer, year: int, today: date) -> Response:
    """Raises Refusal `not-found` before a department was asked."""
    found = drafts(session, viewer, year)
    if not found:
        raise Refusal("not-found", "还没有征求部门意见。", "办法第十三条第三项")
    content = papers.letters_docx(year, found, today)
    return attachment(content, WORD, f"{year}年度征求意见函.docx")


def link(public_url: str, token: str) -> str:
    return f"{public_url.rstrip('/')}/opinion/{token}"


def drafts(session: Session, viewer: Viewer, year: int) -> list[Letter]:
    """征求意见函 of every letter in force, over the applicants this member of staff may see."""
    firms = [
        (one.name, one.uscc)
        for one in inquiries.asked_about(session, year)
        if one.uid not in viewer.conflicted
    ]
    rows = session.scalars(
        select(Inquiry)
        .where(Inquiry.year == year, Inquiry.withdrawn_at.is_(None))
        .order_by(Inquiry.id)
    )
    return [Letter(row.department, row.question, row.due, firms) for row in rows]

"""受理页的内容: one application with its material, opinions, incidents and conditions."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit.files import attachment, size_words
from api.kit.parts import Option
from api.kit.templating import moment
from award.applicants import applications, qualification
from award.applicants.core import checklist, life
from award.applicants.core.applicant import AWARDS
from award.applicants.core.eligibility import (
    ACTIVITIES,
    INCIDENTS,
    INNOVATIONS,
    MET,
    PERSON,
    PRECISIONS,
    UNKNOWN,
    UNMET,
    VERDICTS,
)
from award.applicants.core.replies import ANSWERS
from award.applicants.tables import (
    Applicant,
    Application,
    Attachment,
    AttachmentContent,
    ConditionWord,
    Incident,
    Inquiry,
    InquiryAnswer,
    Licence,
    Opinion,
)
from award.papers import letters
from award.papers.letters import Conclusion
from award.papers.media import WORD
from award.year import stages
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day

STATE_TONES = {
    "registered": "accent",
    "complete": "ok",
    "supplement": "warn",
    "qualified": "ok",
    "unqualified": "bad",
    "not-accepted": "bad",
    "withdrawn": "",
}
Row = TypeVar("Row", Attachment, Incident)
WAITING = ("registered", "supplement", "complete")
TONES = {MET: "ok", UNMET: "bad", UNKNOWN: "warn", PERSON: "accent"}


def rows(session: Session, viewer: Viewer, year: int) -> list[dict[str, Any]]:
    firms = session.scalars(
        select(Applicant).where(Applicant.year == year).order_by(Applicant.name)
    ).all()
    waiting = [one for one in firms if one.state in WAITING]
    lacking = applications.lacking_of(session, waiting) if waiting else {}
    found = []
    for firm in firms:
        if firm.uid in viewer.conflicted:
            continue
        found.append(
            {
                "uid": firm.uid,
                "name": firm.name,
                "award": AWARDS.get(firm.award, ""),
                "state": life.name(firm.state) or "未分阶段",
                "tone": STATE_TONES.get(firm.state, ""),
                "lacking": lacking.get(firm.id, ()),
            }
        )
    return found


def find(session: Session, viewer: Viewer, uid: str) -> Applicant:
    """Raises Refusal `not-found`, for staff that must keep away too."""
    row = session.scalar(select(Applicant).where(Applicant.uid == uid)) if viewer.is_staff else None
    if row is None or uid in viewer.conflicted:
        raise Refusal("not-found", "没有找到这家申报组织，可能编号有误。", uid=uid)
    return row


def own(session: Session, table: type[Row], firm: Applicant, uid: str) -> Row:
    """A record of this applicant. Raises Refusal `not-found` for another's, like for none."""
    row = session.scalar(select(table).where(table.uid == uid, table.applicant_id == firm.id))
    if row is None:
        raise Refusal("not-found", "没有找到，可能编号有误。", uid=uid)
    return row


def material(session: Session, firm: Applicant, uid: str) -> Response:
    """The bytes of one file. Raises Refusal `not-found`."""
    row = own(session, Attachment, firm, uid)
    content = session.get(AttachmentContent, row.sha256)
    if content is None:
        raise Refusal("not-found", "没有找到这份材料。")
    return attachment(content.content, "application/octet-stream", row.filename)


def conclusion_file(session: Session, firm: Applicant) -> Response:
    """资格审查结论, once it is decided."""
    found = conclusion(session, firm)
    return attachment(letters.conclusion_docx(found), WORD, f"{found.name}资格审查结论.docx")


def one(session: Session, firm: Applicant) -> dict[str, Any]:
    row = session.scalar(select(Application).where(Application.applicant_id == firm.id))
    stage = stages.stage_of(session, firm.year)
    waiting = firm.state in WAITING
    return {
        "uid": firm.uid,
        "name": firm.name,
        "award": AWARDS.get(firm.award, ""),
        "innovation": firm.award == "INNOVATION",
        "state": life.name(firm.state) or "未分阶段",
        "tone": STATE_TONES.get(firm.state, ""),
        "code": firm.state,
        "staged": bool(stage),
        "editable": waiting,
        "lacking": applications.lacking(session, firm) if waiting else (),
        "form": _form(row),
        "kinds": tuple(Option(code, words) for code, words in checklist.KINDS.items()),
        "opinion_kinds": tuple(Option(code, words) for code, words in checklist.OPINIONS.items()),
        "incident_kinds": tuple(Option(code, words) for code, words in INCIDENTS.items()),
        "precisions": _precisions("day"),
        "files": _files(session, firm),
        "opinions": _opinions(session, firm),
        "licences": _licences(session, firm),
        "incidents": _incidents(session, firm),
        "answers": _answers(session, firm),
        "findings": _findings(session, firm) if stage else [],
        "supplement": row.supplement if row else "",
        "due": row.supplement_due if row else None,
        "decision": row.decision_reason if row else "",
        "decided": f"{row.decided_name} {moment(row.decided_at)}" if row and row.decided_at else "",
    }


def _form(row: Application | None) -> dict[str, Any]:
    activities = applications.split(row.activity) if row else ()
    innovations = applications.split(row.innovations) if row else ()
    since = row.operating_since if row else None
    local = row.local if row else None
    return {
        "activities": [(code, words, code in activities) for code, words in ACTIVITIES.items()],
        "innovations": [(code, words, code in innovations) for code, words in INNOVATIONS.items()],
        "local": {True: "yes", False: "no", None: ""}[local],
        "since": since.isoformat() if since else "",
        "precisions": _precisions(row.operating_precision if row else "day"),
        "excellence": row.excellence_since.isoformat() if row and row.excellence_since else "",
    }


def _precisions(chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(code, f"准确到{words}", chosen=code == chosen) for code, words in PRECISIONS.items()
    )


def _files(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    query = select(Attachment).where(Attachment.applicant_id == firm.id).order_by(Attachment.id)
    return [
        {
            "uid": row.uid,
            "kind": checklist.KINDS[row.kind],
            "filename": row.filename,
            "size": size_words(row.size),
            "sha": row.sha256,
            "who": f"{row.added_by} {moment(row.added_at)}",
            "removed": row.remove_reason if row.removed_at else "",
        }
        for row in session.scalars(query)
    ]


def _opinions(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    query = select(Opinion).where(Opinion.applicant_id == firm.id).order_by(Opinion.id)
    return [
        {
            "kind": checklist.OPINIONS[row.kind],
            "unit": row.unit,
            "agrees": row.agrees,
            "on": row.given_on.isoformat(),
            "text": row.text,
        }
        for row in session.scalars(query)
    ]


def _licences(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    query = select(Licence).where(Licence.applicant_id == firm.id).order_by(Licence.id)
    return [
        {
            "kind": row.kind,
            "until": "长期"
            if row.forever
            else row.valid_to.isoformat()
            if row.valid_to
            else "不明",
        }
        for row in session.scalars(query)
    ]


def _incidents(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    query = select(Incident).where(
        Incident.applicant_id == firm.id, Incident.withdrawn_at.is_(None)
    )
    faults = {True: "组织责任", False: "非组织责任", None: "责任不明"}
    return [
        {
            "uid": row.uid,
            "kind": INCIDENTS[row.kind],
            "on": row.happened_on.isoformat()[: {"day": 10, "month": 7, "year": 4}[row.precision]],
            "fault": faults[row.org_fault] if row.kind == "complaint" else "",
            "open": row.kind == "complaint" and row.org_fault is None,
            "source": row.source,
        }
        for row in session.scalars(query.order_by(Incident.id))
    ]


def _answers(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    query = (
        select(Inquiry.department, InquiryAnswer)
        .join(
            InquiryAnswer,
            (InquiryAnswer.inquiry_id == Inquiry.id) & (InquiryAnswer.applicant_id == firm.id),
            isouter=True,
        )
        .where(Inquiry.year == firm.year, Inquiry.withdrawn_at.is_(None))
        .order_by(Inquiry.id)
    )
    return [
        {
            "department": department,
            "answer": ANSWERS[row.answer] if row else "尚未答复",
            "tone": {"none": "ok", "objection": "bad", "unconcerned": ""}[row.answer]
            if row
            else "warn",
            "text": row.text if row else "",
            "by": f"{row.by_name} {moment(row.answered_at)}" if row else "",
        }
        for department, row in session.execute(query)
    ]


def _findings(session: Session, firm: Applicant) -> list[dict[str, Any]]:
    words = {
        row.condition: row.said_name
        for row in session.scalars(
            select(ConditionWord).where(ConditionWord.applicant_id == firm.id)
        )
    }
    return [
        {
            "code": one.condition,
            "title": one.title,
            "article": one.article,
            "verdict": VERDICTS[one.verdict],
            "tone": TONES[one.verdict],
            "reason": one.reason,
            "by": words.get(one.condition, ""),
            "ask": one.verdict in (PERSON, UNKNOWN) or one.condition in words,
        }
        for one in qualification.findings(session, firm)
    ]


def conclusion(session: Session, firm: Applicant) -> Conclusion:
    """Raises Refusal `not-found` before the decision."""
    row = session.scalar(select(Application).where(Application.applicant_id == firm.id))
    if row is None or row.decided_at is None:
        raise Refusal("not-found", "资格审查还没有决定。", "办法第十三条第三项")
    passed = firm.state in life.THROUGH
    return Conclusion(
        firm.year,
        firm.name,
        firm.uscc,
        AWARDS.get(firm.award, ""),
        [
            (one.title, one.article, VERDICTS[one.verdict], one.reason)
            for one in qualification.findings(session, firm)
        ],
        [(one["department"], one["answer"], one["text"]) for one in _answers(session, firm)],
        "通过" if passed else "未通过",
        row.decision_reason,
        row.decided_name,
        local_day(row.decided_at),
    )

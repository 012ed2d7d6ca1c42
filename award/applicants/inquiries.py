"""征求意见用例（办法第十三条第三项）: a letter to each department with its own question, and
answers by its link or typed from the returned sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.core import life
from award.applicants.core.eligibility import INCIDENTS
from award.applicants.core.replies import BASIS, Asked, Said, sound
from award.applicants.tables import Applicant, Incident, Inquiry, InquiryAnswer
from award.year import stages
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

# What each department is usually asked; the office may write anything else.
QUESTIONS: Mapping[str, str] = {
    "市市场监管局": "近3年有无产品质量监督检查不合格、重大质量事故、行政处罚",
    "市应急管理局": "近3年有无重大生产安全事故",
    "生态环境分局": "近3年有无重大环境污染事故、环保行政处罚",
    "市人力社保局": "近3年有无重大劳动纠纷、欠薪投诉",
    "市税务局": "近3年有无重大税收违法行为",
    "市发改局": "信用记录是否良好，是否符合产业政策",
    "市经信局": "是否符合产业政策，经营情况是否属实",
    "市统计局": "申报的经营数据是否属实",
    "市商务局": "有无因质量问题被国外通报或索赔",
    "海关诸暨办": "近3年有无出口产品质量问题被通报或索赔",
}


def ask(uow: UnitOfWork, year: int, department: str, question: str, due: date) -> str:
    """发出征求意见函: one per department and year."""
    stages.demand_stage(uow.session, year, "applications", "qualification")
    department, question = department.strip(), question.strip()
    if not department or not question:
        raise Refusal("blank", "请填写部门和要问的事项。", BASIS, field="question")
    if due < uow.today:
        raise Refusal("bad-date", "答复期限不能早于今天。", BASIS, field="due")
    held = uow.session.scalar(
        select(Inquiry).where(Inquiry.year == year, Inquiry.department == department)
    )
    if held is not None:
        if held.withdrawn_at is None:
            raise Refusal("exists", f"已经征求过{department}的意见。", BASIS, field="department")
        with uow.change(held, "ask"):
            held.question, held.due, held.sent_at = question, due, uow.now
            held.withdrawn_at, held.withdraw_reason = None, ""
        return held.uid
    row = Inquiry(year=year, department=department, question=question, sent_at=uow.now, due=due)
    return uow.add(row, "iq", "ask").uid


def withdraw(uow: UnitOfWork, uid: str, reason: str) -> None:
    """撤回征求意见: it is waited for no more; what was answered stays."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明撤回的理由，它会记入操作日志。", BASIS)
    row = uow.load(Inquiry, uid)
    with uow.change(row, "withdraw", reason):
        row.withdrawn_at, row.withdraw_reason = uow.now, reason.strip()


def issue_link(uow: UnitOfWork, uid: str, token_sha256: str) -> None:
    """A new link for the department; the earlier one ends."""
    row = uow.load(Inquiry, uid)
    with uow.change(row, "link"):
        row.token_sha256 = token_sha256


def by_link(session: Session, token_sha256: str) -> Inquiry | None:
    """The letter behind a link; None for a wrong one and for a letter that was taken back."""
    if not token_sha256:
        return None
    return session.scalar(
        select(Inquiry).where(Inquiry.token_sha256 == token_sha256, Inquiry.withdrawn_at.is_(None))
    )


def asked_about(session: Session, year: int) -> tuple[Applicant, ...]:
    """The applicants a department answers for."""
    query = select(Applicant).where(Applicant.year == year).order_by(Applicant.name)
    return tuple(row for row in session.scalars(query) if row.state not in life.GONE)


def letter(session: Session, uid: str) -> Inquiry:
    """A letter that is in force. Raises Refusal `not-found`."""
    row = session.scalar(select(Inquiry).where(Inquiry.uid == uid, Inquiry.withdrawn_at.is_(None)))
    if row is None:
        raise Refusal("not-found", "没有找到这份征求意见函，可能已经撤回。", BASIS)
    return row


def asked(
    session: Session, row: Inquiry, hidden: Collection[str] = frozenset()
) -> tuple[Asked, ...]:
    """The list of a letter with what its department has said, the newest of its incidents too.

    `hidden`: applicants that whoever looks must keep away from.
    """
    firms = [one for one in asked_about(session, row.year) if one.uid not in hidden]
    said = {
        one.applicant_id: one
        for one in session.scalars(select(InquiryAnswer).where(InquiryAnswer.inquiry_id == row.id))
    }
    noted = {
        one.applicant_id: one
        for one in session.scalars(
            select(Incident)
            .where(
                Incident.source == row.department,
                Incident.withdrawn_at.is_(None),
                Incident.applicant_id.in_(said),
            )
            .order_by(Incident.id)
        )
    }
    return tuple(_asked(firm, said.get(firm.id), noted.get(firm.id)) for firm in firms)


def _asked(firm: Applicant, held: InquiryAnswer | None, noted: Incident | None) -> Asked:
    if held is None:
        return Asked(firm.uid, firm.name, firm.uscc, firm.award)
    told = Said(firm.uid, held.answer, held.text)
    if noted is not None and held.answer == "objection":
        told = replace(
            told,
            incident=noted.kind,
            happened_on=noted.happened_on,
            precision=noted.precision,
            org_fault=noted.org_fault,
        )
    return Asked(firm.uid, firm.name, firm.uscc, firm.award, told, held.version)


def answer(
    uow: UnitOfWork,
    uid: str,
    by_name: str,
    said: Iterable[Said],
    via: str,
    hidden: Collection[str] = frozenset(),
) -> int:
    """部门答复, all of it or nothing; answering again corrects. Gives how many were answered.

    `hidden`: applicants that whoever types it must keep away from.
    """
    row = letter(uow.session, uid)
    stages.demand_stage(uow.session, row.year, "applications", "qualification")
    if not by_name.strip():
        raise Refusal("blank", "请填写答复人姓名。", BASIS, field="by_name")
    known = {one.uid: one for one in asked_about(uow.session, row.year) if one.uid not in hidden}
    count = 0
    for one in said:
        if one.applicant not in known:
            raise Refusal("not-found", "名单刚有变动，没有保存。请刷新页面再答。", BASIS)
        sound(known[one.applicant].name, one, uow.today)
        _keep(uow, row, known[one.applicant], one, by_name.strip(), via)
        count += 1
    if not count:
        raise Refusal("blank", "还没有选择任何答复。", BASIS)
    return count


def _keep(
    uow: UnitOfWork, inquiry: Inquiry, firm: Applicant, said: Said, by_name: str, via: str
) -> None:
    held = uow.session.scalar(
        select(InquiryAnswer).where(
            InquiryAnswer.inquiry_id == inquiry.id, InquiryAnswer.applicant_id == firm.id
        )
    )
    values = {
        "answer": said.answer,
        "text": said.text.strip(),
        "by_name": by_name,
        "via": via,
        "answered_at": uow.now,
    }
    if held is None:
        fresh = InquiryAnswer(inquiry_id=inquiry.id, applicant_id=firm.id, **values)
        uow.add(fresh, "ia", "answer")
    elif (held.answer, held.text) != (said.answer, said.text.strip()):
        with uow.change(held, "answer"):
            for key, value in values.items():
                setattr(held, key, value)
    if said.incident and said.happened_on is not None:
        note_incident(uow, firm.uid, said, inquiry.department)


def note_incident(uow: UnitOfWork, applicant_uid: str, said: Said, source: str) -> str:
    """登记不良记录（办法第十二条第四项）; the same one told again stays one record."""
    if said.incident not in INCIDENTS or said.happened_on is None:
        raise Refusal("blank", "请选择不良记录的种类并写明日期。", "办法第十二条第四项")
    firm = uow.load(Applicant, applicant_uid)
    key = {"applicant_id": firm.id, "kind": said.incident, "happened_on": said.happened_on}
    held = uow.session.scalar(select(Incident).filter_by(**key, source=source))
    if held is None:
        row = Incident(**key, precision=said.precision, org_fault=said.org_fault, source=source)
        return uow.add(row, "in", "note", said.text).uid
    with uow.change(held, "note", said.text):
        held.org_fault, held.precision = said.org_fault, said.precision
    return held.uid


def find_fault(uow: UnitOfWork, incident_uid: str, org_fault: bool, reason: str) -> None:
    """查明责任: whether the organisation was at fault."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明查明的依据。", "办法第十二条第四项")
    row = uow.load(Incident, incident_uid)
    with uow.change(row, "find-fault", reason):
        row.org_fault = org_fault


def drop_incident(uow: UnitOfWork, incident_uid: str, reason: str) -> None:
    """撤销误记的不良记录; it stays in the log."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明撤销的理由。", "办法第十二条第四项")
    row = uow.load(Incident, incident_uid)
    with uow.change(row, "withdraw", reason):
        row.withdrawn_at, row.withdraw_reason = uow.now, reason.strip()


def unanswered(
    session: Session, year: int, today: date, hidden: Collection[str] = frozenset()
) -> dict[str, tuple[str, ...]]:
    """By department, the applicants it has not answered about, but for the hidden ones. Where the
    year says that silence is consent, a department whose day has passed is waited for no more.
    """
    consent = stages.values(session, year).get("department_silent") == "consent"
    firms = {one.id: one.name for one in asked_about(session, year) if one.uid not in hidden}
    found = {}
    for row in session.scalars(
        select(Inquiry)
        .where(Inquiry.year == year, Inquiry.withdrawn_at.is_(None))
        .order_by(Inquiry.id)
    ):
        if consent and row.due < today:
            continue
        told = set(
            session.scalars(
                select(InquiryAnswer.applicant_id).where(InquiryAnswer.inquiry_id == row.id)
            )
        )
        if left := tuple(name for number, name in firms.items() if number not in told):
            found[row.department] = left
    return found


def asked_at_all(session: Session, year: int) -> bool:
    query = select(Inquiry.id).where(Inquiry.year == year, Inquiry.withdrawn_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def _answered(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    if not asked_at_all(uow.session, year):
        return ("还没有征求部门意见。",)
    return tuple(
        f"{department}尚未答复，不能确定名单。"
        for department in unanswered(uow.session, year, uow.today)
    )


CHECKS: Mapping[str, stages.Check] = {"departments-answered": _answered}

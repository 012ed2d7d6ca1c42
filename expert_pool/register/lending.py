"""单位之间借用专家: lent by a sheet, borrowed from a sheet, given back and taken back the same way.

What is busy and what was done in the year's groups is known above the register and comes in as an
argument (award.groups.lending).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.lending import (
    BASIS,
    Consent,
    LentPerson,
    LoanSheet,
    ReturnedPerson,
    ReturnSheet,
    Service,
    Tie,
    demand_consent,
    read,
    to_text,
)
from expert_pool.facts.halfday import HalfDay, half_days
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.plain import fields_of
from expert_pool.records import StageRecord, Violation
from expert_pool.register import conflicts, life, people, yearly
from expert_pool.tables import (
    Appointment,
    Availability,
    Conflict,
    Expert,
    Loan,
    PerformanceRecord,
    Suspension,
)

LENT, RETURNED, RECALLED = "lent", "returned", "recalled"
LOAD_YEARS = 3  # of service that goes along: what counts as carried looks no further back


@dataclass(frozen=True)
class Wanted:
    """Whom to lend, and her consent."""

    expert: str
    consent: Consent | None


@dataclass(frozen=True)
class Terms:
    """To whom, as what office of ours, for which days."""

    own: str
    office: str
    first: date
    last: date


Busy = Mapping[str, Collection[HalfDay]]  # expert -> half-days on duty in published plans


def lend(
    uow: UnitOfWork, wanted: Sequence[Wanted], terms: Terms, busy: Busy
) -> tuple[str, str, str]:
    """借出: gives the sheet's number, its text and its digest; the text is kept nowhere.

    Refuses `no-consent`, `on-loan` (lent already in that time), `on-duty` (a visit of ours falls
    into it) and `no-term`, naming the person; then nobody is lent.
    """
    _sound(uow, terms)
    if not wanted:
        raise Refusal("blank", "请选择要借出的专家。", field="expert")
    number = uow.new_uid("l")
    lent = [_lent(uow, one, terms, busy.get(one.expert, ())) for one in wanted]
    sheet = LoanSheet(
        number, terms.own, terms.office, terms.first, terms.last, uow.today, tuple(lent)
    )
    text, digest = to_text(sheet)
    for person in lent:
        uow.add(_loan(uow, "out", sheet, person, terms.office, terms.own, digest), "b", "lend")
    return number, text, digest


def _sound(uow: UnitOfWork, terms: Terms) -> None:
    for name, said in (("own", terms.own), ("office", terms.office)):
        if not said.strip():
            raise Refusal("blank", "请写明借出单位和借入单位的名称。", field=name)
    if terms.own.strip() == terms.office.strip():
        raise Refusal("same-office", "借出单位和借入单位不能是同一个。", field="office")
    if terms.first > terms.last:
        raise Refusal("bad-date", "借用的起始日期不能晚于终止日期。", field="last")
    if terms.last < uow.today:
        raise Refusal("bad-date", "借用的终止日期已经过去。", field="last")


def _lent(uow: UnitOfWork, wanted: Wanted, terms: Terms, duties: Collection[HalfDay]) -> LentPerson:
    expert = uow.load(Expert, wanted.expert)
    consent = demand_consent(expert.name, wanted.consent, uow.today)
    term = _term(uow.session, expert, terms)
    _free(uow.session, expert, terms, duties)
    return LentPerson(
        expert.uid,
        fields_of(expert),
        term.grade,
        term.certificate_no,
        consent,
        tuple(_ties(uow.session, expert)),
        tuple(_service(uow.session, expert, uow.today.year - LOAD_YEARS)),
        tuple(_away(uow.session, expert, terms)),
    )


def _term(session: Session, expert: Expert, terms: Terms) -> Appointment:
    """The term she is lent in; it must hold to the last day."""
    suspended = select(Suspension).where(
        Suspension.expert_id == expert.id, Suspension.lifted_at.is_(None)
    )
    if session.scalar(suspended.limit(1)) is not None:
        raise Refusal("suspended", f"{expert.name}暂停使用，不能借出。", expert=expert.uid)
    found = session.scalars(
        select(Appointment).where(
            Appointment.expert_id == expert.id,
            Appointment.first <= terms.first,
            Appointment.last >= terms.last,
        )
    )
    term = next((one for one in found if not one.ended_on or one.ended_on >= terms.last), None)
    if term is None:
        raise Refusal(
            "no-term",
            f"{expert.name}在 {terms.first} 至 {terms.last} 不全在聘期内，不能借出。"
            "请先续聘，或缩短借用时间。",
            expert=expert.uid,
        )
    return term


def _free(session: Session, expert: Expert, terms: Terms, duties: Collection[HalfDay]) -> None:
    other = session.scalar(
        select(Loan).where(
            Loan.expert_id == expert.id,
            Loan.status == LENT,
            Loan.first <= terms.last,
            Loan.last >= terms.first,
        )
    )
    if other is not None:
        direction = "借给" if other.side == "out" else "借自"
        raise Refusal(
            "on-loan",
            f"{expert.name}在 {other.first} 至 {other.last} 已{direction}{other.office}，"
            "不能再借出；请改时间，或先撤回那一份借用单。",
            expert=expert.uid,
        )
    clash = sorted(one for one in duties if terms.first <= one.date <= terms.last)
    if clash:
        raise Refusal(
            "on-duty",
            f"{expert.name}在 {clash[0].date} {clash[0].zh}有已发布的评审任务，"
            "不能借出；请改时间，或先换人。",
            expert=expert.uid,
        )


def _ties(session: Session, expert: Expert) -> Iterable[Tie]:
    rows = select(Conflict).where(
        Conflict.expert_id == expert.id,
        Conflict.withdrawn_at.is_(None),
        Conflict.decision != "cleared",
    )
    for row in session.scalars(rows.order_by(Conflict.id)):
        yield Tie(
            row.kind,
            row.organisation,
            row.organisation_uscc,
            row.since,
            row.until,
            row.percent,
            row.evidence,
        )


def _service(session: Session, expert: Expert, since: int) -> Iterable[Service]:
    rows = select(PerformanceRecord).where(
        PerformanceRecord.expert_id == expert.id, PerformanceRecord.year >= since
    )
    for row in session.scalars(rows.order_by(PerformanceRecord.id)):
        yield Service(
            row.year,
            row.organisation,
            row.organisation_uscc,
            row.leader,
            row.effort,
            row.score,
            row.note,
        )


def _away(session: Session, expert: Expert, terms: Terms) -> Iterable[str]:
    answers = select(Availability).where(Availability.expert_id == expert.id)
    days = {
        (part.day, part.half)
        for answer in session.scalars(answers)
        for part in answer.absences
        if terms.first <= part.day <= terms.last
    }
    return (f"{day}/{half}" for day, half in sorted(days))


def _loan(
    uow: UnitOfWork,
    side: str,
    sheet: LoanSheet,
    person: LentPerson,
    office: str,
    own: str,
    digest: str,
) -> Loan:
    expert = uow.load(Expert, person.ref) if side == "out" else None
    return Loan(
        side=side,
        sheet=sheet.number,
        office=office,
        own=own,
        expert_id=expert.id if expert else 0,
        ref=person.ref,
        first=sheet.first,
        last=sheet.last,
        consent_on=person.consent.on,
        consent_how=person.consent.how,
        status=LENT,
        away="\n".join(person.away),
        digest=digest,
        made_at=uow.now,
    )


def recall(uow: UnitOfWork, number: str, reason: str) -> int:
    """撤回借用单 that was not used, or got lost; gives how many people are free again."""
    demand_reason(reason)
    found = _open(uow, "out", number)
    for loan in found:
        with uow.change(loan, "recall", reason):
            loan.status, loan.closed_at = RECALLED, uow.now
    return len(found)


def _open(uow: UnitOfWork, side: str, number: str) -> list[Loan]:
    found = list(
        uow.session.scalars(
            select(Loan).where(Loan.side == side, Loan.sheet == number).order_by(Loan.id)
        )
    )
    if not found:
        raise Refusal(
            "not-found", "没有找到这份借用单，可能编号有误，或者不是本单位的。", uid=number
        )
    if any(one.status != LENT for one in found):
        raise Refusal("loan-over", "这份借用单已经归还或撤回。")
    return found


# on the other side
# --------------------------------------------------------------------------------------------------


def borrow(
    uow: UnitOfWork, text: str, told: str, others: Collection[str] = ()
) -> tuple[LoanSheet, tuple[str, ...]]:
    """借入: everybody of the sheet comes into the register with source, conflicts, service and a
    term for the time of the loan; gives the sheet and our ids of them.

    Refuses a sheet that was changed, taken before, or without somebody's consent; and whoever may
    be somebody of the register already (`others`: looked at and found to be other people).
    """
    sheet = read(text, told, LoanSheet)
    known = select(Loan).where(Loan.sheet == sheet.number)
    if (before := uow.session.scalar(known.limit(1))) is not None:
        raise Refusal(
            "taken",
            "这份借用单是本单位做的，应交给借入单位。"
            if before.side == "out"
            else f"这份借用单 {before.made_at:%Y-%m-%d} 已经接收过，没有重复接收。",
            field="file",
        )
    if sheet.last < uow.today:
        raise Refusal("bad-date", f"借用时间到 {sheet.last} 为止，已经过去。", field="file")
    for person in sheet.people:
        demand_consent(person.fields.name, person.consent, uow.today)
    digest = to_text(sheet)[1]
    return sheet, tuple(_borrowed(uow, sheet, person, digest, others) for person in sheet.people)


def _borrowed(
    uow: UnitOfWork, sheet: LoanSheet, person: LentPerson, digest: str, others: Collection[str]
) -> str:
    source = f"{sheet.lender}（借用）"
    wanted = replace(person.fields, source_pool=source)
    expert = _former(uow.session, sheet.lender, person.ref)
    if expert is None:
        uid = people.enrol(uow, wanted, f"借用单 {sheet.number}", others)
        expert = uow.load(Expert, uid)
    else:
        people.edit_expert(uow, expert.uid, expert.version, wanted, f"借用单 {sheet.number}")
    for tie in person.ties:
        conflicts.declare_conflict(
            uow,
            expert.uid,
            conflicts.ConflictFields(
                tie.kind,
                tie.organisation,
                tie.organisation_uscc,
                "office",
                tie.since,
                tie.until,
                tie.evidence or f"{sheet.lender}登记",
                percent=tie.percent,
            ),
        )
    for service in person.service:
        yearly.record_performance(uow, expert.uid, _noted(service, f"{sheet.lender}报送"))
    loan = _loan(uow, "in", sheet, person, sheet.lender, sheet.borrower, digest)
    loan.expert_id = expert.id
    loan.appointment = life.appoint(
        uow,
        expert.uid,
        person.grade,
        max(sheet.first, uow.today),
        sheet.last,
        person.certificate_no,
        reason=f"向{sheet.lender}借用，借用单 {sheet.number}",
    )
    uow.add(loan, "b", "borrow")
    return expert.uid


def _former(session: Session, lender: str, ref: str) -> Expert | None:
    """Somebody borrowed from there before."""
    return session.scalar(
        select(Expert)
        .join(Loan, Loan.expert_id == Expert.id)
        .where(Loan.side == "in", Loan.office == lender, Loan.ref == ref)
        .limit(1)
    )


def _noted(service: Service, note: str) -> yearly.ServiceFields:
    return yearly.ServiceFields(
        service.year,
        service.organisation,
        service.organisation_uscc,
        service.leader,
        service.effort,
        service.score,
        "；".join(filter(None, (service.note, note))),
    )


# and back
# --------------------------------------------------------------------------------------------------


def give_back(
    uow: UnitOfWork, number: str, groups: Mapping[str, tuple[str, ...]]
) -> tuple[str, str]:
    """归还: ends the terms given for the loan, and gives the return sheet with its digest:
    days served, groups, conduct. `groups`: expert -> names of the groups she sat in.
    """
    found = _open(uow, "in", number)
    experts = {one.expert_id: uow.session.get_one(Expert, one.expert_id) for one in found}
    returned = tuple(_returned(uow.session, one, experts[one.expert_id], groups) for one in found)
    sheet = ReturnSheet(number, found[0].office, found[0].own, uow.today, returned)
    text, digest = to_text(sheet)
    for loan, person in zip(found, returned, strict=True):
        _end_term(uow, loan)
        with uow.change(loan, "give-back"):
            loan.status, loan.closed_at, loan.half_days = RETURNED, uow.now, person.half_days
    return text, digest


def _end_term(uow: UnitOfWork, loan: Loan) -> None:
    term = uow.load(Appointment, loan.appointment)
    if term.ended_on is None and term.first <= uow.today <= term.last:
        reason = f"借用结束，归还{loan.office}"
        life.end_appointment(uow, term.uid, term.version, uow.today, reason)


def _returned(
    session: Session, loan: Loan, expert: Expert, groups: Mapping[str, tuple[str, ...]]
) -> ReturnedPerson:
    here = tuple(
        one
        for one in _service(session, expert, loan.first.year)
        if one.year <= loan.last.year and not one.note.endswith(f"{loan.office}报送")
    )
    return ReturnedPerson(
        loan.ref,
        expert.name,
        sum(one.effort for one in here),
        groups.get(expert.uid, ()),
        here,
        tuple(_conduct(session, expert, loan)),
    )


def _conduct(session: Session, expert: Expert, loan: Loan) -> Iterable[str]:
    years = (StageRecord.year >= loan.first.year, StageRecord.year <= loan.last.year)
    stages = select(StageRecord).where(StageRecord.expert_id == expert.id, *years)
    for row in session.scalars(stages.order_by(StageRecord.id)):
        if row.declined:
            yield f"{row.year} 年谢绝{row.organisation}的评审"
        elif row.attendance in CONDUCT:
            yield f"{row.year} 年{row.organisation}：{CONDUCT[row.attendance]}"
    cases = select(Violation).where(
        Violation.expert_id == expert.id,
        Violation.finding == "founded",
        Violation.occurred_on >= loan.first,
    )
    for case in session.scalars(cases.order_by(Violation.id)):
        yield f"{case.occurred_on} 违规案件 {case.case_no} 查实，处理见借入单位的决定"


CONDUCT = {"no_show": "无故缺席", "late": "迟到或早退", "excused": "请假"}


def take_back(uow: UnitOfWork, text: str, told: str) -> ReturnSheet:
    """收回: what she did there goes into her record here, and she is free again.

    Refuses a sheet that was changed, of another loan, or taken before.
    """
    sheet = read(text, told, ReturnSheet)
    found = {one.ref: one for one in _open(uow, "out", sheet.number)}
    if found.keys() != {person.ref for person in sheet.people}:
        raise Refusal("bad-sheet", "归还单上的人和借用单上的不一样，请与对方核对。", field="file")
    for person in sheet.people:
        loan = found[person.ref]
        for service in person.service:
            noted = _noted(service, f"借给{loan.office}")
            yearly.record_performance(uow, person.ref, noted)
        with uow.change(loan, "take-back"):
            loan.status, loan.closed_at = RETURNED, uow.now
            loan.half_days = person.half_days
            loan.conduct = "\n".join((*person.groups, *person.conduct))
    return sheet


# reading
# --------------------------------------------------------------------------------------------------


def away(session: Session) -> Mapping[int, frozenset[HalfDay]]:
    """Half-days on which somebody belongs elsewhere, by row number: lent out for all of the time,
    borrowed for what her own office has told.
    """
    found: dict[int, set[HalfDay]] = {}
    rows = select(Loan.expert_id, Loan.side, Loan.first, Loan.last, Loan.away).where(
        Loan.status == LENT
    )
    for expert, side, first, last, told in session.execute(rows):
        days = half_days(first, last) if side == "out" else map(_half_day, told.split())
        found.setdefault(expert, set()).update(days)
    return {expert: frozenset(days) for expert, days in found.items()}


def _half_day(text: str) -> HalfDay:
    day, _, half = text.partition("/")
    return HalfDay(date.fromisoformat(day), "AM" if half == "AM" else "PM")


@dataclass(frozen=True)
class LoanView:
    uid: str
    side: str
    sheet: str
    office: str
    own: str
    expert_uid: str
    name: str
    first: date
    last: date
    consent_on: date
    consent_how: str
    status: str
    half_days: int | None
    digest: str
    conduct: tuple[str, ...]


def loans(session: Session, sheet: str = "") -> tuple[LoanView, ...]:
    """Newest first; of one sheet when named. For staff only: the doors ask for it."""
    query = select(Loan, Expert.uid, Expert.name).join(Expert).order_by(Loan.id.desc())
    if sheet:
        query = query.where(Loan.sheet == sheet)
    return tuple(
        LoanView(
            loan.uid,
            loan.side,
            loan.sheet,
            loan.office,
            loan.own,
            uid,
            name,
            loan.first,
            loan.last,
            loan.consent_on,
            loan.consent_how,
            loan.status,
            loan.half_days,
            loan.digest,
            tuple(filter(None, loan.conduct.split("\n"))),
        )
        for loan, uid, name in session.execute(query)
    )


__all__ = [
    "BASIS", "Consent", "LoanView", "Terms", "Wanted", "borrow", "give_back", "lend", "loans",
    "recall", "take_back",
]  # fmt: skip

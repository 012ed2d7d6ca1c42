"""任职用例: appoint, renew, regrade, suspend, end.

Which step is open when stands in core.life; each is load, decide, save, log.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Role
from expert_pool.core.eligibility import CandidateFacts, Checked, check, open_points
from expert_pool.core.expert import GRADES
from expert_pool.core.life import (
    BASIS,
    ENDINGS,
    TRANSITIONS,
    LifeFacts,
    State,
    Step,
    Term,
    allow,
    state_of,
)
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.records import Candidacy, Violation
from expert_pool.tables import Appointment, Expert, Suspension


def appoint(
    uow: UnitOfWork,
    expert_uid: str,
    grade: str,
    first: date,
    last: date,
    certificate_no: str = "",
    decided_on: date | None = None,
    reason: str = "",
    action: str = "appoint",
    ended_on: date | None = None,
    end_reason: str = "",
) -> str:
    """聘任或续聘（办法第九条第三项）: a term from `first` to `last`; terms of one expert may not
    overlap.

    `ended_on`: a term of the past that the expert left early. A past term uses up no application
    that has been admitted since.
    """
    expert = uow.load(Expert, expert_uid)
    if grade not in GRADES:
        raise Refusal("unknown-grade", f"聘任等级应是{'、'.join(GRADES.values())}之一。", BASIS)
    if first > last:
        raise Refusal("bad-term", "聘期的起始日期不能晚于终止日期。", BASIS, field="last")
    _sound_ending(uow, first, last, ended_on, end_reason)
    state = state_now(uow, expert)
    allow(
        Step.APPOINT if state in TRANSITIONS[Step.APPOINT].before else Step.RENEW,
        state,
        expert.name,
    )
    _no_open_case(uow.session, expert, "聘任")
    for other in _appointments(uow.session, expert.id):
        end = other.ended_on or other.last
        if other.first <= (ended_on or last) and first <= end:
            raise Refusal(
                "overlap",
                f"与已有聘期（{other.first} 至 {end}）重叠，请先终止原聘期。",
                BASIS,
                field="first",
            )
    admitted = select(Candidacy).where(
        Candidacy.expert_id == expert.id, Candidacy.status == "passed"
    )
    for candidacy in () if _past(uow, last, ended_on) else uow.session.scalars(admitted):
        with uow.change(candidacy, "appoint", reason):
            candidacy.status = "appointed"
    appointment = Appointment(
        expert_id=expert.id,
        grade=grade,
        first=first,
        last=last,
        certificate_no=certificate_no,
        decided_on=decided_on,
        end_reason="",
    )
    if ended_on is not None:
        appointment.ended_on, appointment.end_reason, appointment.end_kind = (
            ended_on,
            end_reason.strip(),
            "resign",
        )
    return uow.add(appointment, "t", action, reason).uid


def _sound_ending(
    uow: UnitOfWork, first: date, last: date, ended_on: date | None, end_reason: str
) -> None:
    if ended_on is None:
        return
    if not first <= ended_on <= min(last, uow.today):
        raise Refusal(
            "bad-term",
            f"提前终止的日期应在聘期（{first} 至 {last}）之内，且不晚于今天。",
            BASIS,
            field="ended_on",
        )
    demand_reason(end_reason, "提前终止的，请写明原因。", BASIS, field="end_reason")


def _past(uow: UnitOfWork, last: date, ended_on: date | None) -> bool:
    return (ended_on or last) < uow.today


def engage(
    uow: UnitOfWork,
    expert_uid: str,
    grade: str,
    first: date,
    last: date,
    certificate_no: str = "",
    decided_on: date | None = None,
    reason: str = "",
    ended_on: date | None = None,
    end_reason: str = "",
) -> str:
    """审查后聘任: as `appoint`, with a certificate number of its own and the grounds: the check
    that was passed, or why without one.

    A term of the past (补录) is checked as of its first day, and no day of decision is made up for
    it.
    """
    expert = uow.load(Expert, expert_uid)
    past = _past(uow, last, ended_on)
    grounds, action = _grounds(uow, expert, reason.strip(), first if past else None)
    number = _certificate(uow.session, certificate_no, (decided_on or first).year)
    decided = decided_on or (None if past else uow.today)
    return appoint(
        uow, expert_uid, grade, first, last, number, decided, grounds, action, ended_on, end_reason
    )


def _grounds(
    uow: UnitOfWork, expert: Expert, reason: str, past: date | None = None
) -> tuple[str, str]:
    """Why somebody may be appointed, and what the log calls it. `past`: the first day of a term
    that is over.

    Past the check nothing is asked again; else what is firm holds, and what is 原则上 the chief may
    waive. A term of the past is a fact to be written down, not a decision: it needs grounds, and
    what was lacking then stands among the exceptions.
    """
    passed = select(Candidacy.id).where(
        Candidacy.expert_id == expert.id, Candidacy.status == "passed"
    )
    if past is None and uow.session.scalar(passed) is not None:
        return reason or "资格审查通过", "appoint"
    lacking = open_points(eligibility(uow.session, expert, past or uow.today))
    unmet = [item for item in lacking if item.result == "unmet"]
    if past is not None:
        words = "补录以前的聘任，请写明依据（如文号），或者聘书编号。"
        demand_reason(reason, words, BASIS, field="reason")
        return f"补录：{reason}" + (f"（当时不符合：{_listed(unmet)}）" if unmet else ""), (
            "appoint-except" if unmet else "appoint"
        )
    if firm := [item for item in unmet if not item.waivable]:
        words = (
            f"{expert.name}不符合任职条件：{_listed(firm)}，不能放宽。资料有误的，"
            "请先更正专家资料。"
        )
        raise Refusal("not-eligible", words, firm[0].basis)
    if unmet and not reason:
        words = f"{expert.name}不符合任职条件：{_listed(unmet)}。确需聘任的，请写明理由。"
        raise Refusal("not-eligible", words, unmet[0].basis, field="reason")
    if unmet and uow.actor.role not in (Role.APPROVER, Role.SYSTEM):
        words = (
            f"{expert.name}须放宽条件：{_listed(unmet)}。请由审定办负责人办理聘任，或者先登记申请，"
            "由另一人审查。"
        )
        raise Refusal("second-person", words, unmet[0].basis)
    never = (
        uow.session.scalar(
            select(Appointment.id).where(Appointment.expert_id == expert.id).limit(1)
        )
        is None
    )
    if never and lacking and not reason:
        words = f"{expert.name}还没有经过资格审查。请先登记申请或推荐；补录以前的聘任，请写明依据。"
        raise Refusal("not-checked", words, lacking[0].basis, field="reason")
    return reason or "续聘", "appoint-except" if unmet else "appoint"


def _listed(items: list[Checked]) -> str:
    return "；".join(f"{item.zh}（{item.words}）" for item in items)


def regrade(
    uow: UnitOfWork, expert_uid: str, grade: str, reason: str, certificate_no: str = ""
) -> str:
    """定级: the running term ends the day before, and a new one with the other grade runs to its
    end. Gives the term's uid.
    """
    expert = uow.load(Expert, expert_uid)
    demand_reason(reason)
    allow(Step.REGRADE, state_now(uow, expert), expert.name)
    if grade not in GRADES:
        raise Refusal("unknown-grade", f"聘任等级应是{'、'.join(GRADES.values())}之一。", BASIS)
    on = uow.today
    running = next(
        row
        for row in _appointments(uow.session, expert.id)
        if row.first <= on <= (row.ended_on or row.last)
    )
    if running.grade == grade:
        raise Refusal("same-grade", f"{expert.name}现在就是{GRADES[grade]}。", BASIS)
    number = _certificate(uow.session, certificate_no, on.year)
    if running.first == on:
        with uow.change(running, "regrade", reason):
            running.grade, running.certificate_no = grade, number
        return running.uid
    # Somebody who leaves on a day to come leaves on it with the new grade too.
    leaving = {
        "ended_on": running.ended_on,
        "end_kind": running.end_kind,
        "end_reason": running.end_reason,
    }
    with uow.change(running, "regrade", reason):
        running.ended_on, running.end_kind, running.end_reason = (
            on - timedelta(1),
            "regrade",
            reason,
        )
    term = Appointment(
        expert_id=expert.id,
        grade=grade,
        first=on,
        last=running.last,
        certificate_no=number,
        decided_on=on,
        **leaving,
    )
    return uow.add(term, "t", "appoint", reason).uid


def end_appointment(
    uow: UnitOfWork, appointment_uid: str, version: int, on: date, reason: str, kind: str = "resign"
) -> int:
    """辞聘或解聘: the last day in office is `on`."""
    appointment = uow.load(Appointment, appointment_uid, version)
    demand_reason(reason)
    if kind not in ENDINGS or kind == "regrade":
        raise Refusal("unknown-ending", "请选择解聘或辞聘。", BASIS, field="kind")
    expert = uow.session.get_one(Expert, appointment.expert_id)
    allow(Step.DISMISS if kind == "dismiss" else Step.RESIGN, state_now(uow, expert), expert.name)
    if appointment.ended_on is not None and appointment.end_kind is not None:
        raise Refusal("ended", f"这段聘期已于 {appointment.ended_on} 终止。", BASIS)
    if not appointment.first <= on <= appointment.last:
        raise Refusal(
            "bad-term",
            f"终止日期应在聘期（{appointment.first} 至 {appointment.last}）之内。",
            BASIS,
        )
    with uow.change(appointment, "dismiss" if kind == "dismiss" else "end", reason):
        appointment.ended_on, appointment.end_reason, appointment.end_kind = on, reason, kind
    return appointment.version


def dismiss(uow: UnitOfWork, expert_uid: str, reason: str) -> None:
    """解聘: every term that is running or to come ends at once."""
    expert = uow.load(Expert, expert_uid)
    demand_reason(reason)
    allow(Step.DISMISS, state_now(uow, expert), expert.name)
    on = uow.today
    terms = [
        row for row in _appointments(uow.session, expert.id) if (row.ended_on or row.last) >= on
    ]
    if not terms:
        raise Refusal("no-term", f"{expert.name}没有可以解除的聘期。", BASIS)
    for row in terms:
        with uow.change(row, "dismiss", reason):
            row.ended_on, row.end_reason, row.end_kind = max(on, row.first), reason, "dismiss"


def suspend(uow: UnitOfWork, expert_uid: str, reason: str, year: int | None = None) -> str:
    """暂停使用 until lifted; or, with `year`, not taking part in that year only, which is no change
    of state.
    """
    expert = uow.load(Expert, expert_uid)
    demand_reason(reason)
    running = select(Suspension).where(
        Suspension.expert_id == expert.id, Suspension.lifted_at.is_(None)
    )
    if any(other.year in (None, year) for other in uow.session.scalars(running)):
        raise Refusal("already-suspended", f"{expert.name}已经处于暂停使用状态。")
    if year is None:
        allow(Step.SUSPEND, state_now(uow, expert), expert.name)
    return uow.add(
        Suspension(
            expert_id=expert.id, year=year, reason=reason, started_at=uow.now, lift_reason=""
        ),
        "s",
        "suspend",
        reason,
    ).uid


def reinstate(uow: UnitOfWork, suspension_uid: str, version: int, reason: str) -> int:
    """恢复使用: lifts one suspension; not while a case is open (办法第十六条)."""
    suspension = uow.load(Suspension, suspension_uid, version)
    demand_reason(reason)
    if suspension.lifted_at is not None:
        raise Refusal("not-suspended", "这次暂停已经解除。")
    expert = uow.session.get_one(Expert, suspension.expert_id)
    if suspension.year is None:
        allow(Step.REINSTATE, state_now(uow, expert), expert.name)
        _no_open_case(uow.session, expert, "恢复")
        held = select(Violation.opened_by).where(
            Violation.suspension_id == suspension.id, Violation.measure == "suspend"
        )
        if openers := uow.session.scalars(held).all():
            words = "这次暂停是案件处理决定的，请由立案人以外的另一人办理恢复。"
            demand_other_person(uow.actor, openers, words, "办法第十六条")
    lift(uow, suspension, reason)
    return suspension.version


def _no_open_case(session: Session, expert: Expert, what: str) -> None:
    case = session.scalar(
        select(Violation.case_no)
        .where(Violation.expert_id == expert.id, Violation.finding == "")
        .limit(1)
    )
    if case is not None:
        raise Refusal(
            "case-open",
            f"{expert.name}有未作决定的案件 {case}，作出决定后方可{what}。",
            "办法第十六条",
        )


def lift(uow: UnitOfWork, suspension: Suspension, reason: str) -> None:
    with uow.change(suspension, "lift", reason):
        suspension.lifted_at, suspension.lift_reason = uow.now, reason


# what the steps are decided by
# --------------------------------------------------------------------------------------------------


def state_now(uow: UnitOfWork, expert: Expert) -> State:
    uow.session.flush()
    return state_of(life_facts(uow.session, expert.id), uow.today)


def life_facts(session: Session, expert_id: int) -> LifeFacts:
    """Three statements."""
    terms = tuple(
        Term(
            row.first,
            row.last,
            row.grade,
            row.ended_on,
            row.end_kind or ("resign" if row.ended_on else ""),
        )
        for row in _appointments(session, expert_id)
    )
    waiting = (
        select(Candidacy.status)
        .where(Candidacy.expert_id == expert_id)
        .order_by(Candidacy.id.desc())
        .limit(1)
    )
    status = session.scalar(waiting) or ""
    held = select(Suspension.id).where(
        Suspension.expert_id == expert_id, Suspension.lifted_at.is_(None), Suspension.year.is_(None)
    )
    return LifeFacts(
        terms, "" if status == "appointed" else status, session.scalar(held) is not None
    )


def eligibility(session: Session, expert: Expert, on: date) -> tuple[Checked, ...]:
    """任职资格审查 with what the newest application says."""
    newest = session.scalar(
        select(Candidacy)
        .where(Candidacy.expert_id == expert.id)
        .order_by(Candidacy.id.desc())
        .limit(1)
    )
    return check(candidate_facts(expert, newest), on)


def candidate_facts(expert: Expert, candidacy: Candidacy | None) -> CandidateFacts:
    if candidacy is None:
        return CandidateFacts(expert.birth, expert.education, expert.title)
    return CandidateFacts(
        expert.birth,
        expert.education,
        expert.title,
        candidacy.experience_years,
        candidacy.training,
        candidacy.trained_on,
        candidacy.conduct,
    )


def next_certificate(session: Session, year: int) -> str:
    """聘书编号: one more than the highest of the year."""
    pattern = rulebook().certificate
    start, end = pattern.format(year=year, number=0).split("000")
    numbers = session.scalars(
        select(Appointment.certificate_no).where(Appointment.certificate_no.startswith(start))
    ).all()
    used = [
        int(text)
        for one in numbers
        if (text := one.removeprefix(start).removesuffix(end)).isdecimal()
    ]
    return pattern.format(year=year, number=max(used, default=0) + 1)


def _certificate(session: Session, wanted: str, year: int) -> str:
    """The number asked for, which nobody may have yet, or the next one."""
    number = wanted.strip()
    if (
        number
        and session.scalar(
            select(Appointment.id).where(Appointment.certificate_no == number).limit(1)
        )
        is not None
    ):
        raise Refusal(
            "certificate-taken",
            f"聘书编号“{number}”已经用过，请换一个，或者不填，由系统编号。",
            BASIS,
            field="certificate_no",
        )
    return number or next_certificate(session, year)


def _appointments(session: Session, expert_id: int) -> list[Appointment]:
    return list(
        session.scalars(
            select(Appointment)
            .where(Appointment.expert_id == expert_id)
            .order_by(Appointment.first)
        )
    )

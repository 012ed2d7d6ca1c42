"""保存与删除: what has had its time by the rules, and its erasure once a person says so.

Published plans and their documents are official papers and are kept as such. The chain of the log
stays whole: contents go, and an entry says for each that they went, when, on whose word and why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from award import erasure
from award.applicants.tables import Applicant
from expert_pool.core.actor import Viewer
from expert_pool.core.retention import GONE, RetentionRule, rule, rules
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import Editable, UnitOfWork, describe
from expert_pool.records import Candidacy, Violation
from expert_pool.tables import (
    Appointment,
    Availability,
    AvailabilityHalfDay,
    Expert,
    PerformanceRecord,
    PersonalLink,
)


class SignIns(Protocol):
    """The records of log-ins; they are kept above, by the doors of the house."""

    def old(self, session: Session, before: datetime) -> int: ...

    def forget_old(self, uow: UnitOfWork, before: datetime) -> None: ...

    def forget_expert(self, uow: UnitOfWork, expert_id: int) -> None: ...


@dataclass(frozen=True)
class Due:
    """One record that has had its time; `ended` is the day from which it was counted."""

    uid: str
    name: str
    ended: date | None


@dataclass(frozen=True)
class Proposal:
    """One rule with what it would erase today; nothing is erased by looking."""

    rule: RetentionRule
    until: date
    due: tuple[Due, ...]


def report(
    session: Session, viewer: Viewer, today: date, sign_ins: SignIns
) -> tuple[Proposal, ...]:
    """到期报告, one per rule, also where nothing is due. For staff only."""
    if not viewer.is_staff:
        raise Refusal("not-found", "没有找到这份报告。")
    return tuple(
        Proposal(one, one.until(today), _due(session, one, one.until(today), sign_ins))
        for one in rules()
    )


def erase(
    uow: UnitOfWork,
    rule_id: str,
    uids: Collection[str],
    today: date,
    reason: str,
    sign_ins: SignIns,
) -> int:
    """按规则删除 what was proposed and is still due; gives how many records.

    Refuses what is not due (any more).
    """
    found = rule(rule_id)
    if found is None:
        raise Refusal("not-found", "没有这条保存规则。")
    demand_reason(reason, "请写明删除的理由，它会记入操作日志。", found.basis, field="reason")
    due = {one.uid for one in _due(uow.session, found, found.until(today), sign_ins)}
    if not uids or not set(uids) <= due:
        raise Refusal(
            "not-due", "所选记录中有的还没有到期，或已经处理过。请刷新报告后再选。", found.basis
        )
    words = f"{found.zh}满 {found.years} 年：{reason.strip()}"
    for uid in sorted(uids):
        match rule_id:
            case "R1" | "R2":
                _forget_expert(uow, uid, words, sign_ins)
            case "R3":
                _forget_days(uow, uid, words)
            case "R4":
                _forget_contact(uow, uid, words)
            case _:
                _forget_sessions(uow, uid, found.until(today), words, sign_ins)
    return len(uids)


def forget_on_request(uow: UnitOfWork, expert_uid: str, reason: str, sign_ins: SignIns) -> None:
    """依本人申请删除（个人信息保护法第四十七条）.

    Refused while the person is appointed, suspended or under investigation.
    """
    expert = uow.load(Expert, expert_uid)
    on = uow.now.date()
    running = select(Appointment.id).where(
        Appointment.expert_id == expert.id, Appointment.last >= on, Appointment.ended_on.is_(None)
    )
    open_case = select(Violation.id).where(
        Violation.expert_id == expert.id, Violation.decided_at.is_(None)
    )
    if uow.session.scalar(running) is not None or uow.session.scalar(open_case) is not None:
        raise Refusal(
            "in-use",
            "这位专家还在聘期内，或有案件没有办结，办结以后才能删除。",
            "个人信息保护法第四十七条",
        )
    demand_reason(reason, "请写明申请的时间和方式，它会记入操作日志。", field="reason")
    _forget_expert(uow, expert_uid, f"依本人申请：{reason.strip()}", sign_ins)


# what is due
# --------------------------------------------------------------------------------------------------


def _due(session: Session, found: RetentionRule, until: date, sign_ins: SignIns) -> tuple[Due, ...]:
    if found.id == "R5":
        return _old_sessions(session, until, sign_ins)
    return {
        "R1": _former,
        "R2": _never_appointed,
        "R3": _old_days,
        "R4": _old_contacts,
    }[found.id](session, until)


def _former(session: Session, until: date) -> tuple[Due, ...]:
    """The last term ended and the last service was before the day; nobody with an open case."""
    end = func.max(func.coalesce(Appointment.ended_on, Appointment.last))
    served = select(PerformanceRecord.expert_id).where(PerformanceRecord.year >= until.year)
    query = (
        select(Expert.uid, Expert.name, end)
        .join(Appointment)
        .where(Expert.id.not_in(served), *_untouched())
    )
    rows = session.execute(
        query.group_by(Expert.id, Expert.uid, Expert.name)
        .having(end < until)
        .order_by(end, Expert.uid)
    )
    return tuple(Due(uid, name, ended) for uid, name, ended in rows)


def _never_appointed(session: Session, until: date) -> tuple[Due, ...]:
    """Rejected, and entered before the day."""
    appointed = select(Appointment.expert_id)
    waiting = select(Candidacy.expert_id).where(
        or_(Candidacy.status != "rejected", Candidacy.decided_at >= _midnight(until))
    )
    rejected = select(Candidacy.expert_id).where(Candidacy.status == "rejected")
    query = select(Expert).where(
        Expert.id.in_(rejected),
        Expert.id.not_in(appointed),
        Expert.id.not_in(waiting),
        *_untouched(),
    )
    return tuple(
        Due(one.uid, one.name, one.created_at.date())
        for one in session.scalars(query.order_by(Expert.id))
    )


def _untouched() -> tuple[Any, ...]:
    open_case = select(Violation.expert_id).where(Violation.decided_at.is_(None))
    return Expert.name.not_like(GONE + "%"), Expert.id.not_in(open_case)


def _old_days(session: Session, until: date) -> tuple[Due, ...]:
    """By year: nobody chooses among a hundred people's free days."""
    query = select(Availability.year, func.count(), func.max(Availability.last)).where(
        _has_days(), Availability.year < until.year
    )
    rows = session.execute(query.group_by(Availability.year).order_by(Availability.year))
    return tuple(Due(str(year), f"{year} 年 {number} 人", last) for year, number, last in rows)


def _has_days() -> Any:
    return Availability.first.is_not(None)


def _old_contacts(session: Session, until: date) -> tuple[Due, ...]:
    query = select(Applicant.year, func.count()).where(_has_contact(), Applicant.year < until.year)
    rows = session.execute(query.group_by(Applicant.year).order_by(Applicant.year))
    return tuple(
        Due(str(year), f"{year} 年 {number} 家", date(year, 12, 31)) for year, number in rows
    )


def _has_contact() -> Any:
    return or_(Applicant.contact != "", Applicant.phone != "", Applicant.email.is_not(None))


def _old_sessions(session: Session, until: date, sign_ins: SignIns) -> tuple[Due, ...]:
    """As one item: they have no name worth showing."""
    at = _midnight(until)
    links = select(func.count()).select_from(PersonalLink).where(PersonalLink.expires_at < at)
    counted = sign_ins.old(session, at) + (session.scalar(links) or 0)
    return (Due("sessions", f"{counted} 条", until),) if counted else ()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


# erasure
# --------------------------------------------------------------------------------------------------


def _forget_expert(uow: UnitOfWork, uid: str, reason: str, sign_ins: SignIns) -> None:
    erasure.forget(uow, uow.load(Expert, uid), reason, sign_ins)


def _forget_days(uow: UnitOfWork, year: str, reason: str) -> None:
    rows = uow.session.scalars(
        select(Availability).where(Availability.year == int(year), _has_days())
    ).all()
    ids = select(Availability.id).where(Availability.year == int(year))
    uow.session.execute(
        delete(AvailabilityHalfDay).where(AvailabilityHalfDay.availability_id.in_(ids))
    )
    for row in rows:
        row.text, row.known, row.first, row.last = "", False, None, None
        uow.touch(row)
    uow.session.flush()
    _note(uow, "availability", year, rows, "delete", reason)


def _forget_contact(uow: UnitOfWork, year: str, reason: str) -> None:
    rows = uow.session.scalars(
        select(Applicant).where(Applicant.year == int(year), _has_contact())
    ).all()
    for row in rows:
        row.contact = row.phone = ""
        row.email = None
        uow.touch(row)
    uow.session.flush()
    _note(uow, "applicant", year, rows, "blank", reason)


def _forget_sessions(
    uow: UnitOfWork, uid: str, until: date, reason: str, sign_ins: SignIns
) -> None:
    sign_ins.forget_old(uow, _midnight(until))
    for link in uow.session.scalars(
        select(PersonalLink).where(PersonalLink.expires_at < _midnight(until))
    ):
        uow.remove(link, "forget", reason)
    uow.record("forget", "session", uid, None, {"effect": "delete"}, reason)


def _note(
    uow: UnitOfWork, kind: str, uid: str, rows: Sequence[Editable], effect: str, reason: str
) -> None:
    """The log says that it was done; what the log itself held of these records goes too, and what
    is left of them it tells anew.
    """
    erased = uow.erase_contents([row.uid for row in rows], reason)
    left = {f"{kind}/{row.uid}": describe(row) for row in rows}
    uow.record("forget", kind, uid, None, left, reason)
    uow.record("forget", kind, uid, None, {"effect": effect, "log_entries": erased}, reason)

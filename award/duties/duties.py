"""任务答复用例（办法第十、十一条）: experts accept or decline what a published plan asks; until
then they learn when, not whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.duty import ACCEPTED, DECLINED, OPEN, REASONS, Duty, disclosed, duties
from award.applicants import store as applicant_store
from award.groups import store
from award.groups.core.book import Book, Firm, GroupEntry
from award.groups.store import PlanView
from award.groups.tables import DutyAnswer
from award.year import store as year_store
from expert_pool import register
from expert_pool import store as register_store
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.core.organisation import Directory
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.facts.zone import local_day
from expert_pool.ledger import UnitOfWork
from expert_pool.records import StageRecord
from expert_pool.register import StageFields
from expert_pool.tables import Conflict, Declaration, Expert

BASIS = "办法第十一条"
SOMEBODY = Firm("", "申报组织一家", "")
STAGE = "site"
EXCUSED = "excused"  # 请假: a refusal before accepting costs no points
REFUSED = "谢绝任务："


@dataclass(frozen=True)
class Answer:
    """What was said to the present duty; `answer` is accepted, declined or open."""

    answer: str
    reason_kind: str
    reason: str
    after_accepting: bool
    answered_at: datetime
    via: str

    @property
    def reason_words(self) -> str:
        return "：".join(part for part in (REASONS.get(self.reason_kind, ""), self.reason) if part)


@dataclass(frozen=True)
class DutyView:
    """One expert's duty in the published plan, her answer to it, and whether she may know whom she
    reviews.
    """

    duty: Duty
    name: str
    employer: str
    groups: tuple[int, ...]  # numbers as the whole plan has them
    firms: tuple[str, ...] = field(
        repr=False
    )  # for the office and the record; to herself only when `disclosed`
    plan_uid: str
    published_at: datetime | None
    answer: Answer | None
    due: date | None
    disclosed: bool

    @property
    def state(self) -> str:
        return self.answer.answer if self.answer else OPEN


def own(session: Session, expert: str, year: int, today: date) -> DutyView | None:
    """The duty of one expert, for herself; None without a published plan, or without her in it."""
    view = store.published(session, Viewer(expert, Role.EXPERT, expert_id=expert), year)
    return next(iter(_views(session, view, today, expert)), None) if view else None


def everybody(session: Session, viewer: Viewer, year: int, today: date) -> tuple[DutyView, ...]:
    """All duties of the published plan, for staff; of groups that a conflicted member of staff may
    not see, none.
    """
    view = store.published(session, viewer, year) if viewer.is_staff else None
    return _views(session, view, today) if view else ()


def own_book(book: Book, duty: DutyView | None) -> Book:
    """The book as its expert may see it: without a duty no group; before disclosure no name but her
    own.
    """
    if duty is None:
        return replace(book, groups=(), unassigned=())
    if duty.disclosed:
        return book
    return replace(
        book, groups=tuple(_veiled(group, duty.duty.expert) for group in book.groups), unassigned=()
    )


def said(session: Session, viewer: Viewer) -> tuple[tuple[int, Answer], ...]:
    """What an expert has answered, by year, for her copy of her data."""
    query = (
        select(DutyAnswer)
        .where(DutyAnswer.expert == (viewer.expert_id or ""))
        .order_by(DutyAnswer.answered_at)
    )
    return tuple((row.year, _answer(row)) for row in session.scalars(query))


def answer_duty(
    uow: UnitOfWork,
    expert: str,
    year: int,
    fingerprint: str,
    accept: bool,
    reason_kind: str = "",
    reason: str = "",
    away: Iterable[HalfDay] | None = None,
) -> str:
    """接受或谢绝任务. `fingerprint` is the duty that was shown; `away` the half-days that do not
    suit, when it is the time (None: all).

    Declining for the time makes those half-days absences; declining after having accepted stands in
    the record of service.
    """
    view = _present(uow, expert, year)
    if view.duty.fingerprint != fingerprint:
        raise Refusal("stale", "您的任务刚刚有变动，答复没有保存。请看过新的安排再答复。")
    last = max((slot.date for slot in view.duty.half_days), default=None)
    if last is not None and last < uow.today:
        raise Refusal("duty-over", "这项任务已经结束，不能再改答复。")
    if accept:
        reason_kind = reason = ""
        _demand_signature(uow, expert, year)
    else:
        _sound_reason(uow, view, year, reason_kind, reason)
    earlier = view.answer
    # Whoever had accepted and then steps back, whatever is said afterwards, is noted as such.
    backed_out = (
        not accept
        and earlier is not None
        and (earlier.answer == ACCEPTED or earlier.after_accepting)
    )
    if reason_kind == "time":
        _mark_away(uow, view, year, away)
    elif earlier is not None and earlier.reason_kind == "time":
        _save_days(uow, expert, year, lambda known: known - _half_days(view.duty))
    told = (
        ""
        if accept or reason_kind == "recusal"
        else "：".join(part for part in (REASONS[reason_kind], reason.strip()) if part)
    )
    _into_record(uow, view, year, told, backed_out)
    return _store(
        uow,
        _row(uow.session, expert, year, fingerprint)
        or DutyAnswer(year=year, expert=expert, fingerprint=fingerprint),
        {
            "plan_uid": view.plan_uid,
            "answer": ACCEPTED if accept else DECLINED,
            "reason_kind": reason_kind,
            "reason": reason.strip(),
            "after_accepting": backed_out,
            "via": "own" if uow.actor.role is Role.EXPERT else "office",
        },
    )


def _store(uow: UnitOfWork, row: DutyAnswer, values: dict[str, Any]) -> str:
    action = "accept" if values["answer"] == ACCEPTED else "decline"
    if row.id is None:
        for name, value in values.items():
            setattr(row, name, value)
        row.answered_at = uow.now
        return uow.add(row, "o", action, values["reason"]).uid
    with uow.change(row, action, values["reason"]):
        if any(getattr(row, name) != value for name, value in values.items() if name != "plan_uid"):
            row.answered_at = uow.now
            for name, value in values.items():
                setattr(row, name, value)
    return row.uid


def reopen_duty(uow: UnitOfWork, expert: str, year: int, reason: str) -> None:
    """重新征询: every refusal of the year is taken back, so that the expert may be asked and
    planned again.
    """
    demand_reason(reason)
    declined = select(DutyAnswer).where(
        DutyAnswer.expert == expert, DutyAnswer.year == year, DutyAnswer.answer == DECLINED
    )
    rows = uow.session.scalars(declined).all()
    if not rows:
        raise Refusal("not-declined", "这位专家今年没有谢绝过任务。")
    for row in rows:
        with uow.change(row, "reopen", reason):
            row.answer = OPEN


def _present(uow: UnitOfWork, expert: str, year: int) -> DutyView:
    found = own(uow.session, expert, year, uow.today)
    if found is None:
        raise Refusal("no-duty", "现在没有需要答复的评审任务，可能安排已经调整。")
    return found


def _sound_reason(uow: UnitOfWork, view: DutyView, year: int, kind: str, reason: str) -> None:
    if kind not in REASONS:
        raise Refusal("reason-needed", "请选择不能参加的原因。", field="reason_kind")
    if kind == "other":
        demand_reason(reason, "请写明不能参加的原因。", field="reason")
    if kind == "recusal" and not _is_related(uow.session, view, year):
        raise Refusal(
            "declare-first",
            "请先在“回避情形”里登记与哪一家有什么关系，再回来答复。",
            "办法第十六条；政府采购法实施条例第九条",
        )


def _is_related(session: Session, view: DutyView, year: int) -> bool:
    """Whether a relation of hers is on record: with one of these applicants, by any of its names;
    before she may know which they are, with any applicant of the year, so that the answer tells her
    nothing.
    """
    listed = applicant_store.applicants(session, SYSTEM_VIEWER, year)
    former = applicant_store.former_names(session, listed)
    names = [
        name
        for row in listed
        if not view.disclosed or row.fields.name in view.firms
        for name in (row.fields.name, *former[row.uid])
    ]
    directory = Directory((*names, *view.firms), register.known_answers(session), slips=True)
    said = session.scalars(
        select(Conflict.organisation)
        .join(Expert, Expert.id == Conflict.expert_id)
        .where(Expert.uid == view.duty.expert, Conflict.withdrawn_at.is_(None))
    )
    return any(directory.meant(name) for name in said)


def _demand_signature(uow: UnitOfWork, expert: str, year: int) -> None:
    """Who has not promised to keep secrets learns none (办法第十一条)."""
    signed = (
        select(Declaration.id)
        .join(Expert, Expert.id == Declaration.expert_id)
        .where(Expert.uid == expert, Declaration.year == year)
    )
    if uow.session.scalar(signed) is None:
        raise Refusal("not-declared", "请先签署年度声明与保密承诺，再接受任务。", BASIS)


def _mark_away(uow: UnitOfWork, view: DutyView, year: int, away: Iterable[HalfDay] | None) -> None:
    asked = _half_days(view.duty)
    wanted = asked if away is None else asked.intersection(away)
    if not wanted:
        raise Refusal("blank", "请勾选不能参加的时间。", field="away")
    _save_days(uow, view.duty.expert, year, lambda known: known | wanted)


def _save_days(
    uow: UnitOfWork,
    expert: str,
    year: int,
    change: Callable[[frozenset[HalfDay]], frozenset[HalfDay]],
) -> None:
    """Change what the expert's answer about her time says; without an answer there is nothing to
    change.
    """
    known = register_store.availability(uow.session, SYSTEM_VIEWER, expert, year)
    if known.known:
        away = change(frozenset(known.absences))
        register.save_availability(
            uow, expert, year, away, known.text, known.version, known.first, known.last
        )


def _into_record(uow: UnitOfWork, view: DutyView, year: int, told: str, backed_out: bool) -> None:
    """履职记录: a refusal stands with each visit; `told` empty takes it out again.

    What others noted there stays.
    """
    expert = uow.load(Expert, view.duty.expert)
    for firm in view.firms:
        row = uow.session.scalar(
            select(StageRecord).filter_by(
                expert_id=expert.id, year=year, organisation=firm, stage=STAGE
            )
        )
        if row is None and not told:
            continue
        base = (
            StageFields(year, firm, STAGE)
            if row is None
            else StageFields(**{item.name: getattr(row, item.name) for item in fields(StageFields)})
        )
        noted = base.note.startswith(REFUSED)
        register.note_stage(
            uow,
            expert.uid,
            replace(
                base,
                attendance=EXCUSED
                if told and not backed_out
                else ""
                if noted and base.attendance == EXCUSED
                else base.attendance,
                declined=bool(told) and backed_out,
                note=REFUSED + told if told else "" if noted else base.note,
            ),
        )


def _row(session: Session, expert: str, year: int, fingerprint: str) -> DutyAnswer | None:
    return session.scalar(
        select(DutyAnswer).filter_by(expert=expert, year=year, fingerprint=fingerprint)
    )


def _views(
    session: Session, view: PlanView, today: date, expert: str | None = None
) -> tuple[DutyView, ...]:
    policy = year_store.year(session, SYSTEM_VIEWER, view.row.year).fields.policy
    query = select(DutyAnswer).where(DutyAnswer.year == view.row.year)
    said = {
        (row.expert, row.fingerprint): row
        for row in session.scalars(
            query if expert is None else query.where(DutyAnswer.expert == expert)
        )
    }
    published = local_day(view.row.published_at) if view.row.published_at else today
    found = []
    for member, duty in duties(view.problem, view.plan).items():
        if expert is not None and member != expert:
            continue
        row = said.get((member, duty.fingerprint))
        person = view.names.person(member)
        found.append(
            DutyView(
                duty,
                person.name,
                person.employer,
                tuple(
                    number + 1 if view.numbers is None else view.numbers[number]
                    for number in duty.groups
                ),
                tuple(view.names.firm(case).name for case in duty.cases),
                view.row.uid,
                view.row.published_at,
                _answer(row) if row else None,
                published + timedelta(days=policy.answer_days),
                disclosed(row.answer if row else OPEN, policy.disclose_from, today),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.groups, not one.duty.leader, one.name)))


def _answer(row: DutyAnswer) -> Answer:
    return Answer(
        row.answer, row.reason_kind, row.reason, row.after_accepting, row.answered_at, row.via
    )


def _veiled(group: GroupEntry, expert: str) -> GroupEntry:
    """When, but not whom, where exactly, or with whom."""
    seats = tuple(
        replace(seat, standbys=(), reasons=(), needs=())
        for seat in group.seats
        if seat.person.id == expert
    )
    return replace(
        group,
        seats=seats,
        visits=tuple(replace(visit, firm=SOMEBODY, travel_minutes=None) for visit in group.visits),
    )


def _half_days(duty: Duty) -> frozenset[HalfDay]:
    return frozenset(HalfDay(slot.date, slot.half) for slot in duty.half_days)

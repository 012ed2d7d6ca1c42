"""通知用例: who is to be asked, reminded, offered a duty or told of a change.

Each puts messages into the outbox; people hand them over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.duty import ACCEPTED, OPEN, Duty
from award.applicants import store as applicant_store
from award.duties import duties
from award.duties.duties import DutyView
from award.groups.core.book import day_zh
from award.groups.tables import DutyAnswer
from expert_pool import dossier, register
from expert_pool import store as register_store
from expert_pool.core import messages
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.halfday import HALF_ZH
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.store import ExpertRow, YearState
from expert_pool.tables import Expert, Message, YearlyRound

ASK_DAYS = 14


def lacking(state: YearState, last_listed: datetime | None) -> tuple[str, ...]:
    """What an expert still owes before she can be assigned; nothing for somebody who is suspended.

    `last_listed`: when the newest applicant joined the list (award.applicants.store); who answered
    before that is asked again.
    """
    if state.suspended:
        return ()
    owed = (
        ("年度声明", not state.declared),
        ("回避申报", state.declared and state.answered_at is None),
        (
            "补充回避申报（名单有新增）",
            state.answered_at is not None
            and last_listed is not None
            and last_listed > state.answered_at,
        ),
        ("可参加时间", not state.availability_known),
    )
    return tuple(words for words, lacks in owed if lacks)


def ask(
    uow: UnitOfWork, year: int, experts: Iterable[str] | None = None, note: str = ""
) -> tuple[str, ...]:
    """发起征集: to the named experts, else to everybody in use; opens the round when it was not.

    Who has left the pool is not asked.
    """
    due = _due(uow.session, year)
    if due is None:
        due = uow.today + timedelta(days=ASK_DAYS)
        register.open_round(uow, year, due)
    rows = _chosen(uow, year, experts, lambda row: not row.state.suspended)
    return _write(
        uow,
        year,
        "ask",
        [(row.uid, messages.ask(row.fields.name, year, due), "") for row in rows],
        note,
    )


def remind(
    uow: UnitOfWork, year: int, experts: Iterable[str] | None = None, note: str = ""
) -> tuple[str, ...]:
    """催办: everybody (of those named) who has not signed, not answered the list as it is now, or
    not told her free days.
    """
    due, listed = _due(uow.session, year), applicant_store.last_listed(uow.session, year)
    rows = _chosen(uow, year, experts, lambda row: bool(lacking(row.state, listed)))
    late = due is None or due < uow.today
    texts = [
        (
            row.uid,
            messages.remind(row.fields.name, lacking(row.state, listed), None if late else due),
            "",
        )
        for row in rows
    ]
    return _write(uow, year, "remind", texts, note)


def offer(
    uow: UnitOfWork, year: int, experts: Iterable[str] | None = None, note: str = ""
) -> tuple[str, ...]:
    """任务通知: to everybody whose duty is unanswered; and to those who had a duty and have none
    any more, that it is off.
    """
    present = duties.everybody(uow.session, SYSTEM_VIEWER, year, uow.today)
    if not present:
        raise Refusal("not-published", f"{year} 年度还没有已发布的方案，没有可以通知的任务。")
    known = {
        row.expert
        for row in uow.session.scalars(
            select(DutyAnswer).where(DutyAnswer.year == year, DutyAnswer.answer == ACCEPTED)
        )
    }
    wanted = None if experts is None else set(experts)
    due = max(uow.today + timedelta(days=1), present[0].due or uow.today)
    written: list[str] = []
    for kind in ("offer", "change"):
        texts = [
            (one.duty.expert, _offered(one, due, kind == "change"), one.duty.fingerprint)
            for one in present
            if one.state == OPEN
            and (one.duty.expert in known) is (kind == "change")
            and (wanted is None or one.duty.expert in wanted)
        ]
        written += _write(uow, year, kind, texts, note)
    return (
        *written,
        *_cancelled(uow, year, known - {one.duty.expert for one in present}, wanted, note),
    )


def when_words(duty: Duty) -> str:
    """9月7日（周一）全天、9月8日（周二）上午."""
    days: dict[date, list[str]] = {}
    for slot in duty.half_days:
        days.setdefault(slot.date, []).append(HALF_ZH[slot.half])
    return "、".join(
        day_zh(day) + ("全天" if len(halves) == 2 else halves[0]) for day, halves in days.items()
    )


def _offered(one: DutyView, due: date, changed: bool) -> str:
    return messages.offer(
        one.name, one.duty.leader, when_words(one.duty) or "时间另行通知", due, changed
    )


def _cancelled(
    uow: UnitOfWork, year: int, gone: set[str], wanted: set[str] | None, note: str
) -> tuple[str, ...]:
    """Told once: whoever has had the message since the acceptance is left alone."""
    told = (
        select(Expert.uid)
        .join(Message, Message.expert_id == Expert.id)
        .where(Message.year == year, Message.kind == "cancel")
    )
    left = gone - set(uow.session.scalars(told))
    names = dict(
        uow.session.execute(select(Expert.uid, Expert.name).where(Expert.uid.in_(left))).all()
    )
    texts = [
        (uid, messages.cancel(name), "")
        for uid, name in sorted(names.items())
        if wanted is None or uid in wanted
    ]
    return _write(uow, year, "cancel", texts, note)


def _write(
    uow: UnitOfWork, year: int, kind: str, texts: Iterable[tuple[str, str, str]], note: str
) -> tuple[str, ...]:
    """No text may name an applicant of the year, whoever wrote which part of it."""
    never = [
        row.fields.name for row in applicant_store.applicants(uow.session, SYSTEM_VIEWER, year)
    ]
    return tuple(
        register.write_message(
            uow, expert, year, kind, messages.with_note(text, note), never, about
        )
        for expert, text, about in texts
    )


def _chosen(
    uow: UnitOfWork, year: int, experts: Iterable[str] | None, fits: Callable[[ExpertRow], bool]
) -> tuple[ExpertRow, ...]:
    wanted = None if experts is None else set(experts)
    rows = register_store.experts(uow.session, SYSTEM_VIEWER, year, uow.today)
    standing = dossier.states(uow.session, SYSTEM_VIEWER, uow.today)
    return tuple(
        row
        for row in rows
        if dossier.to_be_asked(standing, row.uid)
        and fits(row)
        and (wanted is None or row.uid in wanted)
    )


def _due(session: Session, year: int) -> date | None:
    return session.scalar(select(YearlyRound.due_on).where(YearlyRound.year == year))

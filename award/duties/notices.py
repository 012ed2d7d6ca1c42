"""通知用例: who is to be asked, reminded, offered a duty or told of a change.

Each puts messages into the outbox; people hand them over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants import store as applicant_store
from award.duties import differences, duties
from expert_pool import dossier, register
from expert_pool import store as register_store
from expert_pool.core import messages
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.store import ExpertRow, YearState
from expert_pool.tables import YearlyRound

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
    """任务通知，按差别: to those whose duty is not what they were last told, and to those who had
    one and have none any more. Nobody else is written to (`differences`).
    """
    _demand_published(uow, year)
    return _letters(
        uow, year, differences.pending(uow.session, SYSTEM_VIEWER, year, uow.today), experts, note
    )


def press(
    uow: UnitOfWork, year: int, experts: Iterable[str] | None = None, note: str = ""
) -> tuple[str, ...]:
    """催答复: the same letter again to those who have had it and have not answered."""
    _demand_published(uow, year)
    silent = differences.unanswered(uow.session, SYSTEM_VIEWER, year, uow.today)
    return _letters(uow, year, silent, experts, note)


def _demand_published(uow: UnitOfWork, year: int) -> None:
    if not duties.everybody(uow.session, SYSTEM_VIEWER, year, uow.today):
        raise Refusal("not-published", f"{year} 年度还没有已发布的方案，没有可以通知的任务。")


def _letters(
    uow: UnitOfWork,
    year: int,
    letters: Iterable[differences.Letter],
    experts: Iterable[str] | None,
    note: str,
) -> tuple[str, ...]:
    wanted = None if experts is None else set(experts)
    chosen = [one for one in letters if wanted is None or one.expert in wanted]
    return tuple(
        uid
        for kind in ("offer", "change", "cancel")
        for uid in _write(
            uow,
            year,
            kind,
            [(one.expert, _text(uow, one), one.about) for one in chosen if one.kind == kind],
            note,
        )
    )


def _text(uow: UnitOfWork, one: differences.Letter) -> str:
    if one.view is None:
        return messages.cancel(one.name)
    if one.leader_only:
        return messages.leader_changed(one.name)
    due = max(uow.today + timedelta(days=1), one.view.due or uow.today)
    when = differences.when_words(one.view.duty) or "时间另行通知"
    return messages.offer(one.name, one.view.duty.leader, when, due, one.kind == "change")


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

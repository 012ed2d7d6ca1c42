"""征集与发件箱用例: the yearly round, messages that wait until a person hands them over, and
requests about one's own data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core import messages
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.tables import Expert, Message, YearlyRound


def open_round(uow: UnitOfWork, year: int, due_on: date) -> str:
    """开始或延长年度征集: answers are asked for until `due_on`; a closed round opens again."""
    row = uow.session.scalar(select(YearlyRound).where(YearlyRound.year == year))
    if row is None:
        return uow.add(
            YearlyRound(year=year, due_on=due_on, opened_at=uow.now, close_reason=""), "q", "open"
        ).uid
    with uow.change(row, "reopen" if row.closed_at else "extend"):
        row.due_on, row.closed_at, row.close_reason = due_on, None, ""
    return row.uid


def close_round(uow: UnitOfWork, uid: str, version: int, reason: str = "") -> int:
    """截止征集: experts can no longer change their free days themselves; conflicts may be reported
    at any time.
    """
    row = uow.load(YearlyRound, uid, version)
    with uow.change(row, "close", reason):
        row.closed_at, row.close_reason = row.closed_at or uow.now, reason.strip()
    return row.version


def demand_open_round(session: Session, year: int) -> None:
    """Raises Refusal `round-closed` once the office has closed the year's round.

    A year without a round is open.
    """
    if session.scalar(select(YearlyRound.closed_at).where(YearlyRound.year == year)) is not None:
        raise Refusal(
            "round-closed", "可用时间的征集已经截止，没有保存。时间有变请联系审定办，由审定办登记。"
        )


def write_message(
    uow: UnitOfWork,
    expert_uid: str,
    year: int,
    kind: str,
    text: str,
    never: Iterable[str],
    about: str = "",
) -> str:
    """拟通知: into the outbox. Refuses a text that names one of the organisations of `never`.

    A message of the same kind that still waits for the same person is replaced: nobody gets two.
    """
    if kind not in messages.KINDS:
        raise ValueError(f"no such kind of message: {kind}")
    named = messages.named_in(text, never)
    if named:
        raise Refusal(
            "names-applicant",
            f"通知里不能出现申报组织的名称（{named}）。专家接受任务后，在自己的页面上看。",
            "办法第十六条",
        )
    expert = uow.load(Expert, expert_uid)
    same = (
        Message.expert_id == expert.id,
        Message.year == year,
        Message.kind == kind,
        Message.status == "waiting",
    )
    waiting = uow.session.scalar(select(Message).where(*same))
    if waiting is not None:
        with uow.change(waiting, "rewrite"):
            waiting.text, waiting.about = text, about
        return waiting.uid
    row = Message(
        expert_id=expert.id,
        year=year,
        kind=kind,
        text=text,
        about=about,
        status="waiting",
        created_at=uow.now,
    )
    row.created_by, row.channel, row.sent_by, row.link_uid = uow.actor.id, "", "", ""
    return uow.add(row, "n", "write").uid


def mark_sent(uow: UnitOfWork, uid: str, channel: str, link_uid: str = "") -> None:
    """交付通知 to a channel: how, by whom, with which link.

    What was handed over may be handed over again.
    """
    row = uow.load(Message, uid)
    if row.status == "dropped":
        raise Refusal("wrong-status", "这则通知已经作废。")
    with uow.change(row, "send"):
        row.status, row.channel, row.sent_at, row.sent_by, row.link_uid = (
            "sent",
            channel,
            uow.now,
            uow.actor.id,
            link_uid,
        )


def drop_message(uow: UnitOfWork, uid: str, version: int) -> int:
    """作废 a message that was not sent."""
    row = uow.load(Message, uid, version)
    if row.status == "sent":
        raise Refusal("wrong-status", "这则通知已经交付，不能作废。")
    with uow.change(row, "drop"):
        row.status = "dropped"
    return row.version


def request_erasure(uow: UnitOfWork, expert_uid: str, year: int, reason: str) -> None:
    """要求删除个人信息（个人信息保护法第四十七条）: noted for the office to answer; asking erases
    nothing.
    """
    uow.load(Expert, expert_uid)
    uow.record(
        "request",
        "erasure_request",
        expert_uid,
        None,
        {"year": year, "text": reason.strip()},
        reason.strip(),
    )


def answer_erasure(uow: UnitOfWork, expert_uid: str, year: int, answer: str) -> None:
    """答复删除要求: what was done, or why it must be kept; the expert reads it on her page."""
    uow.load(Expert, expert_uid)
    demand_reason(answer, "请写明怎样办理的，本人会看到。", "个人信息保护法第五十条")
    uow.record(
        "answer",
        "erasure_request",
        expert_uid,
        None,
        {"year": year, "text": answer.strip()},
        answer.strip(),
    )

"""往来的读取: the yearly round, the outbox, and what experts ask about their own data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.audit import AuditContent, AuditEntry
from expert_pool.tables import Declaration, Expert, Message, PersonalLink, YearlyRound

MOST = 1000
_ADDRESSED = select(Message, Expert.uid, Expert.name, Expert.zzd_account).join(
    Expert, Expert.id == Message.expert_id
)


@dataclass(frozen=True)
class RoundView:
    """年度征集; `uid` empty: not opened yet."""

    year: int
    uid: str = ""
    version: int = 0
    due_on: date | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def closed(self) -> bool:
        return self.closed_at is not None


@dataclass(frozen=True)
class MessageView:
    """一则通知 as the office sees it: the text as stored, without a link."""

    uid: str
    version: int
    expert_uid: str
    name: str
    kind: str
    text: str
    status: str
    channel: str
    created_at: datetime
    sent_at: datetime | None
    account: str  # of 浙政钉, empty when none is known


@dataclass(frozen=True)
class LinkState:
    """What became of the links of an expert that are still good: when the newest went out, and
    whether any was opened.
    """

    sent_at: datetime
    opened_at: datetime | None


@dataclass(frozen=True)
class ErasureRequest:
    """删除个人信息的要求; `answer` empty: still to be answered."""

    expert_uid: str
    name: str
    asked_at: datetime
    reason: str
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True)
class Signature:
    """一次签署: which text, by its digest, when and through what."""

    year: int
    text_version: str
    text_sha256: str
    signed_at: datetime
    signed_via: str


def signatures(session: Session, viewer: Viewer) -> tuple[Signature, ...]:
    """Her own signatures, for her copy of her data."""
    query = (
        select(Declaration)
        .join(Expert, Expert.id == Declaration.expert_id)
        .where(Expert.uid == (viewer.expert_id or ""))
    )
    return tuple(
        Signature(row.year, row.text_version, row.text_sha256, row.signed_at, row.signed_via)
        for row in session.scalars(query.order_by(Declaration.year))
    )


def round_of(session: Session, year: int) -> RoundView:
    row = session.scalar(select(YearlyRound).where(YearlyRound.year == year))
    if row is None:
        return RoundView(year)
    return RoundView(year, row.uid, row.version, row.due_on, row.opened_at, row.closed_at)


def outbox(
    session: Session, viewer: Viewer, year: int, *, status: str = "", kind: str = ""
) -> tuple[MessageView, ...]:
    """发件箱, newest first; for staff only, without what names whom they must keep away from."""
    if not viewer.is_staff:
        return ()
    query = _ADDRESSED.where(Message.year == year)
    if status:
        query = query.where(Message.status == status)
    if kind:
        query = query.where(Message.kind == kind)
    return tuple(
        _view(*row)
        for row in session.execute(query.order_by(Message.id.desc()).limit(MOST))
        if not viewer.told_of(row[0].text)
    )


def counts(session: Session, viewer: Viewer, year: int) -> dict[str, int]:
    """How many messages are in which state."""
    if not viewer.is_staff:
        return {}
    if viewer.hidden:  # counted among what is shown
        return Counter(one.status for one in outbox(session, viewer, year))
    return dict(
        session.execute(
            select(Message.status, func.count())
            .where(Message.year == year)
            .group_by(Message.status)
        ).all()
    )


def messages_by_uid(
    session: Session, viewer: Viewer, uids: tuple[str, ...]
) -> tuple[MessageView, ...]:
    """Named messages, in the order of the experts' names.

    Refuses `not-found` when one of them is unknown.
    """
    query = _ADDRESSED.where(Message.uid.in_(uids))
    found = (
        [
            _view(*row)
            for row in session.execute(query.order_by(Expert.pinyin, Message.id))
            if not viewer.told_of(row[0].text)
        ]
        if viewer.is_staff
        else []
    )
    if len(found) != len(set(uids)):
        raise Refusal("not-found", "没有找到这则通知，可能已经作废。")
    return tuple(found)


def links(session: Session, viewer: Viewer, now: datetime) -> dict[str, LinkState]:
    """Of every expert who holds a link that is still good."""
    if not viewer.is_staff:
        return {}
    query = (
        select(Expert.uid, func.max(PersonalLink.created_at), func.max(PersonalLink.used_at))
        .join(PersonalLink, PersonalLink.expert_id == Expert.id)
        .where(
            PersonalLink.purpose == "self",
            PersonalLink.revoked_at.is_(None),
            PersonalLink.expires_at > now,
        )
        .group_by(Expert.uid)
    )
    return {row[0]: LinkState(row[1], row[2]) for row in session.execute(query)}


def erasures(
    session: Session, viewer: Viewer, *, expert: str | None = None
) -> tuple[ErasureRequest, ...]:
    """Requests to erase, the unanswered first: all of them for staff, one's own for an expert."""
    if not viewer.is_staff:
        expert = viewer.expert_id or ""
    query = (
        select(
            AuditEntry.action, AuditEntry.at, AuditEntry.object_id, AuditContent.after, Expert.name
        )
        .join(Expert, Expert.uid == AuditEntry.object_id)
        .outerjoin(AuditContent, AuditContent.entry_id == AuditEntry.id)
        .where(AuditEntry.kind == "erasure_request")
        .order_by(AuditEntry.id)
    )
    found: dict[str, ErasureRequest] = {}
    for action, at, uid, after, name in session.execute(
        query if expert is None else query.where(AuditEntry.object_id == expert)
    ):
        text, when = (json.loads(after)["text"] if after else ""), datetime.fromisoformat(at)
        if action == "request":
            found[uid] = ErasureRequest(uid, name, when, text, None, "")
        elif uid in found:
            asked = found[uid]
            found[uid] = ErasureRequest(uid, name, asked.asked_at, asked.reason, when, text)
    return tuple(
        sorted(found.values(), key=lambda one: (one.answered_at is not None, one.asked_at))
    )


def _view(row: Message, expert_uid: str, name: str, account: str | None) -> MessageView:
    told = (row.kind, row.text, row.status, row.channel, row.created_at, row.sent_at)
    return MessageView(row.uid, row.version, expert_uid, name, *told, account or "")

"""登录与个人链接用例: what a token opens. It comes in as its SHA-256 and is kept so, with an end;
whoever holds it is let in until then.

Reads take the database session, writes the unit of work. Who may call what is decided above
(api/kit/access.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from api.identity.holder import Holder, account_number, expert_number, holder_of
from api.identity.tables import Account, LoginSession
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork, describe, digest_of
from expert_pool.ledger.audit import instant
from expert_pool.tables import Appointment, Expert, PersonalLink

# Sessions are forgotten a day after their end, attempts to log in the day after; the log keeps
# that they were.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class LiveSession:
    """A session that has not been ended; whether it is too old is the reader's question."""

    uid: str
    holder: Holder
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    factor: bool = False  # whether the account has a second factor


@dataclass(frozen=True)
class LinkEntry:
    """A personal link as the secretariat sees it: never the token."""

    uid: str
    purpose: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


# --- sessions
# --------------------------------------------------------------------------------------------------


def open_session(
    uow: UnitOfWork,
    holder: Holder,
    token_sha256: str,
    expires_at: datetime,
    address: str,
    user_agent: str,
) -> str:
    """登录; the session's public id."""
    uow.session.execute(delete(LoginSession).where(LoginSession.expires_at < uow.now - KEPT))
    uid = uow.new_uid("s")
    row = LoginSession(
        token_sha256=token_sha256,
        uid=uid,
        created_at=uow.now,
        seen_at=uow.now,
        expires_at=expires_at,
        address=address,
    )
    row.user_agent = user_agent
    if holder.role is Role.EXPERT:
        row.expert_id = expert_number(uow.session, holder.uid)
    else:
        row.account_id = account_number(uow.session, holder.uid)
    uow.session.add(row)
    told = {"token_sha256": digest_of(token_sha256), "expires_at": instant(expires_at)}
    told |= {"holder": holder.uid, "address": address}
    uow.record("log-in", "session", uid, None, told)
    return uid


def _dismissed(expert_id: Any) -> ColumnElement[bool]:
    """解聘的: her links, sessions and calendar open nothing from that moment, until she is
    appointed anew; her own data she asks for by letter.
    """
    ended, later = aliased(Appointment), aliased(Appointment)
    anew = exists().where(later.expert_id == ended.expert_id, later.first > ended.ended_on)
    return exists().where(ended.expert_id == expert_id, ended.end_kind == "dismiss", ~anew)


# Asked at every request, therefore put together once.
_BEHIND = (
    select(LoginSession, Account, Expert.uid, Expert.name, _dismissed(LoginSession.expert_id))
    .outerjoin(Account, Account.id == LoginSession.account_id)
    .outerjoin(Expert, Expert.id == LoginSession.expert_id)
    .where(LoginSession.token_sha256 == bindparam("token"), LoginSession.ended_at.is_(None))
)


def find_session(session: Session, token_sha256: str) -> LiveSession | None:
    """The session behind a token; None when it is unknown, ended, or its account disabled."""
    found = session.execute(_BEHIND, {"token": token_sha256}).first()
    if found is None:
        return None
    row, account, expert, name, dismissed = found
    if account is None:
        return None if dismissed else _live(row, Holder(expert, name, Role.EXPERT))
    if account.disabled_at is not None:
        return None
    return replace(
        _live(row, holder_of(account)),
        factor=bool(account.totp_secret),
    )


def sessions_of(session: Session, holder: Holder, now: datetime) -> tuple[LiveSession, ...]:
    """One's own living sessions, newest first."""
    query = select(LoginSession).where(
        _owned(session, holder), LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    return tuple(
        _live(row, holder)
        for row in session.scalars(query.order_by(LoginSession.created_at.desc(), LoginSession.uid))
    )


def touch_session(uow: UnitOfWork, session_uid: str) -> None:
    """Seen now; a clock that went back never makes a session younger or older."""
    query = update(LoginSession).where(
        LoginSession.uid == session_uid, LoginSession.seen_at < uow.now
    )
    uow.session.execute(query.values(seen_at=uow.now))


def end_session(uow: UnitOfWork, holder: Holder, session_uid: str) -> None:
    """Refuses `not-found` for a session that is not one's own."""
    row = uow.session.scalar(
        select(LoginSession).where(LoginSession.uid == session_uid, _owned(uow.session, holder))
    )
    if row is None or row.ended_at is not None:
        raise Refusal("not-found", "没有这个登录，或者它已经结束。")
    row.ended_at = uow.now
    uow.record("log-out", "session", session_uid, None, None)


def end_all_sessions(uow: UnitOfWork, account_uid: str) -> int:
    """All sessions of an account; how many were still open."""
    return _end_where(
        uow, LoginSession.account_id == account_number(uow.session, account_uid), account_uid
    )


def end_everywhere(uow: UnitOfWork, holder: Holder) -> int:
    """处处退出: all of one's own sessions."""
    return _end_where(uow, _owned(uow.session, holder), holder.uid)


def _end_where(uow: UnitOfWork, owned: ColumnElement[bool], holder_uid: str) -> int:
    open_ones = select(LoginSession).where(owned, LoginSession.ended_at.is_(None))
    rows: Sequence[LoginSession] = uow.session.scalars(open_ones).all()
    for row in rows:
        row.ended_at = uow.now
    if rows:
        uow.record("log-out-everywhere", "session", holder_uid, None, {"sessions": len(rows)})
    return len(rows)


def _owned(session: Session, holder: Holder) -> ColumnElement[bool]:
    if holder.role is Role.EXPERT:
        return LoginSession.expert_id == expert_number(session, holder.uid)
    return LoginSession.account_id == account_number(session, holder.uid)


def _live(row: LoginSession, holder: Holder) -> LiveSession:
    return LiveSession(
        row.uid, holder, row.created_at, row.seen_at, row.expires_at, row.address, row.user_agent
    )


# --- personal links
# --------------------------------------------------------------------------------------------------


def issue_link(
    uow: UnitOfWork,
    purpose: str,
    expert_uid: str,
    token_sha256: str,
    expires_at: datetime,
    living: int = 1,
) -> str:
    """发放个人链接; of the same purpose only the newest `living` stay good.

    One: a lost link is answered by a new one.
    """
    expert_id = expert_number(uow.session, expert_uid)
    earlier = uow.session.scalars(
        select(PersonalLink)
        .where(*_living(expert_id, purpose, uow.now))
        .order_by(PersonalLink.id.desc())
    ).all()
    for link in earlier[living - 1 :]:
        _revoke(uow, link)
    if purpose == "self" and earlier[living - 1 :]:  # whoever holds the old one is out at once
        _end_where(uow, LoginSession.expert_id == expert_id, expert_uid)
    link = PersonalLink(
        uid=uow.new_uid("l"),
        token_sha256=token_sha256,
        expert_id=expert_id,
        purpose=purpose,
        created_at=uow.now,
        created_by=uow.actor.id,
        expires_at=expires_at,
    )
    uow.session.add(link)
    uow.session.flush()
    told = {name: value for name, value in describe(link).items() if name != "used_at"}
    uow.record("issue", "personal-link", link.uid, None, told | {"expert": expert_uid})
    return link.uid


def revoke_link(uow: UnitOfWork, expert_uid: str, link_uid: str) -> None:
    """停用个人链接, and the sessions it may have opened."""
    expert_id = expert_number(uow.session, expert_uid)
    link = uow.session.scalar(
        select(PersonalLink).where(
            PersonalLink.uid == link_uid, PersonalLink.expert_id == expert_id
        )
    )
    if link is None:
        raise Refusal("not-found", "没有这个链接。")
    if link.revoked_at is None:
        _revoke(uow, link)
        if link.purpose == "self":
            _end_where(uow, LoginSession.expert_id == expert_id, expert_uid)


def find_link(session: Session, purpose: str, token_sha256: str, now: datetime) -> Holder | None:
    """Whose living link this is; None when unknown, expired or revoked."""
    query = (
        select(Expert.uid, Expert.name)
        .join(PersonalLink, PersonalLink.expert_id == Expert.id)
        .where(PersonalLink.token_sha256 == token_sha256, PersonalLink.purpose == purpose)
        .where(PersonalLink.revoked_at.is_(None), PersonalLink.expires_at > now)
        .where(~_dismissed(PersonalLink.expert_id))
    )
    found = session.execute(query).first()
    return None if found is None else Holder(found[0], found[1], Role.EXPERT)


def link_end(session: Session, token_sha256: str) -> datetime:
    """Until when a link is good; no session that it opens lasts longer."""
    query = select(PersonalLink.expires_at).where(PersonalLink.token_sha256 == token_sha256)
    return session.scalars(query).one()


def note_use(uow: UnitOfWork, token_sha256: str) -> None:
    uow.session.execute(
        update(PersonalLink)
        .where(PersonalLink.token_sha256 == token_sha256)
        .values(used_at=uow.now)
    )


def links_of(session: Session, expert_uid: str) -> tuple[LinkEntry, ...]:
    query = select(PersonalLink).where(PersonalLink.expert_id == expert_number(session, expert_uid))
    rows = session.scalars(query.order_by(PersonalLink.created_at.desc(), PersonalLink.uid))
    return tuple(
        LinkEntry(row.uid, row.purpose, row.created_at, row.expires_at, row.revoked_at, row.used_at)
        for row in rows
    )


def _living(expert_id: int, purpose: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PersonalLink.expert_id == expert_id,
        PersonalLink.purpose == purpose,
        PersonalLink.revoked_at.is_(None),
        PersonalLink.expires_at > now,
    )


def _revoke(uow: UnitOfWork, link: PersonalLink) -> None:
    link.revoked_at = uow.now
    link.version += 1
    told = {"purpose": link.purpose, "revoked_at": instant(uow.now), "version": link.version}
    uow.record("revoke", "personal-link", link.uid, None, told)

"""登录用例: accounts, sessions and personal links as use cases; tokens come in hashed, passwords
only to be hashed.

Reads take the database session, writes the unit of work. Who may call what is decided above
(api/kit/access.py).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from api.identity import passwords
from api.identity.tables import Account, LoginAttempt, LoginSession, RecoveryCode
from expert_pool.core.actor import Actor, Role
from expert_pool.core.organisation import alike_in_sound
from expert_pool.core.person import alike_to_the_eye, name_key
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.signs import folded
from expert_pool.ledger import UnitOfWork, describe, digest_of
from expert_pool.ledger.audit import Anchor, AuditContent, AuditEntry, Broken, instant, verify
from expert_pool.ledger.reconcile import reconcile
from expert_pool.tables import Appointment, Expert, PersonalLink

# Sessions are forgotten a day after their end, attempts the day after; the log keeps that they
# were.
KEPT = timedelta(days=1)
# Of an account, what its own entries do not tell.
BESIDE = {"conflicts", "totp_step"}
STAFF = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.ADMIN)


@dataclass(frozen=True)
class Holder:
    """The person a session belongs to: a staff account or an expert (by public id)."""

    uid: str
    name: str
    role: Role
    known_as: frozenset[str] = frozenset()  # her other accounts, none of them living
    alone: bool = False  # one administrator alone gave the way into the account

    @property
    def actor(self) -> Actor:
        return Actor(self.uid, self.name, self.role, known_as=self.known_as, alone=self.alone)


@dataclass(frozen=True)
class Credentials:
    """What log-in compares."""

    holder: Holder
    password_hash: str
    disabled: bool
    factor: str = ""  # sealed secret of the second factor; empty: none
    last_step: int | None = None


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
class AccountEntry:
    """账号 as the administrator sees it."""

    uid: str
    version: int
    login: str
    name: str
    role: Role
    disabled: bool
    created_at: datetime
    second_factor: bool = False
    proposed_by: str = ""  # waits for another administrator than this one
    invited: bool = False  # has a one-time link and no password yet
    let_in_by: str = ""  # is nobody's second person until another administrator confirms it


@dataclass(frozen=True)
class LinkEntry:
    """A personal link as the secretariat sees it: never the token."""

    uid: str
    purpose: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


# --- accounts
# --------------------------------------------------------------------------------------------------


# Letters of other scripts that look like these would make two accounts look like one.
LOGIN = re.compile(r"[a-z0-9._\-]{1,64}")
NAME = re.compile(
    r"[ 0-9A-Za-z\u00c0-\u024f\u3007\u3400-\u9fff\U00020000-\U0003ffff·•・‧.()〔〕\-]+"
)


def fold(login: str) -> str:
    """A login name as it is kept: full-width letters, as a Chinese keyboard types them, are the
    plain ones.
    """
    return folded(login).strip()


def create_account(
    uow: UnitOfWork,
    login: str,
    name: str,
    role: Role,
    password: str,
    demo: bool = False,
    uid: str = "",
) -> str:
    """开立账号 with a password that is known to whoever calls this: for the demonstration. Gives
    its public id.

    Everybody else's is opened by `joining.enter`; no account exists by default.
    """
    account = _sound_account(uow, login, name, role)
    account.demo, account.uid = demo, uid
    account.password_hash = passwords.checked_hash(password, account.login)
    account.password_set_at = uow.now
    return _entered(uow, account)


def new_account(uow: UnitOfWork, login: str, name: str, role: Role, proposed_by: str = "") -> str:
    """An account nobody can log in to yet. Two living accounts never have one name: it is by the
    name that people see who did what.
    """
    account = _sound_account(uow, login, name, role)
    account.proposed_by = proposed_by
    return _entered(uow, account)


def _sound_account(uow: UnitOfWork, login: str, name: str, role: Role) -> Account:
    login = fold(login)
    if role not in STAFF or not login or not name:
        raise Refusal(
            "invalid-account", "账号须有登录名、姓名，角色须是经办、负责人、监督或系统管理之一。"
        )
    if not LOGIN.fullmatch(login):
        raise Refusal(
            "bad-login",
            "登录名只用英文字母、数字、点、下划线和短横，不超过 64 个字符；姓名写在姓名一栏。",
            field="login",
        )
    if uow.session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise Refusal("login-taken", f"登录名 {login} 已有人使用，请换一个。")
    if not NAME.fullmatch(folded(name)) or not name_key(name):
        raise Refusal(
            "bad-name",
            "姓名只用汉字、英文字母、数字、间隔号、括号和空格；别的文字的字母有的看起来一样，不能用。",
            field="name",
        )
    _demand_own_name(uow.session, name)
    known = _known_as(uow.session, name)
    return Account(
        login=login,
        name=name,
        role=role.value,
        password_hash="",
        created_at=uow.now,
        version=1,
        known_as=known,
    )


def _entered(uow: UnitOfWork, account: Account) -> str:
    account.uid = account.uid or uow.new_uid("a")
    uow.session.add(account)
    uow.session.flush()
    uow.record("create", "account", account.uid, None, _state(uow.session, account))
    return account.uid


def _state(session: Session, account: Account) -> dict[str, Any]:
    """The account as the log keeps it: also what it is opened with, as digests. Its conflicts have
    entries of their own; the step of the last code changes at every log-in.
    """
    said = {name: value for name, value in describe(account).items() if name not in BESIDE}
    return said | {"codes": _codes(session, account)}


def _codes(session: Session, account: Account) -> str:
    """The digest of an account's recovery codes, and of which of them are used."""
    codes = session.execute(
        select(RecoveryCode.code_sha256, RecoveryCode.used_at)
        .where(RecoveryCode.account_id == account.id)
        .order_by(RecoveryCode.code_sha256)
    )
    return digest_of(str([(code, used is None) for code, used in codes]))


@contextmanager
def changing(uow: UnitOfWork, account: Account, action: str, reason: str = "") -> Iterator[None]:
    """One version up, and one entry in the log with the account before and after the block."""
    before = _state(uow.session, account)
    yield
    account.version += 1
    uow.session.flush()
    uow.record(action, "account", account.uid, before, _state(uow.session, account), reason)


def _demand_own_name(session: Session, name: str) -> None:
    living = select(Account.name, Account.login).where(Account.disabled_at.is_(None))
    for other, login in session.execute(living):
        if _one_name(other, name):
            raise Refusal(
                "name-taken",
                f"已有在用的账号叫“{other}”（{login}），两个名字一样，或者读音、字形分不清。"
                "一人只能有一个账号；确是两个人，请在姓名后写明科室。",
                field="name",
            )


def _one_name(one: str, other: str) -> bool:
    """Whether people who read the two take them for one: typed otherwise, in traditional
    characters, of one sound, or alike to the eye.
    """
    a, b = name_key(one), name_key(other)
    return a == b or alike_in_sound(a, b) or alike_to_the_eye(a, b)


def _known_as(session: Session, name: str, but: str = "") -> str:
    """Accounts of this name that are closed: whoever has it now is taken for the same person, until
    the name says otherwise.
    """
    closed = select(Account.uid, Account.name).where(Account.uid != but).order_by(Account.id)
    return " ".join(
        uid for uid, other in session.execute(closed) if name_key(other) == name_key(name)
    )


def set_password(uow: UnitOfWork, account_uid: str, password: str) -> None:
    """改口令; all sessions of the account end (ASVS 7.4.3)."""
    account = uow.load(Account, account_uid)
    with changing(uow, account, "set-password"):
        account.password_hash = passwords.checked_hash(password, account.login)
        account.password_set_at = uow.now
    end_all_sessions(uow, account_uid)


def set_disabled(uow: UnitOfWork, account_uid: str, disabled: bool, version: int) -> int:
    """停用或恢复账号; a disabled account's sessions end at once. The new version."""
    account = uow.load(Account, account_uid, version)
    if disabled and account.uid == uow.actor.id:
        raise Refusal("own-account", "不能停用自己的账号，请由另一位管理员办理。")
    if disabled == (account.disabled_at is not None):
        return account.version
    if not disabled:
        _demand_own_name(uow.session, account.name)
    with changing(uow, account, "disable" if disabled else "enable"):
        if not disabled:
            account.known_as = _known_as(uow.session, account.name, account.uid)
        account.disabled_at = uow.now if disabled else None
    if disabled:
        end_all_sessions(uow, account_uid)
    return account.version


def accounts(session: Session) -> tuple[AccountEntry, ...]:
    rows = session.scalars(select(Account).order_by(Account.login))
    return tuple(
        AccountEntry(
            a.uid,
            a.version,
            a.login,
            a.name,
            Role(a.role),
            a.disabled_at is not None,
            a.created_at,
            bool(a.totp_secret),
            a.proposed_by,
            not a.password_hash and not a.proposed_by,
            a.let_in_by,
        )
        for a in rows
    )


# --- log-in
# --------------------------------------------------------------------------------------------------


def credentials(session: Session, login: str) -> Credentials | None:
    account = session.scalar(select(Account).where(Account.login == fold(login)))
    if account is None:
        return None
    return _credentials(account)


def credentials_of(session: Session, account_uid: str) -> Credentials | None:
    account = session.scalar(select(Account).where(Account.uid == account_uid))
    return None if account is None else _credentials(account)


def holder_of(account: Account) -> Holder:
    known_as = frozenset(account.known_as.split())
    role = Role(account.role)
    return Holder(account.uid, account.name, role, known_as, bool(account.let_in_by))


def _credentials(account: Account) -> Credentials:
    return Credentials(
        holder_of(account),
        account.password_hash,
        account.disabled_at is not None,
        account.totp_secret,
        account.totp_step,
    )


def stored_hash(session: Session, account_uid: str) -> str | None:
    return session.scalar(select(Account.password_hash).where(Account.uid == account_uid))


def record_attempt(
    uow: UnitOfWork, login_key: str, address_key: str, account_key: str = ""
) -> tuple[int, ...]:
    """登录尝试, under keyed hashes, as a failure until `forgive`; with `account_key` also for the
    account whatever the address. Gives the numbers of the rows.
    """
    uow.session.execute(delete(LoginAttempt).where(LoginAttempt.at < uow.now - KEPT))
    rows = [LoginAttempt(login=login_key, address=address_key, at=uow.now, success=False)]
    if account_key:
        rows.append(LoginAttempt(login=account_key, address="", at=uow.now, success=False))
    uow.session.add_all(rows)
    uow.session.flush()
    return tuple(row.id for row in rows)


def forgive(uow: UnitOfWork, attempts: Sequence[int]) -> None:
    """The attempts were no failures after all."""
    wanted = update(LoginAttempt).where(LoginAttempt.id.in_(attempts))
    uow.session.execute(wanted.values(success=True))


def account_failures(session: Session, since: datetime, account_key: str) -> int:
    """Failures of an account, wherever they came from."""
    query = (
        select(func.count())
        .select_from(LoginAttempt)
        .where(~LoginAttempt.success, LoginAttempt.at > since)
    )
    return session.scalar(query.where(LoginAttempt.login == account_key)) or 0


def failures_since(
    session: Session, since: datetime, login_key: str, address_key: str
) -> tuple[int, int]:
    """Failures (of this name from this address, of any name from this address)."""
    failed = (
        select(func.count())
        .select_from(LoginAttempt)
        .where(~LoginAttempt.success, LoginAttempt.at > since)
    )
    from_address = failed.where(LoginAttempt.address == address_key)
    of_both = session.scalar(from_address.where(LoginAttempt.login == login_key)) or 0
    return of_both, session.scalar(from_address) or 0


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
        row.expert_id = _expert_id(uow.session, holder.uid)
    else:
        row.account_id = _account_id(uow.session, holder.uid)
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


def verified(session: Session, anchors: Iterable[Anchor] = ()) -> list[Broken]:
    """Whatever speaks against the log, or against a record by the log: nothing means that all is
    as it was written.
    """
    return [*verify(session, anchors), *reconcile(session), *unlogged(session)]


def unlogged(session: Session) -> list[Broken]:
    """登录、链接和备用码 that nobody was let in by: without an entry in the log, or of another
    person, with another token or longer than it says.
    """
    told, ended = _told_sessions(session)
    found = []
    accounts = select(LoginSession, Account.uid).join(
        Account, Account.id == LoginSession.account_id
    )
    experts = select(LoginSession, Expert.uid).join(Expert, Expert.id == LoginSession.expert_id)
    for row, holder in (*session.execute(accounts), *session.execute(experts)):
        said = told.get(("session", row.uid), {})
        if said.get("holder") != holder:
            found.append(Broken(0, f"登录 {row.uid}：日志里没有这次登录，或者登录的是别人"))
        elif any(said.get(name, value) != value for name, value in _opening(row).items()):
            found.append(Broken(0, f"登录 {row.uid}：令牌、起止时间与日志不符，被绕过程序改动"))
        elif row.ended_at is None and said["entry"] < max(ended[row.uid], ended[holder]):
            found.append(Broken(0, f"登录 {row.uid}：日志里已经退出，被绕过程序恢复"))
    links = select(PersonalLink.uid, Expert.uid).join(Expert, Expert.id == PersonalLink.expert_id)
    for uid, owner in session.execute(links):
        if told.get(("personal-link", uid), {}).get("expert") != owner:
            found.append(Broken(0, f"个人链接 {uid}：日志里没有发放，或者发给的是别人"))
    for account in session.scalars(select(Account)):
        said = told.get(("account", account.uid), {})
        if said.get("codes") not in (None, _codes(session, account)):
            found.append(Broken(said["entry"], f"账号 {account.uid}：备用码被绕过程序改动"))
    return found


def _opening(row: LoginSession) -> dict[str, str]:
    return {
        "token_sha256": digest_of(row.token_sha256),
        "expires_at": instant(row.expires_at),
        "at": instant(row.created_at),
    }


def _told_sessions(
    session: Session,
) -> tuple[dict[tuple[str, str], dict[str, Any]], Counter[str]]:
    """What the log says of log-ins, links and accounts, each with its last entry; and the last
    entry by which a session ended, by the session or by whose sessions ended all at once.
    """
    told: dict[tuple[str, str], dict[str, Any]] = {}
    ended: Counter[str] = Counter()
    query = (
        select(AuditEntry, AuditContent.after)
        .join(AuditContent, AuditContent.entry_id == AuditEntry.id)
        .where(or_(AuditEntry.action.in_(_OF_SESSIONS), AuditEntry.kind == "account"))
    )
    for entry, after in session.execute(query.order_by(AuditEntry.id)):
        if entry.action in ("log-out", "log-out-everywhere"):
            ended[entry.object_id] = entry.id
            continue
        said = told.setdefault((entry.kind, entry.object_id), {})
        said |= json.loads(after or "{}") | {"entry": entry.id, "at": entry.at}
    return told, ended


_OF_SESSIONS = ("log-in", "issue", "log-out", "log-out-everywhere")


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
        uow, LoginSession.account_id == _account_id(uow.session, account_uid), account_uid
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
        return LoginSession.expert_id == _expert_id(session, holder.uid)
    return LoginSession.account_id == _account_id(session, holder.uid)


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
    expert_id = _expert_id(uow.session, expert_uid)
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
    expert_id = _expert_id(uow.session, expert_uid)
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
    query = select(PersonalLink).where(PersonalLink.expert_id == _expert_id(session, expert_uid))
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


def _account_id(session: Session, uid: str) -> int:
    found = session.scalar(select(Account.id).where(Account.uid == uid))
    if found is None:
        raise Refusal("not-found", "没有这个账号。")
    return found


def _expert_id(session: Session, uid: str) -> int:
    found = session.scalar(select(Expert.id).where(Expert.uid == uid))
    if found is None:
        raise Refusal("not-found", "没有找到这位专家，可能编号有误。")
    return found

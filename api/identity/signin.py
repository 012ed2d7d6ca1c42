"""账号与登录用例: who has an account, and what log-in compares; passwords come in only to be
hashed.

Reads take the database session, writes the unit of work. Who may call what is decided above
(api/kit/access.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api.identity import passwords
from api.identity.holder import Holder, holder_of
from api.identity.tables import Account, LoginAttempt, RecoveryCode
from api.identity.tokens import KEPT, end_all_sessions
from expert_pool.core.actor import Role
from expert_pool.core.organisation import alike_in_sound
from expert_pool.core.person import alike_to_the_eye, name_key
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.signs import folded
from expert_pool.ledger import UnitOfWork, describe, digest_of

# Of an account, what its own entries do not tell.
BESIDE = {"conflicts", "totp_step"}
STAFF = (Role.SECRETARIAT, Role.APPROVER, Role.INSPECTOR, Role.ADMIN)


@dataclass(frozen=True)
class Credentials:
    """What log-in compares."""

    holder: Holder
    password_hash: str
    disabled: bool
    factor: str = ""  # sealed secret of the second factor; empty: none
    last_step: int | None = None


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
    return said | {"codes": codes_digest(session, account)}


def codes_digest(session: Session, account: Account) -> str:
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

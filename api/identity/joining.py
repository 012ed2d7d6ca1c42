"""账号的开立: nobody chooses another's password, and nobody makes himself a second person.

The owner of an account sets its password through a link that works once. An account that checks
or supervises others has a code from the administrator who made it and a link from the one who
confirms it; the password takes both, so that neither can set it alone (ASVS 6.4.1, 6.4.6). A
second factor is bound with a code that an administrator hands over: whoever has only the password
cannot bind one of his own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity import signin, tokens
from api.identity.holder import Holder, holder_of
from api.identity.links import bad_link
from api.identity.sessions import Client, Desk, digest, new_token
from api.identity.tables import Account
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork

HALF, JOIN, FACTOR = "half", "join", "factor"
GOOD_FOR = timedelta(hours=72)
# Whoever holds one of these roles checks others, or makes accounts that do.
TWO_PEOPLE = (Role.APPROVER, Role.INSPECTOR, Role.ADMIN)
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Entered:
    """A new account; without a token it waits for a second administrator, whose link takes the
    `code` as well.
    """

    uid: str
    token: str
    code: str = ""


def enter(uow: UnitOfWork, login: str, name: str, role: Role) -> Entered:
    """新建账号, without a password. By the operator's command it needs no second person: who types
    it holds the database.
    """
    if role in TWO_PEOPLE and uow.actor.role is not Role.SYSTEM:
        uid = signin.new_account(uow, login, name, role, uow.actor.id)
        return Entered(uid, "", _new_code(uow, uow.load(Account, uid), HALF))
    uid = signin.new_account(uow, login, name, role)
    return Entered(uid, _invite_alone(uow, uid))


def confirm(uow: UnitOfWork, account_uid: str, version: int) -> Entered:
    """另一位管理员确认 an account that checks others, whose owner's link this gives; or that the
    clerk of an account made by one administrator is a person of her own, who may be the second one
    where two are needed.
    """
    account = uow.load(Account, account_uid, version)
    waits = bool(account.proposed_by)
    if not (waits or account.let_in_by):
        raise Refusal("decided", "这个账号不需要确认，或者已经确认过。")
    demand_other_person(
        uow.actor,
        (account.proposed_by, account.let_in_by, account.uid),
        "须由新建、重设口令的人以外的另一位管理员确认；"
        "只有一位管理员的，请运维人员用命令行新建或者重发链接。",
    )
    if not waits and not account.password_hash:  # what is confirmed is who set it
        raise Refusal("no-password", "本人还没有设口令。请等本人设好，当面问过以后再确认。")
    with signin.changing(uow, account, "confirm"):
        account.proposed_by, account.let_in_by = "", ""
    half = account.invite_sha256 if account.invite_kind == HALF else ""
    return Entered(account.uid, invite(uow, account.uid, half=half) if waits else "")


def _invite_alone(uow: UnitOfWork, account_uid: str) -> str:
    """By one administrator, who could use the link herself: who comes in by it is no second person
    until another one confirms. The operator, who holds the database, is asked by nobody.
    """
    return invite(uow, account_uid, "" if uow.actor.role is Role.SYSTEM else uow.actor.id)


def invite(uow: UnitOfWork, account_uid: str, let_in_by: str = "", half: str = "") -> str:
    """发放一次性链接 with which the owner sets a password; the one until now ends, and every
    session with it. `half`: digest of the code that is asked besides. Gives the token, shown once.
    """
    account = uow.load(Account, account_uid)
    tokens.end_all_sessions(uow, account.uid)
    token = new_token()
    with signin.changing(uow, account, "invite"):
        account.password_hash, account.let_in_by = "", let_in_by
        _give(uow, account, JOIN, token + half)
    return token


def reset(uow: UnitOfWork, account_uid: str, version: int, reason: str) -> Entered:
    """重设口令, of somebody who forgot it: the old one ends at once, the owner sets the new one
    through a link. Of an account that checks others a second administrator gives the link and this
    one the code, since whoever has both could become that person.
    """
    account = uow.load(Account, account_uid, version)
    if account.uid == uow.actor.id:
        raise Refusal("own-account", "自己的口令请在“修改口令”里改。")
    if account.disabled_at is not None or account.proposed_by:
        raise Refusal("decided", "停用的、还没有确认的账号不能重设口令。")
    demand_reason(reason)
    two = Role(account.role) in TWO_PEOPLE
    with signin.changing(uow, account, "reset-password", reason.strip()):
        account.password_hash = ""
        if two:
            account.proposed_by = uow.actor.id
    tokens.end_all_sessions(uow, account.uid)
    if two:
        return Entered(account.uid, "", _new_code(uow, account, HALF))
    return Entered(account.uid, _invite_alone(uow, account.uid))


def bind_code(uow: UnitOfWork, account_uid: str) -> str:
    """发放绑定码 for a second factor; not to oneself. Gives the code, shown once."""
    account = uow.load(Account, account_uid)
    if account.uid == uow.actor.id:
        raise Refusal("own-account", "绑定码须由另一位管理员发给您。")
    if account.proposed_by:  # its code would take the place of the first half
        raise Refusal("decided", "账号还没有确认，不能发绑定码；本人设好口令时会看到。")
    return _new_code(uow, account)


def _new_code(uow: UnitOfWork, account: Account, kind: str = FACTOR) -> str:
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    with signin.changing(uow, account, "invite"):
        _give(uow, account, kind, _typed(code))
    return code


def _give(uow: UnitOfWork, account: Account, kind: str, token: str) -> None:
    account.invite_kind, account.invite_sha256 = kind, digest(token)
    account.invite_until = uow.now + GOOD_FOR


def spend_code(uow: UnitOfWork, account_uid: str, code: str) -> bool:
    """Use a binding code up; False when it is none of this account's, or too old."""
    account = uow.load(Account, account_uid)
    good = (
        account.invite_kind == FACTOR
        and account.invite_sha256 == digest(_typed(code))
        and account.invite_until is not None
        and account.invite_until > uow.now
    )
    if good:
        with signin.changing(uow, account, "spend-code"):
            _spend(account)
    return good


def _typed(code: str) -> str:
    """Without what people leave out or add when they type."""
    return "".join(code.split()).replace("-", "").upper()


@dataclass(frozen=True)
class Way:
    """What the owner brings: the link, and the code where one was given."""

    token: str
    code: str = ""

    @property
    def digests(self) -> tuple[str, str]:
        """Of the link alone, and of both halves together."""
        return digest(self.token), digest(self.token + digest(_typed(self.code)))


def join(desk: Desk, way: Way, password: str, client: Client, now: datetime) -> str:
    """本人设口令 through the link, once. Gives the code with which the second factor is bound.

    Raises Refusal `bad-link`, the same for every reason, `weak-password` or `too-many-failures`.
    """
    desk.refuse_guessed_links(client, now)
    with desk.ledger.read() as session:
        holder = _holder(session, way, now)
    if holder is None:
        desk.note_bad_link(client)
        raise _bad_way()
    with desk.ledger.write(holder.actor) as uow:
        if _holder(uow.session, way, now) is None:  # two at once
            raise _bad_way()
        account = uow.load(Account, holder.uid)
        with signin.changing(uow, account, "use-invitation"):
            _spend(account)
        signin.set_password(uow, holder.uid, password)
        code = _new_code(uow, account)
        uow.commit()
    return code


def _bad_way() -> Refusal:
    """The same for every reason."""
    words = "负责人、监督和管理员账号还要填开通码，请核对。"
    return Refusal("bad-link", bad_link().message_zh + words)


def _holder(session: Session, way: Way, now: datetime) -> Holder | None:
    row = session.scalar(
        select(Account).where(
            Account.invite_sha256.in_(way.digests),
            Account.invite_kind == JOIN,
            Account.invite_until > now,
            Account.disabled_at.is_(None),
        )
    )
    return None if row is None else holder_of(row)


def _spend(account: Account) -> None:
    account.invite_kind, account.invite_sha256, account.invite_until = "", "", None

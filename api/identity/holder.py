"""登录的人: who signs in, by a staff account or as an expert of the register."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity.tables import Account
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.tables import Expert


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


def holder_of(account: Account) -> Holder:
    known_as = frozenset(account.known_as.split())
    role = Role(account.role)
    return Holder(account.uid, account.name, role, known_as, bool(account.let_in_by))


def account_number(session: Session, uid: str) -> int:
    found = session.scalar(select(Account.id).where(Account.uid == uid))
    if found is None:
        raise Refusal("not-found", "没有这个账号。")
    return found


def expert_number(session: Session, uid: str) -> int:
    found = session.scalar(select(Expert.id).where(Expert.uid == uid))
    if found is None:
        raise Refusal("not-found", "没有找到这位专家，可能编号有误。")
    return found

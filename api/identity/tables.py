"""账号、登录与个人链接的表: tokens are stored as SHA-256 only, passwords as argon2id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expert_pool.ledger.base import Base, Editable


class Account(Editable, Base):
    """工作人员账号. `role` is a value of core.actor.Role; `demo` accounts exist only where the
    demonstration was loaded.
    """

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    totp_secret: Mapped[str] = mapped_column(
        default=""
    )  # encrypted with the key of the secret file; empty: no second factor
    totp_step: Mapped[int | None] = mapped_column(
        BigInteger
    )  # of the last code that was used: none works twice
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    password_set_at: Mapped[datetime | None]
    # What the owner holds before a password or a second factor is set: one at a time.
    invite_sha256: Mapped[str] = mapped_column(default="", server_default=text("''"))
    invite_kind: Mapped[str] = mapped_column(default="", server_default=text("''"))  # join / factor
    invite_until: Mapped[datetime | None]
    proposed_by: Mapped[str] = mapped_column(
        default="", server_default=text("''")
    )  # waits for another administrator than this one
    let_in_by: Mapped[str] = mapped_column(
        default="", server_default=text("''")
    )  # the one administrator who alone gave the way in; empty: two, or the operator
    known_as: Mapped[str] = mapped_column(
        default="", server_default=text("''")
    )  # public ids of earlier accounts of the same name, blanks between
    conflicts: Mapped[list[AccountConflict]] = relationship(cascade="all, delete-orphan")


class AccountConflict(Editable, Base):
    """工作人员的回避: an organisation whose review this staff member may not see.

    It counts from the moment it is declared, until another person decides that it is none.
    """

    __tablename__ = "account_conflict"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime | None]
    declared_by: Mapped[str] = mapped_column(default="")
    declared_name: Mapped[str] = mapped_column(default="")
    decision: Mapped[str] = mapped_column(default="")  # "": to be decided; "barred"; "cleared"
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_name: Mapped[str] = mapped_column(default="")
    decision_reason: Mapped[str] = mapped_column(default="")


class RecoveryCode(Base):
    """备用码: opens an account once when the telephone with the second factor is lost."""

    __tablename__ = "recovery_code"
    code_sha256: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    used_at: Mapped[datetime | None]


class LoginSession(Base):
    """一次登录 of a staff account, or of an expert through a personal link: exactly one of the two
    ids is set.
    """

    __tablename__ = "login_session"
    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")


class LoginAttempt(Base):
    """登录尝试, for the limit per account and address. `address` may be a keyed hash."""

    __tablename__ = "login_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    success: Mapped[bool]

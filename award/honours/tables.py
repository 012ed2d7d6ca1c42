"""表彰奖励的表. Money of prizes in yuan, expenses in fen."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from award.applicants.tables import Noted
from expert_pool.ledger.base import Base, Editable


class Payment(Noted, Editable, Base):
    """奖金发放: once for an honour."""

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(primary_key=True)
    honour_id: Mapped[int] = mapped_column(ForeignKey("honour.id"), unique=True)
    amount: Mapped[int]
    paid_on: Mapped[date]
    voucher: Mapped[str]


class Revocation(Noted, Editable, Base):
    """撤销（办法第十八条）, by a document of the city government."""

    __tablename__ = "revocation"
    id: Mapped[int] = mapped_column(primary_key=True)
    honour_id: Mapped[int] = mapped_column(ForeignKey("honour.id"), unique=True)
    ground: Mapped[str]  # core.revocation.GROUNDS
    facts: Mapped[str]
    document: Mapped[str]
    decided_on: Mapped[date]
    recover: Mapped[int]
    banned_through: Mapped[date | None]
    recovered: Mapped[int] = mapped_column(default=0)
    recovered_on: Mapped[date | None]
    plaque_on: Mapped[date | None]
    credit_on: Mapped[date | None]  # 记入信用档案


class Expense(Noted, Editable, Base):
    """经费台账（办法第十五条、第十七条）: one line; prizes come from their payments. Fen."""

    __tablename__ = "expense"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), index=True)
    kind: Mapped[str]  # core.ledger.KINDS
    fen: Mapped[int] = mapped_column(BigInteger)
    payee: Mapped[str]
    voucher: Mapped[str]
    spent_on: Mapped[date]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")


class Promotion(Noted, Editable, Base):
    """推广活动（办法第七条、第二十条） of a winner."""

    __tablename__ = "promotion"
    id: Mapped[int] = mapped_column(primary_key=True)
    honour_id: Mapped[int] = mapped_column(ForeignKey("honour.id"), index=True)
    kind: Mapped[str]
    held_on: Mapped[date]
    proof: Mapped[str]


class TitleUse(Noted, Editable, Base):
    """荣誉称号的使用（办法第十九条）, as seen. `finding` empty: in order."""

    __tablename__ = "title_use"
    id: Mapped[int] = mapped_column(primary_key=True)
    honour_id: Mapped[int] = mapped_column(ForeignKey("honour.id"), index=True)
    text: Mapped[str]
    medium: Mapped[str]  # core.title.MEDIA
    seen_on: Mapped[date]
    finding: Mapped[str] = mapped_column(default="")

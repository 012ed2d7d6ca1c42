"""归档的表. The bag itself stands apart, by its digest, and never changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from award.applicants.tables import Noted
from expert_pool.ledger.base import Base, Editable


class Bundle(Noted, Editable, Base):
    """归档包（办法第十七条）: sealed by one person, verified and signed by another."""

    __tablename__ = "bundle"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str] = mapped_column(default="")
    verified_name: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class BundleContent(Base):
    """The bytes that `digest` names."""

    __tablename__ = "bundle_content"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)

"""申报组织的表."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expert_pool.ledger.base import Base, Editable


class Applicant(Editable, Base):
    """申报组织（办法第十二条）, one row per year.

    `half_days` overrides the visit length that the number of employees gives.
    """

    __tablename__ = "applicant"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    name: Mapped[str]
    uscc: Mapped[str] = mapped_column(default="", index=True)
    award: Mapped[str]  # QUALITY 质量奖 / INNOVATION 创新奖 / empty: being asked
    group_company: Mapped[str] = mapped_column(default="")
    town_code: Mapped[str | None]
    place_text: Mapped[str] = mapped_column(default="")
    founded: Mapped[date | None]
    founded_precision: Mapped[str | None]
    employees: Mapped[int | None]
    half_days: Mapped[int | None]
    recommender: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None]
    closed_text: Mapped[str] = mapped_column(default="")
    closed_known: Mapped[bool] = mapped_column(
        default=True
    )  # False: something is written, its meaning is being asked
    honours: Mapped[str] = mapped_column(default="")
    past_awards: Mapped[str] = mapped_column(
        default=""
    )  # of this city, e.g. 2023 QUALITY,2024 INNOVATION
    remark: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    listed_at: Mapped[
        datetime | None
        # Back on the list of applicants, or under a new name on it, since then; None: since it was
        # entered
    ]
    industries: Mapped[list[ApplicantIndustry]] = relationship(
        order_by="ApplicantIndustry.position", cascade="all, delete-orphan"
    )
    closed: Mapped[list[ApplicantClosed]] = relationship(cascade="all, delete-orphan")
    __table_args__ = (UniqueConstraint("year", "name"),)


class ApplicantIndustry(Base):
    """行业: the first is the main one."""

    __tablename__ = "applicant_industry"
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4))
    source_word: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[bool] = mapped_column(default=False)


class ApplicantClosed(Base):
    """申报组织不便接待的一个半天."""

    __tablename__ = "applicant_closed"
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    half: Mapped[str] = mapped_column(String(2), primary_key=True)

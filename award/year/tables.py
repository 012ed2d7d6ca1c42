"""评审年度的表."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from expert_pool.ledger.base import Base, Editable


class AwardYear(Editable, Base):
    """评审年度: the window of site visits, the deadline conflicts look back from, and the year's
    policy and weights as data (JSON).
    """

    __tablename__ = "award_year"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    window_first: Mapped[date]
    window_last: Mapped[date]
    notice_date: Mapped[date | None]
    deadline: Mapped[date | None]
    policy: Mapped[str]
    weights: Mapped[str]
    regulation: Mapped[str] = mapped_column(default="")  # frozen at the notice
    status: Mapped[str]  # open / closed
    created_at: Mapped[datetime]
    # Core.stages.STAGES; empty: without stages
    stage: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # 提出退回, until somebody else agrees
    back_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    back_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    back_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # 市政府文件 that ended the year
    ended_document: Mapped[str] = mapped_column(default="", server_default=text("''"))


class YearSetting(Editable, Base):
    """实施细则规定的一项设置, with its source (`core.settings`)."""

    __tablename__ = "year_setting"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    code: Mapped[str]
    value: Mapped[str]
    source: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    entered_name: Mapped[str]
    __table_args__ = (UniqueConstraint("year", "code"),)


class RubricCheck(Editable, Base):
    """对照标准原文核对一个条款的分值: two different people for each item."""

    __tablename__ = "rubric_check"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    item: Mapped[str]
    checked_by: Mapped[str]
    checked_name: Mapped[str]
    checked_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("year", "item", "checked_by"),)


class RubricText(Editable, Base):
    """标准的原文, typed by the office: what an item asks (its number) or what a band means
    (process:50-65).
    """

    __tablename__ = "rubric_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    key: Mapped[str]
    text: Mapped[str]
    __table_args__ = (UniqueConstraint("year", "key"),)

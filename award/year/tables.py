"""评审年度的表."""

from __future__ import annotations

from datetime import date, datetime

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

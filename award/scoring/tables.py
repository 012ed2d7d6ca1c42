"""评分的表. An open book is sealed text; its numbers stand in clear only after the lock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from expert_pool.ledger.base import Base, Editable


class Scorebook(Editable, Base):
    """评分表: one reviewer, one applicant, one stage.

    `sealed_book`: core.scorebook.to_json, sealed for this book's uid while open, in clear once
    locked, when `receipt` is of it and `nonce`. A void book is kept and counts nowhere.
    """

    __tablename__ = "scorebook"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    stage: Mapped[str]  # document / site
    applicant: Mapped[str] = mapped_column(index=True)
    expert: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]  # core.scorebook.STATES
    frozen_from: Mapped[str] = mapped_column(default="")
    rubric_digest: Mapped[str]
    sealed_book: Mapped[str] = mapped_column(default="")
    nonce: Mapped[str] = mapped_column(default="")
    receipt: Mapped[str] = mapped_column(default="")
    on_paper: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")


class PaperEntry(Editable, Base):
    """纸质评分表的录入: two clerks type it apart, sealed until both agree."""

    __tablename__ = "paper_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    scorebook_id: Mapped[int] = mapped_column(ForeignKey("scorebook.id"), index=True)
    sealed_book: Mapped[str]
    scan_sha256: Mapped[str] = mapped_column(default="")
    typed_at: Mapped[datetime]
    typed_by: Mapped[str]
    typed_name: Mapped[str]
    __table_args__ = (UniqueConstraint("scorebook_id", "typed_by"),)


class Consensus(Editable, Base):
    """合议和评审报告 of one applicant in one stage.

    `agreed`: by item, core.consensus.Agreed. `report`: what the members sign, as canonical JSON,
    with its digest; empty until it is issued.
    """

    __tablename__ = "consensus"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    stage: Mapped[str]
    applicant: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]  # open / issued / signed
    agreed: Mapped[str]
    # What the leader made of the members' remarks, by item and kind; an item not there stands as
    # they wrote it.
    remarks: Mapped[str] = mapped_column(default="{}", server_default=text("'{}'"))
    overview: Mapped[str] = mapped_column(default="")
    proposal: Mapped[str] = mapped_column(default="")  # yes / no: 建议入围
    proposal_reason: Mapped[str] = mapped_column(default="")
    report: Mapped[str] = mapped_column(default="")
    report_digest: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]
    reopen_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("year", "stage", "applicant"),)


class ReportSignature(Editable, Base):
    """报告的签名, over the report's digest: signed, dissent (书面不同意见), or silent (没有签名也没
    有不同意见，视为同意, 由组长注明).
    """

    __tablename__ = "report_signature"
    id: Mapped[int] = mapped_column(primary_key=True)
    consensus_id: Mapped[int] = mapped_column(ForeignKey("consensus.id"), index=True)
    expert: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    report_digest: Mapped[str]
    signed_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("consensus_id", "expert", "report_digest"),)


class ShortlistLine(Editable, Base):
    """入围决定: one applicant, under the code by which it was decided."""

    __tablename__ = "shortlist_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    applicant: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    by_rule: Mapped[bool]
    proposed: Mapped[bool]
    inside: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    decided_name: Mapped[str]


class CalibrationMark(Editable, Base):
    """标定案例的一个评分: given at the 评前培训, to see strict from lenient; it is nobody's
    award.
    """

    __tablename__ = "calibration_mark"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    expert: Mapped[str]
    item: Mapped[str]
    percent: Mapped[int]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    __table_args__ = (UniqueConstraint("year", "expert", "item"),)


class SitePlan(Editable, Base):
    """现场评审日程: drafted by the leader from a template, one line of text per entry."""

    __tablename__ = "site_plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    applicant: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[str]


class SiteDuty(Editable, Base):
    """现场评审当天一个人的分工、签到和费用, noted by the leader.

    `categories` joined by ；, `present` as `site_work.write_present` has it (null: nobody has
    checked in), money in fen.
    """

    __tablename__ = "site_duty"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    applicant: Mapped[str]
    expert: Mapped[str]
    categories: Mapped[str] = mapped_column(default="")
    present: Mapped[str | None]
    travel: Mapped[int] = mapped_column(default=0)
    lodging: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    __table_args__ = (UniqueConstraint("applicant", "expert"),)

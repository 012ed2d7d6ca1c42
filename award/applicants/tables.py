"""申报组织的表."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expert_pool.facts.halfday import Half
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
    # Core.life.STATES; empty: without stages
    state: Mapped[str] = mapped_column(default="", server_default=text("''"))
    listed_at: Mapped[
        datetime | None
        # Back on the list of applicants, or under a new name on it, since then; None: since it was
        # entered
    ]
    industries: Mapped[list[ApplicantIndustry]] = relationship(
        order_by="ApplicantIndustry.position", cascade="all, delete-orphan"
    )
    closed: Mapped[list[ApplicantClosed]] = relationship(cascade="all, delete-orphan")
    former: Mapped[list[FormerName]] = relationship(
        order_by="FormerName.name", cascade="all, delete-orphan"
    )
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
    half: Mapped[Half] = mapped_column(String(2), primary_key=True)


class Application(Editable, Base):
    """申报材料所写（办法第二、十二条）: what an applicant says of itself beside its form, and the
    office's decision about it.
    """

    __tablename__ = "application"
    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), unique=True)
    activity: Mapped[str] = mapped_column(default="")  # core.eligibility.ACTIVITIES, by comma
    innovations: Mapped[str] = mapped_column(default="")  # core.eligibility.INNOVATIONS, by comma
    local: Mapped[bool | None]  # 注册地为诸暨
    operating_since: Mapped[date | None]
    operating_precision: Mapped[str] = mapped_column(default="day")
    excellence_since: Mapped[date | None]
    received_at: Mapped[datetime | None]
    supplement: Mapped[str] = mapped_column(default="")  # what is to be supplied
    supplement_due: Mapped[date | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_name: Mapped[str] = mapped_column(default="")
    letter: Mapped[str] = mapped_column(default="")  # 撤回、放弃的来函


class Attachment(Editable, Base):
    """申报材料的一份文件; its content stands apart, by its digest, and never changes."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[str]  # core.checklist.KINDS
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    pages: Mapped[int | None]
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    remove_reason: Mapped[str] = mapped_column(default="")


class AttachmentContent(Base):
    """文件内容. The bytes that `sha256` names; the same file twice is kept once."""

    __tablename__ = "attachment_content"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Opinion(Editable, Base):
    """推荐意见（办法第十三条第二项）: of the town (required) or the department in charge."""

    __tablename__ = "opinion"
    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[str]  # town / department
    unit: Mapped[str]
    agrees: Mapped[bool]
    text: Mapped[str] = mapped_column(default="")
    given_on: Mapped[date]


class Licence(Editable, Base):
    """证照（办法第十二条第二项）. `valid_to` empty and not `forever`: nobody has looked."""

    __tablename__ = "licence"
    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[str]
    valid_to: Mapped[date | None]
    forever: Mapped[bool] = mapped_column(default=False)


class Incident(Editable, Base):
    """不良记录（办法第十二条第四项）; `org_fault` empty: not yet found out."""

    __tablename__ = "incident"
    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    kind: Mapped[str]  # core.eligibility.INCIDENTS
    happened_on: Mapped[date]
    precision: Mapped[str] = mapped_column(default="day")
    org_fault: Mapped[bool | None]
    source: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class Ban(Editable, Base):
    """不得申报的决定（办法第十八条）, last day included."""

    __tablename__ = "ban"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    uscc: Mapped[str] = mapped_column(default="", index=True)
    decided_on: Mapped[date]
    until: Mapped[date]
    document: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")


class ConditionWord(Editable, Base):
    """对一项申报条件的判定（办法第十二条） by a person, with the reason."""

    __tablename__ = "condition_word"
    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    condition: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    said_by: Mapped[str]
    said_name: Mapped[str]
    said_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("applicant_id", "condition"),)


class Inquiry(Editable, Base):
    """征求意见函（办法第十三条第三项）: one department, its own question, its link and deadline."""

    __tablename__ = "inquiry"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    department: Mapped[str]
    question: Mapped[str]
    sent_at: Mapped[datetime]
    due: Mapped[date]
    token_sha256: Mapped[str] = mapped_column(default="", index=True)
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("year", "department"),)


class InquiryAnswer(Editable, Base):
    """部门对一家申报组织的答复: none 无异议 / objection 有异议 / unconcerned 不涉及."""

    __tablename__ = "inquiry_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"), index=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), index=True)
    answer: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str]
    answered_at: Mapped[datetime]
    via: Mapped[str]  # link / office
    __table_args__ = (UniqueConstraint("inquiry_id", "applicant_id"),)


class FormerName(Base):
    """曾用名 of an applicant in our records: what was declared, reviewed or hidden under it
    still is.
    """

    __tablename__ = "applicant_former_name"
    applicant_id: Mapped[int] = mapped_column(ForeignKey("applicant.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class Noted:
    """Who entered it, and when."""

    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    noted_name: Mapped[str]


class Succession(Noted, Editable, Base):
    """更名、改制后的承继: the later credit code is the same organisation as the earlier one."""

    __tablename__ = "succession"
    id: Mapped[int] = mapped_column(primary_key=True)
    earlier_uscc: Mapped[str] = mapped_column(index=True)
    later_uscc: Mapped[str] = mapped_column(index=True)
    document: Mapped[str]

"""评审专家库的表: who may review, and what is known about them.

Nothing is deleted, only ended; editable records have uid and version.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expert_pool.facts.halfday import Half
from expert_pool.ledger.base import Base, Editable


class Expert(Editable, Base):
    """评审专家. `quality` is 质量管理专家, `leader` 组长资格; None means nobody has said yet."""

    __tablename__ = "expert"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    pinyin: Mapped[str] = mapped_column(default="")
    gender: Mapped[str] = mapped_column(default="")
    birth: Mapped[date | None]
    birth_precision: Mapped[str | None]
    employer: Mapped[str]
    employer_uscc: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    education: Mapped[str] = mapped_column(default="")
    education_text: Mapped[str] = mapped_column(default="", server_default=text("''"))  # as written
    quality: Mapped[bool | None]
    leader: Mapped[bool | None]
    seniority: Mapped[int] = mapped_column(default=3)
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None]
    zzd_account: Mapped[str | None]  # accountId of 浙政钉, for work notices
    town_code: Mapped[str | None]
    place_text: Mapped[str] = mapped_column(default="")
    source_pool: Mapped[str] = mapped_column(default="")
    max_effort: Mapped[int | None]
    remark: Mapped[str] = mapped_column(default="")
    served_years: Mapped[str] = mapped_column(
        default=""
    )  # as told by the office's list, e.g. 2023,2024
    created_at: Mapped[datetime]
    industries: Mapped[list[ExpertIndustry]] = relationship(
        order_by="ExpertIndustry.position", cascade="all, delete-orphan"
    )
    __table_args__ = (
        Index("ix_expert_name_employer", "name", "employer"),
        Index("ix_expert_pinyin", "pinyin", "uid"),  # the order of the list
    )


class ExpertIndustry(Base):
    """专业领域: a GB/T 4754 code, with the words it was read from and whether a person confirmed
    the reading.
    """

    __tablename__ = "expert_industry"
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4), index=True)
    source_word: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[bool] = mapped_column(default=False)


class IdentityNumber(Editable, Base):
    """身份证号, kept apart from the person: sealed with AES-GCM (ledger.seal), and its HMAC, so
    that no number stands twice.
    """

    __tablename__ = "identity_number"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), unique=True)
    id_sealed: Mapped[str]
    id_mark: Mapped[str] = mapped_column(String(64), unique=True)
    kept_at: Mapped[datetime]


class Appointment(Editable, Base):
    """聘任（办法第九条第三项）: a term of office.

    `ended_on` cuts it short; `end_kind` says how (core.life.ENDINGS).
    """

    __tablename__ = "appointment"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    grade: Mapped[str]  # trainee 见习评审员 / reviewer 评审员 / lead 组长
    certificate_no: Mapped[str] = mapped_column(default="")
    first: Mapped[date]
    last: Mapped[date]
    decided_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(default="")
    end_kind: Mapped[str | None]


class Suspension(Editable, Base):
    """暂停使用: for one year (`year`) or until lifted (`year` null).

    Lifted when `lifted_at` is set.
    """

    __tablename__ = "suspension"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    year: Mapped[int | None]
    reason: Mapped[str]
    started_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(default="")


class Conflict(Editable, Base):
    """回避情形: a fact between an expert and an organisation, named as people name it; `kind` is a
    code of conflict_kinds.json.

    `decision` is for kinds that wait for one (severity "review") and for waivers: "" undecided,
    "barred", "cleared".
    """

    __tablename__ = "conflict"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    kind: Mapped[str]
    organisation: Mapped[str]
    organisation_uscc: Mapped[str] = mapped_column(default="")
    source: Mapped[
        str
        # Declared 本人申报 / office 审定办登记 / found 自动发现 / reported 申报组织反映 / decided
        # 依职权决定
    ]
    since: Mapped[date | None]
    until: Mapped[date | None]  # None: still so
    percent: Mapped[float | None]  # 持股比例, where the kind goes by it
    evidence: Mapped[str] = mapped_column(default="")
    decision: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    name_match: Mapped[
        bool | None
    ]  # found by a name alone: whether it is the same person, somebody must decide
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # entered by mistake; a relation that is over has `until`
    withdraw_reason: Mapped[str] = mapped_column(default="")


class PairConflict(Editable, Base):
    """同组回避: two experts who may not sit in one group. `expert_a_id` < `expert_b_id`."""

    __tablename__ = "pair_conflict"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_a_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    expert_b_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    kind: Mapped[str]
    until: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class Affiliation(Editable, Base):
    """集团关系: a company and the group it belongs to, for finding conflicts through group
    companies.
    """

    __tablename__ = "affiliation"
    id: Mapped[int] = mapped_column(primary_key=True)
    company: Mapped[str]
    group_name: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("company", "group_name"),)


class Declaration(Editable, Base):
    """年度利益冲突申报与保密承诺（办法第十一、十六条）: which text was signed, when, through what.

    `answered_at`: when the list of applicants was last answered; who joined later has not been
    asked about. None: not answered yet.
    """

    __tablename__ = "declaration"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    year: Mapped[int]
    text_version: Mapped[str]
    text_sha256: Mapped[str]
    signed_at: Mapped[datetime]
    signed_via: Mapped[str]
    answered_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("expert_id", "year"),)


class Availability(Editable, Base):
    """一年的可参加时间: the half-days away, among the days asked about (`first` to `last`).

    No row: unknown, and unknown is not free.
    """

    __tablename__ = "availability"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    year: Mapped[int]
    known: Mapped[bool]
    first: Mapped[date | None]
    last: Mapped[date | None]
    text: Mapped[str] = mapped_column(default="")  # the words it was read from
    saved_at: Mapped[datetime]
    absences: Mapped[list[AvailabilityHalfDay]] = relationship(cascade="all, delete-orphan")
    __table_args__ = (UniqueConstraint("expert_id", "year"),)


class AvailabilityHalfDay(Base):
    """不能参加的一个半天."""

    __tablename__ = "availability_half_day"
    availability_id: Mapped[int] = mapped_column(ForeignKey("availability.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    half: Mapped[Half] = mapped_column(String(2), primary_key=True)


class PerformanceRecord(Editable, Base):
    """使用和履职记录: one expert's review of one organisation in one year; `effort` is half-days,
    `score` of 100 points.
    """

    __tablename__ = "performance_record"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    year: Mapped[int]
    organisation: Mapped[str]
    organisation_uscc: Mapped[str] = mapped_column(default="")
    leader: Mapped[bool] = mapped_column(default=False)
    effort: Mapped[int] = mapped_column(default=0)
    score: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("expert_id", "year", "organisation"),)


class HeadingMemory(Base):
    """记住的表头: what a heading of the office's own workbook means.

    `kind` is "experts" or "applicants".
    """

    __tablename__ = "heading_memory"
    kind: Mapped[str] = mapped_column(primary_key=True)
    heading: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str]


class TradeWord(Base):
    """确认过的行业说法: free words and the GB/T 4754 codes a person confirmed for them (codes
    joined by a comma).
    """

    __tablename__ = "trade_word"
    word: Mapped[str] = mapped_column(primary_key=True)
    codes: Mapped[str]
    confirmed_by: Mapped[str]


class DayOverride(Editable, Base):
    """工作日调整: a day the State Council or the office has set otherwise.

    `kind` as in facts.working_days.
    """

    __tablename__ = "day_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    source: Mapped[str] = mapped_column(default="")


class AnnouncedYear(Base):
    """国务院节假日通知已录入的年份: such a year is no longer provisional."""

    __tablename__ = "announced_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]


class ImportBatch(Editable, Base):
    """一次导入: the file as read (JSON), the reader's answers so far, and what became of it.

    The rows go once it is closed.
    """

    __tablename__ = "import_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # experts / applicants
    year: Mapped[int | None]
    filename: Mapped[str]
    sha256: Mapped[str]
    table_json: Mapped[str]
    headings_json: Mapped[str] = mapped_column(default="{}")
    answers_json: Mapped[str] = mapped_column(default="{}")
    status: Mapped[str]  # open / applied / dropped
    summary_json: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    closed_at: Mapped[datetime | None]


class ImportRow(Editable, Base):
    """没有导入的一行: refused with its file, and a thing to do until it is settled; then what was
    written in it goes.
    """

    __tablename__ = "import_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_uid: Mapped[str]
    kind: Mapped[str]  # experts / applicants / records
    year: Mapped[int | None]
    filename: Mapped[str]
    sheet: Mapped[str] = mapped_column(default="")
    row: Mapped[int]  # as Excel shows it
    name: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settled_how: Mapped[str | None]  # imported / replaced / said
    settled_note: Mapped[str] = mapped_column(default="")


class YearlyRound(Editable, Base):
    """年度征集: when the year's questions went out, until when they are to be answered, and when
    the office closed them.
    """

    __tablename__ = "yearly_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(default="")


class Message(Editable, Base):
    """发件箱中的一则通知. `text` holds no link and no applicant's name: the link is made when the
    message goes out, and kept nowhere.
    """

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]  # core.messages.KINDS
    text: Mapped[str]
    about: Mapped[str] = mapped_column(
        default=""
    )  # what it speaks of, so that nothing is written twice: fingerprint of a duty
    status: Mapped[str]  # waiting / sent / dropped
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    channel: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(default="")
    link_uid: Mapped[str] = mapped_column(default="")  # the personal link that went out with it


class PersonalLink(Editable, Base):
    """个人链接: 256 random bits, stored hashed; `purpose` "self" (own page) or "calendar"
    (subscription).
    """

    __tablename__ = "personal_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Loan(Editable, Base):
    """借用: one expert lent to another office (`side` out) or borrowed from one (in), under the
    number of the sheet that went with her. `away`: half-days of the time lent on which she is busy
    elsewhere, such as 2026-09-08/AM, one a line.
    """

    __tablename__ = "loan"
    id: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(3))
    sheet: Mapped[str] = mapped_column(index=True)
    office: Mapped[str]  # the other office
    own: Mapped[str]  # what we are called on the sheet
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    ref: Mapped[str]  # the lender's id of her
    first: Mapped[date]
    last: Mapped[date]
    consent_on: Mapped[date]
    consent_how: Mapped[str]
    status: Mapped[str]  # lent / returned / recalled
    away: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]
    conduct: Mapped[str] = mapped_column(default="")  # what the return sheet says of her service
    half_days: Mapped[int | None]  # served there, by the return sheet
    appointment: Mapped[str] = mapped_column(default="")  # of the term that was given for it here
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("side", "sheet", "ref"),)

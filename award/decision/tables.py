"""评定的表: report, committee, vote, notice, objections, approval and the register of winners."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from award.applicants.tables import Noted
from expert_pool.ledger.base import Base, Editable


class Evaluation(Noted, Editable, Base):
    """综合评价报告（办法第十三条第六项）, as issued: canonical JSON and its digest.

    Never changed.
    """

    __tablename__ = "evaluation"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), unique=True)
    report: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))


class Committee(Noted, Editable, Base):
    """审委会名单的固定（办法第八条）: from then on its members are those of the vote."""

    __tablename__ = "committee"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), unique=True)
    document: Mapped[str]


class CommitteeMember(Noted, Editable, Base):
    """审委会成员（办法第八条）; one person, one vote."""

    __tablename__ = "committee_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), index=True)
    name: Mapped[str]
    unit: Mapped[str]
    role: Mapped[str]  # chair / vice / member
    removed_at: Mapped[datetime | None]
    token_sha256: Mapped[str] = mapped_column(String(64), default="")  # of the link to read by
    read_at: Mapped[datetime | None]  # when the report was first opened by it


class VoteRound(Noted, Editable, Base):
    """一轮表决（办法第十三条第七项）: `present` the members that signed in, as JSON; never who
    voted how.
    """

    __tablename__ = "vote_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    number: Mapped[int]
    held_on: Mapped[date]
    present: Mapped[str]
    issued: Mapped[int]
    void_reason: Mapped[str] = mapped_column(default="")
    voided_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(default="")
    confirmed_name: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("year", "number"),)


class VoteTally(Noted, Editable, Base):
    """计票单 of one teller. `tally_json`: returned, invalid, approvals and names struck out, with a
    salt: the log keeps its digest, and counts are soon guessed.
    """

    __tablename__ = "vote_tally"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("vote_round.id"), index=True)
    scrutineer: Mapped[str] = mapped_column(default="")  # 监票人
    tally_json: Mapped[str]
    __table_args__ = (UniqueConstraint("round_id", "noted_by"),)


class Ruling(Noted, Editable, Base):
    """办法没有规定、由人决定的事: kind tie / prize / vacancy; `cases` as JSON."""

    __tablename__ = "ruling"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), index=True)
    kind: Mapped[str]
    cases: Mapped[str]
    amount: Mapped[int] = mapped_column(default=0)
    counted: Mapped[bool] = mapped_column(default=True)
    decided_by: Mapped[str]
    record: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class PublicNotice(Noted, Editable, Base):
    """社会公示（办法第十三条第八项） of the proposed winners, `listing` as JSON."""

    __tablename__ = "public_notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), unique=True)
    published_on: Mapped[date]
    document: Mapped[str]
    contact: Mapped[str]
    listing: Mapped[str]


class Objection(Noted, Editable, Base):
    """异议: facts, the office's finding, the chair's decision; `decision` empty while it is open.
    `lead`: anonymous where objections must be signed; it blocks nothing until the office takes it
    up.
    """

    __tablename__ = "objection"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), index=True)
    applicant: Mapped[str] = mapped_column(default="")  # empty: about none of them
    from_name: Mapped[str] = mapped_column(default="")  # empty: anonymous
    lead: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date]
    facts: Mapped[str]
    due: Mapped[date | None]
    finding: Mapped[str] = mapped_column(default="")
    proven: Mapped[bool | None]
    found_on: Mapped[date | None]
    found_name: Mapped[str] = mapped_column(default="")
    decision: Mapped[str] = mapped_column(default="")  # upheld / rejected
    decision_note: Mapped[str] = mapped_column(default="")
    chair: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]


class Approval(Noted, Editable, Base):
    """市政府批准（办法第十三条第九项）. `removed`: applicant → reason, as JSON."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"), unique=True)
    document: Mapped[str]
    approved_on: Mapped[date]
    removed: Mapped[str]


class Honour(Noted, Editable, Base):
    """获奖（办法第十四条）. Earlier years' are entered by the office, with their document. Yuan."""

    __tablename__ = "honour"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    applicant: Mapped[str] = mapped_column(default="")  # empty: of a year before the program
    organisation: Mapped[str]
    uscc: Mapped[str] = mapped_column(default="", index=True)
    award: Mapped[str]
    counted: Mapped[bool] = mapped_column(default=True)
    amount: Mapped[int]
    why: Mapped[str] = mapped_column(default="")
    awarded_on: Mapped[date]
    document: Mapped[str]
    revoked_on: Mapped[date | None]
    open_reason: Mapped[str] = mapped_column(default="")  # 奖金未发的原因
    __table_args__ = (UniqueConstraint("year", "organisation", "award"),)

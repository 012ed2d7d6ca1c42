"""管理台账的表: candidacies, waivers, ratings, violations, decisions, and the lists that conflicts
are found in. Nothing is deleted.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from expert_pool.ledger.base import Base, Editable


class Candidacy(Editable, Base):
    """申请或推荐（浙质奖评办〔2011〕4号第五条）: what was handed in, and who decided; `checks` is
    JSON of the decision's day.
    """

    __tablename__ = "candidacy"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    channel: Mapped[str]  # self 本人申请 / recommended 单位推荐
    recommender: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date]
    experience_years: Mapped[int | None]
    training: Mapped[str] = mapped_column(default="")
    trained_on: Mapped[date | None]
    conduct: Mapped[bool | None]
    status: Mapped[str]  # open / passed / rejected / appointed
    entered_by: Mapped[str]
    entered_name: Mapped[str]
    checks: Mapped[str] = mapped_column(default="[]")
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class Waiver(Editable, Base):
    """豁免: a soft conflict that need not keep somebody away; one person proposes, another
    decides.
    """

    __tablename__ = "waiver"
    id: Mapped[int] = mapped_column(primary_key=True)
    conflict_id: Mapped[int] = mapped_column(ForeignKey("conflict.id"), index=True)
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_name: Mapped[str]
    proposed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="")  # granted / refused
    decided_by: Mapped[str] = mapped_column(default="")
    decided_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")


class Lifting(Editable, Base):
    """解除回避: a hard recusal that shall be withdrawn or said to be over; one person proposes,
    another decides, and until then it keeps its effect.
    """

    __tablename__ = "lifting"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # conflict / pair_conflict
    target: Mapped[str] = mapped_column(index=True)  # public id
    act: Mapped[str]  # withdraw 撤销误登 / end 关系结束 / clear 不需回避
    until: Mapped[date | None]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_name: Mapped[str]
    proposed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="")  # granted / refused
    decided_by: Mapped[str] = mapped_column(default="")
    decided_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")


class OrganisationAnswer(Editable, Base):
    """单位核实: what a person said of two names that may be one organisation. The keys stand in
    order, so that a pair is answered once, however it is typed and whichever name comes first.
    """

    __tablename__ = "organisation_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_key: Mapped[str]
    second_key: Mapped[str]
    written: Mapped[str]
    official: Mapped[str]
    same: Mapped[bool]
    answered_by: Mapped[str]
    answered_name: Mapped[str]
    answered_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("first_key", "second_key"),)


class StageRecord(Editable, Base):
    """阶段履职记录: one expert in one stage of one organisation's review.

    Scores are of 1000 points; empty: nobody has said.
    """

    __tablename__ = "stage_record"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    year: Mapped[int]
    organisation: Mapped[str]
    stage: Mapped[str]  # document / site
    attendance: Mapped[str] = mapped_column(default="")
    report: Mapped[str] = mapped_column(default="")
    declined: Mapped[bool] = mapped_column(default=False)
    own_score: Mapped[float | None]
    consensus_score: Mapped[float | None]
    others_score: Mapped[float | None]  # mean of the other members: the consensus holds her own
    note: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("expert_id", "year", "organisation", "stage"),)


class Rating(Editable, Base):
    """履职评价 of one stage by the leader, the secretariat or the applicant: points by item (JSON),
    100 together.
    """

    __tablename__ = "rating"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    year: Mapped[int]
    organisation: Mapped[str]
    stage: Mapped[str]
    rater: Mapped[str]  # leader / secretariat / applicant
    rater_name: Mapped[str] = mapped_column(default="")
    items: Mapped[str]
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("expert_id", "year", "organisation", "stage", "rater"),)


class Violation(Editable, Base):
    """违规案件（办法第十六条）: while it is open the expert is suspended by `suspension_id`."""

    __tablename__ = "violation"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    suspension_id: Mapped[int | None] = mapped_column(ForeignKey("suspension.id"))
    case_no: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    occurred_on: Mapped[date]
    facts: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    finding: Mapped[str] = mapped_column(default="")  # founded / unfounded
    measure: Mapped[str] = mapped_column(default="")
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class PersonnelDecision(Editable, Base):
    """定级与退出决定: what a rule proposed for a year, on which figures, and what a person
    decided.
    """

    __tablename__ = "personnel_decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    year: Mapped[int]
    rule: Mapped[str]
    effect: Mapped[str]
    grounds: Mapped[str]
    decision: Mapped[str]  # accepted / declined
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_name: Mapped[str]
    decided_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("expert_id", "year", "rule"),)


class Shareholding(Editable, Base):
    """股东及主要人员名单: who holds or runs a company, from the public register; for finding
    conflicts.
    """

    __tablename__ = "shareholding"
    id: Mapped[int] = mapped_column(primary_key=True)
    company: Mapped[str]
    company_uscc: Mapped[str] = mapped_column(default="")
    holder: Mapped[str]
    is_company: Mapped[bool]
    position: Mapped[str] = mapped_column(
        default=""
    )  # 股东、董事、监事、经理、法定代表人、实际控制人
    percent: Mapped[float | None]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("company", "holder", "position"),)


class Official(Editable, Base):
    """公职与表决人员名单: members of the committee, staff of the secretariat, of supervising and of
    recommending bodies.
    """

    __tablename__ = "official"
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]  # committee / regulator / recommender
    name: Mapped[str]
    unit: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(default="")

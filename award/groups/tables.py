"""编组方案、求解任务与日历条目的表.

Problem, plan and names are JSON text: a published plan can be replayed years later.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from expert_pool.ledger.base import Base, Editable


class PlanVersion(Editable, Base):
    """编组方案的一个版本. Published: never changes again, but for being withdrawn or superseded (a
    trigger holds that).
    """

    __tablename__ = "plan_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    number: Mapped[int]
    # draft 草案 / submitted 待复核 / approved 已复核 / published 已发布 / withdrawn 已撤回
    status: Mapped[str]
    origin: Mapped[str] = mapped_column(
        default=""
    )  # uid of the plan it was copied from, or of the job that made it
    note: Mapped[str] = mapped_column(default="")
    problem: Mapped[str]
    plan: Mapped[str]
    names: Mapped[str]
    problem_digest: Mapped[str]
    verdict: Mapped[str]
    ok: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    edited_at: Mapped[datetime]
    edited_by: Mapped[str]
    edited_name: Mapped[str]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_name: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    anchor: Mapped[str] = mapped_column(default="")  # head of the audit chain when it was published
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")
    # Document / site; empty: a year without stages
    review: Mapped[str] = mapped_column(default="", server_default=text("''"))
    superseded_by: Mapped[int | None]  # number of the version that took its place
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    submitted_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    submit_note: Mapped[str] = mapped_column(default="", server_default=text("''"))
    opinion: Mapped[str] = mapped_column(default="", server_default=text("''"))  # 复核意见
    returned_at: Mapped[datetime | None]
    returned_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    return_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    step: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    __table_args__ = (UniqueConstraint("year", "number"),)


class PlanStep(Base):
    """草案的一步: how a draft stood after it, so that it can be undone and done again.

    Step 0 is the draft as it was made. `pins` and `plan` are working memory, empty once the plan is
    published; what was done, by whom and at what cost stays for the proof sheet.
    """

    __tablename__ = "plan_step"
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]  # JSON: what was done, coded
    pins: Mapped[str]
    plan: Mapped[str]


class SolveJob(Editable, Base):
    """求解任务: all of its state, so that any web worker can show it and any child process can run
    it.
    """

    __tablename__ = "solve_job"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    status: Mapped[str]  # queued / running / done / failed / cancelled
    problem: Mapped[str]
    names: Mapped[str]
    notes: Mapped[str]
    limits: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    created_name: Mapped[str]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    process: Mapped[str] = mapped_column(default="")  # host and process id of the runner
    phase: Mapped[str] = mapped_column(default="")
    elapsed: Mapped[float] = mapped_column(default=0.0)
    objective: Mapped[int | None] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    unassigned: Mapped[int] = mapped_column(default=0)
    reports: Mapped[int] = mapped_column(default=0)
    curve: Mapped[str] = mapped_column(default="[]")  # JSON: (seconds, objective, bound) as it went
    best_plan: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[str] = mapped_column(default="")
    error_text: Mapped[str] = mapped_column(default="")
    plan_uid: Mapped[str | None]
    kind: Mapped[
        str | None
    ]  # trial 试算 / candidates 备选方案集; None: the solve that makes a draft
    task: Mapped[str | None]  # JSON: what a trial or a candidate set is asked for
    results: Mapped[
        str | None
    ]  # JSON: the plans of a trial, which are no versions until somebody chooses one


class PlanDraw(Editable, Base):
    """随机抽取: a published candidate set, then the seed and what it drew.

    Drawn or void, a set stays on record for the inspector.
    """

    __tablename__ = "plan_draw"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    status: Mapped[str]  # open 待抽取 / drawn 已抽取 / void 已作废
    job_uid: Mapped[str]
    candidates: Mapped[str]  # assignment.draw: the file whose digest is published
    names: Mapped[str]
    digest: Mapped[str]
    count: Mapped[int]
    tolerance: Mapped[int]
    cap: Mapped[int]
    reached: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    opened_name: Mapped[str]
    seed: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    ticket: Mapped[int | None]
    chosen: Mapped[int | None]
    drawn_at: Mapped[datetime | None]
    drawn_by: Mapped[str | None]
    drawn_name: Mapped[str | None]
    plan_uid: Mapped[str | None]
    voiding_at: Mapped[
        datetime | None
    ]  # 提出作废, until somebody else agrees or not; `void_reason` says why
    voiding_by: Mapped[str | None]
    voiding_name: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None]
    voided_name: Mapped[str | None]
    void_reason: Mapped[str] = mapped_column(default="")
    # 再次抽取 in a year that was drawn for: why, and who agreed besides whoever published the set.
    again_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    agreed_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    agreed_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    agreed_at: Mapped[datetime | None]


class CalendarEntry(Editable, Base):
    """日历条目: one per day, visit and expert of a year, kept when dropped; `expert` is empty for
    the office's own calendar.

    The UID of RFC 5545 follows from the key (`assignment.events.uid_of`); `sequence` rises with
    each change.
    """

    __tablename__ = "calendar_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    expert: Mapped[str]
    applicant: Mapped[str]
    part: Mapped[int] = mapped_column(default=0)  # the day of the visit, from 0
    sequence: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[str]
    cancelled: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("year", "expert", "applicant", "part"),)


class DutyAnswer(Editable, Base):
    """任务答复: what an expert says to her duty in a published plan.

    A duty that changes (`fingerprint`) is asked about anew.
    """

    __tablename__ = "duty_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("award_year.year"))
    expert: Mapped[str] = mapped_column(index=True)
    fingerprint: Mapped[str]
    plan_uid: Mapped[str]  # the version in force when she answered
    answer: Mapped[str]  # accepted / declined / open (taken back)
    reason_kind: Mapped[str] = mapped_column(default="")  # core.duty.REASONS
    reason: Mapped[str] = mapped_column(default="")
    after_accepting: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime]
    via: Mapped[str]  # own / office (told by telephone)
    __table_args__ = (UniqueConstraint("year", "expert", "fingerprint"),)

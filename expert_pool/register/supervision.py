"""监督用例（办法第九条第三项、第十六条）: what happened in a stage, ratings, violations, and
decisions on what the rules propose.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from expert_pool.core.expert import GRADES
from expert_pool.core.life import TRANSITIONS, Step
from expert_pool.core.performance import Proposal, RatingFacts, StageFacts, proposals
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.facts.rubric import full_marks
from expert_pool.ledger import UnitOfWork
from expert_pool.records import PersonnelDecision, Rating, StageRecord, Violation
from expert_pool.register.life import (
    dismiss,
    lift,
    regrade,
    state_now,
    suspend,
)
from expert_pool.tables import Appointment, Expert, Suspension

BASIS = "办法第九条第三项"


@dataclass(frozen=True)
class StageFields:
    """一个阶段的履职情况. Empty words and None: nobody has said."""

    year: int
    organisation: str
    stage: str
    attendance: str = ""
    report: str = ""
    declined: bool = False
    own_score: float | None = None
    consensus_score: float | None = None
    note: str = ""
    others_score: float | None = None  # mean of the other members of the group


@dataclass(frozen=True)
class RatingFields:
    """一次评价: points by item, as the rulebook lists them for the rater."""

    year: int
    organisation: str
    stage: str
    rater: str
    items: Mapping[str, int]
    rater_name: str = ""
    comment: str = ""


def note_stage(uow: UnitOfWork, expert_uid: str, wanted: StageFields) -> str:
    """记录阶段履职: one line per expert, organisation, year and stage; writing it again corrects
    it.
    """
    expert = uow.load(Expert, expert_uid)
    sound_stage(wanted)
    uow.demand_may_name(wanted.organisation)
    key = (
        StageRecord.expert_id == expert.id,
        StageRecord.year == wanted.year,
        StageRecord.organisation == wanted.organisation,
    )
    row = uow.session.scalar(select(StageRecord).where(*key, StageRecord.stage == wanted.stage))
    if row is None:
        return uow.add(StageRecord(expert_id=expert.id, **vars(wanted)), "k", "record").uid
    with uow.change(row, "correct"):
        for name, value in vars(wanted).items():
            setattr(row, name, value)
    return row.uid


def sound_stage(wanted: StageFields) -> None:
    """Raises Refusal `unknown-kind` or `out-of-range`."""
    book, most = rulebook(), full_marks()
    _sound_review(wanted.organisation, wanted.stage)
    if wanted.attendance not in ("", *book.attendance) or wanted.report not in ("", *book.reports):
        raise Refusal("unknown-kind", "请从列表中选择出勤和报告情况。", BASIS)
    for score in (wanted.own_score, wanted.consensus_score, wanted.others_score):
        if score is not None and not 0 <= score <= most:
            raise Refusal(
                "out-of-range",
                f"评审得分应在 0 到 {most} 之间。",
                BASIS,
                field="own_score",
            )


def rate(uow: UnitOfWork, expert_uid: str, wanted: RatingFields) -> str:
    """履职评价 of 100 points; the same side rating the same stage again corrects it.

    Nobody rates herself.
    """
    expert = uow.load(Expert, expert_uid)
    values = rating_values(wanted, expert.name, uow.actor.name, uow.now)
    uow.demand_may_name(wanted.organisation)
    key = {
        "year": wanted.year,
        "organisation": wanted.organisation,
        "stage": wanted.stage,
        "rater": wanted.rater,
    }
    row = uow.session.scalar(select(Rating).filter_by(expert_id=expert.id, **key))
    if row is None:
        return uow.add(Rating(expert_id=expert.id, **key, **values), "m", "rate").uid
    with uow.change(row, "correct"):
        for name, value in values.items():
            setattr(row, name, value)
    return row.uid


def rating_values(
    wanted: RatingFields, expert_name: str, actor_name: str, now: datetime
) -> dict[str, object]:
    """What the record holds of a sound rating, without its key."""
    book = rulebook()
    _sound_review(wanted.organisation, wanted.stage)
    if wanted.rater not in book.raters:
        raise Refusal(
            "unknown-rater", "评价方应是评审组长、审定办或申报组织。", BASIS, field="rater"
        )
    items = book.raters[wanted.rater].items
    for code, (words, points) in items.items():
        if not 0 <= wanted.items.get(code, -1) <= points:
            raise Refusal("out-of-range", f"“{words}”应打 0 到 {points} 分。", BASIS, field=code)
    if wanted.rater == "leader" and wanted.rater_name.strip() == expert_name:
        raise Refusal("own-rating", "组长不能给自己打分。", BASIS, field="rater_name")
    return {
        "rater_name": wanted.rater_name.strip() or actor_name,
        "items": json.dumps({code: wanted.items[code] for code in items}, sort_keys=True),
        "score": sum(wanted.items[code] for code in items),
        "comment": wanted.comment.strip(),
        "rated_at": now,
    }


def open_violation(
    uow: UnitOfWork, expert_uid: str, kind: str, occurred_on: date, facts: str, source: str = ""
) -> str:
    """违规立案（办法第十六条）: the expert is suspended until the case is decided."""
    expert = uow.load(Expert, expert_uid)
    if kind not in rulebook().violations:
        raise Refusal("unknown-kind", "请选择违规的种类。", "办法第十六条", field="kind")
    if not facts.strip():
        raise Refusal("blank", "请写明反映的情况。", "办法第十六条", field="facts")
    if occurred_on > uow.today:
        raise Refusal("bad-date", "发生日期不能晚于今天。", field="occurred_on")
    year = uow.today.year
    count = (
        uow.session.scalar(
            select(func.count())
            .select_from(Violation)
            .where(Violation.case_no.startswith(f"{year}-"))
        )
        or 0
    )
    case_no = f"{year}-{count + 1:03d}"
    held = None
    if state_now(uow, expert) in TRANSITIONS[Step.SUSPEND].before:
        uid = suspend(uow, expert_uid, f"案件 {case_no} 核查期间暂停使用")
        held = uow.load(Suspension, uid).id
    row = Violation(
        expert_id=expert.id,
        suspension_id=held,
        case_no=case_no,
        kind=kind,
        occurred_on=occurred_on,
        facts=facts.strip(),
        source=source.strip(),
        opened_at=uow.now,
        opened_by=uow.actor.id,
        finding="",
        measure="",
        decision_reason="",
        decided_by="",
        decided_name="",
    )
    return uow.add(row, "w", "open").uid


def decide_violation(
    uow: UnitOfWork, violation_uid: str, version: int, founded: bool, measure: str, reason: str
) -> int:
    """违规处理决定, by somebody else than who opened the case: the suspension ends, stays, or
    becomes a dismissal.
    """
    row = uow.load(Violation, violation_uid, version)
    demand_reason(reason)
    if row.finding:
        raise Refusal("decided", f"案件 {row.case_no} 已作决定。", "办法第十六条")
    words = "立案人不能自己作处理决定，请由另一人办理。"
    demand_other_person(uow.actor, (row.opened_by,), words, "办法第十六条")
    if measure not in rulebook().measures or (not founded and measure != "none"):
        raise Refusal(
            "unknown-measure",
            "查实的请选择处理方式；不属实的不予处理。",
            "办法第十六条",
            field="measure",
        )
    expert = uow.session.get_one(Expert, row.expert_id)
    with uow.change(row, "decide", reason):
        row.finding, row.measure, row.decision_reason = (
            ("founded" if founded else "unfounded"),
            measure,
            reason.strip(),
        )
        row.decided_by, row.decided_name, row.decided_at = uow.actor.id, uow.actor.name, uow.now
    uow.session.flush()
    if measure == "dismiss":
        dismiss(uow, expert.uid, f"案件 {row.case_no}：{reason.strip()}")
    held = uow.session.get(Suspension, row.suspension_id) if row.suspension_id is not None else None
    others = uow.session.scalar(
        select(Violation.id)
        .where(Violation.expert_id == expert.id, Violation.finding == "")
        .limit(1)
    )
    if (
        held is not None
        and held.lifted_at is None
        and measure in ("none", "warn")
        and others is None
    ):
        lift(uow, held, f"案件 {row.case_no} 已作决定：{reason.strip()}")
    return row.version


def decide_proposal(
    uow: UnitOfWork, expert_uid: str, year: int, rule: str, accepted: bool, reason: str
) -> str:
    """定级与退出决定: a person accepts or declines what a rule proposes; accepting carries it
    out.
    """
    expert = uow.load(Expert, expert_uid)
    demand_reason(reason)
    proposal = next(
        (one for one in proposals_for(uow.session, expert, year, uow.today) if one.rule == rule),
        None,
    )
    if proposal is None:
        raise Refusal("not-proposed", f"现有记录不再支持对{expert.name}的这项建议。", BASIS)
    if (
        uow.session.scalar(
            select(PersonnelDecision.id).filter_by(expert_id=expert.id, year=year, rule=rule)
        )
        is not None
    ):
        raise Refusal("decided", "这项建议本年度已作决定。", BASIS)
    row = PersonnelDecision(
        expert_id=expert.id,
        year=year,
        rule=rule,
        effect=proposal.effect,
        grounds=proposal.grounds,
        decision="accepted" if accepted else "declined",
        reason=reason.strip(),
        decided_by=uow.actor.id,
        decided_name=uow.actor.name,
        decided_at=uow.now,
    )
    uid = uow.add(row, "q", "decide", reason).uid
    if accepted and proposal.effect == "dismiss":
        dismiss(uow, expert_uid, f"{proposal.zh}：{reason.strip()}")
    elif accepted:
        regrade(uow, expert_uid, proposal.effect, f"{proposal.zh}：{reason.strip()}")
    return uid


def proposals_for(
    session: Session, expert: Expert, year: int, on: date, hidden: Collection[str] = ()
) -> tuple[Proposal, ...]:
    """建议 on the records up to `year`; none for somebody without a running term. For a reader who
    must keep away from organisations, only on the records of the others.
    """
    terms = session.scalars(
        select(Appointment).where(
            Appointment.expert_id == expert.id, Appointment.first <= on, Appointment.last >= on
        )
    )
    grade = next(
        (
            row.grade
            for row in terms
            if (row.ended_on is None or row.ended_on >= on) and row.end_kind != "dismiss"
        ),
        "",
    )
    if grade not in GRADES:
        return ()
    ratings = [
        rating_facts(row)
        for row in session.scalars(select(Rating).where(Rating.expert_id == expert.id))
        if row.organisation not in hidden
    ]
    stages = [
        stage_facts(row)
        for row in session.scalars(select(StageRecord).where(StageRecord.expert_id == expert.id))
        if row.organisation not in hidden
    ]
    proven = select(Violation.occurred_on).where(
        Violation.expert_id == expert.id, Violation.finding == "founded"
    )
    return proposals(
        grade,
        year,
        ratings,
        stages,
        [day.year for day in session.scalars(proven)],
        rulebook(),
        _decided(session, expert, year),
    )


def _decided(session: Session, expert: Expert, year: int) -> dict[str, int]:
    """By rule the last year before this one in which it was decided on."""
    last = select(PersonnelDecision.rule, func.max(PersonnelDecision.year)).where(
        PersonnelDecision.expert_id == expert.id
    )
    return dict(
        session.execute(
            last.where(PersonnelDecision.year < year).group_by(PersonnelDecision.rule)
        ).all()
    )


def rating_facts(row: Rating) -> RatingFacts:
    return RatingFacts(row.year, row.organisation, row.stage, row.rater, row.score)


def stage_facts(row: StageRecord) -> StageFacts:
    return StageFacts(
        row.year,
        row.organisation,
        row.stage,
        row.attendance,
        row.report,
        row.declined,
        row.own_score,
        row.consensus_score,
    )


def _sound_review(organisation: str, stage: str) -> None:
    if not organisation.strip():
        raise Refusal("blank", "请填写评审的组织名称。", BASIS, field="organisation")
    if stage not in rulebook().stages:
        raise Refusal("unknown-stage", "评审阶段应是资料评审或现场评审。", BASIS, field="stage")

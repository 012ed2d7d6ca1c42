"""资格审查用例（办法第十二条、第十三条第三项）: facts, a person's word per condition, the
decision.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants import applications, inquiries
from award.applicants.core import eligibility
from award.applicants.core.eligibility import Decided, Facts, Finding, Numbers, Since
from award.applicants.tables import (
    Applicant,
    Application,
    ConditionWord,
    Incident,
    Inquiry,
    InquiryAnswer,
    Licence,
)
from award.year import stages
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.organisation import Answer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = "办法第十二条、第十三条第三项"


def facts_of(session: Session, applicant: Applicant) -> Facts:
    """What is on record about one application."""
    year = year_store.year(session, SYSTEM_VIEWER, applicant.year)
    row = session.scalar(select(Application).where(Application.applicant_id == applicant.id))
    licences = session.scalars(
        select(Licence).where(Licence.applicant_id == applicant.id).order_by(Licence.id)
    )
    incidents = session.scalars(
        select(Incident)
        .where(Incident.applicant_id == applicant.id, Incident.withdrawn_at.is_(None))
        .order_by(Incident.id)
    )
    named = applicant.name, applicant.uscc
    ban = applications.ban_of(session, *named)
    doubt = applications.bans_of(session, *named, Answer.ASK)
    since = row.operating_since if row else None
    return Facts(
        applicant.award,
        year.reference_day,
        row.local if row else None,
        Since(since, row.operating_precision) if row and since else None,
        tuple(eligibility.Licence(one.kind, one.valid_to, one.forever) for one in licences),
        tuple(
            eligibility.Incident(
                one.kind, Since(one.happened_on, one.precision), one.org_fault, one.source
            )
            for one in incidents
        ),
        _all_told(session, applicant),
        applications.split(row.innovations) if row else (),
        ban.until if ban else None,
        tuple(one.organisation for one in doubt if one.until >= year.reference_day),
    )


def _all_told(session: Session, applicant: Applicant) -> bool:
    """Whether every department that was asked has answered about this applicant."""
    open_letters = select(Inquiry.id).where(
        Inquiry.year == applicant.year, Inquiry.withdrawn_at.is_(None)
    )
    letters = set(session.scalars(open_letters))
    told = set(
        session.scalars(
            select(InquiryAnswer.inquiry_id).where(InquiryAnswer.applicant_id == applicant.id)
        )
    )
    if stages.values(session, applicant.year).get("department_silent") == "consent":
        return bool(letters)
    return bool(letters) and letters <= told


def findings(session: Session, applicant: Applicant) -> tuple[Finding, ...]:
    """Every condition with the computed answer, or a person's word where she has given one."""
    words = session.scalars(select(ConditionWord).where(ConditionWord.applicant_id == applicant.id))
    said = {one.condition: Decided(one.condition, one.verdict, one.reason) for one in words}
    found: list[Finding] = []
    for one in eligibility.judge(facts_of(session, applicant), numbers(session, applicant.year)):
        try:
            found += eligibility.settle(
                (one,), [said[one.condition]] if one.condition in said else []
            )
        except Refusal:
            found.append(one)  # the facts have changed since she spoke; she is asked again
    return tuple(found)


def numbers(session: Session, year: int) -> Numbers:
    """The numbers of the regulation that the year is bound to."""
    regulation = year_store.year(session, SYSTEM_VIEWER, year).rules.regulation
    return Numbers(regulation.min_operation_years, regulation.clean_record_years)


def say(uow: UnitOfWork, uid: str, word: Decided) -> None:
    """判定一项条件: what a date says cannot be overruled, what is unknown not be called known."""
    applicant = uow.load(Applicant, uid)
    stages.demand_stage(uow.session, applicant.year, "applications", "qualification")
    if applicant.state not in ("registered", "supplement", "complete"):
        raise Refusal("wrong-state", "这家申报组织的资格已经决定。", BASIS)
    computed = eligibility.judge(
        facts_of(uow.session, applicant), numbers(uow.session, applicant.year)
    )
    if word.condition not in {one.condition for one in computed}:
        raise Refusal("unknown-kind", "没有这项条件。", BASIS)
    eligibility.settle(computed, [word])
    held = uow.session.scalar(
        select(ConditionWord).where(
            ConditionWord.applicant_id == applicant.id, ConditionWord.condition == word.condition
        )
    )
    signed = {
        "verdict": word.verdict,
        "reason": word.reason.strip(),
        "said_by": uow.actor.id,
        "said_name": uow.actor.name,
        "said_at": uow.now,
    }
    if held is None:
        fresh = ConditionWord(applicant_id=applicant.id, condition=word.condition, **signed)
        uow.add(fresh, "cw", "say", word.reason)
    else:
        with uow.change(held, "say", word.reason):
            for key, value in signed.items():
                setattr(held, key, value)


def decide(uow: UnitOfWork, uid: str, passes: bool, reason: str) -> None:
    """资格审查决定, by the approver: it must follow from the conditions.

    Raises Refusal `eligibility-unknown`, `eligibility-unmet`, `eligibility-met`, `reason-needed`.
    """
    applicant = uow.load(Applicant, uid)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明决定的理由，它会印在资格审查结论上。", BASIS)
    eligibility.demand_decidable(findings(uow.session, applicant), passes)
    wanted = "qualified" if passes else "unqualified"
    applications.step(uow, applicant, wanted, reason)
    row = applications.application(uow, applicant)
    with uow.change(row, "decide", reason):
        row.decision_reason = reason.strip()
        row.decided_at, row.decided_by, row.decided_name = uow.now, uow.actor.id, uow.actor.name


def take_back(uow: UnitOfWork, uid: str, reason: str) -> None:
    """收回资格审查决定 as long as the stage lasts."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明收回决定的理由。", BASIS)
    applications.step(uow, uow.load(Applicant, uid), "complete", reason)


def _all_decided(uow: UnitOfWork, year: int) -> tuple[str, ...]:
    rows = uow.session.scalars(
        select(Applicant.name)
        .where(
            Applicant.year == year, Applicant.state.in_(("registered", "supplement", "complete"))
        )
        .order_by(Applicant.name)
    )
    said = tuple(f"{name}的资格还没有决定。" for name in rows) + _overtaken(uow.session, year)
    some = uow.session.scalar(
        select(Applicant.id).where(Applicant.year == year, Applicant.state == "qualified").limit(1)
    )
    return said if said or some is not None else ("没有通过资格审查的申报组织。",)


def _overtaken(session: Session, year: int) -> tuple[str, ...]:
    """Who was let through before an incident came to light; nothing else changes after that."""
    rows = session.scalars(
        select(Applicant)
        .where(Applicant.year == year, Applicant.state == "qualified")
        .where(
            Applicant.id.in_(select(Incident.applicant_id).where(Incident.withdrawn_at.is_(None)))
        )
        .order_by(Applicant.name)
    )
    return tuple(
        f"{row.name}通过以后事实有变：{one.reason}请收回资格审查决定，重新判定。"
        for row in rows
        for one in findings(session, row)
        if one.verdict != eligibility.MET
    )


CHECKS: Mapping[str, stages.Check] = {
    **applications.CHECKS,
    **inquiries.CHECKS,
    "all-decided": _all_decided,
}

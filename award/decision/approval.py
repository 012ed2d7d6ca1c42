"""审定批准用例（办法第十三条第九项）: the city government's document makes winners of the
proposed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from award.applicants import qualification
from award.applicants.applications import step
from award.applicants.core import eligibility
from award.applicants.core.eligibility import INCIDENTS, Incident
from award.applicants.tables import Applicant
from award.decision import gather
from award.decision.evaluation import demand_past, demand_role, firms, noted
from award.decision.tables import Approval, Honour
from award.decision.vote import told
from award.year import stages
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = "办法第十三条第九项"
INCIDENTS_BASIS = "办法第十二条第四项、第十三条第九项"


def approve(
    uow: UnitOfWork, year: int, document: str, on: date, removed: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """登记市政府批准: its date is the date of the award. `removed`: whom the city left out, and
    why.

    Gives the ids of the honours. Raises Refusal with what is still missing.
    """
    stages.demand_stage(uow.session, year, "approval")
    demand_role(uow, Role.APPROVER)
    demand_past(uow, on, "批准日期", BASIS, "on")
    left_out = {case: why.strip() for case, why in (removed or {}).items()}
    _sound(uow, year, document, left_out)
    row = Approval(
        year=year,
        document=document.strip(),
        approved_on=on,
        removed=json.dumps(left_out, ensure_ascii=False, sort_keys=True),
        **noted(uow),
    )
    uow.add(row, "av", "approve", document)
    made = gather.decision(uow.session, year)
    if made["reached"] != "honours":
        raise told(uow.session, year, made["stopped"])
    rows = firms(uow.session, year)
    for case, why in left_out.items():
        if rows[case].state == "proposed":
            step(uow, rows[case], "disqualified", why)
    return tuple(_award(uow, row, one) for one in made["honours"])


def _award(uow: UnitOfWork, approval: Approval, won: Mapping[str, object]) -> str:
    firm = firms(uow.session, approval.year)[str(won["case"])]
    if firm.state == "over-quota":  # a person decided that it takes an emptied place
        with uow.change(firm, "state", "递补"):
            firm.state = "awarded"
    else:
        step(uow, firm, "awarded")
    honour = Honour(
        year=approval.year,
        applicant=firm.uid,
        organisation=firm.name,
        uscc=firm.uscc,
        award=won["award"],
        counted=won["counted"],
        amount=won["amount"],
        why=won["why"],
        awarded_on=approval.approved_on,
        document=approval.document,
        revoked_on=None,
        **noted(uow),
    )
    return uow.add(honour, "ho", "award").uid


def _sound(uow: UnitOfWork, year: int, document: str, removed: Mapping[str, str]) -> None:
    if not document.strip():
        raise Refusal("blank", "请填写市政府批准文件的文号。", BASIS, field="document")
    if gather.approval_row(uow.session, year) is not None:
        raise Refusal("exists", "批准文件已经登记。", BASIS)
    rows = [row for row in gather.applicants(uow.session, year) if row.state == "proposed"]
    for case, why in removed.items():
        if case not in {row.uid for row in rows}:
            raise Refusal("not-proposed", "不在拟奖名单中的组织不能从名单中去掉。", BASIS)
        if not why:
            raise Refusal("reason-needed", "请写明没有批准的理由。", BASIS, field="removed")
    for row in rows:
        found = against(uow.session, row)
        if found and row.uid not in removed:
            raise Refusal("later-incident", told_of(uow.session, row, found[0]), INCIDENTS_BASIS)


def against(session: Session, row: Applicant) -> tuple[Incident, ...]:
    """不良记录 that stand against an award: after the deadline those whose fault is not known or
    was the organisation's; before it those that came to light after 资格审查, so that article 12 is
    not met any more.
    """
    facts = qualification.facts_of(session, row)
    found = eligibility.later_incidents(facts)
    later = tuple(one for one in found if one.org_fault is not False)
    clean = {one.condition: one.verdict for one in qualification.findings(session, row)}["clean"]
    if clean == eligibility.MET:
        return later
    return later + eligibility.earlier_incidents(facts, qualification.numbers(session, row.year))


def told_of(session: Session, row: Applicant, one: Incident) -> str:
    if one.on.latest <= year_store.year(session, SYSTEM_VIEWER, row.year).reference_day:
        return (
            f"{row.name}{one.on.words}有{INCIDENTS[one.kind]}，资格审查时没有查到；"
            "误记的请撤销，属实的请写明没有批准的理由，或先取消资格。"
        )
    day = one.on.latest
    when = f"{day.year}年{day.month}月{day.day}日"
    what = f"{row.name}在申报截止以后（{when}）有{INCIDENTS[one.kind]}"
    if one.org_fault is None:
        return f"{what}，责任尚未查明，不能批准。"
    return f"{what}，是这家组织的责任；请写明没有批准的理由，或先取消资格。"

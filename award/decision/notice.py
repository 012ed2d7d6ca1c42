"""社会公示与异议用例（办法第十三条第八项）: the period by working days, objections, the enquiry,
and the chair's decision.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from award.applicants.applications import step
from award.applicants.tables import Applicant
from award.decision import gather
from award.decision.core.notice import Period, period
from award.decision.core.places import QUALITY
from award.decision.evaluation import demand_past, demand_role, firms, noted
from award.decision.tables import Objection, PublicNotice
from award.year import stages
from expert_pool.core.actor import Role
from expert_pool.core.person import name_key
from expert_pool.facts.refusal import Refusal, demand_other_person
from expert_pool.ledger import UnitOfWork
from expert_pool.store import working_days

BASIS = "办法第十三条第八项"
AHEAD = 30  # days from entering a notice to its publication, at most


@dataclass(frozen=True)
class ObjectionFields:
    """`applicant` empty: about none of them in particular; `from_name` empty: anonymous."""

    facts: str
    received_on: date
    applicant: str = ""
    from_name: str = ""
    contact: str = ""


def proposed(session: Session, year: int) -> tuple[Applicant, ...]:
    """拟奖组织, in the order of the vote; equals by name, which decides nothing any more."""
    made = gather.decision(session, year)
    ranks = {one["case"]: one["rank"] for one in (made["vote"] or {}).get("candidates", ())}
    awards = {one["case"]: one["award"] for one in made["totals"]}
    rows = [row for row in gather.applicants(session, year) if row.state == "proposed"]

    def place(row: Applicant) -> tuple[bool, int, str]:
        return awards.get(row.uid, row.award) != QUALITY, ranks.get(row.uid, 0), row.name

    return tuple(sorted(rows, key=place))


def publish(uow: UnitOfWork, year: int, published_on: date, document: str, contact: str) -> Period:
    """发布公示 of the proposed winners; gives its period."""
    stages.demand_stage(uow.session, year, "notice")
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    if gather.notice_row(uow.session, year) is not None:
        raise Refusal("exists", "拟奖名单已经公示。", BASIS)
    if not document.strip() or not contact.strip():
        raise Refusal("blank", "请填写公示的文号和受理异议的方式。", BASIS, field="contact")
    _demand_day(uow, year, published_on)
    listing = [row.uid for row in proposed(uow.session, year)]
    row = PublicNotice(
        year=year,
        published_on=published_on,
        document=document.strip(),
        contact=contact.strip(),
        listing=json.dumps(listing),
        **noted(uow),
    )
    uow.add(row, "pn", "publish")
    found = period_of(uow.session, year)
    assert found is not None
    return found


def _demand_day(uow: UnitOfWork, year: int, day: date) -> None:
    """Not before the committee voted, and no more than planned ahead: a slip of the year would end
    the period at once, or never.
    """
    voted = max((row.held_on for row in gather.rounds(uow.session, year)), default=day)
    if day < voted:
        raise Refusal("bad-date", "公示日期不能早于审委会表决的日期。", BASIS, field="published_on")
    if day > uow.today + timedelta(AHEAD):
        raise Refusal(
            "bad-date", f"公示日期不能晚于今天以后{AHEAD}天。", BASIS, field="published_on"
        )


def period_of(session: Session, year: int) -> Period | None:
    """公示期 by the calendar as it is known now."""
    row, said = gather.notice_row(session, year), stages.values(session, year)
    if row is None or "notice_workdays" not in said or "notice_first_day" not in said:
        return None
    days, counts = int(said["notice_workdays"]), said["notice_first_day"] == "yes"
    return period(row.published_on, days, counts, working_days(session))


def file_objection(uow: UnitOfWork, year: int, wanted: ObjectionFields) -> str:
    """登记异议. Where objections must be signed, an anonymous one is kept as a lead (线索) and
    blocks nothing until the office takes it up.
    """
    stages.demand_stage(uow.session, year, "notice", "approval")
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    demand_past(uow, wanted.received_on, "收到日期", BASIS, "received_on")
    if not wanted.facts.strip():
        raise Refusal("blank", "请写明反映的问题。", BASIS, field="facts")
    if wanted.applicant and wanted.applicant not in firms(uow.session, year):
        raise Refusal("not-found", "本年度没有这家申报组织。", BASIS, field="applicant")
    row = Objection(
        year=year,
        applicant=wanted.applicant,
        from_name=wanted.from_name.strip(),
        lead=must_sign(uow.session, year) and not wanted.from_name.strip(),
        contact=wanted.contact.strip(),
        received_on=wanted.received_on,
        facts=wanted.facts.strip(),
        due=_due(uow.session, year, wanted.received_on),
        proven=None,
        found_on=None,
        decided_on=None,
        **noted(uow),
    )
    return uow.add(row, "ob", "file").uid


def take_up(uow: UnitOfWork, uid: str, reason: str) -> None:
    """把匿名线索立为异议: from now on it must be closed like any other."""
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    row = _open(uow, uid)
    if not row.lead:
        raise Refusal("not-a-lead", "这已经是异议，不用再立。", BASIS)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明立为异议的理由。", BASIS, field="reason")
    with uow.change(row, "take-up", reason):
        row.lead = False


def must_sign(session: Session, year: int) -> bool:
    """异议须署名或盖章, by the year's setting."""
    return stages.values(session, year).get("objection_signed") == "yes"


def _due(session: Session, year: int, received: date) -> date | None:
    said = stages.values(session, year).get("enquiry_workdays")
    return working_days(session).add(received, int(said)) if said else None


def find(uow: UnitOfWork, uid: str, finding: str, proven: bool) -> None:
    """调查核实: what the office found; it goes to the chair."""
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)
    row = _open(uow, uid)
    if not finding.strip():
        raise Refusal("blank", "请写明调查核实的结果。", BASIS, field="finding")
    with uow.change(row, "find"):
        row.finding, row.proven = finding.strip(), proven
        row.found_on, row.found_name = uow.today, uow.actor.name


def decide(uow: UnitOfWork, uid: str, upheld: bool, chair: str, note: str, on: date) -> None:
    """登记主任审查意见: upheld cancels the award's proposal (取消获奖资格).

    Raises Refusal `no-finding` before the enquiry is reported, and `own-proposal` where the same
    person found and enters the decision.
    """
    demand_role(uow, Role.APPROVER)
    row = _open(uow, uid)
    if row.lead:
        raise Refusal("lead", "匿名的线索须先立为异议，才能提交主任审查。", BASIS)
    if not row.finding:
        raise Refusal("no-finding", "还没有调查核实的结果，不能提交主任审查。", BASIS)
    same = name_key(row.found_name) == name_key(uow.actor.name)
    involved = (uow.actor.id,) if same else ()
    demand_other_person(uow.actor, involved, "须由另一人办理。", "办法第九条", "own-proposal")
    demand_past(uow, on, "审查日期", BASIS, "decided_on")
    if on < row.received_on:
        raise Refusal("bad-date", "审查日期不能早于收到异议的日期。", BASIS, field="decided_on")
    if not chair.strip():
        raise Refusal("blank", "请写明审查的审委会主任。", BASIS, field="chair")
    if upheld and not (row.proven and row.applicant):
        raise Refusal("not-proven", "没有查证属实的违法违规行为，不能取消获奖资格。", BASIS)
    with uow.change(row, "decide", note):
        row.decision = "upheld" if upheld else "rejected"
        row.chair, row.decision_note, row.decided_on = chair.strip(), note.strip(), on
    firm = firms(uow.session, row.year).get(row.applicant)
    if upheld and firm is not None and firm.state == "proposed":
        step(uow, firm, "disqualified", note)


def still_open(session: Session, year: int) -> tuple[Objection, ...]:
    return tuple(one for one in gather.objections(session, year) if not (one.decision or one.lead))


def _open(uow: UnitOfWork, uid: str) -> Objection:
    row = uow.load(Objection, uid)
    stages.demand_stage(uow.session, row.year, "notice", "approval")
    if row.decision:
        raise Refusal("decided", "这件异议已经由主任审查，不能再改。", BASIS)
    return row


def words(found: Period) -> str:
    """公示到10月10日止."""
    last = f"{found.last.year}年{found.last.month}月{found.last.day}日"
    if found.unsettled:
        years = "、".join(map(str, found.unsettled))
        return f"公示到{last}止，待核：{years}年节假日安排未公布。"
    return f"公示到{last}止。"


def listed(session: Session, year: int) -> list[dict[str, Any]]:
    """拟奖名单 with award and name, as it was published, whatever became of them; before that as it
    stands now.
    """
    row, rows = gather.notice_row(session, year), firms(session, year)
    uids = json.loads(row.listing) if row else [one.uid for one in proposed(session, year)]
    awards = gather.awards(session, year)
    return [
        {"case": uid, "name": rows[uid].name, "award": awards.get(uid, rows[uid].award)}
        for uid in uids
    ]


def submitted(session: Session, year: int) -> list[dict[str, Any]]:
    """报批的名单: the published one without whose award was cancelled or who gave up, and with who
    was decided to take an emptied place.
    """
    rows, awards = firms(session, year), gather.awards(session, year)
    gone = {one.applicant for one in gather.objections(session, year) if one.decision == "upheld"}
    gone |= {uid for uid, row in rows.items() if row.state == "given-up"}
    filling = [
        json.loads(one.cases)[1] for one in gather.rulings(session, year) if one.kind == "vacancy"
    ]
    kept = [one for one in listed(session, year) if one["case"] not in gone]
    return kept + [{"case": uid, "name": rows[uid].name, "award": awards[uid]} for uid in filling]

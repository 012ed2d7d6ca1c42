"""表决用例（办法第十三条第七项）: rounds on paper, two tellers, counts only; what the text leaves
open is decided by persons on record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.applications import step
from award.applicants.tables import Applicant
from award.decision import gather
from award.decision.core import ballot
from award.decision.core.ballot import VOTE, Round, Tally
from award.decision.core.places import QUALITY
from award.decision.evaluation import demand_issued, demand_past, demand_role, firms, noted
from award.decision.tables import Ruling, VoteRound, VoteTally
from award.year import stages
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER, Role
from expert_pool.facts.refusal import Refusal, demand_other_person
from expert_pool.ledger import UnitOfWork

Json = dict[str, Any]
OUTCOMES = {"proposed": "proposed", "no-majority": "no-majority", "over-quota": "over-quota"}


@dataclass(frozen=True)
class TallyFields:
    """计票单 as typed. `struck`: valid slips on which a recused member struck the name out."""

    returned: int
    invalid: int
    approve: Mapping[str, int]
    struck: Mapping[str, int] = field(default_factory=dict)
    scrutineer: str = ""


@dataclass(frozen=True)
class RulingFields:
    """tie: `cases` in their order; prize: the case; vacancy: who left and who steps up."""

    kind: str
    cases: Sequence[str]
    decided_by: str
    record: str
    amount: int = 0
    counted: bool = True


def candidates(session: Session, year: int) -> tuple[Applicant, ...]:
    """候选组织, who is on the ballot, in the order of the slip: by award, then by name, which
    decides nothing; also those that gave up after the report, with their slips.
    """
    totals = gather.decision(session, year)["totals"]
    awards = {one["case"]: one["award"] for one in totals if one["meets"]}
    rows = [row for row in gather.applicants(session, year) if row.uid in awards]
    return tuple(sorted(rows, key=lambda row: (awards[row.uid] != QUALITY, row.name, row.uid)))


def on_slip(session: Session, year: int) -> list[tuple[str, str]]:
    """Award and name of every candidate, as they stand on the slip."""
    awards = gather.awards(session, year)
    return [(awards[row.uid], row.name) for row in candidates(session, year)]


def open_round(
    uow: UnitOfWork, year: int, held_on: date, present: Sequence[str], issued: int
) -> str:
    """开始一轮表决: who signed in and how many slips were handed out.

    Raises Refusal `vote-quorum` when too few are there: the meeting is called again.
    """
    _in_vote(uow, year)
    demand_issued(uow.session, year)
    demand_past(uow, held_on, "表决日期", VOTE, "held_on")
    if current(uow.session, year) is not None:
        raise Refusal("exists", "已有一轮表决；要重新表决，请先宣布它无效并写明理由。", VOTE)
    known = {one.uid for one in gather.members(uow.session, year)}
    if not set(present) <= known or len(set(present)) != len(present):
        raise Refusal("unknown-member", "签到的人不在固定的审委会名单中。", VOTE)
    ballot.check_presence(Round(1, len(present), issued), len(known), _quorum(uow.session, year))
    row = VoteRound(
        year=year,
        number=len(gather.rounds(uow.session, year)) + 1,
        held_on=held_on,
        present=json.dumps(sorted(present)),
        issued=issued,
        voided_at=None,
        confirmed_at=None,
        **noted(uow),
    )
    return uow.add(row, "vr", "open").uid


def type_tally(uow: UnitOfWork, uid: str, wanted: TallyFields) -> None:
    """填写计票单: each teller by herself; she may correct her own until both agree."""
    row = uow.load(VoteRound, uid)
    _live(uow, row)
    held = gather.tallies(uow.session, row)
    mine = next((one for one in held if one.noted_by == uow.actor.id), None)
    if mine is None and len(held) == 2:
        raise Refusal("vote-tellers", "已有两名计票人填写了计票单。", VOTE)
    if mine is None and held:
        first = (held[0].noted_by,)
        demand_other_person(uow.actor, first, "第二份计票单须由另一人填写。", VOTE)
    if agreed(held):
        raise Refusal("vote-agreed", "两份计票单已经一致，不能再改。", VOTE)
    form = form_of(uow.session, row.year)
    if any(wanted.struck.values()) and not form.strikes:
        raise Refusal(
            "vote-struck",
            "设置规定应当回避的委员不参加表决，票上没有划去的组织，请填0。",
            VOTE,
            field="struck",
        )
    cases = [one.uid for one in candidates(uow.session, row.year)]
    tally = Tally(uow.actor.id, wanted.returned, wanted.invalid, wanted.approve, wanted.struck)
    ballot.check_tally(tally, row.issued, cases, form.most_ticks)
    text = _json(wanted, uow.new_uid("s"))
    if mine is None:
        fresh = VoteTally(
            round_id=row.id, scrutineer=wanted.scrutineer.strip(), tally_json=text, **noted(uow)
        )
        uow.add(fresh, "vt", "type")
        return
    with uow.change(mine, "type"):
        mine.tally_json, mine.scrutineer = text, wanted.scrutineer.strip()
        mine.noted_at = uow.now


def void_round(uow: UnitOfWork, uid: str, reason: str) -> None:
    """宣布一轮无效: a new round may follow."""
    demand_role(uow, Role.APPROVER)
    row = uow.load(VoteRound, uid)
    _live(uow, row)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明表决无效的理由。", VOTE, field="reason")
    with uow.change(row, "void", reason):
        row.void_reason, row.voided_at = reason.strip(), uow.now


def confirm(uow: UnitOfWork, uid: str) -> None:
    """确认表决结果: quorum, need, order, quota and ties by the program, confirmed by a person."""
    demand_role(uow, Role.APPROVER)
    row = uow.load(VoteRound, uid)
    _live(uow, row)
    demand_issued(uow.session, row.year)
    made = gather.decision(uow.session, row.year)
    if made["reached"] in ("none", "evaluation"):
        raise told(uow.session, row.year, made["stopped"])
    with uow.change(row, "confirm"):
        row.confirmed_at = uow.now
        row.confirmed_by, row.confirmed_name = uow.actor.id, uow.actor.name
    rows = firms(uow.session, row.year)
    for one in made["outcomes"]:
        firm = rows[one["case"]]
        if one["outcome"] in OUTCOMES and firm.state == "candidate":
            step(uow, firm, OUTCOMES[one["outcome"]])


def rule(uow: UnitOfWork, year: int, wanted: RulingFields) -> str:
    """登记一项决定 where the text is silent: who decided and by which record; the office only
    types.

    Raises Refusal `not-asked` when the year has no such question.
    """
    demand_role(uow, Role.APPROVER)
    if not wanted.decided_by.strip() or not wanted.record.strip():
        raise Refusal("blank", "请写明谁作的决定、记录的文号。", VOTE, field="record")
    _asked(uow.session, year, wanted)
    row = Ruling(
        year=year,
        kind=wanted.kind,
        cases=json.dumps(list(wanted.cases)),
        amount=wanted.amount,
        counted=wanted.counted,
        decided_by=wanted.decided_by.strip(),
        record=wanted.record.strip(),
        withdrawn_at=None,
        **noted(uow),
    )
    return uow.add(row, "ru", "rule", row.record).uid


def _asked(session: Session, year: int, wanted: RulingFields) -> None:
    if wanted.kind == "vacancy":
        gone, instead = (*wanted.cases, "", "")[:2]
        asked = instead in vacancies(session, year).get(gone, ())
    else:
        stopped = gather.decision(session, year)["stopped"] or {}
        code = {"tie": "tie", "prize": "prize-silent"}.get(wanted.kind, "")
        asked = stopped.get("code") == code and set(wanted.cases) <= set(stopped["cases"])
    if not asked:
        raise Refusal("not-asked", "现在没有需要这样决定的事。", VOTE)


def vacancies(session: Session, year: int) -> dict[str, tuple[str, ...]]:
    """空额: who left after the vote, and who of the same award stood over the quota and might step
    up. Nobody where the setting leaves places empty, and once the list was approved.
    """
    stage = stages.stage_of(session, year)
    if stages.values(session, year).get("vacancy") != "next" or stage not in ("notice", "approval"):
        return {}
    if gather.approval_row(session, year) is not None:
        return {}
    awards = gather.awards(session, year)
    filled = {uid for one in gather.rulings(session, year) for uid in json.loads(one.cases)}
    rows = [row for row in gather.applicants(session, year) if row.uid not in filled]
    lost = {one.applicant for one in gather.objections(session, year) if one.decision == "upheld"}
    waiting = [row.uid for row in rows if row.state == "over-quota" and row.uid not in lost]
    return {
        row.uid: found
        for row in rows
        if row.state in ("disqualified", "given-up")
        if (found := tuple(uid for uid in waiting if awards.get(uid) == awards.get(row.uid)))
    }


def withdraw_ruling(uow: UnitOfWork, uid: str, reason: str) -> None:
    """撤回一项登记 before what rests on it: the confirmed vote, or for a vacancy the approval."""
    demand_role(uow, Role.APPROVER)
    row = uow.load(Ruling, uid)
    if not withdrawable(uow.session, row):
        raise Refusal("confirmed", "这项决定已经撤回，或者结果已经确认，不能撤回。", VOTE)
    if not reason.strip():
        raise Refusal("reason-needed", "请写明撤回的理由。", VOTE, field="reason")
    with uow.change(row, "withdraw", reason):
        row.withdrawn_at, row.withdraw_reason = uow.now, reason.strip()


def withdrawable(session: Session, row: Ruling) -> bool:
    if row.withdrawn_at is not None:
        return False
    if row.kind == "vacancy":
        return gather.approval_row(session, row.year) is None
    live = current(session, row.year)
    return live is None or live.confirmed_at is None


def current(session: Session, year: int) -> VoteRound | None:
    """The round that nobody declared void."""
    live = [one for one in gather.rounds(session, year) if not one.void_reason]
    return live[-1] if live else None


def agreed(held: Sequence[VoteTally]) -> bool:
    return len(held) == 2 and gather.counts(held[0]) == gather.counts(held[1])


def differences(session: Session, row: VoteRound) -> tuple[str, ...]:
    """Where two typed tallies differ, as sentences; empty while one is missing."""
    held = gather.tallies(session, row)
    if len(held) < 2 or agreed(held):
        return ()
    one, other = (gather.counts(part) for part in held)
    rows = firms(session, row.year)
    said = [
        f"两份计票不一致：{title}为{one[key]}张、{other[key]}张。"
        for key, title in (("returned", "收回"), ("invalid", "无效"))
        if one[key] != other[key]
    ]
    for key, title in (("approve", "赞成"), ("struck", "回避划去")):
        for case in sorted({*one[key], *other[key]}):
            pair = one[key].get(case, 0), other[key].get(case, 0)
            if pair[0] != pair[1]:
                name = rows[case].name if case in rows else case
                said.append(f"两份计票不一致：{name}的{title}为{pair[0]}票、{pair[1]}票。")
    return tuple(said)


def told(session: Session, year: int, stopped: Json) -> Refusal:
    """Why the year stops, with the names of whom it is about."""
    rows = firms(session, year)
    about = "、".join(rows[case].name for case in stopped["cases"] if case in rows)
    text = f"{about}：{stopped['message']}" if about else stopped["message"]
    return Refusal(stopped["code"], text, stopped["article"], cases=stopped["cases"])


def _in_vote(uow: UnitOfWork, year: int) -> None:
    stages.demand_stage(uow.session, year, "vote")
    demand_role(uow, Role.SECRETARIAT, Role.APPROVER)


def _live(uow: UnitOfWork, row: VoteRound) -> None:
    _in_vote(uow, row.year)
    if row.void_reason:
        raise Refusal("void", "这一轮表决已经宣布无效。", VOTE)
    if row.confirmed_at is not None:
        raise Refusal("confirmed", "表决结果已经确认，不能再改。", VOTE)


def _quorum(session: Session, year: int) -> ballot.Share:
    found = year_store.year(session, SYSTEM_VIEWER, year).rules.regulation
    return ballot.Share(found.quorum, found.quorum_inclusive)


def form_of(session: Session, year: int) -> ballot.Form:
    """The slip by the year's settings."""
    said = stages.values(session, year)
    most = said.get("most_ticks", "none")
    return ballot.Form(
        None if most == "none" else int(most),
        said.get("ballot") != "open",
        said.get("member_recusal") != "whole",
    )


def _json(wanted: TallyFields, salt: str) -> str:
    return json.dumps(
        {
            "returned": wanted.returned,
            "invalid": wanted.invalid,
            "approve": dict(wanted.approve),
            "struck": {case: count for case, count in wanted.struck.items() if count},
            "salt": salt,
        },
        sort_keys=True,
    )


def rows_of(session: Session, year: int) -> tuple[Ruling, ...]:
    query = select(Ruling).where(Ruling.year == year)
    return tuple(session.scalars(query.order_by(Ruling.id)))

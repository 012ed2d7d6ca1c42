"""申请与推荐用例: what was handed in for somebody, the check of the conditions, and the
decision.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from expert_pool.core.eligibility import Checked, open_points
from expert_pool.core.expert import ExpertFields
from expert_pool.core.life import BASIS, Step, allow
from expert_pool.core.person import Match
from expert_pool.core.recommendation import CandidacyFields, Recommendation
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.plain import fields_of
from expert_pool.records import Candidacy
from expert_pool.register.life import eligibility, state_now
from expert_pool.register.people import Known, edit_expert, enrol, which_of, who_is
from expert_pool.tables import Expert

CHANNELS = {"self": "本人申请", "recommended": "单位推荐"}


def enter_candidacy(uow: UnitOfWork, expert_uid: str, wanted: CandidacyFields) -> str:
    """登记申请或推荐 of somebody in the register."""
    expert = uow.load(Expert, expert_uid)
    allow(Step.APPLY, state_now(uow, expert), expert.name)
    row = Candidacy(
        expert_id=expert.id,
        status="open",
        checks="[]",
        reason="",
        decided_by="",
        decided_name="",
        entered_by=uow.actor.id,
        entered_name=uow.actor.name,
        **_sound(uow, wanted),
    )
    return uow.add(row, "n", "apply").uid


def amend_candidacy(
    uow: UnitOfWork, candidacy_uid: str, version: int, wanted: CandidacyFields
) -> int:
    """补正申请材料 before the decision; whoever amends it counts as who entered it."""
    row = uow.load(Candidacy, candidacy_uid, version)
    if row.status != "open":
        raise Refusal("decided", "这份申请已作决定，不能再补正；可以重新登记申请。", BASIS)
    with uow.change(row, "amend"):
        for name, value in _sound(uow, wanted).items():
            setattr(row, name, value)
        row.entered_by, row.entered_name = uow.actor.id, uow.actor.name
    return row.version


def _sound(uow: UnitOfWork, wanted: CandidacyFields) -> dict[str, object]:
    """The fields of a sound form, as they are stored."""
    if wanted.channel not in CHANNELS:
        raise Refusal("unknown-channel", "请选择本人申请或单位推荐。", BASIS, field="channel")
    if wanted.channel == "recommended" and not wanted.recommender.strip():
        raise Refusal("blank", "请填写推荐单位。", BASIS, field="recommender")
    if wanted.experience_years is not None and not 0 <= wanted.experience_years <= 80:
        raise Refusal(
            "out-of-range", "工作年限应在 0 到 80 年之间。", BASIS, field="experience_years"
        )
    received = wanted.received_on or uow.today
    if received > uow.today:
        raise Refusal("bad-date", "收到日期不能晚于今天。", field="received_on")
    texts = {"recommender": wanted.recommender.strip(), "training": wanted.training.strip()}
    return {**vars(wanted), **texts, "received_on": received}


def recommend(
    uow: UnitOfWork, rows: Sequence[Recommendation], *, distinct: bool = False
) -> tuple[str, ...]:
    """推荐表导入: everybody of the sheet or nobody; known people get their data completed. Who may
    be known is asked about; with `distinct` somebody has looked, and they are others.

    Whoever waits for the check already gets the form of the newer sheet.
    """
    found = [(one, who_is(uow.session, one.person)) for one in rows]
    asked = [(one, match.perhaps) for one, match in found if match.perhaps]
    if asked and not distinct:
        raise Refusal(
            "maybe-same", "\n".join(which_of(one.person.name, perhaps) for one, perhaps in asked)
        )
    return tuple(_recommend(uow, one, match) for one, match in found)


def _recommend(uow: UnitOfWork, one: Recommendation, match: Match[Known]) -> str:
    """The public id of the application."""
    if match.known is None:
        others = [other.uid for other in match.perhaps]
        uid = enrol(uow, one.person, "推荐表导入", others)
        return enter_candidacy(uow, uid, one.candidacy)
    known = uow.load(Expert, match.known.uid)
    edit_expert(
        uow, known.uid, known.version, _completed(fields_of(known), one.person), "推荐表导入"
    )
    waiting = uow.session.scalar(
        select(Candidacy).where(Candidacy.expert_id == known.id, Candidacy.status == "open")
    )
    if waiting is None:
        return enter_candidacy(uow, known.uid, one.candidacy)
    amend_candidacy(
        uow,
        waiting.uid,
        waiting.version,
        replace(one.candidacy, received_on=waiting.received_on),
    )
    return waiting.uid


def decide_candidacy(
    uow: UnitOfWork, candidacy_uid: str, version: int, passed: bool, reason: str = ""
) -> int:
    """资格审查决定: a condition that says 原则上 may be waived with a reason, by somebody else than
    who entered the application.
    """
    row = uow.load(Candidacy, candidacy_uid, version)
    expert = uow.session.get_one(Expert, row.expert_id)
    allow(Step.ADMIT if passed else Step.REJECT, state_now(uow, expert), expert.name)
    checked = eligibility(uow.session, expert, uow.today)
    lacking = open_points(checked)
    if not passed:
        demand_reason(reason)
    elif firm := [item for item in lacking if not item.waivable]:
        words = "；".join(f"{item.zh}（{item.words}）" for item in firm)
        raise Refusal(
            "not-eligible",
            f"{expert.name}不符合任职条件：{words}。请补正资料，或作不通过处理。",
            firm[0].basis,
        )
    elif lacking:
        demand_reason(reason)
        words = "、".join(item.zh for item in lacking)
        words = f"“{words}”须放宽，应由登记人以外的另一人决定。"
        demand_other_person(uow.actor, (row.entered_by,), words, lacking[0].basis)
    action = "reject" if not passed else "admit-except" if lacking else "admit"
    with uow.change(row, action, reason):
        row.status, row.reason = ("passed" if passed else "rejected"), reason.strip()
        row.checks = json.dumps([_kept(item) for item in checked], ensure_ascii=False)
        row.decided_by, row.decided_name, row.decided_at = uow.actor.id, uow.actor.name, uow.now
    return row.version


def _kept(item: Checked) -> dict[str, object]:
    return {
        "id": item.id,
        "zh": item.zh,
        "basis": item.basis,
        "result": item.result,
        "words": item.words,
        "waivable": item.waivable,
    }


def _completed(known: ExpertFields, said: ExpertFields) -> ExpertFields:
    """What the form says and the register lacks; what the register has, the form does not
    overwrite.
    """
    names = (
        "gender",
        "birth",
        "title",
        "education",
        "phone",
        "email",
        "place_text",
    )
    more = {
        name: getattr(said, name)
        for name in names
        if not getattr(known, name) and getattr(said, name)
    }
    if "birth" in more:
        more["birth_precision"] = said.birth_precision
    if "education" in more:
        more["education_text"] = said.education_text
    return replace(known, **more, industries=known.industries or said.industries)

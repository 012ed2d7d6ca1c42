"""回避用例: facts between experts and organisations, or between two experts.

Nothing is ever deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from expert_pool.core.conflict import KINDS, PAIR_KINDS
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.register import lifting
from expert_pool.tables import Affiliation, Conflict, Expert, PairConflict

SOURCES = {
    "declared": "本人申报",
    "office": "审定办登记",
    "found": "自动发现",
    "reported": "申报组织反映",
    "decided": "审定办依职权决定",
}
DECISIONS = {"barred": "应当回避", "cleared": "不需回避"}
SAME_PERSON = "same"  # 核实是同一人: no decision of its own, the kind has its effect from then on


@dataclass(frozen=True)
class ConflictFields:
    """一条回避情形. `until` None: still so."""

    kind: str
    organisation: str
    organisation_uscc: str = ""
    source: str = "declared"
    since: date | None = None
    until: date | None = None
    evidence: str = ""
    name_match: bool | None = (
        None  # found by a name alone: whether it is the same person waits for a decision
    )
    percent: float | None = None  # 持股比例; kept only for the kinds that go by it


def declare_conflict(uow: UnitOfWork, expert_uid: str, wanted: ConflictFields) -> str:
    """登记回避情形; saying the same fact again gives the record already there.

    What was decided to be harmless, or was a namesake's, is not the same fact when it is told anew
    in other words.
    """
    expert = uow.load(Expert, expert_uid)
    conflict = conflict_of(uow, expert.id, wanted)
    known = select(Conflict).where(
        Conflict.expert_id == expert.id,
        Conflict.kind == wanted.kind,
        Conflict.organisation == wanted.organisation,
        Conflict.until.is_(None) if wanted.until is None else Conflict.until == wanted.until,
        Conflict.percent.is_(None)
        if conflict.percent is None
        else Conflict.percent == conflict.percent,
        Conflict.withdrawn_at.is_(None),
    )
    for row in uow.session.scalars(known.order_by(Conflict.id)):
        if row.evidence == wanted.evidence or (
            row.decision != "cleared" and bool(row.name_match) <= bool(wanted.name_match)
        ):
            return row.uid
    return uow.add(conflict, "c", "declare").uid


def conflict_of(uow: UnitOfWork, expert_id: int, wanted: ConflictFields) -> Conflict:
    """The sound record of a conflict, not stored yet."""
    _known_kind(wanted.kind, pair=False)
    if wanted.source not in SOURCES:
        raise Refusal("unknown-source", "请选择这条情形的来源。", field="source")
    if not wanted.organisation.strip():
        raise Refusal("blank", "请填写与哪家组织有关。", field="organisation")
    _ordered(wanted.since, wanted.until)
    if wanted.percent is not None and not 0 < wanted.percent <= 100:
        raise Refusal("out-of-range", "持股比例应大于 0，不超过 100。", field="percent")
    percent = wanted.percent if KINDS[wanted.kind].steps else None
    return Conflict(
        expert_id=expert_id, recorded_at=uow.now, **{**vars(wanted), "percent": percent}
    )


def end_conflict(uow: UnitOfWork, conflict_uid: str, version: int, until: date, reason: str) -> int:
    """关系结束: the look-back counts from `until`. What bars by law waits for another person."""
    conflict = _open(uow, conflict_uid, version, reason)
    _ordered(conflict.since, until)
    return lifting.lift(uow, conflict, lifting.END, reason, until)


def decide_conflict(
    uow: UnitOfWork, conflict_uid: str, version: int, decision: str, reason: str
) -> int:
    """回避决定 for a kind that waits for one: barred or cleared.

    That somebody kept away by law is only a namesake, or a decision to bar was wrong, is proposed
    here and decided by another person. Gives the record's version.
    """
    conflict = _open(uow, conflict_uid, version, reason)
    if decision == SAME_PERSON:
        return _confirm_person(uow, conflict, reason)
    if decision not in DECISIONS:
        raise Refusal("unknown-decision", "决定应是“应当回避”或“不需回避”。")
    severity = KINDS[conflict.kind].severity_at(conflict.percent)
    if severity == "soft" and decision == "cleared" and not conflict.name_match:
        raise Refusal(
            "two-people",
            "“尽量不安排”的情形须提出豁免，由另一人复核后方可不计。",
            "政府采购法实施条例第九条",
        )
    # A finding by name alone may turn out to be about somebody else.
    may_clear = conflict.name_match or KINDS[conflict.kind].allowable
    if severity in ("hard", "bar") and decision == "cleared" and not may_clear:
        raise Refusal(
            "hard-conflict",
            "法定回避情形不能豁免；若登记有误，请撤销这条记录并写明理由。",
            "政府采购法实施条例第九条",
        )
    namesake = severity in ("hard", "bar") and conflict.name_match
    if decision == "cleared" and (namesake or conflict.decision == "barred"):
        return lifting.lift(uow, conflict, lifting.CLEAR, reason)
    with uow.change(conflict, "decide", reason):
        conflict.decision, conflict.decided_by = decision, uow.actor.name
    return conflict.version


def _confirm_person(uow: UnitOfWork, conflict: Conflict, reason: str) -> int:
    if not conflict.name_match or conflict.decision:
        raise Refusal("decided", "这条情形不是同名待核实的，或者已经作了决定。")
    with uow.change(conflict, "confirm", reason):
        conflict.name_match = False
    return conflict.version


def withdraw_conflict(uow: UnitOfWork, conflict_uid: str, version: int, reason: str) -> int:
    """撤销登记: it was entered by mistake; the record stays, with the reason.

    What bars by law waits for another person.
    """
    conflict = _open(uow, conflict_uid, version, reason)
    return lifting.lift(uow, conflict, lifting.WITHDRAW, reason)


def declare_pair(
    uow: UnitOfWork,
    expert_uid: str,
    other_uid: str,
    kind: str,
    until: date | None = None,
    evidence: str = "",
) -> str:
    """登记同组回避: the two may not sit in one group."""
    first, second = sorted(
        (uow.load(Expert, expert_uid), uow.load(Expert, other_uid)), key=lambda expert: expert.id
    )
    if first.id == second.id:
        raise Refusal("same-person", "同组回避须是两个不同的人。")
    _known_kind(kind, pair=True)
    between = select(PairConflict).where(
        PairConflict.expert_a_id == first.id, PairConflict.expert_b_id == second.id
    )
    for other in uow.session.scalars(between):
        if other.withdrawn_at is None and other.kind == kind and other.until == until:
            return other.uid
    pair = PairConflict(
        expert_a_id=first.id,
        expert_b_id=second.id,
        kind=kind,
        until=until,
        evidence=evidence,
        recorded_at=uow.now,
    )
    return uow.add(pair, "p", "declare").uid


def withdraw_pair(uow: UnitOfWork, pair_uid: str, version: int, reason: str) -> int:
    """撤销同组回避; what bars by law waits for another person."""
    pair = uow.load(PairConflict, pair_uid, version)
    demand_reason(reason)
    if pair.withdrawn_at is not None:
        raise Refusal("withdrawn", "这条记录已经撤销。")
    return lifting.lift(uow, pair, lifting.WITHDRAW, reason)


def affiliate(uow: UnitOfWork, company: str, group_name: str, source: str = "") -> str:
    """登记集团关系: conflicts with any company of the group then count for all of them."""
    if not company.strip() or not group_name.strip() or company.strip() == group_name.strip():
        raise Refusal("blank", "请填写企业名称和它所属的集团名称。")
    uow.demand_may_name(company, group_name)
    same = uow.session.scalar(
        select(Affiliation).where(
            Affiliation.company == company.strip(), Affiliation.group_name == group_name.strip()
        )
    )
    if same is not None:
        return same.uid
    return uow.add(
        Affiliation(company=company.strip(), group_name=group_name.strip(), source=source),
        "g",
        "affiliate",
    ).uid


def _open(uow: UnitOfWork, conflict_uid: str, version: int, reason: str) -> Conflict:
    conflict = uow.load(Conflict, conflict_uid, version)
    demand_reason(reason)
    if conflict.withdrawn_at is not None:
        raise Refusal("withdrawn", "这条记录已经撤销。")
    return conflict


def _known_kind(kind: str, *, pair: bool) -> None:
    if kind not in KINDS:
        raise Refusal("unknown-kind", f"没有代码为 {kind} 的回避情形。", field="kind")
    if (kind in PAIR_KINDS) != pair:
        between = "两位专家之间" if kind in PAIR_KINDS else "专家与组织之间"
        raise Refusal(
            "unknown-kind",
            f"“{KINDS[kind].zh}”是{between}的情形，请登记在相应的地方。",
            field="kind",
        )


def _ordered(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and since > until:
        raise Refusal("bad-term", "起始日期不能晚于结束日期。", field="until")

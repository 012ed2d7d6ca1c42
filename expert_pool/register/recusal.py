"""回避用例: findings taken on record, requests of applicants, waivers by two people, and the lists
that findings are made from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select

from expert_pool.core.conflict import KINDS
from expert_pool.core.recommendation import HoldingFields, OfficialFields
from expert_pool.core.recusal import MAX_REQUESTS, OFFICE_KINDS, OFFICE_WORDS
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork
from expert_pool.records import Official, Shareholding, Waiver
from expert_pool.register.conflicts import DECISIONS, ConflictFields, conflict_of
from expert_pool.tables import Conflict, Expert

BASIS = "政府采购法实施条例第九条"


def request_recusal(
    uow: UnitOfWork,
    expert_uid: str,
    applicant: str,
    uscc: str,
    year: int,
    received_on: date,
    reason: str,
) -> str:
    """申报组织申请回避（政府采购法实施条例第九条末款）: at most three experts a year, each with a
    reason; kept away until decided.
    """
    expert = uow.load(Expert, expert_uid)
    uow.demand_may_name(applicant)
    demand_reason(reason)
    if received_on > uow.today:
        raise Refusal("bad-date", "收到日期不能晚于今天。", field="received_on")
    named = select(Conflict.expert_id).where(
        Conflict.kind == "ORG_REQUEST",
        or_(
            Conflict.organisation == applicant,
            and_(Conflict.organisation_uscc == uscc, Conflict.organisation_uscc != ""),
        ),
        Conflict.withdrawn_at.is_(None),
        Conflict.since >= date(year, 1, 1),
        Conflict.since <= date(year, 12, 31),
    )
    already = set(uow.session.scalars(named))
    if expert.id in already:
        raise Refusal("exists", f"{applicant}本年度已对{expert.name}提出过回避申请。", BASIS)
    if len(already) >= MAX_REQUESTS:
        raise Refusal(
            "too-many-requests",
            f"{applicant}本年度已对 {MAX_REQUESTS} 位专家提出回避申请，不能再增加。",
            BASIS,
        )
    since = min(max(received_on, date(year, 1, 1)), date(year, 12, 31))
    # A request of an earlier year, decided then, says nothing about this one.
    wanted = ConflictFields(
        "ORG_REQUEST", applicant, uscc, "reported", since, evidence=reason.strip()
    )
    return uow.add(conflict_of(uow, expert.id, wanted), "c", "declare", reason.strip()).uid


def propose_waiver(uow: UnitOfWork, conflict_uid: str, version: int, reason: str) -> str:
    """提出豁免 of a soft conflict; it keeps its effect until another person agrees."""
    conflict = uow.load(Conflict, conflict_uid, version)
    demand_reason(reason)
    if conflict.withdrawn_at is not None:
        raise Refusal("withdrawn", "这条记录已经撤销。")
    if (
        KINDS[conflict.kind].severity_at(conflict.percent) != "soft"
        or conflict.name_match
        or conflict.decision
    ):
        raise Refusal("not-waivable", "只有尚未决定的“尽量不安排”情形可以豁免。", BASIS)
    if (
        uow.session.scalar(
            select(Waiver.id).where(Waiver.conflict_id == conflict.id, Waiver.outcome == "")
        )
        is not None
    ):
        raise Refusal("exists", "这条情形已有待复核的豁免。")
    row = Waiver(
        conflict_id=conflict.id,
        reason=reason.strip(),
        proposed_by=uow.actor.id,
        proposed_name=uow.actor.name,
        proposed_at=uow.now,
        outcome="",
        decided_by="",
        decided_name="",
        decision_reason="",
    )
    return uow.add(row, "x", "propose", reason).uid


def decide_waiver(
    uow: UnitOfWork, waiver_uid: str, version: int, granted: bool, reason: str
) -> int:
    """复核豁免: by somebody else than who proposed it; granted, both names stand on the
    decision.
    """
    row = uow.load(Waiver, waiver_uid, version)
    demand_reason(reason)
    if row.outcome:
        raise Refusal("decided", "这项豁免已经复核。")
    demand_other_person(uow.actor, (row.proposed_by,), "豁免须由提出人以外的另一人复核。", BASIS)
    conflict = uow.session.get_one(Conflict, row.conflict_id)
    if granted and conflict.withdrawn_at is not None:
        raise Refusal("withdrawn", "这条回避情形已经撤销，不再需要豁免。")
    if granted and conflict.decision:
        words = f"这条情形已由{conflict.decided_by}决定{DECISIONS[conflict.decision]}，不能再豁免。"
        raise Refusal("decided", words, BASIS)
    with uow.change(row, "grant" if granted else "refuse", reason):
        row.outcome = "granted" if granted else "refused"
        row.decided_by, row.decided_name, row.decided_at = uow.actor.id, uow.actor.name, uow.now
        row.decision_reason = reason.strip()
    if granted:
        with uow.change(conflict, "decide", row.reason):
            conflict.decision, conflict.decided_by = (
                "cleared",
                f"{row.proposed_name}提出，{uow.actor.name}复核",
            )
    return row.version


def enter_official(
    uow: UnitOfWork, role: str, name: str, unit: str, since: date | None = None
) -> str:
    """登记委员或公职人员: whoever of that name and unit is in the pool is kept away as the taxonomy
    says.
    """
    if role not in OFFICE_KINDS:
        raise Refusal(
            "unknown-kind", f"身份应是{'、'.join(OFFICE_WORDS.values())}之一。", field="role"
        )
    if not name.strip() or not unit.strip():
        raise Refusal("blank", "请填写姓名和单位。", field="name")
    same = select(Official).where(
        Official.role == role, Official.name == name.strip(), Official.unit == unit.strip()
    )
    known = uow.session.scalar(same.where(Official.until.is_(None)))
    if known is not None:
        return known.uid
    return uow.add(
        Official(role=role, name=name.strip(), unit=unit.strip(), since=since, end_reason=""),
        "o",
        "enter",
    ).uid


def import_officials(uow: UnitOfWork, rows: Sequence[OfficialFields]) -> int:
    """委员和公职人员名单导入: adds whoever is not on the list yet; nobody is taken off by a file.

    Gives how many are new.
    """
    before = uow.session.scalar(select(func.count()).select_from(Official)) or 0
    for row in rows:
        enter_official(uow, row.role, row.name, row.unit, row.since)
    return (uow.session.scalar(select(func.count()).select_from(Official)) or 0) - before


def end_official(uow: UnitOfWork, official_uid: str, version: int, until: date, reason: str) -> int:
    """不再担任: the look-back counts from `until`."""
    row = uow.load(Official, official_uid, version)
    demand_reason(reason)
    if row.until is not None:
        raise Refusal("ended", f"{row.name}已于 {row.until} 不再担任。")
    if row.since is not None and until < row.since:
        raise Refusal("bad-term", "终止日期不能早于起始日期。", field="until")
    with uow.change(row, "end", reason):
        row.until, row.end_reason = until, reason.strip()
    return row.version


def import_holdings(
    uow: UnitOfWork, rows: Sequence[HoldingFields], source: str
) -> tuple[int, int, int]:
    """股东名单导入: the companies of the file get the list of the file.

    Gives how many lines are new, changed and ended.
    """
    companies = {row.company for row in rows}
    uow.demand_may_name(*companies)
    stored = uow.session.scalars(
        select(Shareholding).where(Shareholding.company.in_(companies))
    ).all()
    known = {(row.company, row.holder, row.position): row for row in stored}
    new = changed = ended = 0
    for wanted in {(row.company, row.holder, row.position): row for row in rows}.values():
        values = {name: value for name, value in vars(wanted).items() if name != "row"}
        row = known.pop((wanted.company, wanted.holder, wanted.position), None)
        if row is None:
            uow.add(Shareholding(**values, source=source, recorded_at=uow.now), "y", "import")
            new += 1
        elif (
            any(getattr(row, name) != value for name, value in values.items())
            or row.ended_on is not None
        ):
            with uow.change(row, "import"):
                for name, value in values.items():
                    setattr(row, name, value)
                row.source, row.ended_on = source, None
            changed += 1
    for row in known.values():
        if row.ended_on is None:
            with uow.change(row, "end", source):
                row.ended_on = uow.today
            ended += 1
    return new, changed, ended

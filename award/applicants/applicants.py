"""申报组织用例: enter, edit, withdraw and restore applicants, apply a list.

Each takes the unit of work first; the caller commits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

from sqlalchemy import select

from award.applicants import applications
from award.applicants.core import life
from award.applicants.core.applicant import AWARDS, ApplicantFields
from award.applicants.core.sheet_in import ApplicantDraft
from award.applicants.known import fields_from
from award.applicants.store import OWN_FORM, Listed, fields_of, to_declare
from award.applicants.tables import Applicant, ApplicantClosed, ApplicantIndustry, FormerName
from award.year import years as award_years
from award.year.stages import stage_of
from expert_pool import register
from expert_pool.core import organisation
from expert_pool.core.expert import masked
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.industry import Industries
from expert_pool.facts.intake import ImportPlan
from expert_pool.facts.refusal import Refusal, demand_reason
from expert_pool.facts.towns import Towns
from expert_pool.ledger import UnitOfWork
from expert_pool.register import Applied, ConflictFields
from expert_pool.tables import Conflict, Expert


def enter_applicant(uow: UnitOfWork, year: int, wanted: ApplicantFields, reason: str = "") -> str:
    """登记申报组织（办法第十三条第二项）: gives the public id."""
    award_years.writable(uow, year)
    state = applications.demand_open_intake(uow, year)
    _sound(wanted)
    uow.demand_may_name(wanted.name)
    _only_one(uow, year, wanted.name)
    _nobody_else(uow, year, wanted)
    applications.demand_may_apply(uow, year, wanted.name, wanted.uscc, wanted.award)
    row = Applicant(year=year, created_at=uow.now, withdraw_reason="", state=state)
    write_applicant(row, wanted)
    return uow.add(row, "a", "enter", reason).uid


def edit_applicant(
    uow: UnitOfWork, uid: str, version: int, wanted: ApplicantFields, reason: str = ""
) -> int:
    """修改申报组织: sets every field; gives the new version."""
    row = uow.load(Applicant, uid, version)
    if wanted.phone == masked(row.phone):
        # A form that was shown the masked number sends it back.
        wanted = replace(wanted, phone=row.phone)
    _sound(wanted)
    if wanted.name != row.name:
        _only_one(uow, row.year, wanted.name)
        _nobody_else(uow, row.year, wanted, row.uid)
    with uow.change(row, "edit", reason):
        if not organisation.same(wanted.name, row.name):
            row.listed_at = uow.now  # whoever answered has not seen this name
        write_applicant(row, wanted)
    return row.version


def withdraw_applicant(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """撤回申报（办法第三条：自愿）: the record stays, the next problem leaves it out."""
    row = uow.load(Applicant, uid, version)
    demand_reason(reason, "请写明撤回的理由，它会记入操作日志。")
    if row.withdrawn_at is not None:
        raise Refusal("withdrawn", f"{row.name}已经撤回申报。")
    wanted = _letter(uow, row, "withdrawn")
    with uow.change(row, "withdraw", reason):
        row.withdrawn_at, row.withdraw_reason, row.state = uow.now, reason, wanted
    return row.version


def restore_applicant(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """恢复申报 that was withdrawn by mistake."""
    row = uow.load(Applicant, uid, version)
    if row.withdrawn_at is None:
        raise Refusal("not-withdrawn", f"{row.name}没有撤回申报。")
    wanted = _letter(uow, row, "registered")
    with uow.change(row, "restore", reason):
        row.withdrawn_at, row.withdraw_reason, row.listed_at = None, "", uow.now
        row.state = wanted
    return row.version


def _letter(uow: UnitOfWork, row: Applicant, wanted: str) -> str:
    """The state after the applicant's letter, as the table of states has it."""
    stage = stage_of(uow.session, row.year)
    return life.find_step(row.state, wanted, uow.actor.role, stage).after if stage else row.state


def answer_list(
    uow: UnitOfWork,
    expert_uid: str,
    year: int,
    seen: Collection[str],
    mine: Collection[str] = (),
    not_mine: Collection[str] = (),
) -> None:
    """对照名单申报完毕: `seen` are the applicants that were shown; `mine` and `not_mine` what she
    says of those that are called like her employer.

    Refused when one has joined meanwhile: it was not asked about; and as long as she has not said
    whether a firm of her employer's name is her employer. That she is not employed there is noted,
    and bars as before until the office has confirmed it.
    """
    listed = to_declare(uow.session, expert_uid, year)
    missed = [one.name for one in listed if one.uid not in seen]
    if missed:
        raise Refusal(
            "list-changed",
            f"申报组织名单刚有变动，新增了{'、'.join(missed)}，没有保存。请看过再答。",
            "办法第十六条",
        )
    own = [one for one in listed if one.own and one.fresh]
    _demand_word(uow, expert_uid, own, {*mine, *not_mine})
    for one in own:
        if one.uid in mine:
            fact = ConflictFields("EMPLOYMENT", one.name, evidence="本人确认是工作单位")
            register.declare_conflict(uow, expert_uid, fact)
    others = "、".join(one.name for one in own if one.uid in not_mine)
    said = f"本人表示{others}不是自己的工作单位，待审定办核实" if others else ""
    register.note_answered(uow, expert_uid, year, said)


def _demand_word(
    uow: UnitOfWork, expert_uid: str, own: Sequence[Listed], said: Collection[str]
) -> None:
    """An applicant called like her employer is not passed over in silence."""
    declared = select(Conflict.organisation).join(Expert, Expert.id == Conflict.expert_id)
    known = uow.session.scalars(
        declared.where(Expert.uid == expert_uid, Conflict.withdrawn_at.is_(None))
    ).all()
    open_ = [
        one.name
        for one in own
        if one.uid not in said and not any(organisation.same(one.name, name) for name in known)
    ]
    if open_:
        raise Refusal(
            "employer-listed",
            f"您的工作单位与申报组织{'、'.join(open_)}同名或名称相近，"
            "请先选“是我的工作单位”或“不是”。",
            "政府采购法实施条例第九条",
            field="mine",
        )


def apply_applicants(
    uow: UnitOfWork, year: int, plan: ImportPlan[ApplicantDraft], reason: str = "导入申报组织名单"
) -> Applied:
    """写入申报名单, in one transaction, one log entry each.

    Problems and open questions of the plan are not written.
    """
    award_years.writable(uow, year)
    state = applications.demand_open_intake(uow, year) if plan.new else ""
    new = []
    for draft in plan.new:
        _only_one(uow, year, draft.name)
        applications.demand_may_apply(uow, year, draft.name, draft.uscc or "", draft.award or "")
        row = Applicant(year=year, created_at=uow.now, withdraw_reason="", state=state)
        write_applicant(row, fields_from(ApplicantFields(draft.name, draft.award), draft))
        new.append(uow.add(row, "a", "import", reason).uid)
    for change in plan.changed:
        row = uow.load(Applicant, change.before.uid)
        with uow.change(row, "import", reason):
            write_applicant(row, fields_from(fields_of(row), change.after))
    return Applied(
        tuple(new), tuple(change.before.uid for change in plan.changed), len(plan.unchanged)
    )


def write_applicant(row: Applicant, wanted: ApplicantFields) -> None:
    if row.name and row.name != wanted.name:
        names = {part.name for part in row.former} | {row.name}
        row.former[:] = [FormerName(name=name) for name in sorted(names - {wanted.name})]
    for field in fields(ApplicantFields):
        if field.name not in OWN_FORM:
            setattr(row, field.name, getattr(wanted, field.name))
    row.past_awards = ",".join(f"{year} {award}" for year, award in wanted.past_awards)
    kept = row.industries[: len(wanted.industries)]
    for part, item in zip(kept, wanted.industries, strict=False):
        part.code, part.source_word, part.confirmed = item.code, item.source_word, item.confirmed
    row.industries[:] = kept + [
        ApplicantIndustry(
            position=position,
            code=item.code,
            source_word=item.source_word,
            confirmed=item.confirmed,
        )
        for position, item in enumerate(wanted.industries)
        if position >= len(kept)
    ]
    held = {HalfDay(part.day, part.half): part for part in row.closed}
    row.closed[:] = [
        held.get(one) or ApplicantClosed(day=one.date, half=one.half)
        for one in sorted(set(wanted.closed))
    ]


def _only_one(uow: UnitOfWork, year: int, name: str) -> None:
    if (
        uow.session.scalar(
            select(Applicant.id).where(Applicant.year == year, Applicant.name == name)
        )
        is not None
    ):
        raise Refusal("exists", f"{year} 年度已有名为“{name}”的申报组织。", field="name")


def _nobody_else(uow: UnitOfWork, year: int, wanted: ApplicantFields, uid: str = "") -> None:
    """Typed by hand, a firm is not entered a second time under another way to write its name."""
    rows = select(Applicant.name, Applicant.uscc).where(
        Applicant.year == year, Applicant.uid != uid
    )
    known = register.known_answers(uow.session)
    for other in uow.session.execute(rows):
        codes = wanted.uscc and other.uscc
        if not codes and organisation.same(wanted.name, other.name, known):
            raise Refusal(
                "exists",
                f"{year} 年度已有申报组织“{other.name}”，与“{wanted.name}”是同一家，没有重复登记；"
                "确实是两家的，请填写各自的统一社会信用代码。",
                field="name",
            )


def _sound(wanted: ApplicantFields) -> None:
    if not wanted.name.strip():
        raise Refusal("blank", "请填写申报组织名称。", field="name")
    if wanted.award not in AWARDS:
        raise Refusal("unknown-award", "申报奖项应是质量奖或创新奖。", "办法第二条", field="award")
    if wanted.employees is not None and not 0 <= wanted.employees <= 10_000_000:
        raise Refusal("out-of-range", "职工人数应是不小于 0 的整数。", field="employees")
    if wanted.half_days is not None and not 0 <= wanted.half_days <= 20:
        raise Refusal("out-of-range", "现场评审应在 0 到 20 个半天之间。", field="half_days")
    if wanted.town_code is not None and Towns.load().get(wanted.town_code) is None:
        raise Refusal("unknown-town", f"没有编码为 {wanted.town_code} 的镇街。", field="town_code")
    for item in wanted.industries:
        if not Industries.load().known(item.code):
            raise Refusal(
                "unknown-industry",
                f"{item.code} 不是 GB/T 4754-2017 的行业代码。",
                field="industries",
            )

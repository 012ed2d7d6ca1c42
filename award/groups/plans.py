"""方案用例: draft, pin, edit, approve, publish, withdraw, compare. The optimiser proposes; a named
person edits, a second one approves.

No plan is stored unchecked: `assignment.check` has the word at every step, and its sentences stay
with the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assignment import edit as edits
from assignment.check import check
from assignment.edit import Edit, MoveVisit, apply_edit, revalue
from assignment.errors import FormatError
from assignment.problem import Pin, Problem, pins_json, validate
from assignment.solution import Plan
from award.applicants import store as applicant_store
from award.groups import calendar_entries, guard, steps
from award.groups.core.book import Names
from award.groups.declined import as_refusal
from award.groups.gather import UNASKED
from award.groups.snapshot import build_problem
from award.groups.store import (
    PlanView,
    names_json,
    plan_json,
    plan_view,
    problem_json,
    verdict_json,
)
from award.groups.tables import PlanVersion
from award.year import stages
from award.year.core.stages import name as stage_name
from expert_pool import register
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork, audit
from expert_pool.register import ServiceFields
from expert_pool.tables import Expert, PerformanceRecord

MOST_PINS = 500


def save_draft(
    uow: UnitOfWork,
    year: int,
    problem: Problem,
    plan: Plan,
    names: Names,
    origin: str = "",
    note: str = "",
) -> str:
    """存为草案: a new version, checked here whatever the solver says; gives the public id."""
    if not plan.groups:
        raise Refusal("plan-empty", "这个结果没有编组，不能存为方案。")
    verdict = check(problem, plan)
    last = uow.session.scalar(select(func.max(PlanVersion.number)).where(PlanVersion.year == year))
    row = PlanVersion(
        year=year,
        number=(last or 0) + 1,
        status="draft",
        origin=origin,
        note=note,
        problem=problem_json(problem),
        plan=plan_json(plan),
        names=names_json(names),
        problem_digest=problem.digest,
        verdict=verdict_json(verdict, names),
        ok=verdict.ok,
        created_at=uow.now,
        created_by=uow.actor.id,
        edited_at=uow.now,
        edited_by=uow.actor.id,
        edited_name=uow.actor.name,
        review=applicant_store.review(uow.session, year),
    )
    return uow.add(row, "l", "draft", note).uid


def edit_plan(uow: UnitOfWork, uid: str, version: int, edit: Edit, reason: str = "") -> PlanView:
    """人工调整 a draft: what breaks is told at once and kept with the draft."""

    def edited(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        with as_refusal():
            return problem, apply_edit(problem, plan, edit)

    return _rework(uow, uid, version, Act("edit", edits.to_json(edit), reason), edited)


def undo(uow: UnitOfWork, uid: str, version: int) -> PlanView:
    """撤销 the last step of a draft: it stands as before, checked anew."""
    return _walk(uow, uid, version, "undo", -1)


def redo(uow: UnitOfWork, uid: str, version: int) -> PlanView:
    """重做 what was undone last."""
    return _walk(uow, uid, version, "redo", 1)


def add_pin(uow: UnitOfWork, uid: str, version: int, pin: Pin, reason: str = "") -> PlanView:
    """固定一项安排: the next solve keeps it, and the checker asks for it from now on."""
    return _rework(
        uow,
        uid,
        version,
        Act("pin", {"kind": "pin", "pin": pins_json((pin,))[0]}, reason),
        lambda problem, plan: _pinned(problem, plan, (*(problem.pins or ()), pin)),
    )


def remove_pin(uow: UnitOfWork, uid: str, version: int, pin: Pin, reason: str = "") -> PlanView:
    """取消固定. With a wish less, a better plan may exist: the proven bound goes."""

    def without(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        if pin not in (problem.pins or ()):
            raise Refusal("not-pinned", "这项安排没有固定。")
        return _pinned(
            problem, plan.with_(bound=None), tuple(one for one in problem.pins or () if one != pin)
        )

    act = Act("unpin", {"kind": "unpin", "pin": pins_json((pin,))[0]}, reason)
    return _rework(uow, uid, version, act, without)


def move_visit(
    uow: UnitOfWork, uid: str, version: int, case: str, start: int, *, pin: bool = False
) -> PlanView:
    """改期, and with `pin` keep the visit there: an earlier wish for the same visit ends."""
    moved = edit_plan(uow, uid, version, MoveVisit(case, start))
    if not pin:
        return moved
    for old in moved.problem.pins or ():
        if old.kind == "visit" and old.case == case:
            moved = remove_pin(uow, uid, moved.row.version, old)
    return add_pin(uow, uid, moved.row.version, Pin("visit", case=case, start=start))


def forbid(
    uow: UnitOfWork, uid: str, version: int, reviewer: str, case: str, reason: str
) -> PlanView:
    """不安排某人评审某家: kept as a pin with its reason; the next solve and the checker hold it."""
    if not reason.strip():
        raise Refusal("reason-needed", "请写明不安排的理由，它会记入操作日志。", field="reason")
    pin = Pin("exclude", reviewer=reviewer, case=case)
    return add_pin(uow, uid, version, pin, reason.strip())


def hold(uow: UnitOfWork, uid: str, version: int, pin: Pin, on: bool) -> None:
    """固定或取消固定: sets the state; asking twice is asking once."""
    held = pin in (plan_view(_load(uow, uid)).problem.pins or ())
    if on and not held:
        add_pin(uow, uid, version, pin)
    elif held and not on:
        remove_pin(uow, uid, version, pin)


def hold_member(
    uow: UnitOfWork, uid: str, version: int, reviewer: str, case: str, on: bool
) -> None:
    """固定一位成员 to an applicant, or let her go from all she is held to."""
    pins = [
        one
        for one in plan_view(_load(uow, uid, version)).problem.pins or ()
        if one.kind == "member" and one.reviewer == reviewer
    ]
    if on and not any(one.case == case for one in pins):
        add_pin(uow, uid, version, Pin("member", reviewer=reviewer, case=case))
    elif not on:
        for one in pins:
            version = remove_pin(uow, uid, version, one).row.version


def submit(uow: UnitOfWork, uid: str, version: int, note: str = "") -> int:
    """提交复核: from now on nobody edits the draft, until it is taken back or returned."""
    row = _in(uow, uid, version, "draft")
    view = plan_view(row)
    _fit(uow, view)
    if view.plan.unassigned and not note.strip():
        raise Refusal(
            "unassigned",
            f"还有 {len(view.plan.unassigned)} 家申报组织没有安排；若确要这样提交，请写明原因。",
            "办法第十三条第四项",
        )
    with uow.change(row, "submit", note):
        row.status, row.submit_note = "submitted", note.strip()
        row.submitted_at, row.submitted_by = uow.now, uow.actor.id
        row.submitted_name = uow.actor.name
    return row.version


def recall(uow: UnitOfWork, uid: str, version: int) -> int:
    """收回 what was submitted, to go on editing."""
    row = _in(uow, uid, version, "submitted")
    with uow.change(row, "recall"):
        row.status, row.submitted_at, row.submitted_by = "draft", None, None
    return row.version


def send_back(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """退回: the approver's comments stay with the draft until it is submitted again."""
    row = _in(uow, uid, version, "submitted")
    demand_reason(reason)
    with uow.change(row, "send-back", reason):
        row.status, row.submitted_at, row.submitted_by = "draft", None, None
        row.returned_at, row.returned_name = uow.now, uow.actor.name
        row.return_reason = reason.strip()
    return row.version


def approve(uow: UnitOfWork, uid: str, version: int, note: str = "") -> int:
    """复核: by somebody other than whoever made, last edited or submitted it; only a plan that
    keeps every rule and fits today's register. `note` is the approver's opinion.
    """
    row = _in(uow, uid, version, "draft", "submitted")
    view = plan_view(row)
    demand_other_person(
        uow.actor.id,
        (row.edited_by, row.created_by, row.submitted_by or ""),
        "方案须由另一人复核，编制或最后修改的人不能自己复核。",
        "办法第九条",
    )
    _fit(uow, view)
    if view.plan.unassigned and not (note.strip() or row.submit_note):
        raise Refusal(
            "unassigned",
            f"还有 {len(view.plan.unassigned)} 家申报组织没有安排；若确要这样复核，请写明原因。",
            "办法第十三条第四项",
        )
    with uow.change(row, "approve", note):
        row.status, row.opinion = "approved", note.strip()
        row.approved_at, row.approved_by, row.approved_name = uow.now, uow.actor.id, uow.actor.name
    return row.version


def reopen(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """退回修改: an approved plan becomes a draft again and must be approved again."""
    row = _in(uow, uid, version, "approved")
    demand_reason(reason)
    with uow.change(row, "reopen", reason):
        row.status, row.approved_at, row.approved_by, row.approved_name = "draft", None, None, None
    return row.version


def publish(uow: UnitOfWork, uid: str, version: int) -> int:
    """发布: from here on immutable.

    The plan published before steps back, and the calendars follow.
    """
    row = _in(uow, uid, version, "approved")
    _demand_review(uow, row)
    view = plan_view(row)
    _fit(uow, view)
    for other in uow.session.scalars(
        select(PlanVersion).where(PlanVersion.year == row.year, PlanVersion.status == "published")
    ):
        _withdraw(uow, other, f"由第 {row.number} 版取代", row.number)
    anchor = audit.head(uow.session, uow.now).line
    steps.forget(uow, row)
    with uow.change(row, "publish"):
        row.status, row.published_at, row.published_by, row.anchor = (
            "published",
            uow.now,
            uow.actor.id,
            anchor,
        )
    calendar_entries.follow(uow, row.year, view)
    return row.version


def withdraw(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """撤回 a plan in any state; of a published one the calendar entries are cancelled."""
    row = _load(uow, uid, version)
    demand_reason(reason)
    if row.status == "withdrawn":
        raise Refusal("wrong-status", "这个方案已经撤回。")
    was_published = row.status == "published"
    _withdraw(uow, row, reason)
    if was_published:
        calendar_entries.follow(uow, row.year, None)
    return row.version


def record_service(uow: UnitOfWork, year: int) -> int:
    """记入履历: what the published plan had everybody do, for next year's rotation and workload.

    Gives how many lines are new.
    """
    row = uow.session.scalar(
        select(PlanVersion).where(PlanVersion.year == year, PlanVersion.status == "published")
    )
    if row is None:
        raise Refusal("not-published", f"{year} 年度没有已发布的方案，没有可以记入的评审经历。")
    view = plan_view(row)
    efforts = {case.id: case.effort for case in view.problem.cases}
    # A line that is there already may carry a rating.
    lines = (
        select(Expert.uid, PerformanceRecord.organisation)
        .join(PerformanceRecord)
        .where(PerformanceRecord.year == year)
    )
    known = {(line.uid, line.organisation) for line in uow.session.execute(lines)}
    seats = [
        (group, member, case)
        for group in view.plan.groups
        for member in group.members
        for case in group.cases
    ]
    fresh = [seat for seat in seats if (seat[1], view.names.firm(seat[2]).name) not in known]
    for group, member, case in fresh:
        fields = ServiceFields(
            year, view.names.firm(case).name, leader=member == group.leader, effort=efforts[case]
        )
        register.record_performance(uow, member, fields)
    return len(fresh)


def copy_plan(uow: UnitOfWork, uid: str, note: str = "") -> str:
    """以某版为底另起草案: a published plan is changed by copying it.

    Facts are today's; values and checks are made anew.
    """
    view = plan_view(_load(uow, uid))
    fresh = build_problem(
        uow.session, view.row.year, pins=view.problem.pins or (), previous=(view.problem, view.plan)
    )
    shifted = _on_slots_of(view.problem, fresh.problem, view.plan)
    names = Names(
        {**view.names.persons, **fresh.names.persons},
        {**view.names.firms, **fresh.names.firms},
        view.names.extra,
    )
    return save_draft(uow, view.row.year, fresh.problem, shifted, names, origin=uid, note=note)


@dataclass(frozen=True)
class Act:
    """One act at a draft: its name in the log, itself as data, and why."""

    action: str
    step: Mapping[str, Any]
    reason: str = ""


def _rework(
    uow: UnitOfWork,
    uid: str,
    version: int,
    act: Act,
    change: Callable[[Problem, Plan], tuple[Problem, Plan]],
) -> PlanView:
    row = _in(uow, uid, version, "draft")
    view = plan_view(row)
    problem, plan = change(view.problem, view.plan)
    with uow.change(row, act.action, act.reason):
        steps.keep(uow, row, view.problem, act.step, problem, plan)
        _write(uow, row, view.names, problem, plan)
    return plan_view(row)


def _walk(uow: UnitOfWork, uid: str, version: int, action: str, way: int) -> PlanView:
    row = _in(uow, uid, version, "draft")
    view = plan_view(row)
    found = steps.state(uow, row, row.step + way, view.problem)
    if found is None:
        words = "没有可以撤销的改动。" if way < 0 else "没有可以重做的改动。"
        raise Refusal(f"no-{action}", words)
    with uow.change(row, action):
        row.step += way
        _write(uow, row, view.names, *found)
    return plan_view(row)


def _write(uow: UnitOfWork, row: PlanVersion, names: Names, problem: Problem, plan: Plan) -> None:
    verdict = check(problem, plan)
    row.problem, row.plan = problem_json(problem), plan_json(plan)
    row.problem_digest = problem.digest
    row.verdict, row.ok = verdict_json(verdict, names), verdict.ok
    row.edited_at, row.edited_by, row.edited_name = uow.now, uow.actor.id, uow.actor.name


def _pinned(problem: Problem, plan: Plan, pins: tuple[Pin, ...]) -> tuple[Problem, Plan]:
    if len(pins) > MOST_PINS:
        raise Refusal("out-of-range", f"固定的安排不能超过 {MOST_PINS} 项。")
    changed = replace(problem, pins=tuple(dict.fromkeys(pins)) or None)
    try:
        validate(changed)
    except FormatError as error:
        raise Refusal("bad-pin", f"这项固定安排有误：{error.reason}。") from error
    return changed, revalue(changed, plan)


def _demand_review(uow: UnitOfWork, row: PlanVersion) -> None:
    """A year in stages publishes groups for the review it is in, and only for that."""
    stage = stages.stage_of(uow.session, row.year)
    if not stage:
        return
    now = applicant_store.review(uow.session, row.year)
    if not now:
        raise Refusal(
            "wrong-stage", f"现在是{stage_name(stage)}，不能发布编组方案。", "办法第十三条"
        )
    if row.review != now:
        raise Refusal(
            "wrong-stage",
            "这个方案不是为现在的评审编制的，请另编。没有入围的组织不能安排现场评审。"
            if now == "site"
            else "这个方案不是为资料评审编制的，请另编。",
            "办法第十三条第五项" if now == "site" else "办法第十三条第四项",
        )


def _fit(uow: UnitOfWork, view: PlanView) -> None:
    """Every rule kept, and nothing has happened since that would make the plan wrong."""
    verdict = check(view.problem, view.plan)
    if not verdict.ok:
        findings = [
            one.say(lambda key: view.names.person(key).name, lambda key: view.names.firm(key).name)
            for one in verdict.violations
        ]
        raise Refusal(
            "has-violations",
            f"方案有 {len(findings)} 处不合规则，不能复核或发布：{findings[0]}",
            violations=findings,
        )
    changes = changed_since(uow.session, view)
    if changes:
        raise Refusal(
            "facts-changed",
            f"编制方案之后情况有变，请调整后重新复核：{'；'.join(changes[:5])}",
            "办法第九条、第十六条",
            changes=changes,
        )


def changed_since(session: Session, view: PlanView) -> list[str]:
    """编制以后的变化: what today's register says against the plan, in sentences with names."""
    today = build_problem(session, view.row.year)
    refused = {item.uid: "、".join(item.reasons) for item in today.not_assignable}
    barred = {row[:2]: row[2] for row in today.problem.barred}
    pairs = {row[:2] for row in today.problem.barred_pairs}
    people = {reviewer.id: reviewer for reviewer in today.problem.reviewers}
    changes = []
    for group in view.plan.groups:
        for visit in group.visits:
            if visit.case not in today.problem.case_index:
                changes.append(f"{view.names.firm(visit.case).name}已撤回申报或不能安排")
        for member in group.members:
            name = view.names.person(member).name
            if member not in people:
                changes.append(f"{name}现在不能安排（{refused.get(member, '不在库中')}）")
                continue
            changes += [
                _tie_words(name, view.names.firm(visit.case).name, barred[member, visit.case])
                for visit in group.visits
                if (member, visit.case) in barred
            ]
            away = {today.problem.slots[position] for position in people[member].unavailable}
            stays = {
                view.problem.slots[position] for visit in group.visits for position in visit.slots
            }
            if stays & away:
                changes.append(f"{name}在已安排的时间改为不能参加")
            changes += [
                f"{name}与{view.names.person(other).name}有新的同组回避"
                for other in group.members
                if (member, other) in pairs
            ]
    return changes


def _tie_words(name: str, firm: str, kind: str) -> str:
    return f"{name}尚未就{firm}申报回避" if kind == UNASKED else f"{name}对{firm}有新的回避情形"


def _on_slots_of(old: Problem, new: Problem, plan: Plan) -> Plan:
    """The plan's groups on another problem's slots; cases that left are dropped, those whose time
    is gone start at the first slot.
    """
    index = {slot: position for position, slot in enumerate(new.slots)}
    groups = []
    for group in plan.groups:
        visits = tuple(
            replace(
                visit,
                start=None if visit.start is None else index.get(old.slots[visit.start], 0),
                half_days=new.cases[new.case_index[visit.case]].half_days,
            )
            for visit in group.visits
            if visit.case in new.case_index
        )
        members = tuple(member for member in group.members if member in new.reviewer_index)
        if visits and members:
            groups.append(
                replace(
                    group,
                    visits=visits,
                    members=members,
                    leader=group.leader if group.leader in members else None,
                )
            )
    planned = {visit.case for group in groups for visit in group.visits}
    missing = tuple(case.id for case in new.cases if case.id not in planned)
    return revalue(new, replace(plan, groups=tuple(groups), unassigned=missing, bound=None))


def _withdraw(uow: UnitOfWork, row: PlanVersion, reason: str, successor: int | None = None) -> None:
    with uow.change(row, "withdraw" if successor is None else "supersede", reason):
        row.superseded_by = successor
        row.status, row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = (
            "withdrawn",
            uow.now,
            uow.actor.id,
            reason,
        )


def _load(uow: UnitOfWork, uid: str, version: int | None = None) -> PlanVersion:
    row = uow.load(PlanVersion, uid, version)
    if uow.actor.conflicted:
        guard.demand_free(uow.actor, plan_view(row).problem.case_index)
    return row


def _in(uow: UnitOfWork, uid: str, version: int, *statuses: str) -> PlanVersion:
    row = _load(uow, uid, version)
    if row.status not in statuses:
        if row.status == "submitted":
            text = "方案已经提交复核，收回或退回之后才能修改。"
            raise Refusal("wrong-status", text, status=row.status)
        texts = {
            "draft": "只有草案可以修改或复核",
            "submitted": "只有提交复核的方案可以这样做",
            "approved": "只有复核过、尚未发布的方案可以这样做",
        }
        raise Refusal(
            "wrong-status",
            f"{texts[statuses[0]]}。已发布的方案请另存为新草案再改。",
            status=row.status,
        )
    return row

"""方案草案: draft, pin, edit, undo, copy. The optimiser proposes; a named person edits.

No plan is stored unchecked: `assignment.check` has the word at every step, and its sentences stay
with the draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from assignment import draw as lottery
from assignment import edit as edits
from assignment.check import check
from assignment.edit import Edit, MoveVisit, apply_edit, revalue
from assignment.errors import FormatError
from assignment.problem import Pin, Problem, pins_json, validate
from assignment.solution import Group, Plan
from award.applicants import store as applicant_store
from award.groups import guard, steps
from award.groups.core.book import Names
from award.groups.core.carry import onto_slots
from award.groups.declined import as_refusal
from award.groups.snapshot import build_problem
from award.groups.store import (
    PlanView,
    names_json,
    plan_json,
    plan_view,
    problem_json,
    verdict_json,
)
from award.groups.tables import PlanDraw, PlanVersion
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

MOST_PINS = 500
# How a drawn version is called, and one whose groups somebody has changed since.
DRAWN, WAS_DRAWN = "随机抽取：", "抽取后经人工改动，已不是抽中的方案（原"


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


def copy_plan(uow: UnitOfWork, uid: str, note: str = "") -> str:
    """以某版为底另起草案: a published plan is changed by copying it.

    Facts are today's; values and checks are made anew.
    """
    view = plan_view(guard.load(uow, uid))
    fresh = build_problem(
        uow.session, view.row.year, pins=view.problem.pins or (), previous=(view.problem, view.plan)
    )
    shifted = onto_slots(view.problem, fresh.problem, view.plan)
    names = Names(
        {**view.names.persons, **fresh.names.persons},
        {**view.names.firms, **fresh.names.firms},
        view.names.extra,
    )
    return save_draft(uow, view.row.year, fresh.problem, shifted, names, origin=uid, note=note)


def edit_plan(uow: UnitOfWork, uid: str, version: int, edit: Edit, reason: str = "") -> PlanView:
    """人工调整 a draft: what breaks is told at once and kept with the draft."""

    def edited(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        with as_refusal():
            return problem, apply_edit(problem, plan, edit)

    return _rework(uow, uid, version, Act("edit", edits.to_json(edit), reason), edited)


def arrange(
    uow: UnitOfWork, uid: str, version: int, groups: Iterable[Group], reason: str = ""
) -> PlanView:
    """按编组表修改 a draft: all groups as a sheet writes them, as one step that can be undone."""

    def arranged(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        with as_refusal():
            return problem, edits.arrange(problem, plan, groups)

    return _rework(uow, uid, version, Act("edit", {"kind": "arrange"}, reason), arranged)


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
    held = pin in (plan_view(guard.load(uow, uid)).problem.pins or ())
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
        for one in plan_view(guard.load(uow, uid, version)).problem.pins or ()
        if one.kind == "member" and one.reviewer == reviewer
    ]
    if on and not any(one.case == case for one in pins):
        add_pin(uow, uid, version, Pin("member", reviewer=reviewer, case=case))
    elif not on:
        for one in pins:
            version = remove_pin(uow, uid, version, one).row.version


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
    row = guard.load_in(uow, uid, version, "draft")
    view = plan_view(row)
    problem, plan = change(view.problem, view.plan)
    with uow.change(row, act.action, act.reason):
        steps.keep(uow, row, view.problem, act.step, problem, plan)
        _write(uow, row, view.names, problem, plan)
    return plan_view(row)


def _walk(uow: UnitOfWork, uid: str, version: int, action: str, way: int) -> PlanView:
    row = guard.load_in(uow, uid, version, "draft")
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
    row.note = _called(uow, row, plan)
    row.verdict, row.ok = verdict_json(verdict, names), verdict.ok
    row.edited_at, row.edited_by, row.edited_name = uow.now, uow.actor.id, uow.actor.name


def _called(uow: UnitOfWork, row: PlanVersion, plan: Plan) -> str:
    """A changed plan is not the drawn one; changed back (撤销) it is."""
    drawn = row.note.removeprefix(WAS_DRAWN).removesuffix("）")
    if not drawn.startswith(DRAWN):
        return row.note
    lots = uow.session.execute(
        select(PlanDraw.candidates, PlanDraw.chosen).where(PlanDraw.uid == row.origin)
    ).one()
    chosen = lottery.parse(json.loads(lots.candidates)).candidates[lots.chosen]
    return drawn if plan.groups == chosen.groups else f"{WAS_DRAWN}{drawn}）"


def _pinned(problem: Problem, plan: Plan, pins: tuple[Pin, ...]) -> tuple[Problem, Plan]:
    if len(pins) > MOST_PINS:
        raise Refusal("out-of-range", f"固定的安排不能超过 {MOST_PINS} 项。")
    changed = replace(problem, pins=tuple(dict.fromkeys(pins)) or None)
    try:
        validate(changed)
    except FormatError as error:
        raise Refusal("bad-pin", f"这项固定安排有误：{error.reason}。") from error
    return changed, revalue(changed, plan)

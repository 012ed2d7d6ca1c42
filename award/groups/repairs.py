"""修补: a plan that no longer fits today's facts (a decline, a moved date, a conflict reported
late) and the few ways to mend it.

Nothing changes until one is chosen; then it is a draft like any other, to be approved by a second
person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import problem as problems
from assignment import solution as solutions
from assignment.changes import differences
from assignment.check import check
from assignment.mishap import pin_words, since, taken_back, without
from assignment.problem import Problem
from assignment.solution import Plan, Reason, parse_previous
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.violation import Violation
from assignment.weigh import GoalChange, consequences
from award.groups import guard, jobs
from award.groups.core.book import Names, edition
from award.groups.plans import save_draft
from award.groups.snapshot import Snapshot, build_problem
from award.groups.store import JobView, job, names_json, parse_names, plan_view
from award.groups.tables import PlanVersion, SolveJob
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

KIND = "repair"


@dataclass(frozen=True)
class Option:
    """一种办法: sentences with names; `cost` is by how much the goals other than the changes
    grow.
    """

    changes: int
    cost: int
    least: bool
    sentences: tuple[str, ...]
    effects: tuple[GoalChange, ...] = ()  # what grows or shrinks; none where people are gone


@dataclass(frozen=True)
class RepairView:
    """A repair job, the plan it mends, and what it found; `broken`: why that plan no longer
    holds.
    """

    job: JobView
    plan_uid: str
    broken: tuple[str, ...]
    options: tuple[Option, ...]
    reasons: tuple[
        str, ...
    ] = ()  # without an option: what stands in the way, and what could be asked for or allowed
    remedies: tuple[str, ...] = ()


def start_repair(uow: UnitOfWork, plan_uid: str, limits: Limits) -> str:
    """开始修补: the plan's groups, pins and dates against the register as it is now; gives the
    job's id.
    """
    guard.demand_whole(uow.actor)
    row = uow.load(PlanVersion, plan_uid)
    view = plan_view(row)
    made = build_problem(
        uow.session, row.year, pins=view.problem.pins or (), previous=(view.problem, view.plan)
    )
    # People and firms that are gone still have names in the sentences.
    names = Names(
        {**view.names.persons, **made.names.persons},
        {**view.names.firms, **made.names.firms},
        made.names.extra,
    )
    made = _taking_back(made, view.problem, names)
    found = jobs.enqueue(uow, row.year, limits, made, KIND, json.dumps({"plan": plan_uid}))
    found.names = names_json(names)
    return found.uid


def _taking_back(made: Snapshot, before: Problem, names: Names) -> Snapshot:
    """Without the pins that what has happened since takes back, as the command does it."""
    lost = taken_back(made.problem, since(before, made.problem))
    told = tuple(f"人工指定作废：{pin_words(pin, names.of)}。" for pin in lost)
    return replace(made, problem=without(made.problem, lost), notes=(*made.notes, *told))


def run(
    uid: str, problem: Problem, limits: Limits, report: OnProgress, stop: ShouldStop
) -> Callable[[UnitOfWork], None]:
    """In the child: look for the ways, and hand back what is to be written."""
    from assignment.solver.repair import repair, staying_close

    previous = parse_previous(problem.previous or {})
    found = repair(problem, previous, limits, report, stop)
    asked = problems.to_json(staying_close(problem, previous))
    options = [
        {
            "plan": solutions.to_json(one.plan),
            "changes": one.changes,
            "cost": one.cost,
            "least": one.least,
        }
        for one in found.options
    ]
    broken = _plain(found.broken)
    why = found.why or solutions.Explanation(())
    told = {
        "problem": asked,
        "broken": broken,
        "options": options,
        "reasons": _plain(why.conflict),
        "remedies": _plain(why.remedies),
    }
    results = (
        json.dumps(told, ensure_ascii=False)
        if options or any((*why.conflict, *why.remedies))
        else None
    )

    def write(uow: UnitOfWork) -> None:
        jobs.finish_task(uow, uid, results)

    return write


def adopt_repair(uow: UnitOfWork, uid: str, number: int) -> str:
    """采用一种修补办法: it becomes a new draft version, checked anew; gives its id."""
    guard.demand_whole(uow.actor)
    row = uow.load(SolveJob, uid)
    found = _results(row)
    if not 0 <= number < len(found.get("options", ())):
        raise Refusal("not-found", "没有这种修补办法。")
    problem, plan = (
        problems.parse(found["problem"]),
        solutions.parse(found["options"][number]["plan"]),
    )
    mended = uow.session.scalar(
        select(PlanVersion.number).where(
            PlanVersion.uid == str(json.loads(row.task or "{}").get("plan", ""))
        )
    )
    return save_draft(
        uow,
        row.year,
        problem,
        plan,
        parse_names(row.names),
        origin=uid,
        note=f"修补{edition(mended)}" if mended else "修补",
    )


def repair_of(session: Session, viewer: Viewer, uid: str) -> RepairView:
    """A repair with its options.

    Staff with a conflict in this year get none: it speaks of everybody.
    """
    guard.demand_whole(viewer)
    found = job(session, viewer, uid)
    row = session.scalar(select(SolveJob).where(SolveJob.uid == uid))
    if row is None or found.kind != KIND:
        raise Refusal("not-found", "没有找到这次修补，可能编号有误。", uid=uid)
    results, names = _results(row), parse_names(row.names)
    plan_uid = str(json.loads(row.task or "{}").get("plan", ""))
    if not results:
        return RepairView(found, plan_uid, (), ())
    problem = problems.parse(results["problem"])
    previous = parse_previous(problem.previous or {})
    broken = tuple(dict.fromkeys(_named(one, names) for one in results["broken"]))
    options = tuple(_option(problem, previous, one, names) for one in results["options"])
    reasons, remedies = (
        tuple(_named(one, names) for one in results[part]) for part in ("reasons", "remedies")
    )
    return RepairView(found, plan_uid, broken, options, reasons, remedies)


def _results(row: SolveJob) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.results or "{}") if row.kind == KIND else {}
    return found


def _plain(told: Iterable[Violation | Reason]) -> list[dict[str, Any]]:
    return [{"text": one.text, "reviewers": one.reviewers, "cases": one.cases} for one in told]


def _named(told: dict[str, Any], names: Names) -> str:
    text = str(told["text"])
    for uid in told["reviewers"]:
        text = text.replace(uid, names.person(uid).name)
    for uid in told["cases"]:
        text = text.replace(uid, names.firm(uid).name)
    return text


def _option(problem: Problem, previous: Plan, told: dict[str, Any], names: Names) -> Option:
    plan = solutions.parse(told["plan"])
    sentences = differences(problem, previous, plan, names.of)
    effects = _effects(problem, previous, plan)
    return Option(told["changes"], told["cost"], told["least"], sentences, effects)


def _effects(problem: Problem, previous: Plan, plan: Plan) -> tuple[GoalChange, ...]:
    """The goals that move, but for the number of changes itself."""
    known = {one.id for one in problem.reviewers} | {one.id for one in problem.cases}
    there = {
        uid for group in previous.groups for uid in (*group.members, *group.cases, group.leader)
    }
    if not there - {None} <= known:
        return ()
    found = consequences(problem, check(problem, previous), plan)
    return tuple(one for one in found.changes if one.goal != "changes")

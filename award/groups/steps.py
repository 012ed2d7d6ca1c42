"""撤销与重做: the states a draft went through, one per act; undo and redo walk along them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assignment import solution as solutions
from assignment.check import check
from assignment.problem import Problem, parse_pins, pins_json
from assignment.solution import Plan
from assignment.weigh import GoalChange, consequences
from award.groups.store import plan_json
from award.groups.tables import PlanStep, PlanVersion
from expert_pool.ledger import UnitOfWork

# More than anybody walks back; the oldest go first.
MOST_STEPS = 200


@dataclass(frozen=True)
class Walk:
    """What a draft's next step back and forth would be: coded acts, None where there is none."""

    back: Mapping[str, Any] | None = None
    forth: Mapping[str, Any] | None = None


def walk(session: Session, uid: str) -> Walk:
    row = session.execute(
        select(PlanVersion.id, PlanVersion.step).where(PlanVersion.uid == uid)
    ).one_or_none()
    if row is None:
        return Walk()
    wanted = select(PlanStep.number, PlanStep.act).where(
        PlanStep.plan_id == row.id,
        PlanStep.number.between(row.step - 1, row.step + 1),
        PlanStep.plan != "",
    )
    acts = {number: json.loads(act) for number, act in session.execute(wanted)}
    return Walk(acts.get(row.step) if row.step - 1 in acts else None, acts.get(row.step + 1))


def keep(
    uow: UnitOfWork,
    row: PlanVersion,
    before: Problem,
    act: Mapping[str, Any],
    problem: Problem,
    plan: Plan,
) -> None:
    """Note an act that leads to `problem` and `plan`; what had been undone before it is gone."""
    mine = PlanStep.plan_id == row.id
    if not uow.session.scalar(select(func.count()).select_from(PlanStep).where(mine)):
        uow.session.add(_step(row, {"kind": "made"}, before, row.plan))
    gone = (PlanStep.number > row.step) | (PlanStep.number < row.step - MOST_STEPS)
    uow.session.execute(delete(PlanStep).where(mine, gone))
    row.step += 1
    cost = consequences(before, check(before, solutions.parse(json.loads(row.plan))), plan)
    told = {
        **act,
        "at": uow.now.isoformat(),
        "by": uow.actor.name,
        "cost": cost.cost,
        "changes": [[one.goal, one.before, one.after, one.weight] for one in cost.changes],
    }
    uow.session.add(_step(row, told, problem, plan_json(plan)))


def state(
    uow: UnitOfWork, row: PlanVersion, number: int, problem: Problem
) -> tuple[Problem, Plan] | None:
    """How the draft stood after step `number`; None when there is no such step."""
    found = uow.session.get(PlanStep, (row.id, number))
    if found is None:
        return None
    pins = parse_pins(json.loads(found.pins))
    return replace(problem, pins=pins), solutions.parse(json.loads(found.plan))


def settle(uow: UnitOfWork, row: PlanVersion) -> None:
    """A published plan is not walked back: of its steps stays what was done, by whom, and what it
    cost; what had been undone goes.
    """
    mine = PlanStep.plan_id == row.id
    uow.session.execute(delete(PlanStep).where(mine, PlanStep.number > row.step))
    uow.session.execute(update(PlanStep).where(mine).values(pins="", plan=""))


@dataclass(frozen=True)
class Made:
    """One edit of a draft as it still counts: `act` as data, who made it and when (None of edits
    before the program noted it), and what it cost.
    """

    act: Mapping[str, Any]
    at: datetime | None
    by: str
    cost: int
    changes: tuple[GoalChange, ...]


def made(session: Session, uid: str) -> tuple[Made, ...]:
    """Every edit that led to the version as it is, in order."""
    query = (
        select(PlanStep.act)
        .join(PlanVersion, PlanVersion.id == PlanStep.plan_id)
        .where(PlanVersion.uid == uid, PlanStep.number.between(1, PlanVersion.step))
        .order_by(PlanStep.number)
    )
    return tuple(_made(json.loads(act)) for act in session.scalars(query))


def _made(act: Mapping[str, Any]) -> Made:
    at = act.get("at")
    return Made(
        act,
        datetime.fromisoformat(at) if at else None,
        act.get("by", ""),
        act.get("cost", 0),
        tuple(GoalChange(*one) for one in act.get("changes", ())),
    )


def _step(row: PlanVersion, act: Mapping[str, Any], problem: Problem, plan: str) -> PlanStep:
    return PlanStep(
        plan_id=row.id,
        number=row.step,
        act=json.dumps(act, ensure_ascii=False, sort_keys=True),
        pins=json.dumps(pins_json(problem.pins), sort_keys=True),
        plan=plan,
    )

"""撤销与重做: the states a draft went through, one per act; undo and redo walk along them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assignment import solution as solutions
from assignment.problem import Problem, parse_pins, pins_json
from assignment.solution import Plan
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
        PlanStep.plan_id == row.id, PlanStep.number.between(row.step - 1, row.step + 1)
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
    uow.session.add(_step(row, act, problem, plan_json(plan)))


def state(
    uow: UnitOfWork, row: PlanVersion, number: int, problem: Problem
) -> tuple[Problem, Plan] | None:
    """How the draft stood after step `number`; None when there is no such step."""
    found = uow.session.get(PlanStep, (row.id, number))
    if found is None:
        return None
    pins = parse_pins(json.loads(found.pins))
    return replace(problem, pins=pins), solutions.parse(json.loads(found.plan))


def forget(uow: UnitOfWork, row: PlanVersion) -> None:
    """A published plan is not walked back."""
    uow.session.execute(delete(PlanStep).where(PlanStep.plan_id == row.id))


def _step(row: PlanVersion, act: Mapping[str, Any], problem: Problem, plan: str) -> PlanStep:
    return PlanStep(
        plan_id=row.id,
        number=row.step,
        act=json.dumps(act, ensure_ascii=False, sort_keys=True),
        pins=json.dumps(pins_json(problem.pins), sort_keys=True),
        plan=plan,
    )

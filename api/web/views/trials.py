"""试算页: what each way of solving gives, goal by goal, beside the plan in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.views.board import JobPanel, Preset, gap_words
from api.web.views.edits import Difference, differences
from assignment.compare import Side, compare
from assignment.core.goals import GOALS
from assignment.store import PlanView
from assignment.trials import Trial


@dataclass(frozen=True)
class Column:
    """One plan of the table: the one in hand, or a way that was tried."""

    title: str
    note: str
    values: tuple[str, ...]
    best: tuple[bool, ...]  # of each row, whether this column is as good as any
    number: int | None = None  # of the trial; None: the plan in hand
    differences: tuple[Difference, ...] = ()
    adopt: bool = False


@dataclass(frozen=True)
class TrialPage:
    presets: tuple[Preset, ...]
    window: tuple[str, str]
    rights: bool
    uid: str = ""
    job: JobPanel | None = None
    goals: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    current: str = ""  # what the plan in hand is called
    failed: str = ""


def columns(current: PlanView | None, tried: Sequence[Trial]) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    """The goals that any of them weighs or that differ, and a column for each plan."""
    sides: list[PlanView | Side] = [*([current] if current is not None else []), *(trial.side for trial in tried)]
    cards = [dict(side.verdict.scorecard) if side.plan.groups else None for side in sides]
    known = [card for card in cards if card is not None]
    weighed = {goal.id for goal in GOALS if any(side.problem.weight(goal.id) for side in sides)}
    shown = [goal for goal in GOALS if goal.id in weighed or len({card.get(goal.id) for card in known}) > 1]
    least = [min((card.get(goal.id, 0) for card in known), default=0) for goal in shown]
    found = []
    for position, (side, card) in enumerate(zip(sides, cards, strict=True)):
        number = position - (current is not None)
        own = current is not None and position == 0
        found.append(
            Column(
                "现有方案" if own else tried[number].title,
                _note(side),
                tuple("—" if card is None else f"{card.get(goal.id, 0):,}" for goal in shown),
                tuple(card is not None and card.get(goal.id, 0) == low for goal, low in zip(shown, least, strict=True)),
                None if own else number,
                () if own or current is None or card is None else differences(compare(current, side)),
                not own and card is not None,
            )
        )
    return tuple(f"{goal.title}（{goal.unit}）" if goal.unit else goal.title for goal in shown), tuple(found)


def _note(side: PlanView | Side) -> str:
    plan = side.plan
    if not plan.groups:
        return "排不出方案"
    left = f"，{len(plan.unassigned)} 家未排入" if plan.unassigned else ""
    return f"{len(plan.groups)} 个组{left}，{gap_words(plan.objective, plan.bound)}"

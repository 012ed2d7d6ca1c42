"""试算页: what each way of solving gives, goal by goal, beside the plan in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.groups.board.views import JobPanel, Preset, gap_words
from api.groups.plans.views import Difference, differences, firms_of
from assignment.goals import GOALS, Goal
from award.groups.core.compare import Side, compare
from award.groups.store import PlanView
from award.groups.trials import Trial

Card = Mapping[str, int]


@dataclass(frozen=True)
class Cell:
    """One goal of one plan; `change` against the plan in hand, fewer being better."""

    value: str
    best: bool = False
    change: str = ""
    better: bool = False


@dataclass(frozen=True)
class Column:
    """One plan of the table: the one in hand, or a way that was tried."""

    title: str
    notes: tuple[str, ...]
    cells: tuple[Cell, ...]
    number: int | None = None  # of the trial; None: the plan in hand
    differences: tuple[Difference, ...] = ()
    adopt: bool = False
    reasons: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


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
    stopped: bool = False


def columns(
    current: PlanView | None, tried: Sequence[Trial]
) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    """The goals that any of them weighs or that differ, and a column for each plan."""
    sides: list[PlanView | Side] = [
        *([current] if current is not None else []),
        *(trial.side for trial in tried),
    ]
    cards = [dict(side.scorecard) if side.plan.groups else None for side in sides]
    known = [card for card in cards if card is not None]
    weighed = {goal.id for goal in GOALS if any(side.problem.weight(goal.id) for side in sides)}
    shown = [
        goal
        for goal in GOALS
        if goal.id in weighed or len({card.get(goal.id) for card in known}) > 1
    ]
    base = cards[0] if current is not None else None
    found = (
        [Column("现有方案", _notes(current), _cells(shown, base, known, None))]
        if current is not None
        else []
    )
    for number, (one, card) in enumerate(zip(tried, cards[len(found) :], strict=True)):
        changes = _changes(current, one.side) if current is not None and card is not None else ()
        cells = _cells(shown, card, known, base)
        found.append(
            Column(
                one.title,
                _notes(one.side),
                cells,
                number,
                changes,
                card is not None,
                one.reasons,
                one.remedies,
            )
        )
    return tuple(
        f"{goal.title}（{goal.unit}）" if goal.unit else goal.title for goal in shown
    ), tuple(found)


def _changes(before: PlanView, after: Side) -> tuple[Difference, ...]:
    return differences(compare(before, after), firms_of(before.names, after.names))


def _cells(
    shown: Sequence[Goal], card: Card | None, known: Sequence[Card], base: Card | None
) -> tuple[Cell, ...]:
    if card is None:
        return (Cell("—"),) * len(shown)
    found = []
    for goal in shown:
        value, values = card.get(goal.id, 0), [one.get(goal.id, 0) for one in known]
        change = value - base.get(goal.id, 0) if base is not None else 0
        # Where all are alike nobody is best.
        found.append(
            Cell(
                f"{value:,}",
                value == min(values) < max(values),
                f"{change:+,}" if change else "",
                change < 0,
            )
        )
    return tuple(found)


def _notes(side: PlanView | Side) -> tuple[str, ...]:
    plan = side.plan
    if not plan.groups:
        return ("排不出方案",)
    left = (f"{len(plan.unassigned)} 家未排入",) if plan.unassigned else ()
    return (f"{len(plan.groups)} 个组", *left, gap_words(plan.objective, plan.bound))

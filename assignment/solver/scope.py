"""松开的一部分: which boxes, cases and reviewers a model may decide, and what everything else
already uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assignment.solver.data import Data
from assignment.solver.draft import NO_START, Draft, Evaluator, Group


@dataclass(frozen=True)
class Outside:
    """What the groups that stay as they are use of the shared things, and their part in goals that
    are a maximum.
    """

    groups: int = 0
    serves: dict[int, int] = field(default_factory=dict)  # reviewer -> number of groups
    effort: dict[int, int] = field(default_factory=dict)  # reviewer -> half-days
    visits: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict
    )  # reviewer -> (case, start)
    slot_use: tuple[int, ...] = ()
    span: int = 0
    peak: int = 0
    least_affinity: int | None = None


@dataclass(frozen=True)
class Box:
    """A group to be filled.

    `cases` and `reviewers` may go in; `now` is what it holds today (None: empty).
    """

    cases: tuple[int, ...]
    reviewers: tuple[int, ...]
    now: Group | None = None


@dataclass(frozen=True)
class Scope:
    """A part of the problem to be decided anew: a whole problem, one group, k groups.

    Cases of no box stay as they are.
    """

    boxes: tuple[Box, ...]
    cases: tuple[int, ...]
    outside: Outside
    positions: tuple[int, ...] = ()  # of the freed groups in the draft
    groups_needed: tuple[int, int] = (0, 1 << 30)  # how many boxes may hold cases (H17)
    # While there is no valid draft yet: missing groups and left-out pinned cases are priced, not
    # forbidden
    tolerant: bool = False

    def now(self) -> list[Group]:
        return [box.now for box in self.boxes if box.now is not None]


def outside_of(
    data: Data, evaluator: Evaluator, draft: Draft, positions: Iterable[int], cases: Iterable[int]
) -> Outside:
    """What stays when the groups at `positions` and the cases `cases` are freed."""
    freed, free_cases = set(positions), set(cases)
    serves: dict[int, int] = defaultdict(int)
    effort: dict[int, int] = defaultdict(int)
    visits: dict[int, list[tuple[int, int]]] = defaultdict(list)
    slot_use = [0] * data.n_slots
    span, least, count = 0, None, 0
    for position, group in enumerate(draft.groups):
        if position in freed:
            continue
        count += 1
        parts = evaluator.parts(group)
        span = max(span, parts.span)
        least = parts.least_affinity if least is None else min(least, parts.least_affinity)
        timed = [
            (case, start)
            for case, start in zip(group.cases, group.starts, strict=True)
            if start != NO_START
        ]
        for case, start in timed:
            for slot in range(start, start + data.half_days[case]):
                slot_use[slot] += 1
        for member in group.members:
            serves[member] += 1
            effort[member] += parts.effort
            if data.max_groups[member] > 1:
                visits[member].extend(timed)
    if any(case not in free_cases for case in draft.unassigned(data)):
        least = 0 if least is None else min(least, 0)
    peak = max((data.carried[member] + load for member, load in effort.items()), default=0)
    return Outside(
        count, dict(serves), dict(effort), dict(visits), tuple(slot_use), span, peak, least
    )


def scope_of(
    data: Data,
    evaluator: Evaluator,
    draft: Draft,
    positions: Sequence[int],
    cases: Sequence[int],
    boxes: Sequence[Box],
) -> Scope:
    """Free the groups at `positions` and the unassigned among `cases`, to be filled into
    `boxes`.
    """
    outside = outside_of(data, evaluator, draft, positions, cases)
    tolerant = faults(data, draft) > 0
    return Scope(
        tuple(boxes),
        tuple(sorted(cases)),
        outside,
        tuple(positions),
        boxes_needed(data, outside),
        tolerant,
    )


def boxes_needed(data: Data, outside: Outside) -> tuple[int, int]:
    low, high = data.problem.policy.groups or (0, 1 << 30)
    return max(0, low - outside.groups), high - outside.groups


def faults(data: Data, draft: Draft) -> int:
    """What keeps a draft without a plan's validity: groups missing to the least number (H17),
    pinned cases left out (H15).
    """
    low = (data.problem.policy.groups or (0, 0))[0]
    held = draft.assigned()
    pinned = sum(1 for case in data.pinned_cases if case not in held)
    return max(0, low - len(draft.groups)) + pinned

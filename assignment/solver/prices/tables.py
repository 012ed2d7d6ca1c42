"""Panels as their prices see them: sizes of cases, who may sit where, and what a first seat
costs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assignment.solver.kernel.bits import words_for
from assignment.solver.kernel.data import (
    CARRIED,
    EFFORT,
    LEADER,
    LEADER_COST,
    MAX_EFFORT,
    MAX_GROUPS,
    QUALITY,
    SIZE_HIGH,
    W_WORKLOAD,
    Data,
    Ints,
    Small,
    Words,
)
from assignment.solver.kernel.room import INFINITE, State
from assignment.solver.kernel.sheet import empty_state

MEMORY = 6  # teams that a case remembers


class Panels(NamedTuple):
    """One problem of panels. K sizes of cases, R reviewers, N cases, M seats; prices are [K, R]."""

    data: Data  # costs in 1/SCALE
    state: State  # what the rest of the plan takes up: nothing for a bound
    size: Ints  # [N] which of the sizes
    sizes: Ints  # [K] efforts, ascending
    able: Words  # [N, V] who may sit for a case
    good: Small  # [R] 1 for experts of quality
    rank: Ints  # [R] which of the classes, as many as there are for those who cannot lead
    classes: Ints  # [L] costs of leaders, ascending
    floor: Ints  # [K, R] what the first case of a size costs; a lower price brings nobody
    most: Ints  # [R, 2] groups and effort that are worth a look


class Desk(NamedTuple):
    """Working space of one search for a team."""

    seen: Ints  # [R, 2] candidates by WHO, COST
    kept: Ints  # [R + 1, 6] those worth a look, cheapest first
    kinds: Ints  # [4, L + 1, 2] the cheapest seat by level, class of leaders, quality
    plan: Ints  # [4, L, M + 1, 16] see `team._plan`
    starts: Words  # [R + 1, W]
    node: Ints  # [M + 1, 7] by depth
    common: Words  # [M + 1, W]
    answer: Ints  # [4 + M]


class Memory(NamedTuple):
    """Teams that cases had, looked at first."""

    team: Ints  # [N, MEMORY, M], -1 beyond the team
    fixed: Ints  # [N, MEMORY] its cost but for the seats' prices; INFINITE: none
    last: Ints  # [N] place that was best
    turn: Ints  # [N] place to be overwritten next


class Parts(NamedTuple):
    """What a bound is made of."""

    least: Ints  # [N] the case's cheapest panel, prices included
    gain: Ints  # [R] what the reviewer's best load earns beyond its cost
    wish: Ints  # [N, M] the panel, -1 beyond the team


class Loads(NamedTuple):
    """Working space of a reviewer's choice: [groups, effort]."""

    value: Ints
    choice: Ints
    taken: Ints  # [K] cases of each size


def panels(data: Data) -> Panels:
    person = data.person
    sizes, size = np.unique(data.case[:, EFFORT], return_inverse=True)
    count = len(person)
    weight = data.policy[W_WORKLOAD]
    floor = weight * sizes[:, None] * (sizes[:, None] + 2 * person[None, :, CARRIED])
    most = np.zeros((count, 2), dtype=np.int64)
    most[:, 0] = np.minimum(person[:, MAX_GROUPS], len(size))
    heaviest = np.concatenate([[0], np.cumsum(np.sort(data.case[:, EFFORT])[::-1])])
    most[:, 1] = np.minimum(person[:, MAX_EFFORT], heaviest[most[:, 0]])
    able = data.open_to.copy()
    for at, effort in enumerate(sizes):
        can = (person[:, MAX_GROUPS] > 0) & (person[:, MAX_EFFORT] >= effort)
        padded = np.zeros(words_for(count) * 64, dtype=bool)
        padded[:count] = can
        able[size == at] &= np.packbits(padded, bitorder="little").view(np.uint64)
    leads = person[:, LEADER] > 0
    classes = np.unique(person[leads, LEADER_COST])
    return Panels(
        data=data,
        state=empty_state(data),
        size=size.astype(np.int64),
        sizes=sizes.astype(np.int64),
        able=able,
        good=(person[:, QUALITY] > 0).astype(np.int8),
        rank=np.where(leads, np.searchsorted(classes, person[:, LEADER_COST]), len(classes)),
        classes=classes,
        floor=np.ascontiguousarray(floor.astype(np.int64)),
        most=most,
    )


def desk(panels: Panels) -> Desk:
    data = panels.data
    count, words, seats = len(data.person), data.starts.shape[2], int(data.policy[SIZE_HIGH])

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Desk(
        seen=ints(count + 1, 2),
        kept=ints(count + 1, 6),
        kinds=ints(4, len(panels.classes) + 1, 2),
        plan=ints(4, max(1, len(panels.classes)), seats + 1, 16),
        starts=np.zeros((count + 1, words), dtype=np.uint64),
        node=ints(seats + 2, 5),
        common=np.zeros((seats + 2, words), dtype=np.uint64),
        answer=ints(4 + seats),
    )


def parts(panels: Panels) -> Parts:
    cases, seats = len(panels.size), int(panels.data.policy[SIZE_HIGH])
    return Parts(
        np.zeros(cases, dtype=np.int64),
        np.zeros(len(panels.data.person), dtype=np.int64),
        np.full((cases, seats), -1, dtype=np.int64),
    )


def memory(data: Data) -> Memory:
    cases, seats = len(data.case), int(data.policy[SIZE_HIGH])
    return Memory(
        team=np.full((cases, MEMORY, seats), -1, dtype=np.int64),
        fixed=np.full((cases, MEMORY), INFINITE, dtype=np.int64),
        last=np.zeros(cases, dtype=np.int64),
        turn=np.zeros(cases, dtype=np.int64),
    )


def loads(panels: Panels) -> Loads:
    groups, effort = (int(panels.most[:, at].max(initial=0)) for at in range(2))
    return Loads(
        value=np.zeros((groups + 1, effort + 1), dtype=np.int64),
        choice=np.zeros((groups + 1, effort + 1), dtype=np.int64),
        taken=np.zeros(len(panels.sizes), dtype=np.int64),
    )


class Found(NamedTuple):
    """Teams written down; counts[0] < 0: nothing is to be written."""

    case: Ints
    team: Ints  # [F, M], -1 beyond the team
    leader: Ints
    cost: Ints  # prices included
    counts: Ints  # [1] how many there were, perhaps more than there is room for


def found(panels: Panels, room: int) -> Found:
    def ints(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    counts = np.zeros(1, dtype=np.int64)
    seats = int(panels.data.policy[SIZE_HIGH])
    return Found(ints(room), ints(room, seats), ints(room), ints(room), counts)


def none_found(panels: Panels) -> Found:
    nothing = found(panels, 1)
    nothing.counts[0] = -1
    return nothing

"""计划的一部分: the compiled search on some groups of a plan, while the others stand still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from assignment.solver.draft import NO_START, Draft, Group
from assignment.solver.kernel import sheet
from assignment.solver.kernel.annealer import NEIGHBOURS, Annealer, copied, nearest
from assignment.solver.kernel.bits import WORD
from assignment.solver.kernel.data import (
    CAPACITY,
    EFFORT,
    HALF_DAYS,
    MAX_GROUPS,
    PLACE,
    Data,
    Ints,
    Words,
)
from assignment.solver.kernel.room import JOINED, LOAD, State

FEWEST = 8  # related cases of a case in a part


@dataclass(frozen=True)
class Share:
    """What a part may change: groups by their position in the draft, the people who may serve in
    them, visits more that each slot can bear, and groups fewer or more.
    """

    groups: tuple[int, ...]
    people: frozenset[int]
    spare: Ints  # [S]
    fewer: int
    more: int


class Part(Annealer):
    """A search line over the cases of a share's groups. Drafts go in and out by the cases of the
    whole plan.
    """

    def __init__(self, whole: Annealer, draft: Draft, share: Share, seed: int) -> None:
        inside = [draft.groups[position] for position in share.groups]
        self.problem = whole.problem
        self.cases = np.array(sorted(case for group in inside for case in group.cases))
        self.data = _of_cases(whole.data, self.cases, _bits(whole.data, share.people))
        values = whole.rules.values.copy()
        values[sheet.GROUPS_LOW] = max(0, len(inside) - share.fewer)
        values[sheet.GROUPS_HIGH] = len(inside) + share.more
        # As near as in the whole plan: of few cases, not as many are worth a move.
        reach = max(FEWEST, NEIGHBOURS * len(self.cases) // len(whole.data.case))
        rules = sheet.Rules(
            values=values,
            block=_first_of(whole.rules.block[self.cases]),
            near=nearest(_among(whole.order, self.cases), reach),
        )
        outside = _standing(whole, draft, share)
        # What the part's groups hold now is theirs; the rest of the capacity is shared out.
        outside.usage[:] = self.data.policy[CAPACITY] - share.spare - usage(whole.data, inside)
        self._begin(rules, len(inside) + share.more + 1, seed, outside)
        local = {int(case): at for at, case in enumerate(self.cases)}
        self.load(
            Draft(
                tuple(
                    Group(
                        tuple(local[case] for case in group.cases),
                        group.starts,
                        group.members,
                        group.leader,
                    )
                    for group in inside
                )
            )
        )

    def groups(self) -> list[Group]:
        """Where the search stands."""
        return [
            Group(
                tuple(int(self.cases[case]) for case in group.cases),
                group.starts,
                group.members,
                group.leader,
            )
            for group in self.current().groups
        ]


def usage(data: Data, groups: Iterable[Group]) -> Ints:
    """[S] visits of these groups in each slot."""
    used = np.zeros(len(data.day), dtype=np.int64)
    for group in groups:
        for case, start in zip(group.cases, group.starts, strict=True):
            if start != NO_START:
                used[start : start + data.case[case, HALF_DAYS]] += 1
    return used


def _of_cases(data: Data, cases: Ints, people: Words) -> Data:
    """The data of some cases and people."""
    return data._replace(
        case=np.ascontiguousarray(data.case[cases]),
        level=np.ascontiguousarray(data.level[cases]),
        pair_cost=np.ascontiguousarray(data.pair_cost[cases]),
        open_to=data.open_to[cases] & people,
        starts=np.take(data.starts, cases, axis=1),
    )


def _among(order: Ints, cases: Ints) -> Ints:
    """The order of some cases alone, by their positions among themselves."""
    local = np.full(len(order), -1)
    local[cases] = np.arange(len(cases))
    rows = local[order[cases]]
    return rows[rows >= 0].reshape(len(cases), len(cases))


def _bits(data: Data, people: Iterable[int]) -> Words:
    bits = np.zeros(data.open_to.shape[1] * WORD, dtype=bool)
    bits[list(people)] = True
    return np.packbits(bits, bitorder="little").view(np.uint64)


def _first_of(block: Ints) -> Ints:
    """Blocks by the first of their cases here."""
    first: dict[int, int] = {}
    return np.array([first.setdefault(int(one), at) for at, one in enumerate(block)])


def _standing(whole: Annealer, draft: Draft, share: Share) -> State:
    """Loads and visits that the people of the share, and whoever serves in it, have outside it."""
    data = whole.data
    state = copied(whole.outside)
    inside = set(share.groups)
    people = share.people.union(*(draft.groups[position].members for position in inside))
    for position, group in enumerate(draft.groups):
        if position in inside:
            continue
        for member in people.intersection(group.members):
            _serve(data, state, group, member)
    return state


def _serve(data: Data, state: State, group: Group, member: int) -> None:
    state.tally[member, LOAD] += data.case[list(group.cases), EFFORT].sum()
    state.tally[member, JOINED] += 1
    if state.tally[member, JOINED] >= data.person[member, MAX_GROUPS]:
        state.free[member >> 6] &= ~(np.uint64(1) << np.uint64(member & 63))
    for case, start in zip(group.cases, group.starts, strict=True):
        if start != NO_START:
            length = data.case[case, HALF_DAYS]
            state.busy[member, start : start + length] = data.case[case, PLACE] + 1

"""模拟退火编组: the compiled search behind a small door.

Plans go in and out as `Draft` groups; the caller checks them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from assignment.problem import Problem
from assignment.solver.draft import Draft, Group
from assignment.solver.kernel import search, sheet
from assignment.solver.kernel.data import W_ROUTE, Data, Ints, build
from assignment.solver.kernel.room import MAX_CASES, State, room

NEIGHBOURS = 30  # related cases per case
WIDTH, NODES = 8, 300  # candidates per need and branch-and-bound nodes of one team in the search
TRIES = 12  # groups looked at when a case is inserted
APART = 150  # minutes that two cases without common specialists count as further apart


class Annealer:
    """One search line.

    `coefficient` weighs the goals (already merged over a lexicographic order), `missing` prices a
    case left out.
    """

    def __init__(
        self,
        problem: Problem,
        coefficient: Mapping[str, int],
        missing: int,
        seed: int,
        peak_free: int = 0,
        data: Data | None = None,
    ) -> None:
        self.problem = problem
        self.data = data if data is not None else build(problem, coefficient)
        count = len(problem.cases)
        panel = problem.policy.regime == "panel"
        low, high = (0, count) if panel or problem.policy.groups is None else problem.policy.groups
        rows = count + 1 if panel else min(count, high) + 1
        values = [
            int(panel),
            low,
            high,
            WIDTH,
            NODES,
            missing,
            peak_free,
            int(self.data.pair_cost.min(initial=0) >= 0),
        ]
        self.order = related(self.data)
        rules = sheet.Rules(
            values=np.array(values, dtype=np.int64),
            block=_blocks(problem),
            near=nearest(self.order),
        )
        self._begin(rules, rows, seed, sheet.empty_state(self.data))

    def _begin(self, rules: sheet.Rules, rows: int, seed: int, outside: State) -> None:
        """Nobody serves yet but in what stands `outside`."""
        self.rules = rules
        self.outside = outside
        self.state = copied(outside)
        self.room = room(self.data)
        self.sheet = sheet.empty_sheet(self.data, rows)
        self.best = sheet.empty_sheet(self.data, rows)
        self._saved = sheet.empty_sheet(self.data, sheet.AT_ONCE)._replace(
            start=np.zeros(sheet.AT_ONCE * MAX_CASES, dtype=np.int64)
        )
        self._move = sheet.empty_move()
        self._rng = np.array([88172645463325252 + 7919 * seed], dtype=np.uint64)
        self.sheet.total[0] = sheet.price(self.data, self.state, self.sheet, self.rules)
        sheet.copy_sheet(self.sheet, self.best)

    @property
    def total(self) -> int:
        """Price of the best plan so far, cases left out included."""
        return int(self.best.total[0])

    def construct(self, stop: Callable[[], bool]) -> None:
        """Seed the least number of groups with cases far apart, then insert the others, those with
        fewest specialists first.
        """
        scarce = self._scarce_first()
        fresh = 0 if self.rules.values[sheet.PANEL] else int(self.rules.values[sheet.GROUPS_LOW])
        for case in _far_apart(self.rules.near, scarce, max(fresh, 1)):
            if self.sheet.of[case] < 0:
                self._insert(case, 0)
        for case in scarce:
            if stop():
                break
            if self.sheet.of[case] < 0:
                self._insert(case, TRIES)
        self._mend()
        sheet.copy_sheet(self.sheet, self.best)

    def _insert(self, case: int, tries: int) -> None:
        search.insert(
            self.data,
            self.state,
            self.room,
            self.sheet,
            self.rules,
            self._move,
            self._saved,
            self._rng,
            case,
            tries,
        )

    def _mend(self) -> None:
        search.mend(
            self.data,
            self.state,
            self.room,
            self.sheet,
            self.rules,
            self._move,
            self._saved,
            self._rng,
        )

    def _scarce_first(self) -> list[int]:
        """Cases by how few admissible pairs of specialist and start they have."""
        open_starts = np.bitwise_count(self.data.starts).sum(axis=2, dtype=np.int64)
        able = self.data.level <= self.data.policy[0]
        choice = np.where(able, np.maximum(open_starts.T, 1), 0).sum(axis=1)
        return [int(case) for case in np.argsort(choice, kind="stable")]

    def anneal(self, steps: int, hot: float, cold: float) -> int:
        """Moves kept among `steps` while the temperature falls from `hot` to `cold`."""
        return int(
            search.anneal(
                self.data,
                self.state,
                self.room,
                self.sheet,
                self.best,
                self.rules,
                self._move,
                self._saved,
                self._rng,
                steps,
                hot,
                cold,
            )
        )

    def heat(self) -> float:
        """A starting temperature that fits the scale of the costs: a share of what a group costs on
        average.
        """
        held = self.best.group[self.best.group[:, sheet.COUNT] > 0]
        if len(held) == 0:
            return 1.0
        cost = self.total - int((self.best.of < 0).sum()) * int(self.rules.values[sheet.MISSING])
        return max(0.5, 0.08 * abs(cost) / len(held))

    def draft(self) -> Draft:
        """The best plan so far."""
        return _to_draft(self.best)

    def current(self) -> Draft:
        """The plan that the search stands at."""
        return _to_draft(self.sheet)

    def load(self, draft: Draft) -> None:
        """Go on from `draft`, whose groups must keep the rules; the best plan is kept when it is
        better.
        """
        self.state = copied(self.outside)
        self.sheet.group[:] = 0
        self.sheet.of[:] = -1
        self.sheet.start[:] = -1
        for row, group in enumerate(draft.groups):
            ordered = sorted(group.cases, key=lambda case: self.data.case[case, 0] == 0)
            self.sheet.group[row, [sheet.COUNT, sheet.SEATS, sheet.FIRST]] = (
                len(group.cases),
                len(group.members),
                group.leader,
            )
            self.sheet.cases[row, : len(ordered)] = ordered
            self.sheet.team[row, : len(group.members)] = group.members
            for case, start in zip(group.cases, group.starts, strict=True):
                self.sheet.start[case] = start
        sheet.enter(self.data, self.state, self.sheet, self.rules)
        if self.sheet.total[0] < self.best.total[0]:
            sheet.copy_sheet(self.sheet, self.best)

    def fits(self, draft: Draft) -> bool:
        """Whether the arrays can hold the draft."""
        return len(draft.groups) <= len(self.sheet.group) and all(
            len(group.cases) <= MAX_CASES for group in draft.groups
        )


def copied(state: State) -> State:
    return State(state.free.copy(), state.tally.copy(), state.busy.copy(), state.usage.copy())


def _to_draft(held: sheet.Sheet) -> Draft:
    groups = []
    for row in np.flatnonzero(held.group[:, sheet.COUNT]):
        cases = sorted(int(case) for case in held.cases[row, : held.group[row, sheet.COUNT]])
        members = sorted(int(member) for member in held.team[row, : held.group[row, sheet.SEATS]])
        starts = tuple(int(held.start[case]) for case in cases)
        groups.append(
            Group(tuple(cases), starts, tuple(members), int(held.group[row, sheet.FIRST]))
        )
    return Draft(tuple(groups))


def _blocks(problem: Problem) -> Ints:
    """Cases pinned together carry the number of the first of them."""
    block = list(range(len(problem.cases)))

    def root(case: int) -> int:
        while block[case] != case:
            case = block[case]
        return case

    for pin in problem.pins or ():
        held = [root(problem.case_index[case]) for case in pin.cases or ()]
        for other in held[1:]:
            low, high = sorted((root(held[0]), root(other)))
            block[high] = low
    return np.array([root(case) for case in range(len(block))], dtype=np.int64)


def related(data: Data) -> Ints:
    """[N, N] all cases by how related they are to each, nearest first and itself last: short
    travel, and specialists in common (cosine).
    """
    minute_price = int(data.policy[W_ROUTE])
    able = (data.level <= data.policy[0]).astype(np.float32)
    common = able @ able.T
    norm = np.sqrt(np.maximum(common.diagonal(), 1e-9))
    place = data.case[:, 2]
    distance = data.travel[place][:, place] * float(max(1, min(minute_price, 10))) + APART * (
        1 - common / norm[:, None] / norm[None, :]
    )
    np.fill_diagonal(distance, np.inf)
    return np.argsort(distance, axis=1, kind="stable")


def nearest(order: Ints, most: int = NEIGHBOURS) -> Ints:
    """[N, K] the first of each row, without the case itself."""
    return np.ascontiguousarray(order[:, : min(max(0, len(order) - 1), most)])


def _far_apart(near: Ints, scarce: list[int], wanted: int) -> list[int]:
    """Up to `wanted` cases of which none is among the nearest of another: farthest first by rank,
    from the scarcest.
    """
    count, reach = near.shape
    rank = np.full((count, count), reach + 1, dtype=np.int64)
    for case in range(count):
        rank[case, near[case]] = np.arange(reach)
    rank = np.minimum(rank, rank.T)
    chosen = scarce[:1]
    position = np.argsort(np.array(scarce, dtype=np.int64), kind="stable")
    while chosen and len(chosen) < min(wanted, count):
        distance = rank[chosen].min(axis=0)
        distance[chosen] = -1
        farthest = np.flatnonzero(distance == distance.max())
        chosen.append(int(farthest[np.argmin(position[farthest])]))
    return chosen

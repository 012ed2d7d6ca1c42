"""Starts for chosen panels, or panels that no calendar can hold together (H13, H14)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

from assignment.solver.data import Data

UNITS = 5.0  # deterministic ones of CP-SAT for one calendar

Free = Mapping[int, frozenset[int]]  # by case the starts at which its panel is free
Pair = tuple[int, int]  # cases that somebody serves both
PAIRED = ((0, 1),)  # the only two there are


class Unknown(Exception):  # noqa: N818 - it is no error of the program
    """There was not enough time to find starts, or that there are none."""


@dataclass(frozen=True)
class Clash:
    """No calendar holds these visits at these starts, where somebody serves each of the pairs."""

    free: Free
    pairs: tuple[Pair, ...]


def clashes(data: Data, free: Free, pairs: Collection[Pair], last: int) -> list[Clash]:
    """Why not all visits can have ended after `last` slots: every pair that clashes, then sets of
    which nothing can be left out, each without a visit of those before; empty where there is a
    calendar. As many starts are named as clash in the same way. Raises Unknown.
    """
    free = {case: ending(data, case, starts, last) for case, starts in free.items()}
    found = [
        Clash({one: free[one], other: free[other]}, ((one, other),))
        for one, other in sorted(pairs)
        if _clash(data, {one: free[one], other: free[other]}, ((one, other),))
    ]
    rest = dict(free)
    for clash in found:
        rest.pop(next(iter(clash.free)), None)
    while _clash(data, rest, among := tuple(pair for pair in sorted(pairs) if _both(rest, pair))):
        found.append(_needed(data, dict(rest), among))
        rest.pop(next(iter(found[-1].free)))
    return [_widened(data, clash, last) for clash in found]


def certain(data: Data, last: int) -> Iterator[Clash]:
    """Pairs that clash wherever the visit of one of the two cases is, with all starts of the other
    that do.
    """
    full = {
        case: ending(data, case, data.usable_starts[case], last)
        for case in range(data.n_cases)
        if data.has_visit(case)
    }
    for one, other in permutations(full, 2):
        near = frozenset(
            b for b in full[other] if _clash(data, {one: full[one], other: frozenset({b})}, PAIRED)
        )
        if near and (one < other or near != full[other]):
            yield Clash({one: full[one], other: near}, ((one, other),))


def ending(data: Data, case: int, starts: Collection[int], last: int) -> frozenset[int]:
    """Those of the starts from which the visit has ended after `last` slots."""
    return frozenset(start for start in starts if start + data.half_days[case] <= last)


def _clash(data: Data, free: Free, pairs: Collection[Pair]) -> bool:
    """Whether there is no calendar; of two visits, the pair is theirs."""
    if len(free) == 2 and pairs:
        (one, first), (other, second) = free.items()
        return not any(data.clear(one, a, other, b) for a in first for b in second)
    return calendar(data, free, pairs) is None


def _both(free: Free, pair: Pair) -> bool:
    return pair[0] in free and pair[1] in free


def _needed(data: Data, free: Free, pairs: tuple[Pair, ...]) -> Clash:
    """Leave out what the clash does not need: visits first, then pairs."""
    for case in free:
        fewer = {other: starts for other, starts in free.items() if other != case}
        among = tuple(pair for pair in pairs if case not in pair)
        if _clash(data, fewer, among):
            free, pairs = fewer, among
    for pair in pairs:
        others = tuple(one for one in pairs if one != pair)
        if _clash(data, free, others):
            pairs = others
    return Clash(free, pairs)


def _widened(data: Data, clash: Clash, last: int) -> Clash:
    free = dict(clash.free)
    for case in clash.free:
        more = {
            start
            for start in ending(data, case, data.usable_starts[case], last) - free[case]
            if _clash(data, {**free, case: frozenset({start})}, clash.pairs)
        }
        free[case] |= more
    return Clash(free, clash.pairs)


def calendar(data: Data, free: Free, pairs: Collection[Pair]) -> dict[int, int] | None:
    """A start for each case, or None. Raises Unknown."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    begin = {
        case: {start: model.new_bool_var("") for start in sorted(starts)}
        for case, starts in free.items()
    }
    for columns in begin.values():
        model.add_exactly_one(columns.values())
    for one, other in pairs:
        for a, first in begin[one].items():
            for b, second in begin[other].items():
                if not data.clear(one, a, other, b):
                    model.add_bool_or([first.negated(), second.negated()])
    limit = data.problem.policy.max_parallel_visits
    for slot in range(data.n_slots if limit is not None else 0):
        there = [
            column
            for case, columns in begin.items()
            for start, column in columns.items()
            if start <= slot < start + data.half_days[case]
        ]
        if limit is not None and len(there) > limit:
            model.add(sum(there) <= limit)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = UNITS
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Unknown
    return {
        case: next(start for start, column in columns.items() if solver.value(column))
        for case, columns in begin.items()
    }


def shared(members: Mapping[int, Collection[int]]) -> dict[Pair, frozenset[int]]:
    """The pairs of cases that somebody serves both, and who does."""
    both = {
        (one, other): frozenset(members[one]) & frozenset(members[other])
        for one, other in combinations(sorted(members), 2)
    }
    return {pair: who for pair, who in both.items() if who}

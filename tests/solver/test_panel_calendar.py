"""Calendars of chosen panels, and why there is none, against every calendar of tiny problems."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from assignment.solver.data import Data
from assignment.solver.prices.calendar import Clash, Pair, calendar, certain, clashes, ending
from tests import instances


def kept(data: Data, starts: dict[int, int], pairs: tuple[Pair, ...]) -> bool:
    limit = data.problem.policy.max_parallel_visits
    busy = [slot for case, s in starts.items() for slot in range(s, s + data.half_days[case])]
    return all(data.clear(a, starts[a], b, starts[b]) for a, b in pairs) and (
        limit is None or all(busy.count(slot) <= limit for slot in busy)
    )


def every_calendar(data: Data, free: dict[int, frozenset[int]], pairs: tuple[Pair, ...]) -> bool:
    return any(
        kept(data, dict(zip(free, chosen, strict=True)), pairs)
        for chosen in product(*free.values())
    )


@pytest.mark.parametrize("seed", range(0, 120, 3))
def test_a_calendar_or_a_clash_that_is_one(seed: int) -> None:
    problem, random = instances.tiny(seed), Random(seed)
    problem = replace(problem, policy=replace(problem.policy, max_parallel_visits=seed % 3 or None))
    data = Data(problem)
    visited = [case for case in range(data.n_cases) if data.has_visit(case)]
    usable = {case: data.usable_starts[case] for case in visited}
    if len(visited) < 2 or not all(usable.values()):
        return
    free = {
        case: frozenset(random.sample(starts, random.randint(1, len(starts))))
        for case, starts in usable.items()
    }
    pairs = tuple((a, b) for a, b in product(visited, visited) if a < b and random.random() < 0.6)
    for last in (data.n_slots, data.n_slots - 1):
        ended = {case: ending(data, case, starts, last) for case, starts in free.items()}
        found = clashes(data, free, pairs, last)
        assert bool(found) == (not every_calendar(data, ended, pairs))
        for clash in found:
            assert set(clash.pairs) <= set(pairs)
            assert all(ended[case] <= starts for case, starts in clash.free.items())
            no_calendar_for(data, clash)
        if not found:
            starts = calendar(data, ended, pairs)
            assert starts is not None and kept(data, starts, pairs)
        for clash in certain(data, last):
            no_calendar_for(data, clash)


def no_calendar_for(data: Data, clash: Clash) -> None:
    """None, and for a set of more than one visit not because one of them has no start at all."""
    assert not every_calendar(data, dict(clash.free), clash.pairs)

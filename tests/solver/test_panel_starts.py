"""Panels at starts as columns: every choice that keeps the rows has a calendar, and no calendar is
lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from random import Random

from assignment.solver.data import Data
from assignment.solver.prices.calendar import ending, shared
from assignment.solver.prices.starts import Begun, timed
from assignment.solver.prices.whole import Whole
from tests import instances
from tests.solver.test_panel_calendar import kept


@dataclass(frozen=True)
class Panel:
    case: int
    members: tuple[int, ...]
    free: frozenset[int]


def keeps(whole: Whole, chosen: tuple[int, ...]) -> bool:
    return all(
        low <= sum(row.get(column, 0.0) for column in chosen) <= high
        for row, low, high in whole.rows
    )


def test_the_rows_say_what_a_calendar_says() -> None:
    seen = {True: 0, False: 0}
    for seed in range(60):
        problem, random = instances.tiny(seed), Random(seed)
        limit = seed % 3 or None
        data = Data(replace(problem, policy=replace(problem.policy, max_parallel_visits=limit)))
        cases = [case for case in range(data.n_cases) if data.usable_starts[case]][:3]
        last = data.n_slots - seed % 2
        people = range(min(3, data.n_reviewers))
        panels = [
            Panel(
                case,
                tuple(random.sample(people, min(2, len(people)))),
                frozenset(random.sample(starts, min(3, len(starts)))),
            )
            for case in cases
            for starts in (data.usable_starts[case],)
        ]
        whole = Whole([1] * len(panels), [[at] for at in range(len(panels))], [])
        programme, begun = timed(data, panels, whole, last)
        for chosen in product(*programme.groups):
            starts = {panels[begun[at].team].case: begun[at].start for at in chosen}
            assert all(
                start in ending(data, case, data.usable_starts[case], last) or start < 0
                for case, start in starts.items()
            )
            visited = {case: start for case, start in starts.items() if start >= 0}
            both = shared({one.case: one.members for one in panels if one.case in visited})
            verdict = kept(data, visited, tuple(both))
            assert keeps(programme, chosen) == verdict
            seen[verdict] += 1
        wanted = sum(
            len(ending(data, one.case, one.free, last)) if data.has_visit(one.case) else 1
            for one in panels
        )
        assert len(begun) == wanted and all(isinstance(one, Begun) for one in begun)
    assert min(seen.values()) > 100

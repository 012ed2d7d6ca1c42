"""选定评审组与日程: the listed panels with their starts as one integer programme.

A column is a panel at a start, so that a reviewer's visits part (H13) and a slot bears its visits
(H14) by rows over columns alone. What its linear programme leaves is mostly whole.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assignment.solver.data import Data
from assignment.solver.prices.calendar import ending
from assignment.solver.prices.whole import Row, Whole


class Team(Protocol):
    """A panel of a case, free at these starts."""

    @property
    def case(self) -> int: ...
    @property
    def members(self) -> tuple[int, ...]: ...
    @property
    def free(self) -> frozenset[int]: ...


@dataclass(frozen=True)
class Begun:
    """A column: one of the teams, and where it begins; -1 without a visit."""

    team: int
    start: int


def count(data: Data, teams: Sequence[Team], last: int) -> int:
    """How many columns `timed` makes, loads aside."""
    return sum(len(_starts(data, team, last)) for team in teams)


def timed(
    data: Data, teams: Sequence[Team], whole: Whole, last: int
) -> tuple[Whole, tuple[Begun, ...]]:
    """`whole`, whose first columns are the teams, with a column for each start of a team from which
    its visit has ended after `last` half-days; the first columns are these.
    """
    begun = tuple(
        Begun(number, start)
        for number, team in enumerate(teams)
        for start in _starts(data, team, last)
    )
    new: dict[int, list[int]] = {number: [] for number in range(len(teams))}
    for column, one in enumerate(begun):
        new[one.team].append(column)
    for column in range(len(teams), len(whole.cost)):
        new[column] = [len(begun) + column - len(teams)]
    cost = [whole.cost[one.team] for one in begun] + whole.cost[len(teams) :]
    groups = [[at for column in columns for at in new[column]] for columns in whole.groups]
    rows = [
        ({at: factor for column, factor in row.items() for at in new[column]}, low, high)
        for row, low, high in whole.rows
    ]
    limits = [*_parted(data, teams, begun), *_borne(data, teams, begun)]
    rows += [(row, -math.inf, high) for row, high in limits]
    return Whole(cost, groups, rows), begun


def _starts(data: Data, team: Team, last: int) -> Sequence[int]:
    return sorted(ending(data, team.case, team.free, last)) if data.has_visit(team.case) else (-1,)


def _slots(data: Data, teams: Sequence[Team], one: Begun) -> range:
    return range(one.start, one.start + data.half_days[teams[one.team].case])


def _parted(
    data: Data, teams: Sequence[Team], begun: Sequence[Begun]
) -> Iterator[tuple[Row, float]]:
    """In a slot a reviewer is at one visit; and of two in one day that are far from each other she
    makes one: all that end in a slot at one place, and all that begin after it far from there.
    """
    there: dict[tuple[int, int], list[int]] = defaultdict(list)
    ends: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    begins: dict[tuple[int, int], list[int]] = defaultdict(list)
    for column, one in enumerate(begun):
        slots = _slots(data, teams, one)
        for member in teams[one.team].members if slots else ():
            for slot in slots:
                there[member, slot].append(column)
            ends[member, data.c_place[teams[one.team].case], slots[-1]].append(column)
            begins[member, one.start].append(column)
    for columns in there.values():
        if len(columns) > 1:
            yield dict.fromkeys(columns, 1.0), 1.0
    for (member, _, end), columns in ends.items():
        case = teams[begun[columns[0]].team].case
        for slot in range(end + 1, data.n_slots):
            if data.day[slot] != data.day[end]:
                break
            after = [
                column
                for column in begins.get((member, slot), ())
                if data.far(case, teams[begun[column].team].case)
            ]
            if after:
                yield dict.fromkeys([*columns, *after], 1.0), 1.0


def _borne(
    data: Data, teams: Sequence[Team], begun: Sequence[Begun]
) -> Iterator[tuple[Row, float]]:
    """Visits that a slot can bear."""
    limit = data.problem.policy.max_parallel_visits
    there: dict[int, list[int]] = defaultdict(list)
    for column, one in enumerate(begun if limit is not None else ()):
        for slot in _slots(data, teams, one):
            there[slot].append(column)
    for columns in there.values():
        if limit is not None and len(columns) > limit:
            yield dict.fromkeys(columns, 1.0), float(limit)

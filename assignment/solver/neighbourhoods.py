"""邻域: which groups to open together. Each takes the search and a size, and names positions of
groups in the draft.

Shaw 1998 (related removal), Ropke & Pisinger 2006 (random, worst), Perron & Shaw 2004
(propagation-guided) are the sources; what "related" means here is the place, the trade, the
calendar and the people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assignment.solver.chance import Random
from assignment.solver.data import LEVELS
from assignment.solver.draft import Group
from assignment.solver.search import Search

Pick = Callable[[Search, int, Random, frozenset[int]], list[int]]


@dataclass(frozen=True)
class Freedom:
    """What the opened groups may change: who sits in them, which case belongs to which."""

    people: bool = True
    partition: bool = True


@dataclass(frozen=True)
class Neighbourhood:
    name: str
    pick: Pick
    freedom: Freedom
    smallest: int
    largest: int


def _open(search: Search, taken: frozenset[int]) -> list[int]:
    """Positions that no running task holds."""
    return [position for position in range(len(search.draft.groups)) if position not in taken]


def _nearest(
    search: Search,
    size: int,
    random: Random,
    taken: frozenset[int],
    distance: Callable[[Group, Group], float],
    seed: int | None = None,
) -> list[int]:
    """A seed and those nearest to it, with a little chance in the ranking (Shaw 1998)."""
    open_positions = _open(search, taken)
    if not open_positions:
        return []
    groups = search.draft.groups
    first = random.choice(open_positions) if seed is None else seed
    rest = [position for position in open_positions if position != first]
    ranked = sorted(
        rest,
        key=lambda position: (
            distance(groups[first], groups[position]) * (0.7 + 0.6 * random.random())
        ),
    )
    return [first, *ranked[: size - 1]]


def random_groups(search: Search, size: int, random: Random, taken: frozenset[int]) -> list[int]:
    """Any groups: keeps every combination reachable."""
    open_positions = _open(search, taken)
    return random.sample(open_positions, min(size, len(open_positions)))


def near_places(search: Search, size: int, random: Random, taken: frozenset[int]) -> list[int]:
    """Groups whose visits lie close together: for `route` and `commute`."""
    travel = search.data.travel

    def distance(one: Group, other: Group) -> float:
        return min((travel(a, b) for a in one.cases for b in other.cases), default=0) + 1.0

    return _nearest(search, size, random, taken, distance)


def same_trades(search: Search, size: int, random: Random, taken: frozenset[int]) -> list[int]:
    """Groups that could review one another's cases: for `specialist`, and to save seats."""
    match = search.data.match

    def distance(one: Group, other: Group) -> float:
        able = sum(
            LEVELS - match[case].get(member, LEVELS)
            for case in one.cases
            for member in other.members
        )
        able += sum(
            LEVELS - match[case].get(member, LEVELS)
            for case in other.cases
            for member in one.members
        )
        return 1.0 / (1.0 + able)

    return _nearest(search, size, random, taken, distance)


def same_days(search: Search, size: int, random: Random, taken: frozenset[int]) -> list[int]:
    """Groups busy in the same slots: for H14 and `span`."""

    def busy(group: Group) -> int:
        mask = 0
        for start, case in group.visits():
            mask |= search.data.cover(case, start)
        return mask

    def distance(one: Group, other: Group) -> float:
        return 1.0 / (1.0 + (busy(one) & busy(other)).bit_count())

    return _nearest(search, size, random, taken, distance)


def shared_people(search: Search, size: int, random: Random, taken: frozenset[int]) -> list[int]:
    """Groups with members in common or who are free for one another: for the load of reviewers in
    several groups.
    """

    def distance(one: Group, other: Group) -> float:
        return 1.0 / (1.0 + len(set(one.members) & set(other.members)))

    return _nearest(search, size, random, taken, distance)


def dearest(search: Search, size: int, random: Random, taken: frozenset[int]) -> list[int]:
    """One group that costs much for its effort (biased by rank, Ropke & Pisinger 2006), with
    neighbours by trade or place.
    """
    open_positions = _open(search, taken)
    if not open_positions:
        return []
    groups = search.draft.groups
    ranked = sorted(open_positions, key=lambda position: -cost_of(search, groups[position]))
    seed = ranked[int(len(ranked) * random.random() ** 3)]
    pick = near_places if random.random() < 0.5 else same_trades
    others = [position for position in pick(search, size + 1, random, taken) if position != seed]
    return [seed, *others[: size - 1]]


def cost_of(search: Search, group: Group) -> float:
    """What a group costs per half-day of work, by the goals that are sums over groups."""
    parts, price = search.evaluator.parts(group), search.prices.coefficient
    total = sum(price[goal] * value for goal, value in parts.sums.items())
    total += price["workload"] * sum(
        search.data.load_cost(member, parts.effort) for member in group.members
    )
    total += price["span"] * parts.span + price["peak"] * max(
        search.data.carried[member] + parts.effort for member in group.members
    )
    return total / max(1, parts.effort)


FULL = Freedom()
TEAMS = Freedom(partition=False)
CASES = Freedom(people=False)

STANDING: tuple[Neighbourhood, ...] = (
    Neighbourhood("near places", near_places, FULL, 2, 4),
    Neighbourhood("same trades", same_trades, FULL, 2, 4),
    Neighbourhood("random", random_groups, FULL, 2, 4),
    Neighbourhood("dearest", dearest, FULL, 2, 4),
    Neighbourhood("same days", same_days, FULL, 2, 4),
    Neighbourhood("teams only", same_trades, TEAMS, 3, 8),
    Neighbourhood("cases only", near_places, CASES, 3, 6),
)

PANEL: tuple[Neighbourhood, ...] = (
    Neighbourhood("shared people", shared_people, FULL, 4, 16),
    Neighbourhood("same trades", same_trades, FULL, 4, 16),
    Neighbourhood("random", random_groups, FULL, 4, 16),
    Neighbourhood("dearest", dearest, FULL, 4, 16),
    Neighbourhood("same days", same_days, FULL, 4, 16),
)


def for_regime(panel: bool) -> Sequence[Neighbourhood]:
    return PANEL if panel else STANDING

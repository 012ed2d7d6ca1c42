"""目标合成: one whole number to compare drafts by; unassigned cases first, then the goals of
`order`, then the weighted rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assignment.problem import GOALS
from assignment.solver.data import LEVELS, Data

# CP-SAT adds coefficients times bounds in 64 bits; leave it room.
LARGEST_SUM = 1 << 58

Span = tuple[int, int]


@dataclass(frozen=True)
class Prices:
    """`coefficient[goal]` and the price of a case left out, such that a smaller total is better in
    the contract's sense.

    They are large enough for decisions about `cases` cases; what the rest of a plan does not change
    needs no room.
    """

    order: tuple[str, ...]
    coefficient: Mapping[str, int]
    unassigned: int
    highest: int  # no complete plan's total passes it
    behind_first: int  # what follows the first goal of `order` adds at most this
    fits: bool  # whether totals and their sums stay inside 64 bits

    def matters(self, goal: str) -> bool:
        return self.coefficient[goal] > 0

    def total(self, scorecard: Mapping[str, int], unassigned: int, faults: int = 0) -> int:
        return self.unassigned * (unassigned + 2 * faults) + sum(
            price * scorecard[goal] for goal, price in self.coefficient.items() if price
        )

    def first_goal(self, price_bound: int) -> int:
        """What a bound of the total says of the first goal of `order`."""
        return -((self.behind_first - price_bound) // self.coefficient[self.order[0]])


def prices(data: Data, cases: int | None = None) -> Prices:
    """Prices for decisions about `cases` cases (all of them when None)."""
    problem = data.problem
    order = problem.order or ()
    count = data.n_cases if cases is None else cases
    limits = goal_limits(data, count)
    coefficient = {goal: problem.weight(goal) for goal in GOALS if goal not in order}
    unit, behind, high = 1, 0, 0
    for goal in (*coefficient, *reversed(order)):
        if goal in order:
            coefficient[goal], behind = unit, high
        unit += coefficient[goal] * (limits[goal][1] - limits[goal][0])
        high += coefficient[goal] * limits[goal][1]
    return Prices(order, coefficient, unit, high, behind, 4 * unit * max(1, count) < LARGEST_SUM)


def for_model(data: Data, cases: int) -> Prices:
    """The same for a model of `cases` cases, squeezed into 64 bits where an order of many goals
    would not fit.

    Squeezed prices no longer keep the order strictly; whether an answer is better is always judged
    by the full ones.
    """
    full = prices(data, cases)
    largest = LARGEST_SUM // (4 * max(1, cases))
    if full.fits:
        return full
    share = full.unassigned // largest + 1
    coefficient = {goal: -(-price // share) for goal, price in full.coefficient.items()}
    return Prices(
        full.order, coefficient, largest, full.highest // share, full.behind_first // share, True
    )


def goal_limits(data: Data, cases: int) -> dict[str, Span]:
    """Values between which the part of each goal lies that `cases` cases decide, cheaply."""
    total = sum(data.largest_efforts[:cases])
    seats = cases * data.max_size
    groups = data.problem.policy.groups
    most_groups = min(cases, groups[1]) if groups and not data.panel else cases
    heaviest = data.heaviest_carried
    loads = sum(total * (2 * carried + total) for carried in heaviest[: 2 * seats]) if seats else 0
    most, least = data.max_size * data.score_range[1], data.max_size * data.score_range[0]
    return {
        "specialist": (0, LEVELS * cases),
        "workload": (0, min(loads, data.most_workload)),
        "peak": (0, max(heaviest, default=0) + sum(data.effort)),
        "route": (0, cases * data.farthest),
        "commute": (0, seats * data.farthest),
        "span": (0, data.n_slots),
        "leadership": (0, 4 * most_groups),
        "extra": (0, most_groups * (data.max_size - data.min_size)),
        "discouraged": (0, sum(data.dearest_cases[:cases])),
        "changes": (0, sum(data.largest_changes[:cases])),
        "affinity": (-cases * most, -cases * least),
        "fairness": (-most, -least),
    }

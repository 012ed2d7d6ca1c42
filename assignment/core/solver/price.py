"""目标合成: one whole number to compare drafts by; unassigned cases first, then the goals of `order`, then the weighted rest."""

from __future__ import annotations

from collections.abc import Mapping

from assignment.core.problem import GOALS
from assignment.core.solver.data import LEVELS, Data

# CP-SAT adds coefficients times bounds in 64 bits; leave it room.
LARGEST_SUM = 1 << 58


class Prices:
    """`coefficient[goal]` such that a smaller total is a better draft in the lexicographic sense of the contract.

    `unassigned` is the price of a case left out; `fits` says whether CP-SAT can add it all up.
    """

    def __init__(self, data: Data) -> None:
        problem = data.problem
        self.order = problem.order or ()
        limits = goal_limits(data)
        self.coefficient: dict[str, int] = {goal: problem.weight(goal) for goal in GOALS if goal not in self.order}
        rest = list(self.coefficient)
        for goal in reversed(self.order):
            self.coefficient[goal] = 1 + self._width(limits, rest)
            rest.append(goal)
        # What follows the first goal can add at most this much.
        self._behind_first = self._highest(limits, rest[:-1])
        self._highest_complete = self._highest(limits, rest)
        self.unassigned = 1 + self._width(limits, rest)
        self.fits = 4 * self.unassigned * max(1, data.n_cases) < LARGEST_SUM

    def _width(self, limits: Mapping[str, tuple[int, int]], goals: list[str]) -> int:
        return sum(self.coefficient[goal] * (limits[goal][1] - limits[goal][0]) for goal in goals)

    def _highest(self, limits: Mapping[str, tuple[int, int]], goals: list[str]) -> int:
        return sum(self.coefficient[goal] * limits[goal][1] for goal in goals)

    def total(self, scorecard: Mapping[str, int], unassigned: int, faults: int = 0) -> int:
        return self.unassigned * (unassigned + 2 * faults) + sum(
            price * scorecard[goal] for goal, price in self.coefficient.items() if price
        )

    @property
    def least_with_fault(self) -> int:
        """A total above every complete plan's."""
        return self._highest_complete + 1

    def first_goal(self, price_bound: int) -> int:
        """What a bound of the total says of the first goal of `order`."""
        price = self.coefficient[self.order[0]]
        return -((self._behind_first - price_bound) // price)


def goal_limits(data: Data) -> dict[str, tuple[int, int]]:
    """Values that no plan's goals leave, cheaply."""
    n, total = data.n_cases, sum(data.effort)
    seats = n * data.max_size
    groups = data.problem.policy.groups
    most_groups = min(n, groups[1]) if groups and not data.panel else n
    farthest = max((max(row, default=0) for row in data.minutes), default=0)
    loads = sorted((data.load_cost(r, min(total, data.max_effort[r])) for r in range(data.n_reviewers)), reverse=True)
    scores = [score for row in data.affinity for score in row.values()]
    most, least = data.max_size * max(0, *scores, 0), data.max_size * min(0, *scores, 0)
    return {
        "specialist": (0, LEVELS * n),
        "workload": (0, sum(loads[:seats])),
        "peak": (0, max((data.carried[r] + min(total, data.max_effort[r]) for r in range(data.n_reviewers)), default=0)),
        "route": (0, n * farthest),
        "commute": (0, seats * farthest),
        "span": (0, data.n_slots),
        "leadership": (0, 4 * most_groups),
        "extra": (0, most_groups * (data.max_size - data.min_size)),
        "discouraged": (0, sum(sum(row.values()) for row in data.discouraged)),
        "changes": (0, sum(len(former.members) + former.gone + 2 for former in data.former.values())),
        "affinity": (-n * most, -n * least),
        "fairness": (-most, -least),
    }

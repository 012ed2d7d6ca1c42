"""策略: what every part of the portfolio says of itself.

A strategy works in the main thread from the plan in hand, or it starts something that works beside
the search on a thread of its own. What is found goes through two doors only: `search.offer` for
plans, which the independent checker guards, and the bounds of `Search`, one for each `Bounds`.
"""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from assignment.solver.search import Search


class Bounds(Flag):
    """What a strategy may prove something about."""

    NOTHING = 0
    # Of the weighted sum of goals, over plans with every case: `search.raise_objective_bound`.
    OBJECTIVE = auto()
    # Of the search's price, unassigned cases included: `search.raise_price_bound`.
    PRICE = auto()
    # Of single goals of an order, the ones before held: `search.level_bounds`.
    LEVELS = auto()


class Strategy(Protocol):
    """One way towards a plan, a bound or a proof; objects without state, one per process."""

    bounds: ClassVar[Bounds]

    def applies(self, search: Search) -> bool:
        """Whether it can do anything here: for this problem, in this state of the search."""

    def run(self, search: Search) -> None:
        """Do it within `search.budget`; what works beside the search is left in `search.beside`."""


class Running(Protocol):
    """What works beside the search. Only the main thread calls these; none waits long."""

    @property
    def takes_worker(self) -> bool:
        """Whether the annealing should leave it one of the workers."""

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come."""

    def look(self, search: Search) -> None:
        """Put what is new into the search: plans and bounds."""

    def wait(self, seconds: float) -> bool:
        """Wait for the end, so long at most; whether it has come."""

    def stop(self) -> None:
        """End within a moment, or be left behind with the process."""

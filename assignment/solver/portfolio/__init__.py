"""策略组合: which strategies there are, in the order in which they are tried.

A phase is a row of strategies; each is run if it applies at that moment. A new one is an object
with the three members of `strategy.Strategy` and a line in one of these rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from assignment.solver.budget import Budget
from assignment.solver.portfolio import away, beside, counted, first, panels, timed
from assignment.solver.portfolio.strategy import Strategy


@dataclass(frozen=True)
class Phase:
    """`name` is what a user reads while it runs."""

    name: str
    strategies: tuple[Strategy, ...]


FIRST = Phase(
    "初始编组",
    (
        first.CompileSearch(),
        first.Given(),
        first.Flow(),
        beside.Memberships(),
        first.QuickAnnealing(),
        first.OneByOne(),
    ),
)
TIMED = Phase(
    "改进",
    (
        timed.BesideMemberships(),
        beside.AwaitMemberships(),
        timed.MostCases(),
        panels.Priced(),
        away.Helpers(),
        panels.Guided(),
        timed.Ripen(),
        beside.Columns(),
        timed.Annealing(),
        timed.Cooling(),
        timed.Whole(),
        timed.Neighbourhoods(),
    ),
)
COUNTED = Phase(
    "改进",
    (
        beside.AwaitMemberships(),
        timed.MostCases(),
        panels.CountedPrices(),
        counted.Ripen(),
        counted.Columns(),
        counted.Annealing(),
        counted.Neighbourhoods(),
        counted.Whole(),
    ),
)
LAST = Phase("证明界限", (beside.Collect(),))


def phases(budget: Budget) -> tuple[Phase, ...]:
    """By the clock parts run beside each other; by counting one after the other."""
    return (FIRST, COUNTED if budget.counting else TIMED, LAST)

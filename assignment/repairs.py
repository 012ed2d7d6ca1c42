"""修补的结果: ways from a plan that no longer holds to one that does."""

from __future__ import annotations

from dataclasses import dataclass

from assignment.solution import Explanation, Plan
from assignment.violation import Violation


@dataclass(frozen=True)
class Repair:
    """一种修补办法.

    `changes` are seats, leads and visits that differ (the goal `changes`); `cost` is by how much
    the weighted goals other than `changes` grow against the old plan; `least`: no plan changes
    less.
    """

    plan: Plan
    changes: int
    cost: int
    least: bool


@dataclass(frozen=True)
class Repairs:
    """`broken`: why the old plan no longer holds. `bound`: every complete plan changes at least so
    much. Options by changes, then cost.

    Without an option `why` tells what stands in the way, as far as it is known, and what could be
    asked for or allowed.
    """

    broken: tuple[Violation, ...]
    bound: int
    options: tuple[Repair, ...]
    why: Explanation | None = None

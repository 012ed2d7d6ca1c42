"""搜索现状: the draft in hand, its price, and the door through which every better plan goes: the
independent checker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assignment.check import check
from assignment.goals import objective
from assignment.solution import Plan, Reason
from assignment.solver.budget import Budget
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator, Group, Incumbent, Priced, to_plan
from assignment.solver.limits import Limits, OnProgress, Progress
from assignment.solver.price import Prices
from assignment.solver.scope import faults

if TYPE_CHECKING:
    from assignment.solver.annealing import Line
    from assignment.solver.crew import Crew
    from assignment.solver.portfolio.strategy import Running

# The only rules a draft may break while no valid one is known: see `scope.faults`.
TOLERATED = {"H15", "H17"}


@dataclass
class Search:
    """What every phase of a solve shares.

    `best` is the last plan the checker passed; `draft` what the search works on.
    """

    data: Data
    prices: Prices
    evaluator: Evaluator
    budget: Budget
    on_progress: OnProgress | None = None
    start: Plan | None = None  # to begin with, where it keeps the rules
    crew: Crew | None = None  # that helps from other processes
    draft: Draft = field(default_factory=lambda: Draft(()))
    price: int | None = None
    best: Plan | None = None
    bound: int | None = None  # of the objective
    price_bound: int | None = None  # of the price, unassigned cases included
    counted_bound: int | None = None  # of the objective, by counting
    # Of the objective, from a source other than counting and the whole model.
    other_bound: int | None = None
    # Proven for goals of the order, the ones before held.
    level_bounds: dict[str, int] = field(default_factory=dict)
    impossible: bool = False  # not even a partial plan exists
    reasons: tuple[Reason, ...] = ()
    # Groups that keep the rules, in no plan so far.
    seen: dict[Group, None] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)  # of the compiled search, where it fits
    beside: list[Running] = field(default_factory=list)  # what works on threads of its own
    phase: str = "预检"
    rejected: int = 0

    @property
    def limits(self) -> Limits:
        return self.budget.limits

    def raise_price_bound(self, least: int | None) -> None:
        """No plan has a lower price; None says nothing."""
        if least is not None and (self.price_bound is None or least > self.price_bound):
            self.price_bound = least

    def raise_objective_bound(self, least: int | None) -> None:
        """No plan that holds every case has a lower objective; None says nothing."""
        if least is not None and (self.other_bound is None or least > self.other_bound):
            self.other_bound = least

    def price_of(self, draft: Draft, values: Mapping[str, int] | None = None) -> int:
        """`values`: its scorecard, where it is known."""
        unassigned = len(draft.unassigned(self.data))
        values = self.evaluator.scorecard(draft) if values is None else values
        return self.prices.total(values, unassigned, faults(self.data, draft))

    def offer(self, draft: Draft, values: dict[str, int] | None = None) -> bool:
        """Take the draft if it is no dearer than the present one and the checker finds nothing
        wrong. `values`: its scorecard, where it is known; the checker counts again.
        """
        values = self.evaluator.scorecard(draft) if values is None else values
        price = self.price_of(draft, values)
        if self.price is not None and price > self.price:
            return False
        better = self.price is None or price < self.price
        if better and not self._accept(draft, values):
            self.rejected += 1
            return False
        self.draft, self.price = draft, price
        return True

    def _accept(self, draft: Draft, values: dict[str, int]) -> bool:
        plan = self.plan_of(draft, values)
        verdict = check(self.data.problem, plan)
        if verdict.ok:
            self.best = plan
            self.tell(plan)
            return True
        return (
            faults(self.data, draft) > 0
            and {violation.rule for violation in verdict.violations} <= TOLERATED
        )

    def incumbent(self) -> Incumbent:
        """The best plan as the proof needs it; there is one, and it is complete."""
        assert self.best is not None and self.best.objective is not None
        return Incumbent(
            self.best.objective, self._alone(self.draft.groups), self._alone(tuple(self.seen))
        )

    def _alone(self, groups: Iterable[Group]) -> Priced:
        return tuple((group, self.evaluator.alone(group)) for group in groups)

    def plan_of(self, draft: Draft, values: dict[str, int] | None = None) -> Plan:
        values = self.evaluator.scorecard(draft) if values is None else values
        plan = to_plan(self.data, draft, "partial" if draft.unassigned(self.data) else "feasible")
        return plan.with_(scorecard=values, objective=objective(self.data.problem, values))

    def tell(self, plan: Plan | None = None) -> None:
        if self.on_progress is not None:
            known = plan or self.best
            self.on_progress(
                Progress(
                    elapsed=self.budget.elapsed,
                    phase=self.phase,
                    objective=known.objective if known else None,
                    bound=self.bound,
                    unassigned=len(known.unassigned) if known else self.data.n_cases,
                    plan=plan,
                )
            )

    def enter(self, phase: str) -> None:
        self.phase = phase
        self.tell()

"""证明最优: every group that a better plan could hold, then the best partition among them.

Column enumeration (Baldacci, Christofides and Mingozzi, Math. Program. 115, 2008): a group whose
reduced cost exceeds the distance between bound and plan is in no better plan; the rest is a set
partitioning problem, small at county size. The last half-day (`span`) is tried from late to early:
a plan that ends sooner has only groups that end sooner, and costs no less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assignment.problem import GOALS, Problem
from assignment.solver.budget import Budget
from assignment.solver.chance import chance
from assignment.solver.columns.bounding import ON_THEIR_OWN, SCALE, constant
from assignment.solver.columns.dive import Dive
from assignment.solver.columns.generation import Generation, groups_of
from assignment.solver.columns.master import Written
from assignment.solver.crew import Crew
from assignment.solver.draft import Draft, Group, Incumbent

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

ALONE = 25  # cases whose pricing takes a moment
FRUITLESS = 8  # dives
# Of the best plan's groups, how many one dive forms anew: of all, and at most; so many dives with
# the same columns.
ANEW, MOST_ANEW, WITH_THE_SAME = (0.4, 0.7), 12, 20
FEW = 3_000  # groups that are quickly compared
PARTITION_WORK = 30.0  # deterministic units of CP-SAT


@dataclass(frozen=True)
class Proven:
    """`bound`: no complete plan costs less.

    `draft`: costs that, if it keeps the rules left out here; None when nothing better is left.
    """

    bound: int
    draft: Draft | None


class Prover:
    """For one problem; `counted` bounds span, peak and fairness by counting, `best` gives the best
    plan there is at the time, `crew` helps with pricings.
    """

    def __init__(
        self,
        problem: Problem,
        counted: Callable[[str], int],
        budget: Budget,
        over: Callable[[], bool],
        best: Callable[[], Incumbent],
        crew: Crew | None = None,
    ) -> None:
        self.problem, self.budget, self.over, self.best = problem, budget, over, best
        self.crew = crew if len(problem.cases) > ALONE else None
        self.weights = {goal: problem.weight(goal) for goal in GOALS}
        self.earliest = counted("span") if self.weights["span"] else 0
        apart = sum(
            self.weights[goal] * counted(goal)
            for goal in ON_THEIR_OWN
            if goal != "span" and self.weights[goal]
        )
        self.rest = apart + constant(problem)
        self.found: tuple[int, tuple[Written, ...]] | None = (
            None  # groups cheaper than the best plan, if they go together
        )
        self.first: Generation | None = None
        self.now: Generation | None = None
        self.proven: Proven | None = None
        # Groups of a complete plan that may be better, until somebody takes them.
        self.idea: tuple[Written, ...] | None = None
        self._random = chance(budget.limits.seed + 5)
        self._parts_of = chance(budget.limits.seed + 6)
        self._diving: Generation | None = None
        self._parting: Generation | None = None
        self._apart = 0  # what a plan costs but for the groups of `_parting`
        self._parted = 0  # times
        self._sets = 0  # priced by former generations

    def upper(self) -> int:
        """What a plan must undercut to be of interest."""
        known = self.best().cost
        if self.found is not None and known <= self.found[0]:
            self.found = None
        return known if self.found is None else self.found[0]

    @property
    def bound(self) -> int | None:
        """What is proved so far of complete plans; until the end, by the first linear programme for
        every end at once.
        """
        if self.proven is not None:
            return self.proven.bound
        if self.first is None or self.first.best is None:
            return None
        return self.first.best + self.rest + self.weights["span"] * self.earliest

    @property
    def sets(self) -> int:
        """Sets of cases priced so far: a measure of work that does not depend on the clock."""
        return self._sets + (self.now.sets if self.now is not None else 0)

    def halt(self) -> None:
        """End a pricing that is under way."""
        for generation in (self.now, self._diving, self._parting):
            if generation is not None:
                generation.halt()

    def run(self) -> Proven | None:
        """None when time or numbers do not allow it."""
        self.proven = self._prove()
        return self.proven

    def take_idea(self) -> Draft | None:
        """A plan that may be better than the best, once; starts are those of each group alone."""
        idea, self.idea = self.idea, None
        return _draft(idea) if idea is not None else None

    def _dive(self) -> bool:
        """Whether a plan of groups that are priced was hit upon; not where a proof takes a
        moment.
        """
        generation = self.first
        if generation is None or generation is not self.now or not generation.cutting:
            return False
        best = self.best()
        self._diving, apart = self._within_end(generation, best)
        generation.meet(best)
        found = Dive(self._diving, self._random).run(self.upper() - apart, self.over)
        generation.take(self._diving.columns.written)
        if found is not None:
            self.idea = tuple(found)
        return found is not None

    def _within_end(self, generation: Generation, best: Incumbent) -> tuple[Generation, int]:
        """For dives among the groups that end no later than the plan, as what a later end costs is
        in no group's cost; and what a plan of such an end costs but for its groups.
        """
        price = self.weights["span"]
        end = max((self._end(group) for group, _ in best.groups), default=self.earliest)
        rest = Generation(self.problem, self.weights, self.over, end if price else None)
        rest.inherit(generation)
        known = groups_of(best.groups + best.seen) + generation.columns.written
        rest.take(group for group in known if self._end(group) <= end)
        return rest, self.rest + price * end

    @property
    def ready_to_part(self) -> bool:
        """Whether groups are priced from which parts of a plan can be formed anew."""
        return self.first is not None and self.first.cutting and self.first.best is not None

    def part(self, over: Callable[[], bool]) -> Draft | None:
        """部分下潜: some groups of the best plan are kept, the others formed anew; None when
        nothing cheaper comes of it. For the thread that takes what is found; columns may go on
        meanwhile.
        """
        assert self.first is not None
        best = self.best()
        if self._parting is None or self._parted % WITH_THE_SAME == 0:
            self._parting, self._apart = self._within_end(self.first, best)
        self._parted += 1
        dive, slots = Dive(self._parting, self._parts_of), self._parting.slots
        kept = [one for one in groups_of(best.groups) if slots is None or self._end(one) <= slots]
        anew = min(MOST_ANEW, round(self._parts_of.uniform(*ANEW) * len(best.groups)))
        dive.keep(self._parts_of.sample(kept, max(0, len(kept) - anew)))
        found = dive.run(best.cost - self._apart, over)
        return _draft(tuple(found)) if found is not None else None

    def _end(self, group: Group | Written) -> int:
        """The first slot after its last visit."""
        pairs = zip(group.cases, group.starts, strict=True)
        return max((start + self.problem.cases[case].half_days for case, start in pairs), default=0)

    def _dive_on(self) -> None:
        """Until several in a row find nothing: then others have more use of the time."""
        fruitless = 0
        while fruitless < FRUITLESS and not self.over():
            fruitless = 0 if self._dive() else fruitless + 1

    def _prove(self) -> Proven | None:
        price = self.weights["span"]
        slots = len(self.problem.slots) if price else None
        while slots is None or slots >= self.earliest:
            # What every plan costs that ends at `slots`, but for its groups.
            apart = self.rest + (price * slots if slots is not None else 0)
            cost = self._cheapest(slots, apart)
            if cost is None:
                self._dive_on()
                return None
            if slots is None:
                break
            # An earlier end costs no less than this one did.
            slots = min(slots - 1, -(-(self.upper() - self.rest - cost) // price) - 1)
        upper = self.upper()
        return Proven(upper, _draft(self.found[1]) if self.found else None)

    def _cheapest(self, slots: int | None, apart: int) -> int | None:
        """No groups that end within the slots cost less than this; such as go below the best plan
        are kept in `found`.
        """
        self._sets = self.sets
        self.now = generation = Generation(self.problem, self.weights, self.over, slots)
        if self.crew is not None:
            generation.share(self.crew, lambda: self.budget.left)
        # A bound of so much settles every earlier end, too.
        enough = self.upper() - self.rest - self.weights["span"] * self.earliest
        columns = None
        if self.first is None:
            self.first = generation
            generation.near = self._dive
            generation.begin_from(self.best())
        else:
            # Mostly they list few groups; if not, it is worth finding prices for this end.
            generation.inherit(self.first)
            columns = generation.groups_below(enough, FEW)
        if columns is None:
            generation.run(enough)
        if generation.best is None or self.over():
            return None
        upper = self.upper() - apart
        if generation.best >= upper:
            return generation.best
        return self._least_of(generation, columns, enough, upper, apart)

    def _least_of(
        self,
        generation: Generation,
        columns: list[Written] | None,
        enough: int,
        upper: int,
        apart: int,
    ) -> int | None:
        """Where there are few groups, those up to `enough` are compared, since the least that they
        cost settles many an earlier end; else those of a plan better than the best.
        """
        reach = enough
        if columns is None:
            columns = generation.groups_below(reach, FEW)
        if columns is None:
            reach = upper
            columns = generation.groups_below(reach)
        if columns is None:
            return None
        answer = self._partition(columns, reach)
        if answer is None:
            return None
        cost, chosen = answer
        if chosen is not None and cost < upper:
            self.found = cost + apart, chosen
        return cost

    def _partition(
        self, columns: list[Written], upper: int
    ) -> tuple[int, tuple[Written, ...] | None] | None:
        """The cheapest of these groups that hold every case once and nobody too often; (upper,
        None) when none costs less.
        """
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        taken = [model.new_bool_var("") for _ in columns]
        of_case: list[list[cp_model.IntVar]] = [[] for _ in self.problem.cases]
        of_reviewer: list[list[cp_model.IntVar]] = [[] for _ in self.problem.reviewers]
        for column, group in zip(taken, columns, strict=True):
            for case in group.cases:
                of_case[case].append(column)
            for member in group.members:
                of_reviewer[member].append(column)
        for variables in of_case:
            model.add_exactly_one(variables)
        for reviewer, variables in zip(self.problem.reviewers, of_reviewer, strict=True):
            if len(variables) > reviewer.max_groups:
                model.add(sum(variables) <= reviewer.max_groups)
        low, high = self.problem.policy.groups or (0, len(self.problem.cases))
        model.add_linear_constraint(sum(taken), low, high)
        cost = sum(
            group.cost // SCALE * column for column, group in zip(taken, columns, strict=True)
        )
        model.add(cost <= upper - 1)
        model.minimize(cost)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = max(0.1, self.budget.left)
        solver.parameters.max_deterministic_time = PARTITION_WORK
        self.budget.enter(solver)
        try:
            status = solver.solve(model)
        finally:
            self.budget.leave(solver)
        if status == cp_model.INFEASIBLE:
            return upper, None
        if status != cp_model.OPTIMAL:
            return None
        chosen = tuple(
            group for column, group in zip(taken, columns, strict=True) if solver.value(column)
        )
        return round(solver.objective_value), chosen


def _draft(groups: tuple[Written, ...]) -> Draft:
    return Draft(
        tuple(Group(group.cases, group.starts, group.members, group.leader) for group in groups)
    )

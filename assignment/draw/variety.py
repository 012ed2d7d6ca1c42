"""备选方案集: many good plans that differ in who reviews whom, for the auditable draw.

Each further plan is the best answer to the lottery over those found so far: the pairs it makes
likely cost extra, the problem is solved with these prices, and what comes out joins the set if it
is near enough to the best (fictitious play: Brown 1951, Robinson 1951; the prices are those of
column generation). The price of a pair rises while the plans stay near, and falls when they do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter

from assignment.alike import exchanged
from assignment.check import check
from assignment.draw.candidates import (
    Candidate,
    CandidateSet,
    Pair,
    Wish,
    key,
    near,
    pairs_of,
    valued,
)
from assignment.draw.game import Game, play, share_out
from assignment.explain import options
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver import annealing
from assignment.solver.kernel import warm
from assignment.solver.limits import Limits, OnProgress, Progress, ShouldStop
from assignment.solver.solve import begin, solve

# Of the time: for the best plan where none is given, and the seconds it gets at least; seconds for
# one further plan at least and at most.
FIRST, SURE, SHORTEST, LONGEST = 0.2, 2.0, 0.5, 30.0
# Of the time: for one further plan, with and without the compiled search. Too short a search spends
# the tolerance on its own haste.
COMPILED, UNCOMPILED = 1 / 45, 0.08
# Of what a chain may still be dearer, the part that one exchange may take: many small ones change
# more than one large one.
PACE = 0.2
# Whole plans that came to nothing, one after the other, before a chain is tried.
PATIENCE = 3
# Prices of pairs are fractions of what weighs one.
GRAIN = 10
# The prices' factor stays between this and one over it.
HOTTEST = 64.0


@dataclass
class _Pool:
    """The plans found, by their pairs: of plans that agree in these the best one."""

    problem: Problem
    tolerance: int
    found: dict[frozenset[Pair], Plan]

    def add(self, plan: Plan) -> bool:
        """Whether the plan is near enough and new."""
        if plan.unassigned or not check(self.problem, plan).ok:
            return False
        pairs = pairs_of(plan.groups)
        known = self.found.get(pairs)
        if known is None or self.key(plan) < self.key(known):
            self.found[pairs] = plan
        best = self.best
        self.found = {pairs: one for pairs, one in self.found.items() if self._near(one, best)}
        return known is None and pairs in self.found

    @property
    def best(self) -> Plan:
        return min(self.found.values(), key=self.key)

    def _near(self, plan: Plan, best: Plan) -> bool:
        return near(self.problem, plan.scorecard, best.scorecard, self.tolerance)

    def key(self, plan: Plan) -> tuple[int, ...]:
        return key(self.problem, plan.scorecard)

    def spare(self, plan: Plan) -> int:
        """What the plan may still be dearer, in the weighted sum."""
        best = self.key(self.best)[-1]
        return best + abs(best) * self.tolerance // 1000 - self.key(plan)[-1]

    def candidate_set(self, cap: int) -> CandidateSet:
        """The lottery over what was found; plans that it gives no ticket are left out."""
        plans = list(self.found.values())
        game = play([pairs_of(plan.groups) for plan in plans])
        shares = [
            Candidate(tickets, plan.groups)
            for plan, tickets in zip(plans, share_out(game.shares), strict=True)
            if tickets
        ]
        return CandidateSet(
            self.problem,
            self.tolerance,
            cap,
            tuple(sorted(shares, key=lambda one: sorted(one.pairs))),
        )


def look(
    problem: Problem,
    wish: Wish,
    limits: Limits,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> CandidateSet | Plan:
    """Candidates within the time, each passed by the checker; where no complete plan is found, what
    the solver says about that.

    `start`: a plan to begin with, instead of one solved for.
    """
    begun, ask = perf_counter(), should_stop or (lambda: False)
    if start is None or start.unassigned or not check(problem, start).ok:
        share = max(FIRST * limits.time_limit, min(SURE, limits.time_limit))
        start = solve(problem, replace(limits, time_limit=share), on_progress, should_stop)
        if not start.groups or start.unassigned:
            return start
    pool = _Pool(problem, wish.tolerance, {})
    pool.add(valued(problem, start.groups))

    def left() -> float:
        return 0.0 if ask() else limits.time_limit - (perf_counter() - begun)

    _fill(pool, wish, limits, left, ask, on_progress)
    _without(pool, lambda: left() <= 0)
    return pool.candidate_set(wish.cap)


def _fill(
    pool: _Pool,
    wish: Wish,
    limits: Limits,
    left: Callable[[], float],
    ask: ShouldStop,
    on_progress: OnProgress | None,
) -> None:
    """Plan after plan, each priced against the lottery over those before it; chains of exchanges
    where whole plans come to nothing.
    """
    # So low that what the first plan's pairs cost together is what a candidate may be dearer: the
    # first answer is sure to be near enough.
    heat, number, barren = 4 / max(1, len(next(iter(pool.found)))), 0, 0
    tried: Counter[Pair] = Counter()
    while (time := left()) > SHORTEST and len(pool.found) < wish.plans:
        game = play(list(pool.found), rounds=1)
        if len(pool.found) > 1 and game.value <= 1 / wish.plans:
            break
        number += 1
        if barren >= PATIENCE and pool.add(_chain(pool, game, tried, lambda: left() <= 0)):
            barren = 0
            continue
        each = min(
            max(SHORTEST, limits.time_limit * (COMPILED if warm.is_warm() else UNCOMPILED)),
            LONGEST,
            time,
        )
        priced = _priced(pool.problem, _prices(pool, game, heat))
        fresh = _quick(priced, Limits(each, limits.seed + number, limits.workers), ask)
        if fresh is None:
            continue
        plan = valued(pool.problem, fresh.groups)
        added = pool.add(plan)
        barren = 0 if added else barren + 1
        heat = _heat(heat, added, known=pairs_of(plan.groups) in pool.found)
        if on_progress is not None:
            on_progress(
                Progress(
                    limits.time_limit - left(),
                    f"已找到 {len(pool.found)} 个",
                    pool.best.objective,
                    None,
                    0,
                )
            )


def _heat(heat: float, added: bool, known: bool) -> float:
    """Hotter while plans stay near; cooler when they come out too dear to be candidates."""
    if added:
        return heat * 1.1
    return min(HOTTEST, heat * 1.6) if known else max(1 / HOTTEST, heat * 0.75)


def _chain(pool: _Pool, game: Game, tried: Counter[Pair], over: ShouldStop) -> Plan:
    """Where whole plans come out too dear: the best one, in which likely people give their seats to
    others as far as the tolerance goes.

    `tried` counts who was brought in, so that the next chain brings in others.
    """
    problem, likely = pool.problem, _likely(pool, game)
    plan = pool.best
    seats = [
        (place, member, group.cases)
        for place, group in enumerate(plan.groups)
        for member in group.members
    ]
    seats.sort(
        key=lambda seat: -max((likely.get((seat[1], case), 0.0) for case in seat[2]), default=0.0)
    )
    for place, member, cases in seats:
        if over():
            break
        spare = pool.spare(plan)
        able = [one for one in options(problem, plan, place, member) if one.cost <= spare * PACE]
        if able:
            taken = min(
                able, key=lambda one: (sum(tried[one.reviewer, case] for case in cases), one.cost)
            )
            tried.update((taken.reviewer, case) for case in cases)
            plan = valued(problem, exchanged(plan, place, member, taken.reviewer).groups)
    return plan


def _without(pool: _Pool, over: ShouldStop) -> None:
    """For each pair that every plan has a plan that lacks it, where one person in another's place
    is enough.
    """
    problem = pool.problem
    for reviewer, case in sorted(frozenset.intersection(*pool.found)):
        if any((reviewer, case) not in pairs for pairs in pool.found):
            continue  # settled along with another
        for plan in sorted(pool.found.values(), key=pool.key):
            if over():
                return
            place = next(
                place
                for place, group in enumerate(plan.groups)
                if reviewer in group.members and case in group.cases
            )
            able = next(
                (
                    one
                    for one in options(problem, plan, place, reviewer)
                    if one.cost <= pool.spare(plan)
                ),
                None,
            )
            if able is not None and pool.add(
                valued(problem, exchanged(plan, place, reviewer, able.reviewer).groups)
            ):
                break


def _likely(pool: _Pool, game: Game) -> dict[Pair, float]:
    """How likely the lottery makes each pair."""
    likely: dict[Pair, float] = {}
    for pairs, share in zip(pool.found, game.shares, strict=True):
        for pair in pairs:
            likely[pair] = likely.get(pair, 0.0) + share
    return likely


def _prices(pool: _Pool, game: Game, heat: float) -> dict[Pair, int]:
    """What each pair costs extra: by how likely the lottery makes it, and more if it limits it or
    is in every plan so far.

    A pair that nobody can avoid costs every plan the same, so no plan is kept away by it.

    At heat 1 a pair that is certain costs a tenth of what a candidate may be worse than the best,
    so that a few of them may be exchanged.
    """
    likely = _likely(pool, game)
    dearest = max(game.prices.values(), default=1.0)
    allowed = max(1, abs(key(pool.problem, pool.best.scorecard)[-1]) * pool.tolerance // 1000)
    tenth = heat * allowed * GRAIN / 10
    common = frozenset.intersection(*pool.found)
    blame = {
        pair: 1.0 if pair in common else game.prices.get(pair, 0.0) / dearest for pair in likely
    }
    return {pair: round(tenth * (share**4 / 2 + 2 * blame[pair])) for pair, share in likely.items()}


def _priced(problem: Problem, prices: Mapping[Pair, int]) -> Problem:
    """The problem with prices on pairs, written as discouraged ones; all else weighs `GRAIN` times
    as much, so that prices can be fine.
    """
    if "discouraged" in (problem.order or ()):
        return problem  # these costs come before all others: the seed alone has to bring variety
    costs = {row[:2]: problem.weight("discouraged") * row[3] * GRAIN for row in problem.discouraged}
    for pair, price in prices.items():
        costs[pair] = costs.get(pair, 0) + price
    weights = {goal: weight * GRAIN for goal, weight in problem.weights.items()} | {
        "discouraged": 1
    }
    return replace(
        problem,
        discouraged=tuple((*pair, "DRAW", cost) for pair, cost in sorted(costs.items()) if cost),
        weights=weights,
    )


def _quick(problem: Problem, limits: Limits, ask: ShouldStop) -> Plan | None:
    """A good plan in a short time: annealing alone, which needs no proof; without the compiled
    search the whole optimiser.
    """
    search = begin(problem, limits, None, ask)
    if not annealing.ready(search):
        plan = solve(problem, limits, should_stop=ask)
        return plan if plan.groups else None
    annealing.anneal(search, annealing.start(search), limits.time_limit)
    return search.best

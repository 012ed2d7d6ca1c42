"""求解: from a problem to a checked plan.

Read `solve` as the table of contents of the optimiser.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from assignment.check import check
from assignment.precheck import precheck
from assignment.problem import Problem
from assignment.solution import Level, Plan, SolverInfo, Status
from assignment.solver import (
    affinity,
    annealing,
    bound,
    infeasible,
    membership,
    relaxation,
    transport,
)
from assignment.solver.chance import chance
from assignment.solver.columns import beside as columns
from assignment.solver.columns.proof import Prover
from assignment.solver.construct import construct
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator
from assignment.solver.exact import Proof, small_enough, solve_whole
from assignment.solver.improve import ROUND, improve
from assignment.solver.kernel import warm
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.solver.price import prices
from assignment.solver.search import Search
from assignment.solver.stop import Clock
from assignment.solver.subsolve import TICK

# Of the time: improvement before the whole model of a small problem starts beside it.
WARM_UP = 0.1
# Of the time: annealing before the joint model takes over, where the whole problem is small enough
# for a proof and where it is not.
WARM_UP_ANNEALING, ANNEALING = 0.3, 0.9
# What a problem gets that counting shows to be impossible: a share of the time, and at most so many
# seconds.
HOPELESS, LONGEST_HOPELESS = 0.2, 5.0
# Deterministic mode counts tasks and CP-SAT's units instead of seconds: few enough that a slow
# machine with one worker still finishes.
TASKS_A_SECOND, WHOLE_WORK_A_SECOND, SETS_A_SECOND = 0.5, 0.05, 700
# Of the time: how long the annealing may take to a first plan before groups are made one by one.
FIRST = 0.4
# Of the time: the rest is kept for ways out where some case has still found no place.
GIVING_UP = 0.8
# HiGHS cannot be interrupted: it gets less than the whole time; one programme of many, run before
# all else, these seconds.
RELAXING, EXACT = 0.85, 5.0
# Column generation takes its first prices from the best plan: how long that may ripen, in shares of
# the time and seconds, and in seconds where there are few cases.
RIPE, LONGEST_RIPE, QUICKLY_RIPE, FEW_CASES = 0.2, 20.0, 1.0, 25

NOTHING = -(1 << 62)


def solve(
    problem: Problem,
    limits: Limits,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Plan:
    """The best plan found within the limits, passed by the independent checker, with what is proved
    about it.

    Never raises for a problem that cannot be solved: the status says so and the explanation why.
    """
    search = begin(problem, limits, on_progress, should_stop)
    kernel = Kernel(search)
    search.enter("初始编组")
    programme = memberships(search)
    relaxed = relax(search)
    lines = [] if settled(search) else kernel.lines()
    first_plan(search, lines)
    tighten(search)
    search.enter("改进")
    if programme is not None:
        improve_beside(search, programme)
    if search.reasons:
        place_most(search)
    elif not settled(search):
        improve_all(search, lines, relaxed)
    search.enter("证明下界")
    collect(search, relaxed)
    tighten(search)
    return report(search)


def begin(
    problem: Problem, limits: Limits, on_progress: OnProgress | None, should_stop: ShouldStop | None
) -> Search:
    clock = Clock(limits, should_stop)
    data = Data(problem)
    search = Search(data, prices(data), Evaluator(data), limits, clock, on_progress)
    search.enter("预检")
    # A flow says itself whether every case can be had.
    search.reasons = () if transport.applies(data) else precheck(problem)
    return search


def memberships(search: Search) -> membership.Beside | None:
    """Panels without visits: the flow of least cost at once, where it speaks of the problem, and
    the integer programme beside.
    """
    data = search.data
    if transport.applies(data):
        draft = transport.solve(data)
        if draft is None:
            search.reasons = precheck(data.problem)
        if draft is not None and affinity.applies(data):
            raise_weakest(search, draft)
        elif draft is not None and search.offer(draft) and transport.exact(data):
            search.price_bound = search.price
    if search.reasons or proved(search) or not membership.applies(data):
        return None
    return membership.Beside(data, lambda: search.clock.left)


def raise_weakest(search: Search, flow: Draft) -> None:
    """Fairness first, then a sum over pairs: exact from the flow on, in most cases at once."""
    limits, clock = search.limits, search.clock
    result = affinity.solve(
        search.data,
        flow,
        lambda: max(TICK, clock.left if limits.deterministic else min(EXACT, clock.left)),
    )
    search.offer(result.draft)
    search.level_bounds, search.other_bound = result.bounds, result.objective_bound
    if result.optimal and search.draft == result.draft:
        search.price_bound = search.price


def first_plan(search: Search, lines: list[annealing.Line]) -> None:
    """The annealing's start may still break a rule or two, which a few moves mend; without a kernel
    one group after the other is made.
    """
    limits = search.limits
    if lines and not limits.deterministic:
        annealing.anneal(
            search, lines, FIRST * limits.time_limit, enough=lambda: search.best is not None
        )
    if search.best is None:
        construct(search, chance(limits.seed))


def relax(search: Search) -> relaxation.Beside | None:
    """Panels with visits: their linear relaxation, solved beside everything else, bounds them well;
    few are solved whole.
    """
    if search.reasons or not relaxation.applies(search.data):
        return None
    limits, clock = search.limits, search.clock
    whole = relaxation.solvable(search.data) and not limits.deterministic
    return relaxation.Beside(
        search.data, lambda: RELAXING * limits.time_limit - clock.elapsed, whole
    )


def collect(search: Search, relaxed: relaxation.Beside | None) -> None:
    """Take the relaxation's bound if it is there; deterministic mode waits for it, as its answer
    must not depend on the load.
    """
    if relaxed is None:
        return
    while search.limits.deterministic and not relaxed.wait(TICK) and not search.clock.over():
        pass
    search.other_bound = relaxed.bound
    if relaxed.draft is not None:
        search.offer(relaxed.draft)


def look(search: Search, relaxed: relaxation.Beside | None) -> bool:
    """Tell the relaxation's bound as soon as it rises; whether the best plan is proved best."""
    if relaxed is not None and relaxed.bound is not None and relaxed.bound != search.other_bound:
        collect(search, relaxed)
        tighten(search)
        search.tell()
    return proved(search)


def price_columns(search: Search, most_sets: int | None = None) -> columns.Beside:
    data = search.data
    return columns.Beside(
        data.problem,
        lambda goal: bound.goal_bound(data, goal),
        search.clock,
        search.incumbent,
        most_sets,
    )


def take(search: Search, prover: Prover) -> bool:
    """Keep what column generation has proved, and the plan it may have found: whether the best plan
    is proved best.

    Its bound speaks of complete plans only; where there is one, leaving cases out costs more.
    """
    if prover.bound is None:
        return proved(search)
    if prover.proven is not None and prover.proven.draft is not None:
        search.offer(prover.proven.draft)
    search.price_bound = max(
        prover.bound, NOTHING if search.price_bound is None else search.price_bound
    )
    before = search.bound
    tighten(search)
    if search.bound != before:
        search.tell()
    return proved(search)


def improve_beside(search: Search, programme: membership.Beside) -> None:
    """Neighbourhood search until the integer programme answers; its answer is usually proved
    best.
    """
    if not search.limits.deterministic:
        improve(search, chance(search.limits.seed), enough=lambda: programme.wait(0))
    while not programme.wait(TICK) and not search.clock.over():
        pass
    result = programme.result
    if result.draft is not None:
        search.offer(result.draft)
    search.level_bounds = {**search.level_bounds, **result.bounds}
    search.other_bound = search.other_bound if result.bound is None else result.bound
    if result.optimal and search.draft == result.draft:
        search.price_bound = search.price


def place_most(search: Search) -> None:
    """Counting already shows that some cases stay out: a short search for what can be had without
    them.
    """
    limits = search.limits
    rounds = (
        max(1, round(HOPELESS * TASKS_A_SECOND * limits.time_limit / ROUND))
        if limits.deterministic
        else None
    )
    improve(
        search,
        chance(limits.seed),
        rounds,
        enough=lambda: search.clock.elapsed > min(LONGEST_HOPELESS, HOPELESS * limits.time_limit),
    )


class Kernel:
    """The compiled search, if it fits the problem and this machine has compiled it; a cold one is
    compiled beside the other search.
    """

    def __init__(self, search: Search) -> None:
        self.search = search
        self.fits = annealing.fits(search)
        if self.fits and not warm.is_warm():
            if search.limits.deterministic:
                warm.compile_all()  # the same plan, cold or warm
            else:
                warm.compile_beside()

    def ready(self) -> bool:
        return self.fits and warm.is_warm()

    def lines(self) -> list[annealing.Line]:
        return annealing.start(self.search) if self.ready() else []


def improve_all(
    search: Search, lines: list[annealing.Line], relaxed: relaxation.Beside | None
) -> None:
    """Annealing for most of the time, then the joint model on parts of the plan; small problems are
    proved beside it.
    """
    limits = search.limits
    if not lines:
        improve_alone(search)
    elif limits.deterministic:
        annealing.anneal_by_count(search, lines)
        improve_by_count(search, annealed=True)
    elif columns.applies(search.data.problem):
        improve_and_price(search, lines)
    elif relaxed is not None and relaxed.whole:
        improve_beside_whole(search, lines, relaxed)
    elif small_enough(search):
        annealing.anneal(
            search, lines, WARM_UP_ANNEALING * limits.time_limit, lambda: look(search, relaxed)
        )
        improve_and_prove(search)
    else:
        annealing.anneal(
            search, lines, ANNEALING * limits.time_limit, lambda: look(search, relaxed)
        )
        improve(search, chance(limits.seed), enough=lambda: look(search, relaxed))


def improve_beside_whole(
    search: Search, lines: list[annealing.Line], programme: relaxation.Beside
) -> None:
    """One line of annealing less beside the integer programme of few panels, which finds the best
    plan and proves it.
    """
    limits = search.limits
    lines = lines[1:] or lines
    annealing.anneal(
        search,
        lines,
        WARM_UP_ANNEALING * limits.time_limit,
        lambda: look(search, programme) or programme.hopeless,
    )
    if not complete(search):
        improve_and_prove(
            search
        )  # rounding must not say that there is no plan; the joint model proves it exactly
    else:
        annealing.anneal(
            search, lines, ANNEALING * limits.time_limit, lambda: look(search, programme)
        )
    if not settled(search):
        improve(search, chance(limits.seed), enough=lambda: look(search, programme))


def improve_and_price(search: Search, lines: list[annealing.Line]) -> None:
    """Annealing until the plan is good enough to take prices from; then one line less, and columns
    beside it that bound and prove.
    """
    data, limits = search.data, search.limits
    longest = QUICKLY_RIPE if data.n_cases <= FEW_CASES else LONGEST_RIPE
    annealing.anneal(search, lines, search.clock.elapsed + min(RIPE * limits.time_limit, longest))
    if search.clock.over() or not complete(search):
        place_every_case(search, lines)
        return
    beside = price_columns(search)
    try:
        improve_beside_columns(search, lines[1:] or lines, beside)
    finally:
        beside.stop()
        take(search, beside.prover)


def place_every_case(search: Search, lines: list[annealing.Line]) -> None:
    """Some case has no place yet: where the problem is small, the whole model finds one or proves
    that there is none.
    """
    limits = search.limits
    small = small_enough(search)
    annealing.anneal(
        search,
        lines,
        (WARM_UP_ANNEALING if small else ANNEALING) * limits.time_limit,
        lambda: giving_up(search),
    )
    if small:
        improve_and_prove(search)
    else:
        improve(search, chance(limits.seed), enough=lambda: giving_up(search))


def improve_beside_columns(
    search: Search, lines: list[annealing.Line], beside: columns.Beside
) -> None:
    """Go on annealing; when columns have said all they can, the whole model of a small problem has
    the rest of the time.
    """
    limits = search.limits
    small = small_enough(search)

    def enough() -> bool:
        return take(search, beside.prover) or (
            small and beside.done() and search.clock.share > WARM_UP_ANNEALING
        )

    annealing.anneal(search, lines, ANNEALING * limits.time_limit, enough)
    if small and beside.done() and not proved(search):
        improve_and_prove(search)
    elif not proved(search):
        improve(search, chance(limits.seed), enough=lambda: take(search, beside.prover))


def improve_alone(search: Search) -> None:
    """The same without the compiled search."""
    if search.limits.deterministic:
        improve_by_count(search, annealed=False)
    elif small_enough(search):
        improve_and_prove(search)
    else:
        improve(search, chance(search.limits.seed), enough=lambda: giving_up(search))


def improve_by_count(search: Search, annealed: bool) -> None:
    """A fixed number of tasks, so that the plan depends on neither load nor workers."""
    limits = search.limits
    improve(
        search,
        chance(limits.seed),
        rounds=max(1, round(TASKS_A_SECOND * limits.time_limit / ROUND)),
    )
    if annealed and columns.applies(search.data.problem):
        prove_by_count(search)
    if not proved(search) and small_enough(search) and not search.clock.over():
        solve_whole(search, WHOLE_WORK_A_SECOND * limits.time_limit)


def prove_by_count(search: Search) -> None:
    """Columns for so many sets of cases, where one pricing cannot take long."""
    if search.clock.over() or not complete(search) or search.data.n_cases > FEW_CASES:
        return
    beside = price_columns(search, round(SETS_A_SECOND * search.limits.time_limit))
    while not beside.wait(TICK) and not search.clock.over():
        pass
    beside.stop()
    take(search, beside.prover)


def improve_and_prove(search: Search) -> None:
    """A short improvement for the hint, then the whole model beside the further improvement; a
    proof ends both.
    """
    limits = search.limits
    improve(
        search,
        chance(limits.seed),
        enough=lambda: search.clock.elapsed > WARM_UP * limits.time_limit,
    )
    if search.clock.over():
        return
    proof = Proof(
        search, search.clock.left - (0 if complete(search) else (1 - GIVING_UP) * limits.time_limit)
    )
    if limits.workers > 1:
        improve(
            search,
            chance(limits.seed + 1),
            threads=limits.workers - 1,
            enough=lambda: proof.done() or giving_up(search),
        )
    proof.take()
    if not settled(search):
        improve(search, chance(limits.seed + 2), enough=lambda: giving_up(search))


def tighten(search: Search) -> None:
    """The best proven bound of the objective from all sources."""
    enough = proved(search) and (search.other_bound is not None or not search.data.problem.order)
    if search.counted_bound is None and not enough and not search.clock.over():
        search.counted_bound = bound.counting_bound(search.data)
    known = [
        search.counted_bound,
        search.other_bound,
        None if search.data.problem.order else search.price_bound,
    ]
    search.bound = max((value for value in known if value is not None), default=None)


def complete(search: Search) -> bool:
    return search.best is not None and not search.best.unassigned


def giving_up(search: Search) -> bool:
    """Whether to spend the rest of the time on ways out: some case has found no place."""
    return not complete(search) and search.clock.share > GIVING_UP


def settled(search: Search) -> bool:
    """The best plan is known, or it is known that none places every case."""
    return proved(search) or infeasible.certain(search)


def proved(search: Search) -> bool:
    """Leaving cases out costs more than any complete plan, so a bound of those that the best one
    reaches is a proof, too.
    """
    if (
        search.price is not None
        and search.price_bound is not None
        and search.price <= search.price_bound
    ):
        return True
    plan, bound = search.best, search.bound
    if plan is None or plan.objective is None or bound is None or search.data.problem.order:
        return False
    return not plan.unassigned and plan.objective <= bound


def report(search: Search) -> Plan:
    """The best plan with its status, bound and levels; without one, why not."""
    plan, problem = search.best, search.data.problem
    if plan is None or plan.unassigned:
        why = infeasible.explanation(search)
        if why is not None:
            plan = infeasible.plan(search, why)
        elif plan is not None:
            plan = plan.with_(explanation=infeasible.hint(search, plan))
    if plan is None:
        plan = Plan(problem_digest=problem.digest, status="unknown", groups=())
    plan = plan.with_(solver=_info(search), levels=_levels(search, plan))
    if plan.status not in ("infeasible", "unknown"):
        status: Status = "optimal" if proved(search) and plan.status == "feasible" else plan.status
        plan = plan.with_(status=status, bound=_bound_of(search, plan))
    if plan.status not in ("infeasible", "unknown"):
        verdict = check(problem, plan)
        assert verdict.ok, verdict.violations[:3]
    return plan


def _bound_of(search: Search, plan: Plan) -> int | None:
    """A bound speaks of complete plans."""
    if plan.unassigned or plan.objective is None:
        return None
    if proved(search) and not search.data.problem.order:
        return plan.objective
    # A bound that a checked plan contradicts is none.
    return search.bound if search.bound is not None and search.bound <= plan.objective else None


def _levels(search: Search, plan: Plan) -> tuple[Level, ...] | None:
    order = search.data.problem.order
    if not order or not plan.scorecard:
        return None
    done = proved(search)
    return tuple(
        Level(
            goal,
            plan.scorecard[goal],
            (
                plan.scorecard[goal]
                if done
                else _goal_bound(search, plan, goal, first=goal == order[0])
            ),
        )
        for goal in order
    )


def _goal_bound(search: Search, plan: Plan, goal: str, first: bool) -> int | None:
    if plan.unassigned:
        return None
    known = max(bound.goal_bound(search.data, goal), search.level_bounds.get(goal, NOTHING))
    if first and search.price_bound is not None:
        # price = coefficient x value + something between 0 and coefficient - 1 below the first
        # goal.
        known = max(known, search.prices.first_goal(search.price_bound))
    return known if known <= plan.scorecard[goal] else None


def _info(search: Search) -> SolverInfo:
    limits = search.limits
    return SolverInfo(
        version=_version(),
        seed=limits.seed,
        time=0.0 if limits.deterministic else round(search.clock.elapsed, 3),
        workers=1 if limits.deterministic else max(1, limits.workers),
        deterministic=limits.deterministic and not search.clock.stopped,
    )


@cache
def _version() -> str:
    try:
        return f"{version('expert-pool')} (ortools {version('ortools')})"
    except PackageNotFoundError:
        return "0"

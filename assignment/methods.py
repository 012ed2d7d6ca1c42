"""求解、修补、备选方案集: the three calls that take time. OR-Tools and Numba are loaded when one of
them is called first, which takes about a second; Numba compiles once per machine.
"""

from __future__ import annotations

from assignment.draw.candidates import CandidateSet, Wish
from assignment.problem import Problem
from assignment.repairs import Repairs
from assignment.solution import Plan
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.solver.workers import Workers

_DEFAULT = Limits()


def solve(
    problem: Problem,
    limits: Limits = _DEFAULT,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    start: Plan | None = None,
    workers: Workers | None = None,
) -> Plan:
    """The best plan found within the limits, and what is proved about it.

    `limits.time_limit` is wall seconds for everything. `on_progress` hears, in this thread, of
    every phase, better plan and better bound; `should_stop` is asked several times a second, and
    the best plan so far comes back within two seconds. A `start` that keeps the rules is improved
    upon: what comes back is never worse than it. `workers` (`assignment.solver.workers`: processes
    here, a Dask scheduler there) anneal beside this process; the caller closes them.

    `status` is "optimal" (proved), "feasible", "partial" (some cases in `unassigned`), "infeasible"
    (proved; `explanation` says why and what would help) or "unknown". `objective` is the weighted
    sum of the `scorecard`, `bound` a proven lower bound of it over plans with every case. The
    checker has passed every plan that is returned.

    Never raises for a problem without a plan; `FormatError` where references do not hold.
    Methods: docs/optimiser.md.
    """
    from assignment.solver.solve import solve as run

    return run(problem, limits, on_progress, should_stop, start, workers)


def repair(
    problem: Problem,
    previous: Plan,
    limits: Limits = _DEFAULT,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    most: int = 4,
) -> Repairs:
    """Up to `most` ways from `previous` to a plan of `problem` as it is now: after a decline, a
    moved date, a late conflict.

    `previous` may name people and cases that are gone; its starts are positions in
    `problem.slots`. The first option changes least; `Repair.least` says whether that is proved.
    """
    from assignment.solver.repair import repair as run

    return run(problem, previous, limits, on_progress, should_stop, most)


def candidates(
    problem: Problem,
    wish: Wish | None = None,
    limits: Limits = _DEFAULT,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> CandidateSet | Plan:
    """Many good plans that differ in who reviews whom, with tickets for a public draw
    (`assignment.draw`); where no complete plan is found, the plan that says why.

    No pair of reviewer and case is meant to be more likely than `wish.cap` thousandths, and no
    candidate worse than the best by more than `wish.tolerance` thousandths. After Jecmen et al.,
    NeurIPS 2020, with whole plans instead of marginals, as a plan has a calendar.
    """
    from assignment.draw.variety import look

    return look(problem, wish or Wish(), limits, start, on_progress, should_stop)

"""同题对照: every method on the same problem with the same limits, each in a process of its own,
one after the other on one machine.

Seconds count from the problem in memory to a plan that the independent checker has seen, as ours
does by itself; imports and the compilation of the search are done before, for everybody. CPU
seconds are those of the whole process, so that a busy machine shows.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from assignment.check import check
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, Progress
from scripts.benchmarks import timefold

if TYPE_CHECKING:
    from scripts.benchmarks.matching import Matching, Matrix

OURS = "本程序"
# Address space for a method: a monolithic model of a province would take the machine down.
MEMORY = 8 << 30
# A method that ignores its limit is ended this long after it; Timefold first translates its rules
# into Java's bytecode.
GRACE, TRANSLATION = 30.0, 120.0
# Java reserves much more than it uses.
JAVA_MEMORY = 32 << 30


@dataclass(frozen=True)
class Run:
    """One method on one problem.

    `first`: seconds to the first plan with every case, where the method tells.
    """

    problem: Problem
    name: str
    method: str
    plan: Plan | None
    first: float | None = None
    seconds: float | None = None
    cpu: float | None = None
    megabytes: int | None = None
    failure: str = ""

    @property
    def broken(self) -> int:
        return (
            0
            if self.plan is None or not self.plan.groups
            else len(check(self.problem, self.plan).violations)
        )


@dataclass(frozen=True)
class _Sent:
    plan: Plan | None
    first: float | None
    seconds: float
    cpu: float
    megabytes: int


Method = Callable[[Problem, Limits, Callable[[Progress], None]], Plan | None]


def methods(problem: Problem) -> list[str]:
    """Who can do anything with this problem."""
    from scripts.benchmarks.matching import read

    names = [OURS, "整体 CP-SAT", "手工办法", *([timefold.NAME] if timefold.fits(problem) else [])]
    return names if read(problem) is None else [*names, *_literature()]


def compile_ours() -> None:
    """The search is compiled once per machine; that is no part of any race."""
    from assignment.solver.kernel import warm

    if not warm.is_warm():
        warm.compile_all()


def compete(
    name: str,
    problem: Problem,
    limits: Limits,
    among: Sequence[str],
    watch: Callable[[Run], None] = lambda run: None,
) -> list[Run]:
    runs = []
    for method in among:
        runs.append(_in_child(name, problem, method, limits))
        watch(runs[-1])
    return runs


def settings(name: str, problem: Problem) -> list[tuple[str, Problem]]:
    """A plain assignment by scores is asked twice: for the total alone, and for the weakest case
    first.
    """
    from scripts.benchmarks.matching import read

    if read(problem) is None or problem.order is not None or set(problem.weights) != {"affinity"}:
        return [(name, problem)]
    fair = replace(
        problem,
        id=f"{problem.id}-fair",
        order=("fairness", "affinity"),
        weights={"fairness": 1, "affinity": 1},
    )
    return [(f"{name} 总分", problem), (f"{name} 先保最弱", fair)]


def _literature() -> dict[str, Callable[[Matching], Matrix | None]]:
    from scripts.benchmarks import fairflow, fairir, fairsequence, peerreview4all, transportation

    return {
        "最小费用流": transportation.flow,
        "线性规划": transportation.linear_programme,
        "FairFlow": fairflow.fairflow,
        "FairIR": fairir.fairir,
        "PeerReview4All": peerreview4all.peerreview4all,
        "FairSequence": fairsequence.fairsequence,
    }


def _load(method: str) -> Method:
    """Import what the method needs; nothing of this counts."""
    if method == OURS:
        import scipy.optimize  # noqa: F401 - the solver loads these three itself when it first needs them
        from ortools.graph.python import min_cost_flow  # noqa: F401
        from ortools.sat.python import cp_model  # noqa: F401

        from assignment.solver.solve import solve

        return lambda problem, limits, tell: solve(problem, limits, tell)
    if method == "整体 CP-SAT":
        from scripts.benchmarks.monolith import monolith

        return lambda problem, limits, tell: monolith(problem, limits)
    if method == "手工办法":
        from scripts.benchmarks.office import by_hand

        return lambda problem, limits, tell: by_hand(problem)
    if method == timefold.NAME:
        import scripts.benchmarks.timefold_model  # noqa: F401 - starts Java, which is no part of the race

        return lambda problem, limits, tell: timefold.timefold(problem, limits)
    from scripts.benchmarks.matching import plan_of, read

    algorithm = _literature()[method]

    def assign(problem: Problem, limits: Limits, tell: Callable[[Progress], None]) -> Plan | None:
        asked = read(problem)
        chosen = None if asked is None else algorithm(asked)
        return None if chosen is None else plan_of(problem, chosen)

    return assign


def _in_child(name: str, problem: Problem, method: str, limits: Limits) -> Run:
    if method == timefold.NAME and timefold.missing():
        return Run(problem, name, method, None, failure=timefold.missing())
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_run, args=(problem, method, limits, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        # Loading is no part of the race: the child says when it begins.
        began = ours.poll(300) and ours.recv()
        sent = ours.recv() if began and ours.poll(limits.time_limit + _grace(method)) else None
    except EOFError:
        sent = "内存不足或出错"
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(sent, _Sent):
        return Run(
            problem, name, method, sent.plan, sent.first, sent.seconds, sent.cpu, sent.megabytes
        )
    return Run(problem, name, method, None, failure=sent or "超时")


def _grace(method: str) -> float:
    return TRANSLATION if method == timefold.NAME else GRACE


def _run(problem: Problem, method: str, limits: Limits, results: Connection) -> None:
    try:
        memory = JAVA_MEMORY if method == timefold.NAME else MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        make = _load(method)
        first: list[float] = []

        def tell(progress: Progress) -> None:
            if progress.plan is not None and not progress.unassigned and not first:
                first.append(time.perf_counter() - began)

        results.send(True)
        began, cpu = time.perf_counter(), time.process_time()
        plan = make(problem, limits, tell)
        if plan is not None and method != OURS:
            check(problem, plan)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    except MemoryError:
        results.send("内存不足")
        return
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    results.send(_Sent(plan, first[0] if first else None, seconds, cpu, peak))

"""Helpers in other processes: what they find comes back through the checker's door, and a lost task
is done again.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assignment.check import check
from assignment.problem import GOALS, Problem
from assignment.quality import compared
from assignment.solver import annealing, tasks
from assignment.solver.columns.generation import IN_FULL, Generation, written
from assignment.solver.columns.master import Duals
from assignment.solver.crew import Crew, all_of
from assignment.solver.kernel import warm
from assignment.solver.limits import Limits
from assignment.solver.portfolio import away
from assignment.solver.prices import tables
from assignment.solver.prices.bound import SCALE, Prices
from assignment.solver.search import Search
from assignment.solver.solve import begin, solve
from assignment.solver.tasks import Cooling, cool
from assignment.solver.workers import DaskWorkers, Processes, held
from scripts.benchmarks.instances import generate
from tests import instances
from tests.solver.elsewhere import Here

pytestmark = pytest.mark.skipif(
    not warm.is_warm(), reason="the search is not compiled on this machine"
)


def started(problem: Problem) -> Search:
    search = begin(problem, Limits(60.0, 1, 1))
    search.lines = annealing.start(search)
    return search


def test_a_task_improves_its_start_and_can_be_sent() -> None:
    problem = generate("county", 1)
    search = started(problem)
    found = Here().submit(cool, problem, Cooling(search.draft, 1, 1, 1.5)).result()
    assert found.draft is not None
    before = search.price
    assert search.offer(found.draft) and before is not None and search.price is not None
    assert search.price < before


def test_a_worker_has_its_tables_before_its_first_task(monkeypatch: pytest.MonkeyPatch) -> None:
    made, build = [], tasks.build
    monkeypatch.setattr(tasks, "build", lambda *about: made.append(1) or build(*about))
    tasks.forget()
    problem, workers = instances.small(3), Here()
    search = begin(problem, Limits(60.0, 1, 1), workers=workers)
    assert made == [1] and search.crew is not None
    search.lines = annealing.start(search)
    assert not search.crew.submit(cool, Cooling(search.draft, 1, 1, 0.2)).exception()
    assert made == [1]


def test_lost_tasks_are_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(away, "SHORTEST", 0.5)
    monkeypatch.setattr(away, "LONGEST", 0.5)
    monkeypatch.setattr(away, "LONG", 0.0)
    search, workers = started(generate("county", 1)), Here(lossy=2)
    before = search.price
    helpers = away.RunningHelpers(search, Crew(workers, search.data.problem))
    for _ in range(3):
        helpers.look(search)
    assert (workers.sent, helpers.lost) == (4, 1)
    assert before is not None and search.price is not None and search.price < before
    assert search.best is not None and check(search.data.problem, search.best).ok


def test_every_task_is_answered_in_order_and_those_that_are_lost_are_done_again() -> None:
    crew, asked = Crew(Here(lossy=2), instances.small(1)), list(range(20))

    def square(number: int) -> int:
        return number * number

    for known in (None, crew):
        answers = all_of(known, _square, asked, square, lambda: False, threads=2)
        assert answers == [number * number for number in asked]
    assert all_of(crew, _square, asked, square, lambda: True) is None


def _square(problem: Problem, number: int) -> int:
    assert problem.cases
    return number * number


def test_a_worker_that_never_answers_holds_nobody_up() -> None:
    crew = Crew(Silent(), instances.small(1))
    assert all_of(crew, _square, [2, 3], lambda number: number**2, lambda: False) == [4, 9]


class Silent(Here):
    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return Future()


def test_with_helpers_a_solve_is_no_worse(
    working_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(away, "SHORTEST", 0.5)
    problem, workers = instances.small(3), Here()
    plan = solve(problem, Limits(2.5, 1, 1), workers=workers)
    assert workers.sent
    assert compared(problem, plan, solve(problem, Limits(0.5, 1, 1))) != "worse"


def test_processes_help_and_a_dead_one_is_replaced() -> None:
    problem = generate("county", 1)
    search = started(problem)
    workers = Processes(1)
    try:
        shared = workers.share(problem)
        assert workers.submit(len, "two").result(60) == 3
        killed = workers.submit(os.kill, workers.submit(os.getpid).result(60), signal.SIGKILL)
        assert isinstance(killed.exception(60), Exception)
        found = workers.submit(cool, shared, Cooling(search.draft, 1, 1, 4.0)).result(60)
        assert found.draft is not None and search.offer(found.draft)
        assert held(shared) == problem
    finally:
        workers.close()


def test_sets_priced_in_parts_are_those_priced_at_once() -> None:
    problem = generate("county", 1)
    weights = {goal: problem.weight(goal) for goal in GOALS}
    duals = Duals(np.full(12, 16.0 * 150), np.full(40, 16.0), -16.0 * 100)
    found = []
    for crew in (None, Crew(Here(lossy=3, count=2), problem)):
        generation = Generation(problem, weights, lambda: False)
        if crew is not None:
            generation.share(crew, lambda: 60.0)
        fresh, value, cut = generation._price(duals, generation._limits(IN_FULL))
        groups = {group.cases: group.cost for group in written(generation.found, duals_of(duals))}
        found.append((fresh, value, cut, groups, generation.sets))
    assert found[0] == found[1] and found[0][0] > 0


def duals_of(duals: Duals) -> NDArray[np.int64]:
    return np.round(duals.seat).astype(np.int64)


def panels(number: int) -> Problem:
    """As large as a county's, one panel a case."""
    problem = generate("county", number)
    policy = replace(problem.policy, regime="panel", groups=None, group_effort=None)
    return replace(problem, policy=policy)


def test_prices_that_are_asked_for_in_parts_bound_the_same_plans() -> None:
    problem = panels(1)
    alone, shared = Prices(problem, lambda goal: 0), Prices(problem, lambda goal: 0)
    alone.run(lambda: False, 15)
    shared.share(Crew(Here(lossy=3, count=2), problem))
    shared.run(lambda: False, 15)
    assert alone.bound is not None and shared.bound is not None
    assert abs(shared.bound - alone.bound) <= 0.02 * alone.bound
    # The bound is what a process without any memory says of the prices.
    anew = Prices(problem, lambda goal: 0)
    everybody = np.arange(len(problem.cases) + len(problem.reviewers))
    value = anew.evaluate(shared.price, everybody, tables.parts(anew.panels))
    assert shared.bound == anew.rest - (-value // SCALE)


@pytest.mark.usefixtures("nothing_but_counting")
@pytest.mark.parametrize("problem", [instances.small(5), panels(2)], ids=["standing", "panel"])
def test_the_counted_plan_is_the_same_on_any_number_of_workers(problem: Problem) -> None:
    first = solve(problem, Limits(1.0, 2, 1, deterministic=True))
    for workers in (1, 2, 4):
        elsewhere = Here(lossy=workers, count=workers)
        again = solve(problem, Limits(1.0, 2, workers, deterministic=True), workers=elsewhere)
        assert (again.groups, again.bound) == (first.groups, first.bound), workers
        assert elsewhere.sent


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 2])
def test_dask_workers_change_nothing_in_the_counted_plan(count: int) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask 测试未运行：没有安装 dask 附加包")
    with distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as cluster:
        for problem in (instances.small(5), panels(2)):
            limits = Limits(20.0, 2, 1, deterministic=True)
            workers = DaskWorkers(cluster.scheduler_address)
            try:
                there = solve(problem, limits, workers=workers)
            finally:
                workers.close()
            here = solve(problem, limits)
            assert (there.groups, there.bound) == (here.groups, here.bound)
            assert there.solver is not None and there.solver.deterministic


@pytest.mark.long
def test_workers_of_a_dask_scheduler_help_as_long_as_somebody_waits() -> None:
    distributed = pytest.importorskip("distributed", reason="Dask 测试未运行：没有安装 dask 附加包")
    problem = generate("county", 1)
    search = started(problem)
    with distributed.Client(processes=False, n_workers=1, dashboard_address=None) as client:
        workers = DaskWorkers(client.scheduler.address)
        try:
            shared = workers.share(problem)
            found = workers.submit(cool, shared, Cooling(search.draft, 1, 1, 4.0)).result(120)
            assert found.draft is not None and search.offer(found.draft)
            endless = workers.submit(cool, shared, Cooling(search.draft, 2, 1, 3600.0))
            with pytest.raises(TimeoutError):
                endless.result(3)
            busy = client.cluster.workers[0].active_threads
            assert busy
            endless.cancel()
            until = time.monotonic() + 60
            while busy and time.monotonic() < until:
                time.sleep(0.1)
            assert not busy
        finally:
            workers.close()


@pytest.mark.long
def test_all_dask_workers_are_prepared_and_help_but_the_one_that_holds_the_job() -> None:
    distributed = pytest.importorskip("distributed", reason="Dask 测试未运行：没有安装 dask 附加包")
    with distributed.Client(processes=False, n_workers=3, threads_per_worker=1) as client:
        holder, *others = client.nthreads()
        workers = DaskWorkers(client.scheduler.address, holder)
        try:
            shared = workers.share(instances.small(1))
            workers.prepare(_where, shared)
            prepared = [future.result(60) for future in workers._prepared.values()]
            assert workers.count == 2 and sorted(prepared) == sorted(others)
            busy = [workers.submit(_where, shared, 0.5) for _ in range(4)]
            assert sorted(one.result(60) for one in busy) == sorted(2 * others)
        finally:
            workers.close()


def _where(problem: Problem, seconds: float = 0.0) -> str:
    from distributed import get_worker

    time.sleep(seconds)
    worker: Any = get_worker()
    return str(worker.address)

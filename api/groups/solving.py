"""启动求解: record the job, then hand it to a process of its own.

Shared by the interface and the pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import structlog
from starlette.concurrency import run_in_threadpool

from api.settings import Settings
from assignment.solver.limits import Limits
from award.groups import draws, jobs, repairs, runner, trials
from expert_pool.core.actor import SYSTEM, Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork

log = structlog.get_logger("expert_pool.solving")

# Within a lease and a half, whoever looks at a dead job sees that it is dead.
REAP_EVERY = 15


class Engine:
    """求解引擎: the executor, made when the first job starts; Dask workers if the operator named a
    scheduler.
    """

    def __init__(self, settings: Settings) -> None:
        self._address = settings.dask_scheduler
        self._executor: Executor | None = None

    def executor(self) -> Executor:
        if self._executor is None:
            self._executor = runner.make_executor(self._address)
        return self._executor

    def close(self) -> None:
        """Server shutting down: children end by themselves within seconds and keep their best
        plans.
        """
        runner.stop_children()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)


async def reap_forever(ledger: Ledger) -> None:
    """清理中断的任务, at the start and ever after."""
    while True:
        try:
            await run_in_threadpool(_reap, ledger)
        except Refusal:  # a busy database: the next round comes
            log.info("reap-skipped")
        await asyncio.sleep(REAP_EVERY)


def _reap(ledger: Ledger) -> None:
    with ledger.write(SYSTEM) as uow:
        dead = jobs.reap(uow)
        uow.commit()
    if dead:
        log.warning("jobs-interrupted", jobs=dead)


def start(
    ledger: Ledger,
    executor: Executor,
    settings: Settings,
    actor: Actor,
    year: int,
    *,
    seconds: int | None = None,
    seed: int = 1,
    deterministic: bool = False,
    keep: str | None = None,
    before: Callable[[UnitOfWork], None] = lambda uow: None,
) -> str:
    """开始编组; gives the job's public id. `before` is done in the same transaction.

    Raises Refusal `out-of-range` above the operator's limit.
    """
    limits = _limits(settings, seconds, seed, deterministic=deterministic)

    def enqueue(uow: UnitOfWork) -> str:
        before(uow)
        return jobs.start(uow, year, limits, keep)

    return _launch(ledger, executor, actor, enqueue)


def start_trial(
    ledger: Ledger,
    executor: Executor,
    settings: Settings,
    actor: Actor,
    year: int,
    wishes: Sequence[trials.Wish],
    *,
    seconds: int | None = None,
    keep: str | None = None,
) -> str:
    """开始试算; gives the job's public id. `seconds` are shared by all wishes."""
    limits = _limits(settings, seconds)
    return _launch(
        ledger, executor, actor, lambda uow: trials.start_trial(uow, year, wishes, limits, keep)
    )


def start_draw(
    ledger: Ledger,
    executor: Executor,
    settings: Settings,
    actor: Actor,
    year: int,
    seed_from: str,
    *,
    seconds: int | None = None,
    tolerance: int = 50,
    cap: int = 500,
    keep: str | None = None,
    again: str = "",
) -> str:
    """开始寻找备选方案; gives the job's public id."""
    limits = _limits(settings, seconds)
    return _launch(
        ledger,
        executor,
        actor,
        lambda uow: draws.start_draw(uow, year, limits, seed_from, tolerance, cap, keep, again),
    )


def start_repair(
    ledger: Ledger,
    executor: Executor,
    settings: Settings,
    actor: Actor,
    plan_uid: str,
    *,
    seconds: int | None = None,
) -> str:
    """开始修补一版方案; gives the job's public id."""
    limits = _limits(settings, seconds)
    return _launch(ledger, executor, actor, lambda uow: repairs.start_repair(uow, plan_uid, limits))


def _limits(
    settings: Settings, seconds: int | None, seed: int = 1, *, deterministic: bool = False
) -> Limits:
    wanted = settings.solver_seconds if seconds is None else seconds
    if wanted > settings.solver_seconds_max:
        raise Refusal(
            "out-of-range", f"求解时限不能超过 {settings.solver_seconds_max} 秒。", field="seconds"
        )
    return Limits(
        time_limit=wanted, seed=seed, workers=settings.solver_workers, deterministic=deterministic
    )


def _launch(
    ledger: Ledger, executor: Executor, actor: Actor, enqueue: Callable[[UnitOfWork], str]
) -> str:
    """The job is on record before its process starts, so that a process that never starts is
    noticed.
    """
    with ledger.write(actor) as uow:
        uid = enqueue(uow)
        uow.commit()
    runner.launch(executor, ledger, uid)
    return uid

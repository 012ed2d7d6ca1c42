"""启动求解: record the job, then hand it to a process of its own.

Shared by the interface and the pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends
from starlette.concurrency import run_in_threadpool

from api.kit.deps import ActorDep, ExecutorDep, LedgerDep, SettingsDep
from api.settings import Settings
from assignment.solver.limits import Limits
from award.groups import jobs, runner
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
        self.leaving = False

    def executor(self) -> Executor:
        if self._executor is None or not runner.usable(self._executor):
            self._executor = runner.make_executor(self._address)
        return self._executor

    def leave(self) -> None:
        """The server was told to stop: searches end within seconds and keep their best plans, and
        whoever watches one is let go.
        """
        self.leaving = True
        runner.stop_children()

    def close(self) -> None:
        """The server stops: what the last answers have begun ends too."""
        self.leave()
        if self._executor is not None:
            waiting = runner.usable(self._executor)
            self._executor.shutdown(wait=waiting, cancel_futures=True)


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


@dataclass(frozen=True)
class Starter:
    """Who starts a job, where it is recorded, and what carries it out."""

    ledger: Ledger
    executor: Executor
    settings: Settings
    actor: Actor

    def __call__(
        self,
        enqueue: Callable[[UnitOfWork, Limits], str],
        seconds: int | None = None,
        *,
        seed: int = 1,
        deterministic: bool = False,
    ) -> str:
        """开始求解: `enqueue` writes the job down; gives its public id.

        The job is on record before its process starts, so that a process that never starts is
        noticed. Raises Refusal `out-of-range` above the operator's limit of time.
        """
        settings = self.settings
        wanted = settings.solver_seconds if seconds is None else seconds
        if wanted > settings.solver_seconds_max:
            words = f"求解时限不能超过 {settings.solver_seconds_max} 秒。"
            raise Refusal("out-of-range", words, field="seconds")
        limits = Limits(wanted, seed, settings.solver_workers, deterministic=deterministic)
        with self.ledger.write(self.actor) as uow:
            uid = enqueue(uow, limits)
            uow.commit()
        runner.launch(self.executor, self.ledger, uid)
        return uid


def starter_of(
    ledger: LedgerDep, executor: ExecutorDep, settings: SettingsDep, actor: ActorDep
) -> Starter:
    return Starter(ledger, executor, settings, actor)


StarterDep = Annotated[Starter, Depends(starter_of)]

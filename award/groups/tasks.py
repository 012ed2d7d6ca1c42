"""求解任务的种类: what the child process does for a job that is neither a draft nor nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.problem import Problem
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from award.groups import draws, repairs, trials
from award.groups.tables import SolveJob
from expert_pool.ledger import UnitOfWork

# Solves, and hands back what is to be written when it is over.
Task = Callable[[Problem, Limits, OnProgress, ShouldStop], Callable[[UnitOfWork], object]]


def of(session: Session, uid: str) -> Task | None:
    """The task of a job; None for the solve that makes a draft."""
    kind, text = session.execute(
        select(SolveJob.kind, SolveJob.task).where(SolveJob.uid == uid)
    ).one()
    if kind is None:
        return None
    wanted = json.loads(text or "{}")
    if kind == trials.KIND:
        return lambda problem, limits, report, stop: trials.run(uid, wanted, limits, report, stop)
    if kind == repairs.KIND:
        return lambda problem, limits, report, stop: repairs.run(uid, problem, limits, report, stop)
    return lambda problem, limits, report, stop: draws.run(
        uid, wanted, problem, limits, report, stop
    )

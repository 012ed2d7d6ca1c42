"""A trial that ran and a candidate set that was published in the told year, without the seconds a
search takes.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import select

from assignment import problem as problems
from assignment import solution as solutions
from assignment.draw import Candidate, CandidateSet, valued
from assignment.edit import MoveVisit
from assignment.problem import Problem
from assignment.solution import Explanation, Group, Plan, Reason
from assignment.solver.limits import Limits
from award.groups import draws, jobs, plans, store, trials
from award.groups.tables import SolveJob
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from tests.api.story import YEAR, Year
from tests.api.world import World

SEED_FROM = "福彩3D第2026318期开奖号码，三位数字"


def clerk(world: World) -> Actor:
    return Actor(world.accounts[Role.SECRETARIAT], "secretariat-先生", Role.SECRETARIAT)


def two_ways(world: World, year: Year) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The drafted groups, and the same with the last two people exchanged."""
    with world.ledger.read() as session:
        groups = store.plan(session, SYSTEM_VIEWER, year.plan).plan.groups
    there = {year.experts[4]: year.experts[5], year.experts[5]: year.experts[4]}
    return groups, tuple(
        replace(one, members=tuple(there.get(member, member) for member in one.members))
        for one in groups
    )


def publish_set(world: World, year: Year, cap: int = 600) -> str:
    """Two candidates, six times in ten the first; gives the draw's id."""
    first, second = two_ways(world, year)
    with world.ledger.write(clerk(world)) as uow:
        job = draws.start_draw(uow, YEAR, Limits(5), SEED_FROM, 500, cap, year.plan)
        taken = jobs.claim(uow, job, "test")
        assert taken is not None
        shares = (Candidate(600_000, first), Candidate(400_000, second))
        uid = draws.open_draw(uow, job, CandidateSet(taken[0], 500, cap, shares, SEED_FROM))
        assert uid is not None
        uow.commit()
    return uid


def finish_trial(world: World, year: Year) -> str:
    """Three ways: one as drafted, one with two people exchanged, one that leads nowhere; gives the
    job's id.
    """
    ways: list[tuple[Group, ...]] = [*two_ways(world, year), ()]
    wishes = [
        trials.Wish("专业优先", {"specialist": 400}),
        trials.Wish("均衡优先", {"workload": 8}),
        trials.Wish("1 个组", groups=(1, 1)),
    ]
    with world.ledger.write(clerk(world)) as uow:
        job = trials.start_trial(uow, YEAR, wishes, Limits(5), year.plan)
        assert jobs.claim(uow, job, "test") is not None
        task = json.loads(
            uow.session.scalars(select(SolveJob.task).where(SolveJob.uid == job)).one() or ""
        )
        found = []
        for wish, groups in zip(task["wishes"], ways, strict=True):
            found.append(
                wish
                | {"plan": solutions.to_json(_plan(problems.parse(wish["problem"]), groups, year))}
            )
        jobs.finish_task(uow, job, json.dumps(found))
        uow.commit()
    return job


def _plan(problem: Problem, groups: tuple[Group, ...], year: Year) -> Plan:
    return valued(problem, groups) if groups else nowhere(year, problem.digest)


def nowhere(year: Year, digest: str) -> Plan:
    """What stands for a plan where there is none: the first applicant has nobody."""
    because = Explanation(
        (Reason(f"{year.applicants[0]}没有人可评", ("H04",), (), (year.applicants[0],)),)
    )
    return Plan(digest, "infeasible", (), explanation=because)


def change_draft(world: World, uid: str) -> None:
    """Somebody moves a visit of a draft by half a day."""
    with world.ledger.write(clerk(world)) as uow:
        view = store.plan(uow.session, SYSTEM_VIEWER, uid)
        visit = view.plan.groups[0].visits[0]
        plans.edit_plan(uow, uid, view.row.version, MoveVisit(visit.case, (visit.start or 0) + 2))
        uow.commit()

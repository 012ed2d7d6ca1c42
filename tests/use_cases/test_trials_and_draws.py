"""What the child does for a trial and for a search of candidates: done, stopped, shut down, without
a plan.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from assignment.draw import CandidateSet
from assignment.problem import Problem
from assignment.solver.limits import Limits
from award.groups import draws, jobs, plans, signing, store, trials
from award.groups.snapshot import build_problem
from award.groups.tables import PlanVersion, SolveJob
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from tests import cast
from tests.storage import CHIEF, CLERK
from tests.use_cases.world import World, plan_for

YEAR = cast.YEAR
LIMITS = Limits(4, 1, 1)


def taken(
    ledger: Ledger, start: Callable[[UnitOfWork], str]
) -> tuple[str, dict[str, object], Problem]:
    """A job that has begun: its id, its task, its problem."""
    with ledger.write(CLERK) as uow:
        uid = start(uow)
        claimed = jobs.claim(uow, uid, "test")
        assert claimed is not None
        task = json.loads(
            uow.session.scalars(select(SolveJob.task).where(SolveJob.uid == uid)).one() or ""
        )
        uow.commit()
    return uid, task, claimed[0]


def settle(ledger: Ledger, answer: Callable[[UnitOfWork], object]) -> None:
    with ledger.write(CLERK) as uow:
        answer(uow)
        uow.commit()


def see(ledger: Ledger, uid: str) -> store.JobView:
    with ledger.read() as session:
        return store.job(session, SYSTEM_VIEWER, uid)


def published(ledger: Ledger) -> tuple[draws.DrawRow, ...]:
    with ledger.read() as session:
        return draws.draws(session, SYSTEM_VIEWER, YEAR)


def search(ledger: Ledger) -> tuple[str, dict[str, object], Problem]:
    return taken(ledger, lambda uow: draws.start_draw(uow, YEAR, LIMITS, " 掷骰  六次 ", 500, 900))


def test_a_search_publishes_a_sound_set_that_names_the_seeds_origin(sqlite_ledger: Ledger) -> None:
    cast.settle(sqlite_ledger)
    uid, task, problem = search(sqlite_ledger)
    settle(sqlite_ledger, draws.run(uid, task, problem, LIMITS, lambda news: None, lambda: False))
    (row,) = published(sqlite_ledger)
    with sqlite_ledger.read() as session:
        view = draws.draw(session, SYSTEM_VIEWER, row.uid)
        assert draws.verify(session, SYSTEM_VIEWER, row.uid) == draws.Findings(())
    assert (view.candidates.seed_from, view.candidates.faults, row.digest) == (
        "掷骰 六次",
        (),
        view.candidates.digest,
    )
    assert see(sqlite_ledger, uid).status == "done"


def test_what_was_proven_about_the_problem_holds_for_the_drawn_plan(sqlite_ledger: Ledger) -> None:
    cast.settle(sqlite_ledger)
    uid, task, problem = search(sqlite_ledger)
    settle(sqlite_ledger, draws.run(uid, task, problem, LIMITS, lambda news: None, lambda: False))
    [row] = published(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        found = draws.draw(uow.session, SYSTEM_VIEWER, row.uid).candidates
        first = draws.draw_plan(uow, row.uid, row.version, "1 2 3", "掷骰")
        assert (
            store.plan(uow.session, SYSTEM_VIEWER, first).plan.bound is None
        )  # nothing proven yet
        made = uow.load(PlanVersion, first)
        made.plan = json.dumps(json.loads(made.plan) | {"bound": 7})
        assert draws._proven(uow.session, found.problem.digest) == 7
        assert draws._proven(uow.session, "of another problem") is None


@pytest.mark.parametrize(
    ("cancelled", "status", "code"), [(True, "cancelled", ""), (False, "failed", "interrupted")]
)
def test_a_search_that_is_stopped_publishes_nothing(
    sqlite_ledger: Ledger, cancelled: bool, status: str, code: str
) -> None:
    """By a person, or because the server shuts down."""
    cast.settle(sqlite_ledger)
    uid, task, problem = search(sqlite_ledger)
    if cancelled:
        settle(sqlite_ledger, lambda uow: jobs.request_cancel(uow, uid))
    settle(sqlite_ledger, draws.run(uid, task, problem, LIMITS, lambda news: None, lambda: True))
    assert (see(sqlite_ledger, uid).status, see(sqlite_ledger, uid).error_code) == (status, code)
    assert published(sqlite_ledger) == ()


def test_a_search_where_there_is_no_plan_says_why(sqlite_ledger: Ledger) -> None:
    cast.settle(sqlite_ledger)
    uid, task, problem = search(sqlite_ledger)
    nobody = replace(problem, reviewers=(), barred=(), barred_pairs=(), discouraged=())
    settle(sqlite_ledger, draws.run(uid, task, nobody, LIMITS, lambda news: None, lambda: False))
    job = see(sqlite_ledger, uid)
    assert (job.status, job.error_code, job.plan_uid) == ("failed", "infeasible", None)
    assert job.reasons == ("名册里没有一名今年可参加评审的评审员",)
    assert published(sqlite_ledger) == ()


def test_a_search_leaves_the_published_plan_out_of_account(sqlite_ledger: Ledger) -> None:
    """To stay close to it would be the opposite of drawing."""
    world = World(cast.settle(sqlite_ledger))
    with sqlite_ledger.write(CLERK) as uow:
        snapshot = build_problem(uow.session, YEAR)
        uid = plans.save_draft(
            uow, YEAR, snapshot.problem, plan_for(world, snapshot.problem), snapshot.names
        )
        uow.commit()
    with sqlite_ledger.write(CHIEF) as uow:
        signing.publish(uow, uid, signing.approve(uow, uid, 1))
        uow.commit()
    with sqlite_ledger.read() as session:
        assert jobs.base_of(session, YEAR, None)[1] is not None
    _, _, problem = search(sqlite_ledger)
    assert (problem.previous, problem.digest) == (None, snapshot.problem.digest)


def test_a_set_with_a_fault_is_never_published(sqlite_ledger: Ledger) -> None:
    cast.settle(sqlite_ledger)
    uid, _, problem = search(sqlite_ledger)
    with pytest.raises(Refusal, match="没有备选方案"):
        settle(
            sqlite_ledger, lambda uow: draws.open_draw(uow, uid, CandidateSet(problem, 50, 500, ()))
        )
    assert published(sqlite_ledger) == ()


def test_a_trial_that_is_stopped_keeps_what_was_tried(sqlite_ledger: Ledger) -> None:
    cast.settle(sqlite_ledger)
    wishes = [
        trials.Wish("专业优先", {"specialist": 400}),
        trials.Wish("均衡优先", {"workload": 8}),
    ]
    uid, task, _ = taken(sqlite_ledger, lambda uow: trials.start_trial(uow, YEAR, wishes, LIMITS))
    seen: list[str] = []
    answer = trials.run(
        uid, task, LIMITS, lambda news: seen.append(news.phase), lambda: "专业优先" in seen
    )
    settle(sqlite_ledger, lambda uow: jobs.request_cancel(uow, uid))
    settle(sqlite_ledger, answer)
    assert set(seen) == {"专业优先"}
    with sqlite_ledger.read() as session:
        found = trials.trial(session, SYSTEM_VIEWER, uid)
    assert (found.job.status, [one.title for one in found.trials]) == ("cancelled", ["专业优先"])
    settle(sqlite_ledger, lambda uow: trials.adopt_trial(uow, uid, 0))
    with sqlite_ledger.read() as session:
        assert [row.note for row in store.plans(session, SYSTEM_VIEWER, YEAR)] == [
            "采用试算：专业优先"
        ]

"""求解任务: a solve runs in a child process, and all anybody knows about it stands in the database.

The child reports at most twice a second, beats every few seconds and looks for the cancel flag
twice a second. Whoever stops beating for `LEASE_SECONDS` is taken for dead. Times of beats are the
database's own, so that no two machines need agree on the clock.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from assignment import problem as problems
from assignment import solution as solutions
from assignment.check import broken_rules
from assignment.problem import Problem
from assignment.quality import compared
from assignment.solution import Plan
from assignment.solver.limits import Limits, Progress
from award.groups import guard
from award.groups.core.book import edition
from award.groups.plans import save_draft
from award.groups.snapshot import Snapshot, build_problem
from award.groups.store import RUNNING, names_json, parse_names, plan_json, plan_view, problem_json
from award.groups.tables import PlanVersion, SolveJob
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.ledger.base import UtcDateTime

LEASE_SECONDS = 30
STOPPED = "开始求解的人其后申报了对其中申报组织的回避，求解已停止；请由他人接着办理。"
LONGEST = 3600  # seconds; a longer search has never paid here

FAILURES = {
    "infeasible": "按现有规则和人员不能把全部申报组织都排上，原因见下。",
    "no-plan": "在限定时间内没有找到可行的方案，请延长求解时间后重试。",
    "memory": (
        "求解用的内存超过上限，任务已停止，其他功能不受影响。请减少同时求解的任务，"
        "或请管理员调高内存上限后重试。"
    ),
    "interrupted": "求解进程中途停止（例如程序重启、断电或整机内存耗尽），请重新开始求解。",
    "error": "求解程序出错，已记入系统日志，请联系管理员。数据没有受影响。",
}


def start(
    uow: UnitOfWork, year: int, limits: Limits, keep: str | None = None, *, drafting: bool = False
) -> str:
    """开始求解: takes the year's snapshot into a queued job; gives its id.

    `keep`: the plan whose pins and groups to stay close to.
    """
    pins, previous = base_of(uow.session, year, keep)
    return enqueue(
        uow,
        year,
        limits,
        build_problem(uow.session, year, drafting=drafting, pins=pins, previous=previous),
    ).uid


def enqueue(
    uow: UnitOfWork,
    year: int,
    limits: Limits,
    snapshot: Snapshot,
    kind: str | None = None,
    task: str | None = None,
) -> SolveJob:
    """A job of any kind on a year's snapshot; one at a time for a year, and by nobody who must
    keep away from one of its applicants.
    """
    guard.demand_free(uow.actor, snapshot.problem.case_index)
    if not 0 < limits.time_limit <= LONGEST or not 1 <= limits.workers <= 64:
        raise Refusal(
            "out-of-range",
            f"求解时间应在 1 到 {LONGEST} 秒之间，线程数应在 1 到 64 之间。",
            field="time_limit",
        )
    if uow.session.scalar(
        select(SolveJob.uid).where(SolveJob.year == year, SolveJob.status.in_(RUNNING))
    ):
        raise Refusal("job-running", f"{year} 年度已有求解任务在进行，请等它结束或先取消。")
    if not snapshot.problem.cases:
        raise Refusal("no-applicants", f"{year} 年度还没有可以安排的申报组织。")
    if not snapshot.problem.reviewers:
        raise Refusal(
            "no-reviewers", f"{year} 年度没有一位专家可以安排，请先看“不能安排的专家”名单。"
        )
    job = SolveJob(
        kind=kind,
        task=task,
        year=year,
        status="queued",
        problem=problem_json(snapshot.problem),
        names=names_json(snapshot.names),
        notes=json.dumps(snapshot.notes, ensure_ascii=False),
        limits=json.dumps(asdict(limits)),
        created_at=uow.now,
        created_by=uow.actor.id,
        created_name=uow.actor.name,
        heartbeat_at=database_now(uow.session),
    )
    return uow.add(job, "j", "start")


MOST_POINTS = 120  # of the course of one solve
MOST_STARTS = 8  # newest versions looked at for a plan to begin from


def standing(session: Session, job_uid: str, problem: Problem) -> tuple[int, Plan] | None:
    """The best version of the job's year that keeps every rule of the problem as it is now, and its
    number: a solve begins there, and nothing worse comes of it.
    """
    newest = session.execute(
        select(PlanVersion.number, PlanVersion.plan)
        .join(SolveJob, SolveJob.year == PlanVersion.year)
        .where(SolveJob.uid == job_uid)
        .order_by(PlanVersion.number.desc())
        .limit(MOST_STARTS)
    )
    known: tuple[int, Plan] | None = None
    for number, text in newest:
        plan = solutions.parse(json.loads(text))
        if not plan.groups or broken_rules(problem, plan):
            continue
        if known is None or compared(problem, plan, known[1]) == "better":
            known = number, plan
    return known


def against(problem: Problem, plan: Plan, start: tuple[int, Plan] | None) -> str:
    """What a draft says of the version that the solve began from."""
    if start is None or not plan.groups:
        return ""
    number, before = start
    told = {
        "better": f"比{edition(number)}好",
        "same": f"没有找到比{edition(number)}更好的方案",
        "worse": "",
    }
    return told[compared(problem, plan, before)]


def nothing_better(
    session: Session, problem: Problem, plan: Plan, begin: tuple[int, Plan] | None, job_uid: str
) -> str | None:
    """The version that stands as it is: the solve began from it, found nothing better, and asked
    about the same facts. None: what was found becomes a version.
    """
    if begin is None or not plan.groups or compared(problem, plan, begin[1]) == "better":
        return None
    row = session.scalars(
        select(PlanVersion)
        .join(SolveJob, SolveJob.year == PlanVersion.year)
        .where(SolveJob.uid == job_uid, PlanVersion.number == begin[0])
    ).one()
    stands = problems.parse(json.loads(row.problem))
    usable = row.status != "withdrawn" and _facts(stands) == _facts(problem)
    return row.uid if usable else None


def _facts(problem: Problem) -> str:
    """What a problem says of people, firms and rules, whatever is weighed, fixed or kept close."""
    return replace(problem, id="", weights={}, order=None, pins=None, previous=None).digest


def request_cancel(uow: UnitOfWork, uid: str) -> None:
    """取消求解: the best plan so far is kept. Asking twice is asking once."""
    job = uow.load(SolveJob, uid)
    if job.status not in RUNNING:
        raise Refusal("job-over", "这个求解任务已经结束。")
    with uow.change(job, "cancel"):
        job.cancel_requested = True


def stop_those_of(uow: UnitOfWork, account: str, kept_from: Collection[str]) -> None:
    """回避以前开始的求解: whoever must keep away from an applicant leads no search about it either;
    what was found until now is a draft for others, and says so.
    """
    running = select(SolveJob).where(SolveJob.status.in_(RUNNING), SolveJob.created_by == account)
    for job in uow.session.scalars(running):
        if not parse_names(job.names).firms.keys().isdisjoint(kept_from):
            with uow.change(job, "cancel", STOPPED):
                job.cancel_requested = True
                job.notes = json.dumps([*json.loads(job.notes), STOPPED], ensure_ascii=False)


def reap(uow: UnitOfWork) -> tuple[str, ...]:
    """清理中断的任务: those whose runner has been silent for a lease; their best plans are kept as
    drafts. Gives their ids.
    """
    limit = database_now(uow.session) - timedelta(seconds=LEASE_SECONDS)
    dead = uow.session.scalars(
        select(SolveJob).where(SolveJob.status.in_(RUNNING), SolveJob.heartbeat_at < limit)
    ).all()
    for job in dead:
        fail(uow, job.uid, "interrupted")
    return tuple(job.uid for job in dead)


def claim(uow: UnitOfWork, uid: str, process: str) -> tuple[Problem, Limits, Actor] | None:
    """The runner takes the job; None when it is not waiting any more (cancelled, reaped, or taken
    by another).
    """
    job = uow.load(SolveJob, uid)
    if job.status != "queued":
        return None
    if job.cancel_requested:
        with uow.change(job, "finish"):
            job.status, job.finished_at = "cancelled", uow.now
        return None
    with uow.change(job, "run"):
        job.status, job.started_at, job.process, job.phase = "running", uow.now, process, "准备求解"
        job.heartbeat_at = database_now(uow.session)
    return (
        problems.parse(json.loads(job.problem)),
        Limits(**json.loads(job.limits)),
        Actor(job.created_by, job.created_name, Role.SYSTEM),
    )


def beat(
    uow: UnitOfWork,
    uid: str,
    elapsed: float = 0.0,
    progress: Progress | None = None,
    best: Plan | None = None,
) -> None:
    """A sign of life, with what is new. Not an act of anybody, so not in the log."""
    job = uow.load(SolveJob, uid)
    if job.status not in RUNNING:
        return
    job.heartbeat_at, job.elapsed = database_now(uow.session), elapsed
    if progress is not None:
        job.phase, job.unassigned = progress.phase, progress.unassigned
        job.objective, job.bound = progress.objective, progress.bound
        job.reports += 1
        job.curve = json.dumps(_longer(json.loads(job.curve), elapsed, progress))
    if best is not None:
        job.best_plan = plan_json(best)


def _longer(curve: list[list[Any]], elapsed: float, progress: Progress) -> list[list[Any]]:
    """The course of a solve with what is new; of a long one every second point stays."""
    now = [progress.objective, progress.bound]
    if None in now or (curve and curve[-1][1:] == now):
        return curve
    if len(curve) >= MOST_POINTS:
        curve = curve[::2]
    return [*curve, [round(elapsed, 1), *now]]


def finish(
    uow: UnitOfWork, uid: str, plan: Plan, note: str = "", stands: str | None = None
) -> str | None:
    """求解结束: the plan becomes a draft, checked anew, with a `note` of what became of it; without
    a plan the job says why. `stands`: the version that nothing better was found than, which then is
    the result and no other is made.

    Gives the version's id.
    """
    job = uow.load(SolveJob, uid)
    if job.status not in RUNNING:
        return job.plan_uid
    if stands is not None:
        return _over(uow, job, plan, stands)
    before, job.best_plan = job.best_plan, plan_json(plan)
    if plan.groups:
        names = parse_names(job.names)
        problem = problems.parse(json.loads(job.problem))
        saved = save_draft(uow, job.year, problem, plan, names, origin=uid, note=note)
        return _over(uow, job, plan, saved)
    if job.cancel_requested:
        with uow.change(job, "finish"):
            job.status, job.finished_at = "cancelled", uow.now
    elif plan.status == "infeasible":
        # What was found on the way without some cases is worth more than nothing: it becomes a
        # draft that names them.
        partial = solutions.parse(json.loads(before)) if before else plan
        if partial.groups:
            problem, names = problems.parse(json.loads(job.problem)), parse_names(job.names)
            job.plan_uid = save_draft(uow, job.year, problem, partial, names, origin=uid)
        _fail(uow, job, "infeasible", FAILURES["infeasible"])
    else:
        _fail(uow, job, "no-plan", FAILURES["no-plan"])
    return None


def fail(uow: UnitOfWork, uid: str, code: str) -> None:
    """The job ends without a result of its own; what was found until then is kept as a draft."""
    job = uow.load(SolveJob, uid)
    if job.status not in RUNNING:
        return
    if job.best_plan is not None and job.kind is None:
        plan = solutions.parse(json.loads(job.best_plan))
        if plan.groups:
            job.plan_uid = save_draft(
                uow,
                job.year,
                problems.parse(json.loads(job.problem)),
                plan,
                parse_names(job.names),
                origin=uid,
            )
    _fail(uow, job, code, FAILURES[code])


def finish_task(
    uow: UnitOfWork,
    uid: str,
    results: str | None = None,
    why: Plan | None = None,
    code: str = "no-plan",
) -> bool:
    """试算或寻找备选方案结束: no draft comes of it by itself. False when the job was over already;
    without results it has failed.

    `why`: the plan, or what stands for one, that explains why some applicant cannot be placed;
    `code`: of FAILURES, for other ends.
    """
    job = uow.load(SolveJob, uid)
    if job.status not in RUNNING:
        return False
    if results is None and not job.cancel_requested:
        if why is not None and why.explanation is not None:
            job.best_plan = plan_json(why)
            _fail(uow, job, "infeasible", FAILURES["infeasible"])
        else:
            _fail(uow, job, code, FAILURES[code])
        return True
    with uow.change(job, "finish"):
        job.status = "cancelled" if job.cancel_requested else "done"
        job.results, job.finished_at = results, uow.now
    return True


def _over(uow: UnitOfWork, job: SolveJob, plan: Plan, result: str) -> str:
    with uow.change(job, "finish"):
        job.status = "cancelled" if job.cancel_requested else "done"
        job.plan_uid, job.finished_at = result, uow.now
        job.objective, job.bound, job.unassigned = (
            plan.objective,
            plan.bound,
            len(plan.unassigned),
        )
    return result


def cancelled(session: Session, uid: str) -> bool:
    """Whether the runner should stop: asked to, or already taken for dead."""
    found = session.execute(
        select(SolveJob.cancel_requested, SolveJob.status).where(SolveJob.uid == uid)
    ).first()
    return found is None or found[0] or found[1] not in RUNNING


def waiting(session: Session, uid: str) -> bool:
    return session.scalar(select(SolveJob.status).where(SolveJob.uid == uid)) == "queued"


def counted(session: Session) -> dict[str, int]:
    """How many jobs are in each state, for whoever watches the server; no job is named."""
    rows = session.execute(select(SolveJob.status, func.count()).group_by(SolveJob.status))
    return dict(rows.all())


def database_now(session: Session) -> datetime:
    now: datetime = session.execute(select(type_coerce(func.now(), UtcDateTime()))).scalar_one()
    return now


def _fail(uow: UnitOfWork, job: SolveJob, code: str, text: str) -> None:
    with uow.change(job, "fail"):
        job.status, job.finished_at, job.error_code, job.error_text = "failed", uow.now, code, text


def base_of(
    session: Session, year: int, keep: str | None
) -> tuple[tuple[problems.Pin, ...], tuple[Problem, Plan] | None]:
    """The plan to stay close to: the one named, else the published one, else none."""
    query = select(PlanVersion).where(PlanVersion.year == year)
    row = session.scalar(
        query.where(PlanVersion.uid == keep)
        if keep
        else query.where(PlanVersion.status == "published")
    )
    if row is None:
        if keep:
            raise Refusal("not-found", "没有找到要沿用的方案，可能编号有误。", uid=keep)
        return (), None
    view = plan_view(row)
    return view.problem.pins or (), (view.problem, view.plan)

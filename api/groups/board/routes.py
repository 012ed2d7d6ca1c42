"""求解任务与快照: what the optimiser would see, starting it, watching it, stopping it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.groups.board import commands
from api.groups.board.schemas import JobIn, JobOut, LeftOutOut, SnapshotOut
from api.groups.solving import StarterDep
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep, still_viewer
from api.kit.fields import Uid, Year
from api.kit.files import attachment
from api.kit.schemas import Created
from award.groups import guard, jobs
from award.groups import store as assignment_store
from award.groups.snapshot import build_problem
from award.year import store as year_store
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(prefix="/api/v1", tags=["编组"])

# How often a watcher is told, and how long one connection watches before the browser asks again.
EVERY_SECONDS = 1.0
LONGEST_WATCH = 900


@router.get(
    "/years/{year}/snapshot",
    allow=Permission.READ_PLANS,
    summary="编组前检查：能安排谁、不能安排谁及理由",
)
def read_snapshot(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> SnapshotOut:
    """空闲未知、未签申报的专家不参加编组，这里逐人说明。"""
    guard.demand_whole(viewer)
    with ledger.read() as session:
        year_store.year(session, viewer, year)
        snapshot = build_problem(session, year)
    problem = snapshot.problem
    return SnapshotOut(
        year=year,
        problem_digest=problem.digest,
        reviewers=len(problem.reviewers),
        cases=len(problem.cases),
        slots=len(problem.slots),
        places=len(problem.places),
        barred=len(problem.barred),
        not_assignable=[LeftOutOut.of(one) for one in snapshot.not_assignable],
        left_out=[LeftOutOut.of(one) for one in snapshot.left_out],
        notes=list(snapshot.notes),
        provisional=snapshot.provisional,
    )


@router.get(
    "/years/{year}/problem.json",
    allow=Permission.READ_PLANS,
    summary="下载编组问题文件",
    response_class=Response,
)
def download_problem(year: Year, ledger: LedgerDep, viewer: ViewerDep, actor: ActorDep) -> Response:
    """assignment-problem/1，只有编号和标签，没有姓名和电话；下载记入审计。"""
    guard.demand_whole(viewer)
    with ledger.write(actor) as uow:
        year_store.year(uow.session, viewer, year)
        problem = build_problem(uow.session, year).problem
        uow.record("download", "problem", str(year), None, {"digest": problem.digest})
        uow.commit()
    content = assignment_store.problem_json(problem).encode("utf-8")
    return attachment(content, "application/json", f"problem-{year}.json")


@router.get("/years/{year}/jobs", allow=Permission.READ_PLANS, summary="求解任务")
def list_jobs(year: Year, ledger: LedgerDep, viewer: ViewerDep) -> list[JobOut]:
    with ledger.read() as session:
        return [JobOut.model_validate(job) for job in assignment_store.jobs(session, viewer, year)]


@router.post("/years/{year}/jobs", allow=Permission.EDIT_PLANS, status_code=202, summary="开始编组")
def start_job(
    year: Year,
    body: JobIn,
    ledger: LedgerDep,
    viewer: ViewerDep,
    starter: StarterDep,
) -> Created:
    """立即答复任务编号；进度用 GET /jobs/{uid} 轮询，或 GET /jobs/{uid}/events 接收。"""
    with ledger.read() as session:
        year_store.year(session, viewer, year)
    uid = starter(
        lambda uow, limits: jobs.start(uow, year, limits, body.keep),
        body.seconds,
        seed=body.seed,
        deterministic=body.deterministic,
    )
    return Created(uid=uid)


@router.get("/jobs/{uid}", allow=Permission.READ_PLANS, summary="求解进度")
def read_job(uid: Uid, ledger: LedgerDep, viewer: ViewerDep) -> JobOut:
    with ledger.read() as session:
        return JobOut.model_validate(assignment_store.job(session, viewer, uid))


@router.get(
    "/jobs/{uid}/events",
    allow=Permission.READ_PLANS,
    summary="求解进度（事件流）",
    response_class=EventSourceResponse,
)
async def watch_job(
    uid: Uid,
    request: Request,
    ledger: LedgerDep,
    job: Annotated[JobOut, Depends(read_job)],
) -> AsyncIterator[ServerSentEvent]:
    """每秒一条 progress，结束时一条 over；连接最长一刻钟，之后由浏览器自动重连。

    每一条都按此刻的权限裁：退出登录、停用账号，连接随即断开。
    """
    # The first look was taken before the answer began: an unknown task is a plain 404.
    for _ in range(LONGEST_WATCH):
        yield ServerSentEvent(data=job, event="over" if job.over else "progress")
        if job.over or request.app.state.engine.leaving or await request.is_disconnected():
            return
        await asyncio.sleep(EVERY_SECONDS)
        try:
            job = await run_in_threadpool(_look_again, uid, request, ledger)
        except Refusal:  # whoever looks on may not any more
            return


def _look_again(uid: str, request: Request, ledger: Ledger) -> JobOut:
    return read_job(uid, ledger, still_viewer(request, Permission.READ_PLANS))


@router.post(
    "/jobs/{uid}/cancellation", allow=commands.CANCEL.allow, status_code=202, summary="停止求解"
)
def cancel_job(uid: Uid, ledger: LedgerDep, actor: ActorDep) -> Created:
    """两秒内停下，保留至此最好的方案。"""
    commands.CANCEL(ledger, actor, uid)
    return Created(uid=uid)

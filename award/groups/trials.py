"""试算: solve beside the plan in hand, with other weights, window or number of groups.

Nothing changes until one is chosen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import problem as problems
from assignment import solution as solutions
from assignment.check import check
from assignment.problem import Pin, Problem
from assignment.solution import Plan
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from award.groups import guard, jobs
from award.groups.core.book import Names
from award.groups.core.compare import Side
from award.groups.plans import save_draft
from award.groups.snapshot import build_problem
from award.groups.store import JobView, explained, job, parse_names, parse_verdict, verdict_json
from award.groups.tables import PlanVersion, SolveJob
from award.year import store as year_store
from award.year.core.policy import LONGEST_WINDOW, parse_policy, parse_weights, policy_json
from award.year.store import YearFields
from expert_pool.core.actor import SYSTEM_VIEWER, Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

KIND = "trial"
MOST = 6
LEAST_SECONDS = 1.0  # of a wish, however long the others took


@dataclass(frozen=True)
class Wish:
    """一种试法: what is None stays as the year has it."""

    title: str
    weights: Mapping[str, int] | None = None
    window: tuple[date, date] | None = None
    groups: tuple[int, int] | None = None


@dataclass(frozen=True)
class Trial:
    """One way that was tried; `plan` without groups where it led nowhere, with the reasons."""

    title: str
    problem: Problem
    plan: Plan
    side: Side
    reasons: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrialView:
    """A trial job and what came of it so far."""

    job: JobView
    trials: tuple[Trial, ...]


def start_trial(
    uow: UnitOfWork, year: int, wishes: Sequence[Wish], limits: Limits, keep: str | None = None
) -> str:
    """开始试算: one job that solves each wish in its share of the time.

    `keep`: the plan whose pins hold here too.
    """
    guard.demand_whole(uow.actor)
    if not 1 <= len(wishes) <= MOST:
        raise Refusal("out-of-range", f"一次可以试算 1 到 {MOST} 种办法。", field="presets")
    pins, previous = fixed(uow.session, year, keep)
    fields = year_store.year(uow.session, SYSTEM_VIEWER, year).fields
    made = [
        build_problem(uow.session, year, pins=pins, previous=previous, fields=wished(fields, wish))
        for wish in wishes
    ]
    task = {
        "wishes": [
            {"title": wish.title, "problem": problems.to_json(one.problem)}
            for wish, one in zip(wishes, made, strict=True)
        ]
    }
    return jobs.enqueue(uow, year, limits, made[0], KIND, json.dumps(task, ensure_ascii=False)).uid


def fixed(
    session: Session, year: int, keep: str | None
) -> tuple[tuple[Pin, ...], tuple[Problem, Plan] | None]:
    """The pins of the plan in hand; to stay close to is only the published one, for a trial may
    well leave the draft.
    """
    published = jobs.base_of(session, year, None)
    return (jobs.base_of(session, year, keep)[0] if keep else published[0]), published[1]


def wished(fields: YearFields, wish: Wish) -> YearFields:
    """The year as it would be.

    Raises Refusal for a window, weights or a number of groups that cannot be.
    """
    if wish.window is not None:
        first, last = wish.window
        if first > last:
            raise Refusal("bad-window", "现场评审的开始日期不能晚于结束日期。", field="window")
        if (last - first).days > LONGEST_WINDOW:
            raise Refusal(
                "bad-window",
                f"现场评审的起止日期相隔超过 {LONGEST_WINDOW} 天，请检查年份。",
                field="window",
            )
        fields = replace(fields, window_first=first, window_last=last)
    if wish.groups is not None:
        fields = replace(
            fields, policy=parse_policy(policy_json(replace(fields.policy, groups=wish.groups)))
        )
    return (
        fields
        if wish.weights is None
        else replace(fields, weights=parse_weights(json.dumps(dict(wish.weights))))
    )


def run(
    uid: str, task: Mapping[str, Any], limits: Limits, report: OnProgress, stop: ShouldStop
) -> Callable[[UnitOfWork], None]:
    """In the child: one wish after the other, each in its share of the time that is left; when
    stopped, what there is.
    """
    from assignment.solver.solve import solve

    found: list[dict[str, Any]] = []
    begun, wishes = perf_counter(), task["wishes"]
    for number, wish in enumerate(wishes):
        if found and stop():
            break
        title = wish["title"]
        left = limits.time_limit - (perf_counter() - begun)
        share = replace(limits, time_limit=max(LEAST_SECONDS, left / (len(wishes) - number)))
        plan = solve(
            problems.parse(wish["problem"]),
            share,
            lambda news, title=title: report(  # type: ignore[misc]
                replace(news, phase=title)
            ),
            stop,
        )
        found.append({"title": title, "problem": wish["problem"], "plan": solutions.to_json(plan)})
    results = json.dumps(found, ensure_ascii=False) if found else None

    def write(uow: UnitOfWork) -> None:
        jobs.finish_task(uow, uid, results)

    return write


def adopt_trial(uow: UnitOfWork, uid: str, number: int) -> str:
    """采用一种试算结果: it becomes a new draft version, checked anew; the versions before stay.
    Gives its id.

    Adopting twice is adopting once, as long as nobody has touched the draft.
    """
    guard.demand_whole(uow.actor)
    row = uow.load(SolveJob, uid)
    found = _trials(row) if row.kind == KIND else ()
    if not 0 <= number < len(found) or not found[number].plan.groups:
        raise Refusal("not-found", "没有这个试算结果，或者它没有排出方案。")
    trial = found[number]
    note = f"采用试算：{trial.title}"
    same = select(PlanVersion.uid).where(
        PlanVersion.origin == uid, PlanVersion.note == note, PlanVersion.version == 1
    )
    untouched = uow.session.scalar(same.where(PlanVersion.status == "draft"))
    return untouched or save_draft(
        uow, row.year, trial.problem, trial.plan, parse_names(row.names), origin=uid, note=note
    )


def trial(session: Session, viewer: Viewer, uid: str) -> TrialView:
    """A trial with its results.

    Staff with a conflict in this year get none: its figures would speak of what they may not see.
    """
    guard.demand_whole(viewer)
    found = job(session, viewer, uid)
    row = session.scalar(select(SolveJob).where(SolveJob.uid == uid))
    if row is None or found.kind != KIND:
        raise Refusal("not-found", "没有找到这次试算，可能编号有误。", uid=uid)
    return TrialView(found, _trials(row))


def _trials(row: SolveJob) -> tuple[Trial, ...]:
    names = parse_names(row.names)
    return tuple(_trial(item, names) for item in json.loads(row.results or "[]"))


def _trial(item: Mapping[str, Any], names: Names) -> Trial:
    problem, plan = problems.parse(item["problem"]), solutions.parse(item["plan"])
    verdict = parse_verdict(verdict_json(check(problem, plan), names))
    return Trial(
        item["title"],
        problem,
        plan,
        Side(problem, plan, names, verdict.scorecard),
        *explained(plan, names),
    )

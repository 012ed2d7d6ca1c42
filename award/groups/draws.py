"""随机抽取用例: find a candidate set, publish its digest, then draw by a seed from outside; a set
is voided by two people.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assignment import draw as lottery
from assignment import solution as solutions
from assignment.draw import CandidateSet, Draw
from assignment.problem import Problem
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from award.groups import guard, jobs
from award.groups.core.book import Names
from award.groups.declined import as_refusal
from award.groups.plans import DRAWN, save_draft
from award.groups.snapshot import build_problem
from award.groups.store import STATUSES as STATES
from award.groups.store import PlanView, parse_names, plan_view
from award.groups.tables import PlanDraw, PlanVersion, SolveJob
from award.groups.trials import fixed
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork

KIND = "candidates"
STATUSES = {"open": "待抽取", "drawn": "已抽取", "void": "已作废"}


@dataclass(frozen=True)
class DrawRow:
    """One draw in the list of a year's."""

    uid: str
    version: int
    year: int
    status: str
    digest: str
    count: int
    tolerance: int
    cap: int
    reached: int
    opened_at: datetime
    opened_name: str
    seed: str
    source: str
    ticket: int | None
    chosen: int | None
    drawn_at: datetime | None
    drawn_name: str | None
    plan_uid: str | None
    voiding_at: datetime | None
    voiding_by: str | None
    voiding_name: str | None
    voided_at: datetime | None
    voided_name: str | None
    void_reason: str
    again_reason: str
    agreed_name: str
    agreed_at: datetime | None

    @property
    def waits_for_consent(self) -> bool:
        """再次抽取, and nobody has agreed yet."""
        return bool(self.again_reason) and self.agreed_at is None

    @property
    def status_zh(self) -> str:
        return STATUSES[self.status]


@dataclass(frozen=True)
class DrawView:
    """A draw with its candidate set and the names behind the ids."""

    row: DrawRow
    candidates: CandidateSet
    names: Names

    @property
    def record(self) -> Draw | None:
        row = self.row
        if row.ticket is None or row.chosen is None:
            return None
        return Draw(self.candidates, row.seed, row.source, row.ticket, row.chosen)


@dataclass(frozen=True)
class Findings:
    """复核结论: what does not agree (nothing when all is in order), and the plan version that was
    made of the draw.
    """

    said: tuple[str, ...]
    plan_number: int | None = None
    plan_status: str = ""
    as_drawn: bool = True  # whether nobody has changed that version since


def start_draw(
    uow: UnitOfWork,
    year: int,
    limits: Limits,
    seed_from: str,
    tolerance: int = 50,
    cap: int = 500,
    keep: str | None = None,
    again: str = "",
) -> str:
    """寻找备选方案: a job that ends in a published set. `keep`: the plan to begin with, whose pins
    hold. `again`: why a year that was drawn for is drawn for once more; what was drawn before stays
    on record.

    `seed_from` is published with the set: where the seed is said only afterwards, there is
    something to choose.
    """
    guard.demand_whole(uow.actor)
    if not seed_from.strip():
        raise Refusal(
            "blank",
            "请写明种子将取自何处、怎样写，例如“福彩3D第2026318期开奖号码，三位数字”。",
            field="seed_from",
        )
    if not 0 <= tolerance <= 500 or not 10 <= cap <= 1000:
        raise Refusal(
            "out-of-range",
            "与最优的差距应在 0 到 50% 之间，可能性上限应在 1% 到 100% 之间。",
            field="tolerance",
        )
    if uow.session.scalar(
        select(PlanDraw.uid).where(PlanDraw.year == year, PlanDraw.status == "open")
    ):
        raise Refusal("draw-open", "已有一个公布而未抽取的备选方案集。先抽取，或写明理由作废。")
    if uow.session.scalar(_drawn(year)) is not None and not again.strip():
        raise Refusal(
            "drawn-already",
            "本年度已经抽取过。再次抽取须写明理由，并在抽取之前由复核人同意；先前的抽取保留在记录里。",
            guard.BASIS,
            field="again",
        )
    pins, _ = fixed(
        uow.session, year, keep
    )  # to stay close to the published plan is the opposite of drawing
    snapshot = build_problem(uow.session, year, pins=pins)
    task: dict[str, Any] = {
        "tolerance": tolerance,
        "cap": cap,
        "seed_from": " ".join(seed_from.split()),
        "again": again.strip(),
    }
    base = uow.session.scalar(select(PlanVersion).where(PlanVersion.uid == keep)) if keep else None
    if base is not None:
        task["groups"] = _still_possible(plan_view(base), snapshot.problem)
    return jobs.enqueue(uow, year, limits, snapshot, KIND, json.dumps(task, ensure_ascii=False)).uid


def run(
    uid: str,
    task: Mapping[str, Any],
    problem: Problem,
    limits: Limits,
    report: OnProgress,
    stop: ShouldStop,
) -> Callable[[UnitOfWork], object]:
    """In the child: find the set; written when it is over. A stopped search publishes nothing."""
    from assignment.draw.candidates import Wish
    from assignment.draw.variety import look

    start = lottery.valued(problem, _groups(task)) if task.get("groups") else None
    found = look(problem, Wish(task["tolerance"], task["cap"]), limits, start, report, stop)
    if stop():  # by a person, or because the server shuts down
        return lambda uow: jobs.finish_task(uow, uid, code="interrupted")
    if not isinstance(found, CandidateSet):
        return lambda uow: jobs.finish_task(uow, uid, why=found)
    published = replace(found, seed_from=task["seed_from"])
    if published.faults:  # asked here, where nobody waits for the database; the answer is kept
        raise ValueError(published.faults[0])
    return lambda uow: open_draw(uow, uid, published)


def open_draw(uow: UnitOfWork, job_uid: str, found: CandidateSet) -> str | None:
    """公布备选方案集: from here on nobody can change it, and its digest is in the log.

    None when the job was over already.
    """
    if found.faults:
        raise Refusal("bad-candidates", f"备选方案集有误：{found.faults[0]}", findings=found.faults)
    job = uow.load(SolveJob, job_uid)
    if not jobs.finish_task(uow, job_uid, json.dumps({"digest": found.digest})):
        return None
    row = PlanDraw(
        year=job.year,
        status="open",
        job_uid=job_uid,
        candidates=json.dumps(
            lottery.to_json(found), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ),
        names=job.names,
        digest=found.digest,
        count=len(found.candidates),
        tolerance=found.tolerance,
        cap=found.cap,
        reached=found.reached,
        opened_at=uow.now,
        opened_by=uow.actor.id,
        opened_name=uow.actor.name,
        # A set found before another of the year was drawn is one draw more all the same.
        again_reason=json.loads(job.task or "{}").get("again", "")
        or (NOT_SAID if uow.session.scalar(_drawn(job.year)) is not None else ""),
    )
    return uow.add(row, "w", "publish").uid


def agree_again(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """同意再次抽取, by somebody else than who published the set: whoever may draw alone until the
    lot falls as wished has not drawn.
    """
    guard.demand_whole(uow.actor)
    row = uow.load(PlanDraw, uid, version)
    _open(row)
    if not row.again_reason or row.agreed_at is not None:
        raise Refusal("no-proposal", "这次抽取不需要同意，或者已经同意。")
    demand_other_person(uow.actor, (row.opened_by,), "再次抽取须由公布集合以外的另一人同意。")
    demand_reason(reason, field="reason")
    with uow.change(row, "agree-again", reason):
        row.agreed_by, row.agreed_name, row.agreed_at = uow.actor.id, uow.actor.name, uow.now
    return row.version


NOT_SAID = "开始寻找时本年度还没有抽取，没有写理由"


def _drawn(year: int) -> Select[str]:
    return select(PlanDraw.uid).where(PlanDraw.year == year, PlanDraw.status == "drawn").limit(1)


def draw_plan(uow: UnitOfWork, uid: str, version: int, seed: str, source: str) -> str:
    """抽取: once, by a seed from outside; the plan it falls on becomes a draft.

    Gives the draft's id.
    """
    guard.demand_whole(uow.actor)
    row = uow.load(PlanDraw, uid, version)
    _open(row)
    if row.voiding_at is not None:
        raise Refusal(
            "voiding", f"{row.voiding_name}已提出作废这个集合，须先由另一人决定同意与否。"
        )
    if row.again_reason and row.agreed_at is None:
        raise Refusal("consent-needed", "本年度已经抽取过，再次抽取须先由复核人同意。", guard.BASIS)
    if not source.strip():
        raise Refusal(
            "blank",
            "请写明种子的来源，例如“当众掷骰，纪检在场”或“福彩3D第2026318期开奖号码”。",
            field="source",
        )
    found = lottery.parse(json.loads(row.candidates))
    with as_refusal():
        record = lottery.draw(found, seed, source)
    note = f"{DRAWN}{row.count} 个备选方案中的第 {record.chosen + 1} 个，号码 {record.ticket:06d}"
    plan = replace(found.plan(record.chosen), bound=_proven(uow.session, found.problem.digest))
    plan_uid = save_draft(
        uow, row.year, found.problem, plan, parse_names(row.names), origin=uid, note=note
    )
    with uow.change(row, "draw", record.source):
        row.status, row.seed, row.source = "drawn", record.seed, record.source
        row.ticket, row.chosen, row.plan_uid = record.ticket, record.chosen, plan_uid
        row.drawn_at, row.drawn_by, row.drawn_name = uow.now, uow.actor.id, uow.actor.name
    return plan_uid


def _proven(session: Session, digest: str) -> int | None:
    """What was proven about this very problem when it was solved holds for every plan of it, the
    drawn one too.
    """
    plans = session.scalars(select(PlanVersion.plan).where(PlanVersion.problem_digest == digest))
    return max(
        (bound for text in plans if (bound := json.loads(text).get("bound")) is not None),
        default=None,
    )


def propose_void(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """提出作废 a published set before it is drawn. The program cannot know when the seed became
    public, so it always takes two:

    whoever knows the seed knows the plan it falls on, and could void until it falls as wished.
    """
    guard.demand_whole(uow.actor)
    row = uow.load(PlanDraw, uid, version)
    _open(row)
    if row.voiding_at is not None:
        raise Refusal("voiding", f"{row.voiding_name}已提出作废这个集合，等待另一人决定。")
    demand_reason(reason, field="reason")
    with uow.change(row, "propose-void", reason):
        row.void_reason = reason.strip()
        row.voiding_at, row.voiding_by, row.voiding_name = uow.now, uow.actor.id, uow.actor.name
    return row.version


def decide_void(uow: UnitOfWork, uid: str, version: int, agreed: bool, reason: str) -> int:
    """决定作废与否, by somebody else than who proposed it.

    Void or kept, proposal and reasons stay in the log, and the set on record.
    """
    guard.demand_whole(uow.actor)
    row = uow.load(PlanDraw, uid, version)
    _open(row)
    if row.voiding_at is None:
        raise Refusal("no-proposal", "没有人提出作废这个集合。")
    demand_other_person(uow.actor, (row.voiding_by,), "作废须由提出人以外的另一人决定。")
    demand_reason(reason, field="reason")
    with uow.change(row, "void" if agreed else "keep-set", reason):
        if agreed:
            row.status, row.voided_at, row.voided_by, row.voided_name = (
                "void",
                uow.now,
                uow.actor.id,
                uow.actor.name,
            )
        else:
            row.void_reason, row.voiding_at, row.voiding_by, row.voiding_name = "", None, None, None
    return row.version


def verify(session: Session, viewer: Viewer, uid: str) -> Findings:
    """复核: everything of a draw worked out anew from what is stored, and whether the draft is
    still what was drawn.
    """
    view = draw(session, viewer, uid)
    said = (
        []
        if view.candidates.digest == view.row.digest
        else [f"集合已被改动：公布的校验码是 {view.row.digest}"]
    )
    said += lottery.replay(view.record) if view.record else view.candidates.faults
    row = (
        session.scalar(select(PlanVersion).where(PlanVersion.uid == view.row.plan_uid))
        if view.record
        else None
    )
    if row is None or view.record is None:
        return Findings(tuple(said))
    now, drawn = plan_view(row).plan.groups, view.candidates.candidates[view.record.chosen].groups
    return Findings(tuple(said), row.number, STATES[row.status], now == drawn)


def draws(session: Session, viewer: Viewer, year: int) -> tuple[DrawRow, ...]:
    """All draws of a year, newest first."""
    guard.demand_whole(viewer)
    if not viewer.is_staff:
        return ()
    columns = [getattr(PlanDraw, name) for name in DrawRow.__dataclass_fields__]
    return tuple(
        DrawRow(*row)
        for row in session.execute(
            select(*columns).where(PlanDraw.year == year).order_by(PlanDraw.id.desc())
        )
    )


def draw(session: Session, viewer: Viewer, uid: str) -> DrawView:
    guard.demand_whole(viewer)
    row = session.scalar(select(PlanDraw).where(PlanDraw.uid == uid)) if viewer.is_staff else None
    if row is None:
        raise Refusal("not-found", "没有找到这次抽取，可能编号有误。", uid=uid)
    shown = DrawRow(**{name: getattr(row, name) for name in DrawRow.__dataclass_fields__})
    return DrawView(shown, lottery.parse(json.loads(row.candidates)), parse_names(row.names))


def _still_possible(view: PlanView, problem: Problem) -> list[dict[str, Any]] | None:
    """The groups of a plan, if everybody and every time in it is still there; whether it keeps the
    rules is asked later.
    """
    groups = view.plan.groups
    people, cases = (
        {member for group in groups for member in group.members},
        {case for group in groups for case in group.cases},
    )
    if (
        view.problem.slots != problem.slots
        or people - problem.reviewer_index.keys()
        or cases - problem.case_index.keys()
    ):
        return None
    return solutions.groups_json(groups)


def _open(row: PlanDraw) -> None:
    if row.status != "open":
        raise Refusal(
            "draw-over",
            f"这个备选方案集{STATUSES[row.status]}，不能再抽取或作废。",
            status=row.status,
        )


def _groups(task: Mapping[str, Any]) -> tuple[solutions.Group, ...]:
    from assignment.reading import Reader

    return solutions.parse_groups(Reader({"groups": task["groups"]}, ""))

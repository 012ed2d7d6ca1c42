"""方案、任务与日历条目的读取. A conflicted staff member's view leaves out every group that reviews
what she may not see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from assignment import problem as problems
from assignment import solution as solutions
from assignment.check import Verdict
from assignment.problem import Problem
from assignment.solution import Plan
from award.groups.core.book import Firm, Names, Person, edition, version_name
from award.groups.core.events import uid_of
from award.groups.tables import CalendarEntry, PlanVersion, SolveJob
from expert_pool.core.actor import Viewer
from expert_pool.core.recusal import NOT_ASKED
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day

STATUSES = {
    "draft": "草案",
    "submitted": "待复核",
    "approved": "待发布",
    "published": "已发布",
    "withdrawn": "已撤回",
}
RUNNING = ("queued", "running")
HEAVY = (SolveJob.problem, SolveJob.names, SolveJob.best_plan, SolveJob.task, SolveJob.results)


@dataclass(frozen=True)
class Finding:
    """One sentence of the checker, with the ids it speaks of."""

    rule: str
    text: str
    reviewers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()


@dataclass(frozen=True)
class StoredVerdict:
    """What the checker said when the plan was last stored."""

    ok: bool
    findings: tuple[Finding, ...]
    scorecard: Mapping[str, int]
    objective: int


@dataclass(frozen=True)
class PlanRow:
    """One version in the list of a year's plans."""

    uid: str
    version: int
    year: int
    number: int
    status: str
    origin: str
    note: str
    problem_digest: str
    ok: bool
    created_at: datetime
    created_by: str
    edited_at: datetime
    edited_by: str
    edited_name: str
    approved_at: datetime | None
    approved_by: str | None
    approved_name: str | None
    published_at: datetime | None
    published_by: str | None
    anchor: str
    withdrawn_at: datetime | None
    withdraw_reason: str
    superseded_by: int | None
    submitted_at: datetime | None
    submitted_name: str
    submit_note: str
    opinion: str
    returned_at: datetime | None
    returned_name: str
    return_reason: str
    review: str  # document / site; empty in a year without stages

    @property
    def edition(self) -> str:
        """第二版: the version among those of its year."""
        return edition(self.number)

    @property
    def name(self) -> str:
        """2026年度评审组方案第二版（9月3日发布）."""
        published = local_day(self.published_at) if self.published_at else None
        return version_name(self.year, self.number, self.status_zh, published)

    @property
    def status_zh(self) -> str:
        if self.superseded_by is not None:
            return f"已由{edition(self.superseded_by)}取代"
        return STATUSES[self.status]


@dataclass(frozen=True)
class PlanView:
    """A version with everything in it.

    `hidden`: groups this viewer may not see (staff have conflicts too).
    """

    row: PlanRow
    problem: Problem
    plan: Plan
    names: Names
    verdict: StoredVerdict
    hidden: int = 0
    numbers: tuple[int, ...] | None = None  # of a part: what its groups are called in the whole

    @property
    def scorecard(self) -> Mapping[str, int]:
        return self.verdict.scorecard


@dataclass(frozen=True)
class JobView:
    """求解任务 as a progress page shows it."""

    uid: str
    version: int
    year: int
    status: str
    phase: str
    elapsed: float
    objective: int | None
    bound: int | None
    unassigned: int
    reports: int
    cancel_requested: bool
    error_code: str
    error_text: str
    plan_uid: str | None
    notes: tuple[str, ...]
    time_limit: float
    created_at: datetime
    created_by: str
    created_name: str
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    kind: str | None = (
        None  # as of the table: trial, candidates, or None for the solve that makes a draft
    )
    reasons: tuple[str, ...] = ()  # why there is no plan, in words; only of a single job
    remedies: tuple[str, ...] = ()
    curve: tuple[tuple[float, int, int], ...] = ()  # seconds, objective, bound, as it went

    @property
    def over(self) -> bool:
        return self.status not in RUNNING

    @property
    def gap(self) -> float | None:
        """As `Plan.gap`."""
        if self.objective is None or self.bound is None:
            return None
        return max(0, self.objective - self.bound) / max(abs(self.objective), 1)


@dataclass(frozen=True)
class Entry:
    """日历条目: `uid` is the UID of RFC 5545 (`events.uid_of`); a cancelled one is still sent, as
    CANCELLED.
    """

    uid: str
    expert: str
    applicant: str
    sequence: int
    cancelled: bool
    changed_at: datetime
    fingerprint: str = field(default="", repr=False)
    salt: str = field(default="", repr=False)


def plans(session: Session, viewer: Viewer, year: int) -> tuple[PlanRow, ...]:
    """All versions of a year, newest first."""
    if not viewer.is_staff:
        return ()
    heavy = (PlanVersion.problem, PlanVersion.plan, PlanVersion.names, PlanVersion.verdict)
    query = select(PlanVersion).options(*(defer(column) for column in heavy))
    return tuple(
        plan_row(row)
        for row in session.scalars(
            query.where(PlanVersion.year == year).order_by(PlanVersion.number.desc())
        )
    )


def plan(session: Session, viewer: Viewer, uid: str) -> PlanView:
    row = (
        session.scalar(select(PlanVersion).where(PlanVersion.uid == uid))
        if viewer.is_staff
        else None
    )
    if row is None:
        raise Refusal("not-found", "没有找到这个方案，可能编号有误。", uid=uid)
    return _redacted(plan_view(row), viewer)


def published(session: Session, viewer: Viewer, year: int) -> PlanView | None:
    """The published plan of a year.

    An expert may ask too: her own page takes her visits from it.
    """
    row = session.scalar(
        select(PlanVersion).where(PlanVersion.year == year, PlanVersion.status == "published")
    )
    if row is None or not (viewer.is_staff or viewer.expert_id):
        return None
    view = plan_view(row)
    return (
        _own(view, viewer.expert_id)
        if viewer.expert_id and not viewer.is_staff
        else _redacted(view, viewer)
    )


def jobs(session: Session, viewer: Viewer, year: int) -> tuple[JobView, ...]:
    if not viewer.is_staff:
        return ()
    query = select(SolveJob).options(*(defer(column) for column in HEAVY))
    return tuple(
        _shown(_job(row), row, viewer)
        for row in session.scalars(
            query.where(SolveJob.year == year).order_by(SolveJob.id.desc()).limit(50)
        )
    )


def last_job(session: Session, viewer: Viewer, year: int, kind: str) -> JobView | None:
    """The newest task of one kind; its reasons, where it failed, are in `job`."""
    return next((one for one in jobs(session, viewer, year) if one.kind == kind), None)


def job(session: Session, viewer: Viewer, uid: str) -> JobView:
    query = select(SolveJob).options(*(defer(column) for column in HEAVY))
    row = session.scalar(query.where(SolveJob.uid == uid)) if viewer.is_staff else None
    if row is None:
        raise Refusal("not-found", "没有找到这个求解任务，可能编号有误。", uid=uid)
    found = _explained(row) if row.error_code == "infeasible" else _job(row)
    return _shown(found, row, viewer)


def calendar_entries(session: Session, year: int, expert: str | None = None) -> tuple[Entry, ...]:
    """Every entry ever sent for a year, cancelled ones too; of one expert when named."""
    query = select(CalendarEntry).where(CalendarEntry.year == year).order_by(CalendarEntry.id)
    if expert is not None:
        query = query.where(CalendarEntry.expert == expert)
    return tuple(
        Entry(
            uid_of(year, row.expert, row.applicant, row.part),
            row.expert,
            row.applicant,
            row.sequence,
            row.cancelled,
            row.changed_at,
            row.fingerprint,
            row.uid,
        )
        for row in session.scalars(query)
    )


def problem_json(problem: Problem) -> str:
    return _dump(problems.to_json(problem))


def plan_json(plan: Plan) -> str:
    return _dump(solutions.to_json(plan))


def names_json(names: Names) -> str:
    return _dump(asdict(names))


def parse_names(text: str) -> Names:
    values = json.loads(text)
    persons = {key: Person(**person) for key, person in values["persons"].items()}
    return Names(
        persons, {key: Firm(**firm) for key, firm in values["firms"].items()}, values["extra"]
    )


def verdict_json(verdict: Verdict, names: Names) -> str:
    findings = [
        {
            "rule": one.rule,
            "text": one.say(lambda key: names.person(key).name, lambda key: names.firm(key).name),
            "reviewers": one.reviewers,
            "cases": one.cases,
            "groups": one.groups,
        }
        for one in verdict.violations
    ]
    return _dump(
        {
            "ok": verdict.ok,
            "findings": findings,
            "scorecard": verdict.scorecard,
            "objective": verdict.objective,
        }
    )


def parse_verdict(text: str) -> StoredVerdict:
    values = json.loads(text)
    findings = (
        Finding(
            one["rule"],
            one["text"],
            tuple(one["reviewers"]),
            tuple(one["cases"]),
            tuple(one["groups"]),
        )
        for one in values["findings"]
    )
    return StoredVerdict(values["ok"], tuple(findings), values["scorecard"], values["objective"])


def plan_row(row: PlanVersion) -> PlanRow:
    return PlanRow(**{name: getattr(row, name) for name in PlanRow.__dataclass_fields__})


@lru_cache(maxsize=4)
def _problem(text: str) -> Problem:
    """With twenty thousand people it is half a second's work, and every page of a plan asks it."""
    return problems.parse(json.loads(text))


def plan_view(row: PlanVersion) -> PlanView:
    """The whole version, nothing left out: for the use cases."""
    return PlanView(
        plan_row(row),
        _problem(row.problem),
        solutions.parse(json.loads(row.plan)),
        parse_names(row.names),
        parse_verdict(row.verdict),
    )


def _redacted(view: PlanView, viewer: Viewer) -> PlanView:
    hidden = [
        position
        for position, group in enumerate(view.plan.groups)
        if viewer.conflicted & set(group.cases)
    ]
    if not hidden:
        return view
    kept = [position for position in range(len(view.plan.groups)) if position not in hidden]
    return _only(view, kept, len(hidden))


def _own(view: PlanView, expert: str) -> PlanView:
    kept = [position for position, group in enumerate(view.plan.groups) if expert in group.members]
    return _only(view, kept, 0)


def _only(view: PlanView, kept: list[int], hidden: int) -> PlanView:
    """The plan as if only these groups existed; values that would speak of the others are left
    out.
    """
    groups = tuple(view.plan.groups[position] for position in kept)
    cases = {case for group in groups for case in group.cases}
    people = {member for group in groups for member in group.members}
    problem = replace(
        view.problem,
        cases=tuple(case for case in view.problem.cases if case.id in cases),
        reviewers=tuple(person for person in view.problem.reviewers if person.id in people),
        barred=tuple(row for row in view.problem.barred if row[0] in people and row[1] in cases),
        barred_pairs=tuple(
            row for row in view.problem.barred_pairs if row[0] in people and row[1] in people
        ),
        discouraged=tuple(
            row for row in view.problem.discouraged if row[0] in people and row[1] in cases
        ),
        affinity=None,
        pins=None,
        previous=None,
    )
    plan = Plan(problem.digest, "partial" if view.plan.unassigned else "feasible", groups)
    names = Names(
        {key: person for key, person in view.names.persons.items() if key in people},
        {key: firm for key, firm in view.names.firms.items() if key in cases},
        view.names.extra,
    )
    verdict = StoredVerdict(view.verdict.ok, (), {}, 0)
    return PlanView(
        view.row, problem, plan, names, verdict, hidden, tuple(position + 1 for position in kept)
    )


NOT_TOLD = "您与其中的申报组织有回避关系，不显示原因和进展。"


def _shown(job: JobView, row: SolveJob, viewer: Viewer) -> JobView:
    """Without figures and reasons for who must keep away from one of the job's applicants."""
    if not viewer.conflicted or viewer.conflicted.isdisjoint(parse_names(row.names).firms):
        return job
    return replace(
        job,
        phase="",
        objective=None,
        bound=None,
        unassigned=0,
        curve=(),
        error_text=NOT_TOLD if job.error_text else "",
        notes=(),
        reasons=(),
        remedies=(),
    )


def _explained(row: SolveJob) -> JobView:
    """With the reasons of an infeasible problem; ids in a sentence become names."""
    if not row.best_plan:
        return _job(row)
    reasons, remedies = explained(
        solutions.parse(json.loads(row.best_plan)), parse_names(row.names)
    )
    job = _job(row)
    late = (
        tuple(note for note in job.notes if NOT_ASKED in note) if reasons else ()
    )  # why so many must keep away
    return replace(job, reasons=(*late, *reasons), remedies=remedies)


def explained(plan: Plan, names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why a plan leaves somebody out and what would help, each sentence with names for ids."""
    if plan.explanation is None:
        return (), ()

    def say(reason: solutions.Reason) -> str:
        text = reason.text
        for uid in reason.reviewers:
            text = text.replace(uid, names.person(uid).name)
        for uid in reason.cases:
            text = text.replace(uid, names.firm(uid).name)
        return text

    return tuple(say(one) for one in plan.explanation.conflict), tuple(
        say(one) for one in plan.explanation.remedies
    )


def _job(row: SolveJob) -> JobView:
    special: dict[str, Any] = {
        "notes": tuple(json.loads(row.notes)),
        "curve": tuple(tuple(point) for point in json.loads(row.curve)),
        "time_limit": json.loads(row.limits)["time_limit"],
    }
    own = {
        name
        for name in JobView.__dataclass_fields__
        if name not in special and name not in ("reasons", "remedies")
    }
    return JobView(**{name: getattr(row, name) for name in own}, **special)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

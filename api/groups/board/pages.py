"""编组页: the newest version or the one asked for, the running solve, and the button that starts
one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from sqlalchemy.orm import Session

from api.groups.board import readiness, views
from api.groups.board.move_views import step_words
from api.groups.plans import views as plan_views
from api.groups.solving import StarterDep
from api.groups.words import quality_words
from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import (
    ActorDep,
    HiddenDep,
    LedgerDep,
    TodayDep,
    ViewerDep,
)
from api.kit.fields import Uid
from api.kit.rendering import page, see_other
from api.kit.templating import moment
from assignment.quality import coverage
from assignment.solver.limits import Limits
from award.groups import jobs, signing, steps, store
from award.groups.books import book_of
from award.groups.core.book import Book
from award.groups.core.compare import compare
from award.groups.standing import newest_plan
from award.year import years as award_years
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork

router = Router(include_in_schema=False)
P = Permission
PlanUid = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_\-]*$")]


@router.get("/board", allow=P.READ_PLANS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    today: TodayDep,
    hidden: HiddenDep,
    plan: PlanUid = "",
    reserve: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        rows = store.plans(session, viewer, year.year)
        newest = newest_plan(session, viewer, year.year)
        chosen = next((row for row in rows if row.uid == plan), None if plan else newest)
        if plan and chosen is None:
            raise Refusal("not-found", "没有找到这个方案，可能编号有误。")
        jobs_of_year = store.jobs(session, viewer, year.year)
        last = next((job for job in jobs_of_year if job.kind is None or not job.over), None)
        made = next((job for job in jobs_of_year if chosen and job.plan_uid == chosen.uid), None)
        if last is not None and last.status == "failed":
            last = store.job(session, viewer, last.uid)  # with its reasons
        view = (
            plan_page(session, viewer, chosen, today, reserve.strip())
            if chosen
            else views.BoardPage(ready=readiness.checks(session, viewer, hidden, year.year))
        )
    told = last is not None and last.status == "failed" and _concerns(last, chosen)
    if last is not None and chosen is not None and _in_vain(last, chosen):
        view = replace(view, in_vain=f"没有找到比{chosen.edition}更好的方案，没有另存新版。")
    panel = views.job_panel(last) if last and (not last.over or told) else None
    edit = may(viewer.role, P.EDIT_PLANS)
    view = replace(
        view,
        job=panel,
        gap_plot=views.gap_plot(made.curve) if made else None,
        versions=views.version_rows(rows, chosen.uid if chosen else ""),
        rights=replace(view.rights, start=edit),
        whole=not viewer.conflicted,
    )
    return page(request, "board.html", view)


def _concerns(job: store.JobView, chosen: store.PlanRow | None) -> bool:
    """Whether a failed solve still says something about the version shown: it made it, or it came
    after it.
    """
    if chosen is None or job.plan_uid == chosen.uid:
        return True
    return chosen.status == "draft" and not job.plan_uid and job.created_at > chosen.edited_at


def _in_vain(job: store.JobView, chosen: store.PlanRow) -> bool:
    """Whether the last solve ended with the version shown, which it did not make."""
    ended = job.status in ("done", "cancelled") and job.plan_uid == chosen.uid
    return ended and chosen.origin != job.uid and chosen.edited_at < job.created_at


def plan_page(
    session: Session, viewer: Viewer, row: store.PlanRow, today: date, wanted: str = ""
) -> views.BoardPage:
    """One version with everything but the list of versions and the job; `wanted` is looked for
    among those without a seat.
    """
    found = store.plan(session, viewer, row.uid)
    book = book_of(session, found)
    pins = found.problem.pins or ()
    may_do = rights(viewer, row, bool(book.violations), found.hidden)
    return views.BoardPage(
        book=book,
        uid=row.uid,
        version=row.version,
        tone=views.STATUS_TONES[row.status],
        goals=views.goal_rows(book.goals),
        quality=quality_words(
            coverage(found.problem, found.plan), 0 if found.hidden else len(found.plan.unassigned)
        ),
        gap_words=views.gap_words(book.objective, book.bound),
        pinned=views.pinned_members(pins),
        pinned_visits=views.pinned_visits(pins),
        **_editing(session, found, may_do, wanted),
        rights=may_do,
        word=_word(row),
        note=row.note,
        **_since(session, viewer, found),
        downloads=views.downloads(row.uid),
        paper_names=views.paper_names(),
        changed=_changed(session, viewer, found, book, today),
    )


def _editing(
    session: Session, found: store.PlanView, may_do: views.Rights, wanted: str
) -> dict[str, Any]:
    """What only who edits a draft needs."""
    shown: dict[str, Any] = {
        "held": () if found.hidden else views.held(found),
        "pinned_leads": views.pinned_leads(found.problem.pins or ()),
    }
    if not may_do.edit:
        return shown
    way = steps.walk(session, found.row.uid)
    return shown | {
        "undo": step_words(found, way.back),
        "redo": step_words(found, way.forth),
        "leaders": frozenset(one.id for one in found.problem.reviewers if one.leader),
        "reserve": views.reserve(found, wanted),
        "starts": views.starts(found),
    }


def _word(row: store.PlanRow) -> str:
    """What clerk and approver wrote to each other, as far as it still counts."""
    if row.status == "draft" and row.returned_at:
        return f"{moment(row.returned_at)} {row.returned_name}退回：{row.return_reason}"
    if row.status == "submitted":
        said = f"，说明：{row.submit_note}" if row.submit_note else ""
        return f"{moment(row.submitted_at)} {row.submitted_name}提交复核{said}"
    return f"{row.approved_name}的复核意见：{row.opinion}" if row.opinion else ""


def _since(session: Session, viewer: Viewer, found: store.PlanView) -> dict[str, Any]:
    """For a version on its way to be approved: what differs from the one that counts until now."""
    if found.row.status not in ("submitted", "approved") or found.hidden:
        return {}
    rows = store.plans(session, viewer, found.row.year)
    before = next(
        (row for row in rows if row.status == "published" and row.uid != found.row.uid), None
    )
    if before is None:
        return {}
    older = store.plan(session, viewer, before.uid)
    firm = plan_views.firms_of(older.names, found.names)
    told = plan_views.differences(compare(older, found), firm)
    return {
        "since_title": f"与{before.name}相比",
        "since": tuple(f"{one.title}：{one.text}" for one in told) or ("人员和时间都没有变化",),
    }


def _changed(
    session: Session, viewer: Viewer, found: store.PlanView, book: Book, today: date
) -> tuple[str, ...]:
    """What has happened against a plan that still counts: not a withdrawn one, no visits that are
    over, nothing to who may not see all.
    """
    days = [stay.date for group in book.groups for visit in group.visits for stay in visit.stays]
    over = found.row.status == "published" and max(days, default=today) < today
    if found.row.status == "withdrawn" or over or viewer.conflicted or book.violations:
        return ()
    return tuple(dict.fromkeys(signing.changed_since(session, found)))


def rights(viewer: Viewer, row: store.PlanRow, broken: bool, hidden: int) -> views.Rights:
    """What this person may do with this version; the use cases decide again."""
    edit, approve, publish = (
        may(viewer.role, one) for one in (P.EDIT_PLANS, P.APPROVE_PLANS, P.PUBLISH_PLANS)
    )
    whole = not hidden
    own = viewer.id in (row.created_by, row.edited_by)
    unsettled = ("draft", "submitted")
    hint = ""
    if row.status == "draft" and edit:
        hint = "方案须由编制、修改以外的另一人批准。"
    elif row.status in unsettled and approve and own:
        hint = "您编制或修改过这个方案，须由另一人批准。"
    return views.Rights(
        start=edit,
        edit=edit and whole and row.status == "draft",
        submit=edit and whole and row.status == "draft" and not broken,
        recall=edit and whole and row.status == "submitted",
        approve=approve and whole and row.status in unsettled and not own and not broken,
        send_back=approve and whole and row.status == "submitted",
        publish=publish and whole and row.status == "approved",
        reopen=publish and whole and row.status == "approved",
        withdraw=publish and whole and row.status != "withdrawn",
        copy=edit and whole and row.status in ("published", "withdrawn"),
        hint=hint,
    )


@router.post("/board/solve", allow=P.EDIT_PLANS)
def start(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    starter: StarterDep,
    preset: Annotated[str, Form(max_length=20)] = "year",
    time_limit: Annotated[int, Form(ge=1, le=3600)] = 30,
    stay: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    chosen = next((one for one in views.PRESETS if one.id == preset), views.PRESETS[0])
    with ledger.read() as session:
        year = common.needed_year(session, viewer)

    keep = _kept(ledger, viewer, year.year, stay == "yes")

    def enqueue(uow: UnitOfWork, limits: Limits) -> str:
        """The year keeps what was weighed, so that the plan can be explained later."""
        if chosen.weights is not None and dict(year.fields.weights or {}) != chosen.weights:
            wanted = replace(year.fields, weights=chosen.weights)
            award_years.edit_year(uow, year.year, year.version, wanted, f"编组侧重：{chosen.title}")
        return jobs.start(uow, year.year, limits, keep)

    starter(enqueue, time_limit)
    return see_other(request, "/board")


def _kept(ledger: Ledger, viewer: Viewer, year: int, stay: bool) -> str | None:
    """The version to stay close to: asked for, or because it holds what a person pinned."""
    with ledger.read() as session:
        newest = newest_plan(session, viewer, year)
        if newest is None or newest.status == "withdrawn":
            return None
        return newest.uid if stay or store.plan(session, viewer, newest.uid).problem.pins else None


@router.get("/board/jobs/{uid}/panel", allow=P.READ_PLANS)
def panel(request: Request, uid: Uid, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    """The progress panel alone, for htmx; when the solve is over the browser is sent to the page
    with the result.
    """
    with ledger.read() as session:
        found = store.job(session, viewer, uid)
    response = page(request, "_job.html", views.BoardPage(job=views.job_panel(found)))
    if found.over:
        response.headers["HX-Redirect"] = (
            str(request.scope.get("root_path", "")) + views.JOB_KINDS[found.kind].page
        )
    return response


@router.post("/board/jobs/{uid}/cancel", allow=P.EDIT_PLANS)
def cancel(
    request: Request, uid: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> Response:
    with ledger.write(actor) as uow:
        jobs.request_cancel(uow, uid)
        kind = store.job(uow.session, viewer, uid).kind
        uow.commit()
    return see_other(request, views.JOB_KINDS[kind].page, "" if kind else "cancelled")

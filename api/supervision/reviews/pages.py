"""评审登记页: after a stage of one organisation's review, everybody of its group on one sheet: who
came, how they scored, how they did.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Query, Request, Response
from sqlalchemy.orm import Session

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid, UidText
from api.kit.rendering import page, see_other
from api.supervision.pages import points_of, whole_points
from api.supervision.reviews import views
from award.applicants import store as applicant_store
from award.applicants.store import ApplicantRow
from award.groups import service
from award.groups import store as plan_store
from expert_pool import dossier, register
from expert_pool.core.actor import Viewer
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300)]
Cells = Annotated[tuple[Annotated[str, Form(max_length=30)], ...], Form(max_length=600)]
Stage = Literal["document", "site"]


@router.get("/applicants/{uid}/reviews", allow=P.READ_APPLICANTS)
def show(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    stage: Annotated[Stage, Query()] = "site",
) -> Response:
    with ledger.read() as session:
        row = _applicant(session, viewer, uid)
        known = dossier.reviewed(session, viewer, row.year, row.fields.name, stage)
        people = _people(session, viewer, row, known)
    return page(
        request, "reviews.html", views.sheet(row, stage, people, {one.uid: one for one in known})
    )


@router.post("/applicants/{uid}/reviews/{stage}", allow=P.EDIT_EXPERTS)
def note(
    request: Request,
    uid: Uid,
    stage: Stage,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    expert: Annotated[tuple[UidText, ...], Form(max_length=60)] = (),
    attendance: Cells = (),
    report: Cells = (),
    own_score: Cells = (),
    consensus_score: Text = "",
) -> Response:
    """One line per expert; a line on which nothing is said stays as it was."""
    _same_length(expert, attendance, report, own_score)
    agreed = points_of(consensus_score)
    with ledger.write(actor) as uow:
        row = _applicant(uow.session, viewer, uid)
        for one, came, handed_in, score in zip(expert, attendance, report, own_score, strict=True):
            if came or handed_in or score.strip():
                declined = came == views.DECLINED
                wanted = register.StageFields(
                    row.year,
                    row.fields.name,
                    stage,
                    "" if declined else came,
                    handed_in,
                    declined,
                    points_of(score),
                    agreed,
                )
                register.note_stage(uow, one, wanted)
        # What was reviewed counts for next year's rotation and load, whether or not somebody thinks
        # of recording it.
        if plan_store.published(uow.session, viewer, row.year) is not None:
            service.record_service(uow, row.year)
        uow.commit()
    return see_other(request, f"/applicants/{uid}/reviews?stage={stage}", "stage")


@router.post("/applicants/{uid}/reviews/{stage}/ratings/{rater}", allow=P.EDIT_EXPERTS)
def rate(
    request: Request,
    uid: Uid,
    stage: Stage,
    rater: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    expert: Annotated[tuple[UidText, ...], Form(max_length=60)] = (),
    points: Cells = (),
    rater_name: Text = "",
) -> Response:
    """The points come expert by expert, in the order of the rulebook's items; a line left empty is
    not rated.
    """
    side = rulebook().raters.get(rater)
    items = tuple(side.items.items()) if side else ()
    if not items or len(points) != len(items) * len(expert):
        raise Refusal("out-of-range", "这张表与评价项目对不上，请刷新页面后再填。")
    with ledger.write(actor) as uow:
        row = _applicant(uow.session, viewer, uid)
        for number, one in enumerate(expert):
            given = points[number * len(items) : (number + 1) * len(items)]
            if any(text.strip() for text in given):
                values = {
                    code: whole_points(text, words)
                    for (code, (words, _)), text in zip(items, given, strict=True)
                }
                register.rate(
                    uow,
                    one,
                    register.RatingFields(
                        row.year, row.fields.name, stage, rater, values, rater_name
                    ),
                )
        uow.commit()
    return see_other(request, f"/applicants/{uid}/reviews?stage={stage}", "rated")


def _applicant(session: Session, viewer: Viewer, uid: str) -> ApplicantRow:
    """Nobody sees or writes the reviews of an applicant she must keep away from."""
    if uid in viewer.conflicted:
        raise Refusal("not-found", "没有找到这家申报组织，可能编号有误。")
    return applicant_store.applicant(session, viewer, uid)


def _people(
    session: Session, viewer: Viewer, row: ApplicantRow, known: tuple[dossier.Reviewed, ...]
) -> tuple[tuple[str, str, bool], ...]:
    """(uid, name, leads): the published group, its leader first, then whoever else is on record,
    such as trainees.
    """
    view = plan_store.published(session, viewer, row.year)
    group = next((one for one in view.plan.groups if row.uid in one.cases), None) if view else None
    if view is None or group is None:
        return tuple((one.uid, one.name, False) for one in known)
    members = sorted(group.members, key=lambda member: member != group.leader)
    seats = [(member, view.names.person(member).name, member == group.leader) for member in members]
    return (*seats, *((one.uid, one.name, False) for one in known if one.uid not in group.members))


def _same_length(*columns: tuple[str, ...]) -> None:
    if len({len(column) for column in columns}) != 1:
        raise Refusal("out-of-range", "这张表没有填全，请刷新页面后再填。")

"""履职监督页: the year's list, one expert's yearly sheet, and what the office records in it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, TodayDep, ViewerDep
from api.kit.fields import PLAIN, Uid, Year
from api.kit.forms import FormDep
from api.kit.parts import Option
from api.kit.rendering import page, see_other
from api.supervision import commands, views
from award.groups import service
from award.groups import store as plan_store
from award.papers.register import deviation_words
from expert_pool import dossier, register
from expert_pool.core.actor import Viewer
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Long = Annotated[str, Form(max_length=2000, pattern=PLAIN)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
OfYear = Annotated[int, Query(alias="year", ge=0, le=2100)]


@router.get("/supervision", allow=P.READ_EXPERTS)
def show(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    today: TodayDep,
    number: OfYear = 0,
) -> Response:
    with ledger.read() as session:
        current = common.current_year(session, viewer)
        year = number or (current.year if current else today.year)
        rows = dossier.year_list(session, viewer, year, today, hidden)
        cases = dossier.violations(session, viewer)
        firms = _under_review(session, viewer, year)
    return page(request, "supervision.html", views.list_view(year, rows, cases) | {"firms": firms})


def _under_review(session: Session, viewer: Viewer, year: int) -> tuple[Option, ...]:
    """The organisations of the published plan whose reviews this viewer may know, each with its
    sheet.
    """
    view = plan_store.published(session, viewer, year)
    cases = (
        [
            case
            for group in view.plan.groups
            for case in group.cases
            if case not in viewer.conflicted
        ]
        if view
        else []
    )
    return tuple(Option(case, view.names.firm(case).name) for case in cases) if view else ()


@router.post("/supervision/{year}/service", allow=P.EDIT_EXPERTS)
def record_service(request: Request, year: Year, actor: ActorDep, ledger: LedgerDep) -> Response:
    """登记评审工作: what the published plan had everybody do."""
    with ledger.write(actor) as uow:
        service.record_service(uow, year)
        uow.commit()
    return see_other(request, f"/supervision?year={year}", "service")


@router.get("/experts/{uid}/years/{year}", allow=P.READ_EXPERTS)
def show_sheet(
    request: Request,
    uid: Uid,
    year: Year,
    viewer: ViewerDep,
    ledger: LedgerDep,
    hidden: HiddenDep,
    today: TodayDep,
) -> Response:
    with ledger.read() as session:
        sheet = dossier.year_sheet(session, viewer, uid, year, today, hidden)
    return page(request, "sheet.html", views.sheet_view(sheet, deviation_words(sheet), today.year))


@router.post("/experts/{uid}/years/{year}/stage", allow=commands.NOTE_STAGE.allow)
def note_stage(
    uid: Uid,
    year: Year,
    organisation: Text,
    stage: Text,
    sent: FormDep,
    attendance: Text = "",
    report: Text = "",
    declined: Text = "",
    own_score: Text = "",
    consensus_score: Text = "",
    note: Text = "",
) -> Response:
    wanted = register.StageFields(
        year,
        organisation.strip(),
        stage,
        attendance,
        report,
        declined == "yes",
        points_of(own_score),
        points_of(consensus_score),
        note.strip(),
    )
    return sent.carry_out(f"/experts/{uid}/years/{year}", commands.NOTE_STAGE, uid, wanted)


@router.post("/experts/{uid}/years/{year}/ratings/{rater}", allow=commands.RATE.allow)
def rate(
    uid: Uid,
    year: Year,
    rater: Uid,
    organisation: Text,
    stage: Text,
    sent: FormDep,
    points: Annotated[tuple[str, ...], Form()] = (),
    rater_name: Text = "",
    comment: Text = "",
) -> Response:
    """The points come in the order of the rulebook's items for the rater."""
    side = rulebook().raters.get(rater)
    wanted_items = tuple(side.items.items()) if side else ()
    if len(points) != len(wanted_items):
        raise Refusal("out-of-range", "请给每一项打分。")
    items = {
        code: whole_points(text, words)
        for (code, (words, _)), text in zip(wanted_items, points, strict=True)
    }
    wanted = register.RatingFields(
        year, organisation.strip(), stage, rater, items, rater_name, comment
    )
    return sent.carry_out(f"/experts/{uid}/years/{year}", commands.RATE, uid, wanted)


@router.post("/experts/{uid}/violations", allow=commands.OPEN_VIOLATION.allow)
def open_violation(
    uid: Uid,
    today: TodayDep,
    kind: Text,
    occurred_on: Text,
    facts: Long,
    sent: FormDep,
    source: Text = "",
) -> Response:
    day = common.needed_date(occurred_on, "发生日期")
    return sent.carry_out(
        f"/experts/{uid}/years/{max(day.year, today.year - 5)}",
        commands.OPEN_VIOLATION,
        uid,
        kind,
        day,
        facts,
        source,
    )


@router.post("/violations/{uid}/decide", allow=commands.DECIDE_VIOLATION.allow)
def decide_violation(
    uid: Uid, version: Version, measure: Text, reason: Text, sent: FormDep
) -> Response:
    """`measure` "unfounded" says that it is not so; every other one that it is."""
    founded = measure != "unfounded"
    return sent.carry_out(
        "/supervision",
        commands.DECIDE_VIOLATION,
        uid,
        version,
        founded,
        measure if founded else "none",
        reason,
    )


@router.post("/experts/{uid}/years/{year}/proposals/{rule}", allow=commands.DECIDE_PROPOSAL.allow)
def decide_proposal(
    uid: Uid, year: Year, rule: Uid, reason: Text, sent: FormDep, decision: Text = ""
) -> Response:
    accepted = common.chosen(decision, "accept", "decline")
    return sent.carry_out(
        f"/experts/{uid}/years/{year}", commands.DECIDE_PROPOSAL, uid, year, rule, accepted, reason
    )


def points_of(text: str) -> float | None:
    """得分 as written; None when nothing is."""
    if not text.strip():
        return None
    try:
        return round(float(text), 2)
    except ValueError:
        raise Refusal("out-of-range", "评审得分应是数字。") from None


def whole_points(text: str, words: str) -> int:
    """A whole number for the item `words`."""
    if not text.strip().isdecimal():
        raise Refusal("out-of-range", f"“{words}”应打整数分。")
    return int(text)

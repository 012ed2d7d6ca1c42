"""随机抽取页: find candidates, publish their digest, draw by a seed from outside, void, check a
draw again.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response

from api.groups.board import views as board_views
from api.groups.draws import commands, views
from api.groups.solving import StarterDep
from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid
from api.kit.forms import FormDep
from api.kit.rendering import page, see_other
from award.groups import draws, guard, store
from award.groups.standing import plan_in_hand

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=500)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


@router.get("/draws", allow=P.READ_PLANS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    guard.demand_whole(viewer)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        rows = draws.draws(session, viewer, year.year)
        newest = plan_in_hand(session, viewer, year.year)
        last = store.last_job(session, viewer, year.year, draws.KIND)
        if last is not None and last.status == "failed":
            last = store.job(session, viewer, last.uid)  # with its reasons
    view = views.ListPage(
        tuple(map(views.line, rows)),
        may(viewer.role, P.EDIT_PLANS),
        board_views.news_of(last),
        next((row.uid for row in rows if row.status == "open"), ""),
        newest.edition if newest is not None else "",
        last is not None and last.status == "cancelled",
        any(row.status == "drawn" for row in rows),
    )
    return page(request, "draws.html", view)


@router.post("/draws", allow=P.EDIT_PLANS)
def start(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    starter: StarterDep,
    seed_from: Text,
    again: Text = "",
    tolerance: Annotated[int, Form(ge=0, le=50)] = 5,
    cap: Annotated[int, Form(ge=1, le=100)] = 50,
    time_limit: Annotated[int, Form(ge=1, le=3600)] = 60,
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        newest = plan_in_hand(session, viewer, year.year)
    keep = newest.uid if newest is not None else None
    starter(
        lambda uow, limits: draws.start_draw(
            uow, year.year, limits, seed_from, tolerance * 10, cap * 10, keep, again
        ),
        time_limit,
    )
    return see_other(request, "/draws")


@router.get("/draws/{uid}", allow=P.READ_PLANS)
def show_draw(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    verify: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    with ledger.read() as session:
        found = draws.draw(session, viewer, uid)
        findings = draws.verify(session, viewer, uid) if verify else None
    return page(
        request, "draw.html", views.draw_page(found, may(viewer.role, P.EDIT_PLANS), findings)
    )


@router.post("/draws/{uid}/draw", allow=commands.DRAW.allow)
def draw(uid: Uid, version: Version, seed: Text, source: Text, sent: FormDep) -> Response:
    return sent.carry_out(f"/draws/{uid}", commands.DRAW, uid, version, seed, source)


@router.post("/draws/{uid}/again", allow=commands.AGREE_AGAIN.allow)
def agree_again(uid: Uid, version: Version, sent: FormDep, reason: Text = "") -> Response:
    return sent.carry_out(f"/draws/{uid}", commands.AGREE_AGAIN, uid, version, reason)


@router.post("/draws/{uid}/void", allow=commands.PROPOSE_VOID.allow)
def void(uid: Uid, version: Version, reason: Text, sent: FormDep) -> Response:
    return sent.carry_out(f"/draws/{uid}", commands.PROPOSE_VOID, uid, version, reason)


@router.post("/draws/{uid}/void/decide", allow=commands.DECIDE_VOID.allow)
def decide_void(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    reason: Text = "",
    decision: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    agreed = common.chosen(decision, "agree", "refuse")
    commands.DECIDE_VOID(ledger, actor, uid, version, agreed, reason)
    return see_other(request, f"/draws/{uid}", "voided" if agreed else "set-kept")

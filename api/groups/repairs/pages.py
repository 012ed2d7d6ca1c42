"""修补页: what no longer holds in a plan, and a few ways to mend it, each with what it changes and
costs.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response

from api.groups.board import commands
from api.groups.board import views as board_views
from api.groups.solving import StarterDep
from api.groups.words import cost_words
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid
from api.kit.rendering import page, see_other
from award.groups import guard, repairs, store

router = Router(include_in_schema=False)
P = Permission
# Seconds: what a repair needs, the start of its process aside.
USUAL, LONGER = 5, 30
MANY_CASES = 100


@router.get("/plans/{uid}/repair", allow=P.EDIT_PLANS)
def show(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    declined: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    guard.demand_whole(viewer)
    with ledger.read() as session:
        plan = store.plan(session, viewer, uid)
        jobs = store.jobs(session, viewer, plan.row.year)
        found = (
            repairs.repair_of(session, viewer, one.uid) for one in jobs if one.kind == repairs.KIND
        )
        last = next(
            (one for one in found if one.plan_uid == uid), None
        )  # none of the older ones is read
    view = {
        "uid": uid,
        "edition": plan.row.edition,
        "declined": plan.names.person(declined).name if declined in plan.names.persons else "",
        "last": last,
        "costs": tuple(_cost(option) for option in last.options) if last else (),
        "job": board_views.news_of(last.job if last else None),
    }
    return page(request, "repair.html", view)


def _cost(option: repairs.Option) -> str:
    """What it does to the plan, in words; of a plan whose people are gone only better or worse."""
    if option.effects or not option.cost:
        return cost_words(option.cost, option.effects).words
    return "方案质量略有下降" if option.cost > 0 else "方案质量略有提高"


@router.post("/plans/{uid}/repair", allow=P.EDIT_PLANS)
def start(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    ledger: LedgerDep,
    starter: StarterDep,
) -> Response:
    with ledger.read() as session:
        plan = store.plan(session, viewer, uid)
    seconds = USUAL if len(plan.problem.cases) <= MANY_CASES else LONGER
    starter(lambda uow, limits: repairs.start_repair(uow, uid, limits), seconds)
    return see_other(request, f"/plans/{uid}/repair")


@router.get("/repairs", allow=P.EDIT_PLANS)
def show_last(request: Request, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    """Where the progress panel leads when the job is over: the page of the plan that it mends."""
    guard.demand_whole(viewer)
    with ledger.read() as session:
        year = common.needed_year(session, viewer).year
        last = store.last_job(session, viewer, year, repairs.KIND)
        plan = repairs.repair_of(session, viewer, last.uid).plan_uid if last is not None else ""
    return see_other(request, f"/plans/{plan}/repair" if plan else "/board")


@router.post("/repairs/{uid}/adopt", allow=commands.ADOPT_REPAIR.allow)
def adopt(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    number: Annotated[int, Form(ge=0, le=10)],
) -> Response:
    made = commands.ADOPT_REPAIR(ledger, actor, uid, number)
    return see_other(request, f"/board?plan={made}", "adopted")

"""试算页: other weights, another window, other numbers of groups, side by side; the plan in hand
stays until one is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

from fastapi import Form, Request, Response
from sqlalchemy.orm import Session

from api.groups.board import commands
from api.groups.board import views as board_views
from api.groups.solving import StarterDep
from api.groups.trials import views
from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import ActorDep, LedgerDep, ViewerDep
from api.kit.fields import Uid
from api.kit.rendering import page, see_other
from award.groups import guard, store, trials
from award.groups.standing import plan_in_hand
from award.year.store import YearView
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal

router = Router(include_in_schema=False)
P = Permission
Day = Annotated[str, Form(max_length=10)]
Count = Annotated[str, Form(max_length=4)]


@router.get("/trials", allow=P.READ_PLANS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    guard.demand_whole(viewer)
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        last = store.last_job(session, viewer, year.year, trials.KIND)
        view = _page(session, viewer, year, last)
    return page(request, "trials.html", view)


def _page(
    session: Session, viewer: Viewer, year: YearView, last: store.JobView | None
) -> views.TrialPage:
    newest = plan_in_hand(session, viewer, year.year)
    current = store.plan(session, viewer, newest.uid) if newest is not None else None
    tried = trials.trial(session, viewer, last.uid).trials if last is not None and last.over else ()
    goals, columns = views.columns(current, tried) if tried else ((), ())
    return views.TrialPage(
        board_views.PRESETS,
        (year.fields.window_first.isoformat(), year.fields.window_last.isoformat()),
        may(viewer.role, P.EDIT_PLANS),
        last.uid if last else "",
        board_views.news_of(last),
        goals,
        columns,
        newest.edition if newest is not None else "",
        last is not None and last.status == "cancelled",
    )


@router.post("/trials", allow=P.EDIT_PLANS)
def start(
    request: Request,
    viewer: ViewerDep,
    ledger: LedgerDep,
    starter: StarterDep,
    preset: Annotated[Sequence[str], Form(max_length=6)] = (),
    first: Day = "",
    last: Day = "",
    low: Count = "",
    high: Count = "",
    time_limit: Annotated[int, Form(ge=1, le=3600)] = 60,
) -> Response:
    with ledger.read() as session:
        year = common.needed_year(session, viewer)
        newest = plan_in_hand(session, viewer, year.year)
    usual = (year.fields.window_first, year.fields.window_last)
    window = (
        common.read_date(first, "开始日期") or usual[0],
        common.read_date(last, "结束日期") or usual[1],
    )
    changed = window if window != usual else None
    wishes = tuple(_wishes(preset, changed, _groups(low, high)))
    if not wishes:
        raise Refusal("blank", "请至少选一种侧重。", field="preset")
    keep = newest.uid if newest is not None else None
    starter(
        lambda uow, limits: trials.start_trial(uow, year.year, wishes, limits, keep), time_limit
    )
    return see_other(request, "/trials")


def _wishes(
    chosen: Sequence[str], window: tuple[date, date] | None, groups: tuple[int, int] | None
) -> Iterator[trials.Wish]:
    """Each preset with the window and the number of groups asked for; the title says all that
    differs from the year.
    """
    for preset in board_views.PRESETS:
        if preset.id in chosen:
            changes = [f"{window[0]:%-m月%-d日}至{window[1]:%-m月%-d日}"] if window else []
            changes += (
                [f"{groups[0]}–{groups[1]} 个组" if groups[0] < groups[1] else f"{groups[0]} 个组"]
                if groups
                else []
            )
            yield trials.Wish("，".join((preset.title, *changes)), preset.weights, window, groups)


def _groups(low: str, high: str) -> tuple[int, int] | None:
    if not low.strip() and not high.strip():
        return None
    first, last = low.strip() or high.strip(), high.strip() or low.strip()
    if not first.isdecimal() or not last.isdecimal():
        raise Refusal("bad-policy", "评审组个数应是整数。", field="groups")
    return int(first), int(last)


@router.post("/trials/{uid}/adopt", allow=commands.ADOPT_TRIAL.allow)
def adopt(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    number: Annotated[int, Form(ge=0, le=10)],
) -> Response:
    made = commands.ADOPT_TRIAL(ledger, actor, uid, number)
    return see_other(request, f"/board?plan={made}", "adopted")

"""评审年度与工作日历: the window of visits, the year's rules and weights, and which days are
working days.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, IfMatch, LedgerDep, ViewerDep, set_etag
from api.kit.fields import Year
from api.kit.schemas import Created
from api.year import commands
from api.year.schemas import Announcement, DayIn, DayOut, YearIn, YearOut, YearPatch
from award.year import store as year_store
from award.year import years as award_years
from award.year.core.policy import DEFAULT_WEIGHTS, parse_policy, parse_weights, policy_json
from award.year.store import YearFields
from expert_pool import store
from expert_pool.facts.halfday import days
from expert_pool.facts.refusal import Refusal

router = Router(prefix="/api/v1", tags=["年度"])

# A year and a season: more than any page shows at once.
LONGEST_CALENDAR = 460


@router.get("/years", allow=Permission.READ_YEAR, summary="评审年度")
def list_years(ledger: LedgerDep, viewer: ViewerDep) -> list[YearOut]:
    with ledger.read() as session:
        return [YearOut.of(view) for view in year_store.years(session, viewer)]


@router.post("/years", allow=Permission.EDIT_YEAR, status_code=201, summary="启动评审年度")
def open_year(body: YearIn, ledger: LedgerDep, actor: ActorDep) -> Created:
    wanted = YearFields(body.title, body.window_first, body.window_last)
    with ledger.write(actor) as uow:
        uid = award_years.open_year(uow, body.year, _changed(wanted, body))
        uow.commit()
    return Created(uid=uid)


@router.get("/years/{year}", allow=Permission.READ_YEAR, summary="一个评审年度")
def read_year(year: Year, response: Response, ledger: LedgerDep, viewer: ViewerDep) -> YearOut:
    with ledger.read() as session:
        view = year_store.year(session, viewer, year)
    set_etag(response, view.version)
    return YearOut.of(view)


@router.patch("/years/{year}", allow=Permission.EDIT_YEAR, status_code=204, summary="修改年度规则")
def edit_year(
    year: Year,
    body: YearPatch,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    viewer: ViewerDep,
    actor: ActorDep,
) -> None:
    with ledger.write(actor) as uow:
        current = year_store.year(uow.session, viewer, year).fields
        new_version = award_years.edit_year(
            uow, year, version, _changed(current, body), body.reason
        )
        uow.commit()
    set_etag(response, new_version)


@router.get("/calendar", allow=Permission.READ_YEAR, summary="工作日历")
def read_calendar(
    ledger: LedgerDep,
    first: Annotated[
        date, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31), examples=["2026-09-07"])
    ],
    last: Annotated[
        date, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31), examples=["2026-09-25"])
    ],
) -> list[DayOut]:
    """含调休和本单位的更正；国务院通知未公布的年份标为暂定（provisional）。"""
    if not 0 <= (last - first).days < LONGEST_CALENDAR:
        raise Refusal(
            "bad-term", f"起止日期须先后有序，且不超过 {LONGEST_CALENDAR} 天。", field="last"
        )
    with ledger.read() as session:
        calendar, versions = store.working_days(session), store.corrected_days(session)
    return [
        DayOut(
            date=day,
            kind=calendar.kind(day),
            name=calendar.name(day),
            working=calendar.is_working(day),
            provisional=calendar.is_provisional(day.year),
            version=versions.get(day, 0),
        )
        for day in days(first, last)
    ]


@router.put("/calendar/{day}", allow=commands.SET_DAY.allow, status_code=204, summary="更正某一天")
def correct_day(
    day: Annotated[date, Path(ge=date(2000, 1, 1), le=date(2100, 12, 31), examples=["2026-10-10"])],
    body: DayIn,
    response: Response,
    version: IfMatch,
    ledger: LedgerDep,
    actor: ActorDep,
) -> None:
    """版本号见工作日历；没有更正过的日子是 "0"。"""
    new_version = commands.SET_DAY(ledger, actor, day, body.kind, body.name, body.source, version)
    set_etag(response, new_version)


@router.put(
    "/calendar/years/{year}",
    allow=commands.ANNOUNCE_YEAR.allow,
    status_code=204,
    summary="节假日通知已公布",
)
def announce_year(year: Year, body: Announcement, ledger: LedgerDep, actor: ActorDep) -> None:
    """录入通知文号并更正各日之后，该年不再标为暂定。"""
    commands.ANNOUNCE_YEAR(ledger, actor, year, body.source)


def _changed(current: YearFields, body: YearPatch) -> YearFields:
    sent = body.model_fields_set
    plain = {
        name: getattr(body, name)
        for name in ("title", "window_first", "window_last", "notice_date", "deadline")
        if name in sent
    }
    for name in ("window_first", "window_last"):
        if name in plain and plain[name] is None:
            raise Refusal("blank", "现场评审的起止日期不能为空。", field=name)
    policy = json.loads(policy_json(current.policy)) | body.policy
    weights = dict(DEFAULT_WEIGHTS if current.weights is None else current.weights) | body.weights
    return replace(
        current,
        **plain,
        policy=parse_policy(json.dumps(policy)),
        weights=parse_weights(json.dumps(weights)),
    )

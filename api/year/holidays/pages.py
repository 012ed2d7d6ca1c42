"""节假日页: the year's calendar with the office's corrections; a year without a notice says so."""

from __future__ import annotations

from calendar import Calendar
from datetime import date
from typing import Annotated

from fastapi import Form, Query, Request, Response
from sqlalchemy import select

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, NowDep
from api.kit.forms import FormDep
from api.kit.rendering import page
from api.year import commands
from expert_pool import store
from expert_pool.facts.working_days import WorkingDays
from expert_pool.tables import DayOverride

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=120)]
KINDS = {
    "holiday": "节假日",
    "makeup": "调休上班",
    "workday": "工作日",
    "closed": "本单位不办公",
    "weekend": "周末",
}


@router.get("/holidays", allow=P.READ_YEAR)
def show(
    request: Request,
    ledger: LedgerDep,
    now: NowDep,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Response:
    number = year or common.china_day(now).year
    with ledger.read() as session:
        calendar = store.working_days(session)
        rows = session.scalars(
            select(DayOverride)
            .where(DayOverride.day >= date(number, 1, 1), DayOverride.day <= date(number, 12, 31))
            .order_by(DayOverride.day)
        ).all()
    view = {
        "year": number,
        "provisional": calendar.is_provisional(number),
        "seen": " ".join(f"{row.day.isoformat()}={row.version}" for row in rows),
        "months": tuple(
            _month(calendar, number, month, {row.day for row in rows}) for month in range(1, 13)
        ),
        "overrides": tuple(
            {
                "uid": row.uid,
                "version": row.version,
                "day": f"{row.day.month}月{row.day.day}日",
                "kind": KINDS.get(row.kind, row.kind),
                "name": row.name,
                "source": row.source,
            }
            for row in rows
        ),
    }
    return page(request, "holidays.html", view)


def _month(calendar: WorkingDays, year: int, month: int, corrected: set[date]) -> dict[str, object]:
    weeks = tuple(
        tuple(_day(calendar, day, month, corrected) for day in week)
        for week in Calendar().monthdatescalendar(year, month)
    )
    return {"title": f"{month}月", "weeks": weeks}


def _day(calendar: WorkingDays, day: date, month: int, corrected: set[date]) -> dict[str, object]:
    if day.month != month:
        return {"number": "", "tone": "", "title": ""}
    kind = calendar.kind(day)
    tone = {"holiday": "holiday", "closed": "holiday", "makeup": "makeup", "weekend": "off"}.get(
        kind, ""
    )
    return {
        "number": day.day,
        "tone": f"{tone} override" if day in corrected else tone,
        "title": calendar.name(day),
    }


@router.post("/holidays", allow=commands.SET_DAY.allow)
def correct(
    day: Text,
    kind: Text,
    sent: FormDep,
    name: Text = "",
    source: Text = "",
    seen: Annotated[str, Form(max_length=8000)] = "",
) -> Response:
    """`seen`: the corrections that were on the page, so that two people do not overwrite each other
    unseen.
    """
    wanted = common.needed_date(day, "日期")
    return sent.carry_out(
        f"/holidays?year={wanted.year}",
        commands.SET_DAY,
        wanted,
        kind,
        name.strip(),
        source.strip(),
        _version_seen(seen, wanted),
    )


def _version_seen(seen: str, day: date) -> int:
    """From `2026-10-10=2 2026-02-14=1`; a day that is not there had no correction."""
    found = dict(part.split("=", 1) for part in seen.split() if "=" in part)
    version = found.get(day.isoformat(), "0")
    return int(version) if version.isdecimal() and len(version) < 9 else 0


@router.post("/holidays/announced", allow=commands.ANNOUNCE_YEAR.allow)
def announced(
    year: Annotated[int, Form(ge=2000, le=2100)], source: Text, sent: FormDep
) -> Response:
    return sent.carry_out(f"/holidays?year={year}", commands.ANNOUNCE_YEAR, year, source)

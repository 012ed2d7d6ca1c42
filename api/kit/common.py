"""各页共用: the day, the current year, how codes and dates are shown, and paging."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.orm import Session

from api.kit.days import DayKind, DayMark
from api.kit.parts import Option, People
from award.year import store as year_store
from expert_pool import store as expert_store
from expert_pool.core.actor import Viewer
from expert_pool.facts.industry import Industries
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.towns import Town, Towns
from expert_pool.facts.working_days import WorkingDays
from expert_pool.facts.zone import local_day

PAGE_ROWS = 50
FIRST_YEAR, LAST_YEAR = 1900, 2100
Row = TypeVar("Row")


@dataclass(frozen=True)
class Pager:
    """Where in a list; `before` and `after` are addresses, empty at the ends."""

    first: int
    last: int
    total: int
    before: str
    after: str


def paged(
    rows: Sequence[Row],
    number: int,
    path: str,
    query: Mapping[str, str],
    size: int = PAGE_ROWS,
    key: str = "page",
) -> tuple[tuple[Row, ...], Pager]:
    """One page of a list that was already cut to what the viewer may see. `key`: what the number is
    called in the address, where a page holds more lists than one.
    """
    start = max(number - 1, 0) * size
    shown = tuple(rows[start : start + size])
    kept = {name: value for name, value in query.items() if value}

    def at(page: int) -> str:
        return f"{path}?{urlencode({**kept, key: page})}"

    more = start + size < len(rows)
    pager = Pager(
        start + 1 if shown else 0,
        start + len(shown),
        len(rows),
        at(number - 1) if start else "",
        at(number + 1) if more else "",
    )
    return shown, pager


def china_day(now: datetime) -> date:
    return local_day(now)


def current_year(session: Session, viewer: Viewer) -> year_store.YearView | None:
    """本年度: the award year the viewer looks at, else the latest.

    Raises Refusal `not-found` for a year that was never opened.
    """
    if viewer.year is not None:
        return year_store.year(session, viewer, viewer.year)
    years = year_store.years(session, viewer)
    return max(years, key=lambda one: one.year) if years else None


def needed_year(session: Session, viewer: Viewer) -> year_store.YearView:
    """Raises Refusal `no-year` before the first year was opened."""
    year = current_year(session, viewer)
    if year is None:
        raise Refusal("no-year", "还没有评审年度，请先在“年度与规则”里建立。")
    return year


def chosen_year(session: Session, viewer: Viewer, number: int | None) -> year_store.YearView:
    """The year a page or form names, else the latest. Raises Refusal `not-found` or `no-year`."""
    if number is None:
        return needed_year(session, viewer)
    return year_store.year(session, viewer, number)


async def words_of(request: Request) -> dict[str, str]:
    """What was typed into a form whose fields are not known beforehand; files are left out."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def year_said(form: Mapping[str, str]) -> int | None:
    """The year a form names, which is read whole."""
    said = form.get("year", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) == 4 else None


def of_year(path: str, number: int | None) -> str:
    """Back to the page of the year a form was about, at its place (`#...`)."""
    page, mark, place = path.partition("#")
    return (f"{page}?year={number}" if number else page) + mark + place


def marks(calendar: WorkingDays) -> DayKind:
    """How the calendar pages see a day; an ordinary weekend needs no name."""

    def mark(day: date) -> DayMark:
        name = calendar.name(day)
        return DayMark(calendar.is_working(day), "" if name == "周末" else name)

    return mark


def industry_words(code: str) -> str:
    """1763 针织或钩针编织品制造."""
    name = Industries.load().name(code) if Industries.load().known(code) else ""
    return f"{code} {name}".strip()


def town_words(code: str | None, text: str) -> str:
    town = Towns.load().get(code) if code else None
    return town.name if town else text


def beside(read: str, written: str) -> str:
    """大专（原文：大学专科）: what was read, and the words where they say more."""
    return f"{read}（原文：{written}）" if written and written != read else read


def month_words(day: date | None, precision: str | None) -> str:
    """1977年7月 when only the month is known."""
    if day is None:
        return ""
    if precision == "year":
        return f"{day.year}年"
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if precision == "day" else "")


def date_words(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def read_date(text: str, field: str) -> date | None:
    """A date field of a form; empty is None.

    Raises Refusal `bad-date`, for a year no record can be from too.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("bad-date", f"{field}应是 2026-09-07 这样的日期。") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refusal("bad-date", f"{field}应在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间，请检查年份。")
    return day


def read_percent(text: str) -> float | None:
    """A percentage of a form, as people write it: 3, 3.5%, full width too; empty is None."""
    said = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        number = math.nan
    if not 0 < number <= 100:
        raise Refusal(
            "out-of-range", "持股比例应是大于 0、不超过 100 的数，如 3.5。", field="percent"
        )
    return round(number, 4)


def needed_date(text: str, field: str) -> date:
    day = read_date(text, field)
    if day is None:
        raise Refusal("bad-date", f"请填写{field}。")
    return day


def chosen(answer: str, yes: str, no: str) -> bool:
    """Which of two buttons was pressed; a form sent without one decides nothing."""
    if answer not in (yes, no):
        raise Refusal("invalid", "没有选择怎样决定，请按相应的按钮。")
    return answer == yes


def zhuji_towns() -> tuple[Town, ...]:
    """The 23 towns, for a list to choose from."""
    return Towns.load().zhuji


MOST_TO_CHOOSE = 500  # people in one drop-down; of more a person says first whom she looks for


def people_to_choose(session: Session, viewer: Viewer, wanted: str, but: str = "") -> People:
    """Everybody but one for a form's drop-down; where that is too many, those whom `wanted` (name,
    pinyin, employer) finds.
    """
    wanted = wanted.strip()
    found = expert_store.named(session, viewer, wanted, MOST_TO_CHOOSE + 1)
    cut = len(found) > MOST_TO_CHOOSE
    shown = () if cut and not wanted else found[:MOST_TO_CHOOSE]
    options = (Option(uid, f"{name}（{employer}）") for uid, name, employer in shown if uid != but)
    return People(tuple(options), cut or bool(wanted), wanted)

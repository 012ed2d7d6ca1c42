"""新建年度页: before the notice the clerk asks what of last year still holds, and what has to be
decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, TodayDep, ViewerDep
from api.kit.parts import Field
from api.kit.rendering import page, see_other, to_year
from assignment.goals import GOALS
from award.year import opening
from award.year import store as year_store
from award.year.core.policy import DEFAULT_WEIGHTS, EMPLOYERS, LEVELS, REGIMES, YearPolicy
from expert_pool import store

router = Router(include_in_schema=False)
P = Permission
SAME_WEEKDAY = timedelta(days=364)

# What no earlier year can decide: what, when it is needed, and the page where it is decided.
ANEW = (
    ("现场评审的起止日期", "专家按它填写可参加时间", ""),
    ("通知日期、申报截止日期", "通知之日起，办法和评审标准固定下来；回避从截止日期往前追溯", ""),
    ("评审组数、组织名称公布日", "申报家数定了以后", "/year"),
    ("评分的锁定期限", "资料评审开始前", "/steps/settings"),
    ("所依据的办法", "办法或标准有了新的版本，通知以前登记", "/steps/rules"),
    ("评审标准的分值", "须由两个人逐条对照标准原文", "/steps/rubric"),
    ("审委会名单", "综合评价报告出具时固定", "/decision/vote"),
    ("专家的可参加时间和年度声明", "逐人填写、签署；不填的不视为有空", "/round"),
    ("聘期届满的专家", "续聘或者解聘", "/pool"),
)


@dataclass(frozen=True)
class Part:
    """One part that may be taken over, with what is in it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class OpeningPage:
    basics: tuple[Field, ...]
    earlier: int
    others: tuple[int, ...]
    parts: tuple[Part, ...]
    anew: tuple[tuple[str, str, str], ...]
    provisional: int | None  # the year whose holidays are not announced


@router.get("/year/new", allow=P.EDIT_YEAR)
def show(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep, of: int | None = None
) -> Response:
    with ledger.read() as session:
        years = year_store.years(session, viewer)
        if not years:
            return see_other(request, "/year")
        earlier = next((one for one in years if one.year == of), years[0])
        number = max(years[0].year + 1, today.year)
        first, last = _window(earlier.fields, number)
        view = OpeningPage(
            basics=_basics(number, first, last),
            earlier=earlier.year,
            others=tuple(one.year for one in years if one.year != earlier.year),
            parts=_parts(session, earlier),
            anew=ANEW,
            provisional=number if store.working_days(session).is_provisional(number) else None,
        )
    return page(request, "year_new.html", view)


def _parts(session: Session, earlier: year_store.YearView) -> tuple[Part, ...]:
    """What there is to take over."""
    settings = len(opening.settings_to_carry(session, earlier.year))
    texts = opening.texts_to_carry(session, earlier.year)
    parts = [
        Part("rules", "编组规则", _rules_words(earlier.fields.policy)),
        Part("weights", "目标权重", _weights_words(earlier.fields)),
    ]
    if settings:
        parts.append(Part("settings", "实施细则的设置", f"{settings} 项，出处一并带过来并注明"))
    if texts:
        parts.append(Part("texts", "评审标准的原文", f"{texts} 段"))
    return tuple(parts)


def _window(fields: year_store.YearFields, number: int) -> tuple[date, date]:
    """The same weekdays as last time."""
    away = SAME_WEEKDAY * (number - fields.window_first.year)
    return fields.window_first + away, fields.window_last + away


def _basics(number: int, first: date, last: date) -> tuple[Field, ...]:
    return (
        Field("year", "年度", str(number), kind="number", required=True),
        Field("title", "名称", f"{number}年度诸暨市政府质量奖", required=True),
        Field(
            "window_first",
            "现场评审自",
            first.isoformat(),
            kind="date",
            required=True,
            hint="按往年同一周的同一天推算，请核对",
        ),
        Field("window_last", "至", last.isoformat(), kind="date", required=True),
        Field("notice_date", "通知发布日期", kind="date", hint="未定可以留空"),
        Field("deadline", "申报截止日期", kind="date", hint="未定可以留空"),
    )


def _rules_words(policy: YearPolicy) -> str:
    low, high = policy.group_size
    return "；".join(
        (
            f"每组 {low}–{high} 人",
            REGIMES[policy.regime],
            f"行业对口到{LEVELS[policy.industry_level]}",
            f"同单位专家{EMPLOYERS[policy.same_employer]}",
            f"每人每年最多 {policy.max_effort} 个半天",
        )
    )


def _weights_words(fields: year_store.YearFields) -> str:
    weights = DEFAULT_WEIGHTS if fields.weights is None else fields.weights
    titles = [goal.title for goal in GOALS if weights.get(goal.id)]
    if dict(weights) == dict(DEFAULT_WEIGHTS):
        return "与通常的相同"
    return f"考虑 {len(titles)} 项：{'、'.join(titles[:5])}{'等' if len(titles) > 5 else ''}"


@router.post("/year/new", allow=P.EDIT_YEAR)
def save(
    request: Request,
    actor: ActorDep,
    ledger: LedgerDep,
    year: Annotated[int, Form(ge=2000, le=2100)],
    title: Annotated[str, Form(max_length=100)],
    window_first: Annotated[str, Form(max_length=20)],
    window_last: Annotated[str, Form(max_length=20)],
    earlier: Annotated[int, Form(ge=2000, le=2100)],
    notice_date: Annotated[str, Form(max_length=20)] = "",
    deadline: Annotated[str, Form(max_length=20)] = "",
    part: Annotated[list[str] | None, Form()] = None,
) -> Response:
    wanted = year_store.YearFields(
        title.strip(),
        common.needed_date(window_first, "现场评审开始日期"),
        common.needed_date(window_last, "现场评审结束日期"),
        common.read_date(notice_date, "通知发布日期"),
        common.read_date(deadline, "申报截止日期"),
    )
    with ledger.write(actor) as uow:
        opening.open_after(uow, year, wanted, earlier, part or ())
        newest = max(year_store.numbers(uow.session))
        uow.commit()
    # The page of the new year, whatever year this one was opened from.
    return to_year(request, year if year != newest else None, "/year", "year-opened")

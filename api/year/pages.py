"""年度与规则页: the window of visits, the rules of article 10 as the year has them, and the weights
of the goals.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.parts import Field, Option
from api.kit.rendering import page, see_other
from assignment.goals import GOALS
from award.year import store as year_store
from award.year import years as award_years
from award.year.core.policy import (
    DEFAULT_WEIGHTS,
    EMPLOYERS,
    LEVELS,
    REGIMES,
    YearPolicy,
    parse_policy,
)
from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger

router = Router(include_in_schema=False)
P = Permission
FLAGS = {
    "quality_required": "每组至少一名质量管理专家",
    "leader_required": "每组须有一名组长",
    "declaration_required": "须签署年度声明才可编组",
    "appointment_required": "须在聘期内才可编组",
}
NUMBERS = {
    "same_day_travel_minutes": ("同一天两家之间的路程上限（分钟）", ""),
    "max_effort": ("每位专家每年最多（半天）", ""),
    "max_groups": ("每位专家最多参加的组数", ""),
    "visit_unknown": ("人数不明时的现场时长（半天）", ""),
    "desk_effort": ("每家的资料评审工作量（半天）", ""),
    "carried_years": ("往年工作量计入几年", ""),
    "answer_days": ("专家几天内答复任务", ""),
}
SPANS = {"group_size": "每组人数", "groups": "评审组数"}


@router.get("/year", allow=P.READ_YEAR)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep) -> Response:
    with ledger.read() as session:
        year = common.current_year(session, viewer)
    return page(request, "year.html", view_of(year, common.china_day(now)))


def view_of(year: year_store.YearView | None, today: date) -> Mapping[str, object]:
    if year is None:
        fields = year_store.YearFields("", date(today.year, 9, 7), date(today.year, 9, 25))
        number = today.year
    else:
        fields, number = year.fields, year.year
    return {
        "exists": year is not None,
        "version": year.version if year else 0,
        "subtitle": f"{number} 年度" if year else "先定现场评审的时间范围，其他以后都可以改。",
        "basics": _basics(fields, number, year is not None),
        "rules": _rules(fields.policy) if year else (),
        "weights": _weights(fields.weights or DEFAULT_WEIGHTS) if year else (),
    }


def _basics(fields: year_store.YearFields, number: int, exists: bool) -> tuple[Field, ...]:
    title = fields.title or f"{number}年度诸暨市政府质量奖"
    first = () if exists else (Field("year", "年度", str(number), kind="number", required=True),)
    return (
        *first,
        Field("title", "名称", title, required=True, wide=exists),
        Field(
            "window_first",
            "现场评审自",
            fields.window_first.isoformat(),
            kind="date",
            required=True,
        ),
        Field("window_last", "至", fields.window_last.isoformat(), kind="date", required=True),
        Field("notice_date", "通知发布日期", _iso(fields.notice_date), kind="date"),
        Field(
            "deadline",
            "申报截止日期",
            _iso(fields.deadline),
            kind="date",
            hint="回避情形的回溯年限从这一天往前算",
        ),
    )


def _rules(policy: YearPolicy) -> tuple[Field, ...]:
    fields: list[Field] = []
    for name, title in SPANS.items():
        span = getattr(policy, name)
        for part, words in ((0, "最少"), (1, "最多")):
            value = "" if span is None else str(span[part])
            hint = (
                "不填则按申报家数推算"
                if name == "groups"
                else "办法第十条：一般 3 名以上"
                if part == 0
                else ""
            )
            fields.append(
                Field(f"{name}_{part}", f"{title}（{words}）", value, kind="number", hint=hint)
            )
    fields.append(
        Field(
            "max_parallel_visits",
            "同一时段最多几家",
            "" if policy.max_parallel_visits is None else str(policy.max_parallel_visits),
            kind="number",
            hint="不填则不限制",
        )
    )
    for name, choices in (
        ("regime", REGIMES),
        ("industry_level", LEVELS),
        ("same_employer", EMPLOYERS),
    ):
        title = {
            "regime": "编组方式",
            "industry_level": "行业对口的最低级别",
            "same_employer": "同单位专家",
        }[name]
        fields.append(
            Field(
                name,
                title,
                options=tuple(
                    Option(v, t, chosen=v == getattr(policy, name)) for v, t in choices.items()
                ),
            )
        )
    fields += [
        Field(name, title, str(getattr(policy, name)), kind="number", hint=hint)
        for name, (title, hint) in NUMBERS.items()
    ]
    fields += [
        Field(
            name,
            title,
            options=tuple(
                Option(v, t, chosen=(v == "yes") is getattr(policy, name))
                for v, t in (("yes", "是"), ("no", "否"))
            ),
        )
        for name, title in FLAGS.items()
    ]
    hint = "不填则专家接受任务后即可看到；接受之前任何人都看不到自己评哪家"
    fields.append(
        Field("disclose_from", "组织名称公布日", _iso(policy.disclose_from), kind="date", hint=hint)
    )
    return tuple(fields)


def _weights(weights: Mapping[str, int]) -> tuple[Field, ...]:
    return tuple(
        Field(
            f"weight_{goal.id}",
            goal.title,
            str(weights.get(goal.id, 0)),
            kind="number",
            hint=goal.meaning,
        )
        for goal in GOALS
    )


@router.post("/year", allow=P.EDIT_YEAR)
async def save(request: Request, actor: ActorDep, viewer: ViewerDep, ledger: LedgerDep) -> Response:
    form = await common.words_of(request)
    opened = await run_in_threadpool(_save, form, actor, viewer, ledger)
    return see_other(request, *(("/", "first-year") if opened else ("/year", "year")))


def _save(form: Mapping[str, str], actor: Actor, viewer: ViewerDep, ledger: Ledger) -> bool:
    """Whether it was the office's first year that was opened."""
    with ledger.write(actor) as uow:
        year = common.current_year(uow.session, viewer)
        if year is None:
            award_years.open_year(uow, _number(form, "year", "年度"), _fields(form, None))
        else:
            award_years.edit_year(
                uow, year.year, _number(form, "version", "版本"), _fields(form, year)
            )
        uow.commit()
    return year is None


def _fields(form: Mapping[str, str], year: year_store.YearView | None) -> year_store.YearFields:
    policy = year.fields.policy if year else YearPolicy()
    weights = None
    if year is not None:
        policy = _read_policy(form, policy)
        weights = {goal.id: _number(form, f"weight_{goal.id}", goal.title) for goal in GOALS}
    return year_store.YearFields(
        form.get("title", "").strip(),
        common.needed_date(form.get("window_first", ""), "现场评审开始日期"),
        common.needed_date(form.get("window_last", ""), "现场评审结束日期"),
        common.read_date(form.get("notice_date", ""), "通知发布日期"),
        common.read_date(form.get("deadline", ""), "申报截止日期"),
        policy,
        weights,
    )


def _read_policy(form: Mapping[str, str], before: YearPolicy) -> YearPolicy:
    """The rules as the form has them, checked where every policy is checked."""
    values = asdict(before)
    for name, title in SPANS.items():
        parts = [form.get(f"{name}_{part}", "").strip() for part in (0, 1)]
        values[name] = (
            [_number({name: part}, name, title) for part in parts] if any(parts) else None
        )
    parallel = form.get("max_parallel_visits", "").strip()
    values["max_parallel_visits"] = (
        _number(form, "max_parallel_visits", "同一时段家数") if parallel else None
    )
    values |= {name: form.get(name, "") for name in ("regime", "industry_level", "same_employer")}
    values |= {name: _number(form, name, title) for name, (title, _) in NUMBERS.items()}
    values |= {name: form.get(name) == "yes" for name in FLAGS}
    values["disclose_from"] = form.get("disclose_from", "").strip() or None
    return parse_policy(json.dumps(values))


def _number(form: Mapping[str, str], name: str, title: str) -> int:
    text = form.get(name, "").strip()
    if not text.isdecimal() or len(text) > 9:
        raise Refusal("bad-policy", f"{title}应是整数。", field=name)
    return int(text)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

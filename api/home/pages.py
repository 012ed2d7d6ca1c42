"""今日: the clerk, the approver or the inspector opens it every morning of the award year and asks
what waits, for whom, since when, and what is next.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import chain

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.home import steps, views, waiting
from api.home.views import Facts
from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import ActorDep, HiddenDep, LedgerDep, NowDep, ViewerDep
from api.kit.parts import Stat
from api.kit.rendering import page, see_other
from api.signin.entrance import pages as entrance
from api.year.steps.views import Nine, nine_steps
from award.applicants.core.applicant import AWARDS
from award.duties import rounds
from award.groups import standing as yearly
from award.groups import store as plan_store
from award.groups.core import unfit
from award.groups.core.book import day_zh
from award.year import store as year_store
from award.year.core import stages
from expert_pool import imported
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALVES, HalfDay

router = Router(include_in_schema=False)
P = Permission
SHOWN = 8  # rows of the list of experts who cannot be used; the rest is one click away


@router.get("/", allow=P.OWN_SESSION)
def show(
    request: Request,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    now: NowDep,
    hidden: HiddenDep,
) -> Response:
    if not may(viewer.role, P.READ_YEAR):
        return see_other(request, entrance.first_page(viewer.role))
    today = common.china_day(now)
    with ledger.asking(actor) as uow:
        year = common.current_year(uow.session, viewer)
        if year is None:
            return see_other(request, "/year")
        facts = _facts(uow.session, viewer, year, today)
        if may(viewer.role, P.IMPORT):
            rows = imported.refused_rows(uow.session, viewer, hidden)
            facts = replace(
                facts, refused=tuple(one for one in rows if one.year in (None, year.year))
            )
        asked = waiting.Asked(uow.session, viewer, year.year, today)
        nine = nine_steps(uow, viewer, year) if year.stage else None
        view = _view(facts, asked, nine)
    counts = {"/import": facts.batches, "/round": facts.waiting}
    return page(request, "home.html", view, counts=counts)


def _facts(session: Session, viewer: Viewer, year: year_store.YearView, today: date) -> Facts:
    asked = rounds.standing(session, viewer, year.year, today)
    jobs = [job for job in plan_store.jobs(session, viewer, year.year) if job.kind is None]
    return Facts(
        yearly.standing(session, year.year),
        sum(row.status == "open" for row in imported.import_batches(session, viewer)),
        len(asked.waiting),
        len(asked.asked),
        yearly.newest_plan(session, viewer, year.year),
        jobs[0] if jobs else None,
        plan_store.published(session, viewer, year.year),
    )


def _view(facts: Facts, asked: waiting.Asked, nine: Nine | None) -> views.HomePage:
    data, viewer = facts.standing.facts, asked.viewer
    unable = _unable(facts)
    rows = steps.steps(facts, viewer)
    if nine is not None and stages.reached(nine.stage, "evaluation"):
        rows = ()  # the groups are behind it
    current = next((step for step in rows if step.state == "now"), None)
    over = asked.today > data.year.fields.window_last  # nobody is asked for those days any more
    todos = waiting.todos(asked, facts)
    letters = next((one for one in todos if one.link == waiting.WRITE), None)
    if rows and (current or not nine):
        step = steps.next_step(facts, viewer, current, over, letters)
        if asked.looks_on and step.label:
            step = replace(step, label=waiting.LOOK)
    else:
        step = None
    if current is None:
        step = steps.visits_today(facts.published, asked.today) or step
    return views.HomePage(
        title="今日" if viewer.year is None else f"{data.year.year} 年度",
        facts=_head(data.year.fields, len(data.days), asked.today),
        nine=nine,
        steps=rows,
        next=step,
        todos=tuple(one for one in todos if step is None or one.title != step.title),
        stats=_stats(facts, viewer),
        news=waiting.news(asked),
        supply=None if over else _supply(facts),
        unassignable=() if over else unable[:SHOWN],
        unassignable_total=len(unable),
    )


def _head(fields: year_store.YearFields, days: int, today: date) -> tuple[str, ...]:
    """The day, and the days of the year that everybody has in mind."""
    first, last = fields.window_first, fields.window_last
    head = [
        day_zh(today),
        f"现场评审 {first.month}月{first.day}日–{last.month}月{last.day}日，{days} 个工作日"
        + _away(first, last, today),
    ]
    if fields.deadline:
        head.append(f"申报截止 {fields.deadline.month}月{fields.deadline.day}日")
    return tuple(head)


def _away(first: date, last: date, today: date) -> str:
    if today > last:
        return "（已结束）"
    return f"（还有 {(first - today).days} 天）" if today < first else "（正在进行）"


def _unable(facts: Facts) -> tuple[views.Unassignable, ...]:
    names = {expert.uid: expert.fields for expert in facts.standing.facts.experts}
    return tuple(
        views.Unassignable(
            uid, names[uid].name, names[uid].employer, tuple(map(unfit.badge, reasons))
        )
        for uid, reasons in facts.standing.reasons.items()
        if reasons
    )


def _stats(facts: Facts, viewer: Viewer) -> tuple[Stat, ...]:
    data, reasons = facts.standing.facts, facts.standing.reasons
    awards = "，".join(
        f"{title} {sum(row.fields.award == code for row in data.applicants)} 家"
        for code, title in AWARDS.items()
    )
    able = [expert for expert in data.experts if not reasons[expert.uid]]
    leaders, quality = (
        sum(bool(one.fields.leader) for one in able),
        sum(bool(one.fields.quality) for one in able),
    )
    pairs = {tie[:2] for tie in data.ties.barred if tie[1] not in viewer.conflicted}
    soft = {tie[:2] for tie in data.ties.soft if tie[1] not in viewer.conflicted} - pairs
    return (
        Stat("可编组专家", str(len(able)), f"/ {len(data.experts)} 人"),
        Stat("申报组织", str(len(data.applicants)), "家", awards),
        Stat("组长人选", str(leaders), "人", f"质量管理专家 {quality} 人"),
        Stat("须回避", str(len(pairs)), "对", f"另有 {len(soft)} 对尽量不安排"),
    )


def _supply(facts: Facts) -> views.Supply | None:
    data, reasons = facts.standing.facts, facts.standing.reasons
    able = [expert for expert in data.experts if not reasons[expert.uid]]
    if not able:
        return None
    away = Counter(chain.from_iterable(expert.absences or () for expert in able))
    counts = [
        (day, half, len(able) - away[HalfDay(day, half)]) for day in data.days for half in HALVES
    ]
    return views.supply_chart(counts, data.year.fields.policy.group_size[0])

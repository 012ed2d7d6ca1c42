"""首页: where the year stands and the one next step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.home import views, waiting
from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import HiddenDep, LedgerDep, NowDep, ViewerDep
from api.kit.parts import Stat
from api.kit.rendering import page, see_other
from api.signin.entrance import pages as entrance
from award.applicants.core.applicant import AWARDS
from award.duties import rounds
from award.groups import standing as yearly
from award.groups import store as plan_store
from award.groups.core import unfit
from award.year import store as year_store
from expert_pool import store
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALVES

router = Router(include_in_schema=False)
P = Permission
SHOWN = 8  # rows of the list of experts who cannot be used; the rest is one click away


@dataclass(frozen=True)
class Facts:
    """What the first page is made of."""

    standing: yearly.Standing
    batches: int  # imports waiting for a person
    waiting: int  # experts in use who have not answered
    asked: int
    plan: plan_store.PlanRow | None
    job: plan_store.JobView | None
    todos: tuple[views.Todo, ...] = ()
    news: tuple[str, ...] = ()
    refused: tuple[store.RefusedView, ...] = ()  # rows of imports that stayed out


@router.get("/", allow=P.OWN_SESSION)
def show(
    request: Request, viewer: ViewerDep, ledger: LedgerDep, now: NowDep, hidden: HiddenDep
) -> Response:
    if not may(viewer.role, P.READ_YEAR):
        return see_other(request, entrance.first_page(viewer.role))
    with ledger.read() as session:
        year = common.current_year(session, viewer)
        if year is None:
            return see_other(request, "/year")
        facts = _facts(session, viewer, year, common.china_day(now))
        if may(viewer.role, P.IMPORT):
            facts = replace(facts, refused=store.refused_rows(session, viewer, hidden))
        view = _view(facts, viewer)
    counts = {"/import": facts.batches, "/round": facts.waiting}
    return page(request, "home.html", view, counts=counts)


def _facts(session: Session, viewer: Viewer, year: year_store.YearView, today: date) -> Facts:
    standing = yearly.standing(session, year.year)
    asked = rounds.standing(session, viewer, year.year, today)
    batches = sum(row.status == "open" for row in store.import_batches(session, viewer))
    jobs = [job for job in plan_store.jobs(session, viewer, year.year) if job.kind is None]
    plan = yearly.newest_plan(session, viewer, year.year)
    waits = waiting.Asked(session, viewer, year.year, today)
    return Facts(
        standing,
        batches,
        len(asked.waiting),
        len(asked.asked),
        plan,
        jobs[0] if jobs else None,
        todos=waiting.todos(waits, plan, plan_store.published(session, viewer, year.year)),
        news=waiting.news(waits),
    )


def _view(facts: Facts, viewer: Viewer) -> views.HomePage:
    data = facts.standing.facts
    fields = data.year.fields
    head = [
        "现场评审"
        f" {fields.window_first.month}月{fields.window_first.day}日–{fields.window_last.month}"
        f"月{fields.window_last.day}日"
    ]
    head.append(f"{len(data.days)} 个工作日")
    if fields.deadline:
        head.append(f"申报截止 {fields.deadline.month}月{fields.deadline.day}日")
    names = {expert.uid: expert for expert in data.experts}
    unable = [
        views.Unassignable(
            uid,
            names[uid].fields.name,
            names[uid].fields.employer,
            tuple(map(unfit.badge, reasons)),
        )
        for uid, reasons in facts.standing.reasons.items()
        if reasons
    ]
    steps = _steps(facts, viewer)
    return views.HomePage(
        year=data.year.year,
        title=f"{data.year.year} 年度",
        facts=tuple(head),
        steps=steps,
        next=_next(facts, viewer, next((step for step in steps if step.state == "now"), None)),
        todos=_todos(facts, viewer, len(unable)),
        stats=_stats(facts, viewer),
        news=facts.news,
        supply=_supply(facts),
        unassignable=tuple(unable[:SHOWN]),
        unassignable_total=len(unable),
    )


def _steps(facts: Facts, viewer: Viewer) -> tuple[views.Step, ...]:
    data, plan = facts.standing.facts, facts.plan
    status = plan.status if plan and plan.status != "withdrawn" else ""
    rows: list[tuple[str, str, bool, str]] = [
        (
            "导入专家",
            "/import",
            bool(data.experts),
            f"{len(data.experts)} 人" if data.experts else "还没有",
        ),
        (
            "导入申报组织",
            "/import",
            bool(data.applicants),
            f"{len(data.applicants)} 家" if data.applicants else "还没有",
        ),
        (
            "回答待确认问题",
            "/import",
            bool(data.experts and data.applicants) and not facts.batches,
            _batch_words(facts),
        ),
        (
            "收集时间与声明",
            "/round",
            facts.asked > 0 and not facts.waiting,
            f"{facts.asked - facts.waiting} / {facts.asked} 已完成",
        ),
        ("编组", "/board", bool(status), _plan_words(facts)),
        (
            "复核批准",
            "/board",
            status in ("approved", "published"),
            (plan.approved_name if plan else "") or ("待批准" if status else ""),
        ),
        ("发布", "/board", status == "published", _published_words(plan)),
    ]
    # A plan made with the answers at hand settles the step of collecting: nobody has to wait for
    # the last expert.
    current = next(
        (n for n, row in enumerate(rows) if not row[2] and not (n == 3 and status)), None
    )
    steps = []
    for position, (title, path, done, text) in enumerate(rows):
        state: views.StepState = "done" if done else "now" if position == current else "todo"
        if (
            not done
            and state == "todo"
            and position in (2, 3)
            and data.experts
            and (current is None or position < current)
        ):
            state = "attention"
        steps.append(views.Step(position + 1, title, _open_path(viewer, path), state, text))
    return tuple(steps)


def _open_path(viewer: Viewer, path: str) -> str:
    """The page, or nothing for somebody who may not import."""
    return "" if path == "/import" and not may(viewer.role, P.IMPORT) else path


def _batch_words(facts: Facts) -> str:
    return (
        f"{facts.batches} 份待确认"
        if facts.batches
        else "没有待确认"
        if facts.standing.facts.experts
        else ""
    )


def _plan_words(facts: Facts) -> str:
    if facts.plan and facts.plan.status != "withdrawn":
        return f"第 {facts.plan.number} 版"
    return "正在编组" if _running(facts) else "未开始"


def _published_words(plan: plan_store.PlanRow | None) -> str:
    return (
        common.date_words(common.china_day(plan.published_at)) if plan and plan.published_at else ""
    )


def _running(facts: Facts) -> bool:
    return facts.job is not None and not facts.job.over


def _next(facts: Facts, viewer: Viewer, step: views.Step | None) -> views.NextStep:
    edit = may(viewer.role, P.EDIT_PLANS)
    able, cases = facts.standing.able, len(facts.standing.facts.applicants)
    if step is None:
        return views.NextStep(
            "本年度方案已发布",
            "可以下载名单、日程表和日历文件，专家也能在自己的页面看到任务。",
            "/calendar",
            "查看日程",
        )
    if step.number <= 3:
        titles = ("导入专家台账", "导入申报组织汇总表", f"有 {facts.batches} 份导入待确认")
        texts = (
            "直接上传办公室现用的 Excel 表，先试读再写入。",
            "上传后核对行业和接待时间。",
            "回答疑问并写入名册；不回答的按未知处理。",
        )
        path = _open_path(viewer, "/import")
        label = ("去确认" if step.number == 3 else "去导入") if path else ""
        return views.NextStep(titles[step.number - 1], texts[step.number - 1], path, label)
    if step.number == 4:
        low = facts.standing.facts.year.fields.policy.group_size[0]
        text = f"现在有 {able} 位专家可以编组，{cases} 家申报组织。" + (
            "也可以先用现有的答复开始编组。" if able >= low * 2 else ""
        )
        return views.NextStep(
            f"请 {facts.waiting} 位专家填写时间、签署声明", text, "/round", "去收集"
        )
    if step.number == 5:
        if _running(facts):
            return views.NextStep(
                "正在编组", "可以离开此页，结果会自动保存为草案。", "/board", "看进度"
            )
        return views.NextStep(
            "开始编组",
            f"{able} 位专家、{cases} 家申报组织，由程序提出方案，再由您调整。",
            "/board",
            "去编组",
        )
    if step.number == 6:
        if may(viewer.role, P.APPROVE_PLANS):
            return views.NextStep(
                "复核并批准编组方案", "请核对各组成员、回避和日程，无误后批准。", "/board", "去复核"
            )
        return views.NextStep(
            "请负责人复核批准", "方案由编制人以外的人批准；批准前仍可调整。", "/board", "查看方案"
        )
    return views.NextStep(
        "发布方案",
        "发布后此版本不再改动，专家可以看到自己的任务。",
        "/board",
        "去发布" if edit else "查看方案",
    )


def _todos(facts: Facts, viewer: Viewer, unable: int) -> tuple[views.Todo, ...]:
    data = facts.standing.facts
    found = list(facts.todos)
    if unable:
        found.append(
            views.Todo(f"{unable} 位专家暂不能编组", _why_counts(facts), "#unassignable", "看名单")
        )
    if facts.batches:
        found.append(
            views.Todo(
                f"{facts.batches} 份导入待确认",
                "确认后才写入名册",
                _open_path(viewer, "/import"),
                "去确认",
            )
        )
    if facts.refused:
        found.append(
            views.Todo(
                f"{len(facts.refused)} 行导入时没有写入",
                _refused_words(facts.refused),
                "/import#refused",
                "去处理",
                "bad",
            )
        )
    unclear = [row.fields.name for row in data.applicants if not row.fields.industries]
    if unclear:
        found.append(
            views.Todo(
                f"{len(unclear)} 家申报组织行业未确认",
                "无法匹配对口专家，不参加编组",
                "/applicants",
                "看名单",
                "bad",
            )
        )
    for year in data.provisional_years:
        found.append(
            views.Todo(
                f"{year} 年节假日安排未公布",
                "日历按推算，公布后须核对",
                f"/holidays?year={year}",
                "核对",
            )
        )
    if facts.plan and facts.plan.status == "draft" and not facts.plan.ok:
        found.append(
            views.Todo("方案草案违反规则", "调整或重新编组后才能批准", "/board", "查看", "bad")
        )
    if (
        facts.job
        and facts.job.status == "failed"
        and (facts.plan is None or facts.plan.status == "draft")
    ):
        title = "有的申报组织排不上" if facts.job.plan_uid else "上次编组没有成功"
        found.append(views.Todo(title, "原因和可行的办法见编组页", "/board", "查看", "bad"))
    return tuple(found)


def _refused_words(rows: tuple[store.RefusedView, ...]) -> str:
    """Who is missing: 申报组织 1 家（诸暨市…），专家 2 人."""
    words = []
    for kind, title in (("applicants", "申报组织"), ("experts", "专家"), ("records", "记录")):
        names = [row.name or f"第 {row.row} 行" for row in rows if row.kind == kind]
        if names:
            some = "、".join(names[:3]) + (" 等" if len(names) > 3 else "")
            words.append(f"{title} {len(names)} 行（{some}）")
    return "，".join(words)


def _why_counts(facts: Facts) -> str:
    counts = Counter(
        kind
        for reasons in facts.standing.reasons.values()
        for kind in sorted({unfit.kind(reason) for reason in reasons})
    )
    return "，".join(
        f"{name} {count} 人"
        for name, count in sorted(counts.items(), key=lambda item: -item[1])[:3]
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
    counts = [
        (day, half, sum((day, half) not in (expert.absences or ()) for expert in able))
        for day in data.days
        for half in HALVES
    ]
    return views.supply_chart(counts, data.year.fields.policy.group_size[0])

"""编组准备七步: what the page says of each, and what it tells to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from api.home.views import Facts, NextStep, Step, Todo
from api.kit import common
from api.kit.access import Permission, may
from award.groups.core import preparing
from award.groups.core.book import group_name
from award.groups.core.preparing import (
    ANSWERS,
    APPLICANTS,
    APPROVAL,
    EXPERTS,
    GROUPS,
    PUBLICATION,
    QUESTIONS,
)
from award.groups.store import PlanView
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALF_ZH

P = Permission
PUBLISHED = "方案已经发布。专家收到通知、接受任务，才看得到评哪几家、哪几天去。"
# Title and page of each step.
TITLES: Mapping[str, tuple[str, str]] = {
    EXPERTS: ("导入专家", "/import"),
    APPLICANTS: ("导入申报组织", "/import"),
    QUESTIONS: ("回答待确认问题", "/import"),
    ANSWERS: ("收集时间与声明", "/round"),
    GROUPS: ("编组", "/board"),
    APPROVAL: ("复核批准", "/board"),
    PUBLICATION: ("发布", "/board"),
}


def steps(facts: Facts, viewer: Viewer) -> tuple[Step, ...]:
    return tuple(
        Step(
            step.number,
            TITLES[step.id][0],
            _open_path(viewer, TITLES[step.id][1]),
            step.state,
            _WORDS[step.id](facts),
            step.id,
        )
        for step in preparing.steps(_counts(facts))
    )


def _counts(facts: Facts) -> preparing.Facts:
    data, plan = facts.standing.facts, facts.plan
    return preparing.Facts(
        len(data.experts),
        len(data.applicants),
        facts.batches,
        facts.asked,
        facts.waiting,
        plan.status if plan and plan.status != "withdrawn" else "",
    )


def _open_path(viewer: Viewer, path: str) -> str:
    """The page, or nothing for somebody who may not import."""
    return "" if path == "/import" and not may(viewer.role, P.IMPORT) else path


def _batches(facts: Facts) -> str:
    if facts.batches:
        return f"{facts.batches} 份待确认"
    return "没有待确认" if facts.standing.facts.experts else ""


def _groups(facts: Facts) -> str:
    if facts.plan and facts.plan.status != "withdrawn":
        return facts.plan.edition
    return "正在编组" if facts.running else "未开始"


def _approval(facts: Facts) -> str:
    if facts.plan is None or facts.plan.status == "withdrawn":
        return ""
    return facts.plan.approved_name or "待批准"


def _published(facts: Facts) -> str:
    at = facts.plan.published_at if facts.plan else None
    return common.date_words(common.china_day(at)) if at else ""


_WORDS: Mapping[str, Callable[[Facts], str]] = {
    EXPERTS: lambda facts: f"{n} 人" if (n := len(facts.standing.facts.experts)) else "还没有",
    APPLICANTS: lambda facts: (
        f"{n} 家" if (n := len(facts.standing.facts.applicants)) else "还没有"
    ),
    QUESTIONS: _batches,
    ANSWERS: lambda facts: f"{facts.asked - facts.waiting} / {facts.asked} 已完成",
    GROUPS: _groups,
    APPROVAL: _approval,
    PUBLICATION: _published,
}


def visits_today(published: PlanView | None, today: date) -> NextStep | None:
    """On a day of visits: which group is where, of those the viewer may see."""
    if published is None:
        return None
    slots, numbers = published.problem.slots, published.numbers
    lines = []
    for place, group in enumerate(published.plan.groups):
        name = group_name(numbers[place] if numbers else place + 1)
        for visit in group.visits:
            halves = [slots[one].half for one in visit.slots if slots[one].date == today]
            if halves:
                firm = published.names.firm(visit.case).name
                when = "全天" if len(halves) > 1 else HALF_ZH[halves[0]]
                lines.append(f"{name}在{firm}（{when}）")
    title = f"今天有 {len(lines)} 处现场评审"
    if not lines:
        return None
    return NextStep(title, "；".join(lines) + "。", "/calendar?view=list", "看日程", "今天")


def next_step(
    facts: Facts, viewer: Viewer, step: Step | None, over: bool, letters: Todo | None = None
) -> NextStep:
    """What to do now: one sentence, one button. `over`: the days of visits are behind us;
    `letters`: members of the published groups who have not been written to.
    """
    if step is None and over:
        return NextStep("现场评审已经结束", "请登记各位专家的履职情况。", "/supervision", "去登记")
    if step is None and letters:
        return NextStep(letters.title, PUBLISHED, letters.path, letters.link)
    if step is None:
        return NextStep(
            "本年度方案已发布",
            "可以下载名单、日程表和日历文件，专家也能在自己的页面看到任务。",
            "/calendar",
            "查看日程",
        )
    if step.id in (EXPERTS, APPLICANTS, QUESTIONS):
        return _import(facts, viewer, step)
    if step.id == ANSWERS:
        return _answers(facts)
    if step.id == GROUPS:
        return _form(facts)
    if step.id == APPROVAL:
        return _approve(viewer)
    label = "去发布" if may(viewer.role, P.PUBLISH_PLANS) else "查看方案"
    text = "发布后此版本不再改动，专家可以看到自己的任务。"
    return NextStep("发布方案", text, "/board", label)


def _import(facts: Facts, viewer: Viewer, step: Step) -> NextStep:
    said = {
        EXPERTS: ("导入专家台账", "直接上传办公室现用的 Excel 表，先试读再写入。"),
        APPLICANTS: ("导入申报组织汇总表", "上传后核对行业和接待时间。"),
        QUESTIONS: (
            f"有 {facts.batches} 份导入待确认",
            "回答疑问并写入名册；不回答的按未知处理。",
        ),
    }
    path = _open_path(viewer, "/import")
    label = ("去确认" if step.id == QUESTIONS else "去导入") if path else ""
    return NextStep(*said[step.id], path, label)


def _answers(facts: Facts) -> NextStep:
    able, cases = facts.standing.able, len(facts.standing.facts.applicants)
    low = facts.standing.facts.year.fields.policy.group_size[0]
    text = f"现在有 {able} 位专家可以编组，{cases} 家申报组织。"
    if able >= low * 2:
        text += "也可以先用现有的答复开始编组。"
    return NextStep(f"请 {facts.waiting} 位专家填写时间、签署声明", text, "/round", "去收集")


def _form(facts: Facts) -> NextStep:
    if facts.running:
        text = "可以离开此页，结果会自动保存为草案。"
        return NextStep("正在编组", text, "/board", "看进度")
    able, cases = facts.standing.able, len(facts.standing.facts.applicants)
    text = f"{able} 位专家、{cases} 家申报组织，由程序提出方案，再由您调整。"
    return NextStep("开始编组", text, "/board", "去编组")


def _approve(viewer: Viewer) -> NextStep:
    if may(viewer.role, P.APPROVE_PLANS):
        text = "请核对各组成员、回避和日程，无误后批准。"
        return NextStep("复核并批准编组方案", text, "/board", "去复核")
    text = "方案由编制人以外的人批准；批准前仍可调整。"
    return NextStep("请负责人复核批准", text, "/board", "查看方案")

"""等着办的事: what waits for whom, since when, and where it is done; and what happened since
yesterday.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from api.home.views import Facts, News, Todo
from api.kit import history
from api.kit.access import Permission, may
from api.kit.shell import NAVIGATION, Tone
from assignment.duty import DECLINED, OPEN
from award.decision import gather
from award.duties import differences, duties
from award.duties.duties import DutyView
from award.groups import signing
from award.groups.core import unfit
from expert_pool import correspondence
from expert_pool.core.actor import Viewer
from expert_pool.dossier import people, recusal, supervision
from expert_pool.facts.zone import SHANGHAI, local_day
from expert_pool.ledger import audit

P = Permission
# Acts that change nothing a clerk would want to know of in the morning.
# Looking, coming and going, and being refused change nothing.
QUIET = (
    "log-in",
    "log-out",
    "log-out-everywhere",
    "download",
    "export",
    "read",
    "read-phone",
    "refused",
)
MOST_NEWS = 8
WRITE = "去写信"
LOOK = "去看"
# Where the records of a kind are looked at; the rest has no page of its own.
PAGES = {
    "expert": "/experts",
    "appointment": "/experts",
    "loan": "/loans",
    "candidacy": "/candidates",
    "applicant": "/applicants",
    "application": "/intake",
    "plan_version": "/board",
    "solve_job": "/board",
    "plan_draw": "/draws",
    "import_batch": "/import",
    "import_row": "/import#refused",
    "availability": "/round",
    "declaration": "/round",
    "duty_answer": "/round/duties",
    "message": "/round/outbox",
    "conflict": "/recusals",
    "waiver": "/recusals",
    "lifting": "/recusals",
    "violation": "/supervision",
    "scorebook": "/scoring",
    "consensus": "/scoring",
    "inquiry_answer": "/inquiries",
    "objection": "/decision/notice",
    "award_year": "/year",
    "erasure_request": "/retention",
}


@dataclass(frozen=True)
class Asked:
    """What the questions below are asked about."""

    session: Session
    viewer: Viewer
    year: int
    today: date

    def days(self, at: datetime | None) -> int | None:
        """How many days it has waited."""
        return None if at is None else (self.today - local_day(at)).days

    @property
    def looks_on(self) -> bool:
        """Who neither forms groups nor approves them does nothing of what waits."""
        return not (self.may(P.EDIT_PLANS) or self.may(P.APPROVE_PLANS))

    def may(self, permission: Permission) -> bool:
        return may(self.viewer.role, permission)


def todos(asked: Asked, facts: Facts) -> tuple[Todo, ...]:
    """Everything that waits for somebody: what is late first, then what has waited longest."""
    found = [
        *_signing(asked, facts),
        *_plan(asked, facts),
        *_duties(asked, facts),
        *_letters(asked),
        *_imports(asked, facts),
        *_decisions(asked),
        *_objections(asked),
        *_register(facts),
    ]
    if asked.looks_on:
        found = [replace(one, link=LOOK) for one in found]
    return tuple(sorted(found, key=lambda one: (one.tone != "bad", -(one.days or 0))))


def _signing(asked: Asked, facts: Facts) -> Iterator[Todo]:
    plan = facts.plan
    if plan is None:
        return
    version = f"方案{plan.edition}"
    if plan.status == "submitted":
        whom = "等您复核" if asked.may(P.APPROVE_PLANS) else "等复核人办理"
        days = asked.days(plan.submitted_at)
        yield Todo(f"{version}{whom}", plan.submit_note, "/board", "去看", days=days)
    elif plan.status == "draft" and plan.returned_at:
        text = f"{plan.returned_name}：{plan.return_reason}"
        days = asked.days(plan.returned_at)
        yield Todo(f"{version}被退回", text, "/board", "去改", "bad", days)
    elif plan.status == "approved":
        days = asked.days(plan.approved_at)
        text = f"{plan.approved_name}批准，还没有发布"
        yield Todo(f"{version}等经办人发布", text, "/board", "去发布", days=days)


def _plan(asked: Asked, facts: Facts) -> Iterator[Todo]:
    """What is wrong with the plan in hand; facts that came after the one that counts."""
    plan, job, published = facts.plan, facts.job, facts.published
    if plan and plan.status == "draft" and not plan.ok:
        days = asked.days(plan.edited_at)
        yield Todo("方案草案违反规则", "调整或重新编组后才能批准", "/board", "查看", "bad", days)
    if job and job.status == "failed" and (plan is None or plan.status == "draft"):
        title = "有的申报组织排不上" if job.plan_uid else "上次编组没有成功"
        days = asked.days(job.created_at)
        yield Todo(title, "原因和可行的办法见编组页", "/board", "查看", "bad", days)
    if published is None or asked.viewer.conflicted or _over(asked, facts):
        return
    changes = signing.changed_since(asked.session, published)
    if changes:
        text = "；".join(changes[:2]) + ("等" if len(changes) > 2 else "")
        title = f"已发布方案有 {len(changes)} 处与现在的情况不符"
        yield Todo(title, text, _repair(asked, facts), "去修补", "bad")


def _repair(asked: Asked, facts: Facts) -> str:
    """Where the published plan is mended, for who may."""
    if facts.published is None or not asked.may(P.EDIT_PLANS):
        return "/board"
    return f"/plans/{facts.published.row.uid}/repair"


def _over(asked: Asked, facts: Facts) -> bool:
    """Whether the last visit of the published plan is behind us."""
    if facts.published is None:
        return False
    slots = facts.published.problem.slots
    days = [
        slots[position].date
        for group in facts.published.plan.groups
        for visit in group.visits
        for position in visit.slots
    ]
    return bool(days) and max(days) < asked.today


def _duties(asked: Asked, facts: Facts) -> Iterator[Todo]:
    """Answers to the duties; nothing once the visits are over."""
    if not asked.may(P.READ_PLANS) or _over(asked, facts):
        return
    found = duties.everybody(asked.session, asked.viewer, asked.year, asked.today)
    declined = [one for one in found if one.state == DECLINED]
    if declined:
        days = asked.days(min(one.answer.answered_at for one in declined if one.answer))
        title = f"{len(declined)} 位专家谢绝了任务，等经办人补人"
        path = _repair(asked, facts)
        yield Todo(title, _names(declined), path, "去补人", "bad", days)
    yield from _unwritten(asked)
    silent = [one for one in found if one.state == OPEN]
    if silent:
        late = [one for one in silent if one.due and one.due < asked.today]
        text = f"{len(late)} 位已过期限：{_names(late)}" if late else _names(silent)
        tone: Tone = "bad" if late else "warn"
        days = asked.days(silent[0].published_at)
        title = f"{len(silent)} 位专家还没有答复任务"
        yield Todo(title, text, "/round/duties", "去催办", tone, days)


def _unwritten(asked: Asked) -> Iterator[Todo]:
    due = differences.pending(asked.session, asked.viewer, asked.year, asked.today)
    if due and asked.may(P.ISSUE_LINKS):
        names = "、".join(one.name for one in due[:3]) + ("等" if len(due) > 3 else "")
        title = f"{len(due)} 位专家的任务是新的或有变动，还没有写信"
        yield Todo(title, names, "/round/duties", WRITE)


def _letters(asked: Asked) -> Iterator[Todo]:
    if not asked.may(P.EDIT_PLANS):
        return
    waiting = correspondence.outbox(asked.session, asked.viewer, asked.year, status="waiting")
    if waiting:
        days = asked.days(min(one.created_at for one in waiting))
        text = "、".join(dict.fromkeys(one.name for one in waiting[:3]))
        title = f"{len(waiting)} 则通知还没有发出"
        more = "等" if len(waiting) > 3 else ""
        yield Todo(title, f"给{text}{more}", "/round/outbox", "去发出", days=days)


def _imports(asked: Asked, facts: Facts) -> Iterator[Todo]:
    path = "/import" if asked.may(P.IMPORT) else ""
    if facts.batches:
        text = "有疑问的行等经办人回答，确认后才写入名册"
        yield Todo(f"{facts.batches} 份导入待确认", text, path, "去确认")
    if facts.refused:
        days = asked.days(min(row.created_at for row in facts.refused))
        title = f"{len(facts.refused)} 行导入时没有写入"
        yield Todo(title, _refused_words(facts), "/import#refused", "去处理", "bad", days)


def _refused_words(facts: Facts) -> str:
    """Who is missing: 申报组织 1 行（诸暨市…），专家 2 行."""
    words = []
    for kind, title in (("applicants", "申报组织"), ("experts", "专家"), ("records", "记录")):
        names = [row.name or f"第 {row.row} 行" for row in facts.refused if row.kind == kind]
        if names:
            some = "、".join(names[:3]) + (" 等" if len(names) > 3 else "")
            words.append(f"{title} {len(names)} 行（{some}）")
    return "，".join(words)


def _decisions(asked: Asked) -> Iterator[Todo]:
    """What lies with a person to decide."""
    session, viewer = asked.session, asked.viewer
    candidates = [
        one for one in people.candidacies(session, viewer, asked.today) if not one.decided_at
    ]
    if candidates:
        yield Todo(f"{len(candidates)} 份推荐待资格审查", "", "/candidates", "去审查")
    liftings = [one for one in recusal.liftings(session, viewer) if not one.outcome]
    if liftings:
        days = asked.days(min(one.proposed_at for one in liftings))
        yield Todo(f"{len(liftings)} 项解除回避待另一人决定", "", "/recusals", "去决定", days=days)
    waivers = [one for one in recusal.waivers(session, viewer) if not one.outcome]
    if waivers:
        days = asked.days(min(one.proposed_at for one in waivers))
        yield Todo(f"{len(waivers)} 项回避豁免待另一人决定", "", "/recusals", "去决定", days=days)
    cases = [one for one in supervision.violations(session, viewer) if not one.finding]
    if cases:
        yield Todo(f"{len(cases)} 件违规线索没有办结", "", "/supervision", "去办理")
    erasures = [one for one in correspondence.erasures(session, viewer) if one.answered_at is None]
    if erasures:
        days = asked.days(min(one.asked_at for one in erasures))
        yield Todo(f"{len(erasures)} 人要求删除个人信息", "", "/retention", "去答复", days=days)


def _objections(asked: Asked) -> Iterator[Todo]:
    if not asked.may(P.READ_SCORES) or asked.viewer.conflicted:
        return
    pending = [
        one
        for one in gather.objections(asked.session, asked.year)
        if one.from_name and not one.decision
    ]
    if pending:
        late = [one for one in pending if one.due and one.due < asked.today]
        days = (asked.today - min(one.received_on for one in pending)).days
        text = f"{len(late)} 件已过核查期限" if late else "核查后由审委会主任决定"
        title = f"{len(pending)} 件异议没有办结"
        yield Todo(title, text, "/decision/notice", "去办理", "bad" if late else "warn", days)


def _register(facts: Facts) -> Iterator[Todo]:
    """What keeps somebody or something out of the groups, as long as groups are to be formed."""
    data = facts.standing.facts
    for year in data.provisional_years:
        text = "日历按推算，公布后须核对"
        yield Todo(f"{year} 年节假日安排未公布", text, f"/holidays?year={year}", "核对")
    if facts.plan is not None and facts.plan.status == "published":
        return
    unable = sum(bool(reasons) for reasons in facts.standing.reasons.values())
    if unable:
        yield Todo(f"{unable} 位专家暂不能编组", _why(facts), "#unassignable", "看名单")
    unclear = [row.fields.name for row in data.applicants if not row.fields.industries]
    if unclear:
        yield Todo(
            f"{len(unclear)} 家申报组织行业未确认",
            "无法匹配对口专家，不参加编组",
            "/applicants",
            "看名单",
            "bad",
        )


def _why(facts: Facts) -> str:
    counts = Counter(
        kind
        for reasons in facts.standing.reasons.values()
        for kind in sorted({unfit.kind(reason) for reason in reasons})
    )
    most = sorted(counts.items(), key=lambda item: -item[1])[:3]
    return "，".join(f"{name} {count} 人" for name, count in most)


def news(asked: Asked) -> tuple[News, ...]:
    """昨天以来: acts of others since the morning of yesterday, most frequent first."""
    if asked.viewer.conflicted or not asked.viewer.is_staff:
        return ()
    start = datetime.combine(asked.today - timedelta(days=1), time(), SHANGHAI)
    found = audit.counted(asked.session, start, but=QUIET, actor=asked.viewer.id)
    return tuple(
        News(f"{history.action_words(action, kind)} {count} 次", _page(asked, kind))
        for action, kind, count in found[:MOST_NEWS]
    )


def _page(asked: Asked, kind: str) -> str:
    """Where it is looked at, by who may."""
    path = PAGES.get(kind, "")
    needed = {
        target: permission for _, entries in NAVIGATION for target, _, _, permission in entries
    }
    needed["/round/outbox"] = P.ISSUE_LINKS
    permission = needed.get(path.split("#")[0])
    return path if permission is None or asked.may(permission) else ""


def _names(views: Sequence[DutyView]) -> str:
    return "、".join(one.name for one in views[:3]) + ("等" if len(views) > 3 else "")

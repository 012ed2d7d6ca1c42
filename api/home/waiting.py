"""等着办的事: what waits for whom, since when, and where it is done; and what happened since
yesterday.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from api.home.views import Todo
from api.kit import history
from api.kit.access import Permission, may
from api.kit.shell import Tone
from assignment.duty import DECLINED, OPEN
from award.duties import duties
from award.duties.duties import DutyView
from award.groups import signing
from award.groups.store import PlanRow, PlanView
from expert_pool import correspondence
from expert_pool.core.actor import Viewer
from expert_pool.dossier import people, recusal, supervision
from expert_pool.facts.zone import SHANGHAI, local_day
from expert_pool.ledger import audit

P = Permission
# Acts that change nothing a clerk would want to know of in the morning.
QUIET = ("log-in", "log-out", "log-out-everywhere", "download", "export", "read", "read-phone")
MOST_NEWS = 6


@dataclass(frozen=True)
class Asked:
    """What the questions below are asked about."""

    session: Session
    viewer: Viewer
    year: int
    today: date

    def since(self, at: datetime | None) -> str:
        """从今天起, 已 3 天."""
        if at is None:
            return ""
        days = (self.today - local_day(at)).days
        return "今天" if days <= 0 else f"已 {days} 天"

    def may(self, permission: Permission) -> bool:
        return may(self.viewer.role, permission)


def todos(asked: Asked, plan: PlanRow | None, published: PlanView | None) -> tuple[Todo, ...]:
    """Everything that waits for somebody, the most pressing first."""
    return (
        *_signing(asked, plan),
        *_overtaken(asked, published),
        *_duties(asked),
        *_letters(asked),
        *_decisions(asked),
    )


def _signing(asked: Asked, plan: PlanRow | None) -> Iterator[Todo]:
    if plan is None:
        return
    if plan.status == "submitted":
        whom = "等您复核" if asked.may(P.APPROVE_PLANS) else "等复核人办理"
        since = asked.since(plan.submitted_at)
        yield Todo(
            f"第 {plan.number} 版方案{whom}", _joined(since, plan.submit_note), "/board", "去看"
        )
    elif plan.status == "draft" and plan.returned_at:
        text = f"{plan.returned_name}：{plan.return_reason}"
        since = asked.since(plan.returned_at)
        yield Todo(f"第 {plan.number} 版方案被退回", _joined(since, text), "/board", "去改", "bad")
    elif plan.status == "approved":
        since = asked.since(plan.approved_at)
        yield Todo(f"第 {plan.number} 版方案已批准，还没有发布", since, "/board", "去发布")


def _overtaken(asked: Asked, published: PlanView | None) -> Iterator[Todo]:
    """Facts that came after the plan that counts; nothing once its visits are over."""
    if published is None or asked.viewer.conflicted:
        return
    slots = published.problem.slots
    last = max(
        (
            slots[position].date
            for group in published.plan.groups
            for visit in group.visits
            for position in visit.slots
        ),
        default=None,
    )
    if last is None or last < asked.today:
        return
    changes = signing.changed_since(asked.session, published)
    if changes:
        text = "；".join(changes[:2]) + ("等" if len(changes) > 2 else "")
        title = f"已发布方案有 {len(changes)} 处与现在的情况不符"
        yield Todo(title, text, "/board", "去修补", "bad")


def _duties(asked: Asked) -> Iterator[Todo]:
    if not asked.may(P.READ_PLANS):
        return
    found = duties.everybody(asked.session, asked.viewer, asked.year, asked.today)
    declined = [one for one in found if one.state == DECLINED]
    if declined:
        first = min(one.answer.answered_at for one in declined if one.answer)
        text = _joined(asked.since(first), _names(declined))
        yield Todo(f"{len(declined)} 位专家谢绝了任务", text, "/round/duties", "去补人", "bad")
    silent = [one for one in found if one.state == OPEN]
    if silent:
        late = [one for one in silent if one.due and one.due < asked.today]
        since = asked.since(silent[0].published_at)
        text = f"{len(late)} 位已过期限" if late else _names(silent)
        tone: Tone = "bad" if late else "warn"
        title = f"{len(silent)} 位专家还没有答复任务"
        yield Todo(title, _joined(since, text), "/round/duties", "去催办", tone)


def _letters(asked: Asked) -> Iterator[Todo]:
    if not asked.may(P.EDIT_PLANS):
        return
    waiting = correspondence.outbox(asked.session, asked.viewer, asked.year, status="waiting")
    if waiting:
        first = min(one.created_at for one in waiting)
        yield Todo(f"{len(waiting)} 则通知还没有发出", asked.since(first), "/outbox", "去发出")


def _decisions(asked: Asked) -> Iterator[Todo]:
    """What lies with a person to decide."""
    session, viewer = asked.session, asked.viewer
    candidates = [
        one for one in people.candidacies(session, viewer, asked.today) if not one.decided_at
    ]
    if candidates:
        yield Todo(f"{len(candidates)} 份推荐待资格审查", "", "/candidates", "去审查")
    waivers = [one for one in recusal.waivers(session, viewer) if not one.outcome]
    if waivers:
        since = asked.since(min(one.proposed_at for one in waivers))
        yield Todo(f"{len(waivers)} 项回避豁免待另一人决定", since, "/recusals", "去决定")
    cases = [one for one in supervision.violations(session, viewer) if not one.finding]
    if cases:
        yield Todo(f"{len(cases)} 件违规线索没有办结", "", "/supervision", "去办理")
    erasures = [one for one in correspondence.erasures(session, viewer) if one.answered_at is None]
    if erasures:
        since = asked.since(min(one.asked_at for one in erasures))
        yield Todo(f"{len(erasures)} 人要求删除个人信息", since, "/retention", "去答复")


def news(asked: Asked) -> tuple[str, ...]:
    """昨天以来: acts of others since the morning of yesterday, most frequent first."""
    if asked.viewer.conflicted or not asked.viewer.is_staff:
        return ()
    start = datetime.combine(asked.today - timedelta(days=1), time(), SHANGHAI)
    found = audit.counted(asked.session, start, but=QUIET, actor=asked.viewer.id)
    return tuple(
        f"{history.action_words(action, kind)} {count} 次"
        for action, kind, count in found[:MOST_NEWS]
    )


def _names(views: Sequence[DutyView]) -> str:
    return "、".join(one.name for one in views[:3]) + ("等" if len(views) > 3 else "")


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)

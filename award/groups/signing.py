"""方案的提交、复核、发布与撤回: whoever edited a plan does not approve it, and what is published is
immutable.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.check import check
from award.applicants import store as applicant_store
from award.groups import calendar_entries, guard, steps
from award.groups.core.book import edition
from award.groups.gather import UNASKED
from award.groups.snapshot import build_problem
from award.groups.store import PlanView, plan_view
from award.groups.tables import PlanVersion
from award.year import stages
from award.year.core.stages import name as stage_name
from expert_pool.facts.refusal import Refusal, demand_other_person, demand_reason
from expert_pool.ledger import UnitOfWork, audit


def submit(uow: UnitOfWork, uid: str, version: int, note: str = "") -> int:
    """提交复核: from now on nobody edits the draft, until it is taken back or returned."""
    row = guard.load_in(uow, uid, version, "draft")
    view = plan_view(row)
    _fit(uow, view)
    if view.plan.unassigned and not note.strip():
        raise Refusal(
            "unassigned",
            f"还有 {len(view.plan.unassigned)} 家申报组织没有安排；若确要这样提交，请写明原因。",
            "办法第十三条第四项",
        )
    with uow.change(row, "submit", note):
        row.status, row.submit_note = "submitted", note.strip()
        row.submitted_at, row.submitted_by = uow.now, uow.actor.id
        row.submitted_name = uow.actor.name
    return row.version


def recall(uow: UnitOfWork, uid: str, version: int) -> int:
    """收回 what was submitted, to go on editing."""
    row = guard.load_in(uow, uid, version, "submitted")
    with uow.change(row, "recall"):
        row.status, row.submitted_at, row.submitted_by = "draft", None, None
    return row.version


def send_back(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """退回: the approver's comments stay with the draft until it is submitted again."""
    row = guard.load_in(uow, uid, version, "submitted")
    demand_reason(reason)
    with uow.change(row, "send-back", reason):
        row.status, row.submitted_at, row.submitted_by = "draft", None, None
        row.returned_at, row.returned_name = uow.now, uow.actor.name
        row.return_reason = reason.strip()
    return row.version


def approve(uow: UnitOfWork, uid: str, version: int, note: str = "") -> int:
    """复核: by somebody other than whoever made, last edited or submitted it; only a plan that
    keeps every rule and fits today's register. `note` is the approver's opinion.
    """
    row = guard.load_in(uow, uid, version, "draft", "submitted")
    view = plan_view(row)
    demand_other_person(
        uow.actor,
        (row.edited_by, row.created_by, row.submitted_by or ""),
        "方案须由另一人复核，编制或最后修改的人不能自己复核。",
        "办法第九条",
    )
    _fit(uow, view)
    if view.plan.unassigned and not (note.strip() or row.submit_note):
        raise Refusal(
            "unassigned",
            f"还有 {len(view.plan.unassigned)} 家申报组织没有安排；若确要这样复核，请写明原因。",
            "办法第十三条第四项",
        )
    with uow.change(row, "approve", note):
        row.status, row.opinion = "approved", note.strip()
        row.approved_at, row.approved_by, row.approved_name = uow.now, uow.actor.id, uow.actor.name
    return row.version


def reopen(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """退回修改: an approved plan becomes a draft again and must be approved again."""
    row = guard.load_in(uow, uid, version, "approved")
    demand_reason(reason)
    with uow.change(row, "reopen", reason):
        row.status, row.approved_at, row.approved_by, row.approved_name = "draft", None, None, None
    return row.version


def publish(uow: UnitOfWork, uid: str, version: int) -> int:
    """发布: from here on immutable.

    The plan published before steps back, and the calendars follow.
    """
    row = guard.load_in(uow, uid, version, "approved")
    _demand_review(uow, row)
    view = plan_view(row)
    _fit(uow, view)
    for other in uow.session.scalars(
        select(PlanVersion).where(PlanVersion.year == row.year, PlanVersion.status == "published")
    ):
        _withdraw(uow, other, f"由{edition(row.number)}取代", row.number)
    anchor = audit.head(uow.session, uow.now).line
    steps.settle(uow, row)
    with uow.change(row, "publish"):
        row.status, row.published_at, row.published_by, row.anchor = (
            "published",
            uow.now,
            uow.actor.id,
            anchor,
        )
    calendar_entries.follow(uow, row.year, view)
    return row.version


def withdraw(uow: UnitOfWork, uid: str, version: int, reason: str) -> int:
    """撤回 a plan in any state; of a published one the calendar entries are cancelled."""
    row = guard.load(uow, uid, version)
    demand_reason(reason)
    if row.status == "withdrawn":
        raise Refusal("wrong-status", "这个方案已经撤回。")
    was_published = row.status == "published"
    _withdraw(uow, row, reason)
    if was_published:
        calendar_entries.follow(uow, row.year, None)
    return row.version


def _withdraw(uow: UnitOfWork, row: PlanVersion, reason: str, successor: int | None = None) -> None:
    with uow.change(row, "withdraw" if successor is None else "supersede", reason):
        row.superseded_by = successor
        row.status, row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = (
            "withdrawn",
            uow.now,
            uow.actor.id,
            reason,
        )


def _demand_review(uow: UnitOfWork, row: PlanVersion) -> None:
    """A year in stages publishes groups for the review it is in, and only for that."""
    stage = stages.stage_of(uow.session, row.year)
    if not stage:
        return
    now = applicant_store.review(uow.session, row.year)
    if not now:
        raise Refusal(
            "wrong-stage", f"现在是{stage_name(stage)}，不能发布编组方案。", "办法第十三条"
        )
    if row.review != now:
        raise Refusal(
            "wrong-stage",
            "这个方案不是为现在的评审编制的，请另编。没有入围的组织不能安排现场评审。"
            if now == "site"
            else "这个方案不是为资料评审编制的，请另编。",
            "办法第十三条第五项" if now == "site" else "办法第十三条第四项",
        )


def _fit(uow: UnitOfWork, view: PlanView) -> None:
    """Every rule kept, and nothing has happened since that would make the plan wrong."""
    verdict = check(view.problem, view.plan)
    if not verdict.ok:
        findings = [
            one.say(lambda key: view.names.person(key).name, lambda key: view.names.firm(key).name)
            for one in verdict.violations
        ]
        raise Refusal(
            "has-violations",
            f"方案有 {len(findings)} 处不合规则，不能复核或发布：{findings[0]}",
            violations=findings,
        )
    changes = changed_since(uow.session, view)
    if changes:
        raise Refusal(
            "facts-changed",
            f"编制方案之后情况有变，请调整后重新复核：{'；'.join(changes[:5])}",
            "办法第九条、第十六条",
            changes=changes,
        )


def changed_since(session: Session, view: PlanView) -> list[str]:
    """编制以后的变化: what today's register says against the plan, in sentences with names."""
    seated = {member for group in view.plan.groups for member in group.members}
    today = build_problem(session, view.row.year, people=seated)
    refused = {item.uid: "、".join(item.reasons) for item in today.not_assignable}
    barred = {row[:2]: row[2] for row in today.problem.barred}
    pairs = {row[:2] for row in today.problem.barred_pairs}
    people = {reviewer.id: reviewer for reviewer in today.problem.reviewers}
    changes = []
    for group in view.plan.groups:
        for visit in group.visits:
            if visit.case not in today.problem.case_index:
                changes.append(f"{view.names.firm(visit.case).name}已撤回申报或不能安排")
        for member in group.members:
            name = view.names.person(member).name
            if member not in people:
                changes.append(f"{name}现在不能安排（{refused.get(member, '不在库中')}）")
                continue
            changes += [
                _tie_words(name, view.names.firm(visit.case).name, barred[member, visit.case])
                for visit in group.visits
                if (member, visit.case) in barred
            ]
            away = {today.problem.slots[position] for position in people[member].unavailable}
            stays = {
                view.problem.slots[position] for visit in group.visits for position in visit.slots
            }
            if stays & away:
                changes.append(f"{name}在已安排的时间改为不能参加")
            changes += [
                f"{name}与{view.names.person(other).name}有新的同组回避"
                for other in group.members
                if (member, other) in pairs
            ]
    return changes


def _tie_words(name: str, firm: str, kind: str) -> str:
    return f"{name}尚未就{firm}申报回避" if kind == UNASKED else f"{name}对{firm}有新的回避情形"

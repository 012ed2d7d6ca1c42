"""归档的公文: every paper of the decision and the honours, made again as it was issued."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy.orm import Session

from award.decision import evaluation, gather, notice, papers, vote
from award.decision.core.notice import Period
from award.decision.papers import Frame
from award.honours import papers as honours_papers
from award.honours import store as honours_store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.zone import local_day
from expert_pool.store import working_days


def issued(session: Session, year: int) -> dict[str, bytes]:
    """By file name; what was never issued is not there."""
    held = evaluation.row_of(session, year)
    if held is None:
        return {}
    names = gather.names(evaluation.firms(session, year).values())
    frame = Frame(year, names, local_day(held.noted_at))
    report = json.loads(held.report)
    cases = vote.on_slip(session, year)
    count = len(gather.members(session, year))
    found = {
        "评分汇总表.docx": papers.summary_docx(frame, report),
        "综合评价报告.docx": papers.evaluation_docx(frame, report),
        "计票单.docx": papers.tally_docx(frame, cases, count, vote.form_of(session, year)),
    }
    row, period = gather.notice_row(session, year), notice.period_of(session, year)
    if row is not None and period is not None:
        listing = [(one["award"], one["name"]) for one in notice.listed(session, year)]
        signed = notice.must_sign(session, year)
        found["公示.docx"] = papers.notice_docx(frame, row, period, listing, signed)
        found["请示.docx"] = request(session, frame, period)
    for number, objection in enumerate(gather.objections(session, year), 1):
        found[f"异议核查报告{number}.docx"] = papers.finding_docx(frame, objection)
    rows = honours_store.honours(session, SYSTEM_VIEWER, year)
    if rows:
        found["奖励发放表.docx"] = honours_papers.payments_docx(frame, rows)
    lines = honours_store.lines(session, SYSTEM_VIEWER, year)
    if lines:
        found["经费台账.xlsx"] = honours_papers.account_xlsx(frame, lines)
    return found


def request(session: Session, frame: Frame, period: Period) -> bytes:
    """请示, of the first working day after the notice."""
    cases = [(one["award"], one["name"]) for one in notice.submitted(session, frame.year)]
    on = working_days(session).add(period.last, 1)
    heard = [one for one in gather.objections(session, frame.year) if not one.lead]
    return papers.request_docx(replace(frame, on=on), period, cases, heard)

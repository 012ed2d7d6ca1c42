"""评审反馈的读取: what an applicant may be told once the result is approved, the loser too."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant
from award.decision import gather
from award.decision.evaluation import row_of
from award.honours.papers import RESULTS, Feedback
from award.scoring import store as scoring
from award.year import stages
from award.year.core.stages import reached
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import Refusal


def feedback(session: Session, viewer: Viewer, uid: str) -> Feedback:
    """For staff to hand out. Raises Refusal `too-early` before the approval."""
    row = session.scalar(select(Applicant).where(Applicant.uid == uid))
    if row is None or not viewer.is_staff or uid in viewer.conflicted:
        raise scoring.nothing()
    if not reached(stages.stage_of(session, row.year), "honours"):
        raise Refusal("too-early", "批准以后才能反馈评审结果。", "办法第十三条第九项")
    report = _last_report(session, row)
    shows = stages.values(session, row.year).get("feedback_shows", "none")
    return Feedback(
        row.name,
        row.award,
        RESULTS.get(row.state, "评审程序已经结束。"),
        shows,
        _total(session, row),
        report.get("items", []),
    )


def _last_report(session: Session, row: Applicant) -> dict[str, list[dict[str, object]]]:
    """The site report, or where there was no visit the document report."""
    for stage in ("site", "document"):
        held = scoring.consensus_row(session, row.year, stage, row.uid)
        if held is not None and held.state == "signed":
            found: dict[str, list[dict[str, object]]] = json.loads(held.report)
            return found
    return {}


def _total(session: Session, row: Applicant) -> int | None:
    held = row_of(session, row.year)
    totals = json.loads(held.report)["totals"] if held is not None else []
    return next((one["total"] for one in totals if one["case"] == row.uid), None)


def told(session: Session, viewer: Viewer, year: int) -> tuple[Applicant, ...]:
    """Whom the office writes to: everybody who was let through."""
    if not viewer.is_staff:
        return ()
    rows = gather.applicants(session, year)
    return tuple(row for row in rows if row.uid not in viewer.conflicted)

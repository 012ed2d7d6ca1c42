"""偏离建议的决定: every decision that departs from what was proposed, or lifts a recusal, with its
reason and the person (办法第九、十、十三、十六条). Read only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.inspection import pages
from api.kit.templating import moment
from award.scoring import departures
from award.year.tables import AwardYear
from expert_pool.core.actor import Viewer
from expert_pool.ledger import audit

# What the log knows to be a departure: a recusal lifted, a condition waived, a step taken back, a
# plan changed by hand, a record or paper that counts no more, what the committee ruled itself.
PAIRS = (
    *pages.EDITS,
    *((action, kind) for action in pages.EXCEPTIONS for kind in ("candidacy", "appointment")),
    ("grant", "waiver"),
    ("decide", "conflict"),
    ("withdraw", "conflict"),
    ("withdraw", "pair_conflict"),
    ("decide", "account_conflict"),
    ("back", "award_year"),
    ("end", "award_year"),
    ("take-back", "shortlist_line"),
    ("take-up", "consensus"),
    ("state", "applicant"),
    ("remove", "attachment"),
    ("withdraw", "incident"),
    ("withdraw", "inquiry"),
    ("withdraw", "paper_entry"),
    ("void", "vote_round"),
    ("rule", "ruling"),
)
# Of a step of an application, those that take a decision back.
BACKWARDS = frozenset(
    {("qualified", "complete"), ("unqualified", "complete"), ("awarded", "revoked")}
)
MOST = 2000


def seen(
    session: Session, viewer: Viewer, hidden: Iterable[str], year: int
) -> dict[str, list[dict[str, Any]]]:
    """`decided`: by the records of the year; `logged`: by the log, the newest first."""
    return {
        "decided": [
            {
                "kind": one.kind,
                "applicant": one.applicant,
                "name": one.name,
                "proposed": one.proposed,
                "decided": one.decided,
                "reason": one.reason,
                "who": one.who,
                "at": moment(one.at),
                "article": one.article,
            }
            for one in departures.departures(session, viewer, year)
        ],
        "logged": _logged(session, viewer, frozenset(hidden), year),
    }


def _logged(
    session: Session, viewer: Viewer, hidden: frozenset[str], year: int
) -> list[dict[str, Any]]:
    first, last = _span(session, year)
    topic = audit.Topic(pairs=PAIRS, since=first, until=last)
    found = audit.entries(session, viewer, topic=topic, limit=MOST, hiding=hidden)
    lines = tuple(line for line in found if _departs(line))
    about = pages.about(session, lines, hidden)
    return [pages.brief(line, about[line.id]) for line in lines if line.id in about]


def _span(session: Session, year: int) -> tuple[datetime, datetime | None]:
    """From the day the year was opened to that of the next one."""
    opened = dict(session.execute(select(AwardYear.year, AwardYear.created_at)).all())
    later = [when for number, when in opened.items() if number > year]
    return opened[year], min(later, default=None)


def _departs(line: audit.Line) -> bool:
    before, after = line.before or {}, line.after or {}
    if line.kind in ("conflict", "account_conflict") and line.action == "decide":
        return after.get("decision") == "cleared"
    if line.kind == "applicant":
        return (before.get("state"), after.get("state")) in BACKWARDS
    return True

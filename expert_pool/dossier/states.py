"""全库任职状态: the state of everybody on a day in a fixed number of statements, and whom the
yearly round asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from expert_pool.core.actor import Viewer
from expert_pool.core.life import LifeFacts, State, Term, state_of
from expert_pool.core.retention import GONE
from expert_pool.records import Candidacy
from expert_pool.tables import Appointment, Expert, Suspension

# Nobody is asked for free days and signatures who has not been admitted, or who has left for good.
NOT_ASKED = frozenset({State.CANDIDATE, State.REJECTED, State.RESIGNED, State.DISMISSED})


def states(session: Session, viewer: Viewer, on: date) -> dict[str, State]:
    """任职状态 of everybody whose data are still kept, by uid; four statements. For staff only."""
    if not viewer.is_staff:
        return {}
    terms: dict[int, list[Term]] = defaultdict(list)
    columns = (
        Appointment.expert_id,
        Appointment.first,
        Appointment.last,
        Appointment.grade,
        Appointment.ended_on,
        Appointment.end_kind,
    )
    for row in session.execute(select(*columns).order_by(Appointment.first)):
        ending = row.end_kind or ("resign" if row.ended_on else "")
        terms[row.expert_id].append(Term(row.first, row.last, row.grade, row.ended_on, ending))
    newest = dict(
        session.execute(select(Candidacy.expert_id, Candidacy.status).order_by(Candidacy.id)).all()
    )
    held = set(
        session.scalars(
            select(Suspension.expert_id).where(
                Suspension.lifted_at.is_(None), Suspension.year.is_(None)
            )
        )
    )
    found = {}
    for number, uid, name in session.execute(select(Expert.id, Expert.uid, Expert.name)):
        if not name.startswith(GONE):
            candidacy = newest.get(number, "")
            facts = LifeFacts(
                tuple(terms[number]), "" if candidacy == "appointed" else candidacy, number in held
            )
            found[uid] = state_of(facts, on)
    return found


def to_be_asked(states: Mapping[str, State], uid: str) -> bool:
    """Whether the yearly round asks her at all: admitted or at least listed, not gone, her data not
    erased.
    """
    return uid in states and states[uid] not in NOT_ASKED

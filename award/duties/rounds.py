"""年度征集的现状: who is asked this year, who is not, and who has still to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from award.applicants import store as applicant_store
from award.duties.notices import lacking
from award.groups.gather import gather
from expert_pool import dossier, store
from expert_pool.core.actor import Viewer
from expert_pool.core.life import State
from expert_pool.store import ExpertRow


@dataclass(frozen=True)
class Standing:
    """The round of one year; `listed`: when the newest applicant joined the list."""

    asked: tuple[ExpertRow, ...]
    out: tuple[ExpertRow, ...]  # suspended, or no longer to be asked
    states: Mapping[str, State]
    listed: datetime | None

    def lacks(self, row: ExpertRow) -> bool:
        """Something of the declaration or the free days is missing."""
        return bool(lacking(row.state, self.listed))

    @property
    def waiting(self) -> tuple[ExpertRow, ...]:
        """Who has still to answer, or has no term."""
        return tuple(
            row
            for row in self.asked
            if self.lacks(row) or row.state.absent is None or row.state.appointed_until is None
        )


def standing(session: Session, viewer: Viewer, year: int, today: date) -> Standing:
    """As the viewer may see it; staff see everybody, once until something of the year changes."""
    if not viewer.is_staff:
        return _standing(session, viewer, year, today)
    key = ("round", today)
    return gather(session, year).once(key, lambda: _standing(session, viewer, year, today))


def _standing(session: Session, viewer: Viewer, year: int, today: date) -> Standing:
    states = dossier.states(session, viewer, today)
    rows = store.experts(session, viewer, year, today)
    asked = tuple(
        row for row in rows if not row.state.suspended and dossier.to_be_asked(states, row.uid)
    )
    known = {row.uid for row in asked}
    out = tuple(row for row in rows if row.uid in states and row.uid not in known)
    return Standing(asked, out, states, applicant_store.last_listed(session, year))

"""是不是同一组织, across years: by credit code and what it followed (更名、改制), by every name the
organisation had, and by what a person has answered. Bans and earlier awards ask here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant, FormerName, Succession
from expert_pool import register
from expert_pool.core import organisation
from expert_pool.core.organisation import Answer, Remembered


@dataclass(frozen=True)
class Known:
    """An organisation: its codes, earlier ones too, and its names."""

    codes: Collection[str]
    names: Collection[str]
    remembered: Remembered = field(default_factory=dict)

    def compare(self, name: str, uscc: str) -> Answer:
        """Whether another record means it. Two credit codes settle what names leave open."""
        if uscc and uscc in self.codes:
            return Answer.SAME
        found = {organisation.compare(own, name, self.remembered) for own in self.names}
        if Answer.SAME in found:
            return Answer.SAME
        both = bool(uscc and self.codes)
        return Answer.ASK if Answer.ASK in found and not both else Answer.DIFFERENT


def known(session: Session, name: str, uscc: str) -> Known:
    codes = same_codes(session, uscc) if uscc else set()
    own = select(Applicant.name).where(Applicant.uscc.in_(codes))
    former = (
        select(FormerName.name)
        .join(Applicant, Applicant.id == FormerName.applicant_id)
        .where(Applicant.uscc.in_(codes))
    )
    names = {name, *session.scalars(own), *session.scalars(former)}
    return Known(codes, sorted(names), register.known_answers(session))


def same_codes(session: Session, uscc: str) -> set[str]:
    """The code and every earlier one that it followed."""
    found, fresh = {uscc}, {uscc}
    while fresh:
        query = select(Succession.earlier_uscc).where(Succession.later_uscc.in_(fresh))
        fresh = set(session.scalars(query)) - found
        found |= fresh
    return found

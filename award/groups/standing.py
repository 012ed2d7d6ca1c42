"""本年度的事实: who may be used and why not, the newest plan and its book; shared by the first
page, the lists and the board.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from award.groups import store as plan_store
from award.groups.core.unfit import Unfit
from award.groups.gather import YearFacts, gather
from award.groups.snapshot import why_not_assignable
from award.recusal.certificate import Overview, overview
from expert_pool.core.actor import Viewer


@dataclass(frozen=True)
class Standing:
    """One year: its facts, and for every expert the reasons against using her (empty: may be
    used).
    """

    facts: YearFacts
    reasons: Mapping[str, tuple[Unfit, ...]]

    @property
    def able(self) -> int:
        return sum(not reasons for reasons in self.reasons.values())


def standing(session: Session, year: int) -> Standing:
    facts = gather(session, year)
    policy = facts.year.fields.policy

    def reasons() -> Mapping[str, tuple[Unfit, ...]]:
        return {one.uid: why_not_assignable(facts, policy, one) for one in facts.experts}

    return Standing(facts, facts.once(("reasons",), reasons))


def recusals(session: Session, viewer: Viewer, year: int) -> Overview:
    """年度回避清单, found once for as long as the year's facts hold: the same relations are among
    them.
    """
    key = ("recusals", viewer.is_staff, viewer.conflicted)
    return gather(session, year).once(key, lambda: overview(session, viewer, year))


def newest_plan(session: Session, viewer: Viewer, year: int) -> plan_store.PlanRow | None:
    """The version the office works on: the newest that was not withdrawn, else the newest."""
    rows = plan_store.plans(session, viewer, year)
    return next((row for row in rows if row.status != "withdrawn"), rows[0] if rows else None)


def plan_in_hand(session: Session, viewer: Viewer, year: int) -> plan_store.PlanRow | None:
    """The newest version, unless it was withdrawn."""
    newest = newest_plan(session, viewer, year)
    return newest if newest is not None and newest.status != "withdrawn" else None

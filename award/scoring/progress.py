"""评分进度 of all applicants at once: who has locked, how far each report is. No number of a book.

A handful of statements, however many applicants there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants.tables import Applicant
from award.scoring import store
from award.scoring.store import LIVE, Member
from award.scoring.tables import Consensus, ReportSignature, Scorebook
from expert_pool.core.actor import Viewer


@dataclass(frozen=True)
class Progress:
    """One applicant. `state`: waiting / open / issued / signed, as of `store.ConsensusView`."""

    uid: str
    name: str
    award: str
    state: str
    members: tuple[Member, ...]
    unsigned: tuple[str, ...]


def progress(
    session: Session, viewer: Viewer, year: int, stage: str, states: Collection[str]
) -> tuple[Progress, ...]:
    """Of every applicant in one of these states that has a group, by name; not of those the viewer
    must keep away from.
    """
    if not viewer.is_staff:
        return ()
    firms = session.execute(
        select(Applicant.uid, Applicant.name, Applicant.award)
        .where(Applicant.year == year, Applicant.state.in_(states))
        .order_by(Applicant.name)
    ).all()
    groups = _members(session, year, stage)
    reports = _reports(session, year, stage)
    found = []
    for firm in firms:
        group = groups.get(firm.uid, ())
        if not group or firm.uid in viewer.conflicted:
            continue
        state, signed = reports.get(firm.uid, ("open", frozenset()))
        if store.why_closed(group):
            state = "waiting"
        left = [one.name for one in group if one.seated and one.expert not in signed]
        found.append(Progress(firm.uid, firm.name, firm.award, state, group, tuple(left)))
    return tuple(found)


def _members(session: Session, year: int, stage: str) -> dict[str, tuple[Member, ...]]:
    """By applicant, as `store.members` has them."""
    seats = store.seats(store.plan_of(session, year, stage))
    books = {
        (row.applicant, row.expert): row
        for row in session.execute(
            select(
                Scorebook.applicant, Scorebook.expert, Scorebook.state, Scorebook.locked_at
            ).where(Scorebook.year == year, Scorebook.stage == stage, Scorebook.state.in_(LIVE))
        )
    }
    pairs = {**seats, **dict.fromkeys(books.keys() - seats.keys(), False)}
    names = store.names_of(session, sorted({expert for _, expert in pairs}))
    found: dict[str, list[Member]] = defaultdict(list)
    for (applicant, expert), leads in pairs.items():
        book = books.get((applicant, expert))
        found[applicant].append(
            Member(
                expert,
                names.get(expert, expert),
                leads,
                book.state if book else "",
                book.locked_at if book else None,
                (applicant, expert) in seats,
            )
        )
    return {
        applicant: tuple(sorted(group, key=lambda one: (not one.leader, one.name, one.expert)))
        for applicant, group in found.items()
    }


def _reports(session: Session, year: int, stage: str) -> dict[str, tuple[str, frozenset[str]]]:
    """By applicant the state of its consensus and who has signed the report as it stands."""
    rows = session.execute(
        select(Consensus.applicant, Consensus.state, ReportSignature.expert)
        .outerjoin(
            ReportSignature,
            (ReportSignature.consensus_id == Consensus.id)
            & (ReportSignature.report_digest == Consensus.report_digest),
        )
        .where(Consensus.year == year, Consensus.stage == stage)
    )
    states: dict[str, str] = {}
    signed: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        states[row.applicant] = row.state
        if row.expert is not None:
            signed[row.applicant].add(row.expert)
    return {uid: (state, frozenset(signed[uid])) for uid, state in states.items()}

"""日历条目: one per (visit, expert). UID for ever, SEQUENCE up by one with every change, CANCELLED when dropped (RFC 5545, 5546)."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from assignment.core.problem import Problem
from assignment.core.solution import Plan
from assignment.tables import CalendarEntry
from expert_pool.ledger import UnitOfWork


def follow(uow: UnitOfWork, year: int, problem: Problem | None, plan: Plan | None) -> None:
    """Bring a year's entries to what is published now; no plan: everything is cancelled."""
    wanted = {} if problem is None or plan is None else _wanted(problem, plan)
    existing = {(row.expert, row.applicant): row for row in uow.session.scalars(select(CalendarEntry).where(CalendarEntry.year == year))}
    for key, row in existing.items():
        fingerprint = wanted.get(key)
        if fingerprint is None and row.cancelled:
            continue
        if fingerprint == row.fingerprint and not row.cancelled:
            continue
        with uow.change(row, "cancel" if fingerprint is None else "move"):
            row.sequence += 1
            row.cancelled = fingerprint is None
            row.fingerprint = fingerprint or row.fingerprint
            row.changed_at = uow.now
    for (expert, applicant), fingerprint in wanted.items():
        if (expert, applicant) not in existing:
            entry = CalendarEntry(year=year, expert=expert, applicant=applicant, sequence=0, fingerprint=fingerprint, changed_at=uow.now)
            entry.cancelled = False
            uow.add(entry, "visit", "enter")


def _wanted(problem: Problem, plan: Plan) -> dict[tuple[str, str], str]:
    """What a calendar shows of each visit, as a digest: days and halves, place, and whether the expert leads."""
    places = {case.id: case.place for case in problem.cases}
    found = {}
    for group in plan.groups:
        for visit in group.visits:
            if visit.start is None:
                continue
            stays = " ".join(f"{problem.slots[position].date}{problem.slots[position].half}" for position in visit.slots)
            for member in group.members:
                text = f"{stays}|{places[visit.case]}|{member == group.leader}"
                found[member, visit.case] = hashlib.sha256(text.encode()).hexdigest()
    return found

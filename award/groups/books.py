"""方案册与文书: a stored plan as the book people read, and the book as files.

Shared by the interface and the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from sqlalchemy.orm import Session

from assignment.problem import Problem
from assignment.solution import Plan
from award.groups.core.book import Book, Reasons, build_book, why
from award.groups.store import PlanView
from award.year import store as year_store
from expert_pool import store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.zone import local_day


def book_of(session: Session, view: PlanView, *, explain: bool = True) -> Book:
    """The plan with names, reasons (unless not to `explain`) and the checker's word, as far as the
    view's owner may see it.
    """
    row = view.row
    year = year_store.year(session, SYSTEM_VIEWER, row.year)
    days = {slot.date.year for slot in view.problem.slots}
    calendar = store.working_days(session)
    return build_book(
        view.problem,
        view.plan,
        view.names,
        year=row.year,
        title=f"{year.fields.title}评审组及现场评审安排",
        status=row.status_zh,
        version=row.number,
        approved_by=row.approved_name or "",
        published_on=local_day(row.published_at) if row.published_at else None,
        provisional_days=any(calendar.is_provisional(number) for number in days),
        numbers=view.numbers,
        hidden=view.hidden,
        reasons=_explained(view) if explain else None,
    )


@lru_cache(maxsize=64)
def _kept(_contents: str) -> dict[tuple[int, str], tuple[str, ...]]:
    """The reasons already found for a plan with these contents, by group and member."""
    return {}


def _explained(view: PlanView) -> Reasons:
    """入组理由, found once per plan: each asks what every other expert would cost in her place, and
    the answer stays the same.
    """
    kept = _kept(
        sha256(repr((view.problem.digest, view.plan.groups, view.names)).encode()).hexdigest()
    )

    def reasons(
        problem: Problem, plan: Plan, group: int, member: str, name: Callable[[str], str]
    ) -> tuple[str, ...]:
        if (group, member) not in kept:
            kept[group, member] = why(problem, plan, group, member, name)
        return kept[group, member]

    return reasons

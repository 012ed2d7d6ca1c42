"""评审年度的读取."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.year.core.bound import YearRules, rules_of
from award.year.core.policy import YearPolicy, parse_policy, parse_weights
from award.year.tables import AwardYear
from expert_pool.core.actor import Role, Viewer
from expert_pool.facts.refusal import Refusal


@dataclass(frozen=True)
class YearFields:
    """What staff may write about a year.

    Conflicts look back from `deadline` (申报截止), else from the first day of visits.
    """

    title: str
    window_first: date
    window_last: date
    notice_date: date | None = None
    deadline: date | None = None
    policy: YearPolicy = field(default_factory=YearPolicy)
    weights: Mapping[str, int] | None = None  # None: the default weights


@dataclass(frozen=True)
class YearView:
    year: int
    uid: str
    version: int
    fields: YearFields
    status: str
    rules: YearRules
    stage: str = ""  # core.stages.STAGES; empty: the year is worked on without stages
    back_reason: str = ""
    back_name: str = ""

    @property
    def reference_day(self) -> date:
        return self.fields.deadline or self.fields.window_first


def years(session: Session, viewer: Viewer) -> tuple[YearView, ...]:
    if not _may_read(viewer):
        return ()
    return tuple(
        year_view(row) for row in session.scalars(select(AwardYear).order_by(AwardYear.year.desc()))
    )


def numbers(session: Session) -> tuple[int, ...]:
    """The years there are, the latest first: no secret to anybody who reads years."""
    return tuple(session.scalars(select(AwardYear.year).order_by(AwardYear.year.desc())))


def year(session: Session, viewer: Viewer, number: int) -> YearView:
    row = (
        session.scalar(select(AwardYear).where(AwardYear.year == number))
        if _may_read(viewer)
        else None
    )
    if row is None:
        raise Refusal("not-found", f"还没有建立 {number} 年度。", year=number)
    return year_view(row)


def year_view(row: AwardYear) -> YearView:
    wanted = YearFields(
        row.title,
        row.window_first,
        row.window_last,
        row.notice_date,
        row.deadline,
        parse_policy(row.policy),
        parse_weights(row.weights),
    )
    return YearView(
        row.year,
        row.uid,
        row.version,
        wanted,
        row.status,
        rules_of(row.regulation),
        row.stage,
        row.back_reason,
        row.back_name,
    )


def _may_read(viewer: Viewer) -> bool:
    # An expert's own page speaks of the year's window and title.
    return viewer.is_staff or viewer.role in (Role.EXPERT, Role.ADMIN)

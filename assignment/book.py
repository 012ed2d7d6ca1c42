"""方案册: a plan with the names a person reads, for pages, documents and calendars alike.

The optimiser knows ids only (decision 1 of docs/architecture.md); names come back here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assignment.core.problem import Half, Problem
from assignment.core.solution import Plan


@dataclass(frozen=True)
class Person:
    """评审员 as documents show one; `phone` is already masked unless the reader may see it."""

    id: str
    name: str
    employer: str
    title: str = ""
    phone: str = ""
    town: str = ""
    expertise: str = ""  # e.g. 质量管理；袜业（1763）


@dataclass(frozen=True)
class Firm:
    """申报组织 as documents show one."""

    id: str
    name: str
    award: str  # 质量奖 / 创新奖
    industry: str = ""
    town: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Seat:
    """One member of one group, with why this person sits here and who could stand in."""

    person: Person
    leader: bool
    needs: tuple[str, ...] = ()  # 质量管理专家 / 行业专家（…）
    reasons: tuple[str, ...] = ()
    standbys: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Stay:
    """One half-day of a visit."""

    date: date
    half: Half


@dataclass(frozen=True)
class VisitEntry:
    """现场评审 of one firm by one group; no stays when it is reviewed on paper only."""

    firm: Firm
    stays: tuple[Stay, ...]
    travel_minutes: int | None = None  # from the group's visit before


@dataclass(frozen=True)
class GroupEntry:
    number: int
    name: str  # 第一评审组
    seats: tuple[Seat, ...]
    visits: tuple[VisitEntry, ...]  # in calendar order
    effort: int = 0  # half-days of work for each member


@dataclass(frozen=True)
class GoalEntry:
    goal: str
    title: str
    value: int
    weight: int


@dataclass(frozen=True)
class Book:
    """Everything a page or a document says about one plan version."""

    year: int
    title: str  # 2026年度诸暨市政府质量奖评审组及现场评审安排
    status: str  # 草案 / 待批准 / 已发布 / 已撤回
    version: int
    groups: tuple[GroupEntry, ...]
    goals: tuple[GoalEntry, ...]
    objective: int | None
    bound: int | None
    unassigned: tuple[Firm, ...] = ()
    violations: tuple[str, ...] = ()  # the checker's sentences; empty: 复核通过
    provisional_days: bool = False  # 节假日安排未公布
    problem_digest: str = ""
    solver: str = ""
    approved_by: str = ""
    published_on: date | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """Who is behind the ids of a problem: what the snapshot keeps beside it."""

    persons: Mapping[str, Person]
    firms: Mapping[str, Firm]
    extra: Mapping[str, str] = field(default_factory=dict)


def build_book(problem: Problem, plan: Plan, names: Names, *, year: int, title: str, status: str, version: int) -> Book:
    """Join a plan with its names. Written by the documents room."""
    raise NotImplementedError

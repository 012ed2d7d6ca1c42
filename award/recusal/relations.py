"""回避关系: everything recorded or found between the year's experts and applicants, read in a
constant number of statements.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment.industry import IndustryLevel, trade_at
from award.applicants.store import ApplicantRow, former_names
from award.year.store import YearView
from expert_pool import register
from expert_pool.core import organisation
from expert_pool.core.colleagues import Acquainted, Colleagues, colleagues
from expert_pool.core.conflict import KINDS
from expert_pool.core.findings import (
    Hint,
    Holding,
    Office,
    found_by_employer,
    found_by_holdings,
    found_by_office,
    found_rivals,
    hints_by_mail,
    without_decided,
)
from expert_pool.core.organisation import Remembered
from expert_pool.core.recusal import (
    Ask,
    Links,
    Parties,
    Party,
    Person,
    Relation,
    Side,
    asks,
    side_of,
)
from expert_pool.plain import Kept
from expert_pool.records import Official, Shareholding
from expert_pool.tables import Affiliation, Conflict, Expert, PerformanceRecord


@dataclass(frozen=True)
class Relations:
    """All relations of a year's people, whatever they mean; `looked_through` says in what findings
    were sought.
    """

    year: YearView
    people: tuple[Person, ...]
    parties: Parties
    recorded: tuple[Relation, ...]
    found: tuple[Relation, ...]
    hints: tuple[Hint, ...]
    looked_through: Mapping[str, int]

    @property
    def all(self) -> tuple[Relation, ...]:
        return (*self.recorded, *self.found)

    def asks(self) -> tuple[Ask, ...]:
        """Whether two names are one organisation, as far as it matters this year and nobody has
        said.
        """
        day = self.year.reference_day
        waiting = (Side.HARD, Side.PENDING, Side.OUT)
        return tuple(asks(self.parties, (one for one in self.all if side_of(one, day) in waiting)))


def relations(
    session: Session,
    year: YearView,
    rows: Sequence[Expert | Kept],
    applicants: Sequence[ApplicantRow],
    hidden: Collection[str] = (),
) -> Relations:
    """Seven statements, and two for former names.

    `rows` are the experts looked at; recorded relations of others are left out. What is said to
    have been looked through does not count lines about organisations of `hidden`.
    """
    uids = {row.id: row.uid for row in rows}
    people = tuple(
        Person(row.uid, row.name, row.employer, row.employer_uscc, row.email or "") for row in rows
    )
    holdings = tuple(
        Holding(
            row.company, row.company_uscc, row.holder, row.is_company, row.position, row.percent
        )
        for row in session.scalars(
            select(Shareholding).where(Shareholding.ended_on.is_(None)).order_by(Shareholding.id)
        )
    )
    links = [
        (row.company, row.group_name)
        for row in session.scalars(select(Affiliation).order_by(Affiliation.id))
    ]
    held = ((one.company, one.holder) for one in holdings if one.controls)
    known = register.known_answers(session)
    parties = Parties(_parties(session, year, applicants, Links((*links, *held), known)), known)
    offices = tuple(
        Office(row.role, row.name, row.unit, row.until)
        for row in session.scalars(select(Official).order_by(Official.id))
    )
    recorded = _recorded(session, uids)
    past = _reviews(session, year.year, uids)
    employed = tuple(found_by_employer(people, parties.all, known))
    said = (one for one in recorded if one.kind.code == "EMPLOYMENT" and one.ended is None)
    found = (
        *employed,
        *past,
        *found_by_holdings(people, holdings, known),
        *found_by_office(people, parties.all, offices, known),
        *found_rivals(
            (*(one for one in employed if one.kind.code == "EMPLOYMENT"), *said), parties, year.year
        ),
    )
    sought = {
        "recorded": sum(one.organisation not in hidden for one in recorded),
        "reviews": sum(one.organisation not in hidden for one in past),
        "holdings": sum(one.company not in hidden for one in holdings),
        "links": sum(company not in hidden for company, _ in links),
        "offices": len(offices),
    }
    return Relations(
        year,
        people,
        parties,
        recorded,
        without_decided(found, recorded, known),
        hints_by_mail(people, parties.all),
        sought,
    )


# What was found out about the names of employers, whoever asked: names alone, so that it holds for
# every register; one thread at a time.
_ACQUAINTED = [Acquainted()]
_ONE_AT_A_TIME = Lock()
MOST_BESIDE = 1000


def work_together(employers: Mapping[str, str], remembered: Remembered) -> Colleagues:
    """同事 of everybody, in seconds for twenty thousand people the first time and in a tenth of one
    when it is asked again. `employers`: person -> employer as written.
    """
    with _ONE_AT_A_TIME:
        if len(_ACQUAINTED[0]) > 2 * len(employers) + MOST_BESIDE:  # mostly of people long gone
            _ACQUAINTED[0] = Acquainted()
        return colleagues(employers, remembered, _ACQUAINTED[0])


def _parties(
    session: Session, year: YearView, applicants: Sequence[ApplicantRow], links: Links
) -> tuple[Party, ...]:
    level = cast(IndustryLevel, year.fields.policy.industry_level)
    called = former_names(session, applicants)
    return tuple(
        Party(
            row.uid,
            row.fields.name,
            row.fields.uscc,
            row.fields.recommender,
            row.fields.email or "",
            called[row.uid],
            links.family(
                (row.fields.name, *called[row.uid]),
                organisation.names_in(row.fields.group_company),
            ),
            row.fields.award,
            frozenset(trade_at(item.code, level) for item in row.fields.industries),
        )
        for row in applicants
    )


def _recorded(session: Session, uids: Mapping[int, str]) -> tuple[Relation, ...]:
    query = select(Conflict).where(Conflict.withdrawn_at.is_(None)).order_by(Conflict.id)
    rows = session.scalars(_of_few(query, Conflict.expert_id, uids))
    return tuple(
        Relation(
            uids[row.expert_id],
            KINDS[row.kind],
            row.organisation,
            row.organisation_uscc,
            row.until,
            row.decision,
            row.source,
            row.evidence,
            bool(row.name_match),
            row.uid,
            row.decided_by,
            row.percent,
        )
        for row in rows
        if row.expert_id in uids
    )


FEW = 500


def _of_few(query: Any, column: Any, numbers: Collection[int]) -> Any:
    """Named one by one while they are few; of thousands all are read."""
    return query.where(column.in_(numbers)) if len(numbers) <= FEW else query


def _reviews(session: Session, year: int, uids: Mapping[int, str]) -> tuple[Relation, ...]:
    """连续评审同一组织: counted from the end of that year's reviews."""
    kind = KINDS["PRIOR_REVIEW"]
    since = (
        year - 1 - (kind.lookback_years or 0)
    )  # earlier reviews are past the look-back of any deadline in the year
    held = (
        PerformanceRecord.expert_id,
        PerformanceRecord.organisation,
        PerformanceRecord.organisation_uscc,
        PerformanceRecord.year,
    )
    query = select(*held).where(PerformanceRecord.year >= since, PerformanceRecord.year < year)
    query = _of_few(query, PerformanceRecord.expert_id, uids)
    rows = session.execute(query.order_by(PerformanceRecord.id))
    return tuple(
        Relation(
            uids[row.expert_id],
            kind,
            row.organisation,
            row.organisation_uscc,
            date(row.year, 12, 31),
            evidence=f"{row.year} 年度评审过该组织",
        )
        for row in rows
        if row.expert_id in uids
    )

"""专家库的行: the register as plain values, telephone numbers and all: for the use cases, not for
pages.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.facts.halfday import HalfDay
from expert_pool.tables import Availability, AvailabilityHalfDay, Expert, ExpertIndustry

# Fields that a row keeps in another form than ExpertFields.
OWN_FORM = ("industries", "served_years")
_PLAIN = tuple(field.name for field in fields(ExpertFields) if field.name not in OWN_FORM)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the register as plain values."""

    id: int
    uid: str
    version: int
    fields: ExpertFields

    @property
    def name(self) -> str:
        return self.fields.name

    @property
    def employer(self) -> str:
        return self.fields.employer

    @property
    def employer_uscc(self) -> str:
        return self.fields.employer_uscc

    @property
    def email(self) -> str | None:
        return self.fields.email


def people(session: Session, query: Select[Any]) -> tuple[Kept, ...]:
    """The rows that a query on `expert` chooses, in its order, telephone numbers and all: for the
    use cases, not for pages.

    Two statements of plain columns: as objects, twenty thousand take four times as long.
    """
    columns = query.with_only_columns(
        Expert.id,
        Expert.uid,
        Expert.version,
        Expert.served_years,
        *(getattr(Expert, name) for name in _PLAIN),
    )
    rows = session.execute(columns).all()
    known: Any = select(
        ExpertIndustry.expert_id,
        ExpertIndustry.code,
        ExpertIndustry.source_word,
        ExpertIndustry.confirmed,
    ).where(ExpertIndustry.expert_id.in_(query.with_only_columns(Expert.id).order_by(None)))
    trades: dict[int, list[Industry]] = {}
    for number, *values in session.execute(
        known.order_by(ExpertIndustry.expert_id, ExpertIndustry.position)
    ):
        trades.setdefault(number, []).append(Industry(*values))
    return tuple(
        Kept(
            number,
            uid,
            version,
            ExpertFields(
                **dict(zip(_PLAIN, values, strict=True)),
                industries=tuple(trades.get(number, ())),
                served_years=years_of(served),
            ),
        )
        for number, uid, version, served, *values in rows
    )


def fields_of(row: Expert) -> ExpertFields:
    """The record as plain data, telephone number and all: for the use cases, not for pages."""
    values = {name: getattr(row, name) for name in _PLAIN}
    return ExpertFields(
        **values,
        industries=tuple(
            Industry(item.code, item.source_word, item.confirmed) for item in row.industries
        ),
        served_years=years_of(row.served_years),
    )


def years_of(served: str) -> tuple[int, ...]:
    return tuple(int(year) for year in served.split(",") if year)


def absences_of(row: Availability) -> tuple[HalfDay, ...]:
    return tuple(sorted(HalfDay(part.day, part.half) for part in row.absences))


@dataclass(frozen=True)
class Answer:
    """When somebody is away, among the days from `first` to `last`."""

    first: date
    last: date
    away: frozenset[HalfDay]


def answers(
    session: Session, year: int, numbers: Collection[int] | None = None
) -> dict[int, Answer]:
    """The known free days of everybody, or of these, by row number of the expert.

    Two statements of plain columns: thousands of half-days.
    """
    known = select(Availability.id, Availability.expert_id, Availability.first, Availability.last)
    known = among(known, Availability.expert_id, numbers)
    rows = session.execute(known.where(Availability.year == year, Availability.known)).all()
    parts = select(
        AvailabilityHalfDay.availability_id, AvailabilityHalfDay.day, AvailabilityHalfDay.half
    )
    parts = among(parts.join(Availability), Availability.expert_id, numbers)
    away: dict[int, set[HalfDay]] = {}
    for answer, day, half in session.execute(
        parts.where(Availability.year == year, Availability.known)
    ):
        away.setdefault(answer, set()).add(HalfDay(day, half))
    return {
        expert: Answer(first, last, frozenset(away.get(answer, ())))
        for answer, expert, first, last in rows
        if first and last
    }


def among(query: Any, column: Any, numbers: Collection[int] | None) -> Any:
    """The rows of these, or all where nobody is named."""
    return query if numbers is None else query.where(column.in_(numbers))


View = TypeVar("View")


def copied(view: type[View], row: object, **more: object) -> View:
    """A view from the columns of the same names."""
    names = [field.name for field in fields(view) if field.name not in more]  # type: ignore[arg-type]
    return view(**{name: getattr(row, name) for name in names}, **more)

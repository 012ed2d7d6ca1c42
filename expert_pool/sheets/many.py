"""整批写入: ten years of reviews, stages and ratings come by the thousand; they are checked as if
typed and stored together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from expert_pool import register
from expert_pool.core.record_sheets.rows import Entry
from expert_pool.core.rulebook import rulebook
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Editable, UnitOfWork, described, kind_of_table
from expert_pool.records import Rating, StageRecord
from expert_pool.tables import Expert, PerformanceRecord

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """`values`: what the record holds of a sound row; raises Refusal as the use case for one
    would.
    """

    table: type[Editable]
    prefix: str
    action: str
    values: Callable[[UnitOfWork, Entry], dict[str, Any]]


def store_many(
    uow: UnitOfWork, kind: Kind, rows: Sequence[tuple[Entry, dict[str, Any], str]]
) -> None:
    """New records of one kind, with the reason for the log of each; the caller has made sure that
    there are none of them yet.
    """
    numbers: dict[str, int] = dict(uow.session.execute(select(Expert.uid, Expert.id)).all())
    values = [{"expert_id": numbers[entry.expert], **said} for entry, said, _ in rows]
    for row, (_, _, reason) in zip(uow.insert(kind.table, values, kind.prefix), rows, strict=True):
        uow.record(
            kind.action,
            kind_of_table(kind.table),
            row["uid"],
            None,
            described(kind.table, row),
            reason,
        )


def only(kind: type[Any], values: Values) -> dict[str, Any]:
    """What a use case's fields take of a row."""
    return {one.name: values[one.name] for one in fields(kind) if one.name in values}


def service_of(uow: UnitOfWork, entry: Entry) -> register.ServiceFields:
    _not_ahead(uow, entry.values["year"])
    return register.ServiceFields(**only(register.ServiceFields, entry.values))


def stage_of(uow: UnitOfWork, entry: Entry) -> register.StageFields:
    _not_ahead(uow, entry.values["year"])
    return register.StageFields(**only(register.StageFields, entry.values))


def rating_of(uow: UnitOfWork, entry: Entry) -> register.RatingFields:
    said = entry.values
    _not_ahead(uow, said["year"])
    rater = rulebook().raters[said["rater"]]
    if foreign := [code for code in said["items"] if code not in rater.items]:
        words = "、".join(f"{name} {points}" for name, points in rater.items.values())
        raise Refusal("unknown-kind", f"{rater.zh}评的项目和满分是：{words}。", field=foreign[0])
    return register.RatingFields(**only(register.RatingFields, said))


def _service(uow: UnitOfWork, entry: Entry) -> dict[str, Any]:
    wanted = service_of(uow, entry)
    register.sound_service(wanted)
    return dict(vars(wanted))


def _stage(uow: UnitOfWork, entry: Entry) -> dict[str, Any]:
    wanted = stage_of(uow, entry)
    register.sound_stage(wanted)
    return dict(vars(wanted))


def _rating(uow: UnitOfWork, entry: Entry) -> dict[str, Any]:
    wanted = rating_of(uow, entry)
    values = register.rating_values(wanted, entry.name, uow.actor.name, uow.now)
    return {
        "year": wanted.year,
        "organisation": wanted.organisation,
        "stage": wanted.stage,
        "rater": wanted.rater,
        **values,
    }


def _not_ahead(uow: UnitOfWork, year: int) -> None:
    if year > uow.now.year:
        raise Refusal(
            "out-of-range", f"{year} 年度还没有到，不能登记已经做过的评审。", field="year"
        )


MANY = {
    "service": Kind(PerformanceRecord, "r", "record", _service),
    "stages": Kind(StageRecord, "k", "record", _stage),
    "ratings": Kind(Rating, "m", "rate", _rating),
}

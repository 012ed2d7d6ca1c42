"""标定案例用例（办法第九条）: all reviewers score one case at the 评前培训, its largest items only.

Standing groups share no applicant, so only such a case can tell a strict group from a weak one. It
changes no score; the aids of the evaluation may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.scoring import store
from award.scoring.core.rubric import Item, Rubric, demand_on_scale
from award.scoring.tables import CalibrationMark
from award.year import stages
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

BASIS = "办法第九条"
ITEMS = 6


@dataclass(frozen=True)
class Line:
    """One reviewer of the document plan and what she gave, by item."""

    expert: str
    name: str
    marks: Mapping[str, int]


def items_of(rubric: Rubric) -> tuple[Item, ...]:
    """The largest items; equal ones in the order of the rubric."""
    largest = sorted(rubric.items, key=lambda item: -item.points)[:ITEMS]
    return tuple(item for item in rubric.items if item in largest)


def lines(session: Session, year: int) -> tuple[Line, ...]:
    """Everybody in the published document plan."""
    seats = store.seats(store.plan_of(session, year, "document"))
    experts = sorted({expert for _, expert in seats})
    names, given = store.names_of(session, experts), marks(session, year)
    found = [Line(one, names.get(one, one), given.get(one, {})) for one in experts]
    return tuple(sorted(found, key=lambda line: (line.name, line.expert)))


def marks(session: Session, year: int) -> dict[str, dict[str, int]]:
    """By expert and item, in percent."""
    found: dict[str, dict[str, int]] = {}
    for row in session.scalars(select(CalibrationMark).where(CalibrationMark.year == year)):
        found.setdefault(row.expert, {})[row.item] = row.percent
    return found


def note(uow: UnitOfWork, year: int, expert: str, given: Mapping[str, int]) -> None:
    """登记一位评审员对标定案例的评分, whole or not at all.

    Raises Refusal `wrong-stage`, `not-found`, `gap` or `off-scale`.
    """
    stages.demand_stage(uow.session, year, "qualification")
    rubric = store.rubric_of(uow.session, year)
    if expert not in {line.expert for line in lines(uow.session, year)}:
        raise Refusal("not-found", "这位评审员不在资料评审的编组方案里。", BASIS)
    for item in items_of(rubric):
        if item.no not in given:
            raise Refusal("gap", f"{item.no}还没有评分。", BASIS, field=item.no)
        demand_on_scale(rubric, given[item.no])
    for item in items_of(rubric):
        key = {"year": year, "expert": expert, "item": item.no}
        row = uow.session.scalar(select(CalibrationMark).filter_by(**key))
        if row is None:
            fresh = CalibrationMark(
                **key, percent=given[item.no], entered_at=uow.now, entered_by=uow.actor.name
            )
            uow.add(fresh, "cm", "note")
        else:
            with uow.change(row, "note"):
                row.percent = given[item.no]
                row.entered_at, row.entered_by = uow.now, uow.actor.name


def missing(session: Session, year: int) -> tuple[str, ...]:
    """Names of who has not scored it whole."""
    wanted = {item.no for item in items_of(store.rubric_of(session, year))}
    return tuple(line.name for line in lines(session, year) if wanted - set(line.marks))

"""履职记录（办法第九条第三项）: what the register is told when a report is complete.

Own score, the mean of the others, the consensus and whether the book was locked in time. A
deviation is never a deduction by itself.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from award.scoring import store
from award.scoring.core import consensus as core
from award.scoring.core.scorebook import total
from award.scoring.store import ConsensusView
from expert_pool import register
from expert_pool.facts.zone import local_day
from expert_pool.ledger import UnitOfWork
from expert_pool.records import StageRecord
from expert_pool.register import StageFields
from expert_pool.tables import Expert

HUNDREDTHS = 100


def note_record(uow: UnitOfWork, view: ConsensusView) -> None:
    """One line per member whose book counts; what others noted there stays."""
    rubric = store.rubric_of(uow.session, view.year)
    marks = store.locked_marks(uow.session, view.year, view.stage, view.applicant)
    totals = {expert: total(rubric, percents) for expert, percents in marks.items()}
    agreed = core.total(rubric, view.agreed)
    due = store.due(uow.session, view.year, view.stage)
    for one in view.members:
        if one.expert not in totals:
            continue
        others = [value for expert, value in totals.items() if expert != one.expert]
        late = due is not None and one.locked_at is not None and _day_after(one.locked_at, due)
        held = _held(uow, one.expert, view)
        register.note_stage(
            uow,
            one.expert,
            replace(
                held,
                own_score=totals[one.expert] / HUNDREDTHS,  # a multiple of 0.25: exact
                consensus_score=agreed / HUNDREDTHS,
                others_score=float(round(Fraction(sum(others), len(others)))) / HUNDREDTHS
                if others
                else None,
                report=held.report if due is None else "late" if late else "on_time",
            ),
        )


def take_back(uow: UnitOfWork, year: int, stage: str, name: str) -> None:
    """合议重做: the scores that were noted of a report that counts no more; whether she was in time
    stays true.
    """
    rows = uow.session.scalars(
        select(StageRecord).where(
            StageRecord.year == year,
            StageRecord.organisation == name,
            StageRecord.stage == stage,
            StageRecord.consensus_score.is_not(None),
        )
    ).all()
    for row in rows:
        with uow.change(row, "correct"):
            row.own_score = row.consensus_score = row.others_score = None


def _day_after(locked: datetime, due: object) -> bool:
    return local_day(locked) > due  # type: ignore[operator]


def _held(uow: UnitOfWork, expert_uid: str, view: ConsensusView) -> StageFields:
    expert = uow.load(Expert, expert_uid)
    row = uow.session.scalar(
        select(StageRecord).filter_by(
            expert_id=expert.id, year=view.year, organisation=view.name, stage=view.stage
        )
    )
    if row is None:
        return StageFields(view.year, view.name, view.stage)
    return StageFields(**{one.name: getattr(row, one.name) for one in fields(StageFields)})

"""依法忘记一个人: where a person of the pool stands in the records, and what is left there.

Number, trades, terms, decisions and service stay for statistics and look-back; names, ways to reach
her and free texts go, also from the jobs, draws and drafts that know her by name. Published plans
and signed reports are official papers and stay as they are. `tests/use_cases/test_erasure.py` goes
over the whole schema, so that a new column is either named here or said to say nothing of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import and_, delete, or_, select

from award.groups.tables import DutyAnswer, PlanDraw, PlanVersion, SolveJob
from award.scoring.tables import Scorebook
from expert_pool.core.retention import GONE
from expert_pool.ledger import UnitOfWork, describe, kind_of
from expert_pool.records import (
    Candidacy,
    Lifting,
    PersonnelDecision,
    Rating,
    StageRecord,
    Violation,
    Waiver,
)
from expert_pool.tables import (
    Appointment,
    Availability,
    AvailabilityHalfDay,
    Conflict,
    Declaration,
    Expert,
    IdentityNumber,
    ImportRow,
    Loan,
    Message,
    PairConflict,
    PerformanceRecord,
    PersonalLink,
    Suspension,
)

DELETED = "（已删除）"


class Sessions(Protocol):
    """Log-ins of experts; they are kept above, by the doors of the house."""

    def forget_expert(self, uow: UnitOfWork, expert_id: int) -> None: ...


@dataclass(frozen=True)
class Somebody:
    """Whom to forget, as she stood in the register until now."""

    id: int
    uid: str
    name: str

    @property
    def label(self) -> str:
        return f"{GONE}{self.uid[-4:]}"


Whose = Callable[[Any, Somebody], Any]


@dataclass(frozen=True)
class Part:
    """The rows of a table that are about her, and what stands in them afterwards. Of rows that are
    others' matters (not `hers`) the log forgets only what says her name.
    """

    table: Any
    whose: Whose
    after: Mapping[str, Any]
    hers: bool = True


def _numbered(table: Any, who: Somebody) -> Any:
    return table.expert_id == who.id


def _named(table: Any, who: Somebody) -> Any:
    return table.expert == who.uid


def _either(table: Any, who: Somebody) -> Any:
    return or_(table.expert_a_id == who.id, table.expert_b_id == who.id)


def _of_her_conflict(table: Any, who: Somebody) -> Any:
    mine = select(Conflict.id).where(Conflict.expert_id == who.id)
    return table.conflict_id.in_(mine)


def _of_her_recusal(table: Any, who: Somebody) -> Any:
    conflicts = select(Conflict.uid).where(Conflict.expert_id == who.id)
    pairs = select(PairConflict.uid).where(_either(PairConflict, who))
    return or_(table.target.in_(conflicts), table.target.in_(pairs))


def _rater(table: Any, who: Somebody) -> Any:
    """What she said of others as their leader stays, without her name."""
    return table.rater_name == who.name


def _voided(table: Any, who: Somebody) -> Any:
    """A book that counts is an official paper; why another does not speaks of her."""
    return and_(table.expert == who.uid, table.void_reason != "")


def _in_a_file(table: Any, who: Somebody) -> Any:
    return table.name == who.name


PARTS: tuple[Part, ...] = (
    Part(Appointment, _numbered, {"end_reason": ""}),
    Part(Declaration, _numbered, {}),
    Part(PerformanceRecord, _numbered, {"note": ""}),
    Part(Suspension, _numbered, {"reason": DELETED, "lift_reason": ""}),
    # What speaks of a recusal before the recusal itself: it is found by it.
    Part(Waiver, _of_her_conflict, {"reason": DELETED, "decision_reason": ""}),
    Part(Lifting, _of_her_recusal, {"reason": DELETED, "decision_reason": ""}),
    Part(
        Conflict,
        _numbered,
        {
            "organisation": DELETED,
            "organisation_uscc": "",
            "evidence": "",
            "withdraw_reason": "",
        },
    ),
    Part(PairConflict, _either, {"evidence": "", "withdraw_reason": ""}),
    Part(Availability, _numbered, {"text": "", "known": False}),
    Part(Candidacy, _numbered, {"recommender": "", "training": "", "checks": "[]", "reason": ""}),
    Part(StageRecord, _numbered, {"note": ""}),
    Part(Rating, _rater, {"rater_name": DELETED}, hers=False),
    Part(Rating, _numbered, {"comment": ""}),
    Part(Violation, _numbered, {"facts": DELETED, "source": "", "decision_reason": ""}),
    Part(PersonnelDecision, _numbered, {"grounds": "", "reason": ""}),
    Part(Message, _numbered, {"text": DELETED}),
    Part(Loan, _numbered, {"consent_how": DELETED, "conduct": "", "away": ""}),
    Part(DutyAnswer, _named, {"reason": ""}),
    Part(Scorebook, _voided, {"void_reason": DELETED}),
    Part(ImportRow, _in_a_file, {"name": DELETED, "unit": "", "reason": "", "settled_note": ""}),
)
# Of the register's own record: what stands there afterwards; the name becomes a label.
REGISTER: Mapping[str, Any] = {
    "pinyin": "",
    "employer": DELETED,
    "gender": "",
    "birth": None,
    "birth_precision": None,
    "employer_uscc": "",
    "title": "",
    "education": "",
    "education_text": "",
    "phone": "",
    "email": None,
    "zzd_account": None,
    "town_code": None,
    "place_text": "",
    "remark": "",
}
# Jobs, draws and drafts keep names beside a problem that knows ids only: the columns that say them.
SAY_NAMES: Mapping[Any, tuple[str, ...]] = {
    SolveJob: ("names", "notes", "results", "error_text"),
    PlanDraw: ("names",),
    PlanVersion: ("names", "note", "verdict"),
}


def forget(uow: UnitOfWork, expert: Expert, reason: str, sessions: Sessions) -> None:
    """忘记一位专家 in every record and in the contents of the log; the chain stays whole."""
    who = Somebody(expert.id, expert.uid, expert.name)
    hers = [row for part in PARTS if part.hers for row in _blanked(uow, who, part)]
    others = [row for part in PARTS if not part.hers for row in _blanked(uow, who, part)]
    others += _in_names(uow, who)
    _drop_what_waits(uow, who)
    expert.name = who.label
    for name, value in REGISTER.items():
        setattr(expert, name, value)
    for item in expert.industries:
        item.source_word = ""
    uow.touch(expert)
    sessions.forget_expert(uow, expert.id)
    gone = _delete(uow, who)
    uow.session.flush()
    erased = uow.erase_contents([who.uid, *gone, *(row.uid for row in hers)], reason)
    erased += uow.erase_contents([row.uid for row in others], reason, who.name)
    after = {f"{kind_of(row)}/{row.uid}": describe(row) for row in (expert, *hers, *others)}
    uow.record("forget", "expert", who.uid, None, after, reason)
    told = {"effect": "anonymise", "log_entries": erased}
    uow.record("forget", "expert", who.uid, None, told, reason)


def _blanked(uow: UnitOfWork, who: Somebody, part: Part) -> Iterator[Any]:
    for row in uow.session.scalars(select(part.table).where(part.whose(part.table, who))):
        for name, value in part.after.items():
            setattr(row, name, value)
        if part.after:
            uow.touch(row)
        yield row


def _in_names(uow: UnitOfWork, who: Somebody) -> Iterator[Any]:
    """Jobs and drafts that name her; what the log holds of a job may say names in sentences."""
    for table, columns in SAY_NAMES.items():
        query = select(table).where(table.names.contains(f'"{who.uid}"', autoescape=True))
        if table is PlanVersion:
            query = query.where(PlanVersion.status.not_in(("published", "withdrawn")))
        for row in uow.session.scalars(query):
            row.names = _without(row.names, who)
            for name in columns:
                said = getattr(row, name)
                if said and said != (plain := _said(said, who)):
                    setattr(row, name, plain)
            uow.touch(row)
            yield row


def _without(names: str, who: Somebody) -> str:
    """The names file with nothing but a label where she was."""
    said = json.loads(names)
    known = said["persons"].get(who.uid, {})
    said["persons"][who.uid] = dict.fromkeys(known, "") | {"id": who.uid, "name": who.label}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _said(text: str, who: Somebody) -> str:
    escaped = json.dumps(who.name)[1:-1]
    return text.replace(who.name, who.label).replace(escaped, who.label)


def _drop_what_waits(uow: UnitOfWork, who: Somebody) -> None:
    """Nobody is left to send it to."""
    waiting = select(Message).where(Message.expert_id == who.id, Message.status == "waiting")
    for message in uow.session.scalars(waiting):
        message.status = "dropped"


def _delete(uow: UnitOfWork, who: Somebody) -> tuple[str, ...]:
    """Rows that say nothing when their secret is gone; gives those that the log speaks of."""
    numbers = _away(uow, IdentityNumber, who)
    days = select(Availability.id).where(Availability.expert_id == who.id)
    uow.session.execute(
        delete(AvailabilityHalfDay).where(AvailabilityHalfDay.availability_id.in_(days))
    )
    return (*numbers, *_away(uow, PersonalLink, who))


def _away(uow: UnitOfWork, table: Any, who: Somebody) -> tuple[str, ...]:
    found = uow.session.scalars(select(table.uid).where(table.expert_id == who.id)).all()
    uow.session.execute(delete(table).where(table.expert_id == who.id))
    return tuple(found)

"""名册导入用例: an approved ImportPlan becomes records, in one transaction, with one log entry per
person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.core.roster import ExpertDraft
from expert_pool.facts.intake import ImportPlan
from expert_pool.facts.qualifications import rank
from expert_pool.ledger import Editable, UnitOfWork, describe, described, kind_of
from expert_pool.ledger.seal import seal_of
from expert_pool.plain import OWN_FORM, answers, fields_of, years_of
from expert_pool.register.conflicts import ConflictFields, conflict_of, declare_conflict
from expert_pool.register.identity import insert_identities, keep_identity, known_identities
from expert_pool.register.people import expert_values, write_expert
from expert_pool.register.yearly import save_availability
from expert_pool.tables import (
    Availability,
    AvailabilityHalfDay,
    Conflict,
    Expert,
    ExpertIndustry,
    Suspension,
)

# What a list and the register both say, and of that what is a column of its own.
SHARED = tuple(
    one.name for one in fields(ExpertFields) if one.name in ExpertDraft.__dataclass_fields__
)
PLAIN = tuple(name for name in SHARED if name not in OWN_FORM)
PAUSED = "导入的名单注明本年度暂不参加"
NAMED = "导入的名单注明须回避"


@dataclass(frozen=True)
class Applied:
    """What an import did; uids of new and changed entries in the order of the plan."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def known_experts(
    session: Session, year: int, hidden: Collection[str] = ()
) -> tuple[ExpertDraft, ...]:
    """The register as the roster compares it; telephone and ID numbers in full, for use cases only.
    Eight statements. That somebody keeps away from `hidden` organisations is left out.

    An organisation whose recusal was withdrawn stays in `recuse`, so that the same old file does
    not bring it back.
    """
    recused: dict[int, list[str]] = {}
    for row in session.scalars(
        select(Conflict).where(Conflict.kind == "SELF_DECLARED").order_by(Conflict.id)
    ):
        if row.organisation not in hidden:
            recused.setdefault(row.expert_id, []).append(row.organisation)
    told = select(Availability.expert_id, Availability.text).where(Availability.year == year)
    texts: dict[int, str] = dict(session.execute(told).all())
    known = answers(session, year)
    lines = select(Suspension.expert_id).where(
        Suspension.lifted_at.is_(None), (Suspension.year == year) | Suspension.year.is_(None)
    )
    paused = set(session.scalars(lines))
    cards = known_identities(session)
    trades = _trades(session)
    # Columns, not records: tens of thousands of those would take many times as long to make.
    columns = (Expert.id, Expert.uid, Expert.served_years, *(getattr(Expert, one) for one in PLAIN))
    return tuple(
        ExpertDraft(
            **dict(zip(PLAIN, plain, strict=True)),
            industries=tuple(trades.get(number, ())),
            served_years=years_of(served),
            recuse=tuple(dict.fromkeys(recused.get(number, ()))),
            absences=tuple(sorted(known[number].away)) if number in known else None,
            absence_text=texts.get(number, ""),
            suspended_year=number in paused,
            uid=uid,
            id_number=cards.get(number, ""),
        )
        for number, uid, served, *plain in session.execute(select(*columns).order_by(Expert.id))
    )


def _trades(session: Session) -> dict[int, list[Industry]]:
    """By row number of the expert, in their order."""
    query = select(
        ExpertIndustry.expert_id,
        ExpertIndustry.code,
        ExpertIndustry.source_word,
        ExpertIndustry.confirmed,
    ).order_by(ExpertIndustry.expert_id, ExpertIndustry.position)
    found: dict[int, list[Industry]] = {}
    for number, code, word, confirmed in session.execute(query):
        found.setdefault(number, []).append(Industry(code, word, confirmed))
    return found


def apply_import(
    uow: UnitOfWork,
    plan: ImportPlan[ExpertDraft],
    year: int,
    first: date,
    last: date,
    reason: str = "导入专家名单",
) -> Applied:
    """写入名册. `first` to `last` are the days the absences speak about.

    Problems and open questions of the plan are not written.
    """
    new = _enrol(uow, plan.new, year, (first, last), reason)
    for change in plan.changed:
        expert = uow.load(Expert, change.before.uid)
        with uow.together("import", "expert", expert.uid, reason):
            known = fields_of(expert)
            if change.after.title != change.before.title:
                known = replace(known, seniority=rank(change.after.title))
            with uow.change(expert, "import"):
                write_expert(expert, _fields(known, change.after))
            _year_of(uow, expert, change.after, change.before, year, (first, last))
            if change.after.id_number != change.before.id_number and seal_of(uow.session).ready:
                keep_identity(uow, expert.uid, change.after.id_number)
    return Applied(new, tuple(change.before.uid for change in plan.changed), len(plan.unchanged))


def _fields(known: ExpertFields, draft: ExpertDraft) -> ExpertFields:
    return replace(known, **{name: getattr(draft, name) for name in SHARED})


def _enrol(
    uow: UnitOfWork, drafts: Sequence[ExpertDraft], year: int, asked: tuple[date, date], reason: str
) -> tuple[str, ...]:
    """All new people in a few statements of plain values, however many rows the file has."""
    wanted = [
        _fields(ExpertFields(draft.name, draft.employer, seniority=rank(draft.title)), draft)
        for draft in drafts
    ]
    experts = uow.insert(
        Expert, [{**expert_values(one), "created_at": uow.now} for one in wanted], "e"
    )
    trades = [
        [
            {
                "expert_id": row["id"],
                "position": place,
                "code": item.code,
                "source_word": item.source_word,
                "confirmed": item.confirmed,
            }
            for place, item in enumerate(one.industries)
        ]
        for row, one in zip(experts, wanted, strict=True)
    ]
    _insert_all(uow, ExpertIndustry, trades)
    answered = _answers(uow, experts, drafts, year, asked)
    relations: dict[int, list[Editable]] = {}
    for row, draft in zip(experts, drafts, strict=True):
        own: list[Editable] = [
            conflict_of(uow, row["id"], _recusal(organisation))
            for organisation in dict.fromkeys(draft.recuse)
        ]
        if draft.suspended_year:
            own.append(_pause(uow, row["id"], year))
        relations[row["id"]] = own
    for table, prefix in ((Conflict, "c"), (Suspension, "s")):
        uow.store(
            [part for own in relations.values() for part in own if isinstance(part, table)], prefix
        )
    cards = insert_identities(
        uow,
        (
            (row["id"], row["uid"], draft.id_number)
            for row, draft in zip(experts, drafts, strict=True)
        ),
    )
    for row, own_trades in zip(experts, trades, strict=True):
        after = {
            f"expert/{row['uid']}": described(
                Expert, row, industries=[described(ExpertIndustry, trade) for trade in own_trades]
            )
        }
        after |= answered.get(row["id"], {})
        after |= {f"{kind_of(part)}/{part.uid}": describe(part) for part in relations[row["id"]]}
        after |= (
            {f"identity_number/{cards[row['id']]}": {"expert": row["uid"]}}
            if row["id"] in cards
            else {}
        )
        uow.record("import", "expert", row["uid"], dict.fromkeys(after), after, reason)
    return tuple(row["uid"] for row in experts)


def _answers(
    uow: UnitOfWork,
    experts: Sequence[dict[str, Any]],
    drafts: Sequence[ExpertDraft],
    year: int,
    asked: tuple[date, date],
) -> dict[int, dict[str, dict[str, Any]]]:
    """可参加时间 of new people, stored; what the log says of them, by row number of the expert."""
    said = [
        (row["id"], draft)
        for row, draft in zip(experts, drafts, strict=True)
        if draft.absences is not None or draft.absence_text
    ]
    values = [
        {
            "expert_id": number,
            "year": year,
            "known": draft.absences is not None,
            "text": draft.absence_text,
            "saved_at": uow.now,
            "first": asked[0],
            "last": asked[1],
        }
        for number, draft in said
    ]
    rows = uow.insert(Availability, values, "v")
    away = [
        [
            {"availability_id": row["id"], "day": one.date, "half": str(one.half)}
            for one in sorted(set(draft.absences or ()))
        ]
        for row, (_, draft) in zip(rows, said, strict=True)
    ]
    _insert_all(uow, AvailabilityHalfDay, away)
    return {
        row["expert_id"]: {
            f"availability/{row['uid']}": described(
                Availability, row, absences=[described(AvailabilityHalfDay, part) for part in parts]
            )
        }
        for row, parts in zip(rows, away, strict=True)
    }


def _insert_all(
    uow: UnitOfWork, table: type[Any], lists: Sequence[Sequence[dict[str, Any]]]
) -> None:
    rows = [row for own in lists for row in own]
    if rows:
        uow.session.execute(insert(inspect(table).local_table), rows)


def _year_of(
    uow: UnitOfWork,
    expert: Expert,
    draft: ExpertDraft,
    before: ExpertDraft,
    year: int,
    asked: tuple[date, date],
) -> None:
    """Free days, recusals and a pause, where the file says more than was known."""
    if (draft.absences, draft.absence_text) != (before.absences, before.absence_text):
        save_availability(uow, expert.uid, year, draft.absences, draft.absence_text, None, *asked)
    for organisation in draft.recuse:
        if organisation not in before.recuse:
            declare_conflict(uow, expert.uid, _recusal(organisation))
    if draft.suspended_year and not before.suspended_year:
        uow.add(_pause(uow, expert.id, year), "s", "suspend")


def _recusal(organisation: str) -> ConflictFields:
    return ConflictFields("SELF_DECLARED", organisation, evidence=NAMED)


def _pause(uow: UnitOfWork, expert_id: int, year: int) -> Suspension:
    return Suspension(
        expert_id=expert_id, year=year, reason=PAUSED, started_at=uow.now, lift_reason=""
    )

"""名册导入用例: an approved ImportPlan becomes records, in one transaction, with one log entry per person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from expert_pool.core.expert import ExpertFields, seniority
from expert_pool.core.roster import ExpertDraft
from expert_pool.facts.intake import ImportPlan
from expert_pool.ledger import Editable, UnitOfWork, describe, kind_of
from expert_pool.register.conflicts import ConflictFields, conflict_of, declare_conflict
from expert_pool.register.people import write_expert
from expert_pool.register.yearly import answer_of, save_availability
from expert_pool.store import absences_of, fields_of
from expert_pool.tables import Availability, Conflict, Expert, Suspension

PAUSED = "导入的名单注明本年度暂不参加"
NAMED = "导入的名单注明须回避"


@dataclass(frozen=True)
class Applied:
    """What an import did; uids of new and changed entries in the order of the plan."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def known_experts(session: Session, year: int) -> tuple[ExpertDraft, ...]:
    """The register as the roster compares it; telephone numbers in full, for use cases only. Four statements.

    An organisation whose recusal was withdrawn stays in `recuse`, so that the same old file does not bring it back.
    """
    recused: dict[int, list[str]] = {}
    for row in session.scalars(select(Conflict).where(Conflict.kind == "SELF_DECLARED").order_by(Conflict.id)):
        recused.setdefault(row.expert_id, []).append(row.organisation)
    query = select(Availability).options(selectinload(Availability.absences)).where(Availability.year == year)
    answers = {row.expert_id: row for row in session.scalars(query)}
    lines = select(Suspension.expert_id).where(Suspension.lifted_at.is_(None), (Suspension.year == year) | Suspension.year.is_(None))
    paused = set(session.scalars(lines))
    rows = session.scalars(select(Expert).options(selectinload(Expert.industries)).order_by(Expert.id))
    return tuple(_draft(row, answers.get(row.id), tuple(recused.get(row.id, ())), row.id in paused) for row in rows)


def apply_import(
    uow: UnitOfWork, plan: ImportPlan[ExpertDraft], year: int, first: date, last: date, reason: str = "导入专家名单"
) -> Applied:
    """写入名册. `first` to `last` are the days the absences speak about. Problems and open questions of the plan are not written."""
    new = _enrol(uow, plan.new, year, (first, last), reason)
    for change in plan.changed:
        expert = uow.load(Expert, change.before.uid)
        with uow.together("import", "expert", expert.uid, reason):
            known = fields_of(expert)
            if change.after.title != change.before.title:
                known = replace(known, seniority=seniority(change.after.title))
            with uow.change(expert, "import"):
                write_expert(expert, _fields(known, change.after))
            _year_of(uow, expert, change.after, change.before, year, (first, last))
    return Applied(new, tuple(change.before.uid for change in plan.changed), len(plan.unchanged))


def _fields(known: ExpertFields, draft: ExpertDraft) -> ExpertFields:
    shared = {field.name for field in fields(ExpertFields)} & {field.name for field in fields(ExpertDraft)}
    return replace(known, **{name: getattr(draft, name) for name in shared})


def _enrol(uow: UnitOfWork, drafts: Sequence[ExpertDraft], year: int, asked: tuple[date, date], reason: str) -> tuple[str, ...]:
    """All new people in a few statements, however many rows the file has."""
    experts = [Expert(created_at=uow.now) for _ in drafts]
    for expert, draft in zip(experts, drafts, strict=True):
        write_expert(expert, _fields(ExpertFields(draft.name, draft.employer, seniority=seniority(draft.title)), draft))
    uow.store(experts, "e")
    parts: dict[int, list[Editable]] = {expert.id: [] for expert in experts}
    for expert, draft in zip(experts, drafts, strict=True):
        if draft.absences is not None or draft.absence_text:
            parts[expert.id].append(answer_of(uow, expert, year, draft.absences, draft.absence_text, asked))
        for organisation in dict.fromkeys(draft.recuse):
            parts[expert.id].append(conflict_of(uow, expert, _recusal(organisation)))
        if draft.suspended_year:
            parts[expert.id].append(_pause(uow, expert, year))
    for table, prefix in ((Availability, "v"), (Conflict, "c"), (Suspension, "s")):
        uow.store([part for own in parts.values() for part in own if isinstance(part, table)], prefix)
    for expert in experts:
        rows: list[Editable] = [expert, *parts[expert.id]]
        before, after = ({f"{kind_of(row)}/{row.uid}": describe(row) if done else None for row in rows} for done in (False, True))
        uow.record("import", "expert", expert.uid, before, after, reason)
    return tuple(expert.uid for expert in experts)


def _year_of(uow: UnitOfWork, expert: Expert, draft: ExpertDraft, before: ExpertDraft, year: int, asked: tuple[date, date]) -> None:
    """Free days, recusals and a pause, where the file says more than was known."""
    if (draft.absences, draft.absence_text) != (before.absences, before.absence_text):
        save_availability(uow, expert.uid, year, draft.absences, draft.absence_text, None, *asked)
    for organisation in draft.recuse:
        if organisation not in before.recuse:
            declare_conflict(uow, expert.uid, _recusal(organisation))
    if draft.suspended_year and not before.suspended_year:
        uow.add(_pause(uow, expert, year), "s", "suspend")


def _recusal(organisation: str) -> ConflictFields:
    return ConflictFields("SELF_DECLARED", organisation, evidence=NAMED)


def _pause(uow: UnitOfWork, expert: Expert, year: int) -> Suspension:
    return Suspension(expert_id=expert.id, year=year, reason=PAUSED, started_at=uow.now, lift_reason="")


def _draft(row: Expert, answer: Availability | None, recuse: tuple[str, ...], paused: bool) -> ExpertDraft:
    known = fields_of(row)
    shared = {field.name for field in fields(ExpertFields)} & {field.name for field in fields(ExpertDraft)}
    return ExpertDraft(
        **{name: getattr(known, name) for name in shared},
        recuse=tuple(dict.fromkeys(recuse)),
        absences=absences_of(answer) if answer is not None and answer.known else None,
        absence_text=answer.text if answer else "",
        suspended_year=paused,
        uid=row.uid,
    )

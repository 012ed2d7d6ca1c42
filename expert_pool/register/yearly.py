"""年度用例: declarations, free days and the record of service."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork, stale
from expert_pool.ledger.audit import AuditContent, AuditEntry
from expert_pool.tables import (
    Availability,
    AvailabilityHalfDay,
    Declaration,
    Expert,
    PerformanceRecord,
)

YEARLY_STEPS = ("data",)


@dataclass(frozen=True)
class ServiceFields:
    """一次使用记录: `effort` half-days, `score` of 100 or None (not rated)."""

    year: int
    organisation: str
    organisation_uscc: str = ""
    leader: bool = False
    effort: int = 0
    score: int | None = None
    note: str = ""


def sign_declaration(
    uow: UnitOfWork,
    expert_uid: str,
    year: int,
    text_version: str,
    text_sha256: str,
    via: str,
    answered: bool = True,
) -> str:
    """签署年度申报与承诺（办法第十一、十六条）: once a year; signing a newer text replaces the
    older signature.

    `answered`: whether the paper also answers the list of applicants as it is now; on her own page
    she signs first and answers then.
    """
    expert = uow.load(Expert, expert_uid)
    if len(text_sha256) != 64:
        raise ValueError("text_sha256 must be the SHA-256 of the signed text")
    signed = uow.session.scalar(
        select(Declaration).where(Declaration.expert_id == expert.id, Declaration.year == year)
    )
    values = {
        "text_version": text_version,
        "text_sha256": text_sha256,
        "signed_at": uow.now,
        "signed_via": via,
    }
    if signed is None:
        answered_at = uow.now if answered else None
        return uow.add(
            Declaration(expert_id=expert.id, year=year, answered_at=answered_at, **values),
            "d",
            "sign",
        ).uid
    if signed.text_sha256 != text_sha256 or answered:
        with uow.change(signed, "sign"):
            for name, value in values.items():
                setattr(signed, name, value)
            if answered:
                signed.answered_at = uow.now
    return signed.uid


def note_answered(uow: UnitOfWork, expert_uid: str, year: int, said: str = "") -> None:
    """对照申报组织名单申报完毕: what stands on the list now has been asked about; what joins it
    later has not. `said` goes into the log.
    """
    signed = uow.session.scalar(
        select(Declaration).join(Expert).where(Expert.uid == expert_uid, Declaration.year == year)
    )
    if signed is None:
        raise Refusal(
            "not-declared", "请先签署年度声明与保密承诺，再对照名单申报。", "办法第十一条"
        )
    with uow.change(signed, "answer", said):
        signed.answered_at = uow.now


def save_availability(
    uow: UnitOfWork,
    expert_uid: str,
    year: int,
    absences: Iterable[HalfDay] | None,
    text: str = "",
    version: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> int:
    """保存可参加时间: the half-days away, or None for unknown. Gives the new version.

    `first` to `last` are the days the answer speaks about; a day outside is unknown, hence not
    free. `version` 0: there must be no answer yet; a number: that version; None: whatever there is
    (import).
    """
    expert = uow.load(Expert, expert_uid)
    days = None if absences is None else sorted(set(absences))
    if days is not None and (first is None or last is None or first > last):
        raise Refusal("bad-term", "请说明这些时间是就哪一段日期填写的。", field="first")
    row = uow.session.scalar(
        select(Availability).where(Availability.expert_id == expert.id, Availability.year == year)
    )
    if version is not None and (row.version if row else 0) != version:
        raise stale(row.version if row else 0)
    if row is None:
        row = Availability(expert_id=expert.id, year=year)
        _answer(uow, row, days, text, first, last)
        return uow.add(row, "v", "save").version
    if (row.known, row.first, row.last, row.text, _days(row)) == (
        days is not None,
        first,
        last,
        text,
        days or [],
    ):
        return row.version
    with uow.change(row, "save"):
        _answer(uow, row, days, text, first, last)
    return row.version


def _answer(
    uow: UnitOfWork,
    row: Availability,
    days: list[HalfDay] | None,
    text: str,
    first: date | None,
    last: date | None,
) -> None:
    row.known, row.text, row.saved_at = days is not None, text, uow.now
    row.first, row.last = first, last
    kept = {HalfDay(part.day, part.half): part for part in row.absences}
    row.absences[:] = [
        kept.get(one) or AvailabilityHalfDay(day=one.date, half=one.half) for one in days or ()
    ]


def _days(row: Availability) -> list[HalfDay]:
    return sorted(HalfDay(part.day, part.half) for part in row.absences)


def undo_availability(uow: UnitOfWork, expert_uid: str, year: int, version: int) -> int:
    """撤销上一次保存: the answer as the log has it from before; undoing twice brings the newer one
    back. Gives the new version.
    """
    expert = uow.load(Expert, expert_uid)
    row = uow.session.scalar(
        select(Availability).where(Availability.expert_id == expert.id, Availability.year == year)
    )
    if row is None:
        raise Refusal("nothing-to-undo", "还没有保存过可用时间。")
    if row.version != version:
        raise stale(row.version)
    entry = select(AuditContent.before, AuditContent.after).join(
        AuditEntry, AuditEntry.id == AuditContent.entry_id
    )
    entry = (
        entry.where(AuditEntry.kind == "availability", AuditEntry.object_id == row.uid)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = uow.session.execute(entry).first()
    if (
        found is None or json.loads(found.after)["version"] != row.version
    ):  # what came last is told elsewhere, as by an import
        raise Refusal("nothing-to-undo", "最近一次不是在这里保存的，不能撤销。")
    before = (
        json.loads(found.before)
        if found.before
        else {"known": False, "first": None, "last": None, "text": "", "absences": []}
    )
    days = (
        [HalfDay(date.fromisoformat(part["day"]), part["half"]) for part in before["absences"]]
        if before["known"]
        else None
    )
    first, last = (
        date.fromisoformat(before[name]) if before[name] else None for name in ("first", "last")
    )
    with uow.change(row, "undo"):
        _answer(uow, row, days, before["text"], first, last)
    return row.version


def record_performance(uow: UnitOfWork, expert_uid: str, wanted: ServiceFields) -> str:
    """记录使用与履职（办法第九条第三项）: one line per expert, organisation and year; writing it
    again corrects it.
    """
    expert = uow.load(Expert, expert_uid)
    sound_service(wanted)
    uow.demand_may_name(wanted.organisation)
    row = uow.session.scalar(
        select(PerformanceRecord).where(
            PerformanceRecord.expert_id == expert.id,
            PerformanceRecord.year == wanted.year,
            PerformanceRecord.organisation == wanted.organisation,
        )
    )
    if row is None:
        return uow.add(PerformanceRecord(expert_id=expert.id, **vars(wanted)), "r", "record").uid
    with uow.change(row, "correct"):
        for name, value in vars(wanted).items():
            setattr(row, name, value)
    return row.uid


def sound_service(wanted: ServiceFields) -> None:
    """Raises Refusal `blank` or `out-of-range`."""
    if not wanted.organisation.strip():
        raise Refusal("blank", "请填写评审的组织名称。", field="organisation")
    if wanted.effort < 0 or (wanted.score is not None and not 0 <= wanted.score <= 100):
        raise Refusal("out-of-range", "半天数不能小于 0，评分应在 0 到 100 之间。", field="score")


def note_step(uow: UnitOfWork, expert_uid: str, year: int, step: str) -> None:
    """本人办结一项: that an expert confirmed her data ("data"), even if nothing had to change."""
    if step not in YEARLY_STEPS:
        raise ValueError(f"no such step: {step}")
    uow.load(Expert, expert_uid)
    uow.record(
        "confirm", "yearly_step", f"{year}/{expert_uid}/{step}", None, {"year": year, "step": step}
    )

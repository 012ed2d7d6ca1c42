"""回避核查证明: what was checked between one expert and one applicant, and why the pair is clear or
barred.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.applicants import store as applicant_store
from award.applicants.store import ApplicantRow
from award.recusal.relations import Relations, relations, work_together
from award.year import store as year_store
from expert_pool import plain
from expert_pool.core.actor import SYSTEM_VIEWER, Viewer
from expert_pool.core.conflict import KINDS, PAIR_KINDS, ConflictKind, told_evidence, years_before
from expert_pool.core.recusal import (
    OUT_OF_EVERYTHING,
    SIDES,
    Concern,
    Relation,
    Side,
    asked_once,
    doubts,
    side_of,
)
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import audit
from expert_pool.ledger.audit import AuditEntry
from expert_pool.register.conflicts import SOURCES
from expert_pool.tables import Conflict, Declaration, Expert

Verdict = Literal["out", "barred", "pending", "undeclared", "discouraged", "clear"]
VERDICTS: dict[Verdict, str] = {
    "out": "不得参加任何评审",
    "barred": "应当回避",
    "pending": "有情形待决定，决定前不得安排",
    "undeclared": "本人尚未申报，不得安排",
    "discouraged": "可以评审，尽量不安排",
    "clear": "未发现应当回避的情形",
}
SEVERITIES = {"hard": "应当回避", "soft": "尽量不安排", "review": "须作决定", "bar": "不得评审"}


@dataclass(frozen=True)
class Fact:
    """One relation that concerns the pair.

    `record` is empty for a finding nobody has taken on record.
    """

    kind: str
    organisation: str
    source: str
    evidence: str
    ended: date | None
    side: str
    record: str
    name_match: bool
    decided_by: str
    decision_reason: str = ""
    doubt: str = ""  # 须核实…: it counts only if two names are one organisation


@dataclass(frozen=True)
class KindLine:
    """One of the kinds of the taxonomy and what was found of it."""

    code: str
    zh: str
    severity: str
    since: str  # 自 2023年6月30日起 / 不限年限 / 现时
    result: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Certificate:
    """回避核查证明 of one expert and one applicant of a year.

    `digest` is of all that is said in it.
    """

    expert_uid: str
    expert: str
    employer: str
    applicant_uid: str
    applicant: str
    uscc: str
    year: int
    deadline: date
    declared_at: datetime | None
    declared_via: str
    family: tuple[str, ...]
    checked: tuple[tuple[str, str], ...]
    kinds: tuple[KindLine, ...]
    hints: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def digest(self) -> str:
        said = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Finding:
    """自动发现 for the year's list: what it is about, and for which applicants."""

    expert_uid: str
    expert: str
    applicant_uid: str
    applicant: str
    kind: str
    organisation: str
    uscc: str
    evidence: str
    ended: date | None
    side: str
    source: str
    record: str
    name_match: bool
    percent: float | None = None
    doubt: str = ""


def certificate(
    session: Session, viewer: Viewer, expert_uid: str, applicant_uid: str
) -> Certificate:
    """Refuses "not-found" for who may not see either of them, staff who must keep away from the
    applicant included.
    """
    expert = (
        session.scalar(select(Expert).where(Expert.uid == expert_uid)) if viewer.is_staff else None
    )
    if expert is None or applicant_uid in viewer.conflicted:
        raise Refusal("not-found", "没有找到这位专家或这家申报组织，可能编号有误。")
    applicant = applicant_store.applicant(session, viewer, applicant_uid)
    year = year_store.year(session, SYSTEM_VIEWER, applicant.year)
    # The whole list: a name that is surely another applicant's is not asked about.
    listed = applicant_store.applicants(session, SYSTEM_VIEWER, year.year, withdrawn=False)
    others = tuple(row for row in listed if row.uid != applicant_uid)
    related = relations(session, year, (expert,), (applicant, *others), viewer.hidden)
    reasons = _decision_reasons(
        session, tuple(relation.record for relation in related.recorded if relation.decided_by)
    )
    signed = session.scalar(
        select(Declaration).where(Declaration.expert_id == expert.id, Declaration.year == year.year)
    )
    return _certificate(expert, applicant, related, signed, reasons)


def _decision_reasons(session: Session, records: tuple[str, ...]) -> dict[str, str]:
    """Why each recorded conflict was decided as it was: the record says how and by whom, the log
    says why.
    """
    decided = audit.why().where(
        AuditEntry.kind == "conflict",
        AuditEntry.action == "decide",
        AuditEntry.object_id.in_(records),
    )
    return {
        line.object_id: reason for line, reason in session.execute(decided.order_by(AuditEntry.id))
    }


def _certificate(
    expert: Expert,
    applicant: ApplicantRow,
    related: Relations,
    signed: Declaration | None,
    reasons: dict[str, str],
) -> Certificate:
    deadline, party = related.year.reference_day, related.parties.all[0]
    facts = [
        _fact(relation, concern, deadline, reasons.get(relation.record, ""))
        for relation in related.all
        for concern in related.parties.concerned(relation)
        if concern.party.uid == applicant.uid
    ]
    verdict, grounds = _verdict(facts, _not_declared(signed, applicant, related.year.year))
    return Certificate(
        expert.uid,
        expert.name,
        expert.employer,
        applicant.uid,
        applicant.fields.name,
        applicant.fields.uscc,
        related.year.year,
        deadline,
        signed.signed_at if signed else None,
        signed.signed_via if signed else "",
        tuple(name for name in party.family if name != party.name),
        _checked(related, applicant),
        tuple(
            _kind_line(code, deadline, tuple(fact for fact in facts if fact.kind == code))
            for code in KINDS
            if code not in PAIR_KINDS
        ),
        tuple(hint.words for hint in related.hints if hint.applicant == applicant.uid),
        verdict,
        grounds,
    )


def _fact(relation: Relation, concern: Concern, deadline: date, reason: str) -> Fact:
    return Fact(
        relation.kind.code,
        relation.organisation,
        SOURCES.get(relation.source, relation.source),
        told_evidence(relation.kind.code, relation.percent, relation.evidence),
        relation.ended,
        concern.side(side_of(relation, deadline)).value,
        relation.record,
        relation.name_match,
        relation.decided_by,
        reason,
        doubt_words(concern),
    )


def doubt_words(concern: Concern, relation: Relation | None = None) -> str:
    """须核实“大东集团”与“诸暨市大东袜业有限公司”是否同一单位; "" where nothing is asked."""
    doubt = concern.doubt or (relation.doubt if relation else None)
    if doubt is None:
        return ""
    one, other = doubt
    return f"须核实“{one}”与“{other}”是否同一单位"


def _not_declared(
    signed: Declaration | None, applicant: ApplicantRow, year: int
) -> tuple[str, ...]:
    """Why she has not declared about this applicant; nothing when she has."""
    if signed is None:
        return (f"本人未签署 {year} 年度利益冲突申报与保密承诺（未申报不等于没有）",)
    if signed.answered_at is None:
        return ("本人已签署声明，尚未对照申报组织名单申报（未申报不等于没有）",)
    if applicant_store.unasked(signed.answered_at, applicant.listed_at):
        return ("该组织在本人申报之后才列入名单，本人尚未就其申报（未申报不等于没有）",)
    return ()


def _verdict(facts: list[Fact], missing: tuple[str, ...]) -> tuple[Verdict, tuple[str, ...]]:
    def told(*sides: Side) -> tuple[str, ...]:
        return tuple(_told(fact) for fact in facts if fact.side in sides)

    for verdict, sides in (
        ("out", (Side.OUT,)),
        ("barred", (Side.HARD,)),
        ("pending", (Side.PENDING,)),
    ):
        if found := told(*sides):
            return verdict, (*found, *missing)  # type: ignore[return-value]
    if missing:
        return "undeclared", missing
    if found := told(Side.SOFT):
        return "discouraged", found
    over = told(Side.OVER, Side.CLEARED)
    return "clear", over or ("本人已申报，名册、名单和以往记录中都没有发现",)


def _told(fact: Fact) -> str:
    """连续评审同一组织：2025 年度评审过该组织; of what no longer counts also why."""
    words = f"{KINDS[fact.kind].zh}：{fact.evidence or fact.organisation}"
    if fact.side == Side.OVER:
        return f"{words}（已过回溯期，不再计算）"
    if fact.decided_by:
        why = f"：{fact.decision_reason}" if fact.decision_reason else ""
        return (
            f"{words}（{fact.decided_by}决"
            f"定{'不需回避' if fact.side == Side.CLEARED else '应当回避'}{why}）"
        )
    return f"{words}（{fact.doubt}）" if fact.doubt else words


def _checked(related: Relations, applicant: ApplicantRow) -> tuple[tuple[str, str], ...]:
    sought = related.looked_through
    recommender = applicant.fields.recommender
    return (
        ("本人申报与审定办登记", f"{sought['recorded']} 条"),
        ("工作单位", "与申报组织及其集团逐一比对"),
        ("集团关系", f"{sought['links']} 条"),
        (
            "股东和主要人员名单",
            f"{sought['holdings']} 条" if sought["holdings"] else "没有导入，未核",
        ),
        ("以往评审记录", f"{sought['reviews']} 次"),
        ("推荐单位", recommender or "没有填写，未核"),
        (
            "审委会委员及公职人员名单",
            f"{sought['offices']} 人" if sought["offices"] else "没有录入，未核",
        ),
        (
            "邮箱域名",
            "已比对（仅供提示）" if applicant.fields.email else "申报组织没有填写，未比对",
        ),
    )


def _kind_line(code: str, deadline: date, facts: tuple[Fact, ...]) -> KindLine:
    kind = KINDS[code]
    if kind.lookback_years is None:
        since = "不限年限"
    elif kind.lookback_years == 0:
        since = "现时"
    else:
        day = years_before(deadline, kind.lookback_years)
        since = f"自{day.year}年{day.month}月{day.day}日起"
    order = list(SIDES)
    worst = min((Side(fact.side) for fact in facts), key=order.index, default=None)
    return KindLine(
        code, kind.zh, _severity_words(kind), since, SIDES[worst] if worst else "未发现", facts
    )


def _severity_words(kind: ConflictKind) -> str:
    """应当回避; of a kind that goes by shares also what a smaller one means: 应当回避，不足 5% 的尽
    量不安排.
    """
    less = [
        f"不足 {above:g}% 的{SEVERITIES[severity]}"
        for (_, severity), (above, _) in zip(kind.steps, kind.steps[1:], strict=False)
    ]
    allowed = ("经决定可以安排",) if kind.allowable else ()
    return "，".join((SEVERITIES[kind.severity], *less, *allowed))


@dataclass(frozen=True)
class NameQuestion:
    """是不是同一单位: two names as written, and the experts for whom it matters."""

    written: str
    official: str
    experts: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """年度回避清单: every relation in force, and hints (expert uid, name, applicant uid, name,
    words) that keep nobody away.
    """

    findings: tuple[Finding, ...] = ()
    hints: tuple[tuple[str, str, str, str, str], ...] = ()
    doubts: tuple[NameQuestion, ...] = ()


def findings(session: Session, viewer: Viewer, number: int) -> tuple[Finding, ...]:
    """Every relation in force between an expert and an applicant of the year, found or recorded,
    that the viewer may see.
    """
    return overview(session, viewer, number).findings


def overview(session: Session, viewer: Viewer, number: int) -> Overview:
    """Seven statements, whatever the numbers."""
    if not viewer.is_staff:
        return Overview()
    year = year_store.year(session, SYSTEM_VIEWER, number)
    rows = plain.people(session, select(Expert.id).order_by(Expert.pinyin, Expert.id))
    applicants = applicant_store.applicants(session, SYSTEM_VIEWER, number, withdrawn=False)
    related = relations(session, year, rows, applicants)
    names = {person.uid: person.name for person in related.people}
    firms = {party.uid: party.name for party in related.parties.all}
    found = []
    for relation in related.all:
        side = side_of(relation, year.reference_day)
        if side is Side.OVER:
            continue
        out = relation.kind.code in OUT_OF_EVERYTHING
        meant = related.parties.concerned(relation)
        if not out and any(one.party.uid in viewer.conflicted for one in meant):
            continue
        for uid, name, meaning, doubt in (
            [("", "全部申报组织", side, "")]
            if out
            else [
                (one.party.uid, one.party.name, one.side(side), doubt_words(one, relation))
                for one in meant
            ]
        ):
            found.append(
                Finding(
                    relation.expert,
                    names[relation.expert],
                    uid,
                    name,
                    relation.kind.code,
                    relation.organisation,
                    relation.uscc,
                    relation.evidence,
                    relation.ended,
                    meaning.value,
                    relation.source,
                    relation.record,
                    relation.name_match,
                    relation.percent,
                    doubt,
                )
            )
    hints = tuple(
        (
            hint.expert,
            names[hint.expert],
            hint.applicant,
            firms[hint.applicant],
            hint.words,
        )
        for hint in related.hints
        if hint.applicant not in viewer.conflicted
    )
    return Overview(tuple(found), hints, _questions(related, rows))


def _questions(related: Relations, rows: Sequence[plain.Kept]) -> tuple[NameQuestion, ...]:
    """Of applicants first, then of employers that would keep two people apart."""
    names = {row.uid: row.name for row in rows}
    employers = work_together({row.uid: row.employer for row in rows}, related.parties.remembered)
    return tuple(
        NameQuestion(
            doubt.written,
            doubt.official,
            tuple(dict.fromkeys(names[uid] for uid in doubt.experts)),
        )
        for doubt in asked_once((*doubts(related.asks()), *employers.doubts))
    )


def versions(session: Session, records: tuple[str, ...]) -> dict[str, int]:
    """The versions of recorded conflicts, for the forms of a list."""
    rows = session.execute(select(Conflict.uid, Conflict.version).where(Conflict.uid.in_(records)))
    return {row.uid: row.version for row in rows}

"""取数: everything the snapshot needs of one year, read in a constant number of statements and
decided by the taxonomy of conflicts.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypedDict, TypeVar, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assignment.duty import DECLINED, REASONS, WHOLE_YEAR
from award.applicants import store as applicant_store
from award.applicants.core import life
from award.applicants.store import ApplicantRow
from award.groups.tables import DutyAnswer
from award.recusal.relations import Relations, relations, work_together
from award.year import store as year_store
from award.year.store import YearFields, YearView
from expert_pool import plain, register, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.core.colleagues import Colleagues
from expert_pool.core.conflict import KINDS, ConflictKind, in_force
from expert_pool.core.expert import ExpertFields
from expert_pool.core.recusal import (
    OUT_OF_EVERYTHING,
    Ask,
    Doubt,
    Side,
    asked_once,
    doubts,
    side_of,
)
from expert_pool.core.retention import GONE
from expert_pool.facts.halfday import HALVES, HalfDay
from expert_pool.ledger import READING
from expert_pool.ledger.audit import ERASE, AuditEntry
from expert_pool.records import StageRecord
from expert_pool.register import lending
from expert_pool.tables import (
    Appointment,
    Availability,
    Conflict,
    Declaration,
    Expert,
    PairConflict,
    PerformanceRecord,
    Suspension,
)


@dataclass(frozen=True)
class ExpertFacts:
    """One expert in one year.

    `absences` None: nobody knows; days not asked about count as away (`partly_unknown`).
    """

    uid: str
    fields: ExpertFields
    terms: tuple[tuple[date, date], ...]
    trainee: bool  # appointed as 见习评审员 only
    suspended: str
    bars: tuple[ConflictKind, ...]
    signed: bool
    declared: (
        bool  # signed, and the list of applicants answered; who joined it later is in Ties.unasked
    )
    absences: frozenset[HalfDay] | None
    partly_unknown: bool
    carried: int
    left: str | None = None  # 已解聘: why
    refused: str = ""  # 谢绝本年度任务, and why


Found = TypeVar("Found")
MOST_MADE = 16
Tie = TypeVar("Tie", bound=tuple[str, ...])


@dataclass(frozen=True)
class Ties:
    """回避: (expert, applicant, kind) hard and soft, and (expert, expert, kind).

    `strangers`: (expert, organisation) declared of one that does not apply this year.
    `asks`: (name as written, official name, expert) that a person has to say of whether they are
    one.
    `unasked`: (expert, applicant) that joined after she answered the list; undeclared is not clear.
    """

    barred: frozenset[tuple[str, str, str]]
    soft: frozenset[tuple[str, str, str]]
    pairs: frozenset[tuple[str, str, str]]
    strangers: frozenset[tuple[str, str]] = frozenset()
    asks: frozenset[Ask] = frozenset()
    unasked: frozenset[tuple[str, str]] = frozenset()

    def with_those_of(self, other: Ties, changed: Collection[str]) -> Ties:
        """`other` says all there is of the `changed` experts but for `pairs`."""

        def told(mine: frozenset[Tie], hers: frozenset[Tie], place: int = 0) -> frozenset[Tie]:
            return hers.union(row for row in mine if row[place] not in changed)

        return Ties(
            told(self.barred, other.barred),
            told(self.soft, other.soft),
            self.pairs,
            told(self.strangers, other.strangers),
            told(self.asks, other.asks, 2),
            told(self.unasked, other.unasked),
        )


@dataclass(frozen=True)
class YearFacts:
    year: YearView
    days: tuple[date, ...]
    provisional_years: tuple[int, ...]
    experts: tuple[ExpertFacts, ...]
    applicants: tuple[ApplicantRow, ...]
    ties: Ties
    colleagues: Colleagues
    review: str = ""  # document / site in a year with stages: who may be planned follows from it

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """是不是同一单位, of applicants first, then of employers that would keep two people
        apart.
        """
        return asked_once((*doubts(sorted(self.ties.asks)), *self.colleagues.doubts))

    def once(self, key: tuple[object, ...], make: Callable[[], Found]) -> Found:
        """What follows from these facts, or from what has them gathered anew when it is changed:
        made once, as long as the facts are kept.
        """
        made: dict[tuple[object, ...], Any] = self.__dict__.setdefault("_made", {})
        if key in made:
            return cast(Found, made[key])
        if len(made) >= MOST_MADE:
            made.clear()
        made[key] = found = make()
        return found

    @cached_property
    def by_uid(self) -> Mapping[str, ExpertFacts]:
        return {one.uid: one for one in self.experts}

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for a person."""
        told = sorted(
            f"{self.by_uid[uid].fields.name}（{name}）" for uid, name in self.ties.strangers
        )
        words = "以下回避申报的单位不在今年的申报组织中，请核对是否同一单位："
        return (f"{words}{'、'.join(told)}。",) if told else ()


# How a problem names the tie to an applicant that somebody has not been asked about.
UNASKED = "名单新增，尚未申报"
# Records and deeds that stand in the log and in nothing that is gathered; a test compares them with
# the tables that are read.
BESIDE = frozenset(
    {
        "account",
        "account_conflict",
        "audit",
        "heading_memory",
        "identity_number",
        "message",
        "personal-link",
        "personal_link",
        "plan_draw",
        "plan_version",
        "scorebook",
        "session",
        "solve_job",
        "yearly_step",
    }
)
# Records of one expert, changed by entries that name the record; an entry about an `expert` may
# stand for several of them (an import). What else is gathered has all gathered anew.
OWNER: Mapping[str, Any] = {
    table.__tablename__: table
    for table in (
        Appointment, Availability, Conflict, Declaration, Expert, PerformanceRecord, StageRecord,
        Suspension,
    )
}  # fmt: skip
LOOKED = frozenset({"read", "read-phone", "read-identity", "download", "export"})
TAKING = frozenset({ERASE, "delete", "forget"})  # what was there may be gone
MOST_CHANGED = 500  # entries of the log; after more all is gathered anew
KEPT_YEARS = 4


@dataclass(frozen=True)
class _Gathered:
    """The facts of a year as they were at an entry of the log."""

    entry: int
    hash: str
    facts: YearFacts


# The last years gathered: every page about a year wants them.
_GATHERED: OrderedDict[tuple[str, int], _Gathered] = OrderedDict()


def gather(session: Session, number: int, fields: YearFields | None = None) -> YearFacts:
    """`fields`: as if the year had been set up like this (试算); nothing of it is stored.

    While reading, what was gathered before is brought to the present by what the log has had since:
    what is known of one expert changes her line, a log-in changes nothing, other things have all
    gathered anew. A unit of work, which sees its own changes before they stand in the log, always
    gathers anew.
    """
    if fields is not None or not session.info.get(READING):
        return _gather(session, number, fields)
    key = (str(session.get_bind().engine.url), number)
    newest = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    head = session.execute(newest).first() or (0, "")
    kept = _GATHERED.get(key)
    if kept is None or kept.hash != head[1]:
        facts = None if kept is None else _brought_on(session, kept)
        kept = _Gathered(*head, facts or _gather(session, number, None))
        _GATHERED[key] = kept
        while len(_GATHERED) > KEPT_YEARS:
            with suppress(KeyError):  # another thread was faster
                _GATHERED.popitem(last=False)
    return kept.facts


def _brought_on(session: Session, kept: _Gathered) -> YearFacts | None:
    """The facts with what the log says since; None: too much or something else was changed."""
    since = select(AuditEntry.id, AuditEntry.hash, AuditEntry.kind, AuditEntry.action)
    since = since.add_columns(AuditEntry.object_id).where(AuditEntry.id >= kept.entry)
    rows = session.execute(since.order_by(AuditEntry.id).limit(MOST_CHANGED + 1)).all()
    if not rows or len(rows) > MOST_CHANGED or rows[0][:2] != (kept.entry, kept.hash):
        return None
    changed: dict[str, set[str]] = defaultdict(set)
    for one in rows[1:]:
        if one.kind not in BESIDE and one.action not in LOOKED:
            if one.kind not in OWNER or one.action in TAKING:
                return None
            changed[one.kind].add(one.object_id)
    people: set[int] = set()
    for kind, uids in changed.items():
        table = OWNER[kind]
        whose = select(table.id if table is Expert else table.expert_id).where(table.uid.in_(uids))
        found = session.scalars(whose).all()
        if len(found) < len(uids):  # a row that is gone, or an entry about many
            return None
        people.update(found)
    return _told_anew(session, kept.facts, people) if people else kept.facts


def _told_anew(session: Session, facts: YearFacts, people: Collection[int]) -> YearFacts:
    """With what is known now of these `people`, by row number."""
    new = _gather_lines(session, facts.year.year, None, people)
    changed = {one.uid: one for one in new.experts}
    if len(changed) < len(people):  # somebody's data were erased
        return _gather(session, facts.year.year, None)
    experts = tuple(sorted(({**facts.by_uid, **changed}).values(), key=lambda one: one.uid))
    moved = any(
        uid not in facts.by_uid or facts.by_uid[uid].fields.employer != one.fields.employer
        for uid, one in changed.items()
    )
    return replace(
        facts,
        experts=experts,
        ties=facts.ties.with_those_of(new.ties, changed),
        colleagues=_colleagues(session, experts) if moved else facts.colleagues,
    )


def _gather(session: Session, number: int, fields: YearFields | None) -> YearFacts:
    lines = _gather_lines(session, number, fields)
    return replace(lines, colleagues=_colleagues(session, lines.experts))


def _colleagues(session: Session, experts: Collection[ExpertFacts]) -> Colleagues:
    employers = {one.uid: one.fields.employer for one in experts}
    return work_together(employers, register.known_answers(session))


def _gather_lines(
    session: Session,
    number: int,
    fields: YearFields | None,
    people: Collection[int] | None = None,
) -> YearFacts:
    """The facts, of everybody or of these `people` (row numbers), but for who works with whom."""
    year = year_store.year(session, SYSTEM_VIEWER, number)
    if fields is not None:
        year = replace(year, fields=fields)
    working = store.working_days(session)
    days = working.window(year.fields.window_first, year.fields.window_last)
    # Whose data were erased is nobody any more.
    wanted = plain.among(select(Expert.id), Expert.id, people)
    rows = plain.people(
        session, wanted.where(Expert.name.not_like(GONE + "%")).order_by(Expert.uid)
    )
    review = applicant_store.review(session, number)
    applicants = tuple(
        sorted(
            (
                # 资料评审 is done at the desk: no half-day on site.
                replace(row, half_days=0) if review == "document" else row
                for row in applicant_store.applicants(
                    session, SYSTEM_VIEWER, number, withdrawn=False
                )
                if life.planned(review, row.state)
            ),
            key=lambda row: row.uid,
        )
    )
    uids = {row.id: row.uid for row in rows}
    related = relations(session, year, rows, applicants)
    answered = _answered(session, year, people)
    return YearFacts(
        year,
        days,
        tuple(sorted({day.year for day in days if working.is_provisional(day.year)})),
        _experts(session, year, days, rows, related, answered, people),
        applicants,
        replace(
            _ties(session, year, related, uids),
            unasked=frozenset(_unasked(applicants, uids, answered)),
        ),
        Colleagues({}, frozenset(), ()),
        review,
    )


def _answered(
    session: Session, year: YearView, people: Collection[int] | None
) -> dict[int, datetime | None]:
    """Of everybody who signed: when she last answered the list of applicants."""
    signed = select(Declaration.expert_id, Declaration.answered_at).where(
        Declaration.year == year.year
    )
    signed = plain.among(signed, Declaration.expert_id, people)
    return {row.expert_id: row.answered_at for row in session.execute(signed)}


def _unasked(
    applicants: Sequence[ApplicantRow],
    uids: Mapping[int, str],
    answered: Mapping[int, datetime | None],
) -> Iterator[tuple[str, str]]:
    newest = max((row.listed_at for row in applicants), default=None)
    for number, at in answered.items():
        if at is not None and newest is not None and at < newest and number in uids:
            yield from (
                (uids[number], row.uid)
                for row in applicants
                if applicant_store.unasked(at, row.listed_at)
            )


def _experts(
    session: Session,
    year: YearView,
    days: Sequence[date],
    rows: Sequence[plain.Kept],
    related: Relations,
    answered: Mapping[int, datetime | None],
    people: Collection[int] | None,
) -> tuple[ExpertFacts, ...]:
    terms: dict[int, list[tuple[date, date]]] = defaultdict(list)
    trainees, leads, left = set(), set(), {}
    lost: set[int] = set()
    held = (
        Appointment.expert_id,
        Appointment.grade,
        Appointment.first,
        Appointment.last,
        Appointment.ended_on,
    )
    # Plain columns: ten years of terms and reviews as objects would take longer than everything
    # else on the page.
    spans = select(*held, Appointment.end_kind, Appointment.end_reason).order_by(Appointment.first)
    for item in session.execute(plain.among(spans, Appointment.expert_id, people)):
        if item.end_kind == "dismiss":
            left[item.expert_id] = item.end_reason
            continue
        end = item.ended_on or item.last
        if item.grade == "trainee":
            trainees.add(item.expert_id)
        else:
            terms[item.expert_id].append((item.first, end))
        # 取消组长资格 outweighs the mark in the office's list until the grade is given again.
        if item.grade == "lead":
            (lost.add if item.end_kind == "regrade" else lost.discard)(item.expert_id)
        # 组长资格 is a grade of the term that is running on the first day of visits.
        if item.grade == "lead" and days and item.first <= days[0] <= end:
            leads.add(item.expert_id)
    lines = select(Suspension.expert_id, Suspension.reason).where(
        Suspension.lifted_at.is_(None), func.coalesce(Suspension.year, year.year) == year.year
    )
    lines = plain.among(lines, Suspension.expert_id, people)
    suspended = {line.expert_id: line.reason for line in session.execute(lines)}
    answers = plain.answers(session, year.year, people)
    carried = _carried(session, year, people)
    refused = _refused(session, year)
    elsewhere = lending.away(session)
    bars: dict[str, list[ConflictKind]] = defaultdict(list)
    for relation in related.all:
        if relation.kind.code in OUT_OF_EVERYTHING and side_of(relation, year.reference_day) in (
            Side.OUT,
            Side.PENDING,
        ):
            bars[relation.expert].append(relation.kind)
    found = []
    for row in rows:
        found.append(
            ExpertFacts(
                row.uid,
                _with_grade(row.fields, row.id in leads, row.id in lost),
                () if row.id in left else tuple(terms[row.id]),
                row.id in trainees and not terms[row.id],
                suspended.get(row.id, ""),
                tuple(dict.fromkeys(bars[row.uid])),
                row.id in answered,
                answered.get(row.id) is not None,
                carried=carried[row.id],
                left=left.get(row.id),
                refused=refused.get(row.uid, ""),
                **_free_days(answers.get(row.id), days, elsewhere.get(row.id)),
            )
        )
    return tuple(found)


def _refused(session: Session, year: YearView) -> dict[str, str]:
    """Who said not to be available this year, by id; a refusal for the time or for a relation
    speaks in the days and in the conflicts.
    """
    said = select(DutyAnswer.expert, DutyAnswer.reason_kind, DutyAnswer.reason).where(
        DutyAnswer.year == year.year,
        DutyAnswer.answer == DECLINED,
        DutyAnswer.reason_kind.in_(WHOLE_YEAR),
    )
    return {row.expert: row.reason or REASONS[row.reason_kind] for row in session.execute(said)}


class _FreeDays(TypedDict):
    absences: frozenset[HalfDay] | None
    partly_unknown: bool


def _free_days(
    answer: plain.Answer | None, days: Sequence[date], elsewhere: frozenset[HalfDay] | None
) -> _FreeDays:
    """`elsewhere`: when somebody is lent to another office."""
    absences, partly = _absences(answer, days)
    if absences is not None and elsewhere:
        absences |= elsewhere
    return {"absences": absences, "partly_unknown": partly}


def _absences(
    answer: plain.Answer | None, days: Sequence[date]
) -> tuple[frozenset[HalfDay] | None, bool]:
    if answer is None:
        return None, False
    unasked = {
        HalfDay(day, half)
        for day in days
        if not answer.first <= day <= answer.last
        for half in HALVES
    }
    return answer.away | unasked, bool(unasked)


def _with_grade(fields: ExpertFields, lead: bool, lost: bool) -> ExpertFields:
    """组长资格 by appointment counts like the mark in the office's list; lost by a decision it
    counts no more.
    """
    return (
        replace(fields, leader=True) if lead else replace(fields, leader=False) if lost else fields
    )


def _carried(session: Session, year: YearView, people: Collection[int] | None) -> dict[int, int]:
    """The half-days of the years before that count as carried; a review somebody did not attend in
    any stage is no load.
    """
    since = year.year - year.fields.policy.carried_years
    attended: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    noted = select(
        StageRecord.expert_id,
        StageRecord.year,
        StageRecord.organisation,
        StageRecord.declined,
        StageRecord.attendance,
    )
    noted = noted.where(StageRecord.year >= since, StageRecord.year < year.year)
    for item in session.execute(plain.among(noted, StageRecord.expert_id, people)):
        attended[item.expert_id, item.year, item.organisation].append(
            "declined" if item.declined else item.attendance
        )
    carried: dict[int, int] = defaultdict(int)
    past = select(
        PerformanceRecord.expert_id,
        PerformanceRecord.year,
        PerformanceRecord.organisation,
        PerformanceRecord.effort,
    )
    past = past.where(PerformanceRecord.year >= since, PerformanceRecord.year < year.year)
    for record in session.execute(plain.among(past, PerformanceRecord.expert_id, people)):
        stayed_away = attended[record.expert_id, record.year, record.organisation]
        if not stayed_away or any(
            word not in ("no_show", "excused", "declined") for word in stayed_away
        ):
            carried[record.expert_id] += record.effort
    return carried


def _ties(session: Session, year: YearView, related: Relations, uids: Mapping[int, str]) -> Ties:
    barred: set[tuple[str, str, str]] = set()
    soft: set[tuple[str, str, str]] = set()
    strangers: set[tuple[str, str]] = set()
    for relation in related.all:
        side = side_of(relation, year.reference_day)
        if relation.kind.code in OUT_OF_EVERYTHING or side is Side.OVER:
            continue
        meant = related.parties.concerned(relation)
        if not meant and relation.source == "declared":
            strangers.add((relation.expert, relation.organisation))
        for concern in meant:
            tie = (relation.expert, concern.party.uid, relation.kind.code)
            if concern.side(side) in (Side.HARD, Side.PENDING):
                barred.add(tie)
            elif side is Side.SOFT:
                soft.add(tie)
    return Ties(
        frozenset(barred),
        frozenset(soft),
        _pairs(session, year, uids),
        frozenset(strangers),
        frozenset(related.asks()),
    )


def _pairs(
    session: Session, year: YearView, uids: Mapping[int, str]
) -> frozenset[tuple[str, str, str]]:
    found = set()
    for row in session.scalars(select(PairConflict).where(PairConflict.withdrawn_at.is_(None))):
        both = row.expert_a_id in uids and row.expert_b_id in uids
        if both and in_force(KINDS[row.kind], row.until, year.reference_day):
            first, second = sorted((uids[row.expert_a_id], uids[row.expert_b_id]))
            found.add((first, second, row.kind))
    return frozenset(found)

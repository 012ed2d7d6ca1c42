"""按差别拟信: who has to be told of the published plan and why, against what each was last told.

Only who is new, has another part, other firms or days, another leader, or nothing to do any more
gets a letter. Whoever was told and has not answered is reminded, which is another thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assignment.duty import ACCEPTED, DECLINED, OPEN, Duty, duties, leaders
from award.duties.duties import DutyView, everybody
from award.groups.core.book import Names, day_zh
from award.groups.store import PlanView, plan_view
from award.groups.tables import DutyAnswer, PlanVersion
from expert_pool.core.actor import Viewer
from expert_pool.facts.halfday import HALF_ZH
from expert_pool.tables import Expert, Message


@dataclass(frozen=True)
class Letter:
    """One letter to be written. `kind`: offer, change or cancel; `reasons` are the office's words,
    which may name firms as the letter may not; `view` is her duty, None when it is off.
    """

    expert: str
    name: str
    kind: str
    reasons: tuple[str, ...]
    about: str
    view: DutyView | None
    leader_only: bool = False  # nothing of her own has changed: she need not answer again


# When something was said; of letters handed over together, the one written later counts.
When = tuple[datetime, int]
ANSWERED = 2**31  # an answer comes after the letter of the same moment


@dataclass(frozen=True)
class _Told:
    """What somebody was last told, or has answered: of which duty, under which leaders (None:
    nobody noted it).
    """

    at: When
    fingerprint: str
    leaders: frozenset[str] | None
    answer: str = OPEN


@dataclass(frozen=True)
class _Past:
    """Duties of the versions that were ever published, the newest first."""

    versions: tuple[tuple[PlanView, Mapping[str, Duty]], ...]

    def find(self, expert: str, fingerprint: str) -> tuple[PlanView, Duty] | None:
        return next(
            (
                (view, found[expert])
                for view, found in self.versions
                if expert in found and found[expert].fingerprint == fingerprint
            ),
            None,
        )


@dataclass
class _Heard:
    told: dict[str, _Told] = field(default_factory=dict)
    waiting: dict[str, set[str]] = field(default_factory=dict)  # letters not handed over yet
    cancelled: dict[str, When] = field(default_factory=dict)


def pending(session: Session, viewer: Viewer, year: int, today: date) -> tuple[Letter, ...]:
    """The letters that the published plan asks for and that nobody has written yet, as far as the
    viewer may see their groups; none without a published plan.
    """
    present = {one.duty.expert: one for one in everybody(session, viewer, year, today)}
    if not present:
        return ()
    past, heard = _past(session, year), _heard(session, year)
    found = [*_present(present, past, heard), *_off(session, present, past, heard)]
    kept = [one for one in found if one.about not in heard.waiting.get(one.expert, set())]
    return tuple(sorted(kept, key=lambda one: (one.kind != "cancel", one.kind, one.name)))


def unanswered(session: Session, viewer: Viewer, year: int, today: date) -> tuple[Letter, ...]:
    """The letter again for whoever was told of the duty as it is and has not answered."""
    due = {one.expert for one in pending(session, viewer, year, today)}
    views = everybody(session, viewer, year, today)
    if not views:
        return ()
    heard, (view, newest) = _heard(session, year), _past(session, year).versions[0]
    return tuple(
        Letter(
            one.duty.expert,
            one.name,
            "offer",
            ("还没有答复",),
            _about(one.duty, leaders(view.plan, newest[one.duty.expert])),
            one,
        )
        for one in views
        if one.state == OPEN and one.duty.expert not in due and one.duty.expert in heard.told
    )


def _present(present: Mapping[str, DutyView], past: _Past, heard: _Heard) -> Iterator[Letter]:
    view, newest = past.versions[0]
    for expert, one in present.items():
        heads = leaders(view.plan, newest[expert])
        about = _about(one.duty, heads)
        told = heard.told.get(expert)
        if told is None or _again(told, expert, heard):
            if one.state == OPEN:
                yield Letter(expert, one.name, "offer", ("新参加评审",), about, one)
            continue
        if told.fingerprint != one.duty.fingerprint:
            if one.state == OPEN:
                reasons = _reasons(past.find(expert, told.fingerprint), one.duty, view)
                yield Letter(expert, one.name, "change", reasons, about, one)
        elif one.state == ACCEPTED and told.leaders is not None and told.leaders != heads:
            words = "、".join(view.names.person(head).name for head in sorted(heads))
            yield Letter(
                expert, one.name, "change", (f"组长换为{words}",), about, one, leader_only=True
            )


def _again(told: _Told, expert: str, heard: _Heard) -> bool:
    """Whether she was told since then that the duty is off."""
    return expert in heard.cancelled and heard.cancelled[expert] > told.at


def _off(
    session: Session, present: Mapping[str, DutyView], past: _Past, heard: _Heard
) -> Iterator[Letter]:
    """Who was told of a duty or has accepted one, and has none in the whole plan any more."""
    newest = past.versions[0][1]
    gone = [
        expert
        for expert, told in heard.told.items()
        if expert not in newest
        and expert not in present
        and told.answer != DECLINED
        and not _again(told, expert, heard)
    ]
    rows = session.execute(select(Expert.uid, Expert.name).where(Expert.uid.in_(gone)))
    for expert, name in rows:
        yield Letter(expert, name, "cancel", ("任务取消",), "", None)


def _reasons(before: tuple[PlanView, Duty] | None, after: Duty, view: PlanView) -> tuple[str, ...]:
    if before is None:
        return ("任务有变动",)
    old_view, old = before
    found = []
    if old.leader != after.leader:
        found.append("改任组长" if after.leader else "改任组员")
    came, went = set(after.cases) - set(old.cases), set(old.cases) - set(after.cases)
    if came:
        found.append(f"增加{_firms(view.names, came)}")
    if went:
        found.append(f"不再评审{_firms(old_view.names, went)}")
    if old.half_days != after.half_days:
        found.append(f"时间由{when_words(old) or '未定'}改为{when_words(after) or '未定'}")
    elif not found:
        found.append("各家的先后次序有变动")
    return tuple(found)


def _firms(names: Names, cases: Iterable[str]) -> str:
    return "、".join(names.firm(case).name for case in sorted(cases))


def when_words(duty: Duty) -> str:
    """9月7日（周一）全天、9月8日（周二）上午."""
    days: dict[date, list[str]] = {}
    for slot in duty.half_days:
        days.setdefault(slot.date, []).append(HALF_ZH[slot.half])
    return "、".join(
        day_zh(day) + ("全天" if len(halves) == 2 else halves[0]) for day, halves in days.items()
    )


def _about(duty: Duty, heads: frozenset[str]) -> str:
    """What a letter speaks of, as it is kept with it: the duty and who leads."""
    return f"{duty.fingerprint}:{','.join(sorted(heads))}"


def _past(session: Session, year: int) -> _Past:
    rows = session.scalars(
        select(PlanVersion)
        .where(PlanVersion.year == year, PlanVersion.published_at.is_not(None))
        .order_by(PlanVersion.status != "published", PlanVersion.published_at.desc())
    )
    views = [plan_view(row) for row in rows]
    return _Past(tuple((view, duties(view.problem, view.plan)) for view in views))


def _heard(session: Session, year: int) -> _Heard:
    found = _Heard()
    query = (
        select(Expert.uid, Message)
        .join(Message, Message.expert_id == Expert.id)
        .where(
            Message.year == year,
            Message.status != "dropped",
            or_(Message.kind == "cancel", Message.about != ""),
        )
    )
    for uid, row in session.execute(query):
        _hear(found, uid, row)
    answers = session.scalars(
        select(DutyAnswer).where(DutyAnswer.year == year, DutyAnswer.answer != OPEN)
    )
    for answer in answers:
        known, at = found.told.get(answer.expert), (answer.answered_at, ANSWERED)
        if known is None or known.fingerprint != answer.fingerprint:
            said = _Told(at, answer.fingerprint, None, answer.answer)
        else:  # told by letter, then answered
            said = _Told(at, answer.fingerprint, known.leaders, answer.answer)
        if known is None or known.at <= said.at:
            found.told[answer.expert] = said
    return found


def _hear(found: _Heard, uid: str, row: Message) -> None:
    if row.sent_at is None:
        found.waiting.setdefault(uid, set()).add("" if row.kind == "cancel" else row.about)
        return
    at = row.sent_at, row.id
    if row.kind == "cancel":
        found.cancelled[uid] = max(at, found.cancelled.get(uid, at))
    elif uid not in found.told or found.told[uid].at <= at:
        fingerprint, noted, heads = row.about.partition(":")
        known = frozenset(heads.split(",")) if noted else None
        found.told[uid] = _Told(at, fingerprint, known)

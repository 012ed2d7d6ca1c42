"""快照: the register and the award year become one problem. The only seam between the packages.

Ids in the problem are public ids; names stay beside it. Unknown is not free and undeclared is not
clear: whoever may not be used this year is named with every reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignment import solution as solutions
from assignment.problem import Case, Pin, Policy, Problem, Reviewer, Slot, validate
from assignment.solution import Plan
from award.applicants.core.applicant import AWARDS
from award.applicants.store import ApplicantRow
from award.groups.core.book import Firm, Names, Person
from award.groups.core.unfit import NotAssignable, Unfit, term_gap, time_gap
from award.groups.gather import UNASKED, ExpertFacts, Ties, YearFacts, gather
from award.groups.tables import PlanVersion
from award.year.core.policy import DEFAULT_WEIGHTS, YearPolicy
from award.year.store import YearFields
from expert_pool.core.expert import masked
from expert_pool.core.recusal import NOT_ASKED, Doubt
from expert_pool.facts.halfday import HALVES
from expert_pool.facts.industry import Industries
from expert_pool.facts.towns import CENTRE, Towns, travel_minutes


@dataclass(frozen=True)
class Snapshot:
    """One year's problem, who is behind its ids, and what was left out and why."""

    problem: Problem
    names: Names
    not_assignable: tuple[NotAssignable, ...]
    left_out: tuple[NotAssignable, ...]  # applicants that cannot be planned yet
    undeclared: tuple[str, ...]  # assignable only because this is a rough plan (`drafting`)
    notes: tuple[str, ...]
    provisional: bool  # 节假日安排未公布
    doubts: tuple[Doubt, ...] = ()  # 是不是同一单位, for a person to say


def build_problem(
    session: Session,
    year: int,
    *,
    drafting: bool = False,
    pins: Sequence[Pin] = (),
    previous: tuple[Problem, Plan] | None = None,
    fields: YearFields | None = None,
    people: Collection[str] | None = None,
) -> Snapshot:
    """The year as the optimiser sees it. `drafting`: experts without appointment or declaration are
    used too, and named.

    `fields`: as if the year had been set up like this (试算). `people`: as if nobody else were on
    the register, for who asks about the members of a plan.
    """
    facts = gather(session, year, fields)
    listed = [one for one in facts.experts if people is None or one.uid in people]
    policy = facts.year.fields.policy
    if drafting:
        policy = replace(policy, declaration_required=False, appointment_required=False)
    slots = tuple(Slot(day, half) for day in facts.days for half in HALVES)
    refused = {
        expert.uid: reasons
        for expert in listed
        if (reasons := why_not_assignable(facts, policy, expert))
    }
    experts = [expert for expert in listed if expert.uid not in refused]
    shut = {row.uid: reasons for row in facts.applicants if (reasons := tuple(_why_left_out(row)))}
    applicants = [row for row in facts.applicants if row.uid not in shut]
    barred, discouraged = _ties(facts.ties, experts, applicants, policy)
    codes = {
        *(expert.fields.town_code for expert in experts),
        *(row.fields.town_code for row in applicants),
    }
    places = tuple(sorted({_place(code) for code in codes}))
    known = {expert.uid for expert in experts}
    problem = Problem(
        id=f"award-{year}",
        slots=slots,
        places=places,
        travel_minutes=_travel(places),
        reviewers=tuple(_reviewers(experts, slots, policy, facts.colleagues.employer)),
        cases=tuple(_case(row, slots, policy) for row in applicants),
        barred=barred,
        barred_pairs=tuple(
            sorted(
                pair
                for pair in facts.ties.pairs | _perhaps_colleagues(facts, policy)
                if pair[0] in known and pair[1] in known
            )
        ),
        discouraged=discouraged,
        policy=_policy(policy, len(applicants)),
        weights=dict(
            DEFAULT_WEIGHTS if facts.year.fields.weights is None else facts.year.fields.weights
        ),
    )
    if facts.review == "site":
        tied = {row[:2] for row in barred}
        tied_groups = tuple(_document_groups(session, year, tied))
        pins = tuple(dict.fromkeys((*pins, *tied_groups)))
        if policy.groups is None:
            problem = _room_for(problem, tied_groups)
    problem, lost = _with_wishes(problem, pins, previous)
    validate(problem)
    undeclared = tuple(
        expert.uid
        for expert in experts
        if drafting and not (expert.declared and _appointed(facts, expert))
    )
    return Snapshot(
        problem,
        _names(experts, applicants),
        tuple(
            NotAssignable(expert.uid, expert.fields.name, refused[expert.uid])
            for expert in listed
            if expert.uid in refused
        ),
        tuple(
            NotAssignable(row.uid, row.fields.name, shut[row.uid])
            for row in facts.applicants
            if row.uid in shut
        ),
        undeclared,
        (*_notes(facts, experts, applicants), *lost),
        bool(facts.provisional_years),
        facts.doubts,
    )


def why_not_assignable(
    facts: YearFacts, policy: YearPolicy, expert: ExpertFacts
) -> tuple[Unfit, ...]:
    """不能安排的理由, every one; empty: may be used this year."""
    return tuple(_unfit(facts, policy, expert))


def _unfit(facts: YearFacts, policy: YearPolicy, expert: ExpertFacts) -> Iterator[Unfit]:
    if expert.left is not None:
        yield Unfit("dismissed", (expert.left,))
    elif policy.appointment_required:
        yield from term_gap(expert.terms, expert.trainee, facts.days)
    if expert.suspended:
        yield Unfit("suspended", (expert.suspended,))
    if expert.refused:
        yield Unfit("declined", (expert.refused,))
    yield from (Unfit("barred", (kind.zh,)) for kind in expert.bars)
    if policy.declaration_required and not expert.signed:
        yield Unfit("unsigned", (facts.year.year,))
    elif policy.declaration_required and not expert.declared:
        yield Unfit("undeclared")
    yield from time_gap(expert.absences, facts.year.year, facts.days)
    if not expert.fields.industries and not expert.fields.quality:
        yield Unfit("no-expertise")


def _appointed(facts: YearFacts, expert: ExpertFacts) -> bool:
    return not any(term_gap(expert.terms, expert.trainee, facts.days))


def _why_left_out(row: ApplicantRow) -> Iterator[Unfit]:
    if not row.fields.industries:
        yield Unfit("no-trade")
    if not row.fields.award:
        yield Unfit("no-award")
    if not row.fields.closed_known:
        yield Unfit("closed-unknown", (row.fields.closed_text,))


def _perhaps_colleagues(facts: YearFacts, policy: YearPolicy) -> frozenset[tuple[str, str, str]]:
    """Two who share one of several employers, or whose employers may be one: kept apart as
    colleagues are (H07).
    """
    if policy.same_employer != "forbid":
        return frozenset()
    return frozenset((*pair, "SAME_EMPLOYER_PAIR") for pair in facts.colleagues.pairs)


def _reviewers(
    experts: Sequence[ExpertFacts],
    slots: Sequence[Slot],
    policy: YearPolicy,
    employer_of: Mapping[str, str],
) -> Iterable[Reviewer]:
    employers: dict[str, str] = {}
    for expert in experts:
        employer = employer_of[expert.uid]  # made opaque: the optimiser sees no names
        absences = expert.absences or frozenset()
        yield Reviewer(
            id=expert.uid,
            quality=bool(expert.fields.quality),
            industries=tuple(dict.fromkeys(item.code for item in expert.fields.industries)),
            leader=bool(expert.fields.leader),
            seniority=expert.fields.seniority,
            employer=employers.setdefault(employer, f"o{len(employers) + 1}"),
            place=_place(expert.fields.town_code),
            unavailable=tuple(
                position
                for position, slot in enumerate(slots)
                if (slot.date, slot.half) in absences
            ),
            max_effort=policy.max_effort
            if expert.fields.max_effort is None
            else expert.fields.max_effort,
            carried_effort=expert.carried,
            max_groups=policy.max_groups,
        )


def _case(row: ApplicantRow, slots: Sequence[Slot], policy: YearPolicy) -> Case:
    closed = set(row.fields.closed)
    return Case(
        id=row.uid,
        industries=tuple(dict.fromkeys(item.code for item in row.fields.industries)),
        place=_place(row.fields.town_code),
        half_days=row.half_days,
        effort=max(1, row.half_days + policy.desk_effort),
        closed=tuple(
            position for position, slot in enumerate(slots) if (slot.date, slot.half) in closed
        ),
        award=row.fields.award,
    )


def _ties(
    ties: Ties,
    experts: Sequence[ExpertFacts],
    applicants: Sequence[ApplicantRow],
    policy: YearPolicy,
) -> tuple[tuple[tuple[str, str, str], ...], tuple[tuple[str, str, str, int], ...]]:
    people, cases = {expert.uid for expert in experts}, {row.uid for row in applicants}
    unasked = {(*pair, UNASKED) for pair in ties.unasked} if policy.declaration_required else set()
    barred = sorted({tie for tie in ties.barred | unasked if tie[0] in people and tie[1] in cases})
    shut = {tie[:2] for tie in barred}
    soft = {
        tie for tie in ties.soft if tie[0] in people and tie[1] in cases and tie[:2] not in shut
    }
    return tuple(barred), tuple(
        (*tie, policy.soft_costs.get(tie[2], policy.soft_cost)) for tie in sorted(soft)
    )


def _policy(policy: YearPolicy, cases: int) -> Policy:
    return Policy(
        regime=policy.regime,  # type: ignore[arg-type]
        group_size=policy.group_size,
        industry_level=policy.industry_level,  # type: ignore[arg-type]
        quality_required=policy.quality_required,
        leader_required=policy.leader_required,
        same_employer=policy.same_employer,  # type: ignore[arg-type]
        same_day_travel_minutes=policy.same_day_travel_minutes,
        groups=policy.group_range(cases),
        group_effort=policy.group_effort,
        max_parallel_visits=policy.max_parallel_visits,
    )


def _place(town_code: str | None) -> str:
    return (
        town_code if town_code is not None and Towns.load().get(town_code) is not None else CENTRE
    )


def _travel(places: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    towns = [Towns.load().get(place) for place in places]
    return tuple(
        tuple(travel_minutes(a, b) for b in towns if b is not None) for a in towns if a is not None
    )


def _with_wishes(
    problem: Problem, pins: Sequence[Pin], previous: tuple[Problem, Plan] | None
) -> tuple[Problem, list[str]]:
    """Pins and the plan to stay close to, moved onto this problem's slots; pins whose parts are
    gone are dropped and said so.
    """
    old = previous[0] if previous else problem
    moved = {position: _position(problem, slot) for position, slot in enumerate(old.slots)}
    kept = [
        replace(pin, start=moved.get(pin.start)) if pin.start is not None else pin for pin in pins
    ]
    sound = tuple(pin for pin in kept if _pin_holds(problem, pin))
    lost = (
        [f"有 {len(kept) - len(sound)} 项固定安排涉及已不在本年度的人、组织或时间，未沿用。"]
        if len(sound) < len(kept)
        else []
    )
    document: Mapping[str, Any] | None = None
    if previous is not None and previous[1].groups:
        groups = tuple(
            replace(
                group,
                visits=tuple(
                    replace(visit, start=None if visit.start is None else moved.get(visit.start))
                    for visit in group.visits
                    if visit.case in problem.case_index
                ),
            )
            for group in previous[1].groups
        )
        document = json.loads(json.dumps(solutions.to_json(Plan(old.digest, "feasible", groups))))
    return replace(problem, pins=sound or None, previous=document), lost


def _document_groups(
    session: Session, year: int, shut: Collection[tuple[str, str]]
) -> Iterable[Pin]:
    """现场评审沿用资料评审的组（办法第十条）: who read an applicant's papers also goes there."""
    row = session.scalar(
        select(PlanVersion)
        .where(PlanVersion.year == year, PlanVersion.review == "document")
        .where(PlanVersion.published_at.is_not(None))
        .order_by(PlanVersion.published_at.desc(), PlanVersion.id.desc())
    )
    if row is None:
        return
    for group in solutions.parse(json.loads(row.plan)).groups:
        for case in group.cases:
            for member in group.members:
                if (member, case) not in shut:
                    yield Pin("member", reviewer=member, case=case)
            if group.leader and (group.leader, case) not in shut:
                yield Pin("leader", reviewer=group.leader, case=case)


def _room_for(problem: Problem, pins: Iterable[Pin]) -> Problem:
    """Fewer cases than were read want fewer groups; those that read them stay as many as they
    are.
    """
    leaders = {
        pin.reviewer for pin in pins if pin.kind == "leader" and pin.case in problem.case_index
    }
    held = problem.policy.groups
    if held is None or len(leaders) <= held[1]:
        return problem
    policy = replace(problem.policy, groups=(held[0], len(leaders)))
    return replace(problem, policy=policy)


def _position(problem: Problem, slot: Slot) -> int | None:
    return problem.slots.index(slot) if slot in problem.slots else None


def _pin_holds(problem: Problem, pin: Pin) -> bool:
    cases = [*(pin.cases or ()), *([pin.case] if pin.case else [])]
    if any(case not in problem.case_index for case in cases) or (
        pin.kind == "visit" and pin.start is None
    ):
        return False
    return pin.reviewer is None or pin.reviewer in problem.reviewer_index


def _names(experts: Sequence[ExpertFacts], applicants: Sequence[ApplicantRow]) -> Names:
    towns = Towns.load()
    persons = {}
    for expert in experts:
        fields, town = expert.fields, towns.get(expert.fields.town_code or "")
        expertise = [
            *(["质量管理"] if fields.quality else []),
            *(_trade(item.code) for item in fields.industries),
        ]
        place = town.name if town else fields.place_text
        persons[expert.uid] = Person(
            expert.uid,
            fields.name,
            fields.employer,
            fields.title,
            masked(fields.phone),
            place,
            "；".join(expertise),
        )
    firms = {}
    for row in applicants:
        town = towns.get(row.fields.town_code or "")
        firms[row.uid] = Firm(
            row.uid,
            row.fields.name,
            AWARDS[row.fields.award],
            _trade(row.fields.industries[0].code),
            town.name if town else row.fields.place_text,
            row.fields.contact,
            row.fields.phone,
        )
    return Names(persons, firms)


def _trade(code: str) -> str:
    return f"{Industries.load().name(code)}（{code}）"


MOST_NAMED = 6


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many there are in all."""
    return "、".join(names[:MOST_NAMED]) + (
        f" 等 {len(names)} 个" if len(names) > MOST_NAMED else ""
    )


def _late(facts: YearFacts, people: set[str], applicants: Sequence[ApplicantRow]) -> Iterable[str]:
    """Applicants that joined after people had answered the list."""
    silent = Counter(case for expert, case in facts.ties.unasked if expert in people)
    for row in applicants:
        if silent[row.uid]:
            words = f"{row.fields.name}列入名单时，{silent[row.uid]} 位专家已经申报过回避"
            yield f"{words}，{NOT_ASKED}，申报之前不安排他们评审它。"


def _notes(
    facts: YearFacts, experts: Sequence[ExpertFacts], applicants: Sequence[ApplicantRow]
) -> tuple[str, ...]:
    notes = [
        f"{year} 年节假日安排未公布，工作日按推算，公布后须重新核对。"
        for year in facts.provisional_years
    ]
    guessed = [
        row.fields.name
        for row in applicants
        if Towns.load().get(row.fields.town_code or "") is None
    ]
    if guessed:
        notes.append(f"地点不明，按市区计算路程：{_some(guessed)}。")
    unsized = [
        row.fields.name
        for row in applicants
        if row.fields.employees is None and row.fields.half_days is None
    ]
    if unsized:
        notes.append(f"职工人数不明，现场评审时长按默认值：{_some(unsized)}。")
    unsure = [
        row.fields.name
        for row in applicants
        if not all(item.confirmed for item in row.fields.industries)
    ]
    if unsure:
        notes.append(f"行业由程序按文字认定、尚未经人确认：{_some(unsure)}。")
    if facts.year.fields.policy.declaration_required:
        notes += _late(facts, {expert.uid for expert in experts}, applicants)
    short = [expert.fields.name for expert in experts if expert.partly_unknown]
    if short:
        notes.append(
            f"可参加时间没有覆盖全部现场评审日，未填的日子按不能参加处理：{_some(short)}。"
        )
    return (*notes, *facts.notes, *_doubtful(facts.doubts))


def _doubtful(doubts: Sequence[Doubt]) -> Iterable[str]:
    """Names that may be one organisation: as long as nobody has said, they count as one."""
    if doubts:
        named = [f"{one.written}与{one.official}" for one in doubts]
        yield f"是不是同一单位还没有人确认，确认前按同一单位回避：{_some(named)}。"

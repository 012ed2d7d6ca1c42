"""方案册: a plan with the names a person reads, for pages, documents and calendars alike.

The optimiser knows ids only (decision 1 of docs/architecture.md); names come back here and nowhere
else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from assignment import goals
from assignment.check import Verdict, check
from assignment.explain import why_member
from assignment.industry import matches
from assignment.lookup import look_up
from assignment.problem import Case, Half, IndustryLevel, Problem, Reviewer
from assignment.solution import Group, Plan
from award.groups.core.site_work import SiteWork
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.industry import Industries


@dataclass(frozen=True)
class Person:
    """评审员 as documents show one; `phone` is already masked unless the reader may see it."""

    id: str
    name: str
    employer: str
    title: str = ""
    phone: str = ""
    town: str = ""
    expertise: str = ""  # e.g. 质量管理；袜业（1763）

    def has(self, wanted: str) -> bool:
        """Whether it stands in the name or the employer; "" stands in everybody's."""
        return wanted in self.name or wanted in self.employer


@dataclass(frozen=True)
class Firm:
    """申报组织 as documents show one."""

    id: str
    name: str
    award: str  # 质量奖 / 创新奖
    industry: str = ""
    town: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Seat:
    """One member of one group, with why this person sits here and who could stand in."""

    person: Person
    leader: bool
    needs: tuple[str, ...] = ()  # 质量管理专家 / 行业专家（…）
    reasons: tuple[str, ...] = ()
    standbys: tuple[Person, ...] = ()


@dataclass(frozen=True)
class VisitEntry:
    """现场评审 of one firm by one group; no stays when it is reviewed on paper only."""

    firm: Firm
    stays: tuple[HalfDay, ...]
    travel_minutes: int | None = None  # from the group's visit before

    @property
    def days(self) -> tuple[tuple[date, tuple[Half, ...]], ...]:
        """Each day of the visit with its half-days."""
        by_day: dict[date, tuple[Half, ...]] = {}
        for stay in self.stays:
            by_day[stay.date] = (*by_day.get(stay.date, ()), stay.half)
        return tuple(by_day.items())


@dataclass(frozen=True)
class GroupEntry:
    number: int
    name: str  # 第一评审组
    seats: tuple[Seat, ...]
    visits: tuple[VisitEntry, ...]  # in calendar order
    effort: int = 0  # half-days of work for each member

    @property
    def leader(self) -> Person | None:
        return next((seat.person for seat in self.seats if seat.leader), None)


@dataclass(frozen=True)
class GoalEntry:
    """One goal of the scorecard; `bound` is the proven lower bound of it alone, where the order of
    goals gave one.
    """

    goal: str
    title: str
    value: int
    weight: int
    bound: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Hours:
    """作息时间 of a visit day."""

    am: tuple[time, time] = (time(8, 30), time(12, 0))
    pm: tuple[time, time] = (time(13, 30), time(17, 0))

    def of(self, half: Half) -> tuple[time, time]:
        return self.am if half == "AM" else self.pm


@dataclass(frozen=True)
class Letterhead:
    """版头: who issues, the secrecy mark, and the number; an empty number is left for the office to
    fill.
    """

    issuer: str = "诸暨市政府质量奖审定委员会办公室"
    secrecy: str = "内部资料　注意保密"
    number: str = ""
    phone: str = ""  # of the office, for who wants to ask


@dataclass(frozen=True)
class Book:
    """Everything a page or a document says about one plan version."""

    year: int
    title: str  # 2026年度诸暨市政府质量奖评审组及现场评审安排
    status: str  # 草案 / 待批准 / 已发布 / 已撤回
    version: int
    groups: tuple[GroupEntry, ...]
    goals: tuple[GoalEntry, ...]
    objective: int | None
    bound: int | None
    unassigned: tuple[Firm, ...] = ()
    violations: tuple[str, ...] = ()  # the checker's sentences; empty: 复核通过
    provisional_days: bool = False  # 节假日安排未公布
    problem_digest: str = ""
    solver: str = ""
    approved_by: str = ""
    published_on: date | None = None
    notes: tuple[str, ...] = ()
    window: tuple[date, ...] = ()  # the days on which visits may happen
    plan_status: str = ""  # optimal / feasible / partial / …
    seed: int | None = None
    solve_seconds: float | None = None
    deterministic: bool = False
    members_shown: bool = True
    part: bool = False  # only some groups of the plan: nothing here speaks of the whole
    hidden: int = 0  # groups left out because the reader must keep away from them
    hours: Hours = field(default_factory=Hours)
    letterhead: Letterhead = field(default_factory=Letterhead)
    works: Mapping[tuple[str, str], SiteWork] = field(default_factory=dict)  # (firm, person): noted

    def present(self, visit: VisitEntry, person: str) -> tuple[HalfDay, ...]:
        """The half-days of a visit that count for this member: those she was checked in for, all of
        them before anybody has checked in.
        """
        work = self.works.get((visit.firm.id, person))
        return visit.stays if work is None or work.present is None else work.present

    def spent(self, visit: VisitEntry, person: str) -> int:
        """交通、食宿 of this member at this firm, in fen."""
        work = self.works.get((visit.firm.id, person))
        return work.spent if work else 0

    @property
    def version_name(self) -> str:
        return version_name(self.year, self.version, self.status, self.published_on)

    @property
    def is_draft(self) -> bool:
        return self.status != "已发布"

    @property
    def subject(self) -> str:
        """What every document's title begins with: 2026年度诸暨市政府质量奖."""
        return self.title.removesuffix("安排").removesuffix("评审组及现场评审")

    @property
    def gap(self) -> float | None:
        """As `Plan.gap`: (objective - bound) / |objective|."""
        if self.objective is None or self.bound is None:
            return None
        return max(0, self.objective - self.bound) / max(abs(self.objective), 1)


@dataclass(frozen=True)
class Names:
    """Who is behind the ids of a problem: what the snapshot keeps beside it."""

    persons: Mapping[str, Person]
    firms: Mapping[str, Firm]
    extra: Mapping[str, str] = field(default_factory=dict)

    def person(self, key: str) -> Person:
        """An id nobody knows stays an id: no name is invented."""
        return self.persons.get(key) or Person(key, key, "")

    def firm(self, key: str) -> Firm:
        return self.firms.get(key) or Firm(key, key, "")

    def of(self, key: str) -> str:
        """The name of a person or a firm."""
        party = self.persons.get(key) or self.firms.get(key)
        return party.name if party else key


# Why a member sits in a group: (problem, plan, group position, member id, name of an id) ->
# sentences.
Reasons = Callable[[Problem, Plan, int, str, Callable[[str], str]], tuple[str, ...]]


def why(
    problem: Problem, plan: Plan, group: int, member: str, name: Callable[[str], str]
) -> tuple[str, ...]:
    """入组理由 in words."""
    return tuple(reason.text for reason in why_member(problem, plan, group, member, name))


def build_book(
    problem: Problem,
    plan: Plan,
    names: Names,
    *,
    year: int,
    title: str,
    status: str,
    version: int,
    verdict: Verdict | None = None,
    approved_by: str = "",
    published_on: date | None = None,
    provisional_days: bool = False,
    notes: tuple[str, ...] = (),
    reasons: Reasons | None = why,
    numbers: tuple[int, ...] | None = None,
    hidden: int = 0,
) -> Book:
    """Join a plan with its names. The checker's verdict is asked for here unless the caller already
    has it.

    `reasons` None leaves them out: at province size they cost two seconds. `numbers`: this is a
    part of a plan, and its groups have these numbers in the whole; a part has no figures, verdict
    or reasons of its own. `hidden` counts the groups its reader must not see.
    """
    if numbers is not None:
        problem_digest, reasons, verdict = "", None, Verdict((), {}, 0)
    else:
        problem_digest, verdict = problem.digest, verdict or check(problem, plan)
    info = plan.solver
    return Book(
        year=year,
        title=title,
        status=status,
        version=version,
        groups=tuple(
            _group(
                problem,
                plan,
                names,
                position,
                position + 1 if numbers is None else numbers[position],
                reasons,
            )
            for position in range(len(plan.groups))
        ),
        goals=() if numbers is not None else _goals(problem, plan, verdict),
        objective=verdict.objective if plan.groups and numbers is None else None,
        bound=plan.bound if numbers is None else None,
        unassigned=tuple(names.firm(case) for case in plan.unassigned),
        violations=tuple(
            one.say(lambda key: names.person(key).name, lambda key: names.firm(key).name)
            for one in verdict.violations
        ),
        provisional_days=provisional_days,
        problem_digest=problem_digest,
        solver=info.version if info else "",
        approved_by=approved_by,
        published_on=published_on,
        notes=notes,
        window=tuple(dict.fromkeys(slot.date for slot in problem.slots)),
        plan_status=plan.status,
        seed=info.seed if info else None,
        solve_seconds=info.time if info else None,
        deterministic=bool(info and info.deterministic),
        part=numbers is not None,
        hidden=hidden,
    )


def for_organisations(book: Book) -> Book:
    """对外版: what applicants may see before the members are released (附则; U11).

    No member, standby, note or telephone.
    """
    groups = tuple(
        replace(
            group,
            seats=(),
            visits=tuple(
                replace(visit, firm=_without_contact(visit.firm)) for visit in group.visits
            ),
        )
        for group in book.groups
    )
    # A checker's sentence may name members, so only the fact remains.
    violations = ("复核有未通过项，详见内部版。",) if book.violations else ()
    unassigned = tuple(_without_contact(firm) for firm in book.unassigned)
    return replace(
        book,
        groups=groups,
        unassigned=unassigned,
        violations=violations,
        notes=(),
        members_shown=False,
    )


def _without_contact(firm: Firm) -> Firm:
    return replace(firm, contact="", phone="")


def version_name(year: int, number: int, status: str, published_on: date | None) -> str:
    """版次 as an office writes it: 2026年度评审组方案第二版（9月3日发布）.

    What is not (or no longer) in force has its status in place of the day; the day has its year
    where that is not the award year.
    """
    how = status
    if published_on and status == "已发布":
        written = "" if published_on.year == year else f"{published_on.year}年"
        how = f"{written}{published_on.month}月{published_on.day}日发布"
    return f"{year}年度评审组方案{edition(number)}（{how}）"


def edition(number: int) -> str:
    """第二版: a version among those of its year."""
    return f"第{chinese_number(number)}版"


def group_name(number: int) -> str:
    """第一评审组 … 第二十三评审组."""
    return f"第{chinese_number(number)}评审组"


def chinese_number(number: int) -> str:
    """1 to 999 in Chinese."""
    digits = "零一二三四五六七八九"
    if number >= 100:
        rest = number % 100
        tail = (
            ""
            if rest == 0
            else ("零" if rest < 10 else "一" if rest < 20 else "") + chinese_number(rest)
        )
        return f"{digits[number // 100]}百{tail}"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (
        digits[ones] if ones or not tens else ""
    )


def day_zh(day: date) -> str:
    """9月7日（周一）."""
    return f"{day.month}月{day.day}日（{weekday_zh(day)}）"


def weekday_zh(day: date) -> str:
    return "周" + "一二三四五六日"[day.weekday()]


def calendar_days(book: Book) -> tuple[date, ...]:
    """Every day from the first to the last on which something may happen or happens, rest days
    included.
    """
    days = [
        *book.window,
        *(stay.date for group in book.groups for visit in group.visits for stay in visit.stays),
    ]
    if not days:
        return ()
    first = min(days)
    return tuple(first + timedelta(days=ahead) for ahead in range((max(days) - first).days + 1))


def _group(
    problem: Problem, plan: Plan, names: Names, position: int, number: int, reasons: Reasons | None
) -> GroupEntry:
    group = plan.groups[position]
    known = look_up(problem)
    cases = [known.case[case] for case in group.cases if case in known.case]
    standbys = {
        entry.member: entry.substitutes for entry in plan.standbys or () if entry.group == position
    }
    # The leader first, the others as the plan has them.
    members = sorted(dict.fromkeys(group.members), key=lambda member: member != group.leader)
    sound = all(member in known.reviewer for member in members) and all(
        case in known.case for case in group.cases
    )
    seats = tuple(
        Seat(
            person=names.person(member),
            leader=member == group.leader,
            needs=_needs(known.reviewer[member], cases, problem.policy.industry_level, names)
            if member in known.reviewer
            else (),
            reasons=reasons(problem, plan, position, member, names.of) if reasons and sound else (),
            standbys=tuple(names.person(one) for one in standbys.get(member, ())),
        )
        for member in members
    )
    return GroupEntry(
        number=number,
        name=group_name(number),
        seats=seats,
        visits=_visits(problem, group, names),
        effort=sum(case.effort for case in cases),
    )


def _visits(problem: Problem, group: Group, names: Names) -> tuple[VisitEntry, ...]:
    known = look_up(problem)
    ordered = sorted(
        group.visits, key=lambda visit: (visit.start is None, visit.start or 0, visit.case)
    )
    entries = []
    place: str | None = None
    for visit in ordered:
        stays = tuple(
            HalfDay(slot.date, slot.half)
            for slot in (problem.slots[position] for position in known.slots(visit))
        )
        case = known.case.get(visit.case)
        travel = (
            problem.minutes(place, case.place) if stays and place is not None and case else None
        )
        entries.append(VisitEntry(names.firm(visit.case), stays, travel))
        place = case.place if stays and case else place
    return tuple(entries)


def _needs(
    reviewer: Reviewer, cases: list[Case], level: IndustryLevel, names: Names
) -> tuple[str, ...]:
    """第十条 names two needs of a group; a person may be able to fill both (who fills which is the
    checker's H04).
    """
    level = "division" if level == "none" else level
    wanted = {code for case in cases for code in case.industries}
    codes = [
        code
        for code in reviewer.industries
        if any(matches(code, other, level, {}) for other in wanted)
    ]
    expertise = names.person(reviewer.id).expertise
    trades = "、".join(f"{_trade(expertise, code)} {code}" for code in codes)
    return (("质量管理专家",) if reviewer.quality else ()) + (
        (f"行业专家（{trades}）",) if codes else ()
    )


def _trade(expertise: str, code: str) -> str:
    """袜业 where the person's expertise says 袜业（1763）; else the standard's name of the code."""
    found = re.search(rf"([^；、，（）]+)（{re.escape(code)}）", expertise)
    return found[1] if found else industry_name(code)


def industry_name(code: str) -> str:
    """The standard's name of a GB/T 4754-2017 code."""
    return Industries.load().name(code) or "行业"


def _goals(problem: Problem, plan: Plan, verdict: Verdict) -> tuple[GoalEntry, ...]:
    """What the plan was judged by: goals with a weight or a place in the order; the others say
    nothing about it.
    """
    bounds = {level.goal: level.bound for level in plan.levels or ()}
    return tuple(
        GoalEntry(
            goal.id,
            goal.title,
            verdict.scorecard[goal.id],
            problem.weight(goal.id),
            bounds.get(goal.id),
            goal.unit,
        )
        for goal in goals.GOALS
        if problem.weight(goal.id) or goal.id in (problem.order or ())
    )

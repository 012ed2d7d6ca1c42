"""人工调整: who could take a seat, when a visit could be, and what two versions differ in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from api.groups.board.move_views import edit_fields
from api.groups.words import Cost, cost_words, slot_words, stretch_words
from assignment import goals
from assignment.check import check
from assignment.edit import Edit, Exchange, MoveVisit, Relay
from assignment.problem import Problem
from assignment.seats import ELSEWHERE, Way, ways_to_seat
from assignment.solution import Plan
from assignment.violation import Violation
from assignment.weigh import GoalChange as Moved
from assignment.weigh import weigh
from award.groups.core.book import Names, group_name
from award.groups.core.compare import Comparison, Duty, PersonChange
from award.groups.store import PlanView
from expert_pool.facts.halfday import HalfDay

MOST_SHOWN = 100  # of thousands who could take a seat; a name leads to the others


@dataclass(frozen=True)
class Able:
    """Somebody who could take the seat: `way` how, `fields` the form that does it."""

    name: str
    employer: str
    expertise: str
    load: str
    way: str
    fields: tuple[tuple[str, str], ...]
    cost: Cost


@dataclass(frozen=True)
class Unable:
    name: str
    employer: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Start:
    """One possible beginning of a visit."""

    start: int
    words: str
    able: bool
    reasons: tuple[str, ...]
    cost: Cost
    current: bool


@dataclass(frozen=True)
class Difference:
    title: str
    text: str


@dataclass(frozen=True)
class GoalDelta:
    title: str
    before: str
    after: str
    delta: int


@dataclass(frozen=True)
class Candidates:
    """Everybody outside a group; of either kind the first `MOST_SHOWN` and how many there are."""

    able: tuple[Able, ...]
    able_number: int
    unable: tuple[Unable, ...]
    unable_number: int

    @property
    def cut(self) -> bool:
        return len(self.able) < self.able_number or len(self.unable) < self.unable_number


def candidates(view: PlanView, group: int, member: str, wanted: str = "") -> Candidates:
    """Everybody who is not in the group and has `wanted` in name or employer: who could come by
    whatever way keeps every rule, the cheapest first, and for the others why not, those first
    against whom least speaks.
    """
    problem, plan, names = view.problem, view.plan, view.names
    ways = ways_to_seat(problem, plan, group, member)

    def meant(key: str) -> bool:
        return names.person(key).has(wanted)

    able = [way for way in ways.able if meant(way.reviewer)]
    able.sort(key=lambda way: (way.cost, names.person(way.reviewer).name, way.reviewer))
    against = [len(_why_not(one.broken, plan, one.people[0], names)) for one in ways.unable]
    unable = [
        (number, names.person(one).name, one, swap)
        for number, swap in zip(against, ways.unable, strict=True)
        for one in filter(meant, swap.people)
    ]
    load = _loads(problem, plan)
    return Candidates(
        tuple(_able(way, names, load) for way in able[:MOST_SHOWN]),
        len(able),
        tuple(
            Unable(name, names.person(one).employer, _why_not(swap.said_of(one), plan, one, names))
            for _, name, one, swap in nsmallest(MOST_SHOWN, unable, key=lambda line: line[:3])
        ),
        len(unable),
    )


def _able(way: Way, names: Names, load: Mapping[str, int]) -> Able:
    person = names.person(way.reviewer)
    return Able(
        person.name,
        person.employer,
        person.expertise,
        f"{load.get(way.reviewer, 0)} 个半天",
        _way_words(way.edit, names),
        tuple(edit_fields(way.edit)),
        cost_words(way.cost, way.changes),
    )


def _way_words(edit: Edit, names: Names) -> str:
    if isinstance(edit, Exchange):
        gone = names.person(edit.member).name
        return f"与{group_name(edit.other_group + 1)}对调，{gone}去那一组"
    if isinstance(edit, Relay):
        filler = names.person(edit.newcomer).name
        return f"从{group_name(edit.other_group + 1)}调来，那边由{filler}补上"
    return "直接接替"


def starts(view: PlanView, case: str) -> tuple[Start, ...]:
    """Every slot the visit could begin with, and what it would break or cost there."""
    problem, plan, names = view.problem, view.plan, view.names
    visit = next(visit for group in plan.groups for visit in group.visits if visit.case == case)
    before = check(problem, plan)
    found = []
    for start in range(len(problem.slots) - visit.half_days + 1):
        words = stretch_words(problem, start, visit.half_days)
        if start == visit.start:
            found.append(Start(start, words, False, ("现在的时间",), Cost("", ""), True))
            continue
        weighed = weigh(problem, plan, MoveVisit(case, start), before)
        if any(one.rule == "H11" for one in weighed.broken):
            # Not a possible stretch of days at all: a weekend inside, or the firm is closed
            continue
        cost = cost_words(weighed.cost, weighed.changes)
        reasons = _sentences(weighed.broken, names)
        found.append(Start(start, words, weighed.allowed, reasons, cost, False))
    return tuple(found)


def differences(found: Comparison, firm: Callable[[str], str]) -> tuple[Difference, ...]:
    """People first, then times. `firm` gives the name of an applicant."""
    people = [Difference(one.name, _duty_change(one, firm)) for one in found.people]
    visits = [
        Difference(
            one.name,
            f"{_time(one.group_before, one.start_before)} →"
            f" {_time(one.group_after, one.start_after)}",
        )
        for one in found.visits
    ]
    return (*people, *visits)


def firms_of(before: Names, after: Names) -> Callable[[str], str]:
    """The name of an applicant that either side knows."""
    return lambda case: (after if case in after.firms else before).firm(case).name


def _duty_change(one: PersonChange, firm: Callable[[str], str]) -> str:
    """Where to, and for who stays on duty which applicants go and come."""
    before, after = _duties(one.before), _duties(one.after)
    said = [after if before == after else f"{before} → {after}"]
    if one.before and one.after:
        old, new = (
            {case for duty in duties for case in duty.cases} for duties in (one.before, one.after)
        )
        for words, cases in (("不再评", old - new), ("改评", new - old)):
            if cases:
                said.append(words + "、".join(sorted(map(firm, cases))))
    return "；".join(said)


def summary(found: Comparison, after: PlanView) -> str:
    """What the second version does better and worse than the first, in words."""
    moved = [
        Moved(one.goal, one.before, one.after, after.problem.weights.get(one.goal, 0))
        for one in found.goals
    ]
    felt = sorted((one for one in moved if one.weight), key=lambda one: -abs(one.cost))
    return cost_words(sum(one.cost for one in felt), felt).words


def goal_deltas(found: Comparison, before: PlanView, after: PlanView) -> tuple[GoalDelta, ...]:
    titles = {goal.id: goal.title for goal in goals.GOALS}
    rows = [
        GoalDelta(titles[one.goal], f"{one.before:,}", f"{one.after:,}", one.after - one.before)
        for one in found.goals
    ]
    first, second = before.plan.objective, after.plan.objective
    if first is not None and second is not None:
        rows.insert(0, GoalDelta("各项加权合计", f"{first:,}", f"{second:,}", second - first))
    return tuple(rows)


def _sentences(broken: Iterable[Violation], names: Names) -> tuple[str, ...]:
    texts = [
        one.say(lambda key: names.person(key).name, lambda key: names.firm(key).name)
        for one in broken
    ]
    return tuple(dict.fromkeys(texts))


def _why_not(
    broken: Sequence[Violation], plan: Plan, reviewer: str, names: Names
) -> tuple[str, ...]:
    """One sentence for each rule that would break; of who sits in another group: where, and what
    would be wrong even if she left it.
    """
    busy = next((n for n, group in enumerate(plan.groups) if reviewer in group.members), None)
    seated = busy is not None and any(one.rule == "H09" for one in broken)
    found: dict[str, list[str]] = {}
    for one in broken:
        if not (seated and one.rule in ELSEWHERE):
            found.setdefault(one.rule, []).append(
                one.say(lambda key: names.person(key).name, lambda key: names.firm(key).name)
            )
    said = []
    for texts in found.values():
        text = re.sub(r"^第\d+组的?", "", texts[0]).removeprefix(names.person(reviewer).name)
        said.append(text + (f"等 {len(texts)} 处" if len(texts) > 1 else ""))
    if seated and busy is not None:
        told = "即使调来" if said else "对调或调走都会使那一组不合规则"
        said.insert(0, f"已在{group_name(busy + 1)}，{told}")
    return tuple(said)


def _loads(problem: Problem, plan: Plan) -> dict[str, int]:
    effort = {case.id: case.effort for case in problem.cases}
    found: dict[str, int] = {}
    for group in plan.groups:
        for member in group.members:
            found[member] = found.get(member, 0) + sum(effort.get(case, 0) for case in group.cases)
    return found


def _duties(duties: tuple[Duty, ...]) -> str:
    return (
        "、".join(f"第 {one.group} 组" + ("组长" if one.leader else "") for one in duties)
        or "没有任务"
    )


def _time(group: int | None, start: HalfDay | None) -> str:
    if group is None:
        return "没有安排"
    return f"第 {group} 组，" + ("资料评审" if start is None else slot_words(start))

"""人工调整: who could take a seat, when a visit could be, and what two versions differ in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from api.groups.words import stretch_words
from assignment import goals
from assignment.check import check, substitute
from assignment.edit import MoveVisit, Replace, apply_edit
from assignment.problem import Problem
from assignment.solution import Plan
from assignment.violation import Violation
from award.groups.core.book import Names, group_name
from award.groups.core.compare import Comparison, Duty, PersonChange
from award.groups.store import PlanView


@dataclass(frozen=True)
class Able:
    """Somebody who could take the seat; `delta` is what the plan's total would change by."""

    id: str
    name: str
    employer: str
    expertise: str
    load: str
    delta: int


@dataclass(frozen=True)
class Unable:
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Start:
    """One possible beginning of a visit."""

    start: int
    words: str
    able: bool
    reasons: tuple[str, ...]
    delta: int
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


def candidates(
    view: PlanView, group: int, member: str
) -> tuple[tuple[Able, ...], tuple[Unable, ...]]:
    """Everybody who is not in the group: who keeps every rule there, and for the others why not."""
    problem, plan, names = view.problem, view.plan, view.names
    known = {_key(one) for one in check(problem, plan).violations}
    load = _loads(problem, plan)
    able, unable = [], []
    for reviewer in problem.reviewers:
        if reviewer.id in plan.groups[group].members:
            continue
        person = names.person(reviewer.id)
        broken = [
            one
            for one in substitute(problem, plan, group, member, reviewer.id)
            if _key(one) not in known
        ]
        if broken:
            unable.append(Unable(person.name, _why_not(broken, plan, reviewer.id, names)))
            continue
        after = apply_edit(problem, plan, Replace(group, member, reviewer.id))
        delta = (after.objective or 0) - (plan.objective or 0)
        able.append(
            Able(
                reviewer.id,
                person.name,
                person.employer,
                person.expertise,
                f"{load.get(reviewer.id, 0)} 个半天",
                delta,
            )
        )
    return tuple(sorted(able, key=lambda one: (one.delta, one.name))), tuple(
        sorted(unable, key=lambda one: (len(one.reasons), one.name))
    )


def starts(view: PlanView, case: str) -> tuple[Start, ...]:
    """Every slot the visit could begin with, and what it would break there."""
    problem, plan, names = view.problem, view.plan, view.names
    visit = next(visit for group in plan.groups for visit in group.visits if visit.case == case)
    known = {_key(one) for one in check(problem, plan).violations}
    found = []
    for start in range(len(problem.slots) - visit.half_days + 1):
        after = apply_edit(problem, plan, MoveVisit(case, start))
        broken = [
            one
            for one in check(problem, after).violations
            if _key(one) not in known and one.rule != "PLAN"
        ]
        if any(one.rule == "H11" for one in broken) and start != visit.start:
            # Not a possible stretch of days at all: a weekend inside, or the firm is closed
            continue
        words = stretch_words(problem, start, visit.half_days)
        current = start == visit.start
        delta = (after.objective or 0) - (plan.objective or 0)
        found.append(
            Start(
                start,
                words,
                not broken and not current,
                ("现在的时间",) if current else _sentences(broken, names),
                delta,
                current,
            )
        )
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


def goal_deltas(found: Comparison, before: PlanView, after: PlanView) -> tuple[GoalDelta, ...]:
    titles = {goal.id: goal.title for goal in goals.GOALS}
    rows = [
        GoalDelta(titles[one.goal], f"{one.before:,}", f"{one.after:,}", one.after - one.before)
        for one in found.goals
    ]
    first, second = before.plan.objective, after.plan.objective
    if first is not None and second is not None:
        rows.insert(0, GoalDelta("总分", f"{first:,}", f"{second:,}", second - first))
    return tuple(rows)


def _key(one: Violation) -> tuple[object, ...]:
    return one.rule, one.sentence, one.reviewers, one.cases


def _sentences(broken: Iterable[Violation], names: Names) -> tuple[str, ...]:
    texts = [
        one.say(lambda key: names.person(key).name, lambda key: names.firm(key).name)
        for one in broken
    ]
    return tuple(dict.fromkeys(texts))


def _why_not(
    broken: Sequence[Violation], plan: Plan, reviewer: str, names: Names
) -> tuple[str, ...]:
    """One sentence for each rule that would break; who sits in another group already is told so and
    no more.
    """
    busy = next((n for n, group in enumerate(plan.groups) if reviewer in group.members), None)
    found: dict[str, list[str]] = {}
    for one in broken:
        found.setdefault(one.rule, []).append(
            one.say(lambda key: names.person(key).name, lambda key: names.firm(key).name)
        )
    if busy is not None and "H09" in found:
        return (f"已在{group_name(busy + 1)}",)
    said = []
    for texts in found.values():
        text = re.sub(r"^第\d+组的?", "", texts[0]).removeprefix(names.person(reviewer).name)
        said.append(text + (f"等 {len(texts)} 处" if len(texts) > 1 else ""))
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


def _time(group: int | None, start: str) -> str:
    if group is None:
        return "没有安排"
    return f"第 {group} 组" + (
        f" {start.replace(' AM', ' 上午').replace(' PM', ' 下午')}" if start else "，资料评审"
    )

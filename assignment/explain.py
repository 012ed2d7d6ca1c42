"""说明: why a member sits in a group, why another expert does not, who could stand in, and why no
plan exists.

Sentences speak of people and firms through `name`, which gets an id (reviewer or case) and gives
what the reader should see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest

from assignment import goals
from assignment.alike import Kind, Seat, change_of, exchanged, moved_by_members
from assignment.check import substitute
from assignment.lookup import LEVEL_NAMES, RANK, Lookup, look_up
from assignment.precheck import precheck as precheck
from assignment.problem import Problem
from assignment.solution import Group, Plan, Reason, Visit
from assignment.violation import Name, Violation


@dataclass(frozen=True)
class Option:
    """顶替人选: `cost` is what the objective would change by; `changes` says it goal by goal."""

    reviewer: str
    cost: int
    changes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Choice:
    """顶替人选 of one kind: all these `people` keep every rule and cost the same."""

    people: tuple[str, ...]
    cost: int
    changes: tuple[tuple[str, int], ...]


def choices(problem: Problem, plan: Plan, group: int, member: str) -> Iterator[Choice]:
    """Everybody who could take the seat of `member` and keep every rule, by kinds."""
    seat = Seat(problem, plan, group, member)
    likely = _likely(problem, plan.groups[group], member)
    for kind, people in seat.kinds().items():
        if likely(kind) and not seat.broken(kind, people):
            yield Choice(people, seat.cost(kind, people[0]), seat.changes(kind, people[0]))


def difference(
    problem: Problem, before: Plan, after: Plan, group: int
) -> tuple[tuple[str, int], ...]:
    """By how much another membership of one group changes the goals that count in this problem."""
    found = (
        (goal.id, change_of(problem, before, after, group, goal))
        for goal in moved_by_members(problem)
    )
    return tuple((goal, change) for goal, change in found if change)


def options(problem: Problem, plan: Plan, group: int, member: str) -> tuple[Option, ...]:
    """Everybody who could take the seat of `member` and keep every rule, the least costly first."""
    found = [
        Option(one, choice.cost, choice.changes)
        for choice in choices(problem, plan, group, member)
        for one in choice.people
    ]
    return tuple(sorted(found, key=lambda option: (option.cost, option.reviewer)))


def cheapest(problem: Problem, plan: Plan, group: int, member: str, most: int) -> list[str]:
    """The first `most` of `options`, without a line for everybody else."""
    by_cost: dict[int, list[str]] = defaultdict(list)
    for choice in choices(problem, plan, group, member):
        by_cost[choice.cost] += choice.people
    found: list[str] = []
    for cost in sorted(by_cost):
        if len(found) >= most:
            break
        found += nsmallest(most - len(found), by_cost[cost])
    return found


def _likely(problem: Problem, seat: Group, member: str) -> Callable[[Kind], bool]:
    """Whether no quick test rules out a kind for the seat; `substitute` remains the judge."""
    known, policy = look_up(problem), problem.policy
    rest = [one for one in seat.members if one != member]
    rank = RANK[policy.industry_level]
    needed = [
        place for place, case in enumerate(seat.cases) if known.specialists[case].isdisjoint(rest)
    ]
    leads = policy.leader_required and seat.leader == member
    advises = policy.quality_required and not any(known.reviewer[one].quality for one in rest)
    return lambda kind: (
        kind.serves
        and not kind.missed
        and (kind.leader or not leads)
        and (kind.quality or not advises)
        and not any(kind.barred)
        and all(kind.matches[place] <= rank for place in needed)
    )


# Why
# --------------------------------------------------------------------------------------------------


def why_member(
    problem: Problem, plan: Plan, group_position: int, reviewer_id: str, name: Name = str
) -> tuple[Reason, ...]:
    """为何在本组: what this member gives the group, in the order in which it matters.

    Raises ValueError if she is not in it.
    """
    group = plan.groups[group_position]
    if reviewer_id not in group.members:
        raise ValueError(f"{reviewer_id} is not in group {group_position}")
    known = look_up(problem)
    reasons = [
        *_pinned(problem, group, reviewer_id, name),
        *_leads(problem, plan, group, reviewer_id),
    ]
    reasons += _gives_quality(known, group, reviewer_id)
    reasons += [
        reason
        for case in group.cases
        for reason in _gives_trade(known, group, reviewer_id, case, name)
    ]
    reasons += _is_near(problem, group, reviewer_id)
    reasons += _carries(problem, plan, group_position, reviewer_id)
    return tuple(reasons)


def _pinned(problem: Problem, group: Group, reviewer: str, name: Name) -> Iterator[Reason]:
    for pin in problem.pins or ():
        if (
            pin.reviewer == reviewer
            and pin.case in group.cases
            and pin.kind in ("member", "leader")
        ):
            post = "任组长" if pin.kind == "leader" else "参加"
            yield Reason(f"人工指定{post}评审{name(pin.case)}", ("H15",), (reviewer,), (pin.case,))


def _leads(problem: Problem, plan: Plan, group: Group, reviewer: str) -> Iterator[Reason]:
    if group.leader != reviewer:
        return
    known, others = look_up(problem).reviewer, [one for one in group.members if one != reviewer]
    able = [one for one in others if known[one].leader]
    rank = known[reviewer].seniority
    text = f"任组长（资历{rank}级）"
    if known[reviewer].leader and not able:
        text += "，是本组唯一有组长资格的人"
    elif able and rank > max(known[one].seniority for one in able):
        text += "，在本组有组长资格的人中资历最高"
    yield Reason(text, ("H02",), (reviewer,))


def _gives_quality(known: Lookup, group: Group, reviewer: str) -> Iterator[Reason]:
    if not known.reviewer[reviewer].quality:
        return
    count = sum(known.reviewer[one].quality for one in group.members)
    yield Reason(
        "是本组唯一的质量管理专家" if count == 1 else f"是本组{count}名质量管理专家之一",
        ("H03",),
        (reviewer,),
    )


def _gives_trade(
    known: Lookup, group: Group, reviewer: str, case: str, name: Name
) -> Iterator[Reason]:
    rank = known.match(reviewer, case)
    if rank == 3 or not known.is_specialist(reviewer, case):
        return
    visit = next(visit for visit in group.visits if visit.case == case)
    rivals = _rivals(known, rank, case, visit)
    level = LEVEL_NAMES[rank]
    when = "那几个半天有空、不须回避的" if known.slots(visit) else "不须回避的"
    if rivals == [reviewer]:
        text = f"与{name(case)}{level}对口，是{when}唯一一位"
    elif all(known.match(one, case) > rank for one in group.members if one != reviewer):
        text = f"与{name(case)}{level}对口，是本组唯一一位（{when}共{len(rivals)}位）"
    else:
        text = f"与{name(case)}{level}对口（{when}共{len(rivals)}位）"
    yield Reason(text, ("H04",), (reviewer,), (case,))


def _rivals(known: Lookup, rank: int, case: str, visit: Visit) -> list[str]:
    """Who matches the case as well, has the time and need not keep away."""
    return [
        one
        for people in known.traits.people
        if known.match(people[0], case) <= rank
        for one in people
        if known.reviewer[one].max_groups
        and one not in known.recused[case]
        and known.unavailable[one].isdisjoint(known.slots(visit))
    ]


def _is_near(problem: Problem, group: Group, reviewer: str) -> Iterator[Reason]:
    """Said of the one member who has the shortest way to the visits."""
    ways = {one: _way(problem, group, one) for one in group.members}
    nearest = min(way for one, way in ways.items() if one != reviewer) if len(ways) > 1 else 0
    if goals.in_order(group) and ways[reviewer] < nearest:
        yield Reason(f"离现场最近（到各现场的路程合计{ways[reviewer]}分钟）", (), (reviewer,))


def _way(problem: Problem, group: Group, reviewer: str) -> int:
    known = look_up(problem)
    return sum(
        problem.minutes(known.reviewer[reviewer].place, known.case[visit.case].place)
        for visit in goals.in_order(group)
    )


def _carries(problem: Problem, plan: Plan, group: int, reviewer: str) -> Iterator[Reason]:
    """How many could take the seat, and whether any of them carries less from past years."""
    known, others = look_up(problem).reviewer, tuple(choices(problem, plan, group, reviewer))
    carried = known[reviewer].carried_effort
    if not others:
        yield Reason("没有别人能顶替而不违反规则", (), (reviewer,))
        return
    number = sum(len(choice.people) for choice in others)
    if all(known[choice.people[0]].carried_effort >= carried for choice in others):
        yield Reason(f"往年承担{carried}个半天，能顶替的{number}人都不比其少", (), (reviewer,))
    cost, best = min((choice.cost, min(choice.people)) for choice in others)
    effect = (
        f"各项合计至少差{cost}"
        if cost > 0
        else f"各项合计最多好{-cost}"
        if cost
        else "各项合计可以不变"
    )
    yield Reason(f"能顶替的有{number}人，换人后{effect}", (), (reviewer, best))


# Why not
# --------------------------------------------------------------------------------------------------


def why_not(
    problem: Problem, plan: Plan, group_position: int, reviewer_id: str, name: Name = str
) -> tuple[Reason, ...]:
    """为何不在本组: the rules this expert would break whoever she replaced; if none, what her
    coming would cost.
    """
    group = plan.groups[group_position]
    if reviewer_id in group.members:
        raise ValueError(f"{reviewer_id} is in group {group_position}")
    tries = {
        member: substitute(problem, plan, group_position, member, reviewer_id)
        for member in (*group.members, None)
    }
    always = [
        one
        for one in tries[None]
        if reviewer_id in one.reviewers and all(_same(one, broken) for broken in tries.values())
    ]
    if always:
        return tuple(_no_seat(problem, plan, always, reviewer_id, name))
    possible = [member for member, broken in tries.items() if not broken]
    if possible:
        return tuple(
            _cost(problem, plan, group_position, member, reviewer_id, name) for member in possible
        )
    return tuple(
        replace(
            _told(broken[0], name), text=f"{_way_in(member, name)}：{broken[0].say(name, name)}"
        )
        for member, broken in tries.items()
    )


def _no_seat(
    problem: Problem, plan: Plan, always: list[Violation], reviewer: str, name: Name
) -> Iterator[Reason]:
    """What is in the way whoever goes.

    Who has no seat left is full, so her hours and clashes are not told as well.
    """
    full = any(one.rule == "H09" for one in always)
    for one in always:
        if one.rule == "H09":
            seats = "、".join(
                f"第{place + 1}组"
                for place, group in enumerate(plan.groups)
                if reviewer in group.members
            )
            most = look_up(problem).reviewer[reviewer].max_groups
            text = (
                f"{name(reviewer)}已在{seats}，最多参加{most}个评审组"
                if most
                else f"{name(reviewer)}今年不参加评审组"
            )
            yield Reason(text, ("H09",), (reviewer,))
        elif not (full and one.rule in ("H10", "H13")):
            yield _told(one, name)


def _same(one: Violation, broken: tuple[Violation, ...]) -> bool:
    return any(
        (one.rule, one.reviewers, one.cases) == (other.rule, other.reviewers, other.cases)
        for other in broken
    )


def _told(violation: Violation, name: Name) -> Reason:
    return Reason(
        violation.say(name, name), (violation.rule,), violation.reviewers, violation.cases
    )


def _way_in(member: str | None, name: Name) -> str:
    return "若增补进组" if member is None else f"若顶替{name(member)}"


def _cost(
    problem: Problem, plan: Plan, group: int, member: str | None, newcomer: str, name: Name
) -> Reason:
    changes = difference(problem, plan, exchanged(plan, group, member, newcomer), group)
    total = sum(problem.weight(goal) * change for goal, change in changes)
    titles = {goal.id: goal.title for goal in goals.GOALS}
    parts = "、".join(
        f"{titles[goal]}{'差' if change > 0 else '好'}{abs(change)}" for goal, change in changes
    )
    effect = (
        f"各项合计差{total}"
        if total > 0
        else f"各项合计好{-total}"
        if total < 0
        else "各项合计不变"
    )
    text = f"{_way_in(member, name)}：不违反规则，{effect}" + (f"（{parts}）" if parts else "")
    return Reason(text, (), (newcomer,) if member is None else (newcomer, member))

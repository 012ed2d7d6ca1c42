"""复核: whether a plan keeps every rule and says the truth about itself.

Independent of the solver: never imports OR-Tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assignment import goals
from assignment.lookup import look_up
from assignment.problem import GOALS, Problem
from assignment.rules import RULES, Rule, broken_pin
from assignment.solution import Group, Plan, Standby
from assignment.violation import Violation

# The rules that a change of one member of one group can break, H15 apart.
_OF_MEMBERS: tuple[Rule, ...] = tuple(
    rule for rule in RULES if rule.id in {"H01", "H02", "H03", "H04", "H05", "H06", "H07", "H12"}
)
_OF_REVIEWERS: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.id in {"H09", "H10", "H13"})

_NO_PLAN = {"infeasible": "无解", "unknown": "未得出结果"}


@dataclass(frozen=True)
class Verdict:
    """What the checker found.

    `scorecard` and `objective` are recomputed, whatever the plan claims; `ok`: nothing is wrong.
    """

    violations: tuple[Violation, ...]
    scorecard: dict[str, int]
    objective: int

    @property
    def ok(self) -> bool:
        return not self.violations


def check(problem: Problem, plan: Plan) -> Verdict:
    """Check every rule, then every claim: digest, status, unassigned, scorecard, objective, bound,
    levels, standbys.
    """
    strangers = list(_unknown_ids(problem, plan))
    sound = _without_unknown(problem, plan) if strangers else plan
    values = goals.scorecard(problem, sound)
    total = goals.objective(problem, values)
    if plan.status in _NO_PLAN and not plan.groups:
        broken = [_untrue("方案没有编组，求解结果是“{w0}”", words=(_NO_PLAN[plan.status],))]
    else:
        broken = [violation for rule in RULES for violation in rule.check(problem, sound)]
    claims = _claims(problem, plan, values, total)
    if not strangers:
        claims += _standby_claims(problem, plan)
    return Verdict((*strangers, *broken, *claims), values, total)


def check_again(problem: Problem, plan: Plan, passed: Plan | None) -> tuple[Violation, ...]:
    """What is wrong with a plan, where only its claims may be: its groups, scorecard and objective
    are those of a plan that `check` has `passed`. All is checked where they are not.
    """
    if (
        passed is None
        or plan.objective is None
        or plan.standbys is not None
        or (plan.groups, plan.scorecard, plan.objective)
        != (passed.groups, passed.scorecard, passed.objective)
    ):
        return check(problem, plan).violations
    return tuple(_claims(problem, plan, dict(plan.scorecard), plan.objective))


def _claims(problem: Problem, plan: Plan, values: dict[str, int], total: int) -> list[Violation]:
    return [
        *_status_claims(problem, plan),
        *_value_claims(problem, plan, values, total),
        *_level_claims(problem, plan, values),
    ]


def broken_rules(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """What the groups of a plan break, whatever the plan says of itself: a plan of an earlier state
    of the problem may still be one of its present state. Unknown people and cases come alone.
    """
    strangers = tuple(_unknown_ids(problem, plan))
    if strangers:
        return strangers
    return tuple(violation for rule in RULES for violation in rule.check(problem, plan))


def substitute(
    problem: Problem, plan: Plan, group: int, member: str | None, newcomer: str
) -> tuple[Violation, ...]:
    """顶替或增补: what breaks when `newcomer` takes the place of `member` (and the lead, if that
    was hers), or joins (`member` None).
    """
    before = plan.groups[group]
    members = (*(one for one in before.members if one != member), newcomer)
    changed = Group(
        newcomer if member is not None and before.leader == member else before.leader,
        members,
        before.visits,
    )
    others = [
        position
        for position, other in enumerate(plan.groups)
        if position != group and newcomer in other.members
    ]
    alone = plan.with_(groups=(changed,))
    found = [violation for rule in _OF_MEMBERS for violation in rule.check(problem, alone)]
    together = plan.with_(groups=(changed, *(plan.groups[position] for position in others)))
    for rule in _OF_REVIEWERS:
        found += [one for one in rule.check(problem, together) if newcomer in one.reviewers]
    teams = dict.fromkeys(changed.cases, 0)
    for pin in problem.pins or ():
        if pin.kind in ("member", "leader", "exclude") and pin.case in teams:
            found += broken_pin(look_up(problem), alone, teams, pin)
    positions = (group, *others)
    return tuple(
        replace(one, groups=tuple(positions[place] for place in one.groups)) for one in found
    )


def _untrue(sentence: str, **parties: tuple[object, ...]) -> Violation:
    return Violation("PLAN", sentence, **parties)  # type: ignore[arg-type]


def _unknown_ids(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known = look_up(problem)
    for position, group in enumerate(plan.groups):
        people = group.members if group.leader is None else (*group.members, group.leader)
        for reviewer in dict.fromkeys(people):
            if reviewer not in known.reviewer:
                yield _untrue(
                    "{g0}的评审员{r0}不在问题文件里", reviewers=(reviewer,), groups=(position,)
                )
        for reviewer in dict.fromkeys(one for one in group.members if group.members.count(one) > 1):
            yield _untrue("{g0}把评审员{r0}写了不止一次", reviewers=(reviewer,), groups=(position,))
        for case in group.cases:
            if case not in known.case:
                yield _untrue("{g0}的评审对象{c0}不在问题文件里", cases=(case,), groups=(position,))


def _without_unknown(problem: Problem, plan: Plan) -> Plan:
    """The part of the plan that speaks of this problem, so that the rules can say what else is
    wrong.
    """
    known = look_up(problem)
    groups = tuple(
        Group(
            leader=group.leader if group.leader in known.reviewer else None,
            members=tuple(
                dict.fromkeys(member for member in group.members if member in known.reviewer)
            ),
            visits=tuple(visit for visit in group.visits if visit.case in known.case),
        )
        for group in plan.groups
    )
    return plan.with_(groups=groups)


def _status_claims(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if plan.problem_digest != problem.digest:
        yield _untrue(
            "方案的 problem_digest 与问题文件不符：方案不是为这个问题做的，或问题后来改过"
        )
    known, placed = look_up(problem).case, {case for group in plan.groups for case in group.cases}
    for case in plan.unassigned:
        if case not in known:
            yield _untrue("未安排名单里的{c0}不在问题文件里", cases=(case,))
        elif case in placed:
            yield _untrue("{c0}既在未安排名单里，又有评审组", cases=(case,))
    if len(set(plan.unassigned)) != len(plan.unassigned):
        yield _untrue("未安排名单有重复")
    if plan.status == "partial" and not plan.unassigned:
        yield _untrue("方案说是部分安排，却没有写明哪些未安排")
    if plan.status in ("optimal", "feasible") and plan.unassigned:
        yield _untrue("方案说已全部安排，未安排名单却不为空", cases=plan.unassigned)


def _value_claims(
    problem: Problem, plan: Plan, values: dict[str, int], total: int
) -> Iterator[Violation]:
    for goal, claimed in plan.scorecard.items():
        if goal not in GOALS:
            yield _untrue("没有名为{w0}的目标", words=(goal,))
        elif claimed != values[goal]:
            yield _untrue("目标{w0}写为{w1}，复核为{w2}", words=(goal, claimed, values[goal]))
    if plan.objective is not None and plan.objective != total:
        yield _untrue("目标总值写为{w0}，复核为{w1}", words=(plan.objective, total))
    if plan.bound is not None and plan.groups and plan.bound > total:
        yield _untrue("下界{w0}大于目标总值{w1}", words=(plan.bound, total))
    if (
        plan.status == "optimal"
        and not problem.order
        and plan.bound is not None
        and plan.bound < total
    ):
        yield _untrue("方案说是最优，下界{w0}却小于目标总值{w1}", words=(plan.bound, total))


def _level_claims(problem: Problem, plan: Plan, values: dict[str, int]) -> Iterator[Violation]:
    wanted = [
        goal for goal in problem.order or () if goal in {level.goal for level in plan.levels or ()}
    ]
    if [level.goal for level in plan.levels or ()] != wanted:
        yield _untrue("levels 的目标与 order 不一致")
    for level in plan.levels or ():
        if level.goal in values and level.value != values[level.goal]:
            yield _untrue(
                "分级目标{w0}写为{w1}，复核为{w2}",
                words=(level.goal, level.value, values[level.goal]),
            )
        if level.bound is not None and level.bound > level.value:
            yield _untrue(
                "分级目标{w0}的下界{w1}大于其值{w2}", words=(level.goal, level.bound, level.value)
            )


def _standby_claims(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for standby in plan.standbys or ():
        yield from _standby_faults(problem, plan, standby)


def _standby_faults(problem: Problem, plan: Plan, standby: Standby) -> Iterator[Violation]:
    if standby.group >= len(plan.groups):
        yield _untrue("候补名单里的{g0}不存在", groups=(standby.group,))
        return
    at, group = (standby.group,), plan.groups[standby.group]
    if standby.member not in group.members:
        yield _untrue("候补名单里的{r0}不是{g0}的评审员", reviewers=(standby.member,), groups=at)
        return
    if len(set(standby.substitutes)) != len(standby.substitutes):
        yield _untrue("{g0}的{r0}的候补有重复", reviewers=(standby.member,), groups=at)
    for newcomer in standby.substitutes:
        if newcomer not in look_up(problem).reviewer:
            yield _untrue("候补{r0}不在问题文件里", reviewers=(newcomer,), groups=at)
        elif newcomer in group.members:
            yield _untrue("候补{r0}已是{g0}的评审员", reviewers=(newcomer,), groups=at)
        else:
            for broken in substitute(problem, plan, standby.group, standby.member, newcomer):
                yield replace(broken, rule="PLAN", sentence="候补名单不实：" + broken.sentence)

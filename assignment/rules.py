"""硬规则 H01-H17: each rule of the contract as declared data with its legal basis and its own
checker.

A checker takes a plan whose reviewer and case ids exist (`check.check` sees to that) and yields one
violation per broken fact. It knows nothing of the solver; the solver's constraints bear the same
ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from assignment.goals import efforts
from assignment.kinds import kind_name
from assignment.lookup import Lookup, look_up
from assignment.problem import Pin, Problem
from assignment.solution import Group, Plan, Visit
from assignment.violation import Violation

Check = Callable[[Problem, Plan], Iterable[Violation]]


@dataclass(frozen=True)
class Rule:
    """`legal_basis` quotes articles only; `practice` says what is the office's own."""

    id: str
    title: str
    legal_basis: str
    check: Check
    practice: str = ""


def _group_size(problem: Problem, plan: Plan) -> Iterator[Violation]:
    low, high = problem.policy.group_size
    for position, group in enumerate(plan.groups):
        if not low <= len(group.members) <= high:
            yield Violation(
                "H01",
                "{g0}有{w0}名评审员，应为{w1}至{w2}名",
                groups=(position,),
                words=(len(group.members), low, high),
            )


def _leader(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known, required = look_up(problem).reviewer, problem.policy.leader_required
    for position, group in enumerate(plan.groups):
        at = (position,)
        if group.leader is None:
            if required:
                yield Violation("H02", "{g0}没有组长", groups=at)
        elif group.leader not in group.members:
            yield Violation("H02", "{g0}的组长{r0}不是本组评审员", (group.leader,), groups=at)
        elif required and not known[group.leader].leader:
            yield Violation("H02", "{g0}的组长{r0}没有组长资格", (group.leader,), groups=at)


def _quality(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if not problem.policy.quality_required:
        return
    known = look_up(problem).reviewer
    for position, group in enumerate(plan.groups):
        if not any(known[member].quality for member in group.members):
            yield Violation("H03", "{g0}没有质量管理专家", groups=(position,))


def _specialist(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if problem.policy.industry_level == "none":
        return
    known = look_up(problem)
    for position, group in enumerate(plan.groups):
        quality = {member for member in group.members if known.reviewer[member].quality}
        for case in group.cases:
            specialists = {member for member in group.members if known.is_specialist(member, case)}
            if not specialists:
                yield Violation(
                    "H04", "{g0}没有与{c0}行业对口的评审员", cases=(case,), groups=(position,)
                )
            elif problem.policy.quality_required and quality == specialists and len(quality) == 1:
                sentence = (
                    "{g0}评审{c0}时只有{r0}一人既是质量管理专家又是对口行业专家，"
                    "两项须由不同的人担任"
                )
                yield Violation("H04", sentence, tuple(quality), (case,), (position,))


def _recusal(problem: Problem, plan: Plan) -> Iterator[Violation]:
    barred = look_up(problem).barred
    for position, group in enumerate(plan.groups):
        for case in group.cases:
            for member in group.members:
                if (member, case) in barred:
                    words = ("、".join(map(kind_name, barred[member, case])),)
                    yield Violation(
                        "H05",
                        "{g0}的{r0}对{c0}应当回避：{w0}",
                        (member,),
                        (case,),
                        (position,),
                        words,
                    )


def _barred_pair(problem: Problem, plan: Plan) -> Iterator[Violation]:
    barred = look_up(problem).barred_pairs
    for position, group in enumerate(plan.groups):
        for pair in combinations(sorted(group.members), 2):
            if pair in barred:
                words = ("、".join(map(kind_name, barred[pair])),)
                yield Violation(
                    "H06", "{g0}的{r0}与{r1}不能同组：{w0}", pair, groups=(position,), words=words
                )


def _employer(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if problem.policy.same_employer == "allow":
        return
    known = look_up(problem).reviewer
    for position, group in enumerate(plan.groups):
        colleagues: dict[str, list[str]] = defaultdict(list)
        for member in group.members:
            colleagues[known[member].employer].append(member)
        for members in colleagues.values():
            if len(members) > 1:
                who = "、".join(f"{{r{place}}}" for place in range(len(members)))
                yield Violation(
                    "H07", "{g0}的" + who + "来自同一单位", tuple(members), groups=(position,)
                )


def _every_case(problem: Problem, plan: Plan) -> Iterator[Violation]:
    teams: dict[str, list[int]] = defaultdict(list)
    for position, group in enumerate(plan.groups):
        for case in group.cases:
            teams[case].append(position)
        # A group without a case is none, else an empty one could make up the number of groups
        # (H17).
        if not group.cases:
            yield Violation("H08", "{g0}没有评审对象", groups=(position,))
        if problem.policy.regime == "panel" and len(group.cases) > 1:
            listed = "、".join(f"{{c{place}}}" for place in range(len(group.cases)))
            yield Violation(
                "H08",
                "逐案组组时每组只评一家，{g0}却评" + listed,
                cases=group.cases,
                groups=(position,),
            )
    left_out = set(plan.unassigned) if plan.status == "partial" else set()
    for case_id in look_up(problem).case:
        found = tuple(teams.get(case_id, ()))
        if not found and case_id not in left_out:
            yield Violation("H08", "{c0}没有评审组", cases=(case_id,))
        elif len(found) > 1:
            listed = "、".join(f"{{g{place}}}" for place in range(len(found)))
            yield Violation(
                "H08",
                "{c0}被安排了{w0}次：" + listed,
                cases=(case_id,),
                groups=found,
                words=(len(found),),
            )


def _max_groups(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known, serves = look_up(problem).reviewer, _groups_of(plan)
    for reviewer, groups in serves.items():
        if len(groups) > known[reviewer].max_groups:
            words = (len(groups), known[reviewer].max_groups)
            yield Violation(
                "H09",
                "{r0}参加了{w0}个评审组，最多{w1}个",
                (reviewer,),
                groups=tuple(groups),
                words=words,
            )


def _max_effort(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known, serves = look_up(problem).reviewer, _groups_of(plan)
    for reviewer, effort in efforts(problem, plan).items():
        if effort > known[reviewer].max_effort:
            words = (effort, known[reviewer].max_effort)
            yield Violation(
                "H10",
                "{r0}承担{w0}个半天，最多{w1}个半天",
                (reviewer,),
                groups=tuple(serves[reviewer]),
                words=words,
            )


def _visit_slots(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known = look_up(problem)
    for position, group in enumerate(plan.groups):
        for visit in group.visits:
            for sentence, word in _visit_faults(known, visit):
                yield Violation(
                    "H11", sentence, cases=(visit.case,), groups=(position,), words=(word,)
                )


def _visit_faults(known: Lookup, visit: Visit) -> Iterator[tuple[str, object]]:
    needed, count = known.case[visit.case].half_days, len(known.problem.slots)
    if visit.half_days != needed:
        yield f"{{c0}}的现场评审写为{visit.half_days}个半天，应为{{w0}}个半天", needed
    if needed == 0:
        if visit.start is not None:
            yield "{c0}只作资料评审，不应安排现场评审时间", ""
        return
    if visit.start is None:
        yield "{c0}需要{w0}个半天的现场评审，却没有安排时间", needed
        return
    if visit.start + visit.half_days > count:
        yield "{c0}的现场评审超出了可用时段（共{w0}个半天）", count
    slots = known.slots(visit)
    for slot in slots[1:]:
        if not known.continues[slot - 1]:
            yield "{c0}的现场评审在{w0}前中断，与前一时段的日期不相连", known.slot_name(slot)
    for slot in slots:
        if slot in known.closed[visit.case]:
            yield "{c0}在{w0}不接待", known.slot_name(slot)


def _available(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known = look_up(problem)
    for position, group in enumerate(plan.groups):
        for visit in group.visits:
            for member in group.members:
                missed = known.unavailable[member].intersection(known.slots(visit))
                if missed:
                    words = ("、".join(known.slot_name(slot) for slot in sorted(missed)),)
                    yield Violation(
                        "H12",
                        "{g0}的{r0}在{w0}没有空，不能到{c0}现场",
                        (member,),
                        (visit.case,),
                        (position,),
                        words,
                    )


def _no_overlap(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if all(visit.start is None for group in plan.groups for visit in group.visits):
        return
    known = look_up(problem)
    for position, group in enumerate(plan.groups):
        visits = [(position, visit) for visit in group.visits]
        for sentence, cases, words, _ in _clashes(known, visits):
            yield Violation("H13", "{g0}：" + sentence, (), cases, (position,), words)
    for reviewer, groups in _groups_of(plan).items():
        # Clashes inside one group are already told above.
        if len(groups) > 1:
            visits = [(group, visit) for group in groups for visit in plan.groups[group].visits]
            for sentence, cases, words, at in _clashes(known, visits):
                if at[0] != at[1]:
                    yield Violation("H13", "{r0}：" + sentence, (reviewer,), cases, at, words)


Clash = tuple[str, tuple[str, str], tuple[object, ...], tuple[int, int]]


def _clashes(known: Lookup, visits: list[tuple[int, Visit]]) -> Iterator[Clash]:
    """Pairs of visits, each with its group, that one party cannot both make: at the same time, or
    on one date too far apart.
    """
    limit, slots = known.problem.policy.same_day_travel_minutes, known.problem.slots
    timed = sorted(
        ((known.slots(visit), visit, group) for group, visit in visits if known.slots(visit)),
        key=lambda one: one[0].start,
    )
    for (before, first, one), (after, second, other) in combinations(timed, 2):
        cases, groups = (first.case, second.case), (one, other)
        if before.stop > after.start:
            when = known.slot_name(after.start)
            yield "{c0}和{c1}的现场评审在{w0}重叠", cases, (when,), groups
        elif slots[before.stop - 1].date == slots[after.start].date:
            minutes = known.problem.minutes(
                known.case[first.case].place, known.case[second.case].place
            )
            if minutes > limit:
                day = slots[after.start].date
                words = (f"{day.month}月{day.day}日", minutes, limit)
                sentence = "{w0}先后到{c0}和{c1}，路上要{w1}分钟，同日最多{w2}分钟"
                yield sentence, cases, words, groups


def _parallel(problem: Problem, plan: Plan) -> Iterator[Violation]:
    limit = problem.policy.max_parallel_visits
    if limit is None:
        return
    known = look_up(problem)
    busy: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for position, group in enumerate(plan.groups):
        for visit in group.visits:
            for slot in known.slots(visit):
                busy[slot].append((visit.case, position))
    for slot, visits in sorted(busy.items()):
        if len(visits) > limit:
            cases, groups = zip(*visits, strict=True)
            words = (known.slot_name(slot), len(visits), limit)
            yield Violation(
                "H14", "{w0}有{w1}场现场评审同时进行，最多{w2}场", (), cases, groups, words
            )


def _pins(problem: Problem, plan: Plan) -> Iterator[Violation]:
    teams = {case: position for position, group in enumerate(plan.groups) for case in group.cases}
    for pin in problem.pins or ():
        yield from broken_pin(look_up(problem), plan, teams, pin)


def broken_pin(known: Lookup, plan: Plan, teams: dict[str, int], pin: Pin) -> Iterator[Violation]:
    """What one pin finds wrong.

    A pin on a case that was left out does not hold either, except that nobody sits there who was
    excluded.
    """
    if pin.kind == "together":
        cases = pin.cases or ()
        if len({teams.get(case) for case in cases}) > 1:
            listed = "、".join(f"{{c{place}}}" for place in range(len(cases)))
            yield Violation(
                "H15",
                listed + "指定由同一组评审，却没有",
                cases=cases,
                groups=tuple(sorted({teams[c] for c in cases if c in teams})),
            )
        return
    assert pin.case is not None
    at = (teams[pin.case],) if pin.case in teams else ()
    group = plan.groups[at[0]] if at else Group(None, (), ())
    who = () if pin.reviewer is None else (pin.reviewer,)
    if pin.kind == "member" and pin.reviewer not in group.members:
        yield Violation("H15", "指定{r0}评审{c0}，却没有", who, (pin.case,), at)
    elif pin.kind == "leader" and pin.reviewer != group.leader:
        yield Violation("H15", "指定{r0}任评审{c0}的组长，却没有", who, (pin.case,), at)
    elif pin.kind == "exclude" and pin.reviewer in group.members:
        yield Violation("H15", "指定{r0}不评审{c0}，{g0}却有此人", who, (pin.case,), at)
    elif pin.kind == "visit" and all(
        visit.start != pin.start for visit in group.visits if visit.case == pin.case
    ):
        assert pin.start is not None
        yield Violation(
            "H15",
            "{c0}的现场评审指定从{w0}开始，却没有",
            (),
            (pin.case,),
            at,
            (known.slot_name(pin.start),),
        )


def _group_effort(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if problem.policy.group_effort is None:
        return
    (low, high), cases = problem.policy.group_effort, look_up(problem).case
    for position, group in enumerate(plan.groups):
        effort = sum(cases[case].effort for case in group.cases)
        if not low <= effort <= high:
            yield Violation(
                "H16",
                "{g0}的工作量为{w0}个半天，应为{w1}至{w2}个半天",
                groups=(position,),
                words=(effort, low, high),
            )


def _groups(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if problem.policy.groups is not None:
        low, high = problem.policy.groups
        if not low <= len(plan.groups) <= high:
            yield Violation(
                "H17", "共有{w0}个评审组，应为{w1}至{w2}个", words=(len(plan.groups), low, high)
            )


def _groups_of(plan: Plan) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, group in enumerate(plan.groups):
        for member in dict.fromkeys(group.members):
            found[member].append(position)
    return found


_MEASURE = "《诸暨市政府质量奖评审管理办法（2025年修订版）》"
_TEN = f"{_MEASURE}第十条：包括相关行业、领域的专业人士和质量管理专家"
_VISITS = f"{_MEASURE}第十条第（二）项、第十三条第（五）项：制订并实施现场评审计划"
_OFFICE = f"{_MEASURE}第九条第（三）项：审定办负责评审员的使用及监督管理"

RULES: tuple[Rule, ...] = (
    Rule(
        "H01",
        "每组人数在规定范围内",
        (f"{_MEASURE}第十条：评审组一般由3名（含）以上评审员组成"),
        _group_size,
    ),
    Rule("H02", "每组一名有资格的组长", f"{_MEASURE}第十条：评审组实行组长负责制", _leader),
    Rule("H03", "每组至少一名质量管理专家", _TEN, _quality),
    Rule("H04", "每家组织都有对口的行业专家，且与质量管理专家不是同一人", _TEN, _specialist),
    Rule(
        "H05",
        "有回避情形的人不评审该组织",
        (f"{_MEASURE}第十一条、第十六条；回避情形参照《政府采购法实施条例》第九条"),
        _recusal,
    ),
    Rule(
        "H06",
        "不宜同组的两人不同组",
        (f"{_MEASURE}第十一条、第十六条；参照《公务员法》第七十四条、第七十六条"),
        _barred_pair,
    ),
    Rule("H07", "同一单位的人不同组", f"{_MEASURE}第三条（公平、公正）", _employer, "评审惯例"),
    Rule(
        "H08",
        "每家组织由一个组评审；逐案组组时一组只评一家",
        f"{_MEASURE}第十三条第（四）项",
        _every_case,
    ),
    Rule("H09", "每人参加的组数不超过上限", _OFFICE, _max_groups, "上限由审定办规定"),
    Rule("H10", "每人的工作量不超过上限", _OFFICE, _max_effort, "上限由审定办规定"),
    Rule("H11", "现场评审连续进行，中间不隔节假日，且组织能接待", _VISITS, _visit_slots),
    Rule("H12", "现场评审时全组有空", _VISITS, _available),
    Rule(
        "H13",
        "同组、同一人的现场评审不重叠，同日路程不超限",
        _VISITS,
        _no_overlap,
        "路程上限由审定办规定",
    ),
    Rule(
        "H14",
        "同时进行的现场评审不超过上限",
        (f"{_MEASURE}第九条第（二）项：审定办负责评审的组织、协调"),
        _parallel,
        "陪同人员有限",
    ),
    Rule(
        "H15",
        "人工指定的安排不变",
        (f"{_MEASURE}第九条第（二）项：审定办负责评审的组织、协调"),
        _pins,
        "审定办指定的人员和时间",
    ),
    Rule(
        "H16",
        "每组的工作量在规定范围内",
        (f"{_MEASURE}第三条（公平）；第九条第（二）项"),
        _group_effort,
        "范围由审定办规定",
    ),
    Rule(
        "H17",
        "评审组数在规定范围内",
        (f"{_MEASURE}第十条：每年根据评审工作需要组建评审组"),
        _groups,
    ),
)

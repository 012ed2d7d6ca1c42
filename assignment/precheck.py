"""预检: quick counts that show in words why a problem has no complete plan. Sound: whatever is told
here makes a plan impossible.

Silence proves nothing; the solver decides. All counts are upper bounds of what any plan could do,
so every sentence is a proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from assignment.kinds import kind_name
from assignment.lookup import Lookup, look_up
from assignment.people import People
from assignment.problem import Case, Pin, Problem, Reviewer
from assignment.solution import Reason
from assignment.violation import Name


@dataclass(frozen=True)
class Cluster:
    """Cases that pins put into one group, and what the pins say of that group."""

    cases: tuple[str, ...]
    members: frozenset[str]
    leaders: frozenset[str]
    excluded: frozenset[str]
    effort: int


@dataclass(frozen=True)
class Scene:
    """What every check looks at."""

    problem: Problem
    known: Lookup
    name: Name
    people: People
    clusters: tuple[Cluster, ...]
    starts: dict[
        str, tuple[int, ...]
    ]  # per case with a visit: the starts that H11, H14 and the pins leave

    def names(self, ids: Iterable[str]) -> str:
        """A few names and how many there are."""
        listed = [self.name(one) for one in ids]
        return "、".join(listed[:5]) + (f"等{len(listed)}个" if len(listed) > 5 else "")

    def case(self, case: str) -> Case:
        return self.known.case[case]

    def pool(self, cluster: Cluster) -> int:
        """Those whom nothing fixed keeps from this cluster's group."""
        pool = self.people.able(cluster.effort) & ~self.people.of(cluster.excluded)
        for case in cluster.cases:
            pool &= ~self.people.recused[case]
        return pool


def precheck(problem: Problem, name: Name = str) -> tuple[Reason, ...]:
    """Why no plan can place every case, as far as counting shows; empty when counting shows
    nothing.
    """
    scene = _scene(problem, name)
    found = [
        *_pins(scene),
        *_starts(scene),
        *_people(scene),
        *_numbers(scene),
        *_efforts(scene),
        *_calendar(scene),
    ]
    # What holds for the whole roster says it once; the cases that suffer from it would only repeat
    # it.
    return tuple(_roster(scene)) or tuple(_told_once(scene, list(dict.fromkeys(found))))


def _roster(scene: Scene) -> Iterator[Reason]:
    problem = scene.problem
    serving = [one for one in problem.reviewers if one.max_groups > 0]
    if not problem.cases:
        return
    if not serving:
        yield Reason("名册里没有一名今年可参加评审的评审员", ("H01",))
        return
    if problem.policy.leader_required and not any(one.leader for one in serving):
        yield Reason("名册里没有一名今年可参加评审、具备组长资格的人", ("H02",))
    if problem.policy.quality_required and not any(one.quality for one in serving):
        yield Reason("名册里没有一名今年可参加评审的质量管理专家", ("H03",))
    if all(case.half_days for case in problem.cases):
        if not problem.slots:
            yield Reason("没有可以安排现场评审的时段", ("H11",))
        elif all(len(set(one.unavailable)) == len(problem.slots) for one in serving):
            yield Reason("全体评审员在所有可安排的时段都没有空", ("H12",))


# Sentences of one kind that are worth reading; further cases are only named.
TOLD = 3


def _told_once(scene: Scene, reasons: list[Reason]) -> Iterator[Reason]:
    """The first few reasons of a kind in full, and the other cases it meets by name."""
    kinds: dict[tuple[str, ...], list[Reason]] = defaultdict(list)
    for reason in reasons:
        kinds[reason.rules].append(reason)
    for reason in reasons:
        alike = kinds[reason.rules]
        place = alike.index(reason)
        rest = tuple(dict.fromkeys(case for other in alike[TOLD:] for case in other.cases))
        if place < TOLD or len(alike) <= TOLD + 1 or not rest:
            yield reason
        elif place == TOLD:
            yield Reason(
                f"还有{len(rest)}家组织有同样的问题：{scene.names(rest)}", reason.rules, (), rest
            )


def _scene(problem: Problem, name: Name) -> Scene:
    known = look_up(problem)
    pinned: dict[str, set[int]] = defaultdict(set)
    for pin in problem.pins or ():
        if pin.kind == "visit" and pin.case is not None and pin.start is not None:
            pinned[pin.case].add(pin.start)
    starts = {
        case.id: tuple(start for start in known.starts[case.id] if pinned[case.id] <= {start})
        for case in problem.cases
        if case.half_days
    }
    if problem.policy.max_parallel_visits == 0:
        starts = dict.fromkeys(starts, ())
    return Scene(problem, known, name, People(known), tuple(_clusters(problem, known)), starts)


def _clusters(problem: Problem, known: Lookup) -> Iterator[Cluster]:
    """Cases joined by pins: put together, or pinned to one person who may serve in one group
    only.
    """
    owner = {case.id: case.id for case in problem.cases}

    def root(case: str) -> str:
        while owner[case] != case:
            case = owner[case]
        return case

    joined = [pin.cases or () for pin in problem.pins or () if pin.kind == "together"]
    wanted: dict[str, list[str]] = defaultdict(list)
    for pin in problem.pins or ():
        if pin.kind in ("member", "leader") and known.reviewer[pin.reviewer or ""].max_groups == 1:
            wanted[pin.reviewer or ""].append(pin.case or "")
    for cases in (*joined, *wanted.values()):
        for case in cases[1:]:
            owner[root(case)] = root(cases[0])
    together: dict[str, list[str]] = defaultdict(list)
    for case in owner:
        together[root(case)].append(case)
    for cases in together.values():
        pins = [pin for pin in problem.pins or () if pin.case in cases]
        yield Cluster(
            tuple(cases),
            frozenset(_who(pins, "member", "leader")),
            frozenset(_who(pins, "leader")),
            frozenset(_who(pins, "exclude")),
            sum(known.case[case].effort for case in cases),
        )


def _who(pins: list[Pin], *kinds: str) -> list[str]:
    return [pin.reviewer for pin in pins if pin.kind in kinds and pin.reviewer is not None]


# Pins that contradict each other or a rule
# --------------------------------------------------------------------------------------------------


def _pins(scene: Scene) -> Iterator[Reason]:
    policy = scene.problem.policy
    for cluster in scene.clusters:
        firms, at = scene.names(cluster.cases), cluster.cases
        if policy.regime == "panel" and len(at) > 1:
            yield Reason(f"逐案组组时每组只评一家，人工指定却要{firms}同组", ("H08", "H15"), (), at)
        if len(cluster.leaders) > 1:
            yield Reason(
                f"{firms}的组长指定了不止一人：{scene.names(sorted(cluster.leaders))}",
                ("H02", "H15"),
                tuple(sorted(cluster.leaders)),
                at,
            )
        if len(cluster.members) > policy.group_size[1]:
            text = (
                f"为{firms}指定了{len(cluster.members)}名评审员，每组最多{policy.group_size[1]}名"
            )
            yield Reason(text, ("H01", "H15"), tuple(sorted(cluster.members)), at)
        for one in sorted(cluster.members):
            yield from _pinned_member(scene, cluster, scene.known.reviewer[one])
        for pair in combinations(sorted(cluster.members), 2):
            yield from _pinned_pair(scene, cluster, pair)
    yield from _pinned_often(scene)


def _pinned_member(scene: Scene, cluster: Cluster, one: Reviewer) -> Iterator[Reason]:
    who, firms = scene.name(one.id), scene.names(cluster.cases)

    def reason(text: str, rule: str) -> Reason:
        return Reason(
            f"指定{who}评审{firms}，但{text}",
            (rule, "H15") if rule != "H15" else ("H15",),
            (one.id,),
            cluster.cases,
        )

    if one.id in cluster.excluded:
        yield reason("又指定其不参加", "H15")
    for case in cluster.cases:
        if (one.id, case) in scene.known.barred:
            yield reason(
                f"其对{scene.name(case)}应当回避"
                f"（{'、'.join(map(kind_name, scene.known.barred[one.id, case]))}）",
                "H05",
            )
    if one.max_groups == 0:
        yield reason("其今年不参加评审组", "H09")
    if one.max_effort < cluster.effort:
        yield reason(f"其最多承担{one.max_effort}个半天，这里要{cluster.effort}个半天", "H10")
    if one.id in cluster.leaders and scene.problem.policy.leader_required and not one.leader:
        yield Reason(
            f"指定{who}任评审{firms}的组长，但其没有组长资格",
            ("H02", "H15"),
            (one.id,),
            cluster.cases,
        )
    for case in cluster.cases:
        starts = scene.starts.get(case, ())
        if starts and not any(
            scene.known.free(one.id, start, scene.case(case).half_days) for start in starts
        ):
            yield reason(f"其在{scene.name(case)}可以安排的时间都没有空", "H12")


def _pinned_pair(scene: Scene, cluster: Cluster, pair: tuple[str, ...]) -> Iterator[Reason]:
    first, second = (scene.known.reviewer[one] for one in pair)
    who = f"指定{scene.names(pair)}同评{scene.names(cluster.cases)}，但两人"
    if pair in scene.known.barred_pairs:
        kinds = "、".join(map(kind_name, scene.known.barred_pairs[first.id, second.id]))
        yield Reason(f"{who}不能同组（{kinds}）", ("H06", "H15"), pair, cluster.cases)
    if scene.problem.policy.same_employer == "forbid" and first.employer == second.employer:
        yield Reason(f"{who}来自同一单位", ("H07", "H15"), pair, cluster.cases)


def _pinned_often(scene: Scene) -> Iterator[Reason]:
    served: dict[str, list[Cluster]] = defaultdict(list)
    for cluster in scene.clusters:
        for one in cluster.members:
            served[one].append(cluster)
    for one, clusters in sorted(served.items()):
        person, cases = (
            scene.known.reviewer[one],
            tuple(case for cluster in clusters for case in cluster.cases),
        )
        effort = sum(cluster.effort for cluster in clusters)
        if len(clusters) > 1 and effort > person.max_effort:
            text = (
                f"指定{scene.name(one)}评审的几家共{effort}个半天，"
                f"其最多承担{person.max_effort}个半天"
            )
            yield Reason(text, ("H10", "H15"), (one,), cases)
        if scene.problem.policy.regime == "panel" and len(cases) > person.max_groups > 0:
            text = f"指定{scene.name(one)}评审{len(cases)}家，其最多参加{person.max_groups}个评审组"
            yield Reason(text, ("H09", "H15"), (one,), cases)


# Each case on its own
# --------------------------------------------------------------------------------------------------


def _starts(scene: Scene) -> Iterator[Reason]:
    """Cases that no start is left for, and pins on the time of cases that have none."""
    pinned: dict[str, set[int]] = defaultdict(set)
    for pin in scene.problem.pins or ():
        if pin.kind == "visit":
            pinned[pin.case or ""].add(pin.start or 0)
    for case in scene.problem.cases:
        who, at = scene.name(case.id), (case.id,)
        if case.half_days == 0:
            if case.id in pinned:
                yield Reason(f"{who}只作资料评审，却指定了现场评审时间", ("H11", "H15"), (), at)
        elif not scene.starts[case.id]:
            if scene.problem.policy.max_parallel_visits == 0:
                yield Reason(f"{who}要现场评审，但同时进行的现场评审上限为0", ("H14",), (), at)
            elif scene.known.starts[case.id]:
                yield _pinned_start(scene, case, sorted(pinned[case.id]))
            else:
                text = f"{who}的现场评审要连续{case.half_days}个半天，可用时段里没有这样一段"
                yield Reason(
                    text + ("（已除去不接待的时间）" if case.closed else ""), ("H11",), (), at
                )


def _pinned_start(scene: Scene, case: Case, starts: list[int]) -> Reason:
    """Pins that name two times, or one at which no visit of this case can begin."""
    who, at, when = (
        scene.name(case.id),
        (case.id,),
        [scene.known.slot_name(start) for start in starts],
    )
    if len(starts) > 1:
        return Reason(
            f"{who}的现场评审指定了{len(starts)}个不同的开始时间：{'、'.join(when)}，只能留一个",
            ("H15",),
            (),
            at,
        )
    why = "不能越过期限或间断的日子" + ("，也不能占不接待的时间" if case.closed else "")
    text = (
        f"指定{who}在{when[0]}开始现场评审，但从这时起没有连续{case.half_days}个半天可用（{why}）"
    )
    return Reason(text, ("H11", "H15"), (), at)


def _people(scene: Scene) -> Iterator[Reason]:
    for cluster in scene.clusters:
        pool = scene.pool(cluster)
        if not scene.people.suffice(pool, cluster.cases):
            yield from _lacks(scene, cluster.cases, scene.people.listed(pool))
            continue
        for case in cluster.cases:
            if scene.starts.get(case):
                yield from _no_moment(scene, cluster, case, pool)


def _lacks(
    scene: Scene, cases: tuple[str, ...], pool: list[Reviewer], when: str = ""
) -> Iterator[Reason]:
    """What these people together cannot give a group for these cases."""
    policy, firms = scene.problem.policy, scene.names(cases)
    quality = {one.id for one in pool if one.quality}
    if policy.leader_required and not any(one.leader for one in pool):
        able = [one.id for one in scene.problem.reviewers if one.leader]
        yield _nobody(
            scene, f"没有人可任评审{firms}的组长", "具备组长资格的人", able, "H02", cases, when
        )
    if policy.quality_required and not quality:
        able = [one.id for one in scene.problem.reviewers if one.quality]
        yield _nobody(
            scene, f"没有质量管理专家可评审{firms}", "质量管理专家", able, "H03", cases, when
        )
    for case in cases:
        fit = {one.id for one in pool} & scene.known.specialists[case]
        if policy.industry_level != "none" and not fit:
            yield _no_specialist(scene, case, when)
        elif (
            policy.industry_level != "none"
            and policy.quality_required
            and len(quality) == 1
            and fit == quality
        ):
            who = scene.names(fit)
            text = (
                f"可评审{scene.name(case)}的质量管理专家和对口行业专家只有{who}一人，"
                f"两项须由不同的人担任{_at(when)}"
            )
            yield Reason(text, ("H03", "H04"), tuple(fit), (case,))
    seats = len({one.employer for one in pool}) if policy.same_employer == "forbid" else len(pool)
    if seats < policy.group_size[0]:
        unit = "个不同单位的人" if policy.same_employer == "forbid" else "人"
        yield Reason(
            f"可评审{firms}的只有{seats}{unit}，每组至少{policy.group_size[0]}名{_at(when)}",
            ("H01", "H07", "H05"),
            (),
            cases,
        )


def _nobody(
    scene: Scene,
    what: str,
    role: str,
    able: list[str],
    rule: str,
    cases: tuple[str, ...],
    when: str,
) -> Reason:
    if not able:
        return Reason(f"{what}：名册里没有{role}", (rule,), (), cases)
    why = f"在{when}没有空，或{_TAKEN}" if when else _TAKEN
    return Reason(
        f"{what}：{role}{scene.names(able)}{why}",
        (rule, "H05", "H12") if when else (rule, "H05"),
        tuple(able),
        cases,
    )


_TAKEN = "须回避、不能再承担或人工指定不参加"


def _at(when: str) -> str:
    return f"（{when}）" if when else ""


def _no_specialist(scene: Scene, case: str, when: str) -> Reason:
    fit = sorted(scene.known.specialists[case])
    who, codes = scene.name(case), "、".join(scene.case(case).industries)
    if not fit:
        return Reason(f"没有与{who}（行业{codes}）对口的评审员", ("H04",), (), (case,))
    clear = [one for one in fit if (one, case) not in scene.known.barred]
    if not clear:
        return Reason(
            f"与{who}对口的{len(fit)}人都须回避：{scene.names(fit)}",
            ("H04", "H05"),
            tuple(fit),
            (case,),
        )
    why = (
        f"在{when}没有空，或{_TAKEN}"
        if when
        else "不能再承担，或同组的其他几家须回避，或人工指定不参加"
    )
    text = f"与{who}对口且不须回避的{len(clear)}人{why}：{scene.names(clear)}"
    return Reason(text, ("H04", "H12" if when else "H10"), tuple(clear), (case,))


def _no_moment(scene: Scene, cluster: Cluster, case: str, pool: int) -> list[Reason]:
    """Whether at some start of the visit enough of the pool is free; if never, what is missing at
    each.
    """
    half_days, told = scene.case(case).half_days, list[list[Reason]]()
    wanted = scene.people.of(cluster.members) & pool
    for start in scene.starts[case]:
        free = pool & scene.people.free_during(start, half_days)
        if scene.people.suffice(free, (case,)) and not wanted & ~free:
            return []
    when = f"{scene.name(case)}可以安排的时间"
    for start in scene.starts[case]:
        free = pool & scene.people.free_during(start, half_days)
        told.append(list(_lacks(scene, (case,), scene.people.listed(free), when)))
    always = [reason for reason in told[0] if all(reason in others for others in told)]
    text = (
        f"{when}共有{len(told)}个开始时间，没有一个能凑齐组长、质量管理专家、对口专家、"
        "最少人数和指定的人"
    )
    return always or [Reason(text, ("H01", "H02", "H03", "H04", "H12"), (), (case,))]


# The groups together
# --------------------------------------------------------------------------------------------------

Count = tuple[int, str, tuple[str, ...]]


def _numbers(scene: Scene) -> Iterator[Reason]:
    """The largest number of groups that anything asks for against every smaller number that
    something allows.
    """
    low, why_low, rules_low = max(_least_groups(scene))
    for high, why_high, rules_high in _most_groups(scene):
        if low > high:
            yield Reason(
                f"至少要{low}个评审组（{why_low}），但最多只能有{high}个（{why_high}）",
                (*rules_low, *rules_high),
            )


def _least_groups(scene: Scene) -> list[Count]:
    policy, cases = scene.problem.policy, scene.problem.cases
    total = sum(case.effort for case in cases)
    least: list[Count] = [(min(1, len(cases)), "有评审对象", ("H08",))]
    if policy.groups:
        least.append((policy.groups[0], "规定的最少组数", ("H17",)))
    if policy.regime == "panel":
        least.append((len(cases), f"逐案组组，共{len(cases)}家", ("H08",)))
    if policy.group_effort and policy.group_effort[1] > 0:
        high = policy.group_effort[1]
        least.append((-(-total // high), f"共{total}个半天的工作量，每组最多{high}个", ("H16",)))
    return least


def _most_groups(scene: Scene) -> list[Count]:
    policy, cases, people = scene.problem.policy, scene.problem.cases, scene.problem.reviewers
    total = sum(case.effort for case in cases)
    most: list[Count] = [(len(cases), f"评审对象只有{len(cases)}家", ("H08",))]
    if policy.groups:
        most.append((policy.groups[1], "规定的最多组数", ("H17",)))
    if policy.group_effort and policy.group_effort[0] > 0:
        low = policy.group_effort[0]
        most.append((total // low, f"共{total}个半天的工作量，每组至少{low}个", ("H16",)))
    if policy.leader_required:
        leaders = sum(one.max_groups for one in people if one.leader)
        most.append((leaders, f"具备组长资格的人合计只能参加{leaders}个组", ("H02", "H09")))
    if policy.quality_required:
        experts = sum(one.max_groups for one in people if one.quality)
        most.append((experts, f"质量管理专家合计只能参加{experts}个组", ("H03", "H09")))
    seats, size = sum(one.max_groups for one in people), policy.group_size[0]
    most.append(
        (seats // size, f"全体评审员合计只能占{seats}个席位，每组至少{size}名", ("H01", "H09"))
    )
    return most


def _efforts(scene: Scene) -> Iterator[Reason]:
    """H16 of single groups, and H10: whether those who must sit in every group can bear all the
    work.
    """
    policy, total = scene.problem.policy, sum(case.effort for case in scene.problem.cases)
    cap = policy.group_effort[1] if policy.group_effort else total
    for cluster in scene.clusters:
        if cluster.effort > cap:
            together = "须同组，" if len(cluster.cases) > 1 else ""
            text = (
                f"{scene.names(cluster.cases)}{together}工作量{cluster.effort}个半天，"
                f"每组最多{cap}个半天"
            )
            yield Reason(text, ("H16", "H15")[: 1 + (len(cluster.cases) > 1)], (), cluster.cases)
        if (
            policy.regime == "panel"
            and policy.group_effort
            and cluster.effort < policy.group_effort[0]
        ):
            text = (
                f"{scene.names(cluster.cases)}单独成组，工作量{cluster.effort}个半天，"
                f"每组至少{policy.group_effort[0]}个半天"
            )
            yield Reason(text, ("H08", "H16"), (), cluster.cases)
    needs: list[tuple[str, int, list[Reviewer], tuple[str, ...]]] = [
        (
            f"每组至少{policy.group_size[0]}名评审员",
            policy.group_size[0],
            list(scene.problem.reviewers),
            ("H01", "H10"),
        )
    ]
    if policy.leader_required:
        needs.append(
            (
                "每组一名组长",
                1,
                [one for one in scene.problem.reviewers if one.leader],
                ("H02", "H10"),
            )
        )
    if policy.quality_required:
        needs.append(
            (
                "每组一名质量管理专家",
                1,
                [one for one in scene.problem.reviewers if one.quality],
                ("H03", "H10"),
            )
        )
    for what, seats, people, rules in needs:
        bear = sum(min(one.max_effort, one.max_groups * cap, total) for one in people)
        if seats * total > bear:
            text = f"{what}，共需承担{seats * total}个半天，能承担的人合计只有{bear}个半天"
            yield Reason(text, rules)


def _calendar(scene: Scene) -> Iterator[Reason]:
    """H13, H14: in no stretch of the calendar more visits than groups and escorts can make at
    once.
    """
    visits = [
        (min(starts), max(starts) + scene.case(case).half_days, case)
        for case, starts in scene.starts.items()
        if starts
    ]
    groups, why, rules = min(_most_groups(scene))
    at_once: list[Count] = [(groups, f"最多{groups}个组：{why}", ("H13", *rules))]
    if scene.problem.policy.max_parallel_visits is not None:
        limit = scene.problem.policy.max_parallel_visits
        at_once.append((limit, f"同时最多{limit}场", ("H14",)))
    width, why, rules = min(at_once)
    if width <= 0:
        return
    visits.sort(key=lambda visit: visit[1])
    for first in sorted({start for start, _, _ in visits}):
        needed, inside = 0, list[str]()
        for start, stop, case in visits:
            if start < first:
                continue
            inside.append(case)
            needed += scene.case(case).half_days
            room = width * (stop - first)
            if needed > room:
                span = f"{scene.known.slot_name(first)}至{scene.known.slot_name(stop - 1)}"
                text = (
                    f"{scene.names(inside)}只能在{span}现场评审，共{needed}个半天，"
                    f"这段时间只容得下{room}个半天（{why}）"
                )
                yield Reason(text, rules, (), tuple(inside))
                return

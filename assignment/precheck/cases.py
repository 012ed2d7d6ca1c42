"""Each case on its own: whether a time is left for its visit, and people for its group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from assignment.precheck.scene import Cluster, Scene
from assignment.problem import Case, Reviewer
from assignment.solution import Reason


def starts(scene: Scene) -> Iterator[Reason]:
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


def people(scene: Scene) -> Iterator[Reason]:
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

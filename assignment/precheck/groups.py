"""The groups together: how many there may be, what they can bear, and the room of the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from assignment.precheck.scene import Scene
from assignment.problem import Reviewer
from assignment.solution import Reason

Count = tuple[int, str, tuple[str, ...]]


def numbers(scene: Scene) -> Iterator[Reason]:
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


def efforts(scene: Scene) -> Iterator[Reason]:
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


def calendar(scene: Scene) -> Iterator[Reason]:
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

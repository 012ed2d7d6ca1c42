"""Pins that contradict each other or a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from assignment.kinds import kind_name
from assignment.precheck.scene import Cluster, Scene
from assignment.problem import Reviewer
from assignment.solution import Reason


def contradictions(scene: Scene) -> Iterator[Reason]:
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

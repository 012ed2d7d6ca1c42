"""预检: quick counts that show in words why a problem has no complete plan. Sound: whatever is told
here makes a plan impossible.

Silence proves nothing; the solver decides. All counts are upper bounds of what any plan could do,
so every sentence is a proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from assignment.precheck import cases, groups, pins
from assignment.precheck.scene import Scene, scene_of
from assignment.problem import Problem
from assignment.solution import Reason
from assignment.violation import Name


def precheck(problem: Problem, name: Name = str) -> tuple[Reason, ...]:
    """Why no plan can place every case, as far as counting shows; empty when counting shows
    nothing.
    """
    scene = scene_of(problem, name)
    found = [
        *pins.contradictions(scene),
        *cases.starts(scene),
        *cases.people(scene),
        *groups.numbers(scene),
        *groups.efforts(scene),
        *groups.calendar(scene),
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

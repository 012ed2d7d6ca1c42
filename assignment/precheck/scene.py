"""What every check of the precheck looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assignment.lookup import Lookup, look_up
from assignment.people import People
from assignment.problem import Case, Pin, Problem
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


def scene_of(problem: Problem, name: Name) -> Scene:
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

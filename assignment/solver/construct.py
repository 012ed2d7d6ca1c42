"""初始编组: partition the cases by a surrogate, then staff and schedule the groups one after the
other, the hardest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from assignment.solver import subsolve
from assignment.solver.candidates import candidates
from assignment.solver.chance import Random
from assignment.solver.draft import Draft
from assignment.solver.partition import partition
from assignment.solver.scope import Box, outside_of, scope_of
from assignment.solver.search import Search

# A first plan need not be the best one: what a box may cost in CP-SAT's deterministic units, and in
# seconds.
WORK, SECONDS = 0.5, 4.0
OFFERED = 60
# Of the time: the partition, where the clock counts.
PARTITION = 0.3


def construct(search: Search, random: Random) -> None:
    """Fill `search.draft`; cases that find no group stay unassigned for the improvement to
    place.
    """
    data = search.data
    cases = range(data.n_cases)
    if data.panel:
        clusters = [[case] for case in cases]
    else:
        clusters = partition(
            data, cases, random, min(60_000, 2_000 + 300 * data.n_cases), lambda: _late(search)
        )
    draft = Draft(())
    for cluster in sorted(clusters, key=lambda cluster: _room(search, cluster)):
        if search.budget.over():
            break
        draft = _staff(search, draft, cluster, random)
    search.offer(draft)


def _late(search: Search) -> bool:
    return search.budget.over() or search.budget.gone(PARTITION)


def _room(search: Search, cluster: Sequence[int]) -> float:
    """How many choices the scarcest case of a cluster leaves: specialists free in its better
    days.
    """
    data = search.data
    scarcest = min(
        (
            sum(data.available[r].bit_count() for r in data.specialists[case])
            / max(1, data.half_days[case])
            for case in cluster
        ),
        default=0.0,
    )
    return scarcest / max(1, sum(data.half_days[case] for case in cluster))


def _staff(search: Search, draft: Draft, cluster: Sequence[int], random: Random) -> Draft:
    data = search.data
    outside = outside_of(data, search.evaluator, draft, (), cluster)
    offered = candidates(data, outside, cluster, (), OFFERED, random)
    box = Box(tuple(sorted(cluster)), offered)
    scope = scope_of(data, search.evaluator, draft, (), cluster, [box])
    model = subsolve.build(data, scope)
    answer = subsolve.watched(
        model,
        subsolve.Allowance(min(SECONDS, search.budget.left), WORK, seed=search.limits.seed),
        search.budget,
    )
    return draft.with_groups((), [group for group in answer.groups or () if group is not None])

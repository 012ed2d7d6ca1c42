"""候选评审员: the few reviewers worth offering to a box, so that a model's size depends on neither
pool nor problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assignment.solver.chance import Random
from assignment.solver.data import LEVELS, Data
from assignment.solver.scope import Outside


def candidates(
    data: Data,
    outside: Outside,
    cases: Sequence[int],
    present: Iterable[int],
    most: int,
    random: Random,
    avoid: frozenset[int] = frozenset(),
) -> tuple[int, ...]:
    """Those present, the pinned, the best few for each need (match, quality, lead), then the best
    overall, up to `most`.
    """
    chosen = set(present)
    for case in cases:
        chosen |= data.required.get(case, set())
        former = data.former.get(case)
        if former is not None and data.problem.weight("changes"):
            chosen |= former.members
    cost = _Cost(data, outside, cases, random)
    free = [
        r
        for r in range(data.n_reviewers)
        if r not in avoid and r not in chosen and cost.may_serve(r)
    ]
    ranked = sorted(free, key=cost.of)
    per_need = max(3, most // (max(1, len(cases)) + 2))
    for case in cases:
        levels, forbidden = data.match[case], data.forbidden[case]
        for level in range(min(LEVELS, data.level + 1)):
            chosen.update(
                [r for r in ranked if levels.get(r, LEVELS) <= level and r not in forbidden][
                    :per_need
                ]
            )
        if data.affinity[case]:
            scores = data.affinity[case]
            chosen.update(
                sorted((r for r in ranked if r not in forbidden), key=lambda r: -scores.get(r, 0))[
                    : 2 * per_need
                ]
            )
    chosen.update([r for r in ranked if data.quality[r]][: 2 * per_need])
    chosen.update([r for r in ranked if data.can_lead[r]][: 2 * per_need])
    for reviewer in ranked:
        if len(chosen) >= most:
            break
        chosen.add(reviewer)
    return tuple(sorted(r for r in chosen if cost.may_serve(r) or r in set(present)))


class _Cost:
    """A rough price of a reviewer for a set of cases: workload, soft conflicts, travel, lead,
    scarce days, and a little chance.
    """

    def __init__(self, data: Data, outside: Outside, cases: Sequence[int], random: Random) -> None:
        self.data, self.outside, self.cases, self.random = data, outside, cases, random
        weights = data.problem.weights
        self.weights = {
            goal: weights.get(goal, 0)
            for goal in ("workload", "discouraged", "commute", "leadership")
        }
        typical = max(1, sum(data.effort[case] for case in cases) // max(1, len(cases)))
        limits = data.problem.policy.group_effort
        self.effort = (
            typical if data.panel else max(typical, sum(limits) // 2 if limits else 4 * typical)
        )
        self.least = min((data.effort[case] for case in cases), default=0)
        if limits and not data.panel:
            self.least = max(self.least, limits[0])

    def may_serve(self, reviewer: int) -> bool:
        data, outside = self.data, self.outside
        if outside.serves.get(reviewer, 0) >= data.max_groups[reviewer]:
            return False
        if outside.effort.get(reviewer, 0) + self.least > data.max_effort[reviewer]:
            return False
        return any(reviewer not in data.forbidden[case] for case in self.cases)

    def of(self, reviewer: int) -> float:
        data, weights = self.data, self.weights
        base = data.carried[reviewer] + self.outside.effort.get(reviewer, 0)
        price = weights["workload"] * 2.0 * base * self.effort
        share = 1.0 / max(1, len(self.cases))
        for case in self.cases:
            price += share * weights["discouraged"] * data.discouraged[case].get(reviewer, 0)
            if weights["commute"]:
                price += share * weights["commute"] * data.commute(reviewer, case)
            if reviewer in data.forbidden[case]:
                price += share * 200
        if weights["leadership"] and data.can_lead[reviewer]:
            price += weights["leadership"] * data.lead_cost[reviewer] / 3
        free = data.available[reviewer].bit_count() / max(1, data.n_slots)
        scale = 60.0 if any(weights.values()) else 1.0
        return price + scale * (1 - free) + scale * self.random.random()

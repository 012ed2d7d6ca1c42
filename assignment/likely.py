"""为何可能性高: what keeps an expert with a case in so many candidates, in one sentence for each
pair above the cap.
"""

from __future__ import annotations

from assignment.draw import TICKETS, CandidateSet, Pair, key
from assignment.explain import options

# The candidates looked at: what holds in those with the most tickets holds in the draw.
LOOKED_AT = 4


def why_likely(found: CandidateSet, pair: Pair) -> str:
    """A pin, nobody else who keeps the rules, others who cost more than the tolerance allows, or a
    search that found no more.
    """
    reviewer, case = pair
    if any(
        pin.kind in ("member", "leader") and (pin.reviewer, pin.case) == pair
        for pin in found.problem.pins or ()
    ):
        return "已由人工固定"
    if (
        sum(one.tickets for one in found.candidates)
        == max(one.tickets for one in found.candidates)
        == TICKETS
    ):
        return "在允许的差距内只找到一个方案"
    best = min(
        key(found.problem, found.plan(position).scorecard)[-1]
        for position in range(len(found.candidates))
    )
    allowed = best + abs(best) * found.tolerance // 1000
    cheapest: int | None = None
    held = sorted(
        (-one.tickets, position)
        for position, one in enumerate(found.candidates)
        if pair in one.pairs
    )
    for _, position in held[:LOOKED_AT]:
        plan = found.plan(position)
        group = next(
            place
            for place, one in enumerate(plan.groups)
            if reviewer in one.members and case in one.cases
        )
        spare = allowed - key(found.problem, plan.scorecard)[-1]
        over = [option.cost - spare for option in options(found.problem, plan, group, reviewer)]
        if over:
            cheapest = min(over) if cheapest is None else min(cheapest, *over)
    if cheapest is None:
        return "按现在的人员和时间，没有别人能单独接替而不违反规则"
    if cheapest > 0:
        return f"换人会使总分再差至少 {cheapest:,}，超出允许的差距"
    return "可以换人，但找到的方案里换得还不够多；延长用时或放宽差距可以再降"

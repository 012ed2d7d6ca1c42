"""The cheapest panel of one case for given prices of the seats, exactly; or every panel below a
cost.

For each best match and each class of leaders that a team may have, nobody better allowed in it:
branch on the needs (trade, leader, quality, a second who knows trade or quality, anybody), the
cheapest first. What fills the needs still open at least is known for each of these classes in
advance (`_plan`), exactly but for rivals and days.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from assignment.solver.kernel import compiled
from assignment.solver.kernel.bits import lowest, without_lowest
from assignment.solver.kernel.data import (  # fmt: skip
    FIXED_LEADER,
    FORCED_FROM,
    FORCED_TO,
    HALF_DAYS,
    HARD_LEVEL,
    NEED_LEADER,
    NEED_QUALITY,
    NEED_SPECIALIST,
    SIZE_HIGH,
    SIZE_LOW,
    W_EXTRA,
    W_SPECIALIST,
)
from assignment.solver.kernel.needs import rivals
from assignment.solver.kernel.room import INFINITE, open_starts

# What to branch on: bits of UNMET but the last. Trade and quality take two different people (H04):
# whoever fills both does not fill SECOND as well.
EXPERT, HEADS, ABLE, SECOND, ANYBODY = range(5)
NEEDS = 1 << ANYBODY
BY_TWO = (1 << EXPERT) + (1 << ABLE) + (1 << SECOND)
WHO, COST, LEVEL, RANK, GOOD, DEAD = range(6)  # columns of Desk.kept; GOOD: qualified
AT, SUNK, UNMET, BRANCH, CHOSEN = range(5)  # columns of Desk.node
TEAM_COST, TEAM_SIZE, TEAM_HEAD, LEAST, MEMBERS = range(5)  # of Desk.answer; LEAST: none is cheaper
NO_MATCH = 3


@compiled
def list_free(panels, price, case, desk):  # type: ignore[no-untyped-def]
    """Everybody who may sit, with the price of the seat and what the pair costs: how many."""
    seen, able, pair = 0, panels.able[case], panels.data.pair_cost[case]
    for v in range(able.shape[0]):
        word = able[v]
        while word:
            who = v * 64 + lowest(word)  # type: ignore[call-arg]
            word = without_lowest(word)
            desk.seen[seen, 0] = who
            desk.seen[seen, 1] = price[who] + pair[who]
            seen += 1
    return seen


@compiled
def open_all(panels, case, desk):  # type: ignore[no-untyped-def]
    """Every start is open at the root."""
    for w in range(desk.common.shape[1]):
        desk.common[0, w] = ~uint64(0)


@compiled
def _rank(panels, case, who):  # type: ignore[no-untyped-def]
    """The class of leaders of `who` in the panel of the case; the last for those who cannot lead
    it.
    """
    fixed = panels.data.case[case, FIXED_LEADER]
    return panels.rank[who] if fixed < 0 or fixed == who else panels.classes.shape[0]


@compiled
def _cheapest(panels, case, desk, seen):  # type: ignore[no-untyped-def]
    """`desk.kinds`: the cheapest seat by level, class of leaders and quality."""
    level, kinds = panels.data.level[case], desk.kinds
    kinds[:] = INFINITE
    fixed, last = panels.data.case[case, FIXED_LEADER], panels.classes.shape[0]
    for i in range(seen):
        who, cost = desk.seen[i, 0], desk.seen[i, 1]
        rank = panels.rank[who] if fixed < 0 or fixed == who else last
        kinds[level[who], rank, panels.good[who]] = min(
            kinds[level[who], rank, panels.good[who]], cost
        )


@compiled
def _wanted(policy, level):  # type: ignore[no-untyped-def]
    """The needs of a team whose best match is `level`, as bits."""
    able = policy[NEED_QUALITY] != 0
    return (
        (level < NO_MATCH)
        + 2 * (policy[NEED_LEADER] != 0)
        + 4 * able
        + 8 * (able and policy[NEED_SPECIALIST] != 0)
    )


@compiled
def _met(hard, level, rank, own, own_rank, good):  # type: ignore[no-untyped-def]
    """The needs that a candidate can fill in a team of this match and class of leader; `hard`: the
    worst match that the rules allow.
    """
    useful = good != 0 or own <= hard
    return (own == level) + 2 * (own_rank == rank) + 4 * (good != 0) + 8 * useful


@compiled
def _still(unmet, met):  # type: ignore[no-untyped-def]
    """The needs that stay open beside a candidate who can fill these."""
    filled = unmet & met
    if filled & BY_TWO == BY_TWO:
        filled &= ~(1 << SECOND)
    return unmet & ~filled


@compiled
def _cheapest_for(hard, kinds, level, rank, one):  # type: ignore[no-untyped-def]
    """`one[needs]`: the cheapest seat of somebody who can fill them all."""
    one[:] = INFINITE
    classes = kinds.shape[1] - 1
    for own in range(level, NO_MATCH + 1):
        for own_rank in range(rank if classes else 0, classes + 1):
            for good in range(2):
                met = _met(hard, level, rank, own, own_rank, good)
                one[met] = min(one[met], kinds[own, own_rank, good])
    for need in range(ANYBODY):
        for needs in range(NEEDS):
            if (needs >> need) & 1 == 0:
                one[needs] = min(one[needs], one[needs | (1 << need)])
    for needs in range(NEEDS):
        if needs & BY_TWO == BY_TWO:
            one[needs] = INFINITE


@compiled
def _plan(panels, desk):  # type: ignore[no-untyped-def]
    """`desk.plan[level, class, n, needs]`: the least that n seats cost which fill these needs,
    several of them by one person perhaps.
    """
    plan, kinds, hard = desk.plan, desk.kinds, panels.data.policy[HARD_LEVEL]
    one = np.empty(NEEDS, dtype=np.int64)
    for level in range(NO_MATCH + 1):
        for rank in range(max(1, panels.classes.shape[0])):
            _cheapest_for(hard, kinds, level, rank, one)
            here = plan[level, rank]
            here[0] = INFINITE
            here[0, 0] = 0
            here[1] = one
            for n in range(2, here.shape[0]):
                for needs in range(NEEDS):
                    best = INFINITE
                    part = needs
                    while True:
                        if one[part] < INFINITE and here[n - 1, needs & ~part] < INFINITE:
                            best = min(best, one[part] + here[n - 1, needs & ~part])
                        if part == 0:
                            break
                        part = (part - 1) & needs
                    here[n, needs] = best


@compiled
def _base(policy, classes, level, rank, seats):  # type: ignore[no-untyped-def]
    """What a team costs beside its seats."""
    lead = classes[rank] if policy[NEED_LEADER] else 0
    return policy[W_SPECIALIST] * level + lead + policy[W_EXTRA] * (seats - policy[SIZE_LOW])


@compiled
def _worst_level(panels):  # type: ignore[no-untyped-def]
    policy = panels.data.policy
    return min(NO_MATCH, policy[HARD_LEVEL]) if policy[NEED_SPECIALIST] else NO_MATCH


@compiled
def _weigh(panels, desk, forced, rest):  # type: ignore[no-untyped-def]
    """Fill `rest` by level, class and quality with the least that goes with a candidate of that
    kind; what no team undercuts.
    """
    policy, classes, plan = panels.data.policy, panels.classes.shape[0], desk.plan
    hard = policy[HARD_LEVEL]
    rest[:] = INFINITE
    least = INFINITE
    if policy[NEED_LEADER] and classes == 0:
        return least
    for level in range(_worst_level(panels) + 1):
        for rank in range(classes if policy[NEED_LEADER] else 1):
            for seats in range(max(forced, policy[SIZE_LOW]), policy[SIZE_HIGH] + 1):
                base, wanted = (
                    _base(policy, panels.classes, level, rank, seats),
                    _wanted(policy, level),
                )
                if seats == 0 or plan[level, rank, seats, 0] >= INFINITE:
                    continue
                if forced > 0:
                    wanted = 0
                least = min(least, base + plan[level, rank, seats, wanted])
                for own in range(level, NO_MATCH + 1):
                    for own_rank in range(rank if policy[NEED_LEADER] else 0, classes + 1):
                        for good in range(2):
                            met = _met(hard, level, rank, own, own_rank, good)
                            others = base + plan[level, rank, seats - 1, _still(wanted, met)]
                            rest[own, own_rank, good] = min(rest[own, own_rank, good], others)
    return least


@compiled
def _put(panels, desk, at, case, who, cost):  # type: ignore[no-untyped-def]
    """Candidate number `at`."""
    data, row = panels.data, desk.kept[at]
    row[WHO] = who
    row[COST] = cost
    row[LEVEL] = data.level[case, who]
    row[RANK] = _rank(panels, case, who)
    row[GOOD] = panels.good[who]
    row[DEAD] = 0
    if data.case[case, HALF_DAYS] > 0:
        open_starts(data, panels.state, who, case, desk.starts[at])
    else:
        desk.starts[at] = ~uint64(0)


@compiled
def _sift(panels, case, desk, seen, forced, rest, below):  # type: ignore[no-untyped-def]
    """Keep, behind the forced ones, the candidates that a team below the cost may contain, the
    cheapest first; how many in all.
    """
    level, kept, enough = panels.data.level[case], forced, below - rest.min()
    fixed, last = panels.data.case[case, FIXED_LEADER], panels.classes.shape[0]
    ranks, good = panels.rank, panels.good
    for i in range(seen):
        who, cost = desk.seen[i, 0], desk.seen[i, 1]
        if cost >= enough:
            continue
        rank = ranks[who] if fixed < 0 or fixed == who else last
        if cost + rest[level[who], rank, good[who]] >= below:
            continue
        known = False
        for f in range(forced):
            known |= desk.kept[f, WHO] == who
        if not known:
            desk.kept[kept, WHO] = who
            desk.kept[kept, COST] = cost
            kept += 1
    _sort(desk.kept, forced, kept)
    for i in range(forced, kept):
        _put(panels, desk, i, case, desk.kept[i, WHO], desk.kept[i, COST])
    return kept


@compiled
def _sort(kept, first, last):  # type: ignore[no-untyped-def]
    """Shell's sort of the kept candidates by cost, then by number."""
    gap = 1
    while gap < last - first:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(first + gap, last):
            who, cost = kept[i, WHO], kept[i, COST]
            j = i
            while j >= first + gap and (
                kept[j - gap, COST] > cost
                or (kept[j - gap, COST] == cost and kept[j - gap, WHO] > who)
            ):
                kept[j, WHO] = kept[j - gap, WHO]
                kept[j, COST] = kept[j - gap, COST]
                j -= gap
            kept[j, WHO] = who
            kept[j, COST] = cost
        gap //= 3


@compiled
def _meets(people, i, hard, level, rank):  # type: ignore[no-untyped-def]
    """The needs that candidate i can fill, as bits."""
    return _met(hard, level, rank, people[i, LEVEL], people[i, RANK], people[i, GOOD])


@compiled
def _seat(panels, desk, depth, i):  # type: ignore[no-untyped-def]
    """Put candidate i in the seat at `depth`; false where a rival or the candidate sits already
    or no common start is left.
    """
    node, kept = desk.node, desk.kept
    for seat in range(depth):
        other = node[seat, CHOSEN]
        if other == i or rivals(panels.data, kept[i, WHO], kept[other, WHO]):
            return False
    some = uint64(0)
    for w in range(desk.common.shape[1]):
        both = desk.common[depth, w] & desk.starts[i, w]
        desk.common[depth + 1, w] = both
        some |= both
    if some == 0:
        return False
    node[depth, CHOSEN] = i
    node[depth + 1, SUNK] = node[depth, SUNK] + kept[i, COST]
    return True


@compiled
def _seat_forced(panels, case, desk, seen):  # type: ignore[no-untyped-def]
    """Seat those who are pinned to the case: how many, or -1 where they cannot sit together."""
    data, forced = panels.data, 0
    for p in range(data.case[case, FORCED_FROM], data.case[case, FORCED_TO]):
        found = -1
        for i in range(seen):
            if desk.seen[i, 0] == data.lists[p]:
                found = i
        if found < 0 or forced >= data.policy[SIZE_HIGH]:
            return -1
        _put(panels, desk, forced, case, desk.seen[found, 0], desk.seen[found, 1])
        if not _seat(panels, desk, forced, forced):
            return -1
        forced += 1
    return forced


@compiled
def _complete(panels, desk, case, seats, rank, cost, found):  # type: ignore[no-untyped-def]
    """All seats are taken and all needs met: keep the team, or write it down."""
    answer, k = desk.answer, found.counts[0]
    head = -1
    for seat in range(seats):
        i = desk.node[seat, CHOSEN]
        if head < 0 and desk.kept[i, RANK] == rank and panels.data.policy[NEED_LEADER]:
            head = desk.kept[i, WHO]
        if k < 0:
            answer[MEMBERS + seat] = desk.kept[i, WHO]
    if k < 0:
        answer[TEAM_COST] = cost
        answer[TEAM_SIZE] = seats
        answer[TEAM_HEAD] = head
        return
    found.counts[0] = k + 1
    if k < found.cost.shape[0]:
        found.case[k] = case
        found.cost[k] = cost
        found.leader[k] = head
        found.team[k] = -1
        for seat in range(seats):
            found.team[k, seat] = desk.kept[desk.node[seat, CHOSEN], WHO]


@compiled
def _enter(desk, depth, unmet, first):  # type: ignore[no-untyped-def]
    """Begin to fill the seat at `depth`: the first need that is open decides who is tried."""
    node, need = desk.node, 0
    while need < ANYBODY and not (unmet >> need) & 1:
        need += 1
    node[depth, UNMET] = unmet
    node[depth, BRANCH] = need
    node[depth, AT] = first


@compiled
def _leave(desk, depth, forced):  # type: ignore[no-untyped-def]
    """Whoever was tried for a need may sit again."""
    if desk.node[depth, BRANCH] != ANYBODY:
        for i in range(forced, desk.node[depth, AT]):
            if desk.kept[i, DEAD] == depth + 1:
                desk.kept[i, DEAD] = 0


@compiled
def _next(people, i, need, kept, hard, level, rank):  # type: ignore[no-untyped-def]
    """The next candidate from number i on who fills the need, or `kept`."""
    while i < kept:
        allowed = people[i, DEAD] == 0 and people[i, LEVEL] >= level and people[i, RANK] >= rank
        if allowed and (need == ANYBODY or (_meets(people, i, hard, level, rank) >> need) & 1):
            break
        i += 1
    return i


@compiled
def _branch(panels, desk, case, forced, kept, seats, level, rank, unmet, nodes, found):  # type: ignore[no-untyped-def]
    """Try the teams of so many seats with this best match and leader; the nodes left.

    With none left, LEAST takes what is open.
    """
    node, people, answer, plan = desk.node, desk.kept, desk.answer, desk.plan[level, rank]
    policy = panels.data.policy
    base, hard = _base(policy, panels.classes, level, rank, seats), policy[HARD_LEVEL]
    if forced == seats:
        if unmet == 0 and node[forced, SUNK] + base < answer[TEAM_COST]:
            _complete(panels, desk, case, seats, rank, node[forced, SUNK] + base, found)
        return nodes
    depth = forced
    _enter(desk, depth, unmet, forced)
    while depth >= forced:
        need, left = node[depth, BRANCH], seats - depth - 1
        i = _next(people, node[depth, AT], need, kept, hard, level, rank)
        over = i == kept
        if not over:
            cost = node[depth, SUNK] + base + people[i, COST]
            others = left * people[i, COST] if need == ANYBODY else plan[left, 0]
            over = cost + others >= answer[TEAM_COST]
        if over:
            _leave(desk, depth, forced)
            depth -= 1
            continue
        node[depth, AT] = i + 1
        if need != ANYBODY:
            people[i, DEAD] = depth + 1
        still = _still(node[depth, UNMET], _meets(people, i, hard, level, rank))
        least = cost + max(others, plan[left, still])
        if least >= answer[TEAM_COST]:
            continue
        if nodes <= 0:
            answer[LEAST] = min(answer[LEAST], least)
            continue
        nodes -= 1
        if not _seat(panels, desk, depth, i):
            continue
        if left == 0:
            _complete(panels, desk, case, seats, rank, cost, found)
            continue
        depth += 1
        _enter(desk, depth, still, i + 1 if need == ANYBODY else forced)
    return nodes


@compiled
def _try_all(panels, desk, case, forced, kept, nodes, found):  # type: ignore[no-untyped-def]
    """Teams of every size, best match and leader; the nodes that are left."""
    policy, answer, people, plan = panels.data.policy, desk.answer, desk.kept, desk.plan
    hard = policy[HARD_LEVEL]
    for level in range(_worst_level(panels) + 1):
        for rank in range(panels.classes.shape[0] if policy[NEED_LEADER] else 1):
            unmet, allowed = _wanted(policy, level), True
            for f in range(forced):
                unmet = _still(unmet, _meets(people, f, hard, level, rank))
                better = people[f, RANK] < rank and policy[NEED_LEADER] != 0
                allowed &= people[f, LEVEL] >= level and not better
            for seats in range(max(forced, policy[SIZE_LOW]), policy[SIZE_HIGH] + 1):
                least = desk.node[forced, SUNK]
                least += _base(policy, panels.classes, level, rank, seats)
                least += plan[level, rank, seats - forced, unmet]
                if allowed and seats <= kept and least < answer[TEAM_COST]:
                    nodes = _branch(
                        panels, desk, case, forced, kept, seats, level, rank, unmet, nodes, found
                    )
    return nodes


@compiled
def search(panels, case, desk, seen, below, nodes, found):  # type: ignore[no-untyped-def]
    """The cheapest team of the candidates in `desk.seen`, below `below`: its cost, or INFINITE;
    `desk.answer` says who.

    `desk.common[0]` holds the starts that are open. Where counts[0] of `found` is not negative,
    every team below is written there instead. LEAST of the answer: no team below `below` costs
    less, whatever the limit of nodes left out.
    """
    answer = desk.answer
    answer[TEAM_COST] = below
    answer[TEAM_SIZE] = 0
    answer[LEAST] = below
    desk.node[0, SUNK] = 0
    forced = _seat_forced(panels, case, desk, seen)
    if forced < 0:
        return INFINITE
    rest = np.empty((4, panels.classes.shape[0] + 1, 2), dtype=np.int64)
    _cheapest(panels, case, desk, seen)
    _plan(panels, desk)
    least = _weigh(panels, desk, forced, rest)
    step = max(8, abs(least) >> 10)
    while least < below:
        # A little more is allowed from turn to turn: nearly all the work would be in teams that
        # cost much more than the best.
        allowed = below if found.counts[0] >= 0 else min(below, least + step)
        step *= 2
        answer[TEAM_COST] = allowed
        answer[LEAST] = INFINITE
        kept = _sift(panels, case, desk, seen, forced, rest, allowed)
        nodes = _try_all(panels, desk, case, forced, kept, nodes, found)
        if answer[TEAM_SIZE] > 0 or allowed == below or answer[LEAST] < INFINITE:
            break
    answer[LEAST] = min(answer[LEAST], answer[TEAM_COST])
    return answer[TEAM_COST] if answer[TEAM_SIZE] > 0 else INFINITE

"""分片: which groups, people, slots and numbers of groups the lines may change at the same time.

Lines that each cool the whole plan find much of the same. So each line gets its share of the
groups, close to each other, the people who serve in them and as many of those who are free, for a
short while, then they are dealt anew. The temperature falls over all of it together, so that it
stays one annealing. What lines do at the same time cannot clash: people belong to one of them, and
visits that a slot can still bear and groups that there may be more or fewer are shared out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assignment.solver.chance import Random
from assignment.solver.draft import Draft
from assignment.solver.kernel.annealer import Annealer
from assignment.solver.kernel.data import CAPACITY, MAX_GROUPS, Ints
from assignment.solver.kernel.part import Share, usage
from assignment.solver.kernel.sheet import GROUPS_HIGH, GROUPS_LOW

HELD = -1  # the number of every part that is held
NEAREST = 10  # of a case: their groups may come into the part


def shares(
    whole: Annealer, draft: Draft, count: int, random: Random, held: Sequence[Share] = ()
) -> list[Share]:
    """`count` disjoint parts of the draft, each around a group drawn at random, and disjoint from
    those that are `held` by lines still at work.
    """
    kept = {position for share in held for position in share.groups}
    chosen = _close(whole.rules.near, draft, count, random, kept)
    people = _people(whole, draft, chosen, random, held)
    free = whole.data.policy[CAPACITY] - usage(whole.data, draft.groups)
    spare = np.maximum(0, free - sum(share.spare for share in held))
    low, high = (int(limit) for limit in whole.rules.values[[GROUPS_LOW, GROUPS_HIGH]])
    fewer = max(0, len(draft.groups) - low - sum(share.fewer for share in held))
    more = max(0, high - len(draft.groups) - sum(share.more for share in held))
    lucky = random.randrange(count)  # takes what cannot be divided
    return [
        Share(
            groups,
            people[at],
            spare // count + (spare % count) * (at == lucky),
            fewer // count + fewer % count * (at == lucky),
            more // count + more % count * (at == lucky),
        )
        for at, groups in enumerate(chosen)
    ]


def _close(
    near: Ints, draft: Draft, count: int, random: Random, kept: set[int]
) -> list[tuple[int, ...]]:
    """Groups of related cases from a random one on, until they hold their share of the cases."""
    left = set(range(len(draft.groups))) - kept
    of = {case: position for position in sorted(left) for case in draft.groups[position].cases}
    most = -(-len(of) // count)
    chosen = []
    for _ in range(count):
        waiting = [random.choice(sorted(left))]
        part: list[int] = []
        held = 0
        while waiting and held < most:
            position = waiting.pop(random.randrange(len(waiting)))
            if position not in left:
                continue
            left.discard(position)
            part.append(position)
            held += len(draft.groups[position].cases)
            for case in draft.groups[position].cases:
                waiting += [of[other] for other in near[case, :NEAREST].tolist() if other in of]
        chosen.append(tuple(sorted(part)))
    return chosen


def _people(
    whole: Annealer,
    draft: Draft,
    chosen: Sequence[tuple[int, ...]],
    random: Random,
    held: Sequence[Share],
) -> list[frozenset[int]]:
    """Whoever serves in one part only belongs to it; of those who serve in none and may join a
    group, each part gets its share.
    """
    part = {position: at for at, groups in enumerate(chosen) for position in groups}
    part |= {position: HELD for share in held for position in share.groups}
    taken = frozenset[int]().union(*(share.people for share in held))
    room = whole.data.person[:, MAX_GROUPS].copy()
    serving: dict[int, set[int]] = {}
    for position, group in enumerate(draft.groups):
        room[list(group.members)] -= 1
        if position in part:
            for member in group.members:
                serving.setdefault(member, set()).add(part[position])
    free = [
        person
        for person in np.flatnonzero(room > 0).tolist()
        if person not in serving and person not in taken
    ]
    random.shuffle(free)
    each = -(-len(free) // len(chosen))
    return [
        frozenset(
            [member for member, parts in serving.items() if parts == {at}]
            + free[at * each : (at + 1) * each]
        )
        for at in range(len(chosen))
    ]

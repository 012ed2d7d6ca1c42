"""What the bounds share: the grain of the prices, and costs that the kernel may not take at face
value.
"""

from __future__ import annotations

import numpy as np

from assignment.problem import Problem
from assignment.solver.kernel.data import (
    FIXED_LEADER,
    HALF_DAYS,
    NEED_LEADER,
    PREVIOUS_LEADER,
    PREVIOUS_START,
    Data,
)

SCALE = 16  # prices are whole numbers of 1/SCALE, so that bounds are exact arithmetic
ON_THEIR_OWN = ("span", "peak", "fairness")  # goals of the whole plan, in no group's cost


def without_starts(data: Data) -> Data:
    """Data that the kernel prices from below.

    It takes the earliest starts, which need not be those that change least: moving a visit costs
    nothing here. Where no leader is needed anybody may lead, whom the kernel does not look at:
    leaders cost nothing then.
    """
    table = data.case.copy()
    table[:, PREVIOUS_START] = -1
    if not data.policy[NEED_LEADER]:
        table[:, [FIXED_LEADER, PREVIOUS_LEADER]] = -1
    return data._replace(case=table)


def constant(problem: Problem) -> int:
    """What the kernel leaves out of `changes`: it counts former members who stay as gains."""
    price = problem.weight("changes")
    if not price or problem.previous is None:
        return 0
    former = {
        visit["case"]: set(group["members"])
        for group in problem.previous["groups"]
        for visit in group["visits"]
    }
    return price * sum(
        len(members) for case, members in former.items() if case in problem.case_index
    )


def within(data: Data, slots: int) -> Data:
    """Data of the same problem where every visit has ended after so many slots."""
    half_days = data.case[:, HALF_DAYS]
    starts, open_to = data.starts.copy(), data.open_to.copy()
    words = starts.shape[2]
    for case in np.flatnonzero(half_days):
        latest = slots - int(half_days[case])
        allowed = np.zeros(words * 64, dtype=bool)
        allowed[: max(0, latest + 1)] = True
        starts[:, case, :] &= np.packbits(allowed, bitorder="little").view(np.uint64)
        for reviewer in np.flatnonzero(~starts[:, case, :].any(axis=1)):
            open_to[case, reviewer >> 6] &= ~(np.uint64(1) << np.uint64(reviewer & 63))
    return data._replace(starts=starts, open_to=open_to)

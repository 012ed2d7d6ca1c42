"""Problem -> flat arrays.

Everything that can be decided once per problem is decided here, so that the kernel only looks up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assignment.industry import IndustryLevel, matches
from assignment.problem import Problem
from assignment.solver.kernel.bits import WORD, words_for

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Words = NDArray[np.uint64]

LEVELS: tuple[IndustryLevel, ...] = ("group", "division", "section")
LEVEL_RANK = {"group": 0, "division": 1, "section": 2, "none": 3}


class Data(NamedTuple):
    """One problem. R reviewers, N cases, S slots, W words of 64 slots, V words of 64 reviewers.
    Costs are already weighted.

    Few, wide arrays: Numba counts a reference for every array of every call.
    """

    policy: Ints  # limits and weights, by the names of `Policy` below
    person: Ints  # [R, PERSON_COLUMNS]
    case: Ints  # [N, CASE_COLUMNS]
    lists: Ints  # barred pairs and pinned members, pointed into by columns of person and case
    level: Small  # [N, R] 0 group, 1 division, 2 section, 3 none
    pair_cost: Ints  # [N, R] discouraged, commute, affinity, leaving a former group
    open_to: (
        Words  # [N, V] reviewers not barred from the case and free at some admissible start of it
    )
    starts: Words  # [R, N, W] starts of the case at which the reviewer is free throughout
    day: Ints  # [S] ordinal of the date
    travel: Ints  # [P, P] minutes


# columns of Data.person
LEADER, QUALITY, EMPLOYER, MAX_EFFORT, MAX_GROUPS, CARRIED, LEADER_COST, RIVALS_FROM, RIVALS_TO = (
    range(9)
)
# columns of Data.case; -1 where there is none
HALF_DAYS, EFFORT, PLACE, FIXED_LEADER, FORCED_FROM, FORCED_TO, PREVIOUS_START, PREVIOUS_LEADER = (
    range(8)
)
# entries of Data.policy
(
    HARD_LEVEL,  # a member at or below this level is a specialist (H04)
    SIZE_LOW,
    SIZE_HIGH,
    EFFORT_LOW,
    EFFORT_HIGH,
    NEED_QUALITY,
    NEED_LEADER,
    NEED_SPECIALIST,
    SAME_DAY,
    CAPACITY,  # H14, large when absent
    LONGEST,  # half-days of the longest visit
    W_SPECIALIST,
    W_WORKLOAD,
    W_ROUTE,
    W_SPAN,
    W_EXTRA,
    W_CHANGES,
    W_PEAK,
) = range(18)


def build(problem: Problem, weights: Mapping[str, int]) -> Data:
    """Arrays of `problem` under `weights` (the problem's own, or those of one lexicographic
    stage).
    """
    count, cases = len(problem.reviewers), len(problem.cases)
    policy = problem.policy

    def weight(goal: str) -> int:
        return int(weights.get(goal, 0))

    level = _levels(problem)
    barred = np.zeros((count, cases), dtype=bool)
    for reviewer, case, _ in problem.barred:
        barred[problem.reviewer_index[reviewer], problem.case_index[case]] = True
    forced: dict[int, list[int]] = defaultdict(list)
    fixed_leader = np.full(cases, -1, dtype=np.int64)
    fixed_start = np.full(cases, -1, dtype=np.int64)
    for pin in problem.pins or ():
        case_at = problem.case_index[pin.case] if pin.case is not None else -1
        reviewer_at = problem.reviewer_index[pin.reviewer] if pin.reviewer is not None else -1
        if pin.kind == "exclude":
            barred[reviewer_at, case_at] = True
        elif pin.kind in ("member", "leader"):
            forced[case_at].append(reviewer_at)
            if pin.kind == "leader":
                fixed_leader[case_at] = reviewer_at
        elif pin.kind == "visit" and pin.start is not None:
            fixed_start[case_at] = pin.start
    half_days = np.array([case.half_days for case in problem.cases], dtype=np.int64)
    linked = _linked(problem)
    starts = _starts(problem, linked, half_days, fixed_start)
    seated = ~barred & ((half_days == 0)[None, :] | starts.any(axis=2))
    pair_cost, previous_start, previous_leader = _pair_costs(problem, weights, half_days)
    rivals: dict[int, list[int]] = defaultdict(list)
    for one, other, _ in problem.barred_pairs:
        a, b = problem.reviewer_index[one], problem.reviewer_index[other]
        rivals[a].append(b)
        rivals[b].append(a)
    rival_at, rival_list = _csr(count, rivals, 0)
    forced_at, forced_list = _csr(cases, forced, len(rival_list))
    employers = {
        name: position
        for position, name in enumerate(sorted({r.employer for r in problem.reviewers}))
    }
    forbid = policy.same_employer == "forbid"
    person = np.zeros((count, 9), dtype=np.int64)
    for at, r in enumerate(problem.reviewers):
        employer = employers[r.employer] if forbid else -1 - at
        limits = (
            r.max_effort,
            r.max_groups,
            r.carried_effort,
            weight("leadership") * (5 - r.seniority),
        )
        person[at] = (r.leader, r.quality, employer, *limits, rival_at[at], rival_at[at + 1])
    case_table = np.zeros((cases, 8), dtype=np.int64)
    for at, c in enumerate(problem.cases):
        fixed = (
            fixed_leader[at],
            forced_at[at],
            forced_at[at + 1],
            previous_start[at],
            previous_leader[at],
        )
        case_table[at] = (c.half_days, c.effort, problem.place_index[c.place], *fixed)
    return Data(
        policy=_policy(problem, weight),
        person=person,
        case=case_table,
        lists=np.array([*rival_list, *forced_list], dtype=np.int64),
        level=level,
        pair_cost=np.ascontiguousarray(pair_cost.T),
        open_to=_pack(seated.T, count),
        starts=starts,
        day=np.array([slot.date.toordinal() for slot in problem.slots], dtype=np.int64),
        travel=np.array(problem.travel_minutes, dtype=np.int64).reshape(
            len(problem.places), len(problem.places)
        ),
    )


def _policy(problem: Problem, weight: Callable[[str], int]) -> Ints:
    policy = problem.policy
    total = sum(case.effort for case in problem.cases)
    values = {
        HARD_LEVEL: LEVEL_RANK[policy.industry_level],
        SIZE_LOW: policy.group_size[0],
        SIZE_HIGH: policy.group_size[1],
        EFFORT_LOW: policy.group_effort[0] if policy.group_effort else 0,
        EFFORT_HIGH: policy.group_effort[1] if policy.group_effort else total,
        NEED_QUALITY: int(policy.quality_required),
        NEED_LEADER: int(policy.leader_required),
        NEED_SPECIALIST: int(policy.industry_level != "none"),
        SAME_DAY: policy.same_day_travel_minutes,
        CAPACITY: (
            policy.max_parallel_visits
            if policy.max_parallel_visits is not None
            else len(problem.cases) + 1
        ),
        LONGEST: max((case.half_days for case in problem.cases), default=0),
        W_SPECIALIST: weight("specialist"),
        W_WORKLOAD: weight("workload"),
        W_ROUTE: weight("route"),
        W_SPAN: weight("span"),
        W_EXTRA: weight("extra"),
        W_CHANGES: weight("changes"),
        W_PEAK: weight("peak"),
    }
    return np.array([values[key] for key in range(len(values))], dtype=np.int64)


def _levels(problem: Problem) -> Small:
    """[N, R] best level at which a reviewer matches a case; worked out once per pair of codes."""
    own = sorted({code for reviewer in problem.reviewers for code in reviewer.industries})
    wanted = sorted({code for case in problem.cases for code in case.industries})
    ranks = np.array([[_rank(a, b) for a in own] for b in wanted], dtype=np.int8).reshape(
        len(wanted), len(own)
    )
    place = {code: at for at, code in enumerate(own)}
    of_code = np.full((len(wanted), len(problem.reviewers)), len(LEVELS), dtype=np.int8)
    for at, reviewer in enumerate(problem.reviewers):
        of_code[:, at] = ranks[:, [place[code] for code in reviewer.industries]].min(
            axis=1, initial=len(LEVELS)
        )
    row = {code: at for at, code in enumerate(wanted)}
    level = np.full((len(problem.cases), len(problem.reviewers)), len(LEVELS), dtype=np.int8)
    for at, case in enumerate(problem.cases):
        level[at] = of_code[[row[code] for code in case.industries]].min(
            axis=0, initial=len(LEVELS)
        )
    return level


def _rank(own: str, wanted: str) -> int:
    return next(
        (rank for rank, name in enumerate(LEVELS) if matches(own, wanted, name, {})), len(LEVELS)
    )


def _linked(problem: Problem) -> NDArray[np.bool_]:
    slots = problem.slots
    linked = np.zeros(len(slots), dtype=bool)
    for at in range(len(slots) - 1):
        linked[at] = (slots[at + 1].date - slots[at].date).days <= 1
    return linked


def _starts(problem: Problem, linked: NDArray[np.bool_], half_days: Ints, fixed: Ints) -> Words:
    """[R, N, W]: bit s set when the case may start at s and the reviewer is free in all its
    slots.
    """
    count, slots = len(problem.reviewers), len(problem.slots)
    free = _all_but([one.unavailable for one in problem.reviewers], slots)
    open_ = _all_but([case.closed for case in problem.cases], slots)
    goes_on = _pack(linked[None, :], slots)
    out = np.zeros((count, len(problem.cases), words_for(slots)), dtype=np.uint64)
    for at in np.flatnonzero(half_days):
        usable = free & open_[at]
        run = usable
        for _ in range(int(half_days[at]) - 1):
            run = usable & _from_next(run) & goes_on
        if fixed[at] >= 0:
            run = run & _pack(np.arange(slots)[None, :] == fixed[at], slots)
        out[:, at, :] = run
    return out


def _all_but(missing: Sequence[Iterable[int]], slots: int) -> Words:
    """[rows, W] all slots but those that are missing in the row."""
    flags = np.ones((len(missing), slots), dtype=bool)
    for at, some in enumerate(missing):
        flags[at, list(some)] = False
    return _pack(flags, slots)


def _from_next(bits: Words) -> Words:
    """Bit s of each row is what bit s + 1 was."""
    moved = bits >> np.uint64(1)
    moved[:, :-1] |= bits[:, 1:] << np.uint64(WORD - 1)
    return moved


def _pair_costs(
    problem: Problem, weights: Mapping[str, int], half_days: Ints
) -> tuple[Ints, Ints, Ints]:
    count, cases = len(problem.reviewers), len(problem.cases)
    cost = np.zeros((count, cases), dtype=np.int64)
    previous_start = np.full(cases, -1, dtype=np.int64)
    previous_leader = np.full(cases, -1, dtype=np.int64)
    for reviewer, case, _, price in problem.discouraged:
        # As in the scorecard: of two entries for one pair the last one counts.
        cost[problem.reviewer_index[reviewer], problem.case_index[case]] = (
            weights.get("discouraged", 0) * price
        )
    if weights.get("commute", 0):
        home = np.array([problem.place_index[r.place] for r in problem.reviewers], dtype=np.int64)
        there = np.array([problem.place_index[c.place] for c in problem.cases], dtype=np.int64)
        minutes = np.array(problem.travel_minutes, dtype=np.int64)
        cost += weights["commute"] * minutes[home][:, there] * (half_days > 0)[None, :]
    if weights.get("affinity", 0):
        for reviewer, case, score in problem.affinity or ():
            cost[problem.reviewer_index[reviewer], problem.case_index[case]] -= (
                weights["affinity"] * score
            )
    if problem.previous is not None and weights.get("changes", 0):
        _stay_close(
            problem.previous, problem, weights["changes"], cost, previous_start, previous_leader
        )
    return cost, previous_start, previous_leader


def _stay_close(
    previous: Mapping[str, Any],
    problem: Problem,
    price: int,
    cost: Ints,
    starts: Ints,
    leaders: Ints,
) -> None:
    """Keeping a former member of a case saves what losing one costs."""
    for group in previous["groups"]:
        members = [
            problem.reviewer_index[m] for m in group["members"] if m in problem.reviewer_index
        ]
        for visit in group["visits"]:
            if visit["case"] not in problem.case_index:
                continue
            case = problem.case_index[visit["case"]]
            cost[members, case] -= price
            if visit["start"] is not None:
                starts[case] = visit["start"]
            leaders[case] = (
                problem.reviewer_index.get(group["leader"], -1) if group["leader"] else -1
            )


def _csr(rows: int, lists: Mapping[int, list[int]], base: int) -> tuple[list[int], list[int]]:
    """Row r's values stand at [at[r] : at[r + 1]] of one list that begins at `base`."""
    at, flat = [base], []
    for row in range(rows):
        flat.extend(sorted(set(lists.get(row, ()))))
        at.append(base + len(flat))
    return at, flat


def _pack(flags: NDArray[np.bool_], length: int) -> Words:
    """[rows, length] booleans -> [rows, words] little-endian bit sets."""
    padded = np.zeros((flags.shape[0], words_for(length) * WORD), dtype=bool)
    padded[:, :length] = flags
    return (
        np.packbits(padded, axis=1, bitorder="little")
        .view(np.uint64)
        .reshape(flags.shape[0], words_for(length))
    )

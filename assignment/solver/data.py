"""问题的内部形式: a problem compiled to positions, bit masks and sorted candidates, once per solve.

Reviewers and cases are positions in `problem.reviewers` and `problem.cases`; a mask has bit t for
slot t.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assignment.lookup import RANK, look_up
from assignment.problem import Problem, section

LEVELS = 3  # group, division, section: a case's best match is 0, 1, 2, or 3 for none


@dataclass(frozen=True)
class Former:
    """上一方案: what `changes` compares one case with.

    `gone` counts former members whom the problem no longer knows.
    """

    members: frozenset[int]
    gone: int
    leader: int | None
    leader_gone: bool
    start: int | None


class Data:
    """Everything the solver asks of a problem, as plain lists and integers."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        policy = problem.policy
        self.panel = policy.regime == "panel"
        self.min_size, self.max_size = policy.group_size
        self.level = RANK[policy.industry_level]
        reviewers, cases = problem.reviewers, problem.cases
        self.n_reviewers, self.n_cases, self.n_slots = (
            len(reviewers),
            len(cases),
            len(problem.slots),
        )
        self.r_index = problem.reviewer_index
        self.c_index = problem.case_index
        self.quality = [reviewer.quality for reviewer in reviewers]
        self.can_lead = [reviewer.leader for reviewer in reviewers]
        self.lead_cost = [5 - reviewer.seniority for reviewer in reviewers]
        self.max_effort = [reviewer.max_effort for reviewer in reviewers]
        self.carried = [reviewer.carried_effort for reviewer in reviewers]
        self.max_groups = [reviewer.max_groups for reviewer in reviewers]
        self.half_days = [case.half_days for case in cases]
        self.effort = [case.effort for case in cases]
        self._places()
        self._calendar()
        self._conflicts()
        self._matches()
        self._pins()

    def _places(self) -> None:
        index = self.problem.place_index
        self.r_place = [index[reviewer.place] for reviewer in self.problem.reviewers]
        self.c_place = [index[case.place] for case in self.problem.cases]
        self.minutes = self.problem.travel_minutes
        self.same_day = self.problem.policy.same_day_travel_minutes

    def _calendar(self) -> None:
        self.all_slots = (1 << self.n_slots) - 1
        self.available = [
            self.all_slots & ~mask_of(reviewer.unavailable) for reviewer in self.problem.reviewers
        ]
        days: dict[object, int] = {}
        self.day = [days.setdefault(slot.date, len(days)) for slot in self.problem.slots]
        known = look_up(self.problem).starts
        self.starts = [known[case.id] for case in self.problem.cases]

    def _conflicts(self) -> None:
        r_index, c_index = self.r_index, self.c_index
        self.barred: list[set[int]] = [set() for _ in self.problem.cases]  # by case
        for reviewer, case, _ in self.problem.barred:
            self.barred[c_index[case]].add(r_index[reviewer])
        self.enemies: dict[int, set[int]] = defaultdict(set)
        for one, other, _ in self.problem.barred_pairs:
            self.enemies[r_index[one]].add(r_index[other])
            self.enemies[r_index[other]].add(r_index[one])
        employers: dict[str, int] = {}
        self.employer = [
            employers.setdefault(reviewer.employer, len(employers))
            for reviewer in self.problem.reviewers
        ]
        self.forbid_employer = self.problem.policy.same_employer == "forbid"
        self.discouraged: list[dict[int, int]] = [defaultdict(int) for _ in self.problem.cases]
        for reviewer, case, _, cost in self.problem.discouraged:
            self.discouraged[c_index[case]][r_index[reviewer]] += cost

    def _matches(self) -> None:
        """Per case, its matching reviewers with their best level (group 0, division 1, section
        2).
        """
        holders: dict[str, set[int]] = defaultdict(set)
        for position, reviewer in enumerate(self.problem.reviewers):
            for code in reviewer.industries:
                for key in _keys(code):
                    holders[key].add(position)
        self.match: list[dict[int, int]] = []
        for case in self.problem.cases:
            levels: dict[int, int] = {}
            keys = sorted({key for code in case.industries for key in _keys(code)}, reverse=True)
            for key in keys:
                # From sections down to groups: each finer match overwrites a coarser one.
                levels.update(dict.fromkeys(holders.get(key, ()), int(key[0])))
            self.match.append(levels)

    def _pins(self) -> None:
        self.pinned_members: dict[int, set[int]] = defaultdict(set)
        self.pinned_leader: dict[int, set[int]] = defaultdict(set)
        self.excluded: dict[int, set[int]] = defaultdict(set)
        self.pinned_start: dict[int, set[int]] = defaultdict(set)
        self.together: list[tuple[int, ...]] = []
        for pin in self.problem.pins or ():
            case = self.c_index[pin.case] if pin.case is not None else -1
            if pin.kind == "member":
                self.pinned_members[case].add(self.r_index[str(pin.reviewer)])
            elif pin.kind == "leader":
                self.pinned_leader[case].add(self.r_index[str(pin.reviewer)])
            elif pin.kind == "exclude":
                self.excluded[case].add(self.r_index[str(pin.reviewer)])
            elif pin.kind == "visit":
                self.pinned_start[case].add(int(pin.start or 0))
            else:
                self.together.append(
                    tuple(sorted({self.c_index[name] for name in pin.cases or ()}))
                )
        self.required = {
            case: self.pinned_members.get(case, set()) | self.pinned_leader.get(case, set())
            for case in sorted(self.pinned_members.keys() | self.pinned_leader.keys())
        }
        self.pinned_cases = sorted(self.required.keys() | self.pinned_start.keys())
        self.forbidden = [
            self.barred[case] | self.excluded.get(case, set()) for case in range(self.n_cases)
        ]

    @cached_property
    def affinity(self) -> list[dict[int, int]]:
        """Scores by case and reviewer."""
        index, scores = self.r_index, look_up(self.problem).affinity
        return [
            {index[reviewer]: score for reviewer, score in scores[case.id].items()}
            for case in self.problem.cases
        ]

    @cached_property
    def score_rows(self) -> tuple[list[int], NDArray[np.int64], NDArray[np.int64]]:
        """The same as arrays: how many scores each case has, then their reviewers and values, case
        after case.
        """
        known, index = look_up(self.problem).affinity, self.r_index
        rows = [known[case.id] for case in self.problem.cases]
        counts = [len(row) for row in rows]
        people = map(index.__getitem__, chain.from_iterable(rows))
        values = chain.from_iterable(row.values() for row in rows)
        size = sum(counts)
        return counts, np.fromiter(people, np.int64, size), np.fromiter(values, np.int64, size)

    @cached_property
    def former(self) -> dict[int, Former]:
        """By case, what the previous plan held for it."""
        plan = look_up(self.problem).former
        found: dict[int, Former] = {}
        for group in plan.groups if plan else ():
            members = frozenset(
                self.r_index[name] for name in group.members if name in self.r_index
            )
            leader = self.r_index.get(group.leader) if group.leader is not None else None
            for visit in group.visits:
                if visit.case in self.c_index:
                    found[self.c_index[visit.case]] = Former(
                        members,
                        len(group.members) - len(members),
                        leader,
                        group.leader is not None and leader is None,
                        visit.start,
                    )
        return found

    @cached_property
    def usable_starts(self) -> list[tuple[int, ...]]:
        """Per case the starts that H11 and the visit pins allow."""
        return [
            tuple(
                start
                for start in self.starts[case]
                if self.pinned_start.get(case, {start}) == {start}
            )
            for case in range(self.n_cases)
        ]

    @cached_property
    def specialists(self) -> list[list[int]]:
        """Per case the reviewers who fill H04 and are not forbidden there, everybody allowed when
        the level is "none".
        """
        return [self._specialists(case) for case in range(self.n_cases)]

    @cached_property
    def largest_efforts(self) -> list[int]:
        return sorted(self.effort, reverse=True)

    @cached_property
    def heaviest_carried(self) -> list[int]:
        return sorted(self.carried, reverse=True)

    @cached_property
    def most_workload(self) -> int:
        """What `workload` cannot pass: everybody at the limit, or the dearest people in every
        seat.
        """
        total = sum(self.effort)
        loads = sorted(
            (self.load_cost(r, min(total, self.max_effort[r])) for r in range(self.n_reviewers)),
            reverse=True,
        )
        return sum(loads[: self.n_cases * self.max_size])

    @cached_property
    def farthest(self) -> int:
        return max((max(row, default=0) for row in self.minutes), default=0)

    @cached_property
    def dearest_cases(self) -> list[int]:
        return sorted((sum(row.values()) for row in self.discouraged), reverse=True)

    @cached_property
    def largest_changes(self) -> list[int]:
        return sorted(
            (len(former.members) + former.gone + 2 for former in self.former.values()), reverse=True
        )

    @cached_property
    def score_range(self) -> tuple[int, int]:
        values = self.score_rows[2]
        return (min(0, int(values.min())), max(0, int(values.max()))) if len(values) else (0, 0)

    def _specialists(self, case: int) -> list[int]:
        forbidden = self.forbidden[case]
        if self.level >= LEVELS:
            return [reviewer for reviewer in range(self.n_reviewers) if reviewer not in forbidden]
        return sorted(
            reviewer
            for reviewer, level in self.match[case].items()
            if level <= self.level and reviewer not in forbidden
        )

    def matches(self, reviewer: int, case: int) -> int:
        return self.match[case].get(reviewer, LEVELS)

    def is_specialist(self, reviewer: int, case: int) -> bool:
        return self.matches(reviewer, case) <= self.level

    def has_visit(self, case: int) -> bool:
        return self.half_days[case] > 0

    def cover(self, case: int, start: int) -> int:
        """The slots a visit fills, as a mask."""
        return ((1 << self.half_days[case]) - 1) << start

    def travel(self, one: int, other: int) -> int:
        """Minutes from case `one` to case `other`."""
        return self.minutes[self.c_place[one]][self.c_place[other]]

    def far(self, first: int, second: int) -> bool:
        """Whether H13 keeps case `second` off the last date of the visit to case `first` before
        it.
        """
        return self.travel(first, second) > self.same_day

    def clear(self, one: int, start: int, other: int, other_start: int) -> bool:
        """H13 for one party: whether it can make both visits."""
        if other_start < start:
            one, start, other, other_start = other, other_start, one, start
        last = start + self.half_days[one] - 1
        return last < other_start and not (
            self.day[last] == self.day[other_start] and self.far(one, other)
        )

    def commute(self, reviewer: int, case: int) -> int:
        return (
            self.minutes[self.r_place[reviewer]][self.c_place[case]] if self.half_days[case] else 0
        )

    def load_cost(self, reviewer: int, effort: int) -> int:
        """工作量: what `workload` counts for a reviewer who serves `effort` half-days."""
        return effort * (2 * self.carried[reviewer] + effort)


def mask_of(slots: Iterable[int]) -> int:
    mask = 0
    for slot in slots:
        mask |= 1 << slot
    return mask


def _keys(code: str) -> list[str]:
    """The code at each level it reaches, tagged with the level."""
    keys = ["2" + section(code)]
    if len(code) >= 2:
        keys.append("1" + code[:2])
    if len(code) >= 3:
        keys.append("0" + code[:3])
    return keys

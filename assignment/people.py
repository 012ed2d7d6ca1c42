"""人群: sets of reviewers as bits of one integer, so that a thousand people are compared in one
step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from assignment.lookup import Lookup
from assignment.problem import Reviewer


class People:
    """Bit i stands for `problem.reviewers[i]`."""

    def __init__(self, known: Lookup) -> None:
        self.known = known
        self.reviewers = known.problem.reviewers
        self.place = known.problem.reviewer_index
        self.leaders = self.those(lambda one: one.leader)
        self.quality = self.those(lambda one: one.quality)
        everybody = (1 << len(self.reviewers)) - 1
        self.free = [everybody] * len(known.problem.slots)
        for position, one in enumerate(self.reviewers):
            for slot in set(one.unavailable):
                self.free[slot] ^= 1 << position
        self.specialists = {case: self.of(ids) for case, ids in known.specialists.items()}
        self.recused = {case: self.of(ids) for case, ids in known.recused.items()}
        self.able = cache(self._able)

    def those(self, wanted: Callable[[Reviewer], bool]) -> int:
        return sum(1 << position for position, one in enumerate(self.reviewers) if wanted(one))

    def of(self, ids: Iterable[str]) -> int:
        return sum(1 << self.place[one] for one in ids)

    def listed(self, people: int) -> list[Reviewer]:
        return [one for position, one in enumerate(self.reviewers) if people >> position & 1]

    def _able(self, effort: int) -> int:
        """Who may serve in a group of this effort."""
        return self.those(lambda one: one.max_groups > 0 and one.max_effort >= effort)

    def free_during(self, start: int, half_days: int) -> int:
        free = -1
        for slot in range(start, start + half_days):
            free &= self.free[slot]
        return free

    def suffice(self, people: int, cases: Iterable[str]) -> bool:
        """Whether these people could fill one group for these cases, as far as heads and skills are
        counted.
        """
        policy = self.known.problem.policy
        quality = people & self.quality
        if (policy.leader_required and not people & self.leaders) or (
            policy.quality_required and not quality
        ):
            return False
        if policy.industry_level != "none":
            for case in cases:
                fit = people & self.specialists[case]
                if not fit or (policy.quality_required and fit == quality and fit & (fit - 1) == 0):
                    return False
        return (
            self._heads(people, policy.group_size[0], policy.same_employer == "forbid")
            >= policy.group_size[0]
        )

    def _heads(self, people: int, enough: int, one_per_employer: bool) -> int:
        """How many can sit in one group, counted up to `enough`."""
        employers: set[object] = set()
        while people and len(employers) < enough:
            position = people.bit_length() - 1
            people ^= 1 << position
            employers.add(self.reviewers[position].employer if one_per_employer else position)
        return len(employers)

"""问题速查: what rules, goals and explanations ask of a problem again and again, worked out once
per problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property
from itertools import pairwise

from assignment.problem import Case, Problem, Reviewer, section
from assignment.solution import Plan, Visit, parse_previous

# Best match of a reviewer with a case: 0 group, 1 division, 2 section, 3 none (goal `specialist`
# counts these numbers).
RANK = {"group": 0, "division": 1, "section": 2, "none": 3}
LEVEL_NAMES = ("中类", "大类", "门类")


Trait = tuple[bool, bool, int, str, int, int, bool]


class Traits:
    """Per reviewer, in the problem's order, numbers for what she is in every group and for her
    trades; `people` are those of each number of trades.
    """

    def __init__(self, problem: Problem) -> None:
        numbers: dict[Trait, int] = {}
        codes: dict[tuple[str, ...], int] = {}
        self.trait = [numbers.setdefault(_trait(one), len(numbers)) for one in problem.reviewers]
        self.codes = [
            codes.setdefault(tuple(sorted(one.industries)), len(codes)) for one in problem.reviewers
        ]
        self.traits = tuple(numbers)
        people: list[list[str]] = [[] for _ in codes]
        for one, number in zip(problem.reviewers, self.codes, strict=True):
            people[number].append(one.id)
        self.people = tuple(map(tuple, people))


class Lookup:
    """Sets and dictionaries by id. Slots are positions in `problem.slots`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.reviewer: dict[str, Reviewer] = {
            reviewer.id: reviewer for reviewer in problem.reviewers
        }
        self.case: dict[str, Case] = {case.id: case for case in problem.cases}
        self.unavailable = {
            reviewer.id: frozenset(reviewer.unavailable) for reviewer in problem.reviewers
        }
        self.busy = {
            reviewer.id: sum(1 << slot for slot in set(reviewer.unavailable))
            for reviewer in problem.reviewers
        }
        self.closed = {case.id: frozenset(case.closed) for case in problem.cases}
        self.barred: dict[tuple[str, str], tuple[str, ...]] = _kinds(
            (row[0], row[1], row[2]) for row in problem.barred
        )
        self.barred_pairs: dict[tuple[str, str], tuple[str, ...]] = _kinds(
            (*sorted(row[:2]), row[2]) for row in problem.barred_pairs
        )
        self.discouraged: dict[tuple[str, str], int] = defaultdict(int)
        for reviewer, case, _, cost in problem.discouraged:
            self.discouraged[reviewer, case] += cost
        # By case, as tens of thousands of pairs for keys would set the garbage collector to work.
        self.affinity = _scores(self.case, problem.affinity or ())
        # A visit may not continue from a slot to the next where the calendar has a gap (H11).
        dates = [slot.date for slot in problem.slots]
        self.continues = tuple(
            later - earlier <= timedelta(days=1) for earlier, later in pairwise(dates)
        )
        self._codes = {item.id: _prefixes(item.industries) for item in problem.reviewers}
        self._case_codes = {item.id: _prefixes(item.industries) for item in problem.cases}

    def match(self, reviewer: str, case: str) -> int:
        """行业对口程度: 0 group, 1 division, 2 section, 3 none."""
        for rank, (own, wanted) in enumerate(
            zip(self._codes[reviewer], self._case_codes[case], strict=True)
        ):
            if not own.isdisjoint(wanted):
                return rank
        return 3

    @cached_property
    def specialists(self) -> dict[str, frozenset[str]]:
        """Per case the reviewers who fill the need of H04 (everybody when `industry_level` is
        "none").
        """
        rank = RANK[self.problem.policy.industry_level]
        if rank == 3:
            return dict.fromkeys(self.case, frozenset(self.reviewer))
        holders: dict[str, set[str]] = defaultdict(set)
        for reviewer, codes in self._codes.items():
            for code in codes[rank]:
                holders[code].add(reviewer)
        nobody: set[str] = set()
        return {
            case: frozenset().union(*(holders.get(code, nobody) for code in codes[rank]))
            for case, codes in self._case_codes.items()
        }

    def is_specialist(self, reviewer: str, case: str) -> bool:
        return reviewer in self.specialists[case]

    @cached_property
    def recused(self) -> dict[str, frozenset[str]]:
        """Per case the reviewers barred from it."""
        found: dict[str, set[str]] = {case: set() for case in self.case}
        for reviewer, case in self.barred:
            found[case].add(reviewer)
        return {case: frozenset(reviewers) for case, reviewers in found.items()}

    @cached_property
    def soft(self) -> dict[str, dict[str, int]]:
        """Per case what a reviewer who had better not review it costs."""
        found: dict[str, dict[str, int]] = {case: {} for case in self.case}
        for (reviewer, case), cost in self.discouraged.items():
            if case in found:
                found[case][reviewer] = cost
        return found

    @cached_property
    def of_employer(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for reviewer in self.problem.reviewers:
            found[reviewer.employer].append(reviewer.id)
        return {employer: tuple(people) for employer, people in found.items()}

    @cached_property
    def apart_from(self) -> dict[str, frozenset[str]]:
        """Per reviewer those barred from one group with her, of those who have any."""
        found: dict[str, set[str]] = defaultdict(set)
        for first, second in self.barred_pairs:
            found[first].add(second)
            found[second].add(first)
        return {reviewer: frozenset(others) for reviewer, others in found.items()}

    @cached_property
    def traits(self) -> Traits:
        return Traits(self.problem)

    @cached_property
    def former(self) -> Plan | None:
        """The previous plan to stay close to, if any."""
        return None if self.problem.previous is None else parse_previous(self.problem.previous)

    @cached_property
    def starts(self) -> dict[str, tuple[int, ...]]:
        """Per case every start that H11 allows; for a case without a visit, none."""
        return {case.id: tuple(self._starts(case)) for case in self.problem.cases}

    def _starts(self, case: Case) -> Iterable[int]:
        closed, run = self.closed[case.id], 0
        for slot in range(len(self.problem.slots)):
            open_now = slot not in closed
            run = (run + 1 if slot and self.continues[slot - 1] else 1) if open_now else 0
            if case.half_days and run >= case.half_days:
                yield slot - case.half_days + 1

    def slots(self, visit: Visit) -> range:
        """The slots a visit really fills: those that exist."""
        if visit.start is None:
            return range(0)
        return range(visit.start, min(visit.start + visit.half_days, len(self.problem.slots)))

    def slot_name(self, slot: int) -> str:
        """In words; a slot beyond the window, which a pin may name, by its number."""
        if slot >= len(self.problem.slots):
            return f"第{slot + 1}个半天"
        day = self.problem.slots[slot]
        return f"{day.date.month}月{day.date.day}日{'上午' if day.half == 'AM' else '下午'}"

    def free(self, reviewer: str, start: int, half_days: int) -> bool:
        return not self.busy[reviewer] & (((1 << half_days) - 1) << start)


def look_up(problem: Problem) -> Lookup:
    """The lookup of a problem, kept with it: a frozen problem never changes, so neither do the sets
    made from it.
    """
    kept: Lookup | None = problem.__dict__.get("_lookup")
    if kept is None:
        kept = problem.__dict__["_lookup"] = Lookup(problem)
    return kept


def _scores(
    cases: Iterable[str], rows: Sequence[tuple[str, str, int]]
) -> dict[str, dict[str, int]]:
    """By case and reviewer; what is said of one pair more than once adds up."""
    found: dict[str, dict[str, int]] = {case: {} for case in cases}
    for reviewer, case, score in rows:
        found[case][reviewer] = score
    if sum(map(len, found.values())) < len(rows):
        for row in found.values():
            row.update(dict.fromkeys(row, 0))
        for reviewer, case, score in rows:
            found[case][reviewer] += score
    return found


def _kinds(rows: Iterable[tuple[str, ...]]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for first, second, kind in rows:
        found[first, second] = (*found.get((first, second), ()), kind)
    return found


def _prefixes(codes: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The codes cut to group, division and section; a code shorter than a level is not in its
    set.
    """
    return (
        frozenset(code[:3] for code in codes if len(code) >= 3),
        frozenset(code[:2] for code in codes if len(code) >= 2),
        frozenset(section(code) for code in codes),
    )


def _trait(one: Reviewer) -> Trait:
    return (
        one.quality,
        one.leader,
        one.seniority,
        one.place,
        one.carried_effort,
        one.max_effort,
        one.max_groups > 0,
    )

"""备选方案集: many good plans of one problem, each with its tickets; published before the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assignment import problem as problems
from assignment import solution as solutions
from assignment.check import check
from assignment.edit import revalue
from assignment.problem import Problem, digest_of
from assignment.reading import Reader
from assignment.solution import Group, Plan

SET_FORMAT = "assignment-candidates/1"
# What is divided among the candidates, so that every probability is a whole number over this.
TICKETS = 1_000_000

Pair = tuple[str, str]  # reviewer, case


@dataclass(frozen=True)
class Wish:
    """What the set should be like; `tolerance` and `cap` in thousandths, `plans` at most."""

    tolerance: int = 50
    cap: int = 500
    plans: int = 60


@dataclass(frozen=True)
class Candidate:
    """备选方案: its groups and how many of the tickets are its own."""

    tickets: int
    groups: tuple[Group, ...]

    @cached_property
    def pairs(self) -> frozenset[Pair]:
        return pairs_of(self.groups)


@dataclass(frozen=True)
class CandidateSet:
    """备选方案集: everything that decides the draw but the seed.

    `tolerance` and `cap` are thousandths.
    """

    problem: Problem
    tolerance: int  # how much worse than the best of the set a candidate may be
    cap: int  # no pair is meant to be more likely than this
    candidates: tuple[Candidate, ...]
    # Where the seed will come from and how it is written: said before anybody knows it, or it could
    # be chosen
    seed_from: str = ""

    @cached_property
    def digest(self) -> str:
        """集合校验码: SHA-256 of the file form, as of a problem; published before the seed is
        known.
        """
        return digest_of(to_json(self))

    @cached_property
    def likelihood(self) -> Mapping[Pair, int]:
        """How many tickets lead to each expert–applicant pair, the most likely first."""
        held: Counter[Pair] = Counter()
        for candidate in self.candidates:
            for pair in candidate.pairs:
                held[pair] += candidate.tickets
        return dict(sorted(held.items(), key=lambda item: (-item[1], item[0])))

    @property
    def reached(self) -> int:
        """The cap that holds: the likelihood of the most likely pair, in thousandths."""
        return thousandths(max(self.likelihood.values(), default=0))

    @property
    def over_cap(self) -> tuple[tuple[Pair, int], ...]:
        """Pairs more likely than the cap, with their thousandths: within the tolerance no other
        choice was found.
        """
        return tuple(
            (pair, share)
            for pair, tickets in self.likelihood.items()
            if (share := thousandths(tickets)) > self.cap
        )

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """As `examine`, worked out once."""
        return examine(self)

    def plan(self, position: int) -> Plan:
        """One candidate as a plan with its true values."""
        return valued(self.problem, self.candidates[position].groups)


def thousandths(tickets: int) -> int:
    return tickets * 1000 // TICKETS


def pairs_of(groups: Iterable[Group]) -> frozenset[Pair]:
    return frozenset(
        (member, case) for group in groups for member in group.members for case in group.cases
    )


def valued(problem: Problem, groups: tuple[Group, ...]) -> Plan:
    return revalue(problem, Plan(problem.digest, "feasible", groups))


def examine(found: CandidateSet) -> tuple[str, ...]:
    """What is wrong with a set, in sentences: rules broken, worse than allowed, listed twice,
    tickets that do not add up.
    """
    said: list[str] = []
    if not found.candidates:
        return ("集合里没有备选方案",)
    strangers = sorted(_strangers(found))
    if strangers:
        return (f"备选方案里有问题中没有的编号：{'、'.join(strangers[:5])}",)
    total = sum(candidate.tickets for candidate in found.candidates)
    if total != TICKETS or any(candidate.tickets < 1 for candidate in found.candidates):
        said.append(f"各方案的号码数之和是 {total}，应是 {TICKETS}，且每个方案至少一个")
    if len({candidate.pairs for candidate in found.candidates}) < len(found.candidates):
        said.append("有备选方案重复")
    plans = [found.plan(position) for position in range(len(found.candidates))]
    best = min(
        (dict(plan.scorecard) for plan in plans), key=lambda values: key(found.problem, values)
    )
    for number, plan in enumerate(plans, start=1):
        for violation in check(found.problem, plan).violations:
            said.append(f"第 {number} 个方案不合规则 {violation.rule}：{violation.text}")
        if not near(found.problem, dict(plan.scorecard), best, found.tolerance):
            said.append(f"第 {number} 个方案比最好的差，超出 {found.tolerance / 10:g}%")
    return tuple(said)


def _strangers(found: CandidateSet) -> Iterator[str]:
    """What a hand-made file may speak of and the problem does not know: people, cases,
    half-days.
    """
    last = len(found.problem.slots)
    for group in (group for candidate in found.candidates for group in candidate.groups):
        yield from (
            one
            for one in (*group.members, group.leader)
            if one is not None and one not in found.problem.reviewer_index
        )
        yield from (case for case in group.cases if case not in found.problem.case_index)
        yield from (
            f"时段 {visit.start}"
            for visit in group.visits
            if visit.start is not None and visit.start + visit.half_days > last
        )


def key(problem: Problem, values: Mapping[str, int]) -> tuple[int, ...]:
    """What plans are compared by: the goals of the order one after the other, then the weighted sum
    of the rest.
    """
    order = problem.order or ()
    return (
        *(values[goal] for goal in order),
        sum(weight * values[goal] for goal, weight in problem.weights.items() if goal not in order),
    )


def near(
    problem: Problem, values: Mapping[str, int], best: Mapping[str, int], tolerance: int
) -> bool:
    """Whether no part of the key is more than `tolerance` thousandths worse than the best
    plan's.
    """
    return all(
        here <= there + abs(there) * tolerance // 1000
        for here, there in zip(key(problem, values), key(problem, best), strict=True)
    )


def to_json(found: CandidateSet) -> dict[str, Any]:
    return {
        "format": SET_FORMAT,
        **({"seed_from": found.seed_from} if found.seed_from else {}),
        "problem": problems.to_json(found.problem),
        "tolerance": found.tolerance,
        "cap": found.cap,
        "candidates": [
            {"tickets": one.tickets, "groups": solutions.groups_json(one.groups)}
            for one in found.candidates
        ],
    }


def parse(document: object, path: str = "") -> CandidateSet:
    """Read a candidate set.

    Raises `FormatError`; whether its plans keep the rules is `examine`'s question.
    """
    read = Reader(document, path)
    read.expect_format(SET_FORMAT)
    read.allow_only({"format", "problem", "tolerance", "cap", "candidates", "seed_from"})
    return CandidateSet(
        problems.parse(read.part("problem").mapping()),
        read.whole("tolerance", 0, 1000),
        read.whole("cap", 1, 1000),
        tuple(_candidate(item) for item in read.items("candidates")),
        read.text("seed_from") if read.has("seed_from") else "",
    )


def _candidate(read: Reader) -> Candidate:
    read.allow_only({"tickets", "groups"})
    return Candidate(read.whole("tickets", 1, TICKETS), solutions.parse_groups(read))

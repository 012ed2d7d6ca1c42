"""编组表的差别: from the plan as it stands to the groups a sheet writes, change by
change, each with what follows from it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assignment.check import Verdict, check
from assignment.edit import regrouped
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit
from assignment.violation import Violation
from assignment.weigh import Consequences, consequences
from award.groups.core.sheet_in import Numbered

Kind = Literal[
    "exchange", "replace", "move-member", "leave", "join", "lead", "no-lead", "form",
    "set-aside", "place", "move-case", "move-visit",
]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference. `number` and `other_number` are groups as the sheet numbers them; `person`
    goes, stays or leads, `other` comes or is the other side.
    """

    kind: Kind
    number: int = 0
    person: str = ""
    other_number: int = 0
    other: str = ""
    case: str = ""
    start: int | None = None


@dataclass(frozen=True)
class Told:
    """A change with what it costs after those before it, and what it breaks that stays broken."""

    change: Change
    found: Consequences


@dataclass(frozen=True)
class Differences:
    """All changes and what they come to together."""

    changes: tuple[Told, ...]
    whole: Consequences


def differences(problem: Problem, plan: Plan, groups: Sequence[Numbered]) -> Differences:
    """What the sheet changes. A rule that one change breaks and a later one mends is not told."""
    wanted = {one.number: one.group for one in groups}
    state = dict(enumerate(plan.groups, 1))
    verdict = check(problem, plan)
    whole = consequences(problem, verdict, regrouped(problem, plan, wanted.values()))
    lasting = {_key(one) for one in whole.broken}
    now, told = verdict, []
    for change in _changes(state, wanted):
        state = _after(problem, state, wanted, change)
        found = consequences(problem, now, regrouped(problem, plan, _in_order(state)))
        kept = tuple(one for one in found.broken if _key(one) in lasting)
        told.append(Told(change, replace(found, broken=kept)))
        now = Verdict(
            check(problem, found.plan).violations,
            dict(found.plan.scorecard or {}),
            found.plan.objective or 0,
        )
    return Differences(tuple(told), whole)


def _key(one: Violation) -> tuple[object, ...]:
    return one.rule, one.sentence, one.reviewers, one.cases, one.words


def _in_order(state: dict[int, Group]) -> Iterable[Group]:
    return (state[number] for number in sorted(state))


def _changes(before: dict[int, Group], after: dict[int, Group]) -> Iterator[Change]:
    yield from (Change("form", number) for number in sorted(after.keys() - before.keys()))
    yield from _people(before, after)
    for number in sorted(after):
        group, old = after[number], before.get(number)
        if old is not None and group.leader is None and old.leader in group.members:
            yield Change("no-lead", number)
    yield from _visits(before, after)


def _people(before: dict[int, Group], after: dict[int, Group]) -> Iterator[Change]:
    """Exchanges first, then moves, then who takes whose seat, then who only goes or comes; the
    leads that do not follow from those last.
    """
    seats = _Seats(before, after)
    for one, other in itertools.combinations(seats.numbers, 2):
        yield from seats.exchanges(one, other)
    for one, other in itertools.permutations(seats.numbers, 2):
        yield from seats.moves(one, other)
    for number in seats.numbers:
        yield from seats.rest(number)
        leader = after[number].leader
        if leader is not None and leader != seats.led[number]:
            yield Change("lead", number, leader)


class _Seats:
    """Who has still to leave and to join each group that stays, and who leads it so far."""

    def __init__(self, before: dict[int, Group], after: dict[int, Group]) -> None:
        self.numbers = sorted(before.keys() & after.keys())
        self.out = {n: _without(before[n].members, after[n].members) for n in self.numbers}
        self.into = {n: _without(after[n].members, before[n].members) for n in self.numbers}
        self.led = {n: before[n].leader for n in self.numbers}

    def exchanges(self, one: int, other: int) -> Iterator[Change]:
        out, into = self.out, self.into
        while (a := _first(out[one], into[other])) and (b := _first(out[other], into[one])):
            self._gone(one, a, b)
            self._gone(other, b, a)
            yield Change("exchange", one, a, other, b)

    def moves(self, one: int, other: int) -> Iterator[Change]:
        while person := _first(self.out[one], self.into[other]):
            self._gone(one, person, None)
            self.into[other].remove(person)
            yield Change("move-member", one, person, other)

    def rest(self, number: int) -> Iterator[Change]:
        out, into = self.out[number], self.into[number]
        while out and into:
            gone, came = out[0], into[0]
            self._gone(number, gone, came)
            yield Change("replace", number, gone, number, came)
        while out:
            gone = out[0]
            self._gone(number, gone, None)
            yield Change("leave", number, gone)
        yield from (Change("join", number, came) for came in into)

    def _gone(self, number: int, gone: str, came: str | None) -> None:
        self.out[number].remove(gone)
        if came is not None:
            self.into[number].remove(came)
        if self.led[number] == gone:
            self.led[number] = came


def _visits(before: dict[int, Group], after: dict[int, Group]) -> Iterator[Change]:
    old, new = _places(before), _places(after)
    formed = after.keys() - before.keys()
    for case in dict.fromkeys((*old, *new)):
        if case not in new:
            yield Change("set-aside", old[case][0], case=case)
            continue
        number, start = new[case]
        if number in formed or (case in old and old[case] == new[case]):
            continue
        if case in old and old[case][0] == number:
            yield Change("move-visit", number, case=case, start=start)
        elif case in old and old[case][1] == start:
            yield Change("move-case", old[case][0], other_number=number, case=case, start=start)
        else:
            yield Change("place", number, case=case, start=start)


def _places(groups: dict[int, Group]) -> dict[str, tuple[int, int | None]]:
    return {
        visit.case: (number, visit.start)
        for number, group in groups.items()
        for visit in group.visits
    }


def _after(
    problem: Problem, state: dict[int, Group], wanted: dict[int, Group], change: Change
) -> dict[int, Group]:
    """The groups after one change; one that a sheet forms comes whole."""
    if change.case:
        length = problem.cases[problem.case_index[change.case]].half_days
        found = {number: _free_of(group, {change.case}) for number, group in state.items()}
        if change.kind != "set-aside":
            target = change.other_number or change.number
            visits = (*found[target].visits, Visit(change.case, change.start, length))
            found[target] = replace(found[target], visits=visits)
        return found
    if change.kind == "form":
        fresh = wanted[change.number]
        return {n: _free_of(group, set(fresh.cases)) for n, group in state.items()} | {
            change.number: fresh
        }
    return state | _members_after(state, change)


def _members_after(state: dict[int, Group], change: Change) -> dict[int, Group]:
    here = state[change.number]
    if change.kind == "exchange":
        there = state[change.other_number]
        return {
            change.number: _swapped(here, change.person, change.other),
            change.other_number: _swapped(there, change.other, change.person),
        }
    if change.kind == "replace":
        return {change.number: _swapped(here, change.person, change.other)}
    if change.kind == "move-member":
        there = state[change.other_number]
        return {
            change.number: _swapped(here, change.person, None),
            change.other_number: replace(there, members=(*there.members, change.person)),
        }
    if change.kind == "leave":
        return {change.number: _swapped(here, change.person, None)}
    if change.kind == "join":
        return {change.number: replace(here, members=(*here.members, change.person))}
    return {change.number: replace(here, leader=change.person or None)}


def _swapped(group: Group, gone: str, came: str | None) -> Group:
    members = tuple(came if one == gone else one for one in group.members)
    leader = came if group.leader == gone else group.leader
    return replace(group, members=tuple(one for one in members if one), leader=leader)


def _free_of(group: Group, cases: set[str]) -> Group:
    return replace(group, visits=tuple(one for one in group.visits if one.case not in cases))


def _without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return [one for one in some if one not in others]


def _first(some: Sequence[str], others: Sequence[str]) -> str:
    return next((one for one in some if one in others), "")

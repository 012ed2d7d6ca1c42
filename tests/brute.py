"""The truth about tiny problems: every schedule, every partition, every team. Up to 4 cases, 6
reviewers, 6 slots.

Written from the contract's text and the problem's plain fields, not from rules.py or goals.py, so
that it can be held against both. A plan is judged by its key: the values of the goals in `order`,
one after the other, then the weighted sum of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, product
from typing import Any

from assignment.problem import GOALS, Case, Problem, Reviewer, matches
from assignment.solution import Group, Plan, Visit

Key = tuple[int, ...]
Starts = dict[str, int | None]
LEVELS = ("group", "division", "section")


def best_plan(problem: Problem) -> Plan | None:
    """A best plan that keeps every rule and leaves no case out, with `objective` and `bound` set;
    None if there is none.
    """
    return Brute(problem).best()


def plan_key(problem: Problem, scorecard: dict[str, int]) -> Key:
    """What plans of one problem are compared by."""
    first = problem.order or ()
    return (
        *(scorecard[goal] for goal in first),
        sum(problem.weight(goal) * scorecard[goal] for goal in GOALS if goal not in first),
    )


@dataclass(frozen=True)
class Team:
    """One way to fill one group: members, leader, and the goals that this alone decides."""

    members: tuple[int, ...]
    leader: str | None
    values: dict[str, int]
    key: Key  # of these values and the least workload they mean
    sums: tuple[int, ...]  # affinity per case


@dataclass(frozen=True)
class Options:
    """The teams that can make one group's visits at given times, the most promising first, and what
    none of them beats.
    """

    teams: tuple[Team, ...]
    key: Key
    sums: tuple[int, ...]
    peak: int


@dataclass(frozen=True)
class Frame:
    """A partition and a calendar, still to be filled with teams; no filling has a smaller key than
    `least`. `rest` is the least that the blocks from each on add.
    """

    blocks: list[tuple[Case, ...]]
    starts: Starts
    options: list[Options]
    fixed: dict[str, int]
    key: Key  # of what is fixed
    rest: list[Rest]
    least: Key = ()


@dataclass(frozen=True)
class Rest:
    """What blocks that have no team yet add at least, each goal for itself."""

    key: Key
    sums: tuple[int, ...]
    peak: int


@dataclass(frozen=True)
class Chosen:
    """Teams for the first blocks, with the sum of their keys and the work each member has of
    them.
    """

    teams: tuple[Team, ...] = ()
    key: Key = ()
    work: dict[int, tuple[int, ...]] = field(default_factory=dict)


class Brute:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.policy = problem.policy
        self.best_key: Key | None = None
        self.found: tuple[list[tuple[Case, ...]], list[Team], Starts] | None = None
        self.scorecard: dict[str, int] = {}
        self._free_teams: dict[tuple[tuple[str, ...], tuple[int | None, ...]], Options | None] = {}
        self._both: dict[tuple[str, int | None, str, int | None], bool] = {}
        self._all_teams: dict[tuple[str, ...], list[Team]] = {}
        self._matches: dict[tuple[str, str], int] = {}
        self._carried = [one.carried_effort for one in problem.reviewers]
        first = problem.order or ()
        # A goal's place in the key, and what a unit of it counts there.
        self._places = {
            goal: (first.index(goal), 1) if goal in first else (len(first), problem.weight(goal))
            for goal in GOALS
        }
        self.free = [
            set(range(len(problem.slots))) - set(one.unavailable) for one in problem.reviewers
        ]

    def best(self) -> Plan | None:
        frames = (
            frame
            for blocks in self._partitions()
            for starts in self._schedules(blocks)
            for frame in self._frames(blocks, starts)
        )
        for frame in sorted(frames, key=lambda frame: frame.least):
            if self.best_key is not None and frame.least >= self.best_key:
                break
            self._extend(frame, Chosen(key=frame.key))
        if self.found is None:
            return None
        blocks, teams, starts = self.found
        groups = tuple(
            self._group(block, team, starts) for block, team in zip(blocks, teams, strict=True)
        )
        total = sum(self.problem.weight(goal) * self.scorecard[goal] for goal in GOALS)
        # The proven least objective is the plan's own, unless other goals come first.
        bound = None if self.problem.order else total
        return Plan(
            self.problem.digest,
            "optimal",
            groups,
            objective=total,
            bound=bound,
            scorecard=self.scorecard,
        )

    def _group(self, block: tuple[Case, ...], team: Team, starts: Starts) -> Group:
        visits = tuple(Visit(case.id, starts[case.id], case.half_days) for case in block)
        return Group(
            team.leader, tuple(self.problem.reviewers[one].id for one in team.members), visits
        )

    # H08, H16, H17 and pins "together"
    def _partitions(self) -> Iterator[list[tuple[Case, ...]]]:
        low, high = self.policy.groups or (0, len(self.problem.cases))
        seats = sum(one.max_groups for one in self.problem.reviewers)
        for blocks in _set_partitions(list(self.problem.cases)):
            # H09 leaves so many seats and no more: without this count the search takes long to see
            # it.
            if not low <= len(blocks) <= high or len(blocks) * self.policy.group_size[0] > seats:
                continue
            if self.policy.regime == "panel" and any(len(block) > 1 for block in blocks):
                continue
            efforts = [sum(case.effort for case in block) for block in blocks]
            if self.policy.group_effort and not all(
                self.policy.group_effort[0] <= one <= self.policy.group_effort[1] for one in efforts
            ):
                continue
            where = {case.id: number for number, block in enumerate(blocks) for case in block}
            if all(
                len({where[case] for case in pin.cases or ()}) <= 1
                for pin in self.problem.pins or ()
            ):
                yield blocks

    # H11, H13 within a group, H14 and pins "visit"
    def _schedules(self, blocks: list[tuple[Case, ...]]) -> Iterator[Starts]:
        names = [case.id for case in self.problem.cases]
        for chosen in product(*(self._starts(case) for case in self.problem.cases)):
            starts: Starts = dict(zip(names, chosen, strict=True))
            if self.policy.max_parallel_visits is not None:
                busy = [slot for case in self.problem.cases for slot in self._slots(case, starts)]
                if any(busy.count(slot) > self.policy.max_parallel_visits for slot in set(busy)):
                    continue
            if all(
                self._together(a, b, starts) for block in blocks for a, b in combinations(block, 2)
            ):
                yield starts

    def _starts(self, case: Case) -> list[int | None]:
        if case.half_days == 0:
            starts: list[int | None] = [None]
        else:
            starts = [
                start
                for start in range(len(self.problem.slots) - case.half_days + 1)
                if self._open(case, start)
            ]
        pinned = [
            pin.start
            for pin in self.problem.pins or ()
            if pin.kind == "visit" and pin.case == case.id
        ]
        return [start for start in starts if all(start == one for one in pinned)]

    def _open(self, case: Case, start: int) -> bool:
        days = [
            self.problem.slots[slot].date.toordinal()
            for slot in range(start, start + case.half_days)
        ]
        return all(b - a <= 1 for a, b in pairwise(days)) and not set(
            range(start, start + case.half_days)
        ) & set(case.closed)

    def _slots(self, case: Case, starts: Starts) -> set[int]:
        start = starts[case.id]
        return set() if start is None else set(range(start, start + case.half_days))

    def _together(self, a: Case, b: Case, starts: Starts) -> bool:
        """Whether one party can make both visits."""
        name = (a.id, starts[a.id], b.id, starts[b.id])
        if name not in self._both:
            self._both[name] = self._can_make_both(a, b, starts)
        return self._both[name]

    def _can_make_both(self, a: Case, b: Case, starts: Starts) -> bool:
        if starts[a.id] is None or starts[b.id] is None:
            return True
        first, second = sorted((a, b), key=lambda case: starts[case.id] or 0)
        if self._slots(first, starts) & self._slots(second, starts):
            return False
        dates = [
            {self.problem.slots[slot].date for slot in self._slots(case, starts)}
            for case in (first, second)
        ]
        return (
            not dates[0] & dates[1]
            or self.problem.minutes(first.place, second.place)
            <= self.policy.same_day_travel_minutes
        )

    def _frames(self, blocks: list[tuple[Case, ...]], starts: Starts) -> Iterator[Frame]:
        options: list[Options] = []
        for block in blocks:
            free = self._options(block, tuple(starts[case.id] for case in block))
            if free is None:
                return
            options.append(free)
        fixed = self._fixed(blocks, starts)
        rests = [self._rest(options[place:]) for place in range(len(options) + 1)]
        frame = Frame(blocks, starts, options, fixed, self._key(fixed), rests)
        yield replace(frame, least=self._least(frame, Chosen(key=frame.key)))

    def _rest(self, options: list[Options]) -> Rest:
        return Rest(
            _sum(self._key({}), *(one.key for one in options)),
            tuple(score for one in options for score in one.sums),
            max((one.peak for one in options), default=0),
        )

    def _key(self, values: dict[str, int]) -> Key:
        """`plan_key` where most goals are nought."""
        key = [0] * (len(self.problem.order or ()) + 1)
        for goal, value in values.items():
            place, unit = self._places[goal]
            key[place] += unit * value
        return tuple(key)

    def _options(self, block: tuple[Case, ...], times: tuple[int | None, ...]) -> Options | None:
        name = (tuple(case.id for case in block), times)
        if name not in self._free_teams:
            self._free_teams[name] = self._free(block, dict(zip(name[0], times, strict=True)))
        return self._free_teams[name]

    # H12
    def _free(self, block: tuple[Case, ...], starts: Starts) -> Options | None:
        needed = set().union(*(self._slots(case, starts) for case in block))
        free = (
            team
            for team in self._teams(block)
            if all(needed <= self.free[one] for one in team.members)
        )
        teams = sorted(
            (self._timed(block, team, starts) for team in free), key=lambda team: team.key
        )
        if not teams:
            return None
        effort = sum(case.effort for case in block)
        return Options(
            tuple(teams),
            key=tuple(map(min, zip(*(team.key for team in teams), strict=True))),
            sums=tuple(map(max, zip(*(team.sums for team in teams), strict=True))),
            peak=min(
                max(self.problem.reviewers[one].carried_effort for one in team.members)
                for team in teams
            )
            + effort,
        )

    def _fixed(self, blocks: list[tuple[Case, ...]], starts: Starts) -> dict[str, int]:
        """Goals that the calendar alone decides."""
        ends = [slot + 1 for case in self.problem.cases for slot in self._slots(case, starts)]
        route = 0
        for block in blocks:
            visited = sorted(
                (case for case in block if starts[case.id] is not None),
                key=lambda case: starts[case.id] or 0,
            )
            route += sum(self.problem.minutes(a.place, b.place) for a, b in pairwise(visited))
        return {"span": max(ends, default=0), "route": route}

    def _extend(self, frame: Frame, chosen: Chosen) -> None:
        least = self._least(frame, chosen)
        if self.best_key is not None and least >= self.best_key:
            return
        if len(chosen.teams) == len(frame.blocks):
            values = self._values(frame, chosen)
            self.best_key, self.scorecard = plan_key(self.problem, values), values
            self.found = (frame.blocks, list(chosen.teams), frame.starts)
            return
        options = frame.options[len(chosen.teams)]
        without = _sum(least, tuple(-part for part in options.key))
        effort = sum(case.effort for case in frame.blocks[len(chosen.teams)])
        taken = self._taken(frame, chosen, effort)
        for team in options.teams:
            if not taken.isdisjoint(team.members):
                continue
            # The teams come in the order of their keys: once one is too dear, so are the rest.
            if self.best_key is not None and _sum(without, team.key) >= self.best_key:
                return
            self._extend(frame, self._with(chosen, team, effort))

    def _with(self, chosen: Chosen, team: Team, effort: int) -> Chosen:
        work = dict(chosen.work)
        for one in team.members:
            work[one] = (*work.get(one, ()), effort)
        return Chosen((*chosen.teams, team), _sum(chosen.key, team.key), work)

    def _least(self, frame: Frame, chosen: Chosen) -> Key:
        """No completion of `chosen` has a smaller key: each part takes its least value on its
        own.
        """
        rest = frame.rest[len(chosen.teams)]
        scores = [score for team in chosen.teams for score in team.sums]
        work = chosen.work.items()
        values = {
            "fairness": -min((*scores, *rest.sums), default=0),
            "peak": max((rest.peak, *(self._carried[one] + sum(all_) for one, all_ in work))),
            # The squares of sums, beyond the squares that the keys of the teams hold.
            "workload": sum(
                sum(all_) ** 2 - sum(one * one for one in all_) for _, all_ in work if len(all_) > 1
            ),
        }
        return _sum(self._key(values), chosen.key, rest.key)

    # H09, H10 and H13 across groups
    def _taken(self, frame: Frame, chosen: Chosen, effort: int) -> set[int]:
        """Who cannot make the next block's visits beside what they do already."""
        block = frame.blocks[len(chosen.teams)]
        apart = [
            team.members
            for other, team in zip(frame.blocks, chosen.teams, strict=False)
            if not all(self._together(a, b, frame.starts) for a in other for b in block)
        ]
        taken = {one for members in apart for one in members}
        for one, person in enumerate(self.problem.reviewers):
            work = chosen.work.get(one, ())
            if len(work) >= person.max_groups or sum(work) + effort > person.max_effort:
                taken.add(one)
        return taken

    def _values(self, frame: Frame, chosen: Chosen) -> dict[str, int]:
        load = {one: sum(work) for one, work in chosen.work.items()}
        values = dict.fromkeys(GOALS, 0) | frame.fixed
        for team in chosen.teams:
            for goal, value in team.values.items():
                values[goal] += value
        carried = self._carried
        values["workload"] = sum(
            (carried[one] + work) ** 2 - carried[one] ** 2 for one, work in load.items()
        )
        values["peak"] = max((carried[one] + work for one, work in load.items()), default=0)
        values["fairness"] = -min(
            (score for team in chosen.teams for score in team.sums), default=0
        )
        return values

    # H01-H07 and pins on people
    def _teams(self, block: tuple[Case, ...]) -> list[Team]:
        name = tuple(case.id for case in block)
        if name not in self._all_teams:
            low, high = self.policy.group_size
            pool = range(len(self.problem.reviewers))
            choices = (
                members
                for size in range(low, min(high, len(pool)) + 1)
                for members in combinations(pool, size)
            )
            self._all_teams[name] = [
                team for members in choices for team in self._led(block, members)
            ]
        return self._all_teams[name]

    def _led(self, block: tuple[Case, ...], members: tuple[int, ...]) -> list[Team]:
        """These members under the leader that serves best: who leads matters to nobody but this
        group.
        """
        people = [self.problem.reviewers[one] for one in members]
        if not self._may_sit(block, people):
            return []
        teams = [self._team(block, members, leader) for leader in self._leaders(block, people)]
        return [min(teams, key=lambda team: team.key)] if teams else []

    def _may_sit(self, block: tuple[Case, ...], people: list[Reviewer]) -> bool:
        ids, cases = {one.id for one in people}, {case.id for case in block}
        if any(row[0] in ids and row[1] in cases for row in self.problem.barred):
            return False
        if any(row[0] in ids and row[1] in ids for row in self.problem.barred_pairs):
            return False
        if self.policy.same_employer == "forbid" and len({one.employer for one in people}) < len(
            people
        ):
            return False
        if self.policy.quality_required and not any(one.quality for one in people):
            return False
        for pin in self.problem.pins or ():
            if pin.case in cases and (
                (pin.kind == "member" and pin.reviewer not in ids)
                or (pin.kind == "exclude" and pin.reviewer in ids)
            ):
                return False
        return all(self._has_specialist(case, people) for case in block)

    def _has_specialist(self, case: Case, people: list[Reviewer]) -> bool:
        if self.policy.industry_level == "none":
            return True
        fit = [
            one.id
            for one in people
            if self._match(one, case) <= LEVELS.index(self.policy.industry_level)
        ]
        if not self.policy.quality_required:
            return bool(fit)
        return any(one.quality and other != one.id for one in people for other in fit)

    def _match(self, person: Reviewer, case: Case) -> int:
        name = (person.id, case.id)
        if name not in self._matches:
            self._matches[name] = self._rank(person, case)
        return self._matches[name]

    def _rank(self, person: Reviewer, case: Case) -> int:
        for rank, level in enumerate(LEVELS):
            if any(
                matches(own, code, level, {})
                for own in person.industries
                for code in case.industries
            ):  # type: ignore[arg-type]
                return rank
        return 3

    def _leaders(self, block: tuple[Case, ...], people: list[Reviewer]) -> list[str | None]:
        able: list[str | None] = [
            one.id for one in people if one.leader or not self.policy.leader_required
        ]
        if not self.policy.leader_required:
            able.append(None)
        cases = {case.id for case in block}
        pinned = {
            pin.reviewer
            for pin in self.problem.pins or ()
            if pin.kind == "leader" and pin.case in cases
        }
        return [one for one in able if all(one == other for other in pinned)]

    def _team(self, block: tuple[Case, ...], members: tuple[int, ...], leader: str | None) -> Team:
        people = [self.problem.reviewers[one] for one in members]
        ids = {one.id for one in people}
        visited = [case for case in block if case.half_days]
        sums = tuple(
            sum(
                row[2] for row in self.problem.affinity or () if row[0] in ids and row[1] == case.id
            )
            for case in block
        )
        values = {
            "specialist": sum(
                min((self._match(one, case) for one in people), default=3) for case in block
            ),
            "commute": sum(
                self.problem.minutes(one.place, case.place) for case in visited for one in people
            ),
            "leadership": sum(5 - one.seniority for one in people if one.id == leader),
            "extra": len(people) - self.policy.group_size[0],
            "discouraged": sum(
                row[3]
                for row in self.problem.discouraged
                for case in block
                if row[0] in ids and row[1] == case.id
            ),
            "affinity": -sum(sums),
            "changes": sum(self._changed(case, ids, leader) for case in block),
        }
        return Team(members, leader, values, self._key_of(values, block, members), sums)

    def _former(self, case: Case) -> dict[str, Any] | None:
        groups = (self.problem.previous or {}).get("groups", ())
        return next(
            (group for group in groups for visit in group["visits"] if visit["case"] == case.id),
            None,
        )

    def _changed(self, case: Case, ids: set[str], leader: str | None) -> int:
        former = self._former(case)
        return (
            0
            if former is None
            else len(set(former["members"]) - ids) + (former["leader"] != leader)
        )

    def _timed(self, block: tuple[Case, ...], team: Team, starts: Starts) -> Team:
        """The team with the changes of start that this schedule means."""
        moved = 0
        for case in block:
            former = self._former(case)
            if former is not None:
                moved += (
                    next(visit["start"] for visit in former["visits"] if visit["case"] == case.id)
                    != starts[case.id]
                )
        if not moved:
            return team
        values = team.values | {"changes": team.values["changes"] + moved}
        return Team(
            team.members, team.leader, values, self._key_of(values, block, team.members), team.sums
        )

    def _key_of(
        self, values: dict[str, int], block: tuple[Case, ...], members: tuple[int, ...]
    ) -> Key:
        # Squares grow faster than sums, so who serves elsewhere too costs at least this much more.
        effort = sum(case.effort for case in block)
        workload = sum(
            effort * (2 * self.problem.reviewers[one].carried_effort + effort) for one in members
        )
        return plan_key(self.problem, dict.fromkeys(GOALS, 0) | values | {"workload": workload})


def _sum(*keys: Key) -> Key:
    return tuple(map(sum, zip(*keys, strict=True)))


def _set_partitions(cases: list[Case]) -> Iterator[list[tuple[Case, ...]]]:
    if not cases:
        yield []
        return
    first, rest = cases[0], cases[1:]
    for blocks in _set_partitions(rest):
        yield [(first,), *blocks]
        for place, block in enumerate(blocks):
            yield [*blocks[:place], (first, *block), *blocks[place + 1 :]]

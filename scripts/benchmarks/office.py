"""手工办法: how an office forms groups by hand: firms of one trade together, the nearest experts to
them, the first day everybody is free.

Nothing is ever taken back. A firm for which no day is found goes to a group that can take it, else
to a new one, else it stays out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assignment.goals import objective, scorecard
from assignment.lookup import Lookup, look_up
from assignment.problem import Case, Problem, Reviewer
from assignment.solution import Group, Plan, Visit

Wanted = Callable[[Reviewer], bool]
Met = Callable[[Sequence[Reviewer]], bool]


def by_hand(problem: Problem) -> Plan:
    desk = _Desk(problem)
    for cases in _piles(problem):
        desk.form(cases)
    if problem.policy.regime == "standing":
        desk.place_the_rest()
    groups = tuple(desk.groups)
    placed = {case for group in groups for case in group.cases}
    left = tuple(case.id for case in problem.cases if case.id not in placed)
    plan = Plan(
        problem_digest=problem.digest,
        status="partial" if left else "feasible",
        groups=groups,
        unassigned=left,
    )
    values = scorecard(problem, plan)
    return plan.with_(scorecard=values, objective=objective(problem, values))


def _piles(problem: Problem) -> list[list[Case]]:
    """Sorted by trade, then town, and cut into as many piles as groups are needed, of about the
    same effort.
    """
    ranked = sorted(
        problem.cases, key=lambda case: ((case.industries or ("",))[0][:2], case.place, case.id)
    )
    if problem.policy.regime == "panel":
        return [[case] for case in ranked]
    total = sum(case.effort for case in ranked)
    most = problem.policy.group_effort[1] if problem.policy.group_effort else total
    low, high = problem.policy.groups or (1, len(ranked))
    count = min(max(low, -(-total * 4 // (3 * max(1, most))), 1), max(1, high, low))
    piles: list[list[Case]] = [[]]
    before = 0
    for case in ranked:
        if piles[-1] and (
            before >= len(piles) * total / count
            or sum(one.effort for one in piles[-1]) + case.effort > most
        ):
            piles.append([])
        piles[-1].append(case)
        before += case.effort
    return piles


@dataclass
class _Desk:
    """The office's papers: who already serves how much and when, and how many visits each half-day
    holds.
    """

    problem: Problem
    groups: list[Group] = field(default_factory=list)
    serves: dict[str, int] = field(default_factory=dict)
    effort: dict[str, int] = field(default_factory=dict)
    visits: dict[str, list[Visit]] = field(default_factory=dict)
    escorts: dict[int, int] = field(default_factory=dict)

    @property
    def known(self) -> Lookup:
        return look_up(self.problem)

    def form(self, pile: Sequence[Case]) -> bool:
        """People for the whole pile, then days; firms that cannot be served are put aside and the
        rest tried again.
        """
        cases = list(pile)
        while cases:
            team = self._team(cases)
            if team is not None:
                visits = self._days(cases, team)
                effort = sum(self.known.case[visit.case].effort for visit in visits)
                low, high = self.problem.policy.group_effort or (0, effort)
                if visits and low <= effort <= high:
                    self._keep(team, visits, effort)
                    return True
            cases.pop()
        return False

    def place_the_rest(self) -> None:
        """New groups while there are fewer than there must be, then room in a group, then a new
        group if there may be one more.
        """
        placed = {case for group in self.groups for case in group.cases}
        least, most = self.problem.policy.groups or (0, len(self.problem.cases))
        for case in self.problem.cases:
            if case.id in placed or (len(self.groups) < least and self.form([case])):
                continue
            if (
                not any(self._join(case, position) for position in range(len(self.groups)))
                and len(self.groups) < most
            ):
                self.form([case])

    def _join(self, case: Case, position: int) -> bool:
        """One more firm for a group, on a day that suits it, where its people may and can."""
        group, policy = self.groups[position], self.problem.policy
        effort = case.effort + sum(self.known.case[name].effort for name in group.cases)
        able = {name for name in group.members if self.known.is_specialist(name, case.id)}
        quality = {name for name in group.members if self.known.reviewer[name].quality}
        tired = any(
            self.effort[name] + case.effort > self.known.reviewer[name].max_effort
            for name in group.members
        )
        heavy = policy.group_effort is not None and effort > policy.group_effort[1]
        alone = (
            policy.industry_level != "none" and policy.quality_required and len(able | quality) < 2
        )
        if (
            tired
            or heavy
            or alone
            or not able
            or any(name in self.known.recused[case.id] for name in group.members)
        ):
            return False
        visits = self._days([case], group.members)
        if visits:
            self.groups[position] = Group(group.leader, group.members, (*group.visits, *visits))
            self._book(group.members, visits, case.effort)
        return bool(visits)

    def _keep(self, team: Sequence[str], visits: Sequence[Visit], effort: int) -> None:
        leader = (
            next((name for name in team if self.known.reviewer[name].leader), None)
            if self.problem.policy.leader_required
            else None
        )
        self.groups.append(Group(leader, tuple(team), tuple(visits)))
        for name in team:
            self.serves[name] = self.serves.get(name, 0) + 1
        self._book(team, visits, effort)

    def _book(self, team: Sequence[str], visits: Sequence[Visit], effort: int) -> None:
        for name in team:
            self.effort[name] = self.effort.get(name, 0) + effort
            self.visits.setdefault(name, []).extend(visits)
        for slot in (slot for visit in visits for slot in visit.slots):
            self.escorts[slot] = self.escorts.get(slot, 0) + 1

    # -- people
    # ----------------------------------------------------------------------------------------------

    def _team(self, cases: Sequence[Case]) -> list[str] | None:
        """A leader, one specialist a firm, a quality expert, then whoever is nearest."""
        problem, policy = self.problem, self.problem.policy
        effort = sum(case.effort for case in cases)
        near = sorted(
            problem.reviewers,
            key=lambda one: (-self._known_for(one, cases), *self._away(one, cases), one.id),
        )
        pool = [one for one in near if self._may(one, cases, effort)]
        team: list[Reviewer] = []
        for met, wanted in self._needs(cases):
            if not met(team):
                found = next((one for one in pool if wanted(one) and self._fits(one, team)), None)
                if found is None:
                    return None
                team.append(found)
        return [one.id for one in team] if len(team) <= policy.group_size[1] else None

    def _needs(self, cases: Sequence[Case]) -> Iterator[tuple[Met, Wanted]]:
        """What a team needs, one after the other: whether it has it, and who would do."""
        policy, is_specialist = self.problem.policy, self.known.is_specialist

        def anybody(wanted: Wanted) -> tuple[Met, Wanted]:
            return lambda team: any(wanted(one) for one in team), wanted

        if policy.leader_required:
            yield anybody(lambda one: one.leader)
        for case in cases:
            yield anybody(lambda one, case=case: is_specialist(one.id, case.id))  # type: ignore[misc]
        if policy.quality_required:
            yield anybody(lambda one: one.quality)
        for case in cases if policy.quality_required and policy.industry_level != "none" else ():
            yield self._two(lambda one, case=case: one.quality or is_specialist(one.id, case.id))  # type: ignore[misc]
        for size in range(policy.group_size[0]):
            yield lambda team, size=size: len(team) > size, lambda one: True  # type: ignore[misc]

    @staticmethod
    def _two(able: Wanted) -> tuple[Met, Wanted]:
        """Quality and trade are the business of two people."""
        return lambda team: sum(able(one) for one in team) >= 2, able

    def _known_for(self, one: Reviewer, cases: Sequence[Case]) -> int:
        return sum(self.known.affinity[case.id].get(one.id, 0) for case in cases)

    def _away(self, one: Reviewer, cases: Sequence[Case]) -> tuple[int, int]:
        return (
            sum(self.problem.minutes(one.place, case.place) for case in cases),
            one.carried_effort,
        )

    def _may(self, one: Reviewer, cases: Sequence[Case], effort: int) -> bool:
        served = self.effort.get(one.id, 0)
        if self.serves.get(one.id, 0) >= one.max_groups or served + effort > one.max_effort:
            return False
        return not any(one.id in self.known.recused[case.id] for case in cases)

    def _fits(self, one: Reviewer, team: Sequence[Reviewer]) -> bool:
        apart = self.problem.policy.same_employer == "forbid"
        return all(
            one.id != other.id
            and not (apart and one.employer == other.employer)
            and tuple(sorted((one.id, other.id))) not in self.known.barred_pairs
            for other in team
        )

    # -- days
    # ----------------------------------------------------------------------------------------------

    def _days(self, cases: Sequence[Case], team: Sequence[str]) -> list[Visit]:
        """Each firm on the first day that suits everybody; firms without one are left out."""
        visits: list[Visit] = []
        for case in cases:
            if case.half_days == 0:
                visits.append(Visit(case.id, None, 0))
                continue
            start = next(
                (
                    start
                    for start in self.known.starts[case.id]
                    if self._suits(case, start, team, visits)
                ),
                None,
            )
            if start is not None:
                visits.append(Visit(case.id, start, case.half_days))
        return visits

    def _suits(self, case: Case, start: int, team: Sequence[str], own: Sequence[Visit]) -> bool:
        slots = range(start, start + case.half_days)
        most = self.problem.policy.max_parallel_visits
        if most is not None and any(self.escorts.get(slot, 0) >= most for slot in slots):
            return False
        if not all(self.known.free(name, start, case.half_days) for name in team):
            return False
        others = [*own, *(visit for name in team for visit in self.visits.get(name, ()))]
        return all(self._apart(case, slots, other) for other in others)

    def _apart(self, case: Case, slots: range, other: Visit) -> bool:
        """No overlap, and on one date only between near places."""
        if other.start is None:
            return True
        if set(slots) & set(other.slots):
            return False
        dates = self.problem.slots
        touching = {dates[slot].date for slot in slots} & {dates[slot].date for slot in other.slots}
        place = self.known.case[other.case].place
        first, second = (place, case.place) if other.slots[0] < slots[0] else (case.place, place)
        return (
            not touching
            or self.problem.minutes(first, second) <= self.problem.policy.same_day_travel_minutes
        )

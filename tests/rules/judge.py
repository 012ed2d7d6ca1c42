"""Which rules a plan breaks, read off the contract's text once more: it shares no line with
`assignment.rules`, and says neither where nor in what words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from assignment.problem import Case, Pin, Problem, matches
from assignment.solution import Group, Plan, Visit


def broken(problem: Problem, plan: Plan) -> set[str]:
    """The ids of the rules that a plan breaks whose ids all exist, each member once a group."""
    judge = Judge(problem, plan)
    return {
        *(rule for group in plan.groups for rule in judge.of_group(group)),
        *judge.of_people(),
        *judge.of_the_whole(),
    }


class Judge:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan, self.policy = problem, plan, problem.policy
        self.people = {one.id: one for one in problem.reviewers}
        self.cases = {one.id: one for one in problem.cases}
        self.dates = [slot.date for slot in problem.slots]

    def effort(self, group: Group) -> int:
        return sum(self.cases[visit.case].effort for visit in group.visits)

    def slots(self, visit: Visit) -> set[int]:
        return {slot for slot in visit.slots if slot < len(self.dates)}

    def of_group(self, group: Group) -> Iterator[str]:
        policy, members = self.policy, [self.people[one] for one in group.members]
        if not policy.group_size[0] <= len(members) <= policy.group_size[1]:
            yield "H01"
        led = group.leader in group.members
        if policy.leader_required and not (led and self.people[group.leader or ""].leader):
            yield "H02"
        if group.leader is not None and not led:
            yield "H02"
        if policy.quality_required and not any(one.quality for one in members):
            yield "H03"
        if not all(self.expert(group, self.cases[visit.case]) for visit in group.visits):
            yield "H04"
        for first, second in combinations(members, 2):
            if {first.id, second.id} in [set(row[:2]) for row in self.problem.barred_pairs]:
                yield "H06"
            if policy.same_employer == "forbid" and first.employer == second.employer:
                yield "H07"
        if len(group.visits) != 1 and (not group.visits or policy.regime == "panel"):
            yield "H08"
        if self.clash(group.visits):
            yield "H13"
        least, most = policy.group_effort or (0, self.effort(group))
        if not least <= self.effort(group) <= most:
            yield "H16"
        for visit in group.visits:
            if {(one, visit.case) for one in group.members} & {r[:2] for r in self.problem.barred}:
                yield "H05"
            if any(self.slots(visit) & set(one.unavailable) for one in members):
                yield "H12"
            yield from self.of_visit(visit)

    def expert(self, group: Group, case: Case) -> bool:
        """H04; where nobody is a quality expert, H03 says so."""
        level = self.policy.industry_level
        if level == "none":
            return True
        people = [self.people[one] for one in group.members]
        fit = [
            one
            for one in people
            if any(matches(a, b, level, {}) for a in one.industries for b in case.industries)
        ]
        quality = [one for one in people if one.quality]
        if not self.policy.quality_required or not quality:
            return bool(fit)
        return any(one is not other for one in quality for other in fit)

    def of_visit(self, visit: Visit) -> Iterator[str]:
        case = self.cases[visit.case]
        sound = visit.half_days == case.half_days and (visit.start is None) == (not case.half_days)
        slots = sorted(self.slots(visit))
        gaps = any((self.dates[b] - self.dates[a]).days > 1 for a, b in pairwise(slots))
        if not sound or gaps or len(slots) < len(visit.slots) or set(slots) & set(case.closed):
            yield "H11"

    def clash(self, visits: tuple[Visit, ...]) -> bool:
        return any(self.apart(a, b) for a, b in combinations(visits, 2))

    def apart(self, first: Visit, second: Visit) -> bool:
        """Whether one party cannot make both visits."""
        first, second = sorted((first, second), key=lambda one: one.start or 0)
        one, other = self.slots(first), self.slots(second)
        if not one or not other or one & other:
            return bool(one & other)
        places = self.cases[first.case].place, self.cases[second.case].place
        far = self.problem.minutes(*places) > self.policy.same_day_travel_minutes
        return far and self.dates[max(one)] == self.dates[min(other)]

    def of_people(self) -> Iterator[str]:
        for one in self.problem.reviewers:
            groups = [group for group in self.plan.groups if one.id in group.members]
            if len(groups) > one.max_groups:
                yield "H09"
            if sum(map(self.effort, groups)) > one.max_effort:
                yield "H10"
            if any(
                self.apart(visit, later)
                for group, other in combinations(groups, 2)
                for visit in group.visits
                for later in other.visits
            ):
                yield "H13"

    def of_the_whole(self) -> Iterator[str]:
        visits = [visit for group in self.plan.groups for visit in group.visits]
        times = Counter(visit.case for visit in visits)
        out = self.plan.unassigned if self.plan.status == "partial" else ()
        if any(times[case] != 1 for case in self.cases if times[case] or case not in out):
            yield "H08"
        most = self.policy.max_parallel_visits
        use = Counter(slot for visit in visits for slot in self.slots(visit))
        if most is not None and any(count > most for count in use.values()):
            yield "H14"
        if any(not self.holds(pin) for pin in self.problem.pins or ()):
            yield "H15"
        least, most = self.policy.groups or (0, len(self.plan.groups))
        if not least <= len(self.plan.groups) <= most:
            yield "H17"

    def holds(self, pin: Pin) -> bool:
        teams = {visit.case: group for group in self.plan.groups for visit in group.visits}
        if pin.kind == "together":
            numbers = {
                next((n for n, g in enumerate(self.plan.groups) if case in g.cases), None)
                for case in pin.cases or ()
            }
            return len(numbers) <= 1
        team = teams.get(pin.case or "", Group(None, (), ()))
        return {
            "member": pin.reviewer in team.members,
            "leader": pin.reviewer == team.leader,
            "exclude": pin.reviewer not in team.members,
            "visit": (pin.case, pin.start) in [(one.case, one.start) for one in team.visits],
        }[pin.kind]

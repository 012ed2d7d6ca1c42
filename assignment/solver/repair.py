"""修补: after a decline, a moved date or a late conflict, the new plan with the fewest changes, and
what else could be done.

The groups that no longer hold are opened one by one (ladder: their seats and dates, then neighbours
by large neighbourhood search) with `changes` before every other goal. Least is proved case by case:
what a case must change whatever the other cases do adds up to a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assignment.changes import differences
from assignment.check import check
from assignment.edit import revalue
from assignment.goals import objective, scorecard
from assignment.precheck import precheck
from assignment.problem import Pin, Problem
from assignment.repairs import Repair as Repair
from assignment.repairs import Repairs as Repairs
from assignment.solution import Explanation, Plan, Visit, to_json
from assignment.solution import Group as PlanGroup
from assignment.solver import subsolve
from assignment.solver.budget import Budget, open_budget
from assignment.solver.candidates import candidates
from assignment.solver.chance import chance
from assignment.solver.data import Data
from assignment.solver.draft import Draft, Evaluator, Group, from_plan
from assignment.solver.improve import improve
from assignment.solver.limits import Limits, OnProgress, ShouldStop
from assignment.solver.price import prices
from assignment.solver.scope import Box, Outside, Scope, boxes_needed, outside_of, scope_of
from assignment.solver.search import Search
from assignment.solver.ways_out import ways_out
from assignment.violation import Violation

# CP-SAT's deterministic units for one question; each is usually answered in a tenth of one.
WORK = 8.0
# People offered to two groups that are opened together.
CANDIDATES = 60
# Of the time: until the fewest changes should be found; the rest goes to the other options.
LADDER = 0.6
# Of the time: until the search for any plan makes way for the question what else would help.
GIVE_UP = 0.75
# Seconds that may go to a cheaper plan with more changes.
CHEAPER = 4.0
# What deterministic mode counts instead of seconds: rounds of improvement, groups opened beside the
# broken ones.
ROUNDS, NEIGHBOURS = 2, 8
# What one change is worth to a plan that may change more: about what a clerk's letter and a
# telephone call are.
WEIGHT = 20


def staying_close(problem: Problem, previous: Plan) -> Problem:
    """The problem with the plan to stay close to."""
    bare = previous.with_(standbys=None, explanation=None, solver=None, levels=None)
    return replace(problem, previous=to_json(bare))


def repair(
    problem: Problem,
    previous: Plan,
    limits: Limits,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    most: int = 4,
) -> Repairs:
    """Up to `most` ways from `previous` to a plan of `problem` as it is now; none when no complete
    plan was found in time.

    `previous` may name people and firms that are gone; its slots are positions in `problem.slots`.
    """
    problem = staying_close(problem, previous)
    budget = open_budget(limits, should_stop)
    sound = _still_known(problem, previous)
    broken = tuple(one for one in check(problem, sound).violations if one.rule != "PLAN")
    closest = _Closest(problem, budget, on_progress)
    reasons = precheck(problem)
    first = (
        None
        if reasons
        else closest.run(sound, broken, LADDER, lambda: closest.bound(sound, broken))
    )
    if first is None:
        return Repairs(
            broken,
            0,
            (),
            Explanation(reasons, ways_out(problem, closest.incomplete, budget)),
        )
    bound = closest.bound(sound, broken)
    found = [first]
    while len(found) < most and not budget.over():
        other = _another(problem, sound, found, budget)
        if other is None:
            break
        found.append(other)
    cheaper = _cheaper(problem, first, budget)
    options = {_shape(plan): plan for plan in (cheaper, *found) if plan is not None}
    told = [_told(problem, sound, plan, bound) for plan in options.values()]
    return Repairs(broken, bound, tuple(sorted(told, key=lambda one: (one.changes, one.cost))))


def words(
    problem: Problem, previous: Plan, option: Repair, name: Callable[[str], str] = str
) -> tuple[str, ...]:
    """What the option changes, in sentences."""
    return differences(problem, previous, option.plan, name)


def _told(problem: Problem, previous: Plan, plan: Plan, bound: int) -> Repair:
    changes, total = plan.scorecard["changes"], plan.objective or 0
    before = objective(problem, scorecard(problem, previous) | {"changes": 0})
    return Repair(
        plan, changes, total - problem.weight("changes") * changes - before, changes <= bound
    )


def _shape(plan: Plan) -> object:
    return tuple(
        sorted(
            (
                tuple(sorted(group.members)),
                group.leader or "",
                tuple(sorted(map(str, group.visits))),
            )
            for group in plan.groups
        )
    )


def _still_known(problem: Problem, plan: Plan) -> Plan:
    """The part of the plan that speaks of people and firms there still are; visits as long as they
    are now.
    """
    groups = []
    for group in plan.groups:
        visits = tuple(
            _as_now(problem, visit) for visit in group.visits if visit.case in problem.case_index
        )
        members = tuple(one for one in group.members if one in problem.reviewer_index)
        if visits:
            groups.append(
                PlanGroup(group.leader if group.leader in members else None, members, visits)
            )
    held = {case for group in groups for case in group.cases}
    return revalue(
        problem,
        plan.with_(
            groups=tuple(groups),
            unassigned=tuple(one.id for one in problem.cases if one.id not in held),
        ),
    )


def _as_now(problem: Problem, visit: Visit) -> Visit:
    length = problem.cases[problem.case_index[visit.case]].half_days
    if not length:
        return Visit(visit.case, None, 0)
    return Visit(
        visit.case,
        0 if visit.start is None else min(visit.start, max(0, len(problem.slots) - length)),
        length,
    )


class _Closest:
    """The search for the fewest changes: the problem with `changes` first, its own goals behind."""

    def __init__(self, problem: Problem, budget: Budget, on_progress: OnProgress | None) -> None:
        self.problem, self.budget = problem, budget
        # `order` fixes which goals count first; the problem's own order comes after the changes.
        asked = replace(
            problem, order=("changes", *(goal for goal in problem.order or () if goal != "changes"))
        )
        self.data = Data(asked)
        self.search = Search(
            self.data, prices(self.data), Evaluator(self.data), budget, on_progress
        )
        self.seed = budget.limits.seed
        self.search.enter("修补")
        self._bound: int | None = None

    def run(
        self, previous: Plan, broken: Sequence[Violation], share: float, bound: Callable[[], int]
    ) -> Plan | None:
        """The best complete plan found; ends as soon as it changes no more than the bound."""
        search, data = self.search, self.data
        whole = from_plan(data, previous)
        freed = _freed(previous, broken)
        search.draft = Draft(
            tuple(group for position, group in enumerate(whole.groups) if position not in freed)
        )
        search.price = search.price_of(search.draft)
        if not broken and not previous.unassigned:
            search.price = None
            search.offer(whole)
        else:
            self._reseat(whole, sorted(freed))

        def done() -> bool:
            best = search.best
            if best is None or best.unassigned:
                return self.budget.over() or self.budget.gone(GIVE_UP)
            return best.scorecard["changes"] <= bound() or self.budget.gone(share)

        affected = {case for position in freed for case in whole.groups[position].cases} | set(
            whole.unassigned(data)
        )
        self._widen(affected, done)
        if not done():
            improve(
                search,
                chance(self.seed),
                self.budget.counted(ROUNDS),
                enough=done,
            )
        best = search.best
        return None if best is None or best.unassigned else revalue(self.problem, best)

    @property
    def incomplete(self) -> Plan | None:
        """What was found that leaves cases out."""
        best = self.search.best
        return best if best is not None and best.unassigned and best.groups else None

    def _reseat(self, whole: Draft, freed: list[int]) -> None:
        """Each opened group keeps its cases; people and dates are decided anew, among everybody who
        has room.
        """
        data, search = self.data, self.search
        loose = whole.unassigned(data)
        cases = sorted(
            {case for position in freed for case in whole.groups[position].cases} | set(loose)
        )
        if not cases:
            return
        groups = [whole.groups[position] for position in freed]
        boxes = [
            Box(
                group.cases,
                _pool(data, group.cases, outside_of(data, search.evaluator, whole, freed, cases)),
            )
            for group in groups
        ]
        boxes += [
            Box(
                (case,),
                _pool(data, (case,), outside_of(data, search.evaluator, whole, freed, cases)),
            )
            for case in loose
        ]
        scope = scope_of(data, search.evaluator, search.draft, (), cases, boxes)
        answer = self._solve(scope)
        if answer.groups is not None:
            search.offer(
                search.draft.with_groups(
                    (), [group for group in answer.groups if group is not None]
                )
            )

    def _solve(self, scope: Scope) -> subsolve.Answer:
        model = subsolve.build(self.data, scope)
        workers = self.budget.workers
        allowance = subsolve.Allowance(
            max(0.05, LADDER * self.budget.left), WORK, workers, self.seed, interleave=True
        )
        return subsolve.watched(model, allowance, self.budget)

    def _widen(self, affected: set[int], done: Callable[[], bool]) -> None:
        """The groups of the affected cases once with each other group: cases and people may pass
        between the two.
        """
        data, search, random = self.data, self.search, chance(self.seed)
        left = [group for group in search.draft.groups if affected.isdisjoint(group.cases)]
        left.sort(key=lambda group: -sum(self._takes(group, case) for case in affected))
        for other in left[: self.budget.counted(NEIGHBOURS)]:
            if done():
                return
            if other not in search.draft.groups:
                continue
            positions = [
                place
                for place, group in enumerate(search.draft.groups)
                if group == other or not affected.isdisjoint(group.cases)
            ]
            groups = [search.draft.groups[place] for place in positions]
            cases = sorted(
                {case for group in groups for case in group.cases}
                | set(search.draft.unassigned(data))
            )
            outside = outside_of(data, search.evaluator, search.draft, positions, cases)
            present = {one for group in groups for one in group.members}
            present |= {
                one for case in cases if case in data.former for one in data.former[case].members
            }
            people = candidates(data, outside, cases, present, CANDIDATES, random)
            boxes = [Box(tuple(cases), people, group) for group in groups]
            boxes += [Box(tuple(cases), people)] * (len(boxes) < boxes_needed(data, outside)[1])
            answer = self._solve(
                scope_of(data, search.evaluator, search.draft, positions, cases, boxes)
            )
            if answer.groups is not None:
                search.offer(
                    search.draft.with_groups(
                        positions, [group for group in answer.groups if group is not None]
                    )
                )

    def _takes(self, group: Group, case: int) -> bool:
        """Whether a group could take a case as it is, at some start that suits its people; its own
        visits aside.
        """
        data = self.data
        if any(one in data.forbidden[case] for one in group.members) or not any(
            data.is_specialist(one, case) for one in group.members
        ):
            return False
        free = data.all_slots
        for one in group.members:
            free &= data.available[one]
        return not data.has_visit(case) or any(
            not data.cover(case, start) & ~free for start in data.usable_starts[case]
        )

    def bound(self, previous: Plan, broken: Sequence[Violation]) -> int:
        """Group by group: how much must change for its cases alone, with everybody else's work
        forgotten; groups add up.
        """
        if self._bound is None:
            self._bound = self._counted(previous, broken)
        return self._bound

    def _counted(self, previous: Plan, broken: Sequence[Violation]) -> int:
        data, held = self.data, set[int]()
        total, freed = 0, _freed(previous, broken)
        gone = {case for case, former in data.former.items() if former.gone or former.leader_gone}
        for position, group in enumerate(previous.groups):
            cases = [
                data.c_index[case] for case in group.cases if data.c_index[case] in data.former
            ]
            held.update(cases)
            if cases and (position in freed or not gone.isdisjoint(cases)):
                total += min(self._together(cases), self._apart(cases))
        return total + sum(data.former[case].gone for case in gone - held)

    def _forced(self, case: int) -> int:
        former = self.data.former[case]
        return (
            former.gone
            + former.leader_gone
            + sum(1 for one in former.members if one in self.data.forbidden[case])
        )

    def _together(self, cases: list[int]) -> int:
        """The least changes of a group's cases when they stay in one group, with everybody in the
        pool free for it.
        """
        forced = sum(self._forced(case) for case in cases)
        pins = tuple(pin for pin in self.problem.pins or () if pin.kind != "together")
        policy = replace(self.problem.policy, groups=None, group_effort=None)
        single = Data(
            replace(self.problem, order=None, weights={"changes": 1}, pins=pins, policy=policy)
        )
        box = Box(tuple(cases), _pool(single, cases, Outside()))
        model = subsolve.build(single, Scope((box,), tuple(cases), Outside(), ()), elastic=False)
        answer = subsolve.watched(
            model,
            subsolve.Allowance(max(0.05, LADDER / 2 * self.budget.left), WORK, seed=self.seed),
            self.budget,
        )
        if answer.infeasible:
            return 1 << 30
        return (
            max(forced, answer.bound)
            if answer.bound is not None and not answer.squeezed
            else forced
        )

    def _apart(self, cases: list[int]) -> int:
        """The least changes when the cases part: a former member with one seat is missed by the
        smaller part, who is gone by all.
        """
        if len(cases) < 2:
            return 1 << 30
        data, former = self.data, self.data.former[cases[0]]
        if any(self.data.former[case].members != former.members for case in cases):
            return sum(self._forced(case) for case in cases)
        out = {one for one in former.members if not data.max_groups[one]}
        single = [one for one in former.members - out if data.max_groups[one] == 1]
        leader = former.leader_gone or former.leader in out
        led = len(cases) if leader else int(former.leader in single)
        return (former.gone + len(out)) * len(cases) + len(single) + led


def _freed(plan: Plan, broken: Sequence[Violation]) -> set[int]:
    return {position for one in broken for position in one.groups if position < len(plan.groups)}


def _pool(data: Data, cases: Sequence[int], outside: Outside) -> tuple[int, ...]:
    """Everybody with a seat left who is barred from none of the cases and has room for the least of
    them.
    """
    least = min((data.effort[case] for case in cases), default=0)
    return tuple(
        one
        for one in range(data.n_reviewers)
        if outside.serves.get(one, 0) < data.max_groups[one]
        and outside.effort.get(one, 0) + least <= data.max_effort[one]
        and not all(one in data.forbidden[case] for case in cases)
    )


def _another(
    problem: Problem, previous: Plan, found: Sequence[Plan], budget: Budget
) -> Plan | None:
    """The fewest changes without what the options so far chose: their newcomers stay away, their
    new dates are closed.
    """
    before = {case: group for group in previous.groups for case in group.cases}
    pins: list[Pin] = []
    closed: dict[str, set[int]] = {}
    for plan in found:
        for group in plan.groups:
            for visit in group.visits:
                former = before.get(visit.case)
                known = former.members if former else ()
                pins += [
                    Pin("exclude", one, visit.case) for one in group.members if one not in known
                ]
                was = (
                    next((one.start for one in former.visits if one.case == visit.case), None)
                    if former
                    else None
                )
                if visit.start is not None and visit.start != was:
                    closed.setdefault(visit.case, set()).add(visit.start)
    if not pins and not closed:
        return None
    cases = tuple(
        replace(one, closed=tuple(sorted({*one.closed, *closed.get(one.id, ())})))
        for one in problem.cases
    )
    narrowed = replace(problem, cases=cases, pins=(*(problem.pins or ()), *dict.fromkeys(pins)))
    hindered = tuple(one for one in check(narrowed, previous).violations if one.rule != "PLAN")
    searched = _Closest(narrowed, budget, None)
    least = min(one.scorecard["changes"] for one in found)
    other = searched.run(previous, hindered, (1 + budget.share) / 2, lambda: least)
    return None if other is None else revalue(problem, other)


def _cheaper(problem: Problem, first: Plan, budget: Budget) -> Plan | None:
    """More may change if it pays: a few seconds of search from the closest plan with a price on
    every change.
    """
    if budget.over():
        return None
    weights = {**problem.weights, "changes": max(WEIGHT, problem.weight("changes"))}
    data = Data(replace(problem, weights=weights, order=None))
    search = Search(data, prices(data), Evaluator(data), budget)
    search.offer(from_plan(data, first))
    end = min(budget.elapsed + CHEAPER, budget.limit)
    improve(
        search,
        chance(budget.limits.seed + 1),
        budget.counted(ROUNDS),
        enough=lambda: budget.past(end),
    )
    best = search.best
    if best is None or best.unassigned:
        return None
    plan = revalue(problem, best)
    return plan if _other_goals(problem, plan) < _other_goals(problem, first) else None


def _other_goals(problem: Problem, plan: Plan) -> int:
    return (plan.objective or 0) - problem.weight("changes") * plan.scorecard["changes"]

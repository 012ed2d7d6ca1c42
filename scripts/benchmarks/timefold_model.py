"""The contract as Timefold's constraint streams.

Every lambda runs in Java's machine after translation, so facts are plain attributes.
"""
# mypy: ignore-errors
# Timefold reads the annotations when classes are made, so they may not be postponed, and carries no
# types of its own.

from dataclasses import dataclass, field
from typing import Annotated

from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    TerminationConfig,
)
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)

from assignment.goals import objective, scorecard
from assignment.lookup import look_up
from assignment.problem import Problem
from assignment.solution import Group, Plan, Visit
from assignment.solver.limits import Limits

NEVER = 10_000


@dataclass
class Person:
    id: Annotated[str, PlanningId]
    quality: bool
    leader: bool
    seniority: int
    employer: str
    carried: int
    most: int
    away: list[int]
    foes: list[str]


@dataclass
class Box:
    id: Annotated[int, PlanningId]


@dataclass
class Moment:
    """A half-day; `run` is how many follow one another from it on."""

    id: Annotated[int, PlanningId]
    day: int


@planning_entity
@dataclass
class Seat:
    id: Annotated[int, PlanningId]
    box: Box
    lead: bool
    person: Annotated[Person | None, PlanningVariable] = field(default=None)


@planning_entity
@dataclass
class Stay:
    id: Annotated[str, PlanningId]
    length: int
    effort: int
    place: int
    minutes: list[int]  # to every place
    starts: list[int]
    able: list[str]
    fine: list[str]  # whose trade fits to the group level
    fair: list[str]  # to the division
    barred: list[str]
    box: Annotated[Box | None, PlanningVariable] = field(default=None)
    moment: Annotated[Moment | None, PlanningVariable] = field(default=None)


@planning_solution
@dataclass
class Year:
    people: Annotated[list[Person], ProblemFactCollectionProperty, ValueRangeProvider]
    boxes: Annotated[list[Box], ProblemFactCollectionProperty, ValueRangeProvider]
    moments: Annotated[list[Moment], ProblemFactCollectionProperty, ValueRangeProvider]
    seats: Annotated[list[Seat], PlanningEntityCollectionProperty]
    stays: Annotated[list[Stay], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


def _overlap(one: Stay, other: Stay) -> bool:
    return (
        one.moment.id < other.moment.id + other.length
        and other.moment.id < one.moment.id + one.length
    )


def _absent(person: Person, stay: Stay) -> bool:
    # A plain loop: generators are not translated.
    for slot in person.away:  # noqa: SIM110
        if stay.moment.id <= slot < stay.moment.id + stay.length:
            return True
    return False


def _rules(problem: Problem):
    policy, weight = problem.policy, problem.weight
    day = {position: slot.date.toordinal() for position, slot in enumerate(problem.slots)}
    days = [day[position] for position in range(len(problem.slots))]
    far, most = policy.same_day_travel_minutes, policy.max_parallel_visits
    low, high = policy.group_effort or (0, NEVER)
    w_specialist, w_workload, w_span = weight("specialist"), weight("workload"), weight("span")
    w_leadership, w_route = weight("leadership"), weight("route")
    apart = policy.same_employer == "forbid"

    def too_far(one: Stay, other: Stay) -> bool:
        first, second = (one, other) if one.moment.id < other.moment.id else (other, one)
        last = min(first.moment.id + first.length - 1, len(days) - 1)
        return days[last] == days[second.moment.id] and first.minutes[second.place] > far

    def leader(f: ConstraintFactory):
        return (
            f.for_each(Seat)
            .filter(lambda s: s.lead and not s.person.leader)
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H02")
        )

    def quality(f: ConstraintFactory):
        return (
            f.for_each(Box)
            .if_not_exists(
                Seat,
                Joiners.equal(lambda b: b.id, lambda s: s.box.id),
                Joiners.filtering(lambda b, s: s.person.quality),
            )
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H03")
        )

    def specialist(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .if_not_exists(
                Seat,
                Joiners.equal(lambda v: v.box.id, lambda s: s.box.id),
                Joiners.filtering(lambda v, s: s.person.id in v.able),
            )
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H04")
        )

    def recusal(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .join(Seat, Joiners.equal(lambda v: v.box.id, lambda s: s.box.id))
            .filter(lambda v, s: s.person.id in v.barred)
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H05")
        )

    def together(f: ConstraintFactory):
        return (
            f.for_each_unique_pair(Seat, Joiners.equal(lambda s: s.box.id))
            .filter(
                lambda a, b: (
                    b.person.id in a.person.foes
                    or (apart and a.person.employer == b.person.employer)
                )
            )
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H06 H07")
        )

    def once(f: ConstraintFactory):
        return (
            f.for_each_unique_pair(Seat, Joiners.equal(lambda s: s.person.id))
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H09")
        )

    def load(f: ConstraintFactory):
        return (
            f.for_each(Seat)
            .join(Stay, Joiners.equal(lambda s: s.box.id, lambda v: v.box.id))
            .group_by(lambda s, v: s.person, ConstraintCollectors.sum(lambda s, v: v.effort))
            .filter(lambda p, effort: effort > p.most)
            .penalize(HardSoftScore.ONE_HARD, lambda p, effort: effort - p.most)
            .as_constraint("H10")
        )

    def start(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .filter(lambda v: v.moment.id not in v.starts)
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H11")
        )

    def free(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .join(Seat, Joiners.equal(lambda v: v.box.id, lambda s: s.box.id))
            .filter(lambda v, s: _absent(s.person, v))
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H12")
        )

    def clash(f: ConstraintFactory):
        return (
            f.for_each_unique_pair(Stay, Joiners.equal(lambda v: v.box.id))
            .filter(lambda a, b: _overlap(a, b) or too_far(a, b))
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H13")
        )

    def escorts(f: ConstraintFactory):
        limit = most if most is not None else NEVER
        return (
            f.for_each(Moment)
            .join(
                Stay, Joiners.filtering(lambda m, v: v.moment.id <= m.id < v.moment.id + v.length)
            )
            .group_by(lambda m, v: m, ConstraintCollectors.count_bi())
            .filter(lambda m, count: count > limit)
            .penalize(HardSoftScore.ONE_HARD, lambda m, count: count - limit)
            .as_constraint("H14")
        )

    def share(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .group_by(lambda v: v.box, ConstraintCollectors.sum(lambda v: v.effort))
            .filter(lambda b, effort: effort < low or effort > high)
            .penalize(HardSoftScore.ONE_HARD, lambda b, effort: max(low - effort, effort - high))
            .as_constraint("H16")
        )

    def used(f: ConstraintFactory):
        return (
            f.for_each(Box)
            .if_not_exists(Stay, Joiners.equal(lambda b: b.id, lambda v: v.box.id))
            .penalize(HardSoftScore.ONE_HARD)
            .as_constraint("H17")
        )

    def fit(f: ConstraintFactory):
        def missing(level: str):
            return (
                f.for_each(Stay)
                .if_not_exists(
                    Seat,
                    Joiners.equal(lambda v: v.box.id, lambda s: s.box.id),
                    Joiners.filtering(
                        (lambda v, s: s.person.id in v.fine)
                        if level == "fine"
                        else (lambda v, s: s.person.id in v.fair)
                    ),
                )
                .penalize(HardSoftScore.ONE_SOFT, lambda v: w_specialist)
                .as_constraint(f"specialist {level}")
            )

        return [missing("fine"), missing("fair")]

    def workload(f: ConstraintFactory):
        return (
            f.for_each(Seat)
            .join(Stay, Joiners.equal(lambda s: s.box.id, lambda v: v.box.id))
            .group_by(lambda s, v: s.person, ConstraintCollectors.sum(lambda s, v: v.effort))
            .penalize(
                HardSoftScore.ONE_SOFT,
                lambda p, effort: w_workload * effort * (2 * p.carried + effort),
            )
            .as_constraint("workload")
        )

    def span(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .group_by(ConstraintCollectors.max(lambda v: v.moment.id + v.length))
            .penalize(HardSoftScore.ONE_SOFT, lambda last: w_span * last)
            .as_constraint("span")
        )

    def leadership(f: ConstraintFactory):
        return (
            f.for_each(Seat)
            .filter(lambda s: s.lead)
            .penalize(HardSoftScore.ONE_SOFT, lambda s: w_leadership * (5 - s.person.seniority))
            .as_constraint("leadership")
        )

    def route(f: ConstraintFactory):
        return (
            f.for_each(Stay)
            .join(Stay, Joiners.equal(lambda v: v.box.id), Joiners.less_than(lambda v: v.moment.id))
            .if_not_exists(
                Stay,
                Joiners.equal(lambda a, b: a.box.id, lambda c: c.box.id),
                Joiners.filtering(lambda a, b, c: a.moment.id < c.moment.id < b.moment.id),
            )
            .penalize(HardSoftScore.ONE_SOFT, lambda a, b: w_route * a.minutes[b.place])
            .as_constraint("route")
        )

    @constraint_provider
    def rules(f: ConstraintFactory):
        soft = [*fit(f), workload(f), span(f), leadership(f), route(f)]
        hard = [
            specialist(f),
            recusal(f),
            together(f),
            once(f),
            load(f),
            start(f),
            free(f),
            clash(f),
            escorts(f),
            share(f),
            used(f),
        ]
        if policy.leader_required:
            hard.append(leader(f))
        if policy.quality_required:
            hard.append(quality(f))
        return [*hard, *soft]

    return rules


def _year(problem: Problem) -> Year:
    known, policy = look_up(problem), problem.policy
    foes = {one.id: [] for one in problem.reviewers}
    for one, other, _ in problem.barred_pairs:
        foes[one].append(other)
        foes[other].append(one)
    people = [
        Person(
            one.id,
            one.quality,
            one.leader,
            one.seniority,
            one.employer,
            one.carried_effort,
            one.max_effort,
            list(one.unavailable),
            foes[one.id],
        )
        for one in problem.reviewers
        if one.max_groups
    ]
    effort = sum(case.effort for case in problem.cases)
    low, high = policy.groups or (1, len(problem.cases))
    middle = sum(policy.group_effort) // 2 if policy.group_effort else 9
    boxes = [Box(number) for number in range(max(low, min(high, round(effort / max(1, middle)))))]
    size = policy.group_size[0]
    seats = [
        Seat(box.id * size + number, box, number == 0) for box in boxes for number in range(size)
    ]
    stays = []
    for case in problem.cases:
        ranks = {one.id: known.match(one.id, case.id) for one in problem.reviewers}
        stays.append(
            Stay(
                case.id,
                case.half_days,
                case.effort,
                problem.place_index[case.place],
                list(problem.travel_minutes[problem.place_index[case.place]]),
                list(known.starts[case.id]) if case.half_days else list(range(len(problem.slots))),
                sorted(known.specialists[case.id] - known.recused[case.id]),
                [one for one, rank in ranks.items() if rank == 0],
                [one for one, rank in ranks.items() if rank <= 1],
                sorted(known.recused[case.id]),
            )
        )
    moments = [
        Moment(position, slot.date.toordinal()) for position, slot in enumerate(problem.slots)
    ]
    return Year(people, boxes, moments, seats, stays)


def solve(problem: Problem, limits: Limits) -> Plan | None:
    config = SolverConfig(
        solution_class=Year,
        entity_class_list=[Seat, Stay],
        score_director_factory_config=ScoreDirectorFactoryConfig(
            constraint_provider_function=_rules(problem)
        ),
        termination_config=TerminationConfig(
            spent_limit=Duration(milliseconds=round(1000 * limits.time_limit))
        ),
        random_seed=limits.seed,
    )
    answer = SolverFactory.create(config).build_solver().solve(_year(problem))
    groups, placed = (
        [],
        [stay for stay in answer.stays if stay.box is not None and stay.moment is not None],
    )
    for box in answer.boxes:
        members = [
            seat for seat in answer.seats if seat.box.id == box.id and seat.person is not None
        ]
        visits = tuple(
            Visit(stay.id, stay.moment.id if stay.length else None, stay.length)
            for stay in placed
            if stay.box.id == box.id
        )
        if visits:
            leader = next((seat.person.id for seat in members if seat.lead), None)
            groups.append(
                Group(leader, tuple(dict.fromkeys(seat.person.id for seat in members)), visits)
            )
    # The construction may not be over when the time is: what it has not reached is left out.
    held = {stay.id for stay in placed}
    left = tuple(case.id for case in problem.cases if case.id not in held)
    plan = Plan(problem.digest, "partial" if left else "feasible", tuple(groups), unassigned=left)
    values = scorecard(problem, plan)
    return plan.with_(scorecard=values, objective=objective(problem, values))

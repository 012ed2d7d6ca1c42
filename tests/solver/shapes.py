"""Problems of every shape for the campaign: usual ones, and those at the edges of what a file may
say. Same number, same problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from assignment import problem as problems
from assignment.problem import GOALS, Pin, Policy, Problem
from tests import instances

Shape = Callable[[Random, str], Problem]


def problem(number: int) -> Problem:
    """The shapes take turns; within a shape every problem differs.

    What comes out is what a file could have said.
    """
    names = tuple(SHAPES)
    name = names[number % len(names)]
    made = SHAPES[name](Random(f"{name}/{number}"), f"{name}-{number}")
    return problems.parse(problems.to_json(made))


def _usual(rng: Random, name: str) -> Problem:
    return instances.build(rng, name, rng.randint(1, 10), rng.randint(3, 24), rng.randint(3, 16))


def _larger(rng: Random, name: str) -> Problem:
    return instances.build(
        rng, name, rng.randint(15, 40), rng.randint(40, 120), rng.randint(20, 40)
    )


def _one_expert(rng: Random, name: str) -> Problem:
    return instances.build(rng, name, rng.randint(1, 5), 1, rng.randint(2, 8))


def _nobody(rng: Random, name: str) -> Problem:
    return instances.build(rng, name, rng.randint(0, 4), 0, rng.randint(0, 4))


def _no_slots(rng: Random, name: str) -> Problem:
    return instances.build(rng, name, rng.randint(0, 6), rng.randint(0, 10), 0)


def _no_visits(rng: Random, name: str) -> Problem:
    made = instances.build(rng, name, rng.randint(1, 12), rng.randint(4, 20), rng.choice((0, 6)))
    return replace(
        made,
        cases=tuple(replace(case, half_days=0) for case in made.cases),
        pins=None,
        previous=None,
    )


def _all_barred(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    share = rng.choice((0.7, 0.9, 1.0))
    pairs = [
        (one.id, case.id, "EMPLOYMENT")
        for one in made.reviewers
        for case in made.cases
        if rng.random() < share
    ]
    return replace(made, barred=tuple(pairs))


def _nobody_together(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    ids = [one.id for one in made.reviewers]
    return replace(
        made,
        barred_pairs=tuple(
            (a, b, "SAME_GROUP_KIN") for a in ids for b in ids if a < b and rng.random() < 0.9
        ),
    )


def _huge_window(rng: Random, name: str) -> Problem:
    return instances.build(
        rng, name, rng.randint(1, 6), rng.randint(3, 14), rng.choice((200, 520, 1040))
    )


def _long_visits(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    return replace(
        made,
        cases=tuple(
            replace(case, half_days=rng.choice((4, 10, 40)), effort=rng.choice((0, 900)))
            for case in made.cases
        ),
    )


def _all_pinned(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    pins: list[Pin] = []
    for case in made.cases if made.reviewers else ():
        pins += [
            Pin("member", one.id, case.id)
            for one in rng.sample(made.reviewers, min(len(made.reviewers), rng.randint(1, 3)))
        ]
        pins.append(Pin("leader", rng.choice(made.reviewers).id, case.id))
        if made.slots:
            pins.append(Pin("visit", case=case.id, start=rng.randrange(len(made.slots))))
    if len(made.cases) > 1 and rng.random() < 0.5:
        pins.append(Pin("together", cases=tuple(case.id for case in made.cases)))
    return replace(made, pins=tuple(dict.fromkeys(pins)))


def _contradicting_pins(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    if not made.reviewers or not made.cases:
        return made
    one, case = rng.choice(made.reviewers).id, rng.choice(made.cases).id
    return replace(made, pins=(Pin("member", one, case), Pin("exclude", one, case)))


def _too_much_asked(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    size = rng.choice(((9, 9), (1, 1), (6, 40)))
    groups = rng.choice(((0, 0), (len(made.cases) + 1, len(made.cases) + 3), (1, 1)))
    effort = rng.choice(((0, 0), (50, 60), None))
    policy = replace(
        made.policy,
        group_size=size,
        groups=groups,
        group_effort=effort,
        max_parallel_visits=rng.choice((0, 1, None)),
        industry_level="group",
    )
    return replace(made, policy=policy)


def _nothing_asked(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    policy = Policy(
        rng.choice(("standing", "panel")), (1, 30), "none", False, False, "allow", 10_000
    )
    return replace(made, policy=policy, barred=(), barred_pairs=(), pins=None)


def _all_alike(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    if not made.reviewers or not made.cases:
        return made
    first, case = made.reviewers[0], made.cases[0]
    reviewers = tuple(replace(first, id=one.id, employer=one.employer) for one in made.reviewers)
    return replace(
        made,
        reviewers=reviewers,
        cases=tuple(replace(case, id=one.id) for one in made.cases),
        pins=None,
        previous=None,
    )


def _one_employer(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    return replace(made, reviewers=tuple(replace(one, employer="U") for one in made.reviewers))


def _always_away(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    share = rng.choice((0.6, 0.95, 1.0))
    away = [
        tuple(slot for slot in range(len(made.slots)) if rng.random() < share)
        for _ in made.reviewers
    ]
    return replace(
        made,
        reviewers=tuple(
            replace(one, unavailable=days) for one, days in zip(made.reviewers, away, strict=True)
        ),
    )


def _no_work_allowed(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    changed = tuple(
        replace(one, max_effort=rng.choice((0, 0, 1)), max_groups=rng.choice((0, 1, 50)))
        for one in made.reviewers
    )
    return replace(made, reviewers=changed)


def _every_goal_in_order(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    return replace(
        made,
        order=tuple(rng.sample(GOALS, len(GOALS))),
        weights={goal: rng.randint(0, 1000) for goal in GOALS},
    )


def _enormous_numbers(rng: Random, name: str) -> Problem:
    made = _usual(rng, name)
    far = tuple(
        tuple(0 if a == b else rng.choice((1, 1_000_000)) for b in range(len(made.places)))
        for a in range(len(made.places))
    )
    people = tuple(
        replace(one, carried_effort=rng.choice((0, 1_000_000)), max_effort=1_000_000)
        for one in made.reviewers
    )
    return replace(
        made,
        weights={goal: rng.choice((0, 1, 1_000_000)) for goal in GOALS},
        travel_minutes=far,
        reviewers=people,
    )


def _no_goal(rng: Random, name: str) -> Problem:
    return replace(_usual(rng, name), weights={}, order=None)


SHAPES: dict[str, Shape] = {
    "usual": _usual,
    "one expert": _one_expert,
    "all barred": _all_barred,
    "huge window": _huge_window,
    "all pinned": _all_pinned,
    "nobody": _nobody,
    "too much asked": _too_much_asked,
    "larger": _larger,
    "no slots": _no_slots,
    "nothing asked": _nothing_asked,
    "nobody together": _nobody_together,
    "contradicting pins": _contradicting_pins,
    "always away": _always_away,
    "long visits": _long_visits,
    "every goal in order": _every_goal_in_order,
    "no visits": _no_visits,
    "all alike": _all_alike,
    "one employer": _one_employer,
    "no work allowed": _no_work_allowed,
    "enormous numbers": _enormous_numbers,
    "no goal": _no_goal,
}

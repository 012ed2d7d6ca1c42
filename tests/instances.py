"""Random problems for tests: all shapes of the contract, degenerate ones included. The same seed
gives the same problem.

`tiny` problems are small enough for `tests.brute`; `small` ones are what a solver finishes in a
second or two.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from assignment import problem as problems
from assignment.problem import GOALS, Problem

CODES = ("C", "17", "171", "1711", "1712", "181", "44")
KINDS = ("EMPLOYMENT", "CONSULTING", "另有情形")


def tiny(seed: int) -> Problem:
    """At most 4 cases, 6 reviewers, 6 slots; one in ten lacks cases, reviewers or slots
    altogether.
    """
    rng = Random(seed)
    sizes = [rng.randint(1, 4), rng.randint(3, 6), rng.randint(3, 6)]
    if rng.random() < 0.08:
        sizes[rng.randrange(3)] = rng.choice((0, 1))
    return build(rng, f"tiny-{seed}", *sizes)


def small(seed: int) -> Problem:
    """4-10 cases, 10-24 reviewers, 8-16 slots."""
    rng = Random(seed)
    return build(rng, f"small-{seed}", rng.randint(4, 10), rng.randint(10, 24), rng.randint(8, 16))


def build(rng: Random, name: str, cases: int, reviewers: int, slots: int) -> Problem:
    """A problem of the given size.

    `ease` decides how often rules bite, so that some are impossible and most are not.
    """
    ease = rng.choice((0.6, 0.9, 0.95, 0.98))
    places = [f"T{number}" for number in range(rng.randint(1, 4))]
    document: dict[str, Any] = {
        "format": problems.FORMAT,
        "id": name,
        "slots": _slots(rng, slots),
        "places": places,
        "travel_minutes": _travel(rng, len(places)),
        "reviewers": [
            _reviewer(rng, f"E{number}", places, slots, ease) for number in range(reviewers)
        ],
        "cases": [_case(rng, f"A{number}", places, slots, ease) for number in range(cases)],
        "policy": _policy(rng, cases, reviewers, ease),
        "weights": {goal: rng.randint(0, 9) for goal in GOALS if rng.random() < 0.6},
    }
    people, firms = (
        [f"E{number}" for number in range(reviewers)],
        [f"A{number}" for number in range(cases)],
    )
    rate = (1 - ease) / 3
    document["barred"] = [
        [one, firm, rng.choice(KINDS)] for one in people for firm in firms if rng.random() < rate
    ]
    document["barred_pairs"] = [
        [one, other, "SAME_GROUP_KIN"]
        for one in people
        for other in people
        if one != other and rng.random() < rate / max(1, reviewers)
    ]
    document["discouraged"] = [
        [one, firm, "PRIOR_REVIEW", rng.randint(0, 5)]
        for one in people
        for firm in firms
        if rng.random() < 0.15
    ]
    if rng.random() < 0.4:
        document["affinity"] = [
            [one, firm, rng.randint(-2, 9)]
            for one in people
            for firm in firms
            if rng.random() < 0.6
        ]
    if rng.random() < 0.25:
        document["order"] = rng.sample(GOALS, rng.randint(1, 3))
    if people and firms and rng.random() < 0.3:
        document["pins"] = [_pin(rng, people, firms, slots) for _ in range(rng.randint(1, 2))]
    if people and firms and rng.random() < 0.25:
        document["previous"] = _previous(rng, people, document["cases"], slots)
    return problems.parse(document)


def _slots(rng: Random, count: int) -> list[dict[str, str]]:
    """Half-days from a Monday or a Thursday on, over weekends, a few missing."""
    day = date(2026, 9, rng.choice((7, 10)))
    halves: list[dict[str, str]] = []
    while len(halves) < count:
        if day.weekday() < 5:
            halves += [
                {"date": day.isoformat(), "half": half}
                for half in ("AM", "PM")
                if rng.random() < 0.97
            ]
        day += timedelta(days=1)
    return halves[:count]


def _travel(rng: Random, count: int) -> list[list[int]]:
    minutes = [
        [0 if a == b else rng.choice((5, 20, 60, 61, 90)) for b in range(count)]
        for a in range(count)
    ]
    if rng.random() < 0.8:
        for a in range(count):
            for b in range(a):
                minutes[a][b] = minutes[b][a]
    return minutes


def _reviewer(rng: Random, name: str, places: list[str], slots: int, ease: float) -> dict[str, Any]:
    return {
        "id": name,
        "quality": rng.random() < ease - 0.2,
        "industries": rng.sample(CODES, rng.randint(1, 4) if rng.random() < ease else 0),
        "leader": rng.random() < ease,
        "seniority": rng.randint(1, 5),
        "employer": f"U{rng.randint(0, 12)}",
        "place": rng.choice(places),
        "unavailable": [slot for slot in range(slots) if rng.random() < (1 - ease) / 2],
        "max_effort": rng.choice((0, 2, 5, 9, 20, 20)) if rng.random() > ease else 20,
        "carried_effort": rng.choice((0, 0, 2, 7)),
        "max_groups": rng.choice((1, 1, 1, 2, 3)) if rng.random() < ease else rng.randint(0, 2),
    }


def _case(rng: Random, name: str, places: list[str], slots: int, ease: float) -> dict[str, Any]:
    return {
        "id": name,
        "industries": rng.sample(CODES, rng.randint(1, 2)),
        "place": rng.choice(places),
        "half_days": rng.choice((0, 1, 1, 1, 2, 2, 3)),
        "effort": rng.randint(0, 4),
        "closed": [slot for slot in range(slots) if rng.random() < (1 - ease) / 2],
        "award": rng.choice(("QUALITY", "INNOVATION")),
    }


def _policy(rng: Random, cases: int, reviewers: int, ease: float) -> dict[str, Any]:
    smallest = rng.choice((1, 1, 1, 2, 3)) if reviewers < 10 else rng.choice((2, 3, 3))
    policy: dict[str, Any] = {
        "regime": rng.choice(("standing", "standing", "panel")),
        "group_size": [smallest, smallest + rng.randint(0, 2)],
        "industry_level": rng.choice(("section", "section", "division", "group", "none", "none")),
        "quality_required": rng.random() < 0.6,
        "leader_required": rng.random() < 0.7,
        "same_employer": rng.choice(("forbid", "allow")),
        "same_day_travel_minutes": rng.choice((0, 30, 60, 90)),
    }
    if rng.random() < 0.5:
        low = rng.randint(0, (cases + 1) // 2)
        policy["groups"] = [
            low,
            rng.randint(low, max(low, cases)) if rng.random() > ease else max(low, cases),
        ]
    if rng.random() < 0.4:
        low = rng.randint(0, 2) if rng.random() > ease else 0
        policy["group_effort"] = [low, low + rng.randint(4, 12)]
    if rng.random() < 0.5:
        policy["max_parallel_visits"] = (
            rng.randint(1, 3) if rng.random() < ease else rng.randint(0, 1)
        )
    return policy


def _pin(rng: Random, people: list[str], firms: list[str], slots: int) -> dict[str, Any]:
    kind = rng.choice(("member", "leader", "exclude", "exclude", "exclude", "visit", "together"))
    if kind == "together" or (kind == "visit" and slots == 0):
        return {"kind": "together", "cases": rng.sample(firms, min(len(firms), 2))}
    if kind == "visit":
        return {"kind": "visit", "case": rng.choice(firms), "start": rng.randrange(slots)}
    return {"kind": kind, "reviewer": rng.choice(people), "case": rng.choice(firms)}


def _previous(
    rng: Random, people: list[str], cases: list[dict[str, Any]], slots: int
) -> dict[str, Any]:
    """Some former plan, not a good one: it may name people and firms who are no longer there."""
    groups = []
    for case in [*cases, {"id": "A99", "half_days": 1}]:
        if rng.random() < 0.8:
            members = rng.sample([*people, "E99"], min(len(people), 2))
            start = rng.randrange(slots) if case["half_days"] and slots else None
            visit = {"case": case["id"], "start": start, "half_days": case["half_days"]}
            groups.append(
                {"leader": rng.choice([*members, None]), "members": members, "visits": [visit]}
            )
    return {
        "format": "assignment-plan/1",
        "problem_digest": "0" * 64,
        "status": "feasible",
        "groups": groups,
        "objective": 0,
        "bound": None,
        "scorecard": {},
    }

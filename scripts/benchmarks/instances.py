"""造题: random problems shaped like a real year at four sizes, for `expert-pool benchmark`.

Same size and seed, same problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import hypot
from random import Random

from assignment.problem import Case, Half, Policy, Problem, Regime, Reviewer, Slot, parse, to_json


@dataclass(frozen=True)
class Size:
    reviewers: int
    cases: int
    days: int
    places: int
    parallel: int
    time_limit: int


SIZES = {
    "county": Size(40, 12, 15, 12, 3, 10),
    "city": Size(200, 60, 30, 20, 6, 60),
    "province": Size(1000, 300, 60, 40, 14, 300),
    "stress": Size(5000, 1000, 60, 80, 45, 600),
}
# Two halves of each code list: what a region's clusters make, and what every town has.
CLUSTERS = (
    "1763",
    "1819",
    "3352",
    "3251",
    "2438",
    "3591",
    "3670",
    "3483",
    "3515",
    "3831",
    "2822",
    "3581",
    "3969",
    "1373",
    "1530",
    "1512",
)
COMMON = (
    "4710",
    "6513",
    "6621",
    "8411",
    "8336",
    "5810",
    "7020",
    "4610",
    "5111",
    "7320",
    "0412",
    "4430",
)
SPECIALISTS = 4  # at least, for every case
BARS = ("EMPLOYMENT", "CONSULTING", "COMPETITOR", "RELATIVE_EMPLOYED", "SELF_DECLARED")
WEIGHTS = {
    "specialist": 100,
    "workload": 2,
    "route": 1,
    "commute": 0,
    "span": 2,
    "leadership": 10,
    "extra": 50,
    "discouraged": 30,
}


def generate(size_name: str, seed: int, regime: Regime = "standing") -> Problem:
    size = SIZES[size_name]
    random = Random(f"{size_name}/{regime}/{seed}")
    points = [(random.uniform(0, 50), random.uniform(0, 50)) for _ in range(size.places)]
    slots = _slots(size.days)
    reviewers = tuple(
        _reviewer(random, position, size, len(slots), regime) for position in range(size.reviewers)
    )
    cases = tuple(_case(random, position, size, len(slots)) for position in range(size.cases))
    reviewers = _with_specialists(random, reviewers, cases)
    effort = sum(case.effort for case in cases)
    groups = max(2, round(effort / 9))
    problem = Problem(
        id=f"generated-{size_name}-{regime}-{seed}",
        slots=slots,
        places=tuple(f"T{position:02d}" for position in range(size.places)),
        travel_minutes=tuple(
            tuple(0 if a == b else 10 + round(hypot(a[0] - b[0], a[1] - b[1]) * 2) for b in points)
            for a in points
        ),
        reviewers=reviewers,
        cases=cases,
        barred=_pairs(random, reviewers, cases, 3, BARS),
        barred_pairs=tuple(
            (reviewers[p].id, reviewers[p + 1].id, "SAME_GROUP_KIN")
            for p in range(0, size.reviewers - 1, 40)
        ),
        discouraged=tuple(
            (*pair, random.randint(1, 3))
            for pair in _pairs(random, reviewers, cases, 2, ("PRIOR_REVIEW", "SUPPLIER_CUSTOMER"))
        ),
        policy=Policy(
            regime=regime,
            group_size=(3, 5),
            industry_level="division",
            quality_required=True,
            leader_required=True,
            same_employer="forbid",
            same_day_travel_minutes=60,
            groups=(max(2, groups - 1), groups + 1) if regime == "standing" else None,
            group_effort=(4, 16) if regime == "standing" else None,
            max_parallel_visits=size.parallel,
        ),
        weights=WEIGHTS,
    )
    return parse(to_json(problem))


def _slots(days: int) -> tuple[Slot, ...]:
    first = date(2026, 9, 7)
    weekdays = [
        day for day in (first + timedelta(days=n) for n in range(days * 2)) if day.weekday() < 5
    ][:days]
    halves: tuple[Half, ...] = ("AM", "PM")
    return tuple(Slot(day, half) for day in weekdays for half in halves)


def _reviewer(random: Random, position: int, size: Size, slots: int, regime: Regime) -> Reviewer:
    away: set[int] = set()
    while len(away) < slots * random.uniform(0.05, 0.5):
        start = random.randrange(slots)
        away.update(range(start, min(slots, start + random.choice((1, 2, 4, 6)))))
    return Reviewer(
        id=f"E{position:04d}",
        quality=random.random() < 0.45,
        industries=tuple(
            sorted(
                {
                    _code(random)[: random.choice((2, 3, 4, 4))]
                    for _ in range(random.choice((0, 1, 1, 2, 2, 3)))
                }
            )
        ),
        leader=random.random() < 0.3,
        seniority=random.randint(1, 5),
        employer=f"U{random.randrange(max(4, size.reviewers // 6)):04d}",
        place=f"T{random.randrange(size.places):02d}",
        unavailable=tuple(sorted(away)),
        max_effort=random.randint(8, 24),
        carried_effort=random.choice((0, 0, 2, 2, 4, 6, 10)),
        max_groups=1 if regime == "standing" else 4,
    )


def _case(random: Random, position: int, size: Size, slots: int) -> Case:
    length = random.choices((1, 2, 3, 4), (3, 10, 4, 3))[0]
    start = random.randrange(slots - 3)
    return Case(
        id=f"A{position:04d}",
        industries=tuple(dict.fromkeys(_code(random) for _ in range(random.choice((1, 1, 1, 2))))),
        place=f"T{random.randrange(size.places):02d}",
        half_days=length,
        effort=length,
        closed=tuple(range(start, start + 3)) if random.random() < 0.5 else (),
        award=random.choice(("QUALITY", "QUALITY", "INNOVATION")),
    )


def _with_specialists(
    random: Random, reviewers: tuple[Reviewer, ...], cases: tuple[Case, ...]
) -> tuple[Reviewer, ...]:
    """An office recruits for the trades that apply: every case's division is known to some, so that
    most problems have a plan.
    """
    known = [set(reviewer.industries) for reviewer in reviewers]
    for case in cases:
        able = [
            codes
            for codes in known
            if any(code[:2] == main[:2] for code in codes for main in case.industries)
        ]
        for codes in random.sample(known, max(0, SPECIALISTS - len(able))):
            codes.add(case.industries[0][:3])
    return tuple(
        replace(reviewer, industries=tuple(sorted(codes)))
        for reviewer, codes in zip(reviewers, known, strict=True)
    )


def _code(random: Random) -> str:
    return random.choice(CLUSTERS if random.random() < 0.7 else COMMON)


def _pairs(
    random: Random,
    reviewers: tuple[Reviewer, ...],
    cases: tuple[Case, ...],
    each: int,
    kinds: tuple[str, ...],
) -> tuple[tuple[str, str, str], ...]:
    """About `each` pairs per ten reviewers and case-dozen, never the same pair twice."""
    wanted = len(reviewers) * each * max(1, len(cases) // 12) // 5
    pairs = {
        (random.choice(reviewers).id, random.choice(cases).id): random.choice(kinds)
        for _ in range(min(wanted, 4 * len(reviewers)))
    }
    return tuple((reviewer, case, kind) for (reviewer, case), kind in pairs.items())

"""规模表: plain assignments by scores of growing size, made at random: ours, the flow and FairFlow,
with time and memory. `python -m scripts.benchmarks.scale 1000x1000 3000x3000 10124x5880`.
"""

from __future__ import annotations

import sys
from datetime import datetime
from random import Random
from typing import Any

from assignment.problem import Problem, parse
from assignment.solver.limits import Limits
from scripts.benchmarks.contest import OURS, compete, settings
from scripts.benchmarks.table import machine, markdown, rows

DEMAND = 3  # reviewers of a case
BIDS, HIGHEST = 20, 9  # scores above nothing that a case has, and the highest of them
SPARE = 1.5  # seats that the reviewers have together, in parts of those that are needed
SECONDS = 600.0
AMONG = (OURS, "最小费用流", "FairFlow")


def plain(cases: int, people: int, seed: int = 1) -> Problem:
    """Panels without visits or roles; each case has a few reviewers who suit it. Same seed, same
    problem.
    """
    random = Random(f"{cases}/{people}/{seed}")
    room = max(1, round(SPARE * DEMAND * cases / people))
    reviewer: dict[str, Any] = {
        "quality": False,
        "industries": [],
        "leader": False,
        "seniority": 1,
        "place": "P",
        "unavailable": [],
        "max_effort": room,
        "carried_effort": 0,
        "max_groups": room,
    }
    case: dict[str, Any] = {
        "industries": [],
        "place": "P",
        "half_days": 0,
        "effort": 1,
        "closed": [],
        "award": "QUALITY",
    }
    return parse(
        {
            "format": "assignment-problem/1",
            "id": f"plain-{cases}x{people}-{seed}",
            "slots": [],
            "places": ["P"],
            "travel_minutes": [[0]],
            "reviewers": [reviewer | {"id": f"R{n}", "employer": f"U{n}"} for n in range(people)],
            "cases": [case | {"id": f"P{n}"} for n in range(cases)],
            "barred": [],
            "barred_pairs": [],
            "discouraged": [],
            "affinity": [
                [f"R{who}", f"P{n}", random.randint(1, HIGHEST)]
                for n in range(cases)
                for who in random.sample(range(people), min(BIDS, people))
            ],
            "policy": {
                "regime": "panel",
                "group_size": [DEMAND, DEMAND],
                "industry_level": "none",
                "quality_required": False,
                "leader_required": False,
                "same_employer": "allow",
                "same_day_travel_minutes": 60,
            },
            "weights": {"affinity": 1},
        }
    )


def main(sizes: list[str]) -> None:
    """The table of these sizes, `cases x reviewers`, on the standard output."""
    lines = []
    for size in sizes:
        cases, people = (int(number) for number in size.split("x"))
        for name, problem in settings(size, plain(cases, people)):
            lines += rows(compete(name, problem, Limits(SECONDS), AMONG))
    print(machine(datetime.now().astimezone().date()))
    print()
    print(markdown(lines))


if __name__ == "__main__":
    main(sys.argv[1:])

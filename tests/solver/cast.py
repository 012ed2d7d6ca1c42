"""One small problem for the solver's tests: four firms, eight people, eight half-days; a test
changes what it is about.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from assignment import problem as problems
from assignment.problem import Problem


def document() -> dict[str, Any]:
    """Everybody may do everything; E0-E3 are fresh, E4-E7 have served before."""
    days = ("2026-09-07", "2026-09-08", "2026-09-09", "2026-09-10")
    return deepcopy(
        {
            "format": problems.FORMAT,
            "id": "cast",
            "slots": [{"date": day, "half": half} for day in days for half in ("AM", "PM")],
            "places": ["P", "Q"],
            "travel_minutes": [[0, 30], [30, 0]],
            "reviewers": [_reviewer(number) for number in range(8)],
            "cases": [_case(number) for number in range(4)],
            "barred": [],
            "barred_pairs": [],
            "discouraged": [],
            "policy": {
                "regime": "standing",
                "group_size": [2, 3],
                "groups": [2, 2],
                "industry_level": "division",
                "quality_required": True,
                "leader_required": True,
                "same_employer": "forbid",
                "same_day_travel_minutes": 60,
                "max_parallel_visits": 2,
            },
            "weights": {"workload": 1},
        }
    )


def _reviewer(number: int) -> dict[str, Any]:
    return {
        "id": f"E{number}",
        "quality": True,
        "industries": ["17"],
        "leader": True,
        "seniority": 3,
        "employer": f"U{number}",
        "place": "P",
        "unavailable": [],
        "max_effort": 20,
        "carried_effort": 0 if number < 4 else 6,
        "max_groups": 1,
    }


def _case(number: int) -> dict[str, Any]:
    return {
        "id": f"A{number}",
        "industries": ["1711"],
        "place": "P",
        "half_days": 2,
        "effort": 2,
        "closed": [],
        "award": "QUALITY",
    }


def cast(**changes: Any) -> Problem:
    """The problem with whole fields replaced; `policy` is merged into the usual one."""
    made = document()
    made["policy"] |= changes.pop("policy", {})
    return problems.parse(made | changes)

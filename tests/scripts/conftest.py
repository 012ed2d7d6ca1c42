"""A county so small that its best plan is plain to see: one group of three for one firm, two
half-days.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def reviewer(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "quality": False,
        "industries": ["1763"],
        "leader": False,
        "seniority": 3,
        "employer": f"E-{name}",
        "place": "T0",
        "unavailable": [],
        "max_effort": 10,
        "carried_effort": 0,
        "max_groups": 1,
    } | changes


def tiny_problem() -> dict[str, Any]:
    return {
        "format": "assignment-problem/1",
        "id": "tiny",
        "slots": [{"date": "2026-09-07", "half": "AM"}, {"date": "2026-09-07", "half": "PM"}],
        "places": ["T0"],
        "travel_minutes": [[0]],
        "reviewers": [
            reviewer("r1", leader=True),
            reviewer("r2", quality=True, industries=[]),
            reviewer("r3"),
            reviewer("r4"),
        ],
        "cases": [
            {
                "id": "c1",
                "industries": ["1763"],
                "place": "T0",
                "half_days": 2,
                "effort": 2,
                "closed": [],
                "award": "QUALITY",
            }
        ],
        "barred": [["r4", "c1", "EMPLOYMENT"]],
        "barred_pairs": [],
        "discouraged": [],
        "policy": {
            "regime": "standing",
            "group_size": [3, 5],
            "industry_level": "division",
            "quality_required": True,
            "leader_required": True,
            "same_employer": "forbid",
            "same_day_travel_minutes": 60,
        },
        "weights": {"specialist": 10, "workload": 1, "extra": 5},
    }


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(tiny_problem()), encoding="utf-8")
    return path


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    from assignment import problem

    plan = {
        "format": "assignment-plan/1",
        "problem_digest": problem.parse(tiny_problem()).digest,
        "status": "feasible",
        "groups": [
            {
                "leader": "r1",
                "members": ["r1", "r2", "r3"],
                "visits": [{"case": "c1", "start": 0, "half_days": 2}],
            }
        ],
        "objective": 12,
        "bound": 12,
        "scorecard": {
            ("specialist"): 0,
            "workload": 12,
            "peak": 2,
            "route": 0,
            "commute": 0,
            "span": 2,
            "leadership": 2,
            "extra": 0,
            "discouraged": 0,
            "changes": 0,
            "affinity": 0,
            "fairness": 0,
        },
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path

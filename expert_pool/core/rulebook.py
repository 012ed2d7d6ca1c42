"""管理规则: eligibility, ratings, violations and the rules of promotion and exit, as data
(data/supervision.json).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).parent / "data" / "supervision.json"
Effect = Literal["reviewer", "lead", "dismiss"]


@dataclass(frozen=True)
class EligibilityRule:
    """一条任职条件. `waivable`: the text says 原则上, so a person may waive it with a reason."""

    id: str
    zh: str
    basis: str
    kind: str
    waivable: bool
    education: tuple[str, ...] = ()
    rank: int = 0
    years: int = 0
    most: int = 0
    within_years: int | None = None


@dataclass(frozen=True)
class PersonnelRule:
    """一条定级或退出规则 over the last `years`; a limit that is None does not ask."""

    id: str
    zh: str
    effect: Effect
    grades: tuple[str, ...]
    years: int
    basis: str
    least_reviews: int = 0
    mean_least: float | None = None
    mean_below: float | None = None
    each_least: int | None = None
    no_shows_most: int | None = None
    no_shows_least: int | None = None
    violations_least: int | None = None


@dataclass(frozen=True)
class Rater:
    """评价方: its share of the year's mark, and its items with their points (100 together)."""

    zh: str
    weight: int
    items: Mapping[str, tuple[str, int]]


@dataclass(frozen=True)
class Rulebook:
    eligibility: tuple[EligibilityRule, ...]
    rules: tuple[PersonnelRule, ...]
    raters: Mapping[str, Rater]
    stages: Mapping[str, str]
    attendance: Mapping[str, tuple[str, int]]  # words and the points taken off the year's mark
    reports: Mapping[str, tuple[str, int]]
    declined: tuple[str, int]
    violations: Mapping[str, tuple[str, str]]  # words and legal basis
    measures: Mapping[str, str]
    few: int  # fewer scores than this say nothing certain
    term_years: int
    certificate: str


@cache
def rulebook() -> Rulebook:
    data = json.loads(FILE.read_text("utf-8"))
    return Rulebook(
        eligibility=tuple(EligibilityRule(**_tuples(row)) for row in data["eligibility"]),
        rules=tuple(PersonnelRule(**_tuples(row)) for row in data["rules"]),
        raters={
            code: Rater(
                row["zh"],
                row["weight"],
                {item: (words[0], words[1]) for item, words in row["items"].items()},
            )
            for code, row in data["raters"].items()
        },
        stages=data["stages"],
        attendance=_pairs(data["attendance"]),
        reports=_pairs(data["reports"]),
        declined=(data["declined"][0], data["declined"][1]),
        violations=_pairs(data["violations"]),
        measures=data["measures"],
        few=data["few"],
        term_years=data["appointment"]["term_years"],
        certificate=data["appointment"]["certificate"],
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _pairs(rows: Mapping[str, list[Any]]) -> dict[str, tuple[Any, Any]]:
    return {code: (row[0], row[1]) for code, row in rows.items()}

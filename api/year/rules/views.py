"""所依据的办法页的内容: every number the year goes by, with its article, and who fixed it when."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from api.kit.parts import Field, Option
from award.year import years
from award.year.core.bound import YearRules, item_names, item_points
from award.year.core.regulation import TITLES, Regulation
from award.year.store import YearView

FLAGS = {"yes": "是", "no": "否"}
OPEN = {"": "办法未写", **FLAGS}
KINDS = {one.name: str(one.type) for one in fields(Regulation)}


@dataclass(frozen=True)
class RulesPage:
    year: int
    version: int
    title: str
    standard: str
    bound: str  # the day; empty: not yet
    fixed: bool
    regulation_digest: str
    rubric_digest: str
    numbers: tuple[Field, ...]
    points: tuple[Field, ...]


def rules_page(session: Session, year: YearView, today: date) -> RulesPage:
    rules = year.rules
    return RulesPage(
        year.year,
        year.version,
        rules.regulation.title,
        str(json.loads(rules.rubric)["standard"]),
        rules.bound_on.isoformat() if rules.bound_on else "",
        years.bound_for_good(session, year.year, today),
        rules.regulation_digest[:16],
        rules.rubric_digest[:16],
        tuple(_number(rules.regulation, name) for name in TITLES),
        _points(rules),
    )


def rules_out(year: YearView, fixed: bool) -> dict[str, Any]:
    """The same for the interface: both documents whole, as they are sent back."""
    rules = year.rules
    return {
        "bound_on": rules.bound_on,
        "fixed": fixed,
        "regulation": json.loads(rules.document),
        "regulation_digest": rules.regulation_digest,
        "rubric": json.loads(rules.rubric),
        "rubric_digest": rules.rubric_digest,
    }


def _number(regulation: Regulation, name: str) -> Field:
    title, basis = TITLES[name]
    value, kind = getattr(regulation, name), KINDS[name]
    if kind.startswith("bool"):
        said = "" if value is None else "yes" if value else "no"
        choices = OPEN if kind.endswith("None") else FLAGS
        options = tuple(Option(code, words, chosen=code == said) for code, words in choices.items())
        return Field(f"number_{name}", title, options=options, hint=basis)
    hint = f"{basis}，如 2/3" if isinstance(value, Fraction) else basis
    return Field(
        f"number_{name}",
        title,
        str(value),
        kind="number" if kind == "int" else "",
        required=True,
        wide=kind == "str",
        hint=hint,
    )


def _points(rules: YearRules) -> tuple[Field, ...]:
    rubric = json.loads(rules.rubric)
    names = item_names(rubric)
    return tuple(
        Field(f"points_{no}", f"{no} {names[no]}", str(points), kind="number", required=True)
        for no, points in item_points(rubric).items()
    )

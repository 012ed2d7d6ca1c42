"""年度所依据的办法和评审标准（办法第一、五、二十一条）: what a year was noticed under, for good.

Until the notice a year follows the newest documents; from then on those kept with it, whatever a
later release of the program ships.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from award.year.core import regulation as regulations
from award.year.core.regulation import Regulation, canonical, digest
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.rubric import newest_document


@dataclass(frozen=True)
class YearRules:
    """What one year goes by. `bound_on` None: not yet bound, these are the newest documents."""

    regulation: Regulation
    rubric: str  # canonical JSON, read by `award.scoring.core.rubric`
    regulation_digest: str
    rubric_digest: str
    bound_on: date | None


def bound_text(
    on: date,
    regulation: Mapping[str, Any] | None = None,
    rubric: Mapping[str, Any] | None = None,
) -> str:
    """What a year keeps, as JSON: the documents given, else the newest.

    Raises Refusal "bad-regulation" or "bad-rubric".
    """
    regulation = regulations.newest_document() if regulation is None else regulation
    rubric = newest_document() if rubric is None else rubric
    if rubric.get("total") != regulations.parse(regulation).total_points:
        raise Refusal("bad-rubric", "评审标准的满分与办法规定的不同。", "办法第五条")
    kept = {"bound_on": on.isoformat(), "regulation": dict(regulation), "rubric": dict(rubric)}
    return canonical(kept)


@lru_cache(maxsize=16)
def rules_of(text: str) -> YearRules:
    """The rules of a year from what it keeps; empty: the newest documents."""
    kept = json.loads(text or bound_text(date.min))
    return YearRules(
        regulations.parse(kept["regulation"]),
        canonical(kept["rubric"]),
        digest(kept["regulation"]),
        digest(kept["rubric"]),
        date.fromisoformat(kept["bound_on"]) if text else None,
    )

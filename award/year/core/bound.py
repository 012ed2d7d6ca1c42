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
    document: str  # canonical JSON of the regulation
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
        canonical(kept["regulation"]),
        canonical(kept["rubric"]),
        digest(kept["regulation"]),
        digest(kept["rubric"]),
        date.fromisoformat(kept["bound_on"]) if text else None,
    )


def changed_items(before: str, after: str) -> frozenset[str]:
    """The items of two rubrics whose points are not the same in both."""
    old, new = item_points(json.loads(before)), item_points(json.loads(after))
    return frozenset(no for no in {*old, *new} if old.get(no) != new.get(no))


def item_points(rubric: Mapping[str, Any]) -> dict[str, int]:
    """By number, in the order of the standard."""
    return {one["no"]: one["points"] for part in rubric["categories"] for one in part["items"]}


def item_names(rubric: Mapping[str, Any]) -> dict[str, str]:
    return {one["no"]: one["name"] for part in rubric["categories"] for one in part["items"]}


def typed_rubric(document: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The standard with other points: `words` holds what a form says of items, by number.

    What was typed anew nobody has confirmed yet. Raises Refusal "bad-rubric".
    """
    parts = []
    for part in document["categories"]:
        items = [_typed_item(one, words.get(one["no"])) for one in part["items"]]
        parts.append({**part, "items": items, "points": sum(one["points"] for one in items)})
    return {**document, "categories": parts}


def _typed_item(item: Mapping[str, Any], words: str | None) -> dict[str, Any]:
    words = str(item["points"]) if words is None else words.strip()
    if not (words.isascii() and words.isdigit() and len(words) < 5):
        raise Refusal("bad-rubric", f"条款 {item['no']} 的分值应是整数。", "办法第五条")
    changed = int(words) != item["points"]
    return {**item, "points": int(words)} | ({"provenance": "memory"} if changed else {})

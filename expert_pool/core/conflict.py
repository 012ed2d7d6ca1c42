"""回避情形分类: the kinds of data/conflict_kinds.json, how severe each is, and how long it counts
(look-back from the deadline).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from expert_pool.facts import dates

Severity = Literal["hard", "soft", "review", "bar"]
FILE = Path(dates.__file__).parent / "data" / "conflict_kinds.json"


@dataclass(frozen=True)
class ConflictKind:
    """`hard`: may not review; `soft`: better not; `review`: may not until decided; `bar`: out of
    the pool. Look-back None: for ever.

    `steps`: from this percentage of shares on, this severity; ascending. Without a percentage the
    kind's own: unknown is not small.
    """

    code: str
    zh: str
    en: str
    severity: Severity
    lookback_years: int | None
    sources: tuple[str, ...]
    steps: tuple[tuple[float, Severity], ...] = ()
    allowable: bool = False  # hard by default, and a person may decide otherwise

    def severity_at(self, percent: float | None) -> Severity:
        reached = [
            severity for least, severity in self.steps if percent is not None and percent >= least
        ]
        return reached[-1] if reached else self.severity

    def share_words(self, percent: float | None) -> str:
        """持股 3%，不足 5%: the percentage and the step it decides by; "" when the kind does not
        ask for one.
        """
        if not self.steps or percent is None:
            return ""
        above = next((least for least, _ in self.steps if percent < least), None)
        return f"持股 {percent:g}%，" + (
            f"不足 {above:g}%" if above is not None else f"达到 {self.steps[-1][0]:g}%"
        )


def _load() -> Mapping[str, ConflictKind]:
    rows = json.loads(FILE.read_text("utf-8"))
    kinds = (
        ConflictKind(
            row["code"],
            row["zh"],
            row["en"],
            row["severity"],
            row["lookback_years"],
            tuple(row["sources"]),
            tuple((float(step["from"]), step["severity"]) for step in row.get("by_percent", ())),
            bool(row.get("allowable")),
        )
        for row in rows
    )
    return MappingProxyType({kind.code: kind for kind in kinds})


KINDS = _load()
# Between two experts, not between an expert and an organisation.
PAIR_KINDS = ("SAME_GROUP_KIN", "SAME_EMPLOYER_PAIR")


def told_evidence(code: str, percent: float | None, evidence: str) -> str:
    """依据 with the percentage first, as lists and certificates show it."""
    words = KINDS[code].share_words(percent) if code in KINDS else ""
    return "；".join(part for part in (words, evidence) if part)


def in_force(kind: ConflictKind, until: date | None, deadline: date) -> bool:
    """Whether a relation that ended on `until` (None: has not) still counts at the year's deadline;
    the day exactly years before counts.
    """
    if until is None or kind.lookback_years is None:
        return True
    return until >= years_before(deadline, kind.lookback_years)


def years_before(day: date, years: int) -> date:
    """The same date some years before; 29 February becomes the 28th (民法典 202 by analogy)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

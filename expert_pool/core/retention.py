"""保存期限: how long each kind of record is kept (data/retention.json), and when it may go.

Rules propose, people decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

FILE = Path(__file__).parent / "data" / "retention.json"
GONE = "已删除"  # how the name of somebody begins whose data were erased


@dataclass(frozen=True)
class RetentionRule:
    """一条保存期限. `keeps` says what stays, `why` why the rest is no longer needed."""

    id: str
    zh: str
    years: int
    effect: Literal["anonymise", "delete", "blank"]
    keeps: str
    basis: str
    why: str

    def until(self, today: date) -> date:
        """Records that ended before this day have had their time."""
        year = today.year - self.years
        return (
            date(year, 2, 28) if (today.month, today.day) == (2, 29) else today.replace(year=year)
        )


@cache
def rules() -> tuple[RetentionRule, ...]:
    return tuple(RetentionRule(**row) for row in json.loads(FILE.read_text("utf-8")))


def rule(rule_id: str) -> RetentionRule | None:
    return next((one for one in rules() if one.id == rule_id), None)

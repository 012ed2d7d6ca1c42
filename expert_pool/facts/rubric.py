"""评审标准 GB/T 19580 as a document: like GB/T 4754 a national standard, by whose points both the
record of service and the scorebooks measure. `award.scoring.core.rubric` reads items and bands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

NEWEST = Path(__file__).parent / "data" / "gbt19580_2012.json"


@cache
def newest_document() -> Mapping[str, Any]:
    """The edition in force, not to be changed."""
    return MappingProxyType(json.loads(NEWEST.read_text("utf-8")))


def full_marks() -> int:
    """满分: the points of all items together."""
    return int(newest_document()["total"])

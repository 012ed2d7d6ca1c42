"""评审报告（办法第十条、第十三条第四、五项）: what the group signs, as one canonical text.

Points are in hundredths, exact. Remarks stand without names; who gave which percentage does not
stand in it, only how far the members were apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from award.scoring.core.consensus import Agreed, Row
from award.scoring.core.rubric import Rubric, points

FORMAT = "review-report/1"


@dataclass(frozen=True)
class Frame:
    """What a report says beside its items. `members`: id, name, whether she leads; `issues`: what
    the document report left to be looked at, by item.
    """

    year: int
    stage: str
    applicant: str
    members: tuple[tuple[str, str, bool], ...]
    overview: str
    proposal: str
    proposal_reason: str
    issues: Mapping[str, Sequence[str]]


def build(
    rubric: Rubric,
    rows: Sequence[Row],
    agreed: Mapping[str, Agreed],
    remarks: Mapping[str, Mapping[str, Sequence[str]]],
    frame: Frame,
) -> dict[str, Any]:
    """Every item must be agreed."""
    items = [_item(row, agreed[row.item.no], remarks[row.item.no], frame) for row in rows]
    return {
        "format": FORMAT,
        "year": frame.year,
        "stage": frame.stage,
        "applicant": frame.applicant,
        "rubric": rubric.digest,
        "members": [list(one) for one in frame.members],
        "overview": frame.overview,
        "proposal": frame.proposal,
        "proposal_reason": frame.proposal_reason,
        "items": items,
        "total": sum(int(one["hundredths"]) for one in items),
    }


def _item(
    row: Row, agreed: Agreed, remarks: Mapping[str, Sequence[str]], frame: Frame
) -> dict[str, Any]:
    asked = list(frame.issues.get(row.item.no, ()))
    return {
        "no": row.item.no,
        "name": row.item.name,
        "points": row.item.points,
        "low": row.low,
        "high": row.high,
        "start": row.start,
        "percent": agreed.percent,
        "hundredths": points(row.item, agreed.percent),
        "reason": agreed.reason,
        "evidence": agreed.evidence,
        "strengths": list(remarks["strengths"]),
        "improvements": list(remarks["improvements"]),
        "issues": list(remarks["issues"]) if frame.stage == "document" else asked,
        "settles": agreed.settles,
        "open": bool(asked) and not agreed.settles,
    }


def to_json(report: Mapping[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def issues(text: str) -> dict[str, tuple[str, ...]]:
    """现场核查问题 of a document report, by item."""
    return {one["no"]: tuple(one["issues"]) for one in json.loads(text)["items"] if one["issues"]}

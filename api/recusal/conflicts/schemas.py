"""回避登记的往来内容."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.kit.fields import (
    Day,
    Input,
    Line,
    Name,
    Note,
    Output,
    UidText,
    YearNumber,
    example,
)
from api.kit.schemas import Because, Percent, Uscc


class ConflictIn(Input):
    model_config = example(
        {"kind": "EMPLOYED_NOW", "organisation": "浙江某某袜业有限公司", "source": "declared"}
    )
    kind: Line
    organisation: Name
    organisation_uscc: Uscc = ""
    source: Literal["declared", "office", "found", "reported"] = "office"
    since: Day | None = None
    until: Day | None = None
    percent: Percent | None = None
    evidence: Note = ""


class ConflictEnd(Because):
    model_config = example({"until": "2025-12-31", "reason": "已离职，见离职证明"})
    until: Day


class ConflictDecision(Because):
    model_config = example({"decision": "barred", "reason": "三年内提供过咨询"})
    decision: Literal["barred", "cleared", "same"]


class PairIn(Input):
    model_config = example({"other_uid": "e-000000000000000", "kind": "SPOUSE_OR_KIN"})
    other_uid: UidText
    kind: Line
    until: Day | None = None
    evidence: Note = ""


class ConflictKindOut(Output):
    code: str
    name: str
    severity: str


class ServiceIn(Input):
    model_config = example(
        {
            "year": 2025,
            "organisation": "浙江某某袜业有限公司",
            "leader": False,
            "effort": 4,
            "score": 92,
        }
    )
    year: YearNumber
    organisation: Name
    organisation_uscc: Uscc = ""
    leader: bool = False
    effort: int = Field(0, ge=0, le=400)
    score: int | None = Field(None, ge=0, le=100)
    note: Note = ""


class AffiliationIn(Input):
    model_config = example({"company": "浙江某某袜业有限公司", "group_name": "某某集团"})
    company: Name
    group_name: Name
    source: Line = ""


class ProposalOut(Output):
    code: str
    name: str
    confidence: str
    why: str

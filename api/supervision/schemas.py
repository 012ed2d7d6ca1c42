"""监督的往来内容: what staff may write; what they read are the views of `dossier`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.kit.fields import Day, Input, Line, Name, Note, YearNumber, example
from api.kit.schemas import Because

Points = Annotated[float, Field(ge=0, le=1000, description="满分 1000")]


Stage = Literal["document", "site"]


class StageIn(Input):
    """One expert in one stage of one organisation's review; saying it again corrects it."""

    model_config = example(
        {
            "year": 2026,
            "organisation": "浙江某某袜业有限公司",
            "stage": "site",
            "attendance": "present",
        }
    )
    year: YearNumber
    organisation: Name
    stage: Stage
    attendance: Literal["", "present", "late", "excused", "no_show"] = ""
    report: Literal["", "on_time", "late", "missing"] = ""
    declined: bool = False
    own_score: Points | None = None
    consensus_score: Points | None = None
    note: Line = ""


class RatingIn(Input):
    """Points by item of the rulebook, 100 together."""

    model_config = example(
        {
            "year": 2026,
            "organisation": "浙江某某袜业有限公司",
            "stage": "site",
            "rater": "applicant",
            "items": {"manner": 48, "insight": 45},
        }
    )
    year: YearNumber
    organisation: Name
    stage: Stage
    rater: Literal["leader", "secretariat", "applicant"]
    items: dict[Line, Annotated[int, Field(ge=0, le=100)]] = Field(max_length=20)
    rater_name: Line = ""
    comment: Line = ""


class ViolationIn(Input):
    model_config = example(
        {"kind": "GIFT", "occurred_on": "2026-09-10", "facts": "反映收受礼品", "source": "电话举报"}
    )
    kind: Line
    occurred_on: Day
    facts: Annotated[Note, Field(min_length=1)]
    source: Line = ""


class ViolationDecision(Because):
    """`measure` only for what is founded."""

    model_config = example({"founded": True, "measure": "warn", "reason": "属实，情节轻微"})
    founded: bool
    measure: Literal["none", "warn", "suspend", "dismiss"] = "none"


class ProposalDecision(Because):
    model_config = example({"accepted": True, "reason": "同意定为评审员"})
    accepted: bool

"""任职、监督与回避的往来内容: what staff may write.

What they read are the views of expert_pool.dossier and assignment.recusal.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.experts.schemas import Because
from api.kit.fields import Day, Input, Line, Name, Note, Output, UidText, YearNumber, example
from expert_pool.register import CandidacyFields

Points = Annotated[float, Field(ge=0, le=1000, description="满分 1000")]
Grade = Literal["trainee", "reviewer", "lead"]
Stage = Literal["document", "site"]


class CandidacyIn(Input):
    model_config = example(
        {
            "channel": "recommended",
            "recommender": "诸暨市质量协会",
            "experience_years": 12,
            "conduct": True,
        }
    )
    channel: Literal["recommended", "self"] = "recommended"
    recommender: Line = ""
    received_on: Day | None = None
    experience_years: int | None = Field(None, ge=0, le=80)
    training: Line = ""
    trained_on: Day | None = None
    conduct: bool | None = Field(None, description="推荐单位确认无违法违纪")

    def fields(self) -> CandidacyFields:
        return CandidacyFields(**dict(self))


class CandidacyDecision(Input):
    """`reason` may be empty where every condition is met."""

    model_config = example({"decision": "pass", "reason": "行业唯一专家，年龄条件予以放宽"})
    decision: Literal["pass", "reject"]
    reason: Line = ""


class GradeIn(Because):
    model_config = example({"grade": "lead", "reason": "两年评审成绩突出"})
    grade: Grade


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


class RecusalRequestIn(Because):
    """`expert_uid`: whom the applicant asks to be spared."""

    model_config = example(
        {"expert_uid": "e-000000000000000", "reason": "曾有合同纠纷", "received_on": "2026-07-02"}
    )
    expert_uid: UidText
    received_on: Day | None = None


class WaiverDecision(Because):
    model_config = example({"granted": True, "reason": "同意豁免"})
    granted: bool


class OfficialIn(Input):
    model_config = example({"role": "committee", "name": "某委员", "unit": "诸暨市发展和改革局"})
    role: Literal["committee", "regulator", "recommender"]
    name: Name
    unit: Name
    since: Day | None = None


class HoldingOut(Output):
    company: str
    lines: int
    source: str


class HoldingsRead(Output):
    """What an imported list of shareholders changed."""

    new: int
    changed: int
    ended: int


class Read(Output):
    """How many lines of an imported list are new."""

    new: int

"""任职的往来内容: what staff may write; what they read are the views of `dossier`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.kit.fields import Day, Input, Line, example
from api.kit.schemas import Because
from expert_pool.register import CandidacyFields

Grade = Literal["trainee", "reviewer", "lead"]


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

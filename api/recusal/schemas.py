"""回避的往来内容: what staff may write; what they read are the views of `certificate`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.kit.fields import PLAIN, Day, Input, Line, Name, Output, UidText, example
from api.kit.schemas import Because

# An employer as somebody wrote it, department and standing and all.
Written = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=PLAIN)
]


class RecusalRequestIn(Because):
    """`expert_uid`: whom the applicant asks to be spared."""

    model_config = example(
        {"expert_uid": "e-000000000000000", "reason": "曾有合同纠纷", "received_on": "2026-07-02"}
    )
    expert_uid: UidText
    received_on: Day | None = None


class NamesAnswer(Input):
    model_config = example(
        {
            "written": "大东集团",
            "official": "诸暨市大东袜业有限公司",
            "same": False,
            "reason": "信用代码不同，没有股权关系",
        }
    )
    written: Written
    official: Written
    same: bool
    reason: Line = Field("", description="不是同一单位的必须写明依据")


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
    notes: list[str] = Field(default_factory=list)

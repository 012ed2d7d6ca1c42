"""申报组织的往来内容."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.kit.fields import Day, Input, Line, Name, Note, Output, example
from api.kit.schemas import HalfDayIO, IndustryIn, Phone, TownCode, Uscc
from award.applicants.core.applicant import Trade
from award.applicants.store import ApplicantRow
from expert_pool.facts.halfday import HalfDay


class ApplicantPatch(Input):
    """Only the fields sent are changed."""

    model_config = example({"employees": 420, "contact": "质量部王部长"})
    name: Name = ""
    award: Literal["QUALITY", "INNOVATION"] = "QUALITY"
    uscc: Uscc = ""
    group_company: Line = ""
    town_code: TownCode | None = None
    place_text: Line = ""
    founded: Day | None = None
    founded_precision: Literal["day", "month", "year"] | None = None
    employees: int | None = Field(None, ge=0, le=10_000_000)
    half_days: int | None = Field(None, ge=0, le=20, description="现场评审半天数；空为按职工人数")
    recommender: Line = ""
    contact: Line = ""
    phone: Phone = ""
    closed_text: Line = ""
    honours: Note = ""
    remark: Note = ""
    industries: list[IndustryIn] = Field([], max_length=20)
    closed: list[HalfDayIO] = Field([], max_length=400)

    def changes(self) -> dict[str, Any]:
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "industries" in sent:
            sent["industries"] = tuple(
                Trade(item.code, item.source_word, item.confirmed) for item in self.industries
            )
        if "closed" in sent:
            sent["closed"] = tuple(HalfDay(item.date, item.half) for item in self.closed)
        return sent


class ApplicantIn(ApplicantPatch):
    """A new applicant: name and award are needed."""

    model_config = example(
        {
            "name": "浙江某某袜业有限公司",
            "award": "QUALITY",
            "industries": [{"code": "1763"}],
            "employees": 420,
        }
    )
    name: Name
    award: Literal["QUALITY", "INNOVATION"]


class ApplicantList(Output):
    total: int
    items: list[ApplicantRow]

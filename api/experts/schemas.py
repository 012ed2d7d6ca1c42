"""专家库的往来内容: what staff may write. What they read are the views of expert_pool.store."""

from __future__ import annotations

from typing import Any, Literal

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
from api.kit.schemas import Because, IndustryIn, Phone, TownCode, Uscc
from expert_pool.core.expert import Industry
from expert_pool.store import ExpertRow


class ExpertPatch(Input):
    """Only the fields sent are changed."""

    model_config = example({"title": "正高级工程师", "leader": True})
    name: Name = ""
    employer: Name = ""
    gender: Literal["", "男", "女"] = ""
    birth: Day | None = None
    birth_precision: Literal["day", "month"] | None = None
    employer_uscc: Uscc = ""
    title: Line = ""
    education: Line = ""
    education_text: Line = Field("", description="学历原文；改了学历而没有给原文的，原文清空")
    quality: bool | None = None
    leader: bool | None = None
    seniority: int = Field(3, ge=1, le=5)
    phone: Phone = ""
    town_code: TownCode | None = None
    place_text: Line = ""
    source_pool: Line = ""
    max_effort: int | None = Field(
        None, ge=0, le=400, description="每年可承担的半天数；空为按年度规则"
    )
    remark: Note = ""
    industries: list[IndustryIn] = Field([], max_length=20)

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, as `ExpertFields` wants them."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "education" in sent:
            sent.setdefault("education_text", "")
        if "industries" in sent:
            sent["industries"] = tuple(
                Industry(item.code, item.source_word, item.confirmed) for item in self.industries
            )
        return sent


class ExpertIn(ExpertPatch):
    """A new expert: name and employer are needed."""

    model_config = example(
        {
            "name": "单雄信",
            "employer": "诸暨市质量协会",
            "quality": True,
            "industries": [{"code": "1763"}],
        }
    )
    name: Name
    employer: Name
    others: list[UidText] = Field(
        [], max_length=20, description="库里看着像、已确认不是同一个人的专家编号"
    )

    def changes(self) -> dict[str, Any]:
        sent = super().changes()
        sent.pop("others", None)
        return sent


class ExpertList(Output):
    total: int
    items: list[ExpertRow]


class AppointmentIn(Input):
    model_config = example({"grade": "reviewer", "first": "2025-01-01", "last": "2027-12-31"})
    grade: Literal["trainee", "reviewer", "lead"]
    first: Day
    last: Day
    certificate_no: Line = ""
    decided_on: Day | None = None
    reason: Line = ""


class EndOn(Because):
    model_config = example({"on": "2026-06-30", "reason": "本人辞聘"})
    on: Day


class SuspensionIn(Because):
    model_config = example({"reason": "当年申请作为咨询老师参与创奖", "year": 2026})
    year: YearNumber | None = None

"""专家库的往来内容: what staff may write. What they read are the views of expert_pool.store."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.kit.fields import (
    Code,
    Day,
    Input,
    Line,
    Name,
    Note,
    Output,
    Reason,
    UidText,
    YearNumber,
    example,
)
from expert_pool.core.expert import Industry
from expert_pool.store import AvailabilityView, ExpertRow

Uscc = Annotated[str, StringConstraints(pattern=r"^([0-9A-HJ-NPQRTUWXY]{18})?$")]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+\- ]{0,20}$")]
TownCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")]


class IndustryIn(Input):
    code: Code
    source_word: Line = ""
    confirmed: bool = True


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


class ExpertList(Output):
    total: int
    items: list[ExpertRow]


class Created(Output):
    uid: str


class PhoneOut(Output):
    phone: str


class Because(Input):
    model_config = example({"reason": "本人来电核实"})
    reason: Reason


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


# 持股比例, for the kinds that go by it; without one the kind's own severity counts.
Percent = Annotated[float, Field(gt=0, le=100)]


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


class HalfDayIO(Input):
    model_config = example({"date": "2026-09-08", "half": "AM"})
    date: Day
    half: Literal["AM", "PM"]


class AvailabilityIn(Input):
    """`absences` are the half-days away among the days from `first` to `last`; null: unknown."""

    model_config = example(
        {
            "first": "2026-09-07",
            "last": "2026-09-25",
            "absences": [{"date": "2026-09-08", "half": "AM"}],
        }
    )
    absences: list[HalfDayIO] | None = Field(max_length=400)
    first: Day
    last: Day
    text: Line = ""


class AvailabilityOut(Output):
    version: int
    year: int
    known: bool
    first: Day | None
    last: Day | None
    text: str
    absences: list[HalfDayIO]

    @classmethod
    def of(cls, view: AvailabilityView) -> AvailabilityOut:
        absences = [HalfDayIO(date=item.date, half=item.half) for item in view.absences]
        return cls(
            version=view.version,
            year=view.year,
            known=view.known,
            first=view.first,
            last=view.last,
            text=view.text,
            absences=absences,
        )


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


class ConflictKindOut(Output):
    code: str
    name: str
    severity: str

"""年度与申报组织的往来内容."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.experts.schemas import HalfDayIO, IndustryIn, Phone, TownCode, Uscc
from api.kit.fields import Day, Input, Line, Name, Note, Output, Reason, YearNumber, example
from award.applicants.core.applicant import Trade
from award.applicants.store import ApplicantRow
from award.year.store import YearView


class YearPatch(Input):
    """Only the fields sent are changed; in `policy` and `weights` likewise."""

    model_config = example({"weights": {"route": 2}, "policy": {"group_size": [3, 5]}})
    title: Name = ""
    window_first: Day | None = None
    window_last: Day | None = None
    notice_date: Day | None = None
    deadline: Day | None = None
    policy: dict[str, Any] = Field({}, description="年度规则，名称见 GET 的答复")
    weights: dict[str, int] = Field({}, description="目标权重")
    reason: Line = ""


class YearIn(YearPatch):
    """A new award year."""

    model_config = example(
        {
            "year": 2026,
            "title": "2026年度诸暨市政府质量奖",
            "window_first": "2026-09-07",
            "window_last": "2026-09-25",
            "deadline": "2026-06-30",
        }
    )
    year: YearNumber
    title: Name
    window_first: Day
    window_last: Day


class YearOut(Output):
    year: int
    uid: str
    version: int
    status: str
    title: str
    window_first: Day
    window_last: Day
    notice_date: Day | None
    deadline: Day | None
    policy: dict[str, Any]
    weights: dict[str, int]

    @classmethod
    def of(cls, view: YearView) -> YearOut:
        fields = view.fields
        policy = dict(vars(fields.policy))
        return cls(
            year=view.year,
            uid=view.uid,
            version=view.version,
            status=view.status,
            title=fields.title,
            window_first=fields.window_first,
            window_last=fields.window_last,
            notice_date=fields.notice_date,
            deadline=fields.deadline,
            policy=policy,
            weights=dict(fields.weights or {}),
        )


class DayOut(Output):
    """`provisional`: the State Council has not yet announced that year's holidays.

    `version`: of its correction, 0 without one.
    """

    date: Day
    kind: str
    name: str
    working: bool
    provisional: bool
    version: int


class DayIn(Input):
    model_config = example({"kind": "closed", "name": "全市停电检修", "source": "市府办通知"})
    kind: Literal["workday", "makeup", "weekend", "holiday", "closed"]
    name: Line = ""
    source: Line = ""


class Announcement(Input):
    model_config = example({"source": "国办发明电〔2026〕8号"})
    source: Reason


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
            sent["closed"] = tuple((item.date, item.half) for item in self.closed)
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

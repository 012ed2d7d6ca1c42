"""年度与申报组织的往来内容."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.kit.fields import Day, Input, Line, Name, Output, Reason, YearNumber, example
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

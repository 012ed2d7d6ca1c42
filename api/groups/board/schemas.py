"""求解任务的往来内容."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from api.kit.fields import Input, Output, UidText, example
from award.groups.core.unfit import NotAssignable


class LeftOutOut(Output):
    """Who cannot be planned: `codes` for programs, `reasons` in the same order for people."""

    uid: str
    name: str
    codes: list[str]
    reasons: list[str]

    @classmethod
    def of(cls, one: NotAssignable) -> Self:
        codes = [reason.code for reason in one.why]
        return cls(uid=one.uid, name=one.name, codes=codes, reasons=list(one.reasons))


class SnapshotOut(Output):
    """What the optimiser would be given now, and who and what is left out, with every reason."""

    year: int
    problem_digest: str
    reviewers: int
    cases: int
    slots: int
    places: int
    barred: int
    not_assignable: list[LeftOutOut]
    left_out: list[LeftOutOut]
    notes: list[str]
    provisional: bool


class JobIn(Input):
    model_config = example({"seconds": 60, "seed": 1})
    seconds: int | None = Field(
        None, ge=1, le=3600, description="求解时限，空为系统默认；不超过系统上限"
    )
    seed: int = Field(1, ge=0, le=2**31 - 1)
    deterministic: bool = Field(False, description="同样的输入必得同样的方案，较慢")
    keep: UidText | None = Field(None, description="尽量少变的方案编号")


class JobOut(Output):
    """`objective` and `bound` are null until known; `gap` is how far the plan may be from the best
    possible (0 = proven best).
    """

    uid: str
    year: int
    kind: str | None = Field(description="trial 试算，candidates 寻找备选方案，空为编组")
    status: str
    phase: str
    elapsed: float
    time_limit: float
    objective: int | None
    bound: int | None
    gap: float | None
    unassigned: int
    cancel_requested: bool
    error_code: str
    error_text: str
    plan_uid: str | None
    notes: list[str]
    reasons: list[str] = Field(description="排不出方案时的原因")
    remedies: list[str] = Field(description="代价最小的出路")
    created_at: datetime
    created_name: str
    finished_at: datetime | None
    over: bool

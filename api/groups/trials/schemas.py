"""试算的往来内容: what to try, and what came of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from api.groups.board.schemas import JobOut
from api.kit.fields import Day, Input, Name, Output, UidText, example
from award.groups.trials import MOST, Trial, Wish

Groups = Annotated[int, Field(ge=1, le=1000)]


class WishIn(Input):
    """One way to try; what is left out stays as the year has it."""

    model_config = example({"title": "少跑路", "weights": {"route": 6, "commute": 1}})
    title: Name
    weights: dict[str, int] | None = Field(
        None, description="目标权重，名称见年度设置；没有写的目标不计"
    )
    first: Day | None = Field(None, description="现场评审的起始日期，与 last 一起写")
    last: Day | None = None
    groups: tuple[Groups, Groups] | None = Field(None, description="评审组个数，[最少, 最多]")

    @model_validator(mode="after")
    def _both_days(self) -> WishIn:
        if (self.first is None) != (self.last is None):
            raise ValueError("起始日期和结束日期要一起写")
        return self

    def wanted(self) -> Wish:
        window = (
            (self.first, self.last) if self.first is not None and self.last is not None else None
        )
        return Wish(self.title, self.weights, window, self.groups)


class TrialsIn(Input):
    model_config = example(
        {"wishes": [{"title": "少跑路", "weights": {"route": 6, "commute": 1}}], "seconds": 60}
    )
    wishes: list[WishIn] = Field(min_length=1, max_length=MOST)
    seconds: int | None = Field(
        None, ge=1, le=3600, description="全部试法合计的求解时限，空为系统默认"
    )
    keep: UidText | None = Field(None, description="沿用哪个方案里固定的安排")


class TrialOut(Output):
    """One way that was tried. `groups` 0: it led nowhere, and `reasons` say why."""

    number: int
    title: str
    groups: int
    unassigned: int
    objective: int | None
    bound: int | None
    scorecard: dict[str, int]
    reasons: list[str]
    remedies: list[str]

    @classmethod
    def of(cls, number: int, trial: Trial) -> TrialOut:
        plan = trial.plan
        return cls(
            number=number,
            title=trial.title,
            groups=len(plan.groups),
            unassigned=len(plan.unassigned),
            objective=plan.objective,
            bound=plan.bound,
            scorecard=dict(trial.side.scorecard) if plan.groups else {},
            reasons=list(trial.reasons),
            remedies=list(trial.remedies),
        )


class TrialsOut(Output):
    job: JobOut
    trials: list[TrialOut]


class AdoptionIn(Input):
    model_config = example({"number": 0})
    number: int = Field(ge=0, lt=MOST, description="第几种试法，从 0 起")

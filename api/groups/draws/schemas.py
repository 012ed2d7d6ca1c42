"""随机抽取的往来内容: the published set, the seed, what a check found."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from api.kit.fields import PLAIN, Input, Output, Reason, UidText, example
from assignment.draw import LONGEST_SEED
from award.groups.draws import DrawRow, DrawView

Said = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)
]


class DrawStartIn(Input):
    """What the set should be like; tolerance and cap in thousandths."""

    model_config = example(
        {
            "seed_from": "福彩3D第2026318期开奖号码，三位数字",
            "tolerance": 50,
            "cap": 500,
            "seconds": 60,
        }
    )
    seed_from: Said = Field(description="种子将取自何处、怎样写；随集合公布，不能再改")
    tolerance: int = Field(50, ge=0, le=500, description="与最好方案的差距，千分之几")
    cap: int = Field(500, ge=10, le=1000, description="任一专家遇到任一组织的可能性上限，千分之几")
    seconds: int | None = Field(None, ge=1, le=3600, description="时限，空为系统默认")
    keep: UidText | None = Field(None, description="从哪个方案出发，其中固定的安排不变")
    again: str = Field(
        "", max_length=300, pattern=PLAIN, description="本年度已经抽取过的，写明为什么再次抽取"
    )


class SeedIn(Input):
    model_config = example({"seed": "371904", "source": "2026年11月29日开奖，纪检在场"})
    seed: str = Field(
        min_length=1,
        max_length=LONGEST_SEED,
        pattern=PLAIN,
        description="只算其中的数字，空格、标点、全角半角不影响",
    )
    source: Said = Field(description="何时何处得到、谁在场见证")


class VoidIn(Input):
    model_config = example({"reason": "两位专家临时不能参加"})
    reason: Reason


class VoidDecisionIn(Input):
    model_config = example({"agreed": True, "reason": "已核对请假记录，种子尚未公布"})
    agreed: bool
    reason: Reason


class PairOut(Output):
    """An expert with an applicant; `likelihood` in thousandths."""

    expert: str
    applicant: str
    likelihood: int


class DrawOut(Output):
    """With the pairs that are more likely than the cap, the most likely first; `row.reached` in
    thousandths.
    """

    row: DrawRow
    seed_from: str
    over_cap: list[PairOut]

    @classmethod
    def of(cls, view: DrawView) -> DrawOut:
        over = [
            PairOut(expert=pair[0], applicant=pair[1], likelihood=share)
            for pair, share in view.candidates.over_cap
        ]
        return cls(row=view.row, seed_from=view.candidates.seed_from, over_cap=over)


class ReplayOut(Output):
    """复核结论: `said` names what does not agree; `as_drawn`: nobody changed the plan version made
    of the draw since.
    """

    ok: bool
    said: list[str]
    plan_number: int | None
    plan_status: str
    as_drawn: bool

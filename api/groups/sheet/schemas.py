"""编组表的往来内容."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.groups.sheet.views import SheetPage
from api.kit.fields import Input, Line, Output, UidText, example
from assignment.solution import Group, Visit
from expert_pool.facts.intake import RowProblem

Slot = Annotated[int, Field(ge=0, le=10_000, description="时段序号，从 0 起")]


class VisitIn(Input):
    case: UidText
    start: Slot | None = Field(None, description="只作资料评审的为空")


class GroupIn(Input):
    leader: UidText | None
    members: list[UidText] = Field(max_length=50, description="含组长")
    visits: list[VisitIn] = Field(max_length=500)

    def wanted(self) -> Group:
        visits = tuple(Visit(one.case, one.start, 0) for one in self.visits)
        return Group(self.leader, tuple(self.members), visits)


class ArrangementIn(Input):
    """All groups as they shall be; a firm that no group has waits for a place."""

    model_config = example(
        {
            "groups": [
                {
                    "leader": "e-000000000000000",
                    "members": ["e-000000000000000"],
                    "visits": [{"case": "a-000000000000000", "start": 0}],
                }
            ],
            "reason": "科长在表上改的",
        }
    )
    groups: list[GroupIn] = Field(max_length=500)
    reason: Line = ""

    def wanted(self) -> tuple[Group, ...]:
        return tuple(one.wanted() for one in self.groups)


class DifferenceOut(Output):
    words: str
    broken: list[str]
    cost: str


class SheetOut(Output):
    """What a sheet would change. `arrangement` is what `/arrangement` takes to do it; null while
    `problems` names cells that could not be read.
    """

    version: int
    problems: list[RowProblem]
    notes: list[str]
    differences: list[DifferenceOut]
    broken: list[str] = Field(description="照表修改之后不合的规则")
    cost: str
    arrangement: ArrangementIn | None

    @classmethod
    def of(cls, page: SheetPage) -> Self:
        wanted = ArrangementIn.model_validate_json(page.wanted) if page.wanted else None
        return cls(
            version=page.version,
            problems=list(page.problems),
            notes=list(page.notes),
            differences=[
                DifferenceOut(
                    words=one.words,
                    broken=[broken.text for broken in one.broken],
                    cost=one.cost.words,
                )
                for one in page.differences
            ],
            broken=[one.text for one in page.broken],
            cost=page.cost.words,
            arrangement=wanted,
        )

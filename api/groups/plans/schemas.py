"""方案与求解任务的往来内容."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from api.kit.fields import Input, Line, Note, Output, Reason, UidText, example
from assignment import edit as edits
from assignment.problem import Pin
from award.groups.core.book import Book
from award.groups.core.compare import GoalChange, PersonChange
from award.groups.store import PlanRow, StoredVerdict
from expert_pool.facts.halfday import HalfDay

Position = Annotated[int, Field(ge=0, le=1000, description="第几组，从 0 起")]
Slot = Annotated[int, Field(ge=0, le=10_000, description="时段序号，从 0 起")]


class PlanOut(Output):
    """A version with the names people read.

    `hidden` groups are those this staff member must keep away from.
    """

    row: PlanRow
    book: Book
    verdict: StoredVerdict
    pins: list[dict[str, Any]]
    hidden: int


def _start(start: object) -> object:
    """2026-09-10 AM; empty: not planned or no visit."""
    if isinstance(start, HalfDay):
        return f"{start.date} {start.half}"
    return start or ""


Start = Annotated[str, BeforeValidator(_start)]


class VisitChangeOut(Output):
    """A time is a day and its half, as `2026-09-10 AM`; empty: not planned or no visit."""

    uid: str
    name: str
    group_before: int | None
    group_after: int | None
    start_before: Start
    start_after: Start


class ComparisonOut(Output):
    goals: tuple[GoalChange, ...]
    people: tuple[PersonChange, ...]
    visits: tuple[VisitChangeOut, ...]
    objective_before: int | None
    objective_after: int | None
    comparable: bool


class SubstituteOut(Output):
    uid: str
    name: str
    cost: int


class ReplaceEdit(Input):
    kind: Literal["replace"]
    group: Position
    member: UidText
    newcomer: UidText


class JoinEdit(Input):
    kind: Literal["join"]
    group: Position
    newcomer: UidText


class LeaveEdit(Input):
    kind: Literal["leave"]
    group: Position
    member: UidText


class LeadEdit(Input):
    kind: Literal["lead"]
    group: Position
    member: UidText


class MoveVisitEdit(Input):
    kind: Literal["move-visit"]
    case: UidText
    start: Slot


class MoveCaseEdit(Input):
    kind: Literal["move-case"]
    case: UidText
    group: Position


class ExchangeEdit(Input):
    kind: Literal["exchange"]
    group: Position
    member: UidText
    other_group: Position
    other: UidText


class MoveMemberEdit(Input):
    kind: Literal["move-member"]
    group: Position
    member: UidText
    target: Position


class PlaceEdit(Input):
    kind: Literal["place"]
    case: UidText
    group: Position
    start: Slot | None = None


class SetAsideEdit(Input):
    kind: Literal["set-aside"]
    case: UidText


class RelayEdit(Input):
    kind: Literal["relay"]
    group: Position
    member: UidText
    other_group: Position
    other: UidText
    newcomer: UidText


AnyEdit = Annotated[
    ReplaceEdit
    | JoinEdit
    | LeaveEdit
    | LeadEdit
    | ExchangeEdit
    | MoveMemberEdit
    | MoveVisitEdit
    | MoveCaseEdit
    | PlaceEdit
    | SetAsideEdit
    | RelayEdit,
    Field(discriminator="kind"),
]


class EditIn(Input):
    model_config = example(
        {
            "edit": {"kind": "lead", "group": 0, "member": "e-000000000000000"},
            "reason": "原组长临时出差",
        }
    )
    edit: AnyEdit
    reason: Line = ""

    def wanted(self) -> edits.Edit:
        values = self.edit.model_dump(exclude={"kind"})
        return edits.KINDS[self.edit.kind](**values)


class PinIn(Input):
    """Exactly the fields of its kind: member, leader, exclude take reviewer and case; visit case
    and start; together cases.
    """

    model_config = example(
        {"kind": "leader", "reviewer": "e-000000000000000", "case": "a-000000000000000"}
    )
    kind: Literal["member", "leader", "exclude", "visit", "together"]
    reviewer: UidText | None = None
    case: UidText | None = None
    start: Slot | None = None
    cases: list[UidText] | None = Field(None, min_length=2, max_length=100)

    def wanted(self) -> Pin:
        return Pin(
            self.kind,
            self.reviewer,
            self.case,
            self.start,
            tuple(self.cases) if self.cases else None,
        )


class ApprovalIn(Input):
    model_config = example({"note": "已逐组核对"})
    note: Note = ""


class CopyIn(Input):
    model_config = example({"note": "单某某临时退出，另起草案"})
    note: Note = ""


class WithdrawalIn(Input):
    model_config = example({"reason": "企业改期，重新编排"})
    reason: Reason

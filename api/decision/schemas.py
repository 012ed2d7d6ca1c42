"""评定接口的内容."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.kit.fields import Day, Input, Line, Name, Note, Output, Reason, UidText, example
from award.decision.committee import MemberFields
from award.decision.notice import ObjectionFields
from award.decision.vote import RulingFields, TallyFields

Count = Annotated[int, Field(ge=0, le=10_000)]
Yuan = Annotated[int, Field(ge=0, le=100_000_000)]


class EvaluationOut(Output):
    """综合评价: `report` as in the archive (`evaluation.json`); null before it can be made."""

    issued: bool
    digest: str
    report: dict[str, Any] | None


class NoteIn(Input):
    model_config = example({"note": "全部按合议结果。"})
    note: Note = ""


class MemberIn(Input):
    model_config = example({"name": "王某", "unit": "市市场监管局", "role": "vice"})
    name: Name
    unit: Name
    role: Literal["chair", "vice", "member"] = "member"

    def fields(self) -> MemberFields:
        return MemberFields(self.name, self.unit, self.role)


class MemberOut(Output):
    uid: str
    name: str
    unit: str
    role: str


class DocumentIn(Input):
    model_config = example({"document": "诸质奖审〔2026〕3号"})
    document: Reason


class RoundIn(Input):
    model_config = example(
        {"held_on": "2026-09-20", "present": ["cm-000000000000001"], "issued": 15}
    )
    held_on: Day
    present: Annotated[list[UidText], Field(max_length=500)]
    issued: Count


class TallyIn(Input):
    """计票单: counts only, by applicant."""

    model_config = example({"returned": 15, "invalid": 1, "approve": {"a-000000000000001": 14}})
    returned: Count
    invalid: Count
    approve: Annotated[dict[UidText, Count], Field(max_length=500)]
    struck: Annotated[dict[UidText, Count], Field(max_length=500, default_factory=dict)]
    scrutineer: Line = ""

    def fields(self) -> TallyFields:
        return TallyFields(self.returned, self.invalid, self.approve, self.struck, self.scrutineer)


class VoteOut(Output):
    """`result` is null until two tallies agree."""

    round: dict[str, Any] | None
    result: dict[str, Any] | None
    past: list[dict[str, Any]]
    rulings: list[dict[str, Any]]


class RulingIn(Input):
    """tie: cases in their order; prize: the case, amount, counted; vacancy: who left, who steps
    up.
    """

    model_config = example(
        {
            "kind": "tie",
            "cases": ["a-000000000000001", "a-000000000000002"],
            "decided_by": "审委会",
            "record": "审委会纪要〔2026〕3号",
        }
    )
    kind: Literal["tie", "prize", "vacancy"]
    cases: Annotated[list[UidText], Field(min_length=1, max_length=100)]
    decided_by: Name
    record: Reason
    amount: Yuan = 0
    counted: bool = True

    def fields(self) -> RulingFields:
        return RulingFields(
            self.kind, self.cases, self.decided_by, self.record, self.amount, self.counted
        )


class NoticeIn(Input):
    model_config = example(
        {"published_on": "2026-09-28", "document": "诸质奖审公〔2026〕1号", "contact": "来信"}
    )
    published_on: Day
    document: Reason
    contact: Reason


class NoticeOut(Output):
    """公示、异议和批准 as the page shows them."""

    proposed: list[dict[str, Any]]
    notice: dict[str, Any] | None
    objections: list[dict[str, Any]]
    approval: dict[str, Any] | None


class ObjectionIn(Input):
    model_config = example({"received_on": "2026-09-29", "facts": "反映专利虚报。"})
    received_on: Day
    facts: Annotated[Note, Field(min_length=1)]
    applicant: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{0,64}$")] = ""
    from_name: Line = ""
    contact: Line = ""

    def fields(self) -> ObjectionFields:
        return ObjectionFields(
            self.facts, self.received_on, self.applicant, self.from_name, self.contact
        )


class FindingIn(Input):
    model_config = example({"finding": "经核对原件，不属实。", "proven": False})
    finding: Annotated[Note, Field(min_length=1)]
    proven: bool


class ChairIn(Input):
    model_config = example({"upheld": False, "chair": "王某", "decided_on": "2026-10-09"})
    upheld: bool
    chair: Name
    decided_on: Day
    note: Note = ""


class ApprovalIn(Input):
    """`removed`: whom the city left out, with the reason."""

    model_config = example({"document": "诸政发〔2026〕9号", "on": "2026-10-20"})
    document: Reason
    on: Day
    removed: Annotated[dict[UidText, Reason], Field(max_length=100, default_factory=dict)]

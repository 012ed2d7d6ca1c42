"""工作人员回避的往来内容."""

from __future__ import annotations

from datetime import datetime

from api.identity.staff_conflicts import StaffConflict
from api.kit.fields import Input, Name, Output, example
from api.kit.schemas import Because


class StaffConflictIn(Input):
    model_config = example({"organisation": "浙江某某袜业有限公司", "reason": "配偶在该公司任职"})
    organisation: Name
    reason: Name


class StaffDecision(Because):
    model_config = example({"barred": True, "reason": "已核实"})
    barred: bool


class StaffConflictOut(Output):
    uid: str
    version: int
    account: str
    name: str
    organisation: str
    reason: str
    declared_by: str
    declared_name: str
    declared_at: datetime | None
    decision: str
    decided_name: str
    decided_at: datetime | None
    decision_reason: str

    @classmethod
    def of(cls, row: StaffConflict) -> StaffConflictOut:
        return cls(**vars(row))

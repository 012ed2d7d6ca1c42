"""保存与删除: the report of what has had its time, and the erasure that a person decides."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from api.identity import forgetting
from api.inspection import commands
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, TodayDep, ViewerDep
from api.kit.fields import Input, Output, Reason, UidText, example
from award import retention
from award.retention import Proposal

router = Router(prefix="/api/v1", tags=["审计"])


class ErasureIn(Input):
    model_config = example({"uids": ["e-1a2b3c"], "reason": "年度清理"})
    uids: list[UidText] = Field(min_length=1, max_length=1000)
    reason: Reason


class Erased(Output):
    erased: int


@router.get("/retention", allow=Permission.READ_EXPERTS, summary="保存期限报告")
def read_retention(ledger: LedgerDep, viewer: ViewerDep, today: TodayDep) -> list[Proposal]:
    """每条规则今天可以删除什么；只是报告，不删除。"""
    with ledger.read() as session:
        return list(retention.report(session, viewer, today, forgetting))


@router.post("/retention/{rule}/erasures", allow=commands.ERASE.allow, summary="按规则删除")
def erase_records(
    rule: Annotated[str, Path(pattern=r"^R\d{1,2}$", description="规则编号")],
    body: ErasureIn,
    ledger: LedgerDep,
    actor: ActorDep,
    today: TodayDep,
) -> Erased:
    """不可恢复。日志的链条保持完整，写明删除了什么、何时、由谁、为何。"""
    erased = commands.ERASE(ledger, actor, rule, body.uids, today, body.reason, forgetting)
    return Erased(erased=erased)

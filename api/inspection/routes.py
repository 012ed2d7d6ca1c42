"""审计记录: what was done by whom, and whether the record is whole (办法第十七条)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from api.identity import logged
from api.kit.access import Permission, Router
from api.kit.deps import HiddenDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Limit, Output
from expert_pool.ledger import audit

router = Router(prefix="/api/v1", tags=["监督"])

Word = Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_\-/]*$")]


class LineOut(Output):
    """`before` and `after` are null when there was nothing, or when it was erased by law."""

    id: int
    at: datetime
    actor_name: str
    actor_role: str
    action: str
    kind: str
    object_id: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class BrokenOut(Output):
    entry_id: int
    why: str


class VerificationOut(Output):
    """`hash` is the chain's last one: keep it on paper to prove later that nothing was cut off."""

    whole: bool
    entries: int
    hash: str
    broken: list[BrokenOut]


@router.get("/audit", allow=Permission.READ_AUDIT, summary="审计记录")
def list_audit(
    ledger: LedgerDep,
    viewer: ViewerDep,
    hidden: HiddenDep,
    kind: Word = None,
    object_id: Word = None,
    actor_id: Word = None,
    before_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Limit = 50,
) -> list[LineOut]:
    """由新到旧；翻页时以上一页最后一条的 id 作 before_id。涉及与您有回避关系的组织的记录不显示。"""
    with ledger.read() as session:
        found = audit.entries(
            session,
            viewer,
            kind=kind,
            object_id=object_id,
            actor_id=actor_id,
            before_id=before_id,
            limit=limit,
            hiding=viewer.conflicted | hidden,
        )
        return [LineOut.model_validate(line) for line in found]


@router.get("/audit/verification", allow=Permission.READ_AUDIT, summary="核验审计记录是否完整")
def verify_audit(ledger: LedgerDep, now: NowDep) -> VerificationOut:
    with ledger.read() as session:
        broken = logged.verified(session)
        head = audit.head(session, now)
    found = [BrokenOut.model_validate(item) for item in broken]
    return VerificationOut(whole=not found, entries=head.entries, hash=head.hash, broken=found)

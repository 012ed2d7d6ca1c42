"""回避登记: enter, end, decide or withdraw a conflict, and name two experts who may not sit in one
group.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep
from api.kit.fields import PLAIN, Uid, UidText
from api.kit.rendering import see_other
from expert_pool import register

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


@router.post("/experts/{uid}/conflicts", allow=P.EDIT_EXPERTS)
def declare_conflict(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    organisation: Text,
    kind: Text,
    since: Text = "",
    until: Text = "",
    percent: Text = "",
    evidence: Text = "",
) -> Response:
    wanted = register.ConflictFields(
        kind,
        organisation.strip(),
        source="office",
        since=common.read_date(since, "起始日期"),
        until=common.read_date(until, "终止日期"),
        evidence=evidence.strip(),
        percent=common.read_percent(percent),
    )
    with ledger.write(actor) as uow:
        register.declare_conflict(uow, uid, wanted)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "conflict")


@router.post("/experts/{uid}/conflicts/{conflict}/end", allow=P.EDIT_EXPERTS)
def end_conflict(
    request: Request,
    uid: Uid,
    conflict: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    until: Text,
    reason: Text,
) -> Response:
    with ledger.write(actor) as uow:
        register.end_conflict(uow, conflict, version, common.needed_date(until, "终止日期"), reason)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "conflict-ended")


@router.post("/experts/{uid}/conflicts/{conflict}/decide", allow=P.DECIDE_EXPERTS)
def decide_conflict(
    request: Request,
    uid: Uid,
    conflict: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    decision: Text,
    reason: Text,
) -> Response:
    """回避决定 for a kind that waits for one."""
    with ledger.write(actor) as uow:
        register.decide_conflict(uow, conflict, version, decision, reason)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "decided")


@router.post("/experts/{uid}/conflicts/{conflict}/withdraw", allow=P.EDIT_EXPERTS)
def withdraw_conflict(
    request: Request,
    uid: Uid,
    conflict: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    reason: Text,
) -> Response:
    """撤销登记: it was entered by mistake; the record stays, with the reason."""
    with ledger.write(actor) as uow:
        register.withdraw_conflict(uow, conflict, version, reason)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "conflict-withdrawn")


@router.post("/experts/{uid}/pairs", allow=P.EDIT_EXPERTS)
def declare_pair(
    request: Request,
    uid: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    other: Annotated[UidText, Form()],
    kind: Text,
    evidence: Text = "",
) -> Response:
    with ledger.write(actor) as uow:
        register.declare_pair(uow, uid, other, kind, evidence=evidence.strip())
        uow.commit()
    return see_other(request, f"/experts/{uid}", "conflict")


@router.post("/experts/{uid}/pairs/{pair}/withdraw", allow=P.EDIT_EXPERTS)
def withdraw_pair(
    request: Request,
    uid: Uid,
    pair: Uid,
    actor: ActorDep,
    ledger: LedgerDep,
    version: Version,
    reason: Text,
) -> Response:
    with ledger.write(actor) as uow:
        register.withdraw_pair(uow, pair, version, reason)
        uow.commit()
    return see_other(request, f"/experts/{uid}", "conflict-withdrawn")

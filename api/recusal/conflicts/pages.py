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
from api.kit.forms import FormDep
from api.kit.rendering import see_other
from api.recusal import commands
from expert_pool import register

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]


@router.post("/experts/{uid}/conflicts", allow=commands.DECLARE_CONFLICT.allow)
def declare_conflict(
    uid: Uid,
    organisation: Text,
    kind: Text,
    sent: FormDep,
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
    return sent.carry_out(f"/experts/{uid}", commands.DECLARE_CONFLICT, uid, wanted)


@router.post("/experts/{uid}/conflicts/{conflict}/end", allow=commands.END_CONFLICT.allow)
def end_conflict(
    uid: Uid, conflict: Uid, version: Version, until: Text, reason: Text, sent: FormDep
) -> Response:
    return sent.carry_out(
        f"/experts/{uid}",
        commands.END_CONFLICT,
        conflict,
        version,
        common.needed_date(until, "终止日期"),
        reason,
    )


@router.post("/experts/{uid}/conflicts/{conflict}/decide", allow=commands.DECIDE_CONFLICT.allow)
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
    now = commands.DECIDE_CONFLICT(ledger, actor, conflict, version, decision, reason)
    return see_other(request, f"/experts/{uid}", "decided" if now > version else "to-be-cleared")


@router.post("/experts/{uid}/conflicts/{conflict}/withdraw", allow=commands.WITHDRAW_CONFLICT.allow)
def withdraw_conflict(
    uid: Uid, conflict: Uid, version: Version, reason: Text, sent: FormDep
) -> Response:
    """撤销登记: it was entered by mistake; the record stays, with the reason."""
    return sent.carry_out(f"/experts/{uid}", commands.WITHDRAW_CONFLICT, conflict, version, reason)


@router.post("/experts/{uid}/pairs", allow=commands.DECLARE_PAIR.allow)
def declare_pair(
    uid: Uid, other: Annotated[UidText, Form()], kind: Text, sent: FormDep, evidence: Text = ""
) -> Response:
    return sent.carry_out(
        f"/experts/{uid}", commands.DECLARE_PAIR, uid, other, kind, evidence=evidence.strip()
    )


@router.post("/experts/{uid}/pairs/{pair}/withdraw", allow=commands.WITHDRAW_PAIR.allow)
def withdraw_pair(uid: Uid, pair: Uid, version: Version, reason: Text, sent: FormDep) -> Response:
    return sent.carry_out(f"/experts/{uid}", commands.WITHDRAW_PAIR, pair, version, reason)

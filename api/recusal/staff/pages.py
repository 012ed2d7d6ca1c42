"""工作人员回避页: what I must keep away from, and for who decides, what others must."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from api.identity import signin, staff_conflicts
from api.kit import common
from api.kit.access import Permission, Router, may
from api.kit.deps import ActorDep, LedgerDep
from api.kit.fields import PLAIN, Uid, UidText
from api.kit.forms import FormDep
from api.kit.parts import Option
from api.kit.rendering import page
from api.kit.templating import moment
from api.recusal.staff import commands
from api.recusal.staff.routes import sees_all
from expert_pool.core.actor import Actor

router = Router(include_in_schema=False)
P = Permission
Text = Annotated[str, Form(max_length=300, pattern=PLAIN)]
Name = Annotated[str, Form(max_length=120, pattern=PLAIN)]
Version = Annotated[int, Form(ge=0, le=2_000_000_000)]
DECISIONS = {
    "": ("待决定，先回避", "warn"),
    staff_conflicts.BARRED: ("应当回避", "bad"),
    staff_conflicts.CLEARED: ("不需回避", ""),
}


@router.get("/staff-conflicts", allow=P.DECLARE_STAFF)
def show(request: Request, actor: ActorDep, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        rows = staff_conflicts.conflicts(session, "" if sees_all(actor.role) else actor.id)
        people = [one for one in signin.accounts(session) if not one.disabled]
    decides = may(actor.role, P.DECIDE_STAFF)
    view = {
        "rows": tuple(_line(row, actor, decides) for row in rows),
        "people": tuple(Option(one.uid, one.name) for one in people if one.uid != actor.id),
        "decides": decides,
    }
    return page(request, "staff_conflicts.html", view)


def _line(row: staff_conflicts.StaffConflict, actor: Actor, decides: bool) -> dict[str, object]:
    words, tone = DECISIONS[row.decision]
    return {
        "uid": row.uid,
        "version": row.version,
        "name": row.name,
        "organisation": row.organisation,
        "reason": row.reason,
        "declared": f"{moment(row.declared_at)} {row.declared_name}登记".strip(),
        "words": words,
        "tone": tone,
        "decided": f"{row.decided_name}：{row.decision_reason}" if row.decided_name else "",
        "may_decide": decides and actor.id not in (row.account, row.declared_by),
    }


@router.post("/staff-conflicts", allow=commands.DECLARE.allow)
def declare(organisation: Name, reason: Text, sent: FormDep) -> Response:
    return sent.carry_out("/staff-conflicts", commands.DECLARE, organisation, reason)


@router.post("/staff-conflicts/enter", allow=commands.ENTER.allow)
def enter(
    account: Annotated[UidText, Form()], organisation: Name, reason: Text, sent: FormDep
) -> Response:
    return sent.carry_out("/staff-conflicts", commands.ENTER, account, organisation, reason)


@router.post("/staff-conflicts/{uid}/decide", allow=commands.DECIDE.allow)
def decide(
    uid: Uid,
    version: Version,
    sent: FormDep,
    decision: Annotated[str, Form(max_length=10)] = "",
    reason: Text = "",
) -> Response:
    barred = common.chosen(decision, "barred", "cleared")
    return sent.carry_out("/staff-conflicts", commands.DECIDE, uid, version, barred, reason)

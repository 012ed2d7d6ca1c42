"""保存与删除页: what has had its time, rule by rule; a person looks, says why, and only then it
goes.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from api.identity import forgetting
from api.inspection import commands
from api.kit import common
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, TodayDep, ViewerDep
from api.kit.fields import Uid
from api.kit.forms import FormDep
from api.kit.rendering import page
from award import retention

router = Router(include_in_schema=False)
P = Permission
EFFECTS = {"anonymise": "去除身份信息", "delete": "删除", "blank": "清空"}
SHOWN = 300


@router.get("/retention", allow=P.READ_EXPERTS)
def show(request: Request, viewer: ViewerDep, ledger: LedgerDep, today: TodayDep) -> Response:
    with ledger.read() as session:
        proposals = retention.report(session, viewer, today, forgetting)
    rules = tuple(
        {
            "rule": one.rule,
            "effect": EFFECTS[one.rule.effect],
            "until": common.date_words(one.until),
            "due": tuple(
                (due.uid, due.name, common.date_words(due.ended)) for due in one.due[:SHOWN]
            ),
            "total": len(one.due),
        }
        for one in proposals
    )
    return page(
        request, "retention.html", {"rules": rules, "total": sum(len(one.due) for one in proposals)}
    )


@router.post("/retention/{rule}", allow=commands.ERASE.allow)
def erase(
    rule: Uid,
    today: TodayDep,
    reason: Annotated[str, Form(max_length=300)],
    sent: FormDep,
    uid: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    return sent.carry_out("/retention", commands.ERASE, rule, uid, today, reason, forgetting)

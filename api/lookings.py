"""查阅记录: who looked at which plan. Group lists are work secrets before their day, so the log keeps who saw them (reliability T10).

Once an hour for each person and plan: a page that refreshes itself must not fill the log.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import structlog
from fastapi import Request
from sqlalchemy import select

from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.audit import AuditEntry, instant

log = structlog.get_logger("expert_pool.lookings")

AGAIN_AFTER = timedelta(hours=1)
NEWEST = "newest"  # a page that shows the year's present plan without naming it
_UID = re.compile(r"[A-Za-z0-9_\-]{1,64}")


def note(ledger: Ledger, actor: Actor, request: Request, now: datetime) -> None:
    """A GET of a route that shows plans. A full or busy disk must not turn the reader away: the access log has the line anyway."""
    named = request.path_params.get("uid") or request.query_params.get("plan") or NEWEST
    uid = str(named) if _UID.fullmatch(str(named)) else NEWEST
    seen = select(AuditEntry.id).where(AuditEntry.kind == "plan", AuditEntry.object_id == uid, AuditEntry.action == "read")
    with ledger.read() as session:
        if session.scalar(seen.where(AuditEntry.actor_id == actor.id, AuditEntry.at > instant(now - AGAIN_AFTER)).limit(1)) is not None:
            return
    try:
        with ledger.write(actor) as uow:
            uow.record("read", "plan", uid, None, {"page": request.scope["route"].path})
            uow.commit()
    except Refusal as refusal:
        log.warning("looking-not-noted", code=refusal.code, plan=uid)

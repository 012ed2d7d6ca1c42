"""查阅记录: who looked at which plan, and at whose file. Group lists are work secrets before their
day (reliability T10), and what the register holds of somebody's record is personal (个人信息保护法
第五十一条), so the log keeps who saw them.

Once an hour for each reader and plan or person: a page that refreshes itself must not fill the log.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import structlog
from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from award.groups.tables import PlanVersion
from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.audit import AuditEntry, instant

log = structlog.get_logger("expert_pool.lookings")

AGAIN_AFTER = timedelta(hours=1)
# How entries of the first versions of this program name a plan that was looked at without being
# named
NEWEST = "newest"
# Pages and answers about one expert, and the parameter that names her.
PERSONAL = {
    "/experts/{uid}": "uid",
    "/experts/{uid}/years/{year}": "uid",
    "/recusal": "expert",
    "/api/v1/experts/{uid}": "uid",
    "/api/v1/experts/{uid}/life": "uid",
    "/api/v1/experts/{uid}/years/{year}": "uid",
    "/api/v1/experts/{uid}/recusals/{applicant_uid}": "uid",
}
# Lists of everybody: who took a whole group in at once.
WHOLE = {
    "/experts": "expert",
    "/api/v1/experts": "expert",
    "/round": "expert",
    "/pool/workload": "expert",
    "/api/v1/workload": "expert",
    "/candidates": "expert",
    "/api/v1/candidacies": "expert",
    "/applicants": "applicant",
    "/api/v1/years/{year}/applicants": "applicant",
}
EVERYBODY = "all"
# Refusals that say that somebody tried what is not his: they stand in the log (ASVS 16.3.2).
TELLING = frozenset({"forbidden", "conflicted", "second-person", "own-account"})
_UID = re.compile(r"[A-Za-z0-9_\-]{1,64}")


def personal(request: Request) -> bool:
    """Whether the route shows one expert's file and the request names her."""
    named = PERSONAL.get(request.scope["route"].path)
    return (
        named is not None
        and _UID.fullmatch(str(request.path_params.get(named) or request.query_params.get(named)))
        is not None
    )


def to_be_noted(request: Request, *, shows_plans: bool) -> bool:
    """Whether a GET shows what the log keeps the readers of."""
    return shows_plans or personal(request) or request.scope["route"].path in WHOLE


def _present_plan(session: Session, year: int | None) -> str | None:
    """The plan that a page shows without being asked for one: of the year looked at, else the last,
    the newest that was not withdrawn.
    """
    newest = select(PlanVersion.uid).order_by(
        PlanVersion.year.desc(), PlanVersion.status == "withdrawn", PlanVersion.number.desc()
    )
    if year is not None:
        newest = newest.where(PlanVersion.year == year)
    return session.scalar(newest.limit(1))


def note(ledger: Ledger, actor: Actor, request: Request, now: datetime) -> None:
    """A GET of a route that shows plans or a file.

    A full or busy disk must not turn the reader away: the access log has it.
    """
    path = request.scope["route"].path
    if path in WHOLE:
        _once(ledger, actor, now, ("read", WHOLE[path], EVERYBODY), {"page": path})
        return
    kind = "expert" if personal(request) else "plan"
    parameter = PERSONAL.get(path, "plan")
    named = str(request.path_params.get("uid") or request.query_params.get(parameter) or "")
    with ledger.read() as session:
        uid = named if _UID.fullmatch(named) else _present_plan(session, request.state.viewer.year)
    if uid is not None:  # else there is nothing to look at yet
        _once(ledger, actor, now, ("read", kind, uid), {"page": path})


def note_refusal(ledger: Ledger, actor: Actor, path: str, code: str, now: datetime) -> None:
    """被拒绝的操作: who tried what, by the path's pattern; nothing of what was sent."""
    _once(ledger, actor, now, ("refused", "door", path), {"code": code})


def _once(
    ledger: Ledger,
    actor: Actor,
    now: datetime,
    what: tuple[str, str, str],
    told: dict[str, str],
) -> None:
    """One entry (action, kind, object) an hour and person."""
    action, kind, uid = what
    seen = select(AuditEntry.id).where(
        AuditEntry.kind == kind,
        AuditEntry.object_id == uid,
        AuditEntry.action == action,
        AuditEntry.actor_id == actor.id,
        AuditEntry.at > instant(now - AGAIN_AFTER),
    )
    try:
        with ledger.read() as session:
            if session.scalar(seen.limit(1)) is not None:
                return
        with ledger.write(actor) as uow:
            uow.record(action, kind, uid, None, dict(told))
            uow.commit()
    except Refusal as refusal:
        log.warning("looking-not-noted", code=refusal.code, kind=kind, object=uid)

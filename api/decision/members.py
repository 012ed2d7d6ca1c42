"""委员阅读页: the issued report behind a member's link, read only, until the vote is confirmed.

The link's token stands in the address and nowhere else. It is no log-in: a member has no account.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request, Response

from api.decision import commands, views
from api.decision.pages import P
from api.identity.sessions import digest, new_token
from api.kit import common
from api.kit.access import Router
from api.kit.deps import ActorDep, LedgerDep, SettingsDep, ViewerDep
from api.kit.fields import FormYear, Uid
from api.kit.rendering import page
from award.decision import committee
from expert_pool.core.actor import Actor, Role

router = Router(include_in_schema=False)
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,100}$")]


@router.post("/decision/members/{uid}/link", allow=commands.ISSUE_LINK.allow)
def make_link(
    request: Request,
    uid: Uid,
    viewer: ViewerDep,
    actor: ActorDep,
    ledger: LedgerDep,
    settings: SettingsDep,
    of: FormYear = None,
) -> Response:
    """Not a redirect: the address is shown once and kept nowhere."""
    token = new_token()
    commands.ISSUE_LINK(ledger, actor, uid, digest(token))
    with ledger.read() as session:
        year = common.chosen_year(session, viewer, of)
        view = views.evaluation_page(session, viewer, year)
    view["for"] = next((one["name"] for one in view["members"] if one["uid"] == uid), "")
    view["link"] = views.link(settings.public_url, token)
    return page(request, "decision.html", view)


@router.get("/committee/{token}", allow=P.PUBLIC)
def read(request: Request, token: Token, ledger: LedgerDep) -> Response:
    with ledger.read() as session:
        view = views.for_members(session, digest(token))
        row = committee.by_link(session, digest(token))
    if row is not None and row.read_at is None:
        with ledger.write(Actor(row.uid, row.name, Role.ANONYMOUS)) as uow:
            committee.note_read(uow, digest(token))
            uow.commit()
    return page(request, "committee_report.html", view)

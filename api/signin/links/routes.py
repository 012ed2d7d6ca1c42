"""个人链接: the secretariat hands an expert a link or a calendar subscription, sees which are in
force, and ends them.
"""

from __future__ import annotations

from datetime import timedelta

from api.identity import links, tokens
from api.kit.access import Permission, Router
from api.kit.deps import ActorDep, LedgerDep, NowDep, SettingsDep
from api.kit.fields import Uid
from api.signin.links.schemas import LinkIssue, LinkIssued, LinkOut

router = Router(prefix="/api/v1", tags=["专家"])


@router.get("/experts/{uid}/links", allow=Permission.ISSUE_LINKS, summary="专家的个人链接")
def list_links(uid: Uid, ledger: LedgerDep) -> list[LinkOut]:
    with ledger.read() as session:
        return [LinkOut.model_validate(link) for link in tokens.links_of(session, uid)]


@router.post(
    "/experts/{uid}/links",
    allow=Permission.ISSUE_LINKS,
    status_code=201,
    summary="发放个人链接或日历订阅",
)
def issue_link(
    uid: Uid,
    body: LinkIssue,
    ledger: LedgerDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> LinkIssued:
    """地址只显示这一次，系统不留存；同一用途原有的链接随即停用。"""
    expires_at = now + timedelta(days=min(body.days, settings.link_days))
    if body.purpose == "self":
        link_uid, token = links.issue_personal(ledger, actor, uid, expires_at)
        path = f"/l/{token}"
    else:
        link_uid, token = links.issue_feed(ledger, actor, uid, expires_at)
        path = f"/api/v1/feeds/{token}.ics"
    return LinkIssued(uid=link_uid, purpose=body.purpose, expires_at=expires_at, path=path)


@router.delete(
    "/experts/{uid}/links/{link_uid}",
    allow=Permission.ISSUE_LINKS,
    status_code=204,
    summary="停用个人链接",
)
def revoke_link(uid: Uid, link_uid: Uid, ledger: LedgerDep, actor: ActorDep) -> None:
    """凭这个链接打开的页面也随即退出。"""
    with ledger.write(actor) as uow:
        tokens.revoke_link(uow, uid, link_uid)
        uow.commit()

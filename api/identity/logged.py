"""核对登录: whether the stored sessions, links and codes are as the log says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.identity.signin import codes_digest
from api.identity.tables import Account, LoginSession
from expert_pool.ledger import digest_of
from expert_pool.ledger.audit import Anchor, AuditContent, AuditEntry, Broken, instant, verify
from expert_pool.ledger.reconcile import reconcile
from expert_pool.tables import Expert, PersonalLink


def verified(session: Session, anchors: Iterable[Anchor] = ()) -> list[Broken]:
    """Whatever speaks against the log, or against a record by the log: nothing means that all is
    as it was written.
    """
    return [*verify(session, anchors), *reconcile(session), *unlogged(session)]


def unlogged(session: Session) -> list[Broken]:
    """登录、链接和备用码 that nobody was let in by: without an entry in the log, or of another
    person, with another token or longer than it says.
    """
    told, ended = _told_sessions(session)
    found = []
    accounts = select(LoginSession, Account.uid).join(
        Account, Account.id == LoginSession.account_id
    )
    experts = select(LoginSession, Expert.uid).join(Expert, Expert.id == LoginSession.expert_id)
    for row, holder in (*session.execute(accounts), *session.execute(experts)):
        said = told.get(("session", row.uid), {})
        if said.get("holder") != holder:
            found.append(Broken(0, f"登录 {row.uid}：日志里没有这次登录，或者登录的是别人"))
        elif any(said.get(name, value) != value for name, value in _opening(row).items()):
            found.append(Broken(0, f"登录 {row.uid}：令牌、起止时间与日志不符，被绕过程序改动"))
        elif row.ended_at is None and said["entry"] < max(ended[row.uid], ended[holder]):
            found.append(Broken(0, f"登录 {row.uid}：日志里已经退出，被绕过程序恢复"))
    links = select(PersonalLink.uid, Expert.uid).join(Expert, Expert.id == PersonalLink.expert_id)
    for uid, owner in session.execute(links):
        if told.get(("personal-link", uid), {}).get("expert") != owner:
            found.append(Broken(0, f"个人链接 {uid}：日志里没有发放，或者发给的是别人"))
    for account in session.scalars(select(Account)):
        said = told.get(("account", account.uid), {})
        if said.get("codes") not in (None, codes_digest(session, account)):
            found.append(Broken(said["entry"], f"账号 {account.uid}：备用码被绕过程序改动"))
    return found


def _opening(row: LoginSession) -> dict[str, str]:
    return {
        "token_sha256": digest_of(row.token_sha256),
        "expires_at": instant(row.expires_at),
        "at": instant(row.created_at),
    }


def _told_sessions(
    session: Session,
) -> tuple[dict[tuple[str, str], dict[str, Any]], Counter[str]]:
    """What the log says of log-ins, links and accounts, each with its last entry; and the last
    entry by which a session ended, by the session or by whose sessions ended all at once.
    """
    told: dict[tuple[str, str], dict[str, Any]] = {}
    ended: Counter[str] = Counter()
    query = (
        select(AuditEntry, AuditContent.after)
        .join(AuditContent, AuditContent.entry_id == AuditEntry.id)
        .where(or_(AuditEntry.action.in_(_OF_SESSIONS), AuditEntry.kind == "account"))
    )
    for entry, after in session.execute(query.order_by(AuditEntry.id)):
        if entry.action in ("log-out", "log-out-everywhere"):
            ended[entry.object_id] = entry.id
            continue
        said = told.setdefault((entry.kind, entry.object_id), {})
        said |= json.loads(after or "{}") | {"entry": entry.id, "at": entry.at}
    return told, ended


_OF_SESSIONS = ("log-in", "issue", "log-out", "log-out-everywhere")

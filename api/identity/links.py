"""个人链接与日历订阅: what an expert holds instead of a password. 256 random bits each, stored as
SHA-256, revocable, with an end.

A chat program that previews an address fetches it with GET, so a GET never uses a link up: the page
shows a button, and its POST exchanges the link for a short session. Unknown, expired and revoked
links answer with the same bytes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from api.identity import tokens
from api.identity.sessions import EXPERT_HOURS, Client, Desk, Opened, digest, new_token
from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger


def issue_personal(
    ledger: Ledger, actor: Actor, expert_uid: str, expires_at: datetime
) -> tuple[str, str]:
    """A new personal link (uid, token); the expert's earlier ones end.

    The token is shown once and kept nowhere.
    """
    return _issue(ledger, actor, "self", expert_uid, expires_at)


def issue_feed(
    ledger: Ledger, actor: Actor, expert_uid: str, expires_at: datetime
) -> tuple[str, str]:
    """A new calendar-feed token (uid, token); the earlier one ends."""
    return _issue(ledger, actor, "calendar", expert_uid, expires_at)


def _issue(
    ledger: Ledger, actor: Actor, purpose: str, expert_uid: str, expires_at: datetime
) -> tuple[str, str]:
    token = new_token()
    with ledger.write(actor) as uow:
        uid = tokens.issue_link(uow, purpose, expert_uid, digest(token), expires_at)
        uow.commit()
    return uid, token


def exchange(desk: Desk, token: str, client: Client, now: datetime) -> Opened:
    """A personal link for a short session of its expert.

    Raises Refusal `bad-link`, the same for every reason, or `too-many-failures`.
    """
    desk.refuse_guessed_links(client, now)
    with desk.ledger.read() as session:
        holder = tokens.find_link(session, "self", digest(token), now)
        end = tokens.link_end(session, digest(token)) if holder else now
    if holder is None:
        desk.note_bad_link(client)
        raise bad_link()
    lifetime = min(timedelta(hours=EXPERT_HOURS), end - now)
    return desk.open(holder, lifetime, client, now, link_sha256=digest(token))


def feed_owner(ledger: Ledger, token: str, now: datetime) -> str:
    """Whose calendar a feed token shows (expert uid). Raises Refusal `bad-link`."""
    with ledger.read() as session:
        holder = tokens.find_link(session, "calendar", digest(token), now)
    if holder is None:
        raise bad_link()
    return holder.uid


def bad_link() -> Refusal:
    return Refusal("bad-link", "这个链接无效、已过期或已停用，请向审定办索取新的链接。")

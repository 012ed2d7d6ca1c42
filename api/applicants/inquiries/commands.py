"""答复链接的两扇门共用: whose link it is, and under which name its answers are noted."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from sqlalchemy.orm import Session

from api.identity.sessions import digest
from award.applicants import inquiries
from award.applicants.tables import Inquiry
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,100}$", description="答复链接中的令牌")]


def behind(session: Session, token: str) -> Inquiry:
    """The letter of a link. Raises Refusal `bad-link` for a wrong, an ended and a withdrawn one."""
    row = inquiries.by_link(session, digest(token))
    if row is None:
        raise Refusal("bad-link", "这个链接无效或已停用，请向审定办索取新的链接。")
    return row


def department(row: Inquiry, by_name: str = "") -> Actor:
    """A department has no account; the log names it and who answered for it."""
    return Actor(row.uid, f"{row.department} {by_name.strip()}".strip()[:100], Role.ANONYMOUS)

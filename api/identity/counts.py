"""登录的数目, for whoever watches the server: numbers only, of nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.identity.tables import LoginAttempt, LoginSession

# The span of the limit per name (api/identity/sessions.py).
FAILED_WITHIN = timedelta(minutes=15)


def open_sessions(session: Session, now: datetime) -> int:
    alive = select(func.count(LoginSession.uid)).where(
        LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    return session.scalar(alive) or 0


def failed_attempts(session: Session, now: datetime) -> int:
    """Each once: for an account that is known a second row stands without an address."""
    failed = select(func.count(LoginAttempt.id)).where(
        LoginAttempt.success.is_(False),
        LoginAttempt.address != "",
        LoginAttempt.at > now - FAILED_WITHIN,
    )
    return session.scalar(failed) or 0

"""重复提交: a request that carries a key is carried out once, however often it is sent.

What marks it as done is written in the transaction that does it, so that no crash lies between; the
answer is kept right after, and whoever asks again gets it.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.base import Base

KEPT = timedelta(days=1)


class DoneRequest(Base):
    """一次带重复提交键的请求. `status` None: done, and its answer was lost."""

    __tablename__ = "done_request"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # sha256 of person and key
    fingerprint: Mapped[str] = mapped_column(String(64))  # sha256 of what was asked
    at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[str] = mapped_column(default="{}")
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed


@dataclass
class Asked:
    """The request that is being carried out; `done` once something of it was kept.

    `opened_by`: whose eyes the kept answer is sealed for; `page`: what the keys of all requests
    from one drawn page begin with.
    """

    key: str
    fingerprint: str
    opened_by: str
    page: str | None = None
    done: bool = False


asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def done() -> Refusal:
    return Refusal("already-done", "这个请求已经办成，没有再办；请查看最新内容。")


def mark(session: Session, now: datetime) -> None:
    """Called at every commit: the first of a request says that it was carried out.

    Raises Refusal `already-done` when its twin, which came at the same moment, was first.
    """
    request = asked.get()
    if request is None or request.done:
        return
    if session.get(DoneRequest, request.key) is not None:
        raise done()
    session.execute(delete(DoneRequest).where(DoneRequest.at < now - KEPT))
    if request.page is not None:
        # Something else was done from this page since: to do the former again is a wish of its own.
        session.execute(delete(DoneRequest).where(DoneRequest.key.startswith(request.page)))
    session.add(DoneRequest(key=request.key, fingerprint=request.fingerprint, at=now))
    session.flush()
    request.done = True

"""台账: one unit of work per use case. Nothing is kept unless `commit` is called, and what is kept stands in the log.

with ledger.write(actor) as uow:
    register.suspend(uow, expert_uid, version, reason)
    uow.commit()
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import audit, migrate
from expert_pool.ledger.base import Base, Editable, plain
from expert_pool.ledger.engine import make_engine, reader, translate, writer

Clock = Callable[[], datetime]
Row = TypeVar("Row", bound=Editable)


class UnitOfWork:
    """One write transaction: alone in the database from begin to commit. `now` is the same for everything in it."""

    def __init__(self, session: Session, actor: Actor, now: datetime, token: Callable[[], str]) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self._token = token
        self._records: list[audit.Record] = []

    def new_uid(self, prefix: str) -> str:
        """An opaque public id such as `e-3k7…`: 60 random bits, told to nobody as a secret."""
        return f"{prefix}-{self._token()[:15]}"

    def record(
        self, action: str, kind: str, object_id: str, before: dict[str, Any] | None, after: dict[str, Any] | None, reason: str = ""
    ) -> None:
        """Note one change for the log; it joins the chain at commit."""
        self._records.append(audit.Record(action, kind, object_id, before, after, reason))

    def load(self, table: type[Row], uid: str, version: int | None = None) -> Row:
        """The record by public id. Refuses "not-found", and "stale" when `version` is given and is not the stored one."""
        row = self.session.scalar(select(table).where(table.uid == uid))
        if row is None:
            raise Refusal("not-found", "没有找到这条记录，可能编号有误。", uid=uid)
        if version is not None and row.version != version:
            raise stale(row.version)
        return row

    def touch(self, row: Editable) -> None:
        """One version up; the UPDATE carries the old version, so that a lost update is impossible even without the writer lock."""
        row.version += 1

    def flush_log(self) -> None:
        """Write the noted records into the chain now (commit does it anyway)."""
        self.session.flush()
        if self._records:
            salts = iter(self._token, "")
            audit.append(self.session, self.actor, self.now, self._records, salts)
            self._records = []

    def commit(self) -> None:
        self.flush_log()
        self.session.commit()


class Ledger:
    """台账. Opening refuses a database whose schema is not this program's ("schema-missing", "schema-old", "schema-new")."""

    def __init__(self, url: str, clock: Clock, token: Callable[[], str] = lambda: secrets.token_hex(16)) -> None:
        self.url = url
        self.clock = clock
        self._token = token
        self.engine = make_engine(url)
        self._reader = reader(self.engine)
        self._writer = writer(self.engine)
        with _refusals(), self._reader.connect() as connection:
            migrate.check(connection)

    @contextmanager
    def write(self, actor: Actor) -> Iterator[UnitOfWork]:
        with _refusals(), Session(self._writer, expire_on_commit=False) as session:
            # Begin now: what the use case reads first must already be behind the writer lock.
            session.connection()
            yield UnitOfWork(session, actor, self.clock(), self._token)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _refusals(), Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        refusal = translate(error)
        if refusal is None:
            raise
        raise refusal from error


def stale(current: int) -> Refusal:
    return Refusal("stale", "这条记录刚刚被别人改过，您的修改没有保存。请刷新页面，看过最新内容后再改。", current=current)


def describe(row: Base, **more: Any) -> dict[str, Any]:
    """A record's columns as the log keeps them (row numbers left out)."""
    columns = inspect(type(row)).columns
    return {name: plain(getattr(row, name)) for name in columns.keys() if name not in ("id",)} | more  # noqa: SIM118 - not a dict

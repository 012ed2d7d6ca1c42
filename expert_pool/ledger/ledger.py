"""台账: one unit of work per use case. Nothing is kept unless `commit` is called, and what is kept
stands in the log.

with ledger.write(actor) as uow:
    register.suspend(uow, expert_uid, version, reason)
    uow.commit()
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Mapper, Session

from expert_pool.core.actor import Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day
from expert_pool.ledger import audit, migrate, recused, repeated, turn
from expert_pool.ledger.base import Editable, plain
from expert_pool.ledger.engine import CONNECTIONS, make_engine, reader, refusals, writer
from expert_pool.ledger.seal import Seal, give

Clock = Callable[[], datetime]
Follower = Callable[["UnitOfWork"], None]
# Gives a new record's public id from its prefix and what it says, where chance shall not.
Ids = Callable[[str, Mapping[str, Any]], str]
Row = TypeVar("Row", bound=Editable)


class UnitOfWork:
    """One write transaction: alone in the database from begin to commit.

    `now` is the same for everything in it.
    """

    def __init__(
        self,
        session: Session,
        actor: Actor,
        now: datetime,
        token: Callable[[], str],
        followers: Sequence[Follower] = (),
        ids: Ids | None = None,
    ) -> None:
        self._ids = ids
        self.session = session
        self.actor = actor
        self.now = now
        self._token = token
        self._records: list[audit.Record] = []
        self._followers = followers
        self._following = False
        self.kinds: set[str] = set()  # of all records that were noted so far

    @property
    def today(self) -> date:
        """The day of `now` in Asia/Shanghai."""
        return local_day(self.now)

    def new_uid(self, prefix: str, said: Mapping[str, Any] = MappingProxyType({})) -> str:
        """An opaque public id such as `e-3k7…`: 60 random bits, told to nobody as a secret.

        `said`: the new record's values, for a ledger that names by them.
        """
        if self._ids is not None:
            return self._ids(prefix, said)
        return f"{prefix}-{self._token()[:15]}"

    def record(
        self,
        action: str,
        kind: str,
        object_id: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        reason: str = "",
    ) -> None:
        """Note one change for the log; it joins the chain at commit."""
        self.kinds.add(kind)
        self._records.append(audit.Record(action, kind, object_id, before, after, reason))

    def load(self, table: type[Row], uid: str, version: int | None = None) -> Row:
        """The record by public id.

        Refuses "not-found", "conflicted" when it is about somebody the actor must keep away from,
        and "stale" when `version` is given and is not the stored one.
        """
        row = self.session.scalar(select(table).where(table.uid == uid))
        if row is None:
            raise Refusal("not-found", "没有找到这条记录，可能编号有误。", uid=uid)
        if not self._following:
            recused.demand_may_load(self.session, self.actor, row)
        if version is not None and row.version != version:
            raise stale(row.version)
        return row

    def add(self, row: Row, prefix: str, action: str = "create", reason: str = "") -> Row:
        """Store a new record with its public id, and note it."""
        row.uid, row.version = self.new_uid(prefix, vars(row)), 1
        self._demand_free(row, recused.NEW)
        self.session.add(row)
        self.session.flush()
        self.record(action, kind_of(row), row.uid, None, describe(row), reason)
        return row

    def store(self, rows: Sequence[Editable], prefix: str) -> None:
        """Store many new records at once; the caller notes them."""
        for row in rows:
            row.uid, row.version = self.new_uid(prefix, vars(row)), 1
        self.session.add_all(rows)
        self.session.flush()

    def insert(
        self, table: type[Editable], rows: Sequence[Mapping[str, Any]], prefix: str
    ) -> tuple[dict[str, Any], ...]:
        """Store thousands of new records as plain values; gives them with `id`, `uid`, `version`.

        The caller notes them (`described`).
        """
        if not rows:
            return ()
        blank = {
            column.key: _first(column) for column in inspect(table).columns if column.key != "id"
        }
        full = [{**blank, **row, "uid": self.new_uid(prefix, row), "version": 1} for row in rows]
        columns = inspect(table).local_table.c
        stored = self.session.execute(
            insert(inspect(table).local_table).returning(columns.uid, columns.id), full
        )
        numbers: dict[str, int] = dict(stored.all())
        return tuple({**row, "id": numbers[row["uid"]]} for row in full)

    @contextmanager
    def change(self, row: Editable, action: str, reason: str = "") -> Iterator[None]:
        """Change a record inside the block: one version up and one entry in the log; nothing at all
        if nothing is different after it.
        """
        before = describe(row)
        yield
        if describe(row) != before:
            self._demand_free(row, before)
            self.touch(row)
            self.session.flush()
            self.record(action, kind_of(row), row.uid, before, describe(row), reason)

    def remove(self, row: Editable, action: str, reason: str = "") -> None:
        """Take a record away, and note what it was."""
        self._demand_free(row, describe(row))
        self.record(action, kind_of(row), row.uid, describe(row), None, reason)
        self.session.delete(row)

    @contextmanager
    def together(
        self, action: str, kind: str, object_id: str = "", reason: str = ""
    ) -> Iterator[None]:
        """One entry for everything noted inside the block, by kind of record: what an import does
        to one person.
        """
        start = len(self._records)
        yield
        parts, self._records = self._records[start:], self._records[:start]
        if parts:
            before, after = (
                {f"{part.kind}/{part.object_id}": getattr(part, side) for part in parts}
                for side in ("before", "after")
            )
            self.record(action, kind, object_id or parts[0].object_id, before, after, reason)

    @property
    def noted(self) -> int:
        """How many changes have been noted and not yet written into the chain."""
        return len(self._records)

    @contextmanager
    def attempt(self, because: str = "") -> Iterator[None]:
        """All of the block or nothing: what a refusal breaks off is undone, with its notes.

        `because` joins the reason of every note.
        """
        start = len(self._records)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self._records[start:]
            raise
        noted = self._records[start:]
        self._records[start:] = [
            replace(one, reason="；".join(filter(None, (one.reason, because)))) for one in noted
        ]

    def demand_may_name(self, *organisations: str) -> None:
        """Raises Refusal `conflicted` when the actor must keep away from one of these: for what
        would answer by whether there is such a record.
        """
        recused.demand_may_name(self.actor, organisations)

    def _demand_free(self, row: Editable, before: Mapping[str, Any]) -> None:
        """What follows by itself from something else is nobody's act."""
        if not self._following:
            with self.session.no_autoflush:
                recused.demand_free(self.session, self.actor, row, before)

    def touch(self, row: Editable) -> None:
        """One version up; the UPDATE carries the old version, so that a lost update is impossible
        even without the writer lock.
        """
        row.version += 1

    def erase_contents(self, object_ids: Collection[str], reason: str, saying: str = "") -> int:
        """依法删除日志内容: what the log holds of these objects goes (or only what says these
        words), that it was there and who did what stays; gives how many entries.
        """
        self.flush_log()
        found = audit.with_contents(self.session, object_ids, saying)
        for entry in found:
            self.record(audit.ERASE, "audit", str(entry), None, None, reason)
        self.flush_log()
        audit.delete_contents(self.session, found)
        return len(found)

    def begin_sealing(self) -> None:
        """After an upgrade, so that no log stands there without a seal."""
        audit.begin_sealing(self.session, self.actor, self.now, iter(self._token, ""))

    def flush_log(self) -> None:
        """Write the noted records into the chain now (commit does it anyway)."""
        self.session.flush()
        if self._records:
            salts = iter(self._token, "")
            audit.append(self.session, self.actor, self.now, self._records, salts)
            self._records = []

    def commit(self) -> None:
        """Keep everything, with what follows from it (`Ledger.followers`), or nothing."""
        self._following = True
        for follow in self._followers:
            follow(self)
        self._following = False
        self.flush_log()
        repeated.mark(self.session, self.now)
        self.session.commit()


class Ledger:
    """台账. Opening refuses a database whose schema is not this program's ("schema-missing",
    "schema-old", "schema-new").
    """

    def __init__(
        self,
        url: str | URL,
        clock: Clock,
        token: Callable[[], str] = lambda: secrets.token_hex(16),
        secret: bytes = b"",
        followers: Sequence[Follower] = (),
        ids: Ids | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        """`secret`: what the secret file holds; without it sealed texts can be neither written nor
        read. `followers`: what is done at the end of every unit of work, before it is kept.
        """
        self.url = url if isinstance(url, str) else url.render_as_string(hide_password=False)
        self.seal = Seal(secret)
        self.secret = secret
        self.clock = clock
        self._token = token
        self._followers = tuple(followers)
        self._ids = ids
        _demand_file(url)
        self.engine = make_engine(url, connections)
        self._reader = reader(self.engine)
        self._writer = writer(self.engine)
        self._turn = turn.file_of(url)
        try:
            with refusals(), self._reader.connect() as connection:
                migrate.check(connection)
        except BaseException:
            self.engine.dispose()
            raise

    @contextmanager
    def write(self, actor: Actor) -> Iterator[UnitOfWork]:
        with (
            refusals(),
            turn.waited_for(self._turn),
            Session(self._writer, expire_on_commit=False) as session,
        ):
            # Begin now: what the use case reads first must already be behind the writer lock.
            session.connection()
            give(session, self.seal)
            yield UnitOfWork(session, actor, self.clock(), self._token, self._followers, self._ids)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with refusals(), Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            give(session, self.seal)
            session.info[READING] = True
            yield session

    @contextmanager
    def asking(self, actor: Actor) -> Iterator[UnitOfWork]:
        """A unit of work to ask a use case's questions with: on the reading side, never kept."""
        with self.read() as session:
            yield UnitOfWork(session, actor, self.clock(), self._token)

    def close(self) -> None:
        self.engine.dispose()


def _demand_file(url: str | URL) -> None:
    """SQLite would make an empty database of a mistyped path."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    if not Path(parsed.database).is_file():
        raise Refusal(
            "schema-missing",
            f"没有数据库文件 {parsed.database}。请检查 EXPERT_POOL_DATABASE_URL；文件丢了的，用"
            " expert-pool restore 恢复最近的备份；新装的系统先运行 expert-pool migrate。",
        )


def stale(current: int) -> Refusal:
    return Refusal(
        "stale",
        "这条记录刚刚被别人改过，您的修改没有保存。请刷新页面，看过最新内容后再改。",
        current=current,
    )


# In Session.info: nothing is written here, so that what was read last stays true until the log
# grows
READING = "reading"
# Longer texts (problem files, plans, tables read) are named in the log by their digest.
LONGEST_TEXT = 2000
# Whole files inside a record: people's data would stay in the log after the record has let go of
# them.
ONLY_DIGEST = {
    "sealed_book",
    "tally_json",
    "problem",
    "plan",
    "names",
    "verdict",
    "best_plan",
    "table_json",
    "answers_json",
}
# What opens a door: its digest shows that somebody put another in, and opens nothing.
SECRETS = {
    "password_hash",
    "totp_secret",
    "token_sha256",
    "invite_sha256",
    "id_sealed",
    "id_mark",
}


def kind_of(row: Editable) -> str:
    return kind_of_table(type(row))


def kind_of_table(table: type[Editable]) -> str:
    return str(inspect(table).local_table.name)


def describe(row: Any) -> dict[str, Any]:
    """A record as the log keeps it: its columns and the lists it owns. Its number too, by which
    other records name it: two that change their numbers change owners.
    """
    mapper = inspect(type(row))
    values = {name: _short(plain(getattr(row, name)), name) for name in _logged(mapper)}
    for relation in mapper.relationships:
        parts = [describe(part) for part in getattr(row, relation.key)]
        values[relation.key] = sorted(parts, key=_in_order)
    return values


def described(
    table: type[Any], values: Mapping[str, Any], **lists: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """What `describe` says of a record with these values and these lists of its own."""
    found = {name: _short(plain(values[name]), name) for name in _logged(inspect(table))}
    for name, parts in lists.items():
        found[name] = sorted(parts, key=_in_order) if len(parts) > 1 else list(parts)
    return found


@cache
def _logged(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The columns that the log keeps of a record."""
    owner = {column for column in mapper.columns if column.foreign_keys and column.primary_key}
    return tuple(one.key for one in mapper.column_attrs if one.columns[0] not in owner)


def _in_order(part: dict[str, Any]) -> str:
    return json.dumps(part, sort_keys=True, ensure_ascii=False)


def _first(column: Any) -> Any:
    """The value of a new record where nothing is said."""
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _short(value: Any, name: str) -> Any:
    if name in SECRETS:
        return digest_of(value) if value else value
    if isinstance(value, str) and (name in ONLY_DIGEST or len(value) > LONGEST_TEXT):
        return digested(value)
    return value


def digested(text: str) -> dict[str, Any]:
    """What the log keeps of a long text."""
    return {"sha256": digest_of(text), "characters": len(text)}


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

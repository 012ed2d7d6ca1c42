"""日志与数据的核对: what lies in the tables is what the log says was last written there.

The chain shows that the log is whole; this shows that nobody went past it: a record changed,
removed, put in or brought back behind the program's back differs from its last entry, or has none;
a stored file differs from the digest it is kept under.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, selectinload

from expert_pool.ledger.audit import AuditContent, AuditEntry, Broken
from expert_pool.ledger.base import Base, Editable
from expert_pool.ledger.ledger import SECRETS, UnitOfWork, describe, digested, kind_of_table

# How the log calls a table whose entries were not written by the unit of work.
CALLED = {"personal-link": "personal_link"}
# What the program sets without an entry of its own: signs of life, counters.
UNLOGGED: Mapping[str, frozenset[str]] = {
    # The step of the last code used changes at every log-in; conflicts have entries of their own.
    "account": frozenset(("totp_step", "conflicts")),
    "personal_link": frozenset(("used_at",)),
    # The names of people who were refused stay out of the log.
    "import_row": frozenset(("name", "unit", "reason")),
}
# A search tells how far it is while it goes on; what it ended with stands in the log.
GOING_ON: Mapping[str, frozenset[str]] = {
    "solve_job": frozenset(
        (
            "heartbeat_at",
            "elapsed",
            "phase",
            "unassigned",
            "objective",
            "bound",
            "reports",
            "best_plan",
            "process",
        )
    ),
}
NEWLY_TOLD = SECRETS | {"id", "uid"}
ENDED = {"done", "failed", "cancelled"}
# The law took the log's contents away; or the record itself was removed.
ERASED, REMOVED = {"": "erased"}, {"": "removed"}
Known = dict[tuple[str, str], dict[str, Any]]


def reconcile(session: Session) -> list[Broken]:
    """Every record that is not as its last entry says; numbered by that entry, 0 where none is."""
    known, last = _logged(session)
    broken: list[Broken] = []
    seen: set[tuple[str, str]] = set()
    for table in _tables():
        kind = kind_of_table(table)
        for row in _rows(session, table):
            key = (kind, row.uid)
            seen.add(key)
            broken += _faults(key, describe(row), known, last.get(key, 0))
    kinds = {kind_of_table(table) for table in _tables()}
    for key, values in known.items():
        # Who looked at a whole list stands there too, and is no record.
        if "uid" in values and key not in seen and key[0] in kinds:
            broken.append(
                Broken(last[key], f"{key[0]} {key[1]}：日志第 {last[key]} 条之后被删去，没有记录")
            )
    return [*broken, *_changed_files(session)]


def take_stock(uow: UnitOfWork) -> None:
    """After an upgrade: what the log of an earlier version does not say of the present records,
    their numbers and the digests of what opens a door, it says from now on.
    """
    found = {
        record: values
        for record, more in untold(uow.session)
        if (values := {name: one for name, one in more.items() if name in NEWLY_TOLD})
    }
    if found:
        uow.record("take-stock", "audit", "", None, found)


def untold(session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
    """By kind and public id, what the log does not say of a record that it knows."""
    known, _ = _logged(session)
    for table in _tables():
        kind = kind_of_table(table)
        for row in _rows(session, table):
            told = known.get((kind, row.uid), ERASED)
            if "" not in told:
                skipped = told.keys() | UNLOGGED.get(kind, frozenset())
                values = describe(row)
                yield f"{kind}/{row.uid}", {name: values[name] for name in values.keys() - skipped}


def _changed_files(session: Session) -> Iterator[Broken]:
    """Stored files whose bytes are not those that they are kept under."""
    for mapper in Base.registry.mappers:
        columns = mapper.local_table.columns
        if columns.keys()[1:] != ["content"]:
            continue
        # One at a time: a sealed archive may be large.
        query = select(*columns).execution_options(yield_per=1)
        for digest, content in session.execute(query):
            if hashlib.sha256(content).hexdigest() != digest:
                yield Broken(0, f"{mapper.local_table} {digest[:12]}：文件内容被改动")


def _faults(
    key: tuple[str, str], values: Mapping[str, Any], known: Known, entry: int
) -> Iterator[Broken]:
    kind, uid = key
    if key not in known:
        yield Broken(0, f"{kind} {uid}：日志里没有这条记录的由来")
        return
    told = known[key]
    if told is REMOVED:
        yield Broken(entry, f"{kind} {uid}：日志第 {entry} 条已经删去，被绕过程序放了回来")
        return
    skipped = UNLOGGED.get(kind, frozenset())
    if told.get("status") not in ENDED:
        skipped |= GOING_ON.get(kind, frozenset())
    for name in sorted(told.keys() & values.keys() - skipped):
        if not _same(told[name], values[name]):
            yield Broken(entry, f"{kind} {uid}：{name} 与日志第 {entry} 条不符，被绕过程序改动")


def _kept(told: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {} if told is None or "" in told else told


def _same(told: Any, found: Any) -> bool:
    """Equal, the same instant written otherwise, or a text of which the log keeps the digest now
    and kept the whole in its first versions.
    """
    if told == found or (isinstance(told, str) and found == digested(told)):
        return True
    try:
        return datetime.fromisoformat(told) == datetime.fromisoformat(found)
    except (TypeError, ValueError):
        return False


def _logged(session: Session) -> tuple[Known, dict[tuple[str, str], int]]:
    """The last known contents of every record, and the entry that told them."""
    known: Known = {}
    last: dict[tuple[str, str], int] = {}
    query = select(
        AuditEntry.id,
        AuditEntry.action,
        AuditEntry.kind,
        AuditEntry.object_id,
        AuditContent.entry_id,
        AuditContent.before,
        AuditContent.after,
    ).outerjoin(AuditContent, AuditContent.entry_id == AuditEntry.id)
    for row in session.execute(query.order_by(AuditEntry.id).execution_options(yield_per=2000)):
        kind = CALLED.get(row.kind, row.kind)
        if row.entry_id is None:
            known[kind, row.object_id] = ERASED
            last[kind, row.object_id] = row.id
            continue
        before, after = (json.loads(text) if text else None for text in (row.before, row.after))
        if (
            row.action == "forget" and after and "effect" in after
        ):  # what became of many records by law; told beside it
            continue
        for key, old, new in _parts((kind, row.object_id), before, after):
            if new is not None:
                known[key] = {**_kept(known.get(key)), **new}
                last[key] = row.id
            elif old is not None:
                known[key] = REMOVED
                last[key] = row.id
    return known, last


def _parts(
    key: tuple[str, str], before: dict[str, Any] | None, after: dict[str, Any] | None
) -> Iterable[tuple[tuple[str, str], Any, Any]]:
    """The records an entry speaks of: one, or each of those that were taken in together."""
    names = {*(before or {}), *(after or {})}
    if not names or not all("/" in name for name in names):
        return ((key, before, after),)
    return [
        (
            (name.partition("/")[0], name.partition("/")[2]),
            (before or {}).get(name),
            (after or {}).get(name),
        )
        for name in names
    ]


def _tables() -> list[type[Editable]]:
    return [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Editable)
    ]


def _rows(session: Session, table: type[Editable]) -> Iterable[Any]:
    lists = [selectinload(getattr(table, one.key)) for one in inspect(table).relationships]
    query = select(table).options(*lists).execution_options(yield_per=500)
    return session.scalars(query)

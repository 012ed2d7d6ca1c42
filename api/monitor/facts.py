"""度量中的现状: what is looked up at the moment somebody asks; numbers only, of nobody."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import psutil
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.identity import counts
from api.kit import metrics
from api.monitor import readiness
from api.settings import Settings
from award.groups import jobs
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, audit, backup, migrate

_STATES = {"ok": 1.0, "degraded": 0.5, "failed": 0.0}


class Facts:
    """One scrape. A database that does not answer leaves its figures out and says so in `ready`."""

    def __init__(self, ledger: Ledger, settings: Settings, version: str, now: datetime) -> None:
        self._ledger, self._settings = ledger, settings
        self._version, self._now = version, now

    def collect(self) -> Iterable[Metric]:
        engine = self._ledger.engine.dialect.name
        told = {"version": self._version, "schema": migrate.head(), "engine": engine}
        yield InfoMetricFamily("expert_pool", "程序版本、结构版本、数据库种类。", value=told)
        ready = GaugeMetricFamily(
            "expert_pool_ready", "各项检查：1 正常，0.5 提示，0 不能办事。", labels=["check"]
        )
        for check, state in asdict(readiness.look(self._ledger, self._settings)).items():
            ready.add_metric([check], _STATES[state])
        yield ready
        yield from self._disk()
        yield from self._backup()
        yield _gauge("expert_pool_memory_bytes", "全部网页进程和求解子进程占用的内存。", memory())
        try:
            with self._ledger.read() as session:
                yield from list(self._records(session))
        except (SQLAlchemyError, Refusal):
            return

    def _disk(self) -> Iterator[Metric]:
        folder = self._settings.data_dir if self._settings.data_dir.exists() else Path()
        usage = shutil.disk_usage(folder)
        yield _gauge("expert_pool_disk_free_bytes", "数据所在磁盘的余量。", usage.free)
        yield _gauge("expert_pool_disk_size_bytes", "数据所在磁盘的大小。", usage.total)
        url = make_url(self._settings.database_url)
        if url.get_backend_name() == "sqlite" and url.database and Path(url.database).exists():
            size = Path(url.database).stat().st_size
            yield _gauge("expert_pool_database_bytes", "数据库文件的大小。", size)

    def _backup(self) -> Iterator[Metric]:
        folder = self._settings.backup_dir
        newest = backup.newest(folder, self._settings.database_url) if folder is not None else None
        if newest is not None:
            age = self._now.timestamp() - newest.stat().st_mtime
            yield _gauge("expert_pool_backup_age_seconds", "最近一份备份有多旧。", age)

    def _records(self, session: Session) -> Iterator[Metric]:
        family = GaugeMetricFamily("expert_pool_jobs", "求解任务数，按状态。", labels=["state"])
        for state, number in sorted(jobs.counted(session).items()):
            family.add_metric([state], number)
        yield family
        entries = audit.head(session, self._now).entries
        yield _gauge("expert_pool_audit_entries", "操作日志的条数。", entries)
        open_now = counts.open_sessions(session, self._now)
        yield _gauge("expert_pool_sessions", "尚未结束的登录数。", open_now)
        failed = counts.failed_attempts(session, self._now)
        yield _gauge("expert_pool_failed_logins", "最近一刻钟内失败的登录次数。", failed)


def memory() -> int:
    """Bytes held by all processes of this service, whichever of the web workers is asked."""
    whole = psutil.Process()
    if metrics.SHARED in os.environ:  # one of several: the parent keeps them all
        whole = whole.parent() or whole
    held = 0
    for process in (whole, *whole.children(recursive=True)):
        with contextlib.suppress(psutil.Error):  # ended meanwhile
            held += process.memory_info().rss
    return held


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)

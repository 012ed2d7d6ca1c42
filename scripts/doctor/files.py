"""体检之一：文件、磁盘、备份."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy.engine import make_url

from api.monitor.readiness import LOW_SHARE, free_share
from api.settings import PREFIX, Settings, secret_faults
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import backup

BACKUP_EVERY = timedelta(hours=48)
# SQLite's write-ahead log needs memory shared between processes, which these do not give.
NETWORKED = ("nfs", "nfs4", "cifs", "smbfs", "smb3", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph")


def database_file(settings: Settings) -> Path | None:
    url = make_url(settings.database_url)
    sqlite = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)) if sqlite else None


def secret_of(settings: Settings) -> bytes:
    """What the key file holds; nothing when it is unfit, which `key` has told."""
    return b"" if secret_faults(settings.secret_file) else settings.secret_file.read_bytes().strip()


def key(settings: Settings, _now: datetime) -> Iterator[str]:
    yield from secret_faults(settings.secret_file)


def folders(settings: Settings, _now: datetime) -> Iterator[str]:
    folder = settings.data_dir
    if not folder.is_dir():
        yield f"{PREFIX}DATA_DIR：没有目录 {folder}，请用 mkdir -m 700 {folder} 建立。"
    elif not os.access(folder, os.W_OK):
        yield f"{PREFIX}DATA_DIR：目录 {folder} 不能写，请改为本用户所有。"
    elif folder.stat().st_mode & 0o007:
        yield f"{PREFIX}DATA_DIR：目录 {folder} 对本机其他用户开放，请执行 chmod 700 {folder}。"
    try:
        with tempfile.TemporaryFile():
            pass
    except OSError:
        yield f"临时目录 {tempfile.gettempdir()} 不能写，导入表格和求解都要用，请检查权限和余量。"


def database(settings: Settings, _now: datetime) -> Iterator[str]:
    file = database_file(settings)
    if file is None or not file.is_file():
        return  # the ledger says so in its own words
    if not os.access(file, os.W_OK) or file.stat().st_mode & 0o200 == 0:
        yield f"数据库文件 {file} 不能写，什么都保存不了，请执行 chmod 600 {file}，并核对属主。"
    if not os.access(file.parent, os.W_OK):
        yield f"数据库所在目录 {file.parent} 不能写，SQLite 的日志文件建不了，请改为本用户所有。"
    kind = file_system(file)
    if kind in NETWORKED:
        yield (
            f"数据库文件 {file} 在网络文件系统（{kind}）上，SQLite 在那里会丢数据，请移到本机磁盘，"
            "或改用 PostgreSQL。"
        )


def file_system(path: Path) -> str:
    """The kind of file system that a path lies on; empty when the system does not tell."""
    whole = path.resolve()
    mounts = [
        one for one in psutil.disk_partitions(all=True) if whole.is_relative_to(one.mountpoint)
    ]
    longest = max(mounts, key=lambda one: len(one.mountpoint), default=None)
    return str(longest.fstype) if longest else ""


def disk(settings: Settings, _now: datetime) -> Iterator[str]:
    share = free_share(settings)
    if share < LOW_SHARE:
        yield f"数据所在磁盘只剩 {share:.0%}，满了就不能保存，请清理或扩容。"


def backups(settings: Settings, now: datetime) -> Iterator[str]:
    folder = settings.backup_dir
    if folder is None:
        yield f"没有设 {PREFIX}BACKUP_DIR，看不出有没有备份，请写明定时备份的目录。"
        return
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        yield (
            f"{PREFIX}BACKUP_DIR：目录 {folder} 不存在或不能写，请用 mkdir -m 700 {folder} 建立，"
            "改为本用户所有。"
        )
        return
    newest = backup.newest(folder, settings.database_url)
    if newest is None:
        yield (
            f"备份目录 {folder} 里没有备份，请运行 expert-pool backup，并用 systemctl enable --now"
            " expert-pool-backup.timer 启用定时备份。"
        )
        return
    age = now.timestamp() - newest.stat().st_mtime
    if age > BACKUP_EVERY.total_seconds():
        days = age / 86400
        yield (
            f"最近的备份 {newest.name} 已是 {days:.0f} 天前的，请运行 expert-pool backup 补一份，"
            "并用 systemctl status expert-pool-backup.timer expert-pool-backup 看为什么没有按时做。"
        )
    if database_file(settings):
        yield from _damaged(newest)


def _damaged(newest: Path) -> Iterator[str]:
    try:
        backup.verify(newest)
    except Refusal as refusal:
        yield f"{refusal.message_zh}请马上运行 expert-pool backup 另做一份，并检查存放备份的磁盘。"


def leftovers(settings: Settings, _now: datetime) -> Iterator[str]:
    """A log of writes without its database is what a careless move leaves behind."""
    file = database_file(settings)
    if file is not None and not file.exists() and file.with_name(file.name + "-wal").exists():
        yield (
            f"{file}-wal 还在，数据库文件 {file.name} 却不在：最近写入的内容在 -wal 里，"
            "请把两个文件放回一处再打开，不要删它。"
        )


CHECKS = (key, folders, database, disk, backups, leftovers)

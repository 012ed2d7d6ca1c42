"""定时备份的目录: names by the time, and the rotation that the retention of records asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from api.settings import PREFIX
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.zone import SHANGHAI

NAMES = "pool-*.db"


def next_file(folder: Path | None, now: datetime) -> Path:
    """The file of a backup made now. Raises Refusal `no-folder` when no folder is set."""
    return _set(folder) / f"pool-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.db"


def remove_older(folder: Path | None, now: datetime, days: int) -> int:
    """Remove backups that were made more than `days` ago; gives how many. The newest one stays,
    however old.
    """
    oldest = (now - timedelta(days=days)).timestamp()
    kept = sorted(_set(folder).glob(NAMES), key=lambda one: one.stat().st_mtime)[:-1]
    gone = [one for one in kept if one.stat().st_mtime < oldest]
    for one in gone:
        one.unlink()
        one.with_name(one.name + ".sha256").unlink(missing_ok=True)
    return len(gone)


def _set(folder: Path | None) -> Path:
    if folder is None:
        raise Refusal(
            "no-folder", f"请写明备份文件，或者在 {PREFIX}BACKUP_DIR 里设定备份目录后再运行。"
        )
    return folder

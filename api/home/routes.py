"""运行状态: does the program answer, does the database answer, is there room left on the disk."""

from __future__ import annotations

import shutil

from sqlalchemy import text

from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, SettingsDep
from api.kit.fields import Output
from expert_pool.facts.refusal import Refusal

router = Router(prefix="/api/v1", tags=["运行"])

# Below this share of free space the page warns before writes begin to fail (reliability T13).
LOW_SHARE = 0.10


class Health(Output):
    status: str
    disk_low: bool


@router.get("/health", allow=Permission.PUBLIC, summary="运行状态")
def health(ledger: LedgerDep, settings: SettingsDep) -> Health:
    """数据库可读即为正常；磁盘余量不足一成时提示。"""
    with ledger.read() as session:
        if session.execute(text("SELECT 1")).scalar_one() != 1:
            raise Refusal("busy", "数据库没有应答，请稍后再试。")
    usage = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".")
    return Health(status="ok", disk_low=usage.free < usage.total * LOW_SHARE)

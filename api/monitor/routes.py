"""运行状态与度量: for load balancers, monitoring programs and the administrator."""

from __future__ import annotations

from fastapi import Request, Response

from api.kit import metrics
from api.kit.access import Permission, Router
from api.kit.deps import LedgerDep, NowDep, SettingsDep
from api.kit.fields import Output
from api.monitor import facts, readiness
from api.monitor.readiness import State

router = Router(tags=["运行"])


class Alive(Output):
    status: State = "ok"


class Health(Output):
    status: State
    database: State
    schema_version: State
    key: State
    solver: State
    disk: State


@router.get("/health/live", allow=Permission.PUBLIC, summary="进程在不在")
def live() -> Alive:
    """进程能答复即为正常，不问数据库：答不上来才需要重启进程。"""
    return Alive()


@router.get(
    "/health",
    allow=Permission.PUBLIC,
    summary="能不能办事",
    responses={503: {"model": Health, "description": "数据库、结构或密钥有问题，不能办事"}},
)
def ready(ledger: LedgerDep, settings: SettingsDep, response: Response) -> Health:
    """数据库、结构版本、密钥三项都正常才能办事，否则答复 503；求解和磁盘余量不足一成只提示。

    原因和办法由 `expert-pool doctor` 说明，这里不对外说。
    """
    found = readiness.look(ledger, settings)
    response.status_code = 503 if found.status == "failed" else 200
    return Health(
        status=found.status,
        database=found.database,
        schema_version=found.schema,
        key=found.key,
        solver=found.solver,
        disk=found.disk,
    )


@router.get(
    "/metrics",
    allow=Permission.MONITOR,
    summary="运行度量（Prometheus 文本）",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def figures(request: Request, ledger: LedgerDep, settings: SettingsDep, now: NowDep) -> Response:
    """本机的程序、持令牌的监测程序和系统管理员可读；不含姓名、编号和网址。"""
    looked_up = facts.Facts(ledger, settings, request.app.version, now)
    return Response(metrics.exposition(looked_up), media_type=metrics.CONTENT_TYPE)

"""权限表: who may do what. Roles hold permissions, routes name one permission, and nothing is open
by accident.

A route cannot be declared without `allow=`, and `audit` stops the program when the application
serves a path that this registry does not know (reliability T1). Which object a role sees is decided
in the stores by the Viewer; this table decides which doors exist.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.routing import Match, Mount
from starlette.types import Message, Receive, Scope

from api.kit import once
from api.kit.entered import EnteredRequest
from expert_pool.core.actor import Role

# Everything but uploads is small; upload routes state their own limit.
BODY_BYTES = 1_000_000
# Whoever sends slower than this line holds a place that others need.
BODY_SECONDS, SLOWEST_BYTES = 15.0, 50_000  # at least; a second


class Permission(StrEnum):
    """One door each, named by what a person does."""

    PUBLIC = "public"  # 不需登录：登录页、健康检查、凭令牌的订阅
    OWN_SESSION = "own-session"  # 自己的登录
    READ_YEAR = "read-year"  # 年度、日历、进度
    EDIT_YEAR = "edit-year"
    READ_EXPERTS = "read-experts"  # 专家库
    EDIT_EXPERTS = "edit-experts"
    DECIDE_EXPERTS = "decide-experts"  # 资格审查、解聘、案件处理、回避复核
    READ_APPLICANTS = "read-applicants"
    EDIT_APPLICANTS = "edit-applicants"
    IMPORT = "import"  # 导入台账
    READ_PLANS = "read-plans"  # 编组方案、快照
    EDIT_PLANS = "edit-plans"  # 求解、调整、固定
    APPROVE_PLANS = "approve-plans"  # 复核批准（第二人）
    PUBLISH_PLANS = "publish-plans"  # 发布、撤回
    ISSUE_LINKS = "issue-links"  # 个人链接
    READ_AUDIT = "read-audit"  # 审计记录
    MANAGE_ACCOUNTS = "manage-accounts"
    MONITOR = "monitor"  # 运行度量：系统管理员，及本机或持令牌的监测程序
    DECLARE_STAFF = "declare-staff-conflict"  # 工作人员申报本人的回避
    DECIDE_STAFF = "decide-staff-conflict"  # 登记、决定工作人员的回避
    ERASE = "erase"  # 到期记录的删除
    RUN_AWARD = "run-award"  # 年度步骤、受理、征求意见
    DECIDE_AWARD = "decide-award"  # 资格、入围等决定
    TELL_VOTES = "tell-votes"  # 计票
    READ_SCORES = "read-scores"  # 评分进度；锁定后的评分和报告
    OWN_BOOK = "own-book"  # 评审员本人的评分表和所在组的合议
    OWN_FILE = "own-file"  # 评审员本人的资料、空闲、声明、任务


P = Permission
_STAFF_READ = frozenset(
    {
        P.PUBLIC,
        P.OWN_SESSION,
        P.READ_YEAR,
        P.READ_EXPERTS,
        P.READ_APPLICANTS,
        P.READ_PLANS,
        P.READ_SCORES,
        P.DECLARE_STAFF,
    }
)
_DESK = frozenset(
    {P.EDIT_YEAR, P.EDIT_EXPERTS, P.EDIT_APPLICANTS, P.IMPORT, P.EDIT_PLANS, P.ISSUE_LINKS}
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ANONYMOUS: frozenset({P.PUBLIC}),
    Role.EXPERT: frozenset({P.PUBLIC, P.OWN_SESSION, P.OWN_FILE, P.OWN_BOOK}),
    Role.SECRETARIAT: _STAFF_READ
    | _DESK
    | {P.PUBLISH_PLANS, P.DECIDE_EXPERTS, P.RUN_AWARD, P.TELL_VOTES},
    Role.APPROVER: (
        _STAFF_READ
        | {
            P.DECIDE_EXPERTS,
            P.APPROVE_PLANS,
            P.PUBLISH_PLANS,
            P.READ_AUDIT,
            P.ERASE,
            P.DECIDE_STAFF,
            P.RUN_AWARD,
            P.DECIDE_AWARD,
            P.TELL_VOTES,
        }
    ),
    Role.INSPECTOR: _STAFF_READ | {P.READ_AUDIT},
    Role.ADMIN: frozenset({P.PUBLIC, P.OWN_SESSION, P.MANAGE_ACCOUNTS, P.MONITOR}),
    # The program itself never comes in through the web.
    Role.SYSTEM: frozenset(),
}


def may(role: Role, permission: Permission) -> bool:
    return permission in GRANTS[role]


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class UndeclaredRoute(TypeError):  # noqa: N818
    """A path without a stated permission: a mistake of ours, found before the first request."""


@dataclass(frozen=True)
class Door:
    """One declared route: what the access matrix lists."""

    method: str
    path: str
    allow: Permission


class GuardedRoute(APIRoute):
    """Admits the caller before the body is read, so that a stranger cannot make us parse anything,
    and nobody an endless body.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        extra = self.openapi_extra or {}
        permission, largest = (
            Permission(extra["x-allow"]),
            int(extra.get("x-max-body-bytes", BODY_BYTES)),
        )

        async def guarded(request: Request) -> Response:
            limited = EnteredRequest(request.scope, _limited(request, largest))
            request.state.body = limited  # a refused form is given back with what was read of it
            await request.app.state.admit(limited, permission)
            return await once.carry_out(limited, handle)

        return guarded


def _limited(request: Request, largest: int) -> Receive:
    """The request's body up to `largest` bytes, within a time that a slow line keeps; beyond that
    413 and 408, whatever length was declared.
    """
    # FastAPI's own limit answers past our middleware, without the security headers (0.165).
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > largest:
        raise HTTPException(413)
    whole = False
    taken, until = 0, time.monotonic() + BODY_SECONDS + largest / SLOWEST_BYTES

    async def receive() -> Message:
        nonlocal taken, whole
        left = until - time.monotonic()
        try:
            # After the body it waits for the caller to hang up, as long as the answer takes.
            message = await (
                request.receive() if whole else asyncio.wait_for(request.receive(), left)
            )
        except TimeoutError:
            raise HTTPException(408) from None
        taken += len(message.get("body", b""))
        if taken > largest:
            raise HTTPException(413)
        whole = whole or not message.get("more_body", False)
        return message

    return receive


class Router(APIRouter):
    """`@router.get("/experts", allow=Permission.READ_EXPERTS)`: the only kind of router this
    application accepts.

    `body_bytes=` allows larger bodies than `BODY_BYTES` (uploads).
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=GuardedRoute, **options)
        self._heads: tuple[str, ...] = ()  # how its paths begin, up to the first {

    def include_router(self, router: APIRouter, **options: Any) -> None:
        self._heads = ("",)
        if isinstance(router, Router):
            router._heads = ("",)  # its paths begin as those of the router around it
        super().include_router(router, **options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Asking each of six hundred routes in turn was more than half of a request's time.
        if not get_route_path(scope).startswith(self._heads):
            return Match.NONE, {}
        return super().matches(scope)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = options.get("openapi_extra") or {}
        if "x-allow" not in extra:
            raise UndeclaredRoute(
                f"路由 {path}（{endpoint.__module__}.{endpoint.__qualname__}）没有写明 allow=，"
                "谁可以访问必须写明"
            )
        self._heads = tuple({*self._heads, (self.prefix + path).partition("{")[0]})
        super().add_api_route(path, endpoint, **options)

    def get(
        self, path: str, *, allow: Permission | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        return super().get(path, **_with_allow(path, allow, options))

    def post(
        self, path: str, *, allow: Permission | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        return super().post(path, **_with_allow(path, allow, options))

    def put(
        self, path: str, *, allow: Permission | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        return super().put(path, **_with_allow(path, allow, options))

    def patch(
        self, path: str, *, allow: Permission | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        return super().patch(path, **_with_allow(path, allow, options))

    def delete(
        self, path: str, *, allow: Permission | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        return super().delete(path, **_with_allow(path, allow, options))


def _with_allow(path: str, allow: Permission | None, options: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(allow, Permission):
        raise UndeclaredRoute(f"路由 {path} 没有写明 allow=，谁可以访问必须写明")
    extra = {**options.pop("openapi_extra", {}), "x-allow": allow.value}
    if "body_bytes" in options:
        extra["x-max-body-bytes"] = options.pop("body_bytes")
    return {**options, "openapi_extra": extra}


def doors(app: FastAPI) -> tuple[Door, ...]:
    """Every route of the application with its permission, sorted; hidden routes included.

    Raises `UndeclaredRoute`.
    """
    found = []
    for method, path, route in _served(app):
        allow = (getattr(route, "openapi_extra", None) or {}).get("x-allow")
        if not isinstance(route, GuardedRoute) or allow is None:
            raise UndeclaredRoute(
                f"{method} {path} 不是用 api.kit.access.Router 声明的，谁可以访问没有写明"
            )
        found.append(Door(method, path, Permission(allow)))
    return tuple(sorted(found, key=lambda door: (door.path, door.method)))


def _served(app: FastAPI) -> Iterator[tuple[str, str, Any]]:
    # FastAPI 0.165 keeps included routers nested; each nested router yields its routes in their
    # effective context.
    for entry in app.routes:
        if isinstance(entry, Mount):
            if entry.path not in app.state.static_mounts:
                raise UndeclaredRoute(f"挂载点 {entry.path} 未登记，静态文件须经 create_app 挂载")
        elif hasattr(entry, "effective_route_contexts"):
            for context in entry.effective_route_contexts():
                for method in context.methods or {"*"}:
                    yield method, context.path or "*", context.original_route
        else:
            for method in getattr(entry, "methods", None) or {"*"}:
                yield method, getattr(entry, "path", "*"), entry


def audit(app: FastAPI) -> None:
    """Refuse to start unless every route states its permission, the OpenAPI shows every route of
    /api/, and none is declared twice.
    """
    declared = {(door.method, door.path) for door in doors(app)}
    served = tuple(_served(app))
    if len(declared) != len(served):
        raise UndeclaredRoute("同一路径和方法声明了两次")
    for method, path, route in served:
        if path.startswith("/api/") and not route.include_in_schema:
            raise UndeclaredRoute(f"{method} {path} 没有列入 OpenAPI，接口不得隐藏")

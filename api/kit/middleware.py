"""每个答复都有的外层: request number, access log without secrets, security headers, and only the
host names we answer to.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit import metrics, monitors
from api.kit.errors import Problem, as_json
from api.kit.paths import OF_YEAR, inner_path
from api.settings import LOOPBACK

log = structlog.get_logger("expert_pool.access")

# No script, style or frame from anywhere but this server; forms stay here; nobody frames us (ASVS
# 3.4).
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src"
    " 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
    " object-src 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers send `Origin: null` on our own forms, which the cross-site
    # check must refuse.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000; includeSubDomains"
# Files of the program itself may be kept by browsers; everything else is personal until proven
# otherwise.
_CACHEABLE = ("/static/", "/docs/assets/")
# Calendar programs fetch these with a token in the path; nothing may carry that path on.
_TOKEN_PATHS = ("/api/v1/feeds/",)
# Asked by programs of this machine under whatever name it has for them; no link is written there.
_MONITORED = ("/health", "/health/live", "/metrics")
# Public ids and years may be logged; whatever else stands in a path may be a token, or part of one.
_LOGGABLE = re.compile(r"[a-z]{1,3}-[0-9a-f]{15}|\d{1,4}")
UNMATCHED = "unmatched"


class RequestLog:
    """访问记录: one line per request with its number, the route's template, the ids of persons and
    records; never a path, which may hold a token, whole or cut (ASVS 16.2.5).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = number
        began = time.perf_counter()
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = number
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=number):
            try:
                await self.app(scope, receive, note)
            finally:
                viewer = scope["state"].get("viewer")
                route, seconds = route_of(scope), time.perf_counter() - began
                metrics.count(scope["method"], route, status, seconds)
                log.info(
                    "request",
                    method=scope["method"],
                    route=route,
                    ids=_ids(scope.get("path_params") or {}),
                    status=status,
                    ms=round(seconds * 1000),
                    client=(scope.get("client") or ("?",))[0],
                    viewer=getattr(viewer, "id", ""),
                )


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as /experts/{uid}."""
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    path = inner_path(scope)
    return next((kind for kind in _CACHEABLE if path.startswith(kind)), UNMATCHED)


def _ids(params: Mapping[str, Any]) -> str:
    return " ".join(str(one) for one in params.values() if _LOGGABLE.fullmatch(str(one)))


class Heads:
    """HEAD on every page: what GET answers, without its body (RFC 9110 9.3.2). Monitors and link
    checkers ask so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"}
        try:
            await self.app(asked, receive, bodiless)
        finally:
            scope["route"] = asked.get("route")


class SubPath:
    """子路径: behind a proxy at https://host/pingshen every path begins so, whether the proxy takes
    that part off or leaves it on.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            whole = (
                path if path == self.root or path.startswith(f"{self.root}/") else self.root + path
            )
            scope = {**scope, "root_path": self.root, "path": whole, "raw_path": None}
        await self.app(scope, receive, send)


class OfYear:
    """往年: `/y/2025/board` is the board of that year. The year counts as part of the root, so that
    every link, form and redirect of such a page stays in it, and two windows may show two years.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            root = scope.get("root_path", "")
            found = OF_YEAR.match(scope["path"].removeprefix(root))
            if found:
                scope = {**scope, "root_path": root + found[0]}
                scope["state"] = {**scope.get("state", {}), "year": int(found[1])}
                if scope["path"] == scope["root_path"]:
                    scope["path"] += "/"
        await self.app(scope, receive, send)


class SecurityHeaders:
    """安全标头: on every answer, errors and files included."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = (
            inner_path(scope) if scope["type"] == "http" else ""
        )  # now: mounts change the scope below

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                if path.startswith(_TOKEN_PATHS):
                    headers["Referrer-Policy"] = "no-referrer"
                if self.secure:
                    headers["Strict-Transport-Security"] = HSTS
                if not path.startswith(_CACHEABLE) or message["status"] >= 400:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, dress if scope["type"] == "http" else send)


class KnownHosts:
    """主机名: a request for another name is refused, so that no link we write can point
    elsewhere.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._known(scope):
            problem = Problem(421, "bad-host", "这台服务器不以此主机名提供服务，请核对网址。")
            await as_json(scope, problem)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        name = monitors.host_name(Headers(scope=scope).get("host", ""))
        return name in self.hosts or (name in LOOPBACK and inner_path(scope) in _MONITORED)

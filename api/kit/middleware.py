"""每个答复都有的外层: request number, access log without secrets, security headers, and only the
host names we answer to.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.errors import Problem, as_json
from api.kit.paths import OF_YEAR, inner_path

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
_TOKEN_LIKE = re.compile(r"[A-Za-z0-9_\-]{40,}")


def masked(text: str) -> str:
    """Replace whatever could be a token: 40 or more URL-safe characters in a row."""
    return _TOKEN_LIKE.sub("***", text)


class RequestLog:
    """访问记录: one line per request with its number, the person's id and no token (ASVS
    16.2.5).
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
                log.info(
                    "request",
                    method=scope["method"],
                    path=masked(scope["path"]),
                    status=status,
                    ms=round((time.perf_counter() - began) * 1000),
                    client=(scope.get("client") or ("?",))[0],
                    viewer=getattr(viewer, "id", ""),
                )


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

        await self.app({**scope, "method": "GET"}, receive, bodiless)


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
        if (
            scope["type"] == "http"
            and _host_name(Headers(scope=scope).get("host", "")) not in self.hosts
        ):
            problem = Problem(421, "bad-host", "这台服务器不以此主机名提供服务，请核对网址。")
            await as_json(scope, problem)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _host_name(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def mask_event(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Last line of defence: no text of a log line keeps anything token-like, a stack trace
    included.
    """
    return {
        name: masked(value) if isinstance(value, str) and name not in _PLAIN else value
        for name, value in event.items()
    }


_PLAIN = frozenset({"request_id", "viewer", "timestamp", "level", "event"})


def configure_logging(level: str) -> None:
    """JSON lines on standard error; uvicorn's own access log, which prints paths in clear, is
    switched off.
    """
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )

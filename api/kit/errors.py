"""答复拒绝与差错: the one place where a refusal becomes an HTTP status, and every error a sentence
without inner details.

Interfaces answer `application/problem+json` (RFC 9457); pages are drawn by the function the web
room registers.
"""

from __future__ import annotations

import http
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit import lookings
from api.kit.paths import inner_path
from assignment.errors import FormatError
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger.engine import unwritable

log = structlog.get_logger("expert_pool.api")

# Refusal code -> status. Others: 422 when the refusal names a field, else 409 (the state of things
# does not allow it).
STATUS: dict[str, int] = {
    "not-signed-in": 401,
    "bad-credentials": 401,
    "second-factor-needed": 401,
    "bad-code": 401,
    "second-factor-due": 403,
    "forbidden": 403,
    "conflicted": 403,
    "cross-site": 403,
    "bad-csrf": 403,
    "not-found": 404,
    "bad-link": 404,
    "stale": 412,
    "too-large": 413,
    "bad-host": 421,
    "reason-needed": 422,
    "bad-date": 422,
    "bad-key": 422,
    "key-reused": 422,
    "already-done": 409,
    "blank": 422,
    "out-of-range": 422,
    "bad-policy": 422,
    "invalid": 422,
    "precondition-required": 428,
    "too-many-failures": 429,
    "busy": 503,
    "no-scheduler": 503,
    "disk-full": 503,
    "disk-error": 503,
    "read-only": 503,
    "database-damaged": 503,
    "database-unreachable": 503,
}
UNLISTED = 409

TITLES: dict[int, str] = {
    400: "请求有误",
    401: "请先登录",
    403: "不能办理",
    404: "没有找到",
    405: "此处不支持这种操作",
    406: "没有这种格式",
    408: "等得太久",
    409: "现在不能办理",
    412: "内容已被他人修改",
    413: "内容太大",
    415: "文件类型不对",
    421: "地址不对",
    422: "填写有误",
    428: "缺少版本号",
    429: "请稍候再试",
    500: "程序出错",
    503: "暂时不能办理",
}
_SENTENCES: dict[int, str] = {
    400: "请求的内容无法读取。",
    404: "没有找到，或者您无权查看。",
    405: "这个地址不支持这种操作方式。",
    408: "内容迟迟没有送完，没有保存。请检查网络后重试。",
    413: "上传的内容超过了允许的大小。",
    500: "程序出错，内容没有改动。请把编号告诉管理员，或稍后再试。",
}


@dataclass(frozen=True)
class FieldError:
    """One field and what is wrong with it."""

    field: str
    reason: str


@dataclass(frozen=True)
class Problem:
    """What went wrong, ready to be shown as JSON or as a page."""

    status: int
    code: str
    detail: str
    legal_basis: str = ""
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] | None = None

    @property
    def title(self) -> str:
        return TITLES.get(self.status) or http.HTTPStatus(self.status).phrase


DrawError = Callable[[Request, Problem], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Register the handlers; the last resort is `LastResort`, inside the middleware that sets the
    headers.
    """
    for error, told in (
        (Refusal, of_refusal),
        (RequestValidationError, of_validation),
        (HTTPException, of_http),
        (FormatError, of_format),
        (DataError, of_data),
        (OperationalError, of_database),
        (OSError, of_machine),
    ):
        app.add_exception_handler(error, _answering(told))


def _answering(
    told: Callable[[Any], Problem],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return await answer(request, told(error))

    return handle


async def answer(request: Request, problem: Problem) -> Response:
    """Answer in the form the caller reads: a page for a browser, problem+json for a program."""
    if problem.status >= 403:
        log.info("refused", status=problem.status, code=problem.code)
    signed_in = getattr(request.state, "signed_in", None)
    route = request.scope.get("route")
    if problem.code in lookings.TELLING and signed_in is not None and route is not None:
        state = request.app.state
        told = (state.ledger, signed_in.actor, route.path, problem.code, state.clock())
        await run_in_threadpool(lookings.note_refusal, *told)
    draw: DrawError | None = getattr(request.app.state, "draw_error", None)
    if draw is not None and wants_page(request):
        return await draw(request, problem)
    return as_json(request.scope, problem)


def wants_page(request: Request) -> bool:
    return not inner_path(request.scope).startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )


def as_json(scope: Scope, problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:expert-pool:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    if problem.legal_basis:
        body["legal_basis"] = problem.legal_basis
    if problem.errors:
        body["errors"] = [
            {"field": error.field, "reason": error.reason} for error in problem.errors
        ]
    headers = dict(problem.headers or {})
    return JSONResponse(
        jsonable_encoder(body), problem.status, headers, media_type="application/problem+json"
    )


def of_refusal(error: Refusal) -> Problem:
    field = str(error.params.get("field", ""))
    status = STATUS.get(error.code, 422 if field else UNLISTED)
    errors = (FieldError(field, error.message_zh),) if field else ()
    headers = (
        {"Retry-After": "60"} if status == 429 else {"Retry-After": "5"} if status == 503 else None
    )
    return Problem(status, error.code, error.message_zh, error.legal_basis, errors, headers)


def of_http(error: HTTPException) -> Problem:
    sentence = (
        _SENTENCES.get(error.status_code) or TITLES.get(error.status_code, "请求没有办成") + "。"
    )
    code = http.HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return Problem(error.status_code, code, sentence, headers=error.headers)


def of_format(error: FormatError) -> Problem:
    return Problem(422, "invalid", str(error), errors=(FieldError(error.field, error.reason),))


def of_data(_error: DataError) -> Problem:
    """PostgreSQL refuses what SQLite stores, such as a NUL typed into a page's form."""
    return Problem(422, "invalid", "填写的内容里有无法保存的字符，请删去后重新提交。")


def of_database(error: OperationalError) -> Problem:
    """A database that does not answer in time is busy or out of space; what it said stays in our
    log.
    """
    log.error("database", error=type(error.orig).__name__, exc_info=error)
    return Problem(
        503,
        "busy",
        "数据库正忙或磁盘已满，内容没有改动，请稍后再试。",
        headers={"Retry-After": "5"},
    )


def of_machine(error: OSError) -> Problem:
    """A disk that is full or cannot be written, met outside the database; the rest is ours."""
    refusal = unwritable(error)
    if refusal is None:
        raise error
    log.error("machine", error=type(error).__name__, exc_info=error)
    return of_refusal(refusal)


def of_validation(error: RequestValidationError) -> Problem:
    found = tuple(field_errors(error.errors()))
    return Problem(
        422,
        "invalid",
        "；".join(f"{item.field}：{item.reason}" for item in found[:5]) + "。",
        errors=found,
    )


def field_errors(items: Iterable[Mapping[str, Any]]) -> Iterable[FieldError]:
    """Pydantic's findings as Chinese sentences, one per field."""
    for item in items:
        parts = [
            part
            for part in item["loc"]
            if part not in ("body", "query", "path", "header", "cookie")
        ]
        if item["type"] == "json_invalid":
            yield FieldError("正文", "不是完整的 JSON")
            continue
        name = (
            "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(
                "."
            )
            or "正文"
        )
        yield FieldError(name, _reason(item["type"], item.get("ctx") or {}))


def _reason(kind: str, limits: Mapping[str, Any]) -> str:
    template = _REASONS.get(kind)
    if template is None:
        template = next((text for start, text in _FAMILIES if kind.startswith(start)), "值不合要求")
    return template.format_map(_Defaults({name: str(value) for name, value in limits.items()}))


class _Defaults(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "？"


_REASONS = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段，请删去或检查拼写",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "应小于 {lt}",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "enum": "应是 {expected} 之一",
    "literal_error": "应是 {expected} 之一",
    "value_error": "{error}",
}
_FAMILIES = (
    ("int", "应是整数"),
    ("float", "应是数字"),
    ("bool", "应是 true 或 false"),
    ("datetime", "应是 2026-09-07T09:00:00+08:00 这样的时间"),
    ("date", "应是 2026-09-07 这样的日期"),
    ("string", "应是文字"),
    ("list", "应是列表"),
    ("tuple", "应是列表"),
    ("dict", "应是 JSON 对象"),
    ("model", "应是 JSON 对象"),
)


class LastResort:
    """差错兜底: whatever escapes becomes a 500 without inner details; the trace goes to the log
    under the request's number.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            log.exception("unhandled", error=type(error).__name__)
            if started:  # the answer has begun; cutting the connection is all that is left
                raise
            problem = Problem(500, "internal", _SENTENCES[500])
            application = scope.get("app")
            if application is None:
                response = as_json(scope, problem)
            else:
                response = await answer(Request(scope, receive), problem)
            await response(scope, receive, send)

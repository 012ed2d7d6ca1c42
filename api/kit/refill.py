"""退回的表单: a form that is refused comes back as the page it stood on, with everything typed in
it and the reason beside it.

One way for all forms, without JavaScript: the page is asked for once more inside the program, with
the visitor's own cookie and rights, as if the browser had gone back, and what was sent is written
into the form it was sent from.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.types import Message as Event
from starlette.types import Scope

from api.identity.sessions import cookie_name
from api.kit import rendering
from api.kit.entered import SECRET
from api.kit.errors import Problem
from api.kit.labels import sentence
from api.kit.paths import inner_path, server_root
from api.kit.refilled import CAME_FROM, Refused, refilled

# Where a second try, differently filled in or a little later, may do; not where the visitor may not
# be, or what is asked for is gone.
AGAIN = frozenset({409, 412, 413, 415, 422, 503})
FORM = "application/x-www-form-urlencoded"
SMALL, MOST_FIELDS = 60_000, 400  # of a form that is read for somebody whose session is over
KEPT_HEADERS = (b"host", b"user-agent", b"accept-language")


async def error_page(request: Request, problem: Problem) -> Response:
    """The form again where there is one, else the page that says what was refused and leads
    back.
    """
    if problem.code == "not-signed-in" and request.method == "POST":
        given_back = await _expired(request)
        if given_back is not None:
            return given_back
    form = getattr(
        getattr(request.state, "body", None), "_form", None
    )  # as far as it was read before the refusal
    if (
        request.method == "POST"
        and problem.status in AGAIN
        and isinstance(form, FormData)
        and "hx-request" not in request.headers
    ):
        for path in _pages(request, form):
            html = await _drawn(request, path)
            again = (
                await run_in_threadpool(_again, request, problem, form, html, path)
                if html
                else None
            )
            if again is not None:
                return HTMLResponse(again, problem.status, headers=dict(problem.headers or {}))
    return await run_in_threadpool(rendering.error_page, request, problem)


async def _expired(request: Request) -> Response | None:
    """登录过期: what was typed comes back to be copied; nobody writes a page of text twice. Only a
    small form of a browser that had a session is read: a stranger must not make us parse.
    """
    body = getattr(request.state, "body", None)
    length = request.headers.get("content-length", "")
    plain = request.headers.get("content-type", "").startswith(FORM)
    known = cookie_name(request.app.state.settings) in request.cookies
    if not (known and plain and length.isdecimal() and int(length) <= SMALL) or body is None:
        return None
    form = await body.form(max_files=0, max_fields=MOST_FIELDS)
    texts = tuple(
        value
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in SECRET and _typed(value)
    )
    pages = [path for path in _pages(request, form) if path != request.url.path]
    own = inner_path(request.scope).startswith("/me")
    view = {"texts": texts, "own": own, "next": pages[0] if pages else "/"}
    html = await run_in_threadpool(rendering.draw, request, "expired.html", view)
    return HTMLResponse(html, 401)


def _typed(value: str) -> bool:
    """Words that somebody wrote, not a number, a code or a choice."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in value) or len(value.split()) > 1


def _pages(request: Request, form: FormData) -> list[str]:
    """Where the form may have stood, the likeliest first: what it says itself after a first
    refusal, the referring page, its address.
    """
    root = server_root(request.scope)
    told = form.get(CAME_FROM)
    came, own = (
        request.headers.get("referer", ""),
        f"{request.url.scheme}://{request.headers.get('host', '')}",
    )
    referring = came.removeprefix(own).removeprefix(root) if came.startswith(own + "/") else ""
    candidates = (
        told if isinstance(told, str) else "",
        referring,
        request.url.path.removeprefix(root),
    )
    return list(
        dict.fromkeys(
            path
            for path in candidates
            if path.startswith("/") and not path.startswith(("//", "/api/"))
        )
    )


async def _drawn(request: Request, path: str) -> str | None:
    """The page at this address as the visitor would get it, or None."""
    parts = urlsplit(path)
    cookies = "; ".join(
        f"{name}={value}" for name, value in request.cookies.items() if name != rendering.FLASH
    )
    headers = [(name, value) for name, value in request.headers.raw if name in KEPT_HEADERS]
    headers += [(b"accept", b"text/html"), (b"cookie", cookies.encode("latin-1", "ignore"))]
    scope: Scope = {
        **{
            key: request.scope[key]
            for key in ("type", "asgi", "http_version", "scheme", "client", "server")
            if key in request.scope
        },
        "method": "GET",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": headers,
    }
    status, body, kind = 0, bytearray(), ""

    async def receive() -> Event:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Event) -> None:
        nonlocal status, kind
        if event["type"] == "http.response.start":
            status, kind = (
                event["status"],
                dict(event["headers"]).get(b"content-type", b"").decode(),
            )
        else:
            body.extend(event.get("body", b""))

    await request.app(scope, receive, send)
    return body.decode() if status == 200 and kind.startswith("text/html") else None


def _again(request: Request, problem: Problem, form: FormData, html: str, path: str) -> str | None:
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    with_file = any(not isinstance(value, str) for value in form.values())
    refused = Refused(
        str(request.scope["path"]),
        values,
        sentence(problem) + ("文件须重新选择。" if with_file else ""),
        problem.errors[0].field if problem.errors else "",
        problem.status == 412,
        lambda words: rendering.notice(request, words, problem.legal_basis),
    )
    return refilled(html, refused, path)

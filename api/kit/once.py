"""只办一次: `Idempotency-Key` on a request that changes something. Sent again, with the line gone
or the finger too quick, it answers what it answered the first time and does nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from expert_pool.core.actor import SYSTEM
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.repeated import Asked, DoneRequest, asked

HEADER = "idempotency-key"
_KEY = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_KEPT_HEADERS = ("content-type", "etag", "location")
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


async def carry_out(request: Request, handle: Handle) -> Response:
    """Raises Refusal `bad-key`, `key-reused` (another request had it) or `already-done` (it was
    carried out, and what it answered was lost).
    """
    given = request.headers.get(HEADER)
    signed_in = request.state.signed_in
    if given is None or signed_in is None or request.method not in ("POST", "PUT", "PATCH"):
        return await handle(request)
    if not _KEY.fullmatch(given):
        raise Refusal("bad-key", "Idempotency-Key 应为 8 至 64 个字母、数字、- 或 _。")
    ledger: Ledger = request.app.state.ledger
    body = await request.body()
    wanted = Asked(
        _digest(signed_in.actor.id, given),
        _digest(request.method, request.url.path, request.url.query, body.hex()),
    )
    kept = await run_in_threadpool(_known, ledger, wanted)
    if kept is not None:
        return kept
    token = asked.set(wanted)
    try:
        answer = await handle(request)
    finally:
        asked.reset(token)
    if wanted.done:
        await run_in_threadpool(_keep, ledger, wanted, answer)
    return answer


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _known(ledger: Ledger, wanted: Asked) -> Response | None:
    with ledger.read() as session:
        row = session.get(DoneRequest, wanted.key)
        if row is None:
            return None
        if row.fingerprint != wanted.fingerprint:
            raise Refusal("key-reused", "这个 Idempotency-Key 已用于另一个请求，请换一个。")
        if row.status is None:
            raise Refusal("already-done", "这个请求已经办成，没有再办；请查看最新内容。")
        return Response(row.body, row.status, json.loads(row.headers))


def _keep(ledger: Ledger, wanted: Asked, answer: Response) -> None:
    with ledger.write(SYSTEM) as uow:
        row = uow.session.get_one(DoneRequest, wanted.key)
        kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        row.status, row.headers = answer.status_code, json.dumps(kept)
        row.body = bytes(getattr(answer, "body", b"") or b"")
        uow.commit()

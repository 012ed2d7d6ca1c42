"""只办一次: what is sent twice is carried out once and answers what it answered the first time.

Programs say so by `Idempotency-Key`. Pages need say nothing: the token of their forms is another on
every page drawn. The same words with the same token, nothing else done from that page between, are
the same finger on the same button, pressed twice or sent again by the browser after the line was
gone.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from sqlalchemy import delete
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.identity import csrf
from expert_pool.core.actor import SYSTEM, Actor
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.ledger.repeated import Asked, DoneRequest, asked, done

HEADER = "idempotency-key"
_KEY = re.compile(r"[A-Za-z0-9_\-]{8,64}")
FILE = "content-disposition"
_KEPT_HEADERS = ("content-type", "etag", "location", FILE)
# How long the second of two that came together waits for what the first is answered.
_TRIES, _PAUSE = 30, 0.1
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


async def carry_out(request: Request, handle: Handle) -> Response:
    """Raises Refusal `bad-key`, `key-reused` (another request had it) or `already-done` (it was
    carried out, and what it answered was lost).
    """
    wanted = await _wanted(request)
    if wanted is None:
        return await handle(request)
    ledger: Ledger = request.app.state.ledger
    kept = await _kept(ledger, wanted)
    if kept is not None:
        return kept
    token = asked.set(wanted)
    try:
        answer = await handle(request)
    except Refusal:
        # It came together with its twin, which was first.
        kept = None if wanted.done else await _kept(ledger, wanted)
        if kept is None:
            if wanted.done:  # a guess was counted, say; what was refused may be sent again
                await run_in_threadpool(_forget, ledger, wanted)
            raise
        return kept
    finally:
        asked.reset(token)
    if wanted.done:
        # A page stays as it is while a file is saved: the next press asks for the file of then.
        if FILE in answer.headers and HEADER not in request.headers:
            await run_in_threadpool(_forget, ledger, wanted)
        else:
            await run_in_threadpool(_keep, ledger, wanted, answer)
    return answer


async def _wanted(request: Request) -> Asked | None:
    """The request by its key; None: it has none and may be sent as often as one likes."""
    signed_in = request.state.signed_in
    if signed_in is None or request.method not in ("POST", "PUT", "PATCH"):
        return None
    where = (request.method, request.url.path, request.url.query)
    given = request.headers.get(HEADER)
    if given is not None:
        if not _KEY.fullmatch(given):
            raise Refusal("bad-key", "Idempotency-Key 应为 8 至 64 个字母、数字、- 或 _。")
        body = sha256(await request.body()).hexdigest()
        key = _digest(signed_in.actor.id, given)
        return Asked(key, _digest(*where, body), _rights(signed_in.actor, key))
    form = await csrf.form_of(request)
    page = form and form.get(csrf.FIELD)
    if not form or not isinstance(page, str) or not csrf.of_one_page(page):
        return None
    sent = [
        f"{name}={await _said(value)}" for name, value in form.multi_items() if name != csrf.FIELD
    ]
    fingerprint = _digest(*where, *sent)
    half = sha256().digest_size
    of_page = _digest(signed_in.actor.id, page)[:half]
    key = of_page + fingerprint[:half]
    return Asked(key, fingerprint, _rights(signed_in.actor, key), of_page)


def _rights(actor: Actor, key: str) -> str:
    """What opens the answer that was kept: she who asked, as long as she may see what she could see
    then; a conflict declared since keeps its organisation out of her sight here too.
    """
    return _digest(key, actor.role.value, *sorted(actor.conflicted))


async def _said(value: str | UploadFile) -> str:
    if isinstance(value, str):
        return value
    content = await value.read()
    await value.seek(0)
    return f"{value.filename} {sha256(content).hexdigest()}"


async def _kept(ledger: Ledger, wanted: Asked) -> Response | None:
    """The answer to the same request, once it is known; None: it was not carried out yet."""
    for _ in range(_TRIES):
        row = await run_in_threadpool(_known, ledger, wanted)
        if row is None:
            return None
        if row.fingerprint != wanted.fingerprint:
            raise Refusal("key-reused", "这个 Idempotency-Key 已用于另一个请求，请换一个。")
        if row.status is not None:
            body = ledger.seal.open((row.body or b"").decode("ascii"), wanted.opened_by)
            if body is None:
                break
            return Response(body.encode("latin-1"), row.status, json.loads(row.headers))
        await asyncio.sleep(_PAUSE)
    raise done()


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _known(ledger: Ledger, wanted: Asked) -> DoneRequest | None:
    with ledger.read() as session:
        return session.get(DoneRequest, wanted.key)


def _keep(ledger: Ledger, wanted: Asked, answer: Response) -> None:
    """Sealed: a page may show a link that the database must not know."""
    if not ledger.seal.ready or not hasattr(answer, "body"):
        return
    with ledger.write(SYSTEM) as uow:
        row = uow.session.get_one(DoneRequest, wanted.key)
        kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        row.status, row.headers = answer.status_code, json.dumps(kept)
        body = bytes(answer.body).decode("latin-1")
        row.body = ledger.seal.close(body, wanted.opened_by).encode("ascii")
        uow.commit()


def _forget(ledger: Ledger, wanted: Asked) -> None:
    with ledger.write(SYSTEM) as uow:
        uow.session.execute(delete(DoneRequest).where(DoneRequest.key == wanted.key))
        uow.commit()

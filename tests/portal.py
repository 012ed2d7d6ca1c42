"""One event loop that answers the requests of all tests, each in one visit.

By itself every request of a test client starts a thread and a loop of its own, and visits the loop
eight times: once for each piece of an answer that might be read bit by bit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from httpx2 import ASGITransport, AsyncByteStream, BaseTransport, ByteStream, Request, Response
from starlette.testclient import TestClient

Answer = TypeVar("Answer")

_open: list[BlockingPortal] = []


@contextmanager
def opened() -> Iterator[None]:
    with start_blocking_portal() as portal:
        _open.append(portal)
        yield
        _open.clear()


def awaited(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """On a thread of its own: this one has a loop already while a browser is open."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class AtOnce(BaseTransport):
    """Answers whole; a request whose body is made bit by bit goes the client's own way."""

    def __init__(self, portal: BlockingPortal, client: TestClient) -> None:
        self.portal, self.bit_by_bit = portal, client._transport
        asked_by = getattr(self.bit_by_bit, "client")  # noqa: B009
        self.application = ASGITransport(client.app, raise_app_exceptions=False, client=asked_by)

    def handle_request(self, request: Request) -> Response:
        if not isinstance(request.stream, AsyncByteStream):
            return self.bit_by_bit.handle_request(request)
        return self.portal.call(self._answer, request)

    async def _answer(self, request: Request) -> Response:
        answered = await self.application.handle_async_request(request)
        assert isinstance(answered.stream, AsyncByteStream)
        body = b"".join([part async for part in answered.stream])
        return Response(answered.status_code, headers=answered.headers.raw, stream=ByteStream(body))


def through(client: TestClient) -> TestClient:
    """The client, answered by that loop if it runs."""
    if _open:
        client.portal = _open[0]
        client._transport = AtOnce(_open[0], client)
    return client

"""One event loop that answers the requests of all tests.

By itself every request of a test client starts a thread and a loop of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

_open: list[BlockingPortal] = []


@contextmanager
def opened() -> Iterator[None]:
    with start_blocking_portal() as portal:
        _open.append(portal)
        yield
        _open.clear()


def through(client: TestClient) -> TestClient:
    """The client, answered by that loop if it runs."""
    client.portal = _open[0] if _open else None
    return client

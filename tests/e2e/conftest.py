"""A real server on loopback and the system's Chromium; without Chromium these tests are skipped,
loudly.
"""

from __future__ import annotations

import socket
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from expert_pool.core.actor import Role
from tests.api import story
from tests.api import world as worlds


@dataclass(frozen=True)
class Site:
    """One running office."""

    address: str
    world: worlds.World
    year: story.Year | None


def _serve(world: worlds.World, port: int, year: story.Year | None) -> Iterator[Site]:
    server = uvicorn.Server(
        uvicorn.Config(
            world.app,
            host="127.0.0.1",
            port=port,
            log_level="error",
            access_log=False,
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # uvicorn's choice of websocket library, which we do not use
        thread.start()
        while not server.started:
            time.sleep(0.05)
    yield Site(f"http://127.0.0.1:{port}", world, year)
    server.should_exit = True
    thread.join(10)
    world.app.state.engine.close()
    world.ledger.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """An office on its first day: accounts only."""
    port = _free_port()
    yield from _serve(worlds.build(tmp_path, public_url=f"http://127.0.0.1:{port}"), port, None)


@pytest.fixture
def told_site(tmp_path: Path) -> Iterator[Site]:
    """An office with a told year and one drafted plan."""
    port = _free_port()
    file, year = story._template()
    yield from _serve(
        worlds.build(tmp_path, file, public_url=f"http://127.0.0.1:{port}"), port, year
    )


def log_in(browser: Any, site: Site, role: Role, **context: Any) -> Any:
    """A page of a person who has typed name and password; anything the console complains about
    fails the test at the end.
    """
    opened = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", **context)
    page = opened.new_page()
    page.set_default_timeout(15_000)
    page.complaints = []
    page.on(
        "console",
        lambda message: (
            page.complaints.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.goto(f"{site.address}/login")
    page.fill("[name=login]", worlds.STAFF[role])
    page.fill("[name=password]", worlds.PASSWORD)
    page.click("button[type=submit]")
    return page


def expert_page(browser: Any, site: Site, expert: str, width: int = 360) -> Any:
    """The expert's phone, signed in."""
    client = site.world.expert_client(expert)
    context = browser.new_context(
        viewport={"width": width, "height": 740}, locale="zh-CN", is_mobile=True, has_touch=True
    )
    context.add_cookies(
        [{"name": "session", "value": client.cookies["session"], "url": site.address}]
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page

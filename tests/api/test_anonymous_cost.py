"""无名来客的代价: what somebody without a session can make the server do is bounded, in memory, in
time, and in tries.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException

from api.identity import passwords
from api.kit import access
from expert_pool.core.actor import Role
from expert_pool.facts.refusal import Refusal
from tests import portal
from tests.api.world import STAFF, World


class Slow:
    """A hasher that notes how many run together."""

    def __init__(self) -> None:
        self.running, self.most, self.lock = 0, 0, threading.Lock()

    def verify(self, _password: str, _stored: str) -> bool:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.01)
        with self.lock:
            self.running -= 1
        return False


def test_a_hundred_passwords_at_once_are_checked_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each takes 64 MiB: together they never take more, and nobody waits behind more than
    twenty.
    """
    slow = Slow()
    monkeypatch.setattr(passwords, "_hasher", lambda: slow)

    def check(_: int) -> str:
        try:
            passwords.matches("x", "some hash")
        except Refusal as refusal:
            return refusal.code
        return ""

    with ThreadPoolExecutor(100) as pool:
        codes = Counter(pool.map(check, range(100)))
    assert slow.most == passwords.AT_ONCE
    assert codes["busy"] + codes[""] == 100 and codes[""] >= passwords.AT_ONCE + passwords.WAITING


def test_guesses_sent_together_are_counted_before_any_is_checked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty at once are no way around a limit of ten."""
    checked: list[str] = []
    barrier = threading.Barrier(10, timeout=60)

    def wait(password: str, _stored: str | None) -> bool:
        checked.append(password)
        barrier.wait()  # none is answered before ten are being checked
        return False

    monkeypatch.setattr(passwords, "matches", wait)
    body = {"login": STAFF[Role.APPROVER]}

    def guess(number: int) -> int:
        told = body | {"password": f"guess {number}"}
        return world.stranger().post("/api/v1/session", json=told).status_code

    with ThreadPoolExecutor(30) as pool:
        found = Counter(pool.map(guess, range(30)))
    assert (found, len(checked)) == (Counter({401: 10, 429: 20}), 10)


def test_a_good_password_is_no_failure(world: World) -> None:
    for _ in range(12):  # the limit is ten failures a minute
        world.log_in(Role.SECRETARIAT)


@pytest.mark.parametrize("sent", [0, 10])
def test_a_body_that_does_not_come_is_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    monkeypatch.setattr(access, "BODY_SECONDS", 0.05)
    messages = [{"type": "http.request", "body": b"x" * sent, "more_body": True}]

    async def receive() -> Any:
        if messages and sent:
            return messages.pop()
        return await asyncio.sleep(30)

    async def read() -> int:
        limited = access._limited(Request({"type": "http", "headers": []}, receive), 1000)
        with pytest.raises(HTTPException) as refused:
            while True:
                await limited()
        return refused.value.status_code

    assert portal.awaited(read()) == 408


def test_waiting_for_the_caller_to_hang_up_is_no_slow_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "BODY_SECONDS", 0.05)
    messages: list[Any] = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"whole"}]

    async def receive() -> Any:
        if len(messages) == 1:
            await asyncio.sleep(0.3)
        return messages.pop()

    async def read() -> list[str]:
        limited = access._limited(Request({"type": "http", "headers": []}, receive), 1000)
        return [(await limited())["type"] for _ in range(2)]

    assert portal.awaited(read()) == ["http.request", "http.disconnect"]

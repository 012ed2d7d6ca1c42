"""口令: argon2id hashing and the rules a password must keep (ASVS 6.2: long, not guessable, no
forced rotation).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from expert_pool.facts.refusal import Refusal

SHORTEST, LONGEST = 10, 128
DISTINCT = 5
# What people type first when ten characters are asked for; compared without case.
_COMMON = frozenset(
    (
        "1234567890",
        "0123456789",
        "0987654321",
        "9876543210",
        "1234567891",
        "12345678910",
        "qwertyuiop",
        ("1qaz2wsx3edc"),
        "q1w2e3r4t5",
        "qwerty1234",
        "qwerty12345",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "administrator",
        "admin12345",
        "admin123456",
        "administrator1",
        "woaini1314",
        "woaini5201314",
        "iloveyou12",
        "zhiliangjiang",
        "zhuji12345",
        "zhujishi123",
        "abcd123456",
        "abc1234567",
        "a123456789",
        "aa12345678",
        "1q2w3e4r5t",
        "123456789a",
        "123456789q",
        "letmein1234",
        "welcome1234",
        "changeme123",
        "1111111111",
        "0000000000",
        "5201314520",
        "asdfghjkl1",
        "asdfghjkl123",
        "qazwsxedcrfv",
    )
)


# RFC 9106, second recommended choice: 64 MiB. Tests, which log in thousands of times, ask for less.
COST = {"time_cost": 3, "memory_cost": 65_536, "parallelism": 4}


# Each check takes 64 MiB, and four threads for a tenth of a second. Whoever asks for many at once
# waits, and beyond a queue that empties within seconds is sent away: 60 together took 2.3 GB.
AT_ONCE, WAITING = 1, 20
_running = BoundedSemaphore(AT_ONCE)
_admitted = BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def _in_turn() -> Iterator[None]:
    """Raises Refusal `busy` when too many are waiting already."""
    if not _admitted.acquire(blocking=False):
        raise Refusal("busy", "现在登录的人太多，请过几秒再试。")
    try:
        with _running:
            yield
    finally:
        _admitted.release()


@cache
def _hasher() -> PasswordHash:
    return PasswordHash(
        (Argon2Hasher(COST["time_cost"], COST["memory_cost"], COST["parallelism"]),)
    )


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def checked_hash(password: str, login: str) -> str:
    """The argon2id hash of an acceptable password.

    Raises Refusal `weak-password` that says what to change.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal("weak-password", f"口令须为 {SHORTEST} 至 {LONGEST} 个字符。")
    folded = password.casefold()
    if folded in _COMMON or len(set(password)) < DISTINCT:
        raise Refusal(
            "weak-password",
            "这个口令太常见或太简单，请换一个别人猜不到的，例如几个不相关的词连在一起。",
        )
    if login and login.casefold() in folded and len(folded) - len(login) < SHORTEST // 2:
        raise Refusal("weak-password", "口令不能只是登录名加几个字符，请换一个。")
    with _in_turn():
        return _hasher().hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is right.

    Without a stored hash (nobody of that name, or no password set yet) the same work is done, so
    that time does not tell who exists.
    """
    if len(password) > LONGEST:
        password, stored = "", None
    with _in_turn():
        right = _hasher().verify(password, stored or _nobody())
    return right and bool(stored)

"""跨站防护: a change comes from our own pages or from a program that holds the session's token,
never from another site.

Two independent checks (ASVS 3.5.1): what the browser says about the origin, and a token tied to the
session.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData

from expert_pool.facts.refusal import Refusal

FIELD = "csrf_token"
HEADER = "x-csrf-token"
HEX = re.compile("[0-9a-f]+")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def token_for(session_token: str) -> str:
    """The form token of a session.

    It cannot be found from the database, which keeps only another hash of the session's token.
    """
    return sha256(b"csrf:" + session_token.encode("utf-8", "surrogatepass")).hexdigest()


def masked(token: str) -> str:
    """The token as a page carries it: other letters on every page, so that the size of a compressed
    answer tells nothing about it (BREACH).
    """
    pad = secrets.token_bytes(len(token) // 2)
    return pad.hex() + _xor(bytes.fromhex(token), pad).hex()


def of_one_page(given: str) -> bool:
    """Whether it is a token as `masked` writes it: no other page carries the same letters."""
    return len(given) == 4 * sha256().digest_size and HEX.fullmatch(given) is not None


def _unmasked(given: str, length: int) -> str:
    """The token behind a masked one; anything else as it is."""
    if len(given) != 2 * length or not HEX.fullmatch(given):
        return given
    pad, rest = bytes.fromhex(given[:length]), bytes.fromhex(given[length:])
    return _xor(rest, pad).hex()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def refuse_other_sites(request: Request, public_url: str) -> None:
    """Raises Refusal `cross-site` when a browser says that another site sent this request.

    Programs send neither header.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise _cross_site()
        return
    origin = request.headers.get("origin")
    if origin is not None and not _ours(origin, request, public_url):
        raise _cross_site()


def _ours(origin: str, request: Request, public_url: str) -> bool:
    published = urlsplit(public_url)
    if origin.rstrip("/") == f"{published.scheme}://{published.netloc}":
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc == request.headers.get("host")


async def form_of(request: Request) -> FormData | None:
    """What a form sent; None for any other kind of body."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _FORMS:
        return None
    return await request.form(max_files=5, max_fields=2000)


async def demand_token(request: Request, expected: str) -> None:
    """Raises Refusal `bad-csrf` unless the header or the form field carries the session's token."""
    given = request.headers.get(HEADER)
    if given is None and (form := await form_of(request)) is not None:
        field = form.get(FIELD)
        given = field if isinstance(field, str) else None
    plain = None if given is None else _unmasked(given, len(expected))
    if plain is None or not hmac.compare_digest(plain.encode("utf-8"), expected.encode("ascii")):
        raise Refusal("bad-csrf", "页面已过期，内容没有改动。请刷新页面后重新提交。")


def _cross_site() -> Refusal:
    return Refusal("cross-site", "请求来自其他网站，已拒绝。请从本系统的页面上操作。")

"""监测程序: reads the figures without an account, from this machine or with the token of the token
file.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from api.settings import LOOPBACK

# A request that came through a proxy is not local, whatever address the proxy has.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
SCHEME = "bearer "


def known(request: HTTPConnection, token_file: Path | None) -> bool:
    """Whether a monitoring program asks: on this machine itself, or with the operator's token."""
    return local(request) or _bears(request, token_file)


def local(request: HTTPConnection) -> bool:
    """Asked by a program of this machine at a loopback address, with no proxy between."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _loopback(request.client.host) and host_name(request.headers.get("host", "")) in LOOPBACK


def host_name(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _bears(request: HTTPConnection, token_file: Path | None) -> bool:
    given = request.headers.get("authorization", "")
    if token_file is None or not given.lower().startswith(SCHEME):
        return False
    try:
        expected = token_file.read_bytes().strip()  # anew each time: a changed token counts at once
    except OSError:
        return False
    return bool(expected) and hmac.compare_digest(given[len(SCHEME) :].strip().encode(), expected)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

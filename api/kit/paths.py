"""路径: what a request's path is to our routes, when a reverse proxy publishes us under a sub-path,
and when an earlier year is looked at, whose pages all stand below `/y/2025`.
"""

from __future__ import annotations

import re

from starlette.types import Scope

OF_YEAR = re.compile(r"/y/(20\d\d)(?=/|$)")


def inner_path(scope: Scope) -> str:
    """The path as our routes know it, without the sub-path of the proxy and the year."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", ""))) or "/"


def server_root(scope: Scope) -> str:
    """The sub-path of the proxy alone."""
    return OF_YEAR.sub("", str(scope.get("root_path", "")))


def kept_path(scope: Scope) -> str:
    """The path to come back to, its year included."""
    return str(scope["path"]).removeprefix(server_root(scope)) or "/"


def year_root(server: str, year: int | None) -> str:
    """What stands before every path of that year's pages; None: the latest year."""
    return f"{server}/y/{year}" if year else server

"""路径: what a request's path is to our routes, when a reverse proxy publishes us under a
sub-path.
"""

from __future__ import annotations

from starlette.types import Scope


def inner_path(scope: Scope) -> str:
    """The path as our routes know it, without the sub-path of the proxy."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", ""))) or "/"

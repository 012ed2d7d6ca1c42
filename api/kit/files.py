"""文件: what is saved, never shown inside a page."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """A file to be saved, never shown inside a page (the middleware adds nosniff and a strict
    CSP).
    """
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})

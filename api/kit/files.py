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


def size_words(size: int) -> str:
    """12 KB, 3.4 MB."""
    return f"{max(size // 1000, 1)} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"

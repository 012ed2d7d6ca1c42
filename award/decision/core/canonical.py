"""One way to write a JSON value as bytes, so that equal values are equal bytes on every machine."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8, one line end; floats are refused, because two machines may
    print them differently.
    """
    _no_floats(value)
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8") + b"\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _no_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float has no place in a canonical file: {value}")
    if isinstance(value, dict):
        for part in value.values():
            _no_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _no_floats(part)

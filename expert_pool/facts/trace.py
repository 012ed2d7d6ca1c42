"""出错的位置: where an error happened and of what kind, without its words.

A message may quote what a person typed, or the row that a driver refused.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType


def trace(error: BaseException | None) -> list[str]:
    """Kinds and frames from the first cause to what was seen last, innermost frame last."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines[:0] = [type(error).__qualname__, *_frames(error.__traceback__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _frames(started: TracebackType | None) -> list[str]:
    return [
        f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(started)
    ]

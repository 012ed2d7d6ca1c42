"""Files on disk: read as the library does, written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

from assignment.files import Unreadable as Unreadable
from assignment.files import read_json as read_json
from assignment.files import read_plan as read_plan
from assignment.files import read_problem as read_problem


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside and rename, so that a break-off never leaves half a file under the final
    name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def write_json(path: Path, document: object) -> None:
    write_bytes(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))

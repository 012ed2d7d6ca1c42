"""Files on disk: read as the library does, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from assignment.files import Unreadable as Unreadable
from assignment.files import read_json as read_json
from assignment.files import read_plan as read_plan
from assignment.files import read_problem as read_problem

# A file or folder that cannot be written: said before anything is computed, with its own exit code.
UNWRITABLE = 3


class Unwritable(Exception):  # noqa: N818 - it is no error of the program
    """`str()` is the sentence to print."""


def check_output(path: Path) -> None:
    """Raises `Unwritable` where a file of this name could not be written; leaves nothing behind."""
    try:
        if path.is_dir():
            raise Unwritable(f"{path}：是一个目录，请写明文件名")
        check_folder(path.parent)
        beside = path.with_name(path.name + ".part")
        with beside.open("ab"):
            pass
        beside.unlink()
    except (OSError, ValueError):
        raise Unwritable(f"{path}：文件名不能用，请换一个") from None


def check_folder(folder: Path) -> None:
    """As `check_output` for a folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError):
        raise Unwritable(f"{folder}：不能在这个目录里写文件，请检查目录和权限") from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside and rename, so that a break-off never leaves half a file under the final
    name. Raises `Unwritable`.
    """
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        raise Unwritable(f"{path}：写不进去（{error.strerror}），结果没有保存") from None


def write_json(path: Path, document: object) -> None:
    write_bytes(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))

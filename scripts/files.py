"""Problem and plan files on disk: reading with a sentence that names what is wrong, writing whole
or not at all.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from assignment import problem, solution
from assignment.errors import FormatError
from assignment.problem import Problem
from assignment.solution import Plan


class Unreadable(Exception):  # noqa: N818
    """`str()` is the sentence to print."""


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise Unreadable(f"{path}：没有这个文件") from None
    except (IsADirectoryError, PermissionError):
        raise Unreadable(f"{path}：打不开，请检查是不是文件、有没有读取权限") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path}：不是 UTF-8 编码的文本文件") from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{path}：不是 JSON，第 {error.lineno} 行第 {error.colno} 列读不下去"
        ) from None
    except RecursionError:
        raise Unreadable(f"{path}：括号嵌套太深，不是评审编组文件") from None


def read_problem(path: Path) -> Problem:
    try:
        return problem.parse(read_json(path))
    except FormatError as error:
        raise Unreadable(f"{path}：{error}") from None


def read_plan(path: Path) -> Plan:
    try:
        return solution.parse(read_json(path))
    except FormatError as error:
        raise Unreadable(f"{path}：{error}") from None


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

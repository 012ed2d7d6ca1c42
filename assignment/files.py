"""Problem and plan files: read with one sentence that names what is wrong and where."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from assignment import problem as problems
from assignment import solution as solutions
from assignment.errors import AssignmentError, FormatError
from assignment.problem import Problem
from assignment.solution import Plan

MOST_DIGITS = 30


class Unreadable(AssignmentError):  # noqa: N818 - it is no error of the program
    """`str()` is a Chinese sentence with the file, the field or line, and what is wrong."""


def read_json(path: Path) -> Any:
    """A UTF-8 JSON file, with or without a byte order mark. Raises `Unreadable`.

    A name given twice in one object is refused: the later value would hide the earlier one, and a
    second `"barred": []` every conflict.
    """
    try:
        return json.loads(
            path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_named_once, parse_int=_number
        )
    except FormatError as error:
        raise Unreadable(f"{path}：{error.reason}") from None
    except (FileNotFoundError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise Unreadable(f"{path}：不是 UTF-8 编码的文本文件") from None
        if isinstance(error, json.JSONDecodeError):
            raise Unreadable(
                f"{path}：不是 JSON，第 {error.lineno} 行第 {error.colno} 列读不下去"
            ) from None
        raise Unreadable(f"{path}：没有这个文件") from None
    except OSError:
        raise Unreadable(f"{path}：打不开，请检查是不是文件、有没有读取权限") from None
    except (RecursionError, MemoryError):
        raise Unreadable(f"{path}：括号嵌套太深，不是评审编组文件") from None


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(n for n, _ in pairs).items() if count > 1)
        raise FormatError("", f"“{twice[:60]}”在同一个对象里写了两次，请只留一个")
    return found


def _number(written: str) -> int:
    """Python converts numbers of thousands of digits slowly, and refuses them beyond 4,300."""
    if len(written) > MOST_DIGITS:
        raise FormatError("", f"整数 {written[:12]}… 有 {len(written)} 位，太大了")
    return int(written)


def read_problem(path: str | Path) -> Problem:
    """A file of the form `assignment-problem/1` (docs/formats.md), references checked.

    Raises `Unreadable`; `problem.parse` does the same with a document that is already in memory.
    """
    try:
        return problems.parse(read_json(Path(path)))
    except FormatError as error:
        raise Unreadable(f"{path}：{error}") from None


def read_plan(path: str | Path) -> Plan:
    """A file of the form `assignment-plan/1`. Raises `Unreadable`.

    Whether the plan fits a problem and keeps its rules is `check`'s question.
    """
    try:
        return solutions.parse(read_json(Path(path)))
    except FormatError as error:
        raise Unreadable(f"{path}：{error}") from None


def write_problem(path: str | Path, problem: Problem) -> None:
    """The file that `read_problem` reads."""
    _write(Path(path), problems.to_json(problem))


def write_plan(path: str | Path, plan: Plan) -> None:
    """The file that `read_plan` reads."""
    _write(Path(path), solutions.to_json(plan))


def _write(path: Path, document: dict[str, Any]) -> None:
    """Beside and renamed, so that a break-off never leaves half a file under the final name."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)

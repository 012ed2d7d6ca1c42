"""隔离读表: a file from outside is taken apart in a child process with little memory, little time
and none of our secrets.

The guards of `guard` refuse what is known to be bad; this is for what is not known yet. A parser
that runs wild, or crashes, takes its own process with it: the person who sent the file is told so,
and everybody else notices nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from threading import BoundedSemaphore

from expert_pool.core.record_sheets import score
from expert_pool.facts.headings import Kind
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawTable, parse_table, table_json
from expert_pool.spreadsheet.guard import check_size, is_workbook
from expert_pool.spreadsheet.reading import read_table, read_tables

MEMORY = (
    768 * 1024 * 1024
)  # bytes of address space; the largest table that is allowed takes a third of it
CPU_SECONDS = 20
SECONDS = 40.0  # on the wall, with others at work
_AT_ONCE = BoundedSemaphore(2)
RECORDS = "records"
_HANDED_DOWN = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")
_CHILD = (
    "import sys; from expert_pool.spreadsheet.apart import read_here;"
    " sys.exit(read_here(*sys.argv[1:]))"
)
TOO_MUCH = Refusal(
    "too-large", "这个文件读起来太费时间或内存，已停止。请只保留需要的表和列，另存为新文件再上传。"
)


def read_apart(data: bytes, filename: str, kind: Kind | None = None) -> RawTable:
    """As `read_table`, in a child process.

    Refuses "too-large" when the child runs out of time or memory, "damaged" when it dies.
    """
    return _apart(data, filename, kind or "")[0]


def read_records_apart(data: bytes, filename: str) -> tuple[RawTable, ...]:
    """Every table of a workbook of records, as `read_apart` reads one."""
    return _apart(data, filename, RECORDS)


def _apart(data: bytes, filename: str, kind: str) -> tuple[RawTable, ...]:
    check_size(data)
    is_workbook(data)  # foreign files are told by their first bytes: no process for those
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-c", _CHILD, kind, filename],
                input=data,
                capture_output=True,
                timeout=SECONDS,
                env={name: os.environ[name] for name in _HANDED_DOWN if name in os.environ}
                | {"PYTHONUTF8": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TOO_MUCH from None
    if done.returncode == 0:
        answer = json.loads(done.stdout.decode("utf-8"))
        if isinstance(answer, dict):
            return tuple(map(parse_table, answer["tables"]))
        code, message, basis, params = answer
        raise Refusal(code, message, basis, **params)
    # SIGKILL and SIGXCPU: the limits; a failed allocation ends native code by SIGABRT.
    if -done.returncode in (6, 9, 24) or b"MemoryError" in done.stderr:
        raise TOO_MUCH
    raise Refusal(
        "damaged", "文件内容读不出来，可能已损坏。请在 Excel 或 WPS 里重新保存一次再上传。"
    )


def read_here(kind: str, filename: str) -> int:
    """The child: a file on standard input, the tables or a refusal (a list) as JSON on standard
    output.
    """
    _limit()
    data = sys.stdin.buffer.read()
    answer: dict[str, object] | list[object]
    try:
        tables = (
            read_tables(data, filename, score)
            if kind == RECORDS
            else (read_table(data, filename, kind or None),)  # type: ignore[arg-type]
        )
        answer = {"tables": list(map(table_json, tables))}
    except Refusal as refusal:
        params = {
            name: value for name, value in refusal.params.items() if isinstance(value, str | int)
        }
        answer = [refusal.code, refusal.message_zh, refusal.legal_basis, params]
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8"))
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; time and separation remain
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

"""`expert-pool award`: replay, check and verify a sealed year, on any machine, without a
database.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from award.archive.core import bag
from award.archive.core.bag import Fault
from award.archive.core.replay import DECISION, YEAR, replay, without_names
from award.decision.core.check import check
from scripts.console import err, out
from scripts.files import write_bytes


def run_replay(bundle: Path, output: Path | None) -> int:
    files = _opened(bundle)
    if files is None:
        return 2
    made = replay(files[1])
    if made.decision is not None and output is not None:
        write_bytes(output, made.decision)
    if made.faults:
        return _tell(made.faults)
    assert made.decision is not None
    same = hashlib.sha256(made.decision).hexdigest()
    out.print(f"由评分表重新得出的结果与归档的逐字节相同。SHA-256：{same}", soft_wrap=True)
    return 0


def run_check(year: Path, decision: Path | None) -> int:
    """Of a bundle, or of two files."""
    if decision is not None:
        pair = year.read_bytes(), decision.read_bytes()
    else:
        files = _opened(year)
        if files is None:
            return 2
        if missing := [path for path in (YEAR, DECISION) if path not in files[1]]:
            err.print(f"{missing[0]}：归档包里没有这个文件。")
            return 2
        pair = files[1][YEAR], files[1][DECISION]
    found = check(*pair)
    if found:
        return _tell([Fault(one.case or "结果", f"{one.message}（{one.rule}）") for one in found])
    out.print("另一套代码逐条核对：结果符合年度文件和办法。")
    return 0


def run_verify(bundle: Path) -> int:
    data = bundle.read_bytes()
    faults = bag.verify(data)
    if faults:
        return _tell(faults)
    files = bag.unpack(data)[1]
    out.print(f"归档包完整，{len(files)} 个文件都与校验清单相符。")
    out.print(f"整包 SHA-256：{hashlib.sha256(data).hexdigest()}", soft_wrap=True)
    return 0


def run_without_names(bundle: Path, output: Path) -> int:
    files = _opened(bundle)
    if files is None:
        return 2
    name, inside = files
    info = {
        "External-Description": "不含姓名和名称的副本",
        "External-Identifier": hashlib.sha256(bundle.read_bytes()).hexdigest(),
    }
    made = _made(inside["bag-info.txt"])
    write_bytes(output, bag.pack(name, without_names(inside), info, made))
    out.print(f"已写出不含姓名和名称的副本：{output}", soft_wrap=True)
    return 0


def _made(info: bytes) -> date:
    lines = dict(line.split(": ", 1) for line in info.decode().splitlines())
    return date.fromisoformat(lines["Bagging-Date"])


def _opened(bundle: Path) -> tuple[str, dict[str, bytes]] | None:
    data = bundle.read_bytes()
    if not data.startswith(b"PK"):
        err.print(
            f"{bundle.name}不是归档包（.zip）。核对单独的年度文件，请写明年度文件和结果文件两个。",
            soft_wrap=True,
        )
        return None
    try:
        return bag.unpack(data)
    except ValueError as error:
        err.print(f"{error}：不能读出，归档包已损坏。", soft_wrap=True)
        return None


def _tell(faults: Sequence[Fault]) -> int:
    for fault in faults:
        print(f"{fault.file}：{fault.message}", file=sys.stderr)
    return 1

"""重放: from a sealed bag's scorebooks to its winners, to the byte.

What must agree: every scorebook with its receipt and with the year file, the signed reports, the
settings and the evaluation with the year file, the year file with the decision, the decision with
the properties that `check` proves and with the prizes. A copy without names has no reports and no
settings; what is there must agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assignment.errors import FormatError
from award.archive.core.bag import Fault, Files
from award.decision.core.check import check
from award.decision.core.decide import decide

YEAR, DECISION = "data/year.json", "data/decision.json"
BOOKS, REPORTS = "data/scorebooks/", "data/reports/"
SETTINGS, EVALUATION, HONOURS = "data/settings.json", "data/evaluation.json", "data/honours.json"
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
# What a copy without names lacks.
NAMED = (
    "data/names.json",
    "data/documents/",
    "data/log.json",
    REPORTS,
    SETTINGS,
)


@dataclass(frozen=True)
class Replay:
    """`decision`: the bytes made again, None where the year file cannot be read."""

    decision: bytes | None
    faults: tuple[Fault, ...]


def replay(files: Files) -> Replay:
    """Make the decision again from the bag's year file and compare everything that leads to it."""
    missing = [
        Fault(path, "归档包里没有这个文件。") for path in (YEAR, DECISION) if path not in files
    ]
    if missing:
        return Replay(None, tuple(missing))
    try:
        made = decide(files[YEAR])
    except FormatError as error:
        return Replay(None, (Fault(YEAR, str(error)),))
    faults = [*_books(files), *_papers(files, made)]
    if made != files[DECISION]:
        faults.append(Fault(DECISION, "与由年度文件重新得出的结果不同。"))
    faults += [
        Fault(DECISION, f"{found.case}：{found.message}" if found.case else found.message)
        for found in check(files[YEAR], files[DECISION])
    ]
    return Replay(made, tuple(faults))


def book_path(stage: str, case: str, receipt_code: str) -> str:
    """By its receipt, so that a reviewer finds her own."""
    return f"{BOOKS}{stage}/{case}/{receipt_code}.json"


def _books(files: Files) -> list[Fault]:
    """Each book of the year file stands in the bag, with the receipt that its reviewer was
    given.
    """
    year: dict[str, Any] = json.loads(files[YEAR])
    faults, seen = [], set()
    for case in year["cases"]:
        for stage in ("document", "site"):
            for book in case[stage]["books"]:
                path = book_path(stage, case["id"], book["receipt"])
                seen.add(path)
                faults += _book(files, path, book)
    extra = sorted(path for path in files if path.startswith(BOOKS) and path not in seen)
    return faults + [Fault(path, "年度文件里没有这份评分表。") for path in extra]


def _book(files: Files, path: str, book: Mapping[str, Any]) -> list[Fault]:
    if path not in files:
        return [Fault(path, "归档包里没有这份评分表。")]
    try:
        kept = json.loads(files[path])
        text, nonce = kept["book"], kept["nonce"]
        marks = {no: mark["percent"] for no, mark in json.loads(text)["marks"].items()}
        marks = json.loads(text)["start"] | marks
        void = kept["state"] == "void"
    except UNREADABLE:
        return [Fault(path, "评分表不能读出。")]
    faults = []
    if receipt(text, nonce) != book["receipt"]:
        faults.append(Fault(path, "评分表与回执码不符。"))
    if marks != book["percents"]:
        faults.append(Fault(path, "评分表与年度文件的百分比不符。"))
    if void != (book["state"] == "void"):
        faults.append(Fault(path, "评分表是否作废，与年度文件不符。"))
    return faults


def _papers(files: Files, made: bytes) -> Iterator[Fault]:
    """Whatever else in the bag says something of the result must say the same."""
    year, decision = json.loads(files[YEAR]), json.loads(made)
    comparisons: Mapping[str, Callable[[Any], bool]] = {
        SETTINGS: lambda said: _settings_agree(year["settings"], said),
        EVALUATION: lambda said: said["totals"] == decision["totals"],
        HONOURS: lambda said: _prizes(decision) <= _prizes(said),
        **{path: _report_agrees(case[stage]) for path, case, stage in _reports(year)},
    }
    for path, agrees in comparisons.items():
        if path not in files:
            continue
        try:
            same = agrees(json.loads(files[path]))
        except UNREADABLE:
            yield Fault(path, "不能读出。")
            continue
        if not same:
            yield Fault(path, "与年度文件或由它得出的结果不符。")
    if any(path.startswith(REPORTS) for path in files):
        for path, case, stage in _reports(year):
            if path not in files and case[stage]["consensus"] is not None:
                yield Fault(path, "归档包里没有这份评审报告。")


def _reports(year: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    for case in year["cases"]:
        for stage in ("document", "site"):
            yield f"{REPORTS}{stage}/{case['id']}.json", case, stage


def _report_agrees(sheet: Mapping[str, Any]) -> Callable[[Any], bool]:
    """A report that was never signed binds nobody."""

    def agrees(report: Any) -> bool:
        said = {item["no"]: item["percent"] for item in report["items"]}
        return sheet["consensus"] is None or said == sheet["consensus"]

    return agrees


def _settings_agree(used: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Those that the decision needs, with their sources."""
    pairs = ((one, said[code]) for code, one in used.items() if code in said)
    return all(
        (one["value"], one["source"]) == (other["value"], other["source"]) for one, other in pairs
    )


def _prizes(found: Mapping[str, Any]) -> set[tuple[str, str, int]]:
    return {(one["case"], one["award"], one["amount"]) for one in found["honours"]}


def receipt(text: str, nonce: str) -> str:
    """回执码: what a reviewer was given when she locked the book."""
    return hashlib.sha256(f"{text}\n{nonce}".encode()).hexdigest()[:16]


def without_names(files: Files) -> dict[str, bytes]:
    """The payload of a copy that can be handed on: ids, scores and results, no names and papers."""
    return {
        path.removeprefix("data/"): content
        for path, content in files.items()
        if path.startswith("data/") and not path.startswith(NAMED)
    }

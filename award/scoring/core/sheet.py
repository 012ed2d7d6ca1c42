"""评分表的 Excel 往返: what stands where, and what a sheet that comes back says, cell by cell.

Nothing is guessed: a cell that does not fit is named, and then nothing of the sheet is taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from award.scoring.core.rubric import Item, Rubric
from award.scoring.core.scorebook import LONGEST_TEXT, TEXTS, Book, Mark
from expert_pool.facts.writing import Cell, as_text, error_value

FORMAT = "scoresheet/1"
FIRST_ROW = 7  # of the items; headings stand above
HEADINGS = ("序号", "条款", "名称", "分值", "百分比")
# The columns a reviewer fills in, by stage: letter -> field of a mark.
OPEN: Mapping[str, Mapping[str, str]] = {
    "document": {"E": "percent", "F": "strengths", "G": "improvements", "H": "issues"},
    "site": {"E": "percent", "F": "evidence", "G": "strengths", "H": "improvements"},
}
LONGEST_PERCENT = 3  # digits: 100


@dataclass(frozen=True)
class Reading:
    """What a sheet says. `problems`: why it is not taken; `conflicts`: items that were changed on
    the page after the sheet was downloaded; `changed`: items whose marks differ from the page.
    """

    book: Book
    problems: tuple[str, ...]
    conflicts: tuple[str, ...]
    changed: tuple[str, ...]


def manifest(rubric: Rubric, book: Book, uid: str, stage: str) -> tuple[tuple[str, str], ...]:
    """The hidden page: which book, which rubric, which items, how often each was saved."""
    saved = {item.no: book.mark(item.no).saved for item in rubric.items}
    return (
        ("格式", FORMAT),
        ("评分表", uid),
        ("阶段", stage),
        ("标准", rubric.digest),
        ("条款", ",".join(item.no for item in rubric.items)),
        ("版本", json.dumps(saved, separators=(",", ":"))),
    )


def headings(stage: str) -> tuple[str, ...]:
    return (*HEADINGS, *(TEXTS[name] for name in list(OPEN[stage].values())[1:]))


def rows(rubric: Rubric, book: Book, stage: str) -> list[tuple[str | int | None, ...]]:
    found: list[tuple[str | int | None, ...]] = []
    for position, item in enumerate(rubric.items, 1):
        mark = book.mark(item.no)
        texts = [getattr(mark, name) or None for name in list(OPEN[stage].values())[1:]]
        found.append((position, item.no, item.name, item.points, mark.percent, *texts))
    return found


def not_hers(found: Mapping[str, str], uid: str) -> str:
    """Why this is not the sheet of this book, as a sentence; empty when it is."""
    if found.get("格式") != FORMAT:
        return "这张评分表不是本系统现在的格式，请重新下载再填。"
    if found.get("评分表") != uid:
        return "这不是您的评分表。"
    return ""


def read(
    rubric: Rubric,
    book: Book,
    stage: str,
    cells: Mapping[str, Cell],
    found: Mapping[str, str],
) -> Reading:
    """Compare a sheet with the book as it stands. `cells` by name, empty ones left out."""
    problems = _strange(rubric, stage, cells, found)
    marks: dict[str, Mark] = dict(book.marks)
    changed = []
    for position, item in enumerate(rubric.items):
        mark, wrong = _mark(rubric, item, FIRST_ROW + position, stage, cells, book.mark(item.no))
        problems += wrong
        if replace(mark, saved=0) != replace(book.mark(item.no), saved=0):
            changed.append(item.no)
            marks[item.no] = replace(mark, saved=book.mark(item.no).saved + 1)
    conflicts = _conflicts(rubric, book, found, cells, changed) if not problems else []
    return Reading(replace(book, marks=marks), tuple(problems), tuple(conflicts), tuple(changed))


def _strange(
    rubric: Rubric, stage: str, cells: Mapping[str, Cell], found: Mapping[str, str]
) -> list[str]:
    """What is not as it was sent out."""
    said = []
    if found.get("标准") != rubric.digest or found.get("阶段") != stage:
        said.append("这张评分表用的不是本年度本阶段的标准，请重新下载再填。")
    if found.get("条款") != ",".join(item.no for item in rubric.items):
        said.append("隐藏的清单被改动过，请重新下载再填。")
    for column, heading in zip("ABCDEFGH", headings(stage), strict=True):
        place = f"{column}{FIRST_ROW - 1}"
        if cells.get(place) != heading:
            said.append(f"{place}的表头应是“{heading}”，请不要改动表头。")
    for position, item in enumerate(rubric.items):
        row = FIRST_ROW + position
        for place, wanted, what in (
            (f"B{row}", item.no, "条款"),
            (f"C{row}", item.name, "名称"),
            (f"D{row}", str(item.points), "分值"),
        ):
            if _plain(cells.get(place)) != wanted:
                said.append(f"{place}的{what}与本年度标准不符。")
    last = FIRST_ROW + len(rubric.items) - 1
    said += [
        f"{place}在表格之外，请移到相应条款的格子里。"
        for place in sorted(cells, key=_order)
        if _outside(place, last)
    ]
    return said


def _mark(
    rubric: Rubric, item: Item, row: int, stage: str, cells: Mapping[str, Cell], held: Mark
) -> tuple[Mark, list[str]]:
    said: list[str] = []
    values: dict[str, str] = {}
    percent = held.percent
    for column, name in OPEN[stage].items():
        place = f"{column}{row}"
        value = cells.get(place)
        if name == "percent":
            percent, wrong = _percent(rubric, place, value)
        else:
            values[name], wrong = _text(place, value)
        said += wrong
    return replace(held, percent=percent, **values), said  # type: ignore[arg-type]


def _percent(rubric: Rubric, place: str, value: Cell) -> tuple[int | None, list[str]]:
    if value is None:
        return None, []
    if isinstance(value, date):
        return None, [f"{place}是日期，应为0到100之间{rubric.step}的倍数。"]
    if isinstance(value, str):
        text = value.strip().removesuffix("%").removesuffix("\uff05").strip()
        if not text:
            return None, []
        if not text.isascii() or not text.isdigit() or len(text) > LONGEST_PERCENT:
            return None, [
                f"{place}写的是“{value.strip()[:12]}”，应为0到100之间{rubric.step}的倍数。"
            ]
        value = float(text)
    if 0 < value < 1 or value == 1:
        return None, [f"{place}是{value:g}，请按百分数填写，如 55。"]
    if value != int(value) or not 0 <= value <= 100 or int(value) % rubric.step:
        return None, [f"{place}是{value:g}，不在评分档上，应为0到100之间{rubric.step}的倍数。"]
    return int(value), []


def _text(place: str, value: Cell) -> tuple[str, list[str]]:
    text = _plain(value).replace("\r\n", "\n")
    if broken := error_value(value):
        return "", [f"{place}是错误值{broken}，请改成文字。"]
    if len(text) > LONGEST_TEXT:
        return "", [f"{place}超过{LONGEST_TEXT}字，请精简。"]
    return text, []


def _plain(value: Cell) -> str:
    return as_text(value).strip()


def _conflicts(
    rubric: Rubric,
    book: Book,
    found: Mapping[str, str],
    cells: Mapping[str, Cell],
    changed: list[str],
) -> list[str]:
    """下载后网上有改动的: only where sheet and page differ now."""
    try:
        saved = json.loads(found.get("版本", ""))
        known = {no: int(count) for no, count in saved.items()}
    except (AttributeError, TypeError, ValueError, RecursionError):
        known = {}
    said = []
    for position, item in enumerate(rubric.items):
        if item.no in changed and known.get(item.no) != book.mark(item.no).saved:
            place = f"E{FIRST_ROW + position}"
            now = book.mark(item.no).percent
            sheet = _plain(cells.get(place)) or "空"
            said.append(
                f"{item.no}（第{FIRST_ROW + position}行）：网上现为"
                f"{'空' if now is None else now}，表中为{sheet}。"
            )
    return said


def _outside(place: str, last: int) -> bool:
    letters = place.rstrip("0123456789")
    row = int(place[len(letters) :])
    return row > last or (len(letters) > 1 or letters > "H")


def _order(place: str) -> tuple[int, str]:
    letters = place.rstrip("0123456789")
    return int(place[len(letters) :]), letters

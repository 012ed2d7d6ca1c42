"""表格的格子: the sheets of a checked file as rows of values, from a workbook (python-calamine) or
from CSV.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite

from lxml import etree

from expert_pool.facts.headings import row_score
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.signs import entered
from expert_pool.facts.writing import Cell, looks_like_formula
from expert_pool.spreadsheet.guard import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    ROWS_BESIDE,
    TOO_MANY_ROWS,
    CleanWorkbook,
    clean_workbook,
)

MAX_CELL = 32_767  # characters, Excel's own limit
NUL_SHARE = 0.02
Area = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """One sheet from A1 on.

    `visible`: not a hidden sheet; `merged`: areas of merged cells, 0-based.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    visible: bool = True
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: bool = False


def grids_of_workbook(data: bytes) -> list[Grid]:
    import python_calamine  # for the process that reads a table, not for web workers

    clean = clean_workbook(data)
    parts = _sheet_parts(clean)
    grids = []
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(clean.data))
        for meta in workbook.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(meta.name)
            part = parts.get(meta.name, "")
            grids.append(
                Grid(
                    meta.name,
                    [
                        [_value(cell) for cell in row]
                        for row in sheet.to_python(skip_empty_area=False)
                    ],
                    meta.visible == python_calamine.SheetVisibleEnum.Visible,
                    tuple(sheet.merged_cell_ranges or ()),
                    clean.hidden.get(part, frozenset()),
                    clean.hidden_columns.get(part, False),
                )
            )
    except BaseException as error:  # a panic of the Rust parser derives from BaseException
        if isinstance(error, Refusal | KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise Refusal(
            "damaged", "文件内容读不出来，可能已损坏。请在 Excel 或 WPS 里重新保存一次再上传。"
        ) from None
    return grids


def _sheet_parts(clean: CleanWorkbook) -> dict[str, str]:
    """Sheet name -> part name.

    Document type declarations were refused before, so parsing is safe.
    """
    try:
        book = etree.fromstring(clean.parts["xl/workbook.xml"], _parser())
        links = etree.fromstring(clean.parts["xl/_rels/workbook.xml.rels"], _parser())
    except (KeyError, etree.XMLSyntaxError):
        raise Refusal(
            "damaged", "文件不完整或已损坏，打不开。请在 Excel 或 WPS 里重新保存一次再上传。"
        ) from None
    targets = {link.get("Id"): str(link.get("Target", "")) for link in links}
    found = {}
    for sheet in book.iter("{*}sheet"):
        identity = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = targets.get(identity, "")
        found[str(sheet.get("name", ""))] = (
            target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        )
    return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _value(cell: object) -> Cell:
    match cell:
        case None | "":
            return None
        case bool():
            return "是" if cell else "否"
        case int() | float():
            return float(cell) if isfinite(cell) else "#NUM!"
        case datetime():
            return cell.date() if cell.time() == time() else cell.isoformat(" ", "minutes")
        case date():
            return cell
        case time() | timedelta():
            return str(cell)
    text = str(cell)
    if len(text) > MAX_CELL:
        raise Refusal("too-large", f"有一个单元格里的文字超过 {MAX_CELL:,} 个字，不像是表格。")
    return entered(text) or None


# CSV
# --------------------------------------------------------------------------------------------------

DELIMITERS = (",", "\t", ";", "|")
SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[^\S\n]*\r?\n", re.I)  # for Excel, which hides it
QUOTED = re.compile(r'=\s*"((?:[^"]|"")*)"', re.S)  # ="0575": a text that Excel must not count with
LOOKED_AT = 40  # rows that tell the delimiter


def grid_of_csv(data: bytes) -> Grid:
    """UTF-8 strictly first, then GB18030; UTF-16 when marked.

    A cell that starts like a formula refuses the file. Row numbers are those that Excel shows.
    """
    text = _decode(data)
    said = SEPARATOR_LINE.match(text)
    text = text[said.end() :] if said else text.lstrip("\ufeff")
    delimiter = said[1] if said else _delimiter(text)
    rows: list[list[Cell]] = []
    total = 0
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1
        ):
            if number > MAX_ROWS + ROWS_BESIDE:
                raise Refusal("too-many-rows", TOO_MANY_ROWS)
            if len(cells) > MAX_COLUMNS:
                raise Refusal("too-many-columns", f"第 {number} 行超过 {MAX_COLUMNS} 列。")
            total += len(cells)
            if total > MAX_CELLS:
                raise Refusal("too-large", "表格的格子太多了。请只保留需要的行和列再上传。")
            rows.append([_csv_value(cell, column, number) for column, cell in enumerate(cells)])
    except csv.Error:
        raise Refusal(
            "damaged",
            "CSV 文件的格式不正常（引号不成对，或有特别长的格子）。请另存为“.xlsx”再上传。",
        ) from None
    return Grid("CSV", rows)


def _csv_value(written: str, column: int, row: int) -> Cell:
    """The cell without what programs put before numbers to keep them whole: tabs, ' and ="…"."""
    cell = entered(written).strip()
    if quoted := QUOTED.fullmatch(cell):
        cell = quoted[1].replace('""', '"').strip()
    elif cell.startswith("'") and not cell.endswith("'"):
        cell = cell[1:]
    if looks_like_formula(cell):
        where = f"{column_name(column)}{row}"
        raise Refusal(
            "formula",
            f"单元格 {where} 是公式（以 = + - @ 开头），不能上传。请改成数值或文字。",
            cell=where,
        )
    return _value(cell)


def _delimiter(text: str) -> str:
    """The sign under which headings are known and rows even; a list inside a cell has neither."""
    return max(DELIMITERS, key=lambda mark: _fit(text, mark))


def _fit(text: str, mark: str) -> tuple[float, float, int]:
    """How well a row reads as headings, the share of rows of the usual length, that length."""
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            rows.append([cell.strip() for cell in cells])
            if len(rows) == LOOKED_AT:
                break
    except csv.Error:
        return -1.0, 0.0, 0
    rows = [cells for cells in rows if any(cells)]
    if not rows:
        return 0.0, 0.0, 0
    others = set(DELIMITERS) - {mark}
    headings = max(_headings([one for one in cells if not others & set(one)]) for cells in rows)
    lengths = Counter(map(len, rows))
    longest, count = max(lengths.items(), key=lambda item: (item[1], item[0]))
    even = count / len(rows) if longest > 1 else 0.0
    return round(headings, 1), even, longest


def _headings(cells: Sequence[str]) -> float:
    return max(row_score(cells, kind) for kind in ("expert", "applicant"))


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        encodings = []
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(re.findall(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]", text)) <= NUL_SHARE * len(
            text
        ):
            return text
    raise Refusal("wrong-type", "认不出这个文件。请上传 .xlsx，或者 UTF-8、GB18030 编码的 .csv。")


def column_name(index: int) -> str:
    """0 -> A, 27 -> AB."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name

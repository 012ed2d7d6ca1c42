"""表格式的表单: a workbook with fixed places, read cell by cell; and written with locked places,
choices and a hidden page that says which form it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expert_pool.facts.refusal import Refusal
from expert_pool.facts.writing import Cell
from expert_pool.spreadsheet.grid import Grid, column_name, grids_of_workbook
from expert_pool.spreadsheet.guard import check_size, is_workbook
from expert_pool.spreadsheet.writing import CREATED, OPTIONS, is_dangerous, printable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

LONGEST_LIST = 255


@dataclass(frozen=True)
class FormColumn:
    """One column of a form: `open` to be filled in; `choices` of an open column."""

    heading: str
    width: int
    open: bool = False
    choices: Sequence[int | str] = ()


@dataclass(frozen=True)
class FormOut:
    """A form to write. `lines` stand above the table; `manifest` on the hidden page."""

    sheet: str
    title: str
    lines: Sequence[str]
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[str | int | None]]
    manifest: Sequence[tuple[str, str]]


MANIFEST = "清单"


def read_form(data: bytes, sheet: str) -> tuple[dict[str, Cell], dict[str, str]]:
    """Cells by name (E9) of the form's page, empty ones left out, and its hidden page.

    Raises Refusal `wrong-type`, `wrong-form`, `merged`, `formula` and what the guard refuses.
    """
    check_size(data)
    if not is_workbook(data):
        raise Refusal("wrong-type", f"请交回下载的那份 Excel {sheet}（.xlsx）。")
    grids = {grid.name: grid for grid in grids_of_workbook(data)}
    if sheet not in grids or MANIFEST not in grids:
        raise Refusal(
            "wrong-form", f"这不是从本系统下载的{sheet}，或者缺了工作表。请重新下载再填。"
        )
    _demand_as_sent(grids, sheet)
    cells: dict[str, Cell] = {
        f"{column_name(column)}{row + 1}": value
        for row, values in enumerate(grids[sheet].rows)
        for column, value in enumerate(values)
        if value is not None
    }
    manifest = {
        str(row[0]): "" if len(row) < 2 or row[1] is None else str(row[1])
        for row in grids[MANIFEST].rows
        if row and row[0] is not None
    }
    return cells, manifest


def _demand_as_sent(grids: Mapping[str, Grid], sheet: str) -> None:
    """What is written where nobody reads it must not be lost in silence: on a copy of the page, or
    in a merged cell, which holds one value for several places.
    """
    for other in grids.values():
        written = any(value is not None for row in other.rows for value in row)
        if other.visible and written and other.name not in (sheet, MANIFEST):
            raise Refusal(
                "wrong-form",
                f"文件里多了工作表“{other.name}”，只有“{sheet}”一页会读入。"
                f"请把要交的内容移到“{sheet}”，删去多余的工作表再交回。",
            )
    if grids[sheet].merged:
        (row, column), _ = grids[sheet].merged[0]
        raise Refusal(
            "merged", f"{column_name(column)}{row + 1}是合并的单元格，请取消合并，逐格填写再交回。"
        )


def write_form(form: FormOut) -> bytes:
    """Without formulas; everything but the open columns is locked, without a password."""
    import xlsxwriter  # not for the process that only reads tables

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        _page(book, form)
        hidden = book.add_worksheet(MANIFEST)
        for row, (name, value) in enumerate(form.manifest):
            hidden.write_string(row, 0, name)
            hidden.write_string(row, 1, value)
        hidden.hide()
    return buffer.getvalue()


def _page(book: Workbook, form: FormOut) -> None:
    page = book.add_worksheet(form.sheet)
    formats = _formats(book)
    page.write_string(0, 0, printable(form.title), formats["title"])
    for row, line in enumerate(form.lines, 1):
        page.write_string(row, 0, printable(line))
    top = len(form.lines) + 1
    for column, one in enumerate(form.columns):
        page.set_column(column, column, one.width)
        page.write_string(top, column, printable(one.heading), formats["head"])
        if one.choices:
            page.data_validation(
                top + 1,
                column,
                top + len(form.rows),
                column,
                {
                    "validate": "list",
                    "source": list(one.choices),
                    "error_title": "不在列表中",
                    "error_message": "请从列表中选一项。",
                },
            )
    for number, values in enumerate(form.rows, top + 1):
        for column, value in enumerate(values):
            look = formats["open" if form.columns[column].open else "fixed"]
            if value is None:
                page.write_blank(number, column, None, look)
            elif isinstance(value, int):
                page.write_number(number, column, value, look)
            else:
                text = printable(value)
                page.write_string(
                    number, column, text, formats["quoted"] if is_dangerous(text) else look
                )
    page.freeze_panes(top + 1, 3)
    page.protect("", {"format_columns": True, "format_rows": True})


def _formats(book: Workbook) -> Mapping[str, Format]:
    body = {"border": 1, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({**body, "bold": True, "bg_color": "#E8EEF4"}),
        "fixed": book.add_format({**body, "font_color": "#454D58"}),
        "open": book.add_format({**body, "locked": False, "bg_color": "#FFFDF3"}),
        "quoted": book.add_format({**body, "locked": False, "quote_prefix": True}),
    }

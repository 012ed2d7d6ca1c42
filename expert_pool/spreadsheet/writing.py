"""写表: a table as .xlsx in which text is text.

A cell that starts with = + - @ (full-width ones too) never becomes a formula.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from expert_pool.facts.signs import INVISIBLE

if TYPE_CHECKING:
    from xlsxwriter import Workbook

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
CREATED = datetime(2020, 1, 1)  # noqa: DTZ001
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
MAX_CELL = 32_767

Value = str | int | float | date | None


@dataclass(frozen=True)
class SheetOut:
    """One sheet to write."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    widths: Sequence[int] = ()  # in characters, where the headings do not say it


def write_table(
    headings: Sequence[str], rows: Iterable[Sequence[Value]], sheet: str = "Sheet1", title: str = ""
) -> bytes:
    """Headings in bold and frozen; numbers and dates keep their type; text with a dangerous start
    also carries Excel's quote mark.
    """
    return write_book((SheetOut(sheet, headings, rows, title),))


def write_book(sheets: Sequence[SheetOut]) -> bytes:
    """Several tables as one workbook, each as `write_table` writes it."""
    import xlsxwriter  # not for the process that only reads tables

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        for sheet in sheets:
            _write_sheet(book, sheet)
    return buffer.getvalue()


def _write_sheet(book: Workbook, sheet: SheetOut) -> None:
    page = book.add_worksheet(sheet.name[:31])
    bold = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    quoted = book.add_format({"quote_prefix": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    top = 1 if sheet.title else 0
    if sheet.title:
        page.write_string(
            0, 0, printable(sheet.title), book.add_format({"bold": True, "font_size": 14})
        )
    for column, heading in enumerate(sheet.headings):
        page.write_string(top, column, printable(heading), bold)
        width = sheet.widths[column] if sheet.widths else max(10, min(40, 2 * len(heading) + 2))
        page.set_column(column, column, width)
    for number, row in enumerate(sheet.rows, top + 1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(
                    number,
                    column,
                    datetime(value.year, value.month, value.day),  # noqa: DTZ001
                    day,
                )
            elif isinstance(value, int | float) and not isinstance(value, bool):
                page.write_number(number, column, value)
            elif value is not None and value != "":
                text = printable(str(value))
                page.write_string(number, column, text, quoted if is_dangerous(text) else None)
    page.freeze_panes(top + 1, 0)


def is_dangerous(text: str) -> bool:
    """Would run as a formula if typed into a cell, also after the signs are made half-width."""
    return unicodedata.normalize("NFKC", text).lstrip(" \u3000").startswith(DANGEROUS)


def printable(text: str) -> str:
    """Without control characters, and no longer than a cell can hold."""
    return text.translate(INVISIBLE)[:MAX_CELL]

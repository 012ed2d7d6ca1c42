"""读出的表: the rows of a file as written, before anything is made of them; as text for the
records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from expert_pool.facts.writing import Cell, error_value

BROKEN = "单元格里是错误值 {}，不是空白，请填上正确的内容；确实没有内容的，请清空"


@dataclass(frozen=True)
class RawRow:
    """One row as written; `number` is the row number that Excel shows. Empty cells are None."""

    number: int
    cells: Mapping[str, Cell]
    hidden: bool = False


@dataclass(frozen=True)
class RawTable:
    """The table found in a file.

    `notes` say what was left out (totals, blank rows, other sheets) and what to look at (hidden
    rows).
    """

    sheet: str
    title: str
    heading_row: int
    headings: tuple[str, ...]
    rows: tuple[RawRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeadingMap:
    """What each heading means.

    `fields`: heading -> field; `unsure` of them a person should look at; `unknown` are not read.
    """

    fields: Mapping[str, str]
    unsure: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def headings(self, wanted: str) -> tuple[str, ...]:
        return tuple(heading for heading, name in self.fields.items() if name == wanted)


def broken_cells(row: RawRow, headings: Iterable[str]) -> list[tuple[str, str, str]]:
    """Heading, error and what to do, for each cell of `headings` that holds #N/A or the like."""
    found = ((name, error_value(row.cells.get(name))) for name in headings)
    return [(name, error, BROKEN.format(error)) for name, error in found if error]


def table_json(table: RawTable) -> str:
    """The table as text, for the records and for handing it from process to process; `parse_table`
    gives it back unchanged.
    """
    rows = [
        {
            "number": row.number,
            "hidden": row.hidden,
            "cells": {name: _packed(cell) for name, cell in row.cells.items()},
        }
        for row in table.rows
    ]
    values = {
        "sheet": table.sheet,
        "title": table.title,
        "heading_row": table.heading_row,
        "headings": table.headings,
        "notes": table.notes,
        "rows": rows,
    }
    return json.dumps(values, ensure_ascii=False)


def parse_table(text: str) -> RawTable:
    values = json.loads(text)
    rows = tuple(
        RawRow(
            row["number"],
            {name: _unpacked(cell) for name, cell in row["cells"].items()},
            row["hidden"],
        )
        for row in values["rows"]
    )
    return RawTable(
        values["sheet"],
        values["title"],
        values["heading_row"],
        tuple(values["headings"]),
        rows,
        tuple(values["notes"]),
    )


def _packed(cell: Cell) -> Any:
    """JSON knows no dates: they are wrapped, and a date is no text that looks like one."""
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    return {"date": cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return]
    return (
        datetime.fromisoformat(cell["datetime"])
        if "datetime" in cell
        else date.fromisoformat(cell["date"])
    )

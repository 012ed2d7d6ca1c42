"""本系统导出的表再导入: a cell that still says what we wrote is no news, so that an export that
nobody touched changes nothing.

What an export cannot say in words that read back the same (a time told in the office's own way, a
trade confirmed by hand) is therefore never read again; only cells that somebody has changed are.
Rows are recognised by 系统编号, whatever else in them was changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from expert_pool.facts.industry import Industries
from expert_pool.facts.signs import visible
from expert_pool.facts.table import RawTable
from expert_pool.facts.writing import as_text

UID = "系统编号"
LONGEST = 32_767  # characters that a cell can hold
Draft = TypeVar("Draft")


@dataclass(frozen=True)
class Settled(Generic[Draft]):
    """`rest` has still to be read; `same` are known entries whose rows nobody touched, with row
    numbers; `uids`: row -> known entry.
    """

    rest: RawTable
    same: tuple[tuple[int, Draft], ...]
    uids: Mapping[int, str]


def settle(
    table: RawTable,
    known: Mapping[str, Draft],
    written: Callable[[Draft], Mapping[str, Sequence[str]]],
    kept: Collection[str],
) -> Settled[Draft]:
    """`written`: heading -> what an export may have said (in full first, then masked). Untouched
    cells become empty, those of `kept` headings what is known in full; an empty cell never changes
    a record."""
    if UID not in table.headings:
        return Settled(table, (), {})
    rest, same, uids = [], [], {}
    for row in table.rows:
        uid = as_text(row.cells.get(UID)).strip()
        if uid not in known:
            rest.append(row)
            continue
        said = {UID: (uid,), **written(known[uid])}
        touched = {
            heading: cell
            for heading, cell in row.cells.items()
            if plain(as_text(cell)) not in {plain(text) for text in said.get(heading, ("",))}
        }
        if not touched:
            same.append((row.number, known[uid]))
            continue
        uids[row.number] = uid
        full = {heading: said[heading][0] for heading in kept if said.get(heading)}
        cells = {
            heading: touched.get(heading, full.get(heading) or None)
            for heading in row.cells
            if heading != UID
        }
        rest.append(replace(row, cells=cells))
    return Settled(replace(table, rows=tuple(rest)), tuple(same), uids)


def day_words(day: date | None, precision: str | None) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月" if precision == "month" else day.isoformat()


def trade_words(code: str) -> str:
    """1763 针织…: the code is what is read; a 、 inside the name would look like a list."""
    return f"{code} {Industries.load().name(code)}".replace("、", "").strip()


def plain(text: str) -> str:
    """As it comes back from a workbook: without signs that cannot be seen, runs of blanks and line
    ends made one blank.
    """
    return re.sub(r"\s+", " ", visible(text)[:LONGEST].replace("_x000D_", " ")).strip()

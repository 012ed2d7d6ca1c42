"""读表: finds the table in a file: the sheet, the title, the heading row (one or two rows), the
data rows, and what is not data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from expert_pool.facts.headings import Kind, plain, row_score
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawRow, RawTable
from expert_pool.facts.writing import Cell, blank, clean, compact
from expert_pool.spreadsheet.grid import Grid, column_name, grid_of_csv, grids_of_workbook
from expert_pool.spreadsheet.guard import MAX_ROWS, TOO_MANY_ROWS, check_size, is_workbook

HEADING_ROWS = 15  # where a heading row is looked for
TWO_ROWS_BETTER = 0.9  # a heading over two rows must explain about one field more
ENOUGH = 1.5  # about two fields recognised: this is a heading row
PLENTY = 4.0  # no need to look further down
TOTALS = re.compile(
    r"^(合计|小计|总计|共计|总数|累计|平均|合计数|总人数|汇总)([:\s(共为是]*\d*.{0,6})?$"
)
FOOTER = re.compile(
    r"^(注|说明|备注|填表|制表|审核|联系人|单位盖章|填报|填写说明|负责人|经办|日期|审批|附)[人单位说明\d]{0,4}(\(.{0,6}\))?[:.、]"
)
SECTION = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.\s]\S{1,30}$")
EXAMPLE = re.compile(r"^[\[【(（<《]?(示例|样例|范例|填写示例|例)[\]】)）>》]?([:.、]|$)")


Score = Callable[[Sequence[str]], float]


@dataclass(frozen=True)
class _Found:
    """Where the headings of a sheet are: rows `top` to `bottom` (0-based), and how well they
    fit.
    """

    grid: Grid
    top: int
    bottom: int
    headings: tuple[str, ...]
    score: float


def read_table(data: bytes, filename: str, kind: Kind | None = None) -> RawTable:
    """The best table of an .xlsx or .csv file.

    Refuses hostile and foreign files; `filename` is only for the message.
    """
    grids = _grids(data)
    candidates = [found for grid in grids if (found := _find_headings(grid, _roster_score(kind)))]
    if not candidates:
        raise Refusal(
            "no-table", f"“{filename}”里没有找到表格：没有一行像表头（如 姓名、工作单位、手机）。"
        )
    best = max(
        candidates, key=lambda found: (found.grid.visible, found.score, len(found.grid.rows))
    )
    table = _within_limit(_table(best))
    others = [
        grid.name
        for grid in grids
        if grid is not best.grid
        and grid.visible
        and any(any(cell is not None for cell in row) for row in grid.rows)
    ]
    if others:
        notes = (
            f"工作簿有 {len(grids)} 张表，读的是“{best.grid.name}”，没有读：{'、'.join(others)}。",
            *table.notes,
        )
        return RawTable(
            table.sheet, table.title, table.heading_row, table.headings, table.rows, notes
        )
    return table


def read_tables(data: bytes, filename: str, score: Score) -> tuple[RawTable, ...]:
    """Every visible table of a workbook, in its order; `score` says how much a row looks like
    headings. Refuses as `read_table` does.
    """
    found = [one for grid in _grids(data) if grid.visible and (one := _find_headings(grid, score))]
    if not found:
        raise Refusal("no-table", f"“{filename}”里没有找到表格：没有一行像表头。")
    return tuple(_within_limit(_table(one)) for one in found)


def _grids(data: bytes) -> list[Grid]:
    check_size(data)
    return list(grids_of_workbook(data)) if is_workbook(data) else [grid_of_csv(data)]


def _within_limit(table: RawTable) -> RawTable:
    if len(table.rows) > MAX_ROWS:
        raise Refusal("too-many-rows", TOO_MANY_ROWS)
    return table


def _roster_score(kind: Kind | None) -> Score:
    kinds: tuple[Kind, ...] = (kind,) if kind else ("expert", "applicant")
    return lambda cells: max(row_score(cells, one) for one in kinds)


def _find_headings(grid: Grid, score: Score) -> _Found | None:
    rows = [_texts(grid, number) for number in range(min(HEADING_ROWS + 1, len(grid.rows)))]
    best: _Found | None = None
    for number, cells in enumerate(rows[:HEADING_ROWS]):
        if best is not None and best.score >= PLENTY and number > best.bottom + 1:
            break
        if len(set(filter(None, cells))) < 2:
            continue
        single = score(cells)
        if best is None or single > best.score + 0.01:
            best = _Found(grid, number, number, tuple(cells), single)
        if number + 1 < len(rows):
            joined = _two_rows(grid, number, rows[number + 1])
            double = score(joined)
            if _spans_two_rows(grid, number) and double >= best.score + TWO_ROWS_BETTER:
                best = _Found(grid, number, number + 1, tuple(joined), double)
    return best if best is None or best.score >= ENOUGH else _plain_headings(grid, rows)


def _plain_headings(grid: Grid, rows: Sequence[Sequence[str]]) -> _Found | None:
    """No known words: the first row with several different texts and no numbers is taken as the
    headings.
    """
    for number, cells in enumerate(rows[:HEADING_ROWS]):
        words = [cell for cell in cells if cell]
        if (
            len(words) >= 2
            and len(set(words)) == len(words)
            and not any(re.fullmatch(r"[\d./-]+", word) for word in words)
        ):
            return _Found(grid, number, number, tuple(cells), 0.0)
    return None


def _texts(grid: Grid, number: int) -> list[str]:
    return [clean(cell) for cell in grid.rows[number]]


def _spans_two_rows(grid: Grid, top: int) -> bool:
    """Merged cells over these two rows or beside each other in the upper one, or gaps that the
    lower row fills.
    """
    for (first, left), (last, right) in grid.merged:
        if first == top and (
            last == top + 1
            or (last == top and right > left and right - left + 1 < len(grid.rows[top]))
        ):
            return True
    upper, lower = grid.rows[top], grid.rows[top + 1]
    return any(blank(a) and not blank(b) for a, b in zip(upper, lower, strict=False))


def _two_rows(grid: Grid, top: int, lower: Sequence[str]) -> list[str]:
    """联系方式 over 手机 and 邮箱 becomes 联系方式>手机 and 联系方式>邮箱."""
    upper = _texts(grid, top)
    for (first, left), (last, right) in grid.merged:
        if first <= top <= last:
            for column in range(left, min(right + 1, len(upper))):
                upper[column] = clean(grid.rows[first][left])
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    below = [*lower, *[""] * (width - len(lower))]
    return [f"{a}>{b}" if a and b and a != b else a or b for a, b in zip(upper, below, strict=True)]


def _table(found: _Found) -> RawTable:
    grid = found.grid
    body = range(found.bottom + 1, len(grid.rows))
    used = [
        c
        for c in range(_width(grid))
        if _heading_text(found, c) or any(not blank(_cell(grid, r, c)) for r in body)
    ]
    names = _unique(
        [_heading_text(found, column) or f"第{column_name(column)}列" for column in used]
    )
    filled = _merged_values(grid, found.bottom)
    rows: list[RawRow] = []
    left_out: dict[str, list[int]] = {}
    for number in body:
        values = {
            name: filled.get((number, column), _cell(grid, number, column))
            for name, column in zip(names, used, strict=True)
        }
        own = [_cell(grid, number, column) for column in used]
        reason = _not_data(own, names)
        if reason:
            left_out.setdefault(reason, []).append(number + 1)
        elif any(not blank(value) for value in own):
            cells = {
                name: None if isinstance(v, str) and not clean(v) else v
                for name, v in values.items()
            }
            rows.append(RawRow(number + 1, cells, number + 1 in grid.hidden_rows))
    title = next(
        (clean(cell) for row in grid.rows[: found.top] for cell in row if not blank(cell)), ""
    )
    return RawTable(
        grid.name,
        title,
        found.bottom + 1,
        tuple(names),
        tuple(rows),
        _notes(grid, rows, left_out, filled),
    )


def _notes(
    grid: Grid,
    rows: Sequence[RawRow],
    left_out: dict[str, list[int]],
    filled: dict[tuple[int, int], Cell],
) -> tuple[str, ...]:
    notes = [
        f"第 {'、'.join(map(str, numbers))} 行是{reason}，没有读入。"
        for reason, numbers in left_out.items()
    ]
    totals = left_out.get("合计行")
    if totals:
        stated = {
            int(cell)
            for cell in grid.rows[totals[-1] - 1]
            if isinstance(cell, float) and cell.is_integer()
        }
        if len(stated) == 1 and len(rows) not in stated and len(totals) == 1:
            notes.append(f"合计行写的是 {stated.pop()}，读到的是 {len(rows)} 行，请核对。")
    hidden = [str(row.number) for row in rows if row.hidden]
    if hidden:
        notes.append(f"第 {'、'.join(hidden)} 行在表里是隐藏的，也读入了，请核对是否该要。")
    if grid.hidden_columns:
        notes.append("表里有隐藏的列，也读入了。")
    if filled:
        notes.append("有合并的单元格，合并范围内的各行都取同一个值。")
    if not grid.visible:
        notes.append(f"“{grid.name}”是隐藏的工作表。")
    return tuple(notes)


def _not_data(own: Sequence[Cell], names: Sequence[str]) -> str:
    """Why a row is no data, or empty."""
    texts = [clean(cell) for cell in own if not blank(cell)]
    if not texts:
        return ""
    tight = [text.replace(" ", "") for text in texts]
    if any(TOTALS.match(text) for text in tight[:3]) and len(texts) <= max(4, len(own) // 2):
        return "合计行"
    if any(EXAMPLE.match(text) for text in tight[:2]):
        return "示例行"
    same = sum(
        isinstance(cell, str) and plain(cell) == plain(name)
        for cell, name in zip(own, names, strict=True)
    )
    if same >= 2 and same * 2 > len(texts):
        return "重复的表头"
    if len(texts) <= 2 and (
        FOOTER.match(tight[0])
        or (len(texts) == 1 and (SECTION.match(texts[0]) or len(tight[0]) > 40))
    ):
        return "说明或分段标题"
    return ""


def _merged_values(grid: Grid, bottom: int) -> dict[tuple[int, int], Cell]:
    """Cells below the headings that lie in an area merged over several rows carry its value."""
    values: dict[tuple[int, int], Cell] = {}
    for (first, left), (last, right) in grid.merged:
        if first > bottom and last > first and left == right:
            for row in range(first + 1, min(last + 1, len(grid.rows))):
                values[row, left] = _cell(grid, first, left)
    return values


def _heading_text(found: _Found, column: int) -> str:
    return found.headings[column] if column < len(found.headings) else ""


def _width(grid: Grid) -> int:
    return max((len(row) for row in grid.rows), default=0)


def _cell(grid: Grid, row: int, column: int) -> Cell:
    cells = grid.rows[row]
    return cells[column] if column < len(cells) else None


def _unique(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        key = compact(name)
        seen[key] = seen.get(key, 0) + 1
        result.append(name if seen[key] == 1 else f"{name}({seen[key]})")
    return result

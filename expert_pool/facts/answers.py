"""答复的格子: an answer typed into a cell as text, or why a number cannot carry it.

Excel drops the last zero of 9.10 and the first of 0141; whoever typed it meant the digits.
"""

from __future__ import annotations

import re
from datetime import date

from expert_pool.facts.industry import Industries
from expert_pool.facts.table import BROKEN
from expert_pool.facts.writing import Cell, Unreadable, as_text, clean, error_value

AS_TEXT = "请把答复写成文字"


def answer_text(kind: str, cell: Cell) -> str | Unreadable:
    """`kind` is that of the question (absence, trade, birth …); empty when nothing was answered."""
    if error := error_value(cell):
        return Unreadable(error, BROKEN.format(error))
    if cell is None or isinstance(cell, str):
        return clean(cell)
    text = as_text(cell)
    if isinstance(cell, date):
        return f"{cell.year}年{cell.month}月{cell.day}日" if kind == "absence" else text
    why = _lost(kind, text)
    return Unreadable(text, f"单元格里是数字 {text}，{why}，{AS_TEXT}") if why else text


def _lost(kind: str, number: str) -> str:
    """What the number may have lost on the way, or nothing."""
    if kind == "absence":
        day = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", number)
        if day is None:
            return "看不出是几月几日"
        lost = day[2] in ("1", "2", "3")
        return f"分不清是 {day[1]}月{day[2]}日 还是 {day[1]}月{day[2]}0日" if lost else ""
    if kind in ("birth", "founded") and re.fullmatch(r"\d{4}\.1", number):
        return "分不清是 1 月还是 10 月"
    codes = Industries.load().zero_lost(number) if kind == "trade" else ()
    return f"前面的 0 可能丢了，分不清是 {' 还是 '.join(codes)}" if len(codes) > 1 else ""

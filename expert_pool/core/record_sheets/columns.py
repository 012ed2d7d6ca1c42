"""记录表的一列: how a value of a record is written into a cell, and how a cell is read back.

Nothing here knows a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, timedelta
from typing import Any, Literal

from expert_pool.core.rulebook import rulebook
from expert_pool.facts import writing
from expert_pool.facts.dates import read_date
from expert_pool.facts.halfday import spell
from expert_pool.facts.identifiers import credit_code
from expert_pool.facts.own_sheet import plain
from expert_pool.facts.writing import Cell, Unreadable, as_text, compact, split_list, tidy
from expert_pool.facts.zone import SHANGHAI

EARLIEST, LATEST = 1950, 2100
LONGEST = 2000
FEW = 8  # so many choices are told in full
STILL = ("至今", "现在", "目前", "在任", "在职", "仍在任", "长期")
# What a cell holds. "days" are half-days away, read between two dates of the same row; "person"
# names another expert.
Kind = Literal[
    "text",
    "email",
    "uscc",
    "date",
    "moment",
    "year",
    "count",
    "score",
    "percent",
    "mark",
    "choice",
    "points",
    "days",
    "person",
]
CellOut = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """`needed`: a new record cannot do without. `fixed`: why a record that is there keeps its
    value.

    `house`: comes about only by a decision taken in the program; says where. Such a cell is never
    read, whatever it says. `passing`: said with this file only, kept in the log and not in the
    record (a reason). `edge`: where a date known by its month or year alone lies. `secret`: masked
    in an export without a reason.
    """

    heading: str
    field: str
    kind: Kind = "text"
    choices: Mapping[str, str] = made(default_factory=dict)  # code -> words
    also: tuple[str, ...] = ()  # other headings that offices use
    words: Mapping[str, str] = made(default_factory=dict)  # other words for a choice -> code
    needed: bool = False
    fixed: str = ""
    house: str = ""
    passing: bool = False
    edge: Literal["", "first", "last"] = ""
    secret: bool = False
    organisation: bool = False  # names an organisation whose review some staff may not see
    default: Any = ""
    least: int = 0
    most: int = 0
    hint: str = ""

    @property
    def unsaid(self) -> Any:
        """The value of a new record that says nothing of it."""
        return (
            None
            if self.default == ""
            and self.kind in ("date", "year", "count", "score", "percent", "days")
            else self.default
        )


def write(column: Column, value: Any) -> CellOut:
    """The value as a cell."""
    if column.kind == "days":
        return "" if value is None else spell(value) or "无"
    if column.kind == "points":
        return "、".join(
            f"{ITEMS.get(code, code)} {points}" for code, points in (value or {}).items()
        )
    if value is None or value == "":
        return ""
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        case str():
            return column.choices.get(value, value) if column.kind == "choice" else value
    return value  # type: ignore[no-any-return]


def masked_out(column: Column, value: Any) -> CellOut:
    """As `write`, without what is only for those with a reason."""
    return mask(str(value)) if column.secret and value else write(column, value)


def mask(text: str) -> str:
    """zhang@163.com becomes z****@163.com."""
    name, at, domain = text.partition("@")
    return f"{name[:1]}****{at}{domain}"


def says_the_same(column: Column, cell: Cell, value: Any) -> bool:
    """Whether the cell is what an export said of the value, in full or masked."""
    said = plain(as_text(cell))
    if column.secret and "**" in said:
        return True
    return said == plain(as_text(write(column, value)))


def read(column: Column, cell: Cell) -> Any:
    """The value of a cell that is not blank, or an Unreadable with the reason.

    Kinds `days` and `person` are read by the sheet.
    """
    reader = _READERS.get(column.kind)
    if reader is not None:
        return reader(cell, column)
    text = tidy(cell)
    return text if len(text) <= LONGEST else Unreadable(text, f"超过 {LONGEST} 字，请精简")


def _date(cell: Cell, column: Column) -> date | Unreadable | None:
    if column.edge == "last" and compact(cell) in STILL:
        return None
    year = re.fullmatch(r"((?:19|20)\d\d)年?", compact(cell))
    if year and column.edge:
        return date(int(year[1]), 1, 1) if column.edge == "first" else date(int(year[1]), 12, 31)
    found = read_date(cell, EARLIEST, LATEST)
    if found is None or isinstance(found, Unreadable):
        return found
    if found.precision == "day":
        return found.date
    if column.edge == "first":
        return found.date
    if column.edge == "last":
        return (found.date.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    return Unreadable(as_text(cell), "没有写到日，请写成 2024-05-20 这样的日期")


def _number(cell: Cell, column: Column, pattern: str, why: str) -> int | Unreadable:
    found = re.fullmatch(pattern, compact(as_text(cell)))
    if found is None:
        return Unreadable(as_text(cell), why)
    number = int(found[1])
    if column.most and not column.least <= number <= column.most:
        return Unreadable(as_text(cell), f"应在 {column.least} 到 {column.most} 之间")
    return number


def _score(cell: Cell, column: Column) -> float | Unreadable:
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,4})?)[分%]?", compact(as_text(cell)))
    if found is None:
        return Unreadable(as_text(cell), "应是得分，如 612.5")
    number = float(found[1])
    return (
        number
        if number <= column.most
        else Unreadable(as_text(cell), f"应在 0 到 {column.most} 之间")
    )


def _choice(cell: Cell, column: Column) -> str | Unreadable:
    said = compact(cell)
    exact = [code for code, words in column.choices.items() if said in (compact(words), code)]
    if exact:
        return exact[0]
    if said in column.words:
        return column.words[said]
    begun = [
        code
        for code, words in column.choices.items()
        if len(said) >= 2 and compact(words).startswith(said)
    ]
    if len(begun) == 1:
        return begun[0]
    shown = list(column.choices.values())
    if len(shown) > FEW:
        return Unreadable(
            as_text(cell),
            f"不认识这种写法，请从空白模板的下拉选项里选，如“{shown[0]}”；都不合适的选“{shown[-1]}”",
        )
    return Unreadable(as_text(cell), f"不认识这种写法，请写以下之一：{'、'.join(shown)}")


ITEMS = {
    code: words for one in rulebook().raters.values() for code, (words, _) in one.items.items()
}


def _points(cell: Cell) -> dict[str, int] | Unreadable:
    """专业能力 38、独立公正 28 -> points by item; which items there must be, the use case says.

    An item's name may hold a 、.
    """
    rest, found = compact(cell), {}
    for code, words in sorted(ITEMS.items(), key=lambda item: -len(item[1])):
        match = re.search(re.escape(compact(words)) + r"[:：]?(\d{1,3})分?", rest)
        if match:
            found[code] = int(match[1])
            rest = rest[: match.start()] + "、" + rest[match.end() :]
    left = [part for part in split_list(rest) if part.strip("。.")]
    if left or not found:
        return Unreadable(
            as_text(cell),
            f"看不明白“{'、'.join(left) or as_text(cell)}”，请写成 专业能力 38、独立公正 28 这样",
        )
    return found


def _percent(cell: Cell, column: Column) -> float | Unreadable | None:
    if isinstance(cell, float | int) and 0 < cell < 1:
        return Unreadable(
            as_text(cell),
            f"分不清是 {cell:g}% 还是 {cell * 100:g}%，请按文字写成 {cell * 100:g}% 这样",
        )
    return _score(cell, column)


def _email(cell: Cell, _column: Column) -> str | Unreadable:
    text = compact(cell)
    good = re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}", text)
    return text if good else Unreadable(as_text(cell), "不是邮箱地址")


_READERS: Mapping[str, Callable[[Cell, Column], Any]] = {
    "date": _date,
    "year": lambda cell, column: _number(
        cell, column, r"(\d{4})年?(?:度)?", "年度应写 2024 这样的年份"
    ),
    "count": lambda cell, column: _number(
        cell, column, r"(\d{1,4})(?:个)?(?:半天|分|次)?", "应是整数"
    ),
    "percent": _percent,
    "score": _score,
    "mark": lambda cell, _: writing.mark(cell),
    "choice": _choice,
    "uscc": lambda cell, _: credit_code(cell),
    "points": lambda cell, _: _points(cell),
    "email": _email,
}

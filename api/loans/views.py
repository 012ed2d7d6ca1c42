"""借用页上的行."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from api.kit import common
from expert_pool.register.lending import LENT, RECALLED, RETURNED, LoanView

STATES = {LENT: ("借用中", "warn"), RETURNED: ("已归还", ""), RECALLED: ("已撤回", "")}
SHOWN_SIGNS = 12


@dataclass(frozen=True)
class SheetLine:
    """One sheet with everybody on it."""

    number: str
    out: bool
    office: str
    days: str
    words: str
    tone: str
    open: bool
    digest: str
    people: tuple[LoanView, ...]


def lines(rows: Sequence[LoanView], hidden: Container[str]) -> tuple[SheetLine, ...]:
    """By sheet, newest first."""
    sheets: dict[tuple[str, str], list[LoanView]] = {}
    for row in rows:
        sheets.setdefault((row.side, row.sheet), []).append(without(row, hidden))
    return tuple(_line(people) for people in sheets.values())


def without(row: LoanView, hidden: Container[str]) -> LoanView:
    """What the sheet says about organisations the viewer may not look at is left out."""
    return replace(row, conduct=tuple(one for one in row.conduct if not _names(one, hidden)))


def _names(text: str, hidden: Container[str]) -> bool:
    return text.partition("年")[2].partition("：")[0].strip().removeprefix("谢绝") in hidden


def _line(people: Sequence[LoanView]) -> SheetLine:
    first = people[0]
    words, tone = STATES[first.status]
    return SheetLine(
        first.sheet,
        first.side == "out",
        first.office,
        f"{common.date_words(first.first)} 至 {common.date_words(first.last)}",
        words,
        tone,
        first.status == LENT,
        first.digest[:SHOWN_SIGNS],
        tuple(people),
    )

"""行业对口: how GB/T 4754-2017 codes of a reviewer and of a case meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

IndustryLevel = Literal["section", "division", "group", "none"]


def matches(
    reviewer_code: str, case_code: str, level: IndustryLevel, section_of: Mapping[str, str]
) -> bool:
    """行业对口: whether two GB/T 4754 codes meet at `level`; a code shorter than the level
    cannot.
    """
    if level == "group":
        return (
            len(reviewer_code) >= 3 and len(case_code) >= 3 and reviewer_code[:3] == case_code[:3]
        )
    if level == "division":
        return (
            len(reviewer_code) >= 2 and len(case_code) >= 2 and reviewer_code[:2] == case_code[:2]
        )
    if level == "section":
        return section(reviewer_code, section_of) == section(case_code, section_of)
    return True


def trade_at(code: str, level: IndustryLevel) -> str:
    """The part of a code by which two trades are one at `level`; at `none` the division: trades
    still differ.
    """
    if level == "section":
        return section(code)
    return code[: 3 if level == "group" else 2]


def section(code: str, section_of: Mapping[str, str] = {}) -> str:
    """门类 letter of a GB/T 4754-2017 code: the code itself when it is a letter, else by its
    division (ranges of the standard).
    """
    if code[:1].isalpha():
        return code[:1]
    if code[:2] in section_of:
        return section_of[code[:2]]
    division = int(code[:2])
    for last, letter in _LAST_DIVISION:
        if division <= last:
            return letter
    raise ValueError(f"行业代码 {code} 不在 GB/T 4754-2017 的大类 01-97 之内")


# GB/T 4754-2017: the last division of each section, in order.
_LAST_DIVISION = (
    (5, "A"),
    (12, "B"),
    (43, "C"),
    (46, "D"),
    (50, "E"),
    (52, "F"),
    (60, "G"),
    (62, "H"),
    (65, "I"),
    (69, "J"),
    (70, "K"),
    (72, "L"),
    (75, "M"),
    (79, "N"),
    (82, "O"),
    (83, "P"),
    (85, "Q"),
    (90, "R"),
    (96, "S"),
    (97, "T"),
)

"""证件与代码: 统一社会信用代码 (GB 32100-2015) and 身份证号 (GB 11643-1999) with their check
characters.

A wrong code is never repaired silently: the reason says what the check character should be and
which likely slip would explain it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from expert_pool.facts.writing import Cell, Choice, Unreadable, as_text, compact

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
# 登记管理部门 (GB 32100-2015 表 1): 1 机构编制, 2 外交, 3 司法行政, 4 文化, 5 民政, 6 旅游, 7 宗教,
# 8 工会, 9 市场监管, A 中央军委改革和编制办公室, N 农业农村, Y 其他.
REGISTERS = "123456789ANY"
SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?1[4-9]")
WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))  # GB 11643: 7 9 10 5 8 4 2 …
CHECK = "10X98765432"
SLIPS = {"I": "1", "L": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}
CONFUSED = (
    "0OD",
    "1IL",
    "2Z",
    "5S",
    "8B",
    "6G",
    "UV",
    "0Q",
    "7T",
    "4A",
    "9G",
    "3E",
    "MN",
    "PR",
    "KX",
    "WM",
    "CG",
    "EF",
    "HN",
    "XY",
)


def credit_code(value: Cell) -> str | Unreadable | None:
    """18 characters with a right check character, upper case; None when the cell is empty."""
    original = as_text(value)
    if lost := digits_lost(value, "统一社会信用代码"):
        return lost
    code = compact(value).upper().replace("-", "").strip("'\"")
    if not code:
        return None
    if len(code) != 18:
        return Unreadable(original, f"统一社会信用代码应为 18 位，现为 {len(code)} 位")
    if not code.isascii() or not code.isalnum():
        return Unreadable(original, "统一社会信用代码只能是数字和大写字母")
    wrong = sorted({char for char in code if char not in ALPHABET})
    if wrong:
        fixed = "".join(SLIPS.get(char, char) if char in wrong else char for char in code)
        hint = f"；若是 {fixed} 则校验相符" if _valid(fixed) else ""
        choices = (Choice(fixed, fixed),) if hint else ()
        return Unreadable(original, f"统一社会信用代码不使用字母 {'、'.join(wrong)}{hint}", choices)
    if _valid(code):
        return code
    return _wrong_check_character(original, code)


def digits_lost(value: Cell, what: str) -> Unreadable | None:
    """A long number in a cell of numbers: spreadsheets keep fifteen digits, the rest is not what
    was typed, and nobody can tell what was. No repair is offered.
    """
    number = isinstance(value, float | int) and not isinstance(value, bool)
    if number and abs(value) >= 10**15:  # type: ignore[arg-type]
        shown = f"{value:.14E}"
    elif isinstance(value, str) and SCIENTIFIC.fullmatch(compact(value)):
        shown = compact(value)
    else:
        return None
    why = (
        f"{what}在表里存成了数字，Excel 只保留前 15 位，后面的数字已经丢失；"
        "请把这一列设为“文本”格式，照证件重新填写"
    )
    return Unreadable(shown, why)


def _wrong_check_character(original: str, code: str) -> Unreadable:
    if code[0] not in REGISTERS or not code[2:8].isdecimal():
        return Unreadable(
            original,
            "统一社会信用代码的第 1 位（登记管理部门）或第 3 至 8 位（行政区划）不对，请核对",
        )
    expected = check_character(code[:17])
    repairs = _repairs(code)
    why = f"统一社会信用代码校验不符：按前 17 位算，第 18 位应为 {expected}，现为 {code[-1]}"
    if repairs:
        why += "；或者" + "，或者".join(repairs.values())
    fits = {code[:17] + expected: f"第 18 位改为 {expected}"} | repairs
    return Unreadable(
        original, why, tuple(Choice(fixed, f"{fixed}（{how}）") for fixed, how in fits.items())
    )


def check_character(body: str) -> str:
    """The 18th character of the 17 before it (GB 32100-2015, 附录 A)."""
    weighed = sum(ALPHABET.index(char) * 3**place % 31 for place, char in enumerate(body))
    return ALPHABET[-weighed % 31]


def _repairs(code: str) -> dict[str, str]:
    """Codes one likely slip away that check: two neighbours swapped, or one character read as
    another that looks like it.
    """
    found: dict[str, str] = {}
    for i in range(17):
        swapped = code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        if swapped != code and _valid(swapped):
            found.setdefault(swapped, f"第 {i + 1}、{i + 2} 位写颠倒了")
        for group in CONFUSED:
            for other in group if code[i] in group else "":
                changed = code[:i] + other + code[i + 1 :]
                if other != code[i] and other in ALPHABET and _valid(changed):
                    found.setdefault(changed, f"第 {i + 1} 位 {code[i]} 应为 {other}")
    return found


def _valid(code: str) -> bool:
    """By the standard: who registers (one of REGISTERS), six digits of place, the check character.
    Codes of places change and stay in old codes, hence none is looked up.
    """
    return (
        code[0] in REGISTERS
        and code[2:8].isdecimal()
        and all(char in ALPHABET for char in code)
        and check_character(code[:17]) == code[17]
    )


def identity_card(value: Cell) -> tuple[date, str] | Unreadable | None:
    """身份证号 -> date of birth and 男/女, and whether it is one at all: length, a real date, the
    check character (GB 11643-1999). The code of the county is not looked up: counties are renamed
    and people keep their numbers.
    """
    if lost := digits_lost(value, "身份证号"):
        return replace(lost, text=_hidden(lost.text))
    number = compact(value).upper().replace("-", "").strip("'\"")
    if not number:
        return None
    hidden = _hidden(number)
    if len(number) != 18:
        return Unreadable(hidden, f"身份证号应为 18 位，现为 {len(number)} 位")
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        return Unreadable(hidden, "身份证号前 17 位应是数字，最后一位是数字或 X")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Unreadable(hidden, f"身份证号的第 7 至 14 位 {number[6:14]} 不是一个日期")
    if sum(
        int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True)
    ) % 11 != (CHECK.index(number[17])):
        return Unreadable(hidden, "身份证号校验不符，请照证件逐位核对")
    return born, "男" if int(number[16]) % 2 else "女"


def _hidden(number: str) -> str:
    return number[:6] + "****"


def masked_id(number: str) -> str:
    """330681********1234."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else ""

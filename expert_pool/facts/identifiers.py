"""证件与代码: 统一社会信用代码 (GB 32100-2015) and 身份证号 (GB 11643-1999) with their check
characters.

A wrong code is never repaired silently: the reason says what the check character should be and
which likely slip would explain it.
"""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from expert_pool.facts.writing import Cell, Choice, Unreadable, as_text, compact

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
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


def _wrong_check_character(original: str, code: str) -> Unreadable:
    try:
        expected = str(uscc.calc_check_digit(code[:17]))
    except (ValidationError, ValueError, IndexError):
        return Unreadable(original, "统一社会信用代码的前 8 位应有规定的格式，请核对")
    if code[-1] == expected:
        return Unreadable(original, "统一社会信用代码的登记管理部门或机构类别不对，请核对前 8 位")
    repairs = _repairs(code)
    why = f"统一社会信用代码校验不符：按前 17 位算，第 18 位应为 {expected}，现为 {code[-1]}"
    if repairs:
        why += "；或者" + "，或者".join(repairs.values())
    fits = {code[:17] + expected: f"第 18 位改为 {expected}"} | repairs
    return Unreadable(
        original, why, tuple(Choice(fixed, f"{fixed}（{how}）") for fixed, how in fits.items())
    )


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
    return bool(uscc.is_valid(code))


def identity_card(value: Cell) -> tuple[date, str] | Unreadable | None:
    """身份证号 -> date of birth and 男/女, and whether it is one at all."""
    number = compact(value).upper()
    if not number:
        return None
    if not ric.is_valid(number):
        return Unreadable(number[:6] + "****", "身份证号校验不符或位数不对")
    return ric.get_birth_date(number), "男" if int(number[16]) % 2 else "女"


def masked_id(number: str) -> str:
    """330681********1234."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else ""

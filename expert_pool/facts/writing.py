"""写法: how people write names, telephone numbers, marks and counts in an office's workbook.

Each reader returns what was meant or an `Unreadable` with the reason in Chinese; none of them
guesses. A spreadsheet cell arrives as `str`, `float`, `date` or None.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from expert_pool.facts.signs import visible

Cell = str | float | date | None


@dataclass(frozen=True)
class Choice:
    """One answer a person can pick: `value` is what comes back, `label` what is shown."""

    value: str
    label: str


@dataclass(frozen=True)
class Unreadable:
    """What could not be read, why, and the readings that would be possible."""

    text: str
    why: str
    choices: tuple[Choice, ...] = ()


FULL_WIDTH = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
BLANKS = re.compile(r"[ \t\r\n]+")
BLANK_MARKS = {"", "-", "--", "—", "——", "/", "\\", "无数据", "n/a", "na", "null", "none"}


def clean(value: Cell) -> str:
    """The cell as text: full-width characters made normal (NFKC), invisible ones dropped, runs of
    blanks made one, ends trimmed.
    """
    return _clean(as_text(value))


@lru_cache(maxsize=65_536)
def _clean(text: str) -> str:
    return BLANKS.sub(" ", visible(unicodedata.normalize("NFKC", visible(text)))).strip()


def tidy(value: Cell) -> str:
    """The text as its writer punctuated it: only full-width letters and digits, invisible signs and
    needless blanks are mended.
    """
    text = visible(as_text(value).translate(FULL_WIDTH))
    return BLANKS.sub(" ", text).strip()


def as_text(value: Cell) -> str:
    """The cell as its owner sees it: whole numbers without `.0`, dates as 2026-09-08."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float | int):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e18 else repr(value)
    return value.isoformat()[:10]


def compact(value: Cell) -> str:
    """Clean and without any blank: for comparing words and headings."""
    return clean(value).replace(" ", "")


def blank(value: Cell) -> bool:
    """Empty, or one of the signs people put into an empty cell (/, —)."""
    if value is None:
        return True
    if (
        isinstance(value, str) and len(value) > 4 and value.isalnum()
    ):  # longer than any such sign, and nothing in it to drop
        return False
    return clean(value).lower() in BLANK_MARKS


def masked(phone: str) -> str:
    """138****5678: what is shown until somebody with a reason asks for more."""
    return (
        phone[:3] + "*" * max(len(phone) - 7, 0) + phone[-4:]
        if len(phone) >= 8
        else "*" * len(phone)
    )


# What spreadsheet programs leave in a cell whose formula failed, also inside a longer text.
ERROR = re.compile(
    r"#(?:N/A|(?:REF|VALUE|DIV/0|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|CONNECT|BUSY|UNKNOWN|EXTERNAL"
    r"|PYTHON|TIMEOUT)[!!]|NAME\?|GETTING_DATA)|^(?:Err:\d{3}|#{3,}|#?错误值?!?)$",
    re.I,
)


def error_value(value: Cell) -> str:
    """错误值: #N/A, #REF! … in the cell, or nothing. Such a cell is broken, not empty."""
    if not isinstance(value, str) or not any(sign in value for sign in "#\uff03:\uff1a错"):
        return ""
    found = ERROR.search(clean(value))
    return found[0] if found else ""


def looks_like_formula(text: str) -> bool:
    """A text that a spreadsheet program would run when pasted, full-width signs included.

    +86(575)87012345 is a telephone: no function has a number for its name.
    """
    return bool(
        re.match(
            r"\s*(=\s*\S|@\w+\(|[+\-]\s*(?:[A-Za-z_]\w*\(|\w+[|!]))",
            unicodedata.normalize("NFKC", text),
        )
    )


# Names of people
# --------------------------------------------------------------------------------------------------

NAME = re.compile(
    r"^[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·\u3007]{2,20}$"
    r"|^[A-Za-z][A-Za-z .'\-]{1,60}$"
)


def person_name(value: Cell) -> str | Unreadable:
    """赵 龙 -> 赵龙; a Latin name keeps its blanks. Digits and formula signs are refused."""
    dot = r"(?<=[^\x00-\x7f])\s*[\u2022\u2027\u30fb\u2219\u22c5.]\s*(?=[^\x00-\x7f])"
    text = re.sub(dot, "·", clean(value))
    joined = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)
    if not joined:
        return Unreadable("", "姓名为空")
    if NAME.match(joined):
        return joined
    return Unreadable(as_text(value), "姓名里有数字、符号或只有一个字，请核对")


# Telephone
# --------------------------------------------------------------------------------------------------


def phone(value: Cell) -> str | Unreadable:
    """手机 as 11 digits, 固话 as area code and number; of several numbers in a cell the first
    mobile one counts.
    """
    original = as_text(value)
    text = re.sub("[\u2010-\u2015\u2212]", "-", clean(value))
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        digits, exponent = re.split("[eE]", text)
        if len(digits.replace(".", "")) - 1 < int(exponent):
            return Unreadable(original, "号码被 Excel 记成了科学计数，后面的数字已丢失，请重新填写")
        text = str(round(float(text)))
    numbers = [
        _one_number(part)
        for part in re.split(r"[;,/、|]|\s(?=1[3-9]\d[\s-]?\d{4})|\s+(?=0\d{2,3}-)", text)
        if part.strip()
    ]
    good = [number for number in numbers if number]
    mobiles = [number for number in good if number.startswith("1") and len(number) == 11]
    if mobiles or good:
        return (mobiles or good)[0]
    digits = re.sub(r"\D", "", text)
    # 13812345604（微信同号）, 13812345605 周先生: one whole mobile number, and words beside it.
    beside = re.fullmatch(r"[^\dA-Za-z]*(1[3-9]\d{9})[^\dA-Za-z]*", text)
    if beside:
        return beside[1]
    if not digits:
        return Unreadable(original, "号码为空" if not text else "这里没有电话号码")
    if digits.startswith("1") and len(digits) != 11:
        return Unreadable(original, f"手机号应为 11 位，现为 {len(digits)} 位")
    return Unreadable(original, "不是手机号（1 开头 11 位），也不是带区号的固定电话")


def _one_number(text: str) -> str | None:
    plain = re.sub(r"^[^\d+(]*", "", text.strip())
    plain = re.sub(r"^(\+|00)?86[\s-]?(?=1\d{2})", "", plain)
    if re.search(r"[A-Za-z]", plain):
        return None
    mobile = re.sub(r"[\s\-().]", "", plain)
    if re.fullmatch(r"1[3-9]\d{9}", mobile):
        return mobile
    abroad = re.fullmatch(
        r"\(?(?:\+|00)?86\)?-?\(?0?(10|2\d|[3-9]\d{2})\)?-?(\d{7,8})(?:转|-)?(\d{1,5})?",
        re.sub(r"\s", "", plain),
    )
    if abroad:
        plain = f"0{abroad[1]}-{abroad[2]}" + (f"-{abroad[3]}" if abroad[3] else "")
    landline = re.fullmatch(
        r"\(?(0\d{2,3})\)?[\s-]?(\d{7,8})(?:[\s-]?(?:转|-)?\s?(\d{1,5}))?", re.sub(r"\s", "", plain)
    )
    if landline:
        return f"{landline[1]}-{landline[2]}" + (f"-{landline[3]}" if landline[3] else "")
    local = re.sub(r"[\s-]", "", plain)
    return local if re.fullmatch(r"[2-8]\d{7}", local) else None


# Marks, words from short lists
# --------------------------------------------------------------------------------------------------

YES = {
    "√",
    "✓",
    "✔",
    "☑",
    "是",
    "有",
    "对",
    "y",
    "yes",
    "true",
    "t",
    "1",
    "○",
    "●",
    "◯",
    "v",
    "可",
    "可以",
    "能",
    "会",
    "愿意",
    "同意",
    "具备",
    "√是",
}
NO = {
    "×",
    "✕",
    "✗",
    "✘",
    "x",
    "否",
    "不",
    "不是",
    "没有",
    "无",
    "n",
    "no",
    "false",
    "f",
    "0",
    "不可",
    "不可以",
    "不能",
    "不愿意",
    "不具备",
    "不会",
}


def mark(
    value: Cell, yes: Collection[str] = (), no: Collection[str] = ()
) -> bool | Unreadable | None:
    """√ 是 有 Y 1 -> True; × 否 无 N 0 -> False; an empty cell is unknown (None) and not a no.

    `yes`, `no`: this column's own words.
    """
    raw = as_text(value)
    text = compact(value).lower().strip("。.、")
    if text == "" or text in {"/", "-", "—", "——"}:
        return None
    if text in YES or text in yes or raw.strip() in YES:
        return True
    if text in NO or text in no or raw.strip() in NO:
        return False
    return Unreadable(
        raw,
        "看不出是“是”还是“否”",
        (Choice("是", "是"), Choice("否", "否"), Choice("未知", "还不知道")),
    )


def gender(value: Cell) -> str | Unreadable:
    """男 or 女; an empty cell stays empty."""
    text = compact(value).lower()
    if blank(value):
        return ""
    known = {
        "男": "男",
        "女": "女",
        "男性": "男",
        "女性": "女",
        "m": "男",
        "f": "女",
        "male": "男",
        "female": "女",
        "先生": "男",
        "女士": "女",
    }
    return known.get(text) or Unreadable(
        as_text(value), "性别应为男或女", (Choice("男", "男"), Choice("女", "女"))
    )


# Counts
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """A number of people; `about` says that the writer did not count."""

    number: int
    about: bool = False


ABOUT = re.compile(r"约|大约|近|左右|余|多|上下|\+|以上|大概")


def count(value: Cell) -> Count | Unreadable | None:
    """约300人 -> 300 (about); 1,200 -> 1200; 1.2万 -> 12000; 200-300 is a question."""
    if blank(value):
        return None
    if isinstance(value, float | int) and not isinstance(value, bool):
        return (
            Count(int(value))
            if value >= 0 and float(value).is_integer()
            else Unreadable(as_text(value), "人数应为不小于 0 的整数")
        )
    original = as_text(value)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", compact(value))
    text = re.sub(r"[一二两三四五六七八九十百千]{2,}", lambda m: str(_chinese_count(m[0])), text)
    span = re.fullmatch(r"(\d+)[-~至到](\d+)(人|名|个)?(左右)?", text)
    if span:
        low, high = int(span[1]), int(span[2])
        return Unreadable(
            original,
            "写的是一个范围",
            (Choice(str(low), f"按 {low} 人"), Choice(str(high), f"按 {high} 人")),
        )
    match = re.fullmatch(
        r"(?:约|大约|近|大概|现有|共|在职|员工|职工|:)*(\d+(?:\.\d+)?)(万|千|百)?(?:余|多|来)?(?:人|名|个|位)?(?:左右|以上|上下|\+)?",
        text,
    )
    if not match:
        return Unreadable(original, "看不出人数")
    number = float(match[1]) * {"万": 10_000, "千": 1_000, "百": 100, None: 1}[match[2]]
    if not number.is_integer():
        return Unreadable(original, "人数应为整数")
    return Count(int(number), bool(ABOUT.search(text)))


def _chinese_count(text: str) -> int:
    """三百五十 -> 350, 一千二百 -> 1200."""
    total, digit = 0, 0
    for char in text:
        if char in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            digit = "〇一二三四五六七八九".find(char) if char != "两" else 2
    return total + digit


# Lists
# --------------------------------------------------------------------------------------------------

SEPARATORS = "、,;\n|"


def split_list(value: Cell, separators: str = SEPARATORS) -> tuple[str, ...]:
    """甲、乙；丙 -> (甲, 乙, 丙); separators inside brackets do not split.

    Numbering (1. 2.) and empty parts are dropped.
    """
    text = visible(unicodedata.normalize("NFKC", visible(as_text(value))))
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char in "(〔[【<《") - (char in ")〕]】>》")
        if char in separators and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    cleaned = (
        re.sub(r"^(\(?\d{1,2}\)|\d{1,2}[.、)](?!\d))", "", clean(part)).strip(" 。.")
        for part in parts
    )
    return tuple(part for part in cleaned if part)

"""日期: dates of birth and founding in every shape of an office's workbook.

`1959.1` typed as text is January 1959; the same typed as a *number* is either January or October,
because Excel drops the last zero: that is asked. Birthdays are `date`, never `datetime`: Shanghai
had summer time from 1986 to 1991.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from expert_pool.facts.writing import Cell, Choice, Unreadable, as_text, blank, compact

Precision = Literal["day", "month"]
EXCEL_EPOCH = date(1899, 12, 30)
CHINESE_DIGITS = str.maketrans("\u3007零一二三四五六七八九", "00123456789")


@dataclass(frozen=True)
class Written:
    """A date and how exactly it was written; with `month` the day is the first of the month."""

    date: date
    precision: Precision


def read_date(value: Cell, earliest: int, latest: int) -> Written | Unreadable | None:
    """`earliest` and `latest` are the years that make sense (both included)."""
    if blank(value):
        return None
    if isinstance(value, date):
        return _check(as_text(value), value.year, value.month, value.day, earliest, latest)
    if isinstance(value, float | int):
        return _from_number(float(value), earliest, latest)
    text = _chinese_numbers(compact(value))
    if re.search(r"[农阴]历", text):
        return Unreadable(as_text(value), "写的是农历，请改成公历日期")
    text = re.sub(r"(出生|生|成立|起|开业|注册|\(.*\))+$", "", text)
    text = re.sub(r"T?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", text)
    return _from_text(as_text(value), text, earliest, latest)


def _from_text(original: str, text: str, earliest: int, latest: int) -> Written | Unreadable | None:
    match = re.fullmatch(
        r"(\d{4})[年.\-/](\d{1,2})(?:[月.\-/](?:(\d{1,2})[日号]?)?)?", text
    ) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", text)
    if match:
        return _check(
            original,
            int(match[1]),
            int(match[2]),
            int(match[3]) if match[3] else None,
            earliest,
            latest,
        )
    if re.fullmatch(r"\d{4}年?", text):
        return Unreadable(original, "只有年份，没有月份，请补上（如 1975年6月）")
    short = re.fullmatch(r"(\d{2})[年.\-/](\d{1,2})(?:[月.\-/](?:(\d{1,2})[日号]?)?)?", text)
    if short:
        years = [
            year
            for year in (1900 + int(short[1]), 2000 + int(short[1]))
            if earliest <= year <= latest
        ]
        rest = f"{int(short[2])}月" + (f"{int(short[3])}日" if short[3] else "")
        return Unreadable(
            original,
            "年份只写了两位",
            tuple(Choice(f"{year}年{rest}", f"{year}年{rest}") for year in years),
        )
    return Unreadable(original, "看不出日期，请写成 1975年6月 或 1975-06-13")


def _from_number(number: float, earliest: int, latest: int) -> Written | Unreadable | None:
    """A bare number: 19770721, 197707, 1959.1 (asked), or Excel's day count without a date format
    (asked).
    """
    text = as_text(number)
    if re.fullmatch(r"(19|20)\d{4}(\d{2})?", text):
        return _from_text(text, text, earliest, latest)
    decimal = re.fullmatch(r"((?:19|20)\d{2})\.(\d{1,2})", text)
    if decimal:
        if decimal[2] != "1":
            return _check(text, int(decimal[1]), int(decimal[2]), None, earliest, latest)
        months = (f"{decimal[1]}年1月", f"{decimal[1]}年10月")
        return Unreadable(
            text,
            "是数字，Excel 会去掉末尾的 0，分不清是 1 月还是 10 月",
            tuple(Choice(m, m) for m in months),
        )
    if number.is_integer() and earliest <= number <= latest:
        return Unreadable(text, "只有年份，没有月份，请补上（如 1975年6月）")
    if 3_000 < number < 80_000:
        day = EXCEL_EPOCH + timedelta(int(number))
        if earliest <= day.year <= latest:
            shown = f"{day.year}年{day.month}月{day.day}日"
            return Unreadable(
                text, "是一个数字，像是没有设成日期格式的日期", (Choice(shown, shown),)
            )
    return Unreadable(text, "看不出日期")


def _check(
    original: str, year: int, month: int, day: int | None, earliest: int, latest: int
) -> Written | Unreadable:
    if not 1 <= month <= 12:
        return Unreadable(original, f"没有 {month} 月")
    try:
        written = date(year, month, day or 1)
    except ValueError:
        return Unreadable(original, f"{year}年{month}月没有 {day} 日")
    if day == 0:
        return Unreadable(original, f"{year}年{month}月没有 0 日")
    if not earliest <= year <= latest:
        return Unreadable(original, f"年份 {year} 不合理（应在 {earliest} 到 {latest} 之间）")
    return Written(written, "day" if day else "month")


def _chinese_numbers(text: str) -> str:
    """一九七七年七月二十一日 -> 1977年7月21日."""
    if not re.search(r"[\u3007零一二三四五六七八九十]", text):
        return text
    text = re.sub(
        r"([一二三四五六七八九])?十([一二三四五六七八九])?",
        lambda m: f"{m[1] or '一'}{m[2] or '零'}",
        text,
    )
    return text.translate(CHINESE_DIGITS)

"""请假时间里的一天或一段: one word that names days (9月10日, 9月上旬, 中秋), as dates within the
right month and year.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from expert_pool.facts.absence_tokens import WEEKDAY, Token
from expert_pool.facts.halfday import days
from expert_pool.facts.working_days import WorkingDays
from expert_pool.facts.writing import Choice

POINTS = ("DATE", "DAY", "NUM", "MONTH", "XUN", "NTH", "FESTIVAL")
BEFORE_A_NUMBER = ("DATE", "DAY", "NUM", "AM", "PM", "FULL", "NIGHT", "CLOCK", "WEEK")
XUN = {
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "上中旬": (1, 20),
    "中上旬": (1, 20),
    "中下旬": (11, 31),
}
XUN |= {"上半月": (1, 15), "下半月": (16, 31)}
DIGITS = "〇一二三四五六七八九十"
NOTHING = Token("", "")


class Unclear(Exception):  # noqa: N818
    """Something a person must answer."""

    def __init__(self, why: str, choices: tuple[Choice, ...] = ()) -> None:
        self.why = why
        self.choices = choices
        super().__init__(why)


@dataclass(frozen=True)
class Window:
    """The days on which visits may happen."""

    first: date
    last: date
    working_days: WorkingDays

    def days(self) -> tuple[date, ...]:
        return days(self.first, self.last)

    def months(self) -> tuple[tuple[int, int], ...]:
        return tuple(dict.fromkeys((day.year, day.month) for day in self.days()))


@dataclass(frozen=True)
class Point:
    """A day or a stretch of days named by one word."""

    first: date
    last: date
    complete: bool = True
    dependent: bool = False
    festival: bool = False


class PointReader:
    """The tokens with a reading position.

    `month` is the last month the text named; `notes` collects remarks for the clerk.
    """

    def __init__(self, tokens: tuple[Token, ...], window: Window) -> None:
        self.tokens = tokens
        self.window = window
        self.position = 0
        self.month: int | None = None
        self.notes: list[str] = []

    def peek(self, ahead: int = 0) -> Token | None:
        at = self.position + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else None

    def take(self) -> Token:
        self.position += 1
        return self.tokens[self.position - 1]

    def kind(self, ahead: int = 0) -> str:
        return (self.peek(ahead) or NOTHING).kind

    def text(self, ahead: int = 0) -> str:
        return (self.peek(ahead) or NOTHING).text

    def point(self, after: Point | None = None) -> Point:
        token = self.take()
        match token.kind:
            case "DATE":
                point = self._date(token, after)
            case "DAY" | "NUM":
                point = self._day(token, after)
            case "MONTH":
                point = self._month(token)
            case "XUN":
                point = self._third_of_month(token)
            case "NTH":
                point = self._nth_weekday(token)
            case _:
                found = self.window.working_days.festival(
                    {"五一": "劳动"}.get(token.groups[0] or "", token.groups[0] or ""),
                    self.window.first.year,
                )
                if not found:
                    raise Unclear(f"查不到“{token.text}”是哪几天")
                point = Point(found[0], found[-1], festival=True)
        self._weekday_beside(point)
        return point

    def _date(self, token: Token, after: Point | None) -> Point:
        year, month, day = token.groups[0], int(token.groups[1] or 0), int(token.groups[2] or 0)
        years = [y for y, _ in self.window.months()]
        if year and int(year) not in years:
            raise Unclear(f"写的是 {year} 年，不是本年度")
        if not year and "月" not in token.text and after is None:
            self._not_two_days(token, month, day)
        self.month = month
        made = self._make(int(year) if year else self._year_of(month), month, day)
        return Point(made, made, complete="月" not in token.text or token.text[-1] in "日号")

    def _not_two_days(self, token: Token, month: int, day: int) -> None:
        """8.9号, 10.11日, 8.9: a day of a month, or two days of this one (8日、9日).

        Asked wherever both lie inside the window, or only the two days; 9.8 and 9/12 are dates.
        """
        days = [one for one in (month, day) if one in {day.day for day in self.window.days()}]
        civil = any((one.month, one.day) == (month, day) for one in self.window.days())
        named = token.text[-1] in "日号"
        joined = month < day and bool(days) and (named or (len(days) == 2 and not civil))
        choices = (f"{month}月{day}日", f"{month}日、{day}日")
        if not joined and self._zero_lost(month, day):
            choices = (choices[0], f"{month}月{day}0日")
        elif not joined or self._is_date_style(token, month):
            return
        raise Unclear(
            f"看不出“{token.text}”是 {choices[0]}，还是 {choices[1]}",
            tuple(Choice(text, text) for text in choices),
        )

    def _zero_lost(self, month: int, day: int) -> bool:
        """9.1 as a whole cell may have been 9.10 before a program took it for a number."""
        longer = any((one.month, one.day) == (month, day * 10) for one in self.window.days())
        return longer and len(self.tokens) == 1

    def _is_date_style(self, token: Token, month: int) -> bool:
        """Another date of the same month beside it (9.8、9.10号), or its weekday (9.10号(周四))."""
        others = [
            one
            for one in self.tokens
            if one is not token and one.kind == "DATE" and int(one.groups[1] or 0) == month
        ]
        return bool(others) or "WEEK" in (self.kind(), self.kind(1) if self.text() == "(" else "")

    def _day(self, token: Token, after: Point | None) -> Point:
        day = int(token.groups[0] or 0)
        if token.kind == "NUM" and after is None and not self._number_is_day():
            raise Unclear(f"看不出“{token.text}”是不是日期", self._bare_choices(token))
        month = after.last.month if after else self.month or self._month_of(day)
        made = self._make(after.last.year if after else self._year_of(month), month, day)
        return Point(made, made, complete=token.kind == "DAY", dependent=token.kind == "NUM")

    def _number_is_day(self) -> bool:
        """A bare number is a day in 9.8、10、12 and in 8、9日, not alone."""
        if self.month is not None:
            return self._follows_a_day()
        ahead = 0
        while self.kind(ahead) in ("SEP", "RANGE", "NUM", "DAY"):
            if self.kind(ahead) == "DAY":
                return True
            ahead += 1
        return False

    def _follows_a_day(self) -> bool:
        """Behind another day with only a sign between: 9.8、10, not 8月出差10 and not 8月、10."""
        back = 3
        while self.kind(-back) == "FILL":
            back += 1
        return self.kind(-2) == "SEP" and self.kind(-back) in BEFORE_A_NUMBER

    def _bare_choices(self, token: Token) -> tuple[Choice, ...]:
        """8-11 may be the 8th to the 11th, or 11 August; 12、13 the 12th and 13th."""
        months = {month for _, month in self.window.months()}
        if (
            len(months) == 1
            and len(self.tokens) > 1
            and all(one.kind in ("NUM", "SEP") for one in self.tokens)
        ):
            listed = [one.groups[0] for one in self.tokens if one.kind == "NUM"]
            text = "、".join(f"{min(months)}月{day}日" for day in listed)
            return (Choice(text, text),)
        following = self.peek(1)
        if (
            self.kind() != "RANGE"
            or following is None
            or following.kind != "NUM"
            or len(self.tokens) != 3
        ):
            return ()
        a, b = int(token.groups[0] or 0), int(following.groups[0] or 0)
        texts = []
        if 1 <= a <= 12 and 1 <= b <= calendar.monthrange(self.window.first.year, a)[1]:
            texts.append(f"{a}月{b}日")
        months = {month for _, month in self.window.months()}
        if len(months) == 1 and a <= b:
            texts.append(f"{min(months)}月{a}日-{b}日")
        return tuple(Choice(text, text) for text in texts)

    def _month(self, token: Token) -> Point:
        month = int(token.groups[0] or 0)
        if self.kind() in ("DATE", "DAY", "NUM"):
            raise Unclear(f"看不懂“{token.text}{(self.peek() or token).text}”")
        year = self._year_of(month)
        self.month = month
        return Point(
            self._make(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        )

    def _third_of_month(self, token: Token) -> Point:
        month = int(token.groups[0]) if token.groups[0] else self._only_month(token.text)
        year = self._year_of(month)
        self._make(year, month, 1)
        self.month = month
        low, high = XUN[token.groups[1] or ""]
        return Point(
            date(year, month, low),
            date(year, month, min(high, calendar.monthrange(year, month)[1])),
        )

    def _nth_weekday(self, token: Token) -> Point:
        month = int(token.groups[0]) if token.groups[0] else self._only_month(token.text)
        year = self._year_of(month)
        nth = number(token.groups[1])
        weekday = WEEKDAY.index(token.groups[2] or "一")
        found = [
            d
            for d in days(
                self._make(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
            )
            if d.weekday() == weekday
        ]
        if nth > len(found):
            raise Unclear(f"{month}月没有“{token.text}”")
        return Point(found[nth - 1], found[nth - 1])

    def _weekday_beside(self, point: Point) -> None:
        """9月10日(周四): the weekday must agree with the date."""
        ahead = 1 if self.kind() == "FILL" and self.text() == "(" else 0
        beside = self.peek(ahead)
        if (
            beside is None
            or beside.kind != "WEEK"
            or point.first != point.last
            or beside.text[0] != "周"
            or len(beside.text) != 2
        ):
            return
        if point.first.weekday() != WEEKDAY.index(beside.text[1]):
            raise Unclear(
                f"{point.first.month}月{point.first.day}日是周{WEEKDAY[point.first.weekday()]}，不是{beside.text}"
            )
        self.position += ahead + 1
        if ahead and self.kind() == "FILL" and self.text() == ")":
            self.take()

    def _only_month(self, text: str) -> int:
        months = {month for _, month in self.window.months()}
        if self.month is not None:
            return self.month
        if len(months) != 1:
            raise Unclear(f"“{text}”没有写月份")
        return min(months)

    def _month_of(self, day: int) -> int:
        """The month of `12号`: the window's month, or the one of its months in which that day lies
        inside the window.
        """
        inside = {d.month for d in self.window.days() if d.day == day}
        months = {month for _, month in self.window.months()}
        if len(inside) == 1:
            return min(inside)
        if len(months) == 1:
            return min(months)
        raise Unclear(f"“{day}日”没有写月份")

    def _year_of(self, month: int) -> int:
        years = {y for y, m in self.window.months() if m == month}
        return min(years) if years else self.window.first.year

    def _make(self, year: int, month: int, day: int) -> date:
        if not 1 <= month <= 12:
            raise Unclear(f"没有 {month} 月")
        try:
            return date(year, month, day)
        except ValueError:
            raise Unclear(f"{month}月没有 {day} 日") from None


def number(text: str | None) -> int:
    """三 or 3 -> 3, 两 -> 2."""
    text = (text or "0").replace("两", "二")
    return int(text) if text.isdecimal() else DIGITS.index(text)

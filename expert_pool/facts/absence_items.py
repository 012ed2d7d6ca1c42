"""请假时间的一项: one date, span or weekday of what people write, as sets of half-days (used by
`absences.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from expert_pool.facts.absence_points import POINTS, Point, PointReader, Unclear, number
from expert_pool.facts.absence_tokens import WEEKDAY, Token
from expert_pool.facts.halfday import HALVES, Half, HalfDay, days

HalfWord = str  # "AM", "PM", "FULL", "NIGHT"
RECURRING = ("WEEK", "WEEKS", "WEEKEND", "WORKDAYS", "RESTDAYS", "EVERY")
HALF_KINDS = ("AM", "PM", "FULL", "NIGHT")
# Words that choose days by themselves; 每 and the like do so with what follows.
CHOOSING = ("WEEK", "WEEKS", "WEEKEND", "WORKDAYS", "RESTDAYS")


@dataclass(frozen=True)
class Item:
    """`readings` are the possible sets of half-days; more than one means ambiguous.

    `dependent`: a bare number after another date.
    """

    readings: tuple[frozenset[HalfDay], ...]
    half: HalfWord | None = None
    is_range: bool = False
    complete: bool = True
    dependent: bool = False
    recurring: bool = False

    def with_half(self, half: HalfWord | None) -> frozenset[HalfDay]:
        return frozenset(h for h in self.readings[0] if half in (None, "FULL", h.half))


def covering(stretch: tuple[date, ...], half: HalfWord | None) -> frozenset[HalfDay]:
    halves: tuple[Half, ...] = (
        ("AM",) if half == "AM" else ("PM",) if half == "PM" else () if half == "NIGHT" else HALVES
    )
    return frozenset(HalfDay(day, h) for day in stretch for h in halves)


class ItemReader(PointReader):
    """`item()` reads one item; `peek` and `take` serve the words between."""

    items = 0
    halves_only = True
    last_days: tuple[date, ...] = ()

    def starts_item(self) -> bool:
        if self.kind() == "RANGE" and self.kind(1) in POINTS:  # 请假到9月12日
            return self.position > 0 and self.kind(-1) in ("REASON", "NEG")
        return (
            self.kind() in POINTS
            or self.kind() in RECURRING
            or self.kind() in HALF_KINDS
            or self.kind() == "CLOCK"
        )

    def item(self) -> Item:
        self.items += 1
        if self.kind() in HALF_KINDS:
            return self._half_alone()
        self.halves_only = False
        if self.kind() == "RANGE":
            self.take()
            until = self.point()
            return Item(
                (covering(days(min(self.window.first, until.first), until.last), self._half()),),
                half="FULL",
                is_range=True,
            )
        if self.kind() == "CLOCK":
            raise Unclear("只写了钟点，没有写日期")
        if self.kind() in RECURRING:
            return self._recurring()
        return self._dated()

    # recurring
    # ----------------------------------------------------------------------------------------------

    def _half_alone(self) -> Item:
        """上午不行: every morning, when only a word about it follows; 9.10上午不便,下午可以: that
        afternoon. 上午 alone is not enough.
        """
        half = self.take().kind
        following = next(
            (t.kind for t in self.tokens[self.position :] if t.kind not in ("ALL", "FILL")), ""
        )
        if following not in ("NEG", "POS", "REASON") or not (
            self.halves_only or len(self.last_days) == 1
        ):
            raise Unclear("只写了上午或下午，看不出是哪一天")
        if not self.halves_only:
            return Item((covering(self.last_days, half),), half=half)
        return Item((covering(self.window.days(), half),), half=half)

    def _recurring(self) -> Item:
        token = self.take()
        if token.kind == "WEEK" and (beside := self._date_beside(token)):
            return beside
        if token.kind not in CHOOSING and self.kind() in ("WEEK", "WEEKS", "WORKDAYS", "WEEKEND"):
            return self._recurring()
        chosen = self._days_of(token)
        half = self._half() or self._clock()
        if self.kind() == "RANGE" and self.kind(1) in (*POINTS, *RECURRING):
            raise Unclear(f"看不懂“{token.text}”后面的起止")
        if self.kind() in ("FROM", "UNTIL"):
            raise Unclear(f"“{token.text}{self.take().text}”没有写是哪一天")
        if token.kind == "WEEKS" and half == "AM":
            _, end = _from_to(token)
            until = frozenset(
                h for h in covering(chosen, None) if h.date.weekday() != end or h.half == "AM"
            )
            return Item((covering(chosen, half), until), half=half)
        return Item((covering(chosen, half),), half=half, recurring=True)

    def _days_of(self, token: Token) -> tuple[date, ...]:
        """The days of the window that come back in every week."""
        every = self.window.days()
        if token.kind == "WEEK":
            wanted = {WEEKDAY.index(char) for char in token.groups[0] or "" if char in WEEKDAY}
            return tuple(day for day in every if day.weekday() in wanted)
        if token.kind == "WEEKS":
            start, end = _from_to(token)
            if start > end:
                raise Unclear(f"“{token.text}”前后颠倒")
            return tuple(day for day in every if start <= day.weekday() <= end)
        if token.kind == "WEEKEND":
            return tuple(day for day in every if day.weekday() >= 5)
        if token.kind in ("WORKDAYS", "RESTDAYS"):
            working, calendar = token.kind == "WORKDAYS", self.window.working_days
            return tuple(day for day in every if calendar.is_working(day) == working)
        return tuple(every)

    def _date_beside(self, token: Token) -> Item | None:
        """周三(9.9): that one Wednesday, if it is one."""
        ahead = 1 if self.kind() == "FILL" and self.text() == "(" else 0
        if self.kind(ahead) not in ("DATE", "DAY"):
            return None
        if len(token.text) != 2:
            raise Unclear(f"看不懂“{token.text}”与后面的日期")
        self.position += ahead
        point = self.point()
        if point.first.weekday() != WEEKDAY.index(token.text[1]):
            raise Unclear(
                f"{point.first.month}月{point.first.day}日是周{WEEKDAY[point.first.weekday()]}，"
                f"不是{token.text}"
            )
        if ahead and self.kind() == "FILL":
            self.take()
        if self.kind() in ("RANGE", "FROM", "UNTIL"):
            raise Unclear(f"看不懂“{token.text}”与后面的日期")
        half = self._half() or self._clock()
        return Item((covering((point.first,), half),), half=half)

    # dated
    # ----------------------------------------------------------------------------------------------

    def _dated(self) -> Item:
        start = self.point()
        half = self._half() or self._clock()
        if self.kind() == "RANGE" and self.kind(1) in POINTS:
            self.take()
            return self._range(start, half)
        if self.kind() in ("FROM", "UNTIL") and not (
            self.kind() == "FROM" and self.kind(1) == "RANGE"
        ):
            return self._open_ended(start, half)
        if self.kind() == "FROM":  # 9月8日起至9月11日
            self.take()
            return self._dated_range_after_from(start, half)
        if self.kind() == "SPAN" and self.items == 1:
            raise Unclear(f"“{self.take().text}”看不出从哪天算起、含不含周末")
        if self.kind() in ("EVERY", "ALL") and self.kind(1) in HALF_KINDS:
            self.take()
            half = self._half()
        stretch = self.last_days = days(start.first, start.last)
        if len(stretch) > 1 and half is None:
            return self._limited(
                Item((covering(stretch, None),), is_range=True, complete=start.complete)
            )
        return Item(
            (covering(stretch, half),),
            half=half,
            complete=start.complete,
            dependent=start.dependent,
        )

    def _dated_range_after_from(self, start: Point, half: HalfWord | None) -> Item:
        self.take()
        if self.kind() not in POINTS:
            raise Unclear("看不出到哪一天为止")
        return self._range(start, half)

    def _range(self, start: Point, first_half: HalfWord | None) -> Item:
        if self.kind() == "NUM" and start.first != start.last:
            raise Unclear(f"看不出“{self.text()}”是几月几日")
        end = self.point(after=start)
        each = self.kind() in ("EVERY", "ALL") and self.kind(1) in HALF_KINDS
        if each:
            self.take()
        last_half = self._half() or self._clock()
        if self.kind() == "UNTIL" and self.text() in ("止", "为止", "截止"):
            self.take()
        if end.last < start.first:
            raise Unclear("起止日期前后颠倒")
        stretch = self.last_days = days(start.first, end.last)
        if each:
            return Item((covering(stretch, last_half),), half=last_half, is_range=True)
        until = {
            h
            for h in covering(stretch, None)
            if not (h.date == end.last and h.half == "PM" and last_half == "AM")
        }
        until -= {
            h for h in until if h.date == start.first and h.half == "AM" and first_half == "PM"
        }
        if first_half == "NIGHT":
            until -= {h for h in until if h.date == start.first}
        if first_half is None and last_half in ("AM", "PM"):
            return Item(
                (frozenset(until), covering(stretch, last_half)), half=last_half, is_range=True
            )
        return self._limited(Item((frozenset(until),), half=last_half, is_range=True))

    def _limited(self, item: Item) -> Item:
        """9月的每周三, 9.7-9.18周三下午: the weekdays inside the stretch."""
        ahead = 0
        while self.kind(ahead) == "FILL" or self.text(ahead) in ("里", "内"):
            ahead += 1
        if self.kind(ahead) not in ("WEEK", "WEEKS", "WEEKEND", "WORKDAYS", "EVERY"):
            return item
        self.position += ahead
        inside = self._recurring()
        limited = tuple(reading & item.readings[0] for reading in inside.readings)
        if not any(limited):
            self.notes.append("写的日子不在评审时间段内，未计")
        return Item(
            limited,
            half=inside.half,
            is_range=True,
        )

    def _open_ended(self, point: Point, half: HalfWord | None) -> Item:
        """10号起 includes the 10th; 10号以后 may or may not."""
        token = self.take()
        if point.festival:
            raise Unclear(f"看不出是节{token.text}才有空，还是节{token.text}没有空")
        if token.kind == "FROM":
            if self.kind() == "SPAN":
                return self._counted(point, self.take())
            inclusive = {
                h
                for h in covering(days(point.first, max(self.window.last, point.last)), None)
                if h >= _start(point, half)
            }
            exclusive = {h for h in inclusive if h.date > point.last}
            sure = token.text.startswith(("起", "开始", "以来"))
        else:
            inclusive = {
                h
                for h in covering(days(min(self.window.first, point.first), point.last), None)
                if h <= _end(point, half)
            }
            exclusive = {
                h
                for h in inclusive
                if h.date < point.first or (half == "PM" and h == HalfDay(point.first, "AM"))
            }
            sure = token.text.startswith(("止", "为止", "截止"))
        return Item(
            (frozenset(inclusive),) if sure else (frozenset(inclusive), frozenset(exclusive)),
            half="FULL",
            is_range=True,
        )

    def _counted(self, point: Point, span: Token) -> Item:
        """9月8日起3天: read when no rest day lies inside, because calendar days and working days
        then agree.
        """
        count = number(span.groups[0])
        length = count * 7 if span.groups[1] != "天" else count
        stretch = days(point.first, point.first + timedelta(length - 1))
        if span.groups[1] == "天" and not all(
            self.window.working_days.is_working(day) for day in stretch
        ):
            raise Unclear(f"“{span.text}”里有休息日，看不出算不算在内")
        return Item((covering(stretch, None),), half="FULL", is_range=True)

    def _half(self) -> HalfWord | None:
        """A word for morning or afternoon right here, also inside brackets."""
        ahead = 0
        while (
            (token := self.peek(ahead)) is not None
            and token.kind == "FILL"
            and token.text in "(:的"
        ):
            ahead += 1
        if self.kind(ahead) not in HALF_KINDS or self.kind(ahead + 1) == "CLOCK":
            return None
        self.position += ahead
        half = self.take().kind
        if self.kind() == "FILL" and ahead and self.text() == ")":
            self.take()
        if half == "NIGHT":
            self.notes.append("晚上不影响评审")
        return half

    def _clock(self) -> HalfWord | None:
        """9:00-11:30 -> AM; 14点 -> PM; a span over noon is the whole day. 下午3点后 -> PM."""
        shift = 12 if self.kind() == "PM" and self.kind(1) == "CLOCK" else 0
        if self.kind() in ("AM", "PM") and self.kind(1) == "CLOCK":
            self.take()
        if self.kind() != "CLOCK":
            return None
        start = self._hour(self.take(), shift)
        end = start
        if self.kind() == "RANGE" and (
            self.kind(1) == "CLOCK" or (self.kind(1) in ("AM", "PM") and self.kind(2) == "CLOCK")
        ):
            self.take()
            if self.kind() in ("AM", "PM"):
                shift = 12 if self.take().kind == "PM" else 0
            end = self._hour(self.take(), shift)
        elif self.kind() == "FROM":
            self.take()
            end = 18.0
        elif self.kind() == "UNTIL":
            self.take()
            start = 8.0
        if end < start:
            raise Unclear("起止钟点前后颠倒")
        if start < 12 and end > 12:
            return "FULL"
        return "AM" if start < 12 else "PM"

    def _hour(self, token: Token, shift: int) -> float:
        hour = int(token.groups[0] or 0)
        if hour > 24 or (token.groups[1] and int(token.groups[1]) > 59):
            raise Unclear(f"没有“{token.text}”这个时刻")
        return (hour + shift if hour < 12 else hour) + (
            int(token.groups[1]) / 60 if token.groups[1] else 0.5 if token.groups[2] else 0
        )


def _start(point: Point, half: HalfWord | None) -> HalfDay:
    return HalfDay(point.first, "PM" if half == "PM" else "AM")


def _end(point: Point, half: HalfWord | None) -> HalfDay:
    return HalfDay(point.last, "AM" if half == "AM" else "PM")


def _from_to(token: Token) -> tuple[int, int]:
    """周一至周三: the first and the last weekday, from 0."""
    start, end = (WEEKDAY.index(group or "一") for group in token.groups)
    return start, end

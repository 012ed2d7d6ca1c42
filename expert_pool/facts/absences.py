"""不能参加的时间: what people write about their days, read to half-days exactly or turned into a
question, never guessed.

Three rules keep it honest. Every sign must be understood, or be a harmless reason (盘点, 家长会). A
wording with several meanings (10号以后: with or without the 10th? 9.8-9.10上午: each morning, or
until that morning?) is read only if all meanings come to the same half-days within the window;
otherwise the meanings are offered as choices. An empty cell is unknown, not free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import ClassVar, Literal

from expert_pool.facts.absence_items import Item, ItemReader
from expert_pool.facts.absence_lunar import without_lunar
from expert_pool.facts.absence_points import Unclear, Window, number
from expert_pool.facts.absence_tokens import RISKY, Token, normalise, one_way, scan
from expert_pool.facts.halfday import HalfDay, half_days, spell
from expert_pool.facts.working_days import WorkingDays
from expert_pool.facts.writing import Cell, Choice, Unreadable, as_text

Meaning = Literal["absent", "free", "unclear"]  # what a plain date in this column says
MAX_READINGS = 6
MAX_TEXT = 300
ALL_FREE = Choice("无", "没有不便，全部有空")
NONE_FREE = Choice("全部不行", "全部不能参加")
UNKNOWN = Choice("未知", "还不知道")


@dataclass(frozen=True)
class Absences:
    """Read exactly: the half-days within the window that are not possible, and remarks for the
    clerk.
    """

    half_days: tuple[HalfDay, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Said:
    """What the text said, collected from left to right."""

    absent: list[Item] = field(default_factory=list)
    free: list[Item] = field(default_factory=list)
    excepted: list[Item] = field(default_factory=list)
    all_free: bool = False
    all_absent: bool = False
    only: bool = False
    others: Literal["", "free", "absent"] = ""


def read(
    value: Cell,
    first: date,
    last: date,
    meaning: Meaning = "absent",
    working_days: WorkingDays | None = None,
) -> Absences | Unreadable | None:
    """`first` and `last` bound the window of visits (both included)."""
    original = as_text(value).strip()
    window = Window(first, last, working_days or WorkingDays())
    if isinstance(value, float | int) and not isinstance(value, bool):
        as_date = _number(float(value), original)
        if isinstance(as_date, Unreadable):
            return as_date
        value = as_date
    text = one_way(value)
    if len(text) > MAX_TEXT:
        return Unreadable(original, "写得太长，请只写日期")
    if not text.strip(",、;。 "):
        return None if original in ("", "、", ",", "。") else _dash(original)
    if text in ("-", "/", "\\"):
        return _dash(original)
    try:
        if isinstance(value, date):
            _not_made_a_date(value, window)
        reader = ItemReader(scan(normalise(without_lunar(text, window))), window)
        said = _Statement(reader, meaning).collect()
        return _conclude(original, said, meaning, window, reader.notes)
    except Unclear as unclear:
        return Unreadable(original, unclear.why, unclear.choices)


def _not_made_a_date(value: date, window: Window) -> None:
    """8-9 (the 8th and 9th) becomes 9 August in Excel: outside the window, hence asked."""
    inside = {day.day for day in window.days()}
    if not window.first <= value <= window.last and inside & {value.month, value.day}:
        raise Unclear(
            f"单元格里是日期 {value.month}月{value.day}日，在评审时间段以外，"
            f"也可能是“{value.month}-{value.day}”被 Excel 改成的"
        )


def _dash(original: str) -> Unreadable:
    return Unreadable(
        original, "只画了一个符号，看不出是“没有不便”还是“还不知道”", (ALL_FREE, UNKNOWN)
    )


def _number(number: float, original: str) -> str | Unreadable:
    """9.8 typed as a number is 8 September; 9.1 may have been 9.10 before Excel dropped the
    zero.
    """
    month, _, day = original.partition(".")
    if number.is_integer() or not day or not 1 <= int(month) <= 12 or len(day) > 2:
        return Unreadable(original, "单元格里是一个数字，看不出日期")
    if day in ("1", "2", "3"):
        both = (f"{month}月{day}日", f"{month}月{day}0日")
        return Unreadable(
            original,
            "是数字，Excel 会去掉末尾的 0，分不清是哪一天",
            tuple(Choice(d, d) for d in both),
        )
    return original


class _Statement:
    """Walks over the tokens and sorts items into absent, free and excepted."""

    def __init__(self, reader: ItemReader, meaning: Meaning) -> None:
        self.reader = reader
        self.meaning = meaning
        self.said = _Said()
        self.pending: list[Item] = []
        self.prefix: Literal["", "absent", "free"] = ""
        self.in_except = False
        self.awaiting_others = False
        self.seen_all = False
        self.moved: Literal["", "absent", "free"] = ""
        self.linked = False
        self.after_item = -1

    def collect(self) -> _Said:
        while (token := self.reader.peek()) is not None:
            if self.reader.starts_item():
                self._item()
            else:
                self.reader.take()
                self._word(token)
        self._finish()
        return self.said

    def _item(self) -> None:
        touching = self.reader.position > 0 and self.reader.position == self.after_item
        item = self.reader.item()
        self.after_item = self.reader.position
        if touching and self.pending and self.pending[-1].recurring != item.recurring:
            raise Unclear("看不出日期和星期是什么关系")
        if self.linked and self.pending and item.half and not item.is_range:
            self._share_half(item)
        self.pending.append(item)
        self.linked = True
        self.moved = ""

    def _share_half(self, item: Item) -> None:
        """周二、四下午: both afternoons. 9月8日、9日上午: one meaning or the other, so both are
        kept.
        """
        back: list[Item] = []
        while (
            self.pending
            and self.pending[-1].half is None
            and not self.pending[-1].is_range
            and len(self.pending[-1].readings) == 1
        ):
            back.append(self.pending.pop())
        if not back:
            return
        shared = frozenset().union(*(piece.with_half(item.half) for piece in back))
        if item.dependent or any(not piece.complete for piece in back):
            self.pending.append(Item((shared,), half=item.half))
        else:
            separate = frozenset().union(*(piece.readings[0] for piece in back))
            self.pending.append(Item((separate, shared), half=item.half))

    def _word(self, token: Token) -> None:
        act = self._ACTS.get(token.kind)
        if act is not None:
            act(self, token)
        elif token.kind == "UNSURE":
            raise Unclear(f"“{token.text}”不是确定的时间")
        elif not self._may_pass(token):
            raise Unclear(f"看不懂“{token.text}”")

    def _may_pass(self, token: Token) -> bool:
        """Words that change nothing; a reason nobody has to understand is noted."""
        if token.kind == "OTHER" and not RISKY.search(token.text):
            self.linked = False
            self.reader.notes.append(f"“{token.text}”按事由理解")
            return True
        return (
            token.kind in ("SEP", "FILL")
            or (token.kind == "RANGE" and token.text in ("至", "到"))
            or (token.kind == "SPAN" and self._days_agree(token))
        )

    def _negated(self, token: Token) -> None:
        self._verdict("absent", bool(token.text))

    def _affirmed(self, token: Token) -> None:
        if token.kind == "ANYTIME":
            self.seen_all = True
        self._verdict("free", True)

    def _reason(self, _token: Token) -> None:
        self.linked = False
        if self.pending and not self.in_except:
            self._move("absent")

    def _only(self, _token: Token) -> None:
        self.said.only = True

    def _except(self, _token: Token) -> None:
        self._default()
        self.in_except = True

    def _excepted(self, token: Token) -> None:
        self.said.excepted += self.pending
        if not self.pending:
            raise Unclear(f"看不懂“{token.text}”")
        self.pending = []
        self.in_except = False

    def _others(self, _token: Token) -> None:
        self._close_except()
        self.awaiting_others = True

    def _all(self, _token: Token) -> None:
        self._close_except()
        self.seen_all = True

    def _break(self, _token: Token) -> None:
        self.linked = False
        self._close_except()

    def _days_agree(self, span: Token) -> bool:
        """9.8-9.11共四天: the number must be that of the days just named."""
        named = {half_day.date for item in self.pending for half_day in item.readings[0]}
        return (
            bool(self.pending) and span.groups[1] == "天" and number(span.groups[0]) == len(named)
        )

    def _nothing(self, _token: Token) -> None:
        if self.meaning != "absent":
            raise Unclear("看不出“无”是没有不便，还是没有空", (ALL_FREE, NONE_FREE, UNKNOWN))
        self.said.all_free = True

    def _move(self, where: Literal["absent", "free"]) -> None:
        (self.said.absent if where == "absent" else self.said.free).extend(self.pending)
        self.pending = []
        self.moved = where
        self.linked = False

    def _close_except(self) -> None:
        if self.in_except and self.pending:
            self.said.excepted += self.pending
            self.pending = []
            self.in_except = False

    def _verdict(self, where: Literal["absent", "free"], explicit: bool) -> None:
        """A word like 不行 or 可以: about the items before it, about the others, about everything,
        or about what follows.
        """
        self._close_except()
        if self.awaiting_others:
            self.awaiting_others = False
            if self.pending:
                self._move("free" if where == "absent" else "absent")
            self.said.others = where
        elif self.pending:
            self._move(where)
        elif self.seen_all or (self.said.excepted and explicit):
            self.said.all_free |= where == "free"
            self.said.all_absent |= where == "absent"
        elif self.moved != where:
            self.prefix = where
        self.seen_all = False
        self.linked = False

    def _default(self) -> None:
        """Items without a word of their own mean what the column means, or what the text said
        before them.
        """
        if not self.pending:
            return
        if self.prefix:
            self._move(self.prefix)
        elif self.said.only and self.meaning == "absent":
            raise Unclear("看不出是“只有这些时间有空”还是“只有这些时间不行”")
        elif self.said.all_free and not self.said.excepted:
            raise Unclear("一边说都可以，一边又写了日期")
        elif self.meaning == "unclear":
            raise Unclear("看不出写的是有空还是没空")
        else:
            self._move("absent" if self.meaning == "absent" else "free")

    def _finish(self) -> None:
        if self.in_except or self.awaiting_others:
            self._close_except()
            raise Unclear("话没有说完，看不出其余时间有没有空")
        if self.prefix and not self.pending and not (self.said.absent or self.said.free):
            if self.prefix == "free":
                self.said.all_free = True
            else:
                raise Unclear("没有写日期")
        self._default()
        nothing = not (
            self.said.absent or self.said.free or self.said.excepted or self.said.all_absent
        )
        if self.seen_all and nothing and self.meaning == "free":
            self.said.all_free = True

    _ACTS: ClassVar[Mapping[str, Callable[[_Statement, Token], None]]] = {
        "NEG": _negated,
        "POS": _affirmed,
        "ANYTIME": _affirmed,
        "REASON": _reason,
        "NONE": _nothing,
        "ONLY": _only,
        "EXCEPT": _except,
        "CLOSE": _excepted,
        "EXCEPT_POST": _excepted,
        "OTHERS": _others,
        "ALL": _all,
        "BREAK": _break,
    }


def _conclude(
    original: str, said: _Said, meaning: Meaning, window: Window, notes: list[str]
) -> Absences | Unreadable:
    items = [*said.absent, *said.free, *said.excepted]
    if not items and not (said.all_free or said.all_absent):
        raise Unclear("没有写日期")
    if said.excepted and not (said.all_free or said.all_absent or said.others):
        raise Unclear("只写了“除外”，看不出其余时间有没有空")
    results: list[frozenset[HalfDay]] = []
    for chosen in product(*(item.readings for item in items)):
        if len(results) > MAX_READINGS:
            break
        results += _results(said, chosen, meaning, window)
    distinct = _distinct(results, window)
    if len(distinct) == 1:
        outside = {
            half_day
            for item in items
            for reading in item.readings
            for half_day in reading
            if not window.first <= half_day.date <= window.last
        }
        remarks = [*notes, f"{_beyond(outside)}在评审时间段以外，未计"] if outside else notes
        return Absences(tuple(sorted(distinct[0])), tuple(remarks))
    return Unreadable(
        original,
        "可以有几种理解",
        tuple(_choice(result, window) for result in distinct[:MAX_READINGS]),
    )


def _beyond(outside: set[HalfDay]) -> str:
    """The days outside the window in a few words."""
    words, days = spell(outside), sorted({half_day.date for half_day in outside})
    if len(words) <= 40:
        return words
    return f"{days[0].month}月{days[0].day}日到{days[-1].month}月{days[-1].day}日之间的"


def _results(
    said: _Said, chosen: tuple[frozenset[HalfDay], ...], meaning: Meaning, window: Window
) -> list[frozenset[HalfDay]]:
    """The possible answers for one choice of readings: usually one, two when free days were named
    and nothing said of the rest.
    """
    n, m = len(said.absent), len(said.absent) + len(said.free)
    absent, free, excepted = (
        frozenset[HalfDay]().union(*part) for part in (chosen[:n], chosen[n:m], chosen[m:])
    )
    everything = frozenset(half_days(window.first, window.last))
    if said.all_absent:
        return [everything - free - excepted]
    if said.others == "absent" or (said.only and said.free):
        return [everything - (free - absent)]
    if said.all_free or said.others == "free":
        return [((absent | excepted) - free) & everything]
    if (
        not said.free
        or free <= absent
        or (absent and {h.date for h in free} <= {h.date for h in absent})
    ):
        return [(absent - free) & everything]
    if meaning == "free":
        return [everything - (free - absent)]
    return [(absent - free) & everything, everything - (free - absent)]


def _distinct(results: Iterable[frozenset[HalfDay]], window: Window) -> list[frozenset[HalfDay]]:
    """Results that differ on a working half-day of the window; the largest of each kind is kept, to
    be on the safe side.
    """
    by_effect: dict[frozenset[HalfDay], frozenset[HalfDay]] = {}
    for result in results:
        effect = frozenset(h for h in result if window.working_days.is_working(h.date))
        by_effect[effect] = by_effect.get(effect, frozenset()) | result
    return list(by_effect.values())


def _choice(result: frozenset[HalfDay], window: Window) -> Choice:
    for half, text in (("AM", "每天上午"), ("PM", "每天下午")):
        if result == {h for h in half_days(window.first, window.last) if h.half == half}:
            return Choice(text, f"{text}不能参加")
    if not result:
        return ALL_FREE
    if len(result) == len(half_days(window.first, window.last)):
        return NONE_FREE
    return Choice(spell(result), f"不能参加：{spell(result)}")

"""Reading JSON with sentences that name the field: the one way in for problem and plan files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

from assignment.errors import FormatError as FormatError


class Reader:
    """One JSON value and the path to it."""

    def __init__(self, value: object, path: str) -> None:
        self.value = value
        self.path = path

    def fail(self, field: str, reason: str) -> NoReturn:
        dot = "." if self.path and field and not field.startswith("[") else ""
        raise FormatError(f"{self.path}{dot}{field}", reason)

    def mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, Mapping):
            self.fail("", "应是一个 JSON 对象")
        return self.value

    def names(self) -> Iterator[str]:
        return iter(self.mapping())

    def has(self, field: str) -> bool:
        return field in self.mapping()

    def expect_format(self, wanted: str) -> None:
        found = self.mapping().get("format")
        if found != wanted:
            self.fail("format", f"应是 “{wanted}”，读到的是 {found!r}")

    def allow_only(self, names: Collection[str]) -> None:
        for name in self.mapping():
            if name not in names:
                self.fail(str(name), "没有这个字段，请删去或检查拼写")

    def get(self, field: str) -> Any:
        mapping = self.mapping()
        if field not in mapping:
            self.fail(field, "缺少这个字段")
        return mapping[field]

    def part(self, field: str) -> Reader:
        reader = Reader(self.get(field), f"{self.path}.{field}" if self.path else field)
        reader.mapping()
        return reader

    def _sequence(self) -> Sequence[Any]:
        if not isinstance(self.value, list | tuple):
            self.fail("", "应是一个列表")
        return self.value

    def items(self, field: str) -> list[Reader]:
        path = f"{self.path}.{field}" if self.path else field
        return [
            Reader(item, f"{path}[{position}]")
            for position, item in enumerate(Reader(self.get(field), path)._sequence())
        ]

    def text(self, field: str) -> str:
        value = self.get(field)
        if not _is_text(value):
            self.fail(field, "应是非空文字")
        return str(value)

    def texts(self, field: str) -> list[str]:
        values = self.items(field)
        for item in values:
            if not _is_text(item.value):
                item.fail("", "应是非空文字")
        return [str(item.value) for item in values]

    def flag(self, field: str) -> bool:
        value = self.get(field)
        if not isinstance(value, bool):
            self.fail(field, "应是 true 或 false")
        return value

    def whole(self, field: str, low: int | None = None, high: int | None = None) -> int:
        return _whole(self, field, self.get(field), low, high)

    def wholes(self, field: str) -> list[int]:
        return [_whole(item, "", item.value, None, None) for item in self.items(field)]

    def whole_list(self) -> list[int]:
        return [
            _whole(self, f"[{position}]", item, None, None)
            for position, item in enumerate(self._sequence())
        ]

    def span(self, field: str, low: int) -> tuple[int, int]:
        values = self.wholes(field)
        if len(values) != 2 or values[0] > values[1] or values[0] < low:
            self.fail(field, f"应是 [最小, 最大] 两个整数，最小不小于 {low} 且不大于最大")
        return values[0], values[1]

    def choice(self, field: str, allowed: tuple[str, ...]) -> str:
        value = self.get(field)
        if value not in allowed:
            self.fail(field, f"应是 {'、'.join(allowed)} 之一，读到的是 {value!r}")
        return str(value)

    def day(self, field: str) -> date:
        text = self.text(field)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        # Other ISO spellings of a day would not be written back as they were read.
        if day is None or day.isoformat() != text:
            self.fail(field, "应是 2026-09-07 这样的日期")
        return day

    def row(self, texts: int, number: bool) -> tuple[Any, ...]:
        """A list of `texts` non-empty texts, followed by one whole number when `number`."""
        values = self._sequence()
        if len(values) != texts + number:
            self.fail("", f"应有 {texts + number} 项")
        for value in values[:texts]:
            if not _is_text(value):
                self.fail("", f"前 {texts} 项应是非空文字")
        if number:
            _whole(self, f"[{texts}]", values[texts], None, None)
        return tuple(values)


def _is_text(value: object) -> bool:
    """Half of a surrogate pair is no text: it has no UTF-8 form, so no digest."""
    return (
        isinstance(value, str)
        and value != ""
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


# Keeps every sum of squares far inside 64-bit integers.
LARGEST = 10**9


def _whole(reader: Reader, field: str, value: object, low: int | None, high: int | None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        reader.fail(field, "应是整数")
    if (
        abs(value) > LARGEST
        or (low is not None and value < low)
        or (high is not None and value > high)
    ):
        reader.fail(
            field,
            f"应在 {low if low is not None else -LARGEST} 到"
            f" {high if high is not None else LARGEST} 之间，读到的是 {value}",
        )
    return value

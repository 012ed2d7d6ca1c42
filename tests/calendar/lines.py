"""A strict reading of RFC 5545, written for tests and independent of the library that writes the
files.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

PARAMETER = r";[A-Z-]+=(?:\"[^\"\x00-\x1f]*\"|[^\";:,\x00-\x1f]*)"
LINE = re.compile(
    rf"(?P<name>[A-Z0-9-]+)(?P<parameters>(?:{PARAMETER})*):(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
ONCE = {
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SEQUENCE",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "STATUS",
    "CLASS",
    "TRANSP",
}


@dataclass
class Component:
    name: str
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)

    def get(self, name: str) -> str:
        return next((value for key, _, value in self.properties if key == name), "")

    def text(self, name: str) -> str:
        """A TEXT value with its escapes undone (3.3.11)."""
        return re.sub(
            r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.get(name)
        )

    def named(self, name: str) -> list[Component]:
        return [part for part in self.parts if part.name == name]


def read(data: bytes) -> Component:
    """Parse and check; every assertion names the offending line."""
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b""), (
        "bare line ends"
    )
    physical = data[:-2].split(b"\r\n")
    for line in physical:
        assert 0 < len(line) <= 75, (len(line), line)  # 3.1: octets without the break
        line.decode("utf-8")  # a fold inside a character would not decode
    root = Component("")
    stack = [root]
    for line in data.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]:
        found = LINE.fullmatch(line)
        assert found, line
        name, value = found["name"], found["value"]
        if name == "BEGIN":
            stack.append(Component(value))
            stack[-2].parts.append(stack[-1])
        elif name == "END":
            assert stack.pop().name == value, line
        else:
            stack[-1].properties.append((name, found["parameters"], value))
    assert len(stack) == 1 and [part.name for part in root.parts] == ["VCALENDAR"]
    _check_calendar(root.parts[0])
    return root.parts[0]


def _check_calendar(calendar: Component) -> None:
    assert (calendar.get("VERSION"), calendar.get("METHOD"), bool(calendar.get("PRODID"))) == (
        "2.0",
        "PUBLISH",
        True,
    )
    zones = {zone.get("TZID") for zone in calendar.named("VTIMEZONE")}
    for zone in calendar.named("VTIMEZONE"):
        assert [part.name for part in zone.parts] == ["STANDARD"]
        assert (zone.parts[0].get("TZOFFSETFROM"), zone.parts[0].get("TZOFFSETTO")) == (
            "+0800",
            "+0800",
        )
    events = calendar.named("VEVENT")
    for event in events:
        counts = Counter(name for name, _, _ in event.properties)
        assert not [name for name in ONCE if counts[name] > 1], event
        # RFC 5546 3.2.1: what PUBLISH requires of an event.
        assert all(
            counts[name] == 1 for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE")
        ), event
        assert re.fullmatch(r"\d{8}T\d{6}Z", event.get("DTSTAMP"))
        for name, parameters, value in event.properties:
            if name in ("DTSTART", "DTEND"):
                assert re.fullmatch(r"\d{8}T\d{6}", value)
                assert parameters.removeprefix(";TZID=") in zones
        assert event.get("DTSTART") < event.get("DTEND")
        assert event.get("STATUS") in ("CONFIRMED", "TENTATIVE", "CANCELLED")
        for alarm in event.named("VALARM"):
            assert (
                alarm.get("ACTION") == "DISPLAY"
                and alarm.get("DESCRIPTION")
                and re.fullmatch(r"-PT\d+H(\d+M)?", alarm.get("TRIGGER"))
            )
    assert not [
        uid for uid, count in Counter(event.get("UID") for event in events).items() if count > 1
    ]

"""评审日历: visits as iCalendar (RFC 5545) for one expert or for the office.

What the events are is said in `assignment.events`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from award.groups.core.book import Book, day_zh
from award.groups.core.events import KnownEntry, VisitEvent, entries, one_line, uid_of

if TYPE_CHECKING:  # loaded with the first calendar, not in every web worker
    from icalendar import Alarm, Event, Timezone

__all__ = ["KnownEntry", "VisitEvent", "entries", "expert_ics", "office_ics", "uid_of"]

ZONE = "Asia/Shanghai"
OFFSET = timedelta(hours=8)
UNNAMED = "现场评审（组织名称待公布）"
REMINDER = time(20)  # the evening before


def expert_ics(
    book: Book,
    person_id: str,
    events: Iterable[VisitEvent],
    *,
    now: datetime,
    disclose: bool,
    remind: bool = True,
) -> bytes:
    """评审员本人的日历: her visits only.

    The firm, its place and the colleagues are named only when `disclose`; telephones never.
    """
    own = [entry for entry in events if entry.owner == person_id and person_id]
    return _calendar(
        book, f"{book.year}年度现场评审日程", own, now, disclose=disclose, remind=remind
    )


def office_ics(book: Book, events: Iterable[VisitEvent], *, now: datetime) -> bytes:
    """审定办的日历: every visit of every group."""
    return _calendar(
        book,
        f"{book.subject}现场评审",
        [entry for entry in events if not entry.owner],
        now,
        disclose=True,
        remind=False,
    )


def _calendar(
    book: Book, name: str, events: list[VisitEvent], now: datetime, *, disclose: bool, remind: bool
) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//expert-pool//现场评审日程//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("x-published-ttl", "PT4H")
    calendar.add_component(_zone())
    for entry in events:
        calendar.add_component(_event(book, entry, now, disclose=disclose, remind=remind))
    text: bytes = calendar.to_ical()
    return text


def _zone() -> Timezone:
    """北京时间: always +08:00.

    The summer time of 1986-1991 is no matter of ours, and calendar programs stumble over it.
    """
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001
    standard.add("tzoffsetfrom", OFFSET)
    standard.add("tzoffsetto", OFFSET)
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(book: Book, entry: VisitEvent, now: datetime, *, disclose: bool, remind: bool) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.public_uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.start, parameters={"TZID": ZONE})
    event.add("dtend", entry.end, parameters={"TZID": ZONE})
    event.add(
        "status", "CANCELLED" if entry.cancelled else "TENTATIVE" if book.is_draft else "CONFIRMED"
    )
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("categories", ["现场评审"])
    event.add("summary", _summary(book, entry, disclose))
    if entry.cancelled:
        event.add("description", "本次现场评审已取消。")
        return event
    event.add("description", "\n".join(_description(book, entry, disclose)))
    if disclose and entry.place:
        event.add("location", entry.place)
    if remind:
        event.add_component(_alarm(entry))
    return event


def _summary(book: Book, entry: VisitEvent, disclose: bool) -> str:
    if entry.cancelled or entry.firm is None:
        return "现场评审（已取消）"
    draft = f"【{book.status}】" if book.is_draft else ""
    what = f"现场评审：{one_line(entry.firm.name)}" if disclose else UNNAMED
    group = f"{entry.group.name} " if entry.group and not entry.owner else ""
    return draft + group + what + (f"（{entry.part}）" if entry.part else "")


def _description(book: Book, entry: VisitEvent, disclose: bool) -> list[str]:
    lines = []
    if entry.group and entry.seat:
        lines.append(f"{entry.group.name}，本人任{'组长' if entry.seat.leader else '组员'}。")
    if entry.group and disclose and entry.group.seats:
        leader, others = (
            entry.group.leader,
            [seat.person.name for seat in entry.group.seats if not seat.leader],
        )
        lines.append(
            one_line((f"组长：{leader.name}；" if leader else "") + f"组员：{'、'.join(others)}。")
        )
    if disclose and entry.firm:
        lines.append(one_line(f"{entry.firm.award}；{entry.firm.industry}".strip("；")))
    if not disclose:
        lines.append("组织名称和地点公布后，本日程自动更新。")
    if book.provisional_days:
        lines.append("节假日安排未公布，日期待核。")
    if book.is_draft:
        lines.append(f"本日程为{book.status}，以正式发布的为准。")
    return [line for line in lines if line]


def _alarm(entry: VisitEvent) -> Alarm:
    """A reminder at eight in the evening before, said relative to the start so that a moved event
    takes it along.
    """
    from icalendar import Alarm

    evening = datetime.combine(entry.start.date() - timedelta(days=1), REMINDER)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", evening - entry.start)
    alarm.add("description", f"明天有现场评审：{day_zh(entry.start.date())}")
    return alarm

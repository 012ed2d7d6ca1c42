"""评审日历: accepted by a second library, only one's own visits, and no duplicate after any number
of changes.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from award.groups.core.book import Book, Hours, VisitEntry
from award.papers.calendar import UNNAMED, KnownEntry, VisitEvent, entries, expert_ics, office_ics
from expert_pool.facts.halfday import HalfDay
from tests.calendar.lines import Component, read
from tests.documents import cast

NOW = datetime(2026, 8, 28, 1, 30, tzinfo=UTC)


def feed(
    book: Book, person: str, known: dict[str, KnownEntry] | None = None, *, disclose: bool = True
) -> Component:
    return read(expert_ics(book, person, entries(book, known or {}), now=NOW, disclose=disclose))


def remembered(events: tuple[VisitEvent, ...]) -> dict[str, KnownEntry]:
    return {entry.uid: entry.known for entry in events}


def moved(book: Book, firm: str, days: int) -> Book:
    """The book with one firm's visit so many days later."""

    def shift(visit: VisitEntry) -> VisitEntry:
        if visit.firm.id != firm:
            return visit
        return replace(
            visit,
            stays=tuple(
                HalfDay(stay.date + timedelta(days=days), stay.half) for stay in visit.stays
            ),
        )

    return replace(
        book,
        groups=tuple(
            replace(group, visits=tuple(map(shift, group.visits))) for group in book.groups
        ),
    )


def without(book: Book, firm: str) -> Book:
    return replace(
        book,
        groups=tuple(
            replace(group, visits=tuple(visit for visit in group.visits if visit.firm.id != firm))
            for group in book.groups
        ),
    )


def test_expert_sees_one_event_per_day_with_its_hours() -> None:
    events = feed(cast.book(), "E2").named("VEVENT")
    assert [(event.get("DTSTART"), event.get("DTEND")) for event in events] == [
        ("20260910T083000", "20260910T170000"),
        ("20260914T083000", "20260914T170000"),
        ("20260915T083000", "20260915T120000"),
    ]
    assert [event.text("SUMMARY") for event in events] == [
        "现场评审：浙江露笑袜业有限公司",
        "现场评审：诸暨市店口管业股份有限公司（第1天，共2天）",
        "现场评审：诸暨市店口管业股份有限公司（第2天，共2天）",
    ]
    assert [event.text("LOCATION") for event in events] == ["大唐街道", "店口镇", "店口镇"]
    assert {
        (event.get("STATUS"), event.get("CATEGORIES"), event.get("SEQUENCE"), event.get("DTSTAMP"))
        for event in events
    } == {("CONFIRMED", "现场评审", "0", "20260828T013000Z")}


def test_reminder_rings_at_eight_the_evening_before() -> None:
    book = cast.book(hours=Hours())
    events = [event for person in ("E2", "E6") for event in feed(book, person).named("VEVENT")]
    triggers = {event.get("DTSTART")[9:13]: event.parts[0].get("TRIGGER") for event in events}
    assert triggers == {"0830": "-PT12H30M", "1330": "-PT17H30M"}
    silent = read(expert_ics(book, "E2", entries(book, {}), now=NOW, disclose=True, remind=False))
    assert [event.parts for event in silent.named("VEVENT")] == [[], [], []]


def test_expert_sees_only_own_visits_and_no_telephone() -> None:
    book = cast.book()
    shown = (
        expert_ics(book, "E6", entries(book, {}), now=NOW, disclose=True)
        .decode()
        .replace("\r\n ", "")
    )
    assert "次坞汽配有限公司" in shown
    leaks = ["露笑", "店口", "郑建国", "0575", "138****", "联络", "山下湖"]
    assert [word for word in leaks if word in shown] == []
    assert feed(book, "E7").named("VEVENT") == []
    assert feed(book, "").named("VEVENT") == []


def test_undisclosed_feed_names_neither_firm_nor_place_nor_colleague() -> None:
    book = cast.book()
    shown = (
        expert_ics(book, "E2", entries(book, {}), now=NOW, disclose=False)
        .decode()
        .replace("\r\n ", "")
    )
    assert UNNAMED in shown
    assert [
        word
        for word in [
            *cast.firms_in(book),
            *cast.people_in(book),
            "大唐",
            "店口",
            "LOCATION",
            "制造",
        ]
        if word in shown
    ] == []


def test_office_sees_every_visit_once() -> None:
    book = cast.book()
    events = read(office_ics(book, entries(book, {}), now=NOW)).named("VEVENT")
    assert [event.text("SUMMARY") for event in events] == [
        "第一评审组 现场评审：浙江露笑袜业有限公司",
        "第二评审组 现场评审：次坞汽配有限公司",
        "第一评审组 现场评审：诸暨市店口管业股份有限公司（第1天，共2天）",
        "第一评审组 现场评审：诸暨市店口管业股份有限公司（第2天，共2天）",
    ]


def test_drafts_are_tentative_and_say_so() -> None:
    events = feed(cast.book("草案", provisional_days=True), "E2").named("VEVENT")
    assert {event.get("STATUS") for event in events} == {"TENTATIVE"}
    assert all(event.text("SUMMARY").startswith("【草案】") for event in events)
    assert all("节假日安排未公布，日期待核。" in event.text("DESCRIPTION") for event in events)


def test_moved_visit_keeps_its_uid_and_raises_its_sequence_alone() -> None:
    book = cast.book()
    first = entries(book, {})
    second = entries(moved(book, "A1", 1), remembered(first))
    assert {entry.uid for entry in second} == {entry.uid for entry in first}
    raised = {
        (entry.owner, entry.firm.id) for entry in second if entry.firm and entry.sequence == 1
    }
    assert raised == {("", "A1"), ("E1", "A1"), ("E2", "A1"), ("E3", "A1")}
    assert {entry.sequence for entry in entries(moved(book, "A1", 1), remembered(second))} == {0, 1}


def test_changed_place_raises_the_sequence() -> None:
    book = cast.book()
    first = entries(book, {})
    group = book.groups[1]
    visits = tuple(
        replace(visit, firm=replace(visit.firm, town="牌头镇")) for visit in group.visits
    )
    changed = replace(book, groups=(book.groups[0], replace(group, visits=visits)))
    assert {
        entry.owner for entry in entries(changed, remembered(first)) if entry.sequence == 1
    } == {"", "E4", "E5", "E6"}


def test_dropped_visit_is_sent_as_cancelled_and_can_come_back() -> None:
    book = cast.book()
    first = entries(book, {})
    dropped = entries(without(book, "A1"), remembered(first))
    gone = read(expert_ics(book, "E2", dropped, now=NOW, disclose=True)).named("VEVENT")[0]
    assert (gone.get("STATUS"), gone.get("SEQUENCE"), gone.text("SUMMARY")) == (
        "CANCELLED",
        "1",
        "现场评审（已取消）",
    )
    assert gone.get("DTSTART") == "20260910T083000"
    assert "露笑" not in str(gone)
    still = entries(without(book, "A1"), remembered(dropped))
    assert {entry.sequence for entry in still if entry.cancelled} == {1}
    back = [
        entry for entry in entries(book, remembered(still)) if entry.firm and entry.firm.id == "A1"
    ]
    assert {(entry.sequence, entry.cancelled) for entry in back} == {(2, False)}


def test_replaced_member_loses_the_visits_and_the_newcomer_gets_them() -> None:
    book = cast.book()
    first = entries(book, {})
    group = book.groups[0]
    newcomer = replace(group.seats[1], person=group.seats[1].standbys[0])
    changed = replace(
        book,
        groups=(replace(group, seats=(group.seats[0], newcomer, group.seats[2])), book.groups[1]),
    )
    second = entries(changed, remembered(first))
    assert {entry.cancelled for entry in second if entry.owner == "E2"} == {True}
    assert [entry.sequence for entry in second if entry.owner == "E7"] == [0, 0, 0]


def test_hidden_groups_are_not_taken_for_dropped_ones() -> None:
    book = cast.book()
    known = remembered(entries(book, {}))
    part = replace(book, groups=book.groups[:1], part=True, hidden=1)
    shown = entries(part, known)
    assert not [entry for entry in shown if entry.cancelled]
    assert {entry.owner for entry in shown} == {"", "E1", "E2", "E3"}


def test_other_years_are_left_alone() -> None:
    old = entries(cast.book(), {})
    now = entries(replace(cast.book(), year=2027), remembered(old))
    assert not [entry for entry in now if entry.cancelled]
    assert not {entry.uid for entry in now} & {entry.uid for entry in old}


def test_hundred_random_changes_leave_no_duplicate() -> None:
    """What a calendar program keeps after every update is exactly the plan: by UID the highest
    SEQUENCE wins (RFC 5546 2.1.5).
    """
    rng = random.Random(7)
    book, known, program = cast.book(), {}, {}
    for _ in range(100):
        firm = rng.choice(["A1", "A2", "A4"])
        change = rng.random()
        if change < 0.5:
            book = moved(book, firm, rng.randint(-5, 5))
        elif change < 0.75:
            book = without(book, firm)
        else:
            book = cast.book()
        events = entries(book, known)
        for entry in events:
            before = known.get(entry.uid)
            assert before is None or entry.sequence >= before.sequence
            assert before is None or (entry.sequence > before.sequence) == (
                (entry.fingerprint, entry.cancelled) != (before.fingerprint, before.cancelled)
            )
        known = remembered(events)
        for event in read(expert_ics(book, "E2", events, now=NOW, disclose=True)).named("VEVENT"):
            program[event.get("UID")] = event
        kept = sorted(
            event.get("DTSTART") for event in program.values() if event.get("STATUS") != "CANCELLED"
        )
        wanted = sorted(
            f"{day:%Y%m%d}T083000" for visit in book.groups[0].visits for day, _ in visit.days
        )
        assert kept == wanted


def test_hostile_names_stay_inside_their_line() -> None:
    book = cast.hostile_book()
    events = entries(book, {})
    for person in ("", "E1", "E2", "E3", "E4", "E5", "E6"):
        data = (
            office_ics(book, events, now=NOW)
            if not person
            else expert_ics(book, person, events, now=NOW, disclose=True)
        )
        found = read(data).named("VEVENT")
        assert len(found) == (4 if not person else 3 if person in ("E1", "E2", "E3") else 1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_second_library_reads_the_same_events() -> None:
    import ics

    book = cast.book()
    events = entries(moved(book, "A4", 3), remembered(entries(book, {})))
    for person in ("E2", "E6"):
        text = expert_ics(book, person, events, now=NOW, disclose=True).decode()
        own = [entry for entry in events if entry.owner == person]
        theirs = sorted(ics.Calendar(text).events)
        assert [(one.uid, one.begin.isoformat(), one.end.isoformat()) for one in theirs] == [
            (one.uid, f"{one.start.isoformat()}+08:00", f"{one.end.isoformat()}+08:00")
            for one in own
        ]
        assert [one.location for one in theirs] == [one.place for one in own]


def test_own_library_reads_its_own_file_without_loss() -> None:
    import icalendar

    book = cast.book()
    data = office_ics(book, entries(book, {}), now=NOW)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [event.decoded("dtstart").date() for event in events] == [
        date(2026, 9, 10),
        date(2026, 9, 11),
        date(2026, 9, 14),
        date(2026, 9, 15),
    ]
    assert {event.decoded("dtstart").utcoffset() for event in events} == {timedelta(hours=8)}

"""评审日程条目: what calendars show of a plan, one event per day and person, numbered so that a
moved visit moves and a dropped one goes.

An event keeps its UID for the (person, firm, day of the visit) of a year; its SEQUENCE rises when
time or place change or it is cancelled. The caller keeps `VisitEvent.known` of every event and
gives it back as `known`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from award.groups.core.book import Book, Firm, GroupEntry, Seat


@dataclass(frozen=True)
class KnownEntry:
    """What the store keeps of an event that was given out.

    `fingerprint` is JSON text: its owner, time and place.
    """

    sequence: int
    fingerprint: str
    cancelled: bool
    salt: str = ""  # known to the store alone


@dataclass(frozen=True)
class VisitEvent:
    """One event: one day of one visit for one person; `owner` is a reviewer's id, or "" for the
    office's calendar.
    """

    uid: str
    owner: str
    sequence: int
    start: datetime  # wall clock of Asia/Shanghai, without zone
    end: datetime
    place: str
    cancelled: bool = False
    firm: Firm | None = None  # None when cancelled: a dropped visit is known by its time only
    group: GroupEntry | None = None
    seat: Seat | None = None
    position: int = 0  # the day of the visit, from 0
    part: str = ""  # 第1天，共2天
    salt: str = ""

    @property
    def fingerprint(self) -> str:
        facts = {
            "owner": self.owner,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "place": self.place,
        }
        return json.dumps(facts, ensure_ascii=False, sort_keys=True)

    @property
    def known(self) -> KnownEntry:
        return KnownEntry(self.sequence, self.fingerprint, self.cancelled, self.salt)

    @property
    def public_uid(self) -> str:
        """The UID as files carry it.

        Salted: an expert knows the ids of applicants from her list of conflicts, and could try them
        all.
        """
        if not self.salt:
            return self.uid
        digest = hashlib.sha256(json.dumps([self.salt, self.uid]).encode()).hexdigest()
        return f"{self.uid.split('-')[0]}-{digest[:32]}@expert-pool"


def entries(book: Book, known: Mapping[str, KnownEntry]) -> tuple[VisitEvent, ...]:
    """Every event of the year with its number; events of `known` that the book no longer has come
    back cancelled.

    In a book with hidden groups nothing is cancelled: what is missing may only be hidden.
    """
    current = {entry.uid: _numbered(entry, known.get(entry.uid)) for entry in _fresh(book)}
    gone = [
        _cancelled(uid, entry)
        for uid, entry in known.items()
        if uid not in current and not book.hidden and uid.startswith(f"{book.year}-")
    ]
    return tuple(
        sorted((*current.values(), *gone), key=lambda entry: (entry.owner, entry.start, entry.uid))
    )


def subscribed(events: Iterable[VisitEvent]) -> tuple[VisitEvent, ...]:
    """What a subscription shows. A program puts what it fetches in the place of what it had, so a
    dropped visit vanishes by not being there. Where all are dropped they are told as cancelled: an
    emptied calendar looks like a fault, and some programs refuse it.
    """
    found = tuple(events)
    return tuple(one for one in found if not one.cancelled) or found


def of_group(events: Iterable[VisitEvent], number: int) -> tuple[VisitEvent, ...]:
    """The office's events of one group, and what was cancelled, whosever it was: a cancelled visit
    is known by its time only.
    """
    return tuple(
        one
        for one in events
        if not one.owner
        and (one.cancelled or (one.group is not None and one.group.number == number))
    )


def _fresh(book: Book) -> Iterable[VisitEvent]:
    """The book's events, not yet numbered: for the office and for each member of the group."""
    for group in book.groups:
        for visit in group.visits:
            for position, (day, halves) in enumerate(visit.days):
                start, end = book.hours.of(halves[0])[0], book.hours.of(halves[-1])[1]
                part = f"第{position + 1}天，共{len(visit.days)}天" if len(visit.days) > 1 else ""
                for seat in (None, *group.seats):
                    owner = seat.person.id if seat else ""
                    yield VisitEvent(
                        uid=uid_of(book.year, owner, visit.firm.id, position),
                        owner=owner,
                        sequence=0,
                        start=datetime.combine(day, start),
                        end=datetime.combine(day, end),
                        place=one_line(visit.firm.town),
                        firm=visit.firm,
                        group=group,
                        seat=seat,
                        position=position,
                        part=part,
                    )


def uid_of(year: int, owner: str, firm: str, position: int) -> str:
    """The name of an event for good. Hashed: a UID must not tell an outsider who visits whom."""
    digest = hashlib.sha256(json.dumps([year, owner, firm, position]).encode()).hexdigest()
    return f"{year}-{digest[:32]}@expert-pool"


def _numbered(entry: VisitEvent, before: KnownEntry | None) -> VisitEvent:
    if before is None:
        return entry
    changed = before.cancelled or before.fingerprint != entry.fingerprint
    return replace(entry, sequence=before.sequence + changed, salt=before.salt)


def _cancelled(uid: str, before: KnownEntry) -> VisitEvent:
    facts = json.loads(before.fingerprint)
    return VisitEvent(
        uid=uid,
        owner=facts["owner"],
        sequence=before.sequence + (not before.cancelled),
        start=datetime.fromisoformat(facts["start"]),
        end=datetime.fromisoformat(facts["end"]),
        place=facts["place"],
        cancelled=True,
        salt=before.salt,
    )


def one_line(text: str) -> str:
    """Names come from people; a control character in one would break the file's lines."""
    return " ".join(
        "".join(char if char.isprintable() or char.isspace() else "" for char in text).split()
    )

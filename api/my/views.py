"""专家本人的页面: data, declaration, conflicts, free half-days and duties, on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.kit.days import stay_words
from award.duties.duties import DutyView
from award.groups.core.book import Book, day_zh
from expert_pool.facts.halfday import HALF_ZH, Half


@dataclass(frozen=True)
class Task:
    """One of the four things a year asks of an expert."""

    title: str
    text: str
    path: str
    done: bool


@dataclass(frozen=True)
class DutyCard:
    """What she is asked to do, or has answered.

    The organisations are on it only when they are disclosed to her.
    """

    state: str
    fingerprint: str
    role: str
    days: tuple[tuple[str, str, str], ...]  # day in words, 全天 or the half, the day itself
    firms: int
    due: str
    late: bool
    disclosed: bool
    from_day: str
    reason: str
    over: bool


def duty_card(view: DutyView, disclose_from: date | None, today: date) -> DutyCard:
    days: dict[date, list[Half]] = {}
    for slot in view.duty.half_days:
        days.setdefault(slot.date, []).append(slot.half)
    return DutyCard(
        view.state,
        view.duty.fingerprint,
        "组长" if view.duty.leader else "组员",
        tuple(
            (day_zh(day), "全天" if len(halves) == 2 else HALF_ZH[halves[0]], day.isoformat())
            for day, halves in days.items()
        ),
        len(view.duty.visits),
        f"{view.due.month}月{view.due.day}日" if view.due else "",
        view.due is not None and today > view.due,
        view.disclosed,
        f"{disclose_from.month}月{disclose_from.day}日"
        if disclose_from and today < disclose_from
        else "",
        view.answer.reason_words if view.answer else "",
        bool(days) and max(days) < today,
    )


@dataclass(frozen=True)
class Duty:
    """One visit of hers."""

    when: str
    firm: str
    place: str
    role: str
    mates: str
    contact: str = ""  # of the firm, with the number to call
    phone: str = ""
    uid: str = ""  # of the firm, where there is a visit to hold
    today: bool = False
    past: bool = False


def duties(book: Book, expert: str, numbers: Mapping[str, str], today: date) -> tuple[Duty, ...]:
    """Her visits in the order of the calendar, those behind her last, with whom she goes and whom
    to call there.
    """
    found = []
    for group in book.groups:
        seat = next((seat for seat in group.seats if seat.person.id == expert), None)
        if seat is None:
            continue
        mates = "、".join(
            other.person.name + ("（组长）" if other.leader else "")
            for other in group.seats
            if other is not seat
        )
        for visit in group.visits:
            first = visit.stays[0] if visit.stays else None
            days = {stay.date for stay in visit.stays}
            past = bool(days) and max(days) < today
            key = (past, first.date if first else date.max, first.half if first else "")
            found.append(
                (
                    key,
                    Duty(
                        stay_words(visit),
                        visit.firm.name,
                        visit.firm.town,
                        "组长" if seat.leader else "组员",
                        mates,
                        visit.firm.contact,
                        numbers.get(visit.firm.id, ""),
                        visit.firm.id if visit.stays else "",
                        today in days,
                        past,
                    ),
                )
            )
    return tuple(duty for _, duty in sorted(found, key=lambda item: item[0]))

"""电话号码: papers that go into the hands of the team need whole numbers; who takes them says why,
and the log keeps it for every person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from sqlalchemy import select

from award.applicants.tables import Applicant
from award.groups.core.book import Book, Firm, GroupEntry, Person
from expert_pool import store
from expert_pool.core.actor import Viewer
from expert_pool.facts.refusal import demand_reason
from expert_pool.ledger import UnitOfWork

Party = TypeVar("Party", Person, Firm)


def with_numbers(uow: UnitOfWork, viewer: Viewer, book: Book, reason: str) -> Book:
    """The book with the whole numbers of everybody in it. Raises Refusal without a reason."""
    demand_reason(reason)
    people = {seat.person.id for group in book.groups for seat in group.seats}
    firms = {visit.firm.id for group in book.groups for visit in group.visits}
    numbers: dict[str, str] = {}
    for uid in sorted(people):
        numbers[uid] = store.phone(uow.session, viewer, uid)
        uow.record("read-phone", "expert", uid, None, None, reason.strip())
    rows = uow.session.execute(
        select(Applicant.uid, Applicant.phone).where(Applicant.uid.in_(firms))
    )
    for uid, number in rows:
        numbers[uid] = number
        uow.record("read-phone", "applicant", uid, None, None, reason.strip())
    return replace(book, groups=tuple(_group(group, numbers) for group in book.groups))


def _group(group: GroupEntry, numbers: dict[str, str]) -> GroupEntry:
    seats = tuple(replace(seat, person=_whole(seat.person, numbers)) for seat in group.seats)
    visits = tuple(replace(visit, firm=_whole(visit.firm, numbers)) for visit in group.visits)
    return replace(group, seats=seats, visits=visits)


def _whole(one: Party, numbers: dict[str, str]) -> Party:
    return replace(one, phone=numbers.get(one.id, one.phone))

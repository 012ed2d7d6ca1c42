"""现场评审当天（办法第十条第二项、第十五条）: the leader plans the day, shares the categories out,
checks her group in and notes what each spent, so that finance pays who was there.

In a year without stages the published plan says who leads whom.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from award.groups.core.book import Book
from award.groups.core.site_work import (
    CATEGORIES,
    SiteWork,
    read_present,
    share_out,
    write_present,
)
from award.scoring import store
from award.scoring.tables import SiteDuty, SitePlan
from award.year import stages
from award.year.core.stages import NO_STAGES
from expert_pool.core.actor import Role
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.money import read_fen
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork

DAY, MONEY = "办法第十条第二项", "办法第十五条"
LONGEST = 200  # of a note
LONGEST_PLAN = 4000


@dataclass(frozen=True)
class Claim:
    """费用 of one member, as typed: yuan, empty for nothing."""

    travel: str = ""
    lodging: str = ""
    note: str = ""


def seats_of(session: Session, year: int, applicant: str) -> dict[str, bool]:
    """Who visits this applicant → whether she leads; the leader first."""
    plan = store.plan_of(session, year, "site") or store.plan_of(session, year, "")
    found = {one: leads for (case, one), leads in store.seats(plan).items() if case == applicant}
    return dict(sorted(found.items(), key=lambda one: not one[1]))


def works(session: Session, year: int) -> dict[tuple[str, str], SiteWork]:
    """(applicant, expert) → what was noted."""
    rows = session.scalars(select(SiteDuty).where(SiteDuty.year == year))
    return {(row.applicant, row.expert): _work(row) for row in rows}


def work_of(session: Session, year: int, applicant: str) -> dict[str, SiteWork]:
    """Of each member of the group, the leader first; the usual 分工 where none is set."""
    seats = seats_of(session, year, applicant)
    kept = {one: work for (case, one), work in works(session, year).items() if case == applicant}
    if not any(work.categories for work in kept.values()):
        usual = share_out(tuple(seats), next((one for one, leads in seats.items() if leads), None))
        kept = {one: replace(kept.get(one, SiteWork()), categories=usual[one]) for one in seats}
    return {one: kept.get(one, SiteWork()) for one in seats}


def with_works(session: Session, book: Book) -> Book:
    """The book with what the leaders noted on their days."""
    return replace(book, works=works(session, book.year))


def plan_day(uow: UnitOfWork, year: int, applicant: str, text: str) -> None:
    """制订现场评审日程, one line an entry. Raises Refusal `blank`."""
    _led(uow, year, applicant)
    said = text.replace("\r\n", "\n").strip()
    if not said or len(said) > LONGEST_PLAN:
        raise Refusal("blank", f"请填写日程，不超过 {LONGEST_PLAN} 字。", DAY, field="text")
    row = uow.session.scalar(select(SitePlan).where(SitePlan.applicant == applicant))
    if row is None:
        fresh = SitePlan(
            year=year, applicant=applicant, text=said, written_at=uow.now, written_by=uow.actor.name
        )
        uow.add(fresh, "sp", "write")
        return
    with uow.change(row, "write"):
        row.text, row.written_at, row.written_by = said, uow.now, uow.actor.name


def share(uow: UnitOfWork, year: int, applicant: str, roles: Mapping[str, str]) -> None:
    """分工: every category of the rubric has one member. Raises Refusal `invalid`."""
    seats = _led(uow, year, applicant)
    if set(roles) != set(CATEGORIES) or not set(roles.values()) <= set(seats):
        raise Refusal("invalid", "请给每个类目选一位本组的评审员。", DAY, field="roles")
    for expert in seats:
        mine = "；".join(one for one in CATEGORIES if roles[one] == expert)
        _set(uow, year, applicant, expert, "share", categories=mine)


def check_in(
    uow: UnitOfWork,
    year: int,
    applicant: str,
    stays: Collection[HalfDay],
    present: Mapping[str, Collection[HalfDay]],
) -> None:
    """签到: who was there in which of the visit's half-days; nobody named was not there.

    Raises Refusal `invalid` for a half-day that the visit has not, or before its first day.
    """
    seats = _led(uow, year, applicant)
    if not stays or min(stays).date > uow.today:
        raise Refusal("too-early", "现场评审当天才能签到。", DAY)
    if not set(present) <= set(seats) or any(set(one) - set(stays) for one in present.values()):
        raise Refusal("invalid", "签到的人或半天不在这次现场评审里，请刷新后再填。", DAY)
    for expert in seats:
        there = write_present(present.get(expert, ()))
        _set(uow, year, applicant, expert, "check-in", present=there)


def claim(uow: UnitOfWork, year: int, applicant: str, claims: Mapping[str, Claim]) -> None:
    """费用: travel, board and lodging of each. Raises Refusal `bad-amount`."""
    seats = _led(uow, year, applicant)
    if not set(claims) <= set(seats):
        raise Refusal("invalid", "填写费用的人不在本组，请刷新后再填。", MONEY)
    names = store.names_of(uow.session, tuple(claims))
    read = {one: _amounts(said, names.get(one, "")) for one, said in claims.items()}
    for expert, (travel, lodging) in read.items():
        note = claims[expert].note.strip()[:LONGEST]
        _set(uow, year, applicant, expert, "claim", travel=travel, lodging=lodging, note=note)


def _amounts(said: Claim, name: str) -> tuple[int, int]:
    found = []
    for title, text in (("交通费", said.travel), ("食宿费", said.lodging)):
        fen = read_fen(text) if text.strip() else 0
        if fen is None:
            raise Refusal(
                "bad-amount", f"{name}的{title}“{text[:20]}”应是最多两位小数的元数。", MONEY
            )
        found.append(fen)
    return found[0], found[1]


def _led(uow: UnitOfWork, year: int, applicant: str) -> dict[str, bool]:
    """The group, for its leader, while the year is at its visits."""
    seats = seats_of(uow.session, year, applicant)
    if uow.actor.role is not Role.EXPERT or not seats.get(uow.actor.id):
        raise store.nothing()
    if stages.stage_of(uow.session, year) != NO_STAGES:
        stages.demand_stage(uow.session, year, "documents", "site")
    return seats


def _set(
    uow: UnitOfWork, year: int, applicant: str, expert: str, action: str, **values: str | int
) -> None:
    row = uow.session.scalar(
        select(SiteDuty).where(SiteDuty.applicant == applicant, SiteDuty.expert == expert)
    )
    if row is None:
        fresh = SiteDuty(
            year=year,
            applicant=applicant,
            expert=expert,
            noted_at=uow.now,
            noted_by=uow.actor.name,
            **values,
        )
        uow.add(fresh, "sd", action)
        return
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    with uow.change(row, action):
        for name, value in values.items():
            setattr(row, name, value)
        row.noted_at, row.noted_by = uow.now, uow.actor.name


def _work(row: SiteDuty) -> SiteWork:
    categories = tuple(one for one in row.categories.split("；") if one)
    return SiteWork(categories, read_present(row.present), row.travel, row.lodging, row.note)

"""现场评审当天: what the leader's phone needs at a firm, on one page of plain forms; the other
members read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kit import common
from api.kit.access import Permission, Router
from api.kit.days import stays_words
from api.kit.deps import ActorDep, LedgerDep, NowDep, ViewerDep
from api.kit.fields import Uid
from api.kit.files import attachment
from api.kit.rendering import page, see_other
from api.kit.templating import moment
from api.scoring.own import views
from award.applicants import store as applicant_store
from award.applicants.tables import Applicant
from award.duties import duties
from award.groups import store as plan_store
from award.groups.books import book_of
from award.groups.core.book import day_zh
from award.groups.core.site_work import CATEGORIES, SiteWork
from award.papers import pay_xlsx
from award.papers.media import EXCEL
from award.papers.site import PAY
from award.scoring import site_work, store
from award.scoring.site_work import Claim
from award.scoring.tables import SiteDuty
from expert_pool import store as register_store
from expert_pool.core.actor import Actor, Viewer
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.money import written
from expert_pool.ledger import Ledger, UnitOfWork

router = Router(include_in_schema=False)
P = Permission


@dataclass(frozen=True)
class Visit:
    """Her visit of one firm: the year, its half-days, whether she leads."""

    year: int
    stays: tuple[HalfDay, ...]
    leader: bool


def visit_of(session: Session, viewer: Viewer, applicant: str, today: date) -> Visit:
    """Raises Refusal `not-found` for who does not visit it, or may not yet know that she does: she
    knows once she has accepted, and once she has a score sheet of the visit.
    """
    year = store.year_of(session, applicant)
    me = viewer.expert_id or ""
    seats = site_work.seats_of(session, year, applicant)
    duty = duties.own(session, me, year, today)
    knows = duty and (duty.disclosed or own_sheet(session, viewer, year, applicant))
    visits = dict(duty.duty.visits) if duty and knows else {}
    if me not in seats or not visits.get(applicant):
        raise store.nothing()
    stays = tuple(HalfDay(slot.date, slot.half) for slot in visits[applicant])
    return Visit(year, stays, seats[me])


@router.get("/me/site/{applicant}", allow=P.OWN_BOOK)
def show(
    request: Request, applicant: Uid, viewer: ViewerDep, ledger: LedgerDep, now: NowDep
) -> Response:
    today = common.china_day(now)
    with ledger.read() as session:
        visit = visit_of(session, viewer, applicant, today)
        me = register_store.expert(session, viewer, viewer.expert_id or "", visit.year, today)
        firm = session.scalars(select(Applicant).where(Applicant.uid == applicant)).one()
        view = {
            "expert_name": me.fields.name,
            "year": visit.year,
            "applicant": applicant,
            "firm": firm.name,
            "where": common.town_words(firm.town_code, firm.place_text),
            "contact": firm.contact,
            "phone": applicant_store.numbers(session, (applicant,)).get(applicant, ""),
            "leader": visit.leader,
            "when": stays_words(visit.stays),
            "stays": [_half(stay) for stay in visit.stays],
            "begun": visit.stays[0].date <= today,
            "categories": CATEGORIES,
            **views.day_of(session, visit.year, applicant),
            **_people(session, visit.year, applicant),
            "book": own_sheet(session, viewer, visit.year, applicant),
        }
    return page(request, "own_day.html", view)


def _half(stay: HalfDay) -> dict[str, str]:
    return {"key": f"{stay.date.isoformat()}{stay.half}", "words": f"{day_zh(stay.date)}{stay.zh}"}


def _people(session: Session, year: int, applicant: str) -> dict[str, Any]:
    """The group with what was noted of each, and when that was."""
    works = site_work.work_of(session, year, applicant)
    names = store.names_of(session, tuple(works))
    noted = session.scalars(select(SiteDuty.noted_at).where(SiteDuty.applicant == applicant)).all()
    return {
        "people": [_person(one, names.get(one, ""), work) for one, work in works.items()],
        "checked": any(work.present is not None for work in works.values()),
        "noted": moment(max(noted)) if noted else "",
        "spent": written(sum(work.spent for work in works.values())),
    }


def _person(expert: str, name: str, work: SiteWork) -> dict[str, Any]:
    return {
        "uid": expert,
        "name": name,
        "categories": work.categories,
        "present": {f"{stay.date.isoformat()}{stay.half}" for stay in work.present or ()},
        "travel": written(work.travel).replace(",", "") if work.travel else "",
        "lodging": written(work.lodging).replace(",", "") if work.lodging else "",
        "note": work.note,
    }


def own_sheet(session: Session, viewer: Viewer, year: int, applicant: str) -> str:
    """Her score sheet of the visit, where evidence is written; none in a year without stages."""
    return next(
        (
            one.uid
            for one in store.own_books(session, viewer, year)
            if (one.applicant, one.stage) == (applicant, "site") and one.state != "void"
        ),
        "",
    )


@dataclass(frozen=True)
class DayForm:
    """A form of this page: who sent it, of which visit, and what she wrote."""

    request: Request
    applicant: str
    viewer: Viewer
    actor: Actor
    ledger: Ledger
    words: Mapping[str, str]

    def do(self, act: Callable[[UnitOfWork, Visit], None]) -> Response:
        """One act on the visit, then the page again."""
        with self.ledger.write(self.actor) as uow:
            act(uow, visit_of(uow.session, self.viewer, self.applicant, uow.today))
            uow.commit()
        return see_other(self.request, f"/me/site/{self.applicant}", "saved")


async def _day_form(
    request: Request, applicant: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep
) -> DayForm:
    words = await common.words_of(request)
    return DayForm(request, applicant, viewer, actor, ledger, words)


DayFormDep = Annotated[DayForm, Depends(_day_form)]


@router.post("/me/site/{applicant}/plan", allow=P.OWN_BOOK)
def plan_day(
    sent: DayFormDep, text: Annotated[str, Form(max_length=site_work.LONGEST_PLAN)] = ""
) -> Response:
    return sent.do(lambda uow, visit: site_work.plan_day(uow, visit.year, sent.applicant, text))


@router.post("/me/site/{applicant}/roles", allow=P.OWN_BOOK)
def share(sent: DayFormDep) -> Response:
    roles = {one: sent.words.get(f"role-{at}", "") for at, one in enumerate(CATEGORIES)}
    return sent.do(lambda uow, visit: site_work.share(uow, visit.year, sent.applicant, roles))


@router.post("/me/site/{applicant}/present", allow=P.OWN_BOOK)
def check_in(sent: DayFormDep) -> Response:
    def do(uow: UnitOfWork, visit: Visit) -> None:
        there = {
            expert: [
                stay
                for stay in visit.stays
                if f"{expert}.{stay.date.isoformat()}{stay.half}" in sent.words
            ]
            for expert in site_work.seats_of(uow.session, visit.year, sent.applicant)
        }
        site_work.check_in(uow, visit.year, sent.applicant, visit.stays, there)

    return sent.do(do)


@router.post("/me/site/{applicant}/costs", allow=P.OWN_BOOK)
def claim(sent: DayFormDep) -> Response:
    def do(uow: UnitOfWork, visit: Visit) -> None:
        seats = site_work.seats_of(uow.session, visit.year, sent.applicant)
        claims = {expert: _claim(sent.words, expert) for expert in seats}
        site_work.claim(uow, visit.year, sent.applicant, claims)

    return sent.do(do)


def _claim(form: Mapping[str, str], expert: str) -> Claim:
    travel, lodging, note = (
        form.get(f"{one}-{expert}", "") for one in ("travel", "lodging", "note")
    )
    return Claim(travel, lodging, note)


@router.get("/me/site/{applicant}/days.xlsx", allow=P.OWN_BOOK)
def finance(
    applicant: Uid, viewer: ViewerDep, actor: ActorDep, ledger: LedgerDep, now: NowDep
) -> Response:
    """评审工作日和费用单 of this visit, for finance; by its leader."""
    with ledger.write(actor) as uow:
        visit = visit_of(uow.session, viewer, applicant, common.china_day(now))
        if not visit.leader:
            raise store.nothing()
        plan = plan_store.published(uow.session, viewer, visit.year)
        if plan is None:
            raise store.nothing()
        book = site_work.with_works(uow.session, book_of(uow.session, plan))
        groups = tuple(
            replace(group, visits=visits)
            for group in book.groups
            if (visits := tuple(one for one in group.visits if one.firm.id == applicant))
        )
        name = groups[0].visits[0].firm.name if groups else ""
        uow.record("download", "plan", plan.row.uid, None, {"file": "pay.xlsx"})
        uow.commit()
    content = pay_xlsx(replace(book, groups=groups, unassigned=(), part=True))
    return attachment(content, EXCEL, f"{PAY}-{name}.xlsx")

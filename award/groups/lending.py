"""借用专家 as the offices do it: what is on duty here and in which groups somebody sat are known
from the year's plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy.orm import Session

from award.groups import store
from award.year import store as year_store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor
from expert_pool.core.lending import LoanSheet, ReturnSheet
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import UnitOfWork
from expert_pool.register import lending

BASIS = "办法第十六条"


def _demand_unconcerned(actor: Actor) -> None:
    """A sheet tells everything about a person, and of whom she must keep away from."""
    if actor.conflicted:
        raise Refusal(
            "conflicted", "您登记有回避事项，借用单上有不宜您经手的内容，请由他人办理。", BASIS
        )


def lend(
    uow: UnitOfWork, wanted: Sequence[lending.Wanted], terms: lending.Terms
) -> tuple[str, str, str]:
    """借出, but nobody who has a visit of a published plan in that time."""
    _demand_unconcerned(uow.actor)
    return lending.lend(uow, wanted, terms, on_duty(uow.session, {one.expert for one in wanted}))


def give_back(uow: UnitOfWork, number: str) -> tuple[str, str]:
    """归还, with the groups of the published plans of the time she was here."""
    _demand_unconcerned(uow.actor)
    return lending.give_back(uow, number, _groups(uow.session))


def borrow(
    uow: UnitOfWork, text: str, told: str, others: Sequence[str] = ()
) -> tuple[LoanSheet, tuple[str, ...]]:
    """借入: `lending.borrow`, by somebody without a conflict."""
    _demand_unconcerned(uow.actor)
    return lending.borrow(uow, text, told, others)


def take_back(uow: UnitOfWork, text: str, told: str) -> ReturnSheet:
    """收回: `lending.take_back`, by somebody without a conflict."""
    _demand_unconcerned(uow.actor)
    return lending.take_back(uow, text, told)


def on_duty(session: Session, experts: AbstractSet[str]) -> dict[str, set[HalfDay]]:
    """The half-days of published plans, of these people."""
    found: dict[str, set[HalfDay]] = {}
    for view in _published(session):
        slots = view.problem.slots
        for group in view.plan.groups:
            days = {
                HalfDay(slots[position].date, slots[position].half)
                for visit in group.visits
                for position in visit.slots
            }
            for member in experts & set(group.members):
                found.setdefault(member, set()).update(days)
    return found


def _groups(session: Session) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for view in _published(session):
        for number, group in enumerate(view.plan.groups, 1):
            for member in group.members:
                led = "，任组长" if member == group.leader else ""
                found.setdefault(member, []).append(
                    f"{view.row.year} 年度第 {number} 组，评审 {len(group.cases)} 家{led}"
                )
    return {member: tuple(names) for member, names in found.items()}


def _published(session: Session) -> Iterable[store.PlanView]:
    for year in year_store.years(session, SYSTEM_VIEWER):
        view = store.published(session, SYSTEM_VIEWER, year.year)
        if view is not None:
            yield view

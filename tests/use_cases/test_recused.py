"""办法第十六条: whoever must keep away from an applicant changes nothing that is about it, by
whatever use case and door, also by one that is written tomorrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Table, inspect, select

import api.areas
from expert_pool import register
from expert_pool.core.actor import Actor
from expert_pool.core.hidden import Hidden
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.ledger.base import Base, Editable
from expert_pool.ledger.recused import names_it
from expert_pool.records import Lifting
from tests import cast
from tests.storage import CHIEF, CLERK
from tests.use_cases.test_every_use_case import furnished, house
from tests.use_cases.world import CASES, World

__all__ = ["furnished", "house"]
assert api.areas  # every table of the program
ABOUT = {"applicant", "plan_version", "plan_draw", "calendar_entry"}
# Whoever enters an applicant is not yet kept from it.
NEW = {"enter_applicant"}


def kept_from_all(actor: Actor, world: World) -> Actor:
    names = [firm.name for firm in cast.FIRMS]
    firms = frozenset((*world.cast.firms.values(), world.uid["withdrawn"]))
    return replace(actor, conflicted=firms, hidden=Hidden(names, names))


def test_no_use_case_changes_what_is_about_them(house: tuple[Ledger, World]) -> None:
    ledger, world = house
    refused = set()
    for case in CASES:
        with ledger.write(kept_from_all(case.actor, world)) as uow:
            try:
                case.run(uow, world)
            except Refusal as one:
                assert (case.name, one.code) == (case.name, "conflicted")
                refused.add(case.name)
    about = {case.name for case in CASES if {kind for _, kind in case.entries} & ABOUT}
    assert about - NEW <= refused
    assert {"edit_applicant", "withdraw_applicant", "restore_applicant", "approve"} <= refused


def test_the_recusal_of_a_reviewer_is_not_lifted_for_the_firm_one_keeps_away_from(
    house: tuple[Ledger, World],
) -> None:
    """Whatever way the firm is written there; others' may be, and anybody may enter one."""
    ledger, world = house
    kept = kept_from_all(CLERK, world)
    firm, sun = cast.FIRMS[0].name, world.expert("孙针织")

    def declare(uow: UnitOfWork, name: str, kind: str) -> str:
        return register.declare_conflict(uow, sun, register.ConflictFields(kind, name))

    with ledger.write(kept) as uow:
        soft = declare(uow, firm.removeprefix("诸暨"), "TRAINING_CLIENT")
        hard = declare(uow, firm.removesuffix("有限公司"), "CONSULTING")
        asked = declare(uow, firm, "OTHER")
        other = declare(uow, "另一家咨询对象有限公司", "OTHER")
        register.decide_conflict(uow, other, 1, "cleared", "已满三年")
        uow.commit()
    with ledger.write(CLERK) as uow:
        waiver = register.propose_waiver(uow, soft, 1, "确需其专业")
        register.withdraw_conflict(uow, hard, 1, "登记有误")
        told = f"向{firm.removesuffix('有限公司')}透露名单"
        case = register.open_violation(uow, sun, "LEAK", date(2026, 7, 1), told, "来信")
        lifting = uow.session.scalars(select(Lifting.uid).where(Lifting.target == hard)).one()
        uow.commit()
    acts: tuple[Callable[[UnitOfWork], object], ...] = (
        lambda uow: register.decide_conflict(uow, asked, 1, "cleared", "已满三年"),
        lambda uow: register.withdraw_conflict(uow, soft, 1, "登记有误"),
        lambda uow: register.decide_waiver(uow, waiver, 1, True, "同意"),
        lambda uow: register.decide_lifting(uow, lifting, 1, True, "同意"),
        # Nor is it proposed, and how it stands is not told before.
        lambda uow: register.withdraw_conflict(uow, hard, 1, "登记有误"),
        lambda uow: register.end_conflict(uow, hard, 9, date(2026, 1, 1), "已离职"),
        lambda uow: register.decide_violation(uow, case, 1, False, "none", "查无此事"),
    )
    for number, act in enumerate(acts):
        with ledger.write(kept_from_all(CHIEF, world)) as uow, pytest.raises(Refusal) as refused:
            act(uow)
        assert (number, refused.value.code) == (number, "conflicted")


def far(table: Table, steps: int = 0) -> int:
    """How many records away, at least, one stands that says whose it is; 9: none does."""
    if any(names_it(table)):
        return steps
    if steps > 3:
        return 9
    others = {key.column.table for key in table.foreign_keys} - {table}
    return min((far(one, steps + 1) for one in others), default=9)


def test_every_record_of_an_applicant_is_known_as_its_own() -> None:
    """By its own words or those of the record it belongs to: no further is looked."""
    tables = [
        inspect(one.class_).local_table
        for one in Base.registry.mappers
        if issubclass(one.class_, Editable)
    ]
    assert {table.name for table in tables if 2 <= far(table) < 9} == set()
    assert {"honour", "incident", "scorebook", "report_signature", "payment"} <= {
        table.name for table in tables if far(table) < 2
    }

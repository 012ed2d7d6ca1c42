"""The facts of a year are gathered once per state of the log, and never from memory inside a unit
of work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from award.applicants import applicants as award_applicants
from award.duties import rounds
from award.groups import gather as module
from award.groups import store as plan_store
from award.groups.gather import YearFacts, gather
from award.groups.tables import PlanVersion
from expert_pool import plain, register, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.halfday import HalfDay
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.tables import Expert
from tests import cast
from tests.storage import CLERK
from tests.use_cases.world import YEAR, World


def looked(ledger: Ledger) -> YearFacts:
    with ledger.read() as session:
        return gather(session, YEAR)


def suspended(facts: YearFacts, uid: str) -> str:
    return next(one.suspended for one in facts.experts if one.uid == uid)


def test_reading_twice_gathers_once_until_something_is_written(told: Ledger, world: World) -> None:
    uid = world.expert("孙针织")
    first = looked(told)
    assert looked(told) is first
    with told.write(CLERK) as uow:
        register.suspend(uow, uid, "另有任用", YEAR)
        assert (
            suspended(gather(uow.session, YEAR), uid) == "另有任用"
        )  # its own change, before it stands in the log
        assert looked(told) is first  # nobody else sees it yet
        uow.commit()
    assert (suspended(first, uid), suspended(looked(told), uid)) == ("", "另有任用")


def test_what_was_taken_back_was_never_gathered(told: Ledger, world: World) -> None:
    first = looked(told)
    with told.write(CLERK) as uow:
        register.enrol(uow, cast.expert("未提交", "某院", cast.SOCKS))
        assert len(gather(uow.session, YEAR).experts) == len(first.experts) + 1
    assert looked(told) is first


def test_free_days_change_one_line_and_looking_none(told: Ledger, world: World) -> None:
    uid = world.expert("孙针织")
    first = looked(told)
    with told.read() as session:
        window = first.days[0], first.days[-1]
        version = store.availability(session, SYSTEM_VIEWER, uid, YEAR).version
    with told.write(CLERK) as uow:
        register.save_availability(uow, uid, YEAR, [HalfDay(window[0], "AM")], "", version, *window)
        uow.record("read", "expert", uid, None, {})
        uow.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_gather", None)  # not called
        second = looked(told)
    changed = {
        one.uid
        for one, before in zip(second.experts, first.experts, strict=True)
        if one is not before
    }
    assert changed == {uid} and second != first
    with told.write(CLERK) as uow:
        assert gather(uow.session, YEAR) == second  # as gathered anew


def _employer(uow: UnitOfWork, uid: str) -> None:
    row = uow.load(Expert, uid)
    known = replace(plain.fields_of(row), employer="浙江理工大学质量研究院")
    register.edit_expert(uow, uid, row.version, known)


def _telephone(uow: UnitOfWork, uid: str) -> None:
    row = uow.load(Expert, uid)
    register.edit_expert(uow, uid, row.version, replace(plain.fields_of(row), phone="13800000009"))


PERSONAL: dict[str, Callable[[UnitOfWork, str], object]] = {
    "telephone": _telephone,
    "employer": _employer,
    "new": lambda uow, _: register.enrol(uow, cast.expert("新来的", "绍兴某院", cast.SOCKS)),
    "conflict": lambda uow, uid: register.declare_conflict(
        uow, uid, register.ConflictFields("SELF_DECLARED", cast.FIRMS[0].name, source="office")
    ),
    "stranger": lambda uow, uid: register.declare_conflict(
        uow, uid, register.ConflictFields("SELF_DECLARED", "从未申报的某厂")
    ),
    "suspended": lambda uow, uid: register.suspend(uow, uid, "另有任用", YEAR),
    "dismissed": lambda uow, uid: register.dismiss(uow, uid, "本人辞聘"),
    "service": lambda uow, uid: register.record_performance(
        uow, uid, register.ServiceFields(YEAR - 1, cast.FIRMS[0].name, effort=4)
    ),
}


@pytest.mark.parametrize("what", PERSONAL)
def test_what_is_known_of_one_person_is_brought_up_alone(
    told: Ledger, world: World, what: str
) -> None:
    uid = world.expert("孙针织")
    first = looked(told)
    with told.write(CLERK) as uow:
        PERSONAL[what](uow, uid)
        uow.commit()
    read: list[int] = []
    people = plain.people
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_gather", None)  # not called
        patch.setattr(plain, "people", lambda *one: read.append(len(got := people(*one))) or got)
        second = looked(told)
    assert read == [1]
    with told.write(CLERK) as uow:
        assert second != first or what == "telephone"
        assert gather(uow.session, YEAR) == second  # as gathered anew


def test_what_concerns_everybody_has_all_gathered_anew(told: Ledger, world: World) -> None:
    looked(told)
    with told.write(CLERK) as uow:
        award_applicants.enter_applicant(
            uow, YEAR, cast.firm("诸暨后来有限公司", cast.SOCKS, cast.JIYANG, 50)
        )
        uow.commit()
    second = looked(told)
    with told.write(CLERK) as uow:
        assert gather(uow.session, YEAR) == second


def test_who_is_asked_is_read_once_until_something_of_the_year_changes(
    told: Ledger, world: World
) -> None:
    uid = world.expert("孙针织")
    read: list[int] = []
    people = plain.people

    def asked() -> rounds.Standing:
        with told.read() as session:
            return rounds.standing(session, SYSTEM_VIEWER, YEAR, told.clock().date())

    first = asked()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "people", lambda *one: read.append(len(got := people(*one))) or got)
        assert asked() is first and read == []
        with told.write(CLERK) as uow:
            register.suspend(uow, uid, "另有任用", YEAR)
            uow.commit()
        second = asked()
    assert {row.uid for row in first.asked} - {row.uid for row in second.asked} == {uid}


def test_the_problem_of_a_plan_is_parsed_once(told: Ledger) -> None:
    with told.read() as session:
        rows = session.scalars(select(PlanVersion)).all()
        views = [plan_store.plan_view(row) for row in (*rows, *rows)]
    assert rows and all(one.problem is views[0].problem for one in views[:: len(rows)])


def test_what_stands_beside_is_read_nowhere(told: Ledger) -> None:
    """A table that is gathered from must not be among those whose changes change nothing."""
    statements: list[str] = []

    def keep(_1: object, _2: object, statement: str, *_3: object) -> None:
        statements.append(statement)

    event.listen(told.engine, "before_cursor_execute", keep)
    with told.write(CLERK) as uow:
        gather(uow.session, YEAR)
    tables = {name for one in statements for name in re.findall(r"(?:FROM|JOIN) (\w+)", one)}
    assert "expert" in tables and "availability" in tables
    assert tables.isdisjoint(module.BESIDE)

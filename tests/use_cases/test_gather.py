"""The facts of a year are gathered once per state of the log, and never from memory inside a unit
of work.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from award.groups import gather as module
from award.groups.gather import YearFacts, gather
from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.halfday import HalfDay
from expert_pool.ledger import Ledger
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

"""The facts of a year are gathered once per state of the log, and never from memory inside a unit
of work.
"""

from __future__ import annotations

from award.groups.gather import YearFacts, gather
from expert_pool import register
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

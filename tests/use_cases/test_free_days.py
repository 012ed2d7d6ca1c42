"""Free half-days: one door for page and interface, always about the year's window."""

from __future__ import annotations

from datetime import timedelta

import pytest

from award.year.free_days import save_free_days, undo_free_days
from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK

AWAY = HalfDay(cast.FIRST, "AM")


@pytest.fixture
def her(sqlite_ledger: Ledger) -> Actor:
    with sqlite_ledger.write(CLERK) as uow:
        cast.open_year(uow)
        uid = register.enrol(uow, cast.expert("王五", "诸暨学院"))
        uow.commit()
    return Actor(uid, "王五", Role.EXPERT)


def save(ledger: Ledger, actor: Actor, uid: str, version: int, **more: object) -> int:
    with ledger.write(actor) as uow:
        saved = save_free_days(uow, uid, cast.YEAR, [AWAY], "", version, **more)  # type: ignore[arg-type]
        uow.commit()
    return saved


def test_an_answer_is_about_the_years_window(sqlite_ledger: Ledger, her: Actor) -> None:
    assert save(sqlite_ledger, her, her.id, 0, asked=(cast.FIRST, cast.LAST)) == 1
    with sqlite_ledger.read() as session:
        found = store.availability(session, SYSTEM_VIEWER, her.id, cast.YEAR)
    assert (found.first, found.last, found.absences) == (cast.FIRST, cast.LAST, (AWAY,))
    with pytest.raises(Refusal) as refusal:
        save(sqlite_ledger, her, her.id, 1, asked=(cast.FIRST, cast.LAST - timedelta(1)))
    assert (refusal.value.code, refusal.value.params["field"]) == ("window-changed", "first")


def test_after_the_round_only_the_office_writes(sqlite_ledger: Ledger, her: Actor) -> None:
    save(sqlite_ledger, her, her.id, 0)
    with sqlite_ledger.write(CLERK) as uow:
        register.close_round(uow, register.open_round(uow, cast.YEAR, cast.FIRST), 1)
        uow.commit()
    with pytest.raises(Refusal) as refusal:
        save(sqlite_ledger, her, her.id, 1)
    assert refusal.value.code == "round-closed"
    with sqlite_ledger.write(her) as uow, pytest.raises(Refusal) as refusal:
        undo_free_days(uow, her.id, cast.YEAR, 1)
    assert refusal.value.code == "round-closed"
    assert save(sqlite_ledger, CLERK, her.id, 1) == 1  # nothing new was said

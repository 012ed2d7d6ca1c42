"""再次抽取: whoever may draw alone until the lot falls as wished has not drawn; and what a person
changed afterwards is not what was drawn.
"""

from __future__ import annotations

import pytest

from assignment.edit import Lead
from assignment.solver.limits import Limits
from award.groups import draws, jobs, plans, store
from expert_pool.core.actor import SYSTEM_VIEWER
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from tests.storage import CHIEF, CLERK
from tests.use_cases import world as worlds
from tests.use_cases.world import YEAR, World


@pytest.fixture
def told(sqlite_ledger: Ledger) -> tuple[Ledger, World]:
    """A year that was drawn for."""
    world = worlds.build(sqlite_ledger)
    with sqlite_ledger.write(CLERK) as uow:
        jobs.request_cancel(uow, world.uid["job"])
        jobs.finish_task(uow, world.uid["job"])
        world.uid["drawn"] = draws.draw_plan(uow, world.uid["draw"], 1, "351", "当众掷骰")
        uow.commit()
    return sqlite_ledger, world


def publish_another(uow: UnitOfWork, world: World, again: str) -> str:
    job = draws.start_draw(uow, YEAR, Limits(5), "当众掷骰五次", again=again)
    taken = jobs.claim(uow, job, "test")
    assert taken is not None
    found = draws.open_draw(uow, job, worlds.candidates_for(world, taken[0]))
    assert found is not None
    return found


def test_a_second_draw_takes_a_reason_and_a_second_person_and_keeps_the_first(
    told: tuple[Ledger, World],
) -> None:
    ledger, world = told
    with ledger.write(CLERK) as uow:
        with pytest.raises(Refusal, match="本年度已经抽取过") as refused:
            draws.start_draw(uow, YEAR, Limits(5), "当众掷骰五次")
        assert refused.value.code == "drawn-already"
        uid = publish_another(uow, world, "两位专家退出")
        with pytest.raises(Refusal, match="须先由复核人同意"):
            draws.draw_plan(uow, uid, 1, "351", "当众掷骰")
        with pytest.raises(Refusal, match="另一人"):
            draws.agree_again(uow, uid, 1, "我同意")
        uow.commit()
    with ledger.write(CHIEF) as uow:
        draws.agree_again(uow, uid, 1, "已核对退出的书面材料")
        uow.commit()
    with ledger.write(CLERK) as uow:
        draws.draw_plan(uow, uid, 2, "351", "当众掷骰")
        uow.commit()
    with ledger.read() as session:
        rows = draws.draws(session, SYSTEM_VIEWER, YEAR)
    assert [(row.status, row.again_reason, row.agreed_name) for row in rows] == [
        ("drawn", "两位专家退出", CHIEF.name),
        ("drawn", "", ""),
    ]
    assert rows[1].uid == world.uid["draw"]


def test_an_edited_plan_is_no_longer_called_drawn(told: tuple[Ledger, World]) -> None:
    ledger, world = told
    with ledger.write(CLERK) as uow:
        view = store.plan(uow.session, SYSTEM_VIEWER, world.uid["drawn"])
        assert view.row.note.startswith("随机抽取：")
        group = view.plan.groups[0]
        other = next(one for one in group.members if one != group.leader)
        changed = plans.edit_plan(uow, view.row.uid, 1, Lead(0, other))
        assert changed.row.note == f"{plans.WAS_DRAWN}{view.row.note}）"
        assert plans.undo(uow, view.row.uid, changed.row.version).row.note == view.row.note

"""Letters by difference: after a plan was published anew only those are written to whose duty is
not what they were told, and the office sees why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from assignment.edit import revalue
from assignment.solution import Group
from award.duties import differences, duties, notices
from award.groups import plans, signing
from award.groups.snapshot import build_problem
from expert_pool import register
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role
from expert_pool.ledger import Ledger
from expert_pool.tables import Message
from tests.storage import CHIEF, CLERK
from tests.use_cases.test_duties import TODAY
from tests.use_cases.world import YEAR, World, fingerprint, plan_for

Change = Callable[[Group], Group]


def due(ledger: Ledger) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Whom the office has to write to: kind and reasons by name."""
    with ledger.read() as session:
        found = differences.pending(session, SYSTEM_VIEWER, YEAR, TODAY)
    return {one.name: (one.kind, one.reasons) for one in found}


def send_all(ledger: Ledger, *, press: bool = False) -> int:
    """Write what is due and hand it over; how many letters went out."""
    with ledger.write(CLERK) as uow:
        written = (notices.press if press else notices.offer)(uow, YEAR)
        waiting = uow.session.scalars(
            select(Message.uid).where(Message.status == "waiting", Message.kind != "ask")
        )
        for uid in waiting.all():
            register.mark_sent(uow, uid, "copy")
        uow.commit()
    return len(written)


def accept(ledger: Ledger, world: World, name: str) -> None:
    with ledger.write(Actor(world.expert(name), name, Role.EXPERT)) as uow:
        duties.answer_duty(uow, world.expert(name), YEAR, fingerprint(uow, world, name), True)
        uow.commit()


def publish(ledger: Ledger, world: World, change: Change) -> None:
    """The plan again, with its one group changed."""
    with ledger.write(CLERK) as uow:
        snapshot = build_problem(uow.session, YEAR)
        plan = plan_for(world, snapshot.problem)
        changed = revalue(snapshot.problem, replace(plan, groups=tuple(map(change, plan.groups))))
        uid = plans.save_draft(uow, YEAR, snapshot.problem, changed, snapshot.names)
        uow.commit()
    with ledger.write(CHIEF) as uow:
        signing.publish(uow, uid, signing.approve(uow, uid, 1))
        uow.commit()


def later(group: Group) -> Group:
    visits = (replace(one, start=(one.start or 0) + 2) for one in group.visits)
    return replace(group, visits=tuple(visits))


def back(told: Ledger, world: World) -> None:
    """Everybody takes part: the third member's refusal is taken back."""
    with told.write(CLERK) as uow:
        duties.reopen_duty(uow, world.expert("李五金"), YEAR, "痊愈")
        uow.commit()


def test_nobody_is_written_to_whose_duty_did_not_change(told: Ledger, world: World) -> None:
    back(told, world)
    assert send_all(told) == 3
    accept(told, world, "钱学勤")
    publish(told, world, lambda group: group)
    assert due(told) == {}
    assert send_all(told) == 0
    # who was told and is silent is reminded, which is another thing
    assert send_all(told, press=True) == 2


def test_another_day_is_told_with_both_days(told: Ledger, world: World) -> None:
    back(told, world)
    send_all(told)
    publish(told, world, later)
    found = due(told)
    assert set(found) == {"钱学勤", "李五金", "褚珠宝"}
    kind, reasons = found["褚珠宝"]
    assert kind == "change" and len(reasons) == 1
    assert reasons[0].startswith("时间由9月7日") and "改为9月8日" in reasons[0]
    send_all(told)
    assert due(told) == {}


def test_another_leader_is_told_to_whoever_has_accepted(told: Ledger, world: World) -> None:
    back(told, world)
    send_all(told)
    accept(told, world, "李五金")
    publish(told, world, lambda group: replace(group, leader=world.expert("褚珠宝")))
    assert due(told) == {
        "钱学勤": ("change", ("改任组员",)),
        "褚珠宝": ("change", ("改任组长",)),
        "李五金": ("change", ("组长换为褚珠宝",)),
    }
    send_all(told)
    with told.read() as session:
        texts = session.scalars(select(Message.text).where(Message.kind == "change")).all()
        assert sum("不必再答复" in text for text in texts) == 1
        own = duties.own(session, world.expert("李五金"), YEAR, TODAY)
    assert own is not None and own.state == "accepted"
    assert due(told) == {}


def test_who_comes_and_who_goes_is_told(told: Ledger, world: World) -> None:
    back(told, world)
    send_all(told)
    newcomer = world.expert("吴质量")
    publish(told, world, lambda group: replace(group, members=(*group.members, newcomer)))
    assert due(told) == {"吴质量": ("offer", ("新参加评审",))}
    send_all(told)
    publish(told, world, lambda group: group)
    assert due(told) == {"吴质量": ("cancel", ("任务取消",))}
    send_all(told)
    assert due(told) == {}
    publish(told, world, lambda group: replace(group, members=(*group.members, newcomer)))
    assert due(told) == {"吴质量": ("offer", ("新参加评审",))}

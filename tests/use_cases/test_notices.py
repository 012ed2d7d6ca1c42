"""Messages to experts: who gets which, never twice, never with an applicant's name or a link in
what is stored.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from api.identity import forgetting
from award import retention
from award.duties import duties, notices
from expert_pool import register
from expert_pool.core import messages
from expert_pool.core.actor import Actor, Role
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.records import Candidacy
from expert_pool.tables import Appointment, Expert, Message, YearlyRound
from tests import cast
from tests.storage import CLERK
from tests.use_cases.world import RECOMMENDED, YEAR, World, fingerprint


def outbox(ledger: Ledger, kind: str) -> dict[str, str]:
    with ledger.read() as session:
        query = (
            select(Expert.name, Message.text)
            .join(Message, Message.expert_id == Expert.id)
            .where(Message.kind == kind)
        )
        return {
            row.name: row.text for row in session.execute(query.where(Message.status == "waiting"))
        }


def write(ledger: Ledger, act: object, *args: object, **more: object) -> int:
    with ledger.write(CLERK) as uow:
        made = act(uow, YEAR, *args, **more)  # type: ignore[operator]
        uow.commit()
    return len(made)


def test_asking_opens_a_round_and_writes_to_everybody_in_use(told: Ledger, world: World) -> None:
    assert write(told, notices.ask) == len(outbox(told, "ask")) > 5
    assert "卫新人" not in outbox(told, "ask")  # her application is still to be decided
    assert "冯管件" not in outbox(told, "ask")  # suspended
    assert write(told, notices.ask, [world.expert("孙针织")]) == 1


def test_a_reminder_goes_to_whoever_lacks_something_and_says_what(
    told: Ledger, world: World
) -> None:
    with told.write(CLERK) as uow:
        register.enrol(uow, cast.expert("金在库", "绍兴文理学院", cast.SOCKS))
        uow.commit()
    assert write(told, notices.remind) == 1
    found = outbox(told, "remind")
    assert set(found) == {"金在库"}
    assert "年度声明、可参加时间" in found["金在库"] and "8月20日" in found["金在库"]
    assert write(told, notices.remind) == 1
    assert outbox(told, "remind") == found  # not twice


def test_offers_say_when_but_not_whom(told: Ledger, world: World) -> None:
    assert write(told, notices.offer) == 2  # the third has declined
    found = outbox(told, "offer")
    assert set(found) == {"钱学勤", "褚珠宝"}
    assert "9月7日（周一）全天、9月8日（周二）全天" in found["钱学勤"] and "组长" in found["钱学勤"]
    for text in found.values():
        assert (
            messages.named_in(text, [firm.name for firm in cast.FIRMS]) == ""
            and "http" not in text
            and messages.LINK in text
        )


def test_no_offer_to_whoever_has_answered(told: Ledger, world: World) -> None:
    with told.write(Actor(world.expert("钱学勤"), "钱学勤", Role.EXPERT)) as uow:
        duties.answer_duty(
            uow, world.expert("钱学勤"), YEAR, fingerprint(uow, world, "钱学勤"), True
        )
        uow.commit()
    write(told, notices.offer)
    assert set(outbox(told, "offer")) == {"褚珠宝"}


@pytest.mark.parametrize("spaced", [False, True])
def test_a_note_may_not_name_an_applicant(told: Ledger, world: World, spaced: bool) -> None:
    name = cast.FIRMS[0].name
    with pytest.raises(Refusal) as caught:
        write(told, notices.ask, note=f"请评{' '.join(name) if spaced else name}")
    assert caught.value.code == "names-applicant"
    assert set(outbox(told, "ask")) == {"孙针织"}  # who had one before


def test_a_note_stands_before_the_signature(told: Ledger, world: World) -> None:
    write(told, notices.ask, note="联系人陈经办，87000000")
    assert all(
        text.splitlines()[-2:] == ["联系人陈经办，87000000", f"——{messages.ISSUER}"]
        for text in outbox(told, "ask").values()
    )


def test_a_closed_round_takes_no_more_days_until_it_opens_again(told: Ledger, world: World) -> None:
    with told.write(CLERK) as uow:
        register.close_round(uow, world.uid["round"], 1, "已齐")
        with pytest.raises(Refusal) as caught:
            register.demand_open_round(uow.session, YEAR)
        register.open_round(uow, YEAR, date(2026, 8, 3) + timedelta(9))
        register.demand_open_round(uow.session, YEAR)
        register.demand_open_round(uow.session, 2030)
        found = uow.session.scalars(select(YearlyRound)).one()
    assert caught.value.code == "round-closed"
    assert (found.due_on, found.closed_at) == (date(2026, 8, 12), None)


def test_what_was_sent_may_go_again_and_what_was_dropped_may_not(
    told: Ledger, world: World
) -> None:
    with told.write(CLERK) as uow:
        register.mark_sent(uow, world.uid["message"], "copy", "l-1")
        register.mark_sent(uow, world.uid["message"], "file", "l-2")
        with pytest.raises(Refusal):
            register.drop_message(uow, world.uid["message"], 3)
        fresh = register.write_message(uow, world.expert("孙针织"), YEAR, "ask", "再请答复", ())
        register.drop_message(uow, fresh, 1)
        with pytest.raises(Refusal):
            register.mark_sent(uow, fresh, "copy")


def test_nobody_is_asked_who_is_not_admitted_or_has_left(told: Ledger, world: World) -> None:
    """An applicant under check, a rejected one, one who resigned, and one whose data were
    erased.
    """
    with told.write(CLERK) as uow:
        waiting, refused, erased = (
            register.enrol(uow, cast.expert(name, "某院", cast.SOCKS))
            for name in ("候一", "拒二", "去三")
        )
        for uid, reason in ((waiting, ""), (refused, "不符合条件")):
            found = register.enter_candidacy(
                uow, uid, replace(RECOMMENDED, received_on=date(2026, 8, 1))
            )
            if reason:
                with uow.change(uow.load(Candidacy, found), "decide"):
                    uow.load(Candidacy, found).status = "rejected"
        term = uow.session.scalars(
            select(Appointment).join(Expert).where(Expert.name == "李五金")
        ).one()
        register.end_appointment(uow, term.uid, term.version, uow.now.date(), "调离")
        retention.forget_on_request(uow, erased, "本人来信", forgetting)
        uow.commit()
    write(told, notices.ask)
    write(told, notices.remind)
    assert {"候一", "拒二", "李五金"}.isdisjoint({*outbox(told, "ask"), *outbox(told, "remind")})
    assert not [
        name
        for name in (*outbox(told, "ask"), *outbox(told, "remind"))
        if name.startswith("已删除")
    ]


def test_a_waiting_message_to_somebody_erased_is_never_sent(told: Ledger, world: World) -> None:
    with told.write(CLERK) as uow:
        uid = register.enrol(uow, cast.expert("去四", "某院", cast.SOCKS))
        message = register.write_message(
            uow, uid, YEAR, "ask", f"去四老师，您好！{messages.LINK}", ()
        )
        retention.forget_on_request(uow, uid, "本人来信", forgetting)
        with pytest.raises(Refusal) as refused:
            register.mark_sent(uow, message, "copy")
    assert refused.value.code == "wrong-status"

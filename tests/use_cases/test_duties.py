"""Duties of the published plan: accepted or declined, and known by time only until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from assignment.duty import DECLINED, OPEN, disclosed
from assignment.edit import revalue
from award.duties import duties
from award.groups import plans, signing, store
from award.groups.snapshot import build_problem
from award.year import years as award_years
from award.year.store import year as award_year
from expert_pool import register
from expert_pool import store as register_store
from expert_pool.core.actor import SYSTEM_VIEWER, Actor, Role, Viewer
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from expert_pool.records import StageRecord
from expert_pool.tables import Expert
from tests import cast
from tests.storage import CHIEF, CLERK
from tests.use_cases.world import YEAR, World, fingerprint, plan_for

TODAY = date(2026, 8, 3)


def answer(
    ledger: Ledger,
    world: World,
    name: str,
    accept: bool,
    kind: str = "",
    reason: str = "",
    **more: object,
) -> None:
    her = Actor(world.expert(name), name, Role.EXPERT)
    with ledger.write(her) as uow:
        duties.answer_duty(
            uow, her.id, YEAR, fingerprint(uow, world, name), accept, kind, reason, **more
        )  # type: ignore[arg-type]
        uow.commit()


def duty(ledger: Ledger, world: World, name: str, today: date = TODAY) -> duties.DutyView:
    with ledger.read() as session:
        found = duties.own(session, world.expert(name), YEAR, today)
    assert found is not None
    return found


def record(ledger: Ledger, world: World, name: str) -> list[tuple[str, str, bool, str]]:
    query = (
        select(StageRecord)
        .join(Expert)
        .where(Expert.uid == world.expert(name), StageRecord.year == YEAR)
    )
    with ledger.read() as session:
        return sorted(
            (row.organisation, row.attendance, row.declined, row.note)
            for row in session.scalars(query)
        )


def test_a_duty_is_open_with_a_day_to_answer_by(told: Ledger, world: World) -> None:
    found = duty(told, world, "钱学勤")
    assert (found.state, found.disclosed, found.due, found.groups) == (
        OPEN,
        False,
        date(2026, 8, 6),
        (1,),
    )
    assert (found.duty.leader, len(found.duty.half_days)) == (True, 6)


def test_accepting_discloses(told: Ledger, world: World) -> None:
    answer(told, world, "钱学勤", True)
    assert duty(told, world, "钱学勤").disclosed
    assert not duty(told, world, "褚珠宝").disclosed


@pytest.mark.parametrize(
    ("said", "from_day", "today", "known"),
    [
        ("accepted", None, TODAY, True),
        ("accepted", date(2026, 8, 4), TODAY, False),
        ("accepted", TODAY, TODAY, True),
        ("declined", None, TODAY, False),
        ("open", None, TODAY, False),
    ],
)
def test_names_are_known_after_accepting_and_from_the_day_on(
    said: str, from_day: date | None, today: date, known: bool
) -> None:
    assert disclosed(said, from_day, today) is known


def test_the_years_day_of_disclosure_counts(told: Ledger, world: World) -> None:
    answer(told, world, "钱学勤", True)
    with told.write(CLERK) as uow:
        found = award_year(uow.session, SYSTEM_VIEWER, YEAR)
        policy = replace(found.fields.policy, disclose_from=date(2026, 9, 5))
        award_years.edit_year(uow, YEAR, found.version, replace(found.fields, policy=policy))
        uow.commit()
    assert not duty(told, world, "钱学勤").disclosed
    assert duty(told, world, "钱学勤", date(2026, 9, 5)).disclosed


def test_before_accepting_a_book_names_nobody_but_herself(told: Ledger, world: World) -> None:
    from award.groups.books import book_of

    her = world.expert("钱学勤")
    with told.read() as session:
        view = store.published(session, Viewer(her, Role.EXPERT, expert_id=her), YEAR)
        assert view is not None
        whole = book_of(session, view)
        veiled = duties.own_book(whole, duties.own(session, her, YEAR, TODAY))
    assert cast.FIRMS[0].name in repr(whole)
    hidden = [firm.name for firm in cast.FIRMS] + [
        "褚珠宝",
        "李五金",
        "大唐",
        "店口",
        *(world.firm(n) for n in range(3)),
    ]
    assert [name for name in hidden if name in repr(veiled)] == []
    assert [visit.stays for visit in veiled.groups[0].visits] == [
        visit.stays for visit in whole.groups[0].visits
    ]


def test_declining_for_the_time_makes_the_half_days_absences(told: Ledger, world: World) -> None:
    wanted = [
        HalfDay(date(2026, 9, 8), "AM"),
        HalfDay(date(2026, 12, 1), "AM"),
    ]  # the second is none of hers
    answer(told, world, "钱学勤", False, "time", away=wanted)
    with told.read() as session:
        away = register_store.availability(
            session, SYSTEM_VIEWER, world.expert("钱学勤"), YEAR
        ).absences
        still = build_problem(session, YEAR).problem.reviewer_index
    assert wanted[0] in away and wanted[1] not in away
    assert world.expert("钱学勤") in still
    answer(told, world, "钱学勤", True)
    with told.read() as session:
        assert (
            wanted[0]
            not in register_store.availability(
                session, SYSTEM_VIEWER, world.expert("钱学勤"), YEAR
            ).absences
        )


def test_declining_for_the_year_takes_somebody_out_until_asked_anew(
    told: Ledger, world: World
) -> None:
    with told.read() as session:
        refused = {item.name: item.reasons for item in build_problem(session, YEAR).not_assignable}
    assert refused["李五金"] == ("本人谢绝了今年的评审任务：手术",)
    with told.write(CLERK) as uow:
        duties.reopen_duty(uow, world.expert("李五金"), YEAR, "电话里说已痊愈")
        uow.commit()
    with told.read() as session:
        assert world.expert("李五金") in build_problem(session, YEAR).problem.reviewer_index
    assert duty(told, world, "李五金").state == OPEN


def test_a_refusal_is_leave_and_backing_out_after_accepting_is_noted(
    told: Ledger, world: World
) -> None:
    answer(told, world, "褚珠宝", False, "time")
    assert {row[1:] for row in record(told, world, "褚珠宝")} == {
        ("excused", False, "谢绝任务：时间冲突")
    }
    answer(told, world, "褚珠宝", True)
    assert {row[1:] for row in record(told, world, "褚珠宝")} == {("", False, "")}
    answer(told, world, "褚珠宝", False, "other", "出国")
    assert {row[1:] for row in record(told, world, "褚珠宝")} == {
        ("", True, "谢绝任务：其他原因：出国")
    }
    assert len(record(told, world, "褚珠宝")) == 3
    answer(told, world, "褚珠宝", False, "personal")
    assert duty(told, world, "褚珠宝").answer.after_accepting  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "said", ["大东袜业", "诸暨市大东袜业有限公司质管科", "大东集团", "店口管业", "山下湖珍珠"]
)
def test_a_relation_counts_by_any_name_and_tells_nothing_before_acceptance(
    told: Ledger, world: World, said: str
) -> None:
    """Whether the firm is hers or not: the answer is the same for every applicant of the year."""
    with told.write(CLERK) as uow:
        register.declare_conflict(
            uow, world.expert("褚珠宝"), register.ConflictFields("SUPPLIER_CUSTOMER", said)
        )
        uow.commit()
    answer(told, world, "褚珠宝", False, "recusal")
    assert duty(told, world, "褚珠宝").state == DECLINED


def test_a_relation_with_a_stranger_is_no_reason(told: Ledger, world: World) -> None:
    with told.write(CLERK) as uow:
        register.declare_conflict(
            uow, world.expert("褚珠宝"), register.ConflictFields("OTHER", "某地某某实业公司")
        )
        uow.commit()
    with pytest.raises(Refusal, match="先在“回避情形”里登记"):
        answer(told, world, "褚珠宝", False, "recusal")


def test_recusal_needs_a_declared_relation_and_leaves_no_mark(told: Ledger, world: World) -> None:
    answer(told, world, "褚珠宝", True)
    with pytest.raises(Refusal) as caught:
        answer(told, world, "褚珠宝", False, "recusal")
    assert caught.value.code == "declare-first"
    with told.write(CLERK) as uow:
        register.declare_conflict(
            uow, world.expert("褚珠宝"), register.ConflictFields("KINSHIP", cast.FIRMS[1].name)
        )
        uow.commit()
    answer(told, world, "褚珠宝", False, "recusal")
    assert record(told, world, "褚珠宝") == []
    with told.read() as session:
        problem = build_problem(session, YEAR).problem
    assert (world.expert("褚珠宝"), world.firm(1), "KINSHIP") in problem.barred


@pytest.mark.parametrize(
    ("kind", "reason", "code"),
    [("", "", "reason-needed"), ("moon", "", "reason-needed"), ("other", " ", "reason-needed")],
)
def test_a_refusal_needs_a_reason(
    told: Ledger, world: World, kind: str, reason: str, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        answer(told, world, "钱学勤", False, kind, reason)
    assert caught.value.code == code


def test_who_has_not_signed_cannot_accept(told: Ledger, world: World) -> None:
    from expert_pool.tables import Declaration

    with told.write(CLERK) as uow:
        row = uow.session.scalar(
            select(Declaration)
            .join(Expert)
            .where(Expert.uid == world.expert("钱学勤"), Declaration.year == YEAR)
        )
        uow.session.delete(row)
        uow.commit()
    with pytest.raises(Refusal) as caught:
        answer(told, world, "钱学勤", True)
    assert caught.value.code == "not-declared"


def test_a_changed_duty_is_asked_anew_and_an_unchanged_one_stays_accepted(
    told: Ledger, world: World
) -> None:
    answer(told, world, "钱学勤", True)
    old = duty(told, world, "钱学勤").duty.fingerprint
    _republish(told, world, later=0)
    assert duty(told, world, "钱学勤").state == "accepted"
    _republish(told, world, later=2)
    moved = duty(told, world, "钱学勤")
    assert (moved.state, moved.disclosed) == (OPEN, False)
    her = Actor(world.expert("钱学勤"), "钱学勤", Role.EXPERT)
    with pytest.raises(Refusal) as caught, told.write(her) as uow:
        duties.answer_duty(uow, her.id, YEAR, old, True)
    assert caught.value.code == "stale"


def _republish(ledger: Ledger, world: World, later: int) -> None:
    """The same plan again, all of it that many half-days later."""
    with ledger.write(CLERK) as uow:
        duties.reopen_duty(uow, world.expert("李五金"), YEAR, "痊愈") if _declined(
            ledger, world
        ) else None
        snapshot = build_problem(uow.session, YEAR)
        plan = plan_for(world, snapshot.problem)
        groups = tuple(
            replace(
                group,
                visits=tuple(
                    replace(visit, start=(visit.start or 0) + later) for visit in group.visits
                ),
            )
            for group in plan.groups
        )
        uid = plans.save_draft(
            uow,
            YEAR,
            snapshot.problem,
            revalue(snapshot.problem, replace(plan, groups=groups)),
            snapshot.names,
        )
        uow.commit()
    with ledger.write(CHIEF) as uow:
        signing.publish(uow, uid, signing.approve(uow, uid, 1))
        uow.commit()


def _declined(ledger: Ledger, world: World) -> bool:
    return duty(ledger, world, "李五金").state == DECLINED


def test_the_office_records_an_answer_given_by_telephone(told: Ledger, world: World) -> None:
    with told.write(CLERK) as uow:
        duties.answer_duty(
            uow, world.expert("褚珠宝"), YEAR, fingerprint(uow, world, "褚珠宝"), True
        )
        uow.commit()
    with told.read() as session:
        said = {
            one.name: (one.state, one.answer.via if one.answer else "")
            for one in duties.everybody(session, SYSTEM_VIEWER, YEAR, TODAY)
        }
    assert said == {
        "钱学勤": (OPEN, ""),
        "李五金": (DECLINED, "own"),
        "褚珠宝": ("accepted", "office"),
    }


def test_undoing_a_save_brings_the_answer_before_and_again_the_later_one(
    told: Ledger, world: World
) -> None:
    sun = world.expert("孙针织")

    def away() -> tuple[HalfDay, ...] | None:
        with told.read() as session:
            found = register_store.availability(session, SYSTEM_VIEWER, sun, YEAR)
        return found.absences if found.known else None

    first = away()
    with told.write(CLERK) as uow:
        saved = register.save_availability(
            uow, sun, YEAR, [HalfDay(cast.FIRST, "PM")], "", 1, cast.FIRST, cast.LAST
        )
        uow.commit()
    for expected in (first, (HalfDay(cast.FIRST, "PM"),)):
        with told.write(CLERK) as uow:
            saved = register.undo_availability(uow, sun, YEAR, saved)
            uow.commit()
        assert away() == expected
    with pytest.raises(Refusal) as caught, told.write(CLERK) as uow:
        register.undo_availability(uow, sun, YEAR, 1)
    assert caught.value.code == "stale"


def test_conflicted_staff_see_no_duty_of_the_hidden_group(told: Ledger, world: World) -> None:
    viewer = Viewer("u-1", Role.SECRETARIAT, conflicted=frozenset({world.firm(1)}))
    with told.read() as session:
        assert duties.everybody(session, viewer, YEAR, TODAY) == ()
        assert duties.everybody(session, Viewer("x", Role.ADMIN), YEAR, TODAY) == ()

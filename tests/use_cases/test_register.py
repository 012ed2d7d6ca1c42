"""The register's rules: who may do what with whom, said in words a clerk can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select

from expert_pool import register, store
from expert_pool.core.actor import SYSTEM_VIEWER, Role, Viewer
from expert_pool.core.expert import masked
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.records import Lifting
from expert_pool.tables import Conflict
from tests import cast
from tests.storage import CLERK

ON = date(2026, 9, 7)


@pytest.fixture
def settled(sqlite_ledger: Ledger) -> tuple[Ledger, cast.Cast]:
    return sqlite_ledger, cast.settle(sqlite_ledger)


def refused(ledger: Ledger, act: object) -> str:
    with pytest.raises(Refusal) as caught, ledger.write(CLERK) as uow:
        act(uow)  # type: ignore[operator]
    return caught.value.code


def test_terms_may_touch_but_not_overlap(settled: tuple[Ledger, cast.Cast]) -> None:
    ledger, people = settled
    uid = people.experts["孙针织"]
    code = refused(
        ledger,
        lambda uow: register.appoint(uow, uid, "reviewer", date(2027, 12, 31), date(2028, 12, 31)),
    )
    assert code == "overlap"
    with ledger.write(CLERK) as uow:
        register.appoint(uow, uid, "reviewer", date(2028, 1, 1), date(2028, 12, 31))
        uow.commit()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "blank"),
        ({"employer": ""}, "blank"),
        ({"seniority": 6}, "out-of-range"),
        ({"town_code": "999999999"}, "unknown-town"),
        ({"industries": (cast.Industry("0000"),)}, "unknown-industry"),
        ({"max_effort": -1}, "out-of-range"),
    ],
)
def test_an_unsound_record_is_refused(
    sqlite_ledger: Ledger, fields: dict[str, object], code: str
) -> None:
    assert (
        refused(sqlite_ledger, lambda uow: register.enrol(uow, replace(cast.PEOPLE[0], **fields)))
        == code
    )  # type: ignore[arg-type]


def test_a_form_with_the_masked_number_keeps_the_whole_one(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    ledger, people = settled
    uid = people.experts["孙针织"]
    with ledger.write(CLERK) as uow:
        shown = store.expert(uow.session, SYSTEM_VIEWER, uid, 2026, ON).fields
        assert shown.phone == masked("13805750001") == "138****0001"
        register.edit_expert(uow, uid, 1, replace(shown, title="教授"))
        assert store.phone(uow.session, SYSTEM_VIEWER, uid) == "13805750001"


def test_suspending_twice_is_refused_and_lifting_needs_the_version(
    settled: tuple[Ledger, cast.Cast],
) -> None:
    ledger, people = settled
    uid = people.experts["孙针织"]
    with ledger.write(CLERK) as uow:
        suspension = register.suspend(uow, uid, "投诉核查")
        uow.commit()
    assert (
        refused(ledger, lambda uow: register.suspend(uow, uid, "再次", 2026)) == "already-suspended"
    )
    assert refused(ledger, lambda uow: register.reinstate(uow, suspension, 2, "查清")) == "stale"
    assert (
        refused(ledger, lambda uow: register.reinstate(uow, suspension, 1, " ")) == "reason-needed"
    )


def test_a_hard_conflict_cannot_be_waived_only_withdrawn(settled: tuple[Ledger, cast.Cast]) -> None:
    ledger, people = settled
    with ledger.write(CLERK) as uow:
        uid = register.declare_conflict(
            uow, people.experts["孙针织"], register.ConflictFields("KINSHIP", cast.FIRMS[0].name)
        )
        uow.commit()
    assert (
        refused(ledger, lambda uow: register.decide_conflict(uow, uid, 1, "cleared", "关系较远"))
        == "hard-conflict"
    )
    acts: tuple[Callable[[UnitOfWork], object], ...] = (
        lambda uow: register.withdraw_conflict(uow, uid, 1, "同名不同人"),
        lambda uow: register.end_conflict(uow, uid, 1, ON, "已离婚"),
    )
    for act in acts:
        with ledger.write(CLERK) as uow:
            act(uow)
            assert uow.load(Conflict, uid).withdrawn_at is uow.load(Conflict, uid).until is None
            row = uow.session.scalars(select(Lifting)).one()
            with pytest.raises(Refusal, match="另一人"):
                register.decide_lifting(uow, row.uid, 1, True, "我自己也同意")
            with pytest.raises(Refusal, match="已提出解除这条回避"):
                register.withdraw_conflict(uow, uid, 1, "再提一次")
    with ledger.write(CLERK) as uow:
        cast.let_go(uow, uid, "同名不同人")
        uow.commit()
    assert (
        refused(ledger, lambda uow: register.end_conflict(uow, uid, 2, ON, "结束")) == "withdrawn"
    )


def test_the_same_fact_twice_is_one_record(settled: tuple[Ledger, cast.Cast]) -> None:
    ledger, people = settled
    sun, wu = people.experts["孙针织"], people.experts["吴质量"]
    fact = register.ConflictFields("CONSULTING", cast.FIRMS[0].name)
    with ledger.write(CLERK) as uow:
        assert register.declare_conflict(uow, sun, fact) == register.declare_conflict(
            uow, sun, fact
        )
        assert register.declare_pair(uow, sun, wu, "SAME_GROUP_KIN") == register.declare_pair(
            uow, wu, sun, "SAME_GROUP_KIN"
        )
        assert register.affiliate(uow, "甲", "乙") == register.affiliate(uow, "甲", "乙")
    assert (
        refused(ledger, lambda uow: register.declare_pair(uow, sun, sun, "SAME_GROUP_KIN"))
        == "same-person"
    )


def test_availability_versions_and_unknown(settled: tuple[Ledger, cast.Cast]) -> None:
    ledger, people = settled
    uid = people.experts["孙针织"]
    away = HalfDay(date(2026, 9, 8), "PM")
    with ledger.write(CLERK) as uow:
        assert (
            register.save_availability(uow, uid, 2026, [away], "9.8下午", 1, cast.FIRST, cast.LAST)
            == 2
        )
        assert (
            register.save_availability(uow, uid, 2026, [away], "9.8下午", 2, cast.FIRST, cast.LAST)
            == 2
        )
        view = store.availability(uow.session, SYSTEM_VIEWER, uid, 2026)
        assert (view.version, view.known, view.absences, view.text) == (2, True, (away,), "9.8下午")
        assert register.save_availability(uow, uid, 2026, None, "看情况", 2) == 3
        assert store.availability(uow.session, SYSTEM_VIEWER, uid, 2026).known is False
        uow.commit()
    assert (
        refused(
            ledger,
            lambda uow: register.save_availability(
                uow, uid, 2026, (), "", 2, cast.FIRST, cast.LAST
            ),
        )
        == "stale"
    )
    assert (
        refused(
            ledger,
            lambda uow: register.save_availability(
                uow, uid, 2026, (), "", 0, cast.FIRST, cast.LAST
            ),
        )
        == "stale"
    )
    assert (
        refused(ledger, lambda uow: register.save_availability(uow, uid, 2027, (), ""))
        == "bad-term"
    )


def test_signing_a_newer_text_replaces_the_signature(settled: tuple[Ledger, cast.Cast]) -> None:
    ledger, people = settled
    uid = people.experts["孙针织"]
    with ledger.write(CLERK) as uow:
        first = register.sign_declaration(uow, uid, 2026, "2026-1", "a" * 64, "link")
        assert register.sign_declaration(uow, uid, 2026, "2026-2", "b" * 64, "link") == first
        page = store.expert(uow.session, SYSTEM_VIEWER, uid, 2026, ON)
    assert [(one.year, one.text_version) for one in page.declarations] == [(2026, "2026-2")]


def test_an_expert_sees_herself_and_nobody_else(settled: tuple[Ledger, cast.Cast]) -> None:
    ledger, people = settled
    sun, wu = people.experts["孙针织"], people.experts["吴质量"]
    herself = Viewer(sun, Role.EXPERT, sun)
    with ledger.read() as session:
        # There is something to leak first.
        assert len(store.experts(session, SYSTEM_VIEWER, 2026, ON)) == len(cast.PEOPLE)
        assert [row.uid for row in store.experts(session, herself, 2026, ON)] == [sun]
        assert store.expert(session, herself, sun, 2026, ON).fields.phone == "13805750001"
        for uid in (wu, "e-000000000000000"):
            with pytest.raises(Refusal) as caught:
                store.expert(session, herself, uid, 2026, ON)
            assert caught.value.code == "not-found"
        for role in (Role.ADMIN, Role.ANONYMOUS):
            assert store.experts(session, Viewer("x", role), 2026, ON) == ()


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("钱", ["钱学勤"]),
        ("sunzhen", ["孙针织"]),
        ("wzl", ["吴质量"]),
        ("理工", ["孙针织"]),
        ("%", []),
    ],
)
def test_search_finds_by_name_sound_and_employer(
    settled: tuple[Ledger, cast.Cast], search: str, names: list[str]
) -> None:
    with settled[0].read() as session:
        assert [
            row.fields.name
            for row in store.experts(session, SYSTEM_VIEWER, 2026, ON, search=search)
        ] == names


@pytest.mark.parametrize("people", [1, 30])
def test_the_list_takes_the_same_number_of_statements(sqlite_ledger: Ledger, people: int) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        for number in range(people):
            uid = register.enrol(uow, cast.expert(f"专家{number}", f"单位{number}", cast.SOCKS))
            cast.make_ready(uow, uid)
        uow.commit()
    statements: list[str] = []
    event.listen(
        sqlite_ledger.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    with sqlite_ledger.read() as session:
        assert len(store.experts(session, SYSTEM_VIEWER, 2026, ON)) == people
    assert len(statements) == 7

"""同一个人不登记两次: enrolment, recommendations and imports ask the same question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from expert_pool import register
from expert_pool.core import roster
from expert_pool.core.expert import ExpertFields
from expert_pool.core.recommendation import CandidacyFields, Recommendation
from expert_pool.facts.intake import Parsed
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger, UnitOfWork
from expert_pool.tables import Expert
from tests import cast
from tests.storage import CLERK

ZHAO = replace(
    cast.expert("赵龙", "诸暨市甲研究院", cast.SOCKS),
    phone="13812345678",
    birth=date(1975, 6, 13),
    birth_precision="day",
)


def refusal(uow: UnitOfWork, wanted: ExpertFields, others: tuple[str, ...] = ()) -> str:
    with pytest.raises(Refusal) as caught:
        register.enrol(uow, wanted, others=others)
    return caught.value.code


def test_enrolment_refuses_who_is_there_and_asks_who_may_be(sqlite_ledger: Ledger) -> None:
    with sqlite_ledger.write(CLERK) as uow:
        uid = register.enrol(uow, ZHAO)
        assert refusal(uow, ZHAO) == "exists"
        assert refusal(uow, replace(ZHAO, phone="13912345679")) == "exists"
        assert refusal(uow, replace(ZHAO, name="赵\u2060龙")) == "exists"
        unsure = replace(ZHAO, phone="13912345679", birth=None, birth_precision=None)
        assert refusal(uow, unsure) == "maybe-same"
        assert refusal(uow, replace(ZHAO, name="趙龍", birth=None)) == "maybe-same"
        assert register.enrol(uow, unsure, others=[uid]) != uid
        register.enrol(uow, replace(ZHAO, name="钱凤"))  # colleagues share a telephone
        other = replace(ZHAO, birth=date(1988, 1, 1), phone="13712345670")
        assert refusal(uow, other) == "maybe-same"  # with the one whose birth nobody knows
        assert uow.session.query(Expert).count() == 3


def test_a_recommended_person_who_may_be_known_is_asked_about(sqlite_ledger: Ledger) -> None:
    form = CandidacyFields("recommended", "某协会")
    unsure = Recommendation(replace(ZHAO, phone="13912345679", birth=None), form)
    with sqlite_ledger.write(CLERK) as uow:
        uid = register.enrol(uow, ZHAO)
        with pytest.raises(Refusal, match=uid):
            register.recommend(uow, [unsure])
        register.recommend(uow, [Recommendation(ZHAO, form)])
        assert uow.session.query(Expert).count() == 1
        register.recommend(uow, [unsure], distinct=True)
        assert uow.session.query(Expert).count() == 2


def draft(name: str, row: int, **more: object) -> roster.ExpertDraft:
    return roster.ExpertDraft(name, employer="诸暨市质检院", row=row, **more)  # type: ignore[arg-type]


def test_colleagues_with_one_telephone_are_two_people() -> None:
    office = "0575-87012345"
    zhang = draft("张伟", 2, phone=office, birth=date(1970, 6, 13), birth_precision="day", uid="e1")
    li = draft("李娜", 2, phone=office, birth=date(1985, 2, 3), birth_precision="day")
    plan = roster.diff(Parsed((li,), (), ()), [zhang])
    assert ([one.name for one in plan.new], plan.changed, plan.questions) == (["李娜"], (), ())


def test_who_may_be_in_the_register_waits_for_an_answer() -> None:
    known = draft("赵龙", 0, phone="13812345678", uid="e1")
    new = draft("赵龙", 2, phone="13912345679")
    parsed = Parsed((new,), (), ())
    asked = roster.diff(parsed, [known])
    assert (asked.new, asked.changed, asked.unchanged) == ((), (), ())
    (question,) = asked.questions
    same, different = question.proposals
    one = roster.diff(parsed, [known], {question.key: same.value})
    assert [change.after.phone for change in one.changed] == ["13912345679"]
    two = roster.diff(parsed, [known], {question.key: different.value})
    assert ([d.phone for d in two.new], two.questions) == (["13912345679"], ())


def test_two_rows_that_are_two_people_do_not_become_one_known_person() -> None:
    known = draft("赵龙", 0, birth=date(1975, 6, 1), birth_precision="month", uid="e1")
    day = {"birth_precision": "day"}
    rows = (
        draft("赵龙", 2, phone="13812345678", birth=date(1975, 6, 13), **day),
        draft("赵龙", 3, phone="13912345679", birth=date(1975, 6, 20), **day),
    )
    plan = roster.diff(Parsed(rows, (), ()), [known])
    assert ([*plan.new, *plan.changed], len(plan.questions)) == ([], 2)
    first, second = plan.questions
    answers = {first.key: first.proposals[0].value, second.key: "different"}
    settled = roster.diff(Parsed(rows, (), ()), [known], answers)
    assert [change.before.uid for change in settled.changed] == ["e1"]
    assert [one.row for one in settled.new] == [3]

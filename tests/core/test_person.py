"""是不是同一个人: one question, three answers."""

from __future__ import annotations

from datetime import date

import pytest

from expert_pool.core.organisation import Answer
from expert_pool.core.person import Register, Somebody, compare

SAME, ASK, DIFFERENT = Answer.SAME, Answer.ASK, Answer.DIFFERENT
MOBILE, OTHER, OFFICE = "13812345678", "13912345679", "0575-87012345"
BORN = {"birth": date(1975, 6, 13), "birth_precision": "day"}
LATER = {"birth": date(1980, 3, 1), "birth_precision": "day"}
MONTH = {"birth": date(1975, 6, 1), "birth_precision": "month"}
FIRST_ID, SECOND_ID = "330681199006130016", "330681199102030023"


def who(name: str = "赵龙", **more: object) -> Somebody:
    return Somebody(name, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        # Identity numbers tell by themselves.
        (who(id_number=FIRST_ID), who(id_number=FIRST_ID), SAME),
        (who(id_number=FIRST_ID, **BORN), who(id_number=SECOND_ID, **BORN), DIFFERENT),
        (who(id_number=FIRST_ID), who("钱凤", id_number=FIRST_ID), ASK),
        # A telephone counts only together with the name.
        (who("张伟", phone=OFFICE), who("李娜", phone=OFFICE), DIFFERENT),
        (who("张伟", phone=MOBILE), who("李娜", phone=MOBILE), DIFFERENT),
        (who(phone=MOBILE), who(phone=MOBILE), SAME),
        (who(phone=MOBILE, **BORN), who(phone=MOBILE), SAME),
        (
            who(phone=OFFICE, employer="诸暨市质检院"),
            who(phone=OFFICE, employer="诸暨质检院"),
            SAME,
        ),
        (who(phone=OFFICE, employer="诸暨市质检院"), who(phone=OFFICE, employer="某院"), ASK),
        # A name with one birth date is one person, with two it is two; one missing: asked.
        (who(**BORN), who(**BORN, phone=MOBILE), SAME),
        (who(**BORN), who(**MONTH), SAME),
        (who(**BORN), who(**LATER), DIFFERENT),
        (who(**MONTH), who(**LATER), DIFFERENT),
        (who(**BORN, phone=MOBILE), who(**LATER, phone=MOBILE), ASK),
        (who(**BORN, phone=MOBILE, employer="甲"), who(phone=OTHER, employer="甲"), ASK),
        (who(phone=MOBILE, employer="甲院"), who(phone=OTHER, employer="甲院"), ASK),
        (who(**BORN, employer="甲院"), who(employer="乙院"), ASK),
        (who(employer="甲院"), who(employer="乙院"), ASK),
        (who(employer="诸暨市甲星研究院"), who(employer="诸暨甲星研究院", phone=OTHER), SAME),
        # Ways to type one name.
        (who("艾力·买买提", **BORN), who("艾力•买买提", **BORN), SAME),
        (who("赵 龙", **BORN), who("赵\u200b龙", **BORN), SAME),
        (who("趙龍", phone=MOBILE), who("赵龙", phone=MOBILE), ASK),
        (who("赵笼", phone=MOBILE), who("赵龙", phone=MOBILE), ASK),
        (who("赵笼", phone=OFFICE), who("赵龙", phone=OFFICE), DIFFERENT),
    ],
)
def test_whether_two_entries_are_one_person(a: Somebody, b: Somebody, answer: Answer) -> None:
    assert compare(a, b) is compare(b, a) is answer


def test_the_register_gives_the_one_it_is_most_like_or_asks() -> None:
    old, other = who(phone=MOBILE, **BORN), who(phone=OTHER, **BORN)
    register = Register([old, other, who("钱凤", phone=MOBILE)])
    assert register.find(who(phone=OTHER, **BORN)).known is other
    assert register.find(who(**BORN)).perhaps == (old, other)
    assert register.find(who(**LATER)).known is None
    assert register.find(who(**LATER)).perhaps == ()
    assert register.find(who()).perhaps == (old, other)
    assert register.find(who("孙海", phone=MOBILE)) == Register([]).find(who())

"""专家库盘点: shortages by trade, grade and day on the tests' cast, now and after reminders."""

from __future__ import annotations

from datetime import date

import pytest

from award.groups.inventory import Inventory, Wish, take_stock, usual_mix
from expert_pool import register
from expert_pool.core.actor import Role, Viewer
from expert_pool.facts.halfday import half_days
from expert_pool.facts.refusal import Refusal
from expert_pool.ledger import Ledger
from tests import cast
from tests.storage import CLERK

YEAR = cast.YEAR
STAFF = Viewer("a-1", Role.SECRETARIAT)


@pytest.fixture
def ledger(sqlite_ledger: Ledger) -> Ledger:
    """Reading is the same on both engines: their statements are compared elsewhere."""
    return sqlite_ledger


@pytest.fixture
def people(ledger: Ledger) -> cast.Cast:
    return cast.settle(ledger)


def stock(ledger: Ledger, wish: Wish, *hidden: str) -> Inventory:
    with ledger.read() as session:
        return take_stock(session, STAFF, YEAR, wish, hidden)


def test_the_years_own_applicants_count_with_their_recusals(
    ledger: Ledger, people: cast.Cast
) -> None:
    found = stock(ledger, Wish(reserve=0))
    assert (found.expected, found.cases, found.shortfalls) == (False, 3, ())
    socks = next(line for line in found.trades if line.code == "17")
    # 郑袜业 works for the only applicant of the trade: known, but barred from all of it.
    assert (socks.name, socks.wanted, socks.ready, socks.able, socks.recused) == (
        "纺织业",
        1,
        3,
        3,
        1,
    )


def test_a_trade_nobody_knows_and_two_trades_with_one_expert_are_named(
    ledger: Ledger, people: cast.Cast
) -> None:
    """周珍珠 and 褚珠宝 know jewellery (24), nobody knows food (13); each expert takes at most a
    few cases.
    """
    found = stock(ledger, Wish({"13": 2, "2438": 9}, reserve=1))
    assert found.load == 8  # 16 half-days a year, two for a visit
    assert [(one.title, one.wanted, one.served, one.missing) for one in found.shortfalls] == [
        ("农副食品加工业", 4, 0, 4),
        ("文教、工美、体育和娱乐用品制造业", 18, 16, 2),
    ]
    assert "库内没有合格且未回避的专家，缺 4 人次" in found.shortfalls[0].text


def test_what_reminders_cure_is_told_apart_from_what_needs_recruiting(
    ledger: Ledger, people: cast.Cast
) -> None:
    """冯管件 and 李五金 are the only two for pipes; one of them has not answered this year."""
    with ledger.write(CLERK) as uow:
        register.save_availability(
            uow, people.experts["冯管件"], YEAR, None, "", 1, cast.FIRST, cast.LAST
        )
        uow.commit()
    found = stock(ledger, Wish({"3352": 1}, reserve=1))
    assert [(one.missing, one.missing_later) for one in found.shortfalls] == [(1, 0)]
    assert (found.ready, found.able, found.answered) == (7, 8, 7)


def test_days_on_which_no_leader_is_free_are_short(ledger: Ledger, people: cast.Cast) -> None:
    away = half_days(date(2026, 9, 7), date(2026, 9, 16))
    with ledger.write(CLERK) as uow:
        for name in ("钱学勤", "李五金", "褚珠宝"):
            register.save_availability(
                uow, people.experts[name], YEAR, away, "", 1, cast.FIRST, cast.LAST
            )
        uow.commit()
    found = stock(ledger, Wish({"3352": 6}, reserve=0))
    assert [(line.groups, line.limit) for line in found.days[:1]] == [(0, "组长")]
    assert [(one.wanted, one.served, one.missing) for one in found.day_shortfalls] == [(12, 8, 4)]


def test_grades_ask_for_one_leader_and_one_quality_expert_per_group(
    ledger: Ledger, people: cast.Cast
) -> None:
    found = stock(ledger, Wish({"3352": 40}))
    assert [(one.title, one.wanted, one.ready, one.leaving) for one in found.grades] == [
        ("组长", 1, 3, 0),
        ("质量管理专家", 1, 3, 0),
        ("评审组成员", 3, 8, 0),
    ]


def test_the_usual_mix_adds_up_and_follows_the_record(ledger: Ledger, people: cast.Cast) -> None:
    with ledger.read() as session:
        assert usual_mix(session, STAFF, YEAR, 6) == {"17": 2, "24": 2, "33": 2}
        assert usual_mix(session, STAFF, YEAR, 4) == {"17": 2, "24": 1, "33": 1}
        assert usual_mix(session, STAFF, YEAR, 6, [cast.FIRMS[0].name]) == {"24": 3, "33": 3}
        with pytest.raises(Refusal):
            usual_mix(session, STAFF, YEAR, 501)


def test_hidden_organisations_and_strangers_get_no_figures(
    ledger: Ledger, people: cast.Cast
) -> None:
    assert stock(ledger, Wish(), cast.FIRMS[0].name).cases == 2
    with ledger.read() as session, pytest.raises(Refusal):
        take_stock(session, Viewer("e-1", Role.EXPERT), YEAR, Wish())
    with pytest.raises(Refusal, match="不是 GB/T 4754"):
        stock(ledger, Wish({"1799999": 1}))

"""方案册: names, order and claims of the book."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest

from assignment.check import check
from assignment.solution import Group
from award.groups.core.book import (
    calendar_days,
    chinese_number,
    for_organisations,
    group_name,
    version_name,
)
from expert_pool.facts.halfday import HalfDay
from tests.documents import cast


def test_the_cast_keeps_every_rule() -> None:
    assert check(cast.problem(), cast.plan()).violations == ()


def test_book_seats_the_leader_first_and_names_the_needs() -> None:
    first, second = cast.book().groups
    assert [(seat.person.name, seat.leader) for seat in first.seats] == [
        ("郑建国", True),
        ("王秀英", False),
        ("欧阳修文", False),
    ]
    assert [seat.needs for seat in first.seats] == [
        ("质量管理专家",),
        ("行业专家（袜业 1763）",),
        ("质量管理专家", "行业专家（建筑装饰及水暖管道零件制造 3352）"),
    ]
    assert (first.name, second.name) == ("第一评审组", "第二评审组")
    assert [one.name for one in first.seats[1].standbys] == ["何燕"]
    assert first.seats[2].reasons == ("理由0E3",)
    assert first.effort == 6


def test_book_orders_visits_by_calendar_with_stays_and_travel() -> None:
    first, second = cast.book().groups
    assert [(visit.firm.id, visit.travel_minutes) for visit in first.visits] == [
        ("A1", None),
        ("A2", 35),
    ]
    assert first.visits[1].stays == (
        HalfDay(date(2026, 9, 14), "AM"),
        HalfDay(date(2026, 9, 14), "PM"),
        HalfDay(date(2026, 9, 15), "AM"),
    )
    # The firm on paper only comes last and costs no travel.
    assert [
        (visit.firm.id, visit.stays != (), visit.travel_minutes) for visit in second.visits
    ] == [
        ("A4", True, None),
        ("A3", False, None),
    ]


def test_book_takes_its_figures_from_the_checker() -> None:
    book = cast.book()
    verdict = check(cast.problem(), cast.plan())
    assert [(goal.goal, goal.value, goal.weight) for goal in book.goals] == [
        (goal, verdict.scorecard[goal], cast.problem().weights[goal])
        for goal in ("specialist", "workload", "route")
    ]
    assert (book.objective, book.bound, book.seed, book.solver) == (
        verdict.objective,
        100,
        7,
        "0.1.0",
    )
    assert [firm.name for firm in book.unassigned] == ["枫桥建设有限公司"]
    assert book.violations == ()


def test_book_says_violations_with_names() -> None:
    plan = cast.plan()
    alone = plan.with_(groups=(replace(plan.groups[0], leader="E2"), plan.groups[1]))
    book = cast.build_book(
        cast.problem(), alone, cast.names(), year=2026, title="", status="草案", version=1
    )
    assert any("王秀英" in sentence for sentence in book.violations)


def test_book_gives_reasons_in_words_with_names() -> None:
    book = cast.build_book(
        cast.problem(), cast.plan(), cast.names(), year=2026, title="", status="草案", version=1
    )
    knitter = next(seat for seat in book.groups[0].seats if seat.person.name == "王秀英")
    assert any("浙江露笑袜业有限公司" in reason and "对口" in reason for reason in knitter.reasons)
    assert not any(
        "A1" in reason for group in book.groups for seat in group.seats for reason in seat.reasons
    )


def test_book_invents_no_name_for_an_unknown_id() -> None:
    plan = cast.plan()
    strange = plan.with_(groups=(Group("X9", ("X9", "E2"), plan.groups[0].visits), plan.groups[1]))
    book = cast.build_book(
        cast.problem(), strange, cast.names(), year=2026, title="", status="草案", version=1
    )
    assert book.groups[0].seats[0].person.name == "X9"
    assert book.violations != ()


def test_part_of_a_plan_keeps_its_numbers_and_says_nothing_of_the_whole() -> None:
    plan = cast.plan()
    part = plan.with_(groups=plan.groups[1:], unassigned=(), standbys=None)
    book = cast.build_book(
        cast.problem(),
        part,
        cast.names(),
        year=2026,
        title="",
        status="已发布",
        version=1,
        numbers=(2,),
        hidden=1,
    )
    assert [(group.number, group.name) for group in book.groups] == [(2, "第二评审组")]
    assert (book.objective, book.goals, book.violations, book.problem_digest, book.bound) == (
        None,
        (),
        (),
        "",
        None,
    )
    assert [seat.reasons for seat in book.groups[0].seats] == [(), (), ()]
    assert (book.part, book.hidden) == (True, 1)


def test_organisations_see_no_member_before_release() -> None:
    inside = str(asdict(cast.book()))
    people = [person.name for person in cast.names().persons.values()]
    assert all(name in inside for name in people), "nothing to leak"
    outside = str(asdict(for_organisations(cast.book())))
    assert [
        name for name in [*people, "赵六", "联络", "0575", "138****", "理由"] if name in outside
    ] == []
    assert "浙江露笑袜业有限公司" in outside


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (23, "二十三"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (342, "三百四十二"),
    ],
)
def test_chinese_number_counts_as_people_do(number: int, text: str) -> None:
    assert chinese_number(number) == text
    assert group_name(number) == f"第{text}评审组"


def test_calendar_days_include_the_rest_days_between() -> None:
    assert [day.day for day in calendar_days(cast.book())] == [10, 11, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("number", "status", "published_on", "name"),
    [
        (2, "已发布", date(2026, 9, 3), "2026年度评审组方案第二版（9月3日发布）"),
        (11, "已发布", date(2027, 1, 4), "2026年度评审组方案第十一版（2027年1月4日发布）"),
        (3, "草案", None, "2026年度评审组方案第三版（草案）"),
        (1, "已撤回", date(2026, 9, 3), "2026年度评审组方案第一版（已撤回）"),
    ],
)
def test_version_is_named_as_an_office_writes_it(
    number: int, status: str, published_on: date | None, name: str
) -> None:
    assert version_name(2026, number, status, published_on) == name

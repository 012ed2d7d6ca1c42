"""H13 同组、同一人的现场评审不重叠，同日路程不超限 (60 minutes in the cast; 店口 to 枫桥 takes
40).
"""

from dataclasses import replace

from assignment.solution import Group
from tests.rules.cast import TRAVEL, group, problem, told

SHORT = {"袜厂": {"half_days": 1}, "衬衫厂": {"half_days": 1}}


def one(**starts: int | None) -> list[tuple[str, str]]:
    return told(problem(), group("赵", "钱", "孙", **starts, 袜机站=None))


def test_one_visit_after_the_other() -> None:
    assert one(袜厂=0, 衬衫厂=2) == []
    assert one(袜厂=6, 衬衫厂=4) == []


def test_visits_of_a_group_may_not_overlap() -> None:
    assert one(袜厂=0, 衬衫厂=1) == [("H13", "第1组：袜厂和衬衫厂的现场评审在9月10日下午重叠")]
    assert one(袜厂=4, 衬衫厂=4) == [("H13", "第1组：袜厂和衬衫厂的现场评审在9月14日上午重叠")]


def half_days(**starts: int | None) -> Group:
    """The group with visits of one half-day each."""
    team = group("赵", "钱", "孙", **starts)
    return replace(team, visits=tuple(replace(visit, half_days=1) for visit in team.visits))


def same_day(minutes: int) -> list[tuple[str, str]]:
    """Socks in the morning and shirts in the afternoon of one day."""
    travel = tuple(tuple(minutes if value == 40 else value for value in row) for row in TRAVEL)
    return told(
        problem(cases=SHORT, travel_minutes=travel),
        half_days(袜厂=0, 衬衫厂=1),
        status="partial",
        unassigned=("袜机站",),
    )


def test_two_places_on_one_day_within_the_travel_limit() -> None:
    assert same_day(60) == []


def test_two_places_on_one_day_beyond_it() -> None:
    assert same_day(61) == [
        ("H13", "第1组：9月10日先后到袜厂和衬衫厂，路上要61分钟，同日最多60分钟")
    ]


def test_far_places_on_two_days() -> None:
    far = tuple(tuple(90 if value == 40 else value for value in row) for row in TRAVEL)
    assert (
        told(problem(travel_minutes=far), group("赵", "钱", "孙", 袜厂=0, 衬衫厂=2, 袜机站=None))
        == []
    )


def test_who_serves_in_two_groups_cannot_be_in_two_places() -> None:
    shared = problem(reviewers={"周": {"max_groups": 2}})
    socks = group("赵", "钱", "周", 袜厂=0, 袜机站=None)
    assert told(shared, socks, group("李", "吴", "周", 衬衫厂=2)) == []
    assert told(shared, socks, group("李", "吴", "周", 衬衫厂=1)) == [
        ("H13", "周：袜厂和衬衫厂的现场评审在9月10日下午重叠")
    ]
    assert told(shared, socks, group("李", "吴", "孙", 衬衫厂=1)) == []


def test_the_way_counts_in_the_direction_it_is_gone() -> None:
    one_way = problem(cases=SHORT, travel_minutes=((0, 30, 90), (30, 0, 61), (90, 40, 0)))
    assert (
        told(one_way, half_days(袜厂=1, 衬衫厂=0), status="partial", unassigned=("袜机站",)) == []
    )
    assert [
        rule
        for rule, _ in told(
            one_way, half_days(袜厂=0, 衬衫厂=1), status="partial", unassigned=("袜机站",)
        )
    ] == ["H13"]

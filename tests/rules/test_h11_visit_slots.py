"""H11 现场评审连续进行，中间不隔节假日，且组织能接待."""

from dataclasses import replace
from datetime import date

import pytest

from assignment.problem import Problem, Slot
from assignment.solution import Group, Visit
from tests.rules.cast import SLOTS, group, problem, told


def visiting(start: int | None, half_days: int = 2) -> Group:
    """The group of the cast, with the socks factory at the time in question and the rest after
    it.
    """
    rest = group("赵", "钱", "孙", 袜机站=None)
    return replace(rest, visits=(Visit("袜厂", start, half_days), *rest.visits))


def socks(of: Problem, *visits: Group) -> list[tuple[str, str]]:
    return told(of, *visits, status="partial", unassigned=("衬衫厂",))


@pytest.mark.parametrize("start", [0, 1, 2, 4, 6])
def test_two_half_days_within_a_day_or_overnight(start: int) -> None:
    assert socks(problem(), visiting(start)) == []


def test_not_over_a_weekend() -> None:
    assert socks(problem(), visiting(3)) == [
        ("H11", "袜厂的现场评审在9月14日上午前中断，与前一时段的日期不相连")
    ]


def test_three_half_days_go_on_the_next_morning_but_not_after_the_weekend() -> None:
    three = problem(cases={"袜厂": {"half_days": 3}})
    assert socks(three, visiting(0, 3)) == []
    assert socks(three, visiting(1, 3)) == []
    assert [rule for rule, _ in socks(three, visiting(2, 3))] == ["H11"]


def test_a_half_day_that_the_year_leaves_out_does_not_break_a_visit() -> None:
    # Slots follow one another by position; the afternoon of the 10th is not offered.
    without = problem(slots=(SLOTS[0], *SLOTS[2:]))
    assert socks(without, visiting(0)) == []


def test_a_working_saturday_joins_two_weeks() -> None:
    saturday = problem(
        slots=(*SLOTS[:4], Slot(date(2026, 9, 12), "AM"), Slot(date(2026, 9, 13), "AM"), *SLOTS[4:])
    )
    assert socks(saturday, visiting(5)) == []


def test_not_beyond_the_last_slot() -> None:
    assert socks(problem(), visiting(7)) == [("H11", "袜厂的现场评审超出了可用时段（共8个半天）")]
    assert socks(problem(), visiting(8)) == [("H11", "袜厂的现场评审超出了可用时段（共8个半天）")]


def test_not_while_the_firm_is_closed() -> None:
    closed = problem(cases={"袜厂": {"closed": (1, 4)}})
    assert socks(closed, visiting(0)) == [("H11", "袜厂在9月10日下午不接待")]
    assert socks(closed, visiting(2)) == []


def test_the_visit_is_as_long_as_the_case_says() -> None:
    assert socks(problem(), visiting(0, 1)) == [("H11", "袜厂的现场评审写为1个半天，应为2个半天")]
    assert socks(problem(), visiting(0, 3)) == [("H11", "袜厂的现场评审写为3个半天，应为2个半天")]


def test_a_visit_needs_a_time_and_a_document_review_has_none() -> None:
    assert socks(problem(), visiting(None)) == [
        ("H11", "袜厂需要2个半天的现场评审，却没有安排时间")
    ]
    on_paper = problem(cases={"袜厂": {"half_days": 0}})
    assert socks(on_paper, visiting(None, 0)) == []
    assert socks(on_paper, visiting(0, 0)) == [("H11", "袜厂只作资料评审，不应安排现场评审时间")]

from datetime import date

import pytest

from expert_pool.facts.working_days import DayOverride, WorkingDays

DAYS = WorkingDays()


def test_working_days_know_make_up_days_of_2026() -> None:
    made_up = [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    assert [DAYS.kind(day) for day in made_up] == ["makeup"] * 6
    assert len(DAYS.window(date(2026, 1, 1), date(2026, 12, 31))) == 248


def test_window_of_september_2026_has_the_sunday_but_not_mid_autumn() -> None:
    window = DAYS.window(date(2026, 9, 7), date(2026, 9, 25))
    assert date(2026, 9, 20) in window
    assert date(2026, 9, 25) not in window
    assert len(window) == 15


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [((9, 27), 5, (10, 9)), ((9, 27), 7, (10, 12)), ((2, 11), 3, (2, 14)), ((10, 3), 0, (10, 8))],
)
def test_add_counts_working_days(start: tuple[int, int], n: int, end: tuple[int, int]) -> None:
    assert DAYS.add(date(2026, *start), n) == date(2026, *end)


def test_a_year_without_notice_is_provisional_until_it_is_entered() -> None:
    assert not DAYS.is_provisional(2026)
    assert DAYS.is_provisional(2027)
    assert not WorkingDays(announced=[2027]).is_provisional(2027)


def test_an_override_wins() -> None:
    days = WorkingDays({date(2026, 9, 8): DayOverride("closed", "市里统一活动")})
    assert not days.is_working(date(2026, 9, 8))
    assert days.name(date(2026, 9, 8)) == "市里统一活动"

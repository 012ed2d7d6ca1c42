"""What changes a date is never a harmless word: lunar dates, numerals, joined days, lost zeros."""

from __future__ import annotations

import re
from datetime import date, timedelta

import holidays.calendars.chinese as other_table
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expert_pool.facts import lunar
from expert_pool.facts.absences import Absences, read
from expert_pool.facts.halfday import spell
from expert_pool.facts.writing import Unreadable

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 25)


def said(text: object, first: date = FIRST, last: date = LAST) -> str:
    """The half-days in words, 无 for none, or ? for a question."""
    found = read(text, first, last)  # type: ignore[arg-type]
    return "?" if not isinstance(found, Absences) else spell(found.half_days) or "无"


# the table
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "day", "name"),
    [
        (1, 1, "LUNAR_NEW_YEAR"),
        (5, 5, "DRAGON_BOAT"),
        (8, 15, "MID_AUTUMN"),
        (9, 9, "DOUBLE_NINTH"),
    ],
)
def test_the_lunar_table_agrees_with_another_one_on_every_feast(
    month: int, day: int, name: str
) -> None:
    known = getattr(other_table._ChineseLunisolar, f"{name}_DATES")
    for year in range(2000, 2057):
        at = next(one for one in lunar.months(year) if one.number == month and not one.leap)
        feast = at.first + timedelta(day - 1)
        assert (feast.month, feast.day) == known[year]


def test_every_civil_day_is_one_lunar_day() -> None:
    expected, day = lunar.months(2000)[0].first, lunar.months(2000)[0].first
    for year in range(2000, 2057):
        months = lunar.months(year)
        assert len(months) == 12 + any(one.leap for one in months)
        for one in months:
            assert one.first == expected
            assert 28 <= (one.last - one.first).days <= 29
            expected = one.last + timedelta(1)
    assert lunar.lunar(day) == (2000, 1, False, 1)
    assert lunar.lunar(date(2026, 9, 11)) == (2026, 8, False, 1)
    assert lunar.lunar(date(2025, 7, 25)) == (2025, 6, True, 1)
    assert lunar.lunar(date(1999, 1, 1)) is None


# lunar dates
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("农历8月1日", "9月11日"),
        ("阴历八月初一", "9月11日"),
        ("旧历：八月初一", "9月11日"),
        ("老历八月初六", "9月16日"),
        ("夏历 八月 初一", "9月11日"),
        ("农历8.1", "9月11日"),
        ("8月1日（农历）", "9月11日"),
        ("2026年农历八月初一", "9月11日"),
        ("八月初三", "9月13日"),
        ("八月廿三、八月初三", "9月13日"),
        ("农历八月初一至初五", "9月11日-9月15日"),
        ("农历八月初一到八月初五", "9月11日-9月15日"),
        ("农历8月1日-3日", "9月11日-9月13日"),
        ("农历八月初一、十五", "9月11日、9月25日"),
        ("农历八月初一上午", "9月11日上午"),
        ("农历八月", "9月11日-9月25日"),
        ("农历七月廿九去外地", "9月10日"),
        ("9月10日（农历七月廿九）", "9月10日"),
        ("农历七月廿九（9月10日）", "9月10日"),
        ("八月半", "9月25日"),
        ("中秋节", "9月25日"),
        ("重阳", "无"),
        ("七夕", "无"),
        ("农历七月初一", "无"),
        ("都可以，农历八月初一除外", "9月11日"),
        ("除八月初三外都行", "9月13日"),
        ("公历9月10日", "9月10日"),
        ("农历", "?"),
        ("农历初一", "?"),
        ("初一、十五", "?"),
        ("廿三", "?"),
        ("廿三号", "?"),
        ("9月初三", "?"),
        ("农历8月1日、3日", "?"),
        ("农历八月初一、9月20日", "?"),
        ("农历八月上旬", "?"),
        ("农历八月十五前后", "?"),
        ("9月9日（农历七月廿九）", "?"),
        ("农历七月三十", "?"),
        ("闰八月初一", "?"),
        ("八月十五", "?"),
        ("八月十五日", "?"),
        ("小年", "?"),
        ("9.8、廿九", "?"),
    ],
)
def test_lunar_dates_are_converted_exactly_or_asked(text: str, meant: str) -> None:
    assert said(text) == meant


def test_lunar_dates_at_the_turn_of_the_year_and_in_leap_months() -> None:
    winter = (date(2027, 1, 11), date(2027, 2, 26))
    assert said("腊月廿三", *winter) == "1月30日"
    assert said("正月初一至初三", *winter) == "2月6日-2月8日"
    assert said("大年初二", *winter) == "2月7日"
    assert said("除夕", *winter) == "2月5日"
    assert said("元宵节", *winter) == "2月20日"
    leap = (date(2025, 7, 20), date(2025, 8, 8))  # 2025 has a second sixth month from 25 July
    assert said("闰六月初三", *leap) == "7月27日"
    assert said("农历六月初三", *leap) == "?"
    autumn = (date(2026, 10, 12), date(2026, 10, 30))
    assert said("重阳节", *autumn) == "10月18日"
    assert said("九月十一", *autumn) == "?"  # 20 October, or 11 September
    assert said("农历八月初一", date(2060, 8, 1), date(2060, 9, 30)) == "?"  # beyond the table


# numerals, joined days, lost zeros
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("九月十一", "9月11日"),
        ("9月十一", "9月11日"),
        ("九月十一、十二", "9月11日-9月12日"),
        ("九月十到十二", "9月10日-9月12日"),
        ("九月八、九日", "9月8日-9月9日"),
        ("九月十一出差", "9月11日"),
        ("八、九号", "9月8日-9月9日"),
        ("9月10日、十一", "9月10日-9月11日"),
        ("周二、四上午", "、".join(f"9月{d}日上午" for d in (8, 10, 15, 17, 22, 24))),
        ("八九号", "?"),
        ("九月十五六号", "?"),
        ("十一", "?"),
        ("十一、十二", "?"),
        ("12、13", "?"),
        ("12、13日", "9月12日-9月13日"),
        ("9.8、10、12", "9月8日、9月10日、9月12日"),
        ("9.8、十一", "9月8日、9月11日"),
        ("8.9号", "?"),
        ("8.9", "?"),
        ("8/9", "?"),
        ("8.9、10号", "?"),
        ("8.9-11", "?"),
        ("10.11日", "?"),
        ("10.11", "?"),
        ("9.10号", "?"),
        ("9.10号（周四）", "9月10日"),
        ("9.8、9.10号", "9月8日、9月10日"),
        ("9.8-9.10号", "9月8日-9月10日"),
        ("9/10", "9月10日"),
        ("10月11日", "无"),
        ("2026.10.11", "无"),
        ("10.11-10.15", "无"),
        ("9月28日-10月3日", "无"),
        ("8.30-9.9", "9月7日-9月9日"),
        ("9月24日至10月2日", "9月24日-9月25日"),
        ("9.1", "?"),
        ("9.1号", "?"),
        ("9.1、9.5", "无"),
        (9.1, "?"),
        (8.9, "?"),
        (10.11, "?"),
        (9.11, "9月11日"),
        (8.0, "?"),
        (date(2026, 8, 9), "?"),
        (date(2026, 10, 30), "?"),
        (date(2026, 9, 11), "9月11日"),
        (date(2026, 5, 6), "无"),
        ("三号楼开会", "?"),
        ("9.10二女儿婚礼", "?"),
        ("9.10五金展会", "9月10日"),
        ("9.8、教师节", "?"),
        ("国庆（十一）", "?"),
        ("除9月8日外都行", "9月8日"),
        ("除9月8日上午外都行", "9月8日上午"),
        ("除9.8外都不行", "9月7日、9月9日-9月25日"),
        ("除周三外都可以", "9月9日、9月16日、9月23日"),
        ("9月8日不是不行", "?"),
        ("不是9.8就行", "?"),
        ("9.8没有不便", "?"),
        ("请勿安排9.8-9.10", "9月8日-9月10日"),
        ("9.8半天", "?"),
        ("9.8上半天", "9月8日上午"),
        ("无，10.11", "?"),
        ("都可以（8.9）", "?"),
    ],
)
def test_dates_are_read_only_when_they_have_one_meaning(text: object, meant: str) -> None:
    assert said(text) == meant


def test_a_question_about_joined_days_offers_both_meanings() -> None:
    found = read("8.9号", FIRST, LAST)
    assert isinstance(found, Unreadable)
    assert [said(one.value) for one in found.choices] == ["无", "9月8日-9月9日"]
    found = read("12、13", FIRST, LAST)
    assert isinstance(found, Unreadable)
    assert [said(one.value) for one in found.choices] == ["9月12日-9月13日"]


def test_days_outside_the_window_are_named() -> None:
    found = read("9月28日-10月3日", FIRST, LAST)
    assert isinstance(found, Absences)
    assert found.notes == ("9月28日-10月3日在评审时间段以外，未计",)


# no text with a number is free by itself
# --------------------------------------------------------------------------------------------------

NUMBER = "一二三四五六七八九十廿"
# Everything that may hold a number without being an obstacle: whole dates, weekdays, and clocks
# and counts that belong to them. Written apart from the reader on purpose.
ACCOUNTED = re.compile(
    rf"(?:20\d\d[年.-]?)?(?:农历|阴历)*(?:\d{{1,2}}|[{NUMBER}]{{1,2}}|正|腊)[月.-/](?:初?[{NUMBER}]{{1,3}}|\d{{1,2}})[日号]?"
    rf"|周[{NUMBER}日](?:[、-]?周?[{NUMBER}日](?![日号月]))*|(?:农历|阴历)*(?:\d{{1,2}}|[{NUMBER}]{{1,3}}|正|腊)月|五一|一起|20\d{{6}}|\d{{1,2}}[日号]"
    rf"|年初[{NUMBER}]|(?<=[日号月\d{NUMBER}][、，；至到-])(?:\d{{1,2}}|[{NUMBER}]{{1,3}})[日号]?|[{NUMBER}]{{1,3}}[日号]"
)
WORDS = (
    "月 日 号 年 农历 阴历 正月 腊月 上午 下午 除 外 无 不行 可以 都 其他时间 起 前 后 节",
    "重阳 至 到 周 出差 家长会 楼 会 天 旬 9月 九月 8月 10月 1 2 8 9 10 11 30 2026",
    "十一 二十 初 初一 、 ， ； （ ） . -",
)
SIGNS = [*NUMBER, *" ".join(WORDS).split()]


@settings(max_examples=400, derandomize=True)
@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=7).map("".join))
@example("农历8月1日")
@example("10.11日")
@example("都可以，农历八月初一")
@example("廿三家长会")
@example("国庆、十一")
def test_no_text_with_a_number_is_read_as_free_with_a_sign_unaccounted_for(text: str) -> None:
    found = read(text, FIRST, LAST)
    if not isinstance(found, Absences) or found.half_days:
        return
    rest = ACCOUNTED.sub("", text)
    assert not re.search(rf"[\d{NUMBER}]|农历|阴历|腊月|初", rest), (text, found.notes)
    if re.search(rf"[\d{NUMBER}]", text) and not re.search(r"无|可以|除|后|前|起|外", text):
        assert found.notes, text  # what lies outside the window is said

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expert_pool.facts.absences import Absences, read
from expert_pool.facts.halfday import HalfDay, half_days, spell
from expert_pool.facts.writing import Unreadable

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 25)
WEDNESDAYS = (9, 16, 23)


def understood(text: object, meaning: str = "absent") -> str:
    result = read(text, FIRST, LAST, meaning)  # type: ignore[arg-type]
    assert isinstance(result, Absences), result
    return spell(result.half_days)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9.8-9.11", "9月8日-9月11日"),
        ("９．８～９．１１", "9月8日-9月11日"),
        ("9月9日-13日", "9月9日-9月13日"),
        ("9月8日至11日", "9月8日-9月11日"),
        ("9.8-11", "9月8日-9月11日"),
        ("2026-09-08至2026-09-11", "9月8日-9月11日"),
        ("自9月14日至18日", "9月14日-9月18日"),
        ("9月10日(会议)", "9月10日"),
        ("9月10日（周四）", "9月10日"),
        ("周三（9月9日）下午", "9月9日下午"),
        ("9.14-9.16盘点", "9月14日-9月16日"),
        ("9.10女儿婚礼", "9月10日"),
        ("9月上旬出差", "9月7日-9月10日"),
        ("九月中下旬", "9月11日-9月25日"),
        ("7号全天,11号上午", "9月7日全天、9月11日上午"),
        ("9/12、9/22", "9月12日、9月22日"),
        ("9.8、10、12", "9月8日、9月10日、9月12日"),
        ("9月8、9日上午", "9月8日上午、9月9日上午"),
        ("9.8上午-9.10下午", "9月8日-9月10日"),
        ("9.8下午-9.10", "9月8日下午、9月9日-9月10日"),
        ("9.8-9.10每天上午", "9月8日上午、9月9日上午、9月10日上午"),
        ("9月10日下午2:30-4:00", "9月10日下午"),
        ("9月10日 9:00-15:00", "9月10日"),
        ("2026-09-10 13:00", "9月10日下午"),
        ("2026/9/10 09:00:00", "9月10日上午"),
        ("每周三下午", "、".join(f"9月{day}日下午" for day in WEDNESDAYS)),
        ("9月的每个周三下午", "、".join(f"9月{day}日下午" for day in WEDNESDAYS)),
        ("9.7-9.18每周三下午", "9月9日下午、9月16日下午"),
        ("周一不行", "9月7日、9月14日、9月21日"),
        ("周五", "9月11日、9月18日、9月25日"),
        (
            "周二、四下午",
            "9月8日下午、9月10日下午、9月15日下午、9月17日下午、9月22日下午、9月24日下午",
        ),
        ("9月第二个周三", "9月9日"),
        ("除9.10外都行", "9月10日"),
        ("都可以，9.10除外", "9月10日"),
        ("只有9.15有空", "9月7日-9月14日、9月16日-9月25日"),
        ("9.15有空，其他时间不行", "9月7日-9月14日、9月16日-9月25日"),
        ("9.8不行，其他时间都可以", "9月8日"),
        ("周一不行，但9.14可以", "9月7日、9月21日"),
        ("本人9月8日至10日因公出差，其余时间均可参加", "9月8日-9月10日"),
        ("全部不行", "9月7日-9月25日"),
        ("10号起", "9月10日-9月25日"),
        ("9.8起3天", "9月8日-9月10日"),
        ("上午可以，下午不行", "、".join(f"9月{day}日下午" for day in range(7, 26))),
        ("9.10上午不便，下午可以", "9月10日上午"),
        ("9.8-9.11共四天", "9月8日-9月11日"),
        ("住院至9月15日", "9月7日-9月15日"),
        ("9.8-9.11 出差上海", "9月8日-9月11日"),
        ("9月11日晚上", ""),
        ("1号-3号", ""),
        ("国庆期间", ""),
        (9.8, "9月8日"),
        (date(2026, 9, 10), "9月10日"),
    ],
)
def test_read_understands_what_can_be_read_exactly(text: object, meant: str) -> None:
    assert understood(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "无",
        "没有",
        "都可以",
        "全部可以",
        "没问题",
        "随时",
        "听安排",
        "没有不能参加的",
        "服从统一安排",
        "暂无",
        "9.7-9.25都可以",
        "无特殊情况",
    ],
)
def test_read_takes_no_obstacle_as_free(text: str) -> None:
    assert understood(text) == ""


@pytest.mark.parametrize("text", ["", None, "  ", "\u3000"])
def test_read_keeps_blank_unknown(text: str | None) -> None:
    assert read(text, FIRST, LAST) is None


@pytest.mark.parametrize(
    "text",
    [
        "待定",
        "出差",
        "本周",
        "国庆后",
        "上午均可",
        "9.31",
        "9月底",
        "月底",
        "9.11-9.8",
        "8-11",
        "9-11",
        "10号以后",
        "9.15有空",
        "9.8-9.10上午",
        "9月8日、9日上午",
        "周一、周三下午",
        "9月10日(周五)",
        "隔周三",
        "9.8或9.9",
        "可能9.10",
        "9.10左右",
        "9.10没课",
        "请安排在9.15",
        "9.15参加",
        "不是9.10",
        "9.10除外",
        "只能9.15、9.16",
        "9月10日半天",
        "2025.9.8",
        "9.9.10",
        "9月8.9日",
        "/",
        "—",
        "一般周三",
        "9.10无法确定",
        "3天",
        "出差三天",
        "家长会",
        "下周二",
        "9.10起3天",
        "9月8日-",
        "周三上午9月9日",
        9.1,
        46273.0,
        "x" * 400,
    ],
)
def test_read_asks_instead_of_guessing(text: object) -> None:
    result = read(text, FIRST, LAST)  # type: ignore[arg-type]
    assert isinstance(result, Unreadable)
    assert result.why


def test_read_offers_the_possible_meanings() -> None:
    result = read("10号以后", FIRST, LAST)
    assert isinstance(result, Unreadable)
    assert [choice.value for choice in result.choices] == ["9月10日-9月25日", "9月11日-9月25日"]


def test_read_ignores_an_ambiguity_without_effect() -> None:
    assert (
        understood("12号以后") == "9月12日-9月25日"
    )  # 12 September 2026 is a Saturday: with or without it no visit is lost


def test_read_of_a_column_of_free_times_turns_it_round() -> None:
    assert understood("9.8-9.11", "free") == "9月7日、9月12日-9月25日"
    assert understood("周一不行", "free") == "9月7日、9月14日、9月21日"
    assert isinstance(read("无", FIRST, LAST, "free"), Unreadable)


def test_read_of_an_unclear_column_needs_a_word() -> None:
    assert isinstance(read("9.8-9.11", FIRST, LAST, "unclear"), Unreadable)
    assert understood("9.10出差", "unclear") == "9月10日"


def test_read_takes_the_month_from_a_window_over_two_months() -> None:
    first, last = date(2026, 9, 21), date(2026, 10, 16)
    result = read("28号、12号", first, last)
    assert isinstance(result, Absences)
    assert spell(result.half_days) == "9月28日、10月12日"
    assert isinstance(read("25号前后", first, last), Unreadable)


@given(st.sets(st.sampled_from(half_days(FIRST, LAST)), min_size=1))
def test_spell_is_read_back_to_the_same_half_days(absent: set[HalfDay]) -> None:
    result = read(spell(absent), FIRST, LAST)
    assert isinstance(result, Absences)
    assert set(result.half_days) == absent


@given(st.text(alphabet="9月日.-、,8上下午周一三不行可以都除外后前每到(会) 10", max_size=14))
def test_read_never_fails(text: str) -> None:
    result = read(text, FIRST, LAST)
    assert result is None or isinstance(result, Absences | Unreadable)

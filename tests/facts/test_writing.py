from datetime import date

import pytest

from expert_pool.facts.dates import Written, read_date
from expert_pool.facts.identifiers import check_character, credit_code, identity_card
from expert_pool.facts.writing import (
    Count,
    Unreadable,
    clean,
    count,
    looks_like_formula,
    mark,
    person_name,
    phone,
    split_list,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("１７５４１８６２０２３", "17541862023"),
        (15789833523.0, "15789833523"),
        ("157-8156-3826", "15781563826"),
        ("132 5629 1920", "13256291920"),
        ("+86 138 1234 5678", "13812345678"),
        ("138—1234—5678", "13812345678"),
        ("1.3812345678E+10", "13812345678"),
        ("13812345678/0575-87012345", "13812345678"),
        ("(0575)87012345转801", "0575-87012345-801"),
    ],
)
def test_phone_is_read(text: str | float, number: str) -> None:
    assert phone(text) == number


@pytest.mark.parametrize(
    "text", ["1381234567", "138123456789", "1.38E+10", "abc", "", None, "12345678901"]
)
def test_phone_that_is_none_says_why(text: str | None) -> None:
    assert isinstance(phone(text), Unreadable)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("1992年8月", date(1992, 8, 1), "month"),
        ("1959.1", date(1959, 1, 1), "month"),
        ("1973.10", date(1973, 10, 1), "month"),
        ("1974/6/13", date(1974, 6, 13), "day"),
        ("1977-07-21", date(1977, 7, 21), "day"),
        ("一九七七年七月二十一日", date(1977, 7, 21), "day"),
        (19770721.0, date(1977, 7, 21), "day"),
        (date(1955, 11, 7), date(1955, 11, 7), "day"),
    ],
)
def test_date_is_read(text: str | float | date, day: date, precision: str) -> None:
    assert read_date(text, 1930, 2010) == Written(day, precision)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        1959.1,
        "1975",
        "1975.13",
        "1977年2月30日",
        "77.7",
        28000.0,
        "1850-01-01",
        "2030年5月",
        "1962年9月(农历)",
        "不详",
    ],
)
def test_date_that_is_unclear_is_a_question(text: str | float) -> None:
    assert isinstance(read_date(text, 1930, 2010), Unreadable)


def test_a_number_that_lost_its_zero_offers_both_months() -> None:
    result = read_date(1959.1, 1930, 2010)
    assert isinstance(result, Unreadable)
    assert [choice.value for choice in result.choices] == ["1959年1月", "1959年10月"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("√", True),
        ("是", True),
        ("Y", True),
        (1.0, True),
        ("×", False),
        ("否", False),
        ("", None),
        (None, None),
    ],
)
def test_mark_keeps_blank_unknown(text: str | float | None, value: bool | None) -> None:
    assert mark(text) is value


def test_mark_asks_what_it_does_not_know() -> None:
    assert isinstance(mark("国家级"), Unreadable)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("约300人", Count(300, True)),
        (3600.0, Count(3600)),
        ("1,200", Count(1200)),
        ("1.2万", Count(12000)),
        ("", None),
    ],
)
def test_count_is_read(text: str | float, value: Count | None) -> None:
    assert count(text) == value


def test_count_asks_about_a_range() -> None:
    assert isinstance(count("200-300人"), Unreadable)


def test_credit_code_accepts_a_right_one_and_explains_a_wrong_one() -> None:
    assert credit_code(" 91330681cb6tf9kt9c ") == "91330681CB6TF9KT9C"
    wrong = credit_code("91330681CB6TF9KT9D")
    assert isinstance(wrong, Unreadable)
    assert "第 18 位应为 C，现为 D" in wrong.why
    assert wrong.choices[0].value == "91330681CB6TF9KT9C"


def test_credit_code_finds_two_characters_swapped() -> None:
    swapped = credit_code("91330681BC6TF9KT9C")
    assert isinstance(swapped, Unreadable)
    assert "第 9、10 位写颠倒了" in swapped.why


@pytest.mark.parametrize(
    "first", ["11", "21", "31", "41", "52", "61", "71", "81", "91", "A1", "N2", "Y1"]
)
def test_credit_code_of_every_register_is_accepted(first: str) -> None:
    body = f"{first}330681MA2999999"
    assert credit_code(body + check_character(body)) == body + check_character(body)
    for wrong in (f"B{body[1:]}", f"{body[:3]}A{body[4:]}"):
        assert isinstance(credit_code(wrong + check_character(wrong)), Unreadable)


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("110101199003074477", (date(1990, 3, 7), "男")),
        ("330681197006130017", (date(1970, 6, 13), "男")),  # before 诸暨 was 330681
        ("330681198003010022", (date(1980, 3, 1), "女")),
        ("330603198507120031", (date(1985, 7, 12), "男")),
        ("330110198003050013", (date(1980, 3, 5), "男")),
        ("500106198307090038", (date(1983, 7, 9), "男")),  # before 重庆 was a province
        ("11010519491231002x", (date(1949, 12, 31), "女")),
    ],
)
def test_identity_card_is_read_by_the_standard_alone(number: str, read: tuple[date, str]) -> None:
    assert identity_card(number) == identity_card(f" {number}\u200b") == read


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("110101199003074478", "校验不符"),
        ("11010119900307447", "应为 18 位，现为 17 位"),
        ("1101011990030744770", "应为 18 位，现为 19 位"),
        ("330681199002300017", "19900230 不是一个日期"),
        ("33068119900230001A", "最后一位是数字或 X"),
        (330681198902099000.0, "后面的数字已经丢失"),
        ("3.30681E+17", "后面的数字已经丢失"),
    ],
)
def test_a_wrong_identity_number_says_why_and_nobody_s_repair(
    number: str | float, why: str
) -> None:
    found = identity_card(number)
    assert isinstance(found, Unreadable)
    assert why in found.why
    assert found.choices == ()
    assert len(found.text) <= 10


def test_a_credit_code_kept_as_a_number_has_lost_its_digits() -> None:
    for cell in (913306811460005000.0, "9.13307E+17"):
        found = credit_code(cell)
        assert isinstance(found, Unreadable)
        assert ("后面的数字已经丢失" in found.why, found.choices) == (True, ())


def test_names_and_lists() -> None:
    assert person_name(" 赵　龙 ") == "赵龙"
    assert isinstance(person_name("赵龙1"), Unreadable)
    assert split_list("1.甲、2.乙；丙(a、b), 丁\n戊") == ("甲", "乙", "丙(a、b)", "丁", "戊")
    assert clean("Ａ\u200bＢ\u3000 Ｃ\x07") == "AB C"


@pytest.mark.parametrize(
    "text", ["=1+1", "＝HYPERLINK(1)", "@SUM(A1)", "+cmd|' /C calc'!A0", "－cmd|' /C calc'!A0"]
)
def test_formula_like_text_is_recognised(text: str) -> None:
    assert looks_like_formula(text)


@pytest.mark.parametrize("text", ["-", "+86 138", "-5℃以下", "3=4", "@李建"])
def test_harmless_text_is_not_a_formula(text: str) -> None:
    assert not looks_like_formula(text)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("\u202d13812345601\u202c", "13812345601"),
        ("\u206813812345602\u2069", "13812345602"),
        ("13812345604（微信同号）", "13812345604"),
        ("13812345605 周先生", "13812345605"),
        ("手机：13812345606", "13812345606"),
        ("+86（575）87012345", "0575-87012345"),
    ],
)
def test_a_telephone_is_read_among_words_and_signs(written: str, number: str) -> None:
    assert phone(written) == number


def test_words_do_not_repair_a_telephone() -> None:
    assert isinstance(phone("1381234560（微信同号）"), Unreadable)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("孙丙\u2069", "孙丙"),
        ("王\U000e0100辛", "王辛"),
        ("艾力．买买提", "艾力·买买提"),
        ("艾力•买买提", "艾力·买买提"),
        ("古丽・艾力", "古丽·艾力"),
        ("⻢冬", "马冬"),
        ("王䶮", "王䶮"),
        ("李\ue863", "李䶮"),
        ("陈﨑", "陈﨑"),
        ("杨𫰡", "杨𫰡"),
    ],
)
def test_rare_characters_dots_and_invisible_signs_make_no_bad_name(written: str, name: str) -> None:
    assert person_name(written) == name

"""每张记录表的格子: whatever the records hold, an export that nobody touched is no news; and how
single cells are read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expert_pool.core.record_sheets import (
    SHEETS,
    Column,
    RecordSheet,
    masked_out,
    recognise,
    score,
    write,
)
from expert_pool.core.record_sheets.columns import ITEMS, read
from expert_pool.core.record_sheets.rows import Known, People, Someone, read_sheet
from expert_pool.facts.halfday import HalfDay
from expert_pool.facts.writing import Unreadable
from expert_pool.spreadsheet import SheetOut, read_tables, write_book

SOME = People(
    (
        Someone("e-1", "赵龙", "某院", "18022930067"),
        Someone("e-2", "赵龙", "某厂"),
        Someone("e-3", "钱一", "某校"),
    )
)
FIRST, LAST = date(2026, 9, 7), date(2026, 9, 18)
text = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@、；，。/无是否 \u3000"),
    max_size=20,
)
BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "text": text,
    "email": text,
    "uscc": text,
    "date": st.none() | st.dates(date(1960, 1, 1), date(2060, 1, 1)),
    "moment": st.none()
    | st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    "year": st.none() | st.integers(1990, 2100),
    "count": st.none() | st.integers(0, 400),
    "score": st.none() | st.integers(0, 100_000).map(lambda number: number / 100),
    "percent": st.none() | st.integers(1, 10_000).map(lambda number: number / 100),
    "mark": st.booleans(),
    "points": st.dictionaries(st.sampled_from(sorted(ITEMS)), st.integers(0, 50), min_size=1),
    "days": st.none()
    | st.lists(
        st.builds(HalfDay, st.dates(FIRST, LAST), st.sampled_from(["AM", "PM"])),
        max_size=4,
        unique=True,
    ).map(tuple),
    "person": st.just("e-3 钱一"),
}


def value_of(column: Column) -> st.SearchStrategy[Any]:
    return (
        st.sampled_from(["", *column.choices]) if column.kind == "choice" else BY_KIND[column.kind]
    )


def records_of(sheet: RecordSheet) -> st.SearchStrategy[list[Known]]:
    values = st.fixed_dictionaries(
        {one.field: value_of(one) for one in sheet.columns if not one.passing}
    )
    one = st.builds(lambda values: values, values)
    return st.lists(one, min_size=1, max_size=3).map(
        lambda found: (
            [
                Known(
                    uid_of(sheet, n),
                    uid_of(sheet, n) if not sheet.record_column else "e-1",
                    "赵龙",
                    v,
                )
                for n, v in enumerate(found)
            ]
            if sheet.person
            else [Known(f"x-{n}", "", "", v) for n, v in enumerate(found)]
        )
    )


def uid_of(sheet: RecordSheet, number: int) -> str:
    return f"x-{number}" if sheet.record_column else f"e-{number + 1}"


def named(one: Known) -> str:
    return SOME.by_uid[one.expert].name


def exported(sheet: RecordSheet, known: list[Known], whole: bool) -> bytes:
    cell = write if whole else masked_out
    rows = [
        (
            *((one.uid,) if sheet.record_column else ()),
            *((one.expert, named(one)) if sheet.person else ()),
            *(
                cell(column, one.values[column.field])
                for column in sheet.columns
                if not column.passing
            ),
        )
        for one in known
    ]
    return write_book((SheetOut(sheet.title, sheet.headings, rows),))


@pytest.mark.parametrize("key", [one.key for one in SHEETS.values() if not one.reading_only])
@settings(max_examples=25, deadline=None)
@given(st.data(), st.booleans())
def test_an_untouched_sheet_is_no_news(key: str, data: st.DataObject, whole: bool) -> None:
    sheet = SHEETS[key]
    known = data.draw(records_of(sheet))
    (table,) = read_tables(exported(sheet, known, whole), "导出.xlsx", score)
    assert recognise(table.sheet, table.headings) is sheet
    plan = read_sheet(sheet, table, known, SOME)
    assert (plan.new, plan.changed, plan.problems) == ((), (), ())
    assert {one.uid for one in plan.unchanged} <= {one.uid for one in known}


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("date", "2019年3月", date(2019, 3, 1)),
        ("year", "2024年度", 2024),
        ("year", 2024.0, 2024),
        ("count", "3个半天", 3),
        ("score", "612.5分", 612.5),
        ("mark", "√", True),
        (
            "points",
            "专业能力38、工作态度与配合：27；独立公正 28分",
            {"skill": 38, "work": 27, "fair": 28},
        ),
        ("points", "意见中肯、有帮助 45、作风与廉洁 50", {"insight": 45, "manner": 50}),
        ("text", "  诸暨市 某某  公司 ", "诸暨市 某某 公司"),
    ],
)
def test_a_cell_is_read_as_offices_write_it(kind: Any, cell: Any, value: object) -> None:
    assert read(Column("某列", "x", kind, edge="first", least=0, most=2100), cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("2021年12月", date(2021, 12, 31)), ("2019", date(2019, 12, 31)), ("至今", None)],
)
def test_a_last_day_known_by_its_month_or_year_is_the_latest_it_can_be(
    cell: str, value: object
) -> None:
    assert read(Column("至", "x", "date", edge="last"), cell) == value


@pytest.mark.parametrize(
    ("key", "field", "cell", "value"),
    [
        ("conflicts", "kind", "咨询", "CONSULTING"),
        ("conflicts", "kind", "任职或劳动关系", "EMPLOYMENT"),
        ("appointments", "grade", "见习", "trainee"),
        ("stages", "stage", "现场", "site"),
        ("ratings", "rater", "组长", "leader"),
    ],
)
def test_a_choice_is_known_by_its_usual_words(key: str, field: str, cell: str, value: str) -> None:
    column = SHEETS[key].column(field)
    assert column is not None and read(column, cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "why"),
    [
        ("date", "2019年", "没有月份"),
        ("date", "2019年13月1日", "没有 13 月"),
        ("date", "2019年3月", "没有写到日"),
        ("year", "去年", "年份"),
        ("year", 1875, "1990"),
        ("count", "很多", "整数"),
        ("score", "优秀", "得分"),
        ("percent", 0.035, "分不清"),
        ("mark", "看情况", "是"),
        ("email", "没有邮箱", "邮箱"),
        ("uscc", "91330681", "18 位"),
        ("points", "能力很强", "专业能力"),
        ("text", "长" * 3000, "精简"),
    ],
)
def test_a_bad_cell_says_why(kind: Any, cell: Any, why: str) -> None:
    found = read(Column("某列", "x", kind, least=1990, most=2100), cell)
    assert isinstance(found, Unreadable) and why in found.why


@pytest.mark.parametrize(
    ("uid", "name", "employer", "phone", "found"),
    [
        ("e-1", "赵龙", "", "", "e-1"),
        ("", "钱一", "", "", "e-3"),
        ("", "赵龙", "某厂", "", "e-2"),
        ("", "赵龙", "", "18022930067", "e-1"),
        ("", "赵龙", "", "", "几位"),
        ("", "赵龙", "别处", "", "几位"),
        ("e-1", "钱一", "", "", "对不上"),
        ("e-9", "赵龙", "", "", "没有系统编号"),
        ("", "孙二", "", "", "先在“专家台账”导入"),
        ("", "", "", "", "姓名为空"),
    ],
)
def test_a_person_is_found_and_never_guessed(
    uid: str, name: str, employer: str, phone: str, found: str
) -> None:
    one = SOME.find(uid, name, employer, phone)
    assert found in (one.why if isinstance(one, Unreadable) else one.uid)


@pytest.mark.parametrize(
    ("title", "headings", "key"),
    [
        ("聘任", ["姓名", "随便"], "appointments"),
        ("Sheet1", ["姓名", "聘任等级", "聘期开始", "聘期结束", "文号"], "appointments"),
        ("Sheet1", ["年份", "姓名", "受评单位", "得分"], "service"),
        ("Sheet1", ["姓名", "关系", "企业名称", "依据"], "conflicts"),
        ("Sheet1", ["姓名", "电话"], None),
        ("年度声明", ["姓名", "年度"], "declarations"),
    ],
)
def test_a_table_is_known_by_its_name_or_its_headings(
    title: str, headings: list[str], key: str | None
) -> None:
    found = recognise(title, headings)
    assert (found.key if found else None) == key


def test_every_sheet_is_told_apart_from_the_others_by_its_own_headings() -> None:
    able = [one for one in SHEETS.values() if not (one.reading_only or one.only_changes)]
    assert [recognise("Sheet1", one.headings) for one in able] == able

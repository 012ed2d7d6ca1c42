"""The two sheets an office gets by mail: 推荐表 and 股东名单, as people write them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from expert_pool import spreadsheet
from expert_pool.core.recommendation import (
    CandidacyFields,
    HoldingFields,
    OfficialFields,
    read_holdings,
    read_officials,
    read_recommendations,
)
from expert_pool.facts.intake import Context, RawTable
from expert_pool.facts.refusal import Refusal

CONTEXT = Context(year=2026, window=(date(2026, 9, 7), date(2026, 9, 18)))


def sheet(*rows: tuple[object, ...]) -> RawTable:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    data = BytesIO()
    book.save(data)
    return spreadsheet.read_table(data.getvalue(), "表.xlsx")


HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "出生年月",
    "工作单位",
    "职称",
    "学历",
    "熟悉行业",
    "手机",
    "电子邮箱",
    "从事质量工作年限",
    "培训情况",
    "培训时间",
    "推荐单位",
    "有无违法违纪",
)
GOOD = (
    1,
    "顾炎武",
    "男",
    "1972年7月",
    "诸暨市质量协会",
    "高级工程师",
    "本科",
    "1763",
    "13812345678",
    "gu@zjzl.org.cn",
    "12年",
    "卓越绩效评审员培训",
    "2024.5",
    "诸暨市市场监管局",
    "无",
)


def filled(template: bytes, *row: object) -> RawTable:
    """Our own blank sheet with one line filled in."""
    book = load_workbook(BytesIO(template))
    for number, value in enumerate(row, 1):
        book.worksheets[0].cell(4, number).value = value  # type: ignore[assignment]
    data = BytesIO()
    book.save(data)
    return spreadsheet.read_table(data.getvalue(), "表.xlsx")


def test_our_own_blank_sheets_come_back_as_they_were_filled_in() -> None:
    line = (
        1,
        "顾炎武",
        "男",
        "1972年7月",
        "诸暨市质量协会",
        "高级工程师",
        "本科",
        "1763 针织或钩针编织品制造",
        "13812345678",
        "12年",
        "评审员培训",
        "2024年5月",
        "诸暨市市场监管局",
        "无",
    )
    read = read_recommendations(filled(spreadsheet.recommendation_template(), *line), CONTEXT)
    assert [
        (one.person.name, one.candidacy.experience_years, one.candidacy.conduct)
        for one in read.rows
    ] == [("顾炎武", 12, True)]
    assert read.problems == ()
    officials = read_officials(
        filled(
            spreadsheet.officials_template(),
            1,
            "宣立群",
            "诸暨市发展和改革局",
            "审委会委员",
            "2026-01-01",
        ),
        2026,
    )
    assert officials.rows == (
        OfficialFields("committee", "宣立群", "诸暨市发展和改革局", date(2026, 1, 1), 4),
    )
    holdings = read_holdings(
        filled(spreadsheet.holdings_template(), 1, "诸暨某公司", "", "张三", "12%", "股东")
    )
    assert [(one.company, one.holder, one.percent, one.position) for one in holdings.rows] == [
        ("诸暨某公司", "张三", 12.0, "股东")
    ]


def test_a_blank_sheet_sent_back_empty_says_nothing() -> None:
    assert read_officials(filled(spreadsheet.officials_template()), 2026).rows == ()
    assert read_holdings(filled(spreadsheet.holdings_template())).rows == ()


def changed(**cells: object) -> tuple[object, ...]:
    return tuple(cells.get(heading, value) for heading, value in zip(HEADINGS, GOOD, strict=True))


def test_a_recommendation_is_read_whole() -> None:
    read = read_recommendations(sheet(("诸暨市政府质量奖评审员推荐表",), HEADINGS, GOOD), CONTEXT)
    assert read.problems == ()
    (one,) = read.rows
    assert one.candidacy == CandidacyFields(
        "recommended", "诸暨市市场监管局", None, 12, "卓越绩效评审员培训", date(2024, 5, 1), True
    )
    person = one.person
    assert (person.name, person.birth, person.title, person.seniority, person.email) == (
        "顾炎武",
        date(1972, 7, 1),
        "高级工程师",
        4,
        "gu@zjzl.org.cn",
    )
    assert [item.code for item in person.industries] == ["1763"]


@pytest.mark.parametrize(
    ("cell", "value", "column", "reason"),
    [
        ("手机", "1381234567", "手机", "位"),
        ("从事质量工作年限", "很多年", "从事质量工作年限", "几年"),
        ("有无违法违纪", "待查", "有无违法违纪", "看不出"),
        ("培训时间", "去年", "培训时间", "看不出日期"),
        ("出生年月", "1972年13月", "出生年月", "没有 13 月"),
    ],
)
def test_every_bad_cell_is_named_with_row_and_column(
    cell: str, value: str, column: str, reason: str
) -> None:
    read = read_recommendations(
        sheet(HEADINGS, GOOD, changed(**{"姓名": "黄宗羲", "手机": "13912345678", cell: value})),
        CONTEXT,
    )
    assert [(one.row, one.column, one.value) for one in read.problems] == [(3, column, value)]
    assert reason in read.problems[0].reason


@pytest.mark.parametrize(
    ("words", "conduct"), [("有", False), ("无", True), ("", None), ("同意推荐", True)]
)
def test_conduct_is_said_or_unknown(words: str, conduct: bool | None) -> None:
    assert (
        read_recommendations(sheet(HEADINGS, changed(有无违法违纪=words)), CONTEXT)
        .rows[0]
        .candidacy.conduct
        is conduct
    )


def test_holders_people_and_companies() -> None:
    read = read_holdings(
        sheet(
            ("企业名称", "股东名称", "持股比例", "职务"),
            ("浙江甲袜业有限公司", "乙控股集团有限公司", "60%", ""),
            ("浙江甲袜业有限公司", "顾炎武", 0.055, "股东"),
            ("浙江甲袜业有限公司", "黄宗羲", None, "独立董事"),
        )
    )
    assert read.problems == ()
    assert read.rows == (
        HoldingFields("浙江甲袜业有限公司", "乙控股集团有限公司", True, "股东", 60.0, "", 2),
        HoldingFields("浙江甲袜业有限公司", "顾炎武", False, "股东", 5.5, "", 3),
        HoldingFields("浙江甲袜业有限公司", "黄宗羲", False, "独立董事", None, "", 4),
    )


def test_a_bad_line_and_a_foreign_sheet() -> None:
    read = read_holdings(
        sheet(
            ("企业名称", "信用代码", "股东名称", "持股比例"),
            ("甲公司", "1", "", "六成"),
            ("甲公司", "", "乙", 130),
        )
    )
    assert [(one.row, one.column) for one in read.problems] == [
        (2, "股东名称"),
        (2, "信用代码"),
        (2, "持股比例"),
        (3, "持股比例"),
    ]
    with pytest.raises(Refusal) as caught:
        read_holdings(sheet(("姓名", "工作单位", "手机"), ("甲", "乙", "13812345678")))
    assert caught.value.code == "no-column"


def test_officials_and_their_roles() -> None:
    read = read_officials(
        sheet(
            ("审委会委员及公职人员名单",),
            ("序号", "姓名", "工作单位", "身份", "任职时间"),
            (1, "石建中", "诸暨市人民政府", "审委会副主任委员", "2024年3月"),
            (2, "应雪芳", "诸暨市市场监管局", "监管部门工作人员", ""),
            (3, "斯国良", "大唐街道办事处", "推荐单位工作人员", None),
        ),
        2026,
    )
    assert read.problems == ()
    assert read.rows == (
        OfficialFields("committee", "石建中", "诸暨市人民政府", date(2024, 3, 1), 3),
        OfficialFields("regulator", "应雪芳", "诸暨市市场监管局", None, 4),
        OfficialFields("recommender", "斯国良", "大唐街道办事处", None, 5),
    )
    bad = read_officials(
        sheet(("姓名", "单位", "身份"), ("", "某局", "审委会委员"), ("甲", "某局", "群众")), 2026
    )
    assert [(one.row, one.column) for one in bad.problems] == [(2, "姓名"), (3, "身份")]
    with pytest.raises(Refusal, match="身份") as caught:
        read_officials(sheet(("姓名", "工作单位", "手机"), ("甲", "乙", "13812345678")), 2026)
    assert caught.value.code == "no-column"

"""Messy and hostile sheets of records: what is written in them, and which cells must be named.

Each sheet has a handful.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl

Rows = list[list[object]]
FIRM = "诸暨大东袜业有限公司"
LONG = "长" * 5_000


@dataclass(frozen=True)
class Mess:
    """One table: `bad` are the (row, column) that must be named, `taken` the rows that are new
    nevertheless.
    """

    title: str
    rows: Rows
    bad: tuple[tuple[int, str], ...] = ()
    taken: tuple[int, ...] = ()


def written(
    title: str,
    rows: Rows,
    finish: Callable[[openpyxl.worksheet.worksheet.Worksheet], None] = lambda page: None,
) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    for cells in workbook.active.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text that only looks like a formula
    finish(workbook.active)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


TERM = ["姓名", "工作单位", "等级", "聘书编号", "聘期起", "聘期止"]
CONFLICT = ["姓名", "情形", "单位", "自", "至", "依据"]
SERVICE = ["姓名", "年度", "评审的组织", "任组长", "半天数", "评价", "备注"]
STAGE = ["姓名", "年度", "评审的组织", "阶段", "出勤", "报告", "本人评分"]
RATING = ["姓名", "年度", "评审的组织", "阶段", "评价方", "各项得分"]
MESSES: dict[str, Mess] = {
    "terms-in-every-shape": Mess(
        "聘任",
        [
            TERM,
            ["钱 一", "某校", "评审员", "甲1", "二〇一六年三月一日", "2018.12"],
            ["钱一", "某校", "见习", "甲2", "20190101", "2019年"],
            ["钱一\u200b", "某校", "ｒeviewer", "甲3", "2020-01-01", "2020-12-31"],
            ["钱一", "某校", "评审员", "甲4", 43831, "2020-12-31"],
            ["钱一", "某校", "评审员", "甲5", "2020-02-30", "2020-12-31"],
            ["赵龙", "", "评审员", "甲6", "2020-01-01", "2020-12-31"],
        ],
        ((5, "聘期起"), (6, "聘期起"), (7, "姓名")),
        (2, 3, 4),
    ),
    ("terms-twice"): Mess(
        "聘任",
        [TERM, *[["钱一", "某校", "评审员", "甲1", "2016-01-01", "2018-12-31"]] * 2],
        ((3, "等级"),),
        (2,),
    ),
    "terms-with-forged-numbers": Mess(
        "聘任",
        [
            ["记录编号", "系统编号", "姓名", "等级", "聘期起", "聘期止"],
            ["t-zzz", "e-3", "钱一", "评审员", "2016-01-01", "2018-12-31"],
            ["", "e-1", "钱一", "评审员", "2016-01-01", "2018-12-31"],
            ["", "e-1' OR '1'='1", "赵龙", "评审员", "2016-01-01", "2018-12-31"],
        ],
        ((2, "记录编号"), (3, "姓名"), (4, "系统编号")),
    ),
    "conflicts-in-the-offices-words": Mess(
        "回避情形",
        [
            CONFLICT,
            ["钱一", "咨询", FIRM, "2019年", "至今", '=HYPERLINK("http://x")'],
            ["钱一", "老乡", FIRM, "", "", ""],
            ["钱一", "持股", "", "", "", "年报"],
            ["钱一", "亲属", FIRM, "去年", "", ""],
            ["钱一", "供应商", FIRM, "", "", LONG],
            ["钱一", "同组评审员之间是夫妻、近亲属或直接上下级", FIRM, "", "", ""],
        ],
        ((3, "情形"), (4, "单位"), (5, "自"), (6, "依据"), (7, "情形")),
        (2,),
    ),
    "pairs": Mess(
        "同组回避",
        [
            ["姓名", "另一人", "情形", "至"],
            ["钱一", "周二", "亲属", ""],
            ["钱一", "赵龙", "亲属", ""],
            ["钱一", "e-2 赵龙", "同单位", ""],
            ["钱一", "没有人", "亲属", ""],
            ["钱一", "周二", "朋友", "某天"],
        ],
        ((3, "另一人"), (5, "另一人"), (6, "情形"), (6, "至")),
        (2, 4),
    ),
    "reviews": Mess(
        "评审记录",
        [
            SERVICE,
            ["钱一", "2016年度", FIRM, "√", "2半天", "９１分", "@SUM(A1)"],
            ["钱一", 2017.0, FIRM, "也许", 2, 90, ""],
            ["钱一", "1899", FIRM, "", 2, 90, ""],
            ["钱一", 2018, FIRM, "", -3, 90, ""],
            ["钱一", 2019, FIRM, "", "1E9", 90, ""],
            ["钱一", 2020, FIRM, "", 2, "优秀", ""],
            ["", 2020, FIRM, "", 2, 90, ""],
            ["合计", "", "", "", 10, "", ""],
        ],
        ((3, "任组长"), (4, "年度"), (5, "半天数"), (6, "半天数"), (7, "评价"), (8, "姓名")),
        (2,),
    ),
    "stages": Mess(
        "阶段履职",
        [
            STAGE,
            ["钱一", 2019, FIRM, "现场", "全程参加", "", "612.5"],
            ["钱一", 2019, FIRM, "答辩", "", "", ""],
            ["钱一", 2020, FIRM, "资料", "旷工", "交了", "1001"],
            ["钱一", 2021, FIRM, "", "", "", "inf"],
        ],
        ((3, "阶段"), (4, "出勤"), (4, "报告"), (4, "本人评分"), (5, "阶段"), (5, "本人评分")),
        (2,),
    ),
    "ratings": Mess(
        "履职评价",
        [
            RATING,
            [
                "钱一",
                2019,
                FIRM,
                "现场评审",
                "评审组长",
                "专业能力：38 工作态度与配合：27；独立公正：28分",
            ],
            ["钱一", 2019, FIRM, "现场评审", "审定办", "92"],
            ["钱一", 2019, FIRM, "现场评审", "群众", "作风与廉洁 50、意见中肯、有帮助 50"],
            ["钱一", 2019, FIRM, "资料评审", "审定办", "纪律与保密 -40"],
        ],
        ((3, "各项得分"), (4, "评价方"), (5, "各项得分")),
        (2,),
    ),
    "free-days": Mess(
        "可参加时间",
        [
            ["姓名", "年度", "自", "至", "不能参加的时间"],
            ["钱一", 2025, "2025-09-08", "2025-09-19", "9.8-9.9、9月15日下午"],
            ["钱一", 2024, "2024-09-20", "2024-09-09", "无"],
            ["钱一", 2023, "2023-09-11", "2023-09-22", "看情况"],
            ["钱一", 2022, "2022-09-12", "2022-09-23", ""],
            ["钱一", 2021, "", "2021-09-23", "无"],
        ],
        ((3, "至"), (4, "不能参加的时间"), (5, "不能参加的时间"), (6, "自")),
        (2,),
    ),
    "suspensions": Mess(
        "暂停使用",
        [
            ["姓名", "年度", "原因", "恢复"],
            ["钱一", 2026, "出国", ""],
            ["钱一", "明年", "出国", ""],
            ["钱一", "", "", "2026-01-01"],
        ],
        ((3, "年度"), (4, "原因")),
        (2,),
    ),
    "cases": Mess(
        "违规案件",
        [
            ["姓名", "种类", "发生日期", "情况", "结论", "决定人"],
            ["钱一", "与申报组织私下接触", "2019-05-01", "来信反映", "查实", "周主任"],
            ["钱一", "态度不好", "2019-05-02", "来信反映", "", ""],
            ["钱一", "泄露评审信息", "2019-05", "", "", ""],
        ],
        ((3, "种类"), (4, "发生日期"), (4, "情况")),
        (2,),
    ),
    "waivers": Mess(
        "豁免",
        [
            ["姓名", "情形", "单位", "豁免理由", "复核"],
            ["钱一", "师生", FIRM, "二十年前", "同意"],
            ["钱一", "师生", FIRM, "", ""],
            ["", "", "", "x", ""],
        ],
        ((3, "豁免理由"), (4, "姓名")),
        (2,),
    ),
    "groups": Mess(
        "集团关系",
        [
            ["企业", "所属集团", "来源"],
            [FIRM, "+大东集团", "年报"],
            [FIRM, "", ""],
            ["", "大东集团", ""],
            [FIRM, "+大东集团", "又一次"],
        ],
        ((3, "所属集团"), (4, "企业"), (5, "企业")),
        (2,),
    ),
    "officials": Mess(
        "委员和公职人员",
        [
            ["姓名", "单位", "身份", "自"],
            ["某委员", "发改局", "委员", "2024年"],
            ["某人", "", "委员", ""],
            ["某人", "某局", "保安", "0"],
        ],
        ((3, "单位"), (4, "身份"), (4, "自")),
        (2,),
    ),
    "details": Mess(
        "其他资料",
        [
            ["系统编号", "姓名", "邮箱", "资历", "单位信用代码"],
            ["e-3", "钱一", "不是邮箱", 9, "123"],
            ["e-9", "钱一", "", "", ""],
            ["e-4", "周二", "a@b.cn", 3, ""],
        ],
        ((2, "邮箱"), (2, "资历"), (2, "单位信用代码"), (3, "系统编号")),
    ),
}

# What may stand in any cell at all: nothing of it may break the reading, or come through as a date
# or a number.
GARBAGE: tuple[object, ...] = (
    "\u202e逆序",
    "'; DROP TABLE expert; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "1e309",
    "99999999999999999999",
    "\U0001f600" * 50,
    "#REF!",
    "第\n二\n行",
    -1,
    0,
    1e300,
    True,
)


def two_rows_of_headings(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    """姓名 over two rows, 聘期 over 起 and 止, as forms on paper have it."""
    page.insert_rows(1, 3)
    page["A1"] = "历年聘任一览表"
    for column, upper, lower in (
        ("A", "姓名", None),
        ("B", "工作单位", None),
        ("C", "等级", None),
        ("D", "聘书编号", None),
    ):
        page[f"{column}2"], page[f"{column}3"] = upper, lower
    page["E2"], page["E3"], page["F3"] = "聘期", "聘期起", "聘期止"
    page.merge_cells("A1:F1")
    page.merge_cells("E2:F2")
    for column in "ABCD":
        page.merge_cells(f"{column}2:{column}3")

"""导入模板: 专家信息表 and 申报汇总表 with drop-downs and checks. Each has an example row that the
import recognises and leaves out.

Columns that Excel would mangle (9.10, telephone numbers) are formatted as text. Lists stand on a
hidden sheet 代码.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from expert_pool.core.record_sheets import Column as RecordColumn
from expert_pool.core.record_sheets import RecordSheet
from expert_pool.facts.industry import Industries
from expert_pool.facts.towns import Towns
from expert_pool.spreadsheet.writing import CREATED, OPTIONS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ROWS = 500  # rows prepared for filling in
FIRST_ROW = 4  # 0-based: title, hint, headings, example come before
TEXT = "@"
LONGEST_LIST = 255


@dataclass(frozen=True)
class Column:
    """One column: heading, example, width, and what may be chosen.

    `strict`: nothing but the choices.
    """

    heading: str
    example: str
    width: int = 12
    choices: Sequence[str] | str = ()  # a str names a list of the code sheet
    strict: bool = False
    hint: str = ""


YES_NO = ("是", "否")


def _asked(window: tuple[date, date] | None) -> str:
    """9月7日-9月25日: the days a column asks about."""
    return "-".join(f"{day.month}月{day.day}日" for day in window or ())


def expert_template(window: tuple[date, date] | None = None) -> bytes:
    """专家信息表. With a window the column of absences says which days are asked about."""
    asked = _asked(window)
    trade = "从下拉中选，或写平常的叫法（如 袜业、水暖管件）"
    columns = (
        Column("序号", "示例", 6),
        Column("姓名", "张三", 10),
        Column("性别", "男", 6, ("男", "女"), strict=True),
        Column("出生年月", "1975年6月", 12, hint="如 1975年6月 或 1975-06-13"),
        Column("工作单位", "诸暨市某某有限公司", 28, hint="写全称；已退休写“退休”"),
        Column("职务/职称", "高级工程师", 14),
        Column("学历", "本科", 8, ("博士", "硕士", "本科", "大专", "高中及以下")),
        Column("熟悉行业1", "176 针织或钩针编织物及其制品制造", 24, "industries", hint=trade),
        Column("熟悉行业2", "", 24, "industries", hint=trade),
        Column("熟悉行业3", "", 24, "industries", hint=trade),
        Column("质量管理专家", "是", 10, YES_NO, strict=True),
        Column("可任组长", "否", 8, YES_NO, strict=True),
        Column("手机", "13800000000", 14, hint="11 位手机号"),
        Column("所在地", "大唐街道", 12, "towns", hint="常住的镇街；市外写到县市区"),
        Column(
            "需回避的单位",
            "诸暨市某某集团有限公司",
            26,
            hint="写全称，几个单位用“、”隔开；没有写“无”",
        ),
        Column(
            f"{asked}不能参加的时间",
            "9.8-9.11、每周三下午",
            26,
            hint="都有空请写“无”；空着表示还不知道，将不安排",
        ),
        Column("备注", "", 20),
    )
    return _template("专家信息表", "评审专家信息表", columns)


def applicant_template(window: tuple[date, date] | None = None) -> bytes:
    """申报汇总表."""
    asked = _asked(window)
    columns = (
        Column("序号", "示例", 6),
        Column("申报组织名称", "诸暨市某某有限公司", 30, hint="与营业执照一致"),
        Column("统一社会信用代码", "91330681CB6TF9KT9C", 22, hint="18 位"),
        Column("申报奖项", "质量奖", 10, ("质量奖", "创新奖"), strict=True),
        Column("所属行业/主导产品", "袜业", 24, "industries", hint="从下拉中选，或写平常的叫法"),
        Column("所在镇街", "大唐街道", 12, "towns", strict=True),
        Column("成立时间", "2011-07-08", 12, hint="如 2011年7月 或 2011-07-08"),
        Column("职工人数", "240", 8),
        Column("推荐单位", "大唐街道办事处", 18),
        Column("联系人", "李四", 10),
        Column("联系电话", "13800000000", 14),
        Column(f"{asked}不便接待时间", "9.14-9.16盘点", 22, hint="没有不便请写“无”"),
        Column("以往获奖", "2021年质量奖", 18),
        Column("上级公司", "", 24, hint="母公司或所属集团，用于回避核对"),
        Column("备注", "", 20),
    )
    return _template("申报汇总表", "诸暨市政府质量奖申报组织汇总表", columns)


def recommendation_template() -> bytes:
    """评审员推荐表."""
    columns = (
        Column("序号", "", 6),
        Column("姓名", "", 10),
        Column("性别", "", 6, ("男", "女"), strict=True),
        Column("出生年月", "", 12, hint="如 1975年6月 或 1975-06-13"),
        Column("工作单位", "", 28, hint="写全称；已退休写“退休”"),
        Column("职称", "", 14),
        Column("学历", "", 8, ("博士", "硕士", "本科", "大专", "高中及以下")),
        Column("熟悉行业", "", 24, "industries", hint="从下拉中选，或写平常的叫法"),
        Column("手机", "", 14, hint="11 位手机号"),
        Column("从事质量工作年限", "", 10, hint="整年数，如 12年"),
        Column("培训情况", "", 24, hint="参加过的质量管理培训；没有写“无”"),
        Column("培训时间", "", 12, hint="如 2024年5月"),
        Column("推荐单位", "", 24, hint="写全称"),
        Column("有无违法违纪", "", 10, ("无", "有"), strict=True),
    )
    return _template("评审员推荐表", "政府质量奖评审员推荐表", columns)


def officials_template() -> bytes:
    """委员和公职人员名单."""
    columns = (
        Column("序号", "", 6),
        Column("姓名", "", 12),
        Column("单位", "", 32, hint="写全称"),
        Column(
            "身份",
            "",
            26,
            ("审委会委员", "审定办或监管部门工作人员", "推荐单位工作人员"),
            strict=True,
        ),
        Column("任职起始日期", "", 16, hint="可不填；如 2026-01-01"),
    )
    return _template("名单", "审委会委员和公职人员名单", columns)


def holdings_template() -> bytes:
    """股东和主要人员名单."""
    columns = (
        Column("序号", "", 6),
        Column("企业名称", "", 32, hint="申报组织的全称"),
        Column("统一社会信用代码", "", 22, hint="18 位，可不填"),
        Column("股东名称", "", 32, hint="个人写姓名，单位写全称；董事、监事、高管也写在这一列"),
        Column("持股比例", "", 10, hint="如 12%；不是股东的不填"),
        Column(
            "职务", "", 14, ("股东", "控股股东", "法定代表人", "董事", "监事", "经理", "实际控制人")
        ),
    )
    return _template("名单", "股东和主要人员名单", columns)


def record_template(sheet: RecordSheet) -> bytes:
    """各项记录: a blank sheet of one kind, with the columns that a person fills in."""
    who = (
        (Column("姓名", "", 10), Column("工作单位", "", 28, hint="与专家库一致；重名的一定要写"))
        if sheet.person
        else ()
    )
    own = (
        Column(
            one.heading,
            "",
            20 if one.kind in ("text", "days", "points") else 14,
            tuple(one.choices.values()) or _marks(one),
            hint=_hint(one),
        )
        for one in sheet.columns
        if not one.house and one.field != "text"
    )
    return _template(sheet.title, sheet.title, (Column("序号", "", 6), *who, *own))


def _marks(column: RecordColumn) -> tuple[str, ...]:
    return YES_NO if column.kind == "mark" else ()


def _hint(column: RecordColumn) -> str:
    told = {"date": "如 2024-05-20", "year": "如 2024", "uscc": "18 位，可不填"}.get(
        column.kind, ""
    )
    return "；".join(
        part for part in ("必填" if column.needed else "", column.hint or told) if part
    )


def _template(sheet: str, title: str, columns: Sequence[Column]) -> bytes:
    buffer = io.BytesIO()
    import xlsxwriter  # not for the process that only reads tables

    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": title})
        page = book.add_worksheet(sheet)
        lists = _code_sheet(book, columns)
        big = book.add_format(
            {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}
        )
        head = book.add_format(
            {
                "bold": True,
                "border": 1,
                "bg_color": "#E8EEF4",
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
            }
        )
        grey = book.add_format(
            {"italic": True, "font_color": "#808080", "border": 1, "num_format": TEXT}
        )
        cell = book.add_format({"border": 1, "num_format": TEXT})
        page.merge_range(0, 0, 0, len(columns) - 1, title, big)
        told = any(column.example for column in columns)
        start = "从示例下面一行填起；示例行不会导入" if told else "从表头下面一行填起"
        page.write_string(1, 0, f"说明：一行一条，{start}。把光标放在格子里会出现填写提示。")
        page.set_row(0, 30)
        page.set_row(2, 32)
        for number, column in enumerate(columns):
            page.set_column(number, number, column.width)
            page.write_string(2, number, column.heading, head)
            page.write_string(3, number, column.example, grey)
            for row in range(FIRST_ROW, FIRST_ROW + ROWS):
                page.write_blank(row, number, None, cell)
            _validate(page, number, column, lists)
        page.freeze_panes(3, 2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(2)
        page.activate()
    return buffer.getvalue()


def _code_sheet(book: Workbook, columns: Sequence[Column]) -> Callable[[str], str]:
    """The hidden lists, also those too long to stand in a cell's own check; gives the cell range of
    a list by name.
    """
    industries = Industries.load()
    lists: dict[str, Sequence[str]] = {
        "towns": [
            town.name
            for town in (
                *Towns.load().zhuji,
                *(town for town in Towns.load().all if not town.in_zhuji),
            )
        ],
        "industries": [
            f"{code} {industries.name(code)}" for code in industries.codes() if len(code) == 3
        ],
    }
    lists |= {
        one.heading: one.choices
        for one in columns
        if _long(one) and not isinstance(one.choices, str)
    }
    codes = book.add_worksheet("代码")
    codes.hide()
    ranges: dict[str, str] = {}
    for column, (name, values) in enumerate(lists.items()):
        for row, value in enumerate(values):
            codes.write_string(row, column, value)
        letter = "ABCDEFGH"[column]
        ranges[name] = f"=代码!${letter}$1:${letter}${len(values)}"
    return ranges.__getitem__


def _long(column: Column) -> bool:
    """Excel takes a list of 255 characters at most."""
    return not isinstance(column.choices, str) and len(",".join(column.choices)) > LONGEST_LIST


def _validate(page: Worksheet, number: int, column: Column, lists: Callable[[str], str]) -> None:
    options: dict[str, object] = {"validate": "any"}
    if column.choices:
        named = column.heading if _long(column) else column.choices
        source = lists(named) if isinstance(named, str) else list(named)
        options = {
            "validate": "list",
            "source": source,
            "error_type": "stop" if column.strict else "information",
        }
        options |= {
            "error_title": "请核对",
            "error_message": "不在可选范围内。" + ("" if column.strict else "确认要这样写吗？"),
        }
    if column.hint:
        options |= {"input_title": column.heading[-30:], "input_message": column.hint}
    if len(options) > 1:
        page.data_validation(FIRST_ROW, number, FIRST_ROW + ROWS - 1, number, options)

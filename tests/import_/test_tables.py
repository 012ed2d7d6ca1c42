"""Finding the table in a file: titles, headings over two rows, totals, hidden and merged cells,
several sheets, CSV; and writing one.
"""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from award.applicants.core import sheet_in as applicants_roster
from expert_pool.core import roster as experts_roster
from expert_pool.facts.headings import map_headings
from expert_pool.facts.intake import Context
from expert_pool.spreadsheet import applicant_template, expert_template, read_table, write_table

WINDOW = (date(2026, 9, 7), date(2026, 9, 25))


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def page_of(*rows: list[Any]) -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book, book.active


def test_title_lines_totals_footers_and_repeated_headings_are_not_data() -> None:
    book, _ = page_of(
        ["专家名册"],
        ["填报单位：某局", "", "2026年6月"],
        ["序号", "姓名", "手机"],
        [1, "赵龙", "13800000001"],
        [],
        ["序号", "姓名", "手机"],
        ["一、市外专家"],
        [2, "钱一", "13800000002"],
        ["", "合计", 3],
        ["注：以上为初稿。"],
    )
    table = read_table(saved(book), "a.xlsx")
    assert (table.title, table.heading_row, [row.number for row in table.rows]) == (
        "专家名册",
        3,
        [4, 8],
    )
    assert [note[:8] for note in table.notes] == [
        "第 6 行是重复",
        "第 7、10 行",
        "第 9 行是合计",
        "合计行写的是 3",
    ]


def test_headings_over_two_rows_are_joined() -> None:
    book, page = page_of(
        ["姓名", "联系方式", "", "评审", ""],
        ["", "手机", "邮箱", "熟悉行业", "可任组长"],
        ["赵龙", "13800000001", "", "袜业", "是"],
    )
    page.merge_cells("A1:A2")
    page.merge_cells("B1:C1")
    page.merge_cells("D1:E1")
    table = read_table(saved(book), "a.xlsx")
    assert table.headings == (
        "姓名",
        "联系方式>手机",
        "联系方式>邮箱",
        "评审>熟悉行业",
        "评审>可任组长",
    )
    assert dict(map_headings("expert", table.headings, {}).fields) == {
        "姓名": "name",
        "联系方式>手机": "phone",
        "联系方式>邮箱": "private",
        "评审>熟悉行业": "industries",
        "评审>可任组长": "leader",
    }


def test_hidden_rows_are_read_and_reported_and_merged_cells_are_filled() -> None:
    book, page = page_of(
        ["企业名称", "所在镇街", "联系人"],
        ["甲有限公司", "店口镇", "张三"],
        ["乙有限公司", None, "李四"],
    )
    page.merge_cells("B2:B3")
    page.row_dimensions[3].hidden = True
    table = read_table(saved(book), "a.xlsx")
    assert [row.cells["所在镇街"] for row in table.rows] == ["店口镇", "店口镇"]
    assert table.rows[1].hidden
    assert any("第 3 行在表里是隐藏的" in note for note in table.notes)


def test_the_best_sheet_is_chosen_and_named() -> None:
    book, page = page_of(["说明", "版本"], ["本表供内部使用", "2"])
    page.title = "说明页"
    other = book.create_sheet("名单")
    other.append(["姓名", "工作单位", "手机"])
    other.append(["赵龙", "某院", "13800000001"])
    table = read_table(saved(book), "a.xlsx")
    assert table.sheet == "名单"
    assert "说明页" in table.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_usual_encodings(encoding: str) -> None:
    table = read_table(
        "姓名,工作单位,手机\n赵龙,某院,１３８００００００１\n".encode(encoding), "a.csv"
    )
    assert table.headings == ("姓名", "工作单位", "手机")
    assert table.rows[0].cells["姓名"] == "赵龙"


def test_unknown_headings_still_give_a_table() -> None:
    book, _ = page_of(["类目", "标识"], ["甲", "x"])
    assert read_table(saved(book), "a.xlsx").headings == ("类目", "标识")


def test_remembered_headings_go_first_and_cells_help_with_strange_ones() -> None:
    rows = [["甲乙", "列一", "列二"], *[[f"赵龙{n}", f"1380000000{n}", "男"] for n in range(4)]]
    book, _ = page_of(*rows)
    table = read_table(saved(book), "a.xlsx")
    headings = experts_roster.map_headings(table.headings, {"甲乙": "name"}, table.rows)
    assert dict(headings.fields) == {"甲乙": "name", "列一": "phone", "列二": "gender"}
    assert headings.unsure == ("列一", "列二")


PERSON = (
    "1|王小明|男|1980年10月|某院|工程师|本科|176"
    " 针织或钩针编织物及其制品制造|水暖管件||是|否|13812345678|店口镇|无|9.10|"
)
FIRM = (
    "1|诸暨市甲有限公司|91330681CB6TF9KT9C|创新奖|袜业|大唐街道|2011."
    "10|240|大唐街道办事处|李四|13812345678|无"
)


@pytest.mark.parametrize(
    ("template", "roster", "filled"),
    [(expert_template, experts_roster, PERSON), (applicant_template, applicants_roster, FIRM)],
)
def test_template_filled_in_is_imported_without_a_question(
    template: Any, roster: Any, filled: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(WINDOW)))
    page = book.worksheets[0]
    assert book.worksheets[1].sheet_state == "hidden"
    assert page.data_validations.count >= 5
    for column, value in enumerate(filled.split("|"), 1):
        page.cell(5, column, value)
    table = read_table(saved(book), "模板.xlsx")
    assert [row.number for row in table.rows] == [5]
    headings = roster.map_headings(table.headings, {}, table.rows)
    assert (headings.unsure, headings.unknown) == ((), ())
    parsed = roster.parse_rows(table, headings, Context(2026, WINDOW))
    assert (len(parsed.drafts), parsed.problems, parsed.questions) == (1, (), ())


def test_written_tables_hold_no_formula_and_come_back_the_same() -> None:
    dangerous = ["=1+1", "＝HYPERLINK(1)", "@SUM(A1)", "+1", "－1", "\t=1", "正常", "a\x00b"]
    data = write_table(
        ["姓名", "说明", "日期", "数"],
        [[text, text, date(2026, 9, 8), 3.5] for text in dangerous],
        title="=标题",
    )
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
    table = read_table(data, "a.xlsx")
    assert [row.cells["姓名"] for row in table.rows] == [
        text.replace("\x00", "") for text in dangerous
    ]
    assert table.rows[0].cells["日期"] == date(2026, 9, 8)
    assert write_table(["a"], [["b"]]) == write_table(["a"], [["b"]])

"""Cells that hold an error, and CSV files of every program: nothing is read as empty or shifted."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from award.applicants.core import sheet_in
from expert_pool.core import roster
from expert_pool.core.recommendation import read_holdings, read_officials, read_recommendations
from expert_pool.core.record_sheets import SHEETS
from expert_pool.core.record_sheets.rows import People, Someone, read_sheet
from expert_pool.facts.intake import Context, Parsed
from expert_pool.facts.writing import blank, error_value, looks_like_formula, phone
from expert_pool.spreadsheet import read_table
from expert_pool.spreadsheet.grid import grid_of_csv

CONTEXT = Context(2026, (date(2026, 9, 7), date(2026, 9, 25)))
ERRORS = {
    "#N/A": 42,
    "#REF!": 23,
    "#VALUE!": 15,
    "#DIV/0!": 7,
    "#NAME?": 29,
    "#NULL!": 0,
    "#NUM!": 36,
}


def book(rows: list[list[str]]) -> bytes:
    """A workbook in which the names of errors are error cells, as pasting leaves them."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet("名册")
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                if text in ERRORS:
                    page.write_formula(y, x, "=1", None, text)
                else:
                    page.write_string(y, x, text)
    return _values_only(data.getvalue())


def _values_only(data: bytes) -> bytes:
    """Formulas taken out, their results left: 选择性粘贴—数值."""
    import re
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, re.sub(rb"<f>[^<]*</f>", b"", part))
    return packed.getvalue()


def experts(data: bytes) -> Parsed[roster.ExpertDraft]:
    table = read_table(data, "表")
    return roster.parse_rows(table, roster.map_headings(table.headings, {}, table.rows), CONTEXT)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("column", ["姓名", "手机", "需回避的单位", "不能参加的时间", "食宿"])
def test_an_error_value_in_any_column_is_a_bad_row_that_names_it(error: str, column: str) -> None:
    headings = ["姓名", "手机", "工作单位", "需回避的单位", "不能参加的时间", "食宿"]
    good = dict(zip(headings, ["赵龙", "13812345678", "甲院", "无", "无", "清真"], strict=True))
    found = experts(book([headings, list((good | {column: error}).values()), list(good.values())]))
    assert [(one.row, one.column, one.value) for one in found.problems] == [(2, column, error)]
    assert error in found.problems[0].reason
    assert [draft.row for draft in found.drafts] == [3]


@pytest.mark.parametrize(
    "text",
    ["#N/A", "＃Ｎ／Ａ", "#n/a", "#SPILL!", "#CALC!", "甲厂；#REF!", "Err:502", "错误值", "####"],
)
def test_error_values_are_known_as_text_too(text: str) -> None:
    assert error_value(text)
    assert not blank(text)


@pytest.mark.parametrize("text", ["无", "", "#1楼", "错误值分析", "N/A", "1#厂房", 7.0, None])
def test_other_texts_are_no_error_values(text: str | float | None) -> None:
    assert error_value(text) == ""


def test_an_error_value_keeps_an_applicant_out() -> None:
    headings = ["申报组织名称", "申报奖项", "联系人", "不便接待时间"]
    table = read_table(book([headings, ["甲袜业有限公司", "质量奖", "王某", "#REF!"]]), "表")
    found = sheet_in.parse_rows(
        table, sheet_in.map_headings(table.headings, {}, table.rows), CONTEXT
    )
    assert found.drafts == ()
    assert [(one.column, one.value) for one in found.problems] == [("不便接待时间", "#REF!")]


def test_an_error_value_is_named_in_records_and_in_the_three_lists() -> None:
    conflicts = SHEETS["conflicts"]
    rows = [["姓名", *(one.heading for one in conflicts.columns)]]
    rows.append(["赵龙", "#N/A", *["" for _ in conflicts.columns[1:]]])
    plan = read_sheet(conflicts, read_table(book(rows), "表"), (), People([Someone("e1", "赵龙")]))
    assert [one.value for one in plan.problems] == ["#N/A"]
    officials = book([["姓名", "单位", "身份", "备注"], ["赵龙", "市局", "委员", "#NAME?"]])
    assert [o.value for o in read_officials(read_table(officials, "表"), 2026).problems] == [
        "#NAME?"
    ]
    holdings = book([["企业名称", "股东名称", "持股比例"], ["甲厂", "赵龙", "#DIV/0!"]])
    assert [one.value for one in read_holdings(read_table(holdings, "表")).problems] == ["#DIV/0!"]
    form = book([["姓名", "手机", "推荐单位意见"], ["赵龙", "13812345678", "#NUM!"]])
    found = read_recommendations(read_table(form, "表", "expert"), CONTEXT)
    assert [one.value for one in found.problems] == ["#NUM!"]
    assert found.rows == ()


def test_what_was_not_read_is_said_in_rosters_and_lists() -> None:
    twice = ["姓名", "手机", "姓名", "手机"]
    people = ["赵龙", "13812345678", "孙海", "13712345670"]
    assert [note[:24] for note in experts(book([twice, people])).notes] == [
        "没有读入的列（表头重复）：姓名(2)、手机(2)"
    ]
    odd = book([["姓名", "手机", "星座"], ["赵龙", "13812345678", "狮子"]])
    assert experts(odd).notes == ("没有读入的列（不认识表头）：星座。",)
    officials = book(
        [["序号", "姓名", "单位", "身份", "星座"], ["1", "赵龙", "市局", "委员", "狮子"]]
    )
    found = read_officials(read_table(officials, "表"), 2026)
    assert found.notes == ("没有读入的列（不认识表头）：星座。",)
    holdings = book([["企业名称", "股东名称", "星座"], ["甲厂", "赵龙", "狮子"]])
    assert read_holdings(read_table(holdings, "表")).notes == found.notes


LISTS = "甲袜业;乙弹簧;丙珍珠;丁铜业", "9月8日;9月9日;9月10日;9月14日"
PLAIN = [["姓名", "手机", "需回避的单位", "不能参加的时间"], ["赵龙", "13812345678", *LISTS]]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\n", '"sep={}"\r\n'])
def test_the_delimiter_is_the_one_of_headings_and_even_rows(mark: str, first: str) -> None:
    quoted = [[f'"{cell}"' if mark in cell else cell for cell in row] for row in PLAIN]
    text = first.format(mark) + "\n".join(mark.join(row) for row in quoted)
    assert list(map(list, grid_of_csv(text.encode("gb18030")).rows)) == PLAIN


def test_a_tab_after_every_value_is_no_delimiter() -> None:
    text = "\n".join(",".join(f"{cell}\t" for cell in row) for row in PLAIN)
    assert list(map(list, grid_of_csv(text.encode()).rows)) == PLAIN


def test_unknown_headings_are_separated_by_even_rows() -> None:
    text = "色号,备用\n红;绿;蓝,1\n黄;紫;橙;青,2\n灰,3\n"
    assert [len(row) for row in grid_of_csv(text.encode()).rows] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    "cell",
    ["\t13812345678", '="13812345678"', '"=""13812345678"""', "'13812345678", " 13812345678\t"],
)
def test_what_keeps_a_number_whole_is_taken_off(cell: str) -> None:
    found = experts(f"姓名,手机,工作单位\n赵龙,{cell},甲院\n".encode())
    assert [draft.phone for draft in found.drafts] == ["13812345678"]


@pytest.mark.parametrize(
    "cell", ["=1+1", '="a"&CMD()', "+SUM(A1)", "-cmd|' /C'!A0", "@SUM(1)", '="=1+1"']
)
def test_formulas_still_refuse_the_file(cell: str) -> None:
    from expert_pool.facts.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        grid_of_csv(f"姓名;手机\n赵龙;{cell}\n".encode())
    assert (refused.value.code, refused.value.params["cell"]) == ("formula", "B2")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+86(575)87012345", "0575-87012345"),
        ("+86（575）87012345", "0575-87012345"),
        ("+86-575-8701234", "0575-8701234"),
        ("0086 575 8701 2345", "0575-87012345"),
        ("(+86)0575-87012345", "0575-87012345"),
        ("+86(21)12345678转123", "021-12345678-123"),
        ("+86 138 1234 5678", "13812345678"),
    ],
)
def test_a_telephone_with_the_country_code_is_one(written: str, meant: str) -> None:
    assert phone(written) == meant
    assert not looks_like_formula(written)

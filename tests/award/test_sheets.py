"""评分表 by Excel: 200 books out and in unchanged; thirty kinds of tampering refused by cell."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import openpyxl
import pytest

from award.scoring.core import scorebook, sheet
from award.scoring.core.rubric import parse
from award.scoring.core.scorebook import Book, Mark
from award.scoring.sheets import PAGE, WIDTHS
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.rubric import newest_document
from expert_pool.spreadsheet.forms import (
    MANIFEST,
    FormColumn,
    FormOut,
    read_form,
    write_form,
)

RUBRIC = parse(json.dumps(dict(newest_document())))
UID = "b-000000000000001"
REMARKS = (
    "",
    "有方法。",
    "流程清楚，\n覆盖到班组。",
    "=加号开头的话",
    "+5 家供应商",
    "“引号”、<标签> & 符号",
)


def a_book(seed: int, stage: str) -> Book:
    random = Random(seed)
    start = {item.no: random.randrange(0, 101, 5) for item in RUBRIC.items}
    marks = {
        item.no: Mark(
            random.choice([None, *RUBRIC.scale]),
            random.choice(REMARKS),
            random.choice(REMARKS),
            random.choice(REMARKS) if stage == "document" else "",
            random.choice(REMARKS) if stage == "site" else "",
            random.randrange(5),
        )
        for item in RUBRIC.items
        if random.random() < 0.9
    }
    return Book(marks, start if stage == "site" else {})


def workbook(book: Book, stage: str = "document") -> bytes:
    columns = [
        FormColumn(heading, WIDTHS[at], at >= 4, RUBRIC.scale if at == 4 else ())
        for at, heading in enumerate(sheet.headings(stage))
    ]
    return write_form(
        FormOut(
            PAGE,
            "资料评审评分表",
            ("申报组织：诸暨大东袜业有限公司", "2026年度", "请填写", "交回"),
            columns,
            sheet.rows(RUBRIC, book, stage),
            sheet.manifest(RUBRIC, book, UID, stage),
        )
    )


def read(data: bytes, book: Book, stage: str = "document") -> sheet.Reading:
    cells, found = read_form(data, PAGE)
    if why := sheet.not_hers(found, UID):
        raise Refusal("not-her-sheet", why)
    return sheet.read(RUBRIC, book, stage, cells, found)


def test_two_hundred_books_come_back_unchanged() -> None:
    for seed in range(200):
        stage = "document" if seed % 2 else "site"
        book = a_book(seed, stage)
        found = read(workbook(book, stage), book, stage)
        assert (found.problems, found.conflicts, found.changed) == ((), (), ())
        assert scorebook.to_json(found.book) == scorebook.to_json(book)


def test_what_was_filled_in_is_taken_and_totalled() -> None:
    data = edited(a_book(1, "document"), lambda page, hidden: fill(page))
    found = read(data, a_book(1, "document"))
    assert found.problems == () and "4.1.2" in found.changed
    assert scorebook.total(RUBRIC, scorebook.complete(RUBRIC, found.book)) == 60_000


def fill(page: Any) -> None:
    for row in range(sheet.FIRST_ROW, sheet.FIRST_ROW + 23):
        page[f"E{row}"] = "60%" if row % 2 else 60


def edited(book: Book, change: Callable[[Any, Any], object]) -> bytes:
    found = openpyxl.load_workbook(io.BytesIO(workbook(book)))
    change(found[PAGE], found[MANIFEST])
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def put(place: str, value: object) -> Callable[[Any, Any], object]:
    def change(page: Any, hidden: Any) -> None:
        page[place] = value

    return change


def hide(row: int, value: str) -> Callable[[Any, Any], object]:
    def change(page: Any, hidden: Any) -> None:
        hidden.cell(row, 2, value)

    return change


OTHER = "这张评分表用的不是本年度本阶段的标准，请重新下载再填。"
TAMPERED: dict[str, tuple[Callable[[Any, Any], object], str]] = {
    "another reviewer's": (hide(2, "b-000000000000002"), "这不是您的评分表。"),
    "another format": (hide(1, "scoresheet/0"), "不是本系统现在的格式"),
    "another rubric": (hide(4, "f" * 64), OTHER),
    "another stage": (hide(3, "site"), OTHER),
    "other items listed": (hide(5, "4.1.2"), "隐藏的清单被改动过"),
    "item renumbered": (put("B7", "4.1.3"), "B7的条款与本年度标准不符。"),
    "item renamed": (put("C8", "组织"), "C8的名称与本年度标准不符。"),
    "points raised": (put("D9", 300), "D9的分值与本年度标准不符。"),
    "row deleted": (lambda page, hidden: page.delete_rows(10), "B10的条款与本年度标准不符。"),
    "row inserted": (lambda page, hidden: page.insert_rows(12), "B12的条款与本年度标准不符。"),
    "column deleted": (lambda page, hidden: page.delete_cols(3), "C6的表头"),
    "column inserted": (lambda page, hidden: page.insert_cols(6), "F6的表头"),
    "heading changed": (put("E6", "得分"), "E6的表头应是“百分比”"),
    "rows swapped": (
        lambda page, hidden: (put("B7", "4.1.3")(page, 0), put("B8", "4.1.2")(page, 0)),
        "B7的条款",
    ),
    "off the scale": (put("E9", 52), "E9是52，不在评分档上，应为0到100之间5的倍数。"),
    "over a hundred": (put("E9", 105), "E9是105，不在评分档上"),
    "below nought": (put("E9", -5), "E9是-5，不在评分档上"),
    "half a point": (put("E9", 52.5), "E9是52.5，不在评分档上"),
    "a fraction": (put("E9", 0.55), "E9是0.55，请按百分数填写，如 55。"),
    "one": (put("E9", 1), "E9是1，请按百分数填写"),
    "in words": (put("E9", "六十"), "E9写的是“六十”"),
    "full-width": (put("E9", "６０"), "E9写的是“６０”"),
    "a range": (put("E9", "50-60"), "E9写的是“50-60”"),
    "a date": (put("E9", date(2026, 5, 5)), "E9是日期"),
    "a truth": (put("E9", True), "E9写的是“是”"),
    "an error value": (put("E9", "#N/A"), "E9写的是“#N/A”"),
    "error in a text": (put("F9", "#REF!"), "F9是错误值#REF!"),
    "too long": (put("F9", "长" * 2001), "F9超过2000字"),
    "below the table": (put("E31", 60), "E31在表格之外"),
    "beside the table": (put("J8", "备注"), "J8在表格之外"),
    "half a point as text": (put("E9", "12.5%"), "E9写的是“12.5%”"),
    "endless digits": (put("E9", "9" * 400), "应为0到100之间5的倍数"),
    "a newer error in a text": (put("F9", "#SPILL!"), "F9是错误值#SPILL!"),
    "merged": (lambda page, hidden: page.merge_cells("E9:E11"), "E9是合并的单元格"),
    "a copy of the page": (
        lambda page, hidden: page.parent.copy_worksheet(page),
        "多了工作表“评分表 Copy”",
    ),
    "a formula": (put("E9", "=E8+5"), "单元格 E9 是公式"),
    "a formula in a text": (put("F9", '="优"&"势"'), "单元格 F9 是公式"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_tampering_is_refused_cell_by_cell(kind: str) -> None:
    change, why = TAMPERED[kind]
    book = a_book(3, "document")
    data = edited(book, change)
    try:
        said = read(data, book).problems
    except Refusal as refused:
        said = (refused.message_zh,)
    assert said and any(why in text for text in said), said


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"a,b,c\n1,2,3", b"PK\x03\x04broken"])
def test_what_is_no_sheet_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        read_form(data, PAGE)


def test_sheet_without_its_hidden_page_is_refused() -> None:
    found = openpyxl.load_workbook(io.BytesIO(workbook(Book())))
    del found[MANIFEST]
    out = io.BytesIO()
    found.save(out)
    with pytest.raises(Refusal, match="不是从本系统下载的评分表"):
        read_form(out.getvalue(), PAGE)


def test_number_beyond_all_bounds_is_an_error_value() -> None:
    with zipfile.ZipFile(io.BytesIO(edited(Book(), put("E9", 52)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"<v>52</v>", b"<v>1e999</v>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert read(out.getvalue(), Book()).problems == ("E9写的是“#NUM!”，应为0到100之间5的倍数。",)


def test_number_in_a_remark_keeps_its_digits() -> None:
    found = read(edited(Book(), put("F9", 20260305)), Book())
    assert found.problems == () and found.book.mark("4.1.4").strengths == "20260305"


def test_stale_sheet_lists_every_item_that_was_changed_meanwhile() -> None:
    before = Book({"4.1.2": Mark(50, saved=1), "4.1.3": Mark(40, saved=1)})
    data = edited(before, put("E7", 55))
    now = replace(before, marks={**before.marks, "4.1.2": Mark(60, saved=2)})
    found = read(data, now)
    assert found.conflicts == ("4.1.2（第7行）：网上现为60，表中为55。",)
    assert found.changed == ("4.1.2",)
    # Where nothing was changed on the page, the sheet's word is taken without a question.
    assert read(data, before).conflicts == ()

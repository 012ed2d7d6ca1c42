"""借用单 as Excel: says to people what it says to the other program, and hides no change."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from expert_pool.core.expert import ExpertFields, Industry
from expert_pool.core.lending import (
    Consent,
    LentPerson,
    LoanSheet,
    ReturnedPerson,
    ReturnSheet,
    Service,
    Tie,
    read,
    to_text,
)
from expert_pool.facts.refusal import Refusal
from expert_pool.spreadsheet import loan_book, write_table

KINDS = {"EMPLOYMENT": "在该组织任职"}
PERSON = LentPerson(
    "e-1",
    # A formula, an invisible sign, and more than one cell holds.
    ExpertFields(
        "程知节", "=1+1", remark="零\u200b宽" + "长" * 40_000, industries=(Industry("1763"),)
    ),
    "lead",
    "证1",
    Consent(date(2026, 7, 30), "签字的同意书"),
    (Tie("EMPLOYMENT", "诸暨市大东袜业有限公司", since=date(2020, 1, 1), evidence="本人申报"),),
    (Service(2025, "诸暨市某厂", leader=True, effort=4, score=92),),
    ("2026-09-08/AM",),
)
SHEET = LoanSheet(
    "l-1", "绍兴市办", "诸暨市办", date(2026, 9, 7), date(2026, 9, 18), date(2026, 8, 1), (PERSON,)
)
RETURNED = ReturnSheet(
    "l-1",
    "绍兴市办",
    "诸暨市办",
    date(2026, 9, 20),
    (ReturnedPerson("e-1", "程知节", 6, ("第一组",), PERSON.service, ("全部到场",)),),
)


@pytest.mark.parametrize("sheet", [SHEET, RETURNED])
def test_what_is_written_is_read_as_it_was(sheet: LoanSheet | ReturnSheet) -> None:
    text, digest = to_text(sheet)
    data = loan_book.workbook(text, KINDS)
    assert read(loan_book.text_of(data), digest[:12], type(sheet)) == sheet
    # Whoever opens and saves it again changes nothing.
    book, again = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    book.save(again)
    assert read(loan_book.text_of(again.getvalue()), digest, type(sheet)) == sheet


def test_people_read_consent_source_conflicts_and_load() -> None:
    book = openpyxl.load_workbook(io.BytesIO(loan_book.workbook(to_text(SHEET)[0], KINDS)))
    assert book.sheetnames == ["专家", "回避情形", "任务记录", "没有空的时间", loan_book.CONTENT]
    shown = [str(cell.value) for page in book for row in page.rows for cell in row if cell.value]
    for said in (
        "签字的同意书",
        "绍兴市办",
        "在该组织任职",
        "诸暨市某厂",
        "2026-09-08 上午",
        "组长",
    ):
        assert said in shown
    assert book["专家"]["C3"].data_type == "s"  # =1+1 is text


def test_a_change_and_another_file_are_refused() -> None:
    text, digest = to_text(SHEET)
    book = openpyxl.load_workbook(io.BytesIO(loan_book.workbook(text, KINDS)))
    page = book[loan_book.CONTENT]
    page["A2"].value = page["A2"].value.replace('"e-1"', '"e-2"')
    changed = io.BytesIO()
    book.save(changed)
    with pytest.raises(Refusal) as refused:
        read(loan_book.text_of(changed.getvalue()), digest, LoanSheet)
    assert refused.value.code == "tampered"
    with pytest.raises(Refusal) as refused:
        loan_book.text_of(write_table(("姓名",), [("程知节",)]))
    assert refused.value.code == "bad-sheet" and loan_book.CONTENT in refused.value.message_zh
    with pytest.raises(Refusal):
        loan_book.text_of(loan_book.workbook(text, KINDS)[:3000])
    with pytest.raises(Refusal) as refused:
        read(loan_book.text_of(b"\xff\xfe\x00"), digest, LoanSheet)
    assert refused.value.code == "bad-sheet"

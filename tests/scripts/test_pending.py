"""待确认事项: written so that a clerk can fill it in, and read back as the values that the wordings
stand for.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from expert_pool.facts.writing import Choice
from scripts.files import Unreadable
from scripts.pending import (
    ANSWERED,
    TO_ANSWER,
    TO_CORRECT,
    Pending,
    as_json,
    as_workbook,
    read_answers,
)

LINES = (
    Pending(TO_CORRECT, "手机号码应为 11 位", "专家库.xlsx", 5, "手机", "1380013800"),
    Pending(
        TO_ANSWER,
        "“袜业”是哪个行业？",
        "专家库.xlsx",
        7,
        "熟悉行业",
        "袜业",
        (Choice("1763", "1763 针织品制造"), Choice("1821", "1821 服装")),
        "trade:袜业",
    ),
    Pending(
        ANSWERED,
        "几号？",
        "专家库.xlsx",
        8,
        "时间",
        "上旬",
        (Choice("a", "前十天"), Choice("b", "不清楚")),
        "days:8",
        "b",
    ),
    Pending(TO_ANSWER, "=1+1", "专家库.xlsx", 9, "备注", "=HYPERLINK(1)", (), "free"),
)


def sheet(data: bytes):  # type: ignore[no-untyped-def]
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_workbook_offers_the_choices_and_hides_the_keys() -> None:
    page = sheet(as_workbook(LINES))
    assert [str(rule.sqref) for rule in page.data_validations.dataValidation] == ["H3", "H4"]
    assert page.data_validations.dataValidation[0].formula1 == '"1763 针织品制造,1821 服装"'
    hidden = [(one.min, one.max) for one in page.column_dimensions.values() if one.hidden]
    assert hidden == [(9, 10)]


def test_workbook_holds_no_formula() -> None:
    assert {cell.data_type for row in sheet(as_workbook(LINES)).iter_rows() for cell in row} <= {
        "s",
        "n",
    }
    assert sheet(as_workbook(LINES))["E5"].value == "=HYPERLINK(1)"


def filled(tmp_path: Path) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(LINES)))
    page = book.active
    assert page is not None
    page["H3"] = "1821 服装"
    page["H5"] = "  随便写的 "
    path = tmp_path / "待确认事项.xlsx"
    book.save(path)
    return path


def test_filled_workbook_gives_values_and_keeps_earlier_answers(tmp_path: Path) -> None:
    assert read_answers(filled(tmp_path)).given == {
        "trade:袜业": "1821",
        "days:8": "b",
        "free": "随便写的",
    }


def test_filled_json_gives_the_same(tmp_path: Path) -> None:
    lines = as_json(LINES)
    lines[1]["answer"], lines[3]["answer"] = "1821 服装", "随便写的"
    path = tmp_path / "待确认事项.json"
    path.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    assert read_answers(path).given == {"trade:袜业": "1821", "days:8": "b", "free": "随便写的"}


def test_plain_json_object_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text('{"trade:袜业": "1763", "x": ""}', encoding="utf-8")
    assert read_answers(path).given == {"trade:袜业": "1763"}


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', "3", '[{"key": "a", "answer": 4}]', "{"])
def test_unreadable_answers_are_refused_with_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=r"answers\.json："):
        read_answers(path)

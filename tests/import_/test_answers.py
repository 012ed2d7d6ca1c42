"""Numbers cannot carry codes, and an answer that cannot be read is reported, never counted."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import openpyxl
import pytest

from award.applicants.core import sheet_in
from expert_pool.core import roster
from expert_pool.facts.answers import answer_text
from expert_pool.facts.industry import Industries
from expert_pool.facts.intake import Context, Parsed, RawRow, RawTable, question_key
from expert_pool.facts.writing import Cell, Choice, Unreadable
from scripts.files import Unreadable as NotReadable
from scripts.pending import TO_ANSWER, Pending, as_workbook, read_answers

WINDOW = (date(2026, 9, 7), date(2026, 9, 25))
ROW: dict[str, Cell] = {"姓名": "赵龙", "手机": "13812345678", "工作单位": "甲院"}


def experts(
    cells: Mapping[str, Cell], answers: Mapping[str, str] = MappingProxyType({})
) -> Parsed[roster.ExpertDraft]:
    row = {**ROW, **cells}
    table = RawTable("表", "", 1, tuple(row), (RawRow(2, row),))
    headings = roster.map_headings(table.headings, {}, table.rows)
    return roster.parse_rows(table, headings, Context(2026, WINDOW, answers=answers))


def codes(parsed: Parsed[roster.ExpertDraft]) -> list[str]:
    return [one.code for draft in parsed.drafts for one in draft.industries]


# codes stored as numbers
# --------------------------------------------------------------------------------------------------

LEADING = [code for code in Industries.load().codes() if code.startswith("0")]


def test_most_codes_with_a_leading_zero_become_another_real_code_without_it() -> None:
    known, longest = Industries.load(), [code for code in LEADING if len(code) == 4]
    assert (len(longest), sum(known.known(code[1:]) for code in longest)) == (97, 64)


@pytest.mark.parametrize("code", LEADING)
def test_a_code_that_lost_its_zero_is_asked_with_every_meaning(code: str) -> None:
    found = experts({"熟悉行业": float(code)})
    assert codes(found) == []
    (question,) = found.questions
    assert code in [choice.value for choice in question.proposals]
    assert codes(experts({"熟悉行业": float(code)}, {question.key: code})) == [code]


@pytest.mark.parametrize("cell", [141.0, "141", "141 ", "１４１"])
def test_141_may_be_0141_or_141(cell: Cell) -> None:
    (question,) = experts({"熟悉行业": cell}).questions
    assert [choice.value for choice in question.proposals] == ["0141", "141", "无"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("0141", ["0141"]),
        (1763.0, ["1763"]),
        ("C14", ["14"]),
        ("141 焙烤食品制造", ["141"]),
        (176.0, ["176"]),
    ],
)
def test_other_codes_are_read_as_they_stand(cell: Cell, read: list[str]) -> None:
    found = experts({"熟悉行业": cell})
    assert (codes(found), found.questions) == (read, ())


def test_an_applicants_code_is_asked_too() -> None:
    row: dict[str, Cell] = {"申报组织名称": "绿野合作社", "申报奖项": "质量奖", "行业代码": 141.0}
    table = RawTable("表", "", 1, tuple(row), (RawRow(2, row),))
    headings = sheet_in.map_headings(table.headings, {}, table.rows)
    found = sheet_in.parse_rows(table, headings, Context(2026, WINDOW))
    assert found.drafts[0].industries == ()
    assert [question.kind for question in found.questions] == ["trade"]


# answers that cannot be read
# --------------------------------------------------------------------------------------------------

CASES: list[tuple[str, dict[str, Cell], list[str], list[str]]] = [
    (
        "absence",
        {"不能参加的时间": "9月10日左右"},
        ["9.10号", "9.1号", "9月1日", "8月9日", "月底", "没问到", "农历"],
        ["9月10日", "无", "9月10日、11日", "农历七月廿九", "9.8-9.10"],
    ),
    (
        "trade",
        {"熟悉行业": "量子计算"},
        ["计算机方面的", "164", "1763、乱写", "、", "99999"],
        ["1763", "1763 袜业", "645 互联网数据服务（与“云计算”相近）", "无", "0141；1763", "袜业"],
    ),
    ("place", {"所在地": "老地方"}, ["老地方", "火星"], ["暨阳街道", "330681001"]),
    ("mark", {"质量管理专家": "差不多"}, ["差不多"], ["是", "否"]),
    ("birth", {"出生年月": 1975.1}, ["很早", "十月"], ["1975年10月"]),
    ("remark", {"备注": "已退出"}, ["不知"], ["在库", "停用"]),
]


@pytest.mark.parametrize(("kind", "cells", "bad", "good"), CASES, ids=[case[0] for case in CASES])
def test_an_answer_is_read_or_reported_and_asked_again(
    kind: str, cells: dict[str, Cell], bad: list[str], good: list[str]
) -> None:
    asked = [question for question in experts(cells).questions if question.kind == kind]
    assert len(asked) == 1
    key = asked[0].key
    for answer in bad:
        found = experts(cells, {key: answer})
        (problem,) = found.problems
        assert (problem.row, problem.value) == (2, answer), answer
        assert f"答复“{answer}”" in problem.reason
        again = [question for question in found.questions if question.key == key]
        assert len(again) == 1, answer
        assert f"“{answer}”" in again[0].text
        assert [draft.row for draft in found.drafts] == [2]  # only that field is unknown
    for answer in good:
        found = experts(cells, {key: answer})
        assert (found.problems, [q for q in found.questions if q.key == key]) == ((), []), answer


def test_do_not_know_is_no_answer_to_a_trade_and_closes_the_others() -> None:
    trade = question_key("trade", "量子计算")
    found = experts({"熟悉行业": "量子计算"}, {trade: "不清楚"})
    assert ([q.key for q in found.questions], found.problems) == ([trade], ())
    (absence,) = experts({"不能参加的时间": "待定"}).questions
    assert experts({"不能参加的时间": "待定"}, {absence.key: "未知"}).questions == ()


# the answer column
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        ("absence", 9.8, "9.8"),
        ("absence", 9.11, "9.11"),
        ("absence", date(2026, 9, 10), "2026年9月10日"),
        ("absence", "９.10号", "9.10号"),
        ("trade", 645.0, "645"),
        ("trade", 1763.0, "1763"),
        ("employees", 300.0, "300"),
        ("birth", 1975.11, "1975.11"),
        ("place", 330681001.0, "330681001"),
        ("trade", None, ""),
    ],
)
def test_cells_that_lose_nothing_are_answers(kind: str, cell: Cell, text: str) -> None:
    assert answer_text(kind, cell) == text


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("absence", 9.1),
        ("absence", 9.2),
        ("absence", 10.0),
        ("trade", 141.0),
        ("trade", 14.0),
        ("birth", 1975.1),
        ("founded", 2005.1),
        ("absence", "#N/A"),
        ("trade", "#REF!"),
    ],
)
def test_cells_that_may_have_lost_something_are_refused(kind: str, cell: Cell) -> None:
    assert isinstance(answer_text(kind, cell), Unreadable)


CLOUD = (Choice("645", "645 互联网"),)
LINES = (
    Pending(TO_ANSWER, "哪几天？", "专家.xlsx", 2, "时间", "左右", (), "absence-1"),
    Pending(
        TO_ANSWER,
        "哪个行业？",
        "专家.xlsx",
        3,
        "行业",
        "量子",
        (Choice("645", "645 互联网"),),
        "trade-1",
    ),
    Pending("须改正", "手机不对", "专家.xlsx", 4, "手机", "138"),
)


def filled(path: Path, *answers: object, **changes: object) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(LINES)))
    page = book.worksheets[0]
    for row, answer in enumerate(answers, 2):
        page.cell(row, 8).value = answer  # type: ignore[assignment]
    for place, value in changes.items():
        page[place].value = value  # type: ignore[union-attr]
    book.save(path)
    return path


def test_the_answer_column_is_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_workbook(LINES))).worksheets[0]
    assert [page.cell(row, 8).number_format for row in (2, 3)] == ["@", "@"]


def test_answers_are_read_by_the_type_of_their_cells(tmp_path: Path) -> None:
    found = read_answers(filled(tmp_path / "a.xlsx", 9.1, 645))
    assert found.given == {"trade-1": "645"}
    assert [(one.row, one.column, one.value) for one in found.refused] == [(2, "答复", "9.1")]
    found = read_answers(filled(tmp_path / "b.xlsx", date(2026, 9, 10), " 645　互联网 "))
    assert found.given == {"absence-1": "2026年9月10日", "trade-1": "645"}
    found = read_answers(filled(tmp_path / "c.xlsx", None, 141, "13812345678"))
    assert found.given == {}
    assert [one.row for one in found.refused] == [3, 4]  # the last is no question at all


def test_two_answers_to_one_question_are_none(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", "9月10日", "9月11日", I3="absence-1", J3="")
    found = read_answers(path)
    assert found.given == {}
    assert [one.row for one in found.refused] == [3]


def test_a_damaged_answer_file_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="第 3 行“对照”列被改动过"):
        read_answers(filled(tmp_path / "a.xlsx", J3="{坏"))
    (tmp_path / "b.json").write_text(json.dumps([{"key": "k", "answer": "a", "choices": 5}]))
    with pytest.raises(NotReadable, match="choices"):
        read_answers(tmp_path / "b.json")
    (tmp_path / "c.json").write_text('{"k": 141}')
    with pytest.raises(NotReadable, match="应是文字"):
        read_answers(tmp_path / "c.json")

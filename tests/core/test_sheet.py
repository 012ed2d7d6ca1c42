"""编组表: out and back without a change; every kind of change, every cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from assignment.check import check
from assignment.edit import arrange, revalue
from assignment.errors import Declined
from assignment.solution import Group, Plan, Visit
from award.groups.core import sheet_out
from award.groups.core.book import Firm, Names, Person
from award.groups.core.sheet_changes import Change, differences
from award.groups.core.sheet_in import SheetRead, read_sheet, version_of
from expert_pool.facts.refusal import Refusal
from expert_pool.facts.table import RawRow, RawTable
from expert_pool.facts.writing import Cell
from expert_pool.spreadsheet import SheetOut, read_table, write_book
from tests.solver.cast import cast

PEOPLE = ("赵一鸣", "钱学勤", "孙建国", "李秀英", "周珍珠", "吴大勇", "郑和平", "赵一鸣")
FIRMS = ("浙江绢云袜业有限公司", "诸暨广源铜业有限公司", "诸暨珍珠贝饰品厂", "暨阳医院")
PROBLEM = cast()
NAMES = Names(
    {f"E{n}": Person(f"E{n}", name, f"第{n}单位") for n, name in enumerate(PEOPLE)},
    {f"A{n}": Firm(f"A{n}", name, "质量奖") for n, name in enumerate(FIRMS)},
)
PLAN = revalue(
    PROBLEM,
    Plan(
        PROBLEM.digest,
        "feasible",
        (
            Group("E0", ("E0", "E1"), (Visit("A0", 0, 2), Visit("A1", 3, 2))),
            Group("E2", ("E2", "E3"), (Visit("A2", 0, 2),)),
        ),
        unassigned=("A3",),
    ),
)


def table(changes: Mapping[tuple[int, str], Cell] = {}) -> RawTable:
    """The sheet as it comes back through a real workbook, some cells changed by (row, heading)."""
    rows = [list(row) for row in sheet_out.rows(PROBLEM, PLAN, NAMES)]
    for (row, heading), value in changes.items():
        rows[row - 3][sheet_out.HEADINGS.index(heading)] = value  # type: ignore[call-overload]
    title = sheet_out.title("2026年度", 2, 7)
    sheet = SheetOut("编组表", sheet_out.HEADINGS, rows, title)
    return read_table(write_book((sheet,)), "编组表.xlsx", "groups")


def read(changes: Mapping[tuple[int, str], Cell] = {}) -> SheetRead:
    return read_sheet(PROBLEM, PLAN, NAMES, table(changes))


def changes(cells: Mapping[tuple[int, str], Cell]) -> list[Change]:
    found = read(cells)
    assert found.problems == ()
    told = differences(PROBLEM, PLAN, found.groups)
    after = arrange(PROBLEM, PLAN, (one.group for one in found.groups))
    assert told.whole.plan.groups == after.groups
    assert sum(one.found.cost for one in told.changes) == told.whole.cost
    return [one.change for one in told.changes]


def test_out_and_back_changes_nothing() -> None:
    assert [row[:5] for row in sheet_out.rows(PROBLEM, PLAN, NAMES)] == [
        ("第一评审组", "赵一鸣（第0单位）", "钱学勤", FIRMS[0], "9月7日"),
        ("第一评审组", "", "", FIRMS[1], "9月8日下午、9月9日上午"),
        ("第二评审组", "孙建国", "李秀英", FIRMS[2], "9月7日"),
        ("", "", "", FIRMS[3], ""),
    ]
    assert changes({}) == []
    assert version_of(table()) == (2, 7)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (
            {(3, "组员"): "李秀英", (5, "组员"): "钱学勤"},
            [Change("exchange", 1, "E1", 2, "E3")],
        ),
        (
            {(3, "组长"): "孙建国", (5, "组长"): "赵一鸣(第0单位)"},
            [Change("exchange", 1, "E0", 2, "E2")],
        ),
        ({(3, "组员"): "周珍珠"}, [Change("replace", 1, "E1", 1, "E4")]),
        ({(3, "组员"): "钱学勤；周 珍珠"}, [Change("join", 1, "E4")]),
        ({(5, "组员"): "—", (5, "组长"): "孙建国（组长）"}, []),
        ({(3, "组员"): "钱学勤、李秀英", (5, "组员"): "周珍珠"},
         [Change("move-member", 2, "E3", 1), Change("join", 2, "E4")]),
        ({(3, "组长"): "钱学勤", (3, "组员"): "赵一鸣（第0单位）"}, [Change("lead", 1, "E1")]),
        ({(3, "组长"): "", (3, "组员"): "钱学勤、赵一鸣（第0单位）"}, [Change("no-lead", 1)]),
        ({(5, "评审组"): 1.0}, [Change("move-case", 2, other_number=1, case="A2", start=0)]),
        ({(3, "评审组"): "二组"}, [Change("move-case", 1, other_number=2, case="A0", start=0)]),
        (
            {(4, "评审组"): "第2组", (4, "现场评审时间"): "9.9下午"},
            [Change("place", 2, case="A1", start=5)],
        ),
        ({(4, "现场评审时间"): "9.9"}, [Change("move-visit", 1, case="A1", start=4)]),
        ({(4, "评审组"): ""}, [Change("set-aside", 1, case="A1")]),
        (
            {(6, "评审组"): "一", (6, "现场评审时间"): "9月10日"},
            [Change("place", 1, case="A3", start=6)],
        ),
        (
            {
                (6, "评审组"): "三",
                (6, "现场评审时间"): "9月10日上午",
                (6, "组长"): "周珍珠",
                (6, "组员"): "吴大勇",
            },
            [Change("form", 3)],
        ),
        ({(3, "申报组织"): "绢云袜业"}, []),
        ({(3, "组员"): "钱学勤 周珍珠"}, [Change("join", 1, "E4")]),
        ({(3, "组员"): "钱学勤/周珍珠"}, [Change("join", 1, "E4")]),
        ({(4, "现场评审时间"): 46274}, [Change("move-visit", 1, case="A1", start=4)]),
        ({(4, "现场评审时间"): 46274.5}, [Change("move-visit", 1, case="A1", start=5)]),
        (
            {(4, "现场评审时间"): "九月九日下午"},
            [Change("move-visit", 1, case="A1", start=5)],
        ),
    ],
)  # fmt: skip
def test_every_kind_of_change(cells: dict[tuple[int, str], Cell], wanted: list[Change]) -> None:
    assert changes(cells) == wanted


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ((3, "评审组"), "甲组", "看不出是第几组，请写“第一评审组”或 1"),
        ((3, "评审组"), "第九十组", "看不出是第几组，请写“第一评审组”或 1"),
        ((3, "组长"), "赵一鸣", "有几位赵一鸣（第0单位、第7单位），请在姓名后用括号写单位"),
        ((3, "组员"), "钱学勤、王五", "可以编组的评审员里没有王五，可能写错，或者今年不能安排"),
        ((3, "组员"), "钱学琴", "可以编组的评审员里没有钱学琴，像是钱学勤，请照名册写"),
        ((3, "组员"), "钱学勤老师", "可以编组的评审员里没有钱学勤老师，像是钱学勤，请照名册写"),
        ((3, "现场评审时间"), 46300, "单元格里是一个数字，看不出日期，请写成 9月8日上午 这样"),
        ((3, "组员"), "钱3", "姓名里有数字、符号或只有一个字，请核对"),
        ((3, "申报组织"), "无此公司", "本方案里没有这家申报组织，请照下载的表写"),
        ((3, "申报组织"), "", "没有写申报组织"),
        ((4, "申报组织"), FIRMS[0], f"{FIRMS[0]}在第 3 行已经写过"),
        ((3, "现场评审时间"), "", "请写从哪个半天开始（要 2 个半天）"),
        ((3, "现场评审时间"), "待定", "“待定”不是确定的时间，请写成 9月8日上午 这样"),
        ((3, "现场评审时间"), "9月30日", "9月30日在评审时间段以外，未计"),
        ((3, "现场评审时间"), "9月7日-9月9日", "这家要 2 个半天，写了 6 个，多写了"),
        ((3, "现场评审时间"), "9月7日上午、9月8日上午", "写的半天不是连着的"),
        ((3, "现场评审时间"), "9月10日下午", "从这时起到评审期末不够 2 个半天"),
        ((4, "组员"), "周珍珠", "同是第一评审组，这里的人与第 3 行写的不一样"),
    ],
)
def test_every_cell_that_cannot_be_read_is_named(
    cell: tuple[int, str], value: Cell, reason: str
) -> None:
    (problem,) = read({cell: value}).problems
    assert (problem.row, problem.column, problem.reason) == (*cell, reason)


def test_a_new_group_needs_its_people_and_a_broken_cell_is_not_an_empty_one() -> None:
    (problem,) = read({(6, "评审组"): "三", (6, "现场评审时间"): "9.10"}).problems
    assert problem.reason == "第三评审组是新的，请写上它的组长和组员"
    (broken,) = read({(3, "组长"): "#N/A"}).problems
    assert (broken.row, broken.value) == (3, "#N/A")


def test_a_firm_that_the_sheet_lost_stays_where_it_is() -> None:
    whole = table()
    without = RawTable(whole.sheet, whole.title, whole.heading_row, whole.headings, whole.rows[1:])
    found = read_sheet(PROBLEM, PLAN, NAMES, without)
    assert found.notes == (f"表里没有{FIRMS[0]}，仍照现在的安排。",)
    assert differences(PROBLEM, PLAN, found.groups).changes == ()


def test_a_rule_that_one_change_breaks_and_the_next_mends_is_not_told() -> None:
    """Who moves leaves a group of one for a moment."""
    found = read({(3, "组员"): "钱学勤、李秀英", (5, "组员"): "周珍珠"})
    told = differences(PROBLEM, PLAN, found.groups)
    assert [one.found.broken for one in told.changes] == [(), ()]
    assert check(PROBLEM, told.whole.plan).ok is check(PROBLEM, PLAN).ok
    alone = differences(PROBLEM, PLAN, read({(3, "组员"): "钱学勤、李秀英"}).groups)
    assert {one.rule for one in alone.whole.broken} == {"H09", "H13"}


def test_a_column_that_was_taken_out_leaves_what_it_said() -> None:
    for heading in ("组长", "组员"):
        whole = table()
        headings = tuple(one for one in whole.headings if one != heading)
        rows = tuple(
            RawRow(row.number, {name: row.cells[name] for name in headings}) for row in whole.rows
        )
        found = read_sheet(PROBLEM, PLAN, NAMES, RawTable("编组表", "", 2, headings, rows))
        assert found.notes == (f"表里没有“{heading}”这一列，{heading}不变。",)
        assert differences(PROBLEM, PLAN, found.groups).changes == ()


def edited(act: Callable[[Worksheet], object]) -> SheetRead:
    """The sheet as a person at WPS leaves it."""
    rows = list(sheet_out.rows(PROBLEM, PLAN, NAMES))
    book = load_workbook(
        BytesIO(write_book((SheetOut("编组表", sheet_out.HEADINGS, rows, "编组表"),)))
    )
    act(book.active)
    target = BytesIO()
    book.save(target)
    return read_sheet(PROBLEM, PLAN, NAMES, read_table(target.getvalue(), "编组表.xlsx", "groups"))


NOTE = "第 8 行是说明或分段标题，没有读入。"
HIDDEN = "第 4 行在表里是隐藏的，也读入了，请核对是否该要。"
MERGED = "有合并的单元格，合并范围内的各行都取同一个值。"
LOST = f"表里没有{FIRMS[2]}，仍照现在的安排。"


@pytest.mark.parametrize(
    ("act", "note"),
    [
        (lambda sheet: sheet.insert_rows(4, 3), ()),
        (lambda sheet: sheet.insert_rows(1, 2), ()),
        (lambda sheet: sheet.__setitem__("D2", "企业名称"), ()),
        (lambda sheet: sheet.__setitem__("D8", "备注：领导已看"), (NOTE,)),
        (lambda sheet: [sheet.merge_cells(f"{one}3:{one}4") for one in "ABC"], (MERGED,)),
        (lambda sheet: setattr(sheet.row_dimensions[4], "hidden", True), (HIDDEN,)),
        (lambda sheet: sheet.delete_rows(5), (LOST,)),
    ],
)  # fmt: skip
def test_what_a_person_does_to_a_sheet_without_changing_the_plan(
    act: Callable[[Worksheet], object], note: tuple[str, ...]
) -> None:
    found = edited(act)
    assert (found.problems, found.notes) == ((), note)
    assert differences(PROBLEM, PLAN, found.groups).changes == ()


def test_a_day_with_its_hour_is_a_half_day() -> None:
    found = edited(lambda sheet: sheet.__setitem__("E4", datetime(2026, 9, 9, 13)))
    told = differences(PROBLEM, PLAN, found.groups)
    assert [one.change for one in told.changes] == [Change("move-visit", 1, case="A1", start=5)]


def test_a_formula_is_refused_with_its_cell_and_a_person_in_two_groups_with_the_rule() -> None:
    with pytest.raises(Refusal, match="单元格 A4 是公式"):
        edited(lambda sheet: sheet.__setitem__("A4", "=A3"))
    found = edited(lambda sheet: sheet.__setitem__("C5", "李秀英、钱学勤"))
    told = differences(PROBLEM, PLAN, found.groups)
    assert {one.rule for one in told.whole.broken} == {"H09", "H13"}


def test_a_sheet_of_something_else_is_refused() -> None:
    other = RawTable("表", "", 1, ("姓名", "电话"), (RawRow(2, {"姓名": "赵", "电话": "1"}),))
    with pytest.raises(Refusal, match="没有“评审组、申报组织、现场评审时间”这一列"):
        read_sheet(PROBLEM, PLAN, NAMES, other)


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ([Group("E0", ("E0",), (Visit("A0", 0, 2), Visit("A0", 2, 2)))], "twice"),
        ([Group("E0", ("E0",), ())], "plan-empty"),
        ([Group(None, (), (Visit("A0", 0, 2),))], "members"),
        ([Group("E0", ("E0", "E0"), (Visit("A0", 0, 2),))], "members"),
        ([Group("E1", ("E0",), (Visit("A0", 0, 2),))], "not-member"),
        ([Group("E9", ("E9",), (Visit("A0", 0, 2),))], "not-assignable"),
        ([Group("E0", ("E0",), (Visit("A9", 0, 2),))], "not-found"),
        ([Group("E0", ("E0",), (Visit("A0", None, 2),))], "no-slot"),
        ([Group("E0", ("E0",), (Visit("A0", 99, 2),))], "no-slot"),
    ],
)
def test_groups_that_make_no_sense_are_declined(groups: list[Group], code: str) -> None:
    with pytest.raises(Declined) as caught:
        arrange(PROBLEM, PLAN, groups)
    assert caught.value.code == code

"""`expert-pool plan` on the office's two workbooks: what it can is planned, what needs a person is
listed, answers complete it.
"""

from __future__ import annotations

import json
from pathlib import Path

import docx
import ics
import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from assignment import problem as problems
from assignment import solution
from assignment.check import check
from scripts.cli import app
from scripts.files import read_json

BOOKS = Path(__file__).parents[1] / "data" / "workbooks"
EXPERTS, APPLICANTS = BOOKS / "专家库台账2026.xlsx", BOOKS / "申报组织汇总表2026.xlsx"
WINDOW = "2026-09-07..2026-09-25"
# Numbers of the firms that are planned, one with a misprint and one with a twin: so few that a
# short search is enough on a busy machine too.
FEW = (2, 4, 5, 6, 9, 20, 21)


def plan(
    out: Path,
    *more: str,
    experts: Path = EXPERTS,
    applicants: Path = APPLICANTS,
    window: str = WINDOW,
) -> Result:
    command = [
        "plan",
        str(experts),
        str(applicants),
        "--window",
        window,
        "--out",
        str(out),
        "--time-limit",
        "2",
        *more,
    ]
    return CliRunner().invoke(app, command)


def lines(out: Path) -> list[dict[str, object]]:
    return json.loads((out / "待确认事项.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def kinds(out: Path) -> dict[str, int]:
    found = [str(line["kind"]) for line in lines(out)]
    return {kind: found.count(kind) for kind in dict.fromkeys(found)}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The applicants' workbook with few firms, each in its row."""
    book = openpyxl.load_workbook(APPLICANTS)
    page = book.active
    assert page is not None
    for row in page.iter_rows(min_row=3):
        if row[0].value not in FEW:
            for cell in row:
                cell.value = None
    file = tmp_path_factory.mktemp("few") / APPLICANTS.name
    book.save(file)
    return file


@pytest.fixture(scope="module")
def first(few: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("plan") / "out"
    return out, plan(out, applicants=few)


def test_plan_writes_a_plan_that_the_checker_accepts(first: tuple[Path, Result]) -> None:
    out, result = first
    assert result.exit_code == 0, result.output
    problem, made = (
        problems.parse(read_json(out / "problem.json")),
        solution.parse(read_json(out / "plan.json")),
    )
    assert check(problem, made).violations == ()
    assert len(made.groups) >= 3


def test_plan_names_the_bad_row_and_the_twins(first: tuple[Path, Result]) -> None:
    out, _ = first
    found = [
        (line["kind"], line["row"], line["column"])
        for line in lines(out)
        if line["kind"] in ("须改正", "请确认")
    ]
    assert found == [
        ("须改正", 11, "统一社会信用代码"),
        ("请确认", 44, "姓名"),
        ("请确认", 36, "姓名"),
        ("请确认", None, ""),  # two firms whose names differ by one sign
    ]


def test_plan_leaves_out_whom_it_does_not_know_to_be_free(first: tuple[Path, Result]) -> None:
    out, _ = first
    left = [str(line["text"]) for line in lines(out) if line["kind"] == "未编入"]
    assert {text for text in left if text.startswith(("胡伟", "蔡欢", "姚健"))} == {
        "胡伟：2026年度可参加时间未填（未知不等于有空）",
        "姚健：暂停使用：导入的名单注明本年度暂不参加",
        "蔡欢：2026年度可参加时间未填（未知不等于有空）",
    }


def test_plan_again_on_the_same_files_gives_the_same(first: tuple[Path, Result], few: Path) -> None:
    out, _ = first
    kept = ("problem.json", "plan.json", "待确认事项.json")
    before = {name: (out / name).read_text("utf-8") for name in kept}
    calendars = {
        file.name: [line for line in file.read_text().splitlines() if line.startswith("UID")]
        for file in (out / "calendars").iterdir()
    }
    again = plan(out, applicants=few)
    assert "沿用上次的方案" in again.output
    assert {name: (out / name).read_text("utf-8") for name in kept} == before
    assert {
        file.name: [line for line in file.read_text().splitlines() if line.startswith("UID")]
        for file in (out / "calendars").iterdir()
    } == calendars


def test_plan_says_what_it_left_out_and_how_it_read(first: tuple[Path, Result]) -> None:
    out, result = first
    notes = [line["text"] for line in lines(out) if line["kind"] == "说明" and line["source"]]
    assert "第 65 行是合计行，没有读入。" in notes
    assert all(str(note) in result.output for note in notes[:3])


def test_a_plan_without_applicants_says_so(tmp_path: Path) -> None:
    nobody = tmp_path / "组织.csv"
    nobody.write_text("申报组织名称,申报奖项\n,质量奖\n", encoding="utf-8")
    result = plan(tmp_path / "a?b", applicants=nobody)
    assert result.exit_code == 1
    assert "没有可以编组的申报组织" in result.output
    assert kinds(tmp_path / "a?b")["须改正"] == 1


def test_plan_names_nobody_in_the_problem_file(first: tuple[Path, Result]) -> None:
    out, _ = first
    text = (out / "problem.json").read_text(encoding="utf-8")
    assert [name for name in ("赖斌", "刘秀兰", "盛丰医院", "13076190478") if name in text] == []


def test_plan_documents_open(first: tuple[Path, Result]) -> None:
    out, _ = first
    made = solution.parse(read_json(out / "plan.json"))
    assert len(docx.Document(str(out / "评审组名单.docx")).tables) >= len(made.groups)
    assert len(openpyxl.load_workbook(out / "现场评审日程表.xlsx").sheetnames) >= 1
    assert (out / "方案册.pdf").read_bytes().startswith(b"%PDF-")


def test_plan_calendars_are_read_by_a_second_library(first: tuple[Path, Result]) -> None:
    out, _ = first
    made = solution.parse(read_json(out / "plan.json"))
    files = sorted((out / "calendars").glob("*.ics"))
    assert len(files) == 1 + sum(len(group.members) for group in made.groups)
    events = ics.Calendar((out / "calendars" / "审定办.ics").read_text(encoding="utf-8")).events
    assert (
        len({event.uid for event in events})
        == len(events)
        >= sum(len(group.visits) for group in made.groups)
    )


def test_answers_complete_the_second_run(
    first: tuple[Path, Result], few: Path, tmp_path: Path
) -> None:
    out, _ = first
    book = openpyxl.load_workbook(out / "待确认事项.xlsx")
    page = book.active
    assert page is not None
    for row in page.iter_rows(min_row=2):
        if row[0].value == "请确认":
            row[7].value = str(row[6].value).split("；")[0]
    book.save(tmp_path / "answers.xlsx")
    result = plan(tmp_path / "out", "--answers", str(tmp_path / "answers.xlsx"), applicants=few)
    assert result.exit_code == 0, result.output
    assert ("请确认" in kinds(tmp_path / "out"), kinds(tmp_path / "out")["已答复"]) == (False, 3)
    assert "专家库台账2026.xlsx：62 行，新增 60" in result.output


def test_hostile_file_is_refused_and_nothing_is_planned(tmp_path: Path) -> None:
    hostile = tmp_path / "formula.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["姓名", "工作单位", "手机"],
        ["张三", '=HYPERLINK("http://example.org")', "13800138000"],
    ):
        book.active.append(row)
    book.save(hostile)
    result = plan(tmp_path / "out", experts=hostile)
    assert (result.exit_code, (tmp_path / "out" / "plan.json").exists()) == (2, False)


@pytest.mark.parametrize(
    "window", ["2026-09-07", "2026-09-25..2026-09-07", "9.7..9.25", "2026-09-07..2030-09-07"]
)
def test_wrong_window_ends_with_a_sentence(window: str, tmp_path: Path) -> None:
    result = plan(tmp_path / "out", window=window)
    assert (result.exit_code, bool(result.output.strip())) == (2, True)


def test_missing_workbook_ends_with_a_sentence(tmp_path: Path) -> None:
    result = plan(tmp_path / "out", experts=tmp_path / "none.xlsx")
    assert (result.exit_code, "打不开" in result.output) == (2, True)


def test_workbooks_in_the_wrong_order_are_noticed(tmp_path: Path) -> None:
    result = plan(tmp_path / "out", experts=APPLICANTS, applicants=EXPERTS)
    assert (result.exit_code, "放错" in result.output) == (2, True)


def test_window_without_working_days_says_so(tmp_path: Path) -> None:
    result = plan(tmp_path / "out", window="2026-10-01..2026-10-04")
    assert (result.exit_code, "没有可以安排现场评审的时段" in result.output) == (1, True)
    assert lines(tmp_path / "out")[0]["text"] == "没有可以安排现场评审的时段"

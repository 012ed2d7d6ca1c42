"""`expert-pool solve` and `check` as their user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.cli import app

run = CliRunner().invoke


def test_help_loads_nothing_heavy() -> None:
    heavy = ("ortools", "pandas", "sqlalchemy", "fastapi", "numpy", "rich.console", "faker")
    script = f"import sys, scripts.cli; print([name for name in {heavy!r} if name in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )


def test_check_accepts_a_sound_plan(problem_file: Path, plan_file: Path) -> None:
    result = run(app, ["check", str(problem_file), str(plan_file)])
    assert (result.exit_code, "复核通过" in result.output, "workload" in result.output) == (
        0,
        True,
        True,
    )


def test_check_names_every_violation(problem_file: Path, plan_file: Path) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    plan["groups"][0] |= {"leader": "r3", "members": ["r3", "r2", "r4"]}
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    result = run(app, ["check", str(problem_file), str(plan_file)])
    assert result.exit_code == 1
    assert {line.split()[0] for line in result.output.splitlines()[1:]} == {"H02", "H05"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "不是 JSON，第 1 行第 2 列读不下去"),
        ("[]", "应是一个 JSON 对象"),
        ('{"format": "assignment-problem/9"}', "format：应是 “assignment-problem/1”"),
        ("[" * 100_000, "括号嵌套太深"),
    ],
)
@pytest.mark.parametrize("command", ["solve", "check"])
def test_unreadable_problem_ends_with_a_sentence(
    command: str, text: str, sentence: str, tmp_path: Path, plan_file: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(text, encoding="utf-8")
    result = run(app, [command, str(broken), *([str(plan_file)] if command == "check" else [])])
    assert (result.exit_code, sentence in result.output) == (2, True)


def test_unreadable_field_is_named(problem_file: Path, plan_file: Path) -> None:
    problem = json.loads(problem_file.read_text(encoding="utf-8"))
    problem["reviewers"][2]["seniority"] = 9
    problem_file.write_text(json.dumps(problem), encoding="utf-8")
    result = run(app, ["check", str(problem_file), str(plan_file)])
    assert (result.exit_code, "reviewers[2].seniority" in result.output) == (2, True)


def test_missing_file_ends_with_a_sentence(tmp_path: Path, plan_file: Path) -> None:
    result = run(app, ["check", str(tmp_path / "none.json"), str(plan_file)])
    assert (result.exit_code, "没有这个文件" in result.output) == (2, True)


def test_from_a_plan_on_it_says_what_became_of_it(
    problem_file: Path, plan_file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "again.json"
    words = ["solve", str(problem_file), "-o", str(output), "--time-limit", "5"]
    result = run(app, [*words, "--start", str(plan_file)])
    assert result.exit_code == 0
    assert "比起始方案好。" in result.output or "没有找到比起始方案更好的方案。" in result.output
    before, after = (
        json.loads(path.read_text(encoding="utf-8"))["objective"] for path in (plan_file, output)
    )
    assert after <= before
    # Nothing is better than the best: the same plan comes back, and the command says so.
    result = run(app, [*words, "--start", str(output)])
    assert "没有找到比起始方案更好的方案。" in result.output


def test_a_plan_that_breaks_a_rule_is_named_and_not_begun_from(
    problem_file: Path, plan_file: Path
) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    plan["groups"][0] |= {"leader": "r3", "members": ["r3", "r2", "r4"]}
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    result = run(app, ["solve", str(problem_file), "--start", str(plan_file)])
    assert result.exit_code == 2
    assert "不能从这份方案开始，它不符合规则 H02" in result.output


def test_a_plan_of_another_problem_is_named_and_not_begun_from(
    problem_file: Path, plan_file: Path
) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    plan["groups"][0]["members"][0] = plan["groups"][0]["leader"] = "别处的人"
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    result = run(app, ["solve", str(problem_file), "--start", str(plan_file)])
    said = result.output.replace("\n", "")
    assert result.exit_code == 2
    assert "它与问题文件对不上：第1组的评审员别处的人不在问题文件里" in said


def test_a_plan_that_leaves_a_firm_out_comes_back_with_the_reasons_why_it_has_to(
    problem_file: Path, plan_file: Path, tmp_path: Path
) -> None:
    """Two firms, one team: the proof that nobody is left for the second takes no plan away, and
    the names of those left out are counted anew, whatever the file says.
    """
    problem, plan = (
        json.loads(path.read_text(encoding="utf-8")) for path in (problem_file, plan_file)
    )
    problem["cases"].append(problem["cases"][0] | {"id": "c2"})
    problem["barred"].append(["r4", "c2", "EMPLOYMENT"])
    plan |= {"status": "partial", "unassigned": ["c2", "c9", "c2"], "bound": 7}
    problem_file.write_text(json.dumps(problem), encoding="utf-8")
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    output = tmp_path / "again.json"
    words = ["solve", str(problem_file), "-o", str(output), "--time-limit", "5"]
    result = run(app, [*words, "--start", str(plan_file)])
    assert (result.exit_code, "没有找到比起始方案更好的方案。" in result.output) == (0, True)
    assert "可以这样解决：" in result.output
    written = json.loads(output.read_text(encoding="utf-8"))
    assert (written["status"], written["unassigned"], written["bound"]) == ("partial", ["c2"], None)
    assert written["explanation"]["conflict"] and written["solver"]
    assert run(app, ["check", str(problem_file), str(output)]).exit_code == 0

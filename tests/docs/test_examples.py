"""The examples of the library run as they stand, and importing it loads no solver."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import assignment

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SAMPLE = EXAMPLES / "six_firms.json"


def run(name: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr(sys, "argv", [name, *words])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")


def test_a_file_is_solved_checked_and_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run("solve_a_file.py", monkeypatch, str(SAMPLE), str(tmp_path / "plan.json"))
    said = capsys.readouterr().out
    assert said.startswith("optimal: objective 654, nothing below 654 is possible")
    assert "checker: every rule is kept" in said
    plan = assignment.read_plan(tmp_path / "plan.json")
    assert assignment.check(assignment.read_problem(SAMPLE), plan).ok


def test_a_problem_is_built_and_its_plan_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run("build_and_explain.py", monkeypatch, str(tmp_path / "problem.json"))
    said = capsys.readouterr().out
    assert "第 1 组，评审泵业、管业、铜业" in said
    assert "赵四不在第 1 组：第1组的赵四对管业应当回避：任职或劳动关系" in said
    written = (tmp_path / "problem.json").read_text(encoding="utf-8")
    assert written == SAMPLE.read_text(encoding="utf-8")


def test_weights_of_ones_own_are_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("weigh_and_compare.py", monkeypatch)
    table = {
        line.split()[0]: [int(value) for value in line.split()[1:]]
        for line in capsys.readouterr().out.splitlines()
        if line.split()[1:] and line.split()[1].isdigit()
    }
    usual, near, soon = range(3)
    assert table["commute"][near] < table["commute"][usual]
    assert table["span"][soon] <= table["span"][usual] < table["span"][near]


def test_importing_the_library_loads_no_solver() -> None:
    script = (
        "import assignment, json, sys\n"
        "heavy = ('ortools', 'numba', 'scipy', 'numpy', 'sqlalchemy', 'fastapi', 'expert_pool')\n"
        "print(json.dumps([name for name in heavy if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert json.loads(done.stdout) == []


def test_everything_public_is_documented() -> None:
    public = [name for name in dir(assignment) if not name.startswith("_")]
    ours = [
        getattr(assignment, name)
        for name in public
        if getattr(getattr(assignment, name), "__module__", "").startswith("assignment")
    ]
    assert len(ours) > 30
    assert [one.__qualname__ for one in ours if not one.__doc__] == []
